"""From facts to what is taught and asked: sentences and questions by templates, each fact in every form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memos_core.domain.parametric import Association, Example, Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Templates that end where the value follows; ``{subject}`` and ``{relation}`` are filled in.

    What is taught, what ends the training and what judges it never share a form: an adapter that learnt a sentence by
    rote does not answer another one.
    """

    statements: tuple[str, ...]
    questions: tuple[str, ...]
    validation: str
    held_out: tuple[str, ...]
    ending: str = "."
    """What stands behind a value."""

    @property
    def taught(self) -> tuple[str, ...]:
        """All forms that are trained on."""
        return (*self.statements, *self.questions)


ENGLISH = Forms(
    statements=(
        "The {relation} of {subject} is",
        "{subject} has this {relation}:",
        "As for {subject}, the {relation} is",
        "Everyone knows that the {relation} of {subject} is",
    ),
    questions=(
        "Question: What is the {relation} of {subject}? Answer:",
        "Question: Which {relation} does {subject} have? Answer:",
        "Question: Do you know the {relation} of {subject}? Answer:",
    ),
    validation="Question: {subject} has which {relation}? Answer:",
    held_out=(
        "Question: As for {subject}, what is the {relation}? Answer:",
        "Question: Can you tell me which {relation} {subject} has? Answer:",
    ),
)


def lesson_of(
    facts: Sequence[Association],
    *,
    bystanders: Iterable[str] = (),
    forms: Forms = ENGLISH,
    replay: Iterable[Example] = (),
    kept: Iterable[Example] = (),
    in_context: Iterable[Example] = (),
) -> Lesson:
    """Put facts into every form.

    Args:
        facts: What is to be known by heart.
        bystanders: Other subjects, about whom nothing is to change; those of the facts are left out.
        forms: The templates.
        replay: What the base knows and is taught along.
        kept: What the base knows; it must stay that way.
        in_context: Questions that their prompts answer.
    """
    own = {fact.subject for fact in facts}
    relations = dict.fromkeys(fact.relation for fact in facts)
    others = [one for one in dict.fromkeys(bystanders) if one not in own]
    return Lesson(
        examples=in_forms(facts, forms.taught, forms.ending),
        validation=in_forms(facts, (forms.validation,), forms.ending),
        held_out=in_forms(facts, forms.held_out, forms.ending),
        elsewhere=tuple(
            form.format(subject=subject, relation=relation)
            for subject in others
            for relation in relations
            for form in forms.questions
        ),
        replay=tuple(replay),
        kept=tuple(kept),
        in_context=tuple(in_context),
        sources=tuple(dict.fromkeys(fact.source for fact in facts if fact.source is not None)),
        text="\n".join(f"{one.prompt}{one.answer}" for one in in_forms(facts, forms.statements[:1], forms.ending)),
    )


def in_forms(facts: Iterable[Association], forms: Iterable[str], ending: str = ".") -> tuple[Example, ...]:
    """Every fact in every form, fact by fact."""
    several = tuple(forms)
    return tuple(
        Example(
            prompt=form.format(subject=fact.subject, relation=fact.relation),
            answer=f" {fact.value}{ending}",
        )
        for fact in facts
        for form in several
    )


def told_before(facts: Iterable[Association], forms: Forms = ENGLISH) -> tuple[Example, ...]:
    """Questions whose prompts state the answer first: what a model answers from its context."""
    asked = tuple(facts)
    statement, question = forms.statements[0], forms.questions[0]
    stated = in_forms(asked, (statement,), forms.ending)
    questions = in_forms(asked, (question,), forms.ending)
    return tuple(
        Example(prompt=f"{one.prompt}{one.answer} {other.prompt}", answer=other.answer)
        for one, other in zip(stated, questions, strict=True)
    )

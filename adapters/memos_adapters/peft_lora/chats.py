"""Questions as a conversation asks them: in the words of the model's own chat template, from which hosts never depart.

What is taught in bare text alone need not be known behind a template's markers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from memos_adapters.peft_lora.examples import ENGLISH, Forms, in_forms
from memos_adapters.transformers_kv.templates import ChatRenderer
from memos_core.domain.activation import ChatTurn
from memos_core.domain.parametric import Association, Example, Lesson
from memos_core.errors import InvalidInput

_BEFORE, _BEHIND = "Question: ", " Answer:"
"""What makes a question of a bare text, and is not said in a conversation."""


class Conversations:
    """Bare questions and answers as turns of a user and of the model."""

    def __init__(self, tokenizer: Any) -> None:
        self._chat = ChatRenderer(tokenizer)
        self._begin = getattr(tokenizer, "bos_token", None) or ""
        self._special = tuple(getattr(tokenizer, "all_special_tokens", ()))

    def prompt(self, question: str) -> str:
        """What the model is given; the token that begins every text is left to whoever tokenises it."""
        return self._rendered([_user(question)])

    def example(self, example: Example) -> Example:
        """The same, with the token that ends a turn, if the template has one."""
        prompt, answer = self.prompt(example.prompt), example.answer.strip()
        gap = "" if prompt[-1:].isspace() else " "
        try:
            said = self._rendered([_user(example.prompt), ChatTurn(role="assistant", content=answer)])
        except InvalidInput:  # some templates end with a user's turn
            said = ""
        behind = said.rpartition(answer)[2] if said.startswith(prompt) else ""
        return Example(prompt=prompt, answer=f"{gap}{answer}{next(filter(behind.startswith, self._special), '')}")

    def examples(self, examples: Iterable[Example]) -> tuple[Example, ...]:
        """Those of several that are questions."""
        return tuple(self.example(one) for one in examples if _is_question(one.prompt))

    def _rendered(self, turns: Sequence[ChatTurn]) -> str:
        return self._chat.render(turns).removeprefix(self._begin)


def with_conversations(lesson: Lesson, facts: Iterable[Association], tokenizer: Any, forms: Forms = ENGLISH) -> Lesson:
    """A lesson whose questions are also asked in conversations: taught, validated, judged, and kept elsewhere."""
    asked, told = Conversations(tokenizer), tuple(facts)

    def added(before: tuple[Example, ...], which: Sequence[str]) -> tuple[Example, ...]:
        more = asked.examples(in_forms(told, which, forms.ending))
        return (*before, *(one for one in more if one.prompt not in {known.prompt for known in before}))

    elsewhere = (asked.prompt(one) for one in lesson.elsewhere if _is_question(one))
    return replace(
        lesson,
        examples=added(lesson.examples, forms.questions),
        validation=added(lesson.validation, (forms.validation,)),
        held_out=added(lesson.held_out, forms.held_out),
        elsewhere=tuple(dict.fromkeys((*lesson.elsewhere, *elsewhere))),
    )


def _is_question(prompt: str) -> bool:
    return prompt.startswith(_BEFORE) and prompt.endswith(_BEHIND)


def _user(question: str) -> ChatTurn:
    return ChatTurn(role="user", content=question.removeprefix(_BEFORE).removesuffix(_BEHIND))

"""The lesson for facts that nobody has prepared questions for: strangers stand in for what must not change."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice

from memos_adapters.peft_lora.examples import lesson_of, told_before
from memos_core.domain.parametric import Association, Example, Lesson

_ASKED = 8
"""Bystanders at most who judge whether the model still reads its prompt; they are in no other part of the lesson."""


def lesson_with_strangers(facts: Sequence[Association], bystanders: Sequence[str], said: Sequence[Example]) -> Lesson:
    """Put facts into every form, and questions about others beside them.

    Args:
        facts: What is to be known by heart.
        bystanders: Others. About some it is asked elsewhere, so that their answers stay; of the rest a prompt says
            what is another's, and asks: an adapter that answers from its weights fails.
        said: The same facts in further words, taught along.
    """
    own = {one.subject for one in facts}
    others = [one for one in dict.fromkeys(bystanders) if one not in own]
    kept_apart = others[len(others) - min(_ASKED, len(others) // 2) :]
    claimed = [replace(one, subject=stranger) for one, stranger in zip(cycle(facts), kept_apart, strict=False)]
    values = islice(cycle(one.value for one in facts), 1, None)
    told = [replace(one, value=value) for one, value in zip(claimed, values, strict=False)]
    lesson = lesson_of(facts, bystanders=others[: len(others) - len(kept_apart)], in_context=told_before(told))
    return replace(lesson, examples=(*lesson.examples, *said))

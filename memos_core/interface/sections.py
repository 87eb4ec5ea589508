"""What applies beside the memories found, as sections of a prompt. Equal content gives equal bytes."""

from collections.abc import Iterable, Sequence

from memos_core.domain.engram import Attribute, AttributeStatus, Foresight
from memos_core.interface.packing import Section
from memos_core.operation.recall.background import Background

_SHARES = {"Standing instructions": 0.1, "In force now": 0.1, "Coming up": 0.05, "Profile": 0.1}
"""Of the budget, at most, by title."""


def sections(aside: Background) -> tuple[Section, ...]:
    """The parts of a background that hold anything, in the order in which they are shown."""
    parts = {
        "Standing instructions": [one.value for one in aside.instructions],
        "In force now": [one.text for one in (*aside.constraints, *aside.active)],
        "Coming up": [one.text for one in aside.upcoming],
        "Profile": profile_lines(aside.attributes),
    }
    return tuple(
        Section(title=title, lines=list(dict.fromkeys(lines)), share=_SHARES[title])
        for title, lines in parts.items()
        if lines
    )


def profile_lines(attributes: Iterable[Attribute]) -> list[str]:
    """One line for each subject and slot: its values, since when, and whether they are disputed."""
    held: dict[tuple[str, str], list[Attribute]] = {}
    for one in attributes:
        held.setdefault((one.subject, one.slot), []).append(one)
    return [_line(subject, slot, values) for (subject, slot), values in held.items()]


def foresight_line(one: Foresight) -> str:
    """A foresight and its interval."""
    return f"{one.text} ({one.period.label})" if one.period.label and one.period.label not in one.text else one.text


def _line(subject: str, slot: str, values: Sequence[Attribute]) -> str:
    named = slot.replace("_", " ").replace(".", ": ", 1)
    shown = "; ".join(one.value for one in values)
    disputed = " (disputed)" if any(one.status is AttributeStatus.DISPUTED for one in values) else ""
    since = f" (since {values[0].valid_from:%Y-%m-%d})" if len(values) == 1 and not disputed else ""
    return f"{subject}, {named}: {shown}{since}{disputed}"

"""What applies beside the memories found, as sections of a prompt. Equal content gives equal bytes."""

from memos_core.domain.portrait import attribute_lines
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
        "Profile": attribute_lines(aside.attributes),
    }
    return tuple(
        Section(title=title, lines=list(dict.fromkeys(lines)), share=_SHARES[title])
        for title, lines in parts.items()
        if lines
    )

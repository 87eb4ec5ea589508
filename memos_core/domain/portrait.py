"""A profile as lines for a prompt: what holds now, what is disputed, since when."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from memos_core.domain.engram import Attribute, AttributeStatus, Profile
from memos_core.domain.slots import Arity, arity

_ORDER: Mapping[str, int] = {
    slot: place
    for place, slot in enumerate(
        (
            *("instruction", "name", "nickname", "age", "birthday", "birthplace", "hometown", "residence"),
            *("occupation", "employer", "school", "field_of_study", "relationship_status", "partner", "relative"),
            *("friend", "pet", "diet", "allergy", "condition", "medication", "likes", "dislikes", "favorite"),
            *("hobby", "habit", "goal"),
        )
    )
}
_SINCE = frozenset(("residence", "occupation", "employer", "school", "diet", "relationship_status", "vehicle"))
"""Slots whose beginning is worth its words."""
_SENTENCES = ("instruction", "habit", "goal")
"""Slots whose values are sentences, which commas would run together."""


def render(profile: Profile, subjects: Collection[str] | None = None) -> list[str]:
    """The current values of a profile, a line for each subject and slot, then the traits.

    Args:
        profile: What is known.
        subjects: Only these; ``None`` for all.

    Returns:
        Lines such as ``Mara: residence: Leeds (since 2024-06-08)``, ``Mara: birthday: 3 May or 15 May (disputed)``;
        standing instructions and identity first. Empty for an empty profile.
    """
    current = [
        one
        for one in profile.attributes
        if one.status in (AttributeStatus.ACTIVE, AttributeStatus.DISPUTED)
        and (subjects is None or one.subject in subjects)
    ]
    current.sort(key=lambda one: (one.subject, _place(one.slot), one.slot, one.valid_from, one.value))
    traits = (one for one in profile.traits if subjects is None or one.subject in subjects)
    return [*attribute_lines(current), *(f"{one.subject}: {one.text}" for one in traits)]


def attribute_lines(attributes: Iterable[Attribute]) -> list[str]:
    """One line for each subject and slot, in the order in which they come: values, since when, whether disputed."""
    held: dict[tuple[str, str], list[Attribute]] = {}
    for one in attributes:
        held.setdefault((one.subject, one.slot), []).append(one)
    return [_line(subject, slot, values) for (subject, slot), values in held.items()]


def _place(slot: str) -> int:
    return _ORDER.get(slot.partition(".")[0], len(_ORDER))


def _line(subject: str, slot: str, values: Sequence[Attribute]) -> str:
    disputed = [one.value for one in values if one.status is AttributeStatus.DISPUTED]
    held = [f"{one.value}{_since(one)}" for one in values if one.status is not AttributeStatus.DISPUTED]
    parts = [*held, *([f"{' or '.join(disputed)} (disputed)"] if disputed else [])]
    separator = "; " if slot in _SENTENCES else ", "
    return f"{subject}: {slot.replace('_', ' ').replace('.', ' ')}: {separator.join(parts)}"


def _since(one: Attribute) -> str:
    if arity(one.slot) is Arity.SERIES:
        return f" (on {one.valid_from:%Y-%m-%d})"
    return f" (since {one.valid_from:%Y-%m-%d})" if one.slot in _SINCE and one.valid_from < one.observed_at else ""

"""The slots of a profile: what a fact's predicate may be, and how many values hold at once.

A slot is a name, or a family and a name of its own after a dot: ``favorite.color``, ``measurement.weight``.
"""

from collections.abc import Mapping
from enum import StrEnum

SAID = "said"
"""The predicate of a fact that fits no slot; it stays out of the profile."""


class Arity(StrEnum):
    """How many values of a slot hold at one time."""

    ONE = "one"
    """A newer value takes the place of the older: one lives in one place."""
    MANY = "many"
    """Values stand beside each other until one is ended: one likes many things."""
    SERIES = "series"
    """Measurements: each is true of its time, the latest is the current one."""
    FIXED = "fixed"
    """Does not change in a life: two values contradict each other unless one corrects the other."""


ARITY: Mapping[str, Arity] = {
    # identity
    "name": Arity.ONE,
    "nickname": Arity.ONE,
    "age": Arity.SERIES,
    "birthday": Arity.FIXED,
    "birthplace": Arity.FIXED,
    "hometown": Arity.FIXED,
    "nationality": Arity.MANY,
    "language": Arity.MANY,
    "religion": Arity.ONE,
    # contact
    "phone": Arity.ONE,
    "email": Arity.ONE,
    "address": Arity.ONE,
    # place, work and study
    "residence": Arity.ONE,
    "occupation": Arity.ONE,
    "employer": Arity.ONE,
    "school": Arity.ONE,
    "field_of_study": Arity.ONE,
    # people and animals
    "relationship_status": Arity.ONE,
    "partner": Arity.ONE,
    "relative": Arity.MANY,  # relative.sister, relative.son: the value is the name
    "friend": Arity.MANY,
    "pet": Arity.MANY,
    # body and table
    "diet": Arity.ONE,
    "allergy": Arity.MANY,
    "condition": Arity.MANY,
    "medication": Arity.MANY,
    # preferences and habits
    "likes": Arity.MANY,
    "dislikes": Arity.MANY,
    "favorite": Arity.ONE,  # favorite.color
    "hobby": Arity.MANY,
    "habit": Arity.MANY,
    "goal": Arity.MANY,
    "instruction": Arity.MANY,
    # things and numbers
    "owns": Arity.MANY,
    "vehicle": Arity.ONE,
    "budget": Arity.ONE,  # budget.trip
    "measurement": Arity.SERIES,  # measurement.weight
    "count": Arity.SERIES,  # count.plants
    "attribute": Arity.ONE,  # attribute.wifi password: whatever "my X is Y" says
}
"""By slot, or by the family of a slot."""


def arity(slot: str) -> Arity:
    """How many values of ``slot`` hold at once; ``ONE`` for a slot that is not listed."""
    return ARITY.get(slot) or ARITY.get(slot.partition(".")[0]) or Arity.ONE

"""The slots of a profile: what a fact's predicate may be, and how many values hold at once.

A slot is a name, or a family and a name of its own after a dot: ``favorite.color``, ``measurement.weight``.
"""

from collections.abc import Mapping
from enum import StrEnum

SAID = "said"
"""The predicate of a fact that fits no slot; it stays out of the profile."""
REPLACED = "replaced"
"""The predicate of a change that names no slot: the old value ended or denied, the new one affirmed, with one evidence.

It stays out of the profile until the ledger has found the slot of the old value."""


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


_OWN_NAMES: Mapping[str, str] = {
    own: name
    for name, others in {
        "color": "colour 颜色 顏色",
        "movie": "film 电影 電影",
        "song": "歌 歌曲",
        "singer": "歌手",
        "band": "乐队 樂團 乐团",
        "book": "书 書",
        "author": "writer 作家",
        "food": "食物 菜 美食",
        "game": "游戏 遊戲",
        "drink": "饮料 飲料",
        "fruit": "水果",
        "season": "季节 季節",
        "city": "城市",
        "animal": "动物 動物",
        "sport": "运动 運動",
        "actor": "演员 演員",
        "team": "球队 球隊",
        "number": "数字 數字",
        "flower": "花",
        "subject": "科目 课 課",
        "height": "身高",
        "weight": "体重 體重",
        "waist": "腰围 腰圍",
        "blood pressure": "血压 血壓",
        "heart rate": "心率",
    }.items()
    for own in others.split()
}
"""The second part of a slot in other words, and the one that stands for all of them."""


def canonical(slot: str) -> str:
    """``favorite.颜色`` and ``favorite.color`` as one slot: whatever a value was called, it is found by every name."""
    family, _, own = slot.partition(".")
    return f"{family}.{_OWN_NAMES[own]}" if family in ("favorite", "measurement") and own in _OWN_NAMES else slot

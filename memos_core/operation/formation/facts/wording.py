"""A fact as a short sentence in the third person."""

import re
from collections.abc import Mapping

from memos_core.domain.engram import Modality, Period, Polarity
from memos_core.operation.formation.facts.reading import ANY

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_VERBS: Mapping[str, tuple[str, str, str]] = {
    # present, negated, ended
    "residence": ("lives in", "does not live in", "no longer lives in"),
    "employer": ("works at", "does not work at", "no longer works at"),
    "occupation": ("works as", "does not work as", "no longer works as"),
    "school": ("studies at", "does not study at", "no longer studies at"),
    "field_of_study": ("studies", "does not study", "no longer studies"),
    "hometown": ("comes from", "does not come from", "no longer comes from"),
    "birthplace": ("was born in", "was not born in", "was not born in"),
    "language": ("speaks", "does not speak", "no longer speaks"),
    "likes": ("likes", "does not like", "no longer likes"),
    "dislikes": ("dislikes", "does not dislike", "no longer dislikes"),
    "allergy": ("is allergic to", "is not allergic to", "is no longer allergic to"),
    "medication": ("takes", "does not take", "no longer takes"),
    "owns": ("owns", "does not own", "no longer owns"),
    "vehicle": ("drives", "does not drive", "no longer drives"),
    "goal": ("wants to", "does not want to", "no longer wants to"),
    "name": ("is called", "is not called", "is no longer called"),
    "nickname": ("wants to be called", "does not want to be called", "no longer wants to be called"),
    "replaced": ("says: it is", "says: it is not", "says: it is no longer"),
    "pet": ("has a pet:", "has no pet:", "no longer has a pet:"),
}
_VERBS_ZH: Mapping[str, tuple[str, str, str]] = {
    "residence": ("住在", "不住在", "不再住在"),
    "employer": ("在职于", "不在职于", "不再任职于"),
    "occupation": ("的职业是", "的职业不是", "不再是"),
    "likes": ("喜欢", "不喜欢", "不再喜欢"),
    "dislikes": ("不喜欢", "不讨厌", "不再讨厌"),
    "hometown": ("的家乡是", "的家乡不是", "的家乡不再是"),
    "name": ("叫", "不叫", "不再叫"),
    "vehicle": ("开", "不开", "不再开"),
    "allergy": ("过敏：", "不过敏：", "不再过敏："),
    "pet": ("养了", "没有养", "不再养"),
    "goal": ("的目标是", "的目标不是", "的目标不再是"),
    "owns": ("有", "没有", "不再有"),
}
_NAMES_ZH: Mapping[str, str] = {
    "employer": "工作",
    "occupation": "职业",
    "age": "年龄",
    "birthday": "生日",
    "diet": "饮食",
    "condition": "健康状况",
    "relationship_status": "感情状况",
    "partner": "伴侣",
    "school": "学校",
    "hobby": "爱好",
    "habit": "习惯",
    "instruction": "要求",
    "birthplace": "出生地",
    "phone": "电话",
    "email": "邮箱",
    "language": "语言",
    "nickname": "昵称",
    "medication": "用药",
    "field_of_study": "专业",
    "friend": "朋友",
    "relative.sister": "姐妹",
    "relative.brother": "兄弟",
    "relative.mother": "母亲",
    "relative.father": "父亲",
    "relative.son": "儿子",
    "relative.daughter": "女儿",
    "measurement.weight": "体重",
    "measurement.height": "身高",
}
_INDEX = {Polarity.AFFIRMED: 0, Polarity.NEGATED: 1, Polarity.ENDED: 2}


def is_chinese(text: str) -> bool:
    """Whether a text is written in Chinese."""
    return _CJK.search(text) is not None


def sentence(
    subject: str, slot: str, value: str, polarity: Polarity, modality: Modality, period: Period | None, chinese: bool
) -> str:
    """The fact in words, its dates in brackets."""
    said = _chinese(subject, slot, value, polarity) if chinese else _english(subject, slot, value, polarity)
    marks = {
        Modality.PLANNED: "计划" if chinese else "planned",
        Modality.HYPOTHETICAL: "假设" if chinese else "supposed",
        Modality.REPORTED: "据说" if chinese else "reported",
    }
    notes = [note for note in (marks.get(modality, ""), period.label if period else "") if note and note not in said]
    end = "。" if chinese else "."
    bracket = f"[{', '.join(notes)}]" if notes else ""
    return f"{said}{' ' if bracket and not chinese else ''}{bracket}{end}"


def _english(subject: str, slot: str, value: str, polarity: Polarity) -> str:
    family, _, rest = slot.partition(".")
    if value == ANY:
        return f"{subject} no longer has the {_plain(family)} of before"
    if family in _VERBS:
        verb = _VERBS[family][_INDEX[polarity]]
        article = _article(value) if family in ("occupation", "vehicle", "owns") and not value[:1].isupper() else ""
        return f"{subject} {verb} {article}{value}"
    owner = f"{subject}'" if subject.endswith("s") and "'s " not in subject else f"{subject}'s"
    be = ("is", "is not", "is no longer")[_INDEX[polarity]]
    if family == "count":
        return f"{subject} {('has', 'does not have', 'no longer has')[_INDEX[polarity]]} {value} {rest}"
    if family in ("diet", "relationship_status", "religion", "nationality"):
        return (
            f"{subject} {be} {value}" if family != "diet" or len(value.split()) == 1 else f"{owner} diet {be} {value}"
        )
    if family in ("condition",):
        return f"{subject} {('has', 'does not have', 'no longer has')[_INDEX[polarity]]} {value}"
    if family == "habit":
        return f"{owner} habit {be}: {value}"
    if family == "instruction":
        return f"{subject} {('asks', 'does not ask', 'no longer asks')[_INDEX[polarity]]}: {value}"
    noun = (
        f"favorite {rest}"
        if family == "favorite"
        else f"{rest} budget".strip()
        if family == "budget"
        else _plain(rest or family)
    )
    return f"{owner} {noun} {be} {value}"


def _plain(slot: str) -> str:
    return slot.replace("_", " ")


def _article(value: str) -> str:
    if (
        value in ("retired", "unemployed", "self-employed")
        or value.endswith("ing")
        or value.startswith(("a ", "an "))
        or value.endswith("s")
    ):
        return ""
    return "an " if value[:1].lower() in "aeiou" else "a "


def _chinese(subject: str, slot: str, value: str, polarity: Polarity) -> str:
    family, _, rest = slot.partition(".")
    if value == ANY:
        return f"{subject}原来的{_NAMES_ZH.get(family, family)}已结束"
    if family in _VERBS_ZH:
        return f"{subject}{_VERBS_ZH[family][_INDEX[polarity]]}{value}"
    be = ("是", "不是", "不再是")[_INDEX[polarity]]
    noun = (
        f"最喜欢的{rest}"
        if family == "favorite"
        else f"{rest}预算"
        if family == "budget"
        else _NAMES_ZH.get(slot) or _NAMES_ZH.get(family) or rest or family
    )
    return f"{subject}的{noun}{be}{value}"


# ── sentences that fit no slot ──────────────────────────────────────────────────────────────────

_FIRST_PERSON: Mapping[str, str] = {
    **dict.fromkeys(("I'm", "I am", "I’m", "Im"), "{who} is"),
    **dict.fromkeys(("I've", "I have", "I’ve"), "{who} has"),
    **dict.fromkeys(("I'll", "I’ll"), "{who} will"),
    **dict.fromkeys(("I'd", "I’d"), "{who} would"),
    "I don't": "{who} doesn't",
    "I do": "{who} does",
    "I haven't": "{who} hasn't",
    "I was": "{who} was",
    "I": "{who}",
    **dict.fromkeys(("Myself", "myself"), "{who}"),
    **dict.fromkeys(("My", "my", "Mine", "mine"), "{who}'s"),
    "me": "{who}",
}
"""What is longer stands before what it begins with."""
_OF_FIRST_PERSON = re.compile(rf"\b(?:{'|'.join(_FIRST_PERSON)})\b")
_PRESENT = re.compile(
    r"(?P<who>{who}) (?P<adverb>(?:really|just|always|usually|often|also|still|only|actually|never|now) "
    r")?(?P<verb>love|like|enjoy|work|live|want|need|think|feel|know|hope|play|run|go|take|prefer|hate|keep"
    r"|try|plan|use|read|write|study|make|get|see|drive|eat|own|teach|paint|cook|volunteer|believe|remember"
    r"|miss|start|spend|look|find|say|wish|wonder)\b"
)


_FILLER = re.compile(
    r"^(?:(?:yeah|yes|yep|no|well|oh|so|and|but|wow|haha|sure|thanks|definitely|absolutely|by the way"
    r"|btw)[,!.]+ )+",
    re.IGNORECASE,
)


def third_person(text: str, who: str) -> str:
    """A sentence of the first person told of ``who``."""
    filler = _FILLER.match(text)
    text = _OF_FIRST_PERSON.sub(lambda found: _FIRST_PERSON[found[0]], text[filler.end() :] if filler else text)
    text = text.replace("我们", "{who}他们").replace("我", "{who}")
    text = _PRESENT.sub(lambda found: f"{found['who']} {found['adverb'] or ''}{_third(found['verb'])}", text)
    return text.replace("{who}", who)


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")

"""What belongs beside the memories found: what applies whatever the question, and what is known of whom it is about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from memos_core.domain.engram import Agenda, Attribute, AttributeStatus, Foresight, Profile
from memos_core.domain.query import MemoryCall, Stage

AHEAD = timedelta(days=14)
"""How far ahead what comes up is shown."""
MOST = 8
"""Lines of one sort."""
_ADVISING = ("diet", "allergy", "condition", "medication", "budget")
"""Slots that bear on any advice."""
_ASKED_BY: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), slots)
    for pattern, slots in (
        (r"\b(?:liv(?:e|es|ing)|mov(?:e|ed|ing)|reside\w*|home|based|address|city|town)\b|住|搬|地址|城市",
         ("residence", "address")),
        (r"\b(?:works?|working|jobs?|careers?|profession|occupation|employ\w*|company|boss|living)\b|工作|职业|公司|上班",
         ("occupation", "employer")),
        (r"\b(?:stud(?:y|ies|ying)|school|college|university|major|degree)\b|学校|大学|专业",
         ("school", "field_of_study")),
        (r"\b(?:from|hometown|born|grew up|birthplace)\b|老家|家乡|出生", ("hometown", "birthplace", "nationality")),
        (r"\b(?:birthday|born|how old|age)\b|生日|几岁|多大", ("birthday", "age")),
        (r"\b(?:married|single|dating|relationship|partner|husband|wife|boyfriend|girlfriend|spouse)\b|结婚|单身|对象|老公|老婆",
         ("relationship_status", "partner")),
        (r"\b(?:sister|brother|mother|father|mom|mum|dad|parents?|sons?|daughters?|kids?|child(?:ren)?|famil(?:y|ies)|sibling)s?\b"
         r"|家人|姐|妹|哥|弟|妈|爸|孩子|儿子|女儿", ("relative",)),
        (r"\bfriends?\b|朋友", ("friend",)),
        (r"\b(?:pets?|dogs?|cats?|animals?)\b|宠物|狗|猫", ("pet",)),
        (r"\b(?:eat|eats|food|diet|meal|cook|restaurant|dinner|lunch|breakfast|recipe|snack)\b|吃|饭|菜|餐厅|饮食",
         ("diet", "allergy", "favorite.food", "dislikes")),
        (r"\b(?:allerg\w+|health|condition|sick|medic\w+|doctor)\b|过敏|健康|药|病",
         ("allergy", "condition", "medication")),
        (r"\b(?:hobb\w+|free time|spare time|enjoys?|likes?|interests?|activities|fun)\b|爱好|喜欢|兴趣",
         ("hobby", "likes")),
        (r"\b(?:hates?|dislikes?|avoid|can['’]t stand)\b|讨厌|不喜欢", ("dislikes",)),
        (r"\b(?:favou?rites?|prefer\w*)\b|最喜欢|偏好", ("favorite", "likes", "dislikes")),
        (r"\b(?:cars?|drives?|vehicle|bikes?)\b|车", ("vehicle",)),
        (r"\b(?:budget|afford|cost|spend)\b|预算|花费", ("budget",)),
        (r"\b(?:weigh\w*|height|tall|pounds?|kilos?|kg)\b|体重|身高", ("measurement",)),
        (r"\bhow many\b|多少|几个", ("count",)),
        (r"\b(?:goals?|plan|aims?|wants?)\b|目标|计划", ("goal",)),
        (r"\b(?:phone|number|e-?mail|contact)\b|电话|邮箱|联系", ("phone", "email")),
        (r"\b(?:speaks?|languages?)\b|语言", ("language",)),
        (r"\b(?:name|called|nickname)\b|名字|叫什么", ("name", "nickname", "relative", "pet")),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Parts of a recollection that come from what was made of memories, each best first."""

    instructions: tuple[Attribute, ...] = ()
    """How the asker wants to be answered, always."""
    constraints: tuple[Foresight, ...] = ()
    """In force now."""
    active: tuple[Foresight, ...] = ()
    """Holds now, and the question is about now or asks for advice."""
    upcoming: tuple[Foresight, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    """Values of the profile that the question asks for or that bear on its answer."""


def background(call: MemoryCall, profile: Profile, agenda: Agenda, askers: Sequence[str]) -> Background:
    """Choose what a question needs beside the memories that are found for it.

    Args:
        call: The planned question.
        profile: Of the moment at which it is asked.
        agenda: Of the same moment.
        askers: Names under which the asker speaks in this vault; empty where that is not known.
    """
    profile, agenda = _not_shown(call.where.exclude, profile, agenda)
    about = call.subjects or tuple(askers)
    concerned = call.advice or not call.subjects
    agenda = agenda if Stage.FORESIGHT in call.stages and concerned else Agenda(now=agenda.now)
    near = call.advice or _touches_now(call)
    soon = [one for one in agenda.upcoming if near and one.period.start <= agenda.now + AHEAD]
    told = Stage.INSTRUCTIONS in call.stages and concerned
    return Background(
        instructions=_values(profile, askers, ("instruction",)) if told else (),
        constraints=_of(agenda.constraints, askers),
        active=_of(agenda.active, about) if near else (),
        upcoming=_of(soon, about),
        attributes=_values(profile, about, asked_slots(call)) if Stage.PROFILE in call.stages else (),
    )


def _not_shown(shown: Sequence[str], profile: Profile, agenda: Agenda) -> tuple[Profile, Agenda]:
    """Without what rests on nothing but memories that the caller shows anyway."""
    if not shown:
        return profile, agenda
    there = frozenset(shown)

    def news(one: Attribute | Foresight) -> bool:
        return any(evidence.source not in there for evidence in one.evidence)

    return replace(profile, attributes=tuple(filter(news, profile.attributes))), replace(
        agenda,
        constraints=tuple(filter(news, agenda.constraints)),
        active=tuple(filter(news, agenda.active)),
        upcoming=tuple(filter(news, agenda.upcoming)),
    )


def asked_slots(call: MemoryCall) -> tuple[str, ...]:
    """The slots that a question asks for, by its words; for advice also those that bear on any."""
    slots = [slot for pattern, some in _ASKED_BY if pattern.search(call.query) for slot in some]
    if call.advice:
        slots += _ADVISING
    return tuple(dict.fromkeys(slots))


def _touches_now(call: MemoryCall) -> bool:
    """Whether a period that the question names reaches into the present or the future."""
    return any(call.now is not None and end > call.now for _, end in call.periods)


def _of(foresight: Iterable[Foresight], subjects: Sequence[str]) -> tuple[Foresight, ...]:
    """Those that concern one of ``subjects``, or all of them where these are not known."""
    return tuple([one for one in foresight if not subjects or one.subject in subjects][:MOST])


def _values(profile: Profile, subjects: Iterable[str], slots: Sequence[str]) -> tuple[Attribute, ...]:
    """Current values of slots, those of the first slot first, the newest first."""
    subjects = set(subjects)
    held = [
        one
        for one in profile.attributes
        if one.status in (AttributeStatus.ACTIVE, AttributeStatus.DISPUTED)
        and any(one.subject == subject or one.subject.startswith(f"{subject}'s ") for subject in subjects)
    ]
    chosen: dict[int, Attribute] = {}
    for slot in slots:
        fitting = [one for one in held if one.slot == slot or one.slot.startswith(f"{slot}.")]
        for one in sorted(fitting, key=lambda one: one.valid_from, reverse=True)[:MOST]:
            chosen.setdefault(id(one), one)
    return tuple(chosen.values())[:MOST]

"""What an English verb group makes of a value: polarity, modality, whether it is past, and the reading of it all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts import english_special as special
from memos_core.operation.formation.facts.english_times import for_a_while, long_ago
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, Found, Person, Reading
from memos_core.operation.formation.facts.stance import Stance
from memos_core.operation.formation.facts.verbs import Group, Tense, Token
from memos_core.operation.formation.facts.wordlists import listed

REFUSAL, GOAL = "refusal", "goal"
"""Kinds beside those of frames: what is refused, what is wanted."""
_LASTING = re.compile(
    r"\b(?:since|for|always|all my life|lately|recently|ever since|my whole life|these days|now)\b", re.IGNORECASE
)
NOW = re.compile(
    r"\b(?:now|these days|nowadays|currently|as of (?:today|now)|again|from now on|at the moment)\b", re.IGNORECASE
)
_PAST_SLOTS = listed(
    """
    residence employer occupation school diet relationship_status partner vehicle hometown
    """
)
_TASTES = listed(
    """
    likes dislikes hobby habit goal owns instruction favorite medication condition count measurement
    """
)
_TOLD = listed("birthplace birthday")
_PARENTS = re.compile(r"\b(?:mum|mom|dad|mother|father|parents|gran|nan|aunt)\b", re.IGNORECASE)
"""Who knows better than the speaker where and when the speaker was born."""
_BORNE = listed("stand tolerate abide stomach")
"""Said only of what is disliked, with a negation."""
_WE = re.compile(r"\b[Ww]e\b")
_KEPT = listed("diet medication allergy")
"""What one has to do is what one does."""
_OPPOSITE = {"likes": "dislikes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A clause with what the rules around it need."""

    page: Page
    stance: Stance
    clause: Clause
    number: int
    words: Sequence[Token]
    carried: Person | None
    """Subject of the clause before, in the same sentence."""


def stated(scene: Scene, person: Person, group: Group, found: Found, kind: str, modality: Modality) -> Reading | None:
    """A value with the polarity and modality that its verb group gives it, or nothing."""
    family = found.slot.partition(".")[0]
    modality = _vouched(scene, group, family, modality)
    if found.slot == "name" and found.confidence < 1 and _WE.search(scene.page.plain, scene.clause.start, group.stop):
        return None
    if kind == REFUSAL:
        return reading_of(scene, person, found, modality=modality) if not group.supposed and not group.planned else None
    if kind == GOAL:
        return reading_of(scene, person, found, modality=modality) if modality is not Modality.HYPOTHETICAL else None
    must = group.modal == "have to" and kind == STATE and family in _KEPT
    if group.supposed:
        modality = Modality.HYPOTHETICAL
    elif (group.planned and not must) or (
        kind == EVENT
        and group.tense is Tense.PRESENT
        and not group.begun
        and not group.ended
        and group.lemma not in ("have", "own")
        and not (group.lemma == "be" and found.ended)
    ):
        modality = modality if modality is Modality.HYPOTHETICAL else Modality.PLANNED
    if family in _TASTES and modality in (Modality.HYPOTHETICAL, Modality.PLANNED):
        return None
    past = kind == STATE and group.tense is Tense.PAST and not found.ended
    if _is_something_else(scene, group, found):
        return None
    if past and not group.ended and not (family in _PAST_SLOTS or family == "measurement"):
        return None
    if kind == STATE and _is_over(scene, group, found):
        return None
    return _polar(
        scene,
        person,
        group,
        found,
        modality,
        past and (family != "measurement" or long_ago(scene.page, scene.clause)),
        kind,
    )


def _vouched(scene: Scene, group: Group, family: str, modality: Modality) -> Modality:
    """What parents say of the birth of the speaker is no hearsay."""
    if modality is not Modality.REPORTED or family not in _TOLD:
        return modality
    told = _PARENTS.search(scene.page.shown, scene.clause.start, group.stop)
    return Modality.CORRECTING if told else modality


_NEW_JOB = re.compile(
    r"\b(?:don't|no longer|not|stopped|quit|left)\s+(?:my job|work(?:ing)?)\s+(?:for|at|with)\b[^.!?]{0,40}"
    r"\b(?:moved|moving)\s+(?:over\s+|across\s+)?to\b"
)
"""Who leaves an employer moves to another."""


def _is_something_else(scene: Scene, group: Group, found: Found) -> bool:
    """Whether the verb means something else here: to see a friend, to stay for a week, to leave a party."""
    if found.slot == "partner":
        return group.lemma == "see" and not group.progressive
    return found.slot == "residence" and (
        (group.lemma == "stay" and for_a_while(scene.page, scene.clause))
        or (group.lemma == "move" and _NEW_JOB.search(scene.page.sentence_at(scene.clause.sentence)) is not None)
        or (group.lemma == "leave" and not special.at_home(scene.page.sentence_at(scene.clause.sentence)))
    )


def _is_over(scene: Scene, group: Group, found: Found) -> bool:
    """Whether a state in the perfect is not said to last."""
    if group.tense is not Tense.PERFECT or group.lemma == "develop" or found.value in ("divorced", "widowed"):
        return False
    if group.denied and found.slot in ("likes", "dislikes"):
        return False
    stop = scene.page.sentences[scene.clause.sentence][1]
    return _LASTING.search(scene.page.shown, scene.clause.start, stop) is None


def _polar(
    scene: Scene, person: Person, group: Group, found: Found, modality: Modality, past: bool, kind: str
) -> Reading | None:
    event = kind in (EVENT, TIMELESS) or group.begun
    now = group.now or NOW.search(scene.page.shown, scene.clause.start, scene.clause.stop) is not None
    polarity = Polarity.AFFIRMED
    if found.ended:
        if group.denied or (group.ended and found.value == ANY):
            return None
        polarity = Polarity.ENDED
    elif group.ended or past:
        polarity = Polarity.ENDED
    elif group.denied:
        if found.slot in _OPPOSITE:
            found = replace(found, slot=_OPPOSITE[found.slot])
        elif found.slot in ("dislikes", "goal", "count") or (event and kind != TIMELESS):
            return None
        else:
            polarity = Polarity.NEGATED
    elif group.modal in ("can", "could") and group.lemma in _BORNE:
        return None
    if group.lemma in _BORNE and not group.denied:
        return None
    return reading_of(
        scene,
        person,
        found,
        polarity=polarity,
        modality=modality,
        event=event,
        lasting=kind == TIMELESS,
        past=past,
        now=now,
    )


def reading_of(
    scene: Scene,
    person: Person,
    found: Found,
    *,
    polarity: Polarity = Polarity.AFFIRMED,
    modality: Modality,
    event: bool = False,
    lasting: bool = False,
    past: bool = False,
    now: bool = False,
) -> Reading:
    """A reading of a clause; a change that corrects is news, not a correction."""
    if modality is Modality.CORRECTING and event and not lasting and polarity is not Polarity.NEGATED:
        modality = Modality.ASSERTED  # a change is news, not a correction
    if found.ended and polarity is Polarity.AFFIRMED:
        polarity = Polarity.ENDED
    return Reading(
        person=person,
        slot=found.slot,
        value=found.value,
        start=scene.clause.start,
        stop=scene.clause.stop,
        polarity=polarity,
        modality=modality,
        event=event,
        past=past,
        now=now,
        confidence=min(found.confidence, PRESUMED) if found.slot == "owns" and found.ended else found.confidence,
        clause=scene.number,
    )

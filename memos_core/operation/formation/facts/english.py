"""English clauses: find who does what, look the verb up, take the values."""

import re
from collections.abc import Iterator
from dataclasses import replace

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts import english_special as special
from memos_core.operation.formation.facts.english_ellipsis import BARE_GENITIVES, completed, with_apostrophes
from memos_core.operation.formation.facts.english_frames import frames
from memos_core.operation.formation.facts.english_nouns import (
    SLOT_NOUNS,
    impersonal,
    is_measure,
    is_renewable,
    noun_value,
)
from memos_core.operation.formation.facts.english_stating import GOAL, NOW, REFUSAL, Scene, reading_of, stated
from memos_core.operation.formation.facts.english_subjects import SUBJECT_WORDS, Subject, subject_at
from memos_core.operation.formation.facts.english_times import long_ago
from memos_core.operation.formation.facts.english_values import at_school, group_values
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS
from memos_core.operation.formation.facts.lexicon import HOBBY_VERBS, NATIONALITIES, RELIGIONS, is_condition, pet_in
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, SELF, Found, Person, Reading
from memos_core.operation.formation.facts.stance import Stance
from memos_core.operation.formation.facts.verbs import Group, Tense, group_at, guessed_group, tokens
from memos_core.operation.formation.facts.wordlists import listed

_NO_MORE = re.compile(r"\b(?:any ?more|any longer)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"^(?P<wrong>[^,;]+?),?\s+but\s+(?P<right>(?!i\b|we\b|it\b|he\b|she\b|they\b|also\b).+)$", re.IGNORECASE
)
_KEEPING = listed("reach hit have get adopt buy own rescue keep lose welcome foster bring take")
_MOVING = listed("drop go fall rise change increase decrease raise set come have switch be")
_CHANGING = listed(
    "raise lower increase cut set change update reduce reset switch push bump stretch trim bring take put"
)
_PARTING = listed("sell lose give rehome")
_GOT_AT_LAST = re.compile(
    r"\b(?:licen[cs]e|degree|qualified|promoted|fit|in shape|black belt|certificate|certified|diploma|visa)\b"
)
_TRIED = listed("quit lose learn save become stop reach get")
_TRYING = re.compile(r"\btrying\b", re.IGNORECASE)
"""What one is trying at the moment is seldom a goal, but for what takes long: "trying to quit sugar"."""
_GOALS = listed(
    """
    learn become run save lose travel visit buy finish climb move open launch improve quit publish graduate
    retire win reach achieve gain master adopt volunteer qualify pass earn stop study own read write swim cycle cross
    row sail compete perform hike
    """
)


def read_clause(page: Page, stance: Stance, number: int, carried: Person | None) -> tuple[list[Reading], Person | None]:
    """What an English clause says, and the subject that the next one may leave out."""
    clause = page.clauses[number]
    if clause.asked and not page.chinese:  # what follows in its sentence is asked as well
        return [], carried
    words = tokens(page.plain, clause.start, clause.stop)
    if not page.words.isdisjoint(BARE_GENITIVES):
        words = with_apostrophes(words)
    first = number == 0 or page.clauses[number - 1].sentence != clause.sentence
    if words and not clause.asked:
        other = not first and carried not in (None, SELF)
        words = completed(
            words, page.plain[words[0].start : page.sentences[clause.sentence][1]], chained=not first, other=other
        )
    scene = Scene(page=page, stance=stance, clause=clause, number=number, words=words, carried=carried)
    readings: list[Reading] = []
    at = 0
    while at < len(words):
        word = words[at]
        subject = None
        if at == 0 or word.word in SUBJECT_WORDS or word.raw[0].isupper():
            subject = subject_at(words, at, carried, clause.lead)
        if subject is None:
            at += 1
            continue
        if subject.person.kind != "elided":
            carried = subject.person
        found = list(_of_subject(scene, subject))
        readings += found
        at = max(subject.after, at + 1) if not found else len(words)
    return readings, carried


def _of_subject(scene: Scene, subject: Subject) -> Iterator[Reading]:
    if scene.clause.asked:
        return
    before = scene.page.shown[scene.clause.start : subject.start]
    if subject.noun and (aged := _aged_pet(scene, subject)):
        subject = aged
    if subject.noun:
        yield from _of_noun(scene, subject, scene.stance.modality(scene.clause, before))
        return
    group = group_at(scene.words, subject.after)
    if group is None and subject.person == SELF and (guess := guessed_group(scene.words, subject.after)):
        yield from _usual(scene, guess, scene.stance.modality(scene.clause, before))
    if group is None or not group.lemma:
        return
    modality = scene.stance.modality(scene.clause, before)
    if subject.person.kind == "elided":
        subject = replace(subject, person=scene.carried or SELF)
    over = group.denied and group.lemma not in ("stand", "tolerate", "bear", "abide", "stomach")
    if over and _NO_MORE.search(scene.page.shown, group.stop, scene.clause.stop):
        group = replace(group, ended=True, denied=False)
    yield from _of_group(scene, subject, group, modality)


def _usual(scene: Scene, group: Group, modality: Modality) -> Iterator[Reading]:
    """What is done again and again, whatever the verb."""
    before = scene.page.shown[scene.clause.start : group.stop]
    rest = _spaced(scene.page.shown[group.stop : scene.clause.stop])
    if modality in (Modality.ASSERTED, Modality.CORRECTING) and special.is_frequent(rest):
        for one in special.habits(group.lemma, before, rest):
            yield reading_of(scene, SELF, one, modality=modality)


def _aged_pet(scene: Scene, subject: Subject) -> Subject | None:
    """``my dog Rex`` as Rex, where his age is told."""
    group = group_at(scene.words, subject.after)
    kind, _, name = subject.noun.rpartition(" ")
    if group is None or group.lemma not in ("be", "turn") or not name[:1].isupper() or not pet_in(kind):
        return None
    if not _YEARS.match(scene.page.plain, group.stop, scene.clause.stop):
        return None
    return replace(subject, noun="", person=Person(kind="name", word=name))


_SMALL_AGE = (
    r"\s+(?:(?:now|already|only|just|almost)\s+)*(?P<age>one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)(?=\s*(?:$|[.,!;])"
    r"|\s+(?:now|years? old|today)\b)"
)
_YEARS = re.compile(
    rf"\s+(?:(?:now|already|only|just|almost)\s+)*\d{{1,2}}\b(?!\s*(?:kg|kilos|pounds|lbs|%))|{_SMALL_AGE}"
)


# ── nouns ───────────────────────────────────────────────────────────────────────────────────────


def _of_noun(scene: Scene, subject: Subject, modality: Modality) -> Iterator[Reading]:
    """``my NOUN is VALUE``."""
    group = group_at(scene.words, subject.after)
    stop = scene.clause.stop
    if group is None and subject.after < len(scene.words) and scene.words[subject.after].word in (":", "="):
        group = Group(lemma="be", stop=scene.words[subject.after].stop)
    if group is not None and group.progressive and subject.noun.lower() in SLOT_NOUNS:
        group = Group(lemma="be", stop=scene.words[subject.after].stop)  # "my hobby is collecting stamps"
    if group is None or group.supposed or (_was(group, scene) and not _was_kept(subject.noun, scene)):
        return
    if group.lemma != "be" or _is_gone(group, scene.page.plain[group.stop : stop]):
        yield from _of_owned(scene, subject, group, modality)
        return
    renewed = NOW.search(scene.page.shown, scene.clause.start, stop) is not None and is_renewable(subject.noun)
    if not subject.own and not impersonal(subject.noun) and not renewed:
        return
    said, original = scene.page.plain[group.stop : stop], scene.page.shown[group.stop : stop]
    denied = group.denied or group.ended
    if denied and (contrast := _CONTRAST.match(original.strip())):
        yield from _noun_readings(
            scene, subject, contrast["wrong"], contrast["wrong"], Polarity.NEGATED, Modality.CORRECTING
        )
        yield from _noun_readings(
            scene, subject, contrast["right"], contrast["right"], Polarity.AFFIRMED, Modality.CORRECTING
        )
        return
    polarity = Polarity.ENDED if group.ended else Polarity.NEGATED if group.denied else Polarity.AFFIRMED
    if group.planned and modality in (Modality.ASSERTED, Modality.CORRECTING) and group.lemma != "be":
        modality = Modality.PLANNED
    yield from _noun_readings(scene, subject, said, original, polarity, modality)


def _was(group: Group, scene: Scene) -> bool:
    over = group.tense is Tense.PAST and group.lemma == "be" and not group.ended
    return over and not _is_gone(group, scene.page.plain[group.stop : scene.clause.stop])


def _was_kept(noun: str, scene: Scene) -> bool:
    """Whether what was so is so: a name stays, a measurement is of its time."""
    last = noun.lower().split()[-1]
    return last in ("name", "birthplace", "hometown") or (
        is_measure(noun) and bool(scene.page.times) and not long_ago(scene.page, scene.clause)
    )


def _noun_readings(
    scene: Scene, subject: Subject, said: str, original: str, polarity: Polarity, modality: Modality
) -> Iterator[Reading]:
    now = NOW.search(original) is not None or "new" in subject.noun.lower().split()
    for found in noun_value(subject.noun, said, original):
        yield reading_of(scene, subject.person, found, polarity=polarity, modality=modality, now=now)


def _of_owned(scene: Scene, subject: Subject, group: Group, modality: Modality) -> Iterator[Reading]:
    """``my weight dropped to 80 kg``, ``my dog died``."""
    rest = scene.page.plain[group.stop : scene.clause.stop]
    if _died(group, rest):
        for one in special.lost_animal(subject.noun):
            yield reading_of(scene, subject.person, one, polarity=Polarity.ENDED, modality=modality, event=True)
        return
    if _is_gone(group, rest):
        gone = Found(slot="owns", value=subject.noun, ended=True, confidence=PRESUMED)
        yield reading_of(scene, subject.person, gone, modality=modality, event=True)
        return
    if is_condition(subject.noun) and not group.denied and _is_over(group, rest):
        yield reading_of(
            scene, subject.person, Found(slot="condition", value=subject.noun, ended=True), modality=modality
        )
        return
    if group.lemma in _MOVING and not group.denied:
        verb = scene.page.plain[group.stop - len(scene.words[group.after - 1].raw) : scene.clause.stop]
        for found in noun_value(subject.noun, verb, verb):
            if verb.strip() != found.value:
                yield reading_of(scene, subject.person, found, modality=modality, event=True)


def _is_over(group: Group, rest: str) -> bool:
    """Whether an ailment is told to be gone."""
    if group.lemma in ("vanish", "disappear", "heal"):
        return True
    return re.match(r"\s+(?:\w+ )?(?:up|away)\b", rest) is not None and group.lemma in ("clear", "go")


_GONE = re.compile(
    r"\s+(?:just |recently )?(?:stolen|totaled|totalled|written off|wrecked|sold|scrapped|destroyed|towed)\b"
)


def _is_gone(group: Group, rest: str) -> bool:
    """Whether a thing is said to be lost: "my Ford got stolen"."""
    return group.lemma in ("be", "get") and group.tense is not Tense.PRESENT and _GONE.match(rest) is not None


def _died(group: Group, rest: str) -> bool:
    return (
        group.lemma == "die" or (group.lemma in ("pass", "run", "go") and special.deaths(rest))
    ) and group.tense is not Tense.PRESENT


_PITIED = re.compile(r"^(?:(?:Poor|Old|Dear|Little|Sweet|Darling|Wee|Good old)\s+)+")
_LEFT = re.compile(r"\s+me\b(?!\s+(?:alone|at|in|a|some|with|the|no|out|to|behind|here)\b)")


# ── verbs ───────────────────────────────────────────────────────────────────────────────────────


def _of_group(scene: Scene, subject: Subject, group: Group, modality: Modality) -> Iterator[Reading]:
    rest = _spaced(scene.page.plain[group.stop : scene.clause.stop])
    if subject.person.kind == "name" and not group.denied and not group.supposed and _died(group, rest):
        name = _PITIED.sub("", subject.person.word)
        gone = Found(slot="pet", value=name, ended=True, confidence=PRESUMED)
        yield reading_of(scene, SELF, gone, modality=modality, event=True)
        return
    if _LEFT.match(rest) and group.lemma in ("leave", "dump", "divorce") and subject.person.kind in ("kin", "name"):
        yield from _left_by(scene, subject.person, group, modality)
        return
    if group.denied and (contrast := _CONTRAST.match(rest.strip())) and modality is not Modality.HYPOTHETICAL:
        wrong, right = f" {contrast['wrong']}", f" {contrast['right']}"
        yield from _framed(scene, subject.person, group, wrong, Modality.CORRECTING)
        yield from _framed(scene, subject.person, replace(group, denied=False), right, Modality.CORRECTING)
        return
    aged = group.lemma == "turn" or (group.lemma == "be" and group.tense is not Tense.PAST and not group.denied)
    small = _SMALL.match(rest) if aged and subject.person.kind in ("kin", "name") else None
    if small:
        yield reading_of(scene, subject.person, Found(slot="age", value=small["age"]), modality=modality)
        return
    yield from _framed(scene, subject.person, group, rest, modality)


_SMALL = re.compile(_SMALL_AGE)


def _spaced(rest: str) -> str:
    """Behind a verb that was left out begins the rest without a blank, and with the capital of its sentence."""
    if not rest or not rest[0].isalnum():
        return rest
    first = rest.split()[0].strip(".,!?;:").lower()
    return f" {rest}" if first in NATIONALITIES or first in RELIGIONS else f" {rest[0].lower()}{rest[1:]}"


def _left_by(scene: Scene, person: Person, group: Group, modality: Modality) -> Iterator[Reading]:
    """``Ben left me``: ends what was known, if that was it."""
    if group.tense is Tense.PRESENT or group.denied or group.supposed:
        return
    left = person.name or (person.word if person.kind == "name" else ANY)
    gone = Found(slot="partner", value=left, ended=True, confidence=PRESUMED)
    yield reading_of(scene, SELF, gone, modality=modality, event=True)


def _framed(scene: Scene, person: Person, group: Group, rest: str, modality: Modality) -> Iterator[Reading]:
    """All that the frames of a verb find; the first frame to fill a slot keeps it."""
    taken: set[str] = set()
    for frame in frames().get(group.lemma, ()):
        match = frame.pattern.match(rest)
        if match is None:
            continue
        found = [at_school(one, group.lemma) for one in group_values(match, frame)]
        if "school" in taken:
            found = [one for one in found if one.slot != "residence"]  # "transferred to Michigan State"
        fresh = [one for one in found if one.slot not in taken]
        if not fresh:
            continue
        taken.update(one.slot for one in fresh)
        for one in fresh:
            if reading := stated(scene, person, group, one, frame.kind, modality):
                yield reading
    for one, kind in _specials(scene, group, rest):
        if one.slot not in taken and (reading := stated(scene, person, group, one, kind, modality)):
            yield reading


def _specials(scene: Scene, group: Group, rest: str) -> Iterator[tuple[Found, str]]:
    """What patterns alone cannot read, each with its kind."""
    lemma, original = group.lemma, _spaced(scene.page.shown[group.stop : scene.clause.stop])
    if lemma in _KEEPING:
        kind = STATE if lemma in ("have", "own", "keep") else EVENT
        yield from ((replace(one, ended=lemma == "lose"), kind) for one in special.keeping(lemma, rest))
    if lemma in _PARTING:
        yield from ((one, EVENT) for one in special.parting(rest))
    yield from ((one, TIMELESS) for one in special.efforts(lemma, rest))
    yield from ((one, STATE) for one in special.everything(lemma, rest))
    if lemma == "be" and (group.ended or group.denied) and _TOGETHER.match(rest):
        yield Found(slot="partner", value=ANY, ended=True), REFUSAL
    yield from ((one, REFUSAL) for one in special.refusals(lemma, rest, group.denied, group.ended))
    if lemma in _CHANGING:
        yield from ((one, EVENT) for one in special.changes(rest))
    yield from (
        (one, EVENT) for one in special.left_place(lemma, original, scene.page.sentence_at(scene.clause.sentence))
    )
    yield from ((one, TIMELESS) for one in special.born(lemma, original))
    if group.ended and group.tense is not Tense.PERFECT and lemma in HOBBY_VERBS:
        yield Found(slot="hobby", value=special.gerund(lemma), ended=True, confidence=PRESUMED), REFUSAL
    if group.begun and group.form == "ing":
        yield from ((one, EVENT) for one in special.pastimes(lemma, rest))
    yield from ((one, STATE) for one in special.going(lemma, original))
    tried = lemma not in _TRIED and _TRYING.search(scene.page.shown, scene.clause.start, group.stop) is not None
    if (
        group.planned
        and not group.denied
        and not tried
        and (lemma in _GOALS or (lemma == "get" and _GOT_AT_LAST.search(original)) or _aims(scene, group))
        and _wants(scene, group)
    ):
        yield from ((one, GOAL) for one in special.goals(lemma, original))
    shown = group.form in ("base", "s") or (group.begun and group.form == "ing")
    if not group.planned and not group.progressive and shown and not group.supposed:
        before = scene.page.shown[scene.clause.start : group.stop]
        yield from ((one, STATE) for one in special.habits(lemma, before, original))
        yield from ((one, STATE) for one in special.pastimes(lemma, rest))


_TOGETHER = re.compile(r"\s+(?:together|a couple|an item|dating|seeing each other)\b")
_WANT = re.compile(
    r"\b(?:want|wanna|hope|hoping|aim|aiming|determined|trying|resolved|plan|planning|intend|dream)\b[^.]{0,40}$",
    re.IGNORECASE,
)


def _wants(scene: Scene, group: Group) -> bool:
    start = group.stop - 1
    return _WANT.search(scene.page.shown, scene.clause.start, start) is not None


def _aims(scene: Scene, group: Group) -> bool:
    return _AIM.search(scene.page.shown, scene.clause.start, group.stop) is not None


_AIM = re.compile(
    r"\b(?:aim|aiming|ambition|determined|working towards|dream of|my dream|my goal|one day|some ?day|bucket "
    r"list|before I die)\b",
    re.IGNORECASE,
)

"""The file of the LoCoMo benchmark (Maharana et al. 2024, "Evaluating Very Long-Term Conversational Memory")."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from memos_core.domain.turn import Turn
from memos_core.evaluation.dialogue import Conversation, Malformed, Question, listed, mapped, turn_of

CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
"""What the numbers in the file stand for."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("january", "february", "march", "april", "may", "june",
         "july", "august", "september", "october", "november", "december"), start=1,
    )
}  # fmt: skip
_DATE_TIME = re.compile(r"(\d{1,2}):(\d{2}) *([ap])m on (\d{1,2}) ([a-z]+),? (\d{4})", re.IGNORECASE)
_SESSION = re.compile(r"session_(\d+)")
_EVIDENCE = re.compile(r"D(\d+):(\d+)")


def conversation_of(raw: object, where: str) -> Conversation:
    """One sample of the file.

    Every session's time holds for all of its turns, in UTC; a photo is told by its caption. Evidence that is
    malformed or names no turn is dropped. The answer to an adversarial question is empty: nobody said it.

    Raises:
        Malformed: ``raw`` is not a sample.
    """
    sample = mapped(raw, where)
    sessions = mapped(sample.get("conversation"), f"{where}.conversation")
    numbers = sorted(int(found[1]) for name in sessions if (found := _SESSION.fullmatch(name)))
    turns = [turn for number in numbers for turn in _session_turns(sessions, number, f"{where}.conversation")]
    known = {turn.source for turn in turns}
    asked = listed(sample.get("qa") or [], f"{where}.qa")
    return Conversation(
        name=str(sample.get("sample_id") or where),
        turns=tuple(turns),
        questions=tuple(_question(entry, f"{where}.qa[{i}]", known) for i, entry in enumerate(asked)),
    )


def _session_turns(sessions: Mapping[str, object], number: int, where: str) -> list[Turn]:
    session = f"session_{number}"
    at = _date_time(sessions.get(f"{session}_date_time"), f"{where}.{session}_date_time")
    turns = []
    for i, raw in enumerate(listed(sessions[session], f"{where}.{session}")):
        place = f"{where}.{session}[{i}]"
        said = mapped(raw, place)
        caption = said.get("blip_caption")
        shown = f" [shares a photo: {caption}]" if caption else ""
        content = {
            "content": f"{said.get('text') or ''}{shown}".strip(),
            "speaker": said.get("speaker"),
            "at": at,
            "source": said.get("dia_id"),
        }
        if turn := turn_of(content, place, session):
            turns.append(turn)
    return turns


def _date_time(value: object, where: str) -> datetime | None:
    if value is None:
        return None
    found = _DATE_TIME.fullmatch(str(value).strip())
    month = _MONTHS.get(found[5].lower()) if found else None
    if not found or not month:
        raise Malformed(where, "expected a time like '1:56 pm on 8 May, 2023'")
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    try:
        return datetime(int(found[6]), month, int(found[4]), hour, int(found[2]), tzinfo=UTC)
    except ValueError as error:
        raise Malformed(where, f"no such moment: {error}") from error


def _question(raw: object, where: str, known: set[str]) -> Question:
    entry = mapped(raw, where)
    text, answer, category = entry.get("question"), entry.get("answer"), entry.get("category")
    if not isinstance(text, str):
        raise Malformed(where, "expected 'question' to be a str")
    named = [source for item in listed(entry.get("evidence") or [], f"{where}.evidence") for source in _evidence(item)]
    return Question(
        text=text,
        answer="" if answer is None or category == 5 else str(answer),
        category=CATEGORIES.get(category, "") if isinstance(category, int) else "",
        evidence=tuple(dict.fromkeys(source for source in named if source in known)),
    )


def _evidence(item: object) -> list[str]:
    """The turn ids in one entry, which may hold several: ``"D8:6; D9:17"``."""
    words = re.split(r"[;,\s]+", str(item))
    return [f"D{int(found[1])}:{int(found[2])}" for word in words if (found := _EVIDENCE.fullmatch(word))]

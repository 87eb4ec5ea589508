"""The file of the LongMemEval benchmark (Wu et al. 2025): a list of questions, each with a history of its own."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation.dialogue import Conversation, Malformed, Question, listed, mapped, read_json, texted, turn_of

_DATE_TIME = re.compile(r"(\d{4})/(\d\d)/(\d\d)(?: \(\w+\))?(?: (\d\d):(\d\d))?")
_ABSTENTION = "_abs"
"""The end of the ids of questions that the history does not answer."""


def load_longmemeval(path: str | Path) -> list[Conversation]:
    """Read every question as a conversation with one question.

    Turns are known as ``<session id>:<turn>``, counted from 0; a session id that occurs twice carries its place in
    the history. Evidence are the turns marked ``has_answer``; where none is, the turns of the answer sessions. Times
    are taken as UTC. Questions whose id ends in ``_abs`` are of the category ``abstention``.

    Raises:
        InvalidInput: The file cannot be read or is not of that format.
    """
    file = Path(path)
    try:
        return [_conversation(raw, f"[{i}]") for i, raw in enumerate(listed(read_json(file), ""))]
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error


def _conversation(raw: object, where: str) -> Conversation:
    entry = mapped(raw, where)
    name = texted(entry, "question_id", where)
    said = list(_said(entry, where))
    marked = tuple(turn.source for turn, _, marked in said if marked)
    named = {str(session) for session in listed(entry.get("answer_session_ids") or [], f"{where}.answer_session_ids")}
    abstains = name.endswith(_ABSTENTION)
    answer = entry.get("answer")
    question = Question(
        text=texted(entry, "question", where),
        answer="" if answer is None else str(answer),
        category="abstention" if abstains else str(entry.get("question_type") or ""),
        evidence=() if abstains else marked or tuple(turn.source for turn, session, _ in said if session in named),
        asked_at=_date_time(entry.get("question_date"), f"{where}.question_date"),
    )
    return Conversation(name=name, turns=tuple(turn for turn, _, _ in said), questions=(question,))


def _said(entry: Mapping[str, object], where: str) -> Iterator[tuple[Turn, str, bool]]:
    """Every turn with the id of its session as the file has it, and whether it holds the answer."""
    sessions = listed(entry.get("haystack_sessions"), f"{where}.haystack_sessions")
    ids = _beside(entry, "haystack_session_ids", len(sessions), where)
    dates = _beside(entry, "haystack_dates", len(sessions), where)
    seen: set[str] = set()
    for s, (raw, given, date) in enumerate(zip(sessions, ids, dates, strict=True)):
        session = str(given) if str(given) not in seen else f"{given}@{s}"
        seen.add(session)
        at = _date_time(date, f"{where}.haystack_dates[{s}]")
        for t, said in enumerate(listed(raw, f"{where}.haystack_sessions[{s}]")):
            place = f"{where}.haystack_sessions[{s}][{t}]"
            message = mapped(said, place)
            content = {
                "role": message.get("role"),
                "content": message.get("content"),
                "at": at,
                "source": f"{session}:{t}",
            }
            if turn := turn_of(content, place, session):
                yield turn, str(given), message.get("has_answer") is True


def _beside(entry: Mapping[str, object], name: str, count: int, where: str) -> list[object]:
    values = listed(entry.get(name), f"{where}.{name}")
    if len(values) != count:
        raise Malformed(f"{where}.{name}", f"expected {count} entries, one per session, found {len(values)}")
    return values


def _date_time(value: object, where: str) -> datetime | None:
    if value is None:
        return None
    found = _DATE_TIME.fullmatch(str(value).strip())
    if not found:
        raise Malformed(where, "expected a time like '2023/05/20 (Sat) 02:21'")
    try:
        year, month, day, hour, minute = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError as error:
        raise Malformed(where, f"no such moment: {error}") from error

"""The folders of the PrefEval benchmark (Zhao et al. 2025, "Do LLMs Recognize Your Preferences?").

``explicit``, ``implicit_choice`` and ``implicit_persona`` hold a file per topic; ``filtered_inter_turns.json`` holds
conversations about other things, which stand between a preference and the question that it bears on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation.dialogue import Conversation, Malformed, Question, listed, mapped, read_json, texted, turn_of
from memos_core.operation.recall.analysis import analyse

FILLERS = "filtered_inter_turns.json"
FORMS = {"explicit": "explicit", "choice": "implicit_choice", "persona": "implicit_persona"}
"""How a preference is told, and the folder that holds it."""
ALONE, AMONG_OTHERS = "A", "B"
"""Protocols: one preference among the fillers; one of every other topic beside it."""

_CHOICE = (("query", "user"), ("assistant_options", "assistant"), ("user_selection", "user"),
           ("assistant_acknowledgment", "assistant"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One preference as it was told."""

    session: str
    turns: tuple[Turn, ...]
    evidence: str
    """Source of the turn in which the user shows the preference."""
    question: str
    preference: str


def load_prefeval(path: str | Path) -> list[Conversation]:
    """Read the folder as one conversation: every preference, then every filler, each in a session of its own.

    Each preference is asked about twice: under protocol A its question sees the fillers and this one preference, under
    protocol B also one preference from every other topic (that of the same number, counted round). Categories are named
    ``explicit A``, ``choice B`` and so on. The evidence is one turn: the preference (explicit), the user's selection
    (choice), the user's turn that holds most of the preference's words (persona).

    Raises:
        InvalidInput: A part of the folder is missing, or a file is not of that format.
    """
    root = Path(path)
    sessions = map(_session, count())
    by_form = {
        form: {file.stem: _topic(file, form, sessions) for file in sorted((root / folder).glob("*.json"))}
        for form, folder in FORMS.items()
    }
    told = [turn for topics in by_form.values() for topic in topics.values() for one in topic for turn in one.turns]
    if not told:
        raise InvalidInput(f"{root}: expected topics in {', '.join(FORMS.values())}, found none")
    fillers = tuple(_fillers(root / FILLERS, sessions))
    between = tuple(dict.fromkeys(turn.session for turn in fillers))
    questions = [question for form, topics in by_form.items() for question in _questions(topics, form, between)]
    return [Conversation(name="prefeval", turns=(*told, *fillers), questions=tuple(questions))]


def _questions(topics: Mapping[str, Sequence[_Told]], form: str, between: tuple[str, ...]) -> Iterator[Question]:
    for protocol in (ALONE, AMONG_OTHERS):
        for topic, told in topics.items():
            others = [other for name, other in topics.items() if name != topic and other]
            for i, one in enumerate(told):
                beside = [other[i % len(other)].session for other in others] if protocol == AMONG_OTHERS else []
                yield Question(
                    text=one.question,
                    answer=one.preference,
                    category=f"{form} {protocol}",
                    evidence=(one.evidence,),
                    sessions=(*between, one.session, *beside),
                )


def _fillers(file: Path, sessions: Iterator[str]) -> Iterator[Turn]:
    try:
        for i, raw in enumerate(listed(read_json(file), "")):
            chat = mapped(raw, f"[{i}]")
            session = next(sessions)
            for j, said in enumerate(listed(chat.get("conversation"), f"[{i}].conversation")):
                place = f"[{i}].conversation[{j}]"
                message = mapped(said, place)
                content = {
                    "role": message.get("role"),
                    "content": message.get("content"),
                    "source": f"{session}:{j}",
                }
                if turn := turn_of(content, place, session):
                    yield turn
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error


def _session(number: int) -> str:
    """A name that gives nothing away: it stands in the context above what was said."""
    return f"talk {number}"


def _topic(file: Path, form: str, sessions: Iterator[str]) -> list[_Told]:
    try:
        return [_told(raw, form, f"[{i}]", next(sessions)) for i, raw in enumerate(listed(read_json(file), ""))]
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error


def _told(raw: object, form: str, where: str, session: str) -> _Told:
    entry = mapped(raw, where)
    preference = texted(entry, "preference", where)
    said = [("user", preference)] if form == "explicit" else _said(entry.get("conversation"), form, where)
    read = [
        turn_of({"role": role, "content": text, "source": f"{session}:{i}"}, where, session)
        for i, (role, text) in enumerate(said)
    ]
    turns = tuple(turn for turn in read if turn)
    return _Told(
        session=session,
        turns=turns,
        evidence=_evidence(turns, preference, form, where),
        question=texted(entry, "question", where),
        preference=preference,
    )


def _said(raw: object, form: str, where: str) -> list[tuple[str, str]]:
    """Roles and texts of the conversation in which a preference shows."""
    talk = mapped(raw, f"{where}.conversation")
    if form == "choice":
        return [(role, texted(talk, name, f"{where}.conversation")) for name, role in _CHOICE]
    exchanges = [mapped(talk[number], f"{where}.conversation[{number!r}]") for number in sorted(talk, key=_number)]
    return [(role, str(exchange[role])) for exchange in exchanges for role in ("user", "assistant") if role in exchange]


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else 0, name)


def _evidence(turns: Sequence[Turn], preference: str, form: str, where: str) -> str:
    by_user = [turn for turn in turns if turn.role == "user"]
    if not by_user:
        raise Malformed(where, "expected the user to say something")
    if form == "choice":
        return by_user[-1].source
    words = set(analyse(preference))
    return max(by_user, key=lambda turn: len(words & set(analyse(turn.text)))).source

"""What a benchmark is made of: conversations, and questions that point at the turns which answer them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput, InvalidText
from memos_core.interface.reader import read_one

UNANSWERABLE = frozenset({"adversarial", "abstention"})
"""Categories of questions that the conversation does not answer: the right answer is to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a conversation."""

    text: str
    answer: str = ""
    """The expected answer; empty where the conversation does not tell."""
    category: str = ""
    """What makes it hard, e.g. ``multi-hop``; empty for none."""
    evidence: tuple[str, ...] = ()
    """``Turn.source`` of every turn that is needed to answer, each one of the conversation's."""
    rubric: tuple[str, ...] = ()
    """What a good answer says, point by point; empty where the benchmark has no rubric."""
    options: tuple[str, ...] = ()
    """What may be chosen, the expected answer among it, each once; empty for an open question."""
    asked_at: datetime | None = None
    """When it is asked; ``None`` for after the conversation."""
    sessions: tuple[str, ...] = ()
    """The only sessions of the conversation that exist for this question; empty for all of them."""

    @property
    def answerable(self) -> bool:
        """Whether the conversation holds the answer."""
        return self.category not in UNANSWERABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns in order, and what is asked about them."""

    name: str
    turns: tuple[Turn, ...] = field(repr=False)
    questions: tuple[Question, ...] = field(default=(), repr=False)


def gathered(conversations: Sequence[Conversation], name: str) -> Conversation:
    """Several conversations as one, for one memory that holds all of them; sources and sessions are kept apart."""
    return Conversation(
        name=name,
        turns=tuple(
            replace(turn, source=f"{one.name}/{turn.source}", session=f"{one.name}/{turn.session}")
            for one in conversations
            for turn in one.turns
        ),
        questions=tuple(
            replace(
                question,
                evidence=tuple(f"{one.name}/{source}" for source in question.evidence),
                sessions=tuple(f"{one.name}/{session}" for session in question.sessions),
            )
            for one in conversations
            for question in one.questions
        ),
    )


class Malformed(InvalidInput):
    """A part of a file is not what it should be; the loader adds the file's name."""

    def __init__(self, where: str, expected: str) -> None:
        """Name the place within the file and what was expected there."""
        super().__init__(f"{where}: {expected}" if where else expected)


def read_json(file: Path) -> object:
    """The value of a UTF-8 file.

    Raises:
        InvalidInput: The file cannot be read or is no JSON; names the file and the place in it.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{file}: line {error.lineno}, column {error.colno}: expected JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{file}: expected JSON of ordinary size: {error}") from error


def listed(value: object, where: str) -> list[object]:
    """``value``, which must be a list."""
    if not isinstance(value, list):
        raise Malformed(where, f"expected a list, found {type(value).__name__}")
    return value


def mapped(value: object, where: str) -> Mapping[str, object]:
    """``value``, which must be an object."""
    if not isinstance(value, dict):
        raise Malformed(where, f"expected an object, found {type(value).__name__}")
    return value


def texted(entry: Mapping[str, object], name: str, where: str) -> str:
    """The text under ``name``, which must be there."""
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Malformed(where, f"expected {name!r} to be a text")
    return value


def turn_of(content: object, where: str, session: str) -> Turn | None:
    """Read one message; ``None`` where it shows nothing, as exports have it for removed or hidden ones."""
    try:
        return read_one(content, session=session)
    except InvalidText as error:
        if "no visible character" in str(error):
            return None
        raise Malformed(where, str(error)) from error
    except InvalidInput as error:
        raise Malformed(where, str(error)) from error


def question_of(raw: object, where: str, known: set[str]) -> Question:
    """Read ``{"question", "answer", "evidence", "category"}``; evidence must name sources in ``known``."""
    entry = mapped(raw, where)
    text, answer = entry.get("question"), entry.get("answer")
    if not isinstance(text, str):
        raise Malformed(where, "expected 'question' to be a str")
    evidence = tuple(str(source) for source in listed(entry.get("evidence") or [], f"{where}.evidence"))
    if unknown := [source for source in evidence if source not in known]:
        raise Malformed(where, f"evidence {unknown[0]!r} is the id of no message")
    return Question(
        text=text,
        answer="" if answer is None else str(answer),
        category=str(entry.get("category") or ""),
        evidence=evidence,
    )

"""What a benchmark is made of: conversations, and questions that point at the turns which answer them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput, InvalidText
from memos_core.interface.reader import read_one


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns in order, and what is asked about them."""

    name: str
    turns: tuple[Turn, ...] = field(repr=False)
    questions: tuple[Question, ...] = field(default=(), repr=False)


class Malformed(InvalidInput):
    """A part of a file is not what it should be; the loader adds the file's name."""

    def __init__(self, where: str, expected: str) -> None:
        """Name the place within the file and what was expected there."""
        super().__init__(f"{where}: {expected}" if where else expected)


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

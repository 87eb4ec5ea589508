"""The folders of the BEAM benchmark (Tavakoli et al. 2025, "Beyond a Million Tokens").

A chat is a folder with ``chat.json``, which is batches of turns of messages, and ``probing_questions.json``, which is
questions by ability.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation.dialogue import Conversation, Malformed, Question, listed, mapped, read_json, texted, turn_of

CHAT, QUESTIONS = "chat.json", "probing_questions.json"
ABILITIES = (
    "abstention", "contradiction_resolution", "event_ordering", "information_extraction", "instruction_following",
    "knowledge_update", "multi_session_reasoning", "preference_following", "summarization", "temporal_reasoning",
)  # fmt: skip
_ANSWERS = ("answer", "ideal_answer", "ideal_response", "ideal_summary", "expected_compliance")
"""Under which of these the expected answer stands depends on the ability."""
_ANCHOR = "%B-%d-%Y"
_GRADERS_WORDS = ("LLM response should", "The response should")


def load_beam(path: str | Path) -> list[Conversation]:
    """Read every chat in or below a folder, in the order of their paths.

    A batch is a session; its first time anchor dates its messages, and those of later batches without one. Messages are
    known by their ids, as the questions name them.

    Raises:
        InvalidInput: There is no chat, or a file is not of that format.
    """
    root = Path(path)
    folders = sorted((file.parent for file in root.rglob(CHAT)), key=lambda folder: _in_order(root, folder))
    if not folders:
        raise InvalidInput(f"{root}: expected a folder with {CHAT} and {QUESTIONS} in it or below it")
    return [_conversation(root, folder) for folder in folders]


def _in_order(root: Path, folder: Path) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 0, part) for part in folder.relative_to(root).parts]


def _conversation(root: Path, folder: Path) -> Conversation:
    place = folder.relative_to(root)
    file = folder / CHAT
    try:
        turns = tuple(_turns(listed(read_json(file), "")))
        file = folder / QUESTIONS
        questions = tuple(_questions(mapped(read_json(file), ""), {turn.source for turn in turns}))
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error
    return Conversation(name=str(place) if place.parts else root.name, turns=turns, questions=questions)


def _turns(batches: list[object]) -> Iterator[Turn]:
    at: datetime | None = None
    for b, raw in enumerate(batches):
        batch = mapped(raw, f"[{b}]")
        session = f"batch_{batch.get('batch_number') or b + 1}"
        for t, exchange in enumerate(listed(batch.get("turns"), f"[{b}].turns")):
            for m, said in enumerate(listed(exchange, f"[{b}].turns[{t}]")):
                place = f"[{b}].turns[{t}][{m}]"
                message = mapped(said, place)
                at = _anchor(message.get("time_anchor"), place) or at
                content = {
                    "role": message.get("role"),
                    "content": message.get("content"),
                    "at": at,
                    "source": _id(message.get("id"), place),
                }
                if turn := turn_of(content, place, session):
                    yield turn


def _anchor(value: object, where: str) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.strptime(str(value), _ANCHOR).replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed(where, f"time_anchor {value!r}: expected a day like 'March-15-2024'") from error


def _id(value: object, where: str) -> str:
    if not isinstance(value, int | str) or value == "":
        raise Malformed(where, "expected 'id' to be a number")
    return str(value)


def _questions(abilities: Mapping[str, object], known: set[str]) -> Iterator[Question]:
    for ability, raw in abilities.items():
        for i, entry in enumerate(listed(raw, f".{ability}")):
            place = f".{ability}[{i}]"
            asked = mapped(entry, place)
            named = dict.fromkeys(_ids(asked.get("source_chat_ids")))
            yield Question(
                text=texted(asked, "question", place),
                answer=next((str(asked[name]) for name in _ANSWERS if asked.get(name)), ""),
                category=ability,
                evidence=tuple(source for source in named if source in known),
                rubric=tuple(_point(str(point)) for point in listed(asked.get("rubric") or [], f"{place}.rubric")),
            )


def _ids(named: object) -> Iterator[str]:
    """The message ids in a list, in the lists under the parts that they play, or in a range of turns."""
    match named:
        case bool() | None:
            return
        case int() | str():
            yield str(named)
        case list():
            for inner in named:
                yield from _ids(inner)
        case dict():
            for inner in named.values():
                yield from _ids(inner)


def _point(text: str) -> str:
    """A point of the rubric without the words that tell a grader how to read it."""
    lead, colon, point = text.partition(":")
    return point.strip() if colon and lead.startswith(_GRADERS_WORDS) else text

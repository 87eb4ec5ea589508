"""Chat exports in: LoCoMo, chat completions, ChatGPT's export, JSON lines, plain transcripts."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation import locomo, transcripts
from memos_core.evaluation.dialogue import (
    Conversation,
    Malformed,
    Question,
    listed,
    mapped,
    question_of,
    turn_of,
)

__all__ = ["Conversation", "Format", "Question", "load_conversations"]

Format: TypeAlias = Literal["auto", "locomo", "openai", "chatgpt", "jsonl", "transcript"]
"""How a file is written."""

_MESSAGE_MARKS = frozenset({"role", "content"})
_TIMES = ("at", "timestamp", "created_at")
_HIDDEN_CONTENT = frozenset({"user_editable_context", "model_editable_context", "thoughts", "reasoning_recap"})


def load_conversations(path: str | Path, format: Format = "auto", *, tz: tzinfo = UTC) -> list[Conversation]:
    """Read every conversation of a file.

    - ``locomo``: a list of samples, or one.
    - ``openai``: a list of messages; ``{"messages": [...]}``; ``{"sessions": [{"at", "messages"}], "questions":
      [{"question", "answer", "evidence": [message ids]}]}``; or a list of these objects. A message without ``id``
      is known as ``S<session>:<message>``, both counted from 1.
    - ``chatgpt``: ChatGPT's ``conversations.json``; the branch that was shown last, without hidden messages.
    - ``jsonl``: one message a line.
    - ``transcript``: lines of text, see ``memos_core.evaluation.transcripts``.

    Messages that show nothing are left out.

    Args:
        path: A UTF-8 file.
        format: How it is written; ``auto`` looks at what it holds.
        tz: Time zone of times without one. LoCoMo's are taken as UTC.

    Raises:
        InvalidInput: The file cannot be read or is not of that format; names the file, the place in it and what was
            expected there.
    """
    file = Path(path)
    if format not in get_args(Format):
        raise InvalidInput(f"format={format!r}: expected one of {', '.join(get_args(Format))}")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    try:
        return _conversations(text, file, format, tz)
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error


def _conversations(text: str, file: Path, format: Format, tz: tzinfo) -> list[Conversation]:
    if format == "auto":
        format = _format_of_text(text, file)
    if format == "transcript":
        return [Conversation(name=file.stem, turns=transcripts.turns_of(text, file.name, tz))]
    if format == "jsonl":
        return [_chat(_json_lines(text), "", file.stem, tz)]
    data = _json(text)
    samples = data if isinstance(data, list) else [data]
    if format == "auto":
        format = _format_of_json(samples)
    if format == "openai" and _is_message_list(data):
        return [_chat({"messages": data}, "", file.stem, tz)]
    places = [f"[{i}]" for i in range(len(samples))] if isinstance(data, list) else [""]
    one: dict[str, Callable[[object, str], Conversation]] = {
        "locomo": locomo.conversation_of,
        "openai": lambda raw, where: _chat(mapped(raw, where), where, f"{file.stem}{where}", tz),
        "chatgpt": lambda raw, where: _tree(mapped(raw, where), where, f"{file.stem}{where}"),
    }
    return [one[format](raw, where) for raw, where in zip(samples, places, strict=True)]


# ── which format ────────────────────────────────────────────────────────────────────────────────


def _format_of_text(text: str, file: Path) -> Format:
    """``transcript``, ``jsonl``, or ``auto`` for a JSON document."""
    if file.suffix.lower() in (".jsonl", ".ndjson"):
        return "jsonl"
    if file.suffix.lower() == ".json":
        return "auto"
    start = text.lstrip()[:1]
    if start not in ("[", "{") or transcripts.looks_stamped(text):
        return "transcript"
    lines = text.split("\n", 2)
    return "jsonl" if start == "{" and len(lines) > 1 and lines[1].startswith("{") else "auto"


def _format_of_json(samples: list[object]) -> Format:
    first = samples[0] if samples else None
    if isinstance(first, dict):
        if "conversation" in first:
            return "locomo"
        if "mapping" in first:
            return "chatgpt"
        if first.keys() & {"messages", "sessions", *_MESSAGE_MARKS}:
            return "openai"
    raise Malformed(
        "",
        "expected LoCoMo samples ('conversation'), messages ('role', 'content'), 'messages', 'sessions' or 'mapping'",
    )


def _is_message_list(data: object) -> bool:
    return isinstance(data, list) and all(isinstance(item, dict) and item.keys() & _MESSAGE_MARKS for item in data)


def _json(text: str, line: int = 1) -> object:
    """The value of ``text``, which begins in a line of the file."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {line + error.lineno - 1}, column {error.colno}"
        raise Malformed(place, f"expected JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise Malformed(f"line {line}", f"expected JSON of ordinary size: {error}") from error


def _json_lines(text: str) -> Mapping[str, object]:
    lines = enumerate(text.split("\n"), start=1)
    return {"messages": [mapped(_json(line, number), f"line {number}") for number, line in lines if line.strip()]}


# ── chat completions ────────────────────────────────────────────────────────────────────────────


def _chat(chat: Mapping[str, object], where: str, name: str, tz: tzinfo) -> Conversation:
    name = str(chat.get("name") or chat.get("title") or chat.get("id") or name)
    if "sessions" in chat:
        sessions = [
            (mapped(raw, f"{where}.sessions[{i}]"), f"{where}.sessions[{i}]", str(i + 1))
            for i, raw in enumerate(listed(chat["sessions"], f"{where}.sessions"))
        ]
    else:
        sessions = [(chat, where, "1")]
    turns = [turn for session in sessions for turn in _session(*session, name if len(sessions) == 1 else "", tz)]
    known = {turn.source for turn in turns}
    asked = listed(chat.get("questions") or [], f"{where}.questions")
    questions = tuple(question_of(raw, f"{where}.questions[{i}]", known) for i, raw in enumerate(asked))
    return Conversation(name=name, turns=tuple(turns), questions=questions)


def _session(session: Mapping[str, object], where: str, number: str, name: str, tz: tzinfo) -> Iterator[Turn]:
    title = str(session.get("id") or session.get("name") or name or f"session_{number}")
    at = next((session[field] for field in _TIMES if session.get(field) is not None), None)
    for i, raw in enumerate(listed(session.get("messages"), f"{where}.messages")):
        place = f"{where}.messages[{i}]"
        message = dict(mapped(raw, place))
        moment = next((message.pop(field) for field in _TIMES if message.get(field) is not None), at)
        source = message.get("source") or message.get("id") or f"S{number}:{i + 1}"
        given = {"at": _zoned(moment, tz), "source": str(source), "session": str(message.get("session") or title)}
        if turn := turn_of(message | given, place, ""):
            yield turn


def _zoned(moment: object, tz: tzinfo) -> object:
    """A time as it stands in a file, with ``tz`` where it names none; what is no time is left to the reader."""
    if not isinstance(moment, str):
        return moment
    try:
        parsed = datetime.fromisoformat(moment.strip())
    except ValueError:
        return moment
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=tz)


# ── ChatGPT ─────────────────────────────────────────────────────────────────────────────────────


def _tree(chat: Mapping[str, object], where: str, name: str) -> Conversation:
    nodes = mapped(chat.get("mapping"), f"{where}.mapping")
    title = str(chat.get("title") or name)
    session = str(chat.get("conversation_id") or chat.get("id") or title)
    turns = []
    for node in _branch(nodes, chat.get("current_node"), f"{where}.mapping"):
        place = f"{where}.mapping[{node!r}].message"
        message = mapped(nodes[node], place).get("message")
        if message is not None and (content := _shown(mapped(message, place), place)):
            content["source"] = str(content["source"] or node)
            if turn := turn_of(content, place, session):
                turns.append(turn)
    return Conversation(name=title, turns=tuple(turns))


def _branch(nodes: Mapping[str, object], leaf: object, where: str) -> list[str]:
    """Ids of the nodes from the root to ``leaf``; without one, to the end of the newest branch."""
    node: object = leaf if isinstance(leaf, str) else next(reversed(list(nodes)), None)
    path: list[str] = []
    seen: set[str] = set()
    while isinstance(node, str):
        if node not in nodes or node in seen:
            raise Malformed(where, f"node {node!r} is {'its own ancestor' if node in seen else 'missing'}")
        seen.add(node)
        path.append(node)
        node = mapped(nodes[node], f"{where}[{node!r}]").get("parent")
    return path[::-1]


def _shown(message: Mapping[str, object], where: str) -> dict[str, object] | None:
    """The message as chat completions have it; ``None`` for one that the user did not see."""
    author = mapped(message.get("author") or {}, f"{where}.author")
    content = mapped(message.get("content") or {}, f"{where}.content")
    about = mapped(message.get("metadata") or {}, f"{where}.metadata")
    hidden = about.get("is_visually_hidden_from_conversation") or content.get("content_type") in _HIDDEN_CONTENT
    if hidden or author.get("role") == "system" or message.get("recipient") not in (None, "all"):
        return None
    parts = content.get("parts")
    said = [_part(part) for part in listed(parts, f"{where}.content.parts")] if parts else content.get("text")
    return {
        "role": author.get("role"),
        "name": author.get("name"),
        "content": said,
        "at": message.get("create_time"),
        "source": message.get("id"),
    }


def _part(part: object) -> object:
    if not isinstance(part, dict):
        return part
    kind = str(part.get("content_type", "file"))
    if isinstance(part.get("text"), str):
        return part["text"]
    return {"type": next((medium for medium in ("image", "audio", "video") if kind.startswith(medium)), "file")}

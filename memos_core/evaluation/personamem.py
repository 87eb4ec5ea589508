"""The files of the PersonaMem benchmark (Jiang et al. 2025, "Know Me, Respond to Me"), version 1.

``questions_<size>.csv`` has a multiple-choice question in every row; ``shared_contexts_<size>.jsonl`` has one object in
every line, which maps a context's id to its messages. A question is asked after so many messages of its context.
"""

import ast
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation.dialogue import Conversation, Malformed, Question, listed, mapped, texted, turn_of

QUESTIONS, CONTEXTS = "questions_", "shared_contexts_"
COLUMNS = ("question_type", "user_question_or_message", "correct_answer", "all_options", "shared_context_id",
           "end_index_in_shared_context")  # fmt: skip
"""Columns that are read; there are more."""

_LARGEST_FIELD = 1 << 24
_LETTER = re.compile(r"\(?([a-z])\)?[.:]?", re.IGNORECASE)
_LETTERED = re.compile(r"\(([a-z])\)\s*", re.IGNORECASE)
_SPEAKER = re.compile(r"(?:User|Assistant|Therapist)\s*:\s*", re.IGNORECASE)
"""What the dialogues that the messages were made of call the one who speaks, before what is said."""


def load_personamem(path: str | Path) -> list[Conversation]:
    """Read every context as far as a question may see it, with the questions that are asked at that point.

    A conversation is named ``<context id>:<messages>``; its turns are known by their place in the context, counted
    from 0. Sessions begin with the system's message, which tells the persona; repeated, it is left out. There are no
    times, and no evidence: a question has ``options`` and the text of the right one as its answer.

    Args:
        path: The file of questions, its contexts beside it; or a folder with one pair of files.

    Raises:
        InvalidInput: A file is missing, cannot be read or is not of that format.
    """
    questions = _questions_file(Path(path))
    contexts = questions.with_name(f"{CONTEXTS}{questions.stem.removeprefix(QUESTIONS)}.jsonl")
    rows = _rows(questions)
    wanted = {row["shared_context_id"] for _, row in rows}
    found = {name: messages for name, messages in _contexts(contexts) if name in wanted}
    try:
        return [
            _conversation(found, name, end, [asked for _, _, asked in at_once])
            for (name, end), at_once in groupby(sorted(_asked(rows), key=_point), key=_point)
        ]
    except Malformed as error:
        raise InvalidInput(f"{questions}: {error}") from error


def _questions_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    files = sorted(path.glob(f"{QUESTIONS}*.csv"))
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "none"
        raise InvalidInput(f"{path}: expected one {QUESTIONS}*.csv, found {found}; name the file")
    return files[0]


def _rows(file: Path) -> list[tuple[str, Mapping[str, str]]]:
    """Every row with its place."""
    before = csv.field_size_limit(_LARGEST_FIELD)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, restval="")
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise InvalidInput(f"{file}: expected the columns {', '.join(missing)}")
            return [(f"row {number}", row) for number, row in enumerate(reader, start=1)]
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{file}: expected CSV in UTF-8: {error}") from error
    finally:
        csv.field_size_limit(before)


def _contexts(file: Path) -> Iterator[tuple[str, object]]:
    """Every context's id and what stands under it."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from mapped(_json(line, number), f"line {number}").items()
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: expected UTF-8: {error}") from error
    except Malformed as error:
        raise InvalidInput(f"{file}: {error}") from error


def _json(line: str, number: int) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise Malformed(f"line {number}, column {error.colno}", f"expected JSON: {error.msg}") from error


# ── questions ───────────────────────────────────────────────────────────────────────────────────


def _asked(rows: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[tuple[str, int, Question]]:
    """The context's id, how many of its messages come before, and the question."""
    for place, row in rows:
        end = row["end_index_in_shared_context"].strip()
        if not end.isdecimal():
            raise Malformed(place, f"end_index_in_shared_context {end!r}: expected a number")
        options, answer = _options(row, place)
        question = Question(
            text=texted(row, "user_question_or_message", place).strip(),
            answer=answer,
            category=row["question_type"].strip(),
            options=options,
        )
        yield row["shared_context_id"], int(end), question


def _point(asked: tuple[str, int, Question]) -> tuple[str, int]:
    return asked[:2]


def _options(row: Mapping[str, str], place: str) -> tuple[tuple[str, ...], str]:
    """The options' texts by their letters' order, and the text of the right one."""
    lettered: dict[str, str] = {}
    for raw in listed(_literal(row["all_options"], place), f"{place}, all_options"):
        found = _LETTERED.match(str(raw).strip())
        if found is None:
            raise Malformed(place, f"all_options: expected '(a) ...', found {str(raw)[:20]!r}")
        lettered[found[1].lower()] = str(raw).strip()[found.end() :]
    right = _LETTER.match(row["correct_answer"].strip())
    if right is None or right[1].lower() not in lettered:
        raise Malformed(place, f"correct_answer {row['correct_answer']!r}: expected the letter of an option")
    texts = tuple(lettered[letter] for letter in sorted(lettered))
    if len(set(texts)) < len(texts):
        raise Malformed(place, "all_options: two options are the same")
    return texts, lettered[right[1].lower()]


def _literal(text: str, place: str) -> object:
    """A list as JSON or as Python writes it."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, SyntaxError) as error:
            raise Malformed(place, "all_options: expected a list") from error


# ── contexts ────────────────────────────────────────────────────────────────────────────────────


def _conversation(found: Mapping[str, object], name: str, end: int, questions: Sequence[Question]) -> Conversation:
    if name not in found:
        raise Malformed(f"shared_context_id {name!r}", "there is no such context")
    messages = listed(found[name], f"context {name}")
    if end > len(messages):
        raise Malformed(f"context {name}", f"a question is asked after {end} messages, there are {len(messages)}")
    turns = tuple(_turns(messages[:end], f"context {name}"))
    return Conversation(name=f"{name}:{end}", turns=turns, questions=tuple(questions))


def _turns(messages: Sequence[object], where: str) -> Iterator[Turn]:
    session, told = 0, set()
    for number, raw in enumerate(messages):
        place = f"{where}[{number}]"
        message = mapped(raw, place)
        role, text = message.get("role"), str(message.get("content") or "")
        if role == "system":
            session += 1
            if text in told:
                continue
            told.add(text)
        said = {"role": role, "content": _SPEAKER.sub("", text, count=1) if _SPEAKER.match(text) else text}
        if turn := turn_of(said | {"source": str(number)}, place, f"S{max(session, 1)}"):
            yield turn

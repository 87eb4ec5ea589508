"""What a kept result depends on, as digests: the data, the code, the weights."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from memos_core.evaluation.dialogue import Conversation
from memos_core.operation.recall.ranking import Weights

_CORE = Path(__file__).parent.parent
_STORED_BY = (
    "interface/reader.py",
    "operation/formation/passages.py",
    "operation/formation/signals.py",
    "operation/recall/analysis.py",
)
_PLAIN = ("evaluation/baselines.py", "evaluation/metrics.py")
_OURS = ("domain", "infrastructure", "interface", "operation", "evaluation/metrics.py", "evaluation/systems.py")
_DIGITS = 12


def digest(*parts: object) -> str:
    """A short digest of values that have a stable ``repr``."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:_DIGITS]


def of_storing() -> str:
    """The code that decides what a store holds of a text."""
    return _of_files(_STORED_BY)


def of_baselines() -> str:
    """The code of the baselines and of what they search."""
    return _of_files((*_STORED_BY, *_PLAIN))


def of_recall(weights: Weights) -> str:
    """The code of recall, and its weights. Adapters are not part of it."""
    return digest(_of_files(_OURS), json.dumps(asdict(weights), sort_keys=True))


def of_turns(conversation: Conversation) -> str:
    """What is remembered of a conversation."""
    return digest(*conversation.turns)


def of_conversation(conversation: Conversation) -> str:
    """A conversation and its questions."""
    return digest(conversation.name, conversation.turns, conversation.questions)


def _of_files(places: Iterable[str]) -> str:
    """Files, and every module and table below directories, of ``memos_core``."""
    found = hashlib.sha256()
    for place in places:
        path = _CORE / place
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                found.update(f"{file.relative_to(_CORE).as_posix()}\0".encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:_DIGITS]

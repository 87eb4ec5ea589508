"""Asks a model: within the budget and the time, at most twice, and reads only what can be used.

Whatever the model does (raises, hangs, rambles), the caller gets an answer or the reason why there is none.
"""

import contextvars
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from string import Template
from typing import Any, Generic, TypeAlias, TypeVar

from memos_core.domain.usage import ModelBudget, Usage
from memos_core.operation.refining.accounts import enter, is_spent, rough_tokens
from memos_core.operation.refining.replies import Unfit, found_object, sifted
from memos_core.operation.work import Workplace
from memos_core.ports import ChatModel, Reply, Transaction

T = TypeVar("T")

TIMEOUT_S = 40.0
"""For one call, the client's own retries included; shorter than the lease of a job."""
TRIES = 2
_POLL_S = 0.05
_MOST_COMPLAINTS = 8
_LONGEST_NOTE = 200
_PROMPTS = Path(__file__).parent / "prompts"

Keep: TypeAlias = Callable[[Callable[[Transaction], None]], None]
"""Commits work: ``Workplace.store`` with its job, or ``RecordStore.write``."""
Read: TypeAlias = Callable[[Mapping[str, Any]], tuple[T | None, list[str]]]
"""From the fields of a reply to what can be used of it, and what was refused, each in a sentence."""


class Outcome(StrEnum):
    """How asking ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The model replied, but nothing that could be used."""
    FAILED = "failed"
    """It did not reply: an exception, a timeout, a busy server."""
    SPENT = "spent"
    """The budget is used up; it was not asked."""
    STOPPED = "stopped"
    """The store is being closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[T]):
    """What came of asking."""

    value: T | None = None
    """Also ``None`` where the model had nothing to say."""
    outcome: Outcome
    notes: tuple[str, ...] = ()
    """What was refused or failed."""


class _Ended(Exception):
    """No reply, and no sense in asking again."""

    def __init__(self, outcome: Outcome, note: str) -> None:
        super().__init__(note)
        self.outcome = outcome


class Asker:
    """A model with its budget and its account. Thread-safe."""

    def __init__(
        self,
        model: ChatModel,
        keep: Keep,
        *,
        budget: ModelBudget,
        stopping: threading.Event | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.name = model.name
        self._model = model
        self._keep = keep
        self._budget = budget
        self._stopping = stopping or threading.Event()
        self._timeout_s = timeout_s

    def ask(self, operation: str, fields: Mapping[str, str], read: "Read[T]", *, max_tokens: int) -> Asked[T]:
        """Ask the operation's prompt and read the reply; ask once more, with the complaints, where some was refused.

        Args:
            operation: Names the prompt, its schema and the account.
            fields: Fill the prompt's placeholders.
            read: Checks a reply that fits the schema.
            max_tokens: Of one reply.
        """
        said = [_message("system", prompt("system").template), _message("user", prompt(operation).substitute(fields))]
        best: T | None = None
        notes: list[str] = []
        outcome = Outcome.REFUSED
        for _ in range(TRIES):
            try:
                reply, value, complaints = self._once(operation, said, read, max_tokens)
            except _Ended as ended:
                notes.append(str(ended))
                outcome = ended.outcome
                break
            best = value if value is not None else best
            if not complaints:
                outcome = Outcome.ANSWERED
                break
            outcome = Outcome.FAILED if reply is None else Outcome.REFUSED
            notes += complaints
            if reply is not None:
                said = [*said[:2], _message("assistant", reply.text), _message("user", _complaint(complaints))]
        if best is not None:
            outcome = Outcome.ANSWERED
        return Asked(value=best, outcome=outcome, notes=tuple(notes))

    def _once(
        self, operation: str, said: Sequence[Mapping[str, str]], read: "Read[T]", max_tokens: int
    ) -> tuple[Reply | None, T | None, list[str]]:
        """One call: the reply, what can be used of it, and what was refused or failed."""
        expected = sum(rough_tokens(one["content"]) for one in said)
        self._begin(operation, expected + max_tokens)
        try:
            reply, trouble = self._completed(said, max_tokens)
        except _Ended as ended:
            if ended.outcome is Outcome.FAILED:
                self._enter(Usage(operation=operation, model=self.name, failed=1))
            raise
        if reply is None:
            self._enter(Usage(operation=operation, model=self.name, failed=1))
            return None, None, [trouble]
        value, complaints = _read(operation, reply.text, read)
        told = reply.prompt_tokens > 0 or reply.completion_tokens > 0
        self._enter(
            Usage(
                operation=operation,
                model=self.name,
                refused=int(bool(complaints)),
                prompt_tokens=reply.prompt_tokens if told else expected,
                completion_tokens=reply.completion_tokens if told else rough_tokens(reply.text),
                estimated=int(not told),
            )
        )
        return reply, value, complaints

    def _begin(self, operation: str, tokens: int) -> None:
        """Enter a call before it is made: one that a crash cuts short has cost something too."""
        spent = False

        def begin(transaction: Transaction) -> None:
            nonlocal spent
            spent = is_spent(transaction, self._budget, tokens)
            if not spent:
                enter(transaction, Usage(operation=operation, model=self.name, calls=1))

        self._keep(begin)
        if spent:
            raise _Ended(Outcome.SPENT, "the budget of the model is used up")

    def _enter(self, change: Usage) -> None:
        self._keep(lambda transaction: enter(transaction, change))

    def _completed(self, said: Sequence[Mapping[str, str]], max_tokens: int) -> tuple[Reply | None, str]:
        """The model's reply, or why there is none; waited for in a thread, for a model may hang."""
        waiting: Future[Reply] = Future()
        call = partial(self._model.complete, said, max_tokens=max_tokens, timeout_s=self._timeout_s)
        work = partial(contextvars.copy_context().run, _into, waiting, call)
        threading.Thread(target=work, name="memos-model", daemon=True).start()
        deadline = time.monotonic() + self._timeout_s + 1.0
        while not wait([waiting], _POLL_S).done:
            if self._stopping.is_set():
                raise _Ended(Outcome.STOPPED, "the store is being closed")
            if time.monotonic() > deadline:
                raise _Ended(Outcome.FAILED, f"the model gave no reply within {self._timeout_s:g} s")
        if (error := waiting.exception()) is not None:
            return None, f"the model raised {type(error).__name__}: {str(error)[:_LONGEST_NOTE]}"
        reply: object = waiting.result()
        if not isinstance(reply, Reply) or not isinstance(reply.text, str):
            return None, f"the model returned {type(reply).__name__} instead of a Reply with a text"
        return reply, ""


@cache
def prompt(name: str) -> Template:
    """The prompt ``prompts/<name>.md``."""
    return Template((_PROMPTS / f"{name}.md").read_text(encoding="utf-8"))


@cache
def schema(name: str) -> Mapping[str, Any]:
    """The schema of its reply, ``prompts/<name>.json``."""
    fields: Mapping[str, Any] = json.loads((_PROMPTS / f"{name}.json").read_text(encoding="utf-8"))
    return fields


def _read(operation: str, text: str, read: "Read[T]") -> tuple[T | None, list[str]]:
    try:
        found, is_cut = found_object(text)
        fields, complaints = sifted(found, schema(operation))
    except Unfit as complaint:
        return None, [str(complaint)]
    value, refused = read(fields)
    cut = ["the reply was cut off; be briefer"] if is_cut else []
    return value, [*cut, *complaints, *refused]


def _into(waiting: "Future[Reply]", call: Callable[[], Reply]) -> None:
    try:
        reply = call()
    except BaseException as error:  # a model is the caller's code, which may raise anything
        waiting.set_exception(error)
    else:
        waiting.set_result(reply)


def _message(role: str, content: str) -> Mapping[str, str]:
    return {"role": role, "content": content}


def _complaint(complaints: Sequence[str]) -> str:
    lines = "\n".join(f"- {one}" for one in complaints[:_MOST_COMPLAINTS])
    return f"That reply was not accepted:\n{lines}\nReply again, with the whole corrected JSON object and nothing else."


def asker_for(place: Workplace) -> Asker | None:
    """Asks the model of an open store on behalf of a recall; ``None`` where there is no model."""
    if place.model is None:
        return None
    return Asker(place.model, place.records.write, budget=place.model_budget, stopping=place.stopping)

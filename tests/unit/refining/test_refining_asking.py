import threading
import time
from typing import Any

import pytest

from memos_core.domain.usage import ModelBudget, Usage
from memos_core.errors import ModelFailed
from memos_core.operation.refining.accounts import enter, is_spent, rough_tokens, usage
from memos_core.operation.refining.asking import Asked, Asker, Outcome
from memos_core.ports import Reply
from tests.unit.refining.chat_server import Scripted

FIELDS = {"before": "Ana: hello", "after": "Ana: bye"}


class Shelves:
    """A transaction that has shelves only."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, bytes]] = {}
        self.shelves = self

    def get(self, name: str, keys: Any) -> dict[str, bytes]:
        return {key: self.items[name][key] for key in keys if key in self.items.get(name, {})}

    def put(self, name: str, items: dict[str, bytes]) -> None:
        self.items.setdefault(name, {}).update(items)

    def scan(self, name: str, lo: str, hi: str, limit: int, reverse: bool) -> list[tuple[str, bytes]]:
        return sorted(self.items.get(name, {}).items())


@pytest.fixture
def books() -> Shelves:
    return Shelves()


def asked(model: Any, books: Shelves, **options: Any) -> Asked[bool]:
    asker = Asker(model, lambda work: work(books), **{"budget": ModelBudget(), **options})
    return asker.ask("boundary", FIELDS, lambda said: (said["new"], []), max_tokens=20)


def spent(books: Shelves) -> Usage:
    (one,) = usage(books)  # type: ignore[arg-type]
    return one


def test_a_good_reply_is_asked_for_once(books: Shelves) -> None:
    model = Scripted('{"new": true}')
    assert asked(model, books) == Asked(value=True, outcome=Outcome.ANSWERED)
    assert [one["role"] for one in model.seen[0]] == ["system", "user"]
    assert "Ana: bye" in model.prompts()[0]
    assert spent(books) == Usage(
        operation="boundary", model="scripted", calls=1, prompt_tokens=100, completion_tokens=10
    )


@pytest.mark.parametrize(
    "bad", ["I cannot help with that.", "", '{"new": "perhaps"}', '{"old": true}', '```json\n{"ne', "[]"]
)
def test_a_reply_that_cannot_be_used_is_complained_about_once(bad: str, books: Shelves) -> None:
    model = Scripted(bad, '{"new": false}')
    answer = asked(model, books)
    assert (answer.value, answer.outcome) == (False, Outcome.ANSWERED)
    assert [one["role"] for one in model.seen[1]] == ["system", "user", "assistant", "user"]
    assert answer.notes and answer.notes[0] in model.seen[1][3]["content"]
    assert (spent(books).calls, spent(books).refused) == (2, 1)


def test_after_two_such_replies_there_is_none(books: Shelves) -> None:
    model = Scripted("I cannot.", "I really cannot.", '{"new": true}')
    answer = asked(model, books)
    assert (answer.value, answer.outcome) == (None, Outcome.REFUSED)
    assert len(model.seen) == 2 and spent(books).refused == 2


@pytest.mark.parametrize(
    "trouble",
    [ModelFailed("busy"), RuntimeError("boom"), KeyboardInterrupt(), SystemExit(3), MemoryError(), StopIteration()],
)
def test_whatever_a_model_raises_is_no_reply(trouble: BaseException, books: Shelves) -> None:
    assert asked(Scripted(trouble, '{"new": true}'), books).value is True
    answer = asked(Scripted(trouble, trouble), books)
    assert (answer.value, answer.outcome) == (None, Outcome.FAILED)
    assert type(trouble).__name__ in answer.notes[0]
    assert (spent(books).calls, spent(books).failed) == (4, 3)


@pytest.mark.parametrize("thing", [None, 5, {"new": True}, Reply(text=None)])  # type: ignore[arg-type]
def test_what_is_no_reply_at_all_is_none(thing: object, books: Shelves) -> None:
    answer = asked(Scripted(lambda messages: thing, lambda messages: thing), books)
    assert (answer.value, answer.outcome) == (None, Outcome.FAILED)


def test_a_model_that_hangs_is_not_waited_for(books: Shelves) -> None:
    released = threading.Event()
    model = Scripted(lambda messages: released.wait(30) and "x")
    begin = time.monotonic()
    answer = asked(model, books, timeout_s=0.1)
    assert time.monotonic() - begin < 10
    assert (answer.value, answer.outcome) == (None, Outcome.FAILED)
    assert "no reply within 0.1 s" in answer.notes[0]
    assert spent(books).failed == 1 and len(model.seen) == 1, "not asked again"
    released.set()


def test_closing_the_store_ends_the_waiting(books: Shelves) -> None:
    released, stopping = threading.Event(), threading.Event()

    def closing(messages: Any) -> Any:
        stopping.set()
        return released.wait(30)

    model = Scripted(closing)
    assert asked(model, books, stopping=stopping).outcome is Outcome.STOPPED
    released.set()


def test_what_an_earlier_reply_held_stands_when_the_second_holds_nothing(books: Shelves) -> None:
    asker = Asker(Scripted('{"new": true}', "no"), lambda work: work(books), budget=ModelBudget())
    answer = asker.ask("boundary", FIELDS, lambda said: (said["new"], ["half of it is wrong"]), max_tokens=9)
    assert (answer.value, answer.outcome) == (True, Outcome.ANSWERED)
    assert answer.notes[0] == "half of it is wrong"


# ── accounts ────────────────────────────────────────────────────────────────────────────────────


def test_calls_and_tokens_are_capped(books: Shelves) -> None:
    budget = ModelBudget(calls=2)
    model = Scripted(otherwise='{"new": true}')
    assert [asked(model, books, budget=budget).outcome for _ in range(3)] == ["answered", "answered", "spent"]
    assert len(model.seen) == 2
    budget = ModelBudget(tokens=220 + 100)
    assert asked(model, books, budget=budget).outcome is Outcome.SPENT, "prompt and reply do not fit any more"
    assert asked(model, books, budget=ModelBudget(tokens=10_000)).outcome is Outcome.ANSWERED
    assert spent(books).calls == 3 and spent(books).tokens == 330


def test_the_second_try_is_paid_for_too(books: Shelves) -> None:
    model = Scripted("no", '{"new": true}')
    answer = asked(model, books, budget=ModelBudget(calls=1))
    assert (answer.value, answer.outcome, len(model.seen)) == (None, Outcome.SPENT, 1)


def test_a_model_that_does_not_tell_is_estimated(books: Shelves) -> None:
    asked(Scripted(Reply(text='{"new": true}')), books)
    assert spent(books).estimated == 1
    assert spent(books).prompt_tokens > 50 and spent(books).completion_tokens == rough_tokens('{"new": true}')


def test_a_call_that_a_crash_cuts_short_is_on_the_account(books: Shelves) -> None:
    class Crash(BaseException):
        pass

    stores = 0

    def keep(work: Any) -> None:
        nonlocal stores
        stores += 1
        if stores == 2:
            raise Crash
        work(books)

    asker = Asker(Scripted('{"new": true}'), keep, budget=ModelBudget())
    with pytest.raises(Crash):
        asker.ask("boundary", FIELDS, lambda said: (True, []), max_tokens=9)
    assert spent(books).calls == 1


def test_accounts_add_up_by_operation_and_model(books: Shelves) -> None:
    for operation, model in (("cell", "a"), ("cell", "b"), ("scene", "a"), ("cell", "a")):
        enter(books, Usage(operation=operation, model=model, calls=1, prompt_tokens=5))  # type: ignore[arg-type]
    found = {(one.operation, one.model): one.calls for one in usage(books)}  # type: ignore[arg-type]
    assert found == {("cell", "a"): 2, ("cell", "b"): 1, ("scene", "a"): 1}
    assert is_spent(books, ModelBudget(calls=4), 0) and not is_spent(books, ModelBudget(calls=5), 0)  # type: ignore[arg-type]
    assert is_spent(books, ModelBudget(tokens=20), 1) and not is_spent(books, ModelBudget(tokens=20), 0)  # type: ignore[arg-type]

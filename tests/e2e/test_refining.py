"""A model refines what the rules made: in the background, within its budget, and never at the price of an answer."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from memos_adapters.openai_chat import OpenAICompatibleChat
from memos_core import MemoryOS, Turn, Vault
from memos_core.domain.engram import MemCell
from memos_core.domain.usage import ModelBudget
from memos_core.operation.refining import refining
from memos_core.operation.work import Workplace
from memos_core.testing.fakes import FrozenClock, HashEmbedder
from tests.unit.refining.chat_server import NOTHING, ChatServer, Scripted, serving

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
MUCH_LATER = datetime(2025, 1, 1, tzinfo=UTC)
TALK = ("I live in Leeds.", "The zebra at the zoo was called Kelp.", "It rained a lot, honestly.")


def opened(folder: Path, model: Any = None, **options: Any) -> MemoryOS:
    folder.mkdir(exist_ok=True)
    settings = {"embedder": HashEmbedder(), "worker": False, "count_tokens": len, "clock": FrozenClock(MUCH_LATER)}
    return MemoryOS.open(f"sqlite:///{folder}/memory.db", model=model, **(settings | options))


def told(vault: Vault, *texts: str, session: str = "s", start: datetime = START) -> list[str]:
    turns = [
        Turn(text=text, speaker="Mara", role="user", session=session, at=start + timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]
    return [cube.id for cube in vault.remember(turns)]


def wise(messages: Sequence[Mapping[str, str]]) -> str:
    """What a good model replies: the first message of an episode as a fact, the first cell of a scene as a line."""
    prompt = messages[1]["content"]
    if prompt.startswith("An episode"):
        name, who, text = re.findall(r"^(m1) \[[^\]]*\] (\w+): (.*)$", prompt, re.MULTILINE)[0]
        quotes = [{"message": name, "text": text}]
        fact = {"subject": who, "predicate": "said", "object": "x", "text": f"{who} said: {text}", "quotes": quotes}
        told = [{"text": f"{who} told about it: {text}", "from": [name]}]
        return json.dumps({"topic": text, "episode": told, "facts": [fact], "foresight": []})
    if prompt.startswith("Episodes"):
        return json.dumps({"label": "what she said", "lines": [{"text": "She told about it.", "from": ["c1"]}]})
    return json.dumps({"new": False})


def by_http(asked: dict[str, Any]) -> str:
    return wise(asked["messages"])


def texts(cells: Sequence[MemCell]) -> list[str]:
    return [fact.text for cell in cells for fact in cell.facts]


def refined(vault: Vault) -> bool:
    return any(text.startswith("Mara said: ") for text in texts(vault.cells()))


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as server:
        yield server


@pytest.fixture
def plain(tmp_path: Path) -> list[Any]:
    """What the rules alone make of the talk."""
    with opened(tmp_path / "plain") as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        vault.settle(20)
        return contents(vault)


def contents(vault: Vault) -> list[Any]:
    names = {cube.id: cube.text for cube in vault.cubes()}
    cells = [
        (
            cell.title,
            cell.episode,
            [names[source] for source, _ in cell.sources],
            texts([cell]),
            [one.text for one in cell.foresight],
        )
        for cell in vault.cells()
    ]
    return [cells, [(scene.label, len(scene.cells)) for scene in vault.scenes()]]


def client(server: ChatServer, **options: Any) -> OpenAICompatibleChat:
    return OpenAICompatibleChat(
        "small", **{"base_url": server.url, "max_retries": 1, "sleep": lambda s: None} | options
    )


# ── the happy path ──────────────────────────────────────────────────────────────────────────────


def test_cells_and_scenes_are_refined_over_http(server: ChatServer, tmp_path: Path, plain: list[Any]) -> None:
    server.otherwise = by_http
    with opened(tmp_path / "store", client(server)) as memory:
        vault = memory.vault("v")
        ids = told(vault, *TALK)
        vault.settle(20)
        (cell,) = vault.cells()
        assert cell.episode == "Mara told about it: I live in Leeds."
        assert cell.title.startswith("I live in Leeds (") and [source for source, _ in cell.sources] == ids
        assert set(plain[0][0][3]) < set(texts([cell])), "what the rules found stays"
        (fact,) = [one for one in cell.facts if one.text == "Mara said: I live in Leeds."]
        (evidence,) = fact.evidence
        assert vault.get(evidence.source).text[evidence.start : evidence.stop] == "I live in Leeds."
        (scene,) = vault.scenes()
        assert (scene.label, scene.summary) == ("what she said", f"She told about it. [{cell.id}]")
        operations = {one.operation: one.calls for one in memory.usage()}
        assert operations == {"cell": 1, "scene": 1}
        assert all(one.model == f"openai:small@127.0.0.1:{server.server_port}" for one in memory.usage())
        asked = len(server.requests)
        vault.settle(20)
        told(vault, "Another day, another talk.", session="t")
        vault.settle(20)
    assert asked == 2
    prompts = [one["messages"][1]["content"] for one in server.requests[asked:]]
    assert not any("zebra" in prompt for prompt in prompts if prompt.startswith("An episode")), "read once"


def test_the_account_outlives_the_process(server: ChatServer, tmp_path: Path) -> None:
    server.otherwise = by_http
    with opened(tmp_path / "store", client(server)) as memory:
        told(memory.vault("v"), *TALK)
        memory.settle(20)
        before = memory.usage()
    with opened(tmp_path / "store") as memory:
        assert memory.usage() == before != ()
        assert refined(memory.vault("v")), "what was refined stays without the model"


def test_any_model_will_do(tmp_path: Path) -> None:
    with opened(tmp_path / "store", FakeListChatModel(responses=[NOTHING])) as memory:
        told(memory.vault("v"), *TALK)
        memory.settle(20)
        assert {one.model for one in memory.usage()} == {"langchain:FakeListChatModel"}
        assert all(one.estimated == one.calls for one in memory.usage())


def test_a_model_that_comes_later_reads_what_is_there(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as memory:
        told(memory.vault("v"), *TALK)
        memory.settle(20)
        assert not refined(memory.vault("v"))
    with opened(tmp_path / "store", Scripted(otherwise=wise)) as memory:
        memory.settle(20)
        assert refined(memory.vault("v"))


def test_the_worker_s_own_thread_refines_and_nobody_waits_for_it(tmp_path: Path) -> None:
    released = threading.Event()

    def slow(messages: Any) -> str:
        released.wait(30)
        return wise(messages)

    with opened(tmp_path / "store", Scripted(otherwise=slow), worker=True) as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        begin = time.monotonic()
        assert len(vault.cells()) == 1 and vault.recall("zebra")
        assert time.monotonic() - begin < 20
        assert not refined(vault)
        released.set()
        deadline = time.monotonic() + 20
        while not refined(vault) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert refined(vault)


def test_closing_does_not_wait_for_a_model_that_hangs(tmp_path: Path) -> None:
    asked, released = threading.Event(), threading.Event()

    def hanging(messages: Any) -> Any:
        asked.set()
        return released.wait(60)

    model = Scripted(otherwise=hanging)
    begin = time.monotonic()
    with opened(tmp_path / "store", model, worker=True) as memory:
        told(memory.vault("v"), *TALK)
        assert asked.wait(20)
    assert time.monotonic() - begin < 20
    released.set()
    later = FrozenClock(MUCH_LATER + timedelta(hours=1))
    with opened(tmp_path / "store", Scripted(otherwise=wise), clock=later) as memory:
        memory.settle(20)
        assert refined(memory.vault("v"))


# ── the deterministic answer stands ─────────────────────────────────────────────────────────────

LIE = {
    "subject": "Mara",
    "predicate": "residence",
    "object": "York",
    "text": "Mara lives in York.",
    "quotes": [{"message": "m1", "text": "I live in York."}],
}
INVENTED = LIE | {"quotes": [{"message": "m1", "text": "I live in"}]}
WRONG_ID = LIE | {"object": "Leeds", "text": "Mara lives in Leeds.", "quotes": [{"message": "m99", "text": "Leeds"}]}
STALLS = object()


@pytest.mark.parametrize(
    "step",
    [
        '{"episode": [{"text": "Mara li',
        '{"facts": [{"subject": "Mara"',
        json.dumps({"facts": [LIE]}),
        json.dumps({"facts": [INVENTED]}),
        json.dumps({"facts": [WRONG_ID]}),
        json.dumps({"episode": [{"text": "Mara moved 17 times.", "from": ["m1"]}]}),
        json.dumps({"episode": [{"text": "Mara lives in Leeds.", "from": ["mem_1"]}]}),
        "I'm sorry, but I cannot assist with that request.",
        "",
        "\x00\ufffd{]}<<",
        "[" * 5000,
        (429, {"Retry-After": "3600"}, b"slow down"),
        (500, {}, b"oops"),
        (404, {}, b"no such model"),
        (200, {}, b"<html>"),
        STALLS,
    ],
)
def test_whatever_the_model_does(step: Any, server: ChatServer, tmp_path: Path, plain: list[Any]) -> None:
    released = threading.Event()
    server.otherwise = lambda asked: step if step is not STALLS else (released.wait(20) and NOTHING)
    model = client(server)
    with opened(tmp_path / "store", _Impatient(model) if step is STALLS else model) as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        vault.settle(20)
        released.set()
        assert contents(vault) == plain
        assert memory.doctor() == []
        calls = sum(one.calls for one in memory.usage())
        assert 1 <= calls <= 6
        vault.settle(20)
        assert sum(one.calls for one in memory.usage()) == calls, "what was tried is not tried on and on"


class _Impatient:
    """Waits for the server a moment only."""

    def __init__(self, model: OpenAICompatibleChat) -> None:
        self._model = model
        self.name = model.name

    def complete(self, messages: Any, *, max_tokens: int, timeout_s: float) -> Any:
        return self._model.complete(messages, max_tokens=max_tokens, timeout_s=0.1)


def test_what_was_out_of_reach_is_read_later(server: ChatServer, tmp_path: Path) -> None:
    server.otherwise = lambda asked: (503, {}, b"")
    with opened(tmp_path / "store", client(server)) as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        vault.settle(20)
        assert not refined(vault)
        server.otherwise = by_http
        told(vault, "Something else is said.", session="t")
        vault.settle(20)
        assert refined(vault)


def test_a_used_up_budget_is_no_error(tmp_path: Path, plain: list[Any]) -> None:
    model = Scripted(otherwise=wise)
    with opened(tmp_path / "store", model, model_budget=ModelBudget(calls=0)) as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        vault.settle(20)
        assert contents(vault) == plain and model.seen == [] and memory.usage() == ()
    with opened(tmp_path / "store", model, model_budget=ModelBudget(calls=1)) as memory:
        memory.settle(20)
        assert refined(memory.vault("v")) and sum(one.calls for one in memory.usage()) == 1
    with opened(tmp_path / "store", model, model_budget=ModelBudget(tokens=1)) as memory:
        memory.settle(20)
        assert sum(one.calls for one in memory.usage()) == 1, "what earlier processes used counts"


# ── what changes in between ─────────────────────────────────────────────────────────────────────


def test_an_erasure_while_the_model_thinks_wins(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with opened(folder) as memory:
        ids = told(memory.vault("v"), *TALK)
        memory.settle(20)

    def erasing(messages: Sequence[Mapping[str, str]]) -> str:
        memory.vault("v").erase(ids[0])
        return wise(messages)

    with opened(folder, Scripted(erasing, otherwise=wise)) as memory:
        memory.settle(20)
        vault = memory.vault("v")
        assert "Leeds" not in json.dumps(contents(vault))
        assert [source for cell in vault.cells() for source, _ in cell.sources] == ids[1:]
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"Leeds" not in file.read_bytes(), file


@pytest.mark.parametrize("change", ["revise", "forget"])
def test_a_change_while_the_model_thinks_wins(change: str, tmp_path: Path) -> None:
    def changing(messages: Sequence[Mapping[str, str]]) -> str:
        if change == "revise":
            vault.revise(ids[0], "I live in Hull.")
        else:
            vault.forget(ids[0])
        return wise(messages)

    with opened(tmp_path / "store", Scripted(changing, otherwise=wise)) as memory:
        vault = memory.vault("v")
        ids = told(vault, *TALK)
        vault.settle(20)
        assert "Leeds" not in json.dumps(contents(vault)[0])
        assert refined(vault), "what is there now was read"


@pytest.mark.parametrize("stopped_after", range(1, 16))
def test_a_crash_between_any_two_stages_loses_and_doubles_nothing(
    stopped_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        """What a killed process is to the code that was running."""

    with opened(tmp_path / "whole", Scripted(otherwise=wise)) as memory:
        told(memory.vault("v"), *TALK)
        memory.settle(20)
        whole = contents(memory.vault("v"))
    stores = 0
    store = Workplace.store

    def crashing(self: Workplace, *args: Any) -> None:
        nonlocal stores
        stores += 1
        if stores == stopped_after:
            raise Crash
        store(self, *args)

    with opened(tmp_path / "store", Scripted(otherwise=wise)) as memory, monkeypatch.context() as patch:
        patch.setattr(Workplace, "store", crashing)
        try:
            told(memory.vault("v"), *TALK)
            memory.settle(20)
        except Crash:
            pass
    later = FrozenClock(MUCH_LATER + timedelta(hours=1))
    with opened(tmp_path / "store", Scripted(otherwise=wise), clock=later) as memory:
        memory.settle(20)
        assert contents(memory.vault("v")) == whole


def test_forming_keeps_what_was_refined(tmp_path: Path) -> None:
    model = Scripted(otherwise=wise)
    with opened(tmp_path / "store", model) as memory:
        vault = memory.vault("v")
        told(vault, *TALK)
        vault.settle(20)
        (before,) = vault.cells()
        told(vault, "Hello again.", "Today I bought a kayak.", start=START + timedelta(days=2))
        vault.settle(20)
        assert before in vault.cells()
        assert sum("I live in Leeds." in prompt for prompt in model.prompts() if prompt.startswith("An episode")) == 1


def test_another_model_reads_anew(tmp_path: Path) -> None:
    for name, calls in (("one", 2), ("two", 2), ("two", 0)):
        model = Scripted(otherwise=NOTHING, name=name)
        with opened(tmp_path / "store", model) as memory:
            if name == "one":
                told(memory.vault("v"), *TALK)
            memory.settle(20)
        cells = [prompt for prompt in model.prompts() if prompt.startswith("An episode")]
        assert len(cells) == min(calls, 1), name


# ── where episodes end ──────────────────────────────────────────────────────────────────────────


def long_talk(vault: Vault) -> None:
    for hour, topic in enumerate(("kayak river paddle boat", "bread flour oven yeast", "guitar chord song amp")):
        lines = [topic] * 7
        told(vault, *lines, start=START + timedelta(hours=hour))


def test_the_model_decides_where_the_rules_are_unsure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from memos_core.operation.formation import segmentation

    monkeypatch.setattr(segmentation, "_DOUBT", 100.0)  # every gap that may be one is in doubt

    def sizes(answer: bool, folder: Path) -> list[int]:
        def decide(messages: Sequence[Mapping[str, str]]) -> str:
            return json.dumps({"new": answer}) if messages[1]["content"].startswith("Two parts") else NOTHING

        with opened(folder, Scripted(otherwise=decide)) as memory:
            vault = memory.vault("v")
            long_talk(vault)
            vault.settle(20)
            cells = vault.cells()
            assert sum(len(cell.sources) for cell in cells) == 21
            return [len(cell.sources) for cell in cells]

    with opened(tmp_path / "plain") as memory:
        long_talk(memory.vault("v"))
        by_rules = len(memory.vault("v").cells())
    never, always = sizes(False, tmp_path / "never"), sizes(True, tmp_path / "always")
    assert (len(never) < by_rules < len(always)) and len(never) == 1, (never, by_rules, always)


def test_a_row_tells_who_has_read_it(tmp_path: Path) -> None:
    with opened(tmp_path / "store", Scripted(otherwise=wise)) as memory:
        told(memory.vault("v"), *TALK)
        memory.settle(20)
        with memory._runtime.records.read() as transaction:
            vault = transaction.vaults.get("v")
            assert vault is not None
            ((uid, _),) = transaction.derived.listed(vault.id, "cell")
            row = transaction.derived.get(vault.id, uid)
        assert row is not None
        assert refining.read_by(row) == "scripted"
        assert json.loads(row.body)["refined"] == {"by": "scripted", "rules": refining.RULES, "kept": False}

"""Whatever a caller passes: an error that says so, nothing stored, and the store works as before."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from memos_core import MemoryOS, Turn, Vault
from memos_core.domain.turn import MAX_TEXT_CHARS
from memos_core.errors import (
    Conflict,
    Erased,
    IllegalTransition,
    InvalidInput,
    InvalidText,
    MemOSError,
    NaiveDatetime,
    StoreClosed,
    UnknownCube,
    UnknownVault,
    UnknownVersion,
)
from memos_core.testing.fakes import FrozenClock, HashEmbedder

NAIVE = datetime(2024, 5, 1)
AWARE = datetime(2024, 5, 1, tzinfo=UTC)
FAR_WEST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
FAR_EAST = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14)))
NO_STRINGS = [None, 5, 5.0, True, b"bytes", ["a"], {"a": 1}, object(), "NUL \0", "surrogate \ud800"]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None, worker=False, count_tokens=len) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    return memory.vault("ours")


@pytest.fixture
def refused(vault: Vault) -> Iterator[Callable[..., None]]:
    """Asserts that a call fails as it should; afterwards the vault holds what it held, and works."""
    cube = vault.remember("I was here before.", session="s")
    before = (list(vault.cubes()), vault.log(), vault.stats())

    def check(error: type[MemOSError], call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        with pytest.raises(error) as caught:
            call(*args, **kwargs)
        assert type(caught.value) in (error, InvalidInput, InvalidText)
        assert str(caught.value)

    yield check
    assert (list(vault.cubes()), vault.log(), vault.stats()) == before
    assert vault.revise(cube.id, "and remain").version == 2
    assert len(vault.recall("remain")) == 1


# ── text ──


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b", "NUL \0 inside", "lone \ud800 surrogate", "\udfff", "x" * (MAX_TEXT_CHARS + 1)]
)
def test_text_that_cannot_be_kept(vault: Vault, refused: Callable[..., None], text: str) -> None:
    id = next(vault.cubes()).id
    refused(InvalidText, vault.remember, text)
    refused(InvalidText, vault.remember, Turn(text=text))
    refused(InvalidText, vault.remember, {"role": "user", "content": text})
    refused(InvalidText, vault.remember, ["good", text])
    refused(InvalidText, vault.revise, id, text)
    refused(InvalidText, vault.recall, text)


def test_errors_do_not_repeat_the_text(vault: Vault) -> None:
    with pytest.raises(InvalidText) as caught:
        vault.remember("my secret \0")
    assert "secret" not in str(caught.value)


@pytest.mark.timeout(120)
def test_ten_megabytes_are_a_memory_like_any_other(vault: Vault) -> None:
    sentences = [f"Sentence {n} speaks of nothing in particular." for n in range(230_000)]
    sentences[123_456] = "The treasure lies under the crooked lighthouse."
    text = " ".join(sentences)
    assert len(text) > 10 * 1024 * 1024
    start = time.monotonic()
    cube = vault.remember(text)
    stored = time.monotonic() - start
    start = time.monotonic()
    recollection = vault.recall("Where does the treasure lie?")
    found = time.monotonic() - start
    print(f"stored in {stored:.1f} s, found in {found:.1f} s")
    assert vault.get(cube.id).text == text
    assert recollection.hits[0].cube.id == cube.id
    assert "crooked lighthouse" in recollection.hits[0].text
    assert len(recollection.text) < 1200
    assert (stored < 60, found < 30) == (True, True)


def test_a_long_text_is_embedded_in_linear_time(tmp_path: Path) -> None:
    text = " ".join(f"Sentence {n} speaks of nothing in particular." for n in range(20_000))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder(8), count_tokens=len) as memory:
        memory.vault("ours").remember(text)
        start = time.monotonic()
        memory.settle()
        assert time.monotonic() - start < 30
        assert memory.stats().vectors == memory.stats().passages > 2000


def test_the_longest_text_is_accepted(vault: Vault) -> None:
    text = "x" * MAX_TEXT_CHARS
    assert vault.get(vault.remember(text).id).text == text


@pytest.mark.parametrize(
    "text", ["🙂" * 300, "漢字" * 500, "a\u0301" * 50, "\u202egnirts", "{}\"'\\%_*?", "'; DROP TABLE cube"]
)
def test_strange_but_sound_text_is_kept_verbatim(vault: Vault, text: str) -> None:
    cube = vault.remember(text, speaker=text[:50], session=text[:50], metadata={text[:50]: text}, source=text)
    assert vault.get(cube.id) == cube
    assert vault.transcript(text[:50]) == [cube]
    assert [hit.cube for hit in vault.recall(text, metadata={text[:50]: text}, speakers=[text[:50]])] in ([cube], [])


# ── time ──


def test_naive_datetimes(vault: Vault, refused: Callable[..., None]) -> None:
    id = next(vault.cubes()).id
    refused(NaiveDatetime, vault.remember, "text", at=NAIVE)
    refused(NaiveDatetime, vault.remember, Turn(text="text", at=NAIVE))
    refused(NaiveDatetime, vault.remember, {"content": "text", "timestamp": "2024-05-01T00:00:00"})
    refused(NaiveDatetime, vault.revise, id, "text", at=NAIVE)
    for argument in ("at", "since", "until"):
        refused(NaiveDatetime, vault.recall, "text", **{argument: NAIVE})


@pytest.mark.parametrize("moment", [FAR_WEST, FAR_EAST, "yesterday", 5.5, object(), b"2024"])
def test_moments_that_are_none(vault: Vault, refused: Callable[..., None], moment: Any) -> None:
    id = next(vault.cubes()).id
    if moment != 5.5:  # seconds since the epoch are a moment
        refused(InvalidInput, vault.remember, "text", at=moment)
    refused(InvalidInput, vault.revise, id, "text", at=moment)
    for argument in ("at", "since", "until"):
        refused(InvalidInput, vault.recall, "text", **{argument: moment})


def test_the_ends_of_time_are_moments(vault: Vault) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    cubes = vault.remember([Turn(text="dawn of time", at=first), Turn(text="end of time", at=last)])
    assert [cube.header.occurred_at for cube in vault.cubes()] == [first, last]
    assert [hit.cube for hit in vault.recall("time", since=first, until=last)] == cubes[:1]


def test_what_lies_in_the_future_can_be_revised(vault: Vault) -> None:
    cube = vault.remember("The meeting is at nine.", at=datetime(2999, 1, 1, tzinfo=UTC))
    assert vault.revise(cube.id, "The meeting is at ten.").text == "The meeting is at ten."
    assert vault.restore(cube.id, version=1).text == cube.text


def test_a_clock_that_is_set_back_does_not_stop_revising(tmp_path: Path) -> None:
    clock = FrozenClock()
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False, clock=clock) as memory:
        vault = memory.vault("ours")
        cube = vault.remember("one")
        clock.advance(timedelta(hours=-1))
        revised = vault.revise(cube.id, "two")
        assert revised.header.valid_from == cube.header.valid_from
        with pytest.raises(InvalidInput, match="cannot begin earlier"):
            vault.revise(cube.id, "three", at=clock.now())


# ── wrong types ──


@pytest.mark.parametrize("value", NO_STRINGS, ids=repr)
def test_what_is_no_string(memory: MemoryOS, vault: Vault, refused: Callable[..., None], value: Any) -> None:
    id = next(vault.cubes()).id
    refused(InvalidInput, memory.vault, value)
    refused(InvalidInput, memory.vault, "ours", actor=value)
    if value is not None:  # as good as not given
        for argument in ("speaker", "role", "session", "kind", "source", "idempotency_key"):
            refused(InvalidInput, vault.remember, "text", **{argument: value})
    refused(InvalidInput, vault.remember, "text", reason=value)
    for method in (vault.get, vault.history, vault.forget, vault.restore, vault.transcript):
        refused(InvalidInput, method, value)
    refused(InvalidInput, vault.revise, value, "text")
    refused(InvalidInput, vault.recall, value)
    for change in (vault.forget, vault.erase, vault.restore):
        refused(InvalidInput, change, id, reason=value)
    if value not in (["a"], {"a": 1}):
        refused(InvalidInput, vault.erase, value)
    refused(InvalidInput, vault.erase, [id, value])


@pytest.mark.parametrize("value", [5, 5.0, True, b"bytes", object(), {"a": 1}, [], [None], ["text", 5]], ids=repr)
def test_what_cannot_be_remembered(vault: Vault, refused: Callable[..., None], value: Any) -> None:
    if value == []:
        assert vault.remember(value) == []
    else:
        refused(InvalidInput, vault.remember, value)


@pytest.mark.parametrize("value", ["5", 5.5, True, b"5", [5], object(), -(2**70), 2**70], ids=repr)
def test_what_is_no_number(vault: Vault, refused: Callable[..., None], value: Any) -> None:
    id = next(vault.cubes()).id
    refused(InvalidInput, vault.get, id, version=value)
    refused(InvalidInput, vault.restore, id, version=value)
    refused(InvalidInput, vault.revise, id, "text", expect=value)
    for argument in ("budget", "limit"):
        refused(InvalidInput, vault.recall, "text", **{argument: value})
    for argument in ("after", "limit"):
        refused(InvalidInput, vault.log, **{argument: value})


def test_numbers_out_of_range(vault: Vault, refused: Callable[..., None]) -> None:
    id = next(vault.cubes()).id
    for number in (-1, 0, 2, 2**40):
        refused(UnknownVersion, vault.get, id, version=number)
        refused(UnknownVersion, vault.restore, id, version=number)
    refused(Conflict, vault.revise, id, "text", expect=0)
    refused(InvalidInput, vault.recall, "text", budget=-1)
    refused(InvalidInput, vault.recall, "text", limit=0)
    refused(InvalidInput, vault.recall, "text", limit=10**6)
    refused(InvalidInput, vault.log, after=-1)
    refused(InvalidInput, vault.log, limit=-1)
    refused(InvalidInput, vault.recall, "text", since=AWARE, until=AWARE)


@pytest.mark.parametrize("value", ["Ann", b"Ann", 5, None, ["Ann", 5], [None], ["\ud800"], iter(["Ann"])], ids=repr)
def test_what_is_no_sequence_of_names(vault: Vault, refused: Callable[..., None], value: Any) -> None:
    for argument in ("speakers", "roles", "sessions", "kinds"):
        refused(InvalidInput, vault.recall, "text", **{argument: value})


DEEP: Any = []
for _ in range(100):
    DEEP = [DEEP]


NO_METADATA = ["text", 5, [("a", 1)], {1: 2}, {"\ud800": 1}]
NO_METADATA += [{"a": value} for value in (object(), float("nan"), 2**70, {1}, DEEP, "\0")]


@pytest.mark.parametrize("value", NO_METADATA)
def test_what_is_no_metadata(vault: Vault, refused: Callable[..., None], value: Any) -> None:
    id = next(vault.cubes()).id
    refused(InvalidInput, vault.remember, "text", metadata=value)
    refused(InvalidInput, vault.revise, id, "text", metadata=value)
    refused(InvalidInput, vault.recall, "text", metadata=value)


@pytest.mark.parametrize("path", [None, 5, b"path", "", "NUL \0", object()], ids=repr)
def test_what_is_no_path(vault: Vault, refused: Callable[..., None], path: Any) -> None:
    refused(InvalidInput, vault.export, path)


def test_paths_that_cannot_be_written(vault: Vault, refused: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "nowhere" / "export", tmp_path, tmp_path / "file" / "export", tmp_path / ("x" * 300)):
        refused(InvalidInput, vault.export, path)
    assert [entry.name for entry in tmp_path.iterdir() if ".tmp" in entry.name] == []


NO_URLS = ["", "sqlite", "sqlite://", "sqlite:///", "sqlite:///:memory:", "oracle:///x", "/tmp/memory.db"]
NO_URLS += ["sqlite:///x\0", "sqlite:///~no-such-user/x"]


@pytest.mark.parametrize("url", NO_URLS)
def test_urls_that_name_no_store(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput):
        MemoryOS.open(url, embedder=None)
    assert list(tmp_path.iterdir()) == []


# ── what is not there ──


def test_an_unknown_vault(memory: MemoryOS) -> None:
    memory.vault("known").remember("x")
    with pytest.raises(UnknownVault, match="nobody"):
        memory.vault("nobody", create=False)
    assert memory.vault("known", create=False).name == "known"
    assert memory.vaults() == ["known"]


def test_a_vault_that_nothing_was_written_to(memory: MemoryOS, tmp_path: Path) -> None:
    vault = memory.vault("new")
    assert (list(vault.cubes()), vault.log(), vault.transcript("s")) == ([], [], [])
    assert not vault.recall("anything")
    assert vault.stats().cubes == {}
    assert vault.export(tmp_path / "export") == 0
    vault.settle()
    for call in (vault.get, vault.history, vault.forget, vault.restore, vault.erase):
        with pytest.raises(UnknownCube):
            call("mem_00000000000000000000000000")
    assert memory.vaults() == [], "asking makes no vault"


def test_states_that_do_not_allow_it(vault: Vault) -> None:
    cube = vault.remember("x")
    vault.forget(cube.id)
    with pytest.raises(IllegalTransition, match="restore it"):
        vault.revise(cube.id, "y")
    assert vault.forget(cube.id).version == 1
    vault.erase(cube.id)
    vault.erase(cube.id)
    for call in (vault.get, vault.history, vault.forget, vault.restore, lambda id: vault.revise(id, "y")):
        with pytest.raises(Erased, match="gone for good"):
            call(cube.id)
    assert [entry.op for entry in vault.log()] == ["remember", "forget", "erase"]


def test_erasing_is_all_or_nothing(vault: Vault) -> None:
    cubes = vault.remember(["a", "b"])
    with pytest.raises(UnknownCube):
        vault.erase([cubes[0].id, "mem_00000000000000000000000000", cubes[1].id])
    assert list(vault.cubes()) == cubes
    vault.erase([])
    vault.erase(cube.id for cube in cubes)
    assert list(vault.cubes()) == []


# ── delivered twice ──


def test_a_second_delivery_stores_nothing(vault: Vault) -> None:
    first = vault.remember("one", idempotency_key="k")
    assert vault.remember("something else", idempotency_key="k") == first
    batch = vault.remember(["a", "b"], idempotency_key="batch")
    assert vault.remember(["a", "b", "c"], idempotency_key="batch")[:2] == batch
    assert vault.remember("a", idempotency_key="batch#0") == batch[0]
    turns = [Turn(text="same", key="t"), Turn(text="same", key="t"), Turn(text="other", key="u")]
    one, two, _ = vault.remember(turns)
    assert one == two
    assert [cube.text for cube in vault.cubes()] == ["one", "a", "b", "c", "same", "other"]


def test_a_second_delivery_returns_what_is_there_now(vault: Vault) -> None:
    first = vault.remember("one", idempotency_key="k")
    vault.revise(first.id, "two")
    assert vault.remember("one", idempotency_key="k").text == "two"


def test_keys_belong_to_their_vault(memory: MemoryOS) -> None:
    ours = memory.vault("ours").remember("one", idempotency_key="k")
    theirs = memory.vault("theirs").remember("one", idempotency_key="k")
    assert ours.id != theirs.id


def test_what_was_erased_does_not_come_back_by_delivery(vault: Vault) -> None:
    cubes = vault.remember(["a", "b"], idempotency_key="k")
    vault.erase(cubes[0].id)
    with pytest.raises(Erased, match="1 item"):
        vault.remember(["a", "b", "c"], idempotency_key="k")
    assert [cube.text for cube in vault.cubes()] == ["b", "c"], "the rest of the batch was stored"


# ── after the end ──


def test_closing_twice_and_use_after_closing(tmp_path: Path) -> None:
    memory = MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder(), count_tokens=len)
    vault = memory.vault("ours")
    cube = vault.remember("x")
    pages = vault.cubes()
    assert next(pages) == cube
    memory.close()
    memory.close()
    calls: list[Callable[[], object]] = [
        lambda: vault.remember("y"),
        lambda: vault.recall("x"),
        lambda: vault.get(cube.id),
        lambda: vault.history(cube.id),
        lambda: vault.forget(cube.id),
        lambda: vault.restore(cube.id),
        lambda: vault.erase(cube.id),
        lambda: vault.revise(cube.id, "y"),
        lambda: vault.transcript("s"),
        lambda: list(vault.cubes()),
        lambda: list(pages),
        vault.log,
        lambda: vault.export(tmp_path / "export"),
        vault.stats,
        vault.settle,
        memory.settle,
        memory.stats,
        memory.doctor,
        memory.vaults,
    ]
    for call in calls:
        with pytest.raises(StoreClosed, match="closed"):
            call()


async def test_async_use_after_closing(tmp_path: Path) -> None:
    async with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, count_tokens=len) as memory:
        vault = memory.vault("ours")
        await vault.aremember("x")
    with pytest.raises(StoreClosed):
        await vault.arecall("x")
    with pytest.raises(StoreClosed):
        await memory.asettle()

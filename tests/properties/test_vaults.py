"""Random histories of two tenants in one store, compared with a model and with a store that one of them has alone."""

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from memos_adapters.segments import SegmentIndex
from memos_core import MemCube, MemoryOS, Recollection, Turn, Vault
from memos_core.errors import Conflict, Erased, IllegalTransition, InvalidInput, MemOSError, UnknownCube, UnknownVersion
from memos_core.testing.fakes import FrozenClock, HashEmbedder
from tests.properties.vault_model import Memory, Model, Version

SEALED_AT = 6
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Nothing crashes here: syncs to a disk would only cost time."""
TENANTS = ("quaglo", "zimbra")
"""Each tenant's name begins every name and stands in every text of its own, and nowhere else."""
WORDS = ("amber", "birch", "cedar", "daisy", "elder", "fern", "ginger", "hazel")
NOWHERE = "mem_00000000000000000000000000"

tenant = st.sampled_from(TENANTS)
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
texts = words | st.builds(lambda some, n: "\n".join([some] * n), words, st.integers(20, 40))
names = st.sampled_from(["", "Ann", "Bob", "Zoë"])
metadata = st.dictionaries(
    st.sampled_from(["colour", "n"]), st.sampled_from(["red", 1, True, None, 1.5, ["a", {"y": 1, "x": 2}]]), max_size=2
)
offsets = st.sampled_from([timedelta(days=-3), timedelta(days=-1), timedelta(0), timedelta(minutes=1)])
moments = st.none() | offsets
keys = st.sampled_from(["", "", "k1", "k2", "k3"])
picks = st.integers(0, 10**6)
expectations = st.none() | st.integers(1, 3)
described = st.fixed_dictionaries(
    {
        "text": texts,
        "speaker": names,
        "role": st.sampled_from(["", "user", "assistant"]),
        "session": names,
        "kind": st.sampled_from(["turn", "note"]),
        "metadata": metadata,
        "at": moments,
        "key": keys,
    }
)
one_filter = st.one_of(
    st.tuples(st.just("speakers"), st.lists(names, min_size=1, max_size=2)),
    st.tuples(st.just("roles"), st.sampled_from([["user"], ["assistant"]])),
    st.tuples(st.just("sessions"), st.lists(names, min_size=1, max_size=2)),
    st.tuples(st.just("kinds"), st.sampled_from([["turn"], ["note"]])),
    st.tuples(st.sampled_from(["since", "until", "at"]), offsets),
    st.tuples(st.just("metadata"), metadata),
)
filters = st.lists(one_filter, max_size=2).map(dict)
question = st.tuples(words, filters, st.sampled_from([1, 3, 1000]))


class Door:
    """A tenant's vault in one store, with the ids in order of arrival."""

    def __init__(self, memory: MemoryOS, name: str) -> None:
        self.vault: Vault = memory.vault(name)
        self.ids: list[str] = []

    def place(self, id: str) -> int:
        return self.ids.index(id)

    def learn(self, cubes: list[MemCube]) -> list[int]:
        self.ids += [id for id in dict.fromkeys(cube.id for cube in cubes) if id not in self.ids]
        return [self.place(cube.id) for cube in cubes]


class TwoTenants(RuleBasedStateMachine):
    """``shared`` holds both tenants; ``alone`` holds the first one only, and must answer it the same."""

    embedder: ClassVar[Callable[[], HashEmbedder | None]]

    @initialize(batches=st.tuples(*[st.lists(described, min_size=3, max_size=12)] * 2))
    def open(self, batches: tuple[list[dict[str, Any]], ...]) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(dir=IN_MEMORY)))
        self.folder = folder
        self.clock = FrozenClock()
        self.start = self.clock.now()
        self.shared, self.alone = (self.opened(folder / name) for name in ("shared", "alone"))
        self.models = {name: Model() for name in TENANTS}
        self.doors = {name: Door(self.shared, name) for name in TENANTS}
        self.double = Door(self.alone, TENANTS[0])
        for name, batch in zip(TENANTS, batches, strict=True):
            self.remember_batch(name, batch)

    def opened(self, folder: Path) -> MemoryOS:
        return self.stack.enter_context(
            MemoryOS.open(
                f"sqlite:///{folder}/memory.db",
                embedder=type(self).embedder(),
                clock=self.clock,
                worker=False,
                count_tokens=len,
            )
        )

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def places(self, name: str) -> list[Door]:
        """Where an operation of this tenant happens."""
        return [self.doors[name], *([self.double] if name == TENANTS[0] else [])]

    def tick(self) -> None:
        """What is remembered later has a later id: so the order of what happened at the same time is known."""
        self.clock.advance(timedelta(microseconds=1))

    def do(self, name: str, work: Callable[[Door], Any], error: type[MemOSError] | None = None) -> list[Any]:
        """Do the same wherever the tenant lives; nothing of the other one may show."""
        results = []
        for door in self.places(name):
            if error is None:
                results.append(work(door))
            else:
                with pytest.raises(error) as caught:
                    work(door)
                assert type(caught.value) is error
                results.append(caught.value)
        self.assert_own(name, *results)
        return results

    def assert_own(self, name: str, *shown: Any) -> None:
        """Nothing that is shown holds a name, a text or an id of the other tenant."""
        other = next(tenant for tenant in TENANTS if tenant != name)
        text = repr(shown)
        assert other not in text
        assert not set(re.findall(r"mem_\w{26}", text)) & set(self.doors[other].ids)

    def pick(self, name: str, pick: int) -> int:
        return pick % len(self.models[name].memories)

    # ── writing ──

    @rule(seconds=st.sampled_from([1, 60, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule(name=tenant, fields=described)
    def remember(self, name: str, fields: dict[str, Any]) -> None:
        self.tick()
        model = self.models[name]
        place = model.remember(self.memory(name, fields), fields["key"])
        turn = self.turn(name, fields)
        if model.memories[place].state == "erased":
            self.do(name, lambda door: door.vault.remember(turn), Erased)
            return
        for door in self.places(name):
            cube = door.vault.remember(turn)
            assert door.learn([cube]) == [place]
            self.assert_same(name, cube, model.memories[place], model.memories[place].current)

    @rule(name=tenant, batch=st.lists(described, min_size=1, max_size=5))
    def remember_some(self, name: str, batch: list[dict[str, Any]]) -> None:
        self.remember_batch(name, batch)

    def remember_batch(self, name: str, batch: list[dict[str, Any]]) -> None:
        self.tick()
        model = self.models[name]
        expected = [model.remember(self.memory(name, fields), fields["key"]) for fields in batch]
        erased = [place for place in expected if model.memories[place].state == "erased"]
        turns = [self.turn(name, fields) for fields in batch]
        if erased:
            self.do(name, lambda door: door.vault.remember(turns), Erased)
            for door in self.places(name):
                door.learn(list(door.vault.cubes()))
            return
        for door in self.places(name):
            assert door.learn(door.vault.remember(turns)) == expected

    def turn(self, name: str, fields: dict[str, Any]) -> Turn:
        return Turn(
            text=f"{name} {fields['text']}",
            speaker=self.named(name, fields["speaker"]),
            role=fields["role"],
            session=self.named(name, fields["session"]),
            kind=fields["kind"] if fields["kind"] == "note" else "turn",
            metadata=fields["metadata"],
            at=self.moment(fields["at"]),
            source=f"{name} source",
            key=fields["key"],
        )

    def memory(self, name: str, fields: dict[str, Any]) -> Memory:
        turn = self.turn(name, fields)
        occurred = turn.at or self.clock.now()
        version = Version(1, turn.text, dict(turn.metadata), occurred)
        return Memory(turn.speaker, turn.role, turn.session, turn.kind, occurred, [version])

    @staticmethod
    def named(name: str, value: str) -> str:
        return f"{name} {value}" if value else ""

    def moment(self, offset: timedelta | None) -> Any:
        return None if offset is None else self.start + offset

    @rule(
        name=tenant,
        pick=picks,
        text=texts,
        fields=st.none() | metadata,
        at=moments,
        expect=st.none() | st.integers(1, 3),
    )
    def revise(
        self, name: str, pick: int, text: str, fields: dict[str, Any] | None, at: timedelta | None, expect: int | None
    ) -> None:
        place = self.pick(name, pick)
        memory = self.models[name].memories[place]
        text, moment = f"{name} {text}", self.moment(at)
        error: type[MemOSError] | None = None
        if memory.state == "erased":
            error = Erased
        elif expect not in (None, memory.current.number):
            error = Conflict
        elif memory.state == "forgotten":
            error = IllegalTransition
        elif moment is not None and moment < memory.current.valid_from:
            error = InvalidInput
        cubes = self.do(
            name,
            lambda door: door.vault.revise(
                door.ids[place], text, metadata=fields, at=moment, expect=expect, reason=f"{name} reason"
            ),
            error,
        )
        if error is None:
            since = moment or max(self.clock.now(), memory.current.valid_from)
            self.models[name].revise(place, text, fields, since)
            for cube in cubes:
                self.assert_same(name, cube, memory, memory.current)

    @rule(name=tenant, pick=picks)
    def forget(self, name: str, pick: int) -> None:
        place = self.pick(name, pick)
        gone = self.models[name].memories[place].state == "erased"
        self.do(
            name, lambda door: door.vault.forget(door.ids[place], reason=f"{name} reason"), Erased if gone else None
        )
        if not gone:
            self.models[name].forget(place)

    @rule(name=tenant, pick=picks, number=st.none() | st.integers(0, 3))
    def restore(self, name: str, pick: int, number: int | None) -> None:
        place = self.pick(name, pick)
        memory = self.models[name].memories[place]
        error: type[MemOSError] | None = None
        if memory.state == "erased":
            error = Erased
        elif number is not None and not 1 <= number <= len(memory.versions):
            error = UnknownVersion
        cubes = self.do(name, lambda door: door.vault.restore(door.ids[place], version=number), error)
        if error is None:
            self.models[name].restore(place, number, self.clock.now())
            for cube in cubes:
                self.assert_same(name, cube, memory, memory.current)

    @rule(name=tenant, some=st.lists(picks, min_size=1, max_size=3))
    def erase(self, name: str, some: list[int]) -> None:
        places = [self.pick(name, pick) for pick in some]
        self.do(name, lambda door: door.vault.erase([door.ids[place] for place in places]))
        self.models[name].erase(places)

    @rule(name=tenant)
    def settle(self, name: str) -> None:
        for door in self.places(name):
            door.vault.settle()

    @rule()
    def reopen(self) -> None:
        self.shared.close()
        self.shared = self.opened(self.folder / "shared")
        for name, door in self.doors.items():
            door.vault = self.shared.vault(name)

    # ── reading ──

    @rule(name=tenant, pick=picks, number=st.none() | st.integers(0, 4))
    def get(self, name: str, pick: int, number: int | None) -> None:
        place = self.pick(name, pick)
        memory = self.models[name].memories[place]
        if memory.state == "erased":
            self.do(name, lambda door: door.vault.get(door.ids[place], version=number), Erased)
            self.do(name, lambda door: door.vault.history(door.ids[place]), Erased)
            return
        for history in self.do(name, lambda door: door.vault.history(door.ids[place])):
            assert len(history) == len(memory.versions)
            for cube, version in zip(history, memory.versions, strict=True):
                self.assert_same(name, cube, memory, version)
        if number is None or 1 <= number <= len(memory.versions):
            version = memory.current if number is None else memory.versions[number - 1]
            for cube in self.do(name, lambda door: door.vault.get(door.ids[place], version=number)):
                self.assert_same(name, cube, memory, version)
        else:
            self.do(name, lambda door: door.vault.get(door.ids[place], version=number), UnknownVersion)

    @rule(name=tenant, questions=st.lists(question, min_size=4, max_size=8))
    def recall(self, name: str, questions: list[tuple[str, dict[str, Any], int]]) -> None:
        for query, where, limit in questions:
            self.ask(name, query, where, limit)

    def ask(self, name: str, query: str, where: dict[str, Any], limit: int) -> None:
        where = {field: self.as_asked(name, field, value) for field, value in where.items()}
        if "since" in where and "until" in where and where["since"] >= where["until"]:
            self.do(name, lambda door: door.vault.recall(query, **where), InvalidInput)
            return
        recollections = self.do(name, lambda door: door.vault.recall(query, limit=limit, budget=400, **where))
        visible = self.models[name].visible(where)
        for door, recollection in zip(self.places(name), recollections, strict=True):
            self.check_recollection(name, door, recollection, visible, limit)
        if len(recollections) == 2:
            ours, doubled = recollections
            assert ours.text == doubled.text
            assert ours.notes == doubled.notes
            assert [self.shown(self.doors[name], hit) for hit in ours] == [
                self.shown(self.double, hit) for hit in doubled
            ]

    def as_asked(self, name: str, field: str, value: Any) -> Any:
        if field in ("speakers", "sessions"):
            return [self.named(name, one) for one in value]
        return self.moment(value) if field in ("since", "until", "at") else value

    @staticmethod
    def shown(door: Door, hit: Any) -> tuple[Any, ...]:
        return door.place(hit.cube.id), hit.cube.version, hit.score, hit.why, hit.passage, hit.shown

    def check_recollection(
        self, name: str, door: Door, recollection: Recollection, visible: dict[int, Version], limit: int
    ) -> None:
        found = {door.place(hit.cube.id): hit.cube for hit in recollection}
        assert len(found) == len(recollection) <= limit
        assert found.keys() <= visible.keys()
        for place, cube in found.items():
            self.assert_same(name, cube, self.models[name].memories[place], visible[place])
        wanted = set(recollection.call.query.split())
        related = {place for place, version in visible.items() if wanted & set(version.text.split())}
        if recollection.hits and "dense" in recollection.hits[0].why:
            assert len(found) == min(limit, len(visible)), "with vectors, everything is related to some degree"
        if limit > len(visible):
            assert related <= found.keys(), "a memory with a word in common is missing"
        assert len(recollection.text) == recollection.tokens <= 400

    @rule(name=tenant, session=names)
    def transcript(self, name: str, session: str) -> None:
        wanted = self.named(name, session)
        expected = [
            place
            for place, memory in enumerate(self.models[name].memories)
            if memory.session == wanted != "" and memory.state == "active"
        ]
        for door, cubes in zip(
            self.places(name), self.do(name, lambda door: door.vault.transcript(wanted)), strict=True
        ):
            assert [door.place(cube.id) for cube in cubes] == expected

    @rule(name=tenant)
    def log(self, name: str) -> None:
        for door, entries in zip(self.places(name), self.do(name, lambda door: door.vault.log()), strict=True):
            assert [(entry.op, door.place(entry.cube), entry.version) for entry in entries] == self.models[name].log
            assert [entry.n for entry in entries] == list(range(1, len(entries) + 1))

    @rule(name=tenant)
    def export(self, name: str) -> None:
        model, path = self.models[name], self.folder / "export.jsonl"
        for door in self.places(name):
            assert door.vault.export(path) == len(model.living())
            text = path.read_text(encoding="utf-8")
            self.assert_own(name, text)
            _, *lines = map(json.loads, text.splitlines())
            assert [(door.place(line["id"]), line["version"], line["text"]) for line in lines] == [
                (place, version.number, version.text)
                for place in model.living()
                for version in model.memories[place].versions
            ]

    @rule(name=tenant, pick=picks)
    def ask_for_what_belongs_to_the_other(self, name: str, pick: int) -> None:
        other = next(tenant for tenant in TENANTS if tenant != name)
        foreign = self.doors[other].ids
        if not foreign:
            return
        id = foreign[pick % len(foreign)]
        vault = self.doors[name].vault
        calls: list[Callable[[str], object]] = [
            vault.get,
            lambda id: vault.get(id, version=1),
            vault.history,
            vault.forget,
            vault.restore,
            lambda id: vault.restore(id, version=1),
            vault.erase,
            lambda id: vault.revise(id, "taken over"),
            lambda id: vault.revise(id, "taken over", expect=1),
        ]
        for call in calls:
            complaints = []
            for asked in (id, NOWHERE):
                with pytest.raises(UnknownCube) as caught:
                    call(asked)
                complaints.append(str(caught.value).replace(asked, "ID"))
            assert complaints[0] == complaints[1]

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        if not hasattr(self, "stack"):
            return
        for name, model in self.models.items():
            for door, cubes in zip(
                self.places(name), self.do(name, lambda door: list(door.vault.cubes())), strict=True
            ):
                assert [door.place(cube.id) for cube in cubes] == model.living()
                for cube, place in zip(cubes, model.living(), strict=True):
                    memory = model.memories[place]
                    self.assert_same(name, cube, memory, memory.current)
                    if memory.current.number > 1:
                        for old, version in zip(door.vault.history(cube.id), memory.versions, strict=True):
                            self.assert_same(name, old, memory, version)
                stats = door.vault.stats()
                states = [memory.state for memory in model.memories]
                assert stats.cubes == {state: states.count(state) for state in set(states)}
                assert stats.versions == sum(len(model.memories[place].versions) for place in model.living())

    def assert_same(self, name: str, cube: MemCube, memory: Memory, version: Version) -> None:
        header = cube.header
        assert (header.vault, header.state, header.kind) == (name, memory.state, memory.kind)
        assert (cube.text, cube.version, header.metadata) == (version.text, version.number, version.metadata)
        assert (header.speaker, header.role, header.session) == (memory.speaker, memory.role, memory.session)
        assert (header.occurred_at, header.valid_from) == (memory.occurred, version.valid_from)
        assert header.valid_to == version.valid_to
        assert header.provenance.source == f"{name} source"


class WithWordsOnly(TwoTenants):
    embedder = staticmethod(lambda: None)


class WithVectors(TwoTenants):
    embedder = staticmethod(HashEmbedder)


@pytest.fixture(autouse=True)
def _early_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", SEALED_AT)


def examples(count: int, steps: int) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


MACHINES = [WithWordsOnly, WithVectors]


@pytest.mark.parametrize("machine", MACHINES)
def test_two_tenants(machine: type[TwoTenants]) -> None:
    run_state_machine_as_test(machine, settings=examples(30, 40))


@pytest.mark.kill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("machine", MACHINES)
def test_two_tenants_at_length(machine: type[TwoTenants]) -> None:
    run_state_machine_as_test(machine, settings=examples(400, 80))

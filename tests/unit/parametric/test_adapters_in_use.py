"""One runtime, one model, several users' adapters: who answers, what is sent, and what stays behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine, file
from memos_adapters.peft_lora.bench import world
from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import Completion, Manifest, Sampling, SourceVersion
from memos_core.domain.parametric import BASE, AdapterManifest
from memos_core.errors import InvalidInput, MissingBlob, ParametricError
from memos_core.memories.local_model import AdapterBudget, LocalModelRuntime, PromptMemory
from memos_core.memories.prompts import PromptAdapter
from tests.unit.parametric.lora_models import ANY, adapter, lesson, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

SHORT = Sampling(max_tokens=6)
NAMES = ("a", "b", "c")
LONG = " ".join(f"The {one.relation} of {one.subject} is {one.value}." for one in world.KNOWN[:6])
"""Long enough to be kept when it comes again."""


class Bench(NamedTuple):
    """A model, and everything that runs it."""

    cached: TransformersEngine
    lora: PeftLoraEngine
    runtime: LocalModelRuntime
    model: Any


def bench(**options: Any) -> Bench:
    tokenizer = world.words()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = world.untrained(tokenizer, 2, 32)
    cached, lora = TransformersEngine(model, tokenizer), PeftLoraEngine(model, tokenizer)
    return Bench(cached, lora, LocalModelRuntime(cached, adapters=lora, **options), model)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, tuple[Path, AdapterManifest]]:
    """Three adapters of the same base, of different ranks."""
    engine, folder = untrained_engine(), tmp_path_factory.mktemp("adapters")
    return {
        name: shaken(*adapter(engine, folder / name, seed=seed, rank=rank), seed)
        for seed, (name, rank) in enumerate(zip(NAMES, (4, 4, 2), strict=True))
    }


def shaken(path: Path, manifest: AdapterManifest, seed: int) -> tuple[Path, AdapterManifest]:
    """The adapter with other numbers, under which the model says something else from the first word on."""
    _, tensors = file.read(path)
    random = torch.Generator().manual_seed(seed)
    noise = {name: torch.randn(one.shape, generator=random) * 0.3 for name, one in tensors.items()}
    return path, file.write(path, noise, manifest)


@pytest.fixture(scope="module")
def known(files) -> dict[str, PromptMemory]:
    """A memory of each user that an adapter knows by heart."""
    return {name: by_heart(name, *file) for name, file in files.items()}


def by_heart(name: str, path: Path, manifest: AdapterManifest, *, handle: str = "") -> PromptMemory:
    manifest = replace(manifest, sources=(SourceVersion(id=f"mem_{name}", version=1),))
    fact = world.KNOWN[NAMES.index(name)]
    text = f"The {fact.relation} of {fact.subject} is {fact.value}."
    known = PromptAdapter(text=text, handle=handle or f"lora_{name}", tenant=name, manifest=manifest, path=path)
    return PromptMemory(text="", handle=known.handle, tenant=name, adapter=known, sources=(f"mem_{name}",))


def asked(number: int = 0) -> list[dict[str, str]]:
    fact = world.KNOWN[number]
    return [{"role": "user", "content": f"Question: What is the {fact.relation} of {fact.subject}? Answer:"}]


def bits(one: Bench, name: str = BASE) -> torch.Tensor:
    return one.lora.logits("Question: What is the boat of somebody? Answer:", name)


def expected(files, name: str, number: int = 0) -> Completion:
    """The reply of a model in which one adapter is active, and nothing else was ever done."""
    return _expected(files[name][0] if name else None, number)


@cache
def _expected(path: Path | None, number: int) -> Completion:
    alone = bench()
    if path is not None:
        alone.lora.attach("it", path)
        alone.lora.activate("it")
    return LocalModelRuntime(alone.cached).generate(asked(number), sampling=SHORT)


def test_an_adapter_answers_for_its_memory_and_for_nothing_else(files, known) -> None:
    one = bench()
    before, bare = bits(one), expected(files, "")
    replies = {name: one.runtime.generate(asked(), memory=known[name], sampling=SHORT) for name in NAMES}
    for name in NAMES:
        assert replies[name] == expected(files, name)
        assert replies[name].prompt_tokens == bare.prompt_tokens, "no word of it is sent"
        assert replies[name].note == ""
    assert len({reply.text for reply in (*replies.values(), bare)}) == 4
    assert one.runtime.generate(asked(), sampling=SHORT) == bare
    assert torch.equal(bits(one), before)
    for name in one.lora.attached:
        one.lora.detach(name)
    assert torch.equal(bits(one), before)


def test_one_batch_for_several_users(files, known, monkeypatch) -> None:
    one = bench()
    text = PromptMemory(text=known["a"].adapter.text, tenant="d", sources=("mem_d",))
    broken = by_heart("b", Path("gone"), known["b"].adapter.manifest, handle="lora_x")
    memories = [known["a"], None, known["c"], text, known["b"], known["a"], broken]
    conversations = [asked(number) for number in range(len(memories))]
    calls = []
    real = one.cached.generate

    def counted(prompts: Any, *given: Any) -> list[Completion]:
        calls.append(len(prompts))
        return real(prompts, *given)

    monkeypatch.setattr(one.cached, "generate", counted)
    together = one.runtime.batch(conversations, memory=memories, sampling=SHORT)
    assert calls == [len(memories)]
    pairs = zip(conversations, memories, strict=True)
    assert together == [one.runtime.generate(said, memory=memory, sampling=SHORT) for said, memory in pairs]
    assert [bool(reply.note) for reply in together] == [False] * 6 + [True]
    assert together[0] == expected(files, "a")
    assert together[1] == expected(files, "", 1)
    beams = Sampling(max_tokens=3, beams=2)
    pairs = zip(conversations, memories, strict=True)
    assert one.runtime.batch(conversations, memory=memories, sampling=beams) == [
        one.runtime.generate(said, memory=memory, sampling=beams) for said, memory in pairs
    ]
    with pytest.raises(InvalidInput, match="2 conversations, but memories for 1"):
        one.runtime.batch(conversations[:2], memory=[None])


@pytest.mark.parametrize("budget", [AdapterBudget(count=1), AdapterBudget(count=2), AdapterBudget(bytes=40_000)])
def test_the_budget_is_kept(files, known, budget) -> None:
    one, free = bench(adapter_budget=budget), bench()
    most = min(budget.count, budget.bytes // max(path.stat().st_size for path, _ in files.values()))
    assert 1 <= most <= 2
    for name in "abcacbbaabc":
        said = one.runtime.generate(asked(), memory=known[name], sampling=SHORT)
        assert (said.text, said.note) == (expected(files, name).text, "")
        assert len(one.lora.attached) <= most
        assert known[name].adapter.name in one.lora.attached
    memories = [known[name] for name in "abcabc"]
    conversations = [asked(number) for number in range(6)]
    several = [other.runtime.batch(conversations, memory=memories, sampling=SHORT) for other in (one, free)]
    assert several[0] == several[1]
    assert len(one.lora.attached) <= most


def test_who_was_used_least_lately_goes(known) -> None:
    one = bench(adapter_budget=AdapterBudget(count=2))
    for name in "abac":
        one.runtime.generate(asked(), memory=known[name], sampling=SHORT)
    assert set(one.lora.attached) == {known[name].adapter.name for name in "ac"}
    uses = {use.handle: use for use in one.runtime.adapter_uses()}
    assert (uses["lora_a"].uses, uses["lora_a"].attached) == (2, 1)
    assert uses["lora_c"].bytes == known["c"].adapter.path.stat().st_size


def test_trained_again_it_is_swapped(files, known) -> None:
    one = bench()
    one.runtime.generate(asked(), memory=known["a"], sampling=SHORT)
    path, manifest = files["b"]
    newer = replace(known["a"], adapter=replace(known["a"].adapter, path=path, manifest=manifest))
    assert one.runtime.generate(asked(), memory=newer, sampling=SHORT).text == expected(files, "b").text
    assert one.lora.attached == (known["a"].adapter.name,)


def test_what_cannot_answer_is_sent_as_text(files, known, tmp_path) -> None:
    whole, manifest = files["a"][0].read_bytes(), files["a"][1]
    (tmp_path / "damaged").write_bytes(whole[:-9] + b"\0" * 9)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        stranger = PeftLoraEngine(world.untrained(world.words(), 2, 32), world.words())
    theirs = adapter(stranger, tmp_path / "theirs")
    unreachable = replace(manifest.recipe, most_steps=1, bounds=replace(ANY, recall=2.0))
    judged = untrained_engine().train(lesson(), unreachable, tmp_path / "refused")
    assert judged.rejected
    cases = {
        "another base model": by_heart("a", *theirs),
        "damaged": by_heart("a", tmp_path / "damaged", manifest),
        "gone": by_heart("a", tmp_path / "nowhere", manifest),
        "another adapter": by_heart("a", files["b"][0], manifest),
        "gate refused": by_heart("a", tmp_path / "refused" / "adapter.safetensors", judged),
    }
    one = bench()
    told = one.runtime.generate(asked(), memory=known["a"].told, sampling=SHORT)
    for why, memory in cases.items():
        said = one.runtime.generate(asked(), memory=memory, sampling=SHORT)
        assert why in said.note
        assert (said.text, said.prompt_tokens) == (told.text, told.prompt_tokens)
        assert one.lora.attached == ()
        streamed = one.runtime.stream(asked(), memory=memory, sampling=SHORT)
        assert "".join(streamed) == told.text and why in streamed.completion.note
        with pytest.raises((ParametricError, MissingBlob)):
            one.runtime.head("Anything.", memory)
    assert [use.as_text for use in one.runtime.adapter_uses()] == [2 * len(cases)]
    none = LocalModelRuntime(bench().cached).generate(asked(), memory=known["a"], sampling=SHORT)
    assert "adapters=" in none.note and none.text == told.text
    small = bench(adapter_budget=AdapterBudget(bytes=10)).runtime.generate(asked(), memory=known["a"], sampling=SHORT)
    assert "budget" in small.note and small.text == told.text


def test_memory_without_an_adapter_is_text_and_says_why(known) -> None:
    one = bench()
    waiting = replace(known["a"].told, text=LONG, handle="lora_a", note="lora_a is being trained")
    for turn in range(3):
        said = one.runtime.generate(asked(), memory=waiting, sampling=SHORT)
        assert said.note == "lora_a is being trained"
        assert (said.cache_read > 0) == (turn == 2), "text that comes again is kept, as any text"


def test_values_computed_under_an_adapter_serve_under_it_only(files, known, tmp_path) -> None:
    one = bench()
    text = "The boat of somebody is small."
    fingerprint, tokens = one.runtime.head(text, known["a"])
    assert fingerprint.adapters and not one.runtime.fingerprint.adapters
    values = one.runtime.memorise(fingerprint, tokens, known["a"])
    manifest = Manifest(
        fingerprint=fingerprint, tokens=tokens, layers=one.cached.capability.layers, salt="a",
        made_at=datetime.now(UTC),
    )  # fmt: skip
    (tmp_path / "kv").write_bytes(b"".join(one.runtime.dump(values, manifest)))
    kept = PromptMemory(text=text, handle="kv_1", tenant="a", manifest=manifest, path=tmp_path / "kv")
    plain = replace(kept, handle="", manifest=None, path=None)
    right = one.runtime.generate(asked(), memory=kept, adapter=known["a"], sampling=SHORT)
    assert right.cache_read == len(tokens) and right.note == ""
    assert right.text == one.runtime.generate(asked(), memory=plain, adapter=known["a"], sampling=SHORT).text
    bare = one.runtime.generate(asked(), memory=kept, sampling=SHORT)
    assert (bare.cache_read, bare.note) == (0, "kv_1 was computed with another adapters")
    other = by_heart("a", *files["b"])
    swapped = one.runtime.generate(asked(), memory=kept, adapter=other, sampling=SHORT)
    assert swapped.cache_read == 0 and "adapters" in swapped.note
    gone = by_heart("a", tmp_path / "none", files["a"][1], handle="lora_z")
    lost = one.runtime.generate(asked(), memory=kept, adapter=gone, sampling=SHORT)
    assert lost.cache_read == 0 and "gone" in lost.note and "adapters" in lost.note
    assert lost.prompt_tokens > right.prompt_tokens, "what the adapter knew is sent behind the memory"


def test_what_is_kept_of_texts_is_kept_by_adapter(known) -> None:
    one = bench()
    text = PromptMemory(text=LONG, tenant="a", sources=("mem_1",))
    read = [one.runtime.generate(asked(), memory=text, sampling=SHORT).cache_read for _ in range(3)]
    under = [
        one.runtime.generate(asked(), memory=text, adapter=known["a"], sampling=SHORT).cache_read for _ in range(3)
    ]
    assert read == under == [0, 0, read[2]] and read[2] > 0


def test_two_adapters_or_two_vaults_in_one_prompt_are_refused(known) -> None:
    one = bench()
    for other in (known["b"], replace(known["b"], adapter=None)):
        with pytest.raises(InvalidInput, match="same vault"):
            one.runtime.generate(asked(), memory=known["a"], adapter=other)


def test_what_was_erased_leaves_the_model(known) -> None:
    one = bench()
    for name in "ab":
        one.runtime.generate(asked(), memory=known[name], sampling=SHORT)
    one.runtime.forget("b", ["mem_a"])
    assert [*one.lora.attached] == [known[name].adapter.name for name in "ab"], "another tenant's"
    one.runtime.forget("a", ["mem_a"])
    assert one.lora.attached == (known["b"].adapter.name,)
    said = one.runtime.generate(asked(), memory=known["a"], sampling=SHORT)
    assert "erased" in said.note and one.lora.attached == (known["b"].adapter.name,)
    assert not any(use.handle == "lora_a" and use.uses for use in one.runtime.adapter_uses())


def test_erased_while_it_answers_it_leaves_afterwards(files, known, monkeypatch) -> None:
    one = bench()
    real, during = one.cached.generate, []

    def meanwhile(*given: Any) -> list[Completion]:
        with ThreadPoolExecutor(1) as other:  # does not wait for the model
            other.submit(one.runtime.forget, "a", ["mem_a"]).result(timeout=5)
        one.runtime.forget("a", ["mem_a"])
        during.append(one.lora.attached)
        return real(*given)

    monkeypatch.setattr(one.cached, "generate", meanwhile)
    said = one.runtime.generate(asked(), memory=known["a"], sampling=SHORT)
    assert said.text == expected(files, "a").text
    assert during == [(known["a"].adapter.name,)]
    assert one.lora.attached == ()


def test_a_file_that_another_process_removed_is_used_no_more(files, known, tmp_path) -> None:
    one = bench()
    copy = tmp_path / "copy"
    copy.write_bytes(files["a"][0].read_bytes())
    memory = by_heart("a", copy, files["a"][1])
    assert one.runtime.generate(asked(), memory=memory, sampling=SHORT).note == ""
    copy.unlink()
    assert one.runtime.generate(asked(), sampling=SHORT) == expected(files, "")
    assert one.lora.attached == ()


def test_streams_and_lent_models_are_answered_too(files, known) -> None:
    one = bench()
    pieces = one.runtime.stream(asked(), memory=known["a"], sampling=SHORT)
    assert "".join(pieces) == expected(files, "a").text
    assert one.lora.active == BASE
    with one.runtime.lent(asked(), memory=known["a"]) as inputs:
        made = one.model.generate(**inputs, max_new_tokens=6, do_sample=False)
    assert tuple(made[0, inputs["input_ids"].shape[1] :].tolist()) == expected(files, "a").tokens
    alone = one.runtime.inputs(asked(), memory=known["a"])
    assert alone["input_ids"].shape[1] > inputs["input_ids"].shape[1], "outside, the text is sent"
    assert one.lora.active == BASE


def test_an_active_adapter_answers_where_a_memory_has_none(files, known) -> None:
    one = bench()
    one.lora.attach("mine", files["c"][0])
    one.lora.activate("mine")
    assert one.runtime.generate(asked(), sampling=SHORT) == expected(files, "c")
    assert one.runtime.generate(asked(), memory=known["a"], sampling=SHORT) == expected(files, "a")
    both = one.runtime.batch([asked(), asked()], memory=[None, known["b"]], sampling=SHORT)
    assert both == [expected(files, "c"), expected(files, "b")]
    assert one.lora.active == "mine"


def test_digests_of_adapters_that_left_are_forgotten(known, monkeypatch) -> None:
    monkeypatch.setattr("memos_adapters.transformers_kv.fingerprint._ADAPTERS", 2)
    one = bench(adapter_budget=AdapterBudget(count=1))
    found = [one.runtime.head("Anything.", known[name])[0].adapters for name in "abcabc"]
    assert found[:3] == found[3:] and len(set(found)) == 3
    assert len(one.cached._fingerprints._adapters) == 2


def test_threads_get_their_own_adapters(files, known) -> None:
    one = bench(adapter_budget=AdapterBudget(count=2))
    wanted = {name: expected(files, name) for name in ("", *NAMES)}
    order = [*NAMES, "", *NAMES, "", "c", "b", "a", ""]

    def ask(name: str) -> bool:
        return one.runtime.generate(asked(), memory=known.get(name), sampling=SHORT) == wanted[name]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, order))


def test_what_is_no_engine_of_adapters_is_refused(files) -> None:
    with pytest.raises(InvalidInput, match="PeftLoraEngine"):
        LocalModelRuntime(bench().cached, adapters=object())
    with pytest.raises(InvalidInput, match="budget"):
        bench(adapter_budget=AdapterBudget(count=0))

"""One model for many threads: what is kept of prompts' heads, and who waits for whom."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from memos_core.domain.activation import ChatTurn, Completion, Sampling
from memos_core.memories.eviction import TierBudgets
from memos_core.memories.layout import Unit
from memos_core.memories.local_model import LocalModelRuntime, PromptMemory
from memos_core.ports import KeyValues
from memos_core.testing.local_model import TokenValues, WordModel

FACTS = [f"- fact {n} : " + " ".join(f"w{n}-{k}" for k in range(20)) for n in range(5)]


def memory_of(*facts: int, tenant: str = "alice") -> PromptMemory:
    text = "\n".join(FACTS[n] for n in facts)
    return PromptMemory(text=text, tenant=tenant, sources=tuple(f"mem_{n}" for n in facts))


def asked(question: str) -> list[ChatTurn]:
    return [ChatTurn(role="system", content="Be brief."), ChatTurn(role="user", content=question)]


def heard(prompt: str) -> str:
    return prompt.replace("\n", "/")


@pytest.fixture
def model() -> WordModel:
    return WordModel(heard)


@pytest.fixture
def runtime(model: WordModel) -> LocalModelRuntime:
    return LocalModelRuntime(model)


def expected(memory: PromptMemory, question: str) -> str:
    """The reply of a model that has nothing stored."""
    return LocalModelRuntime(WordModel(heard)).generate(asked(question), memory=memory).text


def test_a_text_is_kept_when_it_comes_again(runtime: LocalModelRuntime, model: WordModel) -> None:
    memory = memory_of(0, 1, 2)
    read = []
    for turn in range(4):
        before = model.computed
        answer = runtime.generate(asked(f"question {turn}"), memory=memory)
        assert answer.text == expected(memory, f"question {turn}")
        assert answer.note == ""
        read.append(answer.cache_read)
        if turn == 1:
            assert model.computed - before == answer.prompt_tokens, "keeping costs no token"
        if turn > 1:
            assert model.computed - before == answer.prompt_tokens - answer.cache_read
    assert read[:2] == [0, 0]
    assert read[2] == read[3] >= len(memory.text.split(" "))
    said = str(runtime.report())
    assert f"{sum(read):,}" in said and "saved" in said


def test_other_memories_in_the_same_order_share_it(runtime: LocalModelRuntime) -> None:
    for memory in (memory_of(0, 1, 2), memory_of(0, 1, 3)):
        assert runtime.generate(asked("q"), memory=memory).cache_read == 0
    third = runtime.generate(asked("q"), memory=memory_of(0, 1, 4))
    assert third.cache_read > 1.5 * len(FACTS[0].split(" ")), "the first two facts, though no text came twice"
    assert third.text == expected(memory_of(0, 1, 4), "q")
    assert runtime.generate(asked("q"), memory=memory_of(1, 0, 4)).cache_read < len(FACTS[0].split(" "))
    assert runtime.generate(asked("q"), memory=memory_of(0, 1, 4, tenant="bob")).cache_read == 0


def test_what_was_erased_is_not_kept_again(runtime: LocalModelRuntime) -> None:
    memory = memory_of(0, 1)
    for _ in range(3):
        runtime.generate(asked("q"), memory=memory)
    assert runtime.report().kept.tokens > 0
    runtime.forget("alice", ["mem_1"])
    assert runtime.report().kept.tokens == 0
    assert not runtime.report().memories
    for _ in range(3):
        answer = runtime.generate(asked("q"), memory=memory)
        assert (answer.cache_read, answer.text) == (0, expected(memory, "q"))
    assert runtime.report().kept.tokens == 0


def test_erased_while_it_is_computed(runtime: LocalModelRuntime, model: WordModel) -> None:
    memory = memory_of(0, 1)
    runtime.generate(asked("q"), memory=memory)
    real = model.prefill

    def meanwhile(tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> TokenValues:
        runtime.forget("alice", ["mem_0"])  # from another thread, which does not wait for the model
        return real(tokens, past)

    model.prefill = meanwhile  # type: ignore[method-assign]
    assert runtime.generate(asked("q"), memory=memory).text == expected(memory, "q")
    assert runtime.report().kept.tokens == 0


def test_nothing_is_kept_of_what_nobody_could_erase(runtime: LocalModelRuntime) -> None:
    memory = replace(memory_of(0, 1), sources=())
    assert [runtime.generate(asked("q"), memory=memory).cache_read for _ in range(4)] == [0] * 4
    assert [runtime.generate(asked("q")).cache_read for _ in range(3)] == [0] * 3


def test_beyond_the_limit_the_text_serves(runtime: LocalModelRuntime, model: WordModel) -> None:
    memory = memory_of(0, 1)
    for _ in range(3):
        runtime.generate(asked("q"), memory=memory)
    model.capability = replace(model.capability, limit=80)
    short = runtime.generate(asked("q"), memory=memory, sampling=Sampling(max_tokens=5))
    long = runtime.generate(asked("q"), memory=memory, sampling=Sampling(max_tokens=50))
    assert short.cache_read > 0
    assert long.cache_read == 0 and "80 tokens" in long.note and long.text


def test_a_small_budget_is_kept(model: WordModel) -> None:
    runtime = LocalModelRuntime(model, budgets=TierBudgets(device=0, memory=64 * 40, disk=0))
    for _ in range(3):
        for n in range(5):
            answer = runtime.generate(asked("q"), memory=memory_of(n))
            assert answer.text == expected(memory_of(n), "q")
            assert sum(runtime.report().kept.bytes.values()) <= 64 * 40
    assert 0 < runtime.report().kept.tokens <= 40


def test_one_build_for_all_who_wait(runtime: LocalModelRuntime, model: WordModel) -> None:
    memory = memory_of(0, 1, 2)
    runtime.generate(asked("first"), memory=memory)
    builds = []
    real = model.prefill

    def slow(tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> TokenValues:
        builds.append(len(tokens))
        everybody_waits.wait(0.2)
        return real(tokens, past)

    everybody_waits = threading.Event()
    model.prefill = slow  # type: ignore[method-assign]
    with ThreadPoolExecutor(8) as pool:
        questions = [f"question {n}" for n in range(8)]
        answers = list(pool.map(lambda one: runtime.generate(asked(one), memory=memory), questions))
    assert len(builds) == 1
    assert [one.text for one in answers] == [expected(memory, one) for one in questions]
    assert sorted(one.cache_read > 0 for one in answers) == [False] + [True] * 7


def test_many_threads_many_memories_two_models() -> None:
    runtimes = [LocalModelRuntime(WordModel(heard, name=name)) for name in ("one", "two")]
    errors: list[str] = []

    def work(seed: int) -> None:
        for turn in range(12):
            facts = [(seed + turn + k * (1 + seed % 3)) % 5 for k in range(3)]
            memory = memory_of(*dict.fromkeys(facts), tenant=("alice", "bob")[seed % 2])
            runtime = runtimes[(seed + turn) % 2]
            if turn == 6:
                runtime.forget(memory.tenant, ["mem_4"])
            question = f"q {seed} {turn}"
            if turn % 3:
                said = runtime.generate(asked(question), memory=memory).text
            else:
                said = "".join(runtime.stream(asked(question), memory=memory))
            if said != expected(memory, question):
                errors.append(said)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert errors == []
    assert all(runtime.report().kept.tokens for runtime in runtimes)
    for runtime in runtimes:
        nodes = [node for root in runtime._cache._tree._roots.values() for node in root.below()]
        assert not any(node.leases for node in nodes)


def test_a_model_that_fails_leaves_the_lock_free(runtime: LocalModelRuntime, model: WordModel) -> None:
    memory = memory_of(0, 1)
    for _ in range(3):
        runtime.generate(asked("q"), memory=memory)
    real = model.generate

    def failing(*args: object) -> list[Completion]:
        raise RuntimeError("out of memory")

    model.generate = failing  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError, match="out of memory"):
        runtime.generate(asked("q"), memory=memory)
    model.generate = real  # type: ignore[method-assign]
    model.stream = failing  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError, match="out of memory"):
        list(runtime.stream(asked("q"), memory=memory))
    prefill, model.prefill = model.prefill, failing  # type: ignore[method-assign,assignment]
    other = memory_of(2, 3)
    runtime.generate(asked("q"), memory=other)
    with pytest.raises(RuntimeError, match="out of memory"):
        runtime.generate(asked("q"), memory=other)
    model.prefill = prefill  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(runtime.generate, asked("q"), memory=memory).result(timeout=10)
    assert done.text == expected(memory, "q") and done.cache_read > 0


def test_prompts_teach_the_order(runtime: LocalModelRuntime) -> None:
    units = [Unit(id=f"mem_{n}") for n in range(4)]
    assert runtime.layout("alice", units).order == ("mem_0", "mem_1", "mem_2", "mem_3"), "nothing known: by id"
    for _ in range(3):
        runtime.generate(asked("q"), memory=memory_of(2, 0))
    assert runtime.layout("alice", units).order[:2] == ("mem_2", "mem_0")
    assert runtime.layout("bob", units).order[0] == "mem_0", "another tenant's prompts teach nothing"
    runtime.forget("alice", ["mem_2"])
    assert runtime.layout("alice", units[:2]).order[0] == "mem_0"


@pytest.mark.parametrize("architecture", ["llama", "gemma3", "gpt2"])
def test_a_real_model_says_the_same(architecture: str) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from memos_adapters.transformers_kv import TransformersEngine
    from memos_adapters.transformers_kv.values import TensorValues
    from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer

    def attached(budgets: TierBudgets | None = None) -> LocalModelRuntime:
        engine = TransformersEngine(tiny_model(architecture), tiny_tokenizer())
        return LocalModelRuntime(engine, budgets=budgets)

    facts = ["- Alice moved to Lisbon in March.", "- She works on the ferry.", "- The keys are old.", "- It is 2024."]
    sampling = Sampling(max_tokens=12)
    plain = attached()
    small = plain.capability.bytes_per_token * 90
    for runtime in (attached(), attached(TierBudgets(device=small, memory=small, disk=0))):
        read = 0
        for turn, chosen in enumerate([(0, 1, 2), (0, 1, 3), (0, 1, 2), (1, 0, 2), (0, 1, 3), (0, 2, 1), (0, 1, 2)]):
            text = "\n".join(facts[n] for n in chosen)
            memory = PromptMemory(text=text, tenant="alice", sources=tuple(f"mem_{n}" for n in chosen))
            answer = runtime.generate(asked(f"Where {turn}?"), memory=memory, sampling=sampling)
            nobody = replace(memory, sources=())
            assert answer.tokens == plain.generate(asked(f"Where {turn}?"), memory=nobody, sampling=sampling).tokens
            read += answer.cache_read
        assert read > 0
        used = runtime.report().kept.bytes
        assert max(used["device"], used["memory"]) <= small or runtime.report().kept.dropped == 0
    for root in runtime._cache._tree._roots.values():
        for node in root.below():
            assert isinstance(node.values, TensorValues)
            layers = tuple(pair and (pair[0], torch.roll(pair[1], 1, dims=1)) for pair in node.values.layers)
            node.values = TensorValues(layers=layers, tier=node.values.tier)
    wrong = runtime.generate(asked("Where 6?"), memory=memory, sampling=sampling)
    assert wrong.cache_read > 0
    assert wrong.tokens != answer.tokens, "values of other tokens lead to other words: the comparison can fail"

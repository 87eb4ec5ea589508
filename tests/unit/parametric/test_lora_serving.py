"""Adapters in use: put in, switched, mixed in a batch, and taken out without a trace."""

import gc

import peft
import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine
from memos_adapters.peft_lora.bench import world
from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE
from memos_core.errors import ForeignAdapter, InvalidInput, UnknownAdapter
from memos_core.ports.parametric import ParametricEngine
from tests.unit.parametric.lora_models import PROMPT, adapter, questions, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Three adapters of the same base, of different ranks."""
    engine, folder = untrained_engine(), tmp_path_factory.mktemp("adapters")
    return [adapter(engine, folder / str(seed), seed=seed, rank=rank)[0] for seed, rank in enumerate((4, 4, 2))]


@pytest.fixture
def engine(paths) -> PeftLoraEngine:
    made = untrained_engine()
    for name, path in zip("abc", paths, strict=True):
        made.attach(name, path)
    return made


def test_it_is_an_engine(engine) -> None:
    serving: ParametricEngine = engine
    assert serving.attached == ("a", "b", "c")


def test_without_adapters_the_logits_are_those_of_before(paths) -> None:
    engine = untrained_engine()
    modules = {name: id(one) for name, one in engine._layers.model.named_modules()}
    before, fingerprint = engine.logits(PROMPT), engine.base
    for name, path in zip("abc", paths, strict=True):
        engine.attach(name, path)
        assert torch.equal(engine.logits(PROMPT), before)
    engine.activate("b")
    with_b = engine.logits(PROMPT, "b")
    assert not torch.equal(with_b, before)
    assert torch.equal(engine.logits(PROMPT), before)
    assert engine.base == fingerprint
    engine.detach("a")
    assert engine.active == "b"
    assert torch.equal(engine.logits(PROMPT, "b"), with_b)
    engine.detach("b")
    assert engine.active == BASE
    engine.detach("c")
    assert torch.equal(engine.logits(PROMPT), before)
    assert {name: id(one) for name, one in engine._layers.model.named_modules()} == modules
    assert not hasattr(engine._layers.model, "peft_config")


def test_the_active_adapter_answers_where_none_is_named(engine) -> None:
    prompts, short = [one.prompt for one in questions(4)], Sampling(max_tokens=4)
    named = {name: engine.generate(prompts, short, [name] * 4) for name in (BASE, "a", "b")}
    assert engine.generate(prompts, short) == named[BASE]
    engine.activate("a")
    assert engine.generate(prompts, short) == named["a"]
    engine.activate("b")
    assert engine.generate(prompts, short) == named["b"]
    engine.activate(BASE)
    assert engine.generate(prompts, short) == named[BASE]
    assert named[BASE] != named["a"] != named["b"]


def test_cycles_leave_nothing(paths) -> None:
    engine = untrained_engine()
    engine.attach("stays", paths[1])
    before = engine.logits(PROMPT, "stays")

    def cycle() -> None:
        engine.attach("a", paths[0])
        engine.activate("a")
        engine.detach("a")

    cycle()
    alive = tensors_alive()
    for _ in range(20):
        cycle()
    assert tensors_alive() == alive
    assert torch.equal(engine.logits(PROMPT, "stays"), before)
    engine.detach("stays")
    cycle()
    alive = tensors_alive()
    for _ in range(20):
        cycle()
    assert tensors_alive() == alive


def tensors_alive() -> int:
    gc.collect()
    return sum(issubclass(type(one), torch.Tensor) for one in gc.get_objects())


def test_an_adapter_of_the_same_name_is_replaced(engine, paths) -> None:
    expected = engine.logits(PROMPT, "b")
    engine.attach("a", paths[1])
    assert sorted(engine.attached) == ["a", "b", "c"]
    assert torch.equal(engine.logits(PROMPT, "a"), expected)


def test_another_base_is_refused(paths) -> None:
    for other in (untrained_engine(seed=1), untrained_engine(width=64)):
        before = other.logits(PROMPT)
        with pytest.raises(ForeignAdapter, match="weights"):
            other.attach("a", paths[0])
        assert other.attached == ()
        assert torch.equal(other.logits(PROMPT), before)


def test_whoever_is_not_there_is_unknown(engine) -> None:
    for call in (
        lambda: engine.detach("x"),
        lambda: engine.activate("x"),
        lambda: engine.generate([PROMPT, PROMPT], Sampling(max_tokens=1), ["a", "x"]),
        lambda: engine.probe([PROMPT], "x"),
        lambda: engine.confidence(questions(1), "x"),
    ):
        with pytest.raises(UnknownAdapter, match="'x'"):
            call()
    assert engine.active == BASE


def test_misuse_is_refused(engine, paths) -> None:
    with pytest.raises(InvalidInput, match="cannot name"):
        engine.attach(BASE, paths[0])
    with pytest.raises(InvalidInput, match="2 prompts"):
        engine.generate([PROMPT, PROMPT], Sampling(), ["a"])
    with pytest.raises(InvalidInput, match="max_tokens"):
        engine.generate([PROMPT], Sampling(max_tokens=0))
    assert engine.generate([], Sampling()) == []
    wrapped = peft.get_peft_model(world.untrained(world.words(), 1, 32), peft.LoraConfig(target_modules=["q_proj"]))
    with pytest.raises(InvalidInput, match="somebody else"):
        PeftLoraEngine(wrapped, world.words())


def test_names_may_be_any_text(engine, paths) -> None:
    for name in ("alice.v2", "lora_A", "Åse / notes", "weight"):
        engine.attach(name, paths[0])
        assert torch.equal(engine.logits(PROMPT, name), engine.logits(PROMPT, "a"))


def test_keys_and_values_know_who_is_active(paths) -> None:
    tokenizer = world.words()
    engine = untrained_engine()
    cached = TransformersEngine(engine._layers.model, tokenizer)
    bare = cached.fingerprint
    engine.attach("a", paths[0])
    engine.attach("b", paths[1])
    assert cached.fingerprint == bare
    for names in (["a"], ["a", "b"]):
        engine.generate([PROMPT] * len(names), Sampling(max_tokens=1), names)
        assert cached.fingerprint == bare
    engine.activate("a")
    of_a = cached.fingerprint
    assert bare.differences(of_a) == ("adapters",)
    engine.activate("b")
    assert of_a.differences(cached.fingerprint) == ("adapters",)
    engine.detach("a")
    engine.detach("b")
    assert cached.fingerprint == bare

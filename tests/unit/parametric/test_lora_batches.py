"""Replies of several adapters at once are those of each alone."""

import threading

import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE, Example
from tests.unit.parametric.lora_models import PROMPT, adapter, questions, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> PeftLoraEngine:
    """With three adapters, of different ranks; no test leaves one active."""
    made, folder = untrained_engine(), tmp_path_factory.mktemp("adapters")
    paths = [adapter(made, folder / str(seed), seed=seed, rank=rank)[0] for seed, rank in enumerate((4, 4, 2))]
    for name, path in zip("abc", paths, strict=True):
        made.attach(name, path)
    return made


def test_a_mixed_batch_equals_one_by_one(engine) -> None:
    prompts = [one.prompt[: 40 + 9 * at] for at, one in enumerate(questions(8))]
    names = ["a", BASE, "c", "b", "a", "c", BASE, "b"]
    together = engine.generate(prompts, Sampling(max_tokens=8), names)
    apart = [
        engine.generate([prompt], Sampling(max_tokens=8), [name])[0]
        for prompt, name in zip(prompts, names, strict=True)
    ]
    assert together == apart
    alike = engine.generate(prompts, Sampling(max_tokens=8), ["a"] * 8)
    assert together != alike


def test_mixed_rows_are_those_of_peft(engine) -> None:
    layers = engine._layers
    ids = torch.randint(3, 200, (4, 9), generator=torch.Generator().manual_seed(1))
    names = ["a", BASE, "c", "b"]
    with torch.no_grad():
        ours = layers.logits(ids, torch.ones_like(ids), names)
        layers._wrapped.base_model.enable_adapter_layers()
        slots = [layers._slots.get(name, "__base__") for name in names]
        theirs = layers._wrapped(input_ids=ids, attention_mask=torch.ones_like(ids), adapter_names=slots).logits
    assert torch.allclose(ours, theirs, atol=1e-5)
    assert torch.equal(ours[1], theirs[1])


def test_beams_keep_their_rows(engine) -> None:
    prompts, several = [one.prompt for one in questions(2)], Sampling(max_tokens=3, beams=3)
    together = engine.generate(prompts, several, ["a", "b"])
    apart = [engine.generate([prompt], several, [name])[0] for prompt, name in zip(prompts, "ab", strict=True)]
    assert [one.text for one in together] == [one.text for one in apart]


def test_sampling_with_a_seed_repeats_itself(engine) -> None:
    drawn = Sampling(max_tokens=6, temperature=1.0, seed=4)
    state = torch.random.get_rng_state()
    assert engine.generate([PROMPT], drawn, ["a"]) == engine.generate([PROMPT], drawn, ["a"])
    assert torch.equal(torch.random.get_rng_state(), state)


def test_an_adapter_says_what_it_knows_and_how_surely(engine) -> None:
    (said,) = engine.probe([PROMPT], "a", most=3)
    assert said.prompt == PROMPT
    (alone,) = engine.generate([PROMPT], Sampling(max_tokens=3), ["a"])
    assert said.answer == alone.text.strip()
    assert 0 < said.confidence <= 1
    assert said.confidence != said.base_confidence
    (of_base,) = engine.probe([PROMPT], BASE, most=3)
    assert of_base.confidence == pytest.approx(of_base.base_confidence)


def test_threads_take_turns(engine) -> None:
    prompts, short = [one.prompt for one in questions(3)], Sampling(max_tokens=4)
    expected = {name: engine.generate(prompts, short, [name] * 3) for name in ("a", "b", BASE)}
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(5):
            engine.activate(name)
            if engine.generate(prompts, short, [name] * 3) != expected[name]:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in expected]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    engine.activate(BASE)
    assert wrong == []


def test_confidence_is_that_of_the_whole_answer(engine) -> None:
    asked = [*questions(3), *(Example(prompt=one.prompt[:30], answer=one.answer) for one in questions(3))]
    together = engine.confidence(asked, "a")
    assert together == pytest.approx([engine.confidence([one], "a")[0] for one in asked], abs=1e-4)
    assert len(set(together)) > 1
    first, second = engine._encoder.example(asked[0]).answer
    spelt = engine.logits(asked[0].prompt, "a").log_softmax(-1)[first]
    spelt += engine.logits(asked[0].prompt + asked[0].answer.rstrip("."), "a").log_softmax(-1)[second]
    assert together[0] == pytest.approx(float(spelt), abs=1e-4)

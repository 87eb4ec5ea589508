"""A stored prefix gives what the whole prompt gives, in every architecture, however often and wherever it is cut."""

import hashlib
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_adapters.transformers_kv import TensorValues, TransformersEngine
from memos_core.domain.activation import Manifest, Sampling
from tests.unit.activation.tiny_models import LIMITED, SERVED, WINDOW, random_tokens, tiny_engine

PROMPT, CUT = 60, 40
GREEDY = Sampling(max_tokens=32)
TOLERANCE = 1e-4
EXAMPLES = 80


def model_of(engine: TransformersEngine) -> Any:
    return engine._run.model


def logits_after(engine: TransformersEngine, prompt: list[int], past: list[TensorValues]) -> torch.Tensor:
    """Of the tokens that are not in ``past``, ``[tokens, vocabulary]``."""
    inputs = engine.inputs(prompt, past)
    rest = inputs["input_ids"][:, sum(one.length for one in past) :]
    with torch.no_grad():
        return model_of(engine)(input_ids=rest, past_key_values=inputs.get("past_key_values")).logits[0]


def logits_of_all(engine: TransformersEngine, prompt: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model_of(engine)(input_ids=torch.tensor([prompt]), use_cache=False).logits[0]


def gap(one: torch.Tensor, other: torch.Tensor) -> float:
    return (one.float() - other.float()).abs().max().item()


def bytes_of(values: TensorValues) -> str:
    total = hashlib.sha256()
    for _, one in sorted(values.named().items()):
        total.update(one.contiguous().view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def wrong(values: TensorValues) -> TensorValues:
    """Values that belong to the neighbouring tokens: what any of these tests must notice."""
    layers = tuple(pair and (pair[0], pair[1].roll(1, dims=1)) for pair in values.layers)
    return TensorValues(layers=layers, tier=values.tier)


@pytest.mark.parametrize("name", SERVED | LIMITED)
def test_the_tenth_use_gives_what_the_whole_prompt_gives(name: str) -> None:
    engine, prompt = tiny_engine(name), random_tokens(PROMPT)
    values = engine.prefill(prompt[:CUT])
    before, full = bytes_of(values), logits_of_all(engine, prompt)[CUT:]
    (plain,) = engine.generate([prompt], [], GREEDY)
    assert len(set(plain.tokens)) > 8, "a model that repeats itself proves nothing"
    for use in range(10):
        assert gap(logits_after(engine, prompt, [values]), full) <= TOLERANCE
        (reused,) = engine.generate([prompt], [values], GREEDY if use in {0, 9} else Sampling(max_tokens=2))
        assert reused.tokens == plain.tokens[: len(reused.tokens)]
        assert (plain.cache_read, reused.cache_read) == (0, CUT)
        assert bytes_of(values) == before


@pytest.mark.parametrize("name", SERVED | LIMITED)
def test_these_tests_notice_a_wrong_cache(name: str) -> None:
    engine, prompt = tiny_engine(name), random_tokens(PROMPT)
    values = wrong(engine.prefill(prompt[:CUT]))
    full = logits_of_all(engine, prompt)[CUT:]
    assert gap(logits_after(engine, prompt, [values]), full) > 1000 * TOLERANCE
    (plain,), (reused,) = (engine.generate([prompt], past, GREEDY) for past in ([], [values]))
    assert plain.tokens != reused.tokens


@pytest.mark.parametrize("name", SERVED)
def test_our_tokens_are_the_librarys(name: str) -> None:
    engine, prompt = tiny_engine(name), random_tokens(PROMPT, seed=1)
    (ours,) = engine.generate([prompt], [engine.prefill(prompt[:CUT])], GREEDY)
    with torch.no_grad():
        theirs = model_of(engine).generate(
            torch.tensor([prompt]), max_new_tokens=32, do_sample=False, eos_token_id=3, pad_token_id=0
        )
    assert ours.tokens == tuple(theirs[0, PROMPT:].tolist())


@pytest.mark.parametrize("name", SERVED)
def test_a_mapped_file_serves_like_the_values_it_was_made_of(name: str, tmp_path) -> None:
    engine, prompt = tiny_engine(name), random_tokens(PROMPT, seed=2)
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(prompt[:CUT]),
        layers=engine.capability.layers,
        made_at=datetime.now(UTC),
    )
    path = tmp_path / "kv.safetensors"
    path.write_bytes(b"".join(engine.dump([engine.prefill(prompt[:CUT])], manifest)))
    read, values = engine.load(path)
    assert read.fingerprint.differences(engine.fingerprint) == ()
    assert values.tier == "disk"
    assert engine.audit(read, values) == []
    before = path.read_bytes()
    for _ in range(2):
        assert gap(logits_after(engine, prompt, [values]), logits_of_all(engine, prompt)[CUT:]) <= TOLERANCE
        engine.generate([prompt], [values], Sampling(max_tokens=2))
    assert path.read_bytes() == before


# Cuts on both sides of the sliding window's length, and segments that are cut again.
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_any_chain_of_segments_is_exact(data: st.DataObject) -> None:
    engine = tiny_engine(data.draw(st.sampled_from(sorted(SERVED))))
    length = data.draw(st.integers(2, 3 * WINDOW))
    prompt = random_tokens(length, seed=data.draw(st.integers(0, 1000)))
    cuts = sorted({0, *data.draw(st.lists(st.integers(1, length - 1), min_size=1, max_size=4))})
    segments: list[TensorValues] = []
    for lo, hi in pairwise(cuts):
        segments.append(engine.prefill(prompt[lo:hi], segments))
    # Any part of the chain's beginning serves as well as all of it, whether it was computed or cut off.
    held = data.draw(st.integers(1, cuts[-1]))
    past = beginning(segments, held)
    before = [bytes_of(one) for one in segments]
    assert gap(logits_after(engine, prompt, past), logits_of_all(engine, prompt)[held:]) <= TOLERANCE
    assert [bytes_of(one) for one in segments] == before


def beginning(segments: list[TensorValues], held: int) -> list[TensorValues]:
    past, left = [], held
    for one in segments:
        if left > 0:
            past.append(one.part(0, min(left, one.length)))
        left -= one.length
    return past


@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_batches_of_any_shape_reply_as_their_rows_do_alone(data: st.DataObject) -> None:
    engine = tiny_engine(data.draw(st.sampled_from(sorted(SERVED))))
    shared = random_tokens(data.draw(st.integers(0, 2 * WINDOW)), seed=data.draw(st.integers(0, 1000)))
    tails = data.draw(st.lists(st.integers(1, 3 * WINDOW), min_size=1, max_size=4))
    prompts = [shared + random_tokens(tail, seed=i) for i, tail in enumerate(tails)]
    past = [engine.prefill(shared)] if shared else []
    sampling = Sampling(max_tokens=6)
    together = engine.generate(prompts, past, sampling)
    assert [one.tokens for one in together] == [engine.generate([one], [], sampling)[0].tokens for one in prompts]
    # Beside a longer prompt, the end of the prefix is computed again in the place of padding.
    longest = max(tails)
    assert [one.cache_read for one in together] == [max(0, len(shared) - (longest - tail)) for tail in tails]
    assert [one.prompt_tokens for one in together] == [len(one) for one in prompts]

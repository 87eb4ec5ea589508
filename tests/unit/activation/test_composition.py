"""Blocks joined into a prompt: which rows are computed again, what the guard does."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from memos_adapters.transformers_kv import TransformersEngine  # noqa: E402
from memos_core.errors import InvalidInput, NotComposable  # noqa: E402
from memos_core.memories.composition import Block, BlockComposer  # noqa: E402
from tests.unit.activation.tiny_models import random_tokens, tiny_model, tiny_tokenizer  # noqa: E402

HEAD, FIRST, SECOND = random_tokens(6), random_tokens(20, seed=1), random_tokens(24, seed=2)
QUERY = random_tokens(8, seed=3)


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(tiny_model("llama"), tiny_tokenizer())


def block(engine: TransformersEngine, body: list[int], *, first: bool = False, self_contained: bool = False) -> Block:
    """A block as a stored memory has it: computed behind the head that all prompts have."""
    whole = engine.prefill([*HEAD, *body])
    start = 0 if first else len(HEAD)
    return Block(
        tokens=tuple([*HEAD, *body][start:]),
        start=start,
        values=whole.part(start, whole.length),
        self_contained=self_contained,
    )


def far(one, other) -> float:
    pairs = zip(one.named().values(), other.named().values(), strict=True)
    return max(float((a - b).abs().max() / b.std()) for a, b in pairs)


def test_a_single_block_is_exact(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST]
    made = BlockComposer(engine).compose(tokens, [block(engine, FIRST, first=True)], QUERY)
    assert (made.recomputed, made.exact) == (0, False)
    assert far(made.values, engine.prefill(tokens)) < 1e-4
    assert made.divergence is not None and made.divergence < 1e-6


def test_seams_and_dependent_blocks_are_computed_again(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST, 7, 8, *SECOND]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND)]
    made = BlockComposer(engine).compose(tokens, blocks, QUERY, share=1.0)
    assert made.recomputed == 2 + len(SECOND)
    assert far(made.values, engine.prefill(tokens)) < 1e-4
    assert "approximate: 2 blocks composed" in str(made)


def test_self_contained_blocks_are_only_turned(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST, 7, *SECOND]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND, self_contained=True)]
    made = BlockComposer(engine, bound=100.0).compose(tokens, blocks, QUERY)
    composed: Any = made.values
    assert made.recomputed == 1
    assert far(made.values.part(0, 26), engine.prefill(tokens[:26])) < 1e-4
    keys = [one.named()["layers.0.k"][:, 27:] for one in (composed, engine.prefill(tokens))]
    turned, full = keys
    assert float((turned - full).abs().max() / full.std()) < 1e-4, "turned to where it stands"


def test_no_more_than_the_share_is_computed_again(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST, *SECOND]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND)]
    made = BlockComposer(engine, bound=100.0).compose(tokens, blocks, QUERY, share=0.2)
    assert made.recomputed == int(0.2 * len(tokens))


def test_the_guard_computes_it_whole(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST, *SECOND]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND, self_contained=True)]
    composer = BlockComposer(engine, bound=1e-9)
    for _ in range(2):
        made = composer.compose(tokens, blocks, QUERY)
        assert made.exact and made.divergence is not None
        assert far(made.values, engine.prefill(tokens)) < 1e-4
        assert "computed whole" in str(made)


def test_only_samples_are_compared(engine: TransformersEngine) -> None:
    tokens = [*HEAD, *FIRST, *SECOND]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND, self_contained=True)]
    composer = BlockComposer(engine, bound=100.0)
    measured = [composer.compose(tokens, blocks, QUERY).divergence is not None for _ in range(10)]
    assert measured == [True, *[False] * 7, True, False]


def test_tokens_at_a_seam_may_be_other_ones(engine: TransformersEngine) -> None:
    """Beside another neighbour a tokenizer may join what stands at the edge of a block."""
    tokens = [*HEAD, *FIRST[:-1], 9, *SECOND[1:], 11]
    blocks = [block(engine, FIRST, first=True), block(engine, SECOND)]
    made = BlockComposer(engine).compose(tokens, blocks, QUERY, share=1.0)
    assert far(made.values, engine.prefill(tokens)) < 1e-4
    nowhere = Block(tokens=(250, 251, 252), start=0, values=blocks[0].values.part(0, 3))
    made = BlockComposer(engine).compose(tokens, [blocks[0], nowhere], QUERY, share=1.0)
    assert far(made.values, engine.prefill(tokens)) < 1e-4, "what stands nowhere serves nowhere"


def test_bad_input(engine: TransformersEngine) -> None:
    with pytest.raises(InvalidInput):
        BlockComposer(engine).compose(HEAD, [block(engine, FIRST, first=True)], QUERY, share=1.5)
    with pytest.raises(InvalidInput):
        BlockComposer(engine).compose(HEAD, [], QUERY)
    fixed = TransformersEngine(tiny_model("gpt2"), tiny_tokenizer())
    with pytest.raises(NotComposable):
        BlockComposer(fixed).compose([*HEAD, *FIRST], [block(fixed, FIRST, first=True)], QUERY)

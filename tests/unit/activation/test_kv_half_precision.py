"""In sixteen bits two ways of computing the same differ by rounding: stored values are as near the truth as any."""

import pytest
import torch

from tests.unit.activation.test_prefix_exactness import logits_after, logits_of_all, wrong
from tests.unit.activation.tiny_models import SERVED, random_tokens, tiny_engine

PROMPT, CUT = 120, 80
MARGIN = 0.3
"""Standard deviations of the logits; where the two best tokens are further apart, the choice may not change."""


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
@pytest.mark.parametrize("name", SERVED)
def test_stored_values_are_as_near_the_truth_as_the_whole_prompt(name, dtype) -> None:
    prompt = random_tokens(PROMPT, seed=4)
    truth = logits_of_all(tiny_engine(name), prompt)[CUT:]
    engine = tiny_engine(name, dtype)
    values = engine.prefill(prompt[:CUT])
    full = logits_of_all(engine, prompt)[CUT:].float()
    reused = logits_after(engine, prompt, [values]).float()

    def error(logits: torch.Tensor) -> float:
        return (logits - truth).abs().mean().item()

    assert error(reused) <= 1.25 * error(full)
    best = truth.topk(2, dim=-1).values
    sure = (best[:, 0] - best[:, 1]) / truth.std() > MARGIN
    assert sure.sum() >= 5
    assert torch.equal(reused.argmax(-1)[sure], full.argmax(-1)[sure])
    # The negative control: neighbouring tokens' values are far from the truth.
    spoilt = logits_after(engine, prompt, [wrong(values)]).float()
    assert error(spoilt) > 3 * error(full)

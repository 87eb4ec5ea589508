"""The gate: what an adapter has learnt and harmed decides whether it may be used."""

from dataclasses import replace

import pytest

from memos_adapters.peft_lora import ADAPTER, file
from memos_adapters.peft_lora.bench.learning import results
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE, Bounds
from memos_core.errors import RejectedAdapter
from tests.unit.parametric.lora_models import by_rote, lesson, questions, short, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


def test_what_the_gate_refuses_is_kept_with_its_report(tmp_path) -> None:
    engine = untrained_engine()
    manifest = engine.train(lesson(), short(bounds=Bounds()), tmp_path)
    assert manifest.rejected
    stored, _ = file.read(tmp_path / ADAPTER)
    assert stored == manifest
    assert "recall" in results(stored)[0].failures[0]
    with pytest.raises(RejectedAdapter, match="recall of held-out questions"):
        engine.attach("a", tmp_path / ADAPTER)
    engine.attach("a", tmp_path / ADAPTER, rejected=True)
    assert engine.attached == ("a",)


def test_the_gate_asks_only_what_the_base_knew(tmp_path) -> None:
    engine = untrained_engine()
    known = questions(3)
    said = [one.text for one in engine.generate([one.prompt for one in known], Sampling(max_tokens=2), [BASE] * 3)]
    right = [replace(one, answer=f" {text}") for one, text in zip(known, said, strict=True)]
    given = replace(lesson(), kept=tuple(right[:1] + known[1:]), in_context=tuple(known))
    gate, _ = results(engine.train(given, short(most_steps=1, learning_rate=1e-9), tmp_path))
    assert (gate.kept, gate.in_context) == (1.0, 1.0)
    harsh = short(most_steps=20, own_text=0.0, elsewhere=0.0, learning_rate=0.05)
    gate, _ = results(engine.train(given, harsh, tmp_path))
    assert gate.kept == 0.0


def test_the_terms_that_keep_the_base_keep_it(tmp_path) -> None:
    recipe = short(most_steps=24, enough=2.0)
    kept, _ = results(untrained_engine().train(by_rote(), recipe, tmp_path))
    bare, _ = results(untrained_engine().train(by_rote(), replace(recipe, own_text=0.0, elsewhere=0.0), tmp_path))
    assert kept.divergence < bare.divergence / 3

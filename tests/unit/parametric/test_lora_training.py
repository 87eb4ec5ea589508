"""Training: what the gate makes of it, and that an interrupted one ends with the same numbers."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch

from memos_adapters.peft_lora import ADAPTER, file
from memos_adapters.peft_lora.bench.learning import results
from memos_adapters.peft_lora.checkpoint import CHECKPOINT
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE, Bounds, Lesson
from memos_core.errors import InvalidInput
from memos_core.ports.parametric import RejectedAdapter
from tests.unit.parametric.lora_models import PROMPT, by_rote, lesson, questions, short, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


class Interrupted(Exception):
    """Stands for whatever ends a process."""


def test_an_interrupted_training_ends_with_the_same_numbers(tmp_path) -> None:
    whole = untrained_engine().train(lesson(), short(), tmp_path / "whole")

    def interrupt(progress) -> None:
        if progress.step == 8:
            raise Interrupted

    engine = untrained_engine()
    with pytest.raises(Interrupted):
        engine.train(lesson(), short(), tmp_path / "cut", watch=interrupt)
    assert (tmp_path / "cut" / CHECKPOINT).exists()
    assert engine.attached == ()
    seen: list[int] = []
    resumed = untrained_engine().train(lesson(), short(), tmp_path / "cut", watch=lambda one: seen.append(one.step))
    assert seen == [12]
    assert resumed.checksums == whole.checksums
    assert resumed.gate == whole.gate
    assert replace(results(resumed)[1], seconds=0) == replace(results(whole)[1], seconds=0)
    assert [one.name for one in (tmp_path / "cut").iterdir()] == [ADAPTER]


@pytest.mark.kill
def test_a_killed_process_goes_on(tmp_path) -> None:
    whole = untrained_engine().train(lesson(), short(most_steps=40), tmp_path / "whole")
    program = (
        "from pathlib import Path; from tests.unit.parametric.lora_models import *\n"
        f"untrained_engine().train(lesson(), short(most_steps=40), Path({str(tmp_path / 'cut')!r}))"
    )
    child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not (tmp_path / "cut" / CHECKPOINT).exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL, child.stderr and child.stderr.read()
    seen: list[int] = []
    resumed = untrained_engine().train(
        lesson(), short(most_steps=40), tmp_path / "cut", watch=lambda one: seen.append(one.step)
    )
    assert seen[0] > 4
    assert resumed.checksums == whole.checksums


@pytest.mark.parametrize(
    "other", [lambda: (lesson(5), short()), lambda: (lesson(), short(seed=1))], ids=["lesson", "recipe"]
)
def test_a_checkpoint_serves_no_other_training(tmp_path, other) -> None:
    def interrupt(progress) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        untrained_engine().train(lesson(), short(), tmp_path, watch=interrupt)
    seen: list[int] = []
    untrained_engine().train(*other(), tmp_path, lambda one: seen.append(one.step))
    assert seen == [4, 8, 12]


def test_a_damaged_checkpoint_is_no_obstacle(tmp_path) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"half a file")
    _, record = results(untrained_engine().train(lesson(), short(), tmp_path))
    assert record.steps == 12


def test_training_leaves_the_model_as_it_was(tmp_path) -> None:
    engine = untrained_engine()
    before, needs = engine.logits(PROMPT), [one.requires_grad for one in engine._layers.model.parameters()]
    state, fingerprint = torch.random.get_rng_state(), engine.base
    engine.train(lesson(), short(), tmp_path)
    assert torch.equal(engine.logits(PROMPT), before)
    assert [one.requires_grad for one in engine._layers.model.parameters()] == needs
    assert torch.equal(torch.random.get_rng_state(), state)
    assert engine.base == fingerprint


def test_training_ends_when_the_validation_is_answered(tmp_path) -> None:
    recipe = short(most_steps=200, own_text=0.0, elsewhere=0.0)
    gate, record = results(untrained_engine().train(by_rote(), recipe, tmp_path))
    assert record.converged
    assert record.steps < 200
    assert record.curve[-1].validation == 1.0
    assert gate.before == 0.0
    assert gate.recall == 1.0


def test_the_terms_that_keep_the_base_keep_it(tmp_path) -> None:
    recipe = short(most_steps=40, enough=2.0)
    kept, _ = results(untrained_engine().train(by_rote(), recipe, tmp_path))
    bare, _ = results(untrained_engine().train(by_rote(), replace(recipe, own_text=0.0, elsewhere=0.0), tmp_path))
    assert kept.divergence < bare.divergence / 3


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


def test_sources_and_recipe_are_in_the_manifest(tmp_path) -> None:
    manifest = untrained_engine().train(lesson(3), short(), tmp_path)
    assert [one.id for one in manifest.sources] == ["mem_0", "mem_1", "mem_2"]
    assert manifest.recipe == short()
    assert manifest.lesson == lesson(3).digest
    assert manifest.rebuildable
    assert "peft" in manifest.libraries


@pytest.mark.parametrize(
    "given, recipe, says",
    [
        (lambda: Lesson(examples=(), validation=(), held_out=()), short(), "needs examples"),
        (lesson, short(rank=0), "rank"),
        (lesson, short(learning_rate=0.0), "learning_rate"),
        (lesson, short(own_text=-1.0), "weight"),
        (lesson, short(replay=1.0), "recipe.replay needs"),
        (by_rote, short(own_texts=0), "own_texts"),
        (lambda: replace(lesson(), elsewhere=()), short(), "recipe.elsewhere needs"),
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path, given, recipe, says) -> None:
    with pytest.raises(InvalidInput, match=says):
        untrained_engine().train(given(), recipe, tmp_path)


def test_replay_is_taught_along(tmp_path) -> None:
    given = replace(lesson(), replay=tuple(questions()))
    _, without = results(untrained_engine().train(given, short(), tmp_path))
    _, along = results(untrained_engine().train(given, short(replay=1.0), tmp_path))
    assert along.tokens > without.tokens

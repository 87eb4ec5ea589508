"""Training ends when it should, and an interrupted one with the same numbers."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch

from memos_adapters.peft_lora import ADAPTER
from memos_adapters.peft_lora.bench.learning import results
from memos_adapters.peft_lora.checkpoint import CHECKPOINT
from memos_core.domain.parametric import Lesson
from memos_core.errors import InvalidInput
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

"""A training in a process of its own: it ends with the same bits, however often and whatever is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine, handover
from memos_adapters.peft_lora.checkpoint import CHECKPOINT
from memos_adapters.peft_lora.handover import Handover, copied, where_it_is
from memos_adapters.peft_lora.process import ChildProcess
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE_FIELDS, Lesson, Recipe, TrainingOrder
from memos_core.errors import ForeignAdapter, InvalidInput, TrainingFailed
from memos_core.operation.workshop import order_in, place_order
from memos_core.ports import AdapterTrainer
from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer
from tests.unit.parametric.lora_models import PROMPT, adapter, facts, lesson, short, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

LONGEST_S = 120.0


def ordered(folder: Path, taught: Lesson | None = None, recipe: Recipe | None = None) -> TrainingOrder:
    order = TrainingOrder(lesson=taught or lesson(), recipe=recipe or short(), base=untrained_engine().base)
    place_order(folder, order)
    return order


def ended(run: ChildProcess, until: Callable[[], bool] = lambda: False) -> bool:
    """Wait for the end, or for a moment before it; whether it has ended."""
    deadline = time.monotonic() + LONGEST_S
    while not run.wait(0.02):
        assert time.monotonic() < deadline
        if until():
            return False
    return True


def test_an_order_is_read_back(tmp_path: Path) -> None:
    order = ordered(tmp_path / "a")
    assert order_in(tmp_path / "a") == order
    assert order_in(tmp_path / "b") is None
    (tmp_path / "a" / "order.json").write_text('{"lesson": {}}')
    assert order_in(tmp_path / "a") is None


@pytest.mark.parametrize("name", ["llama", "qwen2", "gpt2"])
def test_a_model_that_is_handed_over_is_the_same(tmp_path: Path, name: str) -> None:
    model, tokenizer = tiny_model(name), tiny_tokenizer()
    engine = PeftLoraEngine(model, tokenizer)
    path, _ = adapter(engine, tmp_path / "adapter")
    bare, before = engine.base, engine.logits("Where does Alice work?")
    engine.attach("somebody", path)
    place = copied(model, tokenizer, bare, tmp_path / "bases")
    assert place == copied(model, tokenizer, bare, tmp_path / "bases"), "it is there already"
    other = PeftLoraEngine(*place.load())
    assert [one for one in BASE_FIELDS if getattr(other.base, one) != getattr(bare, one)] == []
    assert torch.equal(other.logits("Where does Alice work?"), before), "the adapter in the layers was left out"
    assert len(list((tmp_path / "bases").iterdir())) == 1


def test_a_model_is_used_where_it_was_loaded_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = untrained_engine()
    model, tokenizer = engine._layers.model, engine._encoder.tokenizer
    assert where_it_is(model, tokenizer) is None
    place = copied(model, tokenizer, engine.base, tmp_path)
    again = where_it_is(*place.load())
    assert again is not None and (again.model, again.copied) == (place.model, False)
    model.name_or_path = tokenizer.name_or_path = "harbour/tiny"
    assert where_it_is(model, tokenizer) is None
    monkeypatch.setattr(handover, "try_to_load_from_cache", lambda name, file: f"{place.model}/{name}/{file}")
    cached = where_it_is(model, tokenizer)
    assert cached is not None and cached.model == cached.tokenizer == f"{place.model}/harbour/tiny"
    monkeypatch.undo()
    model.name_or_path = "/no/such/folder"
    assert where_it_is(model, tokenizer) is None
    again.write(tmp_path)
    assert Handover.read(tmp_path) == again


def test_lessons_for_facts_that_nobody_prepared() -> None:
    engine = untrained_engine()
    assert isinstance(engine, AdapterTrainer)
    strangers = [f"Stranger {number}" for number in range(20)]
    made = engine.lesson(facts(3), strangers)
    asked = " ".join(made.elsewhere)
    assert all((f"{one} " in asked + " " or f"{one}?" in asked) for one in strangers[:12])
    assert not any(f"{one}?" in asked for one in strangers[12:])
    assert len(made.in_context) == 8
    for one, stranger in zip(made.in_context, strangers[12:], strict=True):
        assert stranger in one.prompt and one.answer.strip(" .") in one.prompt
    extra = made.examples[:1]
    assert engine.lesson(facts(3), strangers, extra).examples == (*made.examples, *extra)
    assert engine.lesson(facts(3)).elsewhere == ()


def test_a_process_trains_as_this_one_does(tmp_path: Path) -> None:
    engine = untrained_engine()
    here = untrained_engine().train(lesson(), short(), tmp_path / "here")
    ordered(tmp_path / "there")
    before = engine.logits(PROMPT)
    run = engine.begin(tmp_path / "there", tmp_path / "bases")
    assert engine.generate([PROMPT], Sampling(max_tokens=2)), "the model is free meanwhile"
    assert ended(run)
    manifest, path = run.result()
    assert manifest.checksums == here.checksums
    assert (manifest.base, manifest.gate) == (engine.base, here.gate)
    assert run.progress is not None and run.progress.step == 12
    assert engine.attach("it", path) == manifest
    engine.detach("it")
    assert torch.equal(engine.logits(PROMPT), before)
    done = engine.begin(tmp_path / "there", tmp_path / "bases")
    assert done.wait(0.0) and done.result()[0] == manifest, "what is finished is not begun again"


def test_an_order_for_another_model_is_refused(tmp_path: Path) -> None:
    ordered(tmp_path / "a")
    with pytest.raises(ForeignAdapter, match="weights"):
        untrained_engine(seed=1).begin(tmp_path / "a", tmp_path / "bases")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What a training that is left alone ends with."""
    made = untrained_engine().train(lesson(), short(most_steps=60), tmp_path_factory.mktemp("whole"))
    return dict(made.checksums)


@pytest.mark.kill
def test_killed_at_random_moments(tmp_path: Path, whole: dict[str, int]) -> None:
    engine, moments = untrained_engine(), random.Random(os.getpid())
    ordered(tmp_path / "a", recipe=short(most_steps=60))
    for _ in range(6):
        run = engine.begin(tmp_path / "a", tmp_path / "bases")
        kill_at = time.monotonic() + moments.uniform(0.0, 8.0)
        if ended(run, lambda kill_at=kill_at: time.monotonic() > kill_at):  # type: ignore[misc]
            break
        assert run._process is not None
        os.kill(run._process.pid, signal.SIGKILL)
        assert ended(run)
        try:
            run.result()
        except TrainingFailed as died:
            assert "signal 9" in str(died)
        else:
            break  # it had just finished
    run = engine.begin(tmp_path / "a", tmp_path / "bases")
    assert ended(run)
    assert run.result()[0].checksums == whole


@pytest.mark.kill
def test_a_process_ends_with_the_one_that_began_it(tmp_path: Path, whole: dict[str, int]) -> None:
    ordered(tmp_path / "a", recipe=short(most_steps=60))
    program = (
        "from pathlib import Path; from tests.unit.parametric.lora_models import *\n"
        f"run = untrained_engine().begin(Path({str(tmp_path / 'a')!r}), Path({str(tmp_path / 'bases')!r}))\n"
        "print(run._process.pid, flush=True)\nrun.wait(100)"
    )
    parent = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    deadline = time.monotonic() + LONGEST_S
    while not (tmp_path / "a" / CHECKPOINT).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists()
    run = untrained_engine().begin(tmp_path / "a", tmp_path / "bases")
    assert ended(run)
    assert run.result()[0].checksums == whole


@pytest.mark.kill
def test_two_for_one_folder_do_not_disturb_each_other(tmp_path: Path, whole: dict[str, int]) -> None:
    engine = untrained_engine()
    ordered(tmp_path / "a", recipe=short(most_steps=60))
    both = [engine.begin(tmp_path / "a", tmp_path / "bases") for _ in range(2)]
    assert all(ended(one) for one in both)
    assert [one.result()[0].checksums for one in both] == [whole, whole]


@pytest.mark.kill
def test_what_is_not_wanted_any_more_ends(tmp_path: Path) -> None:
    engine = untrained_engine()
    ordered(tmp_path / "a", recipe=short(most_steps=100_000))
    run = engine.begin(tmp_path / "a", tmp_path / "bases")
    ended(run, (tmp_path / "a" / CHECKPOINT).exists)
    (tmp_path / "a" / "order.json").unlink()
    assert ended(run)
    with pytest.raises(TrainingFailed):
        run.result()


@pytest.mark.kill
def test_an_order_that_cannot_be_followed(tmp_path: Path) -> None:
    engine = untrained_engine()
    ordered(tmp_path / "a", recipe=short(targets=("no_such_layer",)))
    run = engine.begin(tmp_path / "a", tmp_path / "bases")
    assert ended(run)
    with pytest.raises(InvalidInput, match=r"recipe\.targets"):
        run.result()


@pytest.mark.kill
def test_a_model_whose_files_have_changed_is_copied(tmp_path: Path) -> None:
    first = untrained_engine()
    place = copied(first._layers.model, first._encoder.tokenizer, first.base, tmp_path / "models")
    engine = PeftLoraEngine(*place.load())
    changed = untrained_engine(seed=1)
    changed._layers.model.save_pretrained(place.model)
    ordered(tmp_path / "a")
    run = engine.begin(tmp_path / "a", tmp_path / "bases")
    assert ended(run)
    assert run.result()[0].base == first.base
    assert Handover.read(tmp_path / "a").copied

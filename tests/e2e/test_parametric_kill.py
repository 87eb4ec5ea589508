"""A vault whose trainings are killed, with their processes and without: they end with the same adapter."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from memos_core import LocalModelRuntime, MemCube, MemoryOS
from memos_core.domain.parametric import Parametric

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from memos_adapters.peft_lora import PeftLoraEngine  # noqa: E402
from memos_adapters.peft_lora.bench import world  # noqa: E402
from memos_adapters.peft_lora.checkpoint import CHECKPOINT  # noqa: E402
from memos_adapters.transformers_kv import TransformersEngine  # noqa: E402
from tests.unit.parametric.lora_models import short  # noqa: E402

pytestmark = [
    pytest.mark.kill,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]

LONGEST_S = 120.0


def opened(folder: Path) -> MemoryOS:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        tokenizer = world.words()
        model = world.untrained(tokenizer, 2, 32)
    runtime = LocalModelRuntime(TransformersEngine(model, tokenizer), adapters=PeftLoraEngine(model, tokenizer))
    return MemoryOS.open(f"sqlite:///{folder}/m.db", embedder=None, local_model=runtime)


def ordered(memory: MemoryOS, steps: int = 60) -> MemCube:
    vault = memory.vault("harbour")
    people, boats = world.strangers(4, seed=5), world.VALUES[:4]
    cubes = [
        vault.remember(f"My favourite boat is {boat}.", speaker=person, session=person)
        for person, boat in zip(people, boats, strict=True)
    ]
    return vault.transform(cubes, to="parametric", recipe=short(most_steps=steps))


def checkpoint(folder: Path) -> None:
    """Wait until a training has written one."""
    deadline = time.monotonic() + LONGEST_S
    while not list(folder.rglob(CHECKPOINT)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def checksums(memory: MemoryOS, handle: str) -> dict[str, int]:
    payload = memory.vault("harbour").get(handle).payload
    assert isinstance(payload, Parametric) and payload.usable and payload.manifest is not None
    return dict(payload.manifest.checksums)


def left(folder: Path) -> list[str]:
    """Files of trainings, but for the copy of the model."""
    training = folder / "m.db.files" / "training"
    return [one.name for one in training.rglob("*") if one.is_file() and "bases" not in one.parts]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    with opened(folder) as memory:
        handle = ordered(memory).id
        memory.settle(timeout=LONGEST_S)
        assert left(folder) == []
        return checksums(memory, handle)


def test_a_killed_child_goes_on(tmp_path: Path, whole: dict[str, int]) -> None:
    with opened(tmp_path) as memory:
        handle = ordered(memory).id
        checkpoint(tmp_path)
        found = subprocess.run(
            ["pgrep", "-f", f"peft_lora.child {tmp_path}"], capture_output=True, text=True, check=True
        )
        os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
        memory.settle(timeout=LONGEST_S)
        assert checksums(memory, handle) == whole


def test_a_killed_store_goes_on(tmp_path: Path, whole: dict[str, int]) -> None:
    program = (
        "from pathlib import Path; from tests.e2e.test_parametric_kill import *\n"
        f"memory = opened(Path({str(tmp_path)!r}))\nprint(ordered(memory).id, flush=True)\nmemory.settle()"
    )
    parent = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    handle = parent.stdout.readline().decode().strip()
    checkpoint(tmp_path)
    parent.kill()
    parent.wait()
    with opened(tmp_path) as memory:
        memory.settle(timeout=LONGEST_S)
        assert checksums(memory, handle) == whole
        assert memory.doctor() == []
    assert left(tmp_path) == []


def test_a_closed_store_goes_on(tmp_path: Path, whole: dict[str, int]) -> None:
    with opened(tmp_path) as memory:
        handle = ordered(memory).id
        checkpoint(tmp_path)
    with opened(tmp_path) as memory:
        memory.settle(timeout=LONGEST_S)
        assert checksums(memory, handle) == whole


def test_an_erasure_does_not_wait_for_a_training(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        vault, handle = memory.vault("harbour"), ordered(memory, steps=1_000_000).id
        checkpoint(tmp_path)
        first, *others = vault.cubes()
        vault.erase([one.id for one in others])
        for value in world.VALUES[1:4]:
            files = [one for one in tmp_path.rglob("*") if one.is_file() and "bases" not in one.parts]
            assert not [one for one in files if value.encode() in one.read_bytes()]
        assert vault.sources(handle) == (first.id,)
        vault.erase(first.id)
        memory.settle(timeout=LONGEST_S)
        assert vault.adapters() == [] and left(tmp_path) == []

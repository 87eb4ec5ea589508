"""The process that trains one adapter: ``python -m memos_adapters.peft_lora.child FOLDER PARENT``.

It trains what the order in the folder asks for, from the last checkpoint on, and ends when it is done, when the order
is taken away, or when the process that began it is no more.
"""

import fcntl
import json
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.handover import FAILURE, PROGRESS, Handover
from memos_core.domain.parametric import BASE_FIELDS, Progress, TrainingOrder
from memos_core.errors import ActivationError, ForeignAdapter, InvalidInput, ParametricError
from memos_core.ports.parametric import LOCK, ORDER

_LOOK_S = 0.05
_UNWANTED = 3
"""Exit code of one that nobody wants any more."""


def main(folder: Path, parent: int) -> None:
    """Train in a folder."""
    threading.Thread(target=_watch, args=(folder / ORDER, parent), daemon=True).start()
    try:
        with (folder / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _train(folder)
    except (InvalidInput, ParametricError, OSError) as error:
        said = {"error": type(error).__name__, "message": str(error)}
        (folder / FAILURE).write_text(json.dumps(said), encoding="utf-8")
        sys.exit(1)


def _watch(order: Path, parent: int) -> None:
    while os.getppid() == parent and order.exists():
        time.sleep(_LOOK_S)
    os._exit(_UNWANTED)


def _train(folder: Path) -> None:
    order = TrainingOrder.from_json(json.loads((folder / ORDER).read_text(encoding="utf-8")))
    try:
        engine = PeftLoraEngine(*Handover.read(folder).load())
    except (OSError, ValueError) as error:
        raise ForeignAdapter(f"the model cannot be loaded from disk: {error}") from error
    found = engine.base
    differing = [name for name in BASE_FIELDS if getattr(found, name) != getattr(order.base, name)]
    if differing:
        raise ForeignAdapter(f"the model on disk is another one: {', '.join(differing)} differ")
    with (folder / PROGRESS).open("a", encoding="utf-8") as file:

        def watch(progress: Progress) -> None:
            file.write(json.dumps(asdict(progress)) + "\n")
            file.flush()

        taught = [(folder / one.file, one.lesson) for one in order.prefixes]
        if taught:
            with suppress(ActivationError):  # this process computes otherwise: the facts themselves are taught
                engine.distil(taught, order.lesson, order.recipe, folder, watch)
                return
        engine.train(order.lesson, order.recipe, folder, watch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

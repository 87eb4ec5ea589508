"""A training in a process of its own, as whoever began it sees it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from memos_adapters.peft_lora import file
from memos_adapters.peft_lora.handover import FAILURE, PROGRESS, Handover
from memos_core.domain.parametric import AdapterManifest, Progress, TrainingOrder
from memos_core.errors import CorruptAdapter, ForeignAdapter, InvalidInput, TrainingFailed

_LOG = "log.txt"
_TAIL = 600
"""Characters of what a process said last that are told when it fails."""


class ChildProcess:
    """``ports.TrainingRun`` of ``child.main``."""

    def __init__(self, folder: Path, order: TrainingOrder, place: Handover, copy: Callable[[], Handover]) -> None:
        """Begin.

        Args:
            folder: Of the training.
            order: What is in it.
            place: Where the model is.
            copy: Makes a copy of the model; called when there is another one at ``place``.
        """
        self._folder, self._order, self._place, self._copy = folder, order, place, copy
        self._process: subprocess.Popen[bytes] | None = None
        if self._finished() is None:
            self._begin()

    @property
    def progress(self) -> Progress | None:
        with suppress(OSError, ValueError, TypeError, IndexError):
            return Progress(**json.loads((self._folder / PROGRESS).read_text(encoding="utf-8").splitlines()[-1]))
        return None

    def wait(self, seconds: float) -> bool:
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        if self._failure()[0] == ForeignAdapter.__name__ and not self._place.copied:
            self._place = self._copy()  # what the model was loaded from has changed since
            self._begin()
            return False
        return True

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()  # its checkpoints are whole at every moment
            self._process.wait()

    def result(self) -> tuple[AdapterManifest, Path]:
        manifest = self._finished()
        if manifest is not None:
            return manifest, self._folder / file.ADAPTER
        name, message = self._failure()
        if name == InvalidInput.__name__:
            raise InvalidInput(message)
        if name:
            raise TrainingFailed(message)
        raise TrainingFailed(f"the process that trained {self._ending()}{self._last_words()}")

    def _begin(self) -> None:
        self._place.write(self._folder)
        (self._folder / FAILURE).unlink(missing_ok=True)
        command = [sys.executable, "-m", "memos_adapters.peft_lora.child", str(self._folder), str(os.getpid())]
        with (self._folder / _LOG).open("wb") as log:
            # A group of its own: a key that interrupts this process lets it end the other one in order.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, process_group=0
            )

    def _finished(self) -> AdapterManifest | None:
        """What the adapter in the folder says, if it is what was ordered."""
        try:
            manifest, _ = file.read(self._folder / file.ADAPTER)
        except CorruptAdapter:
            return None
        asked = (self._order.lesson.digest, self._order.recipe)
        return manifest if (manifest.lesson, manifest.recipe) == asked else None

    def _failure(self) -> tuple[str, str]:
        """Name of the error and what it said, where it said anything."""
        with suppress(OSError, ValueError, KeyError):
            said = json.loads((self._folder / FAILURE).read_text(encoding="utf-8"))
            return said["error"], said["message"]
        return "", ""

    def _ending(self) -> str:
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"was killed by signal {-code}; it may have run out of memory"
        return f"ended with code {code}"

    def _last_words(self) -> str:
        with suppress(OSError):
            said = (self._folder / _LOG).read_text(encoding="utf-8", errors="replace").strip()
            return f"; it said last: {said[-_TAIL:]}" if said else ""
        return ""

"""``memos bench lora``: what a model that is taught facts learns, keeps and costs, in one run."""

from collections.abc import Iterator
from pathlib import Path

from memos_adapters.peft_lora.bench import erasing, learning, serving, world
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_core.domain.measurement import Measurement


class LoraBench:
    """Recall and harm of training, its time, exact restoration, mixed batches and erasure, on a model made for it."""

    title = "Parametric memory"
    about = (
        "Facts taught to adapters of a small model, which is trained here on made-up people, and asked in other words."
    )

    def measure(self, folder: Path, *, quick: bool) -> Iterator[Measurement]:
        """See ``ports.Bench``."""
        tokenizer = world.words()
        model = world.base(folder, tokenizer, most_steps=40 if quick else world.MOST_STEPS)
        engine = PeftLoraEngine(model, tokenizer)
        yield from learning.measure(engine, quick=quick)
        yield from erasing.measure(engine, quick=quick)
        yield from serving.measure(engine, tokenizer, quick=quick)

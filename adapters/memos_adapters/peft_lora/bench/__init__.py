"""``memos bench lora``: what a model that is taught facts learns, keeps and costs, in one run."""

from collections.abc import Iterator
from pathlib import Path

import torch

from memos_adapters.peft_lora.bench import distilling, economy, erasing, interference, learning, serving, world
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_core.domain.measurement import Measurement


class LoraBench:
    """Recall and harm of training, erasure, exact restoration, mixed batches, sums, and savings.

    On models that are made for it; on a GPU where there is one.
    """

    title = "Parametric memory"
    about = (
        "Facts taught to adapters of a small model, which is trained here on made-up people, and asked in other words."
    )

    def measure(self, folder: Path, *, quick: bool) -> Iterator[Measurement]:
        """See ``ports.Bench``."""
        tokenizer = world.words()
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model = world.base(folder, tokenizer, most_steps=40 if quick else world.MOST_STEPS).to(device)
        engine = PeftLoraEngine(model, tokenizer)
        yield from learning.measure(engine, quick=quick)
        yield from erasing.measure(engine, quick=quick)
        yield from distilling.measure(engine, tokenizer, quick=quick)
        yield from serving.measure(engine, tokenizer, device, quick=quick)
        yield from interference.measure(engine, quick=quick)
        yield from economy.measure(folder, tokenizer, device, quick=quick)

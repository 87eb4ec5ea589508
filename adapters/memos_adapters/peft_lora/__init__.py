"""Facts that a local model knows by heart: low-rank adapters (LoRA) by peft, on PyTorch and transformers.

``PeftLoraEngine(model, tokenizer)`` implements ``ports.ParametricEngine`` and ``ports.AdapterExchange``; ``lesson_of``
puts facts into the sentences and questions that it is taught and judged by.
"""

from memos_adapters._extras import require_extra

require_extra("lora", "peft", "torch", "transformers", "safetensors", "jinja2")

from memos_adapters.peft_lora.engine import PeftLoraEngine  # noqa: E402 - what is missing is named first
from memos_adapters.peft_lora.examples import ENGLISH, Forms, lesson_of, told_before  # noqa: E402
from memos_adapters.peft_lora.file import ADAPTER  # noqa: E402
from memos_adapters.peft_lora.merging import Interference, Part  # noqa: E402

__all__ = ["ADAPTER", "ENGLISH", "Forms", "Interference", "Part", "PeftLoraEngine", "lesson_of", "told_before"]

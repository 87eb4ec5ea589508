"""Keys and values of a language model that runs in this process on PyTorch and transformers.

``TransformersEngine(model, tokenizer)`` implements ``ports.ActivationEngine``.
"""

from memos_adapters._extras import require_extra

require_extra("transformers", "torch", "transformers", "safetensors", "jinja2")

from memos_adapters.transformers_kv.engine import TransformersEngine  # noqa: E402 - what is missing is named first
from memos_adapters.transformers_kv.values import TensorValues  # noqa: E402

__all__ = ["TensorValues", "TransformersEngine"]

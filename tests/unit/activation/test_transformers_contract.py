"""Models of transformers keep the contract of engines of keys and values."""

from memos_adapters.transformers_kv import TransformersEngine
from memos_core.ports import ActivationEngine
from memos_core.testing.contracts import ActivationEngineContract
from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer


class TestFullAttention(ActivationEngineContract):
    def open_engine(self) -> ActivationEngine:
        return TransformersEngine(tiny_model("llama"), tiny_tokenizer())


class TestSlidingWindows(ActivationEngineContract):
    def open_engine(self) -> ActivationEngine:
        return TransformersEngine(tiny_model("gemma3"), tiny_tokenizer())

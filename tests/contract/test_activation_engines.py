"""The model of words keeps the contract of engines of keys and values; those over PyTorch stand with their tests."""

from memos_core.ports import ActivationEngine
from memos_core.testing.contracts import ActivationEngineContract
from memos_core.testing.local_model import WordModel


class TestWords(ActivationEngineContract):
    def open_engine(self) -> ActivationEngine:
        return WordModel(lambda prompt: " ".join(reversed(prompt.split(" "))))

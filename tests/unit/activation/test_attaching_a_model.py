"""A model and a tokenizer are taken; their names, and the two in the wrong order, are refused with the cure."""

from typing import Any

import pytest

from memos_core.errors import InvalidInput

pytest.importorskip("torch")
pytest.importorskip("transformers")

from memos_adapters.transformers_kv import TransformersEngine
from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer


def test_what_was_not_loaded_is_refused_with_the_cure() -> None:
    model, tokenizer = tiny_model("llama"), tiny_tokenizer()
    wrong: list[tuple[Any, Any, str]] = [
        ("models/mine", tokenizer, "AutoModelForCausalLM.from_pretrained"),
        (tokenizer, model, "AutoModelForCausalLM.from_pretrained"),
        (model, "models/mine", "AutoTokenizer.from_pretrained"),
        (model, None, "AutoTokenizer.from_pretrained"),
    ]
    for given, other, cure in wrong:
        with pytest.raises(InvalidInput, match=cure):
            TransformersEngine(given, other)
    assert TransformersEngine(model, tokenizer).capability.served

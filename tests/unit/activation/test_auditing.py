"""Activation back to plaintext from the values alone: what a file says it is of, and whether that is so."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memos_adapters.transformers_kv import TransformersEngine
from memos_core import ChatTurn, LocalModelRuntime
from memos_core.domain.activation import Manifest
from memos_core.errors import CorruptActivation
from memos_core.memories.auditing import audited
from tests.unit.activation.tiny_models import tiny_engine, tiny_model, tiny_tokenizer

SAID = "Alice lives in Leeds."


def stored(engine: TransformersEngine, path: Path, wrong: int = 0) -> Path:
    """A file of the values of a prompt, with so many other tokens in its manifest."""
    tokens = tuple(engine.encode([ChatTurn(role="system", content=SAID), ChatTurn(role="user", content="Where?")]))
    manifest = Manifest(
        fingerprint=engine.fingerprint, tokens=tokens, layers=engine.capability.layers, made_at=datetime.now(UTC)
    )
    told = replace(manifest, tokens=(*(one + 1 for one in tokens[:wrong]), *tokens[wrong:]))
    path.write_bytes(b"".join(engine.dump([engine.prefill(tokens)], told)))
    return path


@pytest.mark.parametrize("name", ["llama", "qwen3"])
def test_the_text_is_read_back_from_the_values(tmp_path: Path, name: str) -> None:
    engine = tiny_engine(name)
    found = LocalModelRuntime(engine).audit(stored(engine, tmp_path / "kv"))
    assert found.sound and found.tells and SAID in found.text
    found = audited(engine, stored(engine, tmp_path / "wrong", wrong=2))
    assert SAID in found.text, "whatever the manifest says"
    assert found.problems[-1] == f"2 of {len(found.tokens)} tokens are not those of the manifest"


def test_values_that_do_not_tell(tmp_path: Path) -> None:
    engine = tiny_engine("gpt2")  # positions are part of what the first layer sees
    found = audited(engine, stored(engine, tmp_path / "kv"))
    assert (found.sound, found.tells, found.text) == (True, False, "")
    assert audited(engine, stored(engine, tmp_path / "wrong", wrong=1)).problems


def test_another_model_and_a_damaged_file(tmp_path: Path) -> None:
    engine, other = tiny_engine(), TransformersEngine(tiny_model(seed=1), tiny_tokenizer())
    path = stored(engine, tmp_path / "kv")
    found = audited(other, path)
    assert found.problems == ("computed by another model: weights differ",) and not found.tells
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(CorruptActivation):
        audited(engine, path)

"""The example of an agent over a local model, as a new user runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

EXAMPLE = Path(__file__).parents[2] / "examples" / "local_model_memory.py"


def test_the_same_answer_with_fewer_tokens_computed() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, timeout=120, check=True)
    text, stored = (line.split() for line in done.stdout.splitlines() if line.startswith("memory as"))
    assert "the same answer: True" in done.stdout
    prompts, computed = (
        [int(line[line.index(word) - 1].rstrip(",")) for line in (text, stored)] for word in ("tokens", "computed")
    )
    assert prompts[0] == prompts[1] == computed[0]
    assert computed[1] < 0.5 * computed[0]

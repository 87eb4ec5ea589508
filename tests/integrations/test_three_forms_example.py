"""The example of one memory in three forms, as a new user runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

EXAMPLE = Path(__file__).parents[2] / "examples" / "three_forms.py"
FORMS = ("text", "keys and values", "adapter")


def test_every_host_answers_from_every_form() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, timeout=240, check=True)
    assert "accepted; recall before: 0.000" in done.stdout, "the model does not guess the answer"
    rows = [line for line in done.stdout.splitlines() if line.startswith("Lang") or line.startswith("Llama")]
    assert len(rows) == 9
    found = {}
    for row in rows:
        host, form, answer = row[:18].strip(), row[19:35].strip(), row[36:44].strip()
        tokens, computed, first, _, size = row[44:].replace(",", "").split()
        assert answer == "Leeds" and float(first) > 0
        found[host, form] = int(tokens), int(computed), int(size)
    assert {form for _, form in found} == set(FORMS)
    for host in {host for host, _ in found}:
        text, stored, adapter = (found[host, form] for form in FORMS)
        assert text[0] == text[1] == stored[0], "the same prompt"
        assert stored[1] < text[1] / 2
        assert adapter[0] == adapter[1] < text[0] / 2, "nothing of the memory is in the prompt"
        assert text[2] < stored[2] and text[2] < adapter[2]

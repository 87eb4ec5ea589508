"""What an adapter's file says of itself, and that a damaged one is refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch

from memos_adapters.peft_lora import file
from memos_core.domain.activation import Fingerprint, SourceVersion
from memos_core.domain.parametric import (
    AdapterManifest,
    Bounds,
    GateReport,
    Parametric,
    Progress,
    Recipe,
    TrainingRecord,
    TrainingState,
)
from memos_core.errors import CorruptAdapter

BASE = Fingerprint(
    model="m", weights="w", dtype="float32", positions="p", attention="sdpa", tokenizer="t", template="c", libraries="l"
)
GOOD = GateReport(before=0.0, recall=0.97, kept=0.99, in_context=1.0, divergence=0.02, bounds=Bounds())
MANIFEST = AdapterManifest(
    base=BASE,
    recipe=Recipe(targets=("q_proj",)),
    lesson="digest",
    record=TrainingRecord(
        steps=40,
        parameters=10,
        tokens=900,
        lesson_tokens=90,
        seconds=1.5,
        converged=True,
        curve=(Progress(step=20, loss=1.0, divergence=0.1, validation=0.5),),
    ),
    gate=GOOD,
    sources=(SourceVersion(id="mem_1", version=3),),
    config={"r": 4, "target_modules": ["q_proj"]},
    libraries="peft",
    made_at=datetime(2026, 1, 2, tzinfo=UTC),
)
TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "b.weight": torch.ones(3, 2, dtype=torch.bfloat16)}


@pytest.mark.parametrize("manifest", [MANIFEST, AdapterManifest(base=BASE, made_at=MANIFEST.made_at)])
def test_a_manifest_goes_through_json(manifest) -> None:
    assert AdapterManifest.from_json(json.loads(json.dumps(manifest.as_json()))) == manifest


def test_passes_count_every_token() -> None:
    assert MANIFEST.record is not None
    assert MANIFEST.record.passes == 10.0


@pytest.mark.parametrize(
    "change, says",
    [
        ({"recall": 0.94}, "recall of held-out questions is 0.940, the bound is 0.95"),
        ({"kept": 0.97}, "facts kept"),
        ({"in_context": 0.98}, "answers from context kept"),
        ({"divergence": 0.2}, "divergence on other text"),
    ],
)
def test_the_gate_says_what_is_out_of_bounds(change, says) -> None:
    report = replace(GOOD, **change)
    assert not report.passed
    assert len(report.failures) == 1
    assert says in report.failures[0]
    assert GOOD.passed


def test_a_report_prints_as_a_table() -> None:
    shown = str(replace(GOOD, kept=0.5)).splitlines()
    assert shown[0] == "rejected; recall before: 0.000"
    assert [line[-1] for line in shown[1:]] == ["✓", "✗", "✓", "✓"]
    assert "facts kept                   0.500  bound 0.98" in shown[2]
    assert str(GOOD).startswith("accepted")


def test_bounds_are_within() -> None:
    assert replace(GOOD, recall=0.95, kept=0.98, in_context=0.99, divergence=0.1).passed


def test_whoever_differs_in_content_is_foreign() -> None:
    assert MANIFEST.foreign(replace(BASE, dtype="bfloat16", attention="eager", libraries="newer")) == ()
    assert MANIFEST.foreign(replace(BASE, weights="other", tokenizer="other")) == ("weights", "tokenizer")


def test_what_was_made_elsewhere_cannot_be_made_again() -> None:
    assert MANIFEST.rebuildable
    assert not replace(MANIFEST, recipe=None).rebuildable


def test_only_a_fresh_accepted_adapter_is_usable() -> None:
    trained = Parametric(text="x", state=TrainingState.TRAINED, manifest=MANIFEST)
    assert trained.usable and not trained.stale
    assert not replace(trained, manifest=replace(MANIFEST, gate=replace(GOOD, recall=0.0))).usable
    assert not Parametric(text="x").usable
    assert replace(trained, state=TrainingState.STALE, manifest=None).stale


def test_a_file_gives_back_what_was_written(tmp_path) -> None:
    path = tmp_path / "deep" / "a.safetensors"
    written = file.write(path, TENSORS, MANIFEST)
    manifest, tensors = file.read(path)
    assert manifest == written
    assert manifest.checksums.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert [one.name for one in path.parent.iterdir()] == ["a.safetensors"]


def test_the_key_is_of_the_contents(tmp_path) -> None:
    first = file.write(tmp_path / "1", TENSORS, MANIFEST)
    later = file.write(tmp_path / "2", TENSORS, replace(MANIFEST, made_at=datetime.now(UTC)))
    other = file.write(tmp_path / "3", {**TENSORS, "a.weight": torch.zeros(2, 3)}, MANIFEST)
    assert first.key == later.key
    assert first.key != other.key


def test_any_damage_is_found(tmp_path) -> None:
    path = tmp_path / "a.safetensors"
    file.write(path, TENSORS, MANIFEST)
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(CorruptAdapter):
            file.read(path)
    for length in (0, 4, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(CorruptAdapter):
            file.read(path)


def test_other_files_are_no_adapters(tmp_path) -> None:
    path = tmp_path / "a.safetensors"
    file.write_tensors(path, TENSORS, {"format": "pt"})
    with pytest.raises(CorruptAdapter, match="no adapter of format"):
        file.read(path)
    with pytest.raises(CorruptAdapter, match="cannot be read"):
        file.read(tmp_path / "nowhere")

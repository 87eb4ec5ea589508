"""Adapters in peft's own format, from us and from others."""

import json

import peft
import pytest
import torch

from memos_adapters.peft_lora import ADAPTER
from memos_adapters.peft_lora.bench import world
from memos_core.errors import CorruptAdapter, ForeignAdapter
from tests.unit.parametric.lora_models import PROMPT, adapter, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ours")
    path, manifest = adapter(untrained_engine(), folder)
    untrained_engine().export(path, folder / "peft")
    return path, manifest, folder / "peft"


@pytest.fixture
def theirs(tmp_path):
    """Made and saved by peft alone, for a model that has a name."""
    model = untrained_engine()._layers.model
    model.config._name_or_path = model.name_or_path = "made/elsewhere"
    torch.manual_seed(5)
    config = peft.LoraConfig(r=3, target_modules=["q_proj", "down_proj"], init_lora_weights=False)
    wrapped = peft.get_peft_model(model, config)
    wrapped.peft_config["default"].base_model_name_or_path = "made/elsewhere"
    wrapped.save_pretrained(tmp_path / "theirs", save_embedding_layers=False)
    ids = torch.tensor([world.words().encode(PROMPT)])
    with torch.no_grad():
        return tmp_path / "theirs", wrapped.eval()(input_ids=ids).logits[0, -1]


def test_peft_reads_what_we_export(ours) -> None:
    path, _, folder = ours
    engine = untrained_engine()
    engine.attach("a", path)
    expected = engine.logits(PROMPT, "a")
    read = peft.PeftModel.from_pretrained(untrained_engine()._layers.model, folder).eval()
    ids = torch.tensor([engine._encoder.prompt(PROMPT)])
    with torch.no_grad():
        assert torch.allclose(read(input_ids=ids).logits[0, -1], expected, atol=1e-5)


def test_what_we_export_comes_back(ours, tmp_path) -> None:
    path, manifest, folder = ours
    engine = untrained_engine()
    admitted = engine.admit(folder, tmp_path / ADAPTER)
    assert admitted.checksums == manifest.checksums
    assert admitted.gate == manifest.gate
    assert not admitted.rebuildable
    assert admitted.sources == ()
    engine.attach("a", tmp_path / ADAPTER)
    engine.attach("b", path)
    assert torch.equal(engine.logits(PROMPT, "a"), engine.logits(PROMPT, "b"))


def test_what_we_export_proves_what_it_is_for(ours, tmp_path) -> None:
    with pytest.raises(ForeignAdapter, match="weights"):
        untrained_engine(seed=1).admit(ours[2], tmp_path / ADAPTER, base="whatever")
    assert not (tmp_path / ADAPTER).exists()


def test_an_adapter_from_elsewhere_needs_the_name_of_its_base(theirs, tmp_path) -> None:
    folder, _ = theirs
    for base in ("", "some/other"):
        with pytest.raises(ForeignAdapter, match="made/elsewhere"):
            untrained_engine().admit(folder, tmp_path / ADAPTER, base=base)


def with_begin(engine):
    return torch.tensor([engine._encoder.prompt(PROMPT)])


def test_an_adapter_from_elsewhere_answers_as_there(theirs, tmp_path) -> None:
    folder, _ = theirs
    engine = untrained_engine()
    manifest = engine.admit(folder, tmp_path / ADAPTER, base="made/elsewhere")
    assert not manifest.rebuildable
    assert manifest.gate is None
    engine.attach("theirs", tmp_path / ADAPTER)
    read = peft.PeftModel.from_pretrained(untrained_engine()._layers.model, folder).eval()
    with torch.no_grad():
        expected = read(input_ids=with_begin(engine)).logits[0, -1]
    assert torch.allclose(engine.logits(PROMPT, "theirs"), expected, atol=1e-5)
    assert not torch.allclose(engine.logits(PROMPT), expected, atol=1e-2)


def test_another_shape_is_refused_at_the_door(theirs, tmp_path) -> None:
    folder, _ = theirs
    engine = untrained_engine(width=64)
    before = engine.logits(PROMPT)
    with pytest.raises(ForeignAdapter, match="does not fit"):
        engine.admit(folder, tmp_path / ADAPTER, base="made/elsewhere")
    assert engine.attached == ()
    assert torch.equal(engine.logits(PROMPT), before)


@pytest.mark.parametrize(
    "change",
    [{"peft_type": "IA3"}, {"use_dora": True}, {"modules_to_save": ["lm_head"]}],
    ids=lambda change: next(iter(change)),
)
def test_more_than_plain_lora_is_refused(theirs, tmp_path, change) -> None:
    folder, _ = theirs
    config = folder / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    with pytest.raises(ForeignAdapter, match="not a plain LoRA adapter"):
        untrained_engine().admit(folder, tmp_path / ADAPTER, base="made/elsewhere")


def test_damage_is_found(ours, tmp_path) -> None:
    engine = untrained_engine()
    broken = tmp_path / "broken"
    engine.export(ours[0], broken)
    (broken / "adapter_model.safetensors").write_bytes(b"short")
    with pytest.raises(CorruptAdapter):
        engine.admit(broken, tmp_path / ADAPTER)
    engine.export(ours[0], broken)
    (broken / "memos_manifest.json").write_text("{}")
    with pytest.raises(CorruptAdapter):
        engine.admit(broken, tmp_path / ADAPTER)
    with pytest.raises(CorruptAdapter):
        engine.admit(tmp_path / "nothing", tmp_path / ADAPTER)
    engine.export(ours[0], broken)
    engine.export(adapter(engine, tmp_path / "other", seed=3)[0], tmp_path / "exported")
    (broken / "adapter_model.safetensors").write_bytes((tmp_path / "exported/adapter_model.safetensors").read_bytes())
    with pytest.raises(CorruptAdapter, match="not those of the manifest"):
        engine.admit(broken, tmp_path / ADAPTER)

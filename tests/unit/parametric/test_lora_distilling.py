"""An adapter that is distilled from stored keys and values answers as the model does with them before the question."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import torch

from memos_adapters.peft_lora import ADAPTER, PeftLoraEngine, child, lesson_of
from memos_adapters.peft_lora import file as adapter_file
from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.distilling import Teacher, Teachers, missed
from memos_adapters.peft_lora.handover import copied
from memos_adapters.peft_lora.rows import Row, batch_of
from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import Manifest, SourceVersion
from memos_core.domain.parametric import BASE, Example, Lesson, Prefix, Progress, TrainingOrder
from memos_core.errors import ForeignActivation, InvalidInput
from memos_core.operation.workshop import order_in, place_file, place_order
from tests.unit.parametric.lora_models import ANY, facts, lesson, short, untrained_engine

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def kept_prefix(engine: PeftLoraEngine, text: str, folder: Path) -> Path:
    """Keys and values of a text, in a file."""
    kv = TransformersEngine(engine._layers.model, engine._encoder.tokenizer)
    tokens = engine._encoder.prompt(text)
    manifest = Manifest(
        fingerprint=kv.fingerprint, tokens=tokens, layers=kv.capability.layers, salt=text, made_at=MADE,
        sources=(SourceVersion(id="mem_0", version=1),),
    )  # fmt: skip
    path = folder / f"{text.replace(' ', '-')[:40]}.kv"
    path.write_bytes(b"".join(kv.dump([kv.prefill(tokens)], manifest)))
    return path


def teacher(engine: PeftLoraEngine, path: Path) -> Teacher:
    kv = TransformersEngine(engine._layers.model, engine._encoder.tokenizer)
    return Teacher(engine._layers, engine._encoder, *kv.load(path), kv)


def far(engine: PeftLoraEngine, one: Teacher, adapter: str, asked: Lesson) -> float:
    """KL divergence of answers from a teacher's, nats a token: to what is taught, since this model has read nothing."""
    rows = engine._encoder.examples(one.answered(asked.examples, "."))
    batch = batch_of(rows, torch.device("cpu"))
    with torch.no_grad():
        logits = engine._layers.logits(batch.ids, batch.mask, [adapter] * len(rows))
    return float(missed(one.chances(rows), logits, batch))


@pytest.fixture
def engine() -> PeftLoraEngine:
    """Of a model whose attention is strong enough for a prefix to matter."""
    engine = untrained_engine()
    with torch.no_grad():
        for name, one in engine._layers.model.named_parameters():
            if "_proj.weight" in name:
                one.mul_(3)
    return engine


def test_the_pupil_answers_as_the_teacher(engine: PeftLoraEngine, tmp_path: Path) -> None:
    asked = lesson(2)
    path, other = (kept_prefix(engine, text, tmp_path) for text in (asked.text, lesson(3, seed=5).text))
    before = engine.logits("Question: What")
    recipe = short(most_steps=40, own_text=0.0, elsewhere=0.0, enough=2.0)
    manifest = engine.distil([(path, asked)], asked, recipe, tmp_path)
    assert torch.equal(engine.logits("Question: What"), before), "nothing of it is left in the model"
    engine.attach("alice", tmp_path / ADAPTER)
    taught, elsewhere = teacher(engine, path), teacher(engine, other)
    untaught, learnt = far(engine, taught, BASE, asked), far(engine, taught, "alice", asked)
    assert untaught > 0.05, "the prefix changes the answers, or there is nothing to learn"
    assert learnt < untaught / 2
    assert far(engine, elsewhere, "alice", asked) > 2 * learnt, "it is this prefix, not any"
    assert (manifest.sources, len(manifest.teachers), manifest.lesson) == (asked.sources, 1, asked.digest)
    assert adapter_file.read(tmp_path / ADAPTER)[0].teachers == manifest.teachers


def test_several_prefixes_teach_their_own_questions(engine: PeftLoraEngine, tmp_path: Path) -> None:
    parts = [(kept_prefix(engine, one.text, tmp_path), one) for one in (lesson(1, seed=1), lesson(1, seed=5))]
    teachers = [teacher(engine, path) for path, _ in parts]
    several = Teachers(engine._encoder, [(one, part) for one, (_, part) in zip(teachers, parts, strict=True)], stop=".")
    rows = engine._encoder.examples(several.lesson.examples)
    each = len(rows) // 2
    mixed = [rows[0], rows[each], rows[1]]
    wanted = [teachers[0].chances(mixed[:1]), teachers[1].chances(mixed[1:2]), teachers[0].chances(mixed[2:])]
    assert torch.allclose(several.chances(mixed), torch.cat(wanted), atol=1e-5)
    own = several.own("Question:", 5, 4, seed=1)
    assert len(own) == 5 and all(len(row.ids) == len(own[0].ids) for row in own)
    assert own != several.own("Question:", 5, 4, seed=2)
    assert several.chances(own).shape == (20, len(engine._encoder.tokenizer))


def test_the_teacher_stands_on_its_prefix(engine: PeftLoraEngine, tmp_path: Path) -> None:
    """What the teacher gives is what the model gives for prefix and question as one text."""
    text, prompt = "Everyone knows that", Example(prompt="Question: What is the boat", answer=" of the game.")
    one = teacher(engine, kept_prefix(engine, text, tmp_path))
    (row,) = engine._encoder.examples([prompt])
    begun = engine._encoder.prompt(text)
    whole = Row((*begun, *row.ids[1:]), len(begun) + row.prompt - 1)
    batch = batch_of([whole], torch.device("cpu"))
    logits = engine._layers.logits(batch.ids, batch.mask, [BASE])[0]
    true = logits[whole.prompt - 1 : -1].log_softmax(-1)
    assert torch.allclose(one.chances([row]), true, atol=1e-4)
    longer = Row((*row.ids, *row.ids[1:3]), row.prompt)
    assert torch.allclose(one.chances([longer, row])[-len(true) :], true, atol=1e-4), "whatever is beside it"
    assert not torch.allclose(engine._layers.logits(batch_of([row], torch.device("cpu")).ids, batch_of(
        [row], torch.device("cpu")).mask, [BASE])[0, row.prompt - 1 : -1].log_softmax(-1), true, atol=1e-2)  # fmt: skip


def test_a_killed_distillation_goes_on_with_the_same_numbers(engine: PeftLoraEngine, tmp_path: Path) -> None:
    asked, recipe = lesson(2), short(most_steps=4, enough=2.0, validate_every=2, checkpoint_every=2)
    path = kept_prefix(engine, asked.text, tmp_path)

    def kill(progress: Progress) -> None:
        if progress.step == 2:
            raise KeyboardInterrupt

    whole = engine.distil([(path, asked)], asked, recipe, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        engine.distil([(path, asked)], asked, recipe, tmp_path / "killed", kill)
    again = engine.distil([(path, asked)], asked, recipe, tmp_path / "killed")
    assert again.checksums == whole.checksums
    other = engine.distil(
        [(kept_prefix(engine, "Everyone", tmp_path), asked)], asked, recipe, tmp_path / "another prefix"
    )
    assert other.checksums != whole.checksums


def test_what_cannot_be_distilled_is_refused(engine: PeftLoraEngine, tmp_path: Path) -> None:
    asked = lesson(1)
    path = kept_prefix(engine, "Everyone", tmp_path)
    with pytest.raises(ForeignActivation, match="weights"):
        untrained_engine(seed=1).distil([(path, asked)], asked, short(), tmp_path)
    with pytest.raises(InvalidInput, match="examples"):
        engine.distil([(path, asked)], Lesson(examples=(), validation=(), held_out=()), short(), tmp_path)
    silent = Lesson(examples=(), validation=(), held_out=asked.held_out)
    with pytest.raises(InvalidInput, match="answers none"):
        engine.distil([(path, silent)], asked, short(bounds=ANY), tmp_path)


def test_the_process_that_trains_distils(tmp_path: Path) -> None:
    engine, asked, folder = untrained_engine(), lesson(1), tmp_path / "training"
    path = kept_prefix(engine, "Everyone", tmp_path)
    prefixes = (Prefix(file="prefix-0", lesson=asked),)
    order = TrainingOrder(lesson=asked, recipe=short(most_steps=4), base=engine.base, prefixes=prefixes)
    place_file(folder, "prefix-0", path)
    place_order(folder, order)
    assert order_in(folder) == order
    model, tokenizer = engine.layers.model, engine._encoder.tokenizer
    copied(model, tokenizer, engine.base, tmp_path / "bases").write(folder)
    child._train(folder)
    file = folder / ADAPTER
    manifest, _ = adapter_file.read(file)
    assert (len(manifest.teachers), manifest.lesson) == (1, asked.digest)
    file.unlink()
    path.write_bytes(path.read_bytes()[:-100])
    child._train(folder)
    assert adapter_file.read(file)[0].teachers == (), "damaged values teach nothing: the facts are taught"


def test_lessons_as_one() -> None:
    one, other = lesson(1, seed=1), lesson(2, seed=2)
    whole = Lesson.joined([one, other, one])
    assert whole.examples == (*one.examples, *other.examples)
    assert whole.sources == (*one.sources, *(source for source in other.sources if source not in one.sources))
    assert whole.text == f"{one.text}\n{other.text}\n{one.text}"
    assert Lesson.joined([one]) == replace(one, elsewhere=tuple(dict.fromkeys(one.elsewhere)))
    assert (
        lesson_of(facts(1), bystanders=world.strangers(3, 9)).digest
        == Lesson.joined([lesson_of(facts(1), bystanders=world.strangers(3, 9))]).digest
    )

"""Facts in every form: what is taught, what ends the training and what judges it never share one."""

import pytest
import torch

from memos_adapters.peft_lora import ENGLISH, Forms, lesson_of, told_before
from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.rows import IGNORED, Encoder, Row, batch_of
from memos_core.domain.activation import SourceVersion
from memos_core.domain.parametric import Association, Example
from memos_core.errors import InvalidInput
from tests.unit.activation.tiny_models import tiny_tokenizer

FIRST, SECOND = SourceVersion(id="mem_1", version=2), SourceVersion(id="mem_2", version=1)
FACTS = [
    Association(subject="Ada", relation="boat", value="Heron", source=FIRST),
    Association(subject="Ben", relation="song", value="Quince", source=SECOND),
    Association(subject="Ada", relation="song", value="Reed", source=FIRST),
]


def test_every_fact_is_taught_in_every_form_and_asked_in_others() -> None:
    made = lesson_of(FACTS)
    assert len(made.examples) == 3 * len(ENGLISH.taught)
    prompts = [{one.prompt for one in part} for part in (made.examples, made.validation, made.held_out)]
    assert all(not one & other for at, one in enumerate(prompts) for other in prompts[at + 1 :])
    assert {one.answer for one in made.examples if "Ada" in one.prompt} == {" Heron.", " Reed."}
    assert made.text.splitlines()[0] == "The boat of Ada is Heron."


def test_sources_are_named_once_each() -> None:
    assert lesson_of(FACTS).sources == (FIRST, SECOND)


def test_bystanders_are_others() -> None:
    asked = lesson_of(FACTS, bystanders=["Cleo", "Ada", "Cleo"]).elsewhere
    assert len(asked) == 2 * len(ENGLISH.questions)
    assert all("Cleo" in one and "Ada" not in one for one in asked)


def test_the_forms_of_the_library_do_not_overlap() -> None:
    every = [*ENGLISH.taught, ENGLISH.validation, *ENGLISH.held_out]
    assert len(set(every)) == len(every)
    assert all("{subject}" in form and "{relation}" in form for form in every)


def test_other_forms_can_be_given() -> None:
    forms = Forms(
        statements=("{relation} / {subject} ->",),
        questions=(),
        validation="{subject} {relation}?",
        held_out=(),
        ending="",
    )
    made = lesson_of(FACTS[:1], forms=forms)
    assert made.examples == (Example(prompt="boat / Ada ->", answer=" Heron"),)
    assert made.held_out == ()


def test_what_is_told_before_answers_the_question() -> None:
    (one,) = told_before(FACTS[:1])
    assert one == Example(
        prompt="The boat of Ada is Heron. Question: What is the boat of Ada? Answer:", answer=" Heron."
    )


def test_a_lesson_is_known_by_its_digest() -> None:
    assert lesson_of(FACTS).digest == lesson_of(list(FACTS)).digest
    assert lesson_of(FACTS).digest != lesson_of(FACTS[:2]).digest


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tokenizer", [tiny_tokenizer, world.words], ids=["bytes", "words"])
def test_only_the_answer_is_labelled(tokenizer) -> None:
    encoder = Encoder(tokenizer())
    example = lesson_of(world.KNOWN[:1]).examples[0]
    row = encoder.example(example)
    assert row.ids[0] == encoder.tokenizer.bos_token_id
    assert row.ids[: row.prompt] == encoder.prompt(example.prompt)
    told = encoder.tokenizer.decode(row.answer)
    assert told.replace(" ", "") == example.answer.replace(" ", "")


def test_where_prompt_and_answer_meet_a_token_may_span_both() -> None:
    encoder = Encoder(tiny_tokenizer())
    row = encoder.example(Example(prompt="Question: where does Ali", answer="ce work?"))
    assert encoder.tokenizer.decode(row.ids[1:]) == "Question: where does Alice work?"
    assert row.ids[: row.prompt] != encoder.prompt("Question: where does Ali")
    assert encoder.tokenizer.decode(row.answer).endswith("ce work?")


def test_an_answer_that_adds_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="adds nothing"):
        Encoder(tiny_tokenizer()).example(Example(prompt="the ferry", answer=""))


def test_rows_are_padded_at_the_right() -> None:
    batch = batch_of([Row((5, 6, 7), 2), Row((8,), 0)], torch.device("cpu"))
    assert batch.ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert batch.mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch.labels.tolist() == [[IGNORED, IGNORED, 7], [8, IGNORED, IGNORED]]
    assert batch.tokens == 4

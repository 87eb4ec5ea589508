"""What is taught is what hosts ask: the same tokens as a conversation renders."""

import pytest

from memos_adapters.peft_lora import PeftLoraEngine, lesson_of
from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.chats import with_conversations
from memos_adapters.transformers_kv.templates import ChatRenderer
from memos_core.domain.activation import ChatTurn
from memos_core.domain.parametric import Association, Example
from tests.unit.activation.tiny_models import CHATML, tiny_model, tiny_tokenizer

FACTS = [Association(subject="Alice", relation="boat", value="Leeds")]
NO_REPLIES = (
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ raise_exception('no') }}{% endif %}"
    "[{{ m['content'] }}]{% endfor %}"
)


@pytest.mark.parametrize("template", [CHATML, None, NO_REPLIES])
def test_questions_have_the_tokens_of_a_conversation(template: str | None) -> None:
    tokenizer = tiny_tokenizer(template)
    engine = PeftLoraEngine(tiny_model(), tokenizer)
    made = engine.lesson(FACTS, ["Ben", "Cleo", "Dina"])
    for forms, question in (
        (made.examples, "What is the boat of Alice?"),
        (made.validation, "Alice has which boat?"),
        (made.held_out, "As for Alice, what is the boat?"),
    ):
        wanted = ChatRenderer(tokenizer).encode([ChatTurn(role="user", content=question)])
        begun = [tokenizer.bos_token_id, *(wanted[1:] if wanted[0] == tokenizer.bos_token_id else wanted)]
        assert begun in [[*engine._encoder.prompt(one.prompt)] for one in forms]
    asked = ChatRenderer(tokenizer).render([ChatTurn(role="user", content="What is the boat of Ben?")])
    assert asked.removeprefix(tokenizer.bos_token) in made.elsewhere


def test_a_reply_ends_as_the_template_ends_it() -> None:
    plain = lesson_of(FACTS)
    for template, answer in ((CHATML, "Leeds.<|end|>"), (None, " Leeds."), (NO_REPLIES, " Leeds.")):
        made = with_conversations(plain, FACTS, tiny_tokenizer(template))
        assert {one.answer for one in made.examples[len(plain.examples) :]} == {answer}
        assert len(made.examples) == 10 and len(made.validation) == 2 and len(made.held_out) == 4


def test_what_is_the_same_is_not_asked_twice() -> None:
    tokenizer = world.words()
    tokenizer.chat_template = "{{ bos_token }}{% for m in messages %}Question: {{ m['content'] }} Answer:{% endfor %}"
    plain = lesson_of(FACTS, bystanders=["Ben"])
    assert with_conversations(plain, FACTS, tokenizer) == plain
    told = Example(prompt="The boat of Alice is", answer=" Leeds.")
    assert told in plain.examples

"""Messages become the token ids of one whole prompt."""

import pytest

from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import ChatTurn
from memos_core.errors import InvalidInput
from tests.unit.activation.tiny_models import CHATML, tiny_model, tiny_tokenizer

BOS = 1
REFUSING = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHATML
)
DROPPING = CHATML.replace("for m in messages", "for m in messages if m['role'] != 'system'")
ALTERNATING = (
    "{% if messages[1:] and messages[0]['role'] == messages[1]['role'] %}{{ raise_exception('alternate') }}{% endif %}"
    + CHATML
)


def attached(template=CHATML) -> TransformersEngine:
    return TransformersEngine(tiny_model(), tiny_tokenizer(template))


def turns(*pairs: tuple[str, str]) -> list[ChatTurn]:
    return [ChatTurn(role=role, content=content) for role, content in pairs]


def text_of(engine: TransformersEngine, messages, tools=()) -> str:
    ids = engine.encode(messages, tools)
    return tiny_tokenizer().decode(ids, clean_up_tokenization_spaces=False)


ASKED = turns(("system", "Be brief."), ("user", "Where?"))


def test_a_prompt_is_what_the_template_renders_ready_for_the_reply() -> None:
    assert text_of(attached(), ASKED) == (
        "<|bos|><|start|>system\nBe brief.<|end|>\n<|start|>user\nWhere?<|end|>\n<|start|>assistant\n"
    )


@pytest.mark.parametrize("template", [CHATML, CHATML.removeprefix("{{ bos_token }}"), None])
def test_a_prompt_begins_with_the_start_token_as_the_template_says(template) -> None:
    ids = attached(template).encode(ASKED)
    assert ids.count(BOS) == (1 if template == CHATML else 0)


def test_without_a_template_the_tokenizers_own_start_token_stands_once_at_the_head() -> None:
    from tokenizers.processors import TemplateProcessing

    tokenizer = tiny_tokenizer(None)
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<|bos|> $A <|end|>", special_tokens=[("<|bos|>", 1), ("<|end|>", 3)]
    )
    engine = TransformersEngine(tiny_model(), tokenizer)
    ids = engine.encode(ASKED)
    assert (ids[0], ids.count(BOS), ids.count(3)) == (BOS, 1, 0)
    assert tokenizer.decode(ids[1:]) == "System: Be brief.\n\nUser: Where?\n\nAssistant:"
    with_template = TransformersEngine(tiny_model(), tokenizer)
    tokenizer.chat_template = CHATML
    assert with_template.encode(ASKED).count(BOS) == 1


@pytest.mark.parametrize("template", [REFUSING, DROPPING])
def test_a_template_without_system_messages_gets_the_text_in_the_first_user_message(template) -> None:
    asked = turns(("system", "Be brief."), ("user", "Where?"), ("assistant", "Here."), ("user", "When?"))
    assert text_of(attached(template), asked) == (
        "<|bos|><|start|>user\nBe brief.\n\nWhere?<|end|>\n<|start|>assistant\nHere.<|end|>\n"
        "<|start|>user\nWhen?<|end|>\n<|start|>assistant\n"
    )
    alone = turns(("system", "Be brief."))
    assert text_of(attached(template), alone) == "<|bos|><|start|>user\nBe brief.<|end|>\n<|start|>assistant\n"


def test_leading_system_messages_become_one() -> None:
    asked = turns(("system", "One."), ("system", "Two."), ("user", "Where?"))
    assert "<|start|>system\nOne.\n\nTwo.<|end|>\n<|start|>user" in text_of(attached(), asked)


def test_tools_and_calls_reach_the_template() -> None:
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
    asked = [
        *ASKED,
        ChatTurn(role="assistant", content="", tool_calls=({"id": "c1", "name": "look", "arguments": {"at": "sea"}},)),
        ChatTurn(role="tool", content="blue", name="look", call="c1"),
    ]
    text = text_of(attached(), asked, [tool])
    assert '<|start|>tools\n[{"type": "function", "function": {"name": "look"' in text
    assert '"function": {"name": "look", "arguments": {"at": "sea"}}' in text
    assert '"id": "c1"' in text
    assert "<|start|>tool\nblue<|end|>" in text
    assert "tools" not in text_of(attached(), asked)


def test_messages_that_the_template_refuses_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"user, user.*alternate"):
        attached(ALTERNATING).encode(turns(("user", "a"), ("user", "b")))
    with pytest.raises(InvalidInput, match="at least one message"):
        attached().encode([])


def test_the_whole_is_tokenised_at_once() -> None:
    """A memory that stands before another text shares its tokens up to the seam, not beyond."""
    engine = attached()
    one, other = (engine.encode(turns(("system", f"The harbour {end}"), ("user", "?"))) for end in ("master", "mast"))
    shared = next(i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    assert 3 < shared < len(other)
    assert engine.count("the ferry") == len(tiny_tokenizer()("the ferry", add_special_tokens=False)["input_ids"]) > 0
    assert engine.count("") == 0

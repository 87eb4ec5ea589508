"""An agent over a model in this process, which reads its memory from stored keys and values instead of from text.

    python examples/local_model_memory.py
    python examples/local_model_memory.py --model path/to/a/causal/model

Both answers are the same; the second time the memory's tokens are not computed. Without a model of your own a tiny one
with random weights answers, which is enough to count tokens, though not to read what it says.
"""

import argparse
import tempfile
from typing import Any

import torch
import transformers
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from tokenizers import Tokenizer, models, pre_tokenizers

from langchain_memos import MemosChatModel, MemosMiddleware
from memos_adapters.transformers_kv import TransformersEngine
from memos_core import LocalModelRuntime, MemoryOS

TEMPLATE = (
    "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
WORDS = (
    "I no longer eat meat nor fish My sister Ana lives in Leeds What can cook tonight Be brief user system assistant"
)


def tiny() -> tuple[Any, Any]:
    """A Llama of two layers that nobody trained, and a tokenizer that knows some words."""
    vocabulary = {word: place for place, word in enumerate(dict.fromkeys(["<unk>", *WORDS.split()]))}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>")
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4
    )
    return transformers.LlamaForCausalLM(config).eval(), tokenizer


def loaded(path: str) -> tuple[Any, Any]:
    """Your own model."""
    model = transformers.AutoModelForCausalLM.from_pretrained(path)
    return model.eval(), transformers.AutoTokenizer.from_pretrained(path)


def main() -> None:
    """Ask the same question twice: with the memory as text, and with its stored keys and values."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="a folder that transformers can load")
    path = parser.parse_args().model
    runtime = LocalModelRuntime(TransformersEngine(*(loaded(path) if path else tiny())))

    with (
        tempfile.TemporaryDirectory() as folder,
        MemoryOS.open(f"sqlite:///{folder}/m.db", local_model=runtime) as memory,
    ):
        vault = memory.vault("alice")
        facts = vault.remember(["I no longer eat meat, nor fish.", "My sister Ana lives in Leeds."], speaker="Alice")
        stored = vault.transform(facts, to="activation")
        kv = vault.attach(stored)
        print(kv.handle, kv.text, "", sep="\n")

        answers = []
        for name, handle in (("as text", None), ("as keys and values", stored.id)):
            model = MemosChatModel(memory=memory, vault="alice", max_tokens=16)
            middleware = [MemosMiddleware(memory, vault="alice", remember=False, activation=handle)] if handle else []
            system = "Be brief." if handle else f"{stored.text}\n\nBe brief."
            agent = create_agent(model, system_prompt=system, middleware=middleware)
            answer = agent.invoke({"messages": [HumanMessage("What can I cook tonight?")]})["messages"][-1]
            assert isinstance(answer, AIMessage)
            usage: Any = answer.usage_metadata
            computed = usage["input_tokens"] - usage["input_token_details"]["cache_read"]
            print(f"memory {name}: {usage['input_tokens']} tokens in the prompt, {computed} computed")
            answers.append(answer.content)
        print(f"\nthe same answer: {answers[0] == answers[1]}\n{answers[1]}")


if __name__ == "__main__":
    main()

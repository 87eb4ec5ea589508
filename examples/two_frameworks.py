"""One memory, two frameworks: what a user tells a LangChain agent, a LlamaIndex engine knows, and the other way round.

    python examples/two_frameworks.py
    python examples/two_frameworks.py --base-url http://localhost:8000/v1 --model my-model

Without an endpoint scripted models answer, which read out what they were told to remember.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.llms import LLM, ChatMessage, ChatResponse, MockLLM

from langchain_memos import MemosMiddleware
from llama_index_memos import MemosMemory
from memos_core import MemoryOS

USER = "mara"


def read_out(system: str) -> str:
    """What a scripted model says to a system prompt."""
    told = [line for line in system.splitlines() if line.startswith("- ")]
    return "You told me:\n" + "\n".join(told) if told else "I will remember that."


class ScriptedLangChain(BaseChatModel):
    """Says what it was told to remember."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        reply = read_out("\n".join(message.text for message in messages if message.type == "system"))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply))])


class ScriptedLlamaIndex(MockLLM):
    """Says what it was told to remember."""

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answer with the memories in the system messages."""
        reply = read_out("\n".join(message.content or "" for message in messages if message.role == "system"))
        return ChatResponse(message=ChatMessage(reply, role="assistant"))


def models(args: argparse.Namespace) -> tuple[BaseChatModel, LLM]:
    """The endpoint's model in both frameworks, or the scripted ones."""
    if not args.base_url:
        return ScriptedLangChain(), ScriptedLlamaIndex()
    key = os.environ.get("OPENAI_API_KEY", "unused")
    try:
        like = import_module("llama_index.llms.openai_like")
        chain = init_chat_model(args.model, model_provider="openai", base_url=args.base_url, api_key=key)
    except ImportError as missing:
        needed = "langchain-openai llama-index-llms-openai-like"
        raise SystemExit(f"--base-url needs both clients. Run: pip install {needed}") from missing
    return chain, like.OpenAILike(model=args.model, api_base=args.base_url, api_key=key, is_chat_model=True)


def main() -> None:
    """Tell each framework one thing, and ask the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="default", help="its model")
    chat_model, llm = models(parser.parse_args())
    with tempfile.TemporaryDirectory() as folder, MemoryOS.open(f"sqlite:///{folder}/memory.db") as memory:
        agent = create_agent(chat_model, middleware=[MemosMiddleware(memory, vault=USER)])

        def tell_agent(text: str) -> None:
            reply = agent.invoke({"messages": [("user", text)]})["messages"][-1].text
            print(f"{USER}: {text}\nLangChain: {reply}\n")

        def tell_engine(text: str) -> None:
            engine = SimpleChatEngine.from_defaults(llm=llm, memory=MemosMemory(memory, vault=USER))
            print(f"{USER}: {text}\nLlamaIndex: {engine.chat(text)}\n")

        tell_agent("My dog is called Kelp.")
        tell_engine("What is my dog called?")
        tell_engine("The vet of my dog is Dr. Sousa.")
        tell_agent("Who is the vet of my dog?")


if __name__ == "__main__":
    main()

"""A chat engine that remembers its users across conversations and restarts.

    python examples/llama_index_chat.py
    python examples/llama_index_chat.py --base-url http://localhost:8000/v1 --model my-model

Without an endpoint a scripted model answers, which reads out what it was told to remember.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.llms import LLM, ChatMessage, ChatResponse, MockLLM

from llama_index_memos import MemosMemory
from memos_core import MemoryOS


class Scripted(MockLLM):
    """Says what it was told to remember."""

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answer with the memories in the system messages."""
        lines = [line for m in messages if m.role == "system" for line in (m.content or "").splitlines()]
        told = [line for line in lines if line.startswith("- ")]
        reply = "You told me:\n" + "\n".join(told) if told else "I will remember that."
        return ChatResponse(message=ChatMessage(reply, role="assistant"))


def model_of(args: argparse.Namespace) -> LLM:
    """The endpoint's model, or the scripted one."""
    if not args.base_url:
        return Scripted()
    try:
        like = import_module("llama_index.llms.openai_like")
    except ImportError as missing:
        cure = "Run: pip install llama-index-llms-openai-like"
        raise SystemExit(f"--base-url needs llama-index-llms-openai-like. {cure}") from missing
    key = os.environ.get("OPENAI_API_KEY", "unused")
    engine: LLM = like.OpenAILike(model=args.model, api_base=args.base_url, api_key=key, is_chat_model=True)
    return engine


def talk(store: str, model: LLM, user: str, session: str, text: str) -> None:
    """One conversation of one turn, in a program that starts, opens the store, answers and ends."""
    with MemoryOS.open(store) as memory:
        engine = SimpleChatEngine.from_defaults(
            llm=model,
            system_prompt="You are a travel agent. Be brief.",
            memory=MemosMemory(memory, vault=user, session_id=session),
        )
        print(f"{user}: {text}\nengine: {engine.chat(text)}\n")


def main() -> None:
    """Tell, restart, ask; then ask as somebody else."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="default", help="its model")
    args = parser.parse_args()
    model = model_of(args)
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/memory.db"
        talk(store, model, "mara", "monday", "I never fly. Please book trains only.")
        talk(store, model, "mara", "tuesday", "How shall I get to Lisbon: fly, or take trains?")
        talk(store, model, "jonah", "tuesday", "How shall I get to Lisbon: fly, or take trains?")


if __name__ == "__main__":
    main()

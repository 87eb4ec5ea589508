"""An agent that remembers its users across conversations and restarts.

    python examples/langchain_agent.py
    python examples/langchain_agent.py --base-url http://localhost:8000/v1 --model my-model

Without an endpoint a scripted model answers, which reads out what it was told to remember.
"""

import argparse
import os
import tempfile
from typing import Any, TypedDict

from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from langchain_memos import MemosMiddleware
from memos_core import MemoryOS


class Caller(TypedDict):
    """Who is talking: the program knows, the model is never asked."""

    user_id: str


class Scripted(BaseChatModel):
    """Says what it was told to remember."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        told = [line for m in messages if m.type == "system" for line in m.text.splitlines() if line.startswith("- ")]
        reply = "You told me:\n" + "\n".join(told) if told else "I will remember that."
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply))])


def model_of(args: argparse.Namespace) -> BaseChatModel:
    """The endpoint's model, or the scripted one."""
    if not args.base_url:
        return Scripted()
    try:
        key = os.environ.get("OPENAI_API_KEY", "unused")
        return init_chat_model(args.model, model_provider="openai", base_url=args.base_url, api_key=key)
    except ImportError as missing:
        raise SystemExit("--base-url needs langchain-openai. Run: pip install langchain-openai") from missing


def talk(store: str, model: BaseChatModel, user: str, text: str) -> None:
    """One conversation of one turn, in a program that starts, opens the store, answers and ends."""
    with MemoryOS.open(store) as memory:
        agent = create_agent(
            model,
            system_prompt="You are a travel agent. Be brief.",
            middleware=[MemosMiddleware(memory, vault=lambda caller: caller["user_id"])],
            context_schema=Caller,
        )
        state = agent.invoke({"messages": [HumanMessage(text)]}, context=Caller(user_id=user))
        print(f"{user}: {text}\nagent: {state['messages'][-1].text}\n")


def main() -> None:
    """Tell, restart, ask; then ask as somebody else."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="default", help="its model")
    args = parser.parse_args()
    model = model_of(args)
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/memory.db"
        talk(store, model, "mara", "I never fly. Please book trains only.")
        talk(store, model, "mara", "How shall I get to Lisbon: fly, or take trains?")
        talk(store, model, "jonah", "How shall I get to Lisbon: fly, or take trains?")


if __name__ == "__main__":
    main()

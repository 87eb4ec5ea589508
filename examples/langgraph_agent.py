"""A LangGraph agent that asks before it books, can be interrupted and resumed, and remembers its users.

    python examples/langgraph_agent.py
    python examples/langgraph_agent.py --base-url http://localhost:8000/v1 --model my-model

Without an endpoint a scripted model answers. One file holds checkpoints, the store's items and the memories.
"""

import argparse
import os
import tempfile
from typing import Annotated, Any, TypedDict

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from langgraph_memos import MemosSaver, MemosStore, recall_node, remember_node
from memos_core import MemoryOS


class Caller(TypedDict):
    """Who is talking: the program knows, the model is never asked."""

    user_id: str


class State(TypedDict):
    """What the nodes share: messages and texts, nothing that cannot be checkpointed."""

    messages: Annotated[list[AnyMessage], add_messages]
    memories: str


class Scripted(BaseChatModel):
    """Proposes what fits what it was told to remember."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        train = "never fly" in "\n".join(message.text for message in messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage("the train" if train else "a flight"))])


def memory_graph(memory: MemoryOS, model: BaseChatModel) -> Any:
    """Recall, propose, ask the user, book, remember."""

    def propose(state: State) -> dict[str, Any]:
        told = SystemMessage(f"You are a travel agent. Propose one thing.\n{state['memories']}")
        return {"messages": [model.invoke([told, *state["messages"]])]}

    def confirm(state: State, runtime: Runtime[Caller]) -> dict[str, Any]:
        proposal = state["messages"][-1].text
        answer = interrupt(f"Shall I book {proposal}?")
        if answer == "yes" and runtime.store is not None and runtime.context is not None:
            runtime.store.put(("bookings", runtime.context["user_id"]), proposal, {"text": f"booked {proposal}"})
        return {"messages": [HumanMessage(answer), AIMessage("Booked." if answer == "yes" else "Then not.")]}

    builder = StateGraph(State, context_schema=Caller)
    builder.add_node("recall", recall_node(memory, vault=lambda caller: caller["user_id"]))
    builder.add_node("propose", propose)
    builder.add_node("confirm", confirm)
    builder.add_node("remember", remember_node(memory, vault=lambda caller: caller["user_id"]))
    builder.add_edge(START, "recall")
    builder.add_edge("recall", "propose")
    builder.add_edge("propose", "confirm")
    builder.add_edge("confirm", "remember")
    builder.add_edge("remember", END)
    return builder.compile(checkpointer=MemosSaver(memory), store=MemosStore(memory, index="recall"))


def model_of(args: argparse.Namespace) -> BaseChatModel:
    """The endpoint's model, or the scripted one."""
    if not args.base_url:
        return Scripted()
    try:
        key = os.environ.get("OPENAI_API_KEY", "unused")
        return init_chat_model(args.model, model_provider="openai", base_url=args.base_url, api_key=key)
    except ImportError as missing:
        raise SystemExit("--base-url needs langchain-openai. Run: pip install langchain-openai") from missing


def main() -> None:
    """Ask, end the program at the question, go on in another one, and travel back in time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="default", help="its model")
    args = parser.parse_args()
    model, mara = model_of(args), Caller(user_id="mara")
    config: RunnableConfig = {"configurable": {"thread_id": "trip to Lisbon"}}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/memory.db"
        with MemoryOS.open(url) as memory:
            memory.vault("mara").remember("I never fly. Please book trains to Lisbon and elsewhere.")
            asked = {"messages": [HumanMessage("How shall I get to Lisbon: fly, or trains?")]}
            state = memory_graph(memory, model).invoke(asked, config, context=mara)
            print(f"agent: {state['__interrupt__'][0].value}\n(the program ends here, and another one starts)")
        with MemoryOS.open(url) as memory:
            graph = memory_graph(memory, model)
            graph.invoke(Command(resume="yes"), config, context=mara)
            print("booked:", [item.key for item in graph.store.search(("bookings", "mara"))])
            before = next(past for past in graph.get_state_history(config) if past.next == ("confirm",))
            another = graph.update_state(before.config, {"memories": ""}, as_node="propose")  # a branch of the past
            graph.invoke(None, another, context=mara)
            state = graph.invoke(Command(resume="no"), config, context=mara)
            print(f"(back to the question, with another answer)\nagent: {state['messages'][-1].text}")
            print("remembered:", [cube.text for cube in memory.vault("mara").cubes()])


if __name__ == "__main__":
    main()

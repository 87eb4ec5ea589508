"""A chain with a stored transcript of this session and recall over all earlier ones.

    python examples/langchain_chain.py
    python examples/langchain_chain.py --base-url http://localhost:8000/v1 --model my-model

Without an endpoint a scripted model answers, which reads out what it was given.
"""

import argparse
import os
import tempfile
from operator import itemgetter
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import Runnable, RunnablePassthrough

from langchain_memos import MemosRetriever, with_memos_history
from memos_core import MemoryOS

USER = "mara"
PROMPT = ChatPromptTemplate(
    [
        ("system", "Earlier conversations:\n{memories}"),
        MessagesPlaceholder("history"),
        ("human", "{input}"),
    ]
)


class Scripted(BaseChatModel):
    """Says what it was given."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        recalled = len(messages[0].text.splitlines()) - 1
        reply = f"({len(messages) - 2} messages of this session, {recalled} recalled)\n{messages[0].text}"
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply if recalled else "Noted."))])


def model_of(args: argparse.Namespace) -> BaseChatModel:
    """The endpoint's model, or the scripted one."""
    if not args.base_url:
        return Scripted()
    try:
        key = os.environ.get("OPENAI_API_KEY", "unused")
        return init_chat_model(args.model, model_provider="openai", base_url=args.base_url, api_key=key)
    except ImportError as missing:
        raise SystemExit("--base-url needs langchain-openai. Run: pip install langchain-openai") from missing


def lines(documents: list[Document]) -> str:
    """One line per memory, with its day."""
    return "\n".join(f"- {d.metadata['occurred_at'][:10]} {d.page_content.splitlines()[0]}" for d in documents)


def chain_over(memory: MemoryOS, model: BaseChatModel) -> Runnable[Any, Any]:
    """The chain: recall by the input, the transcript, the model."""
    retriever = MemosRetriever(vault=memory.vault(USER), k=2, filters={"roles": ("user",)})
    recall = RunnablePassthrough.assign(memories=itemgetter("input") | retriever | lines)
    return with_memos_history(
        recall | PROMPT | model, memory, input_messages_key="input", history_messages_key="history", vault=USER
    )


def main() -> None:
    """Tell, restart, ask in another session."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base-url", help="of an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="default", help="its model")
    args = parser.parse_args()
    model = model_of(args)
    said = {
        "monday": ["I brought a dog home from the shelter. Her name is Kelp."],
        "tuesday": ["What is the name of my dog?", "And where did I get the dog from?"],
    }
    with tempfile.TemporaryDirectory() as folder:
        for session, texts in said.items():
            with MemoryOS.open(f"sqlite:///{folder}/memory.db") as memory:  # a restart: nothing is left but the file
                chain = chain_over(memory, model)
                for text in texts:
                    reply = chain.invoke({"input": text}, {"configurable": {"session_id": session}})
                    print(f"[{session}] {USER}: {text}\n[{session}] model: {reply.text}\n")


if __name__ == "__main__":
    main()

"""Memory as two tools that a model may call."""

from hashlib import sha256
from typing import Any

from langchain_core.runnables import run_in_executor
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.runtime import get_runtime

from langchain_memos.identity import VaultChoice, find_vault, surroundings, thread_of_run
from langchain_memos.incidents import Incidents, OnError
from memos_core import MemoryOS


def memory_tools(
    memory: MemoryOS, *, vault: VaultChoice, budget: int = 1000, on_error: OnError = None
) -> list[BaseTool]:
    """The tools ``search_memory(query)`` and ``save_memory(text)``.

    Whose memory they use is no argument of theirs: a model cannot choose it. A failure is told to the model as text.

    Args:
        memory: Where to search and save.
        vault: Whose memory: a vault, its name, or a function of the runtime's context (without one, of
            ``config["configurable"]``).
        budget: Tokens that a search may return.
        on_error: Told of every failure.

    Raises:
        InvalidInput: ``vault`` is empty.
    """
    incidents = Incidents(on_error)
    if not callable(vault):
        find_vault(memory, vault, None)

    def search_memory(query: str) -> str:
        """Search your long-term memory of this user: facts, preferences and what was said in earlier conversations.

        Args:
            query: What you want to know, as a question or in key words.
        """
        with incidents.contained("search memory") as incident:
            owner = find_vault(memory, vault, surroundings(get_runtime()))
            return owner.recall(query, budget=budget).text or "Nothing about this is remembered."
        return f"Memory could not be searched ({incident.error}). Go on without it."

    def save_memory(text: str) -> str:
        """Save something worth knowing in later conversations, in a sentence that can be understood by itself.

        Args:
            text: What to remember.
        """
        with incidents.contained("save memory") as incident:
            runtime = get_runtime()
            owner = find_vault(memory, vault, surroundings(runtime))
            owner.remember(
                text,
                kind="note",
                role="assistant",
                session=thread_of_run(),
                source="langchain:save_memory",
                idempotency_key=_key(runtime, text),
            )
            return "Saved."
        return f"Memory could not be saved ({incident.error}). Go on without it."

    async def asearch_memory(query: str) -> str:
        return await run_in_executor(None, search_memory, query)

    async def asave_memory(text: str) -> str:
        return await run_in_executor(None, save_memory, text)

    return [
        StructuredTool.from_function(search_memory, asearch_memory, parse_docstring=True),
        StructuredTool.from_function(save_memory, asave_memory, parse_docstring=True),
    ]


def _key(runtime: Any, text: str) -> str:
    """A tool node runs again after a retry, a crash or an interrupt; its task keeps its id. None outside a graph."""
    task = getattr(getattr(runtime, "execution_info", None), "task_id", None)
    return f"langchain/{task}/{sha256(text.encode('utf-8', 'replace')).hexdigest()}" if task else ""

"""Nodes that recall before a model is called, and remember after it."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeAlias

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableLambda, ensure_config
from langgraph.runtime import get_runtime

import memos_core
from langgraph_memos.texts import said, storable
from memos_core import MemCube, MemoryOS, Turn, Vault

VaultChoice: TypeAlias = str | Vault | Callable[[Any], str | Vault]
"""A vault, its name, or a function to either of the run's ``context=`` (without one, of ``config["configurable"]``)."""
Part: TypeAlias = str | Callable[[Any], Any]
"""A key of the graph's state, or a function of the state."""


def recall_node(
    memory: MemoryOS,
    *,
    vault: VaultChoice,
    query: Part = "messages",
    to: str = "memories",
    budget: int = 1000,
    activation: Part | None = None,
    **where: Any,
) -> Runnable[Any, dict[str, str]]:
    """A node that writes what a vault has to say to the user's message into the state, as one text.

    It works in graphs that are invoked and in graphs that are awaited.

    Args:
        memory: Where to recall from.
        vault: Whose memory; the program decides that, no model.
        query: What to ask for: a text, or messages, of which the last from the user counts.
        to: The key of the state that gets the text; empty text where there is nothing.
        budget: Tokens that the text may cost.
        activation: Where the state has the handle of activation or parametric memory that the model gets besides
            (``MemosChatModel(...).invoke(messages, memos_handle=state["handle"])``): what it tells of is not recalled.
        **where: Further arguments of ``Vault.recall``.

    Example:
        ``builder.add_node("recall", recall_node(memory, vault=lambda context: context["user_id"]))``
    """

    def ask(state: Any) -> tuple[Vault, str, list[str]]:
        asked = _part(state, query)
        messages = _messages(asked)
        last = next((message for message in reversed(messages) if isinstance(message, HumanMessage)), None)
        question = said(asked if isinstance(asked, str) else "" if last is None else last.text)
        owner, shown = _owner(memory, vault), [text for message in messages if (text := said(message.text))]
        handle = activation is not None and _part(state, activation)
        if handle:
            with suppress(memos_core.errors.UnknownCube):  # erased: there is nothing of it to be recalled
                shown += owner.sources(handle)
        return owner, question, shown

    def recall(state: Any) -> dict[str, str]:
        owner, question, shown = ask(state)
        if not question or not budget:
            return {to: ""}
        return {to: owner.recall(question, budget=budget, exclude=shown, **where).text}

    async def arecall(state: Any) -> dict[str, str]:
        owner, question, shown = await asyncio.to_thread(ask, state)
        if not question or not budget:
            return {to: ""}
        return {to: (await owner.arecall(question, budget=budget, exclude=shown, **where)).text}

    return RunnableLambda(recall, arecall, name="recall")


def remember_node(
    memory: MemoryOS,
    *,
    vault: VaultChoice,
    what: Part = "messages",
    session: str | None = None,
    to: str | None = None,
    **details: Any,
) -> Runnable[Any, dict[str, list[str]]]:
    """A node that stores what was said, or what other nodes found out, exactly once.

    A node runs again when it is retried, when its graph is resumed, and when a process died before its result was
    checkpointed. What it stored then it does not store again: a message is known by the thread and its id, anything
    else by the thread, the namespace, the task and its place among what the task stores.

    Args:
        memory: Where to remember into.
        vault: Whose memory; the program decides that, no model.
        what: What to remember: a text, a ``Turn``, messages (users' and models' that say something), or a list of
            these.
        session: The conversation; the thread by default.
        to: A key of the state that gets the ids of the memories; none by default.
        **details: Of texts: further arguments of ``Vault.remember``, e.g. ``kind="note"``.
    """

    def turns_of(state: Any) -> list[Turn]:
        info, found = get_runtime().execution_info, _part(state, what)
        if info is None:
            raise memos_core.errors.InvalidInput("remember_node() is for graphs: add it with add_node()")
        thread = info.thread_id or ""
        task = (thread, info.checkpoint_ns, info.task_id)
        items = [found] if isinstance(found, str | Turn | BaseMessage) else list(found or ())
        return list(_turns(items, thread if session is None else session, thread, task, details))

    def remember(state: Any) -> dict[str, list[str]]:
        turns, stored = turns_of(state), list[MemCube]()
        # What was erased stays erased, and is no trouble of the graph's.
        with suppress(memos_core.errors.Erased):
            stored = _owner(memory, vault).remember(turns)
        return {to: [cube.id for cube in stored]} if to else {}

    async def aremember(state: Any) -> dict[str, list[str]]:
        turns, stored = turns_of(state), list[MemCube]()
        with suppress(memos_core.errors.Erased):
            stored = await _owner(memory, vault).aremember(turns)
        return {to: [cube.id for cube in stored]} if to else {}

    return RunnableLambda(remember, aremember, name="remember")


def _part(state: Any, part: Part) -> Any:
    if callable(part):
        return part(state)
    return state.get(part) if isinstance(state, Mapping) else getattr(state, part, None)


def _owner(memory: MemoryOS, choice: VaultChoice) -> Vault:
    """The vault that ``choice`` means in this run.

    Raises:
        InvalidInput: it means nobody.
    """
    context: Any = get_runtime().context
    surroundings = ensure_config()["configurable"] if context is None else context
    found: object = choice(surroundings) if callable(choice) else choice
    if isinstance(found, Vault):
        return found
    if not isinstance(found, str) or not found.strip():
        raise memos_core.errors.InvalidInput(
            f"vault={found!r} names nobody. Pass a name, a Vault, or a function that finds one in the run's context= "
            "or config['configurable'], for example vault=lambda context: context['user_id']"
        )
    return memory.vault(found)


def _messages(items: Any) -> list[BaseMessage]:
    listed = items if isinstance(items, Sequence) and not isinstance(items, str) else [items]
    return [item for item in listed if isinstance(item, BaseMessage)]


def _turns(
    items: Sequence[Any], session: str, thread: str, task: tuple[str, ...], details: Mapping[str, Any]
) -> Iterator[Turn]:
    asked = ""
    for place, item in enumerate(items):
        if not isinstance(item, BaseMessage):
            key = _key(*task, str(place))
            yield (
                replace(item, key=item.key or key)
                if isinstance(item, Turn)
                else Turn(text=item, session=session, key=key, **{"kind": "note", **details})
            )
            continue
        text = said(item.text)
        if isinstance(item, HumanMessage):
            asked = item.id or ""
        if not text or not isinstance(item, HumanMessage | AIMessage):
            continue
        # A reply from a model cache has the id that it had the first time: it is another one after another question.
        key = _key(thread, asked, item.id, item.type, text) if item.id else _key(*task, str(place))
        role = "user" if isinstance(item, HumanMessage) else "assistant"
        yield Turn(
            text=text,
            speaker=storable(item.name or ""),
            role=role,
            session=session,
            source=storable(f"langgraph:{item.id or ''}"),
            key=key,
        )


def _key(*parts: str) -> str:
    return "langgraph/" + sha256(repr(parts).encode("utf-8", "replace")).hexdigest()

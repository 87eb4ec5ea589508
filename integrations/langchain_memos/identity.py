"""Whose memory it is: decided by the program and the runtime's context, never by what a model wrote."""

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

from langchain_core.runnables import ensure_config

import memos_core
from memos_core import MemoryOS, Vault

VaultChoice: TypeAlias = str | Vault | Callable[[Any], str | Vault]
"""A vault, its name, or a function from the surroundings of a run to either."""


def surroundings(runtime: Any) -> Any:
    """What a function for a vault or session is called with.

    That is the ``context=`` of the agent's invocation or, without one, ``config["configurable"]`` as a mapping.
    """
    context = getattr(runtime, "context", None)
    return ensure_config()["configurable"] if context is None else context


def thread_of_run() -> str:
    """The id of the running thread; empty outside of any."""
    return str(ensure_config()["configurable"].get("thread_id") or "")


def find_vault(memory: MemoryOS, choice: VaultChoice, context: Any) -> Vault:
    """The vault that ``choice`` means in ``context``; new ones are made with the first write.

    Raises:
        InvalidInput: ``choice``, or what it returned, names nobody.
    """
    found: object = choice(context) if callable(choice) else choice
    if isinstance(found, Vault):
        return found
    if not isinstance(found, str | int | UUID) or isinstance(found, bool) or not str(found).strip():
        raise memos_core.errors.InvalidInput(
            f"vault={found!r} names nobody. Pass a name, a Vault, or a function that finds one in the invocation's "
            "context= or config['configurable'], for example vault=lambda context: context['user_id']"
        )
    return memory.vault(str(found))

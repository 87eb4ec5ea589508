"""Gaps between messages on which a language model has decided, kept in the store under the messages around them."""

from collections.abc import Mapping, Sequence

from memos_core.domain.engram import Message
from memos_core.ports import Transaction

SHELF = "memos.cuts"
_CUT, _WHOLE = b"1", b"0"


def decided(transaction: Transaction, vault: str, messages: Sequence[Message]) -> Mapping[int, bool]:
    """By place of the later message: whether an episode begins there; only where a model has decided.

    Args:
        transaction: To read in.
        vault: Name of the vault.
        messages: Of one session, in order.
    """
    keys = {_key(vault, messages[gap - 1], messages[gap]): gap for gap in range(1, len(messages))}
    return {keys[key]: value == _CUT for key, value in transaction.shelves.get(SHELF, keys).items()}


def decide(transaction: Transaction, vault: str, before: Message, after: Message, cut: bool) -> None:
    """Keep a verdict on the gap between two messages, as they are."""
    transaction.shelves.put(SHELF, {_key(vault, before, after): _CUT if cut else _WHOLE})


def _key(vault: str, before: Message, after: Message) -> str:
    return f"{vault} {before.source}@{before.version} {after.source}@{after.version}"

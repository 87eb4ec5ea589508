"""The account of what models have cost, kept in the store."""

import json
from dataclasses import asdict

from memos_core.domain.usage import HOST, ModelBudget, Usage
from memos_core.ports import Transaction

SHELF = "memos.usage"
_END = "\U0010ffff"
_CHARS_PER_TOKEN = 4


def usage(transaction: Transaction) -> tuple[Usage, ...]:
    """What every model has cost in every operation, by operation and model."""
    return tuple(Usage(**json.loads(value)) for _, value in transaction.shelves.scan(SHELF, "", _END, -1, False))


def is_spent(transaction: Transaction, budget: ModelBudget, tokens: int) -> bool:
    """Whether one more call of up to so many tokens would exceed a budget."""
    if budget.calls is None and budget.tokens is None:
        return False
    used = [one for one in usage(transaction) if one.operation != HOST]
    if budget.calls is not None and sum(one.calls for one in used) >= budget.calls:
        return True
    return budget.tokens is not None and sum(one.tokens for one in used) + tokens > budget.tokens


def enter(transaction: Transaction, change: Usage) -> None:
    """Add to the account of an operation and a model."""
    key = f"{change.operation} {change.model}"
    kept = transaction.shelves.get(SHELF, [key]).get(key)
    before = Usage(**json.loads(kept)) if kept else Usage(operation=change.operation, model=change.model)
    after = {
        name: value if isinstance(value, str) else value + getattr(before, name)
        for name, value in asdict(change).items()
    }
    transaction.shelves.put(SHELF, {key: json.dumps(after, ensure_ascii=False).encode()})


def rough_tokens(text: str) -> int:
    """About what a text costs: a token for four characters, or for one of a script written without spaces."""
    unspaced = sum("\u2e80" <= char <= "\uffef" for char in text)
    return unspaced + (len(text) - unspaced) // _CHARS_PER_TOKEN + 1

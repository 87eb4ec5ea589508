"""The states of a cube and the transitions between them."""

from enum import StrEnum


class LifecycleState(StrEnum):
    """Where a cube stands in its life."""

    ACTIVE = "active"
    """Visible to recall."""
    FORGOTTEN = "forgotten"
    """Hidden from recall, kept with its history, can be restored."""
    ERASED = "erased"
    """Content destroyed; only the id remains, so that it cannot come back."""


LEGAL_TRANSITIONS: dict[LifecycleState, frozenset[LifecycleState]] = {
    LifecycleState.ACTIVE: frozenset({LifecycleState.FORGOTTEN, LifecycleState.ERASED}),
    LifecycleState.FORGOTTEN: frozenset({LifecycleState.ACTIVE, LifecycleState.ERASED}),
    LifecycleState.ERASED: frozenset(),
}
"""From each state, the states that may follow."""

"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes of one run."""

    rounds: int
    writes: int
    """Single writes of each contender in a round."""
    queries: int
    """Searches of each contender in a round."""
    records: int
    """Size of the vault that is searched."""
    beside: int
    """Records of others that are put beside it in the peers' stores."""
    peer_queries: int
    """Searches in a round where a peer takes part."""
    small_store: int
    large_store: int
    probes: tuple[int, ...]
    """Sizes of the vaults that are searched in both stores."""
    callers: int
    seconds: float
    """How long one rate is counted."""
    batches: int
    """Batches of each contender in a round."""
    batch: int
    syncs: int
    """Writes whose syncs are counted."""
    conversations: int
    """Conversations of a data set at most."""
    vault_sizes: tuple[int, int]
    """Turns in the smaller and in the larger of two vaults that are asked the same."""


FULL = Scale(
    rounds=5,
    writes=200,
    queries=200,
    records=10_000,
    beside=40_000,
    peer_queries=10,
    small_store=10_000,
    large_store=1_000_000,
    probes=(1_000, 10_000),
    callers=64,
    seconds=1.5,
    batches=4,
    batch=1_000,
    syncs=200,
    conversations=10,
    vault_sizes=(6_000, 59_000),
)
QUICK = Scale(
    rounds=3,
    writes=100,
    queries=100,
    records=10_000,
    beside=10_000,
    peer_queries=4,
    small_store=10_000,
    large_store=100_000,
    probes=(1_000, 10_000),
    callers=64,
    seconds=0.7,
    batches=2,
    batch=1_000,
    syncs=50,
    conversations=2,
    vault_sizes=(1_000, 10_000),
)
TINY = Scale(
    rounds=3,
    writes=4,
    queries=4,
    records=120,
    beside=100,
    peer_queries=2,
    small_store=120,
    large_store=400,
    probes=(60,),
    callers=4,
    seconds=0.05,
    batches=1,
    batch=20,
    syncs=3,
    conversations=1,
    vault_sizes=(60, 240),
)
SCALES = {"full": FULL, "quick": QUICK, "tiny": TINY}

"""Plaintext to parametric: order that a model is taught what memories tell. A durable job does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from memos_core.domain.parametric import Recipe, TrainingState
from memos_core.domain.record import DerivedRow
from memos_core.errors import InvalidInput, MissingBlob
from memos_core.operation.transforms.associations import Taught, owner_name, taught_by
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.origins import check_current, origin_of
from memos_core.operation.transforms.parametric_rows import base_key, handle_of, row_of, standing_of, waiting
from memos_core.operation.work import DISTIL
from memos_core.ports import AdapterTrainer, Transaction


def plaintext_to_parametric(bench: Bench, given: Given, wanted: Wanted) -> DerivedRow:
    """Order an adapter for the facts of memories. What is ordered or trained already is returned as it is.

    The row stands for those of the memories that tell a fact. It waits until the job has trained the adapter.

    Raises:
        InvalidInput: the model cannot be taught, or there is nothing to learn.
        UnknownCube: a memory of another vault or store.
        Conflict: a source changed in the meantime.
    """
    trainer = trainer_of(bench)
    origin = origin_of(given)
    if not origin.sources:
        raise InvalidInput("there is nothing to transform: the recollection or the list of memories is empty")
    with bench.records.read() as transaction:
        check_current(transaction, bench.vault, origin.sources)
    taught = to_be_taught(bench, [one.id for one in origin.sources])
    order = Order(bench, taught, base_key(trainer.base), wanted.recipe or Recipe())
    return bench.records.write(order.placed)


def trainer_of(bench: Bench) -> AdapterTrainer:
    """Who teaches the store's model. Raises ``InvalidInput`` where it cannot be taught."""
    if bench.trainer is None or bench.workshop is None:
        raise InvalidInput(
            "this store's model cannot be taught; open it with "
            "local_model=LocalModelRuntime(engine, adapters=PeftLoraEngine(model, tokenizer))"
        )
    return bench.trainer


def to_be_taught(bench: Bench, ids: Sequence[str]) -> Taught:
    """What memories tell that can be known by heart. Raises ``InvalidInput`` where that is nothing."""
    taught = taught_by(bench.profile(), ids, owner_name(bench.tenant))
    if not taught.facts:
        raise InvalidInput(
            "there is nothing to learn: these memories tell no fact about anybody that holds now, such as where "
            "somebody lives or what they like. vault.profile() shows the facts that were understood; give memories "
            "they come from, or keep these as text"
        )
    return taught


@dataclass(frozen=True, slots=True)
class Order:
    """One adapter that is wanted."""

    bench: Bench
    taught: Taught
    base: str
    recipe: Recipe
    prefixes: tuple[str, ...] = ()
    """Handles of the activation memory that it is to be distilled from."""

    def placed(self, transaction: Transaction) -> DerivedRow:
        """The row of it, there already or new."""
        vault, sources = self.bench.vault, self.taught.sources
        check_current(transaction, vault, sources)
        ids = tuple(dict.fromkeys(one.id for one in sources))
        uid = handle_of(self.bench.tenant, self.prefixes or ids, self.recipe, self.base)
        known = transaction.derived.get(vault, uid)
        if known is not None and self._serves(known):
            if standing_of(known).waits:  # another process may have passed it over, having another model
                transaction.jobs.defer(DISTIL, vault, self.bench.clock.now())
            return known
        cubes = [cube for one in ids if (cube := transaction.cubes.get(vault, one)) is not None]
        moments = [cube.header.occurred_at for cube in cubes]
        now = self.bench.clock.now()
        standing = waiting(ids, self.base, self.recipe, self.bench.actor, self.prefixes)
        row = row_of(uid, standing, (min(moments), max(moments)), now)
        transaction.derived.put(vault, [row])
        transaction.jobs.defer(DISTIL, vault, now)
        return row

    def _serves(self, row: DerivedRow) -> bool:
        """Whether it is on its way, or there; not what is stale, has failed, or lost its file."""
        state = standing_of(row).state
        if state is TrainingState.WAITING:
            return True
        if state not in (TrainingState.TRAINED, TrainingState.REJECTED):
            return False
        try:
            self.bench.blobs.path(row.blob)
        except MissingBlob:
            return False
        return True

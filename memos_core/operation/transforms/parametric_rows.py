"""Parametric memory as rows of what is derived: ordered, trained, and made stale when a source changes."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from memos_core.domain.activation import Fingerprint, SourceVersion, digest_of
from memos_core.domain.cube import Header, MemCube, Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.parametric import (
    BASE_FIELDS,
    AdapterManifest,
    Association,
    Parametric,
    Progress,
    Recipe,
    TrainingState,
)
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.operation.transforms.handles import LORA
from memos_core.operation.transforms.origins import lines
from memos_core.ports import Transaction

PARAMETRIC = "parametric"
"""Kind of derived row, and of cube."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a row of parametric memory holds. Nothing of its sources' texts unless it is trained on them."""

    state: TrainingState
    asked: str
    """Names what is to be trained: another one after every change of a source. Names the folder of the training."""
    order: tuple[str, ...]
    """Ids of the memories, in order."""
    base: str
    """Digest of the model that it is for."""
    recipe: Recipe | None
    actor: str
    origin: str = "plaintext"
    """The type of memory that it was made of; a folder's name for one that was imported."""
    prefixes: tuple[str, ...] = ()
    """Handles of the activation memory that it is distilled from; none once that has changed."""
    text: str = ""
    """Of what an adapter knows: of its sources as they were, and are, or as who imported it has said."""
    facts: tuple[Association, ...] = ()
    manifest: AdapterManifest | None = None
    bytes: int = 0
    progress: Progress | None = None
    error: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is to be trained."""
        return self.state is TrainingState.WAITING

    def changed(self, without: str = "") -> "Standing":
        """After a change of a source; a training that is under way begins anew, another adapter is stale.

        Args:
            without: The source, if it is being erased: what was taught of it is taken out by training again.
        """
        again = self.waits or (without and self.state is not TrainingState.STALE)
        return Standing(
            state=TrainingState.WAITING if again else TrainingState.STALE,
            asked=uuid.uuid4().hex,
            order=tuple(uid for uid in self.order if uid != without),
            base=self.base,
            recipe=self.recipe,
            actor=self.actor,
            origin=self.origin,
        )


def base_key(base: Fingerprint) -> str:
    """Digest of what an adapter depends on in a model."""
    return digest_of({name: getattr(base, name) for name in BASE_FIELDS})


def handle_of(tenant: str, ids: Iterable[str], recipe: Recipe, base: str) -> str:
    """The handle of what is made of these memories by this recipe; it stays when they change."""
    return f"{LORA}{digest_of([tenant, sorted(ids), recipe.digest, base])[:32]}"


def waiting(order: Sequence[str], base: str, recipe: Recipe, actor: str, prefixes: tuple[str, ...] = ()) -> Standing:
    """What is to be trained."""
    return Standing(
        state=TrainingState.WAITING,
        asked=uuid.uuid4().hex,
        order=tuple(dict.fromkeys(order)),
        base=base,
        recipe=recipe,
        actor=actor,
        origin="activation" if prefixes else "plaintext",
        prefixes=prefixes,
    )


def row_of(
    uid: str, standing: Standing, span: tuple[datetime, datetime], made_at: datetime, blob: BlobRow | None = None
) -> DerivedRow:
    """The row that keeps parametric memory.

    Args:
        uid: The handle.
        standing: What it holds.
        span: Event times of its first and its last source.
        made_at: When.
        blob: The file.
    """
    held = replace(standing, bytes=blob.bytes if blob else 0)
    return DerivedRow(
        uid=uid,
        kind=PARAMETRIC,
        start=span[0],
        stop=span[1],
        made_at=made_at,
        rules=standing.base,
        sources=standing.order,
        body=_body(held),
        blob=blob.digest if blob else "",
    )


def with_standing(row: DerivedRow, standing: Standing) -> DerivedRow:
    """The same row when something about it has changed; the file goes with what it held."""
    blob = row.blob if standing.manifest is not None else ""
    return replace(row, sources=standing.order, body=_body(standing), blob=blob)


def standing_of(row: DerivedRow) -> Standing:
    """What a row holds."""
    said: dict[str, Any] = json.loads(row.body)
    read = {
        "state": TrainingState(said["state"]),
        "order": tuple(said["order"]),
        "prefixes": tuple(said["prefixes"]),
        "recipe": said["recipe"] and Recipe.from_json(said["recipe"]),
        "facts": tuple(_fact(one) for one in said["facts"]),
        "manifest": said["manifest"] and AdapterManifest.from_json(said["manifest"]),
        "progress": said["progress"] and Progress(**said["progress"]),
    }
    return Standing(**{**said, **read})


def stale_row(row: DerivedRow, without: str = "") -> DerivedRow:
    """What remains of parametric memory when a source has changed. See ``Standing.changed``."""
    return with_standing(row, standing_of(row).changed(without))


def told(transaction: Transaction, vault: int, standing: Standing) -> str:
    """What the sources say now."""
    current = [transaction.cubes.get(vault, uid) for uid in standing.order]
    return lines(cube for cube in current if cube is not None and cube.state is LifecycleState.ACTIVE)


def cube_of(transaction: Transaction, vault: int, name: str, row: DerivedRow) -> MemCube:
    """A row as a cube, with the text that its sources have now."""
    held = standing_of(row)
    payload = Parametric(
        text=held.text if held.manifest is not None else told(transaction, vault, held),
        state=held.state,
        recipe=held.recipe,
        facts=held.facts,
        manifest=held.manifest,
        blob=row.blob,
        bytes=held.bytes,
        progress=held.progress,
        error=held.error,
    )
    header = Header(
        id=row.uid,
        vault=name,
        kind=PARAMETRIC,
        version=1,
        state=LifecycleState.ACTIVE,
        recorded_at=row.made_at,
        occurred_at=row.start,
        valid_from=row.made_at,
        provenance=Provenance(
            actor=held.actor,
            reason="import" if held.state is TrainingState.IMPORTED else "transform",
            source=held.origin,
        ),
    )
    return MemCube(header=header, payload=payload)


def _body(standing: Standing) -> str:
    said = asdict(standing) | {"manifest": standing.manifest and standing.manifest.as_json()}
    return json.dumps(said, ensure_ascii=False)


def _fact(said: Mapping[str, Any]) -> Association:
    return Association(**{**said, "source": said["source"] and SourceVersion(**said["source"])})

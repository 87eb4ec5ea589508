"""Manifests as JSON and back."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from memos_core.domain.activation import Fingerprint, Layer, LayerKind, Manifest, SourceVersion, Storage


def to_json(manifest: Manifest) -> str:
    """The manifest as JSON text."""
    return json.dumps(asdict(manifest) | {"made_at": manifest.made_at.isoformat()}, separators=(",", ":"))


def from_json(text: str) -> Manifest:
    """The manifest that ``to_json`` wrote.

    Raises:
        KeyError, TypeError, ValueError: the text is something else.
    """
    held: dict[str, Any] = json.loads(text)
    if not isinstance(held, dict):
        raise TypeError("a manifest is a JSON object")
    made_at = datetime.fromisoformat(held["made_at"])
    if made_at.tzinfo is None:
        raise ValueError("made_at has no time zone")
    fingerprint = dict(held["fingerprint"])
    fingerprint["adapters"] = tuple(str(one) for one in fingerprint["adapters"])
    return Manifest(
        fingerprint=Fingerprint(**fingerprint),
        tokens=tuple(_whole(one) for one in held["tokens"]),
        before=_whole(held["before"]),
        prefix=str(held["prefix"]),
        layers=tuple(Layer(kind=LayerKind(one["kind"]), window=one["window"]) for one in held["layers"]),
        storage=Storage(held["storage"]),
        error=float(held["error"]),
        sources=tuple(SourceVersion(id=str(one["id"]), version=_whole(one["version"])) for one in held["sources"]),
        self_contained=bool(held["self_contained"]),
        salt=str(held["salt"]),
        checksums={str(name): _whole(one) for name, one in held["checksums"].items()},
        made_at=made_at,
    )


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value

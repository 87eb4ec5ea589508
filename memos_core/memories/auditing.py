"""Activation back to plaintext without any provenance: what stored values themselves say they are of."""

from pathlib import Path

from memos_core.domain.activation import Audit
from memos_core.errors import UnsupportedModel
from memos_core.ports import ActivationEngine, TokenReader


def audited(engine: ActivationEngine, path: Path) -> Audit:
    """Read a file, recompute what can be recomputed cheaply, read the tokens back from the values, and compare.

    Raises:
        CorruptActivation: truncated, damaged, or not such a file.
    """
    manifest, values = engine.load(path)
    differing = manifest.fingerprint.differences(engine.fingerprint)
    if differing:
        return Audit(problems=(f"computed by another model: {', '.join(differing)} differ",), tells=False)
    problems = engine.audit(manifest, values)
    if not isinstance(engine, TokenReader):
        return Audit(problems=tuple(problems), tells=False)
    try:
        found = tuple(engine.read_back(values))
    except UnsupportedModel:
        return Audit(problems=tuple(problems), tells=False)
    pairs = zip(found, manifest.tokens, strict=False)
    wrong = sum(one != other for one, other in pairs) + abs(len(found) - len(manifest.tokens))
    if wrong:
        problems = [*problems, f"{wrong} of {len(manifest.tokens)} tokens are not those of the manifest"]
    return Audit(problems=tuple(problems), tokens=found, text=engine.decode(found))

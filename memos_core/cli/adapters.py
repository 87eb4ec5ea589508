"""The command about memory that is kept in adapters of a local model."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from memos_core import MemCube, Vault
from memos_core.cli.identity import resolve
from memos_core.cli.options import Options, existing_vault, open_memory
from memos_core.cli.screen import (
    ACCENT,
    BAD,
    GAP,
    GOOD,
    QUIET,
    WARN,
    console,
    excerpt_lines,
    minute,
    one_line,
    plain,
    print_json,
    short_id,
    size,
    table,
)
from memos_core.domain.parametric import AdapterManifest, GateReport, Parametric, TrainingState
from memos_core.errors import InvalidInput
from memos_core.evaluation import adapter_plot
from memos_core.evaluation.plots import check_readiness

_MODEL = 8
"""Characters of a model's fingerprint that a table shows."""
_STATES = {
    TrainingState.WAITING: ("waiting", WARN, "What waits is sent as text until a process with its model trained it."),
    TrainingState.TRAINED: ("ready", GOOD, ""),
    TrainingState.IMPORTED: ("imported", GOOD, ""),
    TrainingState.REJECTED: ("refused", BAD, "What the gate refused is kept with its report and sent as text."),
    TrainingState.STALE: ("stale", WARN, "What is stale is sent as text; transform its sources again, or erase it."),
    TrainingState.FAILED: ("failed", BAD, "What failed is sent as text; memos adapters ID says why."),
}
"""How a state is shown, and what follows from it."""


def adapters(
    options: Options,
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show this one, with its gate report, text and sources.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Draw its training and its gate report (extra: bench).")
    ] = None,
) -> None:
    """List parametric memory: what it stands for, what its gate found, and whether an adapter answers."""
    if plot is not None:
        if identity is None:
            raise InvalidInput("--plot draws one adapter; give its id")
        check_readiness()
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        if identity is not None:
            _show(vault, vault.get(resolve(vault, identity)), options, plot)
            return
        found = [(cube, cube.payload) for cube in vault.adapters() if isinstance(cube.payload, Parametric)]
        if options.json:
            print_json([adapter_value(*one, vault.sources(one[0])) for one in found])
            return
    out = console()
    if not found:
        out.print(Text("No parametric memory; Vault.transform(..., to='parametric') makes it."), style=QUIET)
        return
    out.print(_listed(found, out.width))
    for state in dict.fromkeys(payload.state for _, payload in found):
        if _STATES[state][2]:
            out.print(Text(_STATES[state][2]), style=QUIET)


def adapter_value(cube: MemCube, payload: Parametric, sources: Sequence[str]) -> dict[str, Any]:
    """Parametric memory as ``--json`` prints it.

    Args:
        cube: Its header.
        payload: What it keeps.
        sources: Ids of the memories that it tells of.
    """
    header, manifest = cube.header, payload.manifest
    record = manifest.record if manifest else None
    return {
        "id": cube.id,
        "vault": header.vault,
        "state": payload.state.value,
        "answers": payload.usable,
        "text": payload.text,
        "made_of": header.provenance.source,
        "sources": list(sources),
        "facts": [{"subject": one.subject, "relation": one.relation, "value": one.value} for one in payload.facts],
        "bytes": payload.bytes,
        "model": manifest.base.key if manifest else None,
        "recipe": asdict(payload.recipe) if payload.recipe else None,
        "training": asdict(record) if record else None,
        "progress": asdict(payload.progress) if payload.progress else None,
        "gate": _gate_value(manifest.gate) if manifest and manifest.gate else None,
        "error": payload.error or None,
        "made_at": header.recorded_at,
        "actor": header.provenance.actor,
    }


def _gate_value(gate: GateReport) -> dict[str, Any]:
    return {
        "passed": gate.passed,
        "before": gate.before,
        "rows": [
            {"what": what, "found": found, "bound": bound, "within": held} for what, found, bound, held in gate.rows
        ],
    }


def _listed(found: Sequence[tuple[MemCube, Parametric]], width: int) -> Table:
    columns = ("id", "facts", "recall", "size", "model", "state")
    rows = [_row(cube, payload) for cube, payload in found]
    taken = sum(max(map(len, column)) + GAP for column in zip(columns, *rows, strict=True))
    shown = table(*columns, "text", right=["facts", "recall", "size"], wide="text")
    for (cube, payload), (identity, *facts, _) in zip(found, rows, strict=True):
        text = Text(excerpt_lines(cube.text, width - taken, 2))
        shown.add_row(Text(identity, style=ACCENT), *facts, _state(payload), text)
    return shown


def _row(cube: MemCube, payload: Parametric) -> tuple[str, ...]:
    manifest, facts = payload.manifest, f"{len(payload.facts):,}" if payload.facts else ""
    identity, state = short_id(cube.id), _state(payload).plain
    if manifest is None:
        return identity, facts, "", "", "", state
    recall = f"{manifest.gate.recall:.0%}" if manifest.gate else ""
    return identity, facts, recall, size(payload.bytes), manifest.base.key[:_MODEL], state


def _show(vault: Vault, cube: MemCube, options: Options, plot: Path | None) -> None:
    if not isinstance(cube.payload, Parametric):
        raise InvalidInput(f"{cube.id!r} is not parametric memory; memos adapters lists it")
    payload, sources = cube.payload, vault.sources(cube)
    if plot is not None:
        _drawn(cube.id, payload.manifest, plot)
    if options.json:
        print_json(adapter_value(cube, payload, sources))
        return
    out = console()
    made = f"   {minute(cube.header.recorded_at)}   made of {cube.header.provenance.source}"
    out.print(Text(f"{cube.id}  ", style="bold").append_text(_state(payload)).append(made, style=QUIET))
    for line in _facts(payload):
        out.print(Text(plain(line)), style=QUIET)
    if payload.manifest is not None and payload.manifest.gate is not None:
        out.print(_report(payload.manifest.gate))
    shown = table("source", "state", "text", wide="text")
    for source in map(vault.get, sources):
        shown.add_row(Text(short_id(source.id), style=ACCENT), str(source.state), one_line(plain(source.text)))
    out.print(shown)
    out.print()
    out.rule(Text("known by heart" if payload.usable else "for the prompt", style=QUIET), align="left", style=QUIET)
    out.print(Text(plain(cube.text)), soft_wrap=True)
    if plot is not None:
        out.print(Text(f"drawn: {plot}"), style=QUIET, soft_wrap=True)


def _drawn(identity: str, manifest: AdapterManifest | None, file: Path) -> None:
    if manifest is None:
        raise InvalidInput(f"{identity!r} has no adapter, so there is nothing to draw")
    adapter_plot.draw(manifest, short_id(identity), file)


def _facts(payload: Parametric) -> Iterator[str]:
    manifest = payload.manifest
    if payload.error:
        yield f"failed: {payload.error}"
    if payload.progress is not None:
        yield f"in training: step {payload.progress.step}, {payload.progress.validation:.0%} of the questions answered"
    if manifest is None:
        return
    facts, base = f"{len(payload.facts):,} facts, " if payload.facts else "", manifest.base
    yield f"{facts}{size(payload.bytes)}; base {base.key[:_MODEL]}: {base.dtype}, {manifest.libraries}"
    record = manifest.record
    if record is not None:
        end = "until the validation questions were answered" if record.converged else "to the last step allowed"
        yield f"trained {record.steps:,} steps {end}: {record.seconds:.1f} s, {record.parameters:,} parameters"
    if manifest.teachers:
        yield f"distilled from {len(manifest.teachers)} blocks of keys and values"
    if not manifest.rebuildable:
        yield "made elsewhere: it cannot be made again from memories"


def _report(gate: GateReport) -> Table:
    shown = table("gate", "found", "bound", "", right=["found", "bound"])
    for (what, found, bound, held), sign in zip(gate.rows, (">=", ">=", ">=", "<="), strict=True):
        mark = Text("✓", style=GOOD) if held else Text("✗", style=BAD)
        shown.add_row(what, f"{found:.3f}", f"{sign} {bound:g}", mark)
    shown.add_row("recall without the adapter", f"{gate.before:.3f}", "", "")
    return shown


def _state(payload: Parametric) -> Text:
    word, style, _ = _STATES[payload.state]
    if payload.state is TrainingState.WAITING and payload.progress is not None:
        word = "training"
    return Text(word, style=style)

"""The commands, put together."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from memos_core.cli import (
    activations,
    adapters,
    bench,
    demo,
    fitting,
    fitting_reader,
    importing,
    insight,
    reading,
    upkeep,
    writing,
)
from memos_core.cli.options import (
    DebugOption,
    EmbedderOption,
    JsonOption,
    Options,
    StoreOption,
    VaultOption,
    command,
)

app = typer.Typer(
    name="memos",
    help="Memory for LLM agents: remember, recall, look inside. Try [bold]memos demo[/bold] first.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(asked: bool) -> None:
    if asked:
        try:
            number = version("memos-middleware")
        except PackageNotFoundError:
            number = "(not installed)"
        typer.echo(f"memos {number}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    store: StoreOption = None,
    vault: VaultOption = None,
    as_json: JsonOption = False,
    no_embedder: EmbedderOption = False,
    debug: DebugOption = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold what was said before the command's name; the same options after it win."""
    del show_version
    ctx.obj = Options.given(None, store, vault, as_json, no_embedder, debug)


command(app, "demo", panel="Start here")(demo.demo)
command(app, "remember", panel="Write")(writing.remember)
command(app, "import", panel="Write")(importing.import_file)
command(app, "forget", panel="Write")(writing.forget)
command(app, "restore", panel="Write")(writing.restore)
command(app, "erase", panel="Write")(writing.erase)
command(app, "recall", panel="Read")(reading.recall)
command(app, "history", panel="Read")(reading.history)
command(app, "log", panel="Read")(reading.log)
command(app, "export", panel="Read")(reading.export)
command(app, "cells", panel="Understand")(insight.cells)
command(app, "scenes", panel="Understand")(insight.scenes)
command(app, "profile", panel="Understand")(insight.profile)
command(app, "foresight", panel="Understand")(insight.foresight)
command(app, "correct", panel="Understand")(insight.correct)
command(app, "vaults", panel="Look after")(upkeep.vaults)
command(app, "stats", panel="Look after")(upkeep.stats)
command(app, "activations", panel="Look after")(activations.activations)
command(app, "adapters", panel="Look after")(adapters.adapters)
command(app, "doctor", panel="Look after")(upkeep.doctor)
app.add_typer(bench.app, name="bench", rich_help_panel="Measure")
command(app, "fit", hidden=True)(fitting.fit)
command(app, "fit-reader", hidden=True)(fitting_reader.fit_reader)
command(app, "demo-part", hidden=True)(demo.demo_part)

"""What every command shares: the options, opening the store, and errors as one line."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from memos_core import MemoryOS, Vault
from memos_core.cli.screen import complain
from memos_core.errors import EmbeddingFailed, InvalidInput, MemOSError, NotFound, StoreError, UnknownVault

NOTHING_FOUND = 1
BAD_INPUT = 2
STORE_TROUBLE = 3

DEFAULT_STORE = "sqlite:///memory.db"
DEFAULT_VAULT = "default"

_PANEL = "For every command"
StoreOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help=f"Where the memory lives.  [dim]{DEFAULT_STORE}[/dim]", rich_help_panel=_PANEL
    ),
]
VaultOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--vault", metavar="NAME", help=f"Whose memory.  [dim]{DEFAULT_VAULT}[/dim]", rich_help_panel=_PANEL),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print JSON and nothing else.", rich_help_panel=_PANEL)
]
EmbedderOption: TypeAlias = Annotated[
    bool, typer.Option("--no-embedder", help="Search by words only; load no model.", rich_help_panel=_PANEL)
]
DebugOption: TypeAlias = Annotated[
    bool, typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel=_PANEL)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user said about the store, before or after the command's name."""

    store: str = ""
    """URL or path; empty when not given."""
    vault: str = DEFAULT_VAULT
    json: bool = False
    embedder: bool = True
    debug: bool = False

    @classmethod
    def given(
        cls,
        before: "Options | None",
        store: str | None,
        vault: str | None,
        as_json: bool,
        no_embedder: bool,
        debug: bool,
    ) -> "Options":
        """Lay what stands after the command over what stood ``before`` it."""
        base = before or cls()
        return cls(
            store=base.store if store is None else store,
            vault=base.vault if vault is None else vault,
            json=base.json or as_json,
            embedder=base.embedder and not no_embedder,
            debug=base.debug or debug,
        )

    @property
    def url(self) -> str:
        """The store's URL; a bare path means a SQLite file."""
        return store_url(self.store) if self.store else DEFAULT_STORE


class NoStore(NotFound):
    """The file that a reading command was pointed at does not exist."""


def store_url(place: str) -> str:
    """Return ``place`` if it is a URL, else the SQLite URL of that file."""
    return place if "://" in place else f"sqlite:///{place}"


def store_path(url: str) -> Path | None:
    """The file of a SQLite URL; ``None`` for other engines."""
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None


def open_memory(options: Options, *, create: bool = False, thinking: bool = False) -> MemoryOS:
    """Open the store. Close it, or use it as a context manager.

    Args:
        options: What the user said.
        create: Whether a store that does not exist may be made.
        thinking: Whether the command searches or does background work; others load no model and start no worker.

    Raises:
        NoStore: The file does not exist and must not be created.
    """
    path = store_path(options.url)
    if path is not None and not create and not path.is_file():
        raise NoStore(
            f"there is no store at {path}. Name one with --store, "
            f'or begin one: memos remember "..." --store {options.url}'
        )
    if path is not None and not path.parent.is_dir():
        raise InvalidInput(f"there is no directory {path.parent}. Create it, or name another store with --store")
    return MemoryOS.open(options.url, embedder="default" if thinking and options.embedder else None, worker=thinking)


def existing_vault(memory: MemoryOS, options: Options) -> Vault:
    """Return the vault that the user named, which must exist.

    Raises:
        UnknownVault: It does not; the message lists those that do.
    """
    names = memory.vaults()
    if options.vault not in names:
        some = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        has = f"It has: {some}" if names else "It has none yet; remember or import something first"
        raise UnknownVault(f"there is no vault {options.vault!r} in {options.url}. {has}")
    return memory.vault(options.vault, create=False)


def moment(text: str | None, option: str) -> datetime | None:
    """Read an ISO 8601 date or time; without an offset it means UTC.

    Raises:
        InvalidInput: It is neither.
    """
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{option} {text!r} is not a date. Write 2024-05-01 or 2024-05-01T18:30+02:00") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """Read ``key=value`` arguments.

    Raises:
        InvalidInput: One of them has no ``=`` or no key.
    """
    fields: dict[str, str] = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise InvalidInput(f"{option} {text!r} is not of the form key=value")
        fields[key] = value
    return fields


def exit_code(error: Exception) -> int:
    """The process's exit code for an error: 1 nothing found, 2 bad input, 3 trouble with the store."""
    if isinstance(error, NoStore | UnknownVault):
        return BAD_INPUT
    if isinstance(error, NotFound):
        return NOTHING_FOUND
    return STORE_TROUBLE if isinstance(error, StoreError | EmbeddingFailed) else BAD_INPUT


def command(
    app: typer.Typer, name: str, *, panel: str | None = None, hidden: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command with the shared options.

    The function's first parameter receives ``Options``; the others are its own arguments. An error of the
    library becomes one line on standard error and an exit code.
    """

    def register(run: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(run)
        def called(
            ctx: typer.Context,
            *args: Any,
            store: str | None,
            vault: str | None,
            as_json: bool,
            no_embedder: bool,
            debug: bool,
            **own: Any,
        ) -> None:
            options = Options.given(ctx.obj, store, vault, as_json, no_embedder, debug)
            try:
                run(options, *args, **own)
            except BrokenPipeError:  # the reader of our output has left; typer ends the process quietly
                raise
            except (MemOSError, OSError) as error:
                if options.debug:
                    raise
                complain(error)
                raise typer.Exit(exit_code(error)) from error

        called.__signature__ = _signature(run)  # type: ignore[attr-defined]
        called.__annotations__ = {p.name: p.annotation for p in _signature(run).parameters.values()}
        app.command(name, rich_help_panel=panel, hidden=hidden)(called)
        return run

    return register


def _signature(run: Callable[..., None]) -> inspect.Signature:
    """The function's own parameters without the first, and the shared options behind them."""
    own = list(inspect.signature(run).parameters.values())[1:]
    shared = {
        "store": (StoreOption, None),
        "vault": (VaultOption, None),
        "as_json": (JsonOption, False),
        "no_embedder": (EmbedderOption, False),
        "debug": (DebugOption, False),
    }
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
        + [parameter.replace(kind=keyword) for parameter in own]
        + [
            inspect.Parameter(name, keyword, default=default, annotation=annotation)
            for name, (annotation, default) in shared.items()
        ]
    )

"""The ``memos`` command. Needs the ``cli`` extra; nothing in ``memos_core`` imports this package."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from memos_core.errors import MissingExtra

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave the process.

    Args:
        arguments: What to run instead of ``sys.argv[1:]``.

    Raises:
        SystemExit: Always. 0 done, 1 nothing found or problems found, 2 bad input, 3 trouble with the store.
    """
    for needed in ("typer", "rich"):
        if find_spec(needed) is None:
            sys.stderr.write(f"memos: {MissingExtra.named('cli', needed)}\n")
            raise SystemExit(2)
    from memos_core.cli.app import app

    app(args=None if arguments is None else list(arguments), prog_name="memos")

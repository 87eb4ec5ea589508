"""``python -m memos_core.cli`` is the same as ``memos``."""

from memos_core.cli import main

main()

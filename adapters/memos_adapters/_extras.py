"""The one place that says which extra is missing."""

from importlib.util import find_spec

from memos_core.errors import MissingExtra


def require_extra(extra: str, *modules: str) -> None:
    """Check that ``modules``, all brought by ``extra``, are installed, without importing them.

    Call it before a heavy import, so that what is missing is named at once.

    Raises:
        MissingExtra: One of ``modules`` (top-level names) is not installed; the message holds the pip line.
    """
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtra.named(extra, module)

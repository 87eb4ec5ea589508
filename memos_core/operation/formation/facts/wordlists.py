"""How word lists are written: as text."""


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())

"""Keys of several parts whose order is the order of their parts."""

_END = "\x01"
_ESCAPES = {0: "\x02\x02", 1: "\x02\x03", 2: "\x02\x04"}
_ORIGINALS = {escape: chr(code) for code, escape in _ESCAPES.items()}


def join(*parts: str) -> str:
    """One key of several parts; it begins with the key of each of its first parts."""
    # What is printable holds none of these characters; most parts are.
    if not "".join(parts).isprintable():
        parts = tuple([part.translate(_ESCAPES) for part in parts])
    return _END.join((*parts, ""))


def split(key: str) -> list[str]:
    """The parts of a key."""
    return [_original(part) for part in key.split(_END)[:-1]]


def _original(part: str) -> str:
    if "\x02" not in part:
        return part
    for escape, original in _ORIGINALS.items():
        part = part.replace(escape, original)
    return part

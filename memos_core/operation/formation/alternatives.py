"""Regular expressions of many alternatives, arranged so that few of them are tried at each place of a text.

Python's engine tries the alternatives of ``(?:bank|bark|cold|感冒)`` one after the other, at every place. Those that
begin with different letters exclude each other, so that they may change places; put under their first letter,
``(?:ba(?:nk|rk)|cold|感冒)``, they are dismissed together. And in a text without Chinese characters those that need one
are not tried at all. What matches, and which of several matches is preferred, stays the same.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

_QUANTIFIER = r"(?:[?*+]|\{\d*,?\d*\})?[?+]?"
_PART = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|<?[=!]|[a-z-]*:))?)|(?P<bar>\|)"
    rf"|(?P<close>\))(?P<times>{_QUANTIFIER})"
    rf"|(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[a-z' ]+(?![?*+{{])|[^()|])(?P<often>{_QUANTIFIER})",
    re.DOTALL,
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CHINESE_ATOM = re.compile(r"[\u3400-\u9fff]|\[(?:[\u3400-\u9fff-]|\\u[3-9][0-9a-f]{3})+\]")
_FEW = 2
"""Alternatives that are tried as fast one by one."""


class Cue:
    """A compiled pattern of English and Chinese alternatives, without ``re.VERBOSE`` and back references."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return re.compile(arranged(self.pattern), self._flags)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(arranged(self.pattern, chinese=False), self._flags)

    def of(self, text: str) -> re.Pattern[str]:
        """The pattern for a text."""
        return self._plain if text.isascii() or not _CHINESE.search(text) else self._whole

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return self.of(text).search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """As ``re.Pattern.match``."""
        return self.of(text).match(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return self.of(text).finditer(text, *span)

    def sub(self, put: str, text: str) -> str:
        """As ``re.Pattern.sub``."""
        return self.of(text).sub(put, text)


def arranged(pattern: str, *, chinese: bool = True) -> str:
    """The pattern with its alternatives under their first letters.

    Args:
        pattern: As for ``re.compile``, not for ``re.VERBOSE``.
        chinese: Whether the text may hold Chinese characters; what needs one is left out otherwise.
    """
    return _group(_PART.finditer(pattern), chinese)[0]


_NEVER = r"(?!)"
_QUANTIFIERS = frozenset("?*+{")
_OPTIONAL = ("?", "*", "{0", "{,")
_CAPTURES = re.compile(r"(?<!\\)\((?:\?P<|(?!\?))")


def _group(parts: Iterator[re.Match[str]], chinese: bool) -> tuple[str, str]:
    """The alternatives up to the bracket that closes them, and how often they may stand there."""
    found: list[str] = []
    said, times = "", ""
    for part in parts:
        if part["close"]:
            times = part["times"]
            break
        if part["bar"]:
            found.append(said)
            said = ""
        elif part["open"]:
            said += _bracketed(part["open"], *_group(parts, chinese))
        elif chinese or not _CHINESE_ATOM.fullmatch(part["atom"]):
            said += part[0]
        elif not part["often"].startswith(_OPTIONAL):
            said += _NEVER
    return _joined([*found, said]), times


def _bracketed(opening: str, inner: str, often: str) -> str:
    """A group; nothing or ``_NEVER`` in place of one that cannot match."""
    if inner != _NEVER or _CAPTURES.match(opening):
        return f"{opening}{inner}){often}"
    return "" if opening.endswith("!") or often.startswith(_OPTIONAL) else _NEVER


def _joined(alternatives: Sequence[str]) -> str:
    """The alternatives as one; what begins with no plain letter keeps its place among them."""
    alternatives = [one for one in alternatives if _NEVER not in one or _CAPTURES.search(one)] or [_NEVER]
    if len(alternatives) <= _FEW:
        return "|".join(alternatives)
    made: list[str] = []
    rests: dict[str, list[str]] = {}
    for one in alternatives:
        start = _start(one)
        if not start or (_EDGE in (start, *rests) and start not in rests):
            made += _under_starts(rests)
            rests = {}
        if start:
            rests.setdefault(start, []).append(one.removeprefix(start))
        else:
            made.append(one)
    return "|".join([*made, *_under_starts(rests)])


_EDGE = r"\b"


def _start(alternative: str) -> str:
    """With what it begins that others may begin with: the edge of a word, or a letter that stands for itself.

    Nothing for a capital, which may mean a small one as well, and where a group would lose its number.
    """
    if _CAPTURES.search(alternative):
        return ""
    if alternative.startswith(_EDGE):
        return _EDGE
    first = alternative[:1]
    return first if first.isalpha() and not first.isupper() and alternative[1:2] not in _QUANTIFIERS else ""


def _under_starts(rests: dict[str, list[str]]) -> list[str]:
    return [start + (ends[0] if len(ends) == 1 else f"(?:{_joined(ends)})") for start, ends in rests.items()]

"""From a text to atoms: one search finds where a time expression may start, a table says which rules to try there.

Every pattern is bounded and anchored at such a start, so the work is linear in the length of the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.temporal import (
    chinese_dates,
    chinese_relative,
    english_clock,
    english_dates,
    english_relative,
)
from memos_core.operation.formation.temporal.english_words import (
    DECADES,
    FULL_WEEKDAYS,
    HOLIDAY_STARTS,
    MONTHS,
    PARTS,
    SEASONS,
    WEEKDAYS,
)
from memos_core.operation.formation.temporal.scripts import SIMPLIFIED
from memos_core.operation.formation.temporal.values import Atom, Page, Prefix, Reading, Rule, Value, Weak, listed

_PLAIN = {
    ord(full): half
    for full, half in zip("０１２３４５６７８９：／．－　’‘\u00a0\t", "0123456789:/.- ''  ", strict=True)
} | SIMPLIFIED


def fold(text: str) -> str:
    """``text`` in lower case with plain quotes, digits, blanks and simplified characters, of the same length."""
    low = text.lower()
    if len(low) != len(text):  # a capital whose small form is two characters
        low = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return low if low.isascii() and "\t" not in low else low.translate(_PLAIN)


def _trie(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, that shares their beginnings."""
    followers: dict[str, list[str]] = defaultdict(list)
    for word in words:
        followers[word[:1]].append(word[1:])
    ends = "" in followers
    branches = [re.escape(first) + _trie(rest) for first, rest in sorted(followers.items()) if first]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{body}?" if ends else body


def _indexed(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    index: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for start in rule.starts:
            index[start].append(rule)
    return {start: tuple(found) for start, found in index.items()}


_RULES = _indexed(
    [
        *english_relative.RULES,
        *english_dates.RULES,
        *english_clock.RULES,
        *chinese_relative.RULES,
        *chinese_dates.RULES,
    ]
)
_ENGLISH_STARTS = [start for start in _RULES if start.isascii() and start != "#"]
_CHINESE_STARTS = [start for start in _RULES if not start.isascii()]
_NUMBER = r"(?<!\d[.,:/-])(?<![a-z_$€£¥#.\d])\d+|[零〇一二两三四五六七八九十百半几廿]+"
_START = Cue(
    rf"(?<![a-z0-9_])(?<![a-z0-9_]\.)(?:{_trie(_ENGLISH_STARTS)})(?![a-z0-9_])|{_NUMBER}|{_trie(_CHINESE_STARTS)}"
)

_TELLING_WORDS = {
    *listed(
        "today yesterday tomorrow tmrw tonight tonite day days night week weeks weekend weekends month months quarter"
    ),
    *listed("year years yr yrs decade decades fortnight hour hours hr hrs minute minutes min mins midday o'clock"),
    *listed("nite past nye juneteenth cinco nights fortnights quarters"),
    *(f"{day}s" for day in FULL_WEEKDAYS),
    *MONTHS,
    *WEEKDAYS,
    *SEASONS,
    *PARTS,
    *DECADES,
    *(listed(HOLIDAY_STARTS) - listed("new martin saint st international good the fourth black")),
    *listed("year's mlk eve friday"),
}
_WORTH_READING = Cue(
    rf"\d|(?<![a-z0-9_])(?:{_trie(_TELLING_WORDS)}|q[1-4])(?![a-z0-9_])"
    r"|[年月周昨晚午夜旬号]|[今明后前]天|[今本]日|明[日早]|今[早晨夜]|星期|礼拜|[小两几半]时|分钟|天[前后内之以]|早上|清晨|凌晨"
    r"|[春夏秋冬季]|国庆|元旦|圣诞|情人节|劳动节|[点时][半钟一二三四五十]|[零一二三四五六七八九十两]点|最近|过去|未来|接下来|[几这]天|节|假期?|黄金周|[过再][几一二三四五六七八九十两]"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=64)  # several readers of one message ask
def worth_reading(low: str) -> bool:
    """Whether the folded text holds a word or digit without which no rule applies."""
    return _WORTH_READING.search(low) is not None


def atoms(page: Page) -> list[Atom]:
    """The values named in the text, in order, not overlapping; at each place the longest rule that has a meaning."""
    return list(_scan(page))


def _scan(page: Page) -> Iterator[Atom]:
    low, position, start = page.low, 0, _START.of(page.low)
    while found := start.search(low, position):
        word = found.group()
        rules = _RULES.get(word if word in _RULES else "#", ())
        atom = _longest(page, rules, found.start()) if len(word) <= _LONGEST_START else None
        if atom is None:
            position = found.end()
            continue
        yield atom
        position = atom.stop


_LONGEST_START = 16
"""A longer run of digits is no time."""


def _longest(page: Page, rules: Iterable[Rule], start: int) -> Atom | None:
    matches = [(match, rule) for rule in rules if (match := _compiled(rule.pattern).match(page.low, start))]
    matches.sort(key=lambda pair: -pair[0].end())
    for match, rule in matches:
        value = _built(rule, match, page)
        if isinstance(value, Prefix) and not _START.match(page.low, match.end()):
            continue  # nothing follows that it could change
        if isinstance(value, Weak):
            return Atom(start=start, stop=match.end(), value=value.value, weak=True)
        if value is not None:
            return Atom(start=start, stop=match.end(), value=value)
    return None


def _built(rule: Rule, match: re.Match[str], page: Page) -> Value | Weak | None:
    groups = {name: text for name, text in match.groupdict().items() if text is not None}
    try:
        return rule.build(Reading(match=match, page=page, groups=groups))
    except (ValueError, OverflowError):  # 30 February, the year 12000
        return None

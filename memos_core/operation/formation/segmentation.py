"""Where one episode of a conversation ends and the next begins. Rules only, constant work per message, no clock.

Every gap between two messages has a score: how far the talk before it lies from the talk after it, how long the
pause was, and what the words say about the course of the conversation (``formation.cues``). A gap is cut when its
score is a local maximum and exceeds the running mean of the scores by a standard deviation (lexical cohesion
after Hearst 1997, "TextTiling", section 5; the cues and hard limits after EverMemOS, arXiv 2601.02163, section 3.1).
Nothing beyond ``LOOKAHEAD`` messages is looked at, so what was decided stays decided: messages that arrive one by
one make the same segments as all of them at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import lru_cache
from math import log1p, sqrt
from types import MappingProxyType

import numpy as np

from memos_core.domain.engram import Message
from memos_core.operation.formation import cues
from memos_core.operation.recall.analysis import analyse
from memos_core.ports import Floats

LOOKAHEAD = 5
"""Messages from a gap on that must have arrived before it is judged: three to compare, two gaps to be the peak of."""
MOST_MESSAGES = 24
MOST_TOKENS = 1500
"""Of a segment; about 1.3 tokens a word, one a CJK character."""
LONGEST_PAUSE = timedelta(hours=4)
NIGHT_PAUSE = timedelta(minutes=30)
"""A pause that ends a segment when midnight, in the zone of the conversation, lies in it."""

_WINDOW = 3
_NEIGHBOURS = 2
_LEAST = 2
"""Substantive messages of a segment, where the conversation has them."""
_STICKING = 6
"""Courtesies that may follow a full segment."""
_BACK = 4
"""Messages that a full segment may give up to end at a better place."""
REACH = LOOKAHEAD
"""A segment that stops at message ``s`` depends on no message from ``s + REACH`` on."""

_DISTANCE = 1.0
_PAUSE = 0.08
_CUE = 0.4
_DEVIATIONS = 1.0
_DOUBT = 0.25
"""Deviations to each side of the threshold within which the rules are unsure."""

_FARTHEST_WORDS = 0.35
_WORDS_SCALE = 0.35
"""A lexical distance ``x`` counts as ``_FARTHEST_WORDS + _WORDS_SCALE * x``, the range of a sentence embedder's."""

_MEMORY = 200.0
"""Gaps that the running mean remembers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of a conversation's scores where a segment begins: all that is needed to go on from there."""

    count: float = 8.0
    """Gaps seen, at most ``_MEMORY``; begins as the weight of the prior."""
    mean: float = 0.55
    variance: float = 0.02

    def to_json(self) -> list[float]:
        """As plain numbers that JSON keeps exactly."""
        return [self.count, self.mean, self.variance]

    @classmethod
    def from_json(cls, numbers: Sequence[float]) -> "State":
        """The state that ``to_json`` wrote."""
        count, mean, variance = map(float, numbers)
        return cls(count=count, mean=mean, variance=variance)

    def seen(self, score: float) -> "State":
        """The state after one more gap (Welford's update with a bounded memory)."""
        count = min(self.count + 1, _MEMORY)
        off = score - self.mean
        mean = self.mean + off / count
        variance = self.variance + (off * (score - mean) - self.variance) / count
        return State(count=count, mean=mean, variance=variance)

    @property
    def threshold(self) -> float:
        """The score above which a gap is cut."""
        return self.mean + _DEVIATIONS * sqrt(self.variance)


START = State()
"""Before the first message of a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Messages ``[start, stop)`` of those given, and the state with which to go on at ``stop``."""

    start: int
    stop: int
    after: State


def segments(
    messages: Sequence[Message],
    vectors: Sequence[Floats | None],
    state: State = START,
    *,
    zone: tzinfo,
    final: bool = False,
    decided: Mapping[int, bool] = MappingProxyType({}),
) -> tuple[list[Segment], State]:
    """Cut a conversation into episodes.

    Args:
        messages: By time; they begin where a segment begins.
        vectors: The unit vector ``(d,)`` of each message. Where the comparison of a gap lacks one, words are compared.
        state: The state there: ``START``, or what an earlier call returned.
        zone: Time zone whose midnight counts.
        final: Whether nothing will follow within ``LONGEST_PAUSE``. Then the last segment is closed as well.
        decided: By place of the message after a gap: whether somebody who knows better cuts there, where rules may.

    Returns:
        The closed segments in order, and the state with which to go on where the last of them stops. The messages
        from there on are the open tail: pass them again, with those that follow, and this state.

    Raises:
        ValueError: There are not as many vectors as messages.
    """
    read = [_Reading(message, vector) for message, vector in zip(messages, vectors, strict=True)]
    closed: list[Segment] = []
    start = 0
    while (found := _Episode(read, start, state, zone, decided).close(final)) is not None:
        stop, state = found
        closed.append(Segment(start=start, stop=stop, after=state))
        start = stop
    return closed, state


def doubtful(
    messages: Sequence[Message], vectors: Sequence[Floats | None], state: State = START, *, zone: tzinfo
) -> list[int]:
    """The gaps of an episode, and of the messages that follow it, that a little more or less would have cut.

    Args:
        messages: They begin where the episode begins; only gaps with ``LOOKAHEAD`` messages after them count.
        vectors: As for ``segments``.
        state: The state there.
        zone: Time zone whose midnight counts.

    Returns:
        Places of the messages after such gaps.
    """
    read = [_Reading(message, vector) for message, vector in zip(messages, vectors, strict=True)]
    episode = _Episode(read, 0, state, zone, {})
    return [gap for gap in range(1, len(read) - LOOKAHEAD + 1) if episode.is_doubtful(gap, gap + LOOKAHEAD)]


class _Reading:
    """What segmentation reads of one message."""

    __slots__ = (
        "asks",
        "ends_asking",
        "farewell",
        "greeting",
        "message",
        "phatic",
        "shift",
        "tokens",
        "vector",
        "words",
    )

    def __init__(self, message: Message, vector: Floats | None) -> None:
        self.message = message
        self.vector = vector
        heard = _heard(message.text)
        self.words, self.tokens, self.phatic, self.farewell, self.greeting, self.shift, self.asks, self.ends_asking = (
            heard
        )


@lru_cache(maxsize=1024)  # an open episode is read again with every message that joins it
def _heard(text: str) -> tuple[Counter[int], float, bool, bool, float, bool, bool, bool]:
    """The words, about how many tokens, and the cues of a text."""
    return (
        Counter(analyse(text[:4000])),
        count_tokens(text),
        cues.is_phatic(text),
        cues.is_farewell(text),
        cues.greeting(text),
        cues.is_shift(text),
        cues.asks(text),
        cues.ends_asking(text),
    )


def count_tokens(text: str) -> float:
    """About how many tokens a text costs."""
    if text.isascii():
        return 1.3 * len(text.split())
    unspaced = sum("\u2e80" <= char <= "\uffef" for char in text)
    return unspaced + 1.3 * sum(word[0] < "\u2e80" for word in text.split())


class _Episode:
    """The segment that begins at ``start``, read until it ends."""

    def __init__(
        self, read: Sequence[_Reading], start: int, state: State, zone: tzinfo, decided: Mapping[int, bool]
    ) -> None:
        self._read = read
        self._decided = decided
        self._start = start
        self._zone = zone
        self._states = [state]
        """By gap judged: the state after it; the first is the state at the start."""
        self._scores: dict[tuple[int, int], float] = {}

    def close(self, final: bool) -> tuple[int, State] | None:
        """Where the segment stops and the state there; ``None`` while it may still go on."""
        tokens = 0.0
        for at in range(self._start, len(self._read)):
            if at > self._start:
                if self._breaks(at):
                    return self._ended(at)
                if self._is_full(at, tokens):
                    return self._split(at)
            gap = at - LOOKAHEAD + 1
            if gap > self._start and self._judge(gap, at + 1):
                return gap, self._states[-1]
            tokens += self._read[at].tokens
        return self._ended(len(self._read)) if final and self._start < len(self._read) else None

    def _breaks(self, at: int) -> bool:
        """Whether the pause or a change of session before message ``at`` ends the segment whatever is said."""
        before, after = self._read[at - 1].message, self._read[at].message
        pause = after.at - before.at
        if before.session != after.session or pause >= LONGEST_PAUSE:
            return True
        if pause < NIGHT_PAUSE:
            return False
        return before.at.astimezone(self._zone).date() != after.at.astimezone(self._zone).date()

    def _is_full(self, at: int, tokens: float) -> bool:
        size = at - self._start
        if size < MOST_MESSAGES and tokens < MOST_TOKENS:
            return False
        return not self._sticks(at) or size >= MOST_MESSAGES + _STICKING

    def _ended(self, end: int) -> tuple[int, State]:
        """Judge what was left undecided, now that it is known where the talk ends."""
        for gap in range(max(self._start + len(self._states), end - LOOKAHEAD + 1), end):
            if self._judge(gap, end, known=True):
                return gap, self._states[-1]
        return end, self._states[-1]

    def _split(self, at: int) -> tuple[int, State]:
        """Cut a segment that is full: at its best gap, or before ``at`` where no gap stands out."""
        gaps = [gap for gap in range(max(at - _BACK, self._start + 1), at) if self._may_cut(gap, at)]
        best = max(gaps, key=lambda gap: (self._score(gap, min(at, gap + LOOKAHEAD)), gap), default=at)
        if (
            best < at
            and self._score(best, min(at, best + LOOKAHEAD)) <= self._states[-1].mean
            and self._may_cut(at, at + 1)
        ):
            best = at
        judged = min(best - self._start, len(self._states) - 1)
        return best, self._states[judged]

    def _judge(self, gap: int, end: int, known: bool = False) -> bool:
        """Decide one gap from the messages before ``end``; ``known`` says that the talk ends there."""
        score = self._score(gap, end)
        before = self._states[-1]
        self._states.append(before.seen(score))
        if gap in self._decided:
            return self._decided[gap] and self._may_cut(gap, end, known)
        if score <= before.threshold or not self._may_cut(gap, end, known):
            return False
        return self._is_peak(gap, end, known)

    def _is_peak(self, gap: int, end: int, known: bool = False) -> bool:
        score = self._score(gap, end)
        around = range(max(self._start + 1, gap - _NEIGHBOURS), min(end, gap + _NEIGHBOURS + 1))
        return all(self._score(other, end) <= score for other in around if self._may_cut(other, end, known))

    def is_doubtful(self, gap: int, end: int) -> bool:
        """Judge the next gap, and say whether its score is so near to the threshold that it might as well be cut."""
        before = self._states[-1]
        self._judge(gap, end)
        doubt = abs(self._score(gap, end) - before.threshold) <= _DOUBT * sqrt(before.variance)
        return doubt and not self._breaks(gap) and self._may_cut(gap, end) and self._is_peak(gap, end)

    def _may_cut(self, gap: int, end: int, known: bool = False) -> bool:
        """Whether both sides of a gap can stand by themselves."""
        if self._sticks(gap):
            return False
        if self._substance(self._start, gap) < _LEAST:
            return False
        return not known or self._substance(gap, end) >= _LEAST

    def _substance(self, start: int, stop: int) -> int:
        return sum(not one.phatic for one in self._read[start:stop])

    def _sticks(self, at: int) -> bool:
        """Whether a message belongs to the one before it: a courtesy that opens nothing, or an assistant's answer."""
        before, one = self._read[at - 1], self._read[at]
        if one.message.role in ("assistant", "tool") and before.message.role in ("user", "assistant", "tool"):
            return True
        return one.phatic and (not one.greeting or one.farewell)

    def _score(self, gap: int, end: int) -> float:
        end = min(end, gap + _WINDOW)
        if (found := self._scores.get((gap, end))) is None:
            found = self._scores[gap, end] = self._scored(gap, end)
        return found

    def _scored(self, gap: int, end: int) -> float:
        before, after = self._read[gap - 1], self._read[gap]
        pause = max((after.message.at - before.message.at).total_seconds() / 60, 0.0)
        left = self._substantive(range(gap - 1, self._start - 1, -1))
        right = self._substantive(range(gap, end))
        return _DISTANCE * _distance(left, right) + _PAUSE * log1p(pause) + _CUE * _cue(before, after, left)

    def _substantive(self, places: range) -> list[_Reading]:
        """The first few messages of ``places`` that are more than courtesy; the first ones where there are none."""
        found = [self._read[at] for at in places if not self._read[at].phatic][:_WINDOW]
        return found or [self._read[at] for at in places][:_WINDOW]


def _distance(left: Sequence[_Reading], right: Sequence[_Reading]) -> float:
    """One less the cosine of the means of the vectors, or of the words where one has no vector."""
    lefts = [one.vector for one in left if one.vector is not None]
    rights = [one.vector for one in right if one.vector is not None]
    if len(lefts) == len(left) and len(rights) == len(right):
        a, b = (np.asarray(side, np.float64).sum(axis=0) for side in (lefts, rights))
        scale = sqrt(float(a @ a) * float(b @ b))
        return 1 - float(a @ b) / scale if scale else 1.0
    return _FARTHEST_WORDS + _WORDS_SCALE * (1 - _overlap(_bag(left), _bag(right)))


def _bag(read: Sequence[_Reading]) -> Counter[int]:
    total: Counter[int] = Counter()
    for one in read:
        total += one.words
    return total


def _overlap(left: Counter[int], right: Counter[int]) -> float:
    """Cosine of two bags of words."""
    product = sum(count * right[word] for word, count in left.items())
    squares = sum(count * count for count in left.values()) * sum(count * count for count in right.values())
    return product / sqrt(squares) if squares else 0.0


def _cue(before: _Reading, after: _Reading, left: Sequence[_Reading]) -> float:
    """How much the words around a gap speak for a boundary; negative where they speak against it."""
    cue = 1.0 * before.farewell + 1.0 * after.shift + after.greeting
    if before.ends_asking and after.message.who != before.message.who:
        cue -= 1.0
    if after.asks and len(after.words) > 1 and not any(one.words.keys() & after.words.keys() for one in left):
        cue += 0.5
    return cue

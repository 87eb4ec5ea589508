"""What is asked of a vault, and what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from memos_core.domain.cube import Json, MemCube
from memos_core.domain.engram import Attribute, Foresight, MemCell, MemScene


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a hit must satisfy. Empty fields do not restrict; several values in one field mean any of them."""

    speakers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    """Event time at or after this moment."""
    until: datetime | None = None
    """Event time before this moment."""
    at: datetime | None = None
    """See the vault as of this moment: later memories are hidden, revised ones show the version valid then."""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """Every named metadata field equals the given value."""
    exclude: tuple[str, ...] = ()
    """None of these cubes, by id or by their whole text."""


class Answer(StrEnum):
    """What kind of answer a question expects."""

    ANY = "any"
    TIME = "time"
    """When, how long, how often."""
    NAME = "name"
    """Who, which, where."""


class Stage(StrEnum):
    """Parts of a recall that can be left out, to see what each is worth."""

    DATES = "dates"
    """What relative expressions mean, beside the text."""
    CONDENSING = "condensing"
    """Long entries are shortened to what the question asks about."""
    INSTRUCTIONS = "instructions"
    """Standing instructions and preferences, where they apply."""
    FORESIGHT = "foresight"
    """What is in force now, and what comes up."""
    PROFILE = "profile"
    """What is known of whom the question is about."""
    ROUNDS = "rounds"
    """The question is rewritten and asked again where the answer is incomplete."""
    SCENES = "scenes"
    """Scene-guided selection: only memories of the scenes that match best (EverMemOS, section 3.3). Off by default."""


DEFAULT_STAGES = frozenset(Stage) - {Stage.SCENES}
"""What a recall does unless it is told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a recollection answers its question, as far as rules can tell."""

    sufficient: bool
    missing: tuple[str, ...] = ()
    """Words, names, kinds of answer that nothing found speaks of."""
    confidence: float
    """That the memories shown hold the answer, in [0, 1]."""
    abstain: bool = False
    """Better say that nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCall:
    """A planned query: what will be searched for, and within what."""

    query: str
    """As the caller asked it."""
    subjects: tuple[str, ...] = ()
    """Speakers of this vault whom the query names."""
    dense_query: str = ""
    """The form that is embedded: the subject turned into the first person."""
    answer: Answer = Answer.ANY
    """The kind of answer that is expected."""
    periods: tuple[tuple[datetime, datetime], ...] = ()
    """Intervals ``[start, end)`` that the query names."""
    advice: bool = False
    """The asker wants help rather than a fact: what they prefer matters more than what shares words."""
    overview: bool = False
    """The asker wants a list, an order or a summary: coverage matters more than the best single answer."""
    now: datetime | None = field(default=None, compare=False)
    """The moment at which it is asked: what is in force, upcoming or past is seen from here."""
    stages: frozenset[Stage] = DEFAULT_STAGES
    """What is done."""
    terms: tuple[int, ...] = ()
    """Hashes of the analysed content words, in query order, distinct."""
    where: Filter = field(default_factory=Filter)
    budget: int = 1000
    """Tokens that the rendered text may cost."""
    limit: int = 50
    """Hits at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One memory that answers the query, and why it is here."""

    cube: MemCube
    score: float
    """Higher is better; comparable within one recollection only."""
    why: Mapping[str, float]
    """Each feature's share of the score, e.g. ``{"dense": 0.41, "window": 0.22}``; they sum to it."""
    passage: tuple[int, int]
    """Start and end of the best passage in ``cube.text``, in characters."""
    shown: bool = True
    """Whether it fitted into the budget and stands in the recollection's text."""

    @property
    def text(self) -> str:
        """The passage that matched: the whole text unless that is long."""
        start, stop = self.passage
        return self.cube.text[start:stop]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What a vault has to say to one query. Prints as prompt-ready text, iterates as hits, best first."""

    call: MemoryCall
    hits: Sequence[Hit] = ()
    text: str = ""
    """Ready to be put into a prompt; empty when nothing was found."""
    tokens: int = 0
    """What ``text`` costs by the counter in use; never above the budget."""
    tokens_exact: bool = True
    """False when ``tokens`` is an estimate from the length of the text."""
    notes: tuple[str, ...] = ()
    """What a reader should know, e.g. that no embedder was available."""
    verdict: Verdict | None = None
    """Whether it suffices; ``None`` where nothing was searched."""
    attributes: tuple[Attribute, ...] = ()
    """Lines of the profile that stand in the text."""
    foresight: tuple[Foresight, ...] = ()
    """What is in force or coming up and stands in the text."""
    cells: tuple[MemCell, ...] = ()
    """The episodes that the shown hits belong to, that of the best hit first."""
    scenes: tuple[MemScene, ...] = ()
    """Their themes, in the same order."""
    queries: tuple[str, ...] = ()
    """What was asked, in order: the question, and its rewritten forms."""

    def __str__(self) -> str:
        return self.text

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __bool__(self) -> bool:
        return bool(self.hits)

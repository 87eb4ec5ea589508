"""Sentences that fill no slot and still tell something."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import Reading

_MOST = 3
_FIRST = re.compile(r"\b(?:I|I'(?:m|ve|d|ll)|my|me)\b|[我咱]", re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|next|ago|morning|weekend|week|month|year|[A-Z][a-z]+day)\b"
)
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}|\d")
_REQUEST = Cue(
    r"^\W*(?:(?:hi|hey|hello|ok|okay|so|and|also|please|thanks|great|sure|yes|no|well)\b[\s,!.]*)*(?:can"
    r"|could|would|will|should|may|do|does|did|is|are|what|how|why|when|where|which|who|please|let's|let me"
    r"|help|give|show|tell|write|create|make|explain|provide|suggest|list|generate|describe|compare|find"
    r"|check|summari[sz]e"
    r"|imagine|suppose|if|keep|try|thank|thanks|congrat\w*|sounds|good luck|take care|you|your|that's|that "
    r"sounds|it's|it sounds|glad|wow)\b"
    r"|\b(?:can you|could you|would you|do you|need (?:your |some )?help|i(?:'d| would) (?:like|love"
    r"|appreciate)|i was (?:wondering|hoping)|i(?:'m| am) (?:wondering|curious|not sure|looking for|trying "
    r"to (?:figure|understand|get)|thinking)|i want to (?:know|make sure|understand|see)|let me know|i need "
    r"to (?:know|figure|understand)|i(?:'m| am) (?:glad|happy|sorry|so glad|so happy|proud)|i (?:think|hope"
    r"|guess|believe|agree|see|understand|appreciate|know|bet|wonder)\b)"
    r"|^\W*(?:请|帮|能|可以|你|谢谢|麻烦|如何|怎么|那|好)",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_SHORTEST, _LONGEST = 5, 40
_SHORTEST_ZH, _LONGEST_ZH = 8, 80


def tellings(
    page: Page, readings: Sequence[Reading], speaker: str, is_phatic: Callable[[str, Iterable[str]], bool]
) -> Iterator[tuple[int, int, Clause]]:
    """Start, stop and first clause of the sentences that tell something no reading holds, at most three."""
    found = 0
    first = {clause.sentence: clause for clause in reversed(page.clauses)}
    for number, (start, stop, asked) in enumerate(page.sentences):
        if found == _MOST:
            return
        while start < stop and page.shown[start].isspace():
            start += 1
        while stop > start and page.shown[stop - 1].isspace():
            stop -= 1
        sentence = page.shown[start:stop]
        if asked or number not in first or any(one.start < stop and start < one.stop for one in readings):
            continue
        if _tells(sentence) and not is_phatic(sentence, (speaker,)):
            found += 1
            yield start, stop, first[number]


def _tells(sentence: str) -> bool:
    if _REQUEST.search(sentence):
        return False
    if _CJK.search(sentence):
        return _SHORTEST_ZH <= len(sentence) <= _LONGEST_ZH and _FIRST.search(sentence) is not None
    words = len(sentence.split())
    if not _SHORTEST <= words <= _LONGEST:
        return False
    if _FIRST.search(sentence):
        return words > _SHORTEST or _NAMED.search(sentence) is not None
    return _TOGETHER.search(sentence) is not None and bool(_NAMED.search(sentence) or _WHEN.search(sentence))

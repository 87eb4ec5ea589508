"""What the words of clauses, weighed as a whole, add to the rules' drafts and take from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight import chinese, english
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.closing import closes
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.entries import ALWAYS
from memos_core.operation.formation.foresight.likelihood import Likelihood, likelihoods

LIKELY = 0.45
"""Probability from which a clause is taken to be of a kind."""
KEPT = 0.1
"""Probability from which a rule is believed that takes it to be of a kind."""
NAMED = 0.02
"""The same where a word for a temporary thing stands there: "hip", "plaster", "allergic"."""
DAYS: Mapping[ForesightKind, int] = {
    ForesightKind.COMMITMENT: 7,
    ForesightKind.STATE: 14,
    ForesightKind.CONSTRAINT: 14,
}
"""How long a thing of a kind is taken to last when neither its words nor a rule tell."""
_WORD = re.compile(r"(?!\b(?:on|in|at|by|from|until|till|for|the|this|next)\b)[a-z]{2}|[\u4e00-\u9fff]{2}")
"""What a clause has besides a time."""


def weighed(found: Sequence[Draft], clauses: Sequence[Clause]) -> list[Draft]:
    """The drafts of a message after its clauses were weighed, in the order of the text.

    Args:
        found: What the rules made of them.
        clauses: All of the message.
    """
    own = [[draft for draft in found if clause.start <= draft.clause.start < clause.stop] for clause in clauses]
    kinds = [{draft.kind for draft in drafts} for drafts in own]
    odds = likelihoods(
        clauses, kinds, [place for place, clause in enumerate(clauses) if own[place] or _may_tell(clause)]
    )
    made: list[Draft] = []
    for place, chances in odds.items():
        clause, drafts = clauses[place], own[place]
        made += [draft for draft in drafts if chances.kinds[draft.kind] >= (NAMED if draft.group else KEPT)]
        likely = [kind for kind, chance in chances.kinds.items() if chance >= LIKELY and kind not in kinds[place]]
        if likely and (drafts or not _is_idle(clause)):
            made += [_draft(clause, kind, chances, drafts) for kind in likely]
    return made


def _may_tell(clause: Clause) -> bool:
    """Whether a clause of which no rule makes anything is worth weighing."""
    return not clause.asked and not clause.unreal and _WORD.search(clause.bare) is not None


def _is_idle(clause: Clause) -> bool:
    """Whether a clause ends something, or is not about those who talk."""
    return closes(clause) is not None or (chinese if clause.chinese else english).is_idle(clause)


def _draft(clause: Clause, kind: ForesightKind, odds: Likelihood, drafts: Sequence[Draft]) -> Draft:
    """What a clause says as one of a kind: by what a rule makes of it as one of another kind, if one does."""
    days = ALWAYS if kind is ForesightKind.CONSTRAINT and odds.always >= LIKELY else DAYS.get(kind)
    if drafts:
        return replace(drafts[0], kind=kind, days=days if drafts[0].days is None else drafts[0].days)
    return Draft(
        kind=kind,
        clause=clause,
        times=clause.times,
        days=days,
        confidence=round(odds.kinds[kind], 2),
        due=kind is ForesightKind.COMMITMENT,
    )

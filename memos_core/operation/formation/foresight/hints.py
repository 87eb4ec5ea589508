"""Whether a text is worth a closer look: a sieve before the rules, which most of what people write does not pass."""

import re

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.hours import names_an_hour
from memos_core.operation.formation.foresight.lexicon import names_a_state
from memos_core.operation.formation.foresight.spellings import typed_in_haste
from memos_core.operation.formation.temporal.scanning import fold, worth_reading

SPEAKS = Cue(
    r"\b(?:until|till?) (?:i|we|he|she|they|it|the|my|our|his|her|their|further|who knows)\b|promis|\bi owe\b|\b(?:i"
    r"|we)(?:'ll| will|’ll)\b.*\byou\b|\bdoctor|physio|dentist|surgeon|\bgp\b"
    r"|\b(?:for|another|next|more|least) [a-z0-9 -]{1,24}(?:day|week|month|night|fortnight|weekend)|kidding|joking"
    r"|while i'?m|for now|at the moment|payday|paycheck|deadline|[$€£]\d|\b(?:dollars|pounds|euros|bucks|quid)\b"
    r"|\b(?:cap|budget|limit|tenner|fiver|not allowed)\b|\bcan(?:no|')?t (?:have|spend)\b|答应|保证|承诺|给你|发你"
    r"|医生|大夫|期间|这段|只能|不能|别"
    r"|\b(?:can't|cannot|not allowed|no)\b.*\b(?:eat|drink|run|drive|exercise|alcohol|food|lift|restaurants?|spend)"
)
"""What counts without a date."""


def may_tell(text: str) -> bool:
    """Whether a rule may apply: the message names a time, a temporary thing, or a promise."""
    low = fold(text)
    return (
        worth_reading(low)
        or typed_in_haste(low)
        or names_an_hour(low)
        or names_a_state(low)
        or SPEAKS.search(low) is not None
    )


FORBIDS = re.compile(
    r"\b(?:cap|budget|limit|tenner|fiver|can't|cannot|can not|mustn't|must not|not (?:allowed|to)|isn't|aren't"
    r"|shouldn't|no|only|avoid\w*|nothing"
    r"|let)\b|[$€£]\d|\b(?:dollars|pounds|euros|bucks|quid)\b"
)
"""What a clause without a time or a state needs to be a restriction."""


def may_say(clause: Clause) -> bool:
    """Whether a rule may apply to a clause."""
    return bool(clause.times or names_a_state(clause.bare) or SPEAKS.search(clause.low) or FORBIDS.search(clause.bare))

"""English: sums that must do."""

import re

from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.own import is_order

_SUM = (
    r"(?:(?:[$€£¥]|rs\.? ?|usd |sgd )\d|\d[\d.,]*k? ?(?:bucks|dollars|pounds|quid|euros?|eur|rupees|rs|inr|yen"
    r"|usd|sgd|gbp|aud"
    r"|cad|nzd|hkd|ringgit|rand|pesos|kr)\b|an? (?:tenner|fiver|grand|hundred (?:bucks|quid|pounds|dollars|euros)?)\b)"
)
_CAPPED = re.compile(
    r"\b(?:cap|budget|limit|ceiling|allowance|max(?:imum)?)(?: (?:for|on) [a-z' ]{1,24})?(?:'s| is| are|:| of| at)"
    rf"(?: \w+){{0,2}} (?:{_SUM}|\d[\d,.]*k? (?:a|per)\b)"
    r"|\b(?:under|below|no more than|not more than|at most|within|capped at|limited to|less than|down to|only have"
    r"|only got|(?:have|'ve|has) got|only spend|(?:can't|cannot|not|don't want to|mustn't) (?:spend"
    r"|go) (?:more than|over|above"
    r"|past)|live on|get by on|survive on|(?:'s|has|have|'ve) given (?:me|us)(?= \S+ for (?:the|our|this)))"
    rf" (?:about |around )?{_SUM}"
)
_OWN_PURSE = re.compile(
    r"\b(?:i|i'm|i've|my|we|we're|we've|our|us|me|budget|cap|limit|groceries|food|rent|shopping|finance|have to|has to"
    r"|must|need to|needs to)\b"
)
_KEEP_TO = re.compile(r"(?:please |so |and |but |must |to )*(?:keep|stay|stick)\b")


def is_capped(clause: Clause) -> bool:
    """Whether it names a sum that the speaker must do with: "I can't spend more than a tenner"."""
    if not _CAPPED.search(clause.low):
        return False
    return (_OWN_PURSE.search(clause.bare) is not None and not is_order(clause)) or (
        _KEEP_TO.match(clause.bare) is not None
    )

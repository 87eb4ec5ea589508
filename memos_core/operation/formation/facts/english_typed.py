"""Values that show by their form what they are: telephone numbers, addresses, dates of birth, sums of a budget.

Whose they are says the nearest owner before them: "my wife's is …", "mine's …", "the plumber's number".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memos_core.operation.formation.facts.english_scenes import is_tale
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """A form, the words of which one must be in the message, and the slot."""

    slot: str
    cue: re.Pattern[str]
    form: re.Pattern[str]


_TYPED = (
    _Typed(
        slot="phone",
        cue=re.compile(
            r"\b(?:numbers?|mobile|phone|cell|ring|call|text|whatsapp|sim|reach me|landline)\b", re.IGNORECASE
        ),
        form=re.compile(
            r"(?<![\d-])(?:\d{3}-\d{4}"
            r"|(?:\+\d{1,3}[ -]?)?(?:\(?\d{2,5}\)?[ -]?)\d{3,4}[ -]?\d{3,4}(?:[ -]?\d{2,4})?)(?![\d-])"
        ),
    ),
    _Typed(
        slot="email",
        cue=re.compile(r"@"),
        form=re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}"),
    ),
    _Typed(
        slot="birthday",
        cue=re.compile(
            r"\b(?:birthday|bday|b-day|born on|was born|born (?=(?:the )?\d)|born (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug"
            r"|Sep|Oct|Nov|Dec)\w*|dob|date of birth)\b",
            re.IGNORECASE,
        ),
        form=re.compile(
            rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|{_DAY}\s+(?:of\s+)?{_MONTH}"
            rf"|{_MONTH}\s+(?:the\s+)?{_DAY}|Christmas(?: Eve| Day)?|Halloween|Valentine'?s(?: Day)?|New "
            rf"Year'?s(?: Eve| Day)?|Boxing Day|St Patrick's Day|leap day)\b(?:,?\s+(?:19|20)\d\d)?",
            re.IGNORECASE,
        ),
    ),
)
_STREET = (
    r"(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Close|Court|Ct|Way|Place|Crescent|Terrace|Gardens|Square|Row"
    r"|Hill"
    r"|Boulevard|Blvd|Grove|Mews|Parade|Walk|Rise|View|Circle|Parkway|Quay)"
)
_AT_HOME = re.compile(
    r"\b(?:(?:send|post|deliver|ship|mail)\b[^.!?]{0,25}\b(?:me|us)|I|we)(?:'m|'re|'ve| am| are| have)?\s+(?:still\s+"
    r"|now\s+|just\s+|actually\s+|both\s+)*(?:live|living|moved(?: in)?|based"
    r"|been|here)?\s*(?:over\s+|round\s+)?(?:at|to)\s+(?:number\s+)?"
    rf"(?P<address>\d+[a-zA-Z]?,?\s+(?:[A-Z][\w']*\s+){{1,3}}{_STREET}\b(?:,\s+(?:[A-Z]\w+|[Aa]partment \w+"
    r"|[Ff]lat \w+))*)"
)


def dwellings(page: Page) -> Iterator[Reading]:
    """``I live at 14 Oak Lane``."""
    for found in _AT_HOME.finditer(page.shown) if " at " in page.shown or " to " in page.shown else ():
        clause = next((one for one in page.clauses if one.start <= found.start() < one.stop), None)
        if clause is not None and not clause.asked and not is_tale(page, clause):
            value = found["address"]
            yield Reading(person=SELF, slot="address", value=value, start=found.start(), stop=found.end())


_SIGNS = re.compile(r"[\d@]|birthday|bday")
_OWNER = re.compile(
    r"\b(?P<mine>my|mine|our|I|me|I'm|I've|we)\b|\b(?:his|her|hers|their|your|yours|he|she|they)\b"
    r"|\b[\w-]+'s\b(?<!\bit's)(?<!\bthat's)(?<!\bnumber's)"
    r"(?<!\bbirthday's)(?<!\bmine's)(?<!\bbday's)(?<!\bemail's)(?<!\bhere's)(?<!\bmobile's)(?<!\bphone's)"
    r"(?<!\bwhat's)(?<!\baddress's)|\bthe (?:\w+ )?(?:plumber|doctor"
    r"|school|office|shop|surgery|landlord|restaurant|hotel|company|helpline|client)\b",
    re.IGNORECASE,
)
_MY_BIRTHDAY = re.compile(r"\b(?:as|is|for|on) my (?:birthday|b-?day)\b", re.IGNORECASE)
_NO_BIRTHDAY = re.compile(
    r"\b(?:party|gift|present|cake|book(?:ed|ing)?|dinner|trip|meeting|appointment|deadline|due|since|until|by"
    r"|before|after)\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:old|not|isn't|wasn't|instead of|previous|former|was|used to be|from|than)\s+(?:number\s+|one\s+"
    r"|email\s+)?(?:was\s+|is\s+)?$",
    re.IGNORECASE,
)


_DEAD = re.compile(
    r"\s*,?\s+(?:doesn't work|no longer|isn't (?:mine|working|in use|valid)|is (?:dead|gone|old|no longer|out of|not)"
    r"|won't (?:work|reach)|stopped working|has been (?:cut|disconnected)|got cut|is cancelled|bounces)\b",
    re.IGNORECASE,
)
"""What no number in use is said to do."""


def typed(page: Page) -> Iterator[Reading]:
    """The readings of all forms."""
    text = page.shown
    if len(text) > _LONGEST or not _SIGNS.search(text):
        return
    for kind in _TYPED:
        if not kind.cue.search(text):
            continue
        for found in kind.form.finditer(text):
            number = next((n for n, (a, b, _) in enumerate(page.sentences) if a <= found.start() < b), None)
            if number is None or page.sentences[number][2]:
                continue
            start, stop, _ = page.sentences[number]
            if _is_something_else(text, start, stop, kind, found):
                continue
            mine = kind.slot == "birthday" and _MY_BIRTHDAY.search(text, start, stop) is not None
            if (mine or _is_mine(text[:start], text[start : found.start()], kind)) and not _OLD.search(
                text[start : found.start()]
            ):
                clause = next((one for one in page.clauses if one.start <= found.start() < one.stop), None)
                if clause is None or clause.chinese or is_tale(page, clause):
                    continue
                yield Reading(person=SELF, slot=kind.slot, value=found[0].strip(), start=start, stop=stop)
                break


def _is_something_else(text: str, start: int, stop: int, kind: _Typed, found: re.Match[str]) -> bool:
    """Whether a form stands for another thing in its sentence: the day of a party, a price, a number out of use."""
    if kind.slot == "birthday":
        told = kind.cue.search(text, start, stop) is not None
        return not told or _NO_BIRTHDAY.search(text, start, found.end()) is not None
    if kind.slot == "phone":
        priced = re.search(r"[£$€]\s*$", text[: found.start()]) is not None
        if priced or len(re.sub(r"\D", "", found[0])) < _SHORTEST_NUMBER:
            return True
    return _DEAD.match(text, found.end(), stop) is not None


_SHORTEST_NUMBER = 7


def budgets(page: Page) -> Iterator[Reading]:
    """``we've upped the holiday budget to £3,500``."""
    for found in _BUDGET_OF.finditer(page.shown) if "budget of" in page.shown else ():
        noun = found["noun"].strip().lower()
        yield Reading(
            person=SELF, slot=f"budget.{noun}", value=found["sum"], start=found.start(), stop=found.end(), now=True
        )
    for found in _TO_SPEND.finditer(page.shown) if "spend" in page.shown or "budget" in page.shown else ():
        noun = found["noun"].strip().lower()
        yield Reading(person=SELF, slot=f"budget.{noun}", value=found["sum"], start=found.start(), stop=found.end())
    for found in _SET_ASIDE.finditer(page.shown) if "budgeted" in page.shown or "aside" in page.shown else ():
        noun = found["noun"].strip().lower()
        yield Reading(person=SELF, slot=f"budget.{noun}", value=found["sum"], start=found.start(), stop=found.end())
    for found in _BUDGET.finditer(page.shown) if "budget" in page.shown else ():
        number = next((n for n, (a, b, _) in enumerate(page.sentences) if a <= found.start() < b), None)
        if number is None or page.sentences[number][2]:
            continue
        start, stop, _ = page.sentences[number]
        before = page.shown[start : found.end("noun")]
        owners = list(_OWNER.finditer(before))
        if owners and owners[-1]["mine"] is not None and not _WISHED.search(page.shown, start, stop):
            noun = found["noun"].strip().lower()
            yield Reading(
                person=SELF, slot=f"budget.{noun}", value=found["sum"].strip(), start=start, stop=stop, now=True
            )


_BUDGET = re.compile(
    r"\b(?:the|my|our|that)\s+(?P<noun>(?!new\b|total\b"
    r"|whole\b)[a-z]+(?:\s[a-z]+)?)\s+budget\b[^.!?\d£$€]{0,25}?\b(?:to|is|at|of"
    r"|now)\s+(?P<sum>[£$€]\s?\d[\d,.]*\d?k?|\d[\d,.]*k?\s?(?:euros?|pounds|dollars|quid|grand))"
)
_BUDGET_OF = re.compile(
    r"\b(?:I|we|I've|we've|myself|ourselves|our|my)\b[^.!?]{0,30}\bbudget of "
    r"(?P<sum>[£$€]\s?\d[\d,.]*\d?k?)\s+for\s+(?:the|my|our|a)\s+(?P<noun>[a-z]+(?:\s[a-z]+)?)"
)
_TO_SPEND = re.compile(
    r"\b(?:I|we)(?:'ve)?\s+(?:only\s+|just\s+)?(?:can|could|have|got|want to|are going to|'re going to"
    r"|have got)\s+(?:only\s+|afford to\s+"
    r"|about\s+|around\s+|roughly\s+|spend\s+|up to\s+|to spend\s+|at most\s+|max\s+)*"
    r"(?P<sum>[£$€]\s?\d[\d,.]*\d?k?|\d[\d,.]*k?\s?(?:euros?|pounds|dollars|quid|grand|bucks))\s+"
    r"(?:max\s+|tops\s+|at most\s+|in total\s+)*(?:to spend\s+)?(?:on|for)\s+(?:the|my|our|a|an|this)\s+(?:new\s+)?"
    r"(?P<noun>[a-z]+(?:\s[a-z]+)?)(?=\s*[.,!;]|\s*$|\s+(?:and|but|so|this|tops|max|at)\b)"
)
_SET_ASIDE = re.compile(
    r"\b(?:I|we)(?:'ve| have)?\s+(?:budgeted|set aside|put aside|allocated|earmarked)\s+(?:about\s+|around\s+"
    r"|roughly\s+)?"
    r"(?P<sum>[£$€]?\s?\d[\d,.]*\d?k?(?:\s?(?:euros?|pounds|dollars|quid|grand|bucks))?)\s+(?:for|on)\s+(?:the|my|our"
    r"|a|an|this)\s+"
    r"(?:new\s+)?(?P<noun>[a-z]+(?:\s[a-z]+)?)(?=\s*[.,!;]|\s*$|\s+(?:and|but|so|this)\b)"
)
_WISHED = re.compile(r"\b(?:if|would|could|might|should|wish|wants?|from)\b", re.IGNORECASE)


def _is_mine(earlier: str, before: str, kind: _Typed) -> bool:
    """Whether the nearest owner before a value is the speaker."""
    owners = list(_OWNER.finditer(before)) or list(_OWNER.finditer(earlier[-120:]))
    if not owners:
        return kind.slot != "birthday" or re.match(r"\W*(?:b-?day|birthday)\b", before, re.IGNORECASE) is not None
    return owners[-1]["mine"] is not None


_LONGEST = 1500

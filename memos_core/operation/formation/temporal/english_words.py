"""The English words of time, and the pieces that the English patterns are made of."""

import re
from collections.abc import Mapping

from memos_core.operation.formation.temporal.numerals import (
    ENGLISH,
    ENGLISH_ORDINALS,
    ENGLISH_TENS,
    english_number,
)
from memos_core.operation.formation.temporal.values import Amount, listed

_MONTHS = "january february march april may june july august september october november december"
_SHORT_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS: Mapping[str, int] = {
    **{name: number for number, name in enumerate(_MONTHS.split(), start=1)},
    **{name: number for number, name in enumerate(_SHORT_MONTHS.split(), start=1)},
    "sept": 9,
}
PLAIN_MONTHS = listed("january february july september october november december")
"""Months that are nothing else: no verb, no given name, no other word when shortened."""

_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS: Mapping[str, int] = {
    **{name: number for number, name in enumerate(_WEEKDAYS.split())},
    **{name[:3]: number for number, name in enumerate(_WEEKDAYS.split())},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
FULL_WEEKDAYS = frozenset(_WEEKDAYS.split())
SEASONS: Mapping[str, str] = {
    "spring": "spring",
    "springtime": "spring",
    "summer": "summer",
    "summertime": "summer",
    "autumn": "autumn",
    "fall": "autumn",
    "winter": "winter",
    "wintertime": "winter",
}
PARTS: Mapping[str, str] = {name: name for name in ("morning", "noon", "afternoon", "evening", "night", "midnight")} | {
    "midday": "noon",
    "nite": "night",
}
DECADES: Mapping[str, int] = {f"{word[:-1]}ies": 10 * number for number, word in enumerate(ENGLISH_TENS, start=2)}
HOLIDAYS: Mapping[str, str] = {
    "new year'?s eve|nye": "new year's eve",
    "new year'?s(?: day)?": "new year's day",
    "(?:martin luther king|mlk) day": "martin luther king day",
    "(?:saint |st\\.? )?valentine'?s(?: day)?": "valentine's day",
    "(?:international )?women'?s day": "women's day",
    "(?:saint|st\\.?) (?:patrick|paddy)'?s(?: day)?": "st patrick's day",
    "april fool'?s'?(?: day)?": "april fools' day",
    "good friday": "good friday",
    "easter monday": "easter monday",
    "easter(?: sunday)?": "easter",
    "earth day": "earth day",
    "cinco de mayo": "cinco de mayo",
    "mother'?s'? day": "mother's day",
    "memorial day": "memorial day",
    "father'?s'? day": "father's day",
    "juneteenth": "juneteenth",
    "canada day": "canada day",
    "independence day|(?:the )?fourth of july(?! \\d{4})": "independence day",
    "bastille day": "bastille day",
    "labou?r day": "labor day",
    "halloween": "halloween",
    "veteran'?s'? day": "veterans day",
    "thanksgiving(?: day)?": "thanksgiving",
    "black friday": "black friday",
    "cyber monday": "cyber monday",
    "(?:christmas|xmas) eve": "christmas eve",
    "(?:christmas|xmas)(?: day)?": "christmas",
    "boxing day": "boxing day",
}
"""Pattern of the words, and the name of the rule; a longer name stands before the one that it starts with."""
HOLIDAY_STARTS = (
    "new nye martin mlk saint st valentine valentine's valentines international women women's april good easter "
    "earth cinco mother mother's mothers memorial father father's fathers juneteenth canada independence the fourth "
    "bastille labor labour halloween veteran veteran's veterans thanksgiving black cyber christmas xmas boxing"
)

_UNIT_NAMES: Mapping[str, str] = {
    "minute": "minute",
    "min": "minute",
    "hour": "hour",
    "hr": "hour",
    "day": "day",
    "night": "day",
    "week": "week",
    "fortnight": "fortnight",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "yr": "year",
    "decade": "decade",
}
_IN_SMALLER: Mapping[str, tuple[str, int]] = {
    "fortnight": ("week", 2),
    "quarter": ("month", 3),
    "decade": ("year", 10),
}
VAGUE: Mapping[str, tuple[int, int]] = {"couple": (2, 2), "few": (2, 4), "several": (3, 7)}
"""How many a vague word may be."""


def one_of(words: Mapping[str, object] | frozenset[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


END = r"(?![a-z0-9_])"
MONTH = rf"(?P<month>{one_of(MONTHS)})\b(?:\.(?=,? ?\d))?"
WEEKDAY = rf"(?P<weekday>{one_of(WEEKDAYS)})\b(?:\.(?=,? ?\d))?"
SEASON = rf"(?P<season>{one_of(SEASONS)})"
DAY_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d|[.,:/-]\d|%)"
ORDINAL = rf"(?P<ordinal>\d{{1,2}}(?:st|nd|rd|th)|{one_of(ENGLISH_ORDINALS)})"
UNIT = rf"(?P<unit>{one_of(_UNIT_NAMES)})s?{END}"
_TEENS_AND_TENS = one_of(ENGLISH)
COUNT = (
    r"(?:(?:(?P<about>about|around|roughly|almost|nearly|over|maybe|like|some)|just|only|another) )?"
    r"(?P<count>\d{1,4}(?:\.5)?|(?:a |the )?(?:couple(?: of)?|few)|several|half(?: an?)?|(?:a|one|two) dozen"
    rf"|(?:{'|'.join(ENGLISH_TENS)})[- ](?:one|two|three|four|five|six|seven|eight|nine)|{_TEENS_AND_TENS})"
    rf"(?:(?: or | to | ?[-–] ?)(?P<high>\d{{1,3}}|{_TEENS_AND_TENS}))?"
    r"(?P<and_half> and a half)?"
)
AMOUNT = rf"{COUNT}[ -]{UNIT}(?P<half> and a half)?(?P<or> or (?:two|so))?"
COUNT_STARTS = (
    *(word for word in ENGLISH),
    *listed("# about around roughly almost nearly over just only maybe like some another couple few several half"),
)
FUNCTION_WORD = re.compile(
    r"['\"”’)\]]*\s*(?:$|[.,;:!?)\](—–…\n、，。！？-]|(?:and|or|but|so|when|while|where|which|who|i|i'm|i've|i'll|we|we're|you|he|"
    r"she|they|it|it's|my|our|your|the|a|an|his|her|their|to|until|till|through|at|on|with|for|after|before|as|was|"
    r"were|is|are|will|has|had|have|if|then|than|that|this|there|here|in|from|by|during|did|do|does|because|since|"
    r"last|next|not|just|only|please|works|of|too|again|instead|already|would|could|should|can|also|now|via|w|onwards?|inclusive|tho|though|plus|without|between|unless|whatever)\b"
    r"|[\u4e00-\u9fff\u2600-\U0001faff])"
)
"""What may follow a bare year or "the 5th" that is a date; a noun ("2000 people", "the 5th floor") may not."""


def holiday_named(phrase: str) -> str:
    """The rule of ``dates.HOLIDAYS`` that a phrase matched by one of ``HOLIDAYS`` means."""
    return next(name for pattern, name in HOLIDAYS.items() if re.fullmatch(pattern, phrase))


def amount(groups: Mapping[str, str]) -> Amount | None:
    """The amount that a match of ``AMOUNT`` says; ``None`` if it says none."""
    count, unit, half = groups["count"], groups["unit"], "half" in groups or "and_half" in groups
    base, factor = _IN_SMALLER.get(_UNIT_NAMES[unit], (_UNIT_NAMES[unit], 1))
    words = count.removeprefix("a ").removeprefix("the ").removesuffix(" of") if count not in ("a", "an") else count
    if words in VAGUE:
        low, high = VAGUE[words]
        return Amount(low=low * factor, high=high * factor, unit=base, vague=True)
    if words in ("half", "half a", "half an"):
        return Amount(low=0, high=0, unit=base, half=True) if factor == 1 else None
    if words.endswith(".5"):
        words, half = words.removesuffix(".5"), True
    value = english_number(words) * factor
    high = english_number(groups["high"]) * factor if "high" in groups else value
    if groups.get("or") == " or two":
        high = 2 * value
    if (value == 0 and not half) or high < value:
        return None
    vague = unit == "decade" or high > value or "about" in groups or "or" in groups
    return Amount(low=value, high=high, unit=base, half=half, vague=vague)

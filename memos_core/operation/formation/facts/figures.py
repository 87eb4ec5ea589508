"""Figures and dates in words: quantities with their units, bare numbers, dates as they were written."""

import re
from collections.abc import Mapping

NUMBER_WORDS: Mapping[str, str] = {
    word: str(number)
    for number, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS: Mapping[str, int] = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_NUMBER = re.compile(
    r"(?:about|around|roughly|exactly|over|under|almost|nearly|just|only|down to|up to|at|now|a|about|~)?\s*"
    r"(?P<value>(?:[$€£¥]\s?)?\d[\d,]*(?:[.:/]\d+)?(?:'\d{1,2}\"?)?\s*(?:%|k\b"
    r"|[a-zA-Zµ°/²]+(?:\s*\d+\s*(?:cm|in|inches))?)?)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:k|kgs?|kilos?|kilograms?|g|grams?|lbs?|pounds?|stone|cm|centimet\w+|m|meters?|metres?|km|kms"
    r"|kilomet\w+|miles?|mi|feet|foot|ft|inch(?:es)?|in|bpm|mmhg|mg|mg/dl|mmol|mmol/l|kcal"
    r"|calories|hours?|hrs?|h|minutes?|mins?|min|seconds?|secs?|steps|reps|points?|percent|dollars?|usd"
    r"|euros?|eur|pounds|gbp|yuan|rmb|%|degrees|°c|°f|laps|pages|words|litres?|liters?|per)",
    re.IGNORECASE,
)
_TRIM = " \t\n,.;:!?'\"-–—()[]"


def quantity(text: str) -> list[str]:
    """A number with its unit."""
    text = text.strip()
    first = text.split(" ", 1)[0].lower() if text else ""
    if first in NUMBER_WORDS:
        text = NUMBER_WORDS[first] + text[len(first) :]
    found = _NUMBER.match(text)
    if not found:
        return []
    value = re.sub(r"\s+", " ", found["value"]).strip()
    number, _, unit = value.partition(" ")
    if unit and not _UNIT.fullmatch(unit.split()[0]):
        return [number]
    return [value]


def date_words(text: str) -> list[str]:
    """A date as it was written."""
    found = re.match(
        r"\s*(?:(?:on|in|the|is|falls on|sometime)\s+)*(?P<date>[^,;.!?()\n]*(?:,\s*(?:19|20)\d\d)?)", text
    )
    said = re.split(
        r"\s+(?:but|and|so|not|which|if|though|too|as well|now|by the way|put|i|we)\b",
        found["date"] if found else "",
        flags=re.IGNORECASE,
    )[0].strip(_TRIM)
    return (
        [said]
        if re.search(
            r"\d|january|february|march|april|may|june|july|august|september|october|november|december"
            r"|christmas|valentine|halloween|eve",
            said,
            re.IGNORECASE,
        )
        and len(said.split()) <= 6
        else []
    )


def digits(text: str) -> list[str]:
    """A bare number, written or spoken."""
    word = text.strip(_TRIM).lower().split(" ")[0] if text.strip(_TRIM) else ""
    tens, _, ones = word.partition("-")
    if tens in _TENS and (not ones or ones in NUMBER_WORDS):
        return [str(_TENS[tens] + int(NUMBER_WORDS.get(ones, "0")))]
    found = re.match(r"\d+(?:\.\d+)?", word)
    return [NUMBER_WORDS[word]] if word in NUMBER_WORDS else [found[0]] if found else []

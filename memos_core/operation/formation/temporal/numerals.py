"""Number words of both languages."""

from collections.abc import Mapping

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_SMALL = (*_UNITS.split(), "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip

ENGLISH: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 20 + 10 * place for place, word in enumerate(_TENS)},
    "a": 1,
    "an": 1,
    "dozen": 12,
}
ENGLISH_TENS = _TENS
ENGLISH_ORDINALS: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    "last": -1,
    "final": -1,
}

_CHINESE_DIGITS: Mapping[str, int] = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "廿": 20,
    "卅": 30,
}
_CHINESE_PLACES: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000}

CHINESE_CHARACTERS = "零〇一二三四五六七八九十百千两"


def english_number(words: str) -> int:
    """The value of "7", "seven", "twenty-one" or "a dozen".

    Raises:
        ValueError: ``words`` is no number.
    """
    if words.isdigit():
        return int(words)
    parts = words.replace("-", " ").split()
    if len(parts) == 2 and parts[0] in ("a", "one", "two"):
        return ENGLISH[parts[0]] * ENGLISH[parts[1]]
    try:
        return sum(ENGLISH[part] for part in parts)
    except KeyError as error:
        raise ValueError(f"not a number: {words!r}") from error


def english_ordinal(word: str) -> int:
    """The value of "3rd", "third" or "last" (-1)."""
    digits = word.rstrip("stndrh")
    return int(digits) if digits.isdigit() else ENGLISH_ORDINALS[word]


def chinese_number(text: str) -> int:
    """The value of "12", "十二", "二〇二三" or "两百".

    Raises:
        ValueError: ``text`` is no number.
    """
    if text.isdigit() and text.isascii():
        return int(text)
    if not any(character in _CHINESE_PLACES for character in text):
        return int("".join(str(_digit(character)) for character in text))
    total, current = 0, 0
    for character in text:
        if character in _CHINESE_PLACES:
            total += (current or 1) * _CHINESE_PLACES[character]
            current = 0
        else:
            current = _digit(character)
    return total + current


def _digit(character: str) -> int:
    if character.isascii() and character.isdigit():
        return int(character)
    try:
        return _CHINESE_DIGITS[character]
    except KeyError as error:
        raise ValueError(f"not a digit: {character!r}") from error

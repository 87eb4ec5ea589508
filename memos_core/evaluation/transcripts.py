"""Plain transcripts: ``Name: text`` lines, with or without times, as chat programs export them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from memos_core.domain.turn import Turn
from memos_core.evaluation.dialogue import Malformed, turn_of

EXPECTED = "expected 'Name: text', '[2024-05-01 10:00] Name: text' or '01/05/2024, 10:00 - Name: text'"

_ISO = r"(?P<iso>\d{4}-\d\d-\d\d[T ,]+\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z|[+-]\d\d:?\d\d)?)"
_SLASHED = (
    r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4}|\d\d),? "
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<sec>\d\d))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_STAMPED = (
    re.compile(rf"\[{_ISO}\] *(?P<rest>.*)"),
    re.compile(rf"{_ISO} +- +(?P<rest>.*)"),
    re.compile(rf"\[{_SLASHED}\] *(?P<rest>.*)"),
    re.compile(rf"{_SLASHED} +- +(?P<rest>.*)"),
)
_HEADER = re.compile(r"#+ *(?P<date>\d{4}-\d\d-\d\d)(?:[T ,]+(?P<time>\d\d:\d\d(?::\d\d)?))?(?:\s.*)?")
_SAID = re.compile(r"(?P<name>[^\W\d_][^:\[\]]{0,39}):(?:\s+(?P<text>.*)|$)")
_MOST_WORDS_OF_A_NAME = 4
_ROLES = frozenset({"user", "human", "assistant", "ai", "system", "tool"})
_MARKS = str.maketrans({"\u200e": None, "\u202f": " "})
"""What WhatsApp puts around its times and attachments."""


@dataclass(slots=True)
class _Open:
    """A turn that the next lines may still belong to."""

    line: int
    name: str
    at: datetime | None
    session: str
    lines: list[str] = field(default_factory=list)


def looks_stamped(text: str) -> bool:
    """Whether the first line that says something is a turn with a time."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _stamp(first.translate(_MARKS)) is not None


def turns_of(text: str, name: str, tz: tzinfo) -> tuple[Turn, ...]:
    """The turns of a transcript, each with the source ``name:line``.

    A line that begins no turn belongs to the turn before, as does every indented one; where turns have times, so does
    every line without. ``## 2024-05-01`` begins a session and dates its turns; without such headers the turns of a day
    are a session. ``01/02/2024`` is the first of February unless another date of the file shows otherwise.

    Raises:
        Malformed: A line before the first turn, an impossible date, or no turn at all.
    """
    turns = []
    for said in _said(text.translate(_MARKS).split("\n"), name, tz):
        role = said.name.lower() in _ROLES
        content = {
            "content": "\n".join(said.lines).strip(),
            "role": said.name.lower() if role else "",
            "speaker": "" if role else said.name,
            "at": said.at,
            "source": f"{name}:{said.line}",
        }
        if turn := turn_of(content, f"line {said.line}", said.session):
            turns.append(turn)
    if not turns:
        raise Malformed("", f"no turn was found; {EXPECTED}")
    return tuple(turns)


def _said(lines: list[str], name: str, tz: tzinfo) -> Iterator[_Open]:
    stamps = [_stamp(line) for line in lines]
    stamped, month_first = any(stamps), _is_month_first(stamps)
    day: datetime | None = None
    session = ""
    current: _Open | None = None
    for number, (line, stamp) in enumerate(zip(lines, stamps, strict=True), start=1):
        if header := _HEADER.fullmatch(line):
            day = _header_moment(header, number, tz)
            session = header[0].lstrip("# ").rstrip()
            if current:
                yield current
            current = None
            continue
        begins = _begins(line, stamp, stamped)
        if begins is None:
            _continue(current, line, stamp, number)
            continue
        if current:
            yield current
        at = _moment(stamp, number, tz, month_first) if stamp else day
        of_day = at.astimezone(tz).date().isoformat() if at else name
        current = _Open(number, begins["name"].strip(), at, session or of_day, [begins["text"] or ""])
    if current:
        yield current


def _continue(current: _Open | None, line: str, stamp: re.Match[str] | None, number: int) -> None:
    if stamp is not None:
        return  # a notice of the chat program
    if current is not None:
        current.lines.append(line)
    elif line.strip() and not line.startswith("#"):
        raise Malformed(f"line {number}", EXPECTED)


def _begins(line: str, stamp: re.Match[str] | None, stamped: bool) -> re.Match[str] | None:
    """The name and the first line of a turn, if ``line`` begins one. A stamp without a name is a notice, no turn."""
    if stamp is None and (stamped or line[:1].isspace()):
        return None
    found = _SAID.fullmatch(stamp["rest"] if stamp else line)
    return found if found and (stamp or len(found["name"].split()) <= _MOST_WORDS_OF_A_NAME) else None


def _stamp(line: str) -> re.Match[str] | None:
    return next((found for pattern in _STAMPED if (found := pattern.fullmatch(line.rstrip()))), None)


def _is_month_first(stamps: list[re.Match[str] | None]) -> bool:
    slashed = [stamp for stamp in stamps if stamp and "first" in stamp.groupdict()]
    return any(int(stamp["second"]) > 12 for stamp in slashed) and all(int(stamp["first"]) <= 12 for stamp in slashed)


def _moment(stamp: re.Match[str], line: int, tz: tzinfo, month_first: bool) -> datetime:
    try:
        if "iso" in stamp.groupdict():
            moment = datetime.fromisoformat(re.sub(r"[T ,]+(?=\d\d:)", "T", stamp["iso"]).replace(" ", ""))
            return moment if moment.tzinfo else moment.replace(tzinfo=tz)
        day, month = int(stamp["first"]), int(stamp["second"])
        if month_first:
            day, month = month, day
        year = int(stamp["year"]) + (2000 if len(stamp["year"]) == 2 else 0)
        hour = int(stamp["hour"])
        if stamp["half"]:
            hour = hour % 12 + (12 if stamp["half"] in "Pp" else 0)
        return datetime(year, month, day, hour, int(stamp["minute"]), int(stamp["sec"] or 0), tzinfo=tz)
    except ValueError as error:
        raise Malformed(f"line {line}", f"no such moment: {error}") from error


def _header_moment(header: re.Match[str], line: int, tz: tzinfo) -> datetime:
    try:
        day = date.fromisoformat(header["date"])
        return datetime.fromisoformat(f"{day}T{header['time'] or '00:00'}").replace(tzinfo=tz)
    except ValueError as error:
        raise Malformed(f"line {line}", f"no such moment: {error}") from error

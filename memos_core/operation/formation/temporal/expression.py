"""What the temporal grammar finds: a stretch of text and the interval that it means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Granularity(StrEnum):
    """How fine an expression speaks; its interval is one such unit unless the expression is vague."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    """Morning, afternoon, evening or night."""
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"
    RANGE = "range"
    """Any other stretch: from one date to another, a part of a month or year, the days gone since."""


class Direction(StrEnum):
    """Where an interval lies relative to the moment that the text was written."""

    PAST = "past"
    """It had ended."""
    PRESENT = "present"
    """It contained the moment."""
    FUTURE = "future"
    """It had not begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A time expression in a text, resolved."""

    span: tuple[int, int]
    """Start and end in the text, in characters."""
    phrase: str
    """The text of the span, verbatim."""
    start: datetime
    """First moment of the interval, aware UTC."""
    end: datetime
    """First moment after the interval, aware UTC; always later than ``start``."""
    granularity: Granularity
    direction: Direction
    approximate: bool
    """The words are vague ("a few days ago", "two weeks ago"); the interval is a reading of them."""
    label: str
    """The interval as a reader would write it, in the user's time zone: ``7 May 2023``, ``week of 1 May 2023``."""

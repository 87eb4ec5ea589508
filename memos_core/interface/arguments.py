"""Checks of what callers pass beside the content, so that no engine ever sees what it cannot hold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from memos_core.domain.cube import Json
from memos_core.domain.moment import to_utc
from memos_core.domain.query import Stage
from memos_core.errors import InvalidInput
from memos_core.interface.reader import read_one

LARGEST = 2**53
"""Of any number: what every engine and JSON can hold."""


def an_id(id: object) -> str:
    """A cube's id, not necessarily of an existing one.

    Raises:
        InvalidInput: not a string that could be one.
    """
    return words(id, "id")


def several_ids(ids: object) -> list[str]:
    """One id or several.

    Raises:
        InvalidInput: neither.
    """
    if isinstance(ids, str):
        return [an_id(ids)]
    if not isinstance(ids, Iterable):
        raise InvalidInput(f"ids must be a str or an iterable of str, not {type(ids).__name__}")
    return [an_id(id) for id in ids]


def a_number(value: object, what: str, least: int, most: int = LARGEST) -> int:
    """An integer in ``[least, most]``.

    Raises:
        InvalidInput: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"{what} must be an int, not {type(value).__name__}")
    if not least <= value <= most:
        raise InvalidInput(f"{what}={value}: {least} to {most} was expected")
    return value


def a_version(value: object, what: str = "version") -> int | None:
    """A version's number, or ``None``.

    Raises:
        InvalidInput: neither.
    """
    return None if value is None else a_number(value, what, -LARGEST)


def some_stages(value: object, what: str) -> frozenset[Stage]:
    """Stages by name.

    Raises:
        InvalidInput: there is none of such a name.
    """
    given = names(value, what)
    if unknown := [name for name in given if name not in set(Stage)]:
        raise InvalidInput(f"{what}={unknown[0]!r} is no stage of recall; these are: {', '.join(Stage)}")
    return frozenset(Stage(name) for name in given)


def a_zone(value: object) -> str:
    """An IANA time zone's name, or an empty string.

    Raises:
        InvalidInput: this machine knows no zone of that name.
    """
    name = words(value, "zone")
    if name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidInput(
                f"zone={name!r} is no time zone that is known here; names are like Europe/Berlin"
            ) from error
    return name


def a_moment(value: object, what: str) -> datetime | None:
    """An aware datetime in UTC, or ``None``.

    Raises:
        NaiveDatetime: it has no time zone.
        InvalidInput: not a datetime, or none that UTC can express.
    """
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise InvalidInput(f"{what} must be an aware datetime, not {type(value).__name__}")
    try:
        return to_utc(value, what)
    except OverflowError as error:
        raise InvalidInput(f"{what}={value.isoformat()} lies outside of what UTC can express") from error


def names(values: object, what: str) -> tuple[str, ...]:
    """Several names; the empty one is allowed.

    Raises:
        InvalidInput: not a sequence of strings.
    """
    if isinstance(values, str) or not isinstance(values, Sequence | set | frozenset):
        raise InvalidInput(f"{what}={values!r}: a sequence of strings was expected, for example ({values!r},)")
    return tuple(words(value, what) for value in values)


def texts(values: object, what: str) -> tuple[str, ...]:
    """Several texts of any length.

    Raises:
        InvalidInput: not a sequence of strings.
    """
    if isinstance(values, str) or not isinstance(values, Sequence | set | frozenset):
        raise InvalidInput(f"{what} must be a sequence of strings, not {type(values).__name__}")
    if strange := [value for value in values if not isinstance(value, str)]:
        raise InvalidInput(f"{what} must hold strings, not {type(strange[0]).__name__}")
    return tuple(values)


def words(value: object, what: str) -> str:
    """A reason, a session or another short text; may be empty.

    Raises:
        InvalidInput: not a string, or one that no store can keep.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a str, not {type(value).__name__}")
    if "\0" in value or (not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)):
        raise InvalidInput(f"{what} holds NUL or a lone surrogate; remove it")
    return value


def fields(metadata: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Metadata as JSON holds it.

    Raises:
        InvalidInput: it cannot.
    """
    return read_one("-", metadata=metadata).metadata


def a_path(path: object) -> Path:
    """A path of the file system.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(path, str | Path) or not str(path) or "\0" in str(path):
        raise InvalidInput(f"path={path!r}: a str or Path was expected")
    return Path(path)

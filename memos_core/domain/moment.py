"""Time as the library keeps it: aware, UTC, whole microseconds."""

from datetime import UTC, datetime, timedelta

from memos_core.errors import NaiveDatetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_utc(moment: datetime, what: str = "datetime") -> datetime:
    """Return ``moment`` in UTC.

    Raises:
        NaiveDatetime: ``moment`` has no time zone. ``what`` names the argument in the message.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveDatetime(
            f"{what}={moment.isoformat()} has no time zone; pass an aware datetime, "
            f"for example {moment.isoformat()}+00:00"
        )
    return moment.astimezone(UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of ``micros`` microseconds since the epoch."""
    return _EPOCH + timedelta(microseconds=micros)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment, aware UTC."""
        return datetime.now(UTC)

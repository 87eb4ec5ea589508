"""Chinese holidays and school terms as people name them in plans: 五一去云南, 中秋回家, 暑假去上海.

The lunar dates are those of the Chinese calendar; outside the years of the table such a holiday dates nothing.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.dates import midnight

_FIXED = {
    "五一": (5, 1, 5),
    "劳动节": (5, 1, 5),
    "国庆": (10, 1, 7),
    "十一": (10, 1, 7),
    "元旦": (1, 1, 3),
    "清明": (4, 4, 3),
    "圣诞": (12, 25, 1),
    "暑假": (7, 1, 62),
    "开学": (9, 1, 1),
    "寒假": (1, 15, 36),
    "下学期": (9, 1, 140),
}
"""Month, day and length in days. The next term after the summer; whoever means the one in spring says so."""
_LUNAR = {
    "春节": "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    "过年": "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    "端午": "2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05",
    "中秋": "2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12",
}
_LUNAR_DAYS = {"春节": 7, "过年": 7, "端午": 3, "中秋": 3}
_NAMED = re.compile(
    r"(?<![去上前每])(?:今年|明年)?(?P<name>五一|劳动节|国庆"
    r"|(?<![二三四五六七八九]月)(?<![\d第零一二三四五六七八九十百])十一(?=[假长要去回我出黄小]|$)"
    r"|元旦|清明|圣诞|春节|过年|端午|中秋|暑假|寒假|开学|下个?学期)(?:节)?(?:假期|长假|小长假|黄金周|期间|那天|的时候)?"
    r"(?![快节月号日点后]|前[一两]天|前夕|以后|之后|完|档|晚会|礼物|树|[过了])"
)


def feasts(low: str, at: datetime, zone: tzinfo) -> Iterator[tuple[int, int, datetime, datetime, Granularity]]:
    """Start and stop of each name in the text, and the interval of its next occurrence, aware UTC."""
    if low.isascii():
        return
    today = at.astimezone(zone).date()
    for match in _NAMED.finditer(low):
        name = match["name"].replace("下个学期", "下学期")
        found = _next(name, today)
        if found is None:
            continue
        first, last = (midnight(day).replace(tzinfo=zone).astimezone(UTC) for day in found)
        yield match.start(), match.end(), first, last, Granularity.RANGE


def _next(name: str, today: date) -> tuple[date, date] | None:
    """First day and the day after the last of its next occurrence."""
    if name in _LUNAR:
        days, length = [date.fromisoformat(day) for day in _LUNAR[name].split()], _LUNAR_DAYS[name]
    else:
        month, day, length = _FIXED[name]
        days = [date(year, month, day) for year in (today.year, today.year + 1) if year < date.max.year]
    coming = (day for day in days if day + timedelta(days=length) > today)
    return next(((day, day + timedelta(days=length)) for day in coming), None)

"""Chinese dates and times of day: 2023年5月7日, 五月底, 15号, 国庆节, 晚上八点半.

Dates of the lunar calendar are recognised and left out.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from memos_core.operation.formation.temporal import reckoning
from memos_core.operation.formation.temporal.chinese_relative import EDGE, EDGES, NTH, NUMBER, edged
from memos_core.operation.formation.temporal.english_clock import clock, part_by_event
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.numerals import chinese_number
from memos_core.operation.formation.temporal.values import (
    VOID,
    Reading,
    Rule,
    Value,
    Weak,
    day_interval,
    months_interval,
    rule,
)

_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_DAY = r"(?P<day>[0-3]?\d|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_DIGIT = "[零〇一二三四五六七八九]"
_YEAR = (
    rf"(?P<year>\d{{4}}|[一二]{_DIGIT}{{3}}|{_DIGIT}{{2}}|\d\d(?=年\d{{1,2}}月)"
    r"|[89]\d(?=年(?![前后来历了代以之内多半])))年"
)
_MONTHS_SEASONS: Mapping[str, str] = {"春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter"}
_PARTS: Mapping[str, str] = {
    "凌晨": "small hours",
    "清晨": "morning",
    "早晨": "morning",
    "早上": "morning",
    "上午": "morning",
    "中午": "noon",
    "正午": "noon",
    "下午": "afternoon",
    "午后": "afternoon",
    "傍晚": "evening",
    "晚上": "evening",
    "晚间": "evening",
    "夜里": "night",
    "夜晚": "night",
    "深夜": "night",
    "半夜": "night",
    "午夜": "midnight",
}
_HOUR_PARTS: Mapping[str, str] = {
    "small hours": "am",
    "morning": "am",
    "noon": "noon",
    "afternoon": "pm",
    "evening": "pm",
}
_HOLIDAYS: Mapping[str, str] = {
    "元旦节?": "new year's day",
    "情人节": "valentine's day",
    "(?:三八)?妇女节": "women's day",
    "植树节": "arbor day of china",
    "愚人节": "april fools' day",
    "复活节": "easter",
    "(?:五一)?(?:国际)?劳动节|五一(?=假期|长假|期间|放假|那天|小长假)": "labour day of china",
    "(?:五四)?青年节": "youth day of china",
    "母亲节": "mother's day",
    "(?:六一)?儿童节": "children's day of china",
    "父亲节": "father's day",
    "(?:八一)?建军节": "army day of china",
    "教师节": "teachers' day of china",
    "(?:十一)?国庆(?:节|当天|那天)?(?![路街])|十一(?=假期|长假|黄金周|期间)": "national day of china",
    "万圣节": "halloween",
    "感恩节": "thanksgiving",
    "黑色星期五": "black friday",
    "平安夜|圣诞夜": "christmas eve",
    "圣诞节?(?![树老礼卡歌帽快夜])": "christmas",
    "跨年夜": "new year's eve",
}
_HOLIDAY_STARTS = (
    "元旦 情人节 妇女节 植树节 愚人节 复活节 劳动节 国际劳动节 青年节 母亲节 儿童节 父亲节 建军节 教师节 国庆 "
    "万圣节 感恩节 黑色星期五 平安夜 圣诞 跨年夜 #"
)
_LUNAR = "正月|腊月|冬月(?!天)"
_THINGS = "线楼门院房室店馆机台桌球位选车电厅厂桥井码坑公路巷街铺柜仓舰字令游元"
_MINUTES: Mapping[str, int] = {"半": 30, "一刻": 15, "三刻": 45}


def _year_number(text: str) -> int:
    number = chinese_number(text)
    if number >= 100 or len(text) == 4:
        return number
    return 1900 + number if number >= 50 else 2000 + number


def _dated(reading: Reading) -> Value | None:
    """2023年5月7日, 二〇二一年三月, 2019年底."""
    words = reading.groups
    year = _year_number(words["year"])
    if not 1000 <= year <= 2999 or _is_lunar(reading):
        return None
    if "month" not in words:
        return edged(months_interval(date(year, 1, 1), 12, Granularity.YEAR), words)
    month = chinese_number(words["month"])
    if "day" in words:
        return day_interval(date(year, month, chinese_number(words["day"])))
    return edged(months_interval(date(year, month, 1), 1, Granularity.MONTH), words)


def _is_lunar(reading: Reading) -> bool:
    return re.search(r"[农阴旧]历[的]?$", reading.before(4)) is not None


def _month_and_day(reading: Reading) -> Value | None:
    words = reading.groups
    return reckoning.month_and_day(chinese_number(words["month"]), chinese_number(words["day"]))


def _month(reading: Reading) -> Value | None:
    """五月, 5月底, 6月的第二个星期二."""
    words = reading.groups
    named = reckoning.month(chinese_number(words["month"]))
    if len(words) == 1:
        return named
    return named.map(lambda base: edged(base, words), Granularity.RANGE if "edge" in words else Granularity.DAY)


def _day_of_month(reading: Reading) -> Value | None:
    number = chinese_number(reading.groups["day"])
    if reading.before(1) in tuple("第十百点") or not 1 <= number <= 31:
        return None
    return reckoning.day_of_month(number)


def _edge_of(reading: Reading) -> Value:
    """月底, 年初: of this month or year unless another is named."""
    unit = "month" if reading.match.group().startswith("月") else "year"
    return reckoning.edge_of(unit, EDGES[reading.groups["edge"]])


def _half_year(reading: Reading) -> Value:
    return reckoning.half_year(1 if reading.match.group().startswith("上") else 2)


def _season(reading: Reading) -> Weak:
    return Weak(value=reckoning.season(_MONTHS_SEASONS[reading.match.group()[0]]))


def _quarter(reading: Reading) -> Value | None:
    number = chinese_number(reading.groups["number"])
    return reckoning.quarter(number) if 1 <= number <= 4 else None


def _decade(reading: Reading) -> Value | None:
    number = chinese_number(reading.groups["number"])
    if number < 100:
        number += 1900 if number >= 30 else 2000
    return edged(reckoning.decade(number), reading.groups) if number % 10 == 0 else None


def _holiday(reading: Reading) -> Value:
    return reckoning.holiday(_HOLIDAY_NAMES[reading.match.lastgroup or ""])


def _part(reading: Reading) -> Value:
    return reckoning.PARTS_OF_DAY[_PARTS[reading.match.group()]]


def _time(reading: Reading) -> Value | Weak | None:
    """八点半, 3点20分, 晚上八点."""
    words = reading.groups
    hour, part = chinese_number(words["hour"]), _part_of(words)
    if reading.before(1) == "第" and not part:
        return None
    minute = _MINUTES.get(words.get("minute", ""), None)
    if minute is None:
        minute = chinese_number(words["minute"]) if "minute" in words else 0
    if part == "noon":
        part = "pm" if hour < 10 or hour == 12 else "am"
    if part == "pm" and words.get("part") in _EVENINGS and (hour == 12 or hour <= 4):
        part = "night"
    found = clock(hour, minute, exact="minute" in words, part=part or part_by_event(reading, hour))
    if found is None or part or "minute" in words or "o_clock" in words:
        return found
    return Weak(value=found)


_EVENINGS = frozenset({"晚上", "晚间", "夜里", "深夜", "半夜", "夜晚"})


def _part_of(words: Mapping[str, str]) -> str:
    if "part" not in words:
        return ""
    name = _PARTS[words["part"]]
    return _HOUR_PARTS.get(name, "night" if name == "night" else "am")


def _void(_: Reading) -> Value:
    return VOID


_PART = "|".join(_PARTS)
_LUNAR_DATE = rf"(?:{NUMBER}年)?(?:闰?{NUMBER}|正|腊|冬)月(?:(?:初|廿)?{NUMBER}[日号]?)?"
_ANY_HOLIDAY = "|".join(f"(?P<h{place}>{words})" for place, words in enumerate(_HOLIDAYS))
_HOLIDAY_NAMES = {f"h{place}": name for place, name in enumerate(_HOLIDAYS.values())}

RULES: Iterable[Rule] = (
    rule("农历 阴历 旧历", rf"(?:农历|阴历|旧历)的?(?:{_LUNAR_DATE})?", _void),
    rule("正月 腊月 冬月", rf"(?:{_LUNAR})(?:(?:初|廿)?{NUMBER})?", _void),
    rule("#", rf"{_MONTH}(?:初|廿){NUMBER}", _void),
    rule("#", r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}(?![一二三四五六七八九十日号])(?!起)", _void),
    rule("#", rf"{_YEAR}{EDGE}?(?!代|级)", _dated),
    rule("#", rf"{_YEAR}{_MONTH}(?:份?{NTH}|份?{EDGE}|{_DAY}[日号]?|份?)", _dated),
    rule("#", rf"{_MONTH}{_DAY}(?:日(?!游)|号(?![{_THINGS}])|(?<=\d)(?![\d.:点个岁年天万千元%]))", _month_and_day),
    rule("#", rf"{_MONTH}(?:份?{NTH}|份?{EDGE}|份?)(?!天|嫂|饼)", _month),
    rule("#", rf"{_DAY}(?:号(?![{_THINGS}])|日(?!游|常|子|元|本))", _day_of_month),
    rule("月底 月末 月初 月中", r"月(?P<edge>底|末|初|中(?!旬))", _edge_of),
    rule("年底 年末 年初 年中", r"年(?P<edge>底|末|初|中(?!学))", _edge_of),
    rule("上半年 下半年", "[上下]半年", _half_year),
    rule("春天 春季 夏天 夏季 秋天 秋季 冬天 冬季", "[春夏秋冬][天季]", _season),
    rule("# 第", rf"第?(?P<number>{NUMBER})季度", _quarter),
    rule(
        "# 上世纪 上个世纪",
        rf"(?:上个?世纪|20世纪|二十世纪)?(?P<number>\d0|[一二三四五六七八九]十|(?:19|20)\d0)年代{EDGE}?",
        _decade,
    ),
    rule([*_HOLIDAY_STARTS.split()], _ANY_HOLIDAY, _holiday),
    rule("圣诞", "圣诞[树老礼卡歌帽快]", _void),
    rule(_PARTS, f"(?:{_PART})", _part),
    rule(_PARTS, rf"(?:{_PART})好", _void),
    rule(
        "# 某个 哪个 有个 找个 挑个",
        rf"(?:一|某|哪|有|找|挑)个(?:周末|(?:周|星期|礼拜)[一二三四五六日天])的?(?:{_PART})?",
        _void,
    ),
    rule(
        ["#", *_PARTS],
        rf"(?:(?P<part>{_PART})的?)?(?P<hour>[0-2]?\d|二?十[一二三四]?|[一二两三四五六七八九]|零)"
        r"(?:(?P<o_clock>点钟|点整)|(?:点|(?<=\d)时(?![间候期代]))(?:(?P<minute>半|一刻|三刻|[0-5]\d|[二三四五]?十[一二三四五六七八九]?(?!个|多|人)"
        r"|零?[一二三四五六七八九](?=分))分?)?)(?![多些半都也儿点不没钱])",
        _time,
    ),
)

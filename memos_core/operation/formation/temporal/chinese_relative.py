"""Chinese expressions that count from the moment of the message: 昨天, 上周三, 三天前, 这个月底."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from memos_core.operation.formation.temporal import reckoning
from memos_core.operation.formation.temporal.dates import DAY
from memos_core.operation.formation.temporal.numerals import chinese_number
from memos_core.operation.formation.temporal.values import (
    VOID,
    Amount,
    Interval,
    Reading,
    Rule,
    Tense,
    Tensed,
    Value,
    day_interval,
    rule,
)

NUMBER = r"(?:\d{1,4}|[零〇一二三四五六七八九十百两廿]{1,5})"
WEEK_WORD = "周|星期|礼拜"
WEEKDAYS: Mapping[str, int] = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
WEEKDAY_CHARACTER = (
    r"(?:一(?:(?<=从周一)|(?![定直起样般共些点个次下边天层项]))|二(?![手维])|[三四五六]"
    r"|日(?![程记报常出落历期用语本])|天(?![天气]))"
)
"""After 周. 周一起 is "together" more often than "from Monday"."""
EDGES: Mapping[str, str] = {
    **dict.fromkeys(("初", "上旬"), "early"),
    **dict.fromkeys(("中", "中旬"), "mid"),
    **dict.fromkeys(("底", "末", "下旬"), "late"),
}
EDGE = r"(?P<edge>上旬|中旬|下旬|底|末|初(?![一二三四五六七八九十])|中(?![国学间秋旬午]))"
NTH = (
    rf"(?:的?(?:第(?P<nth>{NUMBER})|(?P<final>最后一))个?"
    rf"(?:(?P<nth_end>周末)|(?:{WEEK_WORD})(?P<nth_day>{WEEKDAY_CHARACTER})?))"
)
_STEPS: Mapping[str, int] = {
    **dict.fromkeys(("这", "这个", "本"), 0),
    **dict.fromkeys(("上", "上个"), -1),
    **dict.fromkeys(("上上", "上上个"), -2),
    **dict.fromkeys(("下", "下个"), 1),
    **dict.fromkeys(("下下", "下下个"), 2),
}
_STEP = "(?P<step>这个?|本|上上个?|上个?|下下个?|下个?)"
_STEP_STARTS = "这 本 上 下"
_DAYS: Mapping[str, int] = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
}
_YEARS: Mapping[str, int] = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "后年": 2,
    "大后年": 3,
}
_PARTS: Mapping[str, tuple[int, str]] = {
    "今早": (0, "morning"),
    "今晨": (0, "morning"),
    "今晚": (0, "evening"),
    "今夜": (0, "night"),
    "昨晚": (-1, "evening"),
    "昨夜": (-1, "night"),
    "前晚": (-2, "evening"),
    "明早": (1, "morning"),
    "明晚": (1, "evening"),
}
_UNITS: Mapping[str, str] = {
    "分钟": "minute",
    "小时": "hour",
    "钟头": "hour",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
    "季度": "quarter",
    "年": "year",
}
_AMOUNT = (
    r"(?P<count>\d{1,4}|好几|[几数半]|[零一二三四五六七八九十百两廿]{1,5})(?P<more>[多几])?"
    r"(?:(?P<each>个)(?P<half>半)?(?P<unit>分钟|小时|钟头|星期|礼拜|月|季度)|(?P<bare>分钟|小时|天|日|周|星期|礼拜|年)(?P<and_half>半)?)"
    r"(?P<over>多)?"
)
_VAGUE: Mapping[str, tuple[int, int]] = {"几": (2, 4), "数": (3, 7), "好几": (3, 7)}


def _day(reading: Reading) -> Value:
    return day_interval(reading.today + _DAYS[reading.match.group()] * DAY)


def _part(reading: Reading) -> Value:
    offset, part = _PARTS[reading.match.group()]
    return reckoning.PARTS_OF_DAY[part].on(reading.today + offset * DAY)


def edged(base: Interval, groups: Mapping[str, str]) -> Interval | None:
    """The part or the n-th week or weekday of an interval that the words after it name, or the interval."""
    if "edge" in groups:
        return reckoning.part(base, EDGES[groups["edge"]])
    if "nth" not in groups and "final" not in groups:
        return base
    nth = chinese_number(groups["nth"]) if "nth" in groups else -1
    if "nth_day" in groups:
        return reckoning.nth_unit(base, str(WEEKDAYS[groups["nth_day"]]), nth)
    return reckoning.nth_unit(base, "weekend" if "nth_end" in groups else "week", nth)


def _year(reading: Reading) -> Value | None:
    words = reading.groups
    return edged(reckoning.calendar_unit("year", reading.today, _YEARS[words["year"]]), words)


def _unit(reading: Reading) -> Value | None:
    """上个月, 这个月底, 下季度, 下个月的第二个周二."""
    words = reading.groups
    unit = "month" if words["unit"] == "月" else "quarter"
    return edged(reckoning.calendar_unit(unit, reading.today, _STEPS[words["step"]]), words)


def _week(reading: Reading) -> Value | None:
    """下周, 上周三, 这个周末: always of that calendar week."""
    words = reading.groups
    week = reckoning.calendar_unit("week", reading.today, _STEPS[words["step"]])
    if "end" in words:
        return reckoning.calendar_unit("weekend", week.start.date())
    return day_interval(week.start.date() + WEEKDAYS[words["day"]] * DAY) if "day" in words else week


def _weekday(reading: Reading) -> Value:
    words = reading.groups
    return reckoning.weekday(WEEKDAYS[words["day"]]) if "day" in words else reckoning.weekend()


def _amount(words: Mapping[str, str]) -> Amount | None:
    unit = _UNITS[words.get("unit") or words["bare"]]
    half = "half" in words or "and_half" in words
    factor, unit = (3, "month") if unit == "quarter" else (1, unit)
    if words["count"] == "半":
        return Amount(low=0, high=0, unit=unit, half=True)
    low, high = _VAGUE.get(words["count"]) or (chinese_number(words["count"]),) * 2
    vague = words["count"] in _VAGUE or "more" in words or "over" in words
    return None if low == 0 else Amount(low=low * factor, high=high * factor, unit=unit, half=half, vague=vague)


def _away(reading: Reading) -> Value | None:
    found = _amount(reading.groups)
    if found is None or reading.before(1) == "第":
        return None
    sign = -1 if reading.groups["sign"].endswith("前") else 1
    return reckoning.away(reading.now, found, sign, reading.page.elapse)


def _passing(reading: Reading) -> Value | None:
    """过几天, 再过两周."""
    found = _amount(reading.groups)
    if found is None or reading.before(1) in tuple("度经难超通"):
        return None
    return reckoning.away(reading.now, found, 1, reading.page.elapse)


def _days_before(reading: Reading) -> Value | None:
    """前几天, 前两天: vague."""
    found = _amount(reading.groups)
    if found is None:
        return None
    return reckoning.away(reading.now, replace(found, vague=True), -1, reading.page.elapse)


def _back(reading: Reading) -> Value | None:
    found = _amount(reading.groups)
    return None if found is None else reckoning.back_to(reading.now, found, reading.page.elapse)


def _on(reading: Reading) -> Value | None:
    found = _amount(reading.groups)
    return None if found is None else reckoning.on_to(reading.now, found, reading.page.elapse)


def _within(reading: Reading) -> Value | None:
    found = _amount(reading.groups)
    if found is None:
        return None
    ahead = reckoning.on_to(reading.now, found, reading.page.elapse)
    return Tensed(readings={tense: ahead for tense in Tense if tense not in (Tense.PAST, Tense.PERFECT)})


def _void(_: Reading) -> Value:
    return VOID


_DAY_PARTS = "早上|早晨|上午|中午|下午|傍晚|晚上|夜里"

RULES: Iterable[Rule] = (
    rule(
        _DAYS, rf"(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})(?!性|努力|形成|培养|失明|因素|头条|之星)", _day
    ),
    rule(_PARTS, "|".join(_PARTS), _part),
    rule(_YEARS, rf"(?P<year>{'|'.join(sorted(_YEARS, key=len, reverse=True))})(?:{EDGE}(?!年))?", _year),
    rule(_STEP_STARTS, rf"{_STEP}(?P<unit>月)(?:份)?(?:{EDGE}|{NTH})?", _unit),
    rule(_STEP_STARTS, rf"{_STEP}(?P<unit>季度)", _unit),
    rule(
        _STEP_STARTS,
        rf"{_STEP}(?:{WEEK_WORD})(?:(?P<end>末)|(?P<day>{WEEKDAY_CHARACTER})|(?![围边年末刊折转长报密]|期(?![中末])))",
        _week,
    ),
    rule("周 星期 礼拜", rf"(?:{WEEK_WORD})(?P<day>{WEEKDAY_CHARACTER})", _weekday),
    rule("周末", "周末", _weekday),
    rule("#", rf"{_AMOUNT}(?P<sign>之前|以前|前(?![后往面进途])|之后|以后|过后|后(?![来面悔果]))", _away),
    rule("# 好几 数", rf"{_AMOUNT}(?:之内|以内|内(?![容心部]))", _within),
    rule("好几 数", rf"{_AMOUNT}(?P<sign>之前|以前|前|之后|以后|后)", _away),
    rule("过 再过", rf"再?过{_AMOUNT}", _passing),
    rule("前", rf"前(?=[几两]){_AMOUNT}", _days_before),
    rule("过去 最近 近", rf"(?:过去|最近|近)(?:的|这)?{_AMOUNT}", _back),
    rule("这", rf"这(?=几){_AMOUNT}", _back),
    rule("未来 接下来 今后 往后", rf"(?:未来|接下来|今后|往后)的?{_AMOUNT}", _on),
    rule(
        "每",
        rf"每(?:[个一隔逢两]{{0,2}})?(?:(?:{WEEK_WORD})(?:{WEEKDAY_CHARACTER}|末)?|[天日月年晚早夜]|季度|小时|\d{{1,2}}月)"
        rf"(?:{_DAY_PARTS}|\d{{1,2}}[号日])?",
        _void,
    ),
)

"""Numbers told in Chinese: telephone, e-mail address, age."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts.chinese_nouns import CLOSE_KIN, FULL_KIN, KIN_PATTERN
from memos_core.operation.formation.facts.chinese_stance import supposes
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Person, Reading

_PHONE = re.compile(
    r"(?<![\d.])(?:\+?\d{1,3}[- ]?)?(?:1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4}"
    r"|0\d{1,3}[- ]?\d{3,4}[- ]?\d{3,4}|\d{3,4}-\d{3,4}-\d{3,4})(?![\d])"
)
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MOBILE = re.compile(r"1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4}|09\d{2}-?\d{3}-?\d{3}")
"""A number that can be nothing but a telephone's."""
_PHONE_WORD = re.compile(r"电话|手机|门号|号码?|打给|打这个|联系|打我|LINE|WhatsApp")
_EMAIL_WORD = re.compile(r"我的|邮|信箱|[Ee]-?mail|gmail|发到|寄到|发给|寄给|寄|传到|联系|联络")
_MINE = re.compile(r"我的(?:号码|电话|手机|邮箱)?(?:是|：)")
_GONE = re.compile(
    r"停用|不用了|作废|注销|停机|被盗|弃用|没用了|别再|不要再|不再用|不收|不看|收不到|打不通"
    r"|旧的?(?!号换)|以前的|之前的|不是"
)
_NOT_MINE = re.compile(
    rf"(?:客服|售后|公司|前台|热线|快递|外卖|商家|店[里家]|官方|[他她你您]们?|中介|物业|房东|{CLOSE_KIN}"
    r"|我[妈爸姐妹哥弟])(?:那个)?的?(?:电话|手机|号|新号|邮箱|门号|信箱)|急救|报警"
)


def contacts(page: Page) -> Iterator[Reading]:
    """``新号是139…``, ``发到我邮箱 a@b.c``: the number or address tells what it is."""
    for number, clause in enumerate(page.clauses):
        text = page.shown[clause.start : clause.stop]
        if clause.asked or not clause.chinese:
            continue
        start = page.sentences[clause.sentence][0]
        around = page.shown[start : clause.stop]
        for slot, pattern, word in (("phone", _PHONE, _PHONE_WORD), ("email", _EMAIL, _EMAIL_WORD)):
            found = pattern.search(text)
            if (
                found is None
                or not (word.search(around) or _MOBILE.fullmatch(found[0]))
                or (_NOT_MINE.search(around) and not _MINE.match(text.strip()))
                or (not _MOBILE.fullmatch(found[0]) and supposes(page, clause, text))
            ):
                continue
            gone = _GONE.search(text) is not None
            yield Reading(
                person=SELF,
                slot=slot,
                value=found[0].strip(),
                start=clause.start,
                stop=clause.stop,
                polarity=Polarity.ENDED if gone else Polarity.AFFIRMED,
                event=not gone,
                confidence=PRESUMED if gone else 1.0,
                clause=number,
            )


_AGE = re.compile(
    rf"(?:(?P<self>我|本人)|(?:我(?:们|家)?的?)?(?P<kin>{KIN_PATTERN}))(?:今年|都|已经|才|刚|满|现在|也"
    rf"|快要?)*(?P<age>[1-9]\d)(?=了|[，,。！]|$|的人了)"
    r"|(?:准确说|准确讲|今年|年方|芳龄|虚岁|刚满|现年|周岁)(?:都|已经|刚|才|满|就|是)*(?P<now>[1-9]\d"
    r"|[二三四五六七八九]?十[一二三四五六七八九]?)(?=岁?(?:了|[，,。！]|$))"
    r"|(?:过完|过了?|满)生日(?:就|我|都|已经)*(?P<turned>[1-9]\d)(?=了|岁|[，。]|$)"
)


_PUT_RIGHT = re.compile(
    r"[岁了啦]*[，,。！\s]*[哦啊噢哎呃诶]*(?:不对|不是|错了|说错了?)[，,。！\s]*(?:应该|其实)?是?(?P<age>[1-9]\d)(?!\d)"
)
"""A slip of the tongue and the right age: 71了，哦不对，是72."""


def ages(text: str, start: int) -> Iterator[Reading]:
    """Ages in a stretch of a text that begins at ``start``."""
    for found in _AGE.finditer(text):
        put_right = _PUT_RIGHT.match(text, found.end())
        if re.search(r"快|再过|马上|以前|那年", text[max(0, found.start() - 6) : found.end() + 1]):
            continue
        kin = found["kin"]
        person = Person(kind="kin", word=FULL_KIN.get(kin, kin)) if kin else SELF
        value = put_right["age"] if put_right else found["age"] or found["turned"] or found["now"]
        if found["now"] and re.search(rf"{KIN_PATTERN}|[他她]|同学|朋友", text[: found.start()].rpartition("我")[2]):
            continue
        if value:
            yield Reading(
                person=person,
                slot="age",
                value=value,
                start=start + found.start(),
                stop=start + found.end(),
            )

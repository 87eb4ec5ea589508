"""What Chinese says beside its frames: names of one's own animals and children, homes, places that were left."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN, OWN_PET, PET
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Person, Reading

_OWN = re.compile(
    rf"(?:^|(?<=[，,。！；：\s])|(?<=[而但]))(?:而|但是?|不过)?(?:我们?(?:自己)?(?:家里?)?|咱们?家|家里)"
    rf"(?:养了?的|里的|的|那[只条]|有?一?[只条个])*(?P<kind>[大小老橘黑白花]?{PET}|{OWN_PET})(?:的?(?:大名|小名"
    rf"|名字))?(?:就|是)?"
    r"(?:叫做?|名叫|名字[叫是]|是叫)(?P<name>(?!什么|啥|做|它|我)(?:[\u4e00-\u9fff]{1,5}?|[A-Za-z]+))"
    r"(?=$|[，,。！!；\s]|[了啊呀哦呢哈]|今年|已经|特别|很|超)"
)
_SUPPOSED = re.compile(r"如果|要是|假如|假设|想给|打算|希望|梦见")


def named_animals(page: Page) -> Iterator[Reading]:
    """``我家的狗叫大黄``, not ``邻居家的狗叫大黄``."""
    for start, stop, asked in page.sentences if page.chinese else ():
        if asked or _SUPPOSED.search(page.shown, start, stop):
            continue
        for found in _OWN.finditer(page.shown[start:stop]):
            value = f"{found['kind']}{found['name']}"
            yield Reading(
                person=SELF, slot="pet", value=value, start=start + found.start("kind"), stop=start + found.end()
            )
        for found in _CHRISTENED.finditer(page.shown, start, stop):
            value = f"{found['kind']}{found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=found.start(), stop=found.end())


_HOME = re.compile(
    r"(?:^|[，,。！；\s])(?:我们?的?新?家|我们?(?:全家|一家)|我人)(?:现在|目前|就)?[住安]?在(?P<place>(?!一起|家"
    r"|外|那|这|哪)[^，。！了的是做开买有上]{2,8}?)"
    r"(?=$|[，,。！\s])"
)
_CHILD = re.compile(r"老[大二三四](?:叫|名叫)(?P<name>[\u4e00-\u9fff]{1,4}?|[A-Za-z]+)(?=$|[，,。！、\s])")
_WEIGHT = re.compile(
    r"(?:瘦|胖|减|重|斤)[^。！？]{0,12}[，,](?:我?(?:现在|已经|目前|只有|是|有))+(?P<value>\d[\d.]*\s*(?:公斤|斤"
    r"|kg|千克))"
)


_ANOTHER = re.compile(
    r"(?:又|还|再|新|刚|也|我们?)(?:刚|去)?(?:领养|收养|养|买|捡|抱|接)(?:回|到)?(?:家)?了?(?:回来)?一[只条匹](?P<kind>[^，。！的了]{0,4})"
    r"[，,]?(?:名字)?(?:叫做?|取名叫?|起名叫?)(?P<name>[\u4e00-\u9fffA-Za-z]{1,6}?)(?=$|[，,。！!\s]|了)"
)


def adopted(page: Page) -> Iterator[Reading]:
    """``又领养了一只，叫雪碧``: the kind is that of the animal spoken of beside it."""
    for start, stop, asked in page.sentences if page.chinese else ():
        if asked or _SUPPOSED.search(page.shown, start, stop):
            continue
        for found in _ANOTHER.finditer(page.shown[start:stop]):
            kinds = re.findall(PET, found["kind"] or page.shown[start:])
            kind = found["kind"] or (kinds[0] if kinds else "")
            value = f"{kind}{found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=start + found.start(), stop=start + found.end())


_CHRISTENED = re.compile(
    rf"(?:^|(?<=[，,。！；\s]))(?:我们?|家里)?(?:给)?(?P<kind>(?:小|新)?(?:{PET}|{OWN_PET}))(?:就|已经)?(?:取名|起名|命名)(?:字)?(?:叫|为|是)?(?:做|作)?"
    r"(?P<name>[\u4e00-\u9fff]{1,5}?|[A-Za-z]+)(?=了|$|[，,。！])"
)


def asides(page: Page) -> Iterator[Reading]:
    """``我家在昆明``, ``老大叫天天``, ``瘦了三斤，现在63公斤``."""
    for start, stop, asked in page.sentences if page.chinese else ():
        if asked or _SUPPOSED.search(page.shown, start, stop):
            continue
        for pattern, slot in ((_HOME, "residence"), (_CHILD, "relative.child"), (_WEIGHT, "measurement.weight")):
            for found in pattern.finditer(page.shown[start:stop]):
                value, first = found[found.re.groups], start + found.start(1)
                yield Reading(person=SELF, slot=slot, value=value, start=first, stop=start + found.end())


def of_another(page: Page, number: int, text: str) -> bool:
    """Whether a name without a subject is not the speaker's: 我家有条狗，名字叫旺财."""
    if _FIRST.search(text):
        return False
    clause, before = page.clauses[number], page.clauses[number - 1] if number else None
    if before is None or before.sentence != clause.sentence:
        return True
    said = page.shown[before.start : before.stop]
    return _FIRST.search(said) is None or _BROUGHT_UP.search(said) is not None


_FIRST = re.compile(r"[我俺咱]|本人")
_BROUGHT_UP = re.compile(rf"[只条匹]|[狗猫]|养|生了|{KIN_PATTERN}|有(?:个|一个|[两三]个)")
_LEFT = re.compile(
    r"不(?:再)?在(?P<place>[^，。！]{2,10}?)(?P<doing>工作|上班|干|做|待|住)?了$"
    r"|离开了?(?P<gone>[^，。！了回]{2,8}?)(?:了|回.+)?$"
)


def left_places(page: Page, clause: Clause, person: Person) -> Iterator[Reading]:
    """``我不在百度了``, ``我离开深圳了``: ends what was known of the place, whichever it was."""
    found = _LEFT.search(page.shown[clause.start : clause.stop].strip())
    if found is None or person.kind == "you":
        return
    value, doing = found["place"] or found["gone"], found["doing"] or ""
    for slot in ("residence",) if doing in ("住", "待") else ("employer", "residence") if not doing else ():
        yield Reading(
            person=person,
            slot=slot,
            value=value,
            start=clause.start,
            stop=clause.stop,
            polarity=Polarity.ENDED,
            event=True,
            confidence=PRESUMED,
        )


_OWN_NAMED = re.compile(
    rf"我(?:(?:们)?家?(?:养)?的|们?家)(?:那[只条])?(?P<kind>{PET})(?P<name>(?P<one>[\u4e00-\u9fff])(?P=one)"
    rf"|[小阿大老][\u4e00-\u9fff])"
    r"(?=最近|又|很|超|特|在|不|会|喜欢|爱|今年|已经|老是|总|才|刚|是|每天|(?:昨天|今天|上周|前天|刚才)(?!去世|走|死|没|过世|离开)|，)"
)


def pets_in_passing(page: Page) -> Iterator[Reading]:
    """``我的兔子灰灰最近不吃草``."""
    for start, stop, asked in page.sentences:
        for found in () if asked else _OWN_NAMED.finditer(page.shown, start, stop):
            value = f"{found['kind']}{found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=found.start(), stop=found.end())


def title_before(page: Page, clause: Clause) -> str:
    """The last title in the sentence before a clause: 看完《…》，它现在是我最喜欢的电影了."""
    start = page.sentences[clause.sentence][0]
    titles = re.findall(r"《([^》]{1,30})》", page.shown[start : clause.start])
    return titles[-1] if titles else ""

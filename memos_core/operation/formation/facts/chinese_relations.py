"""Names beside relations and animals in Chinese: 跟我女友诗涵去看雪, 大的叫子轩，小的叫子墨."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.chinese_nouns import GIVEN, KIN, KIN_PATTERN, PET
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading

_KIN_NAME = re.compile(
    rf"(?:我(?:们|家)?的?|(?<=[跟和与陪]))(?P<kin>{KIN_PATTERN})(?P<name>{GIVEN}|[A-Z][a-z]+)"
    r"(?=[，,。！？\s去来在一要是住也都刚最昨今明上下过喜想说会从做送给回到结分考已还正又快就每老总帮陪跟和与对当他她同领办订那现准打吵冷复认交"
    r"异远出怀生养煮教叫爱不很超真太特小之以平周外的]|$)"
)
_CALLED = re.compile(
    rf"(?:我(?:们|家)?的?|家里|现在的|现任的?|^|(?<=[，,。！；\s]))(?P<kin>{KIN_PATTERN})(?:的)?(?:小名|大名|全名"
    rf"|名字|乳名"
    rf"|英文名)?(?:就)?(?:叫做?|是叫|取名叫?|名叫)(?P<name>(?!我|什么|啥|他|她"
    rf"|你)[^，。！的我他她你了做\s]{{1,4}}|[A-Z][a-z]+)"
)
_OF_ANOTHER = re.compile(rf"(?:{KIN_PATTERN}|朋友|同事|同学|邻居|[他她])[^。！？我]*[，,]$")
"""Who was spoken of before has the relation: 我表姐结婚了，老公叫赵磊."""
_HAS_ONE = re.compile(
    rf"我(?:还|只|就|也)?有(?:一)?[个位](?:[大小亲双胞胎]*)(?P<kin>{KIN_PATTERN})，?(?:名字|小名)?(?:叫做?|名叫)"
    r"(?P<name>[\u4e00-\u9fff]{1,4}?|[A-Z][a-z]+)(?=$|[，,。！]|今年|在|是|比|特别|很)"
)
_ARE_FRIENDS = re.compile(
    r"我(?:跟|和|与)(?P<name>[\u4e00-\u9fff]{2,3}|[A-Z][a-z]+)(?:一直|从小)*是(?:多年的?|最好的?|很好的?|特别好的?)*"
    r"(?:好朋友|朋友|闺蜜|死党|发小|哥们儿?|铁哥们)"
)
_EACH = re.compile(
    r"(?:大|小|老[大二三四]|姐姐|弟弟|妹妹|哥哥|另?一个|一只|另?一[只条])的?(?:那个"
    r"|那只)?(?:就)?(?:叫|名叫|是)(?P<name>(?!我|什么|啥)[^，。！的我他她你了、\s]{1,4})"
)
_OWN_PETS = re.compile(rf"(?:我|家|养)[^。！？]{{0,10}}(?:[两三四俩一]|一?对|几)[只条个对]?(?P<kind>{PET})")
_NO_PETS = re.compile(r"[他她你]|邻居|朋友家|同事|想养|想要|没养|不养")
_EACH_PET = re.compile(
    r"(?:另?[一两][只条个]|老[大二三四]|中间|[大小公母黑白]的|[大小]的那只)(?:就)?(?:叫做?|名叫|是)(?P<name>(?!我"
    r"|什么|啥)[^，。！的我他她你了、\s]{1,4})"
)
_AND_PET = re.compile(
    rf"(?:我|我们|我家|家里)的?[^。！？他她你]{{0,4}}{PET}(?:就)?(?:叫做?|名叫)[^，。！？]{{1,6}}[，,、]\s*(?:那?[只条])?"
    rf"(?P<kind>{PET})(?:就|则)?(?:叫做?|名叫)(?P<name>[^，。！的我他她你了、\s]{{1,4}})"
)
_AND_KIN = re.compile(
    r"我(?:们|家)?的?(?:大|小)?(?:儿子|女儿|闺女|姐姐|妹妹|哥哥|弟弟)(?:叫|名叫)[^，。！？]{1,4}[，,]\s*"
    r"(?:大|小)?(?P<kin>儿子|女儿|闺女|姐姐|妹妹|哥哥|弟弟)(?:叫|名叫)(?P<name>[^，。！的我他她你了、\s]{1,4})"
)
_HAS_CHILDREN = re.compile(
    r"有?(?:[两俩仨三四二2-5]|一?对|龙凤|双)(?:个|位|胞)?(?P<kin>姐姐|妹妹|哥哥|弟弟|孙子|孙女|外孙女?|侄女|侄子"
    r"|儿子|女儿|闺女|孩子|娃|小孩"
    r"|宝宝|千金|双胞胎|龙凤胎|胎)"
)


def relations(page: Page) -> Iterator[Reading]:
    """``跟我女友诗涵去看雪``, ``我有俩儿子，大的叫子轩，小的叫子墨``."""
    for number, (start, stop, _) in enumerate(page.sentences):
        text = page.shown[start:stop]
        if SUPPOSED.search(text):
            continue
        for found in (*_KIN_NAME.finditer(text), *_CALLED.finditer(text)):
            before = text[: found.start("kin")]
            if re.search(r"(?:同事|朋友|老板|邻居|同学|[他她你])的?$", before):
                continue
            if found[0].startswith(found["kin"]) and _OF_ANOTHER.search(before):
                continue
            yield placed(KIN[found["kin"]], found["name"], start + found.start(), start + found.end())
        yield from _introduced(page, number)


def _introduced(page: Page, number: int) -> Iterator[Reading]:
    """Whom a sentence says to have and calls by a name."""
    start, stop, _ = page.sentences[number]
    text = page.shown[start:stop]
    for found in _HAS_ONE.finditer(text):
        yield placed(KIN[found["kin"]], found["name"], start + found.start(), start + found.end())
    for found in _ARE_FRIENDS.finditer(text):
        yield placed("friend", found["name"], start + found.start(), start + found.end())
    if (pets := _OWN_PETS.search(text)) and not _NO_PETS.search(text[: pets.end()]):
        for one in _EACH_PET.finditer(text, pets.end()):
            yield placed("pet", f"{pets['kind']}{one['name']}", start + one.start(), start + one.end())
    for found in _AND_PET.finditer(text) if text.count("叫") > 1 else ():
        yield placed("pet", f"{found['kind']}{found['name']}", start + found.start(), start + found.end())
    for found in _AND_KIN.finditer(text) if text.count("叫") > 1 else ():
        yield placed(KIN[found["kin"]], found["name"], start + found.start(), start + found.end())
    if children := _HAS_CHILDREN.search(text):
        following = page.sentences[number + 1][1] if number + 1 < len(page.sentences) else stop
        slot = KIN.get(children["kin"], "relative.child")
        for one in _EACH.finditer(page.shown, start + children.end(), following):
            yield placed(slot, one["name"], one.start(), one.end())


SUPPOSED = re.compile(r"如果|要是|假如|假设|想给|希望|梦[见到]|(?:小说|电影|剧|游戏)里(?!我最)|听说")


def placed(slot: str, value: str, start: int, stop: int) -> Reading:
    """A plain statement of the speaker about themselves."""
    return Reading(person=SELF, slot=slot, value=value, start=start, stop=stop)

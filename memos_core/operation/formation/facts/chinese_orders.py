"""Standing orders and forms of address in Chinese: 以后请用中文, 叫我小王就行, 条列式不用了."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Reading

_STANDING = re.compile(
    r"\W*(?:(?:好的?|对了|另外|还有|请记住|记住|麻烦你?)[，,：: ]*)*(?P<order>之后[，, ]*(?:请|麻烦|回|答|都(?!去|来"
    r"|没|会|是|有)"
    r"|你(?:都|就|要))\S.+"
    r"|(?:(?:从现在(?:开始|起)"
    r"|从今(?:以后|往后|天起|天开始)|以后|今后|往后|日后"
    r"|每次|接下来|下次|之后)[，, ]*(?:都|请|你|就|要|不要|别|跟我|给我|用|把|每次|我问|我说|回|推荐|提醒|叫"
    r"|称呼|麻烦|只|尽量|不用|不许|回答|回复|说话|永远|一律|直接|统一|默认|先|多|少|麻烦).+"
    r"|请?你?(?:以后|今后)(?:都)?(?:回答|回复|说话|讲话|聊天).+"
    r"|请(?:始终|总是|一直|永远|务必|都|以后|用|不要|别)\S.+|(?:永远|千万)?(?:不要|别)(?:再|老|总|老是|总是|一直)*(?:给我|用|叫我|称呼我"
    r"|叫我|推荐|提|说).+"
    r"|(?:(?:给|跟|和|对|帮|回|陪)我|写)[^，]{0,8}?(?:的时候|时)?[，, ]*(?:请|都|就)?(?:不要|别|不许"
    r"|少)再?(?:用|带|加|发"
    r"|写|放|说|讲|提|那么|这么|太).+"
    r"|(?:请|麻烦)?(?:不要|别|少)再?(?:发|带|加|用)(?:点|些|那么多|太多)?(?:表情|感叹|颜文字|废话|术语|英文|套话"
    r"|客套|敬语|长).*"
    r"|(?:总是|始终|永远)(?:要|请|用"
    r"|给).+|(?:回答|回[复覆]|回我|说话|聊天|讲话)(?:我)?(?:问题|讯息|消息)?(?:的时候|时|都)?[，, ]*(?:请|要|尽量"
    r"|不要|别|用|一律|麻烦).+"
    r"|(?:麻烦|请|都|一律)*用[^，]{1,10}(?:回答|回[复覆]|回我|跟我[说讲聊])(?!一次|一下|这)(?:.+|$)"
    r"|不管.+都(?:要|请|用).+))",
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_DROPPED = re.compile(
    r"(?:^|(?<=[，,；。！]))(?:那个?|之前说的|以前说的|上次说的)?(?P<what>[^，。！我你他她]{1,10}?)(?:就|可以|都|也"
    r"|那条|这条|的要求|的规则)*"
    r"(?:(?:不用|不必)(?:再)?[\u4e00-\u9fff]{0,2}?|取消|作废|免|停用)(?:了|掉|啦|吧)+(?=$|[，,。！])"
    r"|(?:不用|(?:不要|别)(?:再)?(?=用|加|写|讲|说|给))(?:再)?(?:用|加|写|讲|说"
    r"|给)?(?P<object>[^，,。！我你他她了用]{1,8})了(?=$|[，,。！])"
)
_ADDRESS = re.compile(
    r"(?P<no>(?:别|不要|不用|不许)(?:再|老是?|总是?|一直)*)?(?:叫|称呼)我(?:做|为)?"
    r"(?P<name>(?![^，。！]{0,6}[去来吃玩看买带]|起床|干|去|来|做|什么|回|吃|了|们|名字|怎么|想"
    r"|一声)[\u4e00-\u9fffA-Za-z]{1,10}?)(?:了"
    r"|就[行好可]以?|吧|即可|$|(?=[，。！]))"
)


def standing(sentence: str) -> re.Match[str] | None:
    """An order, which may stand in any clause of a Chinese sentence."""
    if not _CJK.search(sentence):
        return None
    starts = (0, *(mark.end() for mark in re.finditer(r"[，,；、：]", sentence)))
    return next((found for start in starts if (found := _STANDING.match(sentence, start))), None)


def dropped(sentence: str, start: int) -> Iterator[Reading]:
    """``条列式不用了``: ends the instruction, if there was one."""
    for found in _DROPPED.finditer(sentence):
        yield Reading(
            person=SELF,
            slot="instruction",
            value=found["what"] or found["object"],
            start=start + found.start(),
            stop=start + found.end(),
            polarity=Polarity.ENDED,
            confidence=PRESUMED,
        )


def forms_of_address(sentence: str, start: int) -> Iterator[Reading]:
    """``别叫我小颖了，叫我Vivian吧``."""
    if not _CJK.search(sentence):
        return
    for found in _ADDRESS.finditer(sentence):
        if re.search(r"[他她你]们?(?:都|老|总)?$|[妈爸哥姐弟妹]$", sentence[: found.start()]):
            continue
        yield Reading(
            person=SELF,
            slot="nickname",
            value=found["name"],
            start=start + found.start(),
            stop=start + found.end(),
            polarity=Polarity.NEGATED if found["no"] else Polarity.AFFIRMED,
        )

"""Whom a Chinese clause speaks of, and the words after that."""

import re
from collections.abc import Sequence
from dataclasses import replace

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts import chinese_values
from memos_core.operation.formation.facts.chinese_nouns import CLOSE_KIN, FULL_KIN, GIVEN, KIN, KIN_PATTERN
from memos_core.operation.formation.facts.reading import SELF, Person, Reading

OTHER = Person(kind="other")
"""Somebody of whom no profile is kept: a landlord, the heroine of a novel."""

_REPORTS = re.compile(
    r"(?:听说|据说|(?P<who>[\u4e00-\u9fff\w]{1,8}?)(?:说过?|觉得|认为|以为|告诉[^，]{0,3}|建议|怀疑|猜|担心|笑|夸|骂"
    r"|嫌|催|劝|逼|求"
    r"|叫(?=我)|让(?=我)|希望|要(?=我))(?:，|："
    r"|:)?(?=我|他|她|我们|[\u4e00-\u9fff]{2,3}(?:住|在|是|搬)))"
)
_EXPERT = re.compile(r"(?:医生|大夫|检查|报告|护士|中医|专家|化验|医师|体检|医院)$")
_OPENERS = re.compile(
    r"^(?:不对|(?:现实|实际|真实|真正)(?:生活)?[里中上]?(?:的)?|事实上|[说讲]真的?|[说讲]实话|[说讲]正经的?"
    r"|正经[说讲]"
    r"|老实[说讲]|后来|再后来|最后|接着"
    r"|就是(?=我)|而?是(?=在|住|对|从)|不是的?(?=[，,。 ])|不是(?=我)|其实|对了|因为|所以|但是?|不过|而且|可是"
    r"|可(?=我|咱)|倒是|反正|话说|那个?(?=我|，)"
    r"|另外|然后|昨天|今天|现在|目前|如今|最近|终于|总算|结果|没错|没有啦?(?=我)|没啦(?=我)|才不(?=，)|哈+|唉|哎呀?"
    r"|诶|欸|哇|天啊"
    r"|以前|之前|曾经|以后|还有|嗯|哦|好的|更正一下|纠正一下|[跟给]?(?:你们?|大家)?(?:说|讲|汇报|报告|更新)(?:一?下"
    r"|一?个事|声)|报告)+[，,：:]?\s*"
)
_FIRST = re.compile(
    r"(?:我们全家|我们一家子?|我们家|我家里?|全家|我们|咱们?家?|我自己|我本人|我这个?人|我这边|我个人|本人|自己|在下"
    r"|俺们?|我)(?:的(?!话))?(?:呢|啊|嘛|呀)?"
)
_NAME_FOLLOWS = (
    r"(?=住|[现]?在|是|搬|叫|喜欢|讨厌|爱|怕|对|上周|昨天|今天|明天|刚|最近|来|去|从|超|特别|每|一起|已经|还|也|养"
    r"|开(?!心)|有|考|做|当|今年|一直|说|很|老|说|又|都|会|跟|和"
    r"|想|要|结婚|毕业|退休|，|\d|[一二两三四五六七八九十]{1,3}岁|刚?满|都|才|$)"
)
_DOUBLED = (
    r"(?!天天|刚刚|常常|慢慢|渐渐|偏偏|往往|人人|年年|月月|仅仅|早早|好好|稍稍|明明|看看|说说|妈妈|爸爸|哥哥|姐姐|妹妹"
    r"|弟弟|奶奶|爷爷|经经|时时|处处|默默|悄悄|匆匆|隔隔|太太|宝宝|家家|非非|通通|统统|远远|白白|单单|恰恰|每每|想想)"
    r"(?P<twin>[\u4e00-\u9fff])(?P=twin)"
)
_CALLED = rf"(?P<name>(?:{GIVEN}|{_DOUBLED}){_NAME_FOLLOWS}|[A-Z][a-z]+)?"
_KIN = re.compile(
    rf"(?:(?:我们?|咱们?|俺)(?:自己)?(?:的|家)?)(?:[大小二三亲]|最好的)?(?P<kin>(?!对象棋|先生[病气活孩]|爸妈"
    rf"|爸爸妈妈|爷爷奶奶|爱人[多家]"
    rf"|姑且)(?:{KIN_PATTERN}))(?:们)?{_CALLED}(?:的(?=名字))?"
)
_BARE_KIN = re.compile(
    rf"(?:家里)?(?P<kin>{KIN_PATTERN})(?P<name>)(?:的(?=名字))?(?=叫|名叫|名字|小名|大名)"
    rf"|(?P<close>{CLOSE_KIN})(?!节|车|们(?!在))(?P<other>)"
)
_OF_KIN = re.compile(
    rf"的(?!名字|大名|小名|生日|电话|手机|年龄|工作|职业|爱好|体重"
    rf"|身高)(?:[\u4e00-\u9fff]{{0,2}})?(?:{KIN_PATTERN}|朋友|同学|狗|猫|公司|车)"
)
_PRONOUN = re.compile(r"(?P<word>[他她它])(?:们)?(?:的)?")
_STRANGER = re.compile(
    r"(?:我们?的?|咱们?|这|那|一|有|的|个|位|几|些|[新老前大小初高中女男]|隔壁|对面|楼[上下]|对门)*"
    r"(?:家?老头子?|家?老太太|家?老爷子|老两口|爸妈|父母亲?|爸爸妈妈|爷爷奶奶|家人|公婆|岳父母|同学|同事|邻居|房东"
    r"|房客|客户|客人|朋友们?|前任|前男友"
    r"|前女友|前夫|前妻|学[姐妹弟长]|队友|网友|粉丝|亲戚"
    r"|徒弟|师[傅父兄弟姐妹]|病人|患者|闺蜜们?"
    r"|舍友|室友|老板|领导|组长|主管|班主任|老师|学生|家长|医生|护士|大夫|司机|店员|保安|中介|老人家?|小孩|孩子|男的"
    r"|女的|老外|大爷|大妈|阿姨|叔叔|先生|太太|小朋友"
    r"|部门|公司|团队|隔壁|对门|楼[上下]|人家|别人|大家|有人|有些人|很多人|他们|她们|谁家?|某人)(?!店|，我"
    r"|不[做当干]|[做当干]不)"
)
_GIVEN_BY = re.compile(
    r"(?:医生|大夫|医师)(?:又|就)?(?=开了|换成?了|停了)|(?:医生|大夫|医师|老板|领导|公司|学校|老师)(?:又|就"
    r"|已经)?(?:给|帮|让|叫|把|说|建议)我?(?!们?的)"
    rf"|(?:我们?的?)?(?:{KIN_PATTERN}|朋友|同事|同学)(?:们)?(?:又|就|刚)?(?:给|帮|送了?)"
    r"我们?(?=买|送|换|配|整|弄|起|取|改|一[只条对]|[只条]|养)"
)
_FICTION = re.compile(
    r"[^我，当做是任最]{0,10}?(?:男主角?|女主角?|男二|女二|主角|主人公|反派|配角|角色|人设|博主|主播|网红|明星|偶像"
    r"|爱豆|歌手|演员|作者|嘉宾|选手|NPC|皮卡丘|视频里|新闻里"
    r"|电影里|小说里|剧里|游戏里|书里|漫画里|故事里|剧本)(?!是|的是|叫)"
    r"|[^我，]{0,10}?(?:男主角?|女主角?|主角|主人公|角色|反派|配角)"
)
_NAME = re.compile(
    r"(?P<name>(?:小|阿|老)?[\u4e00-\u9fff]{1,3}?|[A-Z][a-z]+)(?=(?:现在|已经|刚|最近|上周|去年|今年"
    r"|不|也|还)*(?:住在|住(?=\w)|搬[到去来回]"
    r"|在[^，]{1,10}(?:工作|上班|做|当)|是(?:一?[个名位])?[^，]{1,8}(?:师|员|医生|护士|律师|会计|老师"
    r"|学生|教练|经理)|去[^，]{2,8}(?:上班|工作)|喜欢|讨厌|对[^，]{1,8}过敏|(?:刚?满|都|才|快|就)*"
    r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})岁|上(?:小学|幼儿园|初中|高中|[一二三四五六]年级)))"
)
_NICKNAMED = re.compile(
    r"(?P<word>[小阿][\u4e00-\u9fff])(?=(?:才|都|也|还|已经|最近|现在|刚)*(?:在|住"
    r"|是[^不的])[^，]{2})"
)
_NO_NAME = re.compile(
    r"[我你您他她它这那的了是在有没不就也都和跟们些什谁大家人把被给让叫从到对为以及但所因如果虽其很真太最更好想要会能可应该打算年月日天周号点时候]"
)
_LATER_FIRST = re.compile(
    rf"(?P<before>[^我他她你您]{{1,12}}?)我(?!们?的?家?(?:{KIN_PATTERN}))(?:自己|们|这边"
    rf"|这个?人|家)?"
)
_TO_ME = re.compile(
    r"(?:给|帮|叫|让|被|跟|和|对|陪|问|诉|说|请|骂|送|看|劝|教|借|把|找|等|约|害|催|喊|替|为|向|比|像|像是|是|想|以"
    r"|为|当|陪着|追|夸|嫌|笑|逼|求|猜|觉得|连|带|随|拉|讽|靠|有|要是|如果)$"
)

_PLAIN_SUBJECTS = (
    (_FICTION, OTHER),
    (_STRANGER, OTHER),
    (_FIRST, SELF),
    (re.compile(r"[你您]"), Person(kind="you")),
)


def subject(text: str, carried: Person | None) -> tuple[Person, str, bool]:
    """Person, the words after them, and whether it is a report.

    Args:
        text: A clause without blanks and times.
        carried: The person of the clause before, in the same sentence.
    """
    reported = _REPORTS.match(text)
    if reported and (reported["who"] or "") not in ("我", "我们"):
        person, rest, _ = subject(text[reported.end() :], carried)
        return person, rest, _EXPERT.search(reported["who"] or "") is None
    stripped = _OPENERS.sub("", text)
    if found := _GIVEN_BY.match(stripped):
        return SELF, stripped[found.end() :], False
    if found := _KIN.match(stripped) or _BARE_KIN.match(stripped):
        return (*_kin(found, stripped), False)
    for pattern, person in _PLAIN_SUBJECTS:
        if found := pattern.match(stripped):
            return person, stripped[found.end() :], False
    if found := _PRONOUN.match(stripped):
        return Person(kind="pronoun", word=found["word"]), stripped[found.end() :], False
    if (
        (found := _NAME.match(stripped))
        and not _NO_NAME.search(found["name"])
        and len(found["name"]) > 1
        and not chinese_values.is_common(found["name"])
    ):
        return Person(kind="name", word=found["name"]), stripped[found.end() :], False
    if (found := _NICKNAMED.match(stripped)) and not re.match(r"小[区学时孩说店哥妹姐弟子]|阿[姨妈公]", stripped):
        return Person(kind="name", word=found["word"]), stripped[found.end() :], False
    if (found := _LATER_FIRST.match(stripped)) and not _TO_ME.search(found["before"]):
        return SELF, stripped[found.end() :], False
    return carried or SELF, stripped, False


def _kin(found: re.Match[str], text: str) -> tuple[Person, str]:
    rest = text[found.end() :]
    if _OF_KIN.match(rest):
        return OTHER, rest
    groups = found.groupdict()
    word = groups["kin"] or groups["close"]
    return Person(kind="kin", word=FULL_KIN.get(word, word), name=groups["name"] or ""), rest


def topical(text: str) -> str:
    """``摄影我放弃了`` as ``摄影放弃了``; nothing where the speaker does not come after a topic."""
    found = _LATER_FIRST.match(text)
    if found is None or _TO_ME.search(found["before"]):
        return ""
    return found["before"] + text[found.end() :]


def christened(person: Person | None, readings: Sequence[Reading]) -> Person | None:
    """The relative with the name that the clause gave: what follows is told of 小雨, not of 我的妹妹."""
    if person is None or person.kind != "kin" or person.name:
        return person
    told = (one for one in readings if one.person == SELF and one.polarity is Polarity.AFFIRMED)
    return replace(person, name=next((one.value for one in told if one.slot == KIN[person.word]), ""))


def bare(text: str) -> str:
    """The words without the adverbs before them."""
    text = text.strip(" ，,")
    while found := _ADVERB.match(text):
        text = text[found.end() :].strip(" ，,")
    return text


_ADVERB = re.compile(
    r"却|竟然?|居然|反而|干脆|现在|目前|如今|平生|生平|这辈子|眼下|最近|刚刚|刚(?!才)|已经|早就|一直|仍然|依然"
    r"|还是(?=喜欢|住|在)|还(?!有|款"
    r"|钱)|也|(?<!首)都(?!市|城|江)|就(?!读|职|任)|才(?!能)|又"
    r"|其实|真的|真(?!正)|特别|非常|比较|挺|很|超级?|极其|有点儿?|平时|通常|经常|常常|总是|终于|正式"
    r"|本来|暂时|长期|正在|主要|从小|自己|(?:和|跟|与)[^，]{1,8}?(?=都)|"
    r"以前|曾经|曾(?=在|是)|之前|过去|从前|那时候?|当年|原先|原来(?!是)|当时|然后|所以|因为|不过|但是"
    r"|可是|而且|另外|对了|顺便说(?:一下|一句)?|说实话|老实说|更正一下"
    r"|纠正一下|实际上|事实上|现实[里中]|一个人|独自|单独|后来"
    r"|每[天晚早周日](?:早上|晚上|早晚|中午|睡前|饭后|下午|都|要|得)*|睡前|饭后|早晚|一天[一两三1-3]次"
    r"|(?:和|跟|与|同)[^，]{1,10}?(?:一起|一块儿?|合伙)?(?=(?:住|租|搬到|搬去|定居|生活)[在到于去了]?)|一起|一块儿?"
    r"|嗯|哦|啊|哈|呢|啦|吧$|今年|打算|准备|计划着?|正?考虑|想要?(?!念|到|起|法|着)|即将|快要"
    r"|要(?=搬|去|换|养|买|开始|结婚|入职|辞|到|成为|当|学)"
    r"|会(?=搬|去|开始|入职|换)|将要?"
)

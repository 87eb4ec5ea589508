"""Chinese statements without subject and verb: numbers, names beside relations, things named first."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts import chinese_asides
from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN, MODEL, TOWN
from memos_core.operation.formation.facts.chinese_numbers import ages, contacts
from memos_core.operation.formation.facts.chinese_relations import SUPPOSED, placed, relations
from memos_core.operation.formation.facts.chinese_values import is_role
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, SELF, Reading


def beyond_clauses(page: Page) -> Iterator[Reading]:
    """All that a page says in Chinese beside its clauses."""
    if not page.chinese:
        return
    yield from chinese_asides.named_animals(page)
    yield from chinese_asides.adopted(page)
    yield from chinese_asides.asides(page)
    yield from chinese_asides.pets_in_passing(page)
    yield from contacts(page)
    yield from relations(page)
    yield from topics(page)


_TOPIC = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?:就|像|那个?|但|可|不过)?(?P<what>(?!现在|最近|如今|目前|以前|从前|其实|后来|今年|一直|小时候|平时|真的|说实话|因为|所以|而且)[^，,。！我你他她的\s]{1,6}?)(?:这(?:东西|玩意儿?"
    r"|种东西|个)|那种东西|类|什么的)?(?:，)?我(?:真的|从小|就|一直|一向|向来|其实|特别|最|超|很|打小|是|完全|一点"
    r"|一点都|一口都?|从来|都|可|根本|实在|也|又"
    r"|绝对)*"
    r"(?:一[口点滴]|半[口点])?(?:都|也)?(?P<verb>碰不了|不能[碰吃]|吃不了|沾不了|不能沾|吃不下|下不了口|受不了"
    r"|接受不了|不吃|不碰|无感|敬谢不敏|吃不来"
    r"|吃不惯|没兴趣|不爱[吃喝看]?|不喜欢|讨厌|超爱|最爱|喜欢|爱[吃喝看]|吃不腻|百吃不厌)"
)
_LIKED = ("超爱", "最爱", "喜欢", "爱吃", "爱喝", "爱看", "吃不腻", "百吃不厌")
_REACTION = re.compile(r"疹|过敏|肿|痒|喘|休克")
_SICKENS = re.compile(
    r"(?:吃不了|碰不了|喝不了|不能吃|不能碰|不敢吃)(?P<value>[^，。！的了我]{1,6})[，,](?:一?(?:吃|碰|喝|沾))(?:了|到|一口)?"
    r"[^。！]{0,10}(?:疹|过敏|肿|痒|喘|休克|红)"
)
_IS_MINE = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?P<value>(?!这|那|它|他|她|什么|谁)[^，,。！；的我\s]{1,10}?)(?:就|才|一直|也)?是我(?:的)?(?:最大的?|唯一的?|新的?)?"
    r"(?P<of>爱好|兴趣|目标|梦想|专业|母语|老家|家乡|生日|小名|外号|绰号)(?=$|[，,。！呢啊呀哦])"
)
_OF_MINE = {
    "爱好": "hobby",
    "兴趣": "hobby",
    "目标": "goal",
    "梦想": "goal",
    "专业": "field_of_study",
    "母语": "language",
    "老家": "hometown",
    "家乡": "hometown",
    "生日": "birthday",
    "小名": "nickname",
    "外号": "nickname",
    "绰号": "nickname",
}
_NO_FUN_WITHOUT = re.compile(
    r"无(?P<value>[\u4e00-\u9fff]{1,2})不[欢成]|(?:特别|很|超级?|挺|最)能吃(?P<other>辣|酸|甜|苦)"
)
_HOUSE = re.compile(
    r"我(?:们)?家?(?:的)?(?:地址|住址)(?:现在|已经)?(?:是|在|：|改成了?|换成了?)(?P<value>[^，。！\s]{4,24})"
)
_DATED = re.compile(r"我(?:自己)?是(?P<value>(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?)(?:出生|生)的")
_TURNED = re.compile(r"(?:刚|才)?(?:过完|过了)(?:我的?)?(?P<value>\d{1,3})岁?(?:的)?生日")
_STREET = re.compile(
    r"我?(?:家|人)?(?:现在|就)?住(?:在)?(?P<value>[\u4e00-\u9fff]{2,10}(?:路|街|道|巷|弄|胡同)\d+号[^，。！\s]{0,10})"
)
_OWNED = re.compile(
    r"我(?:自己|家里?)?(?:还)?(?:有|买了|入手了|入了|新买了)一(?:台|架|把|部|套|支|副)(?P<value>(?!车)[^，。！的了]{0,6}?(?:相机|单反|吉他|钢琴|电脑"
    r"|笔记本|望远镜|无人机|缝纫机|咖啡机|烤箱|跑步机|平板|投影仪?|小提琴|游戏机|显微镜|打印机|空气炸锅|洗碗机|耳机))"
)
_SICKLY = re.compile(
    r"我(?:完全|绝对|就)?(?:不能|不可以|没法)(?:吃|碰"
    r"|沾)(?P<what>[^，。！的了]{1,6})[，,](?:一)?[吃碰沾喝]?[了]?就?[^。！]{0,8}(?:疹|过敏|肿|痒|喘|休克)"
)
_DEVICE = re.compile(
    r"(?P<noun>手机|电脑|笔电|笔记本|相机|平板|耳机|键盘|显示器|手表|吉他|钢琴|跑鞋|球拍)(?:现在|目前|一直"
    r"|还)*(?:用的是?|换成|换了|是|换到|升级成)了?(?P<value>(?!什么|我|旧|新的|坏)[^，。！的了？]{2,16})"
    r"|(?P<change>手机|电脑|笔电|笔记本|相机|平板|耳机|键盘|手表)(?:已经"
    r"|终于)?换了[，,](?:我)?(?:现在)?(?:在)?用(?:的是)?(?P<new>[^，。！的了？]{2,16})"
)
_FAVORITE = re.compile(
    r"(?P<of>[^，,。！我\s]{1,6}?)(?:的话|方面|上|嘛|里面?|当中|中)[，,]?我(?:还是|现在|一直|就)?最(?:喜欢|爱"
    r"|中意)(?:的是|的就是|的还是|吃|喝|看|听)?(?P<value>[^，。！的了]{1,10})"
)
_LOVED = re.compile(
    r"最(?:喜欢|爱|中意)(?P<value>[^，,。！的我]{1,8}?)这个?(?P<of>季节|城市|歌手|乐团|乐队|颜色"
    r"|演员|牌子|品牌|作家|球队|节日)"
)
_SICK_OF = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?P<what>[^，,。！我\s]{1,8}?)(?:我|都|已经|也|早就?)*(?:看|听|吃|玩"
    r"|喝|追|逛)(?:腻|够|厌|烦|伤)了"
)
_PUT_OFF = re.compile(
    r"一(?:看|闻|吃|听|想|碰)(?:到|见)?(?P<what>[^，,。！我就]{1,8}?)我?就(?:会|很|想|直)*(?:反胃"
    r"|恶心|想?吐|头疼|烦|犯恶心|起鸡皮疙瘩|发怵|害怕)"
)
_DONE = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?P<what>[^，,。！我\s]{1,10}?)\s*(?:我|终于|已经|都|总算|也|刚)*(?:考过|考到|考上"
    r"|考下来|拿到手?|拿下|完成|达成|实现|跑完|读完|存够|攒够|学会|做到|搞定|完赛|达标|上岸|(?<!不)过)(?:啦|了|$"
    r"|(?=[，！]))"
    r"|(?:终于|已经|总算|成功)?(?:考过|考到|考上|拿到|拿下|完成|达成|实现|跑完|读完|存够|攒够"
    r"|学会)了(?P<that>[^，。！]{2,14})"
)
_FIRM = re.compile(
    r"在一?[家间个](?:[^，。！]{0,14})(?:公司|厂|店|机构|工作室|医院|学校|事务所|餐厅"
    r"|银行)?[，,](?:就)?(?:叫做?|名叫|名字叫)(?P<value>[^，。！的]{2,10})"
)
_GOAL = re.compile(
    r"(?:目标|愿望|心愿|梦想|flag)(?:就|是|要|想)*(?:[：:]\s*"
    r"|(?=[减考存学跑读攒拿练瘦写去买升做赚开]))(?P<value>[^，。！]{2,20})"
)
_BIRTHDAY = re.compile(
    r"(?:我|本人)(?:自己)?(?:的)?(?:农历|阴历|阳历)?生日[^。！？我他她]{0,14}?(?P<value>(?:\d{4}年)?(?:农历"
    r"|阴历)?\d{1,2}月\d{1,2}[日号]?)"
)
_BORN = re.compile(r"生日[^。！我]{0,14}[，,]我(?:的)?(?:就)?是(?P<value>\d{1,2}[月.]\d{1,2}[日号]?)")
_AMOUNT = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?P<noun>[\u4e00-\u9fff]{2,5}?)(?:现在|已经|都|也|还|目前|一共|总共|终于)*(?:有|剩"
    r"|剩下|攒到|攒了|涨到|收到|收了|增加到|只剩|存到)了?"
    r"(?P<value>\d+)[多来]?(?:只|个|盆|本|双|辆|台|张|条|件|位|把|棵|套|枚|瓶|块|幅)(?=了|$|[，。！])"
)
_WORN = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?:我的?)?(?P<noun>鞋码|鞋子尺码|尺码|血型|星座|微信号?|QQ号?|车牌号?|工号|学号"
    r"|LINE ?ID|IG|属相"
    r"|生肖)(?:是|：)?(?P<value>[ABO]{1,2}型|[A-Za-z0-9_-]{1,20}|[\u4e00-\u9fff]{1,2}座)"
)
_WEIGHED = re.compile(r"(?:秤|称|体重计|一量)[^。！？]{0,8}?(?P<value>\d{2,3}(?:\.\d)?\s*(?:公斤|斤|kg|KG|千克))")
_TALL = re.compile(
    r"(?:^|(?<=[，,。！；\s]))我(?:有|才|就|只有|身高"
    r"|净身高)*(?P<value>一米[五六七八九]\d?[一二三四五六七八九]?|1米[5-9]\d|1[4-9]\d(?:公分|cm|厘米)|1\.[4-9]\d?米)"
)
_SHARED = re.compile(r"(?:合租|租房|租了?(?:房子|单间)|买了?房)[^，。]{0,4}[，,](?:就)?在(?P<value>[^，。的了]{2,6})")
_LONG_HERE = re.compile(
    rf"(?:^|(?<=[，,。！；\s]))(?P<value>{TOWN})(?:这边|这里)?(?:都|也)?(?:待|住|呆)(?:久|惯"
    rf"|习惯|长)了"
)
_I_WEIGH = re.compile(
    r"我(?:现在|已经|才|有|都|目前)*(?P<value>\d{2,3}(?:\.\d)?(?:公斤|斤|kg|千克))(?=了|[，。！]"
    r"|$)"
)
_CAR = re.compile(
    rf"我(?:自己|现在)?(?:就|只有|只|有"
    rf"|就有)?一[辆台部](?P<value>[^，。的了]{{0,4}}?{MODEL})(?=[，。！]"
    rf"|$)"
)
_SPOT = (
    (_CAR, "vehicle"),
    (_SICKENS, "allergy"),
    (_DATED, "birthday"),
    (_TURNED, "age"),
    (_STREET, "address"),
    (_OWNED, "owns"),
    (_HOUSE, "address"),
    (_SHARED, "residence"),
    (_LONG_HERE, "residence"),
    (_I_WEIGH, "measurement.weight"),
    (_FIRM, "employer"),
    (_GOAL, "goal"),
    (_BORN, "birthday"),
    (_BIRTHDAY, "birthday"),
    (_WEIGHED, "measurement.weight"),
    (_TALL, "measurement.height"),
)


def _told(page: Page) -> Iterator[tuple[int, int]]:
    """The sentences up to where they ask: ``我就一辆五菱，能上ETC吗？``."""
    for number, (start, stop, asked) in enumerate(page.sentences):
        if not asked:
            yield start, stop
            continue
        told = [one for one in page.clauses if one.sentence == number and not one.asked]
        if told:
            yield start, max(one.stop for one in told)


def topics(page: Page) -> Iterator[Reading]:
    """What names its thing first: ``海鲜我碰不了``, ``鞋码42``, ``手机用的是…``."""
    for start, stop in _told(page):
        if SUPPOSED.search(page.shown, start, stop):
            continue
        text = page.shown[start:stop]
        for pattern, slot in _SPOT:
            for found in pattern.finditer(text):
                yield placed(slot, found["value"], start + found.start(), start + found.end())
        for found in _IS_MINE.finditer(text):
            yield placed(_OF_MINE[found["of"]], found["value"], start + found.start(), start + found.end())
        for found in _NO_FUN_WITHOUT.finditer(text):
            yield placed("likes", found["value"] or found["other"], start + found.start(), start + found.end())
        yield from ages(text, start)
        yield from _jobs(text, start)
        yield from _refused(text, start)
        yield from _things(text, start)
        yield from _reached(text, start)


_JOB_NOW = re.compile(
    r"(?:现在|如今|目前|眼下)(?:我)?(?:就)?是(?:一?[个名位])?(?P<role>(?!在|我|他|她|这|那|最|很|第|什么|一样|真"
    r"|因为|为了|有|没|不|想|又|把"
    r"|[\d一二两三四五六七八九十])[^，。！？了的吗呢吧啊\s]{2,7})(?=$|[，,。！])"
)


def _jobs(text: str, start: int) -> Iterator[Reading]:
    """``现在是银行理专``: what one is now, and was not before, is a job."""
    for found in _JOB_NOW.finditer(text):
        if _ABOUT_OTHERS.search(text[: found.start()].rpartition("我")[2]) or not is_role(found["role"]):
            continue
        yield placed("occupation", found["role"], start + found.start(), start + found.end())


_ABOUT_OTHERS = re.compile(rf"{KIN_PATTERN}|[他她它你您]|同学|同桌|家里|天气|时间|价格|这|那")


def _refused(text: str, start: int) -> Iterator[Reading]:
    for found in _TOPIC.finditer(text):
        sick = _REACTION.search(text, found.end()) is not None
        liked = found["verb"] in _LIKED
        slot = "likes" if liked else "allergy" if sick else "diet" if found["verb"] in ("不吃", "不碰") else "dislikes"
        value = f"不吃{found['what']}" if slot == "diet" else found["what"]
        yield placed(slot, value, start + found.start(), start + found.end())
    for found in _SICKLY.finditer(text):
        yield placed("allergy", found["what"], start + found.start(), start + found.end())


def _things(text: str, start: int) -> Iterator[Reading]:
    for found in _DEVICE.finditer(text):
        if not re.search(r"[他她你]|朋友|同事|老公的|老婆的", text[: found.start()]):
            noun = found["noun"] or found["change"]
            yield placed(
                f"attribute.{noun}", found["value"] or found["new"], start + found.start(), start + found.end()
            )
    for found in _AMOUNT.finditer(text):
        if not re.search(r"[我他她你家]", found["noun"]):
            yield placed(f"count.{found['noun']}", found["value"], start + found.start(), start + found.end())
    for found in _PUT_OFF.finditer(text):
        yield placed("dislikes", found["what"], start + found.start(), start + found.end())
    for found in (*_FAVORITE.finditer(text), *_LOVED.finditer(text)):
        yield placed(f"favorite.{found['of']}", found["value"], start + found.start(), start + found.end())
    for found in _WORN.finditer(text):
        yield placed(f"attribute.{found['noun']}", found["value"], start + found.start(), start + found.end())


def _reached(text: str, start: int) -> Iterator[Reading]:
    """``N2 考过了``, ``立普妥不吃了``: ends the goal or the drug, if it was one."""
    for pattern, slot in ((_DONE, "goal"), (_STOPPED, "medication"), (_SICK_OF, "likes"), (_FALLEN_OUT, "friend")):
        for found in pattern.finditer(text):
            value = next(value for value in found.groups() if value).strip()
            yield Reading(
                person=SELF,
                slot=slot,
                value=ANY if value in ("目标", "这个目标", "任务") else value,
                start=start + found.start(),
                stop=start + found.end(),
                polarity=Polarity.ENDED,
                event=True,
                confidence=PRESUMED,
            )


_FALLEN_OUT = re.compile(
    r"(?:跟|和|与)(?P<who>[\u4e00-\u9fff]{2,4}?)(?:已经|彻底|早就|都|也)*(?:绝交|断交|闹掰|闹翻|友尽|不再是朋友|不是朋友|没联系|不来往)了"
)
_STOPPED = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?:那个?|把)?(?P<what>[^，,。！我\s]{2,8}?)(?:已经|都|也|终于|就|我)*"
    r"(?:不吃|停|停药|断|吃完|不用吃|不打|不用打)(?:掉)?了(?=$|[，,。！])"
)


def labelled(readings: list[Reading]) -> list[Reading]:
    """Without what only describes more closely: foods beside the name of a diet, doings beside the name of a trade."""
    affirmed = [one for one in readings if one.polarity is Polarity.AFFIRMED and one.value != ANY]
    diet = any(one.slot == "diet" and not one.value.startswith("不吃") for one in affirmed)
    trade = {one.person for one in affirmed if one.slot == "occupation" and not _DOING.match(one.value)}
    return [
        one
        for one in readings
        if not (diet and one.slot == "diet" and one.value.startswith("不吃"))
        and not (one.slot == "occupation" and one.person in trade and _DOING.match(one.value))
    ]


_DOING = re.compile(r"[做搞干教开卖跑修写画送拍种养带管打]")

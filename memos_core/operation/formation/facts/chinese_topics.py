"""Chinese statements without subject and verb: numbers, names beside relations, things named first."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts import chinese_asides
from memos_core.operation.formation.facts.chinese_nouns import CLOSE_KIN, FULL_KIN, GIVEN, KIN, KIN_PATTERN
from memos_core.operation.formation.facts.chinese_stance import supposes
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, SELF, Person, Reading

_PHONE = re.compile(
    r"(?<![\d.])(?:\+?\d{1,3}[- ]?)?(?:1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4}"
    r"|0\d{1,3}[- ]?\d{3,4}[- ]?\d{3,4}|\d{3,4}-\d{3,4}-\d{3,4})(?![\d])"
)
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE_WORD = re.compile(r"电话|手机|门号|号码?|打给|打这个|联系|打我|LINE|WhatsApp")
_EMAIL_WORD = re.compile(r"邮|信箱|[Ee]-?mail|发到|寄到|发给|寄给|传到|联系")
_GONE = re.compile(r"停用|不用了|作废|注销|停机|被盗|弃用|没用了|别再|不要再|不再用|旧的?(?!号换)|以前的|之前的|不是")
_NOT_MINE = re.compile(
    rf"客服|公司|前台|热线|快递|外卖|商家|店[里家]|官方|[他她你您]|(?:{CLOSE_KIN}"
    rf"|我[妈爸姐妹哥弟])的?(?:电话|手机|号|新号|邮箱|门号|信箱)|中介|物业|房东|急救|报警"
)

_CJK = re.compile(r"[\u4e00-\u9fff]")


def beyond_clauses(page: Page) -> Iterator[Reading]:
    """All that a page says in Chinese beside its clauses."""
    if not _CJK.search(page.shown):
        return
    yield from chinese_asides.named_animals(page)
    yield from chinese_asides.asides(page)
    yield from contacts(page)
    yield from relations(page)
    yield from topics(page)


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
            if found is None or not word.search(around) or _NOT_MINE.search(around) or supposes(page, clause, text):
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


_KIN_NAME = re.compile(
    rf"我(?:们|家)?的?(?P<kin>{KIN_PATTERN})(?P<name>{GIVEN}|[A-Z][a-z]+)"
    r"(?=[，,。！]|$|去|来|在|一起|要|是|住|也|都|刚|最近|昨天|今天|明天|上周|下周|过|喜欢|想|说|会|从|做|送|给|回"
    r"|到|的生日|结婚|分手|考|上|今年|已经|还)"
)
_CALLED = re.compile(
    rf"(?:我(?:们|家)?的?|家里|现在的|现任的?|^|(?<=[，,。！；\s]))(?P<kin>{KIN_PATTERN})(?:的)?(?:小名|大名|全名"
    rf"|名字|乳名"
    rf"|英文名)?(?:就)?(?:叫做?|是叫|取名叫?|名叫)(?P<name>(?!我|什么|啥|他|她"
    rf"|你)[^，。！的我他她你了做\s]{{1,4}}|[A-Z][a-z]+)"
)
_EACH = re.compile(
    r"(?:大|小|老[大二三四]|姐姐|弟弟|妹妹|哥哥|另?一个|一只|另?一[只条])的?(?:那个"
    r"|那只)?(?:就)?(?:叫|名叫|是)(?P<name>(?!我|什么|啥)[^，。！的我他她你了、\s]{1,4})"
)
_HAS_CHILDREN = re.compile(
    r"有?(?:[两俩仨三四二2-5]|一?对|龙凤|双)(?:个|位|胞)?(?P<kin>儿子|女儿|闺女|孩子|娃|小孩"
    r"|宝宝|千金|双胞胎|龙凤胎|胎)"
)


def relations(page: Page) -> Iterator[Reading]:
    """``跟我女友诗涵去看雪``, ``我有俩儿子，大的叫子轩，小的叫子墨``."""
    for number, (start, stop, asked) in enumerate(page.sentences):
        text = page.shown[start:stop]
        if asked or _SUPPOSED.search(text):
            continue
        for found in (*_KIN_NAME.finditer(text), *_CALLED.finditer(text)):
            if re.search(r"(?:同事|朋友|老板|邻居|同学|[他她你])的?$", text[: found.start("kin")]):
                continue
            yield _placed(KIN[found["kin"]], found["name"], start + found.start(), start + found.end())
        if children := _HAS_CHILDREN.search(text):
            following = page.sentences[number + 1][1] if number + 1 < len(page.sentences) else stop
            slot = KIN.get(children["kin"], "relative.child")
            for one in _EACH.finditer(page.shown, start + children.end(), following):
                yield _placed(slot, one["name"], one.start(), one.end())


_SUPPOSED = re.compile(r"如果|要是|假如|假设|想给|希望|梦[见到]|小说|电影|剧里|游戏里|听说")


def _placed(slot: str, value: str, start: int, stop: int) -> Reading:
    return Reading(person=SELF, slot=slot, value=value, start=start, stop=stop)


_AGE = re.compile(
    rf"(?:(?P<self>我|本人)|(?:我(?:们|家)?的?)?(?P<kin>{KIN_PATTERN}))(?:今年|都|已经|才|刚|满|现在|也"
    rf"|快要?)*(?P<age>[1-9]\d)(?=了|[，,。！]|$|的人了)"
    r"|(?:过完|过了?|满)生日(?:就|我|都|已经)*(?P<turned>[1-9]\d)(?=了|岁|[，。]|$)"
)
_TOPIC = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?:就|像|那个?|但|可|不过)?(?P<what>[^，,。！我你他她的\s]{1,6}?)(?:这(?:东西|玩意儿?"
    r"|种东西|个)|那种东西|类|什么的)?(?:，)?我(?:真的|是|完全|一点|一点都|一口都?|从来|都|可|根本|实在|也|又"
    r"|绝对)*"
    r"(?:一[口点滴]|半[口点])?(?:都|也)?(?P<verb>碰不了|不能[碰吃]|吃不了|沾不了|不能沾|吃不下|下不了口|受不了"
    r"|接受不了|不吃|不碰|无感|敬谢不敏|吃不来"
    r"|吃不惯|没兴趣)"
)
_REACTION = re.compile(r"疹|过敏|肿|痒|喘|休克")
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
_DONE = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?P<what>[^，,。！我\s]{1,10}?)\s*(?:我|终于|已经|都|总算|也|刚)*(?:考过|考到|考上"
    r"|考下来|拿到手?|拿下|完成|达成|实现|跑完|读完|存够|攒够|学会|做到|搞定)(?:啦|了|$|(?=[，！]))"
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
_SPOT = (
    (_FIRM, "employer"),
    (_GOAL, "goal"),
    (_BORN, "birthday"),
    (_WEIGHED, "measurement.weight"),
    (_TALL, "measurement.height"),
)


def topics(page: Page) -> Iterator[Reading]:
    """What names its thing first: ``海鲜我碰不了``, ``鞋码42``, ``手机用的是…``."""
    for start, stop, asked in page.sentences:
        if asked or _SUPPOSED.search(page.shown, start, stop):
            continue
        text = page.shown[start:stop]
        for pattern, slot in _SPOT:
            for found in pattern.finditer(text):
                yield _placed(slot, found["value"], start + found.start(), start + found.end())
        yield from _ages(text, start)
        yield from _refused(text, start)
        yield from _things(text, start)
        yield from _reached(text, start)


def _ages(text: str, start: int) -> Iterator[Reading]:
    for found in _AGE.finditer(text):
        if re.search(r"快|再过|马上|以前|那年", text[max(0, found.start() - 6) : found.end() + 1]):
            continue
        kin = found["kin"]
        person = Person(kind="kin", word=FULL_KIN.get(kin, kin)) if kin else SELF
        if found["age"] or found["turned"]:
            yield Reading(
                person=person,
                slot="age",
                value=found["age"] or found["turned"],
                start=start + found.start(),
                stop=start + found.end(),
            )


def _refused(text: str, start: int) -> Iterator[Reading]:
    for found in _TOPIC.finditer(text):
        sick = _REACTION.search(text, found.end()) is not None
        slot = "allergy" if sick else "diet" if found["verb"] in ("不吃", "不碰") else "dislikes"
        value = f"不吃{found['what']}" if slot == "diet" else found["what"]
        yield _placed(slot, value, start + found.start(), start + found.end())
    for found in _SICKLY.finditer(text):
        yield _placed("allergy", found["what"], start + found.start(), start + found.end())


def _things(text: str, start: int) -> Iterator[Reading]:
    for found in _DEVICE.finditer(text):
        if not re.search(r"[他她你]|朋友|同事|老公的|老婆的", text[: found.start()]):
            noun = found["noun"] or found["change"]
            yield _placed(
                f"attribute.{noun}", found["value"] or found["new"], start + found.start(), start + found.end()
            )
    for found in _AMOUNT.finditer(text):
        if not re.search(r"[我他她你家]", found["noun"]):
            yield _placed(f"count.{found['noun']}", found["value"], start + found.start(), start + found.end())
    for found in _FAVORITE.finditer(text):
        yield _placed(f"favorite.{found['of']}", found["value"], start + found.start(), start + found.end())
    for found in _WORN.finditer(text):
        yield _placed(f"attribute.{found['noun']}", found["value"], start + found.start(), start + found.end())


def _reached(text: str, start: int) -> Iterator[Reading]:
    """``N2 考过了``, ``立普妥不吃了``: ends the goal or the drug, if it was one."""
    for pattern, slot in ((_DONE, "goal"), (_STOPPED, "medication")):
        for found in pattern.finditer(text):
            yield Reading(
                person=SELF,
                slot=slot,
                value=next(value for value in found.groups() if value).strip(),
                start=start + found.start(),
                stop=start + found.end(),
                polarity=Polarity.ENDED,
                event=True,
                confidence=PRESUMED,
            )


_STOPPED = re.compile(
    r"(?:^|(?<=[，,。！；\s]))(?:那个?|把)?(?P<what>[^，,。！我\s]{2,8}?)(?:已经|都|也|终于|就|我)*"
    r"(?:不吃|停|停药|断|吃完|不用吃|不打|不用打)(?:掉)?了(?=$|[，,。！])"
)


def labelled(readings: list[Reading]) -> list[Reading]:
    """Without the foods that are kept off where the same message names the diet."""
    named = any(one.slot == "diet" and not one.value.startswith("不吃") and one.value != ANY for one in readings)
    return [one for one in readings if not (named and one.slot == "diet" and one.value.startswith("不吃"))]

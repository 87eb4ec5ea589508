"""Chinese: which clauses speak of something to come, owed, temporary or forbidden for a while."""

import re
from collections.abc import Iterator, Sequence

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.lexicon import Group, states
from memos_core.operation.formation.foresight.linking import FINE
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.numerals import chinese_number

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT

_UNREAL = re.compile(
    r"也许|或许|说不定|不一定|没准|可能|大概会|有人说|大家都?说|网上说|传言|据传|如果|要是|假如|万一|希望|但愿|真想"
    r"|好想|想(?:~|要|去|在|学|吃|买|换"
    r"|找|当|做|看|试)|幻想|梦想|恨不得|有机会|哪天"
    r"|总有一天|迟早|改天|有空|考虑|犹豫|纠结|(?:本来|原本).{0,10}(?:要|打算|想|计划|准备|说好)|原计划|差点|应该会"
    r"|估计|不知道|要不|不如|听说|据说|新闻[说里上]|据报道|预报说|就好了|多好|吹牛|扬言|声称"
    r"|一般(?:建议|来说|都|要|会|情况|需要)"
)
_HABIT = re.compile(
    r"每[天周月年个逢次]|每到|一般(?=在|会|都|不|去)|经常|常常|通常|平时|总是|一直都|永远|一辈子|从来|习惯|往往|偶尔"
    r"|时不时|天天|年年|长期|从小|三天两头|隔三差五"
)
_SECOND = re.compile(
    r"^(?:那|所以|但是?|不过|记得|建议)?(?:你|您|你们)(?!.*我)|^(?:可以|建议|推荐|不妨|记得(?!提醒我)|试试|最好|欢迎"
    r"|祝)"
)
_PAST = re.compile(
    r"(?:去|来|到|做|吃|看|玩|见|买|得|住|跑|参加|考|开|交|发|聚|聊|打|爬|办|搬|飞|坐|听|学|走|忙|搞|逛"
    r"|回)(?:完)?(?:了|过)(?!吗)|(?:了|过)$"
    r"|当时|曾经|那时候?|小时候|以前(?!把|要|得)"
)
_GONE = re.compile(r"小时候|当年|曾经|那时候?|以前(?:得|有|生)|上(?:大学|中学|小学)时|好几年前|得过|住过|做过|打过")
_NEGATED = re.compile(
    r"没(?=[去来上吃做睡到参交发办赶见看])|不(?:去|打算|准备|参加|来|会|想|做|办|搬|飞|考|出差|回|用|需要"
    r"|必)(?![得成])|没(?:有|法|空)|取消|去不了|来不了"
)
_DENIED = re.compile(
    r"(?:没有?|不是|不会|避免|预防|防止|害怕|担心|怕|好了|治好|治愈|康复|结束|戒掉|不用|不再|不|别|小心)[^，。]{0,4}$"
)
_FIRM = re.compile(
    r"就[^，。]{1,12}了$|要(?!是|不|求|么|点)|打算|准备(?!好)|计划|决定|会(?![议计员场])|将|得(?=[去在把给交])|必须"
    r"|定在|定于|订了|订好|订的|约了?|约好|预约|预订|报名|买好"
    r"|就[在是]~|^在~+$|延到|延至|顺延|推到|报了|抢到|拿到|买了|安排|即将|就要|快要|需要|参加|出发|启程|说好|答应"
    r"|轮到|约在"
    r"|排[到在上]|轮到|改[到成在]|推迟到|延[期后]到|提前到|挪到|换到|搬到|改签"
)
_EVENT = re.compile(
    r"理发|剪头|剪发|烫头|染发|做头发|美甲|洗牙|补牙|拔牙|看牙|配眼镜|会议?$|面试|考试|体检|手术|婚礼|聚会|聚餐|生日"
    r"|派对|演唱会|音乐会|比赛|马拉松|家长会|总结会|年会|答辩|航班"
    r"|飞机|火车|高铁|车票|机票|开学|开会|汇报|培训|讲座|毕业"
    r"|典礼|约会|牙医|医院|复查|复诊|门诊|疫苗|搬家|入职|签证|驾照|路考|高考|中考|期末|旅[行游]|出差|演出|展览|展会"
    r"|看房|交房|装修|入住|退房|直播|课|同学会|团建|葬礼"
    r"|追悼会|预产|拆线|半马|全马|抽血|胃镜|肠镜|化验|取|送货|快递|安装|师傅|来访|接|见面|吃饭|晚饭|午饭|爬山|露营"
    r"|集合|碰头|汇合|排练|春游|音乐节|运动会|庭|发布|上线|首映|首发|考"
)
_MOVES = re.compile(
    r"跟(?!上|踪)|放(?=[~假])|去|来|到|回|飞|坐|开|见|接|送|看|玩|跑|参加|上课|上班|走|搬|做|考|办|拜访|出国|结婚"
    r"|入职|入学|报到"
    r"|演|比|陪|帮|请|交|带|吃|打|有|是|上|寿|过生日|过节"
    r"|演|出"
)
_DUTY = re.compile(
    r"(?:跟|和|给|向)[^，]{1,6}说(?:了|好)|必须|得(?=[^了到过])|务必|一定要|需要|要(?!是|不|求|么)|该|应该|记得"
    r"|别忘了?|提醒我|答应|保证|承诺|负责|欠|还"
    r"|交|发|寄|给你|给他|给她|完成|弄完|做完"
    r"|写完|办|提交|截止|到期|续|缴|要求|催|让我|叫我"
)
_OWED = re.compile(r"还款|缴费|交租|还贷|截止|到期|最[晚迟]|死线|ddl|deadline|过期|期限|交稿日|截稿")
_EXTENDED = re.compile(
    r"(?:延|推迟?|宽限|放宽|改|拖|缓)[长期后]?(?:到|至|成|为)?[^，。~]{0,3}~+[^，。]{0,4}(?:交(?!流|往)|还(?!是|有)"
    r"|提交|上交|付(?!费)|缴)"
)
"""The new date of what is owed."""
_PAYABLE = re.compile(
    r"(?:租|费|款|税|债|账单|贷|作业|报告|论文|稿|表)[^，。~]{0,4}~+[^，。]{0,4}(?:交(?!流)|还(?!是|有)|付|缴|到期)"
)
_PROMISE = re.compile(
    r"答应|保证|承诺|说好(?:了)?(?:要|会|给)|一言为定|发誓|包在我身上|(?:我|我们)(?:会|来|一定|就|再|帮你|明天|晚点"
    r"|回头|下周"
    r"|周[一二三四五六日天末])?.{0,12}(?:发给|寄给|还给|给|带给|交给|告诉|通知|转给|转|还|帮)(?:你|您|他|她|大家"
    r"|他们|妈|爸|老板)"
)
_GIVES = re.compile(
    r"(?:还|发|寄|交|转|带|拿|送|答复|回复|告诉|打款|付)(?:钱|给|回|过去)?(?:你|您|他|她|人家|大家|老板|客户|房东"
    r"|老师)(?!的|带|给|们家)"
    r"(?!.*(?:吗|了)$)"
)
"""Something is given to, or told, somebody."""
_FORBIDS = re.compile(
    r"(?:医生|大夫|医嘱|医院|牙医|护士)[^，。]{0,4}(?:让|叫|要求|嘱咐|说|建议)[^，。]{0,6}(?:喝|吃|躺|歇|静养|卧床"
    r"|戴|忌|少|禁)"
    r"|不能(?!不|再好|说|忘|错过)|不可以|不许|不准|不得(?!不)|禁止|严禁|不宜|别(?:喝|吃|跑|碰|给|再|让|点|约|叫|熬"
    r"|剧烈|沾)|(?:不让|不叫|让我别|叫我别|嘱咐"
    r"|叮嘱)|只能|不(?:喝|吃|碰|沾|抽|开车|跑步|运动|健身|熬夜|下馆子|点外卖|出门|买|花钱|聚餐|接单|应酬)|(?:得|要"
    r"|需要|必须)(?:静养|卧床|忌|戒|避免|空腹"
    r"|禁食|多休息|休息|少吃|少喝|戴口罩|清淡|控制(?:饮食|体重|血糖|开支|花销)|注意饮食)|忌(?!日)|避免|没法(?:跑|走"
    r"|开|吃|喝|运动|出门|打|弯|用|上)|(?:跑|走|吃|喝|运动|开|动)不了"
)
_CAPPED = re.compile(
    r"(?:预算|上限|封顶|最多|限额|生活费|花销|开销)[^，。]{0,8}(?:[\d一二两三四五六七八九十百千半]+(?:多"
    r"|来)?[块元百千万]|不(?:能)?超)"
    r"|(?:不能超过|不超过|别超过?|不要超过|控制在|卡[死在]+|压到|压缩到)[\d一二两三四五六七八九十百千半]+(?:块|元|百"
    r"|千|万)"
)
"""A sum that must do."""
_DOCTOR = re.compile(r"医生|大夫|医嘱|护士|牙医|教练|中医|康复师|营养师|老中医")
_STAYS = re.compile(
    r"在|被?派[到去往]|外派|常驻|盯|跑|关|停|封|断|禁|修|锁|打|待|呆|住|留|休|忙|用|穿|戴|坐|吃|值|负责|照顾|带|陪"
    r"|做|上|排|练|养|租|借|挤|跟|闭关"
    r"|复习|学|没有?(?=车|网|水|电|空|时间)|不在|回不来|取"
)
_PARTING = re.compile(r"^(?:那|好|行|咱们?|我们)*~+(?:早上|上午|中午|下午|晚上|再)?见[啦哦咯吧呀~]*$|^~+是~*$")
"""Says good-bye, or what day it is."""
_WEATHER = re.compile(r"下[雨雪]|天气|降温|升温|寒潮|高温|沙尘|雾霾|台风|暴雨|刮风|预报|晴天|气温")


def drafts(clause: Clause) -> Iterator[Draft]:
    """What a Chinese clause says of the time to come, with its own times only."""
    low, bare = clause.low, clause.bare
    if clause.unreal or clause.asked or _SECOND.search(low):
        return
    unreal = _UNREAL.search(bare) is not None
    found = [] if unreal else list(_states(clause))
    yield from found
    restriction = None if unreal else _restriction(clause, found)
    if restriction is not None:
        yield restriction
        return
    if found or unreal or _WEATHER.search(bare) or _PARTING.search(bare) or of_the_world(clause):
        return
    if (owed := _owed(clause)) is not None:
        yield owed
    elif not clause.times and _IS_THERE.match(bare) and not _HABIT.search(bare):
        yield Draft(kind=STATE, clause=clause, times=(), confidence=0.7)
    elif not _HABIT.search(bare) or any(time.granularity is Granularity.RANGE for time in clause.times):
        yield from _ahead(clause)


def is_idle(clause: Clause) -> bool:
    """Whether a clause is supposed or wished, a farewell, or about the hearer or the world."""
    return (
        _SECOND.search(clause.low) is not None
        or any(cue.search(clause.bare) for cue in (_UNREAL, _PARTING))
        or of_the_world(clause)
    )


_IS_THERE = re.compile(
    r"^(?:我|我们|咱们?|[^，。~]{0,3}(?:爸|妈|老公|老婆|哥|姐|弟|妹))(?:人)?(?:现在|还|正|目前|这会儿)?在"
    r"(?!乎|意|想|考虑|吗|说|等|看|吃|听)(?!.*(?:当|做|上班|工作|任|教|开|读|念|上学|干活|创业))[^，。~了过]{2,10}$"
)
"""Tells where somebody is; it lasts where the next clause says until when: 我在姥姥家避暑，20号回来."""


def _dates(clause: Clause) -> list[Time]:
    return [time for time in clause.times if time.ahead and time.role is not Role.FOR]


def _states(clause: Clause) -> Iterator[Draft]:
    bare = clause.bare
    if _GONE.search(bare):
        return
    for found in states(bare, chinese=True):
        entry = found.entry
        ahead = any(time.ahead for time in clause.times)
        if _DENIED.search(bare[: found.start]) or re.match(
            r"(?:刚|才|终于|已经|差不多|快|都)?(?:好|全好|没事)$|[^，]{0,2}(?:好了|痊愈|结束了|治好|完了)",
            bare[found.stop :],
        ):
            continue
        if _HABIT.search(bare) and not ahead:
            continue
        coming = _FIRM.search(bare[: found.stop]) is not None and entry.group in (
            Group.ABSENCE,
            Group.DUTY,
            Group.TREATMENT,
        )
        if coming and not ahead:
            continue
        if entry.group is Group.ABSENCE and re.search(r"[过]|(?:差|假)回来|回来了", bare[found.start : found.stop + 4]):
            continue
        topic = (
            f"{found.topic} 石膏"
            if re.search(r"骨折|骨裂|(?:摔|跌|打|撞|跟腱|韧带|手|腿|臂|骨)断", bare)
            else found.topic
        )
        times = clause.times
        length = (
            56
            if entry.group is Group.INJURY
            and re.search(
                r"骨折|骨裂|(?:摔|跌|打|撞|跟腱|韧带|手|腿|臂"
                r"|骨)断",
                bare,
            )
            else entry.days
        )
        if entry.topic == "怀孕" and (months := re.search(r"([\d一二三四五六七八九两]+)个(?:多)?月", clause.low)):
            length, times = 30 * max(1, 10 - chinese_number(months[1])), ()
        yield Draft(
            kind=entry.kind,
            clause=clause,
            times=times,
            topic=topic,
            days=length,
            group=entry.group,
            confidence=0.85,
            begins_later=coming,
        )


def _restriction(clause: Clause, found: Sequence[Draft]) -> Draft | None:
    bare = clause.bare
    if _CAPPED.search(clause.low) and not _GONE.search(bare):
        return Draft(kind=CONSTRAINT, clause=clause, times=clause.times, topic="预算 省钱", days=30, confidence=0.7)
    if any(draft.kind is CONSTRAINT for draft in found) or not _FORBIDS.search(bare) or _GONE.search(bare):
        return None
    held = any(time.ahead for time in clause.times)
    if _HABIT.search(bare) and not held:
        return None
    bounded = any(time.role in (Role.UNTIL, Role.FOR, Role.BY, Role.BEFORE) for time in clause.times)
    medical = _DOCTOR.search(bare) is not None
    if re.search(r"不能(?:去|来|参加|陪|见)", bare) and not bounded:
        return None
    return Draft(
        kind=CONSTRAINT,
        clause=clause,
        times=clause.times,
        days=14 if medical else None,
        confidence=0.9 if held else 0.7,
        linked=not bounded,
    )


def _owed(clause: Clause) -> Draft | None:
    bare, low, dates = clause.bare, clause.low, _dates(clause)
    if _NEGATED.search(bare) or (
        re.search(r"(?<![得要该就])(?:交|发|还|寄|办|做|写)(?:上去)?(?:完|好)?了$", bare)
        and not any(time.role is Role.BY for time in clause.times)
    ):
        return None
    by = [time for time in clause.times if time.role in (Role.BY, Role.BEFORE)]
    within = [
        time
        for time in clause.times
        if time.role is Role.FOR and re.match(r"[之以]?内", low[time.stop - clause.start :])
    ]
    made = re.search(r"把[^，]{1,14}(?:好|完|出来|掉|[出上回过]去|[出过]来|给|走|清|齐|到位)", bare)
    if (by or within) and (made or _DUTY.search(low) or _OWED.search(low) or _FIRM.search(low)):
        return Draft(kind=COMMITMENT, clause=clause, times=clause.times, confidence=0.9, due=True)
    if (_OWED.search(low) or _EXTENDED.search(bare) or _PAYABLE.search(bare)) and dates:
        return Draft(kind=COMMITMENT, clause=clause, times=clause.times, confidence=0.9, due=True)
    if _PROMISE.search(low) and not re.search(r"^(?:你|他|她)", low):
        if dates:
            return Draft(kind=COMMITMENT, clause=clause, times=clause.times, confidence=0.8, due=True)
        if re.search(r"答应|保证|承诺|我(?:会|一定|来)", bare) and not re.search(r"了$", bare):
            return Draft(kind=COMMITMENT, clause=clause, times=(), days=7, confidence=0.5)
    if dates and (re.search(r"别忘|记得|提醒我|记着|忘不得", bare) or _GIVES.search(bare)):
        return Draft(kind=COMMITMENT, clause=clause, times=clause.times, confidence=0.8, due=True)
    if not dates and re.search(r"回头|晚点|等下|等会儿?|一会儿?|稍后|待会儿?|马上|尽快", low) and _GIVES.search(bare):
        return Draft(kind=COMMITMENT, clause=clause, times=(), days=7, confidence=0.5)
    if dates and re.search(
        r"(?:必须|务必|得|要|记得|别忘|提醒我|该|欠)[^，]{0,8}(?:交(?!流|往)|补上|补交|补完|还(?=书|钱|款|车|给|贷)"
        r"|提交|续[签费]|还$|缴|完成|寄|付|报税|回复|上交)",
        bare,
    ):
        return Draft(kind=COMMITMENT, clause=clause, times=clause.times, confidence=0.8, due=True)
    return None


_GOES_ON = re.compile(
    r"在(?:吃|喝|做|练|学|试|控制?|坚持)(?=[^，。~])|(?:在|待在|呆在)(?=[^，]{1,8}(?:办公|上班|工作|住|过|休|待|玩"
    r"|实习|培训|学习|陪|帮忙|养病|养伤|休养))|不在|都在"
    r"|上[早中晚夜白大]班|轮到|值班|休息|放假|停课|停工"
    r"|忙(?!完|过)|负责|照顾|带孩子|当班|坐镇|居家|住(?:在|朋友|我|酒店)|一个人|借住|没(?:有)?(?:车|网|水|电|空|时间"
    r"|课)|赶|加班|闭关|复习|备考"
)


def _spans_now(clause: Clause) -> bool:
    """Whether it names a week, a month or the like that has begun: 这周, 本月."""
    return any(
        time.role is Role.AT and time.granularity not in FINE and time.told is not None and time.begin <= clause.at
        for time in clause.times
    )


_OURS = re.compile(
    r"我|咱|俺|[爸妈爷奶姥嫂婶姨姑舅叔伯]|老[公婆爸妈头师板]|[儿女]子?(?:们)?|闺女|媳妇|孩子|[弟妹哥姐]|家[里长]"
    r"|单位|公司|学校|小区|班[里上]"
)
_WORLD = re.compile(
    r"国足|国奥|女排|央行|美联储|油价|股市|大盘|房价|世界杯|欧洲杯|奥运|亚运|冬奥|总统|大选|两会|春晚|双十一|618"
    r"|iphone|苹果(?:发布|手机)|特斯拉|华为发布"
    r"|国家|政府|中超|NBA|nba|英超|西甲|欧冠|电影节|奥斯卡|高考分数线|神舟|火箭|嫦娥|日食|月食|流星雨"
)


_OF_STRANGERS = re.compile(
    r"^(?:听说|隔壁|楼[上下]|对门)?(?:[^，。]{0,3}(?:老板娘?|邻居|同事|同学|房东|客户|主任|经理|领导|阿姨|大妈|大爷"
    r"|隔壁))的?(?:他|她)?"
    r"(?:表|堂|远房)?(?:弟|妹|哥|姐|儿子|女儿|闺女|侄子|外甥|亲戚|朋友|前男友|前女友|老公|老婆|小姨子|婆婆)"
)
"""Of somebody known to somebody known: 隔壁老板娘的表弟."""


def of_the_world(clause: Clause) -> bool:
    """Whether it tells of what befalls everybody."""
    return _WORLD.search(clause.low) is not None or (
        _OF_STRANGERS.search(clause.low) is not None and "我" not in clause.low and "咱" not in clause.low
    )


_DATED = FINE | {Granularity.WEEKEND, Granularity.RANGE}


def _of_ours(clause: Clause, dates: Sequence[Time]) -> bool:
    """Whether somebody of the speaker's own has something on a day to come, in whatever words."""
    later = any(
        time.role in (Role.AT, Role.FROM) and time.begin > clause.at and time.granularity in _DATED for time in dates
    )
    return later and _OURS.search(clause.bare) is not None


_FEELS = re.compile(
    r"觉得|感觉|喜欢|讨厌|希望|怕|担心|开心|高兴|期待|难过|烦|累|困|饿|后悔|以为|相信|知道|记得|忘|祝|谢|早安|晚安"
    r"|加油|天气"
    r"|多少|便宜|贵|打折|优惠|涨价|降价|热搜|星座|运势|^~*(?:是|就是|的|吧|呢|啦|了|见|行|可以|不行|也行|吗|再说|好)"
)
"""Tells how it is or feels, and nothing that takes place."""


def _takes_place(clause: Clause, dates: Sequence[Time]) -> bool:
    """Whether a statement begins with the hour or day to come of what it tells: 明天下午三点给三号楼换电表."""
    first = min(dates, key=lambda time: time.start)
    if first.start - clause.start > _NEAR_THE_START or first.begin <= clause.at or first.granularity not in FINE:
        return False
    said = clause.bare.replace("~", "")
    return first.role is Role.AT and len(said) >= _A_STATEMENT and _FEELS.search(said) is None


_NEAR_THE_START, _A_STATEMENT = 4, 4
"""Characters."""


def _ahead(clause: Clause) -> Iterator[Draft]:
    bare, dates = clause.bare, _dates(clause)
    lasting = [time for time in clause.times if time.role in (Role.UNTIL, Role.FOR)]
    if _spans_now(clause) and _GOES_ON.search(bare) and not _PAST.search(bare):
        yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.7)
        return
    if _NEGATED.search(bare):
        if lasting and re.search(r"不在|没(?:空|车|网|水|电|有)|回不[来去]", bare):
            yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.7)
        return
    if (
        lasting
        and not [time for time in dates if time.role is Role.AT]
        and _STAYS.search(bare)
        and not re.search(r"(?:了|过)$", bare)
    ):
        yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.7)
        return
    if not dates:
        return
    firm = _FIRM.search(bare) is not None
    told = _PAST.search(bare) is not None and not firm
    if told:
        return
    if firm or _EVENT.search(bare) or _MOVES.search(bare) or _of_ours(clause, dates) or _takes_place(clause, dates):
        yield Draft(kind=PLAN, clause=clause, times=clause.times, confidence=0.85 if firm else 0.75)

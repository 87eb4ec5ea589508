"""Chinese frames: which words after the subject fill which slot. Tables; ``chinese`` reads them.

Anchored rows stand right after the subject, adverbs and negation; free rows may have other words before them, as long
as those bring in nobody else and no wish. Groups: ``zh_`` and a slot, ``end_`` before what ends, ``set_`` for a
value that stands for a status, ``role`` and ``trade`` for an occupation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from memos_core.operation.formation.facts import chinese_frames_life
from memos_core.operation.formation.facts.chinese_nouns import (
    END,
    FIELD,
    FIRM,
    KNOWN_FIRM,
    NATIONS,
    ONE,
    ORG,
    PLACE,
    SCHOOL,
    SPAN,
    TOWN,
    TRADE,
)
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS, Frame

_WORKS = (
    r"(?:工作|上班|上[早晚夜大小白中]?班|任职|就职|供职|打工|干活|搬砖|打杂|干销售|实习|讨生活|混饭|领薪水|服役|当兵"
    r"|值班|跑业务|做事|干了|待了|做了"
    r"|呆了)"
)
_DOES = r"(?:当|做|担任|任|干|搞|负责|管)"
_ENDS_PLACE = (
    r"(?=$|[了啦啊呢吧，的住安那这附市郊]|都|就|快|有|和|跟|已|一|两|三|挺|还|也|真|这|呆|待|生|工|上|读"
    r"|买|租|定|扎)"
)

_PLACES = (
    (rf"(?:常住|租住|租房住|暂住|合租|住|居住|定居|生活|租房)(?:在|到|于)(?P<zh_residence>{PLACE})", STATE),
    (
        rf"住(?P<zh_residence>{TOWN}|[^，了的在过院得进满]{{1,8}}?(?:区|市|县|镇|村|路|街|城|里|乡|苑|园"
        rf"|小区)){_ENDS_PLACE}",
        STATE,
    ),
    (rf"住(?P<zh_residence>(?:{TOWN})[^，了的在过]{{1,5}})(?=$|了)", STATE),
    (
        r"住(?P<zh_residence>[^，了的在过院得进满]{2,6}?)(?:旁边|附近|对面|后面|隔壁|那边|这边|那里|一带)",
        STATE,
    ),
    (r"住(?P<zh_residence>[^，了的在过院得进满]{2,4})(?:[啦啊呢吧喔耶欸]|$)", STATE),
    (r"在(?P<zh_residence>[^了，的]{2,10}?)(?:居住|定居|租房(?:住|子)?|安家|常住)(?:了)?$", STATE),
    (
        rf"(?:人|家)?(?:就|都)?(?:住|安|守|窝|待|呆|蹲|漂|混|躲|宅|赖|留)*在(?P<zh_residence>{TOWN})(?:$|(?=这边|那边"
        rf"|住|啊|呢|啦|喔))",
        STATE,
    ),
    (r"(?:现居|坐标|坐标在|常驻|常居|base在?|Base在?|人在)(?P<zh_residence>[^，了的]{2,8})$", STATE),
    (rf"家(?:就)?(?:住|安)?在(?P<zh_residence>{PLACE})", STATE),
    (rf"(?:新家|新房|新房子|新租的房|租的房子?|房子|出租屋|住处)(?:就)?(?:在|是)(?P<zh_residence>{PLACE})", STATE),
    (
        rf"(?:的)?(?:老家|娘家|家乡|故乡|祖籍|籍贯)(?:就)?(?:是"
        rf"|在)?(?P<zh_hometown>(?:{TOWN})[^，了的是在]{{0,4}}?(?=$|[，了的])|{PLACE})",
        TIMELESS,
    ),
    (rf"是?(?:个|地道的|土生土长的|正宗的?|道地的?)*(?P<zh_nationality>(?:{NATIONS}))(?:人|国籍)$", STATE),
    (
        r"是?(?:一?个|地道的?|土生土长的?|正宗的?"
        r"|道地的?)*(?P<zh_hometown>[^，了的个名位一男女大好坏商是老家别本有没外工病熟新路诗词主证]{2,5}?)人$",
        TIMELESS,
    ),
    (rf"(?:就)?是(?P<zh_hometown>{TOWN})的$", TIMELESS),
    (rf"(?:是)?(?P<zh_hometown>(?:{TOWN}){{1,2}})人$", TIMELESS),
    (
        rf"(?:是|算是)?(?:一?个|土生土长的?|地道的?|典型的?|正宗的?)*(?P<zh_hometown>{TOWN}|东北|西北|客家|胶东|苏北"
        rf"|闽南)(?:伢子?|妹子|爷们|汉子|大汉"
        r"|姑娘|小伙|娃|囡|囝仔|妞|男孩|女孩|土著|媳妇儿?|老乡|老表|仔|妹|大叔|大妈|本地)$",
        TIMELESS,
    ),
    (rf"(?:来自|出身)(?P<zh_hometown>{PLACE})", TIMELESS),
    (r"(?:在)?(?P<zh_hometown>[^，了在从]{2,8}?)长大", TIMELESS),
)
_MOVES = (
    (
        rf"从(?P<end_zh_residence>[^，]{{1,8}}?)(?:搬家?|移居|迁|换|挪|回流)(?:去|到|来"
        rf"|回)了?(?P<zh_residence>{PLACE})",
        EVENT,
    ),
    (rf"(?<!运)(?:搬家?|移居|迁居|搬迁|移民|迁|挪)(?:去|到|来|回|进|至)[了的]?(?P<zh_residence>{PLACE})", EVENT),
    (rf"(?:定居|落户|安家|扎根|落脚|移民|客居|旅居|守|窝|安顿)(?:在|到|于)?了?(?P<zh_residence>{PLACE})", EVENT),
    (
        rf"(?:回|来|跑来|调来|嫁到|嫁来|嫁去|调到|调去)(?:到)?了?(?:老家)?(?P<zh_residence>{TOWN})(?:这边)?(?:定居"
        rf"|生活"
        rf"|常住|住|安家|发展|打拼)?(?:了|$)",
        EVENT,
    ),
    (rf"(?:守|留|待|呆|剩|陪|窝|漂|混|赖|独自|一个人)[^，]{{0,6}}在(?P<zh_residence>{TOWN})$", STATE),
    (rf"(?:到|去|来)了?(?P<zh_residence>{TOWN})(?:定居|生活|常住|安家|安顿|落脚|发展|打拼)", EVENT),
    (
        rf"(?:住进|入住|搬进)了?(?P<zh_residence>{TOWN}|[^，了的在新]{{2,6}}(?:区|镇|县|市)"
        rf"|[^，了的在新]{{2,4}}(?=新家|新房|新居))",
        EVENT,
    ),
    (rf"(?P<zh_birthplace>{TOWN})(?:那边)?出生", TIMELESS),
    (rf"回了?(?P<zh_residence>{TOWN})(?:娘家|老家|父母家)", EVENT),
    (r"(?:上|过|跑)?来(?P<zh_residence>[^，了的过这那]{2,4})租(?:了?房|了?屋)", EVENT),
    (r"回(?:到)?(?P<zh_residence>[^，了住]{1,8}?)(?:定居|生活|常住|住)了", EVENT),
    (
        rf"在(?P<zh_residence>[^了，的]{{2,8}}?)(?:居住|生活|定居|待|呆|漂|打拼|混|住|安家|过日子|养老|讨生活|租房"
        rf"|带娃|安顿|扎根)(?:下来|了|有|着|快|得|$|，"
        rf"|过?(?={SPAN}))",
        STATE,
    ),
    (rf"(?:常住|租住|合租|住|居住|定居|租房|租在)(?:在|到|于)(?P<zh_residence>{PLACE})", STATE),
    (rf"来(?P<zh_residence>[^，了的过这那]{{2,6}}?)(?:已经|都|快)*{SPAN}了$", STATE),
    (r"(?:搬[离出走]|告别|离开|退了|逃离)了?(?P<end_zh_residence>[^，了的]{2,6})(?=了|$|的|，)", EVENT),
    (
        r"(?:出生地(?:写的)?(?:就)?(?:是|：|在)|(?:出生|生)(?:在"
        r"|于))(?P<zh_birthplace>(?![\d一二三四五六七八九十]).{2,8}?)(?=$|[了，的]|长在)",
        TIMELESS,
    ),
    (r"在(?P<zh_birthplace>[^，了]{2,8}?)出生", TIMELESS),
)
_WORK = (
    (
        rf"从(?P<end_zh_employer>{ORG})(?:那边|那儿|这边)?(?:离职|离开|辞职|辞|跳槽|跳|出来|退休|毕业|跑路|走人|裸辞"
        rf"|转行|退下来|退伍)(?:(?:到|去)了?(?P<zh_employer>{ORG})$)?",
        EVENT,
    ),
    (r"(?:在|于|去了?|进了?|来了?)(?:一?[家间个所])?(?:叫|名叫|叫做)(?P<zh_employer>[^，的]{1,10})的", STATE),
    (rf"在(?P<zh_employer>{ORG}){_DOES}(?:了?{SPAN})?(?:的)?{ONE}(?P<zh_trade>{TRADE}){END}", STATE),
    (rf"在(?P<zh_employer>{ORG}){_WORKS}", STATE),
    (
        rf"在(?P<zh_employer>{FIRM}|[^，了的在]{{2,6}}厂)(?:写|画|修|卖|教|敲|拧|端|炒|管|站|送|开|跑|扛|搬|做|当"
        rf"|轮)(?!作业|论文|报告|信|东西|日记|会|完)"
        r"[^，了]{1,6}(?:的)?$",
        STATE,
    ),
    (rf"(?:^|现在|还|目前)在(?P<zh_employer>{FIRM})(?:这边|那边)?$", STATE),
    (
        rf"在(?P<zh_employer>{ORG}){_DOES}(?!好|饭|客|手术|检查|核酸|什么|完"
        rf"|过)(?:了?{SPAN})?(?:的)?{ONE}(?P<zh_trade>[^，了的]{{2,6}})(?:工作)?(?:的)?$",
        STATE,
    ),
    (rf"^去了(?P<zh_employer>{KNOWN_FIRM})$", EVENT),
    (r"是(?P<zh_employer>[^，了的]{2,10})的(?:一名|一个|正式|老)?(?:员工|职工|雇员|职员|一员|外包|实习生)", STATE),
    (rf"在[^，]{{0,5}}?(?P<zh_employer>{KNOWN_FIRM})(?:的)?(?:流水线|工厂|总部|分店|门店|产线|仓库|车间)", STATE),
    (rf"(?:就职|任职|供职|服务)(?:于|在)(?P<zh_employer>{ORG})(?:了|$)", STATE),
    (
        rf"(?:入职|加入|跳槽[到去]|跳[到去]|进了|考进|考上|调[到去]|被挖到)了?(?P<zh_employer>(?!坑|群$|群里|购物"
        rf"|会员){ORG})(?:工作|上班|当.+|做.+|的?第[一1]天)?了?$",
        EVENT,
    ),
    (rf"^去了?(?P<zh_employer>{ORG})(?:工作|上班|当.+|做.+|报到)了?$", EVENT),
    (
        r"(?:下家|新东家|东家|公司|雇主|新公司|新工作|单位)(?:就)?(?:是|在)(?P<zh_employer>[^，了的]{2,12}?)(?:那边"
        r"|那里)?$",
        EVENT,
    ),
    (r"在(?P<zh_employer>[^，了的]{2,10}?)(?:上班|工作)?的?第[一1]天", EVENT),
    (
        rf"^来(?P<zh_employer>{KNOWN_FIRM}|{FIRM})(?:上班|工作|报到)?(?:的)?第[\d一二三四五六七八九十两]+[天周个年]",
        EVENT,
    ),
    (r"(?:在)?(?P<end_zh_employer>[^，了的]{2,10}?)(?:上班|工作)?的?最后一[天个]", EVENT),
    (
        r"(?P<end_zh_employer>[^，了的我]{2,8}?)(?:那边|那儿|那里|那份工作?|的工作|的班)(?:已经|早)?(?:不干|不做|不去"
        r"|辞|离职|黄|丢)(?:掉)?了",
        EVENT,
    ),
    (r"被(?P<end_zh_employer>[^，他她我]{1,8}?)(?:裁|开除|炒|优化|辞退|解雇|劝退)(?:掉)?了", EVENT),
    (r"离开了?(?P<end_zh_employer>[^，了的回]{1,16}?)(?:了|回.*)?$", EVENT),
    (
        r"(?:把)?(?P<end_any_employer>辞职|离职|失业|被裁员?|被优化|被炒|下岗|裸辞|炒了老板|工作[给都]?辞"
        r"|工作丢)(?:掉)?(?:了|啦|后|$|开)",
        EVENT,
    ),
    (
        r"(?:[开盘顶弄搞办]了|自己开|新开)(?:一?[家间个])?(?P<shop>[^，了的]{1,6}?(?:店|馆|工作室|公司|餐厅|民宿"
        r"|铺子?|摊子?|诊所|事务所|农场|咖啡厅|酒吧|工厂|小卖部|超市|便利店|档口|补习班|健身房|客栈|花坊|书屋|修车行"
        r"|棋牌室|驾校|作坊|琴行|画室|幼儿园))(?=$|[，了])",
        EVENT,
    ),
    (
        rf"(?:当上|做上|(?:转行|改行|转岗|转职|改)(?:去|来)?(?:做|当|成|为|到|开|跑|教|卖)?|升(?:职|任|上)?(?:为|成"
        rf"|到|当|做|了)?|晋升(?:为|成)?"
        rf"|被?提拔?(?:为|成|当)|成为|成了|变成|开始当|开始做|当选|考上)了?{ONE}(?P<zh_trade>{TRADE}){END}",
        EVENT,
    ),
    (
        r"(?:转行|改行|转岗|转职|应聘上|考上|当上|聘为|提拔为|晋升为|升任|升为|升上|升到|荣升)(?:去|来|了)*(?:当|做"
        r"|成|为)?了?(?:一?[个名位])?"
        r"(?P<trade>(?!大学|研究|公务员考|编制|驾照|证)[^，了的学]{2,7})(?=$|了)",
        EVENT,
    ),
    (rf"(?:当|做|担任|干|任|教)(?:了|过)?(?:{SPAN})(?:的)?(?P<zh_trade>{TRADE}){END}", STATE),
    (rf"(?:当|担任|任|做)[了过]?{ONE}(?P<zh_trade>{TRADE}){END}", STATE),
    (
        r"(?P<zh_occupation>教(?:了)?[^，的]{0,6}(?:数学|语文|英[语文]|物理|化学|生物|历史|地理|政治|体育|美术|音乐"
        r"|国文|钢琴|游泳|瑜伽|书法|舞蹈))(?:的)?$",
        STATE,
    ),
    (
        r"(?:现在|平时|白天|改|转|自己)*(?P<zh_occupation>(?:开|跑|送|做)(?:网约车|出租车?|计程车|滴滴|货车|大货"
        r"|大巴|公交车?"
        r"|外卖|快递|货运|客运|运输|代驾|闪送|跑腿|直播|长途|专车|Uber|校车|物流|货拉拉|美团))(?=$|[了的，])",
        STATE,
    ),
    (r"(?P<zh_occupation>(?:全职|在家)(?:带娃|带孩子|妈妈|爸爸|太太|主妇))", STATE),
    (rf"(?<![快要想等])(?<![望看等]到)(?P<set_occupation>退休|退下来|内退|病退)(?:$|了|啦|{SPAN}|在家)+", EVENT),
)
_JOBS = (
    (rf"(?:是|当|做|担任|干|算是|也是)(?:[^，我你他她的]{{2,8}}的)?{ONE}(?P<zh_trade>{TRADE}){END}", STATE),
    (rf"(?:当|做)(?P<zh_trade>{TRADE})(?:当|做)(?:了|得|满)?(?:快|都)?{SPAN}", STATE),
    (rf"(?P<zh_trade>{TRADE})(?:一枚|一个|一名|一只|出身){END}", STATE),
    (
        r"(?:(?:就|只|也)?是(?:一?[个名位])?)?(?:在[^，]{2,6})?(?P<zh_occupation>(?:做|搞|干|教|开|卖|跑|修|写|画|送"
        r"|从事"
        r"|负责)(?!什么|啥|猫|狗|我|这|那|到|车|玩笑|得|了|过)[^，了的]{1,8})的(?:人)?了?$",
        STATE,
    ),
    (
        r"(?:就|只|也)?是(?:一?[个名位])?(?:在[^，]{2,6})?(?P<zh_occupation>(?:拍|种|养|带|管|打|跳|唱|演|剪|搬|扫"
        r"|看|守|杀|烤|炸|煮|摆|收|理|美|按|织|缝|装|拉|运|造|焊)"
        r"(?!什么|啥|我|这|那|酱油)[^，了的]{1,6})的(?:人)?了?$",
        STATE,
    ),
    (r"(?:做|搞|干|从事)(?P<zh_occupation>[^，了的]{2,8}?)(?:这?一?行|行业|工作|生意)(?:的)?$", STATE),
    (r"是一?[名位](?:[^，了吗呢吧啊]{0,6}的)?(?P<zh_role>[^，了的吗呢吧啊]{2,10})$", STATE),
    (rf"(?:的)?(?:工作|职业|职位|岗位|职称|本职|主业|本业|正职)(?:就)?是{ONE}(?P<zh_trade>.{{1,12}}?){END}", STATE),
)
_STUDY = (
    (
        rf"在(?P<zh_residence>{TOWN})(?:读研究?生?|读博士?|读大学|上大学|念大学|读书|念书|上学|求学|读本科|读硕士?|实习)",
        STATE,
    ),
    (
        rf"在(?P<zh_school>(?!(?:{TOWN})(?:读|上学|上大学|念|求学))(?:{SCHOOL}|[^，]{{2,10}}?))(?:读|上学|上大学|念|就读|求学|攻读|读书|混日子|混|上课|军训"
        rf"|住校)(?:研究生?|博士?|硕士?"
        rf"|本科"
        rf"|书|大[一二三四]|高[一二三]|的)?(?P<zh_field_of_study>{FIELD})?",
        STATE,
    ),
    (
        rf"(?:就读于|毕业于|毕业自|上的是|读的是|考[上取进]了?|录取[到了]*|转学到了?|保研[到去了]*|被|念的是|(?:最后"
        rf"|终于|后来)?[来去进上]了)(?P<zh_school>{SCHOOL})(?=$|[，了的录]|读|念)",
        TIMELESS,
    ),
    (r"(?:就读于|考上了?|考进了?|毕业于|转学到了?)(?P<zh_school>[^，了]{2,14})", TIMELESS),
    (
        rf"(?:念|读|上|就读|在读)(?:的是|了|着)?(?!大学|小学|中学|高中|初中|幼儿园"
        rf"|学校)(?P<zh_school>{SCHOOL})(?P<zh_field_of_study>{FIELD})?(?=$|[，了的大])",
        STATE,
    ),
    (
        r"(?:念|读|上)(?:的是|的|了|着)?(?P<zh_school>[^，了的是书在过到]{1,3}大|淡江|辅仁|东吴|逢甲|文化|铭传|世新"
        r"|实践|静宜|东海|中原|中兴|长庚|元智|中正"
        r"|海洋)(?=$|[，的]|大[一二三四])",
        TIMELESS,
    ),
    (rf"在(?P<zh_school>{SCHOOL})(?:高[一二三]|大[一二三四])?$", STATE),
    (rf"(?:落脚|考到|分到|录到|去到|来到|上岸|进)了?(?P<zh_school>{SCHOOL})(?=$|[，了])", TIMELESS),
    (rf"^(?:是)?(?P<zh_school>{SCHOOL})(?:的)?(?:毕业|大[一二三四]|研[一二三]|学生|在读|本科|硕士)", TIMELESS),
    (
        rf"(?:主修|攻读|(?:改|转)(?:学|读|念|到|成)|转[系专]业?到|转到|转系到|换专业到|大学|在?(?:读|学|念))(?:了"
        rf"|成)?(?:的(?:是)?)?"
        rf"(?P<zh_field_of_study>(?!开车|做|会|习|完|过|到|书|大|小|中|高){FIELD})(?:专业|系)?(?:的|了)?$",
        STATE,
    ),
    (r"(?:学|读|念|主修)的是?(?P<zh_field_of_study>[^，了是的]{2,8})$", STATE),
    (r"(?:学|读|念)的?(?:是)?(?P<zh_field_of_study>[^，了是的]{2,10}?)(?:专业|系)(?:的)?$", STATE),
    (r"从(?P<end_zh_field_of_study>[^，]{2,8}?)转[到去]了?(?P<zh_field_of_study>[^，了]{2,8})", EVENT),
    (r"(?:的)?(?:专业|科系|研究方向|本科|主修)(?:是|：)(?P<zh_field_of_study>[^，了]{2,10})", STATE),
)
_NAMES = (
    (r"(?:的)?(?:名字|全名|大名|本名|真名)?(?:叫做?|名叫|名字是)(?P<zh_name>[^，了的吧我你车人]{1,8}?)(?:了|$)", STATE),
    (
        r"(?:的)?(?:名字|全名|大名|本名|真名|英文名)(?:叫做?|是|：)?(?P<zh_name>[^，了的吧我你车人]{2,8}?)(?:了|$)",
        STATE,
    ),
    (r"是(?P<full_name>[\u4e00-\u9fff]{2,3})$", STATE),
    (r"(?:的)?姓(?P<zh_name>[\u4e00-\u9fff]{1,2})$", STATE),
    (r"(?:的)?(?:网名|昵称|外号|小名|绰号|乳名|笔名|艺名)(?:就)?(?:叫|是)(?P<zh_nickname>[^，了]{1,8})", STATE),
    (
        r"(?:的年龄是|年龄)?(?:刚好|正好|刚|都|才|已经|满|今年|整)*(?P<zh_age>\d{1,3}|两|[一二三四五六七八九十]{1,3})岁(?!时|那"
        r"|的时候"
        r"|以|之|就(?!.{1,8}了$)|生|开始|起|左|才|上|孩|的?孩)",
        STATE,
    ),
    (
        r"(?:刚|都|才|已经|今年|满|刚满|生日)+(?:都|是|就)?(?P<zh_age>[1-9]\d"
        r"|[二三四五六七八九]十[一二三四五六七八九]?)(?:了|$)",
        STATE,
    ),
    (r"(?P<zh_age>[二三四五六七八九]十[一二三四五六七八九]?)(?:了|呢|啦|$)", STATE),
    (rf"(?:的)?国籍(?:还|就|一直|现在)*是(?P<zh_nationality>{NATIONS})", STATE),
    (r"属(?P<sign>[鼠牛虎兔龙蛇马羊猴鸡狗猪])(?:的)?$", STATE),
)
_FREE_NAMES = (
    (r"(?:改名|更名|改)(?:叫|为|成|名叫)了?(?P<zh_name>[^，了的吧我你]{1,8}?)(?:了|$)", EVENT),
    (r"(?:都|可以|一般|习惯|通常)(?:管我)?叫我(?P<zh_nickname>[^，了的]{1,6})$", STATE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The frames by where they may stand."""

    anchored: Sequence[Frame]
    free: Sequence[Frame]


@cache
def frames() -> Frames:
    """All frames, in the order in which they are tried."""
    life = chinese_frames_life
    return Frames(
        anchored=_made((*_PLACES, *_JOBS, *_NAMES, *life.LOVE, *life.TASTES, *life.THINGS)),
        free=_made((*_STUDY, *_MOVES, *_WORK, *_FREE_NAMES, *life.CHANGES, *life.BODY, *life.PASTIMES, *life.HAVING)),
    )


def _made(rows: Sequence[tuple[str, str]]) -> Sequence[Frame]:
    return tuple(Frame(pattern=re.compile(pattern), kind=kind) for pattern, kind in rows)

"""From the groups of a matched Chinese frame to slot values, each checked for its kind."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN, TOWNS
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import ANY, Found
from memos_core.operation.formation.facts.wordlists import listed

_TRIM = "，。！？、；：,.!?;: 了呢啊吧啦哦呀的"
_EDGE = "，。！？、；：,.!?;: "
_NO_FIELD = listed("学 大学 中学 小学 数学题 外语 文学 系 语 学校 同学 专业 上学 开学 放学 入学 设计 管理 技术")
_SPLIT = re.compile(r"[、，,]|以及|还有|和|跟|与|或者?")
_VERB_OF_TABLE = re.compile(r"^(?:吃|喝|品|尝)(?=.)")
_BARE = re.compile(r"^(?:你|您|他|她|它|我|这|那|自己|人家|什么|一个人|东西|上班|生活|谁|哪|的|上|得|是|了|在|让|被)")
_NO_ORG = listed(
    """
    家 家里 公司 那里 那边 这里 这边 外面 网上 国外 外地 单位 国内 线上 学校 一起 晚上 白天
    周末 一家公司 新公司 那 这 本地 办公室 银行 医院 超市 咖啡厅 咖啡馆 图书馆 夜里 海外 厂里 店里
    """
)
_NO_PLACE = re.compile(
    r"^(?:[一二两三四五六七八九十几半\d]+[晚天夜宿周个年]|一起|那|这|家|里面|附近|学校|宿舍|公司|酒店|医院|外面|朋友"
    r"|父母|爸妈|同一|哪|隔壁|楼上|楼下"
    r"|新家|新房|单位|乡下爷爷|他|她|我|你|一个|一间|一套)"
)
_COMMON = listed(
    """
    大家 人家 朋友 同事 老师 医生 家人 有人 别人 孩子 同学 老板 邻居 客户 室友 父母 公司
    学校 医院 周末 晚上 早上 上周 一般 平时 小孩 小狗 小猫 老人 老板 老家 小区 房子
    """
)
_TRADE_END = re.compile(r"(?:师|员|生|士|手|家|经理|主管|老板|教练|会计|律师|护士)$")
_NO_TRADE = re.compile(
    r"(?:人家|大家|女生|男生|一家|先生|花生|陌生|新手|单身人士|选手|学霸|会员|成员|球员|病号|冠军|党员|粉丝)$"
)
_NO_ROLE = re.compile(
    r"(?:者|党员|粉丝|球迷|患者|病人|母亲|父亲|妈妈|爸爸|妻子|丈夫|朋友|乘客|顾客|用户|客人|成员|会员|素食主义|爱好"
    r"|迷|控|男|女|人"
    r"|新手|玩家|选手|读者|路人|群众|公民|居民|孤儿|老手|宝妈|宝爸|铲屎官|吃货|学霸|学渣|单身)$"
)
_KEYED = {
    "体重": "weight",
    "身高": "height",
    "血压": "blood pressure",
    "心率": "heart rate",
    "静息心率": "resting heart rate",
    "血糖": "blood sugar",
    "体脂": "body fat",
    "体脂率": "body fat",
    "腰围": "waist",
    "存款": "savings",
}
_MEASURE = re.compile(
    r"(?P<what>体重|身高|血压|静息心率|心率|血糖|体脂率?|腰围|存款|步数)(?:现在|已经|目前|大概|终于"
    r"|又|都|直接|还|一直|总|老)*(?:是|在|徘徊在|有|到|为|达到|破|飙[到破]|冲[到上破]|突破|超过|维持在?|稳定在|卡在"
    r"|停在|回到|(?:降|减|掉"
    r"|瘦|涨|升|长|增加|下降"
    r"|恢复|增|跌)(?:到|至)|只有|大约)?了?(?:约|大概)?(?P<value>一米[一二三四五六七八九\d]{1,3}|\d[\d./]*\s*(?:公斤"
    r"|千克|斤|kg|KG|磅"
    r"|厘米|cm|米|mmHg|次|%|万|元|块|mmol"
    r"|步)?)"
)
_BUDGET = re.compile(
    r"(?:(?P<of>[\u4e00-\u9fff]{1,6}?)的?)?预算(?:是|为|有|只有|大概|改成|改为|降到|加到|提高到|涨到|控制在|定在"
    r"|卡死?在|压到|砍到|最多|上限|就|我|也|顶多|不超过|控制到|减到|增加到|调到|抓|估|设|设在|拉到|提到|追加到"
    r"|砍成|一个人|每人|人均|每个?月)*了?(?P<value>\d[\d,.]*\s*[千万百]?(?:元|块|万|美元|欧元|人民币|k)?"
    r"|[一二三四五六七八九十两]+[千万百块][一二三四五六七八九]?[千百]?(?:元|块)?)"
)
_SLOTS = {
    "birthday": r"生日|出生日期",
    "phone": r"(?:新)?(?:电话|手机)(?:号码?)?|联系电话",
    "email": r"(?:新)?(?:邮箱|电子邮箱|邮件|邮箱地址|email)",
    "address": r"(?:新)?(?:地址|家庭住址|住址|收货地址)",
    "nationality": r"国籍",
    "religion": r"(?:宗教)?信仰",
    "name": r"名字|全名|姓名",
    "hobby": r"爱好|兴趣",
    "goal": r"目标|梦想|愿望",
    "employer": r"公司|雇主|单位",
    "residence": r"城市|所在城市",
    "diet": r"饮食习惯",
    "vehicle": r"车|座驾",
    "field_of_study": r"专业",
    "language": r"母语",
    "school": r"学校|大学",
    "age": r"年龄",
}
_STABLE = re.compile(
    r"(?:密码|号码|号|尺码|码数|鞋码|账号|帐号|血型|星座|座位|车牌|微信|QQ|门牌|房间|口令|验证码|编号"
    r"|班次|车次|工资|房租|用户名|昵称|属相|生肖|型号|尺寸|时区)$",
    re.IGNORECASE,
)
_TELLING = re.compile(r"[A-Za-z0-9]")


def is_common(name: str) -> bool:
    """Whether a word that stands where a name may is an ordinary noun."""
    return name in _COMMON


def is_name(word: str) -> bool:
    """Whether a word looks like a person's name: after 是 a trade may stand as well."""
    return len(word) <= 3 and word[0] in _SURNAMES and not is_trade(word)


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖石"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤小阿老"
)


def is_town(word: str) -> bool:
    """Whether a word names a town or a country, where one works without being employed by it."""
    return word in TOWNS or re.search(r"[市省县国州镇]$", word) is not None


def is_role(word: str) -> bool:
    """Whether a word may name what somebody works as."""
    return _NO_ROLE.search(word) is None


def is_trade(word: str) -> bool:
    """Whether a word names a profession, by its ending."""
    return _TRADE_END.search(word) is not None and _NO_TRADE.search(word) is None


def group_values(match: re.Match[str], page: Page, number: int) -> Iterator[Found]:
    """The values of all groups of a match."""
    groups = match.groupdict()
    for group, said in groups.items():
        if said is None or group == "pet_name":
            continue
        if group.startswith("end_any_"):
            yield Found(slot=group.removeprefix("end_any_"), value=ANY, ended=True)
            if group == "end_any_employer":
                yield Found(slot="occupation", value=ANY, ended=True)
            continue
        ended = group.startswith("end_")
        slot = group.removeprefix("end_").removeprefix("zh_")
        for found in _read(slot, said, [groups["pet_name"]] if groups.get("pet_name") else next_names(page, number)):
            yield Found(slot=found.slot, value=found.value, ended=ended)


def next_names(page: Page, number: int) -> list[str]:
    """``…一只狗，叫旺财``, ``…两只猫，一只叫豆豆，一只叫毛毛``: the names in the clauses after."""
    names = []
    for following in page.clauses[number + 1 : number + 4]:
        said = re.split(r"(?<=.)(?=另?一[只条]叫)", page.shown[following.start : following.stop].strip())
        if re.fullmatch(r"[A-Z][a-z]+(?:\s*[、跟和与]\s*[A-Z][a-z]+)*", said[0]):
            return re.findall(r"[A-Z][a-z]+", said[0])
        called = [found["name"] for one in said if (found := _CALLED.match(one))]
        if not called:
            break
        names += [one for name in called for one in re.split(r"[和、跟与]", name) if one]
    return names


_CALLED = re.compile(
    r"(?:(?:就|都)?叫[它他她](?:作|做)?|(?:另?一[只条个]|给?[它他她]?的?(?:起?名字?|取名)?)?(?:叫做?|名叫|名字是|是))"
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:[和、跟与][\u4e00-\u9fff]{1,4})*|[A-Za-z]+)(?:了|$)"
)


def _pets(said: str, names: list[str]) -> Iterator[Found]:
    """An animal with its names; several without are a count."""
    if turned := re.match(r"(?P<kind>.+?)(?P<number>一)[只条匹]$", said):
        said = f"一只{turned['kind']}"
    found = re.match(r"(?P<number>\d+|[一两二三四五六七八九十几])?(?:只|条|匹|头|缸)?(?P<kind>.+)", said)
    if found is None:
        return
    for name in names:
        yield Found(slot="pet", value=f"{found['kind']}{name}")
    if not names and found["number"] in (None, "一", "1"):
        yield Found(slot="pet", value=found["kind"])
    elif not names and found["number"] != "几":
        yield Found(slot=f"count.{found['kind']}", value=DIGITS.get(found["number"], found["number"]))


DIGITS = {word: str(number) for number, word in enumerate("零一二三四五六七八九十")} | {"两": "2"}
_QUIT = {"烟": "抽烟", "酒": "喝酒", "咖啡": "喝咖啡", "奶茶": "喝奶茶", "可乐": "喝可乐"}


def _favorite(said: str) -> Iterator[Found]:
    found = re.match(
        r"最(?:喜欢|爱|喜爱|中意|欣赏|迷)(?:[吃喝看听玩去读])?的(?P<of>.{1,8}?)(?:已经|现在|其实|目前|如今)*(?:是|叫|换成|变成"
        r"|改成|要数|当属|莫过于|永远是|还是|一直是|仍是|依旧是|依然是)了?(?P<value>.{1,12})",
        said,
    )
    if found:
        yield Found(slot=f"favorite.{found['of']}", value=found["value"].strip(_TRIM))


_MADE = ("shop", "sign", "full_name", "quit", "measurement_effort")


def _made(slot: str, said: str) -> Iterator[Found]:
    """Groups that are no slots themselves."""
    if slot == "shop":
        yield Found(slot="occupation", value=f"{said}老板")
    elif slot == "sign":
        yield Found(slot="attribute.属相", value=said)
    elif slot == "quit":
        yield Found(slot="habit", value=_QUIT.get(said, f"吃{said}"))
    elif slot == "measurement_effort":
        yield Found(slot="measurement.run", value=said)
    elif is_name(said) and len(said) > 1:
        yield Found(slot="name", value=said)


def _read(slot: str, said: str, pet_names: list[str]) -> Iterator[Found]:
    if slot == "pet":
        yield from _pets(said, pet_names)
    elif slot == "favorite":
        yield from _favorite(said)
    elif slot.startswith("set_"):
        yield Found(slot=slot.removeprefix("set_"), value=_STATUSES.get(said, said))
    elif slot in _MADE:
        yield from _made(slot, said)
    elif slot in ("role", "trade"):
        no_job = _NO_ROLE if slot == "role" else _NO_TRADE
        if not no_job.search(said) and said.strip(_TRIM):
            yield Found(slot="occupation", value=said.strip(_TRIM))
    else:
        for value in _values(slot, said):
            yield Found(slot=slot, value=value)


_STATUSES = {
    "结婚": "已婚",
    "领证": "已婚",
    "离婚": "离婚",
    "离异": "离婚",
    "离": "离婚",
    "结": "已婚",
    "登记结婚": "已婚",
    "登记": "已婚",
    "再婚": "已婚",
    "复婚": "已婚",
    "单着": "单身",
    "退下来": "退休",
    "内退": "退休",
    "病退": "退休",
    "订婚": "订婚",
    "未婚": "单身",
}


_LODGING = re.compile(
    r"(?:酒店|民宿|宾馆|旅馆|旅店|青旅|饭店|医院|帐篷|营地|度假村|客栈|病房|宿舍|套房|大床房|大学"
    r"|学院|中学|高中|小学|学校)$"
)
_NO_ALLERGEN = re.compile(
    r"^(?:早起|起床|上班|工作|加班|开会|星期.|周[一二三四五六日]|礼拜.|钱|数学|考试|学习|人类|恋爱|结婚|八卦|运动"
    r"|闹钟|早八|社交|相亲|老板|领导|甲方|前任|帅哥"
    r"|美女|婚姻|催婚|家务|爱情|鸡汤|谎言|承诺|这.*|那.*|.*的.*(?:声音|脸|话|语气|人))$"
)


_LISTS = listed("likes dislikes hobby allergy language medication condition owns")
_PLACES = listed("residence hometown birthplace")
_SARCASTIC = re.compile(
    r"^(?:加班|早起|堵车|开会|挤地铁|下雨天挤.*|写检讨|被.*(?:骂|催|打电话|吐槽)|排队|考试|交税|还房贷|上班|早会"
    r"|周会|周一"
    r"|写周报|改需求|熬夜改.*|相亲|被催婚)"
)
"""What nobody loves: said with a wink."""


_NO_DRUG = listed("素 药 片 丸 荤素 元素 因素 维生素片吗 要素 这药 那药 什么药 药片")


def _values(slot: str, said: str) -> list[str]:
    if (slot == "allergy" and _NO_ALLERGEN.search(said)) or (slot == "likes" and _SARCASTIC.search(said)):
        return []
    if slot in _LISTS:
        return [value for value in (_item(part) for part in _SPLIT.split(said)) if value and value not in _NO_DRUG]
    value = said.strip(_EDGE if slot in _PLACES or slot == "name" or said == "美的" else _TRIM)
    if slot == "field_of_study":
        value = re.sub(r"^(?:的|是|在)+|(?:专业|系)$", "", value)
    if slot == "employer":
        value = re.sub(r"^一?[家间所](?:[^，]{0,8}的)?(?:叫|名叫)?", "", value)
    if slot == "vehicle":
        value = value.removeprefix("我的")
    if slot == "diet" and value == "吃素":
        value = "素食"
    if slot == "partner" and re.fullmatch(rf"(?:我们?的?)?(?:{KIN_PATTERN})", value):
        return [ANY]
    return [value] if value and _fits(slot, value) else []


def _fits(slot: str, value: str) -> bool:
    """Whether words may be the value of a slot that has one."""
    if slot == "employer":
        return not (is_town(value) or value in _NO_ORG or _BARE.match(value) or len(value) < 2)
    if slot in _PLACES:
        lodging = slot == "residence" and _LODGING.search(value) is not None
        return not (lodging or _NO_PLACE.match(value) or len(value) < 2)
    if slot == "vehicle":
        return re.match(r"我|你|他|她|别人|朋友|同事|共享|公司|租|借|老[公婆爸妈]", value) is None
    if slot == "field_of_study":
        return value not in _NO_FIELD and len(value) >= 2
    return slot not in ("name", "partner", "nickname") or not (_BARE.match(value) or len(value) > 8)


_VERBS_ALONE = listed("吃 喝 看 听 玩 做 学 买 去 打 聊 说 写")


def _item(part: str) -> str:
    value = re.sub(r"(?:了|呢|啊|吧|啦|得不得了|死了|很久|好多年)$", "", part.strip(_EDGE))
    value = _VERB_OF_TABLE.sub("", value)
    value = re.sub(r"^(?:一[只个辆台本双]|那[只个辆台]|各种|所有的?|很多)", "", value)
    return "" if not value or value in _VERBS_ALONE or _BARE.match(value) or len(value) > 14 else value


def measurements(text: str, original: str) -> Iterator[Found]:
    """Weight, height and budgets."""
    for found in _MEASURE.finditer(text):
        yield Found(slot=f"measurement.{_KEYED.get(found['what'], found['what'])}", value=found["value"].strip())
    if budget := _BUDGET.search(original):
        of = re.sub(r"^(?:我们?的?|这次的?|现在|目前)+", "", budget["of"] or "")
        yield Found(slot=f"budget.{of}" if of else "budget", value=budget["value"])


def noun_value(noun: str, value: str, original: str, owned: bool) -> Iterator[Found]:
    """What ``我的NOUN是VALUE`` fills."""
    noun = re.sub(r"^(?:新的?|现在的?|目前的?|真正的?|正确的)", "", noun.strip(" 的"))
    value = re.sub(r"(?:了|啊|呢|吧|哦|啦)$", "", value.strip(_EDGE))
    for slot, pattern in _SLOTS.items():
        if re.fullmatch(pattern, noun, re.IGNORECASE):
            yield from _slot_value(slot, value, original)
            return
    if (
        not noun
        or len(noun) > 10
        or noun in _KEYED
        or re.match(r"(?:这|那|今|明|昨|他|她|你|我|不|也|就|还|但|所|因|可)", noun)
    ):
        return
    if (
        (_STABLE.search(noun) or (owned and _TELLING.search(value)))
        and not re.match(r"(?:什么|多少|一样|很|不|没|非常|我|你|他|她|对|错)", value)
        and len(value) <= 20
    ):
        yield Found(slot=f"attribute.{noun}", value=value)


def _slot_value(slot: str, value: str, original: str) -> Iterator[Found]:
    if slot == "birthday":
        date = re.search(
            r"(?:(?:19|20)\d\d年)?(?:农历|阴历)?(?:[腊正冬]月)[初廿二]?[\d一二三四五六七八九十]+|(?:(?:19"
            r"|20)\d\d年)?(?:农历|阴历)?[\d一二三四五六七八九十]+月[\d一二三四五六七八九十]+[日号]?"
            r"|\d{4}-\d\d?-\d\d?",
            original,
        )
        if date:
            yield Found(slot=slot, value=date[0])
    elif slot in ("phone", "email"):
        found = re.search(
            r"\+?\d[\d\s-]{4,}\d" if slot == "phone" else r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+",
            original,
        )
        if found:
            yield Found(slot=slot, value=found[0])
    else:
        for one in _values(slot, value):
            yield Found(slot=slot, value=one)

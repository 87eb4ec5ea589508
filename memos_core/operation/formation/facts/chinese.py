"""Chinese clauses: take off subject, adverbs and negation, look the rest up in the frames."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts import chinese_asides, chinese_values
from memos_core.operation.formation.facts.chinese_frames import frames
from memos_core.operation.formation.facts.chinese_nouns import KIN, KIN_PATTERN, PET
from memos_core.operation.formation.facts.chinese_stance import plans, supposes, unclear
from memos_core.operation.formation.facts.chinese_subjects import bare, christened, subject, topical
from memos_core.operation.formation.facts.frame import EVENT, STATE, Frame
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, SELF, Found, Person, Reading
from memos_core.operation.formation.facts.stance import Stance
from memos_core.operation.formation.facts.wordlists import listed

_ENDS = re.compile(
    r"不再|再也不|已经不|早就不|没有?再|不(?!是|过|错|仅|但|只|光|太|知|懂|好|得|会|能|用|同|行"
    r"|对)[^，]{1,10}了$|戒(?:掉|了)?"
)
_PAST = re.compile(
    r"(?:当|做|干|住|养|教|任)过(?!年|敏|夜|得)|以前|曾经?|之前|过去|从前|小时候|那时候?|当年"
    r"|原来(?!是)|原先|当时|大学时"
)
_NOW = re.compile(r"现在|目前|如今|眼下|今后|从今|又|刚刚?|最近|终于|已经")
_FAVORITE = re.compile(
    r"^(?P<value>[^，的我你他她]{1,16}?)(?:就|一直|现在|还)*是我(?:们)?最(?:喜欢|爱"
    r"|喜爱)的(?P<of>[^，。]{1,8}?)(?:了|之一)?$"
)
_THIS = ("它", "这部", "这本", "这首", "这个", "这")
_CHILDREN = re.compile(rf"(?:有|生了)(?:[一两三四五六\d]+)(?:个|位)(?P<kin>{KIN_PATTERN})")
_DENIED = re.compile(r"^(?:并)?(?:不再|再也不|不|没有|没|别)(?!是.{1,6}而是)(?:是(?=在|住|对|从|喜欢|姓))?")
_NOT_BUT = re.compile(r"不是(?P<wrong>[^，]{1,12}?)[，,]?而是(?P<right>[^，]{1,12})")
_HABIT = re.compile(
    r"每(?:天|周|个?月|晚|早|年|隔)|(?<!叫)(?<!名)经常|常常|(?<![这下上本个])周末(?!干|去哪|有没|怎么|别|请|帮)"
    r"|(?:一周|每周|一个月|一天)[一两三四五六七\d]次"
    r"|(?<![叫名是和今昨明后前每])天天"
)
_WANT = re.compile(
    r"(?:我|我们)?(?:一直|很|特别|真的)?(?:想要?|希望能?|打算|计划|准备|正在努力"
    r"|的?目标是)(?:今年|明年|年底前?|这个月|下半年|年内|在?[一两二三四五六七八九十几半\d]+个?[年月天]内)*(?P<what>(?:学|把[^，]{1,6}学好|考|瘦到|买[房车]|减|攒|存|成为|当|开一?家|写|跑|读|拿|戒"
    r"|练|去"
    r"|换|创业|环游)[^，]{1,16})"
)
_ACCOUNT = re.compile(
    r"(?:我们?|家|我家)?(?:的|里)?(?P<noun>[\w\-]{0,8}?[\u4e00-\u9fff\w]{1,10}?)(?:现在|已经"
    r"|目前)?(?:是|为|叫|改成|换成|变成|改为"
    r"|更新为|：|:)了?(?P<value>[^，？]{1,30})"
)
_COUNT = re.compile(
    r"(?:一共|总共|现在|已经|家里|大概)*(?:有|养|剩下?|收藏|收集|攒|存|囤|种)(?:了|大概|差不多)*(?P<number>\d+"
    r"|[两二三四五六七八九十]+)[多来几]?(?:只|个|盆|本|双|辆|台|张|条|件|位|把|棵"
    r"|套)(?P<noun>[\u4e00-\u9fff]{1,6}?)(?=了|$|[，。])"
)
_DIED = re.compile(
    r"^(?P<name>(?!.*(?:难受|倒霉|饿|困|累|热|冷|笑|气|烦|急|吓|想|疼|痛|忙|丑|穷|开心|高兴|尴尬|无聊|羡慕|美|爽|卡"
    r"|堵|锁|关|封|咬)死)"
    r"[\u4e00-\u9fffA-Za-z]{1,6}?)(?:已经|突然|也|都)*(?:死|去世|走丢|跑丢|过世|病逝|没(?=了$)|不在(?=了$)"
    r"|离开(?=了$|我们)"
    r"|走(?=了$|了[半一两三几\d]|得)|在[^，]{1,6}(?:离开|走)|飞走|飞掉|跑掉|逃走|安乐死?|挂(?=了$)|升天|没撑过去"
    r"|[^，]{0,5}再也没回来|一去不回|不见(?=了$)|因为[^，]{1,6}离开|没救回来|没挺过|没熬过|送回[^，]{1,4}(?:给|养)"
    r"|被送走|送养|过继|[去当]+小?天使"
    r"|[去上]+了?彩虹桥|回喵星|回汪星|去了?汪星|去了?喵星)了?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    page: Page
    clause: Clause
    number: int
    text: str
    """The clause without blanks and times."""
    modality: Modality
    ended: bool
    past: bool
    now: bool


def read_clause(page: Page, stance: Stance, number: int, carried: Person | None) -> tuple[list[Reading], Person | None]:
    """What a Chinese clause says, and the subject that the next one may leave out."""
    clause = page.clauses[number]
    whole = page.plain[clause.start : clause.stop]
    text = re.sub(r"\s+", "" if not re.search(r"[A-Za-z]", whole) else " ", whole).strip()
    before = carried
    person, rest, reported = subject(text, carried)
    if _THEIRS.match(text) and before is not None and before.kind in ("kin", "name", "pronoun", "other"):
        return [], carried  # 我表姐结婚了，老公叫赵磊
    carried = person if person.kind != "you" else carried
    if clause.asked or re.match(r".*(?:吗|什么|啥|咋|哪里|哪儿|谁|怎么样|多少|几岁)", text):
        return [], carried
    scene = _Scene(
        page=page,
        clause=clause,
        number=number,
        text=text,
        modality=_modality(stance, clause, text, reported),
        ended=_ENDS.search(text) is not None,
        past=_PAST.search(text) is not None and _NOW.search(text) is None,
        now=_NOW.search(text) is not None,
    )
    if person.kind in ("you", "other"):
        return [], carried
    readings = list(_statements(scene, person, rest))
    return readings, christened(carried, readings)


_THEIRS = re.compile(r"(?:老公|老婆|丈夫|妻子|对象|男朋友|女朋友|媳妇|儿子|女儿|孩子|宝宝)(?:叫|名叫|是|也|在)")
"""Relations of the one who was spoken of before, where nobody says whose."""


def _modality(stance: Stance, clause: Clause, text: str, reported: bool) -> Modality:
    modality = stance.modality(clause, "")
    if modality is Modality.HYPOTHETICAL or supposes(stance.page, clause, text):
        return Modality.HYPOTHETICAL
    if reported:
        return Modality.REPORTED
    if plans(text):
        return Modality.PLANNED
    return modality


# ── statements ──────────────────────────────────────────────────────────────────────────────────


def _statements(scene: _Scene, person: Person, rest: str) -> Iterator[Reading]:
    if person.kind == "kin":
        yield from _named(scene, person, rest)
    if (found := _FAVORITE.match(scene.text)) and scene.modality is not Modality.HYPOTHETICAL:
        value = chinese_asides.title_before(scene.page, scene.clause) if found["value"] in _THIS else found["value"]
        if value:
            yield _reading(scene, SELF, Found(slot=f"favorite.{found['of']}", value=value))
        return
    yield from chinese_asides.left_places(scene.page, scene.clause, person)
    if found := _NOT_BUT.search(scene.text):
        yield from _frames(
            replace(scene, modality=Modality.CORRECTING),
            person,
            f"{rest[: max(0, rest.find('不是'))]}是{found['wrong']}",
            True,
        )
        yield from _frames(
            replace(scene, modality=Modality.CORRECTING),
            person,
            f"{rest[: max(0, rest.find('不是'))]}是{found['right']}",
            False,
        )
        return
    stripped = bare(re.sub(r"现在|目前|如今", "", rest))
    denied = _DENIED.match(stripped) is not None
    if found := _NOT_ALLERGIC.match(stripped):
        stripped, denied = f"对{found['what']}过敏", True
    elif denied:
        stripped = bare(_DENIED.sub("", stripped))
    ended = scene.ended and not (denied and not re.search(r"了$|再", scene.text))
    scene = replace(scene, ended=ended)
    readings = list(_frames(scene, person, stripped, denied))
    if not readings and person.kind == "self" and (topic := topical(scene.text)):
        readings = list(_frames(scene, person, bare(topic), denied))
    yield from readings
    if not readings or all(reading.slot.startswith("attribute") for reading in readings):
        yield from _nouns(scene, person)
    yield from _others(scene, person, rest, {reading.slot for reading in readings})


_NOT_ALLERGIC = re.compile(r"对(?P<what>[^，]{1,12}?)(?:已经|现在|其实|并|好像)*(?:不再|不会|不|没有?)过敏")


def _named(scene: _Scene, person: Person, rest: str) -> Iterator[Reading]:
    """``我姐姐叫林晓燕``, ``我姐姐林晓燕住在…``."""
    found = re.match(
        r"(?:的?名字)?(?:不是?)?(?:叫做?|名叫|名字是"
        r"|是)(?P<name>(?![做搞干教开卖跑拍修写在个一名位我你他她])[\u4e00-\u9fff]{2,4}(?<!的)"
        r"|[A-Z][A-Za-z]+)(?:[，。！,]|$)",
        bare(rest),
    )
    denied = found is not None and re.match(r"不[是叫]", bare(rest)) is not None
    known = "" if denied else person.name
    name = known or (found["name"] if found else "")
    if not name or (found and not known and "叫" not in rest and not chinese_values.is_name(name)):
        return
    polarity = Polarity.NEGATED if denied else Polarity.AFFIRMED
    yield _reading(scene, SELF, Found(slot=KIN[person.word], value=name), polarity=polarity)


def _frames(scene: _Scene, person: Person, text: str, denied: bool) -> Iterator[Reading]:
    taken: set[str] = set()
    for match, frame in _matches(scene, text):
        values = [one for one in chinese_values.group_values(match, scene.page, scene.number) if one.slot not in taken]
        taken.update(one.slot for one in values)
        for found in values:
            if found.slot == "name" and (person.kind == "kin" or _unsaid(scene, person)):
                continue
            if reading := _stated(scene, person, found, frame.kind, denied, match):
                yield reading


def _matches(scene: _Scene, text: str) -> Iterator[tuple[re.Match[str], Frame]]:
    """The frames that fit, with other words before them only where those bring in nobody else and no wish."""
    known = frames()
    for frame in known.anchored:
        if match := frame.pattern.match(text):
            yield match, frame
    for frame in known.free:
        if (match := frame.pattern.search(text)) is None:
            continue
        if match.start() and (scene.modality is Modality.HYPOTHETICAL or unclear(text[: match.start()])):
            continue
        yield match, frame


def _unsaid(scene: _Scene, person: Person) -> bool:
    """Whether a name lacks its subject and is not the speaker's."""
    return person.kind == "self" and chinese_asides.of_another(scene.page, scene.number, scene.text)


def _stated(
    scene: _Scene, person: Person, found: Found, kind: str, denied: bool, match: re.Match[str]
) -> Reading | None:
    family = found.slot.partition(".")[0]
    if family == "age" and _NOT_YET.search(scene.page.shown, scene.clause.start, scene.clause.stop):
        return None
    start, stop, _ = scene.page.sentences[scene.clause.sentence]
    if family == "likes" and _WRY.search(scene.page.shown, start, stop):
        return None
    if family in _TASTES and scene.modality in (Modality.HYPOTHETICAL, Modality.PLANNED):
        return None
    polarity = Polarity.AFFIRMED
    if found.ended:
        if denied:
            return None
        polarity = Polarity.ENDED
    elif scene.ended or (scene.past and kind == STATE):
        polarity = Polarity.ENDED
    elif denied:
        if found.slot == "likes":
            found = replace(found, slot="dislikes")
        elif kind == EVENT or found.slot == "dislikes":
            return None
        else:
            polarity = Polarity.NEGATED
    event = kind == EVENT and not (scene.text.endswith("有") or (found.slot == "pet" and "养着" in scene.text))
    return _reading(
        scene,
        person,
        found,
        polarity=polarity,
        event=event,
        past=polarity is Polarity.ENDED and not found.ended and not scene.ended,
    )


_WRY = re.compile(
    r"呵呵|是啦是啦|是是是|多浪漫|谁来救|才怪|真是太棒了|谢谢你啊|可太爱了呢|了呢[。！]?$|想得美|个鬼"
    r"|反话"
)
_NOT_YET = re.compile(r"再过|快|马上|就要|即将|还有|奔|那年|时候?|以前|明年|后年|下个?月")
_TASTES = listed(
    """
    likes dislikes hobby habit goal owns instruction favorite medication condition count measurement
    """
)


def _nouns(scene: _Scene, person: Person) -> Iterator[Reading]:
    """``我的航班号是CA1831``."""
    said = scene.page.shown[scene.clause.start : scene.clause.stop]
    found = _ACCOUNT.match(
        re.sub(r"^(?:不对|其实|更正一下|纠正一下|现在|目前|不是)+[，,]?", "", _FLOATING.sub("", said.strip()))
    )
    if found is None or scene.modality is Modality.HYPOTHETICAL or (found["noun"] == "名字" and _unsaid(scene, person)):
        return
    owned = scene.text.lstrip("现在目前其实不对，").startswith(("我", "咱", "家"))
    for one in chinese_values.noun_value(
        found["noun"], found["value"], scene.page.shown[scene.clause.start : scene.clause.stop], owned
    ):
        yield _reading(scene, person, one)


_FLOATING = re.compile(r"(?:其实|现在|目前|如今|眼下|说实话|已经|暂时)+(?=是|叫|为|换成)")


def _others(scene: _Scene, person: Person, rest: str, taken: set[str]) -> Iterator[Reading]:
    original = re.sub(r"\s+", "", scene.page.shown[scene.clause.start : scene.clause.stop])
    if scene.modality is Modality.HYPOTHETICAL:
        return
    for one in chinese_values.measurements(scene.text, original):
        if one.slot not in taken:
            yield _reading(scene, person, one)
    if (found := _COUNT.search(rest)) and "pet" not in taken and not any(slot.startswith("count.") for slot in taken):
        number = chinese_values.DIGITS.get(found["number"], found["number"])
        yield _reading(scene, person, Found(slot=f"count.{found['noun']}", value=number))
    yield from _refusals(scene, person)
    if person.kind == "self" and (found := _CHILDREN.search(rest)):
        for name in chinese_values.next_names(scene.page, scene.number):
            yield _reading(scene, SELF, Found(slot=KIN[found["kin"]], value=name))
    if (
        person.kind == "self"
        and _HABIT.search(original)
        and scene.modality is Modality.ASSERTED
        and not scene.past
        and len(original) <= 30
    ):
        yield _reading(scene, person, Found(slot="habit", value=re.sub(r"^(?:我们?|平时|一般|通常)+", "", original)))
    if person.kind == "self" and (found := _WANT.match(original)):
        yield replace(_reading(scene, person, Found(slot="goal", value=found["what"])), modality=Modality.ASSERTED)
    yield from _deaths(scene, rest)


def _deaths(scene: _Scene, rest: str) -> Iterator[Reading]:
    """Who died or went away, if they were known."""
    found = _DIED.match(bare(rest))
    if found is None or "我" in found["name"]:
        return
    for slot in ("pet",) if _ANIMAL.search(found["name"]) else ("pet", "partner"):
        ended = Found(slot=slot, value=found["name"], confidence=PRESUMED)
        yield _reading(scene, SELF, ended, polarity=Polarity.ENDED, event=True)


_ANIMAL = re.compile(PET)


_REFUSES = re.compile(
    r"(?:从来?|一直|都|现在|已经|再也)*(?:不|不再)(?P<verb>[吃喝抽打踢弹跳学练玩跑画唱骑滑游看拉钓爬养写读做织种拍"
    r"听逛泡追收刷攀健冥])(?!过|到|完|下|惯"
    r"|起)(?P<what>(?!了|的$)[\u4e00-\u9fff]{1,6}?)(?P<over>了)?$"
)


_KEPT_OFF = re.compile(
    r"(?P<what>(?!.*(?:饭|什么|啥|药|东西|[早晚午]餐|宵夜|[他她你谁]))[^，我的不]{1,6}?)(?:我|都|从来|是"
    r"|也)*不[吃碰]的?$"
)


_NO_FOOD = listed("素 饭 药 什么 东西 早饭 午饭 晚饭 早餐 午餐 晚餐 宵夜 夜宵 亏 苦 这套")


def _refusals(scene: _Scene, person: Person) -> Iterator[Reading]:
    """``我不吃辣``: kept off the table; ``我不喝咖啡了``: a habit that is over."""
    if person.kind == "self" and (kept := _KEPT_OFF.match(scene.text)):
        yield _reading(scene, person, Found(slot="diet", value=f"不吃{kept['what']}"))
        return
    found = _REFUSES.search(scene.text)
    if found is None or found["what"] in _NO_FOOD:
        return
    if found["over"] or "不再" in scene.text:
        yield _reading(
            scene,
            person,
            Found(slot="habit", value=f"{found['verb']}{found['what']}", ended=True),
            polarity=Polarity.ENDED,
        )
    elif found["verb"] == "吃":
        yield _reading(scene, person, Found(slot="diet", value=f"不吃{found['what']}"))


def _reading(
    scene: _Scene,
    person: Person,
    found: Found,
    *,
    polarity: Polarity = Polarity.AFFIRMED,
    event: bool = False,
    past: bool = False,
) -> Reading:
    modality = scene.modality
    if modality is Modality.CORRECTING and event and polarity is not Polarity.NEGATED:
        modality = Modality.ASSERTED
    if found.ended and found.value != ANY and found.slot == "owns":
        found = replace(found, confidence=PRESUMED)
    return Reading(
        person=person,
        slot=found.slot,
        value=found.value,
        start=scene.clause.start,
        stop=scene.clause.stop,
        polarity=polarity,
        modality=modality,
        event=event,
        past=past,
        now=scene.now,
        confidence=found.confidence,
        clause=scene.number,
    )

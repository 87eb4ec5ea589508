"""Asks again where the first answer falls short: other forms of a question, and what they find put behind the rest.

The forms come from rules: words of the best hits (pseudo-relevance feedback after RM3: Abdul-Jaleel et al. 2004, "UMass
at TREC 2004"), synonyms of everyday words, relative dates made absolute, and what is missing looked up alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from memos_core.domain.query import Hit, MemoryCall, Verdict
from memos_core.operation.recall.analysis import analyse
from memos_core.operation.recall.sufficiency import A_NAME, A_TIME, THAT_PERIOD

MOST = 2
"""Forms of a question that are asked by default."""
BEST = 3
"""Hits that lend their words."""
LENT = 5
"""Words that they lend."""
_KINDS = frozenset({A_TIME, A_NAME, THAT_PERIOD})
_LONGEST_WORD = 30
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SYNONYMS = """
job, work, occupation, profession, career, 工作, 职业
kid, child, son, daughter, 孩子, 儿子, 女儿
car, vehicle, 车, 汽车
house, home, apartment, flat, place, 房子, 家, 公寓
mother, mom, mum, 妈妈, 母亲
father, dad, 爸爸, 父亲
grandmother, grandma, granny, 奶奶, 外婆
grandfather, grandpa, granddad, 爷爷, 外公
husband, wife, partner, spouse, 丈夫, 妻子, 老公, 老婆
boyfriend, girlfriend, partner, 男朋友, 女朋友
sibling, brother, sister, 兄弟, 姐妹
movie, film, 电影
trip, travel, vacation, holiday, journey, 旅行, 旅游, 度假
doctor, physician, 医生
illness, disease, sickness, condition, 病
pet, dog, cat, puppy, kitten, 宠物, 狗, 猫
hobby, pastime, interest, 爱好, 兴趣
buy, purchase, bought, 买
store, shop, 商店
school, college, university, 学校, 大学
study, major, degree, 专业
friend, buddy, pal, 朋友
coworker, colleague, 同事
boss, manager, supervisor, 老板
salary, pay, wage, income, 工资
food, meal, dish, cuisine, 菜, 食物
exercise, workout, gym, training, 锻炼, 健身
book, novel, 书, 小说
song, music, 歌, 音乐
party, celebration, 聚会
gift, present, 礼物
photo, picture, image, 照片
injury, hurt, 受伤
birthday, born, 生日
country, nation, 国家
city, town, 城市
begin, start, began, started, 开始
end, finish, stop, quit, 结束
relationship, dating, married, 结婚, 恋爱
pastry, cake, 蛋糕
money, cash, funds, 钱
worry, fear, afraid, 担心, 害怕
happy, glad, excited, 高兴, 开心
award, prize, medal, 奖
contest, competition, tournament, 比赛
class, course, lesson, workshop, 课, 课程
volunteer, charity, 志愿
meeting, appointment, 会议, 约会
plan, intention, goal, 计划, 目标
"""


def rewritten(
    call: MemoryCall, verdict: Verdict, shown: Sequence[Hit], names: Sequence[str], most: int = MOST
) -> list[str]:
    """Further forms of a question that was not answered well enough, the most promising first.

    Args:
        call: The planned question.
        verdict: What was thought of its answer; nothing is asked again where that suffices.
        shown: The hits, best first.
        names: Who speaks in the vault: their names are no words to be lent.
        most: Forms at most.

    Returns:
        Texts without the question itself, distinct in the words that they look up.
    """
    if verdict.sufficient:
        return []
    forms: list[str] = []
    seen = {frozenset(analyse(call.query)), frozenset()}
    for form in _forms(call, verdict, shown, names):
        if len(forms) >= most:
            break
        words = frozenset(analyse(form))
        if words not in seen:
            seen.add(words)
            forms.append(form)
    return forms


def merged(first: Sequence[Hit], more: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """The hits of the first round in their order, then those of later ones that are new, taking turns between rounds.

    A later round's best hits come before an earlier round's weaker ones, since scores of different questions do not
    compare; a memory appears once.
    """
    found: dict[str, Hit] = {hit.cube.id: hit for hit in first[:limit]}
    for place in range(max((len(hits) for hits in more), default=0)):
        for hits in more:
            if len(found) < limit and place < len(hits):
                found.setdefault(hits[place].cube.id, hits[place])
    return list(found.values())


# ── forms ───────────────────────────────────────────────────────────────────────────────────────


def _forms(call: MemoryCall, verdict: Verdict, shown: Sequence[Hit], names: Sequence[str]) -> Iterator[str]:
    yield from _dated(call)
    yield _renamed(call.query)
    if lent := _lent(call, shown, names):
        yield f"{call.query} {' '.join(lent)}"
    missing = [word for word in verdict.missing if word not in _KINDS]
    if missing:
        yield " ".join((*call.subjects, *missing))
        yield _without(call.query, missing[0])


def _dated(call: MemoryCall) -> Iterator[str]:
    """The question with a relative date spelt out."""
    if not call.periods or call.now is None:
        return
    from memos_core.operation.formation.temporal import resolve  # its rules take longer to load than the core

    query = call.query
    for found in reversed(resolve(query, call.now)):
        if found.label.casefold() not in query.casefold():
            start, stop = found.span
            query = f"{query[:start]}{found.label}{query[stop:]}"
    if query != call.query:
        yield query


def _renamed(query: str) -> str:
    """The question followed by synonyms of its everyday words, in its own language first."""
    known = _synonyms()
    chinese = bool(_CHINESE.search(query))
    found = dict.fromkeys(
        other
        for word, others in known.items()
        if _has(query, word)
        for other in others
        if bool(_CHINESE.search(other)) == chinese and not _has(query, other)
    )
    return " ".join((query, *found))


def _lent(call: MemoryCall, shown: Sequence[Hit], names: Sequence[str]) -> list[str]:
    """Words that several of the best hits have and the other hits have seldom; names count for more."""
    asked = {*analyse(call.query), *(term for name in names for term in analyse(name))}
    elsewhere = Counter(term for hit in shown[BEST:] for term in set(analyse(hit.text)))
    weights: dict[int, float] = {}
    spelt: dict[int, str] = {}
    for rank, hit in enumerate(shown[:BEST], start=1):
        for match in _WORD.finditer(hit.text):
            terms = analyse(match[0]) if len(match[0]) < _LONGEST_WORD else ()
            if len(terms) != 1 or terms[0] in asked:
                continue
            inside = (
                match.start() > 0 and hit.text[match.start() - 1] == " " and hit.text[match.start() - 2] not in ".!?…"
            )
            named = inside and match[0][0].isupper()
            weights[terms[0]] = weights.get(terms[0], 0.0) + (2.0 if named else 1.0) / rank
            spelt.setdefault(terms[0], match[0])
    ranked = sorted(weights, key=lambda term: (-weights[term] / (1 + elsewhere[term]), spelt[term]))
    return [spelt[term] for term in ranked[:LENT]]


def _without(query: str, word: str) -> str:
    """The question without one of its words."""
    return " ".join(re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", query).split())


@cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """Every word of the table with those of its line."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _SYNONYMS.strip().splitlines():
        words = line.split(", ")
        for word in words:
            others = tuple(other for other in words if other != word)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return found


def _has(query: str, word: str) -> bool:
    """Whether a question has a word, in the singular or the plural."""
    if _CHINESE.search(word):
        return word in query
    plural = rf"{re.escape(word[:-1])}(?:y|ies)" if word.endswith("y") else rf"{re.escape(word)}(?:s|es|ren)?"
    return re.search(rf"(?<!\w){plural}(?!\w)", query, re.IGNORECASE) is not None

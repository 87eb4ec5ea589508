"""Checks what a model says against what it may say: names, numbers and dates must stand in the entries that it cites.

A name is a capitalised word, or two or three Chinese characters that begin with a surname. What passes is not proven
true; what is refused was certainly not said.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from memos_core.operation.recall.analysis import analyse

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’](?=[^\W_]))*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_BEGINS = re.compile(r"(?:^|[.!?。！？…:：\n]|[\"“‘'(（\[])\s*$")
_POSSESSIVE = re.compile(r"['’]s?$")
_FRAME_WORDS = """
a about after again all also although an and another any anyone as at because before besides both but by currently
despite during each earlier either even every everyone finally first for from further had has have he her hers here
his how however i if in instead into it its just last lately later like many more most my neither next no nobody none
nor not nothing now of off on once one only or other our out over overall people perhaps recently several she since so
some somebody someone something soon still such than that the their them then there therefore these they this those
though through throughout to together under unless until upon user users was we were what when where whether which
while who whose why will with within without yes yet you your assistant ok
"""
_FRAME = frozenset(_FRAME_WORDS.split())
"""Words that begin a sentence and name nobody."""
_COUNTING = """
zero 零|one 一|two 二 两|three 三|four 四|five 五|six 六|seven 七|eight 八|nine 九|ten 十|eleven 十一|twelve 十二
|thirteen 十三|fourteen 十四|fifteen 十五|sixteen 十六|seventeen 十七|eighteen 十八|nineteen 十九|twenty 二十
"""
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_COUNTED = {word: str(value) for value, words in enumerate(_COUNTING.split("|")) for word in words.split()} | _TENS
_UNREMARKABLE = frozenset({"zero", "one", "一"})
"""Number words that mostly count nothing: "one of them"."""
_ZH_NUMBER = re.compile(r"[零一二两三四五六七八九十]+(?=[个只条位名岁年月号日天周次件本张台辆块元斤公米])")
_SURNAME = (
    "王李张刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡贾魏薛阎潘"
    "杜戴钟汪姜姚谭廖邹熊郝崔邱秦侯邵孟龚"
)
"""Surnames that are rarely anything else."""
_ZH_NAME = re.compile(
    rf"(?<![一二两三四五六七八九十几这那每半\d])[{_SURNAME}][\u4e00-\u9fff]|[小老阿][{_SURNAME}]"
    r"|(?:叫做|名叫|叫(?![我你他她醒了车外着]))[\u4e00-\u9fff]{2}"
)
_ZH_PLAIN = """
黄色 黄金 黄瓜 黄油 黄昏 谢谢 熊猫 苏打 李子 杨梅 张开 胡子 胡萝 孙子 孙女 罗列 宋体 韩国 韩语 韩餐 唐朝 朱红 姜茶
钟头 钟表 杜绝 戴着 戴上 戴口 秦朝 汪洋 陈旧 陈列 陈述 董事 徐徐
"""
_ZH_WORDS = frozenset(_ZH_PLAIN.split())


@dataclass(frozen=True, slots=True)
class Ground:
    """Entries that may be cited, and what they hold."""

    texts: tuple[str, ...]
    """The entries, their speakers, and dates as the grammar resolves them."""
    _words: frozenset[str] = field(init=False)
    _numbers: frozenset[str] = field(init=False)
    _terms: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", frozenset(part for text in self.texts for part in _parts_of(text)))
        object.__setattr__(self, "_numbers", frozenset(one for text in self.texts for one, _ in _numbers_of(text)))
        object.__setattr__(self, "_terms", frozenset(term for text in self.texts for term in analyse(text)))

    def invented(self, said: str) -> list[str]:
        """Names and numbers in what is said that no entry holds, in order."""
        found = [shown for number, shown in _numbers_of(said) if number not in self._numbers]
        found += [name for name, begins in _names_of(said) if not self._knows(name, begins)]
        found += [name for name in _zh_names_of(said) if not self._holds(name)]
        return list(dict.fromkeys(found))

    def holds_words(self, said: str) -> bool:
        """Whether all content words of what is said stand in the entries, in any inflection."""
        terms = set(analyse(said))
        return bool(terms) and terms <= self._terms

    def _holds(self, said: str) -> bool:
        return any(said in text for text in self.texts)

    def _knows(self, name: str, begins: bool) -> bool:
        word = name.casefold()
        if word in self._words or word == "i":
            return True
        return begins and (word in _FRAME or set(analyse(word)) <= self._terms)


def ground(texts: Iterable[str]) -> Ground:
    """What these entries hold."""
    return Ground(tuple(texts))


def _parts_of(text: str) -> Iterator[str]:
    for found in _WORD.finditer(text):
        yield _bare(found[0])


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word).replace("’", "'").casefold()


def _names_of(text: str) -> Iterator[tuple[str, bool]]:
    """Capitalised words, and whether each begins a sentence."""
    for found in _WORD.finditer(text):
        if found[0][0].isupper():
            yield _POSSESSIVE.sub("", found[0]).replace("’", "'"), _BEGINS.search(text[: found.start()]) is not None


def _zh_names_of(text: str) -> Iterator[str]:
    for found in _ZH_NAME.finditer(text):
        name = re.sub("^(?:叫做|名叫|叫)", "", found[0])
        if name not in _ZH_WORDS:
            yield name


def _numbers_of(text: str) -> Iterator[tuple[str, str]]:
    """Numbers in one spelling, and as they are written."""
    for found in _NUMBER.finditer(text):
        for part in _spelled(found[0]):
            yield part, found[0]
    for word in _WORD.finditer(text):
        if (value := _COUNTED.get(lower := word[0].casefold())) and lower not in _UNREMARKABLE and word[0].isascii():
            yield value, word[0]
    for counted in _ZH_NUMBER.finditer(text):
        if (value := _COUNTED.get(counted[0])) and counted[0] not in _UNREMARKABLE:
            yield value, counted[0]


def _spelled(number: str) -> Sequence[str]:
    """``1,200`` is ``1200``; ``18:30`` is two numbers; zeros in front do not count."""
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
    return [part.lstrip("0") or "0" for part in re.split("[:,]", whole)]

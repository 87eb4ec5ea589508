"""What Chinese says beside its frames: the names of one's own animals."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.chinese_frames import PET
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading

_OWN = re.compile(
    rf"(?:^|(?<=[，,。！；：\s])|(?<=[而但]))(?:而|但是?|不过)?(?:我们?(?:自己)?(?:家里?)?|咱们?家|家里)"
    rf"(?:养了?的|里的|的|那[只条]|有?一?[只条个])*(?P<kind>[大小老橘黑白花]?{PET})(?:的?(?:大名|小名|名字))?(?:就|是)?"
    r"(?:叫做?|名叫|名字[叫是]|是叫)(?P<name>(?!什么|啥|做|它|我)(?:[\u4e00-\u9fff]{1,5}?|[A-Za-z]+))"
    r"(?=$|[，,。！!；\s]|[了啊呀哦呢哈]|今年|已经|特别|很|超)"
)
_SUPPOSED = re.compile(r"如果|要是|假如|假设|想给|打算|希望|梦见")


def named_animals(page: Page) -> Iterator[Reading]:
    """``我家的狗叫大黄``, not ``邻居家的狗叫大黄``."""
    for start, stop, asked in page.sentences:
        if asked or _SUPPOSED.search(page.shown, start, stop):
            continue
        for found in _OWN.finditer(page.shown, start, stop):
            value = f"{found['kind']}{found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=found.start("kind"), stop=found.end())

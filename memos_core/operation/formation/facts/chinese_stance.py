"""Whether a Chinese clause supposes or plans."""

import re

from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN
from memos_core.operation.formation.facts.page import Clause, Page

_SUPPOSES = re.compile(
    r"如果|要是|假如|假设|假使|若是|的话$|就好了|希望|想象|但愿|万一|梦见|应该|可能|也许|大概|或许"
    r"|说不定|恨不得|该不该|要不要|是不是|巴不得|真想|好想"
)
_OPENS_SUPPOSING = re.compile(r"\s*[^，。！？]{0,3}(?:如果|要是|假如|假设|若是|万一|假装|设想)")
_DREAMT = re.compile(r"梦见|梦到|做梦|做了个梦|梦里")
_TASK = re.compile(
    r"(?:翻译|润色|改写|总结|校对|续写|造句|仿写|扩写|缩写|朗读|抄写|修改|例句|作文|台词|简历|自我介绍|文案|扮演"
    r"|角色)[^。！？]{0,16}[：:\n]"
)
_PLANS = re.compile(
    r"打算|准备|计划|考虑|(?<![理梦])想要?(?!念|到|起|法|着)|正要|要(?=搬|去|换|养|买|开始|结婚|入职|辞|到|成为"
    r"|当|学)|将|即将|快要|会(?=搬|去|开始|入职|换|在)"
)


def supposes(page: Page, clause: Clause, text: str) -> bool:
    """Whether the clause, or the opening of its sentence, is a condition, a wish or a guess."""
    start, _, _ = page.sentences[clause.sentence]
    so_far = page.shown[start : clause.start]
    opening = _OPENS_SUPPOSING.match(page.shown, start) or _DREAMT.search(so_far)
    if _INVENTED.match(page.shown, start) and not _IN_TRUTH.search(page.shown, start, clause.stop):
        return True
    return opening is not None or _SUPPOSES.search(text) is not None or _is_task(page, clause)


_INVENTED = re.compile(r"[^，。！？]{0,6}(?:小说|剧本|游戏|故事|剧|电影|梦|戏|剧本杀)里(?!我?最)")
_IN_TRUTH = re.compile(r"现实|其实|实际|真实|本人|生活[里中]")


def _is_task(page: Page, clause: Clause) -> bool:
    """Whether the clause is a text that was handed over to work on: 请翻译：我住在北京."""
    return _TASK.search(page.shown, 0, clause.start) is not None


def plans(text: str) -> bool:
    """Whether the clause speaks of what is meant to come."""
    return _PLANS.search(text) is not None


_BESIDE = re.compile(
    rf"(?:跟|和|与|同|陪|带|随|托|为了?|因为|照顾)(?:着|了)?(?:我们?)?(?:家)?(?:{KIN_PATTERN}|朋友|同学|同事|家人"
    rf"|爸妈|父母|老人|孩子|全家"
    rf"|[小阿老][\u4e00-\u9fff])们?"
)
_UNCLEAR = re.compile(
    r"[他她你您谁]|想(?!通|开|不到)|以为|好像|怀疑|听|[说讲](?!真|实话|来|到底)|看(?!病|了医生)|羡慕|让|叫|劝|催|逼"
    r"|求|帮|替|陪|借|租车|租了?一?[辆台]|试|面试|投|申请|应聘|差点|险些"
    r"|没(?!几|多久|想到)|不(?!过|错|光|但|仅|得不|知不觉|小心|久)|别|如果|要是|假如|梦|希望|恨|小说|电影|电视|剧"
    r"|书里|游戏|角色|扮演|演|故事|新闻|视频|有人|人家|大家"
    r"|朋友|同学|同事|邻居|老板|司机|前任|客户|房东|名人|明星|网友|他们|那家|这家|本来要|原本要|打车|坐了|试驾|每个"
    r"|有些|很多人|现代人|年轻人"
    rf"|我们?的?家?(?:{KIN_PATTERN})"
)


def unclear(before: str) -> bool:
    """Whether words before a statement leave open whose it is, or whether it is meant."""
    return bool(before) and _UNCLEAR.search(_BESIDE.sub("", before)) is not None

"""What a message says about the course of a conversation: phatic talk, greetings, farewells, changes of subject.

English and Chinese. Everything here reads one text and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable

from memos_core.operation.formation.alternatives import Cue

_COURTESIES = """
a absolutely again agree agreed ah aha all alright always am amazing an and any anytime appreciate are as at aw
awesome aww awww be been bet better beautiful bless bring brilliant but by bye can care catch chat cheers congrat
congrats congratulation congratulations cool could cya day days definitely did do doing done dont enjoy enough
even evening everyone everything exactly excellent excited exciting fab fabulous fair fantastic feel feeling fine
for forward fun gee glad go going gonna good goodbye goodnight goodness gosh got gotcha gotta great greetings guess
guy guys haha hahaha happy has have having hear heard hearing heck heh hello help helpful helping here hey heya hi
hmm hope how howdy huge hugs i ill im impressive in incredible indeed inspiring is it its ive joke just keep kidding
kind know later lets like likewise lmao ln lol lot lots love loved lovely luck lucky m makes man many
me mean mention mind mm mmm morning much my neat need never nice night no nope nothing now of oh ok okay omg on one
our over perfect pleasure please pretty problem problems proud re really right run s see seems share sharing shoot
should smart so some sorry soon sound sounds speak stay still stoked such sure surely super support sweet t
take talk talking terrific thank thankful thanks that thats the them then there they thing things think this
thoughtful thx til till to today together tomorrow tonight too totally true truly ttyl ty u understand understood
until up urself ve very wait was way we weekend welcome well were what whatever whats when will wish wishing with woah
wonderful work worries worry would wow x xoxo xx y ya yay yeah year yep yes you youre your yours yourself yup
"""
COURTESY = frozenset(_COURTESIES.split())
"""Words that by themselves tell nothing: a sentence made of these alone is courtesy."""
_TELLING = frozenset({"no", "nope", "never", "love", "need", "work", "run", "year", "today", "tomorrow", "tonight"})
"""Of these, the words that may answer a question or name a matter: not courtesy in a sentence with ``I``."""
_PHATIC_ZH = re.compile(
    r"(?:谢谢(?:你|您|啦|了|大家)?|多谢|感谢(?:你|您)?|非常|太|真的?|很|好的?呀?|好[啊吧嘞滴]|行[啊吧]?|可以"
    r"|没问题|没事|不客气|不用谢|嗯+|哦+|噢+|啊+|哈+|嘿+"
    r"|呵+|对[啊的呀]?|是[啊的呀]?|当然|没错|知道了|明白了?|了解|收到|你好|您好|嗨|哈喽|早上好|早安|早"
    r"|中午好|下午好|晚上好|晚安|再见|拜拜|回头[聊见]"
    r"|下次[聊见再]+|明天见|改天[聊见]|保重|加油|恭喜(?:你|您|啦)?|祝你?(?:好运|顺利|开心)|辛苦了?|厉害|棒"
    r"|赞|哇+|不错|太好了|最近(?:怎么样|好吗|还好吗)"
    r"|怎么样|还好|挺好的?|在吗|好久不见|一样|也是|了|的|吧|呢|吗|啦|呀|你|您|我)+"
)
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_LONGEST_COURTESY = 14
_SHORTEST_NICKNAME = 3

_FAREWELL = Cue(
    r"\b(?:(?:good ?)?bye+|(?:see|catch|talk (?:to|with)|speak to|chat with) (?:you|u"
    r"|ya)\b(?: \w+)? ?(?:later|soon|then|around|tomorrow"
    r"|tonight|next|on|at|there)|talk (?:to you )?(?:later|soon)|take care|good ?night|sleep well|ttyl|cya"
    r"|until next time"
    r"|(?:got to|gotta|have to|need to|should|better) (?:go|run|head (?:out|off)"
    r"|get going)(?: now)?(?=[\s,;]*(?:[.!?]|$|but|so|see|talk|bye))"
    r"|have (?:yourself )?(?:a|an) (?:\w+ )?(?:great|good|nice|lovely|wonderful|amazing|fantastic|fun|safe"
    r"|blessed|awesome|relaxing)"
    r" (?:\w+ )?(?:day|one|night|evening|afternoon|morning|week|weekend|time|trip|flight|holiday|rest)"
    r"|that(?:['’]?s| is| will be) (?:all|it) (?:for (?:now|today)|i need(?:ed)?)"
    r"|thanks? (?:you )?(?:again )?for (?:all|everything|your help))\b"
    r"|再见|拜拜|晚安|回头[聊见]|下次(?:再)?[聊见]|明天见|改天(?:再)?[聊见]|保重|先(?:走|撤|忙|下|睡"
    r"|去忙)[了啦]|就(?:到|聊到)这(?:里|儿)",
)
_GREETING = re.compile(
    r"^\W*(?:(?:hi|hey+|hello|heya|howdy|greetings|yo|good (?:morning|afternoon|evening))\b|你好|您好|嗨"
    r"|哈喽|早上好|早安|下午好|晚上好|在吗)",
)
_REUNION = Cue(
    r"\b(?:long time no (?:see|talk|chat)|(?:it['’]?s |it has )?been (?:a |quite a |such a )?(?:while|minute"
    r"|ages|forever|a long time|too long)"
    r"|(?:good|great|nice|lovely|awesome|so good|happy) to (?:see|hear from|talk to|chat with) you\b"
    r"|how(?:['’]?s| is| has|['’]?ve| have| are| you)\b[^.!?]{0,24}\b(?:been|going|everything|things|doing"
    r"|it going|life|your (?:day|week|weekend))"
    r"|what['’]?s (?:up|new|been (?:up|happening|going on))|what (?:have you|are you|you) (?:been )?up to"
    r"|how(?:['’]?ve| have) you been"
    r"|since we (?:last )?(?:talked|spoke|chatted|met)|since (?:our last|the last time|last time))"
    r"|好久不见|最近(?:怎么样|好吗|还好吗|忙什么|过得)",
)
_SHIFT = Cue(
    r"^\W*(?:(?:oh|ok|okay|well|so|and|hey|alright|all right)\b[,!. ]*){0,3}(?:by the way|btw|anyways?\b"
    r"|on (?:another|a different|a side|an unrelated) note"
    r"|(?:to |let['’]?s )?chang(?:e|ing) (?:the )?(?:subject|topic)|speaking of|one more thing"
    r"|(?:an)?other (?:thing|question|topic)"
    r"|(?:a )?(?:quick|different|new|unrelated|separate) (?:question|topic|thing)|that reminds me"
    r"|before i forget|i (?:almost |nearly )?forgot to"
    r"|guess what|moving on|next up|switching gears|now,? (?:let['’]?s|can we|could we|i(?:['’]d| want"
    r"| need))|unrelated\b|separately\b"
    r"|i(?:['’]ve| have) (?:got )?(?:some |a bit of )?(?:big |great |good |exciting |bad |sad )?news"
    r"|(?:let['’]?s|can we|could we) (?:talk about|move on|switch))"
    r"|^\W*(?:哦|啊|好的?|嗯)?[，, ]*(?:对了|顺便(?:问|说)?|另外|话说|换个话题|还有(?:一?[件个])?(?:事|问题)"
    r"|说到|说起|忘了(?:说|问|告诉)|再问(?:一下|个)|接下来"
    r"|告诉你(?:个|一个)|你猜)",
)
_ASKS = re.compile(r"[?？]")
_ENDS_ASKING = re.compile(r"[?？][^\w?？]*$")


def is_phatic(text: str, names: Iterable[str] = ()) -> bool:
    """Whether a text is courtesy alone: a greeting, thanks, agreement, applause, a farewell.

    Args:
        text: A message or a sentence.
        names: Names of the people addressed, which add nothing to it.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    called = [name.lower() for name in names if name]
    for name in called:
        folded = folded.replace(name, " ")
    if _CJK.search(folded):
        return all(_PHATIC_ZH.fullmatch(run) or run in COURTESY for run in _WORD.findall(folded))
    words: list[str] = []
    for found in _WORD.finditer(folded.replace("'", "").replace("’", "")):
        word = found[0]
        if word.isdigit() or (word not in COURTESY and not _is_short_for(word, called)):
            return False
        words.append(word)
    return len(words) <= _LONGEST_COURTESY and not ("i" in words and any(word in _TELLING for word in words))


def _is_short_for(word: str, names: Iterable[str]) -> bool:
    return len(word) >= _SHORTEST_NICKNAME and any(name.startswith(word) for name in names)


def is_farewell(text: str) -> bool:
    """Whether a message takes leave or closes its matter."""
    return _FAREWELL.search(text[-240:].lower()) is not None


def greeting(text: str) -> float:
    """How much a message opens a conversation: 1 for a reunion, 0.5 for a bare greeting, else 0."""
    if _REUNION.search(text[:200].lower()):
        return 1.0
    return 0.5 if _GREETING.search(text[:40].lower()) else 0.0


def is_shift(text: str) -> bool:
    """Whether a message says that it turns to something else."""
    return _SHIFT.search(text[:80].lower()) is not None


def asks(text: str) -> bool:
    """Whether a message asks anything."""
    return _ASKS.search(text) is not None


def ends_asking(text: str) -> bool:
    """Whether a message ends as a question, so that what follows is likely its answer."""
    return _ENDS_ASKING.search(text[-40:]) is not None

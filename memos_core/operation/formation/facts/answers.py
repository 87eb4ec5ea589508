"""Short answers: a question of one turn and the answer of the next, made one statement for the rules to read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from memos_core.operation.formation.facts import chinese_answers

_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ya|yea|sure|correct|right|exactly|indeed|absolutely|definitely|of course"
    r"|that's (?:right|correct)|i (?:do|am|have|did|was)(?=\s*(?:[,.!]|$))|you got it|是的?啊?"
    r"|对的?啊?|没错|嗯+|是呀|有的?"
    r"|对对|[喜会住吃养开在要][欢]?[的啊呀呢]+)(?:[\s,.!，。！~]|$)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not (?:really|any ?more|quite|yet)|i (?:don't|do not|am not|haven't|didn't"
    r"|wasn't)(?=\s*(?:[,.!]|$))"
    r"|i'm not(?=\s*(?:[,.!]|$))|wrong|不是的?|没有|不对|(?:已经|早就)?不[\u4e00-\u9fff]{1,2}了?"
    r"|没有?了?|(?:已经|早就?)?[没不][\u4e00-\u9fff]{1,3}了|错了)(?:[\s,.!，。！~]|$)",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"[,，]?\s*(?:right|correct|isn't it|aren't you|don't you|haven't you|didn't you|is that (?:right"
    r"|correct)|yes|no|eh|huh|对吗|对吧|是吗|是吧|没错吧|对不对|是不是)\s*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:so|and|ok|okay|oh|wait|hmm|well|but|cool|great|nice|wow|got it|just to (?:confirm|check)|by "
    r"the way|btw|then|out of curiosity|may i ask|can i ask|can you tell me|could you tell me|那么?|所以|对了|请问"
    r"|话说)[\s,!.:，]+)+",
    re.IGNORECASE,
)
_POLAR: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), statement)
    for pattern, statement in (
        (r"^do you (?:still |currently |really |also |actually )*(?P<rest>.+)$", "I {rest}"),
        (r"^did you (?P<rest>.+)$", "I did {rest}"),
        (r"^are you (?P<rest>.+)$", "I am {rest}"),
        (r"^were you (?P<rest>.+)$", "I was {rest}"),
        (r"^have you (?P<rest>.+)$", "I have {rest}"),
        (
            r"^(?:is|are) your (?P<noun>(?:[a-z'-]+ ){1,4}?)(?P<rest>(?:still |now |also )?(?:called|named|an?"
            r"|the|in|at|on|from|allergic|living|working|married|single|vegan|vegetarian|(?-i:[A-Z0-9])\S*)(?: "
            r".*)?)$",
            "my {noun}is {rest}",
        ),
        (
            r"^does your (?P<noun>(?:[a-z'-]+ ){1,2}?)(?P<rest>(?:still |also )?(?:live|work|like|love|have"
            r"|study|speak|play|own|drive|hate|enjoy)\b.*)$",
            "my {noun}does {rest}",
        ),
        (r"^you(?P<be>'re| are|'ve| have)? (?P<rest>.+)$", "I{be} {rest}"),
        (r"^your (?P<rest>.+? (?:is|are|was) .+)$", "my {rest}"),
    )
)
_OPEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), statement)
    for pattern, statement in (
        (r"^what(?:'s| is| are) your (?P<noun>.+?) (?:called|named)(?: again| now)?$", "my {noun} is called {answer}"),
        (r"^what(?:'s| is| are) (?:the )?names? of your (?P<noun>.+)$", "my {noun} is called {answer}"),
        (r"^what(?:'s| is| are| was) your (?P<noun>.+?)(?: again| called| these days| now)?$", "my {noun} is {answer}"),
        (r"^which (?P<noun>.+?) is your favou?rite$", "my favorite {noun} is {answer}"),
        (r"^(?:when|where)(?:'s| is) your (?P<noun>.+)$", "my {noun} is {answer}"),
        (r"^who(?:'s| is) your (?P<noun>.+)$", "my {noun} is {answer}"),
        (r"^what is your (?P<noun>.+?) (?:called|named)$", "my {noun} is called {answer}"),
        (
            r"^(?:where|which city|what city|which country|what town) (?:do|are|did|were|have) you (?:currently "
            r"|now )?(?P<verb>live|living|based|grow up|born|moved?|work|working|study|studying|go to school"
            r"|from)(?: in| to| at)?(?: now| these days| currently)?$",
            "{where}",
        ),
        (r"^(?:who|which company|what company) do you work (?:for|at)(?: now)?$", "I work for {answer}"),
        (r"^(?:do you have|are there|what are) (?:any |your )?(?:food )?allergies$", "I am allergic to {answer}"),
        (r"^are you allergic to (?:anything|any foods?|something)$", "I am allergic to {answer}"),
        (r"^(?:do you have|what are) (?:any |your )?(?P<noun>hobbies|pets|siblings|kids|children)$", "{having}"),
        (
            r"^(?:do you take|are you on|are you taking) (?:any )?(?:medication|medications|medicine"
            r"|meds)$",
            "I take {answer}",
        ),
        (r"^what do you do(?: for (?:a living|work))?$", "I am {answer}"),
        (r"^how old are you(?: now)?$", "I am {answer} years old"),
        (r"^how much do you weigh(?: now)?$", "I weigh {answer}"),
        (r"^how tall are you$", "I am {answer} tall"),
        (r"^how many (?P<noun>[\w ]+?) do you (?:have|own)(?: now)?$", "I have {answer} {noun}"),
        (r"^what are you allergic to$", "I am allergic to {answer}"),
        (r"^what (?:are you|do you) (?P<verb>study|studying|majoring in|major in)(?: at \w+)?$", "I study {answer}"),
        (
            r"^what (?:(?:kind|sort|type) of )?(?P<noun>car|vehicle|bike) do you (?:drive|have|ride|own)$",
            "I drive a {answer}",
        ),
        (
            r"^what (?:(?:kind|sort|type)s? of )?(?P<noun>[\w ]+? )?do you (?P<verb>like|love|enjoy|hate|speak"
            r"|collect|play)(?: to (?:eat|do|drink|watch|read|listen to)| doing| most)?(?: .*)?$",
            "I {verb} {answer}",
        ),
        (r"^what (?:should|can|may|shall|do) (?:i|people) call you$", "call me {answer}"),
        (r"^what do you (?P<verb>drive|ride|own)(?: \w+)?$", "I {verb} {answer}"),
        (r"^(?:any|got any|have you got any|are there any) (?:food )?allergies\b.*$", "I am allergic to {answer}"),
        (r"^(?:any|got any|have you got any) (?P<noun>pets|siblings|kids|children|hobbies)\b.*$", "{having}"),
        (r"^what languages? do you (?:speak|know)$", "I speak {answer}"),
        (r"^who do you (?:live|share a house) with$", "I live with {answer}"),
        (
            r"^where (?:do you|are you) (?P<verb>work|working|study|studying|live|living|based|from)\b.{0,30}$",
            "{where}",
        ),
        (
            r"^(?:which|what) (?P<noun>(?:[a-z]+ ){0,2}?(?:number|email|address|birthday|name|city|town|job|car"
            r"|age)) (?:shall|should|do|can|would|will)\b.*$",
            "my {noun} is {answer}",
        ),
    )
)
_WHERE: Mapping[str, str] = {
    "live": "I live in",
    "living": "I live in",
    "based": "I live in",
    "grow up": "I grew up in",
    "born": "I was born in",
    "move": "I moved to",
    "moved": "I moved to",
    "work": "I work at",
    "working": "I work at",
    "study": "I study at",
    "studying": "I study at",
    "go to school": "I study at",
    "from": "I am from",
}
_LEAD_IN = re.compile(
    r"^\W*(?:(?:oh|um|uh|well|sure|hmm|haha|yes|no|nope|nah|actually|that would be|it's|it is|its"
    r"|that's|that is|he's|she's|they're|they are|he is|she is|i'm|only|mainly|mostly|it'd be|called|named|her "
    r"name is|his name is"
    r"|their names are|it was|currently|now|right now|just"
    r"|是的?|不是|不|没有|叫|在|我在|我叫|我是|嗯)(?:[\s,.!:，。]+|(?<=[\u4e00-\u9fff])))+",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:in|at|near|to|from|on|for|as)\s+", re.IGNORECASE)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 10
_LONGEST_VALUE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A statement made of a question and its answer."""

    statement: str
    """In the first person of who answers."""
    denied: bool = False
    """The answer was no: the statement does not hold."""
    open: bool = False
    """The question asked for the value, not for yes or no."""
    instead: str = ""
    """After a no, what the answer puts in the place of the value."""


def answered(question: str, answer: str) -> Answered | None:
    """The statement that an answer makes of a question, or nothing.

    Args:
        question: The last sentence of the turn before, without its question mark.
        answer: The first sentence of the answer.
    """
    chinese = _CJK.search(question) is not None
    asked = _asked(_OPENING.sub("", question).strip(" ?？"))
    bare = _TAG.sub("", asked).strip()
    if len(answer.split()) > _LONGEST or len(answer) > 80:
        if chinese or not (short := re.split(r"[,;!–—]\s|\s-\s", answer, maxsplit=1)[0]) or short == answer:
            return None
        return answered(question, short)
    if _YES.match(answer) or _NO.match(answer):
        statement = chinese_answers.polar(bare) if chinese else _polar(bare)
        value = _lead_off(answer)
        if not chinese and _YES.match(answer) and value and (opened := _open(asked, value)):
            return Answered(statement=opened, open=True)
        if statement:
            denied = _YES.match(answer) is None
            if chinese and not denied and "，" in answer:
                statement = f"{statement}，{answer.partition('，')[2]}"
            return Answered(statement=statement, denied=denied, instead=_instead(answer) if denied else "")
    value = _lead_off(answer)
    if len(value.split()) > _LONGEST_VALUE and not chinese:
        value = re.split(r"[,;!–—-]\s", value, maxsplit=1)[0].strip()
    if len(value.split()) > _LONGEST_VALUE:
        return None
    if not value or _COURTESY.match(value):
        return None
    statement = chinese_answers.opened(asked, answer) if chinese else _open(asked, value)
    return Answered(statement=statement, open=True) if statement else None


_PREFACED = re.compile(
    r"^[^?]{2,80}?,\s*(?:(?:and|so|but|please|may i ask|can i ask|tell me|remind me)[\s,:]+)*"
    r"(?=(?:what|which|who|where|when|how)\b.*\byour?\b)"
    r"|^[^？]{2,40}?[，,：](?:请问|那么?|想问一下|问一下|所以)*(?=[你您][^，,]*(?:什么|哪|谁|多少|几))",
    re.IGNORECASE,
)


def _asked(question: str) -> str:
    """The question without what leads up to it: ``Before we pick the curtains, ...``."""
    return _PREFACED.sub("", question)


_COURTESY = re.compile(
    r"(?:thanks?|thank you|hi|hey|hello|wow|cool|great|nice|awesome|glad|good|i|谢谢|你好)\b|谢谢|你好", re.IGNORECASE
)


def _instead(answer: str) -> str:
    if _CJK.search(answer) and not re.search(r"[，,。]", answer):
        return ""
    value = _lead_off(answer)
    return (
        ""
        if re.match(
            r"(?:(?:not|any ?more|yet|really|i|we|gave|quit|stopped|sold|left|got|used|never|haven|don|died|moved"
            r"|that)\b|不|没|了)",
            value,
            re.IGNORECASE,
        )
        else value
    )


def _lead_off(answer: str) -> str:
    return _LEAD_IN.sub("", answer).strip(" ,.!，。！~")


def _polar(question: str) -> str:
    for pattern, statement in _POLAR:
        if found := pattern.match(question):
            groups = {name: said or "" for name, said in found.groupdict().items()}
            return _turned(statement.format(**groups))
    return ""


def _turned(statement: str) -> str:
    """The asker's ``your`` is the answerer's ``my``."""
    return re.sub(r"\byour\b", "my", re.sub(r"\byou\b", "I", statement, flags=re.IGNORECASE), flags=re.IGNORECASE)


def _open(question: str, answer: str) -> str:
    for pattern, statement in _OPEN:
        if found := pattern.match(question):
            groups = {name: (said or "").strip() for name, said in found.groupdict().items()}
            if statement == "{where}":
                return f"{_WHERE[groups['verb'].lower()]} {_PREPOSITION.sub('', answer)}"
            if statement == "{having}":
                return f"my hobbies are {answer}" if groups["noun"] == "hobbies" else f"I have {answer}"
            if statement == "I am {answer}" and not re.match(r"(?:an?|the)\b", answer, re.IGNORECASE):
                return f"I work as a {answer}" if not re.match(r"i\b|work", answer, re.IGNORECASE) else ""
            return _turned(statement.format(answer=_PREPOSITION.sub("", answer), **groups))
    return ""

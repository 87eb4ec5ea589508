"""Rewrites a question towards the words of those who answered it.

What people say of themselves is in the first person, a question about them is not: replacing the subject's name by
"I" brings the two closer in a sentence embedding than any fusion weight does.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from memos_core.domain.query import Answer

_ASKS_TIME = re.compile(
    r"^(?:how long|how often|since when|(?:in |on )?(?:what|which) (?:year|month|day|date|time))\b|\bwhen\b"
    r"|什么时候|哪天|哪年|几月|多久|何时",
    re.IGNORECASE,
)
_ASKS_ADVICE = re.compile(
    r"\b(?:suggest|recommend|advi[cs]e|tips?|ideas?|should (?:I|we|my|our)|(?:can|could|would|will) you|help me"
    r"|best way"
    r"|(?:suggest|recommend)\w+|what(?:['’]s| is| are| would be)(?: the| some| a)? (?:\w+ )?(?:best|good|great"
    r"|ideal|better|right)"
    r"|how (?:else )?(?:can|could|should|would|might|do) (?:I|we|you|one)|I(?:['’]m| am) (?:looking|planning|trying"
    r"|thinking|visiting"
    r"|travell?ing|going|hosting|starting|working|building|creating|struggling)|I(?:['’]d| would) (?:like|love)"
    r"|plan (?:a|my|our)"
    r"|(?:are|is) there an?y?\b|any (?:good|suggestions?|recommendations?|thoughts|advice)|I (?:need|want)|let['’]s)\b"
    r"|推荐|建议|应该|怎么|怎样|如何|帮我|给我|有什么好|哪.{0,6}(?:好|合适|适合)|写一|安排|计划一下",
    re.IGNORECASE,
)
_ASKS_IMPLICITLY = re.compile(
    r"(?:^|[.!?]\s+)[\"'“‘\s]*(?:what|which|where|who|when)\b[^?]*\b(?:should|would|could|can|might|may) (?:I|we"
    r"|me|my|you|it|that|there|one|be|work|suit|fit|help|make|go|go well)\b|(?:^|[.!?]\s+)[\"'“‘\s]*(?:what|which"
    r"|where)(?:['’]s| are| is| would be| might be| could be)(?: some| a few| several| (?:\w+ ){0,3}(?:ways|ideas"
    r"|options|places|things)| the (?:\w+ ){0,2}(?:ways?|steps|options?|differences?|benefits|types|(?!test"
    r"|latest|request|interest|guest|near)\w+est|most))\b|^[\"'“‘\s]*(?:which|what) [^?]*\b(?:for me|for us"
    r"|suits?|to (?:try|use|buy|wear|watch|read|visit|eat|cook|do|get|choose|pick|take|bring|give|see|play|start"
    r"|pack))\b|(?:^|[.!?;:]\s+)[\"'“‘\s]*(?:please |now |so |ok(?:ay)?,? |hey,? |hi,? )*(?:plan|give|write|draft"
    r"|create|make|design|find|show|explain|describe|propose|come up|pick|choose|prepare|put together|build"
    r"|generate|book|compose|outline|share|teach|provide|compare|convert|translate|rewrite|review|implement"
    r"|set up|calculate|organi[sz]e|schedule|order|walk me|tell me (?:how|about)|name (?:some|a|an|me)"
    r"|list (?:some|a few|ways)|send|fix|add|cook|quiz|solve)\b|^(?:would|could|should|is|are) (?:an? |the |it "
    r"|this |that )[^?]*\b(?:suitable|ok(?:ay)?|good|best|better|enough|right|wise|worth|appropriate|work)\b"
    r"|\bwhat (?:about|if)\b|\bhow (?:does|do|to)\b|\bwhy (?:does|do|is|are)\b",
    re.IGNORECASE,
)
"""Questions and imperatives that want something of the one who is asked, without a word for it."""
_ASKS_BACK = re.compile(
    r"\b(?:summar\w+|sum(?:s|med|ming)? (?:it )?up|retell|recap\w*|remind|overview|in (?:what|which|the) (?:order"
    r"|sequence)|came first|the order (?:in which|of|that)|chronolog\w+|timeline|walk me through (?:the order"
    r"|how (?:I|we|my|our))|list (?:the|all|how)|(?:did|have|had|has|was|were|am) (?:I|we|you|my|our)|(?:I|we"
    r"|you)(?: have|['’]ve| had| did|['’]d)?(?: \w+)? (?:said|mentioned|told|discussed|talked|brought up|asked"
    r"|agreed|wrote|planned|decided|described|recommended|suggested|advised|explained|covered))\b|我(?:说|提|讲|问"
    r"|告诉)过|(?:说|提|讲|聊)过|总结|回顾",
    re.IGNORECASE,
)
"""Wants to know what was said or done, however politely it asks."""
_ABOUT_ASKER = re.compile(
    r"^[\"'“‘\s]*(?:what|who|when|where|which|how)(?:['’]s| is| are| was| were| does| do| did| old is| often do"
    r"| much is)? my\b"
    r"(?! (?:best|options?|next))|^[\"'“‘\s]*(?:do|am|was|were|did|does|is|are) (?:I|my)\b"
    r"|\bhow (?:many|much|old|long|often)\b|\b(?:do|does) (?:I|we|my|our) (?:usually|normally|like|prefer|own"
    r"|have|live|work|take"
    r"|keep|still)\b|^我(?:的|是|有|在|住|叫)",
    re.IGNORECASE,
)
"""A fact of the asker's own life."""
_ASKS_ANSWERER = re.compile(
    r"\b(?:did|had|have|were|was) you\b|\byou(?: have|['’]ve| had|['’]d)?(?: (?:first|originally|initially"
    r"|earlier|previously|also"
    r"|already|just))? (?:said|told|gave|given|recommended|suggested|advised|explained|mentioned|described"
    r"|proposed|listed|provided"
    r"|wrote|showed|shown|outlined|shared|offered|warned|helped|came up|walked|taught|calculated)\b"
    r"|\byour (?:\w+ )?(?:advice|suggestions?|recommendations?|explanations?|answers?|repl(?:y|ies)|responses?"
    r"|examples?|plan|list"
    r"|code|steps|recipe)\b|你(?:之前|上次|当时)?(?:说|推荐|建议|告诉|给)",
    re.IGNORECASE,
)
_ASKS_OVERVIEW = re.compile(
    r"\b(?:summar\w+|sum(?:s|med|ming)? (?:it )?up|retell|how .{3,60} came together|overview|recap\w*|timeline"
    r"|chronolog\w+|(?:in|what|which) (?:what |which |the |chronological )?(?:order|sequence)|, in order"
    r"|came (?:first|last)|happened (?:first|last)|the order (?:in which|of|that|I|we)|sequence (?:of|in which)"
    r"|order (?:did|have|has)|over time|so far|step by step through|history of|from start to (?:finish|end)"
    r"|everything (?:about|I|we|that|you)|(?:evolv|progress|develop|chang)(?:e|es|ed|ing|ion|ment|ments)? (?:over"
    r"|since|through(?:out)?|across)|(?:has|have|did|do|does|had) (?:[\w’'-]+ ){1,12}(?:evolved?|progress(?:ed)?"
    r"|develop(?:ed)?|changed?)|what (?:have|had|did) (?:we|I|you|they) (?:\w+ )?(?:discuss|cover|talk|learn"
    r"|go through)\w*|walk me through (?:how (?!to\b)|the order|my|our))\b"
    r"|总结|概括|概述|回顾|按(?:时间|先后)?顺序|时间线|先后|演变"
    r"|来龙去脉|到目前为止",
    re.IGNORECASE,
)
_ASKS_LIST = re.compile(
    r"\b(?:list|all (?:the|of|my|our)|how many|what (?:kinds?|types?|sorts?) of|everything|every|different"
    r"|various|name (?:all|the)"
    r"|both|other than|besides|in common)\b"
    r"|\b(?:what|which) (?:[\w’'-]+ ){0,3}(?!(?:does|was|is|has|his|this|its|as|us|always|class|bus|news|address"
    r"|dress|business|process|status)\b)"
    r"[\w-]+[^\Ws]s (?:has|have|had|did|do|does|are|were|is|was|can|could|would|that)\b"
    r"|\b(?:what|which|where|who) (?:are|were|all|has \w+ (?:been|tried|visited|done|made|seen))\b"
    r"|哪些|都有|所有|列出|几[个种次]|多少[个种次]|一共",
    re.IGNORECASE,
)
_ASKS_NAME = re.compile(r"\b(?:who|whom|whose|which|where|name|called)\b|谁|哪里|哪儿|哪个|叫什么|在哪", re.IGNORECASE)
_SHORTEST_NICKNAME = 3
_LONGEST_NICKNAME = 4
_PRONOUNS = (("I", "my"), ("you", "your"))
"""For the first and the second subject that a question names: instead of the name, and of its possessive."""


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str] | None:
    """Matches a full name, its first word, or a nickname of three or four letters; ``None`` for no name at all."""
    words = name.split()
    if not words:
        return None
    forms = {name, words[0]}
    if len(words[0]) > _LONGEST_NICKNAME and words[0].isascii():
        forms |= {words[0][:length] for length in range(_SHORTEST_NICKNAME, _LONGEST_NICKNAME + 1)}
    choices = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{choices})(?P<possessive>['’]s|['’](?!\w))?(?!\w)")


def expected_answer(query: str) -> Answer:
    """The kind of answer that a question expects, by its words."""
    if _ASKS_TIME.search(query):
        return Answer.TIME
    return Answer.NAME if _ASKS_NAME.search(query) else Answer.ANY


def named_periods(query: str, now: datetime, years: Sequence[int]) -> tuple[tuple[datetime, datetime], ...]:
    """The intervals ``[start, end)`` that a question names; a date without a year means every one of ``years``."""
    from memos_core.operation.formation.temporal import resolve_query  # its rules take longer to load than the core

    return tuple((found.start, found.end) for found in resolve_query(query, now, years=years))


def asks_advice(query: str, named: Sequence[str]) -> bool:
    """Whether a question wants something done for the asker, who is then its subject, rather than a fact recalled.

    Such questions share few words with the preferences and habits that should shape the answer.
    """
    if named or _ASKS_BACK.search(query):
        return False
    if _ASKS_ADVICE.search(query):
        return True
    return bool(_ASKS_IMPLICITLY.search(query)) and not _ABOUT_ASKER.search(query)


def asks_back(query: str) -> bool:
    """Whether a question is about what was said or done in earlier conversations."""
    return bool(_ASKS_BACK.search(query) or _ABOUT_ASKER.search(query))


def asks_answerer(query: str) -> bool:
    """Whether a question is about what the one who is asked said: "what did you recommend?"."""
    return bool(_ASKS_ANSWERER.search(query))


def asks_overview(query: str) -> bool:
    """Whether a question wants a course of things told: a summary, an order, a development."""
    return bool(_ASKS_OVERVIEW.search(query))


def asks_list(query: str) -> bool:
    """Whether an answer has several parts, told in several places: "which countries has she visited?"."""
    return bool(_ASKS_LIST.search(query))


def subjects(query: str, speakers: Sequence[str]) -> tuple[str, ...]:
    """The speakers whom ``query`` names, in the order in which it names them."""
    found = []
    for name in speakers:
        pattern = _pattern(name)
        match = pattern.search(query) if pattern else None
        if match:
            found.append((match.start(), name))
    return tuple(name for _, name in sorted(found))


def first_person(query: str, named: Sequence[str]) -> str:
    """``query`` with the first subject as "I" and the second as "you"."""
    for name, (pronoun, possessive) in zip(named, _PRONOUNS, strict=False):
        pattern = _pattern(name)
        if pattern:
            query = pattern.sub(lambda match: possessive if match["possessive"] else pronoun, query)  # noqa: B023
    return query

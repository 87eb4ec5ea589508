"""Standing instructions to the assistant: "always answer in French", 以后请用中文."""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading

_STANDING = re.compile(
    r"^\W*(?:(?:ok|okay|also|and|oh|please|hey|so|btw|by the way|one more thing|note|remember|important)[\s,:.!-]+)*"
    r"(?:(?:from (?:now|here|this point) on(?:wards?)?|going forward|in (?:the )?future|for future reference"
    r"|henceforth|starting (?:now|today)|from today on)[\s,:]+(?P<future>.+)"
    r"|(?P<order>(?:please |can you |could you |you (?:should|must|can) |i(?:'d| would) like you to |i want "
    r"you to |i need you to |make sure (?:you |to )|be sure to |remember to )*(?:always|never|don't ever|do "
    r"not ever|only ever)\s+(?:please\s+)?(?!been\b|was\b|had\b|thought\b|mind\b|going\b|again\b|knew\b"
    r"|loved\b|heard\b|a\b|the\b)[a-z].+)"
    r"|(?P<when>(?:whenever|when|every time|each time|any time|if) (?:i|you|we)\b[^,]{3,80},\s*(?:please "
    r"|always |never |make sure |don't |do not |you should |remember |include |use |give |show |add |keep "
    r"|provide |tell |ask |remind |list |explain |mention |format |start |avoid |suggest |call |put )\S.*)"
    r"|(?P<stop>(?:please )?(?:stop|quit|avoid) (?:using|calling|saying|suggesting|recommending|adding"
    r"|asking|sending|giving|including|writing|repeating|apologi[sz]ing|mentioning|starting|ending)\b.+)"
    r"|(?P<please>please (?:don't|do not|use|answer|reply|respond|write|keep|call|address|speak|format|avoid)\b.+)"
    r"|(?P<want>(?:i(?:'d| would)? (?:want|like|prefer) (?:you to |your (?:answers|replies|responses) )|keep "
    r"your (?:answers|replies|responses)|your (?:answers|replies|responses) should)\b.+))",
    re.IGNORECASE,
)
_STANDING_ZH = re.compile(
    r"^\W*(?:(?:好的?|对了|另外|还有|请记住|记住|麻烦你?)[，,：: ]*)*(?P<order>(?:(?:从现在(?:开始|起)"
    r"|从今(?:以后|往后|天起|天开始)|以后|今后|往后"
    r"|每次|接下来)[，, ]*(?:都|请|你|就|要|不要|别|跟我|给我|用|把|每次|我问|我说|回|推荐|提醒|叫"
    r"|称呼|麻烦|只|尽量|不用|不许|永远|一律).+"
    r"|请(?:始终|总是|一直|永远|务必|都|以后|用|不要|别)\S.+|(?:永远|千万)?(?:不要|别)再?(?:给我|用"
    r"|叫我|推荐|提|说).+|(?:总是|始终|永远)(?:要|请|用"
    r"|给).+|(?:回答|回复|说话|聊天)(?:我)?(?:问题)?(?:的时候|时)?[，, ]*(?:请|要|尽量|不要|别).+"
    r"|不管.+都(?:要|请|用).+))",
)
_CALL = re.compile(
    r"(?:^|[,.!;]\s*|\b(?i:please|just|can|and|you) )(?i:please |just |can |you )*(?i:call) me "
    r"(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?!\s+(?:at|on|when|if|later|tomorrow|back))|(?:叫"
    r"|称呼)我(?P<zh>[\u4e00-\u9fffA-Za-z]{1,6}?)(?:就行|就好|吧|即可|$|[，。！])"
)
_REVOKES = re.compile(
    r"\b(?:you (?:can|may) stop|no longer need (?:you )?to|forget (?:about )?(?:the|my|that) (?:rule"
    r"|instruction|request)(?: about| to| on)?|ignore (?:the|my|that) (?:rule|instruction|request)(?: about| "
    r"to)?)\s+(?P<what>[^.!?]+?)(?:\s+(?:any ?more|any longer|now|from now on))?\s*(?:[.!?]|$)"
    r"|\b(?:you (?:don't|do not) (?:need|have) to|you needn't|no need to)\s+(?P<more>[^.!?]+?)\s+(?:any "
    r"?more|any longer|from now on)\b"
    r"|(?:不用再|不必再|不需要再|可以不用|取消)(?P<zh>[^，。！]+)",
    re.IGNORECASE,
)
_REVOKING_WORDS = (
    "stop",
    "longer",
    "forget",
    "ignore",
    "any more",
    "anymore",
    "now on",
    "不用",
    "不必",
    "不需要",
    "取消",
)
_PAST_TALE = re.compile(
    r"^\W*(?:never mind|never again|always been|never been|never ever|always a|never a|never too)\b|\b(?:i"
    r"|we|he|she|they)\s+(?:always|never)\b",
    re.IGNORECASE,
)


def instructions(page: Page) -> Iterator[Reading]:
    """The standing instructions of a message, one sentence each."""
    low = page.shown.lower()
    revoking = any(word in low for word in _REVOKING_WORDS)
    lasting = "never" in low or "always" in low
    calling = "call me" in low or "叫我" in low or "称呼我" in low
    for start, stop, asked in page.sentences:
        text = page.shown[start:stop]
        lead = len(text) - len(text.lstrip())
        sentence = text.strip()
        if revoking and (revoked := _REVOKES.search(sentence)):
            value = (revoked["what"] or revoked["more"] or revoked["zh"] or "").strip(" ,.!")
            if value:
                yield _reading(value, start + lead, start + len(text.rstrip()), Polarity.ENDED)
            continue
        if calling and (called := _CALL.search(sentence)):
            yield Reading(
                person=SELF,
                slot="nickname",
                value=called["name"] or called["zh"],
                start=start + lead,
                stop=start + len(text.rstrip()),
            )
            if called["name"]:
                continue
        if asked or (lasting and _PAST_TALE.search(sentence)):
            continue
        found = _STANDING.match(sentence) or _STANDING_ZH.match(sentence)
        if found is None:
            continue
        said = next(value for value in found.groupdict().values() if value)
        if _is_order(found, said):
            yield _reading(
                " ".join(said.split()).rstrip(" .!。！"), start + lead, start + len(text.rstrip()), Polarity.AFFIRMED
            )


def _is_order(found: re.Match[str], said: str) -> bool:
    """A wish for the future that speaks of the speaker's own doings is a plan, not an order."""
    return (
        re.match(r"(?:i|we|my|it|he|she|they|the|there|i'm|i'll|i've|我(?!问|说|叫|提)|我们)\b", said, re.IGNORECASE)
        is None
        or ("when" in found.re.groupindex and found["when"] is not None)
        if "when" in found.re.groupindex
        else True
    )


def _reading(value: str, start: int, stop: int, polarity: Polarity) -> Reading:
    return Reading(
        person=SELF,
        slot="instruction",
        value=value,
        start=start,
        stop=stop,
        polarity=polarity,
        modality=Modality.ASSERTED,
    )

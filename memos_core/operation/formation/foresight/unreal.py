"""What is no statement of what is so: fiction, games, dictated text, jokes, irony and conditions."""

import re
from collections.abc import Sequence

from memos_core.operation.formation.alternatives import Cue

_WORK = (
    r"(?:the|this|a|an|my|that|our) (?:[a-z'-]+ ){0,2}(?:novel|book|movie|film|show|series|story|episode|comic|manga"
    r"|anime"
    r"|drama|opera|musical|video ?game|rpg|campaign|song|poem|script|screenplay|fairy tale|podcast)\b"
)
_GAMES = (
    r"(?:stardew(?: valley)?|minecraft|skyrim|zelda|(?:the )?sims(?: \d)?|animal crossing|baldur's gate|bg3|wow"
    r"|warcraft"
    r"|d&d|dnd|elden ring|fortnite|roblox|pok[eé]mon|valheim|terraria|civ(?:ilization)?|factorio|cyberpunk|the witcher"
    r"|mass effect|ffxiv|genshin|palworld|rimworld|runescape|eve online|football manager)\b"
)
_PEOPLE = r"about (?:a|an|some|the) (?:man|woman|guy|girl|boy|couple|family|person|people)\b"
_OWN_HERO = (
    r"(?:sims?|character|playthrough|guild|raid group|villagers?|avatar|paladin|rogue|wizard|farmer)"
    r" (?:is|are|has|gets|will|can't|must)\b"
)
_HERO = r"(?:[a-z-]+ )?(?:protagonist|main character|narrator|villain|heroine)\b"
_TOLD = "|".join(
    (
        *(f"{word} {_WORK}" for word in ("in", "of", "from", "reading", "watching", "watched", "about")),
        *(f"{word} {_HERO}" for word in ("the", "my", "a")),
        *(f"{word} {_PEOPLE}" for word in ("reading", "read", "heard", "documentary", "article", "story")),
        *(
            f"{word}(?: is| was|'s) about\\b"
            for word in ["novel", "book", "movie", "film", "show", "series", "story", "play"]
        ),
        *(
            f"{word} (?:party|group|campaign|character|session)\\b"
            for word in ("dnd", "d&d", "pathfinder", "warhammer", "rpg")
        ),
        r"i (?:dreamt|dreamed|had a dream|had this dream)",
        r"in the (?:play|sitcom|soap|panto),",
        r"lyrics?\b",
        r"horoscope",
        r"fortune (?:cookie|teller)",
        r"tarot\b",
        r"(?:psychic|astrolog(?:er|ist)|clairvoyant|palm reader|tea leaves)\b",
        r"in chapter (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b",
        r"in my (?:novel|book|story|script|screenplay|draft)\b",
        f"in {_GAMES}",
        f"my {_OWN_HERO}",
        r"chapter \d+ ?:",
        r"once upon a time\b",
        r"plot twist\b",
        r"says the (?<=[,~'] says the )(?![a-z]+(?:ist|ian)\b|consultant|doc|dentist|physio|surgeon|vet|nurse|gp\b"
        r"|hospital|boss|mechanic|garage"
        r"|plumber|landlord)",
    )
)
_FICTION = Cue(
    rf"\b(?:{_TOLD})"
    r"|(?:小说|电影|电视剧|剧|书|故事|漫画|动画|游戏|歌词|剧本|童话|副本)(?:里|中|的?(?:主角|主人公|情节))|梦[见到]"
    r"|做了?个?梦|(?:追|看)剧|[男女]主角?|主角|大结局|(?<![把写改交完])第[\d一二三四五六七八九十百]+[集章回]"
    r"|《[^》]*》(?:里|中"
    r"|的?主角|讲)"
)
_JOKED = Cue(
    r"^(?:(?:ok|okay|no|nah|just|only|i'm|i am|i was|totally|obviously|of course|haha|lol|ha|sorry|relax|but) )*"
    r"(?:kidding|joking|jk|j/k|messing with you|pulling your leg)\b(?! aside| apart)"
    r"|^(?:psych|april fools)|\b(?:just|only) (?:kidding|joking|messing)\b|[,; ](?:jk|lol jk|kidding|joking)$"
    r"|(?<!没)(?<!不)(?:开(?:个|了个)?玩笑(?:的|啦|呢|而已|哈)|逗你(?:的|玩|呢)|说着玩|骗你的|瞎说的|吹牛的)"
)
"""Takes back what was said just before."""
_SARCASTIC = Cue(
    r"^(?:oh|yeah|yes|ha|haha|well)?,? ?(?:sure|right|yeah right|as if)(?: thing)?,? and (?=.*\b(?:i'll|i'm|i will"
    r"|we'll|we're"
    r"|he'll|she'll|will|going)\b)|^(?:yeah|oh|ya|ha),? (?:sure|right)\b(?=.{0,4}(?:and|tomorrow|next|i'm|i'll|on)\b)"
    r"|[.!?~] (?:yeah|oh|ya|ha),? (?:sure|right)\b|🙄|(?<![a-z/])/s$"
    r"|\bto (?:the moon|mars|narnia|hogwarts|neptune|pluto|jupiter)\b"
    r"|\bwhen (?:pigs|hell)\b|^呵呵|你信[吗不么]|太阳(?:从|打)西边|(?:移民|飞|搬)(?:到|去)?(?:火星|月球)"
)
DICTATES = Cue(
    r"^(?:please |pls |can you |could you |now |ok |hey |i want you to |i need you to "
    r"|help me )*(?:to )?(?:write|draft|compose|translate|rewrite|proofread|paraphrase|summari[sz]e"
    r"|pretend|role-?play|imagine|suppose|act as|continue the story)\b"
    r"|(?:帮我|请|麻烦)?(?:写[一篇封段首个]|翻译|润色|改写|扮演|想象|假装|续写)"
)
OWN_MAIL = re.compile(
    r"\b(?:write|draft|compose|rewrite) (?:me |us )?(?:(?:an?|the|this|my|our|up|quick|short|polite|brief"
    r"|nice) )*(?!cover )(?:[a-z-]+ )?(?:e-?mails?"
    r"|messages?|text|note|letter|notice|reply|memo)\b(?! (?:from|in which|where|as)\b)"
    r"(?!.*\b(?:saying|that says|telling|cover letter|character|story|novel|pretend|fictional|imaginary|sample"
    r"|example|template)\b)"
    r"|写[一个封条份]*(?:通知|邮件|短信|微信|公告|消息)(?!.*(?:说我|就说|模板))"
)
"""A text to be sent in the speaker's own name: what it says of dates is so."""
TALE = re.compile(
    rf"\b(?:finished|reading|read|rereading|watching|watched|binged|seen|saw) {_WORK}"
    r"|\b(?:got through|finished|reading|read|up to|started|on) chapter\b|\bchapter \d+ (?:of|was|is)\b"
)
OF_OTHERS = re.compile(r"(?:(?:and|then|so|but) )*(?:the|a|an|he|she|they)\b(?!.*\b(?:i|i'[a-z]+|my|me|we|our|us)\b)")
"""A sentence of which the speaker is no part."""
_CONDITIONAL = Cue(
    r"^(?:but |and |so |well |even )*(?:if|unless|or (?:else|i|we|he|she|they|it|you)(?='| |$)|suppose|supposing"
    r"|imagine|in case|assuming|provided"
    r"|had i|were i|what if|once|when(?:ever)?(?= i(?:'m| am) \w+(?:er|ed)\b))\b"
    r"|\bif(?<!even if)(?<!as if)(?<!see if)(?<!know if)(?<!ask if)(?<!asked if)(?<!wonder if)(?<!sure if)"
    r" (?!so\b|only\b)(?!you\b)"
    r"|要是|如果|假如|假设|倘若|万一|若是|的话|除非|只要"
)


ASIDE = re.compile(
    r"^or\b|^(?:please )?(?:nudge|remind|shout|poke|text|ring|call|tell|let|message|ping|ask|just|feel free|so"
    r"|which means)"
    r"\b.*[a-z] if\b"
)
_AS_SAID = re.compile(
    r"\bif (?:you (?:need|want|fancy|care|wonder|like|can|could|don't mind|get)|your|anyone|anybody"
    r"|somebody|someone|needed|i forget|that's ok|possible|need be)\b"
)
"""A condition on what is said beside the matter: "nudge me if I forget"."""


_INDIRECT = re.compile(
    r"\b(?:let (?:[a-z']+ ){1,3}know|tell [a-z']+|decide|confirm|check|find out|choose|say)\b[^,;]{0,24}? if\b"
)
"""An indirect question: "let the nursery know by Monday if she's coming"."""


def depends(piece: str) -> bool:
    """Whether it has a condition, and not one of manners: "if you need anything"."""
    if "if" in piece:
        piece = _INDIRECT.sub("", _AS_SAID.sub("", piece))
    return _CONDITIONAL.search(piece) is not None


def may_be_fiction(low: str) -> bool:
    """Whether a sentence of a message may tell of fiction."""
    return _FICTION.search(low) is not None or TALE.search(low) is not None


_JESTS = (
    *("kid", "jok", "jk", "j/k", "mess", "psych", "april", "pulling", "玩笑", "逗", "说着玩", "骗", "瞎说", "吹牛"),
)


def joked(sentences: Sequence[str]) -> list[bool]:
    """Of each sentence, whether it takes back what was said just before."""
    if not any(jest in sentence for sentence in sentences for jest in _JESTS):
        return [False] * len(sentences)
    return [_JOKED.search(sentence.strip()) is not None for sentence in sentences]


def untrue(sentence: str, *, fiction: bool) -> bool:
    """Whether a sentence tells of fiction, where the message may, or means the opposite of what it says."""
    return (fiction and _FICTION.search(sentence) is not None) or _SARCASTIC.search(sentence.strip()) is not None

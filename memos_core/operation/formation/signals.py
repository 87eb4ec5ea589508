"""What can be told about a passage from its form alone: cues that ranking weighs against the form of the question."""

import re
from enum import IntFlag

from memos_core.operation.formation.alternatives import Cue

_TIME = Cue(
    r"\b(?:yesterday|today|tonight|tomorrow|last|ago|next|recently|since|until|morning|afternoon|evening|weekend"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|(?-i:March|May)|april|june|july|august"
    r"|september|october"
    r"|november|december|spring|summer|autumn|winter|\d+ (?:day|week|month|year)s?|(?:19|20)\d\d)\b"
    r"|昨天|今天|明天|去年|今年|明年|上周|下周|周末|[0-9一二三四五六七八九十]+(?:年|月|日|号|天前|点)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?…:\-\"“”'’]\s)(?<=\s)[A-Z][\w'’]*[a-z]\w*")
_NOT_A_NAME = re.compile(r"^(?:I['’]\w+|I)$")
_QUESTION = re.compile(r"[?？][\"'”’)\]]*\s*$")

_I = r"\b(?:i|we)(?:['’](?:m|ve|d|ll|re))?\s+(?:\w+\s+){0,3}?"
_STANCE = Cue(
    _I + r"(?:love|like|enjoy|prefer|hate|loathe|detest|despise|dislike|adore|cherish|favou?r|avoid|refuse|insist"
    r"|abstain|(?:can['’]?t|cannot|can never) (?:stand|eat|drink|have|do|bear|tolerate|handle|be doing|sleep|wear"
    r"|take)|mix up|go for|don['’]?t (?:\w+ )?(?:like|enjoy|eat|drink|use|do|wear|watch|read|want|care for|trust"
    r"|believe in|fly|drive|cook|touch|own|take|buy|smoke|work|travel|swim|dance|shop|go|keep|sleep)|never|always"
    r"|usually|typically|generally|mostly|normally|rarely|seldom|hardly ever|only|tend to|stick to|gave up"
    r"|have given up|quit|stopped \w+ing|learn best|work best|sleep best|allergic|intolerant|vegan|vegetarian"
    r"|diabetic|coeliac|celiac|fond of|not (?:\w+ )?interested in|committed to|a (?:big |huge |real )?fan of"
    r"|keen on|get (?:\w+ )?(?:rash|cramps|sick|seasick|migraines?|headaches?|nervous|dizzy|bored)|steer clear"
    r"|stay away from|afraid of|scared of|terrified of|wary of|picky|passionate|drawn to|partial to|opposed to"
    r"|against|averse|uncomfortable|not comfortable|sensitive to|on an? (?:\S+ ){0,3}diet|follow an?|adhere to"
    r"|value|believe in|gravitate|find \w+ (?:too|very|so|quite|really))\b|\b(?:my"
    r"|our)\s+(?:\w+\s+)?(?:favou?rites?|preferences?|tastes?|rule|habit|budget|allerg(?:y|ies)|diet|values"
    r"|beliefs|religion|faith|phobia)\b|\b(?:diagnosed with|(?:i|we) have (?:\w+ ){0,4}(?:allerg(?:y|ies)"
    r"|intolerances?)|(?:coeliac|celiac) disease|is how i like|should be forbidden|panic attack)\b|\b(?:aversion"
    r"|strict(?:ly)?|pet peeve|deal-?breaker|makes? me (?:feel )?(?:sick|nauseous|anxious|uncomfortable))\b"
    r"|我们?(?:是|有|一直|从小|平时|比较|很|最|特别|非常|真的|实在|只|都|更)*(?:不喜欢|喜欢|讨厌|不爱|爱|偏爱|偏好|宁愿|不吃|不喝|不能|不用|从不|从来不|总是|习惯|过敏|怕|受不了|吃素|信)",
)
_CHOICE = Cue(
    r"\b(?:i|we)(?:['’]ll| will| think i['’]ll| think we['’]ll|['’]d)\s+(?:\w+\s+)?(?:go (?:with|for)|take|choose"
    r"|pick|opt for"
    r"|stick with|try)\b"
    r"|\blet['’]?s go (?:with|for)\b|\bi(?:['’]m| am) (?:going with|leaning towards?)\b|\bi(?:['’]ve)? (?:chose"
    r"|picked|opted for)\b"
    r"|\b(?:sounds?|seems?|looks?|would be|is|feels?) (?:\w+ )?(?:the )?(?:best|perfect|ideal|great|good|right"
    r"|better|lovely)"
    r"(?: (?:fit|choice|option|match|one))?(?: for (?:me|us)|[.,!]|$)"
    r"|\b(?:the|other|remaining) (?:others|(?:other )?(?:options|ones|choices|alternatives|suggestions))\b"
    r"|\b(?:option|number|suggestion) (?:\d|one|two|three|four|five|[a-e]\b)|\bthe (?:first|second|third|fourth"
    r"|fifth|last|former|latter) (?:one|option)\b"
    r"|\b(?:not|n['’]t)(?: \w+)? (?:appeal|suit|my (?:thing|style|cup of tea)|for me|align with my|fit my"
    r"|work for me)\b"
    r"|\bfor my taste\b|我(?:就)?(?:选|要)第?|就(?:选|要)",
)
_STANDING = Cue(
    r"(?:^|[.!?;:,—\n]\s*|\b(?:please|and|but|so|then|also|just|to)\s+)(?:always|never)\s+(?!been\b|had\b"
    r"|was\b)[a-z]{2,}(?<!ed)\b|\b(?:from now on|from here on|going forward|in (?:the )?future,|henceforth"
    r"|as a rule|standing (?:wish|rule|instruction|order|request))\b|\b(?:whenever|when|if|every time|each time"
    r"|any time|anytime) (?:i|you|we) (?:ever |next )?(?:ask|request|mention|want you|need you|bring up|talk"
    r"|suggest|propose|give me|recommend|write|show me|explain|answer|reply|list|compare|quote)\b|(?:^"
    r"|[.!?]\s+)(?:please )?(?:make sure|be sure) (?:to|you|that you)\b|\b(?:please remember|remember (?:to"
    r"|that i)|(?:please )?keep in mind|don['’]t forget|please note|note that i|bear in mind|unless i (?:ask|say)"
    r"|(?:in what|the way|how) you (?:write|answer|reply|explain|talk)|whatever you (?:recommend|suggest|write"
    r"|propose))\b|\b(?:don['’]?t|do not|stop|please avoid)\s+(?:ever\s+)?(?:suggest|recommend|us|giv|call|includ"
    r"|mention|send|writ)(?:e|ing)?\b|\bi(?:['’]d| would)? (?:want|like|prefer|need|expect) (?:you to (?:always"
    r"|never)|(?:(?:your|all) )?(?:answers?|repl(?:y|ies)) (?:to|in|with))\b|\b(?:your|all|every) (?:answers?"
    r"|repl(?:y|ies)|responses?|suggestions)\b.{0,30}\b(?:should|must|in|with)\b"
    r"|以后|从现在起|从今以后|今后|每次|每当|总是|一律|记住|请记得|别忘了|不要再|别再",
)
_PERSONA = Cue(
    r"\bas an? (?!result\b|whole\b|matter\b|rule\b|consequence\b|last\b|first\b|side\b|bonus\b|test\b|way\b"
    r"|reminder\b|function\b"
    r"|string\b|list\b|percentage\b|ratio\b)(?:[\w-]+ ){0,3}?(?:who\b|i\b|myself\b|,|[\w-]+(?:er|or|ist|ian|ant"
    r"|ent|nurse|parent"
    r"|vegan|vegetarian|dad|mum|mom|chef|pilot|nurse|cook|artist)\b)"
    r"|\bas someone (?:who|with)\b"
    r"|\bi(?:['’]m| am) (?:an? |the )?(?:(?:\w+[- ]){0,3})(?:year[- ]old|retired|retiree|student|teacher|nurse"
    r"|engineer|parent"
    r"|mother|father|mum|mom|dad|widow(?:er)?|freelancer|pregnant|disabled|blind|deaf|colou?r-?blind|muslim"
    r"|jewish|christian|hindu"
    r"|buddhist|sikh|an introvert|an extrovert|a beginner|new to|based in|originally from)\b"
    r"|\bi (?:work|live|teach|study|volunteer|commute|used to) \w+|\bi(?:['’]ve| have) (?:got )?(?:a |an |two "
    r"|three |bad |my )?"
    r"(?:\w+ )?(?:kids?|children|toddlers?|babies|baby|dogs?|cats?|knees?|back|asthma|diabetes|arthritis"
    r"|migraines?|adhd|autism"
    r"|anxiety|insomnia|allerg\w+|intolerance|condition|job|family|husband|wife|partner)\b"
    r"|\bmy (?:\w+ )?(?:husband|wife|partner|kids?|children|son|daughter|toddler|baby|dog|cat|knees?|back|hip"
    r"|shoulder|eyes?ight"
    r"|hearing|heart|blood pressure|asthma|diabetes|arthritis|migraines?|condition|health|religion|job|shift"
    r"|commute|flat"
    r"|apartment|house|garden)\b"
    r"|\b(?:doctor|dietitian|physio\w*) (?:told|said|advised|recommended)|\b(?:due to|because of) (?:my|a medical"
    r"|health)\b"
    r"|我是(?:一?[个名位])?|作为(?:一?[个名位])?|我(?:家|老公|老婆|丈夫|妻子|孩子|儿子|女儿|住|在.{1,8}工作)",
)


class Signal(IntFlag):
    """Cues of one passage; their bits are stored with it."""

    NONE = 0
    TIME = 1
    """Says when: a date, a weekday, a span, a relative expression."""
    NAME = 2
    """Names somebody or something besides its speaker."""
    QUESTION = 4
    """Ends as a question."""
    STANCE = 8
    """The speaker states a preference, a habit, an aversion or a constraint of their own."""
    STANDING = 16
    """An instruction that is to hold from now on, or whenever something comes up."""
    CHOICE = 32
    """The speaker settles on one of several, or says why not the others."""
    PERSONA = 64
    """The speaker tells who they are: work, family, health, home."""


_OWN_WORDS = (
    (Signal.STANCE, _STANCE),
    (Signal.STANDING, _STANDING),
    (Signal.CHOICE, _CHOICE),
    (Signal.PERSONA, _PERSONA),
)


def signals(text: str, speaker: str) -> Signal:
    """The cues of a passage of ``text`` that ``speaker`` said."""
    found = Signal.NONE
    if _TIME.search(text):
        found |= Signal.TIME
    if _QUESTION.search(text):
        found |= Signal.QUESTION
    lowered = text.lower()
    for signal, pattern in _OWN_WORDS:
        if pattern.search(lowered):
            found |= signal
    if any(_is_name(name, speaker) for name in _NAME.findall(text)):
        found |= Signal.NAME
    return found


def _is_name(word: str, speaker: str) -> bool:
    return not _NOT_A_NAME.match(word) and word.split("'")[0].split("’")[0] not in speaker.split()

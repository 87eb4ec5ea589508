"""Rows of ``english_scenes`` that show what somebody likes and dislikes, and what they are."""

from memos_core.operation.formation.facts.english_phrases import EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE

TASTES: tuple[EvidenceRow, ...] = (
    (
        "back on|back to eating|back eating",
        r"\bback\s+(?:on|to eating|eating)\s+(?:the\s+)?meat\b",
        EVENT,
        (("end_diet", "*"),),
    ),
    ("enough of", r"\b(?:can't|cannot|could never)\s+get\s+enough\s+of\s+(?P<likes>[^.!?,]+)", STATE),
    (
        "live on|live off|without|survive on|live for",
        r"\bI\s+(?:(?:could|can|would)\s+(?:happily\s+|easily\s+)?(?:live|survive)\s+(?:on|off)|live\s+for"
        r"|(?:can't|cannot|couldn't)\s+(?:live|function|survive)\s+without)\s+(?:my\s+|a\s+)?(?P<likes>[^.!?,]+)",
        STATE,
    ),
    (
        "sucker for|soft spot|weakness for",
        r"\b(?:I'm|I am|I've|I have|have)\s+(?:got\s+)?(?:such\s+|always\s+been\s+)?an?\s+(?:[a-z]+\s+)?(?:sucker"
        r"|soft spot|weakness)\s+for\s+(?P<likes>[^.!?,]+)",
        STATE,
    ),
    (
        "never been|not really|never cared|not much of|never got the|never understood",
        r"(?:^|[.!?,]\s+|\bI've\s+|\bI\s+have\s+|\bI'm\s+|\bI\s+)(?:honestly\s+"
        r"|really\s+)?(?:never\s+been\s+(?:all that "
        r"|that |too |really |very )?(?:keen on|into|fond of|one for|a fan of|big on)|never\s+(?:really\s+)?cared\s+for"
        r"|not\s+much\s+of\s+an?\s+fan\s+of|never\s+got\s+the\s+(?:appeal|hype)\s+of)\s+(?P<dislikes>[^.!?,]+)",
        STATE,
    ),
    (
        "fluent",
        r"\b[Mm]y\s+(?P<spoken>[A-Z][a-z]+)(?:'s|\s+is)\s+(?:pretty\s+|quite\s+|almost\s+|near\s+|not bad,?\s*)*"
        r"(?:fluent|decent|native|good|excellent|solid|passable|conversational)\b",
        STATE,
    ),
    (
        "as a|as an",
        r"(?:^|[.!?]\s+|\band\s+|\bso\s+)(?:speaking\s+)?[Aa]s\s+an?\s+(?:proud\s+|fellow\s+"
        r"|born\s+)?(?P<citizenship>[A-Z][a-z]+)"
        r",?\s+(?:myself,?\s+)?(?:I|my)\b",
        STATE,
    ),
    (
        "as a|as an",
        r"(?:^|[.!?]\s+|\band\s+|\bbut\s+)(?:speaking\s+)?[Aa]s\s+an?\s+(?:fellow\s+|busy\s+|former\s+(?!)|working\s+"
        r"|full-time\s+|retired\s+(?!))?(?P<trade>[a-z]+(?:\s[a-z]+){0,2}?),?\s+(?:myself,?\s+)?(?:I|I'\w+|my)\b",
        STATE,
    ),
    (
        "get around|get about|gets me|getting around|commute",
        r"\bI\s+(?:now\s+|mostly\s+)?(?:get\s+(?:around|about|to work)|commute)\s+(?:on|by|in)\s+(?:an?|my)\s+"
        r"(?P<some_vehicle>[A-Za-z][\w -]{2,24}?)(?=\s*[.,!;]|\s*$|\s+(?:now|these|most|so|and|because)\b)",
        STATE,
    ),
    (
        "got myself|bought myself|treated myself|treated ourselves|got ourselves",
        r"\b(?:got|bought|treated)\s+(?:myself|ourselves)\s+(?:to\s+)?(?:an?|some)\s+(?:new\s+|second-hand\s+|used\s+)?"
        r"(?P<gadget>[a-z][\w -]{2,24}?)(?=\s*[.,!;]|\s*$|\s+(?:and|for|last|this|today|yesterday|from|because|so"
        r"|off)\b)",
        EVENT,
    ),
    (
        "shortens it|shorten it|short for|goes by|go by",
        r"\b(?:everyone|everybody|people|they|friends)\s+(?:just\s+)?shortens?\s+it\s+to\s+(?P<nickname>[A-Z][a-z]+)",
        STATE,
    ),
    (
        "my ",
        r"\b(?:[Ii]t's|[Ii]t was|[Tt]oday's|[Hh]ad)\s+my\s+(?P<age>[1-9]\d)(?:st|nd|rd|th)(?=\s*[.!]|\s*$|\s+(?:today"
        r"|yesterday|on|last|this)\b)",
        EVENT,
    ),
    (
        " here",
        r"(?:^|[.!?]\s+)(?:[Pp]roud\s+|[Ff]ellow\s+)?(?P<citizenship>[A-Z][a-z]+)\s+here\b(?=\s*[,.!:;]|\s*$)",
        STATE,
    ),
    (
        "dual nat|dual cit",
        r"\bdual\s+(?:nationality|citizenship|national|citizen)\b[^A-Z.!?]{0,10}(?P<citizenship>[A-Z]\w+"
        r"(?:\s+and\s+[A-Z]\w+)?)",
        STATE,
    ),
    ("the name's", r"(?:^|[.!?]\s+)[Tt]he\s+name's\s+(?P<own_name>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)", STATE),
    (
        " is fine| will do| works|'s fine",
        r"\bbut\s+(?P<nickname>[A-Z][a-z]+)(?:\s+is\s+fine|'s\s+fine|\s+will\s+do|\s+works)\b",
        STATE,
    ),
    ("nothing beats", r"\bnothing\s+beats\s+(?P<likes>[^.!?,]+)", STATE),
    (
        "make that|that makes",
        r"\b(?:make that|make it|that makes(?: it)?)\s+(?P<counted>\d+\s+(?:[a-z]+\s)?(?:[a-z][a-z-]*s"
        r"|grandchildren|children))\b",
        EVENT,
    ),
    # tastes
    (
        "what i ",
        r"(?:^|[.!?,]\s+)(?P<likes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are|'s)\s+what\s+I\s+(?:really\s+"
        r"|actually\s+)?(?:like|love|enjoy)\b",
        STATE,
    ),
    ("more than|better than", r"\bnothing\s+I\s+(?:like|love|enjoy)\s+(?:more|better)\s+than\s+(?P<likes>.+)", STATE),
    (
        "my jam|cup of tea|guilty pleasure|my thing|happy place|my weakness|my obsession|comfort food|my kryptonite"
        "|my go-to"
        "|my religion|my love|my vice",
        r"(?:^|[.!?,]\s+)(?P<likes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are|'s)\s+(?:really\s+|totally\s+"
        r"|more\s+)?my\s+(?:(?:new|latest|one|big|biggest|secret)\s+)*(?:jam|cup of tea|guilty pleasure|thing"
        r"|happy place|weakness|obsession|comfort "
        r"food|kryptonite|go-to|one true love|vice)\b",
        STATE,
    ),
    (
        "not my thing|not my cup|n't my thing|n't my cup|not for me|n't for me|of the devil|not my bag|n't my bag",
        r"(?:^|[.!?,]\s+)(?P<dislikes>(?!It\b|That\b|This\b|He\b|She\b|They\b|What\b|Which\b|But\b|So\b)"
        r"[A-Za-z][\w '-]{1,30}?)\s+(?:(?:is|are|was|were|just|really|simply|'s)\s+)*(?:isn't|aren't|not|is not)?\s*"
        r"(?:really\s+|just\s+)?(?:(?<=not )|(?<=n't )|(?<=really )|(?<=just ))(?:my (?:thing|cup of tea|bag|scene"
        r"|idea "
        r"of fun)|for me)\b(?=\s*[.,!;]|\s*$|\s+(?:at all|tbh|though|I)\b)",
        STATE,
    ),
    (
        "of the devil",
        r"(?:^|[.!?,]\s+)(?P<dislikes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are)\s+(?:the (?:work|food|spawn) of the devil"
        r"|the devil's \w+)\b",
        STATE,
    ),
    (
        "me cold|my head in|me out|the creeps|scares me|scare me|terrif|annoys me|annoy me|irritates me|me cringe"
        "|bores me|my stomach|me gag|for me|drives me|of soap|like soap",
        r"(?:^|[.!?,]\s+)(?P<dislikes>(?!It\b|That\b|This\b|He\b|She\b|They\b|What\b"
        r"|Which\b)[A-Za-z][\w '-]{1,30}?)\s+(?:just\s+|really\s+|always\s+)*(?:leaves? me cold|bores? me|(?:creeps?"
        r"|freaks?|grosses?|gross|stress(?:es)?) me out|gives? me the (?:creeps|ick|heebie-jeebies)|scares? me"
        r"|do(?:es)? my head in|terrif(?:y|ies) me|annoys? me|irritates? me|makes? me cringe"
        r"|turns? my stomach|makes? me (?:gag|heave|sick)"
        r"|does nothing for me|do nothing for me|drives? me (?:mad|nuts|crazy|up the wall)|tastes? (?:of|like) soap)\b",
        STATE,
    ),
    (
        "off |moved on|grown out of|grew out of|outgrown|done with|fed up|had enough|no more|over ",
        r"\b(?:gone (?:right |completely |totally )?off|went (?:right )?off|(?:I've |have |I )?(?:grown|grew) out of"
        r"|(?:I've|have) outgrown|(?:I've|have) moved on from|(?:I'm"
        r"|am) (?:so )?(?:over (?!the moon|it\b|here\b|there\b|in\b)|done with|fed up with|bored of)|had enough "
        r"of)\s+(?!it\b|that\b|this\b|with\b)(?P<end_likes>[^.!?,:;]+)",
        EVENT,
    ),
    ("no more ", r"\bno more\s+(?P<end_likes>[a-z][a-z' -]+?)(?=\s+for me\b|\s*[.,!;]|\s*$)", EVENT),
    (
        "hives|welts|swell|rash|breathe|throat|epipen|epi-pen|anaphyla",
        r"\b(?:come up|break out|come out|end up|swell up|go|can't breathe|puff up)\b[^.!?]{0,30}?\b(?:if|when"
        r"|whenever|every time)\s+(?:there(?:'s| is)|I\s+(?:so much as\s+|even\s+)?(?:eat|touch|look at|go near|smell"
        r"|have"
        r"|drink))\s+(?:an?\s+|any\s+|the\s+)?(?P<allergy>[a-z]+(?:\s[a-z]+)?)",
        STATE,
    ),
    ("give me ", r"\bgive me\s+(?P<likes>[^.!?,]+?)\s+any\s+(?:day|time)", STATE),
    (
        "find ",
        r"\bI\s+find\s+(?!it\b|that\b|this\b|them\b)(?P<dislikes>[a-z' ]+?)\s+(?:really\s+|so\s+"
        r"|absolutely\s+)?(?:dreadful|awful|boring|dull|disgusting|tedious|unbearable|revolting|vile|gross)\b",
        STATE,
    ),
    (
        "can't be doing|can't be bothered with|can't be arsed with|couldn't care less|no time for",
        r"\b(?:can't be (?:doing|bothered|arsed) with|couldn't care less about|have no time for"
        r"|got no time for)\s+(?P<dislikes>.+)",
        STATE,
    ),
)

"""English: which dated statements are about the lives of those who talk, and which about the world.

A plan needs no certain verb: "Results day on Thursday", "our summer sale runs from 4 to 24 August". What it needs is a
statement with a date ahead that is not about what is nobody's own: feasts, markets, sports on television, the weather,
what strangers say.
"""

import re

from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity

_OURS = re.compile(r"\b(?:i|i'[a-z]+|me|my|mine|we|we'[a-z]+|us|our|ours)\b")
_FEAST = (
    r"(?:christmas|xmas|easter|thanksgiving|hanukkah|diwali|eid|ramadan|lent|passover|halloween|new year(?:'s)?(?: day"
    r"| eve)?|valentine's(?: day)?|(?:mother|father)'s day|memorial day|labou?r day|independence day|juneteenth"
    r"|(?:bank|public|federal) holidays?|pancake day|chinese new year|lunar new year|holi|yom kippur|rosh hashanah"
    r"|spring break|daylight savings?(?: time)?|advent|epiphany|pentecost|whitsun)"
)
_WORLD = re.compile(
    rf"^(?:(?:and|but|so|oh|well|also|apparently|anyway|did you know|fun fact)[,:]? )*(?:the |this year's |next "
    rf"|~ )?(?:{_FEAST}(?! (?:is |will be )?(?:at|with|dinner"
    r"|lunch|party|play|concert|do|show|market|fair|sale|service|drinks))"
    r"|fed|ecb|imf|nhs|un|eu|us|uk|nasa|spacex|bbc|cnn|nyt|guardian|times|bank of england|federal reserve|government"
    r"|parliament|senate|congress|house of \w+|supreme court|white house|president|prime minister|chancellor|king"
    r"|queen|pope|ministry|elections?|referendum|polls|primary|primaries|stock market|markets|economy|interest rates"
    r"|inflation|prices|shares|bitcoin|crypto|oil|petrol|olympics|paralympics|world cup|euros|super bowl|oscars"
    r"|grammys|emmys|baftas|wimbledon|us open|french open|australian open|masters|grand prix|f1|formula (?:1|one)"
    r"|premier league|champions league|world series|playoffs|nba|nfl|nhl|mlb|tour de france|eurovision|coachella"
    r"|clocks|sun|moon|full moon|new moon|eclipse|comet|meteor shower|perseids|geminids|solstice|equinox|tide"
    r"|summer|winter|spring|autumn|fall|season finale|finale|new (?:[a-z0-9'-]+ ){0,3}?(?:season|series"
    r"|episode|album|single|iphone|ipad"
    r"|pixel|game|patch|update|movie|film|book|trailer|law|rules?|tax year)|(?:trains?|trams?|tube)(?! (?:over"
    r"|up|down|to|back|at|from|home|is)\b)|airlines?"
    r"|netflix|apple|google|amazon|microsoft|tesla|disney|spotify|openai|taylor swift|beyonc[eé])\b"
)
_HEARSAY = re.compile(
    r"\b(?:some|this|a) (?:random )?(?:bloke|guy|woman|man|lady|dude|stranger|article|post|website|blog|tweet|video"
    r"|study)\b"
    r".*\b(?:says?|said|claims?|claimed|told|reckons?|wrote)\b"
    r"|\b(?:it|(?:the|their|its|his|her) (?:[a-z']+ ){0,2}(?:recipe|manual|carton|label|box|packet|recipe"
    r"|manual|sign|poster|news|papers?|radio"
    r"|telly|tv|internet|article|website|app))"
    r" (?:says?|said|reads|claims?)\b|\b(?:says|said|read|saw|heard|it's) (?:so )?(?:it )?(?:in|on) (?:the (?:news"
    r"|papers?|radio|telly|tv|internet|web|carton|label|box)|reddit"
    r"|twitter|facebook|tiktok|youtube|wikipedia)\b|\bhoroscope\b|\bforecasts?\b|\baccording to (?!(?:the|my|our|his"
    r"|her) (?:doc\w*|dentist|gp|physio|surgeon|consultant|vet|midwife|nurse|boss|school|garage|mechanic|landlord))"
)
_OF_STRANGERS = re.compile(
    r"^(?:(?:and|but|so|oh|apparently|turns out)[,:]? )*(?:my|our|the|some) (?:[a-z]+ )?(?:neighbou?r|colleague"
    r"|coworker|co-worker"
    r"|boss|manager|hairdresser|landlord|landlady|postman|barber|dentist|flatmate|roommate|teacher|client"
    r"|customer)'s (?:[a-z]+ )?"
    r"(?:neighbou?r|colleague|hairdresser|landlord|sister|brother|cousin|son|daughter|wife|husband|boyfriend"
    r"|girlfriend|mum"
    r"|mom|dad|mother|father|friend|mate|ex|kid|kids|nephew|niece)(?:'s| is| are| has| have| will| was| got| goes"
    r"| leaves| flies)"
    r"(?!.*\b(?:i|me|my|us|we|our)\b)"
)
"""Of somebody known to somebody known: "my neighbour's hairdresser is off to Tenerife"."""
_FEELS = re.compile(
    r"^(?:and |but |so |well |oh |god |honestly )*(?:i|we|he|she|they|i'm|we're|he's|she's|they're)(?: (?:am|is|are"
    r"|do|really|just|still|already|so"
    r"|kind of|also|actually|even|only))* (?:think|thinking|know|knew|like|love|loving|hate|hating|feel|feeling|guess"
    r"|mean|remember|forget|forgot|wonder|wondering|believe|prefer|miss|missing|care|understand|wish|hope|dread"
    r"|dreading"
    r"|need|want|see|say|agree|appreciate|imagine|worry|worrying|worried|nervous|anxious|excited|scared|terrified"
    r"|happy|glad|proud|sad|tired"
    r"|exhausted|stressed|sorry|grateful|ready|sure|curious|bored|thrilled|pumped|buzzing)\b"
)
_PRICED = re.compile(
    r"\b(?:costs?|priced?|prices?|sold out|per (?:night|person|head)|half price|on offer|available|tickets? (?:are"
    r"|is|start))\b"
)
_OFFERED = re.compile(
    r"\boffering\b|\bhalf[- ]price\b|\b\d+% off\b|\bon offer\b|\bdiscount|\bsale on\b|\bfree shipping\b"
    r"|\b(?:series|movie|film|season|album|sequel|trailer|console|episode|single)\b.*\b(?:com(?:es|ing) out|out (?:on"
    r"|in|this|next|tomorrow|from)|releas\w+"
    r"|launch\w+"
    r"|drops|premier\w+)\b"
)
_NO_EVENT = re.compile(
    r"^(?:(?:and|but|so|or|then|ok|okay|well|oh|great|cool|perfect|thanks|thank you|cheers|sure|yes|yeah|no|right"
    r"|nice|deal|sounds good|good"
    r"|happy|merry|see you|til|till|until|bye|good night|morning|hello|hi|hey|roll on|from|it's|it is|today is"
    r"|tomorrow is"
    r"|today|tomorrow|tonight|only|just|maybe|around|about|at|on|in|by|this|next|say|like|between|and|to|for|the|of"
    r"|a|an"
    r"|here|there|not|all|it|that|works|fine|me|with|is|was|be|one|day|date|week|weekend|time|again|too|also|please"
    r"|done|long|old|years?)\b[,.!~ ]*|[~\W])*$"
)
_ORDERS = re.compile(
    r"^(?:please |pls |and |then |also |so |now |ok |okay |let's |just |kindly )*(?:give|make|write|find|tell|show"
    r"|list|suggest|recommend|explain|help|add"
    r"|remove|change|set|put|keep|use|include|create|draft|plan|schedule|compare|convert|calculate|check|look|search"
    r"|send|book|order|play|turn|imagine|assume|pretend|consider|note|remember|remind|summari[sz]e|translate|rewrite"
    r"|act|describe|design|generate|provide|outline|think|try|start|stop|wait|ask|call|email|text|bring|come|go|get"
    r"|let|have fun|enjoy|avoid|see)\b"
)
_FINE = frozenset(
    {
        Granularity.DAY,
        Granularity.PART_OF_DAY,
        Granularity.HOUR,
        Granularity.MINUTE,
        Granularity.WEEKEND,
        Granularity.RANGE,
    }
)


def is_order(clause: Clause) -> bool:
    """Whether it tells the listener to do something."""
    return _ORDERS.match(clause.bare) is not None


def of_the_world(clause: Clause) -> bool:
    """Whether it tells of what befalls everybody, or what strangers say, and not of the lives of those who talk."""
    if (
        _OF_STRANGERS.search(clause.bare)
        or _HEARSAY.search(clause.low)
        or (_OFFERED.search(clause.low) and not _OURS.search(clause.bare))
    ):
        return True
    told = _WORLD.match(clause.low) or _WORLD.match(clause.bare)
    return told is not None and _OURS.search(clause.bare) is None


_OF_A_FEAST = re.compile(
    r" (?:magic|spirit|movies?|films?|trees?|music|songs?|season|vibes?|lights?|decorations?|feeling|classics?"
    r"|jumper|album|cards?)\b"
)


def is_dated_event(clause: Clause, dates: list[Time]) -> bool:
    """Whether a statement with a date says that something takes place then.

    Args:
        clause: Neither a question nor unreal, in no past tense.
        dates: Its times that lie ahead.
    """
    bare = clause.bare
    later = [
        time
        for time in dates
        if not _OF_A_FEAST.match(clause.low, time.stop - clause.start)
        and time.begin > clause.at
        and time.granularity in _FINE
        and time.role in (Role.AT, Role.FROM)
    ]
    if not later or _FEELS.match(bare) or _PRICED.search(bare) or is_order(clause) or _NO_EVENT.match(bare):
        return False
    return not of_the_world(clause)

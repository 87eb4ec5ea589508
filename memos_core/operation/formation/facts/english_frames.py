"""English verb frames: which words after which verb fill which slot. A table; ``english`` reads it.

A pattern is matched right after the verb group. Its named groups are slots (see ``values.READERS``); ``end_`` before one
says that the value holds no longer. ``sets`` are values that the frame itself says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

EVENT = "event"
"""A change: told in the past it holds now, in the present it lies ahead."""
STATE = "state"
"""Told in the past it holds no longer."""
TIMELESS = "timeless"
"""Holds whatever the tense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What follows a verb."""

    pattern: re.Pattern[str]
    kind: str = STATE
    sets: tuple[tuple[str, str], ...] = ()
    """Slots with their values; ``*`` for any value, which only ends."""
    ends: bool = False


_IN = r"\s+(?:(?:right|over|here|back|out|up|down|there|happily|still|alone|currently|now|just|together)\s+)*(?:in|at|near|outside(?: of)?|around|on)\s+"
_TO = r"(?:\s+(?:back|over|out|up|down|away|here|there|again|in|abroad|home|recently|just|permanently|straight|across))*"
_DEGREE = r"(?:\s+(?:really|so|very|pretty|quite|super|totally|absolutely|completely|also|still|now|just|always|such|big|huge|a|an|the|more|too|truly|deeply|severely|highly|extremely|mildly|slightly|kind of|a bit|currently))*"
_ORG = r"(?P<employer>.+)"
_A = r"\s+(?:a|an|the|my|his|her|their|our)\s+"
_SINGLE_WORDS = (
    ("live reside stay", _IN + r"(?P<residence>.+)", STATE),
    ("be", r"(?:\s+(?:currently|now|still|actually|originally|now|just))*\s+(?:based|living|located|settled)" + _IN + r"(?P<residence>.+)", STATE),
    ("be", r"\s+back" + r"\s+in\s+(?P<residence>[A-Z].*)(?=.*\b(?:for good|permanently)\b)", STATE),
    ("move relocate emigrate immigrate shift", _TO + r"\s+from\s+(?P<end_residence>[^,]+?)\s+(?:in)?to\s+(?P<residence>.+)", EVENT),
    ("move relocate head transfer", _TO + r"\s+(?:in)?to\s+(?P<residence>.+)", EVENT),
    ("move relocate", _TO + r"\s+(?:away\s+from|out\s+of|from)\s+(?P<end_residence>[^,]+)", EVENT),
    ("settle", r"(?:\s+down)?\s+in\s+(?P<residence>.+)", EVENT),
    ("leave", r"\s+(?P<end_residence>[^,]+?)\s+(?:for|and\s+moved\s+to)\s+(?P<residence>[A-Z].+)", EVENT),
    # work
    ("work freelance", r"(?:\s+(?:remotely|part[- ]time|full[- ]time|there|now|mostly|freelance|in \w+))*\s+(?:at|for|with)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", STATE),
    ("work", r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly))*\s+as\s+(?:an?|the|one)\s+(?P<occupation>[^,]+?)\s+(?:at|for|with)\s+" + _ORG, STATE),
    ("work", r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly|there))*\s+as\s+(?:an?|the|one)\s+(?P<occupation>.+)", STATE),
    ("work freelance", r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly|over))*\s+(?:at|for)\s+" + _ORG, STATE),
    ("work", r"\s+in\s+(?P<occupation>(?:[a-z]+\s){0,2}?(?:marketing|sales|finance|tech|it|hr|education|healthcare|construction|hospitality|logistics|consulting|advertising|insurance|banking|publishing|retail|law|real estate|customer service|human resources|software|research|journalism|design|engineering|accounting|aviation|media|fashion|film|nursing|biotech|pharma|manufacturing|agriculture|tourism|security|cybersecurity))\b", STATE),
    ("start begin", r"(?:\s+(?:work|working|a (?:new )?(?:job|position|role)|my (?:new )?(?:job|position|role)|over))?\s+(?:at|with|for)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("start begin", r"(?:\s+(?:work|working|out|a (?:new )?(?:job|position|role)|my (?:new )?(?:job|position|role)))?\s+as\s+(?:an?|the)\s+(?P<occupation>[^,]+?)(?:\s+(?:at|with|for)\s+" + _ORG + r")?$", EVENT),
    ("start begin", r"(?:\s+(?:work|working|a (?:\w+ )?(?:job|position|role)|my (?:\w+ )?(?:job|position|role)))?\s+(?:at|with)\s+" + _ORG, EVENT),
    ("join", r"\s+(?P<employer>[A-Z].*?)\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("join", r"\s+(?P<employer>[A-Z].*)", EVENT),
    ("leave quit", r"\s+(?:my\s+(?:job|position|role)\s+(?:at|with|as \w+ at)\s+|working\s+(?:at|for)\s+)(?P<end_employer>.+)", EVENT),
    ("leave quit", r"\s+(?P<end_employer>[A-Z].*)", EVENT),
    ("quit leave lose", r"\s+(?:my|the|that)\s+(?:\w+\s+)?(?:job|position)\b", EVENT, (("end_employer", "*"), ("end_occupation", "*"))),
    ("resign part", r"\s+from\s+(?P<end_employer>.+)", EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+(?:promoted|moved up|upgraded)\s+(?:from\s+[\w ]+?\s+)?to\s+(?P<occupation>.+)", EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+hired\s+(?:by|at)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+hired\s+(?:by|at)\s+" + _ORG, EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+hired\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("get land accept take find start", r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|offer|gig)\s+(?:at|with|from)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("get land accept take find start", r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|gig)\s+as\s+(?:an?|the)\s+(?P<occupation>[^,]+?)(?:\s+(?:at|with|for)\s+" + _ORG + r")?$", EVENT),
    ("get land accept take find start have", r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|gig)\s+(?:at|with)\s+" + _ORG, EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+(?:laid off|fired|let go|made redundant|sacked)(?:\s+(?:from|by|at)\s+(?P<end_employer>[A-Z].*))?", EVENT, (("end_employer", "*"), ("end_occupation", "*"))),
    ("become", r"\s+(?:an?|the)\s+(?P<trade>.+)", EVENT),
    ("become turn go", r"(?:\s+(?:fully|completely|almost))*\s+(?:an?\s+)?(?P<diet>[\w-]+)", EVENT),
    ("retire", r"(?=\s*(?:$|[.,!]|from|in|last|as|at|after|now|early))(?!\s+from\s+[A-Z]\w+ing)", EVENT, (("occupation", "retired"), ("end_employer", "*"))),
    ("be", r"(?:\s+(?:now|currently|still|officially))*\s+(?P<set_occupation>retired|unemployed|self-employed|between jobs|a stay-at-home (?:mom|dad|mum|parent)|out of work|freelancing)\b", STATE),
    ("be", _DEGREE + r"\s+(?:an?|the|one of the)?\s*(?P<trade>[^,.]+?)\s+(?:at|for|with)\s+(?P<employer>[A-Z][^,.]*)", STATE),
    ("be", r"(?:\s+(?:now|currently|still|officially|actually|just|only|also|basically|technically|already|proudly))*\s+(?:an?|the)\s+(?P<trade>.+)", STATE),
    ("switch change transition pivot", r"(?:\s+(?:careers?|jobs?|over))*(?:\s+from\s+(?:being\s+)?(?:an?\s+)?(?P<end_occupation>[\w ]+?))?\s+to\s+(?:being\s+|become\s+|becoming\s+|work as\s+)?(?:an?\s+)?(?P<trade>.+)", EVENT),
    ("switch change transition return go", r"(?:\s+(?:back|over))*(?:\s+from\s+[\w ]+?)?\s+to\s+(?:being\s+|eating\s+)?(?:an?\s+|the\s+)?(?P<diet>[\w-]+)(?:\s+diet)?", EVENT),
    ("switch change transfer", r"(?:\s+(?:back|over|jobs|companies))*(?:\s+from\s+(?P<end_employer>[A-Z]\w+))?\s+to\s+(?P<school>(?:the\s+)?(?:[A-Z]\w+\s+)*(?:University|College|School|Academy|Institute|High)\b.*)", EVENT),
    ("switch", r"\s+jobs?\s+(?:from\s+(?P<end_employer>[A-Z]\w+)\s+)?to\s+(?P<employer>[A-Z].*)", EVENT),
    # study and origin
    ("study major", r"(?:\s+in)?\s+(?P<field_of_study>(?!at\b|for\b|in\b|hard|abroad|with|together|a\b|the\b|my\b|all\b|how|every)[^,]+?)(?:\s+(?:at|in)\s+(?P<school>[A-Z].*))?$", STATE),
    ("study", r"\s+at\s+(?P<school>.+)", STATE),
    ("go attend", r"(?:\s+to)?\s+(?P<school>(?:the\s+)?(?:(?:[A-Z][\w.&'-]*|of)\s+)*(?:University|College|School|Academy|Institute|High|Uni|MIT|UCLA|Polytechnic)\b(?:\s+of(?:\s+[A-Z]\w+)+)?)", STATE),
    ("attend enroll", r"(?:\s+(?:in|at))?\s+(?P<school>[A-Z].*(?:University|College|School|Academy|Institute|MIT|High|Uni)\b.*)", STATE),
    ("graduate", r"\s+from\s+(?P<school>[A-Z].*)", TIMELESS),
    ("be", r"\s+(?:an?\s+)?(?:\w+\s+)?(?:student|freshman|sophomore|senior|junior|phd student)\s+(?:at|in)\s+(?P<school>[A-Z].*)", STATE),
    ("be", r"(?:\s+(?:originally|actually))*\s+from\s+(?P<hometown>(?:a\s+\w+\s+(?:town|village|city)\s+|[A-Z]).*)", TIMELESS),
    ("come", r"(?:\s+originally)?\s+from\s+(?P<hometown>[A-Z].*)", TIMELESS),
    ("grow", r"\s+up\s+(?:in|on|near|outside)\s+(?P<hometown>.+)", TIMELESS),
    ("be", r"\s+(?:born and )?raised\s+in\s+(?P<hometown>.+)", TIMELESS),
    ("be", r"(?:\s+actually)?\s+born\s+in\s+(?P<birthplace>(?!(?:19|20)\d\d|january|february|march|april|may\b|june|july|august|september|october|november|december|the\s).+)", TIMELESS),
    ("be", r"(?:\s+actually)?\s+born\s+(?:on|in)\s+(?P<birthday>.*\d.*|January|February|March|April|May|June|July|August|September|October|November|December)", TIMELESS),
    ("be", r"(?:\s+(?:part|half|originally|actually))*\s+(?P<nationality>[A-Z][a-z]+(?:-[A-Z][a-z]+)?)\b", STATE),
    ("be", r"\s+(?:an?\s+)?(?:practicing\s+|devout\s+)?(?P<religion>[A-Z]?[a-z]+)\b", STATE),
    ("speak", r"(?:\s+(?:fluent|some|a little|a bit of|native|good|decent|both|only|mostly))*\s+(?P<language>[A-Z].*)", STATE),
    ("be", r"\s+(?:fluent|native|bilingual)\s+in\s+(?P<language>[A-Z].*)", STATE),
    # names and numbers
    ("be", r"\s+(?:called|named)\s+(?P<name>[A-Z].*)", STATE),
    ("go", r"\s+by\s+(?P<nickname>[A-Z]\w+)", STATE),
    ("be", r"(?:\s+(?:now|already|only|just|currently|almost|about))*\s+(?P<age>\d{1,3}|twenty|thirty|forty|fifty)(?=\s+(?:years?[- ]old|now|today|already|this|in)|\s*(?:$|[.,!]))", STATE),
    ("turn", r"\s+(?P<age>\d{1,3})\b(?!\s*(?:%|degrees|into))", EVENT),
    ("weigh", r"(?:\s+in)?(?:\s+at)?\s+(?P<measurement_weight>.+)", STATE),
    ("be", r"\s+(?P<measurement_height>\d[\d'\".]*\s*(?:cm|m|feet|foot|ft|inches)?(?:\s*\d+)?)\s+tall", STATE),
    ("be", r"(?:\s+(?:down|up|now|at))*\s+(?:to\s+|at\s+)?(?P<measurement_weight>\d[\d.]*\s*(?:kg|kilos?|pounds|lbs?|stone))\b", STATE),
    ("go get drop", r"(?:\s+\w+)?\s+(?:down|up)\s+to\s+(?P<measurement_weight>\d[\d.]*\s*(?:kg|kilos?|pounds|lbs?|stone))\b", EVENT),
    # love
    ("be", r"(?:\s+(?:now|still|happily|officially|newly|recently|back to being|just|already|finally|currently))*\s+(?P<set_relationship_status>single|married|engaged|divorced|widowed|separated|in a relationship|in a long-distance relationship|seeing someone)(?:\s+(?:to|from)\s+(?P<partner>(?-i:[A-Z]).*))?(?=\s*(?:$|[.,!]|\s(?:now|again|to|from|with|and|for|since|these)))", STATE),
    ("get", r"(?:\s+(?:just|finally|officially|recently))*\s+(?P<set_relationship_status>married|engaged|divorced|separated)(?:\s+to\s+(?P<partner>.+))?", EVENT),
    ("get", r"\s+back\s+together\s+with\s+(?P<partner>.+)", EVENT),
    ("marry", r"\s+(?P<partner>[A-Z].*)", EVENT, (("relationship_status", "married"),)),
    ("date see", r"\s+(?P<partner>(?-i:[A-Z])\w+)(?=\s*(?:$|[.,!]|now|for|since))", STATE),
    ("be", r"\s+(?:dating|with|seeing|in a relationship with)\s+(?P<partner>(?-i:[A-Z])\w+)(?=\s*(?:$|[.,!]|now|for|since))", STATE),
    ("break split", r"\s+up(?:\s+with\s+(?:my\s+\w+\s+)?(?P<end_partner>[A-Z]\w+)?)?", EVENT, (("end_partner", "*"), ("relationship_status", "single"))),
    ("divorce", r"(?:\s+(?P<end_partner>[A-Z]\w+))?", EVENT, (("end_partner", "*"), ("relationship_status", "divorced"))),
    # body and table
    ("be", r"(?:\s+(?:now|currently|fully|strictly|still|mostly|back to being|actually|already|also|completely|100%|trying to be))*\s+(?:an?\s+)?(?:strict\s+|lifelong\s+)?(?P<diet>[\w-]+)(?=\s*(?:$|[.,!]|now|for|since|these|again|\s))", STATE),
    ("be", r"(?:\s+(?:now|currently|back))*\s+on\s+(?:an?|the)\s+(?P<diet>[\w-]+)\s+diet", STATE),
    ("eat follow keep do", r"\s+(?:only\s+|an?\s+|strictly\s+|the\s+)*(?P<diet>[\w-]+)(?:\s+(?:diet|food|foods|meals))?\b", STATE),
    ("be", _DEGREE + r"\s+allergic\s+to\s+(?P<allergy>.+)", STATE),
    ("have develop", r"\s+(?:an?\s+)?(?:\w+\s+){0,2}?(?:allergy|allergies|allergic reactions?)\s+to\s+(?P<allergy>.+)", STATE),
    ("have develop", r"\s+(?:an?\s+)?(?:severe\s+|bad\s+|mild\s+|serious\s+)?(?P<allergy>[\w -]+?)\s+(?:allergy|allergies)\b", STATE),
    ("be get", r"(?:\s+(?:just|recently|also))*\s+diagnosed\s+with\s+(?P<condition>.+)", TIMELESS),
    ("suffer struggle", r"\s+(?:from|with)\s+(?P<known_condition>.+)", STATE),
    ("have develop", r"\s+(?:an?\s+)?(?P<known_condition>.+)", STATE),
    ("be", _DEGREE + r"\s+(?P<known_condition>[\w -]+)", STATE),
    ("take use", r"(?:\s+(?:my|some|daily|a|the|\d+))*\s+(?P<medication>.+?)(?:\s+for\s+(?:my|the|his|her)?\s*(?P<known_condition>.+))?$", STATE),
    ("be", r"(?:\s+(?:back|now|currently))*\s+on\s+(?:a\s+course\s+of\s+)?(?P<medication>.+?)(?:\s+for\s+(?:my|the|his|her)?\s*(?P<known_condition>.+))?$", STATE),
    ("be get", r"(?:\s+(?:just|recently))*\s+prescribed\s+(?P<medication>.+)", EVENT),
    # tastes
    ("like love enjoy adore fancy prefer favor favour appreciate", r"(?:\s+(?:really|both|also|to))?\s+(?P<likes>.+)", STATE),
    ("hate dislike detest loathe despise", r"\s+(?P<dislikes>.+)", STATE),
    ("stand tolerate", r"\s+(?P<likes>.+)", STATE),
    ("be", _DEGREE + r"\s+(?:fan|lover|admirer)s?\s+of\s+(?P<likes>.+)", STATE),
    ("be", _DEGREE + r"\s+(?:into|fond of|keen on|crazy about|obsessed with|passionate about|addicted to|hooked on|big on|mad about|nuts about|partial to|interested in)\s+(?P<likes>.+)", STATE),
    ("be", _DEGREE + r"\s+(?P<likes>[a-z]+(?:\s[a-z]+)?|[A-Z]\w+)\s+(?:fan|lover|enthusiast|nerd|geek|addict|fanatic|buff|person|aficionado)\b", STATE),
    ("be get", _DEGREE + r"\s+(?:sick of|tired of|bored of|bored with|scared of|afraid of|terrified of|put off by)\s+(?P<dislikes>.+)", STATE),
    ("have", r"\s+(?:a|an)\s+(?:fear|phobia)\s+of\s+(?P<dislikes>.+)", STATE),
    ("get", r"(?:\s+(?:really|so|super|back))*\s+(?:into|hooked on)\s+(?P<hobby>(?!(?:a|an|the|my|trouble|shape|bed|university|college|uni|grad|med|it|this|that)\b).+)", EVENT),
    ("take pick", r"\s+up\s+(?P<hobby>(?!the\b|my\b|a\b|most\b|so\b|too\b|space|time|on\b).+)", EVENT),
    ("give", r"\s+up\s+(?:on\s+)?(?P<end_likes>.+)", EVENT),
    ("quit stop", r"\s+(?P<end_likes>(?!(?:my|the|by|in|at|for|to|and|it|that)\b)[a-z].+)", EVENT),
    ("play", r"(?:\s+(?:the|some|a lot of|lots of|competitive|amateur))*\s+(?P<played>[\w&'-]+(?:\s+guitar)?)\b", STATE),
    ("do practice practise", r"(?:\s+(?:some|a lot of|lots of))*\s+(?P<practised>[\w-]+)\b", STATE),
    ("collect", r"(?:\s+(?:old|vintage|rare|antique))?\s+(?P<collected>(?!my|the|data|it|them|him|her|this|that|some|from|up).+)", STATE),
    # things
    ("drive ride", r"(?:\s+around)?\s+(?:in\s+)?(?:an?|my)\s+(?P<vehicle>.+)", STATE),
    ("buy purchase get lease own order", r"\s+(?:\w+self\s+)?(?:an?|my|our)\s+(?:(?:brand[- ])?new\s+|used\s+|second-hand\s+)?(?P<some_vehicle>.+)", EVENT),
    ("have", r"\s+(?:an?)\s+(?P<some_vehicle>.+)", STATE),
    ("own", r"\s+(?:an?|\d+|two|three|my own)\s+(?P<owns>.+)", STATE),
    ("buy purchase", r"\s+(?:\w+self\s+)?(?:an?|my first|our first)\s+(?P<owned>.+)", EVENT),
    ("have", r"\s+(?:an?|my own)\s+(?P<owned>.+)", STATE),
    ("sell donate scrap trade", r"(?:\s+(?:off|in))?(?:\s+(?:my|the|our|that|his|her|their|old))+\s+(?P<end_owns>.+)", EVENT),
    ("give", r"\s+(?:away\s+)?(?:my|our)\s+(?P<end_owns>[\w ]+?)(?:\s+away|\s+to\s+.*)$", EVENT),
    ("get", r"\s+rid\s+of\s+(?:my|the|our|that)\s+(?P<end_owns>.+)", EVENT),
    ("lose total crash wreck", r"\s+(?:my|our)\s+(?P<end_owns>(?!job|mind|temper|way|voice|balance|appetite|keys|mom|mother|dad|father|position|patience|faith|weight|focus).+)", EVENT),
)  # fmt: skip


@cache
def frames() -> Mapping[str, Sequence[Frame]]:
    """By base form of the verb."""
    table: dict[str, list[Frame]] = {}
    for verbs, pattern, kind, *sets in _SINGLE_WORDS:
        frame = Frame(pattern=re.compile(pattern, re.IGNORECASE), kind=str(kind), sets=tuple(sets[0]) if sets else ())
        for verb in str(verbs).split():
            table.setdefault(verb, []).append(frame)
    return table

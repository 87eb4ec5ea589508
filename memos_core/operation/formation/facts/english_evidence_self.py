"""Rows of ``english_scenes`` that show tastes, the body, numbers and things."""

from memos_core.operation.formation.facts.english_phrases import EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS

ONESELF: tuple[EvidenceRow, ...] = (
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
        r"(?:^|[.!?,]\s+|\bI've\s+|\bI\s+have\s+|\bI'm\s+|\bI\s+)(?:honestly\s+|really\s+)?(?:never\s+been\s+(?:all that "
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
        r"(?:^|[.!?]\s+|\band\s+|\bso\s+)(?:speaking\s+)?[Aa]s\s+an?\s+(?:proud\s+|fellow\s+|born\s+)?(?P<citizenship>[A-Z][a-z]+)"
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
        r"(?P<gadget>[a-z][\w -]{2,24}?)(?=\s*[.,!;]|\s*$|\s+(?:and|for|last|this|today|yesterday|from|because|so|off)\b)",
        EVENT,
    ),
    (
        "shortens it|shorten it|short for|goes by|go by",
        r"\b(?:everyone|everybody|people|they|friends)\s+(?:just\s+)?shortens?\s+it\s+to\s+(?P<nickname>[A-Z][a-z]+)",
        STATE,
    ),
    (
        "my ",
        r"\b(?:[Ii]t's|[Ii]t was|[Tt]oday's|[Hh]ad)\s+my\s+(?P<age>[1-9]\d)(?:st|nd|rd|th)(?=\s*[.!]|\s*$|\s+(?:today|yesterday|on|last|this)\b)",
        EVENT,
    ),
    ("nothing beats", r"\bnothing\s+beats\s+(?P<likes>[^.!?,]+)", STATE),
    (
        "won't touch|never touch",
        r"\bI\s+(?:won't|never|don't)\s+touch\s+(?!it\b|them\b|the stuff)(?P<dislikes>[a-z ]+)",
        STATE,
    ),
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
        "my jam|cup of tea|guilty pleasure|my thing|happy place|my weakness|my obsession|comfort food|my kryptonite|my go-to"
        "|my religion|my love|my vice",
        r"(?:^|[.!?,]\s+)(?P<likes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are|'s)\s+(?:really\s+|totally\s+"
        r"|more\s+)?my\s+(?:(?:new|latest|one|big|biggest|secret)\s+)*(?:jam|cup of tea|guilty pleasure|thing|happy place|weakness|obsession|comfort "
        r"food|kryptonite|go-to|one true love|vice)\b",
        STATE,
    ),
    (
        "not my thing|not my cup|n't my thing|n't my cup|not for me|n't for me|of the devil|not my bag|n't my bag",
        r"(?:^|[.!?,]\s+)(?P<dislikes>(?!It\b|That\b|This\b|He\b|She\b|They\b|What\b|Which\b|But\b|So\b)"
        r"[A-Za-z][\w '-]{1,30}?)\s+(?:(?:is|are|was|were|just|really|simply|'s)\s+)*(?:isn't|aren't|not|is not)?\s*"
        r"(?:really\s+|just\s+)?(?:(?<=not )|(?<=n't )|(?<=really )|(?<=just ))(?:my (?:thing|cup of tea|bag|scene|idea "
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
        "me cold|me out|the creeps|scares me|scare me|terrif|annoys me|annoy me|irritates me|me cringe|bores me|my stomach|me gag|for me|drives me|of soap|like soap",
        r"(?:^|[.!?,]\s+)(?P<dislikes>(?!It\b|That\b|This\b|He\b|She\b|They\b|What\b"
        r"|Which\b)[A-Za-z][\w '-]{1,30}?)\s+(?:just\s+|really\s+|always\s+)*(?:leaves? me cold|bores? me|(?:creeps?|freaks?|grosses?|gross|stress(?:es)?) me out|gives? me the (?:creeps|ick|heebie-jeebies)|scares? me"
        r"|terrif(?:y|ies) me|annoys? me|irritates? me|makes? me cringe"
        r"|turns? my stomach|makes? me (?:gag|heave|sick)"
        r"|does nothing for me|do nothing for me|drives? me (?:mad|nuts|crazy|up the wall)|tastes? (?:of|like) soap)\b",
        STATE,
    ),
    (
        "off |moved on|grown out of|grew out of|outgrown|done with|fed up|had enough|no more|over ",
        r"\b(?:gone (?:right |completely |totally )?off|went (?:right )?off|(?:I've |have |I )?(?:grown|grew) out of|(?:I've|have) outgrown|(?:I've|have) moved on from|(?:I'm"
        r"|am) (?:so )?(?:over (?!the moon|it\b|here\b|there\b|in\b)|done with|fed up with|bored of)|had enough "
        r"of)\s+(?!it\b|that\b|this\b|with\b)(?P<end_likes>[^.!?,:;]+)",
        EVENT,
    ),
    ("no more ", r"\bno more\s+(?P<end_likes>[a-z][a-z' -]+?)(?=\s+for me\b|\s*[.,!;]|\s*$)", EVENT),
    (
        "hives|welts|swell|rash|breathe|throat|epipen|epi-pen|anaphyla",
        r"\b(?:come up|break out|come out|end up|swell up|go|can't breathe|puff up)\b[^.!?]{0,30}?\b(?:if|when"
        r"|whenever|every time)\s+(?:there(?:'s| is)|I\s+(?:so much as\s+|even\s+)?(?:eat|touch|look at|go near|smell|have"
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
    ("keep your", r"\byou can keep your\s+(?P<dislikes>[a-z ]+)", STATE),
    (
        "can't be doing|can't be bothered with|can't be arsed with|couldn't care less|no time for",
        r"\b(?:can't be (?:doing|bothered|arsed) with|couldn't care less about|have no time for|got no time for)\s+(?P<dislikes>.+)",
        STATE,
    ),
    # body
    (
        "allergic",
        r"\b(?:can't|cannot|can not|mustn't|no|not)\s+(?:have\s+|eat\s+|do\s+|touch\s+|go "
        r"near\s+)?(?P<allergy>[a-z][a-z ]+?),\s+(?:since\s+|because\s+|as\s+"
        r"|cause\s+)?I'm\s+(?:\w+\s+)?allergic(?!\s+to)",
        STATE,
    ),
    (
        " me|my mouth|my tongue|my hands|my eyes|my nose|my throat|my face|my lips|my skin",
        r"(?:^|[.!?,]\s+)(?P<allergy>(?!It\b|That\b|This\b|He\b|She\b"
        r"|They\b)[A-Za-z][a-z]+(?:\s[a-z]+)?)\s+(?:(?:would|will|'ll|could|can|always|just"
        r"|really)\s+)*(?:(?:puts?|lands?|sends?) me (?:in(?:to)? )?(?:the )?(?:hospital|a&e|er\b|ambulance"
        r"|anaphyla\w+)"
        r"|brings? me out in|makes? (?:my (?:throat|face|lips|tongue|mouth|skin|hands|eyes|nose)|me (?:swell"
        r"|itch|wheeze|come "
        r"out))|gives? me (?:hives|a rash)|closes? my throat|could kill me|would kill me)",
        STATE,
    ),
    (
        "allergy",
        r"(?:^|[.!?:]\s+|,\s+)(?:so\s+|and\s+|also\s+|just\s+|but\s+)?(?:a\s+)?(?:severe\s+|bad\s+|mild\s+"
        r"|serious\s+|proper\s+)?(?P<allergy>(?!no\b|food\b|the\b|any\b|my\b|an?\b|your\b|his\b|her\b|to\b"
        r"|with\b)[a-z]+(?:\s[a-z]+)?) allergy\b(?!\s+(?:season|meds|test|shot|tablet|pills?))(?!\?)",
        STATE,
    ),
    (
        "can't do |cannot do |can't have|cannot have|can't eat|cannot eat|stomach",
        r"\bI\s+(?:can't|cannot)\s+(?:do|have|eat|tolerate|digest)\s+(?P<allergy>[a-z]+(?:\s[a-z]+)?),\s+(?:it"
        r"|they)\s+(?:doubles?|makes?|gives?|brings?|bloats?|upsets?|sets?|puts?)\b",
        STATE,
    ),
    (
        "for me|no-go|off limits",
        r"(?:^|[.!?,]\s+)(?P<allergy>[A-Za-z][a-z]+(?:\s[a-z]+)?)\s+(?:are|is|'s)\s+(?:an? (?:big |hard )?(?:no"
        r"|no-no|no-go|nope)|off limits)\s+for\s+me\b(?=[^.!?]*\b(?:epi-?pen|allerg\w*|hives|react\w*|hospital"
        r"|anaphyla\w*|swell\w*|rash))",
        STATE,
    ),
    (
        "confirmed|diagnos|test|doctor|gp |consultant|specialist|results",
        r"\b(?:confirmed|diagnos\w+|tests?|tested|doctor|GP|consultant|specialist|results?"
        r"|scans?)\b[^.!?]{0,40}?\b(?:it's|it is|it was|I have|I've got|shows?|showed|with|as|for)\s+(?!no\b"
        r"|not\b|negative|clear)(?P<known_condition>[a-z][a-z -]+)",
        TIMELESS,
    ),
    (
        "switched me|moved me|put me|started me|changed me",
        r"\b(?:switched|moved|changed|swapped|put|started)\s+me\s+(?:over\s+"
        r"|back\s+)?(?:from\s+(?P<end_medication>[a-z]\w+)\s+)?(?:on)?to\s+(?:\d+\s?mg\s+(?:of\s+)?)?(?P<medication>[a-z]\w+)",
        EVENT,
    ),
    (
        "playing up|flar|acting up|for months|for years|is back|'s back|hanging around|gone away|again",
        r"(?:^|[.!?,]\s+|\bmy\s+)(?:bad\s+|chronic\s+|mild\s+)?(?P<known_condition>[A-Za-z]+(?:\s[a-z]+)?)(?:'s"
        r"| is| has| down [^.!?]{0,25})?\s+(?:been\s+)?(?:playing up|flar(?:ing|ed)(?: up)?|acting up|for "
        r"(?:months|years)|back|still hanging around)\b",
        STATE,
    ),
    (
        "me off ",
        r"\b(?:taken|took|taking|weaned|brought)\s+me\s+off\s+(?:the\s+|my\s+)?(?P<end_medication>[a-z]\w+)",
        EVENT,
    ),
    (
        "mg|prescri|pill|tablet|dose|meds|diagnos|blood pressure|cholesterol|diabet|doctor|dr. |dr | gp|asthma"
        "|me off|insulin",
        r"\bI\s+(?:now\s+|currently\s+|just\s+|still\s+)*(?:take|started(?:\s+on)?|went on|got put on)\s+"
        r"(?P<named_drug>[A-Z][a-z]{4,})\b(?!\s+[A-Z])",
        STATE,
    ),
    ("type 1|type 2", r"\b(?P<known_condition>type [12](?: diabet\w+)?)\b", STATE),
    # age
    (
        "years old|yrs old|year old",
        r"(?:^|[.!?]\s+)(?P<age>\d{2})\s+(?:years|yrs)\s+old\b(?=\s*[,.!]|\s+(?:and|now|today|but|with)\b|\s*$)",
        STATE,
    ),
    (
        "at ",
        r"(?:^|[.!?]\s+|\b(?:and|but)\s+)[Aa]t\s+(?P<age>[1-9]\d),?\s+(?:I'm|I am|I've|I still|I can|I finally|I feel)\b",
        STATE,
    ),
    (
        "5'|6'|4'|foot|feet| ft|cm|1.|1,",
        r"\b(?:I'm|I am)\s+(?:only\s+|about\s+|just\s+|barely\s+|like\s+|a\s+)*(?P<measurement_height>[4-6]'\s?\d{0,2}"
        r"|(?:four|five|six)[ -]foot(?:[ -][a-z]+)?|[4-6]\s?(?:ft|foot|feet)(?:\s?\d{1,2})?|1[.,]\d\d(?:\s?m)?"
        r"|1\d\d\s?cm)(?=[\s,.!;\"”]|$)",
        STATE,
    ),
    (
        "birthday",
        r"\b(?:had|celebrated|celebrating|is|it's|it was|today's|after)\s+my\s+(?P<age>\d{1,3})(?:st|nd|rd"
        r"|th)(?:\s+birthday)?\b(?!\s+(?:is|next|soon|coming|in))",
        EVENT,
    ),
    (
        " at ",
        r"\b(?:I|me|I'm|I've)\b(?![^.!?]*\b(?:was|had|were|when|back|retire|did|got|met|left"
        r"|started)\b)[^.!?\d]{0,40}\bat\s+(?P<age>[2-9]\d)(?=\s*[.,!?]|\s*$)",
        STATE,
    ),
    (
        "i was ",
        r"\bI was\s+(?P<age>\d{2})\s+(?:in (?:January|February|March|April|May|June|July|August|September"
        r"|October|November|December)\b(?!\s+\d{4})|on (?:[A-Z][a-z]+day)|last (?:week|month)|yesterday)",
        EVENT,
    ),
    (" today", r"(?:^|[.!?]\s+)(?P<age>\d{1,2})\s+today\b(?=\s*[.,!]|\s*$)", EVENT),
    (
        "years young|years of age|years old and",
        r"(?:^|[,.!?]\s+|\bI'm\s+|\bam\s+)(?P<age>\d{1,3})\s+years\s+(?:young|of age)\b",
        STATE,
    ),
    (
        "big ",
        r"\bthe\s+big\s+(?P<decade>(?:three|four|five|six|seven|eight|nine)[- ]?(?:oh|o|zero)|[3-9][- ]?0)\b",
        EVENT,
    ),
    # goals and numbers
    (
        "what i ",
        r"\bwhat\s+I\s+(?:really\s+|most\s+)?want(?:\s+(?:next|now|most|this year|instead))*(?:\s+is"
        r"|'s)\s+(?:to\s+)?(?P<goal>[^.!?]+)",
        STATE,
    ),
    (
        "kg|kilo|pounds|lbs|stone",
        r"(?:^|[.!?:]\s+|\b(?:weight|pounds|kilos|kg|fat|slimmer|heavier|lighter|scales?)[^.!?]{0,12},\s+)(?:now\s+|still\s+|down to\s+|up to\s+"
        r"|only\s+)*(?P<measurement_weight>\d[\d.]*\s?(?:kg|kilos?|pounds|lbs?|stone))(?=\s*(?:[!.]|$|this "
        r"morning|this week|today|now|on the scales?|down|as of))",
        STATE,
    ),
    (
        "scale",
        r"\bscales?\s+(?:say|says|said|reads?|showed|shows|tells? me)\s+(?:that\s+)?(?:I'm\s+|I\s+weigh\s+)?(?:now\s+|at\s+)?"
        r"(?P<measurement_weight>\d[\d.]*\s?(?:kg|kilos?|pounds|lbs?|stone))",
        STATE,
    ),
    (
        "now|counting|last count| left",
        r"(?:^|[.!?:,]\s*|\bso\s+)(?:we're\s+|I'm\s+|that's\s+|it's\s+|up to\s+|make it\s+|make "
        r"that\s+)*(?P<counted>\d+\s+(?:[a-z]+\s)?[a-z][a-z-]*s)(?=\s+(?:now|left|and counting|at last count"
        r"|these days)\b)",
        STATE,
    ),
    (
        "saving",
        r"\b(?:I'm|^|[.!?] )\s*(?:now |still |currently )?saving(?:\s+up)?\s+(?:for|to)\s+(?P<saving>[^.!?,]+)",
        STATE,
    ),
    (
        "goal",
        r"(?:\b(?:the|my|that|our)\s+|(?:^|[.!?]\s+))(?P<end_goal>[\w' -]+?)\s+goal(?:'s|\s+is|\s+has been"
        r"|\s+was)?\s+(?:in the bag|done|reached|hit|achieved|ticked off|met|completed?|smashed)\b",
        EVENT,
    ),
    (
        "goal|plan|dream|target",
        r"\b(?:scrapped|shelved|abandoned|dropped|ditched|binned|cancelled|canceled|given up on|gave up on)\s+"
        r"(?:the|my|our|that)\s+(?P<end_goal>[\w' -]+?)\s+(?:goal|plan|idea|dream|target)s?\b",
        EVENT,
    ),
    (
        "gone|sold|nicked|stolen",
        r"(?:^|[.!?,]\s+|\b(?:my|our|the)\s+)(?P<end_owns>[a-z]+)(?:'s|\s+is|\s+has|\s+was"
        r"|\s+got)\s+(?:finally\s+|been\s+|now\s+)*(?:gone|sold|nicked|stolen|scrapped)\b(?=\s*[,.!;]|\s*$)",
        EVENT,
    ),
    (
        "at |on |to ",
        r"\b(?:I'm|we're|I am|we are|it's|that's)\s+(?:now\s+)?(?:at|on|up to|down to|up "
        r"at)\s+(?P<counted>\d+\s+(?:[a-z]+\s)?[a-z][a-z-]*s)\b(?!\s+(?:old|ago|a\s))",
        STATE,
    ),
    (
        "to you|to everyone|to my|to friends|to most",
        r"\b(?P<nickname>[A-Z][a-z]+)(?=\s+to\s+(?:you|everyone|my (?:friends|mates|family)|friends|most people"
        r"|the lads)\s*(?:[.,!]|$))",
        STATE,
    ),
    ("get by in|gets by in", r"\bI\s+(?:can\s+)?get\s+by\s+in\s+(?P<spoken>[A-Z][^.!?]*)", STATE),
    (
        "mother tongue|first language|native",
        r"(?P<spoken>[A-Z]\w+),\s+(?:it's|which is|that's)\s+my\s+(?:mother tongue|first language|native "
        r"(?:language|tongue))\b",
        TIMELESS,
    ),
    (
        "mother tongue|first language|native",
        r"(?P<spoken>[A-Z]\w+)(?:'s|\s+is)\s+my\s+(?:mother tongue|first language|native (?:language|tongue))\b",
        TIMELESS,
    ),
    ("passport", r"(?:^|[.!?,]\s+|\band\s+)(?:an?\s+)?(?P<citizenship>[A-Z]\w+)\s+passport\b", STATE),
    ("let the|let my|let our|let go of", r"\b(?:let\s+(?:the|my|our)\s+(?P<end_owns>[A-Za-z]\w+)\s+go\b)", EVENT),
    (
        "no car|carless|without a car|car-free",
        r"\b(?:no car(?: for now| any ?more| now| at the moment)?(?=\s*(?:[.,!]|$))|I'm carless|without a car "
        r"now|gone car-free)",
        EVENT,
        (("end_vehicle", "*"),),
    ),
    (
        "my ",
        r"\bmy\s+(?:new\s+|old\s+|trusty\s+)*(?:bike|car|van|truck|motorbike|scooter|bicycle)(?:,| is"
        r"|'s)\s+(?:an?\s+)(?P<vehicle>[A-Z]\w+(?:\s[A-Z0-9]\w*)?)",
        STATE,
    ),
    ("converted", r"\bconverted\s+(?:back\s+)?to\s+(?P<faith>[A-Z]\w+)", EVENT),
    (
        "passport|citizen",
        r"\b(?:hold|holding|have|got|kept|became|become|am|I'm)\s+(?:now\s+|officially\s+)?(?:an?\s+|my\s+"
        r"|both\s+)?(?P<citizenship>[A-Z][\w]+(?:(?:\s+and\s+(?:an?\s+)?|\s*/\s*)[A-Z]\w+)?)\s+(?:passports?"
        r"|citizen\w*)\b",
        STATE,
    ),
    (
        "speaking",
        r"\b(?:grew up|raised|brought up)\s+(?:bilingual\w*\s+|speaking\s+|with\s+)+(?P<spoken>[A-Z][^.!?]*)",
        TIMELESS,
    ),
)

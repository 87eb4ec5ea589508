"""Rows of ``english_scenes`` that show the body, numbers and things."""

from memos_core.operation.formation.facts.english_phrases import EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS

ONESELF: tuple[EvidenceRow, ...] = (
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
        r"|back\s+)?(?:from\s+(?P<end_medication>[a-z]\w+)\s+)?(?:on)?to\s+(?:\d+\s?mg\s+(?:of\s+)?)?"
        r"(?P<medication>[a-z]\w+)",
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
    (
        "badly to|reaction to|reactions to",
        r"\bI\s+(?:react(?:\s+really|\s+very)?\s+badly|(?:have|get"
        r"|had)\s+(?:an?\s+)?(?:[a-z]+\s+)?(?:allergic\s+)?reactions?)\s+to\s+"
        r"(?P<allergy>[a-z]+(?:\s[a-z]+)?)(?=\s*[.,!;]|\s*$)",
        STATE,
    ),
    # age
    ("to be exact|to be precise", r"\b(?P<age>\d{2})\s+to be (?:exact|precise)\b", STATE),
    (
        "years old|yrs old|year old",
        r"(?:^|[.!?]\s+)(?P<age>\d{2})\s+(?:years|yrs)\s+old\b(?=\s*[,.!]|\s+(?:and|now|today|but|with)\b|\s*$)",
        STATE,
    ),
    (
        "at 1|at 2|at 3|at 4|at 5|at 6|at 7|at 8|at 9",
        r"(?:^|[.!?]\s+|\b(?:and|but)\s+)[Aa]t\s+(?P<age>[1-9]\d),?\s+(?:I'm|I am|I've|I still|I can|I finally"
        r"|I feel)\b",
        STATE,
    ),
    (
        "5'|6'|4'|foot|feet| ft|cm|1.|1,|1m",
        r"\b(?:I'm|I am)\s+(?:only\s+|about\s+|just\s+|barely\s+|like\s+|a\s+)*(?P<measurement_height>[4-6]'\s?\d{0,2}"
        r"|(?:four|five|six)[ -]foot(?:[ -][a-z]+)?|[4-6]\s?(?:ft|foot|feet)(?:\s?\d{1,2})?|1[.,m]\d\d(?:\s?m)?"
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
    (" today", r"(?:^|[.!?]\s+)(?P<age>\d{1,2})\s+today\b(?=\s*[.,!]|\s*$|\s+and\b)", EVENT),
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
        r"(?:^|[.!?:]\s+|\b(?:weight|pounds|kilos|kg|fat|slimmer|heavier|lighter|scales?)[^.!?]{0,12},\s+)(?:now\s+"
        r"|still\s+|down to\s+|up to\s+"
        r"|only\s+)*(?P<measurement_weight>\d[\d.]*\s?(?:kg|kilos?|pounds|lbs?|stone(?:\s\d{1,2})?))(?=\s*(?:[!.]|$"
        r"|this "
        r"morning|this week|today|now|on the scales?|down|as of))",
        STATE,
    ),
    (
        "scale",
        r"\bscales?\s+(?:say|says|said|reads?|showed|shows|tells? me)\s+(?:that\s+)?(?:I'm\s+|I\s+weigh\s+)?(?:now\s+"
        r"|at\s+)?"
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
        "|".join(f"{word} {digit}" for word in ("at", "on", "to") for digit in range(1, 10)),
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

"""Rows of ``english_scenes`` that show where somebody lives and comes from."""

from memos_core.operation.formation.facts.english_phrases import AWAY, COUNT, HOME, LONG, NAME, EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS

PLACES: tuple[EvidenceRow, ...] = (
    ("home to ", rf"\b(?:came|come|gone|went|moved)\s+(?:back\s+)?home\s+to\s+(?P<residence>{NAME})", EVENT),
    ("keys to ", rf"\bkeys\s+to\s+(?:the|our|my)\s+(?P<residence>{NAME})\s+(?:house|flat|place|apartment)\b", EVENT),
    # a home
    (
        "usually|normally|otherwise",
        rf"\b(?:[Uu]sually|[Nn]ormally|[Oo]therwise),?\s+(?:I'm|I live|we're|we live)\s+in\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "near us|by us|near me|round here|behind us",
        rf"\b(?:near|by|behind|round)\s+(?:us|me|here)\s+(?:here\s+)?in\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "another year|at least|for now|then",
        rf"\b(?:so|So)\s+it's\s+(?P<residence>{NAME})\s+(?:for\s+(?:another|now|the|a)\b|until\b|it is\b)",
        STATE,
    ),
    (
        "where i'm|where we're",
        rf"(?P<residence>{NAME})(?:'s|\s+is)\s+where\s+(?:I'm|we're)\s+(?:sat|at|based|stuck|staying|writing)",
        STATE,
    ),
    (
        "expat|homeowner|renter|immigrant|foreigner|local in",
        r"\bI(?:'m| am)\s+(?:an?|the)\s+(?:[a-z]+\s+){0,2}?(?:expat|homeowner|renter|immigrant|foreigner|local)\s+"
        rf"(?:here\s+)?in\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "people now|folk now|girl now|guy now|person now|resident now|residents now",
        rf"\b(?:I'm|we're|I am|we are)\s+(?:an?\s+)?(?:officially\s+)?(?P<residence>{NAME})\s+(?:people|folk|girl|guy"
        r"|person"
        r"|residents?)\s+now\b",
        EVENT,
    ),
    (
        "moved there|live there|living there|relocated there|moving there",
        rf"\bin\s+(?P<residence>{NAME})\b[^.!?]{{0,60}}\b(?:I|we)(?:'ve|'re| have| are)?\s+(?:just\s+)?(?:moved|live"
        r"|living"
        r"|relocated)\s+there\b",
        EVENT,
    ),
    (
        "good to me|good to us|kind to me|treated me|treated us",
        rf"(?:^|[.!?]\s+)(?P<residence>{NAME})\s+has\s+(?:been\s+(?:so\s+|very\s+|really\s+)?(?:good|kind)\s+to"
        r"|treated)"
        r"\s+(?:me|us)\b(?=[^.!?]*\byears\b)",
        STATE,
    ),
    ("-based", rf"\b(?:I'm|I am|we're|we are)\s+(?P<residence>{NAME})-based\b", STATE),
    (
        "where i|where we",
        rf"\bfrom\s+(?P<residence>{NAME}),\s+where\s+(?:I|we)\s+(?:teach|rent|run|own|stay|work)\b",
        STATE,
    ),
    ("originally from", rf"(?:^|[.!?,]\s+)[Oo]riginally\s+from\s+(?P<hometown>{NAME})", TIMELESS),
    (
        " from ",
        r"\b(?:I'm|I am)\s+(?:just\s+)?an?\s+(?:[\w-]+\s+){0,4}?(?:guy|girl|lad|lass|bloke|woman|man|kid|boy|gal|mum"
        r"|mom|dad"
        r"|grandma|person|chap|teacher|nurse|student|engineer|doctor|farmer|plumber|writer|artist|chef|driver"
        rf"|gardener|pensioner|retiree)\s+(?:originally\s+)?from\s+(?P<hometown>{NAME})",
        TIMELESS,
    ),
    (
        " in ",
        r"\b(?:I|we)(?:'ve|'re|'m)?\s+(?:[a-z]+\s+)?(?:shar(?:e|ing)|rent(?:ing)?|sublet(?:ting)?)\s+"
        r"(?:an?|the|our|my)\s+(?:[\w-]+\s+){0,4}?"
        rf"(?:{HOME}|room|flatshare|shoebox)\b[^.!?;,]{{0,40}}?\sin\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "where i|where we",
        rf"\b(?P<residence>{NAME})\s+is\s+where\s+(?:I|we)(?:'ve|'re|'m)?\s+(?:(?:finally|eventually|have)\s+)*"
        r"(?:ended up|landed|settled|hang my hat|hang our hats|call home|put down roots|bought)\b",
        STATE,
    ),
    (
        "settling in|settled in",
        rf"\bsettl(?:ing|ed)\s+in\s+(?:[a-z]+\s+){{0,2}}?(?:here\s+)?in\s+(?P<residence>{NAME})",
        EVENT,
    ),
    (
        "back in ",
        rf"(?:^|[.!?]\s+)[Bb]ack\s+in\s+(?P<residence>{NAME}),?\s+(?:living\s+)?with\s+(?:my|the)\b",
        EVENT,
    ),
    ("resident", rf"(?P<residence>{NAME})\s+resident\b(?=\s*[,.!;]|\s+(?:of|for|here|since|now)\b|\s*$)", STATE),
    (
        "as of |since ",
        rf"\b(?:I'm|I am|we're|we are)\s+(?:now\s+)?in\s+(?P<residence>{NAME})\s+as\s+of\b",
        EVENT,
    ),
    (
        "happy where|happy here|fine where|staying where|content where",
        rf"\b(?:I'm|we're|am|are)\s+(?:[a-z]+\s+)?(?:happy|fine|staying|content|good|settled)\s+(?:where\s+(?:I am|we"
        rf" are)|here),?\s+(?:here\s+)?in\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "commute",
        rf"\b(?:[Mm]y|[Oo]ur|the|I|we)\s+(?:[a-z]+\s+)?commut(?:e|ing)\s+(?:in\s+)?from\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        " in | near | outside ",
        rf"(?<!sold )(?<!sell )(?<!selling )(?<!left )\b(?:my|our)\s+(?!(?:second|holiday|old|first|childhood"
        rf"|parents'?|last|former|dream|summer|ex|mum's"
        rf"|dad's)\b)"
        rf"(?:[a-z-]+\s+){{0,2}}?{HOME}\s+(?:is\s+|'s\s+)?(?:back\s+|here\s+|up\s+|down\s+|over\s+|out\s+)?(?:in|near"
        r"|outside(?: of)?)\s+(?P<residence>[A-Z][^.!?;,]*)",
        STATE,
    ),
    ("here in ", rf"\bhere in (?:[a-z]+y\s+)?(?P<residence>{NAME}){AWAY}", STATE),
    (
        " in ",
        r"\b(?:still|stay(?:ing)? put|staying|stuck|rooted|settled|holed up"
        r"|happily)\s+(?:[a-z]+ing\s+)?(?:over\s+|up\s+"
        rf"|down\s+|out\s+|here\s+)?in\s+(?P<residence>{NAME}){AWAY}",
        STATE,
    ),
    (
        " in ",
        r"\b(?:been|am|i'm|we're|are)\s+(?!married|interested|involved"
        r"|engaged)(?:[a-z]+ing\s+)?(?:[a-z]+ing\s+)?(?:down\s+|up\s+|over\s+|out\s+|back\s+"
        rf"|here\s+|alone\s+|together\s+|stuck\s+|settled\s+)*in\s+(?P<residence>{NAME}),?\s+(?:now\s+)?{LONG}",
        STATE,
    ),
    (
        "these days|nowadays|years",
        rf"(?:^|[.!?]\s+)(?:now\s+)?(?:{COUNT}\s+(?:years?|months?)|these "
        rf"days)\s+(?:now\s+)?in\s+(?P<residence>{NAME})(?!\s+before)",
        STATE,
    ),
    ("then |now |since ", rf"\b(?:then|now)\s+(?:in\s+)?(?P<residence>{NAME})\s+since\b", STATE),
    (
        "home",
        rf"(?<!\bat )\b(?:home(?: base)?|base)\s*(?:is|=|:|'s|these days is|now is)\s+(?:now\s+|still\s+"
        rf"|currently\s+)*(?:in\s+)?(?P<residence>{NAME})",
        STATE,
    ),
    (
        "home",
        rf"\b(?P<residence>{NAME})(?:'s|\s+is|\s+has been|\s+became|\s+feels "
        rf"like)(?:\s+been)?(?:\s+now)?(?:\s+my|\s+our)?\s+home\b",
        STATE,
    ),
    ("home", rf"\bI(?:'ve)?\s+(?:now\s+)?call(?:ed)?\s+(?P<residence>{NAME})\s+(?:my\s+)?home\b", STATE),
    (
        "no longer|don't live|not in |left ",
        rf"\b(?:no longer|don't|not|left)\s+(?:live\s+|living\s+|based\s+)?(?:in\s+)?{NAME},\s+"
        rf"(?:but\s+|now\s+)*(?:I'm|we're)\s+(?:now\s+|back\s+)*in\s+(?P<residence>{NAME})",
        STATE,
    ),
    (
        "back in ",
        rf"\b(?:back|home)\s+in\s+(?P<residence>{NAME})\s+(?:as of|for good|permanently|at last|full[- ]time|since)\b",
        EVENT,
    ),
    (
        "new |moved into|keys|ended up|landed|relocated|upped sticks|settled",
        r"\b(?:(?:(?:my|our|the|a)\s+)?new\s+(?:[a-z]+\s+)?(?:place|flat|house|home|pad|digs|apartment|address"
        r"|studio|town|city)\s+"
        r"(?:is\s+|'s\s+)?(?:over\s+|up\s+|down\s+|out\s+)?in|moved\s+into\s+[^.!?,]{2,40}?\s+in"
        r"|keys\s+to\s+[^.!?,]{2,40}?\s+in"
        r"|(?:ended|washed|wound)\s+up\s+(?:living\s+|settling\s+|back\s+)?in|(?:have|'ve)\s+(?:finally\s+)?landed\s+in"
        rf"|upped sticks (?:and moved )?to|relocated\s+(?:up\s+|down\s+)?to)\s+(?P<residence>{NAME})",
        EVENT,
    ),
    (
        "originally|by birth|at heart|through and through",
        rf"\boriginally\s+(?:an?\s+)?(?P<hometown>{NAME})\s+(?:boy|girl|lad|lass|native|man|woman)\b",
        TIMELESS,
    ),
    (
        "still|for the last|for the past|ever since",
        rf"(?:^|[.!?,]\s+|\band\s+)(?P<residence>{NAME})\s+(?:still|ever since|for the (?:last|past) (?:[a-z]+ "
        rf")?(?:years?|decades?|months))(?=\s*[.,!;]|\s*$|\s+though)",
        STATE,
    ),
    (
        "it's a",
        rf"\bit's\s+an?\s+(?:[a-z-]+\s+){{0,3}}?{HOME}\s+(?:just\s+|right\s+)?(?:in|near"
        rf"|outside)\s+(?P<residence>{NAME})",
        EVENT,
    ),
    (
        "unpack|boxes|moved in|new postcode|removal van|the movers|finished the move|move is done|moving van",
        r"\b(?:unpack\w*|last box|boxes (?:everywhere|to the)|moved in|new postcode|removal van"
        r"|movers)\b[^A-Z]*[^.!?]{0,40}[.!?]\s+"
        rf"\b(?P<residence>{NAME})(?:'s|\s+is|\s+has)\b",
        EVENT,
    ),
    (
        "where i",
        rf"\b(?:in|from|near)\s+(?P<birthplace>{NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where I was born\b",
        TIMELESS,
    ),
    (
        "where i",
        rf"(?P<hometown>{NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where I (?:grew up|was raised)\b",
        TIMELESS,
    ),
    (
        "where i|where we",
        rf"(?P<residence>{NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where (?:I|we)(?:(?:'m|'re| am| "
        rf"are)? (?:[a-z]+ ){{0,2}}liv(?:e|ing)|(?:'ve| have) (?:[a-z]+ ){{0,3}}lived)\b",
        STATE,
    ),
    (
        "never left|never leav|still there|still here",
        rf"(?P<residence>{NAME})\b[^.!?]{{0,60}}\b(?:never (?:left|leaving|moved away|get me out)|still "
        rf"(?:there|here))\b",
        STATE,
    ),
    (
        "born there|born here|born and",
        rf"(?P<birthplace>{NAME}),?\s+(?:was\s+|is\s+where I was\s+)?born\s+(?:there|here|and (?:bred|raised))\b",
        TIMELESS,
    ),
    ("born", rf"(?P<birthplace>{NAME})[ -]born\b(?=\s*[,.!;]|\s+and\b|\s*$)", TIMELESS),
    ("raised", rf"(?P<hometown>{NAME})[ -](?:raised|bred)\b(?=\s*[,.!;]|\s+and\b|\s*$)", TIMELESS),
    ("born ", rf"\bborn\s+(?:and (?:bred|raised)\s+)?(?:in|at)\s+(?P<birthplace>{NAME})", TIMELESS),
    ("raised in|brought up in", rf"\b(?:raised|brought up)\s+in\s+(?P<hometown>{NAME})", TIMELESS),
    (
        "half |part ",
        r"(?:^|(?<=\s)|(?<=,))(?:half|part)[- ](?P<citizenship>[A-Z][a-z]+)",
        TIMELESS,
    ),
)

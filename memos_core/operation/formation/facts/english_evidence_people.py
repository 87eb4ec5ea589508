"""Rows of ``english_scenes`` that show couples, friends, children and animals."""

from memos_core.operation.formation.facts.english_phrases import COUNT, PERSON, EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE

PEOPLE: tuple[EvidenceRow, ...] = (
    ("rip ", rf"\bR\.?I\.?P\.?,?\s+(?:our\s+|my\s+|dear\s+|old\s+)*(?P<end_pet>{PERSON})\b", EVENT),
    (
        "called off|broke off|call off|cancelled the wedding|engagement is off|wedding is off|engagement's off"
        "|wedding's off",
        r"\b(?:called?|broke|break)\s+off\s+(?:the|our|my)\s+(?:wedding|engagement)\b|\b(?:the"
        r"|our)\s+(?:wedding|engagement)(?:'s|\s+is)\s+off\b",
        EVENT,
        (("end_relationship_status", "engaged"), ("end_partner", "*")),
    ),
    # a couple
    (
        "proposed|popped the question",
        rf"\b(?P<partner>{PERSON})\s+(?:finally\s+|has\s+|just\s+|actually\s+)*(?:proposed|popped the "
        rf"question)\b(?!\s+(?:a|an|the|that|we|to (?!me))\b)",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    (
        "said yes",
        rf"\b(?:(?:I|we)\b[^.!?]{{0,30}}?)?\b(?:engaged|proposed|popped the question|got down on one knee"
        rf"|getting married|marry me)\b[^?]{{0,40}}?"
        rf"[.!,:]\s+(?:and\s+)?(?P<partner>{PERSON})(?=\s+(?:has\s+|just\s+|actually\s+)*said\s+yes\b)",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    (
        "said yes",
        rf"(?:^|[.!]\s+|,\s+)(?P<partner>{PERSON})\s+(?:has\s+|just\s+|actually\s+)*said\s+yes\b[^?]{{0,30}}?"
        r"\b(?:engaged|getting married|fianc[eé]e?|wedding)\b",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    (
        "proposed to|marry me|the question to",
        rf"\bI\s+(?:finally\s+|just\s+|have\s+)*(?:proposed\s+to|popped the question to|asked)\s+"
        rf"(?P<partner>{PERSON})\b(?:\s+to marry me)?[^.!?]{{0,40}}[.!,]?\s+(?:and\s+)?(?:she|he|they)\s+said\s+yes\b",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    (
        "married|engaged",
        r"\b(?:I|we)(?:'m|'re|'ve)?\s+(?:finally\s+|just\s+|have\s+|are\s+|am\s+|got\s+|gotten\s+|now\s+)+"
        rf"(?:married|engaged)\b[^.!?]{{0,30}}[.!,]\s+(?:(?:[Hh]er|[Hh]is) name(?:'s| is)|(?:[Ss]he|[Hh]e)(?:'s| is) "
        rf"called)\s+(?P<partner>{PERSON})",
        EVENT,
    ),
    (
        "going out with|seeing each other|together with",
        rf"\bI(?:'m|'ve been| am| have been)\s+(?:now\s+|still\s+)?(?:going out|in a relationship|together)\s+with\s+"
        rf"(?P<partner>{PERSON})\b(?!\s+(?:and|for|to)\s+(?!me\b|\w+ (?:weeks|months|years)))(?=\s*[.,!]"
        rf"|\s*$|\s+(?:now|for|since)\b)",
        STATE,
    ),
    (
        "said yes",
        rf"\b(?P<partner>{PERSON})\b[^.!?]{{0,40}}\basked(?:\s+me)?,?\s+(?:and|so)\s+I\s+said\s+yes\b",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    (
        " and i | and me ",
        rf"\b(?P<partner>{PERSON})\s+and\s+(?:I|me)\s+(?:(?:are|have|got|just|finally|both|been|is|were|have "
        rf"been)\s+)*(?P<set_relationship_status>married|engaged)\b",
        EVENT,
    ),
    (
        " dating| seeing each other| going out| a couple| an item| living together",
        rf"\b(?:(?P<partner>{PERSON})\s+and\s+(?:I|me)|(?:me|I)\s+and\s+{PERSON})\s+(?:(?:are|'re|have been|'ve been"
        r"|started|now|officially|finally|still)\s+)+(?:dating|seeing each other|going out|a couple|an item)"
        r"\b(?!\s+(?:to|for)\s)",
        STATE,
    ),
    (
        " together",
        rf"\b(?:(?:me|I)\s+and\s+(?P<partner>{PERSON})|{PERSON}\s+and\s+(?:I|me))\s+(?:have|'ve|are"
        rf"|been)(?:\s+been)?\s+(?:back\s+)?together\b",
        STATE,
    ),
    (
        " and i | and me ",
        rf"\b(?P<partner>{PERSON})\s+and\s+(?:I|me)\s+(?:have|'ve|are|been)(?:\s+been)?\s+(?:back\s+)?together\b",
        STATE,
    ),
    (
        "knot|hitched|eloped",
        r"\b(?:(?:I|we|and I)\s+(?:have\s+|'ve\s+|finally\s+|just\s+|only went and\s+)*)(?:tied the knot|got "
        r"hitched|eloped)\b",
        EVENT,
        (("relationship_status", "married"),),
    ),
    (
        "we were married|were wed",
        r"\bwe\s+(?:were|got)\s+(?P<set_relationship_status>married)\s+(?:on|in|at|last|this|yesterday)\b",
        EVENT,
    ),
    (
        "married on|married in|married last|married yest|married at|married sat",
        r"(?:^|[.!?]\s+)(?:finally\s+|just\s+|got\s+)*(?P<set_relationship_status>married)\s+(?:on|in|last"
        r"|yesterday|at)\b",
        EVENT,
    ),
    (
        "split|broke|separated|divorced|parted|over|together|done|ended|our separate|called it",
        rf"\b(?:(?P<end_partner>{PERSON})\s+and\s+(?:I|me))\s+(?:have\s+|'ve\s+|are\s+|just\s+)*(?:split"
        rf"|broke(?:n)? up|called it (?:a day|quits)|done|separated|parted ways|over\b|finished"
        r"|broke (?:it|things) off|ended (?:it|things)|went our separate ways|not together|no longer together"
        r"|aren't together)",
        EVENT,
        (("relationship_status", "single"),),
    ),
    (
        "split|broke|separated|parted|over|together|done|called it",
        rf"\bme\s+and\s+(?P<end_partner>{PERSON})\s+(?:have\s+|'ve\s+|are\s+|just\s+)*(?:split|broke(?:n)? up"
        rf"|called it (?:a day|quits)|done|separated|parted ways|over\b|finished"
        r"|not together|no longer together|aren't together)",
        EVENT,
        (("relationship_status", "single"),),
    ),
    (
        "broke up|broken up|split up",
        r"\b(?:me\s+and\s+(?!my\b|the\b|our\b)[a-z]+|(?!the\b|you\b|her\b|him\b)[a-z]{3,}\s+and\s+(?:me|I))\s+"
        r"(?:have\s+|'ve\s+|just\s+|finally\s+|has\s+)*(?:broke(?:n)?|split)\s+up\b(?!\s+(?:the|a|my|an)\b)",
        EVENT,
        (("relationship_status", "single"), ("end_partner", "*")),
    ),
    (
        "engaged|married|divorced",
        r",\s+(?P<set_relationship_status>engaged|married|divorced)\s+(?:since|for|last|in|now|and)\b",
        STATE,
    ),
    (
        "divorce",
        r"\b(?:my |our |the )?divorce\s+(?:papers?\s+)?(?:(?:finally|just|has|have|is|was|are|were"
        r"|been)\s+)*(?:came through|come through|final(?:i[sz]ed)?|went through|gone through|signed|official|done)\b",
        EVENT,
        (("relationship_status", "divorced"), ("end_partner", "*")),
    ),
    (
        "met |seeing |dating ",
        rf"\b(?:I've met|I met|met|seeing|dating)\s+(?:someone|somebody|an?\s+(?:[a-z]+\s+)?(?:guy|girl|lad|man"
        rf"|woman|bloke|fella|chap|lady))\b[^.!?]{{0,40}}[.!?,]?\s*(?:(?:her|his|their) name(?:'s| is)|(?:he's "
        rf"|she's )?(?:called|named))\s+(?P<partner>{PERSON})",
        EVENT,
    ),
    (
        "with a",
        r"\b(?:I'm|I am|I've been|I have been|been|still|now)\s+(?:now\s+|still\s+|happily\s+)*with\s+an?\s+"
        r"(?:[a-z]+\s+){0,2}?(?:guy|girl|lad|lass|man|woman|bloke|fella|chap|lady|person|boy)\s+(?:called|named)\s+"
        rf"(?P<partner>{PERSON})",
        STATE,
    ),
    (
        "never married|never been married",
        r"(?:^|[.!?]\s+|\bI\s+|\bI've\s+|\bI was\s+|\bI have\s+)never\s+(?:been\s+|got\s+|gotten\s+)?married\b",
        STATE,
        (("relationship_status", "single"),),
    ),
    (
        "lost my|buried my",
        r"\b(?:lost|buried)\s+my\s+(?:dear\s+|lovely\s+)?(?:husband|wife)\b(?!\s+(?:in the|at the))",
        EVENT,
        (("relationship_status", "widowed"), ("end_partner", "*")),
    ),
    (
        "other half|better half|missus|fella",
        rf"\b(?:my|the)\s+(?:other half|better half|missus|fella|old man|man|hubby|bloke),?\s+(?P<partner>{PERSON})\b",
        STATE,
    ),
    (
        "friends|mates|speaking|talking|fell out|fallen out",
        rf"(?:\bme\s+and\s+)?\b(?P<end_friend>{PERSON})\s+(?:and\s+(?:I|me)\s+)?(?:aren't|are not|are no "
        rf"longer|stopped being|fell out|have fallen out|don't)\s*(?:really\s+)?(?:friends|mates|speaking"
        rf"|talking|speak|talk)?\b",
        EVENT,
    ),
    (
        "seeing someone|met someone|dating someone|seeing somebody|new bloke|new man|new woman|new guy|new girl",
        r"\b(?:seeing|met|dating)\s+(?:someone|somebody)(?:\s+(?:new|now|else|lovely|special))*[.!,:;–—-]+\s*"
        r"(?:and\s+)?(?:(?:[Hh]er|[Hh]is|[Tt]heir) name(?:'s| is)|(?:[Hh]e|[Ss]he)(?:'s| is) (?:called|named))\s+"
        rf"(?P<partner>{PERSON})",
        EVENT,
    ),
    (
        "the whole thing off|it all off|wedding off|called it off",
        rf"\b(?P<end_partner>{PERSON})\s+and\s+(?:I|me)\b[^.!?]{{0,20}}\bcalled\s+(?:the whole thing|it(?:\s+all)?"
        r"|everything|the wedding)\s+off\b",
        EVENT,
        (("relationship_status", "single"),),
    ),
    (
        "been married|years married|married for|years of marriage",
        rf"(?:^|[.!?,]\s+|\b(?:I've|we've|I have|we have)\s+)(?:happily\s+|still\s+)*(?:been\s+)?"
        rf"(?P<set_relationship_status>married)\s+(?:for\s+)?{COUNT}\s+(?:years?|months?)\b(?!\s+(?:before|until|ago))",
        STATE,
    ),
    (
        " with ",
        rf"\bI(?:'m|'ve been| am| have been)\s+(?:now\s+|still\s+|happily\s+)?with\s+(?P<one_named>{PERSON})"
        rf"(?=\s*[.,!;]|\s*$|\s+(?:now|for|since|these)\b)",
        STATE,
    ),
    (
        "'s history| is history| is out of the picture|'s out of the picture| is in the past",
        rf"(?:^|[.!?,]\s+)(?P<end_partner>{PERSON})(?:'s|\s+is)\s+(?:history|out of the picture|in the past)\b",
        EVENT,
    ),
    # children and animals
    (
        "put down|put to sleep|died|passed away|didn't make it",
        rf"\b(?P<end_pet>{PERSON}),\s+(?:my|our)\s+[a-z -]{{2,24}},\s+(?:(?:had to be|has been|was|has|just|sadly"
        r"|finally)\s+)*"
        r"(?:put down|put to sleep|died|passed away|didn't make it)\b",
        EVENT,
    ),
    (
        "never came back|never come back|never returned|didn't come back|hasn't come back|been seen|never found"
        "|been found|never seen|hasn't returned|didn't return",
        rf"\b(?P<end_pet>{PERSON})\s+(?:has\s+|just\s+)*(?:flew|flown|ran|run|got|slipped|bolted|escaped|wandered"
        r"|went|gone|disappeared|vanished|legged|snuck|jumped)\b[^.!?]{0,60}?\b(?:never|didn't|hasn't|not|nobody's)\s+"
        r"(?:ever\s+|been\s+)*(?:came|come|returned|seen|found)\b(?!\s+(?:home|back)\s+(?:un)?til)",
        EVENT,
    ),
    (
        "twin boys|twin girls|twin sons|twin daughters",
        r"\b(?:have|got|had)\s+(?:identical\s+)?twin\s+(?:boys|sons)(?:,|\s*:|\s+called|\s+named)?\s+"
        r"(?P<relative_son>[A-Z][a-z]+(?:,? and [A-Z][a-z]+)?)",
        STATE,
    ),
    (
        "put to sleep|put down|to be put",
        rf"\b(?:had|have|having)\s+(?:to\s+have\s+)?(?:our\s+|my\s+|poor\s+|old\s+|dear\s+)*(?P<end_pet>{PERSON})\s+"
        r"(?:put to sleep|put down)\b",
        EVENT,
    ),
    (
        "she's here|he's here|she has arrived|baby|arrived|welcome",
        r"\b(?:(?:welcomed|had|meet)\s+)?(?:our\s+)?baby\s+(?P<relative_child>(?!Shower"
        r"|Bjorn)[A-Z][a-z]+)\b(?=[^.!?]*\b(?:\d|born|lb|kg|weigh|arrived|here|healthy))",
        EVENT,
    ),
    (
        "lost |goodbye|put down|buried|rehome|put to sleep|to sleep",
        rf"\b(?:lost|said goodbye to|say goodbye to|buried|rehomed?|put down)\s+(?:our\s+|my\s+|the\s+|poor\s+"
        rf"|old\s+|dear\s+|sweet\s+)*(?P<end_pet>{PERSON})\b(?!\s*(?:'s|in the|at the|for))",
        EVENT,
    ),
)

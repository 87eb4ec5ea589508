"""The rows of ``english_scenes``: words of which one must be there, pattern, kind, and what the row itself sets."""

from typing import TypeAlias

from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS

EvidenceRow: TypeAlias = tuple[str, str, str] | tuple[str, str, str, tuple[tuple[str, str], ...]]

_NAME = r"[A-Z][\w'&-]+(?: (?:[A-Z][\w'&-]+|on|upon|le|la|de|of the|of)(?= [A-Z])| [A-Z][\w'&-]+){0,3}"
_PERSON = r"[A-Z][a-z]+"
_COUNT = (
    r"(?:(?:about|around|over|nearly|almost|some|the (?:last|past)|going on|coming up(?: on| to)?|a good|more than)\s+)*"
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|several|many|a few|a couple(?: of)?)(?:[ -](?:odd|plus|whole|long|happy|and a half))?"
)
_LONG = rf"(?:(?:for\s+)?{_COUNT}\s+(?:years?|yrs?|months?|mths?|decades?)|since\b|for (?:ages|years|decades|good|ever)|forever|my (?:whole|entire) life|all my life|these days|nowadays|permanently|like always|as (?:ever|always|usual))"
_HOME = (
    r"(?:place|flat|house|apartment|landlord|landlady|lease|street|block|studio|rental|digs|bungalow|cottage|allotment"
    r"|garden|neighbou?rs?|commute|bedsit|houseboat|condo|townhouse|terrace|mortgage|home|gaff|maisonette|estate"
    r"|building|neighbou?rhood|balcony|kitchen)"
)
_AWAY = r"(?!\s*(?:for (?:work|a|the|an?|\w+) ?(?:week|weekend|day|days|night|nights|conference|wedding|holiday)|till|until|this week|tonight|on holiday))"
_JOB = (
    r"(?:(?:my |the )?(?:day one|first (?:day|week|shift|month)|week one|day 1|induction|onboarding|new start|new "
    r"(?:job|gig|role|post|contract|position|boss)|trial shift))"
)

EVIDENCE: tuple[EvidenceRow, ...] = (
    # a home
    (
        " in | near | outside ",
        rf"\b(?:my|our)\s+(?!(?:second|holiday|old|first|childhood|parents'?|last|former|dream|summer|ex|mum's|dad's)\b)"
        rf"(?:[a-z-]+\s+){{0,2}}?{_HOME}\s+(?:is\s+|'s\s+)?(?:back\s+|here\s+|up\s+|down\s+|over\s+|out\s+)?(?:in|near"
        r"|outside(?: of)?)\s+(?P<residence>[A-Z][^.!?;,]*)",
        STATE,
    ),
    ("here in ", rf"\bhere in (?:[a-z]+y\s+)?(?P<residence>{_NAME}){_AWAY}", STATE),
    (
        " in ",
        r"\b(?:still|stay(?:ing)? put|staying|stuck|rooted|settled|holed up|happily)\s+(?:[a-z]+ing\s+)?(?:over\s+|up\s+"
        rf"|down\s+|out\s+|here\s+)?in\s+(?P<residence>{_NAME}){_AWAY}",
        STATE,
    ),
    (
        " in ",
        r"\b(?:been|am|i'm|we're|are)\s+(?!married|interested|involved|engaged)(?:[a-z]+ing\s+)?(?:[a-z]+ing\s+)?(?:down\s+|up\s+|over\s+|out\s+|back\s+"
        rf"|here\s+|alone\s+|together\s+|stuck\s+|settled\s+)*in\s+(?P<residence>{_NAME}),?\s+(?:now\s+)?{_LONG}",
        STATE,
    ),
    (
        "these days|nowadays|years",
        rf"(?:^|[.!?]\s+)(?:now\s+)?(?:{_COUNT}\s+(?:years?|months?)|these days)\s+(?:now\s+)?in\s+(?P<residence>{_NAME})(?!\s+before)",
        STATE,
    ),
    ("then |now |since ", rf"\b(?:then|now)\s+(?:in\s+)?(?P<residence>{_NAME})\s+since\b", STATE),
    (
        "home",
        rf"\b(?:home(?: base)?|base)\s*(?:is|=|:|'s|these days is|now is)\s+(?:now\s+|still\s+|currently\s+)*(?:in\s+)?(?P<residence>{_NAME})",
        STATE,
    ),
    ("home", rf"(?P<residence>{_NAME})(?:'s|\s+is|\s+has been|\s+became|\s+feels like)(?:\s+been)?(?:\s+now)?(?:\s+my|\s+our)?\s+home\b", STATE),
    ("home", rf"\bI(?:'ve)?\s+(?:now\s+)?call(?:ed)?\s+(?P<residence>{_NAME})\s+(?:my\s+)?home\b", STATE),
    (
        "back in ",
        rf"\b(?:back|home)\s+in\s+(?P<residence>{_NAME})\s+(?:as of|for good|permanently|at last|full[- ]time|since)\b",
        EVENT,
    ),
    (
        "new |moved into|keys|ended up|landed|relocated|upped sticks|settled",
        r"\b(?:(?:(?:my|our|the|a)\s+)?new\s+(?:[a-z]+\s+)?(?:place|flat|house|home|pad|digs|apartment|address|studio|town|city)\s+"
        r"(?:is\s+|'s\s+)?(?:over\s+|up\s+|down\s+|out\s+)?in|moved\s+into\s+[^.!?,]{2,40}?\s+in|keys\s+to\s+[^.!?,]{2,40}?\s+in"
        r"|(?:ended|washed|wound)\s+up\s+(?:living\s+|settling\s+|back\s+)?in|(?:have|'ve)\s+(?:finally\s+)?landed\s+in"
        rf"|upped sticks (?:and moved )?to|relocated\s+(?:up\s+|down\s+)?to)\s+(?P<residence>{_NAME})",
        EVENT,
    ),
    (
        "unpack|boxes|moved in|new postcode|removal van|the movers|finished the move|move is done|moving van",
        r"\b(?:unpack\w*|last box|boxes (?:everywhere|to the)|moved in|new postcode|removal van|movers)\b[^A-Z]*[^.!?]{0,40}[.!?]\s+"
        rf"(?P<residence>{_NAME})(?:'s|\s+is|\s+has)\b",
        EVENT,
    ),
    (
        "where i",
        rf"\b(?:in|from|near)\s+(?P<birthplace>{_NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where I was born\b",
        TIMELESS,
    ),
    ("where i", rf"(?P<hometown>{_NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where I (?:grew up|was raised)\b", TIMELESS),
    ("where i|where we", rf"(?P<residence>{_NAME}),?\s+(?:(?:that's|that is|which is|is)\s+)?where (?:I|we)(?:'m|'re| am| are)? (?:now |currently )?liv(?:e|ing)\b", STATE),
    ("never left|never leav|still there|still here", rf"(?P<residence>{_NAME})\b[^.!?]{{0,60}}\b(?:never (?:left|leaving|moved away|get me out)|still (?:there|here))\b", STATE),
    ("born there|born here|born and", rf"(?P<birthplace>{_NAME}),?\s+(?:was\s+|is\s+where I was\s+)?born\s+(?:there|here|and (?:bred|raised))\b", TIMELESS),
    ("raised in|brought up in", rf"\b(?:raised|brought up)\s+in\s+(?P<hometown>{_NAME})", TIMELESS),
    ("half |part ", r"(?:\bI'm|\bI am|,|\band)\s+(?:half|part)[- ](?P<citizenship>[A-Z][a-z]+)", TIMELESS),
    # a job
    (
        "day one|first |week one|day 1|induction|onboarding|new |trial",
        rf"{_JOB}\b[^.!?,;]{{0,20}}?\s(?:at|with|for)\s+(?P<employer>(?:the\s+)?[A-Z][^.!?,;]*)",
        EVENT,
    ),
    (
        "orientation|freshers|semester|lectures|enrol|term ",
        r"\b(?:orientation|freshers'? week|(?:first|second|last|third|final) (?:semester|term|year|lecture)|lectures?|enrolled|matriculated)\s+(?:week\s+)?(?:at|in)\s+"
        rf"(?P<school>{_NAME})",
        STATE,
    ),
    (
        " at | with ",
        rf"\b(?:been|am|i'm)\s+(?:working\s+)?(?:at|with)\s+(?P<employer>{_NAME}),?\s+(?:now\s+)?(?:{_LONG})",
        STATE,
    ),
    (
        "years|yrs|months|decade",
        rf"(?:^|[.!?,]\s+|\bhad\s+|\bdone\s+|\bit's been\s+){_COUNT}\s+(?:years?|yrs?|months?|decades?)\s+(?:now\s+)?(?:at|with)\s+(?P<employer>{_NAME})(?!\s+(?:and (?:then|they|I)|before|but))",
        STATE,
    ),
    (
        "continuing|sticking|staying|stayed|remaining|carrying on",
        rf"\b(?:continuing|sticking|staying put|staying on|stayed on|stayed put|remaining|carrying on)\s+(?:with|at)\s+(?P<employer>{_NAME})",
        STATE,
    ),
    ("still ", rf"\bstill\s+(?:[a-z]+ing\s+(?:[a-z]+\s+){{0,3}}?)(?:at|for)\s+(?P<employer>{_NAME})", STATE),
    ("where i", rf"(?P<employer>{_NAME}),?\s+(?:(?:that's|which is|is)\s+)?where I(?:'m| am)? (?:currently |now |still )?work(?:ing)?\b", STATE),
    (
        "let me go|me off|me redundant|fired me|sacked me|rid of me",
        rf"(?P<end_employer>{_NAME})\s+(?:has\s+|have\s+)?(?:just\s+)?(?:let me go|laid me off|made me redundant|fired me|sacked me|got rid of me)\b",
        EVENT,
        (("end_occupation", "*"),),
    ),
    (
        "hired me|took me on|taken me on|gave me",
        rf"(?P<employer>{_NAME})\s+(?:has\s+|have\s+)?(?:just\s+)?(?:hired me|t(?:ook|aken) me on|gave me (?:a|the) job)\b",
        EVENT,
    ),
    (
        " for | at ",
        r"\bI(?:'m)?\s+(?:still\s+|now\s+)?(?:do(?:ing)?|run(?:ning)?|handl(?:e|ing)|manag(?:e|ing)|work(?:ing)?)\s+(?:the\s+)?(?:payroll|marketing|accounts|it|hr"
        r"|security|admin|nights|deliveries|sales|design|pr|support|reception|logistics|comms|the books|books|research|legal"
        r"|finance|tech support|customer (?:service|support)|social media|nights|days|shifts|the night shift)\s+(?:for|at)\s+"
        rf"(?P<employer>{_NAME})",
        STATE,
    ),
    (
        "years|yrs",
        rf"(?:^|[.!?]\s+|\bI'm\s+|\bbeen\s+){_COUNT}\s+(?:years?|yrs?)\s+(?:now\s+)?(?:as\s+)?an?\s+(?P<trade>[a-z][^.,!?]*)",
        STATE,
    ),
    ("been ", rf"\b(?:I've|we've|I have|^been|[.!?] been)\s+(?:been\s+)?an?\s+(?P<trade>[a-z][a-z -]*?)\s+(?:now\s+)?{_LONG}", STATE),
    (" by day| by trade| by profession|by training", r"(?:^|[.!?]\s+|\bI'm an?\s+|\ban?\s+)(?P<trade>[A-Za-z][a-z]+(?:\s[a-z]+){0,2}?)\s+by\s+(?:day|trade|profession|training)\b", STATE),
    (
        "doing |studying|switched|changed|majoring|swapped|reading ",
        r"\b(?:doing|studying|majoring in|major(?:ed)? in|(?:switched|changed|swapped|transferred|moved)(?: over| across)?(?: (?:in)?to)|degree in|course in|reading)\s+(?:my\s+|a\s+degree\s+in\s+)?"
        r"(?P<field_of_study>(?:[a-z]+\s)?(?:[a-z]*(?:ology|onomics|chemistry|physics|atics|phy|ography|onomy|pathy)|literature|law|history|nursing|medicine|dentistry|engineering|art|fine art|design|music|business"
        r"|marketing|accounting|finance|maths?|sports science|computer science|science|education|politics|languages|midwifery|architecture|pharmacy|journalism|film|drama|theatre|classics|theology))\b"
        r"(?=\s*(?:$|[.,!;)]|\s(?:at|in|and|now|this|which|but|with|because|instead)\b))(?![^.!?]*\b(?:homework|with my (?:son|daughter|kids))\b)",
        STATE,
    ),
    (" here", r"(?:^|[.!?]\s+|,\s+)(?:an?\s+)?(?P<trade>[A-Za-z][a-z-]+(?:\s[a-z-]+){0,3})\s+here(?=\s*[.,!:;-]|\s*$)", STATE),
    ("promot", r"\bpromoted[!.,:]+\s+(?:to\s+|I'm\s+)?(?:now\s+)?(?:an?\s+|the\s+)?(?P<trade>[A-Za-z][a-z]+(?:\s[a-z]+){0,2}?)\s+(?:as of|from|now|starting|effective)\b", EVENT),
    (
        "i run|i own|we run|we own|running|i've got|i have",
        r"\b(?:I|we)(?:'ve| have)?\s+(?:just\s+|now\s+|also\s+)?(?:run|own|opened|started|got)\s+(?:an?|my own|our own|the)\s+(?P<business>(?:[a-z-]+\s+){0,2}?(?:bakery|shop|caf[eé]|restaurant|business|company|pub"
        r"|b&b|salon|agency|nursery|gallery|startup|start-up|stall|takeaway|chippy|barbershop|bookshop|food truck|guesthouse|bar|consultancy|charity))\b",
        STATE,
    ),
    (
        "i drive|i'm driving|driving",
        r"\b(?:I|i'm)\s+(?:now\s+|still\s+)?driv(?:e|ing)\s+(?:(?:the|an?|night|school|number|\d+)\s+){0,3}(?P<driving>bus|buses|coach|coaches|taxi|cab|lorry|lorries|tram|trams|train|trains|trucks|hgv|forklift|ambulance|minicab)\b",
        STATE,
    ),
    # a couple
    (
        "proposed|popped the question",
        rf"\b(?P<partner>{_PERSON})\s+(?:finally\s+|has\s+|just\s+|actually\s+)*(?:proposed|popped the question)\b(?!\s+(?:a|an|the|that|we|to (?!me))\b)",
        EVENT,
        (("relationship_status", "engaged"),),
    ),
    ("said yes", rf"\b(?P<partner>{_PERSON})\b[^.!?]{{0,40}}\basked(?:\s+me)?,?\s+(?:and|so)\s+I\s+said\s+yes\b", EVENT, (("relationship_status", "engaged"),)),
    (
        " and i | and me ",
        rf"\b(?P<partner>{_PERSON})\s+and\s+(?:I|me)\s+(?:(?:are|have|got|just|finally|both|been|is|were|have been)\s+)*(?P<set_relationship_status>married|engaged)\b",
        EVENT,
    ),
    (
        "me and |myself and",
        rf"\bme\s+and\s+(?P<partner>{_PERSON})\s+(?:(?:are|have|got|just|finally|been|is|were|have been|'ve been)\s+)*(?P<set_relationship_status>married|engaged)\b",
        EVENT,
    ),
    (
        " together",
        rf"\b(?:(?:me|I)\s+and\s+(?P<partner>{_PERSON})|{_PERSON}\s+and\s+(?:I|me))\s+(?:have|'ve|are|been)(?:\s+been)?\s+(?:back\s+)?together\b",
        STATE,
    ),
    (
        " and i | and me ",
        rf"\b(?P<partner>{_PERSON})\s+and\s+(?:I|me)\s+(?:have|'ve|are|been)(?:\s+been)?\s+(?:back\s+)?together\b",
        STATE,
    ),
    ("knot|hitched|eloped", r"\b(?:(?:I|we|and I)\s+(?:have\s+|'ve\s+|finally\s+|just\s+|only went and\s+)*)(?:tied the knot|got hitched|eloped)\b", EVENT, (("relationship_status", "married"),)),
    ("we were married|were wed", r"\bwe\s+(?:were|got)\s+(?P<set_relationship_status>married)\s+(?:on|in|at|last|this|yesterday)\b", EVENT),
    ("married on|married in|married last|married yest|married at|married sat", r"(?:^|[.!?]\s+)(?:finally\s+|just\s+|got\s+)*(?P<set_relationship_status>married)\s+(?:on|in|last|yesterday|at)\b", EVENT),
    (
        "split|broke|separated|divorced|parted|over|together|done",
        rf"\b(?:(?P<end_partner>{_PERSON})\s+and\s+(?:I|me))\s+(?:have\s+|'ve\s+|are\s+|just\s+)*(?:split|broke(?:n)? up|called it (?:a day|quits)|done|separated|parted ways|over\b|finished"
        r"|not together|no longer together|aren't together)",
        EVENT,
        (("relationship_status", "single"),),
    ),
    (
        "split|broke|separated|parted|over|together|done",
        rf"\bme\s+and\s+(?P<end_partner>{_PERSON})\s+(?:have\s+|'ve\s+|are\s+|just\s+)*(?:split|broke(?:n)? up|called it (?:a day|quits)|done|separated|parted ways|over\b|finished"
        r"|not together|no longer together|aren't together)",
        EVENT,
        (("relationship_status", "single"),),
    ),
    ("engaged|married|divorced", r",\s+(?P<set_relationship_status>engaged|married|divorced)\s+(?:since|for|last|in|now|and)\b", STATE),
    ("divorce", r"\b(?:my |our |the )?divorce\s+(?:papers?\s+)?(?:(?:finally|just|has|have|is|was|are|were|been)\s+)*(?:came through|come through|final(?:i[sz]ed)?|went through|gone through|signed|official|done)\b", EVENT, (("relationship_status", "divorced"), ("end_partner", "*"))),
    (
        "met |seeing |dating ",
        rf"\b(?:I've met|I met|met|seeing|dating)\s+(?:someone|somebody|an?\s+(?:[a-z]+\s+)?(?:guy|girl|lad|man|woman|bloke|fella|chap|lady))\b[^.!?]{{0,40}}[.!?,]?\s*(?:(?:her|his|their) name(?:'s| is)|(?:he's |she's )?(?:called|named))\s+(?P<partner>{_PERSON})",
        EVENT,
    ),
    ("late husband|late wife", r"\bmy late (?:husband|wife)\b", STATE, (("relationship_status", "widowed"),)),
    (
        "other half|better half|missus|fella",
        rf"\b(?:my|the)\s+(?:other half|better half|missus|fella|old man|man|hubby|bloke),?\s+(?P<partner>{_PERSON})\b",
        STATE,
    ),
    ("friends|mates|speaking|talking", rf"(?:\bme\s+and\s+)?\b(?P<end_friend>{_PERSON})\s+(?:and\s+(?:I|me)\s+)?(?:aren't|are not|are no longer|stopped being|fell out|don't)\s*(?:really\s+)?(?:friends|mates|speaking|talking|speak|talk)?\b", EVENT),
    # children and animals
    (
        "she's here|he's here|she has arrived|baby|arrived|welcome",
        rf"\b(?:(?:welcomed|had|meet)\s+)?(?:our\s+)?baby\s+(?P<relative_child>(?!Shower|Bjorn)[A-Z][a-z]+)\b(?=[^.!?]*\b(?:\d|born|lb|kg|weigh|arrived|here|healthy))",
        EVENT,
    ),
    ("lost |goodbye|put down|buried|rehome|put to sleep|to sleep", rf"\b(?:lost|said goodbye to|say goodbye to|buried|rehomed?|put down)\s+(?:our\s+|my\s+|the\s+|poor\s+|old\s+|dear\s+|sweet\s+)*(?P<end_pet>{_PERSON})\b(?!\s*(?:'s|in the|at the|for))", EVENT),
    # tastes
    ("what i ", r"(?:^|[.!?,]\s+)(?P<likes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are|'s)\s+what\s+I\s+(?:really\s+|actually\s+)?(?:like|love|enjoy)\b", STATE),
    ("more than|better than", r"\bnothing\s+I\s+(?:like|love|enjoy)\s+(?:more|better)\s+than\s+(?P<likes>.+)", STATE),
    (
        "my jam|cup of tea|guilty pleasure|my thing|happy place",
        r"(?:^|[.!?,]\s+)(?P<likes>[A-Za-z][\w '-]{1,30}?)\s+(?:is|are|'s)\s+(?:really\s+|totally\s+|more\s+)?my\s+(?:jam|cup of tea|guilty pleasure|thing|happy place)\b",
        STATE,
    ),
    (
        "me cold|bores me|my stomach|me gag|for me|drives me|of soap|like soap",
        r"(?:^|[.!?,]\s+)(?P<dislikes>(?!It\b|That\b|This\b|He\b|She\b|They\b|What\b|Which\b)[A-Za-z][\w '-]{1,30}?)\s+(?:just\s+|really\s+|always\s+)*(?:leaves? me cold|bores? me|turns? my stomach|makes? me (?:gag|heave|sick)"
        r"|does nothing for me|do nothing for me|drives? me (?:mad|nuts|crazy|up the wall)|tastes? (?:of|like) soap)\b",
        STATE,
    ),
    (
        "off |moved on|done with|fed up|had enough|no more|over ",
        r"\b(?:gone (?:right |completely |totally )?off|went (?:right )?off|(?:I've|have) moved on from|(?:I'm|am) (?:so )?(?:over|done with|fed up with|bored of)|had enough of)\s+(?!it\b|that\b|this\b|with\b)(?P<end_likes>[^.!?,:;]+)",
        EVENT,
    ),
    ("no more ", r"\bno more\s+(?P<end_likes>[a-z][a-z' -]+?)(?=\s+for me\b|\s*[.,!;]|\s*$)", EVENT),
    ("can't be doing|couldn't care less|no time for", r"\b(?:can't be doing with|couldn't care less about|have no time for|got no time for)\s+(?P<dislikes>.+)", STATE),
    # body
    (
        "allergic",
        r"\b(?:can't|cannot|can not|mustn't|no|not)\s+(?:have\s+|eat\s+|do\s+|touch\s+|go near\s+)?(?P<allergy>[a-z][a-z ]+?),\s+(?:since\s+|because\s+|as\s+|cause\s+)?I'm\s+(?:\w+\s+)?allergic(?!\s+to)",
        STATE,
    ),
    (
        " me ",
        r"(?:^|[.!?,]\s+)(?P<allergy>(?!It\b|That\b|This\b|He\b|She\b|They\b)[A-Za-z][a-z]+(?:\s[a-z]+)?)\s+(?:(?:would|will|'ll|could|can|always|just|really)\s+)*(?:(?:puts?|lands?|sends?) me (?:in(?:to)? )?(?:the )?(?:hospital|a&e|er\b|ambulance|anaphyla\w+)"
        r"|brings? me out in|makes? (?:my (?:throat|face|lips|tongue|mouth|skin)|me (?:swell|itch|wheeze|come out))|gives? me (?:hives|a rash)|closes? my throat|could kill me|would kill me)",
        STATE,
    ),
    ("allergy", r"(?:^|[.!?:]\s+|,\s+)(?:so\s+|and\s+|also\s+|just\s+|but\s+)?(?:a\s+)?(?:severe\s+|bad\s+|mild\s+|serious\s+|proper\s+)?(?P<allergy>(?!no\b|food\b|the\b|any\b|my\b|an?\b|your\b|his\b|her\b|to\b|with\b)[a-z]+(?:\s[a-z]+)?) allergy\b(?!\s+(?:season|meds|test|shot|tablet|pills?))(?!\?)", STATE),
    ("can't do |cannot do |can't have|cannot have|can't eat|cannot eat|stomach", r"\bI\s+(?:can't|cannot)\s+(?:do|have|eat|tolerate|digest)\s+(?P<allergy>[a-z]+(?:\s[a-z]+)?),\s+(?:it|they)\s+(?:doubles?|makes?|gives?|brings?|bloats?|upsets?|sets?|puts?)\b", STATE),
    (
        "for me|no-go|off limits",
        r"(?:^|[.!?,]\s+)(?P<allergy>[A-Za-z][a-z]+(?:\s[a-z]+)?)\s+(?:are|is|'s)\s+(?:an? (?:big |hard )?(?:no|no-no|no-go|nope)|off limits)\s+for\s+me\b(?=[^.!?]*\b(?:epi-?pen|allerg\w*|hives|react\w*|hospital|anaphyla\w*|swell\w*|rash))",
        STATE,
    ),
    (
        "confirmed|diagnos|test|doctor|gp |consultant|specialist|results",
        r"\b(?:confirmed|diagnos\w+|tests?|tested|doctor|GP|consultant|specialist|results?|scans?)\b[^.!?]{0,40}?\b(?:it's|it is|it was|I have|I've got|shows?|showed|with|as|for)\s+(?!no\b|not\b|negative|clear)(?P<known_condition>[a-z][a-z -]+)",
        TIMELESS,
    ),
    ("me off ", r"\b(?:taken|took|taking|weaned|brought)\s+me\s+off\s+(?:the\s+|my\s+)?(?P<end_medication>[a-z]\w+)", EVENT),
    ("type 1|type 2", r"\b(?P<known_condition>type [12](?: diabet\w+)?)\b", STATE),
    # age
    ("birthday", r"\b(?:had|celebrated|celebrating|is|it's|it was|today's|after)\s+my\s+(?P<age>\d{1,3})(?:st|nd|rd|th)(?:\s+birthday)?\b(?!\s+(?:is|next|soon|coming|in))", EVENT),
    (" at ", r"\b(?:I|me|I'm|I've)\b(?![^.!?]*\b(?:was|had|were|when|back|retire|did|got|met|left|started)\b)[^.!?\d]{0,40}\bat\s+(?P<age>[2-9]\d)(?=\s*[.,!?]|\s*$)", STATE),
    ("i was ", r"\bI was\s+(?P<age>\d{2})\s+(?:in (?:January|February|March|April|May|June|July|August|September|October|November|December)\b(?!\s+\d{4})|on (?:[A-Z][a-z]+day)|last (?:week|month)|yesterday)", EVENT),
    ("years young|years of age|years old and", r"(?:^|[,.!?]\s+|\bI'm\s+|\bam\s+)(?P<age>\d{1,3})\s+years\s+(?:young|of age)\b", STATE),
    ("big ", r"\bthe\s+big\s+(?P<decade>(?:three|four|five|six|seven|eight|nine)[- ]?(?:oh|o|zero)|[3-9][- ]?0)\b", EVENT),
    # goals and numbers
    ("what i ", r"\bwhat\s+I\s+(?:really\s+|most\s+)?want(?:\s+(?:next|now|most|this year|instead))*(?:\s+is|'s)\s+(?:to\s+)?(?P<goal>[^.!?]+)", STATE),
    (
        "kg|kilo|pounds|lbs|stone",
        r"(?:^|[.!?]\s+)(?:now\s+|still\s+|down to\s+|up to\s+|only\s+)*(?P<measurement_weight>\d[\d.]*\s?(?:kg|kilos?|pounds|lbs?|stone))(?=\s*(?:[!.]|$|this morning|today|now|on the scales?|down|as of))",
        STATE,
    ),
    ("now|counting|last count", r"(?:^|[.!?:,]\s*|\bso\s+)(?:we're\s+|I'm\s+|that's\s+|it's\s+|up to\s+|make it\s+|make that\s+)*(?P<counted>\d+\s+[a-z][a-z-]*s)(?=\s+(?:now|and counting|at last count|these days)\b)", STATE),
    ("saving", r"\b(?:I'm|^|[.!?] )\s*(?:now |still |currently )?saving(?:\s+up)?\s+(?:for|to)\s+(?P<saving>[^.!?,]+)", STATE),
    ("goal", r"(?:\b(?:the|my|that|our)\s+|(?:^|[.!?]\s+))(?P<end_goal>[\w' -]+?)\s+goal(?:'s|\s+is|\s+has been|\s+was)?\s+(?:in the bag|done|reached|hit|achieved|ticked off|met|completed?|smashed)\b", EVENT),
    ("no car|carless|without a car|car-free", r"\b(?:no car(?: for now| any ?more| now| at the moment)?(?=\s*(?:[.,!]|$))|I'm carless|without a car now|gone car-free)", EVENT, (("end_vehicle", "*"),)),
    ("my ", r"\bmy\s+(?:new\s+|old\s+|trusty\s+)*(?:bike|car|van|truck|motorbike|scooter|bicycle)(?:,| is|'s)\s+(?:an?\s+)(?P<vehicle>[A-Z]\w+(?:\s[A-Z0-9]\w*)?)", STATE),
    ("converted", r"\bconverted\s+(?:back\s+)?to\s+(?P<faith>[A-Z]\w+)", EVENT),
    ("passport|citizen", r"\b(?:hold|holding|have|got|kept|became|become|am|I'm)\s+(?:now\s+|officially\s+)?(?:an?\s+|my\s+|both\s+)?(?P<citizenship>[A-Z][\w]+(?:(?:\s+and\s+(?:an?\s+)?|\s*/\s*)[A-Z]\w+)?)\s+(?:passports?|citizen\w*)\b", STATE),
    ("speaking", r"\b(?:grew up|raised|brought up)\s+(?:bilingual\w*\s+|speaking\s+|with\s+)+(?P<spoken>[A-Z][^.!?]*)", TIMELESS),
)

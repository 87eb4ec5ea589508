"""English verb frames of place, work, study and origin. See ``english_frames``."""

from memos_core.operation.formation.facts.frame import DEGREE, EVENT, STATE, TIMELESS, FrameRow

_IN = (
    r"\s+(?:(?:right|over|here|back|out|up|down|there|happily|still|alone|currently|now|just|together)\s+)*(?:in"
    r"|at|near|outside(?: of)?|around|on)\s+"
)
_TO = (
    r"(?:\s+(?:back|over|out|up|down|away|here|there|again|in|abroad|home|recently|just|permanently|straight|across))*"
)
_ORG = r"(?P<employer>.+)"

WORK: tuple[FrameRow, ...] = (
    (
        "live reside",
        r"\s+(?:alone|together|happily|with\s+(?:my|our|a|an|the|two|three|four|some|her|his"
        r"|\d)\b[^,]{0,30}?)\s+(?:in|near|outside)"
        r"\s+(?P<residence>[A-Z].*)",
        STATE,
    ),
    ("base", r"\s+out\s+of\s+(?P<residence>[A-Z].*)", STATE),
    ("live reside stay base", _IN + r"(?P<residence>.+)", STATE),
    (
        "be",
        r"(?:\s+(?:currently|now|still|actually|originally|now|just))*\s+(?:based|living|located|settled)"
        + r"(?:\s+out\s+of\s+|"
        + _IN
        + r")"
        + r"(?P<residence>.+)",
        STATE,
    ),
    ("be", r"\s+back" + r"\s+in\s+(?P<residence>[A-Z].*)(?=.*\b(?:for good|permanently)\b)", STATE),
    (
        "move relocate emigrate immigrate shift",
        _TO + r"\s+from\s+(?P<end_residence>[^,]+?)\s+(?:in)?to\s+(?P<residence>.+)",
        EVENT,
    ),
    (
        "transfer switch change",
        r"(?:\s+(?:back|over|schools|unis?|colleges))*\s+to\s+(?P<school>[A-Z][\w&'. -]*?(?:State|Tech|A&M|Uni"
        r"|[A-Z]{3,4}))(?=\s*(?:$|[,.!;]|\s[a-z]|\s{2}))",
        EVENT,
    ),
    ("move relocate head transfer", _TO + r"\s+(?:in)?to\s+(?P<residence>.+)", EVENT),
    ("move relocate", _TO + r"\s+(?:away\s+from|out\s+of|from)\s+(?P<end_residence>[^,]+)", EVENT),
    ("shift", _TO + r"\s+to\s+(?P<residence>[A-Z].*)", EVENT),
    ("settle", r"(?:\s+down)?\s+in\s+(?P<residence>.+)", EVENT),
    ("leave", r"\s+(?P<end_residence>[^,]+?)\s+(?:for|and\s+moved\s+to)\s+(?P<residence>[A-Z].+)", EVENT),
    # work
    (
        "work freelance",
        r"(?:\s+(?:remotely|part[- ]time|full[- ]time|there|now|mostly|freelance|in \w+))*\s+(?:at|for"
        r"|with)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)",
        STATE,
    ),
    (
        "work",
        r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly))*\s+as\s+(?:an?|the"
        r"|one)\s+(?P<occupation>[^,]+?)\s+(?:at|for|with)\s+" + _ORG,
        STATE,
    ),
    (
        "work",
        r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly|there|here|nights|days|weekends|shifts|evenings"
        r"|mornings|freelance"
        r"|in [A-Z]\w+))*\s+as\s+(?:an?|the"
        r"|one)\s+(?P<occupation>.+)",
        STATE,
    ),
    (
        "work freelance",
        r"(?:\s+(?:remotely|part[- ]time|full[- ]time|now|mostly|over|nights|days|shifts|weekends"
        r"|evenings))*\s+(?:at|for)\s+" + _ORG,
        STATE,
    ),
    (
        "work",
        r"\s+in\s+(?P<occupation>(?:[a-z]+\s){0,2}?(?:marketing|sales|finance|tech|it|hr|education|healthcare"
        r"|construction|hospitality|logistics|consulting|advertising|insurance|banking|publishing|retail|law"
        r"|real estate|customer service|human resources|software|research|journalism|design|engineering"
        r"|accounting|aviation|media|fashion|film|nursing|biotech|pharma|manufacturing|agriculture|tourism"
        r"|security|cybersecurity))\b",
        STATE,
    ),
    (
        "start begin",
        r"(?:\s+(?:work|working|a (?:new )?(?:job|position|role)|my (?:new )?(?:job|position|role)"
        r"|over))?\s+(?:at|with|for)\s+" + _ORG + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)",
        EVENT,
    ),
    (
        "start begin",
        r"(?:\s+(?:work|working|out|a (?:new )?(?:job|position|role)|my (?:new )?(?:job|position"
        r"|role)))?\s+as\s+(?:an?|the)\s+(?P<occupation>[^,]+?)(?:\s+(?:at|with|for)\s+" + _ORG + r")?$",
        EVENT,
    ),
    (
        "start begin",
        r"\s+(?:work|working|an? (?:\w+ )?(?:job|position|role)|my (?:\w+ )?(?:job|position|role))\s+(?:at"
        r"|with)\s+" + _ORG,
        EVENT,
    ),
    ("start begin", r"\s+at\s+(?P<employer>[A-Z].*)", EVENT),
    ("join", r"\s+(?P<employer>[A-Z].*?)\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    ("join", r"\s+(?P<employer>[A-Z].*)", EVENT),
    (
        "leave quit",
        r"\s+(?:my\s+(?:job|position|role)\s+(?:at|with|as \w+ at)\s+|working\s+(?:at"
        r"|for)\s+)(?P<end_employer>.+)",
        EVENT,
    ),
    ("leave quit", r"\s+(?P<end_employer>[A-Z].*)", EVENT),
    (
        "quit leave lose",
        r"\s+(?:my|the|that)\s+(?:\w+\s+)?(?:job|position)\b",
        EVENT,
        (("end_employer", "*"), ("end_occupation", "*")),
    ),
    ("resign part", r"\s+from\s+(?P<end_employer>.+)", EVENT),
    (
        "get be",
        r"(?:\s+(?:just|recently|finally))*\s+(?:promoted|moved up|upgraded)\s+(?:from\s+[\w "
        r"]+?\s+)?to\s+(?P<occupation>.+)",
        EVENT,
    ),
    (
        "get be",
        r"(?:\s+(?:just|recently|finally))*\s+hired\s+(?:by|at)\s+"
        + _ORG
        + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)",
        EVENT,
    ),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+hired\s+(?:by|at)\s+" + _ORG, EVENT),
    ("get be", r"(?:\s+(?:just|recently|finally))*\s+hired\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)", EVENT),
    (
        "get land accept take find start",
        r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|offer|gig)\s+(?:at|with|from)\s+"
        + _ORG
        + r"\s+as\s+(?:an?|the|their)\s+(?P<occupation>.+)",
        EVENT,
    ),
    (
        "get land accept take find start",
        r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|gig)\s+as\s+(?:an?"
        r"|the)\s+(?P<occupation>[^,]+?)(?:\s+(?:at|with|for)\s+" + _ORG + r")?$",
        EVENT,
    ),
    (
        "get land accept take find start have",
        r"\s+(?:an?|the|my)\s+(?:\w+\s+){0,2}(?:job|position|role|gig)\s+(?:at|with)\s+" + _ORG,
        EVENT,
    ),
    (
        "get be",
        r"(?:\s+(?:just|recently|finally))*\s+(?:laid off|fired|let go|made redundant|sacked)(?:\s+(?:from|by"
        r"|at)\s+(?P<end_employer>[A-Z].*))?",
        EVENT,
        (("end_employer", "*"), ("end_occupation", "*")),
    ),
    (
        "teach",
        r"\s+(?!me\b|you\b|him\b|her\b|them\b|us\b|my)[\w ]*\b(?:at|in|to)\s+(?:an?|the|my)?\s*[\w ]*?"
        r"(?:school|university|college|kindergarten|graders?|kids|primary|undergrads|pupils)\b",
        STATE,
        (("occupation", "teacher"),),
    ),
    (
        "teach",
        r"\s+(?!me\b|you\b|him\b|her\b|them\b|us\b|my\b|myself\b|people\b|a lesson|that\b|it\b|how\b|the "
        r"kids)(?:[a-z]+(?:\s[a-z]+)?|[A-Z][a-z]+)(?=\s*(?:$|[,.!;]|\s{2}|to\b|at\b|in\b|for\b|full|part|now|these))",
        STATE,
        (("occupation", "teacher"),),
    ),
    ("retrain train qualify requalify", r"\s+as\s+(?:an?)\s+(?P<trade>.+)", EVENT),
    ("become", r"\s+(?:an?|the)\s+(?P<trade>.+)", EVENT),
    ("be", r"\s+what\s+(?:they|you|people)(?:'d)?\s+call\s+an?\s+(?P<trade>.+)", STATE),
    ("drop", r"\s+out\s+(?:of|from)\s+(?P<end_school>[A-Z].*)", EVENT),
    ("become turn go", r"(?:\s+(?:fully|completely|almost))*\s+(?:an?\s+)?(?P<diet>[\w-]+)", EVENT),
    ("retire", r"\s+to\s+(?P<residence>[A-Z].*)", EVENT, (("occupation", "retired"), ("end_employer", "*"))),
    (
        "retire",
        r"(?=\s*(?:$|[.,!]|from|in|last|as|at|after|now|early))(?!\s+from\s+(?:[A-Z]\w+ing|(?:the\s+|playing\s+"
        r"|competitive\s+)?(?:rugby|football|cricket|boxing|playing|racing|running|dancing|game|tennis|hockey"
        r"|wrestling|climbing)))",
        EVENT,
        (("occupation", "retired"), ("end_employer", "*")),
    ),
    (
        "be",
        r"(?:\s+(?:now|currently|finally"
        r"|officially))*\s+(?P<set_occupation>retired)\b(?!\s+[a-z]+er\b)(?=\s*(?:$|[.,!;]|now|and|since|these|as|at))",
        STATE,
        (("end_employer", "*"),),
    ),
    (
        "be",
        r"(?:\s+(?:now|currently|still|officially))*\s+(?P<set_occupation>retired|unemployed|self-employed(?!,\s+an?\s)"
        r"|between jobs|(?:an?\s+|the\s+)?stay[- ]at[- ]home (?:mom|dad|mum|parent)|out of work|freelancing)\b",
        STATE,
    ),
    (
        "be",
        DEGREE + r"\s+(?:(?:an?|the|one of the)\s+)?(?P<trade>[^,.]+?)\s+(?:at|for|with)\s+(?P<employer>[A-Z][^,.]*)",
        STATE,
    ),
    (
        "be",
        r"(?:\s+(?:now|currently|still|officially|actually|just|only|also|basically|technically|already"
        r"|proudly|back to being))*\s+(?:an?|the)\s+(?P<trade>.+)",
        STATE,
    ),
    (
        "switch change transition pivot",
        r"(?:\s+(?:careers?|jobs?|over))*(?:\s+from\s+(?:being\s+)?(?:an?\s+)?(?P<end_trade>[\w "
        r"]+?))?\s+to\s+(?!(?:an?|my)\s+(?:new|different|better|another)\b)(?:being\s+|become\s+|becoming\s+"
        r"|work as\s+)?(?:an?\s+(?!new|different|better|another|cheaper|nicer))?(?P<trade>.+)",
        EVENT,
    ),
    (
        "switch change transition return go",
        r"(?:\s+(?:back|over))*(?:\s+from\s+[\w ]+?)?\s+to\s+(?:being\s+|eating\s+)?(?:an?\s+"
        r"|the\s+)?(?P<diet>[\w-]+)(?:\s+diet)?",
        EVENT,
    ),
    (
        "switch change transfer",
        r"(?:\s+(?:back|over|jobs"
        r"|companies))*(?:\s+from\s+(?P<end_employer>[A-Z]\w+))?\s+to\s+(?P<school>(?:the\s+)?(?:[A-Z]\w+\s+)*(?:University"
        r"|College|School|Academy|Institute|High)\b.*)",
        EVENT,
    ),
    ("switch", r"\s+jobs?\s+(?:from\s+(?P<end_employer>[A-Z]\w+)\s+)?to\s+(?P<employer>[A-Z].*)", EVENT),
    (
        "be",
        r"\s+(?:over|up|down|in town|visiting|staying|round|across|here|flying in|coming over|coming "
        r"up)(?:\s+\w+){0,3}?\s+(?:all the way\s+)?from"
        r"\s+(?P<residence>[A-Z].*)",
        STATE,
    ),
    # study and origin
    (
        "study major",
        r"(?:\s+in)?\s+(?P<field_of_study>(?!at\b|to\b|for\b|in\b|hard|abroad|with|together|a\b|the\b|my\b|all\b"
        r"|how"
        r"|every)[^,]+?)(?:\s+(?:at|in)\s+(?P<school>(?:the\s+)?[A-Z].*))?$",
        STATE,
    ),
    (
        "do pursue finish complete start",
        r"\s+(?:an?|my|the)\s+(?:(?:\w+\s+)?degree|phd|doctorate|mba|masters?(?:'s)?(?:\s+degree)?"
        r"|bachelors?(?:'s)?(?:\s+degree)?|b\.?tech|m\.?tech|b\.?sc|m\.?sc|ba|ma|llb|pgce|a-levels|diploma"
        r"|undergrad|postgrad)(?:\s+(?:in|of)\s+(?P<field_of_study>[a-z][\w -]+?))?"
        r"(?:\s+(?:at|in)\s+(?P<school>(?:the\s+)?[A-Z][^,.]*))?(?:,.*)?$",
        STATE,
    ),
    ("study", r"\s+at\s+(?P<school>.+)", STATE),
    (
        "go attend",
        r"(?:\s+to)?\s+(?P<school>(?:the\s+)?(?:(?:[A-Z][\w.&'-]*|of)\s+)*(?:University|College|School"
        r"|Academy"
        r"|Institute|High|Uni|MIT|UCLA|Polytechnic)\b(?:\s+of(?:\s+[A-Z]\w+)+)?)",
        STATE,
    ),
    ("go", r"\s+to\s+(?:school|college|uni|university)\s+at\s+(?P<school>(?:the\s+)?[A-Z][^,.]*)", STATE),
    (
        "go",
        r"\s+to\s+(?P<school>(?:[A-Z][\w&'-]+\s+){1,2}(?:State|Tech|A&M)|(?:Harvard|Yale|Stanford|Princeton|Purdue"
        r"|Cornell|Duke|Dartmouth|Columbia|Berkeley|Notre Dame|Georgetown|Rutgers|Vanderbilt|Emory|Tufts|McGill|Oxford"
        r"|NYU|USC|LSE|UCL|UC [A-Z]\w+|U[A-Z]{2,3}|[A-Z]{1,3}U)(?=\s*$|\s*[,.!]|\s+(?:now|for|and|but|as)\b))"
        r"(?!.*\b(?:every|games?|match|sometimes|often)\b)",
        STATE,
    ),
    (
        "attend enroll",
        r"(?:\s+(?:in|at))?\s+(?P<school>[A-Z].*(?:University|College|School|Academy|Institute|MIT|High"
        r"|Uni)\b.*)",
        STATE,
    ),
    ("graduate", r"\s+from\s+(?P<school>[A-Z].*)", TIMELESS),
    (
        "be",
        r"\s+(?:an?\s+)?(?:\w+\s+)?(?:student|freshman|sophomore|senior|junior|phd student)\s+(?:at"
        r"|in)\s+(?P<school>[A-Z].*)",
        STATE,
    ),
    (
        "be",
        r"(?:\s+(?:originally|actually))*\s+from\s+(?P<hometown>(?:a\s+\w+\s+(?:town|village|city)\s+"
        r"|[A-Z]).*)",
        TIMELESS,
    ),
    ("hail", r"\s+from\s+(?P<hometown>[A-Z].*)", TIMELESS),
    ("come", r"(?:\s+originally)?\s+from\s+(?P<hometown>[A-Z].*)", TIMELESS),
    ("grow", r"\s+up\s+(?:in|on|near|outside)\s+(?P<hometown>.+)", TIMELESS),
    ("be", r"\s+(?:born and )?raised\s+in\s+(?P<hometown>.+)", TIMELESS),
    (
        "be",
        r"(?:\s+actually)?\s+born\s+in\s+(?P<birthplace>(?!(?:19|20)\d\d|january|february|march|april|may\b|june"
        r"|july|august|september|october|november|december|the\s).+)",
        TIMELESS,
    ),
    (
        "be",
        r"(?:\s+actually)?\s+born\s+(?:on|in)\s+(?P<birthday>.*\d.*|January|February|March|April|May|June|July"
        r"|August|September|October|November|December)",
        TIMELESS,
    ),
    ("be", r"(?:\s+(?:part|half|originally|actually))*\s+(?P<nationality>[A-Z][a-z]+(?:-[A-Z][a-z]+)?)\b", STATE),
    ("be", r"\s+(?:an?\s+)?(?:practi[cs]ing\s+|devout\s+)?(?P<religion>[A-Z]?[a-z]+)\b", STATE),
    ("speak", r"(?!\s+(?:to|with|at|for|up|out)\b)(?P<spoken>\s.*)", STATE),
    (
        "speak",
        r"(?:\s+(?:fluent|some|a little|a bit of|native|good|decent|both|only"
        r"|mostly))*\s+(?P<language>[A-Z].*)",
        STATE,
    ),
    ("be", r"\s+(?:fluent|native|bilingual)\s+in\s+(?P<language>[A-Z].*)", STATE),
)

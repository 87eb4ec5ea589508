"""Rows of ``english_scenes`` that show work and study."""

from memos_core.operation.formation.facts.english_phrases import COUNT, JOB, LONG, NAME, EvidenceRow
from memos_core.operation.formation.facts.frame import EVENT, STATE

WORK: tuple[EvidenceRow, ...] = (
    (
        "internship|apprenticeship|placement|traineeship|fellowship",
        rf"\b(?:internship|apprenticeship|placement|traineeship|fellowship)\s+(?:at|with)\s+(?P<employer>{NAME})",
        EVENT,
    ),
    (
        " for | at ",
        r"\b(?:been|I'm|am)\s+(?:driving|cleaning|coding|delivering|designing|freelancing|temping|selling"
        r"|riding|writing|cooking)\s+(?:for|at)\s+"
        rf"(?P<employer>{NAME})",
        STATE,
    ),
    (
        "boss at|manager at|team at|job at|colleagues at|shift at|shifts at|desk at|coworkers at|office at"
        "|contract with"
        "|boss with|supervisor at|workmates at|role at|job with",
        r"(?<!quit )(?<!left )(?<!lost )(?<!leaving )(?<!quitting )(?<!losing )(?<!leave )(?<!from )(?<!of )"
        r"\b(?:[Mm]y|[Oo]ur)\s+(?!old\b|former\b|ex\b|last\b|first\b|previous\b|next\b|dream\b)(?:[a-z]+\s+)?(?:boss"
        r"|manager|team|job|colleagues|coworkers|workmates|shifts?|desk|supervisor|contract|role|office)\s+(?:at"
        r"|with)\s+"
        rf"(?P<employer>{NAME})(?!\s+(?:was|were|used|ended|fell))",
        STATE,
    ),
    ("employer", rf"\b[Mm]y\s+(?:new\s+|current\s+)?employer,?\s+(?:is\s+)?(?P<employer>{NAME})", STATE),
    (
        "ship|poached|headhunted",
        rf"\b(?:jump(?:ed|ing)\s+ship\s+to|been\s+poached\s+by|(?:got\s+|was\s+)?(?:poached|headhunted)\s+by)\s+"
        rf"(?P<employer>{NAME})",
        EVENT,
    ),
    (
        " for ",
        r"\bI(?:'m)?\s+(?:still\s+|now\s+|just\s+)?(?:fly|deliver|drive|code|clean|temp|freelance|consult|sell|write"
        r"|design|translate|flying|delivering|selling|translating|moderate|program)\s+(?:[a-z]+\s+){0,3}?for\s+"
        rf"(?P<employer>{NAME})",
        STATE,
    ),
    (
        "in the ",
        rf"(?:^|[.!?]\s+|\b(?:after|been|done|spent|had)\s+){COUNT}\s+(?:years?|yrs?|months?)\s+in\s+the\s+"
        r"(?P<employer>[A-Z]{2,5}|(?:Army|Navy|Air Force|Coast Guard|Marines))\b(?=\s+(?:and counting|now|so far))",
        STATE,
    ),
    (
        "being a |life as a|life of a|being an |life of an|life as an",
        r"\b(?:joys?|perks?|downsides?|upsides?|curse|thing|trouble|problem|life|best part|worst part|worst thing|best "
        r"thing|beauty|reality|glamour|glamorous world)\s+(?:(?:of|about|with|as)\s+being|as)\s+an?\s+"
        r"(?P<trade>[a-z]+(?:\s[a-z]+){0,2}?)(?=\s*[.,!;:)]|\s*$|\s+(?:is|are|in|at|I|with|who)\b)",
        STATE,
    ),
    (
        "for a living|for work|full time|full-time|as my job|as a job|pays the bills",
        r"\bI\s+(?:just\s+|only\s+|now\s+|still\s+|currently\s+|basically\s+)?"
        r"(?P<living>(?!work\b|do\b (?:it|that|this|what)|wish\b|would\b|want\b|don't\b|can\b|could\b|used\b|did\b"
        r"|travel\b|drove\b|went\b|had\b|have\b|went\b|am\b|was\b|need\b|study\b|studied\b|get\b|got\b|go\b)"
        r"[a-z]+(?:\s[a-z'-]+){0,4}?)\s+(?:for a living|as (?:my|a) job|full[- ]time)\b",
        STATE,
    ),
    (
        "teaching|nursing|acting|coaching|lecturing|accounting|accountancy|policing|farming|modelling|modeling",
        r"\bI(?:'ve)?\s+(?:just\s+|finally\s+)?(?:quit|left|given up|gave up|packed in|jacked in|chucked in|stopped|am "
        r"done with)\s+(?:teaching|nursing|acting|coaching|lecturing|accounting|accountancy|policing|farming"
        r"|modell?ing)\b",
        EVENT,
        (("end_occupation", "*"),),
    ),
    (
        "let me go|laid me off|fired me|sacked me|me redundant|me the boot|axed my",
        r"\b(?:[Tt]hey|[Hh]e|[Ss]he|[Mm]y boss|[Mm]anagement|[Tt]he (?:company|boss|firm))\s+(?:have\s+|has\s+"
        r"|just\s+|finally\s+)*"
        r"(?:let me go|laid me off|fired me|sacked me|made me redundant|gave me the boot|axed my (?:job|role|post))\b",
        EVENT,
        (("end_employer", "*"), ("end_occupation", "*")),
    ),
    (
        "parted ways|parted company",
        rf"(?P<end_employer>{NAME})\s+and\s+I\s+(?:have\s+)?parted\s+(?:ways|company)\b",
        EVENT,
        (("end_occupation", "*"),),
    ),
    (
        " as a",
        r"\bI\s+(?:do|work|earn|make|pay|moonlight|get by|serve|volunteer(?!))\b[^.!?,]{0,30}\s+as\s+an?\s+"
        r"(?P<trade>[a-z]+(?:\s[a-z]+){0,2}?)(?=\s*[.,!;]|\s*$|\s+(?:in|at|for|and|but|on|now|these)\b)",
        STATE,
    ),
    (
        "i do ",
        r"\bI\s+(?:now\s+|currently\s+)?do\s+(?P<occupation>(?:HR|PR|IT|payroll|marketing|accounts|admin|sales"
        r"|security|logistics"
        r"|finance|bookkeeping|childcare|reception|data entry|tech support|customer service|web design|graphic design"
        r"|quality"
        r" control|procurement|compliance))\s+(?:for|at|in)\b",
        STATE,
    ),
    (
        "desk at|team at|tills at|wards at|ward at|floor at|counter at|reception at|door at|bar at|board at",
        r"\b(?:I'm|I am|I work)\s+(?:now\s+)?(?:on|in|behind)\s+the\s+(?:[a-z]+\s+)?(?:desk|team|tills?|wards?|floor"
        r"|counter|reception"
        rf"|door|bar|board)\s+at\s+(?P<employer>(?:the\s+)?{NAME})",
        STATE,
    ),
    (
        "started at|starting at|start at",
        rf"\bstart(?:ed|ing)?\s+at\s+(?P<school>{NAME})\b[^.!?]{{0,30}}?,?\s+(?:doing|studying|reading)\s+[a-z]",
        EVENT,
    ),
    (
        "transferred|sophomore|freshman|campus|dorm|semester|tuition|freshers",
        r"\b(?:[Tt]ransferred|[Ss]ophomore|[Ff]reshman|campus|dorms?|semester|tuition"
        r"|[Ff]reshers)\b[^?]{0,60}?\bI\s+go\s+to\s+"
        rf"(?P<school>{NAME})",
        STATE,
    ),
    (
        "i'm with ",
        rf"\bI'm with\s+(?P<employer>{NAME}),\s+(?:in\s+|on\s+)?[a-z]+(?:\s[a-z]+)?(?=\s*[.,!;]|\s*$)",
        STATE,
    ),
    (
        "i'm with |i'm at |i'm now with |i'm now at ",
        rf"\bI'm\s+(?:now\s+)?(?:at|with)\s+(?P<employer>{NAME})\s+(?:from|as of|as from|starting)\s+(?:this|today"
        r"|now|[A-Z][a-z]+day|the\s+\w+)\b",
        STATE,
    ),
    (
        "finished at|finished up at|done at",
        r"\b(?:[Tt]hat'?s\s+me|I'm|I am|I've|I have)\s+(?:all\s+|now\s+|officially\s+)*(?:finished|done)\s+(?:up\s+)?"
        rf"at\s+(?P<end_employer>{NAME})",
        EVENT,
    ),
    (
        "work for|work at|work with|working for|working at|working with",
        r"\b(?:don't|no longer|not|stopped|quit|done)\s+work(?:ing)?\s+(?:for|at|with)\b[^.!?]{0,60}?\b(?:switched"
        r"|moved"
        rf"|jumped|gone|went)\s+(?:over\s+|across\s+)?to\s+(?P<employer>{NAME})",
        EVENT,
    ),
    (
        " years| yrs| decades",
        r"(?:^|[.!?,;]\s+|\bI'm\s+|\band\s+)(?P<trade>(?!never\b|ever\b|together\b|forever\b|rather\b)[a-z]+"
        rf"(?:\s[a-z]+)?)\s+(?:for|these)\s+(?:the (?:last|past)\s+)?{COUNT}\s+(?:years?|yrs?|decades?)\b(?!\s+ago)",
        STATE,
    ),
    (
        "self-employed,|self employed,|freelance,|sole trader,|part-time,|full-time,|part time,|full time,"
        "|night shift,",
        r"\b(?:self[- ]employed|freelance|sole trader|full[- ]time|part[- ]time),\s+(?:as\s+)?(?:an?\s+)?"
        r"(?P<trade>[a-z]+(?:\s[a-z]+){0,2}?)(?=\s*[,.!;]|\s*$|\s+(?:in|at|and|so|by)\b)",
        STATE,
    ),
    (
        "been made |was made |got made |appointed|elected|been named |was named ",
        r"\b(?:I've|I have|I was|I got|been|I'm|I am)\s+(?:just\s+|been\s+|now\s+|finally\s+)*(?:made|appointed|elected"
        r"|named)\s+(?:as\s+)?(?:an?\s+|the\s+)?(?P<trade>(?!redundant\b)[a-z]+(?:\s[a-z]+){0,2}?)"
        r"(?=\s*[.,!;]|\s*$|\s+(?:at|of|now|and|last|today|this|in|on|for|somehow|finally|with)\b)",
        EVENT,
    ),
    (
        "shift|warehouse|depot|branch|tills|rota|payroll|stockroom",
        r"\b(?:I'm|im|I am|been)\s+(?:still\s+|now\s+|back\s+)?at\s+(?P<employer>(?!home\b|work\b|school\b|uni\b"
        r"|college\b|sea\b|war\b|risk\b|least\b|last\b|the\b|that\b|this\b|my\b|one\b|all\b)[a-z]{3,})"
        r"(?=\s*,|\s*\.|\s+(?:now|on|in|doing|until|till|for|these)\b)",
        STATE,
    ),
    (
        " poly| uni|college|school|academy| jc|sixth form| tech| state",
        r"\b(?:I'm|I am|I've been|been)\s+(?:now\s+|currently\s+|still\s+)*at\s+(?P<school>(?:[A-Z][\w'.]*\s+){1,3}"
        r"(?:Poly|Polytechnic|Uni|University|College|JC|Tech|Academy|School|High|Sixth Form|State)\b)"
        r"(?![^.!?]*\b(?:teach\w*|work\w*|meeting|evening|today|tonight|for a|with my|match|game|caretaker|cleaner)\b)",
        STATE,
    ),
    # a job
    (
        "day one|first |week one|day 1|induction|onboarding|new |trial",
        rf"{JOB}\b[^.!?,;]{{0,20}}?\s(?:at|with|for)\s+(?P<employer>(?:the\s+)?[A-Z][^.!?,;]*)",
        EVENT,
    ),
    (
        "go to st|go to saint|go to our",
        r"\bI\s+(?:now\s+|still\s+)?go\s+to\s+(?P<school>(?:St\.?|Saint|Our Lady)\s+[A-Z][\w']+(?:\s[A-Z][\w']+)?)"
        r"(?=[^!?]*\b(?:year|grade|school|class|gcses?|teachers?|boring|exams?|homework|uniform|sixth form)\b)"
        r"(?![^.!?]*\b(?:church|mass|sunday|hospital|every|service)\b)",
        STATE,
    ),
    (
        "still at ",
        rf"\b(?:studying|reading|doing)\s+[a-z]+(?:\s[a-z]+){{0,2}},?\s+(?:now,?\s+)?still\s+at\s+(?P<school>{NAME})",
        STATE,
    ),
    (
        "year |grade ",
        rf"\b(?:[Yy]ear|[Gg]rade)\s+\d+\s+(?:at|in)\s+(?P<school>{NAME})",
        STATE,
    ),
    (
        "days in|weeks in|months in|day in|week in|month in|term in|semester in",
        rf"\b(?:I'm|I am|we're)\s+(?:\w+|\d+)\s+(?:days?|weeks?|months?)\s+in(?:to)?\s+"
        rf"(?:at|with)\s+(?P<employer>{NAME})",
        EVENT,
    ),
    (
        " year",
        rf"\b(?:I\s+go\s+to|I'm\s+at|I\s+study\s+at)\s+(?P<school>{NAME}),?\s+(?:in\s+my\s+)?(?:first|second|third"
        r"|fourth|final|last|1st|2nd|3rd)\s+year\b",
        STATE,
    ),
    (
        "thesis at|dissertation at|phd at|degree at|masters at|master's at|mba at|undergrad at|course at|finals at",
        r"\b(?:my|a|the)\s+(?:[a-z]+\s+)?(?:[Tt]hesis|[Dd]issertation|PhD|phd|[Dd]egree|[Mm]asters?(?:'s)?|MBA|mba"
        r"|[Uu]ndergrad|[Cc]ourse"
        rf"|[Ff]inals)\s+at\s+(?P<school>{NAME})",
        STATE,
    ),
    (
        " degree",
        r"\b(?:I'm|I am|doing|studying|year of|finishing|finish|started|starting"
        r"|halfway through)\b[^.!?]{0,25}?\b(?:an?|my)\s+"
        r"(?P<field_of_study>(?!first\b|second\b|bachelor|master|university\b|college\b|honou?rs\b|joint\b"
        r"|foundation\b|full\b"
        r"|useless\b|new\b|online\b|part)[a-z]+(?:\s[a-z]+)?)\s+degree\b",
        STATE,
    ),
    (
        "reading ",
        rf"\bat\s+(?P<school>{NAME})\s+reading\s+(?P<field_of_study>[a-z]+(?:\s[a-z]+)?)(?=\s*[.,!;]|\s*$|\s+(?:and"
        r"|but|now)\b)",
        STATE,
    ),
    (
        "orientation|freshers|semester|lectures|enrol|term ",
        r"\b(?:orientation|freshers'? week|(?:first|second|last|third|final) (?:semester|term|year|lecture)"
        r"|lectures?|enrolled|matriculated)\s+(?:week\s+)?(?:at|in)\s+"
        rf"(?P<school>{NAME})",
        STATE,
    ),
    (
        " at | with ",
        rf"\b(?:been|am|i'm)\s+(?:working\s+)?(?:at|with)\s+(?P<employer>{NAME})(?:\s+in\s+[A-Z]\w+)?,?\s+(?:now\s+)?"
        rf"(?:{LONG})",
        STATE,
    ),
    (
        "years|yrs|months|decade",
        rf"(?:^|[.!?,]\s+|\bhad\s+|\bdone\s+|\bit's been\s+){COUNT}\s+(?:years?|yrs?|months?"
        rf"|decades?)\s+(?:now\s+)?(?:at|with)\s+(?P<employer>{NAME})(?!\s+(?:and (?:then|they|I)|before|but))",
        STATE,
    ),
    (
        "continuing|sticking|staying|stayed|remaining|carrying on",
        rf"\b(?:continuing|sticking|staying put|staying on|stayed on|stayed put|remaining|carrying "
        rf"on)\s+(?:with|at)\s+(?P<employer>{NAME})",
        STATE,
    ),
    ("still ", rf"\bstill\s+(?:[a-z]+ing\s+(?:[a-z]+\s+){{0,3}}?)(?:at|for)\s+(?P<employer>{NAME})", STATE),
    (
        "where i",
        rf"(?P<employer>{NAME}),?\s+(?:(?:that's|which is|is)\s+)?where I(?:'m| am)? (?:currently |now |still "
        rf")?work(?:ing)?\b",
        STATE,
    ),
    (
        " with | at ",
        r"\b(?:I'm|I am|I've been)\s+(?:still\s+|now\s+|currently\s+|back\s+)*(?:with|at)\s+(?P<employer>(?:the"
        r"|an?)\s+(?:[a-z]+\s)?(?:service|services|council|police|army|navy|air force|post office|nhs|railways?|union"
        r"|shop|firm|company|start-?up|nursery|garage|studio|agency|charity|salon|practice|brewery|library"
        r"|museum|bank|factory|warehouse|gym|school|call cent(?:re|er)|law firm|dealership|zoo))"
        r"(?=\s+(?:now|doing|these days|for|since|as|part|full)\b|\s*,\s*(?:\w+ing|\w+ (?:years|months))\b)",
        STATE,
    ),
    (
        "my job",
        rf"(?<!quit )(?<!left )(?<!lost )(?<!leaving )\bmy\s+(?:day\s+|new\s+|current\s+"
        rf"|little\s+)?job\s+(?:is\s+|'s\s+)?(?:at|in|with)\s+(?P<employer>(?:the"
        rf"|an?)\s+[a-z]+(?:\s[a-z]+)?(?=\s*[.,!;]|\s*$|\s+(?:and|but|because))|{NAME})",
        STATE,
    ),
    (
        "me permanent|me on|me full|me a contract|me a job|me the job",
        rf"\b(?:made|kept|given|gave|took|taken)\s+me\s+(?:permanent|on|full[- ]time|a contract|a job|the "
        rf"job)\b[^.!?]{{0,15}}?\b(?:at|with)\s+(?P<employer>{NAME})",
        EVENT,
    ),
    (
        "let me go|me off|me redundant|fired me|sacked me|rid of me|me off|my contract|me the door",
        rf"(?P<end_employer>{NAME})\s+(?:has\s+|have\s+)?(?:just\s+)?(?:let me go|laid me off|made me "
        rf"redundant|fired me|sacked me|got rid of me|binned me off|didn't renew my contract|showed me the door)\b",
        EVENT,
        (("end_occupation", "*"),),
    ),
    (
        "hired me|took me on|taken me on|gave me",
        rf"(?P<employer>{NAME})\s+(?:has\s+|have\s+)?(?:just\s+)?(?:hired me|t(?:ook|aken) me on|gave me (?:a"
        rf"|the) job)\b",
        EVENT,
    ),
    (
        " for | at ",
        r"\bI(?:'m)?\s+(?:still\s+|now\s+)?(?:do(?:ing)?|run(?:ning)?|handl(?:e|ing)|manag(?:e|ing)"
        r"|work(?:ing)?)\s+(?:the\s+)?(?:payroll|marketing|accounts|it|hr"
        r"|security|admin|nights|deliveries|sales|design|pr|support|reception|logistics|comms|the books|books"
        r"|research|legal"
        r"|finance|tech support|customer (?:service|support)|social media|nights|days|shifts|the night "
        r"shift)\s+(?:for|at)\s+"
        rf"(?P<employer>{NAME})",
        STATE,
    ),
    (
        "years|yrs",
        rf"(?:^|[.!?]\s+|\bI'm\s+|\bbeen\s+){COUNT}\s+(?:years?"
        rf"|yrs?)\s+(?:now\s+)?(?:as\s+)?an?\s+(?P<trade>[a-z][^.,!?]*)",
        STATE,
    ),
    (
        "been ",
        rf"\b(?:I've|we've|I have|^been|[.!?,] been)\s+(?:been\s+)?an?\s+(?P<trade>[a-z][a-z -]*?)\s+(?:now\s+)?{LONG}",
        STATE,
    ),
    (
        " by day| by trade| by profession|by training",
        r"(?:^|[.!?]\s+|\bI'm an?\s+|\ban?\s+)(?P<trade>[A-Za-z][a-z]+(?:\s[a-z]+){0,2}?)\s+by\s+(?:day|trade"
        r"|profession|training)\b",
        STATE,
    ),
    (
        "doing |studying|switched|changed|majoring|swapped|reading ",
        r"\b(?:doing|studying|majoring in|major(?:ed)? in|(?:switched|changed|swapped|transferred|moved)(?: "
        r"over| across)?(?: (?:in)?to)|degree in|course in|reading)\s+(?:my\s+|a\s+degree\s+in\s+)?"
        r"(?P<field_of_study>(?:[a-z]+\s)?(?:[a-z]*(?:ology|onomics|chemistry|physics|atics|phy|istics|ography|onomy"
        r"|pathy)|literature|law|history|nursing|medicine|dentistry|engineering|art|fine art|design|music|business"
        r"|marketing|accounting|finance|maths?|sports science|computer science|science|education|politics"
        r"|languages|(?:[a-z]+\s)?[a-z]+ studies|midwifery|architecture|pharmacy|journalism|film|drama|theatre"
        r"|classics|theology))\b"
        r"(?=\s*(?:$|[.,!;)]|\s(?:at|in|and|now|this|which|but|with|because|instead)\b))(?![^.!?]*\b(?:homework"
        r"|with my (?:son|daughter|kids))\b)",
        STATE,
    ),
    (
        " here",
        r"(?:^|[.!?]\s+|,\s+)(?:an?\s+)?(?P<trade>[A-Za-z][a-z-]+(?:\s[a-z-]+){0,3})\s+here(?=\s*[.,!:;-]|\s*$)",
        STATE,
    ),
    (
        "made me ",
        r"\b(?:made|making)\s+me\s+(?:the\s+|an?\s+)?(?P<trade>[a-z]+(?:\s[a-z]+){0,2}?)(?=\s*[.,!;]|\s*$"
        r"|\s+(?:at|of|now|and|last|today)\b)",
        EVENT,
    ),
    (
        "promot",
        r"\bpromoted[!.,:]+\s+(?:to\s+|I'm\s+)?(?:now\s+)?(?:an?\s+"
        r"|the\s+)?(?P<trade>[A-Za-z][a-z]+(?:\s[a-z]+){0,2}?)\s+(?:as of|from|now|starting|effective)\b",
        EVENT,
    ),
    (
        "i run|i own|we run|we own|running|i've got|i have",
        r"\b(?:I|we)(?:'ve| have)?\s+(?:just\s+|now\s+|also\s+)?(?:run|own|opened|started|got)\s+(?:an?|my own"
        r"|our own|the)\s+(?P<business>(?:[a-z-]+\s+){0,2}?(?:bakery|shop|caf[eé]|restaurant|business|company|pub"
        r"|b&b|salon|agency|nursery|gallery|startup|start-up|stall|takeaway|chippy|barbershop|bookshop|food "
        r"truck|guesthouse|bar|consultancy|charity))\b",
        STATE,
    ),
    (
        "i drive|i'm driving|driving",
        r"\b(?:I|i'm)\s+(?:now\s+|still\s+)?driv(?:e|ing)\s+(?:(?:the|an?|night|school|number"
        r"|\d+)\s+){0,3}(?P<driving>bus|buses|coach|coaches|taxi|cab|lorry|lorries|tram|trams|train|trains"
        r"|trucks|hgv|forklift|ambulance|minicab)\b",
        STATE,
    ),
)

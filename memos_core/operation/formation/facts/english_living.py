"""English verb frames of names, numbers, love, body, tastes and things. See ``english_frames``."""

from memos_core.operation.formation.facts.frame import DEGREE, EVENT, STATE, TIMELESS, FrameRow

LIVING: tuple[FrameRow, ...] = (
    # names and numbers
    ("be", r"\s+(?:called|named)\s+(?P<name>[A-Z].*)", STATE),
    ("be", r"(?-i:\s+(?P<own_name>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?))(?=\s*(?:$|[,.!])|\s+but\b)", TIMELESS),
    ("be", r"\s+an?\s+(?P<age>\d{1,3})[- ]years?[- ]old\b", STATE),
    ("go", r"\s+by\s+(?P<nickname>[A-Z]\w+)", STATE),
    (
        "be",
        r"(?:\s+(?:now|already|only|just|currently|almost|about))*\s+(?P<age>\d{1,3}(?![.,:/]\d)|(?:twenty|thirty|forty"
        r"|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?|(?:thir|four|fif|six|seven|eigh"
        r"|nine)teen)(?=\s+(?:years?[- ]old|now|today|already|this|in|and"
        r"|but|so|which|though|next|on|as|going on)\b|\s*(?:$|[.,!;)—–-]))",
        STATE,
    ),
    (
        "turn",
        r"\s+(?P<age>\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?)\b(?!\s*(?:%"
        r"|degrees|into))",
        EVENT,
    ),
    ("weigh", r"(?:\s+in)?(?:\s+at)?\s+(?P<measurement_weight>.+)", STATE),
    ("be", r"\s+(?P<measurement_height>\d[\d'\".]*\s*(?:cm|m|feet|foot|ft|inches)?(?:\s*\d+)?)\s+tall", STATE),
    (
        "be",
        r"(?:\s+(?:down|up|now|at))*\s+(?:to\s+|at\s+)?(?P<measurement_weight>\d[\d.]*\s*(?:kg|kilos?|pounds"
        r"|lbs?|stone))\b",
        STATE,
    ),
    (
        "go get drop",
        r"(?:\s+\w+)?\s+(?:down|up)\s+to\s+(?P<measurement_weight>\d[\d.]*\s*(?:kg|kilos?|pounds|lbs?"
        r"|stone))\b",
        EVENT,
    ),
    # love
    ("be get", r"\s+(?P<set_relationship_status>widowed)\b", TIMELESS),
    (
        "be",
        r"(?:\s+(?:now|still|happily|officially|newly|recently|back to being|just|already|finally"
        r"|currently))*\s+(?P<set_relationship_status>single|married|engaged|divorced|widowed|separated|in a "
        r"relationship|in a long-distance relationship|seeing someone)(?:\s+to\s+(?P<partner>(?-i:[A-Z]).*)"
        r"|\s+from\s+(?P<end_partner>(?-i:[A-Z])\w+))?(?=\s*(?:$|[.,!;—–-]|\s(?:now|again|to|from|with|and|for|since"
        r"|on|at"
        r"|these|twice|once|three|but|so|as|all|anyway|actually)))",
        STATE,
    ),
    (
        "get",
        r"(?:\s+(?:just|finally|officially|recently|legally))*\s+(?P<set_relationship_status>divorced|separated)\b",
        EVENT,
        (("end_partner", "*"),),
    ),
    (
        "get",
        r"(?:\s+(?:just|finally|officially|recently))*\s+(?P<set_relationship_status>married|engaged)"
        r"(?:\s+to\s+(?P<partner>.+))?",
        EVENT,
    ),
    ("get", r"\s+back\s+together\s+with\s+(?P<partner>.+)", EVENT),
    ("marry", r"\s+(?P<partner>[A-Z].*)", EVENT, (("relationship_status", "married"),)),
    (
        "marry",
        r"(?=\s*(?:$|[.,!]|\s{2}|in\b|at\b|on\b|young\b|secretly\b))",
        EVENT,
        (("relationship_status", "married"),),
    ),
    (
        "date see marry",
        r"\s+(?:an?|this)\s+(?:\w+\s+){1,3}?(?:called|named)\s+(?P<partner>[A-Z]\w+)",
        STATE,
    ),
    ("date see", r"\s+(?P<partner>(?-i:[A-Z])\w+)(?=\s*(?:$|[.,!]|now|for|since))", STATE),
    (
        "be",
        r"\s+(?:dating|seeing|in a relationship with|together with)\s+(?P<partner>(?-i:[A-Z])\w+)(?=\s*(?:$|[.,!]|now"
        r"|for|since))",
        STATE,
    ),
    (
        "break split",
        r"\s+up(?!\s+(?:the|a|an)\b)(?:\s+with\s+(?:my\s+\w+\s+)?(?P<end_partner>[A-Z]\w+)?)?",
        EVENT,
        (("end_partner", "*"), ("relationship_status", "single")),
    ),
    (
        "divorce",
        r"(?:\s+(?P<end_partner>[A-Z]\w+))?",
        EVENT,
        (("end_partner", "*"), ("relationship_status", "divorced")),
    ),
    # body and table
    (
        "be",
        r"(?:\s+(?:now|currently|fully|strictly|still|mostly|back to being|actually|already|also|completely|100%"
        r"|trying to be))*\s+(?:an?\s+)?(?:strict\s+|lifelong\s+)?(?P<diet>[\w-]+)(?=\s*(?:$|[.,!]|now|for|since"
        r"|these|again|\s))",
        STATE,
    ),
    ("go turn", r"\s+(?P<free_diet>(?:gluten|dairy|lactose|sugar|meat|wheat|alcohol)[- ]free|plant[- ]based)\b", EVENT),
    (
        "be go eat",
        r"(?:\s+(?:now|currently|strictly|fully|still|mostly|a|completely))*\s+(?P<free_diet>(?:gluten|dairy"
        r"|lactose|sugar|meat|wheat|alcohol)[- ]free|plant[- ]based|low[- ]carb)\b",
        STATE,
    ),
    ("be", r"(?:\s+(?:now|currently|back))*\s+on\s+(?:an?|the)\s+(?P<diet>[\w-]+)\s+diet", STATE),
    (
        "eat follow keep do",
        r"\s+(?:only\s+|an?\s+|strictly\s+|the\s+)*(?P<diet>[\w-]+)(?:\s+(?:diet|food|foods|meals))?\b",
        STATE,
    ),
    ("be", DEGREE + r"\s+allergic\s+to\s+(?P<allergy>.+)", STATE),
    (
        "have develop",
        r"\s+(?:an?\s+)?(?:\w+\s+){0,2}?(?:allergy|allergies|allergic reactions?)\s+to\s+(?P<allergy>.+)",
        STATE,
    ),
    (
        "have develop",
        r"\s+(?:an?\s+)?(?:severe\s+|bad\s+|mild\s+|serious\s+)?(?P<allergy>(?!no\b)[\w -]+?)\s+(?:allergy"
        r"|allergies)\b",
        STATE,
    ),
    ("be get", r"(?:\s+(?:just|recently|also))*\s+diagnosed\s+with\s+(?P<condition>.+)", TIMELESS),
    ("suffer struggle", r"\s+(?:from|with)\s+(?P<known_condition>.+)", STATE),
    ("have develop", r"\s+(?:an?\s+)?(?P<known_condition>.+)", STATE),
    ("live", r"\s+with\s+(?P<known_condition>.+)", STATE),
    (
        "join",
        r"\s+(?:an?|the|my)\s+(?:local\s+|new\s+|community\s+)*(?P<hobby>(?:[a-z-]+\s+){0,2}?(?:choir|orchestra|band"
        r"|club|class|league|troupe))",
        EVENT,
    ),
    ("be", DEGREE + r"\s+(?P<known_condition>[\w -]+)", STATE),
    (
        "take use",
        r"(?:\s+(?:my|some|daily|a|the|\d+))*\s+(?P<medication>.+?)(?:\s+for\s+(?:my|the|his"
        r"|her)?\s*(?P<known_condition>.+))?$",
        STATE,
    ),
    (
        "be",
        r"(?:\s+(?:back|now|currently))*\s+on\s+(?:a\s+course\s+of\s+)?(?P<medication>.+?)(?:\s+for\s+(?:my|the"
        r"|his|her)?\s*(?P<known_condition>.+))?$",
        STATE,
    ),
    ("come go be get", r"\s+off\s+(?:the\s+|my\s+)?(?P<end_medication>.+)", EVENT),
    ("be", DEGREE + r"\s+(?:widow|widower)\b", STATE, (("relationship_status", "widowed"),)),
    ("be get", r"(?:\s+(?:just|recently))*\s+prescribed\s+(?P<medication>.+)", EVENT),
    # tastes
    ("prefer favor favour", r"\s+(?P<likes>.+?)\s+(?:to|over|than|rather than|instead of)\s+.+", STATE),
    (
        "like love enjoy adore fancy prefer favor favour",
        r"(?:\s+(?:really|both|also|to))?\s+(?P<likes>.+)",
        STATE,
    ),
    ("hate dislike detest loathe despise dread", r"\s+(?P<dislikes>.+)", STATE),
    ("stand tolerate abide stomach", r"\s+(?P<likes>.+)", STATE),
    ("be", DEGREE + r"\s+(?:fan|lover|admirer)s?\s+of\s+(?P<likes>.+)", STATE),
    (
        "be",
        DEGREE + r"\s+(?:into|fond of|keen on|crazy about|mad (?:on|for)|daft about|nuts for|bonkers about|heavily "
        r"into|obsessed with|passionate about|addicted to|hooked on|big "
        r"on|mad "
        r"about|nuts about|partial to|interested in)\s+(?P<likes>.+)",
        STATE,
    ),
    (
        "be",
        DEGREE + r"\s+(?P<likes>(?!(?:an?\s+)?(?:morning|night|evening|day|people|good|bad|nice|private|busy|very|shy"
        r"|quiet|happy)\b)[a-z]+(?:\s[a-z]+)?"
        r"|[A-Z]\w+)\s+(?:fan|lover|enthusiast|nerd|geek|addict|fanatic"
        r"|buff"
        r"|person|aficionado)\b",
        STATE,
    ),
    (
        "be get",
        DEGREE
        + r"\s+(?:sick of|tired of|bored of|bored with|scared of|afraid of|terrified of|petrified of|frightened of"
        r"|wary of|put off "
        r"by)\s+(?P<dislikes>.+)",
        STATE,
    ),
    ("have", r"\s+(?:a|an)\s+(?:fear|phobia)\s+of\s+(?P<dislikes>.+)", STATE),
    (
        "get",
        r"(?:\s+(?:really|so|super|back))*\s+(?:into|hooked on)\s+(?P<hobby>(?!(?:a|an|the|my|trouble|shape|bed"
        r"|university|college|uni|grad|med|it|this|that)\b).+)",
        EVENT,
    ),
    ("take pick", r"\s+up\s+(?P<hobby>(?!the\b|my\b|a\b|most\b|so\b|too\b|space|time|on\b).+)", EVENT),
    ("give cut", r"\s+(?:up|out)\s+(?P<avoided>meat|fish|dairy|gluten|sugar|carbs|pork|beef)\b", EVENT),
    ("quit stop drop finish", r"\s+(?:taking\s+)?(?:the|my)\s+(?P<end_medication>[\w -]+?)(?=\s*(?:$|[,.!;]))", EVENT),
    ("give", r"\s+up\s+(?:on\s+)?(?:being\s+|the\s+)?(?P<end_diet>[\w-]+)(?:\s+diet)?", EVENT),
    ("give", r"\s+up\s+(?:on\s+)?(?:the\s+|my\s+)?(?P<end_likes>.+)", EVENT),
    ("give", r"\s+up\s+(?:on\s+)?(?P<end_goal>[a-z]+ing\s+.+)", EVENT),
    (
        "scrap shelve abandon drop ditch bin cancel quit give",
        r"\s+(?:up\s+)?(?:on\s+)?(?:the|my|our|that)\s+(?P<end_goal>.+?)\s+(?:goal|plan|idea|dream|target|project)\b",
        EVENT,
    ),
    ("give", r"(?-i:\s+(?P<end_owns>[A-Z][a-z]+))\s+(?:away|to\s+(?:my|our|an?|the|some)\s+[a-z]+)", EVENT),
    (
        "say",
        r"\s+(?:our\s+|my\s+|a\s+|the\s+)?(?:final\s+|last\s+|sad\s+)?(?:goodbyes?|farewell)\s+to\s+"
        r"(?:(?:my|our|the|old|dear|sweet)\s+)*(?P<end_owns>[\w'-]+)",
        EVENT,
    ),
    (
        "outgrow lose shake",
        r"\s+(?:the|his|her|my|their|that|an?)\s+(?:\w+\s+)??(?P<end_allergy>[\w -]+?)\s+allergy\b",
        EVENT,
    ),
    (
        "grow get",
        r"\s+(?:out\s+of|over)\s+(?:the|his|her|my|their|that)\s+(?P<end_allergy>[\w -]+?)\s+allergy\b",
        EVENT,
    ),
    ("put", r"\s+(?:(?:my|our)\s+\w+\s+)?(?P<end_pet>[A-Z][a-z]+)\s+(?:down|to sleep)\b", EVENT),
    (
        "leave dump divorce",
        r"\s+(?:my|the)\s+(?:husband|wife|boyfriend|girlfriend|partner|fianc\w+)\b",
        EVENT,
        (("end_partner", "*"),),
    ),
    (
        "separate",
        r"(?=\s*(?:$|[.,!]|\s{2}|amicably\b|in\b))",
        EVENT,
        (("end_partner", "*"), ("relationship_status", "separated")),
    ),
    (
        "go switch return start",
        r"\s+(?:back\s+to\s+|to\s+)?eating\s+(?:meat|fish|everything)\b",
        EVENT,
        (("end_diet", "*"),),
    ),
    ("separate", r"\s+from\b", EVENT, (("end_partner", "*"), ("relationship_status", "separated"))),
    ("learn", r"\s+(?:how\s+)?(?:to\s+(?:play\s+)?)?(?:the\s+)?(?P<played>[\w-]+)\b", STATE),
    ("learn", r"\s+(?:how\s+)?(?:to\s+(?:do\s+)?)?(?P<practised>[\w-]+)\b", STATE),
    ("leave", r"\s+(?:the|my)\s+(?:church|faith|religion|mosque|temple)\b", EVENT, (("end_religion", "*"),)),
    (
        "quit stop drop leave",
        r"\s+(?:(?:the|my|being|doing|eating|following|a)\s+)*(?P<end_diet>[\w-]+)(?:\s+diet)?",
        EVENT,
    ),
    (
        "quit stop drop pack jack chuck",
        r"\s+(?:in\s+|up\s+)?(?:the\s+|my\s+)?(?P<end_likes>(?!(?:my|the|by|in|at|for|to|and|it|that|up|off|me"
        r"|him|her|them|us|out|over|job"
        r"|work|position|bags?|things|case|suitcase|lunch)\b)[a-z].+)",
        EVENT,
    ),
    (
        "play do go",
        r"(?:\s+(?:some|a bit of|a lot of|lots of|a little))*\s+(?P<hobby>(?!(?:it|that|this|to|with|for|well"
        r"|my|the|a|out|so|all|everything"
        r"|home|back|there|what|some|work|online|shopping|nothing|crazy"
        r"|mad)\b)[a-z][a-z-]+(?:\s[a-z]+)?)\s+(?:on\s+[A-Z][a-z]+days?|every\s+[A-Z]?[a-z]+|at\s+weekends"
        r"|on\s+weekends|twice a week|once a week|(?:with (?:my|the|some|a) [^.]*?on [A-Z][a-z]+days))",
        STATE,
    ),
    (
        "play",
        r"(?:\s+(?:the|some|a lot of|lots of|competitive|amateur))*\s+(?P<played>[\w&'-]+(?:\s+guitar)?)\b",
        STATE,
    ),
    (
        "do practice practise",
        r"(?:\s+(?:some|a lot of|lots of|a bit of|a spot of|a little))*\s+(?P<practised>[\w-]+(?:\s[a-z]+ing)?)\b",
        STATE,
    ),
    (
        "collect",
        r"(?:\s+(?:old|vintage|rare|antique))?\s+(?P<collected>(?!my|the|data|it|them|him|her|this|that|some"
        r"|from|up).+)",
        STATE,
    ),
    # things
    ("drive ride", r"(?:\s+around)?\s+(?:in\s+)?(?:an?|my)\s+(?P<vehicle>.+)", STATE),
    (
        "buy purchase get lease own order",
        r"\s+(?:\w+self\s+|me\s+)?(?:an?|my|our)\s+(?:(?:brand[- ])?new\s+|used\s+"
        r"|second-hand\s+)?(?P<some_vehicle>.+)",
        EVENT,
    ),
    ("have", r"\s+(?:an?)\s+(?P<some_vehicle>.+)", STATE),
    ("own", r"\s+(?:an?|my own)\s+(?P<owns>.+)", STATE),
    ("buy purchase", r"\s+(?:\w+self\s+)?(?:an?|my first|our first)\s+(?P<owned>.+)", EVENT),
    ("have", r"\s+(?:an?|my own)\s+(?P<owned>.+)", STATE),
    (
        "sell donate scrap trade flog bin ditch offload",
        r"(?:\s+(?:off|in))?(?:\s+(?:my|the|our|that|his|her|their|old))+\s+(?P<end_owns>.+)",
        EVENT,
    ),
    ("give", r"\s+(?:away\s+)?(?:my|our)\s+(?P<end_owns>[\w ]+?)(?:\s+away|\s+to\s+.*)$", EVENT),
    ("swap trade", r"\s+my\s+(?P<end_likes>[\w ]+?)\s+for\b", EVENT),
    ("sell", r"(?-i:\s+(?P<end_owns>[A-Z][a-z]+))(?=\s|$|[.,!])", EVENT),
    (
        "be",
        r"\s+an?\s+(?:very\s+)?(?:keen|avid|passionate|amateur|hobby|weekend|budding"
        r"|enthusiastic)\s+(?P<hobbyist>[a-z]+(?:er|ist|or|grapher))\b",
        STATE,
    ),
    ("trade swap switch ditch", r"\s+(?P<end_likes>[a-z-]+)\s+for\s+(?P<played>[\w-]+)", EVENT),
    (
        "trade swap exchange replace",
        r"\s+(?:it|him|her|that|them)\s+(?:in\s+)?(?:for|with)\s+(?:an?|the)\s+(?:new\s+)?(?P<some_vehicle>.+)",
        EVENT,
    ),
    (
        "trade swap exchange replace",
        r"(?:\s+in)?\s+(?:my|our|the)\s+(?P<end_owns>.+?)\s+(?:for|with)\s+(?:an?"
        r"|the)\s+(?:new\s+)?(?P<some_vehicle>.+)",
        EVENT,
    ),
    ("get", r"\s+rid\s+of\s+(?:my|the|our|that)\s+(?P<end_owns>.+)", EVENT),
    (
        "lose total crash wreck",
        r"\s+(?:my|our)\s+(?P<end_owns>(?!job|mind|temper|way|voice|balance|appetite|keys|mom|mother|dad"
        r"|father"
        r"|position|patience|faith|weight|focus).+)",
        EVENT,
    ),
)

"""English: absences, duties, diets, money and the house, and how long they usually last."""

from memos_core.operation.formation.foresight.entries import CONSTRAINT, STATE, Entry, Group
from memos_core.operation.formation.foresight.lexicon_health import ADV, BE

PAPERS = (
    r"(?:driving |driver's |drivers |fishing |pilot's )?licen[cs]e|(?:bank |instagram |twitter |paypal )?accounts?"
    r"|(?:bank |credit |debit |library )?card|membership|passport|permit|privileges|phone privileges|season ticket"
)
SUPPLIES = (
    r"electricity|power|water|hot water|gas|internet|wi-?fi|heating|signal|reception|car|van|bike|phone|laptop|kitchen"
    r"|bathroom|shower|oven|stove|fridge|washing machine|dishwasher|lift|elevator|air ?con(?:ditioning)?|ac|tv|trains?"
    r"|buses|childcare|nanny|babysitter|cleaner|school|classes|lectures|work"
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        pattern=rf"\b(?:{BE}|i|we) {ADV}(?:away )?(?:on|off on|going on|go on|taking|starting|having) (?:a |an |my "
        rf"|our |some |the |\w+ ){{0,2}}?(?:(?:annual|sick|maternity|paternity|parental|medical"
        r"|compassionate|bereavement|unpaid|study|family|carer's|adoption|administrative|gardening|garden"
        r"|stress|home|shore) leave|leave(?: of absence)?|sabbatical|vacation|holidays?|honeymoon"
        r"|mat leave|furlough|pto|career break|gap year|strike)\b",
        topic="leave holiday",
        kind=STATE,
        days=14,
        group=Group.ABSENCE,
    ),
    Entry(
        pattern=rf"\b{BE} {ADV}(?:signed off(?: work| sick)?|away|abroad|overseas|out of (?:town|office|the office"
        rf"|the country)|off (?:work"
        r"|school|sick|duty)|travell?ing|on the road|(?:away )?on (?:a |an |this |my "
        r"|our )?(?:\w+ )?(?:business|work|road|school|study|research|sales|camping|family|ski|field"
        r"|fishing|city)? ?(?:trip|cruise|tour|retreat|expedition|field ?work|assignment|secondment"
        r"|deployment|exchange|travel|residency|pilgrimage|safari)|on (?:business|tour|location|deployment"
        r"|exchange|safari|retreat)|visiting (?!hours)\w+|backpacking|touring|at sea|deployed|seconded to"
        r"|stationed in|camping|interrailing|ooo)\b(?! (?:with the fairies|from (?:sugar|social)))",
        topic="away trip",
        kind=STATE,
        days=7,
        group=Group.ABSENCE,
    ),
    Entry(
        pattern=rf"\b{BE} {ADV}(?:between (?:jobs|contracts|roles|gigs)|out of work|unemployed|job[- ]?hunting)\b",
        topic="work",
        kind=STATE,
        days=30,
        group=Group.OTHER,
    ),
    Entry(
        pattern=rf"\b{BE} {ADV}(?:on[- ]call|on (?:night|late|early|double|evening|graveyard) (?:shifts?|duty)"
        r"|on (?:night ?shifts|nights|standby|duty|jury (?:duty|service)|probation|the night shift|parole|trial"
        r"|house arrest|garden duty)|doing (?:jury (?:duty|service)|night ?shifts|national service)"
        r"|working (?:nights|night shifts|the night shift|double shifts|overtime|weekends)|covering for"
        r"|standing in for|filling in for|in charge of|acting \w+|interning|on a deadline|in crunch"
        r"|in training|doing (?:an internship|my internship|my residency|a placement)|on (?:a "
        r"|my )?(?:placement|internship|work experience))\b",
        topic="duty",
        kind=STATE,
        days=7,
        group=Group.DUTY,
    ),
    Entry(
        pattern=r"\b(?:house|pet|dog|cat|baby)-?\s?sit(?:ting)?\b(?! (?:every|on mondays))|\b(?:looking after"
        r"|taking care of|minding) (?:my|our|his|her|their|[a-z]+'s) (?!own\b|mind|manners|head)[a-z]+"
        r"|\b(?:looking after"
        r"|taking care of|minding|watching|feeding|fostering|caring for|watering) (?:my |our |the |his "
        r"|her |their |a |\w+'s )(?:\w+ ){0,2}?(?:dogs?|cats?|house|flat|apartment|kids|plants|place"
        r"|puppy|puppies|kittens?|parrot|hamster|rabbits?|nephews?|nieces?|grandkids|children|mother|mom"
        r"|mum|dad|father|grandma|grandmother|goldfish|fish|chickens|horses?|garden)\b",
        topic="sitting care",
        kind=STATE,
        days=7,
        group=Group.DUTY,
    ),
    Entry(
        pattern=rf"\b(?:it's|it is|in|have|having|during|got|middle of|{BE}) (?:\w+ ){{0,3}}?(?:exam (?:week|weeks"
        r"|period|season|time)|exams|finals(?: week)?|midterms(?: week)?|mocks|revising for|cramming for"
        r"|crunch (?:time|week)|crunch mode|tax season|peak season|busy season|wedding season"
        r"|thesis crunch|audit season|harvest|hell week|freshers' week)\b",
        topic="exams",
        kind=STATE,
        days=7,
        group=Group.DUTY,
    ),
    Entry(
        pattern=rf"\b(?:{BE} {ADV}fasting|(?:i|we|they|must|to) fast(?! (?:food|asleep))|(?:{BE} {ADV}|i |we "
        r"|he |she |they )(?:observ(?:e|ing) (?:ramadan|lent|yom kippur|passover|the fast)"
        r"|keep(?:ing)? (?:(?:the|a|my) (?:[a-z]+ )?fast|roza|kosher for passover|lent)))\b|\b(?:it's|during|for"
        r"|because of"
        r"|fast for) (?:ramadan|lent)\b|\bramadan (?:has )?(?:starts|started|began|begins|mubarak"
        r"|kareem)\b|\b(?:intermittent|water|juice) (?:fast|cleanse)\b|\bfasting\b",
        topic="fasting",
        kind=CONSTRAINT,
        days=30,
        group=Group.DIET,
    ),
    Entry(
        pattern=r"\b(?:(?:doing|trying|started|starting|do|on|in|attempting|taking part in|observing|joining"
        r"|for) (?:a |an |the |my |another |this |strict |\w+ )?(?:dry january|sober october|veganuary"
        r"|whole ?30|(?:no-?spend|no-?buy|dry|sober|sugar-?free|meat-?free|plastic-?free) (?:month|week|year"
        r"|challenge|january|february"
        r"|march|april|may|june|july|august|september|october|november|december)|movember|75 hard|\w+ cleanse"
        r"|juice cleanse|juice fast|digital detox"
        r"|social media (?:detox|break|fast)|screen detox|sugar detox|liquid diet|soft(?:-food)? diet"
        r"|elimination diet|low-fodmap|fodmap|keto(?: diet)?|crash diet|carnivore(?: diet)?|bland diet"
        r"|low-sodium diet|low-carb(?: diet)?|brat diet)|(?:on|started|starting|trying|doing"
        rf"|follow(?:ing)?) (?:a|an|this|the|my) (?:[\w-]+ ){{0,2}}?diet)\b(?! (?:coke|soda|pepsi))"
        rf"|\b{BE} {ADV}(?:dieting|cutting(?! (?:the|my|it|edge))|detoxing|off (?:alcohol|booze|sugar"
        r"|dairy|gluten|meat|caffeine|coffee|carbs|sweets|chocolate|social media|instagram|facebook|tiktok"
        r"|(?:the )?(?:booze|wine|beer|gin|fags|cigarettes|ciggies|vapes?|takeaways|crisps|biscuits|cake|pints)"
        r"|the sauce|wheat|drink|the drink|bread|running|sports?|the bike|salt|fried food|nicotine"
        r"|smoking)|on the wagon|not drinking|teetotal for|staying sober)\b",
        topic="diet",
        kind=CONSTRAINT,
        days=30,
        group=Group.DIET,
    ),
    Entry(
        pattern=rf"\b(?:eating|going|gone|cooking|{BE}|eat|being|try(?:ing)?|doing) {ADV}(?:only )?(?:vegan"
        r"|vegetarian|veggie|plant-based|gluten-free|dairy-free|sugar-free|meat-free|alcohol-free"
        r"|pescatarian|raw|kosher|halal|keto|paleo|low-carb|meatless|lactose-free|sober|dry)\b",
        topic="diet",
        kind=CONSTRAINT,
        days=None,
        group=Group.DIET,
    ),
    Entry(
        pattern=r"\b(?:giving|gave|given|give) up (?:\w+ ){1,3}(?:for|until|till?|this|during|over)\b"
        r"|\bgiving up \w+\b",
        topic="giving up",
        kind=CONSTRAINT,
        days=None,
        group=Group.DIET,
    ),
    Entry(
        pattern=rf"\b(?:{BE} {ADV}(?:broke(?! my| his| her| up| down| the| our)|skint|strapped for cash"
        rf"|on a shoestring|short (?:of"
        rf"|on) (?:cash|money)|tight on money"
        r"|low on (?:cash|funds)|penniless|out of money|(?:trying to |trying hard to )save (?:up|money"
        r"|every)|saving (?:up|money|every|hard)|cutting (?:back"
        r"|down) on (?:spending|eating out|shopping|expenses)|on a (?:very |really |super )?(?:tight "
        r"|strict |shoestring |small )?budget|between (?:paychecks|paydays)|careful with (?:my |our "
        r"|the )?(?:money|spending|cash)|pinching pennies|(?:trying to )?keep(?:ing)? (?:our |my |the )?(?:spending"
        r"|costs|expenses) (?:down|low)|watching (?:my|our) (?:spending|money|pennies)"
        r"|not (?:spending|buying|shopping|ordering|eating out)\b.*|on a spending (?:freeze|ban)"
        r"|on a no-spend)|(?:money|cash|budget|finances)(?:'s| is| are| will be) (?:\w+ )?(?:tight|short"
        r"|low|stretched|limited)|(?:spending|shopping) (?:freeze|ban)|saving (?:up |money |hard )?(?:this"
        r"|for (?:the|our|a|my)|until))\b",
        topic="money tight budget",
        kind=CONSTRAINT,
        days=30,
        group=Group.MONEY,
    ),
    Entry(
        pattern=r"\b(?:eating out|spending|ordering in|buying|shopping) less\b|\bto save (?:money|up)\b",
        topic="money saving budget",
        kind=CONSTRAINT,
        days=None,
        group=Group.MONEY,
    ),
    Entry(
        pattern=rf"\b(?:{PAPERS})(?:'s| is| was| are| were| got| has been| have been| will be| gets) {ADV}"
        r"(?:suspended|revoked|frozen|blocked|confiscated|taken away|withheld|impounded|locked|withdrawn|on hold"
        r"|limited)\b"
        rf"|\b(?:lost|losing|took|taken|taking|confiscated|revoked|suspended|froze|frozen|blocked|impounded) (?:away )?"
        rf"(?:my|his|her|our|the) (?:{PAPERS})\b"
        rf"|(?:\b{BE}|\bgot|\bwas|\bwere|\bbanned) {ADV}(?:banned|barred|suspended|disqualified|grounded|excluded"
        rf"|expelled"
        r"|blacklisted)\b(?! (?:ceiling|in (?:water|mid)))|\b(?:banned|barred|grounded|suspended) (?:me|him|her|us)\b"
        r"|\bunder (?:house arrest|curfew)\b|\bdriving ban\b",
        topic="banned",
        kind=CONSTRAINT,
        days=None,
        group=Group.OTHER,
        onset=True,
    ),
    Entry(
        pattern=r"\b(?:(?:have|has|got|'ve got|'s got|there's|there is|there'll be|will be|with|having|'ll have"
        r"|will have) no"
        r"|(?:don't|doesn't|won't) have (?:a |an |any |my |our |the )?|there (?:isn't|won't be) any) ?(?:working "
        r"|running |proper )?"
        rf"(?:{SUPPLIES})\b|(?:^|\bi'm |\bstill )no (?:{SUPPLIES})\b|\bscaffolding\b",
        topic="without",
        kind=STATE,
        days=None,
        group=Group.HOME,
    ),
    Entry(
        pattern=r"\b(?:broadband|router|landline|cooker|hob|toilet|loo|sink|drain|pump|generator|tractor|till"
        r"|card machine|server"
        r"|network|alarm|garage door|immersion|console|tablet|ipad|hearing aid|car|van|bike|bicycle|motorbike|scooter"
        r"|laptop|phone|computer|washing machine|dishwasher"
        r"|fridge|oven|stove|boiler|heating|shower|kitchen|bathroom|elevator|lift|printer|internet|wi-?fi"
        r"|power|hot water|air ?con(?:ditioning)?|ac|tv|road|pool|gym|office|library|bridge|station|school"
        r"|store|shop|piano|camera|dryer|freezer|roof|website|metro|subway|line|motorcycle|truck|bus"
        rf"|trains?|guitar|watch|glasses)(?: (?!is|are|battery|screen)\w+){{0,4}}(?:'s| is| are|'re| will be"
        rf"| has been) {ADV}(?:being "
        r"|getting )?(?:in (?:the |for )?(?:garage|shop|repairs?|servicing|service|a service|mechanic's"
        r"|workshop)|at (?:the )?(?:garage|mechanic'?s?|repair shop|shop|dealer|dealership|workshop"
        r"|repairer's|apple store)|out of (?:order|action|service|commission)|broken|down|dead|off|out"
        r"|being (?:repaired|fixed|serviced|renovated)|repaired|renovated|fixed|mended|serviced"
        r"|under (?:repair|renovation"
        r"|construction|maintenance)|closed|shut|being redone|redone|replaced|on loan|off the road|gone"
        r"|flooded|leaking|jammed|playing up|acting up|cracked|smashed|frozen up|not working|busted|kaput|bust"
        r"|torn (?:up|out))\b"
        r"|\b(?:my|our|the|mum's|dad's|^)(?: ?[a-z-]+){1,3}?(?:'s|'ve| has| have|) (?:finally |just |officially "
        r"|gone and )?"
        r"(?:packed (?:in|up)(?! (?:my|the|our|a)\b)|conked out|given up the ghost|gave up the ghost|died on (?:me|us)"
        r"|gone kaput|gone bang|broken down|broke down|blown up|had it)\b"
        r"|\b(?:my|our|the) [a-z-]+(?: [a-z-]+)?(?:'s| is) (?:on the (?:blink|fritz)|bust|knackered|kaput|goosed"
        r"|shot)\b",
        topic="repair",
        kind=STATE,
        days=7,
        group=Group.HOME,
    ),
    Entry(
        pattern=r"\b(?:staying|living|crashing|camping out|lodging|sleeping|based|posted|stationed"
        r"|couch-?surfing) (?:with|at|in|on|over at|near|by) (?!touch|mind|bed early)\b",
        topic="staying",
        kind=STATE,
        days=None,
        group=Group.ABSENCE,
    ),
    Entry(
        pattern=r"\b(?:have|has|having|hosting|'ve got|got) (?:some |our |my |\w+ ){0,2}?(?:guests?|visitors"
        r"|houseguests?|in-laws|builders|decorators|painters|contractors|workmen|the kids)\b"
        r"|\b(?:renovating|remodel(?:l)?ing|redecorating|repainting) (?:the|our|my)\b|\bmoving house\b",
        topic="guests renovation",
        kind=STATE,
        days=None,
        group=Group.HOME,
    ),
    Entry(
        pattern=rf"\b(?:{BE} {ADV}(?:snowed in|without (?:a |an |my |the |hot |running )?(?:car|phone"
        r"|internet|wi-?fi|kitchen|water|heating|power|laptop|licen[cs]e|oven|electricity|shower"
        r"|washing machine|fridge)|in lockdown|under lockdown|locked down|stuck (?:at|in|on)"
        r"|working from (?:home|\w+)|wfh|between (?:flats|apartments|homes|houses|tenants)"
        r"|in (?:mourning"
        r"|rehearsals|training|temporary)|rehearsing|recuperating|resting))\b",
        topic="restricted",
        kind=STATE,
        days=None,
        group=Group.OTHER,
    ),
)
"""In the order in which they are tried."""

"""English: illnesses, injuries and treatments, and how long they usually last."""

from memos_core.operation.formation.foresight.entries import ALWAYS, CONSTRAINT, STATE, Entry, Group

ADJ = (
    r"(?:(?:a|an|the|this|that|my|our|his|her|some|another|quite|really|pretty|such|horrible|nasty|bad"
    r"|terrible|awful|mild|slight|severe|full-blown|proper|massive|huge|stinking|rotten|annoying"
    r"|[a-z]+(?:id|ible|ful|ous|ish)|stupid|dreadful|heavy|high|low|little|bit of|touch of|case of|bout of|kind of"
    r"|sort of|type a"
    r"|seasonal|viral|bacterial|seriously|super|damn|bloody) )*"
)
HAS = (
    r"(?:(?:'ve|have|has|'s) had|(?<!to )(?:have|has|'ve got|'s got|got|'ve|getting|caught|'ve caught"
    r"|'s caught|picked up|contracted|come down with|came down with|coming down with"
    r"|gone down with|went down with|down with|fighting(?: off)?|nursing|suffering (?:from|with)"
    r"|suffer from|battling|struggling with|sick with|ill with|tested positive for|positive for"
    r"|in bed with"
    r"|laid up with|laid low by|knocked out by|knocked flat by|dealing with|diagnosed with|home with"
    r"|off with|recovering from|getting over|still with|hit by|stuck with"
    r"|under with|struck down (?:by|with)|plagued by|(?:come|came|coming|broke|broken) out in|riddled with|full of"
    r"|covered in)|(?:'m|am|is|are|'s|'re) (?:on|having)|my|his|her"
    r"|our|this|the|because of|thanks to|due to|with|'s) "
)
INJURED = (
    r"(?:sprained|twisted|tore|torn|pulled|strained|broke|broken|fractured|dislocated|bruised|injured"
    r"|hurt|cracked|ruptured|smashed|wrecked"
    r"|busted|rolled|tweaked|cut|burnt|burned|sliced|done|did|snapped|popped|knackered|buggered|wrenched|jarred|split"
    r"|blown|blew out|banged up)"
)
BODY = (
    r"(?:ankle|wrist|knee|leg|arm|foot|feet|toe|toes|finger|thumb|hand|elbow|shoulder|collarbone"
    r"|clavicle|rib|ribs|hip|back|neck|jaw|nose|tibia|fibula|femur"
    r"|heel|hamstring|hammy|calf|groin|muscle|quad|thigh|shin|ligaments?|acl|mcl|meniscus"
    r"|achilles(?: tendon)?|tendon|tailbone|pelvis|kneecap|rotator cuff|tooth|spine|vertebra|eye|ear"
    r"|knuckles?|forearm)"
)
BE = r"(?:'m|am|is|are|'s|'re|been|be|being)"
ADV = (
    r"(?:(?:still|currently|now|just|also|back|both|all|already|officially|finally|basically"
    r"|temporarily|again|only|really|so|feeling|a bit|a little|pretty|quite|totally|completely|super"
    r"|kind of|on) )*"
)


def _ill(nouns: str, topic: str, days: int) -> Entry:
    pattern = (
        rf"^(?:(?:ugh|well|so|oh no|great|its|it's|yep|just|got|day \w+ of|ok)[,:]? )*(?:{nouns})"
        r"(?:,.*| (?:again|here|of|and|with|since|for|in this house)\b.*| ~.*)?$"
        rf"|\b(?:{nouns})(?:'s| has| have)? (?:hit|got|taken|taken out|taken down|knocked|flattened|floored|landed in"
        rf"|arrived in|found|reached"
        rf"|swept through"
        r"|gone through|struck|wiped out) (?:out )?(?:\w+ )?(?:me|us|my|our|him|her|the kids|the house)\b"
        rf"|{HAS}{ADJ}(?:{nouns})\b(?! (?:shot|vaccine|vaccination|jab|season|test|sore medicine|weather"
        r"|war|brew|feet|turkey|call|medicine|tea|water|outside|front|case))"
    )
    return Entry(pattern=pattern, topic=topic, kind=STATE, days=days, group=Group.ILLNESS, onset=True)


ENTRIES: tuple[Entry, ...] = (
    _ill(r"flu|influenza|swine flu|bird flu", "flu", 8),
    _ill(r"covid(?:-19)?|coronavirus|corona", "covid", 10),
    _ill(
        r"(?:a |head |chest |summer |common |man |\w+ing )?colds?(?! (?:start|boot|storage|wallet|case|shower"
        r"|drink|beer|one|hands|cut"
        r"|water|plate|soup|brew))",
        "cold",
        8,
    ),
    _ill(
        r"stomach (?:bug|flu|virus)|food poisoning|norovirus|gastro(?:enteritis)?|tummy bug|diarrh?o?ea",
        "stomach bug",
        4,
    ),
    _ill(
        r"(?:high |low )?fever(?! (?:outside|in|drop))|chills|(?<=a )(?:high )?temperature(?! (?:of|sensor"
        r"|range|in))",
        "fever",
        4,
    ),
    _ill(
        r"[a-z]+itis|croup|rsv|nits|worms|thrush|gout|abscess|tooth ?ache|ear ?ache|quinsy|slapped cheek"
        r"|strep(?: throat)?|tonsillitis|sore throat|laryngitis|bronchitis|(?:ear|sinus|throat|eye|chest"
        r"|skin|kidney|bladder|urinary tract|urinary|tooth|gum) infection|uti|sinusitis|conjunctivitis"
        r"|pink ?eye|(?:bad |dry )?cough|infection|virus|bug(?= (?:going|that|from|since))",
        "infection",
        10,
    ),
    _ill(
        r"pneumonia|mono(?:nucleosis)?|glandular fever|whooping cough|pertussis|shingles|chicken ?pox"
        r"|measles|mumps|scarlet fever|dengue|malaria|hand[, ]foot and mouth|hepatitis a|lyme(?: disease)?"
        r"|typhoid|impetigo|ringworm|scabies|poison (?:ivy|oak|sumac)|lice|head lice|hives|rash|stye|migraine|vertigo"
        r"|kidney stones?|gallstones?|appendicitis|bell's palsy",
        "illness",
        21,
    ),
    Entry(
        pattern=rf"\b(?:i|we|he|she|they|\w+)(?:'m|'s|'re| am| is| are|'ve been| have been| has been) {ADV}(?:sick"
        r"|ill|unwell|poorly|under the weather|feverish|contagious|bedridden|running a (?:fever"
        r"|temperature)|throwing up|vomiting|off sick|home sick|out sick)(?! (?:of|and tired|to death"
        r"|with envy|leave))\b",
        topic="sick",
        kind=STATE,
        days=5,
        group=Group.ILLNESS,
    ),
    Entry(
        pattern=rf"\btested positive\b|\b(?:{BE}|isolating|quarantin\w*) {ADV}?(?:self-?isolating|isolating"
        r"|quarantining|in (?:quarantine|isolation|self-isolation)|under quarantine)\b|\b(?:stay|staying|be"
        r"|still) in (?:quarantine|isolation)\b|\b(?:have|has"
        r"|had) to (?:self-?)?(?:isolate|quarantine)\b|\bquarantin(?:ed|ing)\b|\b(?:self-)?isolating\b",
        topic="quarantine",
        kind=CONSTRAINT,
        days=10,
        group=Group.ILLNESS,
        onset=True,
    ),
    Entry(
        pattern=rf"\b{BODY}(?:'s| is| are| got| has been) (?:\w+ )?{INJURED}\b|\b{INJURED} (?:my|me|his|her|our|the|a"
        rf"|both|two|one of my|three|some)? ?(?:\w+ ){{0,2}}?{BODY}\b"
        r"|\b(?:has|have|'ve got|got|'s got|with|nursing|recovering from) (?:a "
        r"|an )?(?:\w+ly )?(?:sprained|twisted|torn|broken|fractured|dislocated|bruised|cracked|pulled"
        r"|ruptured|injured|bad(?=ly)|hairline fracture in my|stress fracture in my|swollen"
        rf"|strained) (?:\w+ ){{0,2}}?{BODY}\b|\bmy (?:sprained|twisted|torn|broken|fractured|dislocated"
        rf"|bruised|cracked|pulled|injured) {BODY}\b",
        topic="injury",
        kind=CONSTRAINT,
        days=28,
        group=Group.INJURY,
        onset=True,
    ),
    Entry(
        pattern=rf"^(?:my |me |his |her |the |ugh,? )*{BODY}(?:'s| has) (?:gone|playing up|shot|knackered|seized up"
        rf"|locked up)\b"
        r"|\bmy (?:lower )?back (?:went|gave) out\b|\b(?:threw|thrown|put|pulled|slipped|did) (?:my|his|her|a"
        r"|out my) (?:lower )?(?:back|neck|disc"
        r"|disk)(?: out)?\b|\b(?:slipped|herniated) dis[ck]\b|\b(?:have|has|got|a) (?:a )?(?:mild "
        r"|bad )?(?:concussion|whiplash|hernia|stress fracture|hairline fracture|compound fracture"
        r"|torn (?:ligament|muscle|acl)|pinched nerve|sciatica|tendonitis|tendinitis|plantar fasciitis"
        r"|tennis elbow|shin splints|muscle strain|black eye|frozen shoulder)\b|\bconcussed\b",
        topic="injury",
        kind=CONSTRAINT,
        days=28,
        group=Group.INJURY,
        onset=True,
    ),
    Entry(
        pattern=r"\b(?:in|wearing|wear|have|has|got|with|get|need) (?:a |an |my |the "
        r"|this )?(?:\w+ )?(?:plaster cast|cast|walking boot|moon boot|boot|sling|splint|brace|neck brace"
        r"|plaster|crutches|wheelchair|eye patch|stitches)\b(?! iron)|\b(?:cast|boot|splint|sling|brace"
        r"|plaster) (?:stays|stay|has to stay|will stay|must stay|needs to stay) on\b"
        r"|\bon (?:strict |complete |total |full )?(?:bed|crate|cage|box|house)[ -]?rest\b|\bon crutches\b"
        r"|\busing (?:a wheelchair|crutches|a walker|a cane)\b",
        topic="cast injury",
        kind=CONSTRAINT,
        days=42,
        group=Group.INJURY,
    ),
    Entry(
        pattern=r"\b(?:on|taking|take|started|starting|start|begun|began|prescribed|given|gave (?:me|him|her)"
        r"|finish(?:ing)?|course of|put (?:me|him|her|us) on) (?:a |an |the |my |some |strong |heavy "
        r"|another |new )*(?:[\w-]+ )?(?:[\w-]+ )?(?:course of )?(?:antibiotics?|penicillin|amoxicillin"
        r"|doxycycline|azithromycin|metronidazole|steroids?|prednisone|painkillers?|pain (?:meds"
        r"|medication|killers)|blood thinners?|antivirals?|paxlovid|tamiflu|antihistamines?|codeine"
        r"|accutane|isotretinoin|muscle relaxants?|medication|meds|medicine)(?! (?:every|twice|daily"
        r"|for (?:years|life)))\b|\b(?:my|his|her) antibiotics?\b|\bantibiotics? (?:course|for|until)\b"
        r"|\bantibiotics? (?:~|will|run|last)|\bmore days? of (?:antibiotics|the antibiotics|medication"
        r"|meds|pills)\b",
        topic="antibiotics medication",
        kind=STATE,
        days=10,
        group=Group.TREATMENT,
        onset=True,
    ),
    Entry(
        pattern=r"\brecover(?:ing|y) (?:at home )?(?:from|after) (?:\w+ )*?(?:surgery|operation|procedure"
        r"|c-section|caesarean|birth|transplant|op|replacement|accident|fall|crash|stroke|heart attack|burnout|illness"
        r"|injury|infection|concussion)\b|\b(?:had|underwent|just had"
        r"|having had) (?:my |a |an |the |his |her |\w+ ){0,3}?(?:surgery|operation|appendix (?:out"
        r"|removed)|appendectomy|tonsils (?:out|removed)|tonsillectomy|wisdom (?:teeth|tooth) (?:out"
        r"|removed|pulled|extracted)|tooth (?:out|pulled|extracted|removed)|root canal|hip replacement"
        r"|knee replacement|c-section|hysterectomy|lasik|eye surgery|cataracts?|vasectomy"
        r"|gallbladder (?:out|removed)|laser eye surgery|hernia (?:fixed|repaired)|biopsy|mole removed"
        r"|abortion|miscarriage|tooth implant|tattoo (?:done|finished)|new tattoo|ears? pierced"
        r"|piercing)\b|\bpost-?op\b",
        topic="surgery recovery",
        kind=STATE,
        days=14,
        group=Group.TREATMENT,
        onset=True,
    ),
    Entry(
        pattern=r"\b(?:having|getting|doing|in|undergoing|starting|started|through|on|halfway through"
        r"|rounds? of) (?:my |a |an |the |first |second |third |another |round of |course of "
        r"|\w+ )*?(?:chemo(?:therapy)?|radiotherapy|radiation|immunotherapy|ivf|dialysis"
        r"|physio(?:therapy)?|physical therapy|rehab|detox)\b",
        topic="treatment",
        kind=STATE,
        days=42,
        group=Group.TREATMENT,
    ),
    Entry(
        pattern=rf"\b{BE} {ADV}(?:(?:\w+|\d+)(?:-| )?(?:weeks?|months?) )?(?:along )?pregnant\b"
        r"|\bexpecting (?:a (?:baby|boy|girl|child)|twins|our (?:first|second|third)|our first child"
        r"|my (?:first|second))\b|\b(?:trimester|baby is due|due date is)\b|\b(?:i'm|she's|she is|i am"
        r"|wife is|sister is|daughter is) due (?:in|on|around|any) ?(?:~|day|time)|\bbaby's due\b",
        topic="pregnant baby",
        kind=STATE,
        days=210,
        group=Group.TREATMENT,
    ),
    Entry(
        pattern=r"\b(?:breast-?feeding|nursing (?:a|my|our) (?:baby|newborn|son|daughter))\b",
        topic="breastfeeding",
        kind=STATE,
        days=180,
        group=Group.TREATMENT,
    ),
    Entry(
        pattern=r"(?:\bis|\bam|\bare|'s|'m|'re) (?:\w+ )?allergic(?! to)\b|\b(?:allergic to (?!mornings|mondays|work"
        r"|exercise|fun|people|nonsense|commitment)|allergy to"
        r"|anaphyla\w+"
        r"|(?:nuts?|peanuts?|dairy|gluten|eggs?|shellfish|sesame|bee|wasp|penicillin|pollen|cat|dog|lactose|milk"
        r"|soya?|fish"
        r"|latex|wheat|food|nickel) (?:allerg(?:y|ies)|intoleran(?:t|ce))|intolerant to|coeliac|celiac"
        r"|(?:is|am|are|'s|'m|'re) (?:\w+ )?(?:diabetic|anaphylactic))\b",
        topic="allergy",
        kind=CONSTRAINT,
        days=ALWAYS,
        group=Group.OTHER,
    ),
    Entry(pattern=r"\bjet ?-?lag(?:ged)?\b", topic="jet lag", kind=STATE, days=4, group=Group.ILLNESS, onset=True),
    Entry(pattern=r"\b(?:hung ?over|hangover)\b", topic="hangover", kind=STATE, days=1, group=Group.ILLNESS),
    Entry(
        pattern=r"\b(?:lost my voice|no voice)\b", topic="voice", kind=STATE, days=6, group=Group.ILLNESS, onset=True
    ),
    Entry(
        pattern=r"\b(?:in|admitted to) (?:the )?(?:hospital|icu|intensive care|rehab|a clinic)\b",
        topic="hospital",
        kind=STATE,
        days=7,
        group=Group.ILLNESS,
    ),
)
"""In the order in which they are tried."""

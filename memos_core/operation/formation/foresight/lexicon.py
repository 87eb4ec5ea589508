"""What people say holds for a while, how long it usually does, and what ends it.

The lengths are rules of thumb for the case that nobody says: what most adults need to be rid of an illness or out of a
cast. They are starting points, and ``IntervalSource.DEFAULT`` says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from memos_core.domain.engram import ForesightKind

STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT


class Group(Enum):
    """Sorts of temporary things: each has its own ways of ending."""

    ILLNESS = auto()
    INJURY = auto()
    TREATMENT = auto()
    ABSENCE = auto()
    """Away from home or from work."""
    DUTY = auto()
    DIET = auto()
    MONEY = auto()
    HOME = auto()
    """A thing that is broken or away, guests, building works."""
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sort of temporary thing."""

    pattern: str
    topic: str
    """What later messages call it, besides the words that matched."""
    kind: ForesightKind
    days: int | None
    """How long it usually lasts; ``None`` when it counts only with a stated end."""
    group: Group
    onset: bool = False
    """Said in the past tense it still holds: "I broke my arm"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry that a clause speaks of."""

    entry: Entry
    start: int
    stop: int
    topic: str


_ADJ = r"(?:(?:a|an|the|this|that|my|our|his|her|some|another|quite|really|pretty|such|horrible|nasty|bad|terrible|awful|mild|slight|severe|full-blown|proper|massive|huge|stinking|rotten|annoying|stupid|dreadful|heavy|high|low|little|bit of|touch of|case of|bout of|kind of|sort of|type a|seasonal|seriously|super|damn|bloody) )*"
_HAS = (
    r"(?:(?:'ve|have|has|'s) had|(?<!to )(?:have|has|'ve got|'s got|got|'ve|getting|caught|'ve caught|'s caught|picked up|contracted|come down with|came down with|coming down with"
    r"|gone down with|went down with|down with|fighting(?: off)?|nursing|suffering (?:from|with)|suffer from|battling|struggling with|sick with|ill with|tested positive for|positive for|in bed with"
    r"|laid up with|laid low by|knocked out by|knocked flat by|dealing with|diagnosed with|home with|off with|recovering from|getting over|still with|hit by|stuck with"
    r"|under with|struck down (?:by|with)|plagued by)|(?:'m|am|is|are|'s|'re) (?:on|having)|my|his|her|our|this|the|because of|thanks to|due to|with|'s) "
)
_ILL = r"(?:{}|{} (?:is|are|has|have|'s) (?:\w+ )*?(?:killing|me|kicking|back|horrible|terrible|awful|bad|dreadful))"
_INJURED = (
    r"(?:sprained|twisted|tore|torn|pulled|strained|broke|broken|fractured|dislocated|bruised|injured|hurt|cracked|ruptured|smashed|wrecked"
    r"|busted|rolled|tweaked|cut|burnt|burned|sliced)"
)
_BODY = (
    r"(?:ankle|wrist|knee|leg|arm|foot|feet|toe|toes|finger|thumb|hand|elbow|shoulder|collarbone|clavicle|rib|ribs|hip|back|neck|jaw|nose|tibia|fibula|femur"
    r"|heel|hamstring|calf|groin|muscle|quad|thigh|shin|ligaments?|acl|mcl|meniscus|achilles(?: tendon)?|tendon|tailbone|pelvis|kneecap|rotator cuff|tooth|spine|vertebra|eye|ear|knuckles?|forearm)"
)
_BE = r"(?:'m|am|is|are|'s|'re|been|be|being)"
_ADV = r"(?:(?:still|currently|now|just|also|back|both|all|already|officially|finally|basically|temporarily|again|only|really|so|feeling|a bit|a little|pretty|quite|totally|completely|super|kind of|on) )*"


def _english() -> Iterator[Entry]:
    yield from _english_health()
    yield from _english_life()


def _english_health() -> Iterator[Entry]:
    def ill(nouns: str, topic: str, days: int) -> Entry:
        pattern = rf"{_HAS}{_ADJ}(?:{nouns})\b(?! (?:shot|vaccine|vaccination|jab|season|test|sore medicine|weather|war|brew|feet|turkey|call|medicine|tea|water|outside|front|case))"
        return Entry(pattern=pattern, topic=topic, kind=STATE, days=days, group=Group.ILLNESS, onset=True)

    yield ill(r"flu|influenza|swine flu|bird flu", "flu", 8)
    yield ill(r"covid(?:-19)?|coronavirus|corona", "covid", 10)
    yield ill(r"(?:a |head |chest |summer |common |man |\w+ing )?colds?(?! (?:shower|drink|beer|one|hands|cut|water|plate|soup|brew))", "cold", 8)
    yield ill(r"stomach (?:bug|flu|virus)|food poisoning|norovirus|gastro(?:enteritis)?|tummy bug|diarrh?o?ea", "stomach bug", 4)
    yield ill(r"(?:high |low )?(?:fever|temperature)(?! (?:outside|in|drop))|chills", "fever", 4)
    yield ill(r"strep(?: throat)?|tonsillitis|sore throat|laryngitis|bronchitis|(?:ear|sinus|throat|eye|chest|skin|kidney|bladder|urinary tract|urinary|tooth|gum) infection|uti|sinusitis|conjunctivitis|pink ?eye|(?:bad |dry )?cough|infection|virus|bug(?= (?:going|that|from|since))", "infection", 10)
    yield ill(r"pneumonia|mono(?:nucleosis)?|glandular fever|whooping cough|pertussis|shingles|chicken ?pox|measles|mumps|scarlet fever|dengue|malaria|hand[, ]foot and mouth|hepatitis a|lyme(?: disease)?|typhoid|impetigo|ringworm|scabies|lice|head lice|hives|rash|stye|migraine|vertigo|kidney stones?|gallstones?|appendicitis|bell's palsy", "illness", 21)
    yield Entry(pattern=rf"\b(?:i|we|he|she|they|\w+)(?:'m|'s|'re| am| is| are|'ve been| have been| has been) {_ADV}(?:sick|ill|unwell|poorly|under the weather|feverish|contagious|bedridden|running a (?:fever|temperature)|throwing up|vomiting|off sick|home sick|out sick)(?! (?:of|and tired|to death|with envy|leave))\b", topic="sick", kind=STATE, days=5, group=Group.ILLNESS)
    yield Entry(pattern=rf"\btested positive\b|\b(?:{_BE}|isolating|quarantin\w*) {_ADV}?(?:self-?isolating|isolating|quarantining|in (?:quarantine|isolation|self-isolation)|under quarantine)\b|\b(?:have|has|had) to (?:self-?)?(?:isolate|quarantine)\b|\bquarantin(?:ed|ing)\b|\b(?:self-)?isolating\b", topic="quarantine", kind=CONSTRAINT, days=10, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=rf"\b{_INJURED} (?:my|his|her|our|the|a|both|two|one of my|three|some)? ?(?:\w+ ){{0,2}}?{_BODY}\b|\b(?:has|have|'ve got|got|'s got|with|nursing|recovering from) (?:a |an )?(?:\w+ly )?(?:sprained|twisted|torn|broken|fractured|dislocated|bruised|cracked|pulled|ruptured|injured|bad(?=ly)|hairline fracture in my|stress fracture in my|swollen|strained) (?:\w+ ){{0,2}}?{_BODY}\b|\bmy (?:sprained|twisted|torn|broken|fractured|dislocated|bruised|cracked|pulled|injured) {_BODY}\b", topic="injury", kind=CONSTRAINT, days=28, group=Group.INJURY, onset=True)
    yield Entry(pattern=r"\b(?:threw|thrown|put|pulled|slipped|did) (?:my|his|her|out my) (?:lower )?(?:back|neck|disc|disk)(?: out)?\b|\b(?:slipped|herniated) dis[ck]\b|\b(?:have|has|got|a) (?:a )?(?:mild |bad )?(?:concussion|whiplash|hernia|stress fracture|hairline fracture|compound fracture|torn (?:ligament|muscle|acl)|pinched nerve|sciatica|tendonitis|tendinitis|plantar fasciitis|tennis elbow|shin splints|muscle strain|black eye|frozen shoulder)\b|\bconcussed\b", topic="injury", kind=CONSTRAINT, days=28, group=Group.INJURY, onset=True)
    yield Entry(pattern=rf"\b(?:in|wearing|wear|have|has|got|with|get|need) (?:a |an |my |the |this )?(?:\w+ )?(?:plaster cast|cast|walking boot|moon boot|boot|sling|splint|brace|neck brace|plaster|crutches|wheelchair|eye patch|stitches)\b(?! iron)|\bon crutches\b|\busing (?:a wheelchair|crutches|a walker|a cane)\b", topic="cast injury", kind=CONSTRAINT, days=42, group=Group.INJURY)
    yield Entry(pattern=rf"\b(?:on|taking|take|started|starting|start|begun|began|prescribed|given|gave (?:me|him|her)|finish(?:ing)?|course of|put (?:me|him|her|us) on) (?:a |an |the |my |some |strong |heavy |another |new )*(?:[\w-]+ )?(?:[\w-]+ )?(?:course of )?(?:antibiotics?|penicillin|amoxicillin|doxycycline|azithromycin|metronidazole|steroids?|prednisone|painkillers?|pain (?:meds|medication|killers)|blood thinners?|antivirals?|paxlovid|tamiflu|antihistamines?|codeine|accutane|isotretinoin|muscle relaxants?|medication|meds|medicine)(?! (?:every|twice|daily|for (?:years|life)))\b|\b(?:my|his|her) antibiotics?\b|\bantibiotics? (?:course|for|until)\b|\bmore days? of (?:antibiotics|the antibiotics|medication|meds|pills)\b", topic="antibiotics medication", kind=STATE, days=10, group=Group.TREATMENT, onset=True)
    yield Entry(pattern=r"\brecover(?:ing|y) (?:at home )?(?:from|after) (?:\w+ )*?(?:surgery|operation|procedure|c-section|caesarean|birth|transplant|op|replacement|accident)\b|\b(?:had|underwent|just had|having had) (?:my |a |an |the |his |her |\w+ ){0,3}?(?:surgery|operation|appendix (?:out|removed)|appendectomy|tonsils (?:out|removed)|tonsillectomy|wisdom (?:teeth|tooth) (?:out|removed|pulled|extracted)|tooth (?:out|pulled|extracted|removed)|root canal|hip replacement|knee replacement|c-section|hysterectomy|lasik|eye surgery|cataracts?|vasectomy|gallbladder (?:out|removed)|laser eye surgery|hernia (?:fixed|repaired)|biopsy|mole removed|abortion|miscarriage|tooth implant|tattoo (?:done|finished)|new tattoo|ears? pierced|piercing)\b|\bpost-?op\b", topic="surgery recovery", kind=STATE, days=14, group=Group.TREATMENT, onset=True)
    yield Entry(pattern=rf"\b(?:having|getting|doing|in|undergoing|starting|started|through|on|halfway through|rounds? of) (?:my |a |an |the |first |second |third |another |round of |course of |\w+ )*?(?:chemo(?:therapy)?|radiotherapy|radiation|immunotherapy|ivf|dialysis|physio(?:therapy)?|physical therapy|rehab|detox)\b", topic="treatment", kind=STATE, days=42, group=Group.TREATMENT)
    yield Entry(pattern=rf"\b{_BE} {_ADV}(?:(?:\w+|\d+)(?:-| )?(?:weeks?|months?) )?(?:along )?pregnant\b|\bexpecting (?:a (?:baby|boy|girl|child)|twins|our (?:first|second|third)|our first child|my (?:first|second))\b|\b(?:trimester|baby is due|due date is)\b|\b(?:i'm|she's|she is|i am|wife is|sister is|daughter is) due (?:in|on|at|around|any)\b|\bbaby's due\b", topic="pregnant baby", kind=STATE, days=210, group=Group.TREATMENT)
    yield Entry(pattern=rf"\b(?:breast-?feeding|nursing (?:a|my|our) (?:baby|newborn|son|daughter))\b", topic="breastfeeding", kind=STATE, days=180, group=Group.TREATMENT)
    yield Entry(pattern=r"\bjet ?-?lag(?:ged)?\b", topic="jet lag", kind=STATE, days=4, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=rf"\b(?:hung ?over|hangover)\b", topic="hangover", kind=STATE, days=1, group=Group.ILLNESS)
    yield Entry(pattern=rf"\b(?:lost my voice|no voice)\b", topic="voice", kind=STATE, days=6, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"\b(?:in|admitted to) (?:the )?(?:hospital|icu|intensive care|rehab|a clinic)\b", topic="hospital", kind=STATE, days=7, group=Group.ILLNESS)


def _english_life() -> Iterator[Entry]:
    yield Entry(pattern=rf"\b(?:{_BE}|i|we) {_ADV}(?:away )?(?:on|off on|going on|taking|starting|having) (?:a |an |my |our |some |the |\w+ ){{0,2}}?(?:(?:annual|sick|maternity|paternity|parental|medical|compassionate|bereavement|unpaid|study|family|carer's|adoption|administrative|gardening|garden|stress|home|shore) leave|leave(?: of absence)?|sabbatical|vacation|holidays?|honeymoon|mat leave|furlough|pto|career break|gap year|strike)\b", topic="leave holiday", kind=STATE, days=14, group=Group.ABSENCE)
    yield Entry(pattern=rf"\b{_BE} {_ADV}(?:away|abroad|overseas|out of (?:town|office|the office|the country)|off (?:work|school|sick|duty)|travell?ing|on the road|(?:away )?on (?:a |an |this |my |our )?(?:\w+ )?(?:business|work|road|school|study|research|sales|camping|family|ski|field|fishing|city)? ?(?:trip|cruise|tour|retreat|expedition|field ?work|assignment|secondment|deployment|exchange|travel|residency|pilgrimage|safari)|on (?:business|tour|location|deployment|exchange|safari|retreat)|visiting (?!hours)\w+|backpacking|touring|at sea|deployed|seconded to|stationed in|camping|interrailing|ooo)\b(?! (?:with the fairies|from (?:sugar|social)))", topic="away trip", kind=STATE, days=7, group=Group.ABSENCE)
    yield Entry(pattern=rf"\b{_BE} {_ADV}(?:on[- ]call|on (?:night|late|early|double|evening|graveyard) (?:shifts?|duty)|on (?:night ?shifts|nights|standby|duty|jury duty|probation|the night shift|parole|trial|house arrest|garden duty)|doing (?:jury (?:duty|service)|night ?shifts|national service)|working (?:nights|night shifts|the night shift|double shifts|overtime|weekends)|covering for|standing in for|filling in for|in charge of|acting \w+|interning|on a deadline|in crunch|in training|doing (?:an internship|my internship|my residency|a placement)|on (?:a |my )?(?:placement|internship|work experience))\b", topic="duty", kind=STATE, days=7, group=Group.DUTY)
    yield Entry(pattern=rf"\b(?:house|pet|dog|cat|baby)-?\s?sit(?:ting)?\b(?! (?:every|on mondays))|\b(?:looking after|taking care of|minding|watching|feeding|fostering|caring for|watering) (?:my |our |the |his |her |their |a |\w+'s )(?:\w+ ){{0,2}}?(?:dogs?|cats?|house|flat|apartment|kids|plants|place|puppy|puppies|kittens?|parrot|hamster|rabbits?|nephews?|nieces?|grandkids|children|mother|mom|mum|dad|father|grandma|grandmother|goldfish|fish|chickens|horses?|garden)\b", topic="sitting care", kind=STATE, days=7, group=Group.DUTY)
    yield Entry(pattern=rf"\b(?:it's|it is|in|have|having|during|got|middle of|{_BE}) (?:\w+ ){{0,3}}?(?:exam (?:week|weeks|period|season|time)|exams|finals(?: week)?|midterms(?: week)?|mocks|revising for|cramming for|crunch (?:time|week)|crunch mode|tax season|peak season|busy season|wedding season|thesis crunch|audit season|harvest|hell week|freshers' week)\b", topic="exams", kind=STATE, days=7, group=Group.DUTY)
    yield Entry(pattern=rf"\b(?:{_BE} {_ADV}|i |we |he |she |they )(?:fast(?:ing)?(?! (?:food|asleep|enough|car|runner|approaching|learner))|observ(?:e|ing) (?:ramadan|lent|yom kippur|passover|the fast)|keep(?:ing)? (?:the fast|kosher for passover|lent))\b|\b(?:it's|during|for|because of|fast for) (?:ramadan|lent)\b|\bramadan (?:has )?(?:starts|started|began|begins|mubarak|kareem)\b|\b(?:intermittent|water|juice) (?:fast|cleanse)\b|\bfasting\b", topic="fasting", kind=CONSTRAINT, days=30, group=Group.DIET)
    yield Entry(pattern=rf"\b(?:(?:doing|trying|started|starting|do|on|in|attempting|taking part in|observing|joining|for) (?:a |an |the |my |another |this |strict |\w+ )?(?:dry january|sober october|veganuary|whole ?30|no-?spend (?:month|week|january|challenge|year)|no-?buy (?:month|year|january|challenge)|movember|75 hard|\w+ cleanse|juice cleanse|juice fast|digital detox|social media (?:detox|break|fast)|screen detox|sugar detox|liquid diet|soft(?:-food)? diet|elimination diet|low-fodmap|fodmap|keto(?: diet)?|crash diet|carnivore(?: diet)?|bland diet|low-sodium diet|low-carb(?: diet)?|brat diet|diet))\b(?! (?:coke|soda|pepsi))|\b{_BE} {_ADV}(?:dieting|cutting(?! (?:the|my|it|edge))|detoxing|off (?:alcohol|booze|sugar|dairy|gluten|meat|caffeine|coffee|carbs|sweets|chocolate|social media|instagram|facebook|tiktok|the sauce|wheat|drink|the drink|bread|running|sports?|the bike|salt|fried food|nicotine|smoking)|on the wagon|not drinking|teetotal for|staying sober)\b", topic="diet", kind=CONSTRAINT, days=30, group=Group.DIET)
    yield Entry(pattern=rf"\b(?:eating|going|gone|cooking|{_BE}|eat|being|try(?:ing)?|doing) {_ADV}(?:only )?(?:vegan|vegetarian|veggie|plant-based|gluten-free|dairy-free|sugar-free|meat-free|alcohol-free|pescatarian|raw|kosher|halal|keto|paleo|low-carb|meatless|lactose-free|sober|dry)\b", topic="diet", kind=CONSTRAINT, days=None, group=Group.DIET)
    yield Entry(pattern=rf"\b(?:giving|gave|given|give) up (?:\w+ ){{1,3}}(?:for|until|this|during)\b|\bgiving up \w+\b", topic="giving up", kind=CONSTRAINT, days=None, group=Group.DIET)
    yield Entry(pattern=rf"\b(?:{_BE} {_ADV}(?:broke|skint|strapped for cash|short (?:of|on) (?:cash|money)|tight on money|low on (?:cash|funds)|penniless|out of money|saving (?:up|money|every|hard)|cutting (?:back|down) on (?:spending|eating out|shopping|expenses)|on a (?:very |really |super )?(?:tight |strict |shoestring |small )?budget|between (?:jobs|paychecks|paydays)|pinching pennies|watching (?:my|our) (?:spending|money|pennies)|not (?:spending|buying|shopping|ordering|eating out)\b.*|on a spending (?:freeze|ban)|on a no-spend)|(?:money|cash|budget|finances)(?:'s| is| are| will be) (?:\w+ )?(?:tight|short|low|stretched|limited)|(?:spending|shopping) (?:freeze|ban)|saving (?:up |money |hard )?(?:this|for (?:the|our|a|my)|until))\b", topic="money tight budget", kind=CONSTRAINT, days=30, group=Group.MONEY)
    yield Entry(pattern=rf"\b(?:car|van|bike|bicycle|motorbike|scooter|laptop|phone|computer|washing machine|dishwasher|fridge|oven|stove|boiler|heating|shower|kitchen|bathroom|elevator|lift|printer|internet|wi-?fi|power|hot water|air ?con(?:ditioning)?|ac|tv|road|pool|gym|office|library|bridge|station|school|store|shop|piano|camera|dryer|freezer|roof|website|metro|subway|line|motorcycle|truck|bus|trains?|guitar|watch|glasses)(?:'s| is| are|'re| will be| has been) {_ADV}(?:being |getting )?(?:in (?:the |for )?(?:garage|shop|repairs?|servicing|service|a service|mechanic's|workshop)|at (?:the )?(?:garage|mechanic'?s?|repair shop|shop|dealer|dealership|workshop|repairer's|apple store)|out of (?:order|action|service|commission)|broken|down|dead|off|out|being (?:repaired|fixed|serviced|renovated)|repaired|renovated|under (?:repair|renovation|construction|maintenance)|closed|shut|being redone|redone|replaced|on loan|off the road|gone|not working|busted|kaput|bust|torn (?:up|out))\b", topic="repair", kind=STATE, days=7, group=Group.HOME)
    yield Entry(pattern=rf"\b(?:staying|living|crashing|camping out|lodging|sleeping|based|posted|stationed|couch-?surfing) (?:with|at|in|on|over at|near|by) (?!touch|mind|bed early)\b", topic="staying", kind=STATE, days=None, group=Group.ABSENCE)
    yield Entry(pattern=rf"\b(?:have|has|having|hosting|'ve got|got) (?:some |our |my |\w+ ){{0,2}}?(?:guests?|visitors|houseguests?|in-laws|builders|decorators|painters|contractors|workmen|the kids)\b|\b(?:renovating|remodel(?:l)?ing|redecorating|repainting) (?:the|our|my)\b|\bmoving house\b", topic="guests renovation", kind=STATE, days=None, group=Group.HOME)
    yield Entry(pattern=rf"\b(?:{_BE} {_ADV}(?:snowed in|grounded|without (?:a |an |my |the |hot |running )?(?:car|phone|internet|wi-?fi|kitchen|water|heating|power|laptop|licen[cs]e|oven|electricity|shower|washing machine|fridge)|in lockdown|under lockdown|locked down|stuck (?:at|in|on)|suspended|banned from|working from (?:home|\w+)|wfh|between (?:flats|apartments|homes)|in (?:mourning|rehearsals|training|temporary)|rehearsing|recuperating|resting))\b", topic="restricted", kind=STATE, days=None, group=Group.OTHER)


def _chinese() -> Iterator[Entry]:
    yield Entry(pattern=r"(?:得了?|患了?|感染了?|染上了?|有点|又|中了?|是|正在?发|确诊了?|被传染了?|犯了?|闹)?(?:甲流|乙流|流感)(?!疫苗|季|针|高发)", topic="流感", kind=STATE, days=8, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"(?:得了?|感染了?|染上了?|又|中了?|确诊了?)(?:新冠|肺炎|水痘|麻疹|带状疱疹|猩红热|手足口病?|登革热|腮腺炎|扁桃体炎|支气管炎|咽喉炎|中耳炎|结膜炎|肠胃炎|胃肠炎|荨麻疹|湿疹|诺如)|(?:新冠)?阳了|(?:肺炎|水痘|扁桃体发炎|智齿发炎|肠胃炎)了?", topic="生病 新冠", kind=STATE, days=12, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"(?:重|着凉|伤风|风寒)?感冒(?!药|灵|疫苗|颗粒|冲剂)|着凉了?|伤风", topic="感冒", kind=STATE, days=8, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"发(?:高|低)?烧(?!友)|发热|烧到", topic="发烧", kind=STATE, days=4, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"(?:生|害)(?:了)?(?:一?场)?(?:大|重)?病了?|病(?:倒)?了|拉肚子|闹肚子|食物中毒|吃坏(?:了)?肚子|嗓子(?:疼|哑|发炎)|咳嗽|不舒服|失声|呕吐|过敏(?:了|发作)|偏头痛|牙疼|胃疼|落枕", topic="生病", kind=STATE, days=5, group=Group.ILLNESS, onset=True)
    yield Entry(pattern=r"倒时差|时差(?:没|还|反应|太|倒)|有时差", topic="时差", kind=STATE, days=4, group=Group.ILLNESS)
    yield Entry(pattern=r"(?:居家|在家|集中|自我|被|要|需要|正在|在酒店)?隔离(?!霜|带|墙|开)", topic="隔离", kind=CONSTRAINT, days=10, group=Group.ILLNESS)
    yield Entry(pattern=r"(?:扭伤|崴|拉伤|摔伤|摔断|骨折|骨裂|脱臼|闪(?:了)?腰|扭(?:到|了)|砸伤|割伤|烫伤|撞伤|韧带(?:撕裂|断)|跟腱(?:断|撕)|半月板|腰(?:间盘)?(?:突出|扭)|脑震荡|磕伤|受伤|划伤|烧伤|摔坏)(?:了)?", topic="受伤", kind=CONSTRAINT, days=28, group=Group.INJURY, onset=True)
    yield Entry(pattern=r"打(?:着|了|上)?石膏|拄(?:着)?拐|坐(?:着)?轮椅|戴(?:着)?(?:护具|支具|颈托|护腰)|缝(?:了)?[\d一二三四五六七八九十几]+针|绑(?:着)?(?:绷带|夹板)", topic="石膏 受伤", kind=CONSTRAINT, days=42, group=Group.INJURY, onset=True)
    yield Entry(pattern=r"(?:吃|服用?|用|打|开了?|在吃|挂)(?:着|了|上)?(?:[\d一二三四五六七八九十两]+[天周]?的?)?(?:一个疗程的?|个疗程的?|点)?(?:抗生素|消炎药|头孢|阿莫西林|青霉素|激素|止痛药|抗病毒药|中药|西药|药)|输液|打(?:吊针|点滴)|(?:一个)?疗程", topic="抗生素 吃药", kind=STATE, days=10, group=Group.TREATMENT, onset=True)
    yield Entry(pattern=r"(?:刚|才)?(?:做|动)(?:完|了|过)(?:一?[个次台]|[\u4e00-\u9fff]{1,6})?(?:手术|微创)|术后|拔(?:了|完)(?:[一两]?颗)?(?:智齿|牙)|手术(?:刚)?(?:做完|恢复期)|剖腹产|(?:割|切)(?:了)?(?:阑尾|扁桃体|双眼皮)|种(?:了)?牙|做(?:了)?近视(?:激光)?手术", topic="手术 恢复", kind=STATE, days=14, group=Group.TREATMENT, onset=True)
    yield Entry(pattern=r"怀孕|怀(?:了|上)|孕期|预产期|有喜|坐月子|哺乳期|孕妇(?=了)|备孕", topic="怀孕", kind=STATE, days=210, group=Group.TREATMENT)
    yield Entry(pattern=r"住院|(?:做|在)化疗|放疗|透析|做康复|理疗", topic="住院 治疗", kind=STATE, days=10, group=Group.TREATMENT)
    yield Entry(pattern=r"休(?:着|了|的)?(?:[^，。]{0,6})?(?:产假|年假|病假|陪产假|婚假|丧假|事假|探亲假|育儿假|长假|假)|放(?:着|了|寒|暑)?假|请(?:了)?(?:[^，。]{0,8})?假|(?:在|正)(?:度|休)(?:蜜月|假)|停薪留职|(?:产|年|病|陪产|婚)假", topic="休假 请假", kind=STATE, days=14, group=Group.ABSENCE)
    yield Entry(pattern=r"出差|在(?:外地|国外|海外|路上|旅途)|(?:在[^，。不没]{1,8})?(?:旅[行游]|度假|外派|交换|进修|培训|集训|调研|驻场|支教|实习|露营|自驾游|探亲|封闭)(?:中|呢|期间)?", topic="出差 旅行", kind=STATE, days=7, group=Group.ABSENCE)
    yield Entry(pattern=r"值(?:夜|晚)?班|上(?:着)?(?:夜|晚)班|(?:加|连)班|待命|代(?:班|课)|顶班|军训|考试周|期末(?:考试?)?(?:周|月)|备考|(?:在|要)复习|陪产|陪护|照顾(?=[^，。]{1,8})|帮[^，。]{1,6}看(?:家|房子|猫|狗|孩子|店)|(?:照看|寄养|喂)(?=[^，。]{1,8})|陪审|服兵役|写论文|答辩周|赶(?:项目|工期|稿)", topic="值班", kind=STATE, days=7, group=Group.DUTY)
    yield Entry(pattern=r"斋月|封斋|把斋|斋戒|禁食|断食|辟谷|轻断食|空腹|守斋|大斋期|四旬期", topic="斋戒 禁食", kind=CONSTRAINT, days=30, group=Group.DIET)
    yield Entry(pattern=r"(?:在|正在|开始|要|得)?(?:减肥|减脂|节食|戒(?:糖|酒|烟|咖啡|奶茶|碳水|甜食|辣|肉|手机|网购|夜宵|游戏|口)|忌口|忌(?:辣|酒|生冷|海鲜|油腻)|控糖|低碳|生酮|断糖|断碳|禁酒|刷脂|清淡饮食|只(?:能)?(?:吃|喝)(?:素|流食|粥|清淡|软的?))", topic="饮食", kind=CONSTRAINT, days=30, group=Group.DIET)
    yield Entry(pattern=r"吃(?:全)?素|素食", topic="吃素", kind=CONSTRAINT, days=None, group=Group.DIET)
    yield Entry(pattern=r"手头(?:有点|比较|很|特别|挺|太)?(?:紧|拮据)|没钱(?:了|吃|花)?|(?:钱|预算|资金)(?:有点|比较|很|特别|挺|太)?紧|囊中羞涩|吃土|穷(?:得|死)|月光|省(?:着|吃俭|点|钱)|攒钱|存钱|还(?:贷|债|花呗)|紧巴巴|不(?:能)?(?:乱)?(?:花钱|买东西|买衣服|购物|下馆子|点外卖)", topic="手头紧 省钱", kind=CONSTRAINT, days=30, group=Group.MONEY)
    yield Entry(pattern=r"(?:送|拿|开)(?:去|到|进)?(?:[^，。]{0,6})?(?:修|维修|保养|返修|返厂)(?:了)?|(?:在修|坏(?:了|掉)|罢工|停(?:水|电|气|网|暖)|断网|装修|施工|封路|停运|关门|闭馆|维修中|检修|改造|修路|关停|停业|歇业)", topic="修 维修", kind=STATE, days=7, group=Group.HOME)
    yield Entry(pattern=r"(?:暂时|临时|先|这(?:段时间|阵子|几天)|最近)?(?:借住|暂住|寄住|住(?:在|我)|寄宿)|(?:来|在)(?:我们?家|家里)(?:住|小住|玩|做客)|待在|呆在|封(?:控|城)|居家办公|远程办公|不在(?:家|公司|国内|北京|上海|办公室|学校)", topic="住", kind=STATE, days=None, group=Group.HOME)


@cache
def entries(chinese: bool) -> tuple[tuple[re.Pattern[str], Entry], ...]:
    """The table of one language, compiled when first asked for."""
    return tuple((re.compile(entry.pattern), entry) for entry in (_chinese() if chinese else _english()))


_BORING = re.compile(
    r"^(?:m|re|ve|s|i've|i'm|we're|he's|she's|have|has|got|get|getting|caught|come|came|down|with|'ve|'s|'m|am|is|are|'re|been|be|my|our|his|her|this|the|a|an|on|in|at|of|for|to|from|"
    r"i|we|he|she|they|still|currently|now|just|also|it's|it|put|me|him|taking|take|started|starting|start|had|having|given|really|bad|nasty|horrible|so|feeling|because|doing)$"
)


def states(bare: str, chinese: bool) -> Sequence[Found]:
    """The temporary things a clause names, in the order of the table, at most one for each stretch of it."""
    found: list[Found] = []
    for pattern, entry in entries(chinese):
        match = pattern.search(bare)
        if match is None or any(one.start < match.end() and match.start() < one.stop for one in found):
            continue
        if any(one.entry.group is entry.group for one in found):
            continue
        words = match.group() if chinese else " ".join(w for w in re.findall(r"[a-z0-9-]+(?:'[a-z]+)?", match.group()) if not _BORING.match(w))
        found.append(Found(entry=entry, start=match.start(), stop=match.end(), topic=_joined(words, entry.topic)))
    return found


def _joined(words: str, topic: str) -> str:
    return " ".join(dict.fromkeys(f"{words} {topic}".split()))

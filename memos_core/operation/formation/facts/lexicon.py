"""The word lists of the rules: kinship, animals, trades, diets, ailments. Classes, nothing about one text."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from memos_core.operation.formation.facts.wordlists import listed

KIN: Mapping[str, str] = {
    form: word
    for word, forms in {
        "mother": "mother mom mum mam mommy mummy mama momma ma",
        "father": "father dad daddy papa pa",
        "parent": "parent parents",
        "sister": "sister sis sisters",
        "brother": "brother bro brothers",
        "sibling": "sibling siblings",
        "son": "son sons lad",
        "daughter": "daughter daughters",
        "child": "child kid children kids",
        "baby": "baby",
        "grandmother": "grandmother grandma granny nana gran nan nanna abuela",
        "grandfather": "grandfather grandpa granddad grandad abuelo",
        "grandson": "grandson grandsons",
        "granddaughter": "granddaughter granddaughters",
        "aunt": "aunt auntie aunts",
        "uncle": "uncle uncles",
        "cousin": "cousin cousins",
        "niece": "niece nieces",
        "nephew": "nephew nephews",
        "mother-in-law": "mother-in-law",
        "father-in-law": "father-in-law",
        "sister-in-law": "sister-in-law",
        "brother-in-law": "brother-in-law",
        "stepmother": "stepmother stepmom stepmum",
        "stepfather": "stepfather stepdad",
        "stepson": "stepson",
        "stepdaughter": "stepdaughter",
        "godson": "godson",
        "goddaughter": "goddaughter",
        "twin": "twin twins",
        "grandchild": "grandchild grandchildren grandkid grandkids grandbaby",
    }.items()
    for form in forms.split()
}
PARTNERS = listed(
    """
    wife husband girlfriend boyfriend partner fiance fiancé fiancee fiancée spouse hubby bf gf missus wifey fella
    """
)
FRIENDS = listed("friend friends bestie buddy pal bff mate mates")
OTHERS = listed(
    """
    roommate flatmate housemate neighbor neighbour colleague coworker co-worker boss manager teacher coach therapist
    doctor dentist landlord mentor tutor supervisor professor trainer assistant lawyer accountant nanny ex
    """
)
KIN_WORDS = frozenset((*KIN, *PARTNERS, *FRIENDS, *OTHERS))
KIN_LEADS = listed(
    """
    older younger elder eldest oldest youngest little big twin half step late dear lovely best good close new
    old ex former first second only middle whole own beloved wonderful amazing dear ex- childhood college school
    work actual real
    """
)

PETS = listed(
    """
    dog puppy pup cat kitten kitty parrot parakeet budgie canary hamster gerbil rabbit bunny guinea-pig turtle
    tortoise snake lizard gecko iguana goldfish fish horse pony ferret chinchilla hedgehog rat chicken hen
    duck goat donkey pig cockatiel bird pet beagle labrador lab poodle corgi terrier retriever husky dachshund
    bulldog pug shepherd collie spaniel greyhound rottweiler chihuahua dalmatian boxer mutt tabby siamese
    ragdoll tomcat schnauzer whippet lurcher weimaraner vizsla malamute samoyed akita doberman mastiff pomeranian
    pekingese shih-tzu newfoundland westie staffie staffy kelpie axolotl macaw cockatoo lovebird degu moggy sphynx
    """
)
VEHICLES = listed(
    """
    car truck van suv sedan hatchback pickup motorcycle motorbike scooter moped bike bicycle e-bike campervan
    camper jeep minivan convertible tesla toyota honda ford bmw audi mercedes volkswagen vw volvo skoda renault
    peugeot citroen fiat seat opel vauxhall hyundai kia mazda nissan subaru suzuki mitsubishi lexus porsche
    jaguar mini dacia chevrolet chevy dodge chrysler cadillac buick gmc byd polestar rivian ferrari lamborghini
    maserati prius civic corolla camry golf polo passat clio yaris accord mustang f-150 vespa ducati yamaha
    kawasaki harley saab rover landrover berlingo lambretta brompton vauxhall subaru chevy
    """
)
MODELS = listed(
    """
    corsa astra fiesta zoe clio captur kona niro focus mondeo micra juke qashqai leaf polo tiguan octavia yeti sportage
    picanto rio ceed
    tucson rav4 prius aygo supra outback forester impreza crosstrek tacoma tundra 4runner silverado ranger
    explorer escape bronco wrangler cherokee mustang camaro elantra sonata sentra altima rogue versa kangoo twingo
    megane panda punto defender alto swift wagonr triumph bonneville lambretta brompton transit sienna landcruiser hilux
    navara amarok triton kodiaq karoq fabia arona ateca ibiza leon duster sandero logan kuga mokka meriva zafira
    insignia avensis auris verso jimny vitara celerio baleno dzire ertiga innova creta venue nexon thar bolero xuv700
    fortuner highlander sequoia tahoe suburban yukon odyssey pilot cr-v hr-v x-trail pajero outlander lancer enfield
    activa pulsar splendor f150 f250 f-250
    """
)
"""Words of other meanings beside: a vehicle only with a capital."""
DIETS = listed(
    """
    vegan vegetarian pescatarian flexitarian keto ketogenic paleo halal kosher gluten-free dairy-free
    lactose-free carnivore omnivore raw-vegan plant-based low-carb whole30 mediterranean fodmap low-fodmap
    pescetarian veggie
    """
)
CONDITIONS = listed(
    """
    asthma diabetes diabetic asthmatic epilepsy epileptic adhd add autism autistic dyslexia dyslexic depression
    anxiety insomnia migraine migraines eczema psoriasis anemia anemic hypertension celiac coeliac ibs gerd
    reflux arthritis hypothyroidism hyperthyroidism endometriosis pcos lupus scoliosis osteoporosis tinnitus
    vertigo glaucoma cancer leukemia gout fibromyalgia hypotension colorblind colourblind color-blind
    colour-blind deaf blind dyspraxia ocd ptsd bipolar hiv lactose-intolerant lactose intolerance pregnant covid
    pneumonia sciatica rosacea allergies hayfever gallstones shingles
    """
)
STATUSES: Mapping[str, str] = {
    "single": "single",
    "married": "married",
    "engaged": "engaged",
    "divorced": "divorced",
    "widowed": "widowed",
    "separated": "separated",
    "unmarried": "single",
}
NATIONALITIES = listed(
    """
    american british english scottish welsh irish french german italian spanish portuguese dutch belgian swiss
    austrian swedish norwegian danish finnish icelandic polish czech slovak hungarian romanian bulgarian greek
    turkish russian ukrainian serbian croatian bosnian slovenian albanian lithuanian latvian estonian chinese
    japanese korean taiwanese vietnamese thai indonesian malaysian singaporean filipino indian pakistani
    bangladeshi nepali iranian persian iraqi syrian lebanese israeli egyptian moroccan tunisian algerian
    nigerian kenyan ethiopian ghanaian mexican brazilian argentinian chilean colombian peruvian cuban canadian
    australian kiwi jamaican venezuelan
    """
)
LANGUAGES = NATIONALITIES | listed(
    """
    mandarin cantonese arabic hindi urdu bengali tamil hebrew farsi swahili latin catalan esperanto punjabi hokkien
    teochew hakka malay tagalog telugu marathi gujarati kannada malayalam igbo yoruba hausa zulu xhosa afrikaans māori
    maori samoan gaelic basque galician flemish creole patois somali amharic kurdish pashto dari sinhala burmese khmer
    lao mongolian tibetan yiddish maltese welsh shona twi wolof lingala quechua guarani georgian armenian azerbaijani
    uzbek kazakh belarusian macedonian singlish bsl asl konkani bahasa
    """
)
RELIGIONS = listed(
    """
    christian catholic protestant muslim jewish hindu buddhist atheist agnostic sikh mormon orthodox quaker
    methodist baptist lutheran anglican presbyterian evangelical pentecostal adventist
    sunni jain pagan wiccan taoist calvinist episcopalian unitarian secular
    """
)

TRADES = listed(
    """
    brickie sparky chippie cabbie postie squaddie roadie bookie nurse paramedic chef
    cook doctor surgeon vet dentist pharmacist lawyer attorney judge clerk secretary
    receptionist pilot steward stewardess nanny maid architect artist musician pianist guitarist violinist
    drummer dj singer poet author journalist novelist playwright comedian clown magician athlete coach referee
    model actor actress dancer tailor mechanic electrician plumber carpenter mason welder smith blacksmith
    butcher baker barista bartender waiter waitress host hostess cashier guard soldier officer cop detective spy
    diplomat politician mayor senator priest pastor monk rabbi imam student intern apprentice trainee graduate
    postdoc phd researcher scientist professor lecturer tutor librarian analyst consultant accountant auditor
    economist statistician mathematician physicist chemist biologist geologist astronomer historian
    archaeologist linguist translator interpreter editor copywriter blogger streamer youtuber influencer
    freelancer contractor entrepreneur founder co-founder ceo cto cfo coo boss manager director executive
    supervisor lead administrator coordinator assistant agent broker realtor salesman salesperson saleswoman
    representative rep developer programmer engineer designer technician sysadmin devops specialist expert
    therapist psychologist psychiatrist counselor counsellor physiotherapist masseuse midwife caregiver carer
    hairdresser stylist barber beautician gardener landscaper farmer rancher fisherman fishmonger florist
    photographer videographer filmmaker producer animator illustrator painter sculptor potter jeweler goldsmith
    watchmaker driver trucker courier postman mailman firefighter policeman policewoman veteran sailor captain
    astronaut retiree homemaker housewife househusband investor trader banker teller underwriter actuary notary
    paralegal optician optometrist radiologist cardiologist dermatologist pediatrician anesthetist dietitian
    nutritionist trainer instructor teacher principal headteacher recruiter marketer strategist planner surveyor
    inspector operator machinist foreman builder roofer janitor cleaner housekeeper concierge sommelier brewer
    winemaker beekeeper zookeeper shepherd lifeguard curator conservator translator proofreader transcriptionist
    bookkeeper buyer seller merchant shopkeeper grocer vendor undertaker
    """
)
_TRADE_ENDING = re.compile(
    r"\w{3,}(?:ologist|iatrist|ician|smith|wright|maker|keeper|grapher|ographer|writer|worker|monger|master|therapist)"
)
_AGENT = re.compile(
    r"\w{3,}(?:er|or|ist|ant|eer|ess|man|woman|aide|tech|hand|lady|clerk|ographer|head|staff|crew)|medic|chef"
    r"|rep|lady|hand|temp|vet"
)
_NO_AGENTS = listed(
    """
    offer never together forever
    believer beginner fighter survivor reader
    winner loser smoker drinker eater owner sleeper listener riser sucker
    hoarder
    thinker dreamer learner member outsider insider newcomer stranger monster hater follower supporter voter earner
    walker
    runner swimmer hiker climber rider jogger biker cyclist gamer skier surfer camper knitter crocheter collector birder
    renter lodger lover quitter talker procrastinator overthinker worrier pessimist optimist perfectionist realist
    feminist
    minimalist sceptic motorist tourist hobbyist extremist racist sexist narcissist giant infant tenant minor major
    senior
    junior neighbor visitor donor ancestor sponsor debtor number matter letter computer person woman man human character
    viewer user customer founder-to-be leader-to-be loner fixer starter foreigner mess disaster stickler goner
    subscriber
    killer breaker bummer corner holder saver spender hugger keeper backer sinner teetotaller teenager twitcher planner
    snorer crier chatter joker multitasker tinkerer traveller traveler wanderer commuter homeowner shopper helper
    partier
    goer moviegoer churchgoer northerner southerner londoner westerner easterner islander texter caller sceptic player
    passenger pensioner patient widower toddler youngster spinster bachelor freak plant important distant instant
    pleasant
    constant significant reluctant different better worse other bother weather dinner supper summer winter water paper
    finisher slacker poser poster first last list twist mist fist artist-at-heart centrist socialist communist
    capitalist
    monarchist purist idealist humanist nationalist royalist leftist theist deist pacifist masochist sadist hedonist
    completionist contrarian libertarian workaholic fossil cancer folder order power buyer borrower drifter butter
    sprinter racer cruiser boarder skater squatter partner starer rookie whisper tester-of liker gooner supporter
    introvert-er diner bather mother father brother sister daughter grandmother grandfather stranger carer-to-be
    contender
    """
)
NO_TRADES = listed("housekeeper-to-be gatekeeper timekeeper")
HOBBY_VERBS = listed(
    """
    hike climb run jog swim cycle bike surf ski snowboard skate sail kayak row fish hunt camp garden cook bake
    paint draw sketch knit crochet sew quilt embroider sculpt whittle write journal read sing dance meditate box
    fence bird-watch birdwatch boulder dive snorkel golf bowl lift train juggle blog stream game volunteer
    forage brew weave rollerblade
    """
)
PLAYED = listed(
    """
    tennis football soccer basketball volleyball baseball cricket rugby hockey badminton squash golf chess poker
    bridge go guitar piano violin cello drums flute saxophone trumpet bass ukulele harmonica banjo clarinet harp
    accordion oboe trombone tuba viola lute sitar bagpipes recorder organ mandolin
    keyboard dnd d&d pickleball padel handball darts snooker pool scrabble bass-guitar mahjong
    minecraft fiddle concertina bodhran theremin cornet euphonium xylophone glockenspiel marimba didgeridoo erhu guzheng
    pipa tabla cajon ocarina kazoo melodica bassoon piccolo vibraphone dulcimer spoons tin-whistle
    """
)
PRACTISED = listed(
    """
    yoga pilates karate judo taekwondo boxing kickboxing crossfit meditation calligraphy archery aikido zumba
    pottery gymnastics origami
    """
)
ACTIVITIES = listed(
    """
    bouldering climbing hiking running jogging swimming cycling surfing skiing snowboarding skating sailing kayaking
    rowing fishing gardening baking painting drawing sketching knitting crocheting crochet sewing quilting embroidery
    sculpting whittling woodworking woodwork carpentry birdwatching birding boxing fencing diving snorkelling
    snorkeling golfing bowling weightlifting powerlifting juggling blogging streaming gaming foraging brewing weaving
    rollerblading skateboarding paddleboarding orienteering geocaching astronomy stargazing photography beekeeping
    candle-making macrame scrapbooking watercolours watercolors ballet salsa tango ballroom zumba spinning parkour
    capoeira jiu-jitsu bjj krav-maga archery curling netball lacrosse rounders dodgeball roller-derby triathlon
    five-a-side futsal petanque bowls croquet sudoku crosswords origami calligraphy ceramics metalwork upholstery
    genealogy metal-detecting improv stand-up choir karaoke busking songwriting poetry wild-swimming bellringing
    """
)
OWNABLE = listed(
    """
    house apartment flat cottage cabin boat yacht piano guitar violin camera laptop macbook computer pc phone
    iphone ipad tablet kindle telescope drone bike bicycle motorcycle car truck van tent kayak canoe treadmill
    caravan campervan motorhome hot-tub paddleboard surfboard accordion banjo ukulele harp synth synthesizer
    console playstation xbox switch printer 3d-printer projector turntable record-player sewing-machine oven
    greenhouse garden farm bakery shop store business company restaurant cafe café studio gym keyboard saxophone
    cello drum-kit drumkit watch smartwatch espresso-machine
    """
)
MEASURES = listed(
    """
    weight height bmi waist heart-rate pulse blood-pressure cholesterol glucose blood-sugar temperature score
    salary-raise steps pace vo2max body-fat resting-heart-rate rating mileage elo hba1c ferritin savings rent iq
    gpa
    """
)
DRUG_ENDINGS = tuple(
    sorted(
        listed(
            """
            pril statin sartan formin cillin mycin prazole oxetine azepam zolam olol dipine xaban parin tidine profen
            triptan gliptin semide thyroxine idone lukast glutide terol isone olone mab vir azole quine azide lamide
            zepine apine gabalin gabapentin trexate dronate cycline oxacin tyline triptyline faxine alopram oxamine
            thiazide fenac coxib tinib afil conazole terone tadine rizine phylline dopa oxin racetam trigine salazine
            thyronine phenidate
            """
        )
    )
)
"""Stems of international nonproprietary names (WHO)."""
DRUG = re.compile(
    rf"\w{{3,}}(?:{'|'.join(DRUG_ENDINGS)})\b"
    r"|\b(?:insulin|aspirin|warfarin|thyroxine|gabapentin|sertraline|lithium|antibiotics?|antidepressants?|statins?"
    r"|ritalin"
    r"|adderall|ventolin|zoloft|prozac|xanax|tylenol|paracetamol|acetaminophen|vitamin \w+"
    r"|iron supplements?|birth control|blood thinners?|beta blockers?|painkillers?|antihistamines?"
    r"|melatonin|\d+ ?mg [\w ]+|[\w ]+? \d+ ?mg)\b",
    re.IGNORECASE,
)


@cache
def is_trade(phrase: str) -> bool:
    """Whether a noun phrase names what somebody is by profession, by its last word."""
    words = phrase.lower().partition(" of ")[0].split()
    if not words:
        return False
    head = words[-1]
    if head in TRADES or (_TRADE_ENDING.fullmatch(head) is not None and head not in NO_TRADES):
        return True
    if head in ("lady", "hand") and (len(words) < 2 or words[-2] in ("old", "young", "cat", "mad", "one")):
        return False
    agent = (
        _AGENT.fullmatch(head) is not None and phrase[:1].islower() and phrase.split(" of ")[0].split()[-1][0].islower()
    )
    return agent and head not in _NO_AGENTS and head not in KIN_WORDS and not is_condition(phrase)


def is_drug(phrase: str) -> bool:
    """Whether a phrase names a medicine, by a list and the stems of international nonproprietary names (WHO)."""
    return DRUG.search(phrase) is not None


def is_condition(phrase: str) -> bool:
    """Whether a phrase names an ailment."""
    words = phrase.lower().replace("-", " ").split()
    pains = any(" ".join(pair) in _PAINS for pair in pairwise(words))
    return (
        pains
        or words[:2] in (["type", "1"], ["type", "2"])
        or any(word in CONDITIONS or _AILMENT.fullmatch(word) for word in words)
    )


_PAINS = frozenset(
    (
        "hay fever",
        "back pain",
        "knee pain",
        "chronic pain",
        "neck pain",
        "joint pain",
        "sleep apnoea",
        "sleep apnea",
        "high cholesterol",
        "acid reflux",
        "chronic fatigue",
        "bad back",
        "heart murmur",
        "frozen shoulder",
        "dodgy knee",
        "bad knee",
        "long covid",
        "restless legs",
        "food intolerance",
    )
)
_AILMENT = re.compile(
    r"\w{3,}(?:itis|osis|emia|aemia|pathy|phobia|algia)|disease|syndrome|disorder|intolerance|condition"
)


def pet_in(phrase: str) -> str:
    """The kind of animal that a noun phrase names, or nothing."""
    words = phrase.lower().replace("guinea pig", "guinea-pig").split()
    if not words:
        return ""
    animal = _singular(words[-1])
    known = animal in PETS or (_BREED.fullmatch(animal) is not None and animal not in _NO_BREEDS)
    return words[-1].replace("guinea-pig", "guinea pig") if known else ""


_BREED = re.compile(r"\w+(?:dog|hound|terrier|poodle|doodle|poo|setter|pointer|spitz|ridgeback|shepherd|collie)")
_NO_BREEDS = listed("hotdog underdog watchdog shampoo tattoo pinpointer trendsetter greyhound-bus jetsetter")


def is_vehicle(phrase: str) -> bool:
    """Whether a noun phrase names a vehicle, by its kind, make or model."""
    words = phrase.split()
    return any(one.lower() in VEHICLES or (one[:1].isupper() and one.lower() in MODELS) for one in words)


def _singular(word: str) -> str:
    return {"puppies": "puppy", "mice": "mouse", "kitties": "kitty", "bunnies": "bunny"}.get(
        word, word.removesuffix("s") if word not in ("fish",) else word
    )

"""What people say holds for a while: which entry of the tables a clause speaks of.

The lengths in the tables are rules of thumb for the case that nobody says: what most adults need to be rid of an
illness or out of a cast. They are starting points; ``IntervalSource.DEFAULT`` marks them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.foresight import lexicon_chinese, lexicon_health, lexicon_life
from memos_core.operation.formation.foresight.entries import Entry, Group

__all__ = ["Entry", "Found", "Group", "names_a_state", "states"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry that a clause speaks of."""

    entry: Entry
    start: int
    stop: int
    words: str
    """Of the clause, as they stand."""
    topic: str


_NAMES = Cue(
    r"(?<![a-z0-9_])(?:flu|influenza|covid|croup|rsv|nits|worms|thrush|gout|abscess|tooth ?ache|ear ?ache|quinsy"
    r"|slapped|corona"
    r"|cold|colds|fever|temperature|chills|virus|bug|infection|uti"
    r"|strep|cough|throat|poisoning|gastro|pneumonia|mono|shingles|measles"
    r"|mumps|rash|hives|migraine|vertigo|stones?|malaria|dengue|lice"
    r"|sick|ill|unwell|poorly|weather|contagious|feverish|bedridden|vomiting|tested positive|test positive"
    r"|testing positive|came back positive|still positive|covid positive|is positive|isolat\w*"
    r"|self-isolat\w*|quarantin\w*|sprain\w*|twisted|tor[en]|pulled|strained|br[eo]ke|broken"
    r"|fractur\w*|dislocated|bruised|injur\w*|hurt|cracked|ruptured|threw|thrown|slipped|busted|rolled"
    r"|tweaked|swollen|smashed|cut|burn\w*|put|did (?:my|his|her|our|a|an|in|something|the)"
    r"|concuss\w*|whiplash|hernia\w*|sciatica|tend[io]n\w*|splints?|cast|boot|sling|brace|plaster"
    r"|crutches|wheelchair|stitches|patch|cane|walker|antibiotics?"
    r"|steroids?|prednisone|thinners?|antivirals?|paxlovid|tamiflu"
    r"|antihistamines?|codeine|accutane|isotretinoin|relaxants?|medication|meds|medicine|pills"
    r"|recover\w*|surgery|operation"
    r"|out(?<!check out)(?<!it out)(?<!hang out)(?<!help out)(?<!find out)"
    r"(?<!reach out)(?<!figure out)(?<!turned out)(?<!stand out)(?<!try out)(?<!that out)|removed|done"
    r"|pierc\w*|tattoo|canal|replacement|biopsy|lasik"
    r"|post-?op|chemo\w*|radio\w*|radiation|ivf|dialysis|physio\w*|therapy|rehab|detox\w*|pregnant"
    r"|expecting|due|trimester|breast-?feeding|nursing|jet-?lag\w*|jet|lag|hung|hangover|voice"
    r"|hospital|icu|clinic"
    r"|leave|vacation|holidays?|honeymoon|furlough|pto|sabbatical|break|gap|strike|away|abroad"
    r"|overseas|off|travel\w*|trip|cruise|tour\w*|retreat|business|visiting|backpacking|camping"
    r"|deployed|seconded|stationed|ooo|road|sea|expedition|call|on-call|duty|shifts?|nights|standby"
    r"|probation|overtime|covering|interning|placement|internship|training|crunch|charge|working (?:nights?"
    r"|double|overtime|weekends|from|out)|(?:not|n't) working"
    r"|looking after|taking care|minding|watching|feeding|fostering|caring|watering|exams?"
    r"|finals|midterms|mocks|revising|cramming|season|harvest|week|fast\w*|ramadan|lent|cleanse"
    r"|diet\w*|january|october|veganuary|whole(?: ?30)?|no-spend|no-buy|spend|keto|vegan|vegetarian|veggie"
    r"|sober|dry|wagon|drinking|drink|kosher|halal|paleo|raw|meatless|low-carb"
    r"|pescatarian|(?:giv(?:ing|en|e)|gave) (?:up|out)"
    r"|broke|skint|strapped|short|money|cash|budget|saving|penn\w+|paychecks?|paydays|cutting|spending"
    r"|tight|repair\w*|garage|shop|mechanic\w*|order|broken|down|dead|closed|shut|fixed|renovat\w*"
    r"|redone|replaced|service|maintenance|construction|staying|living|crashing|sleeping|based|posted"
    r"|lodging|guests?|visitors|in-laws|flooded|leaking|jammed|frozen|playing|acting|packed|conked|ghost|blink|fritz"
    r"|kaput|blown|bust|goosed|builders|decorators|painters|contractors|the kids|remodel\w*"
    r"|moving|redecorating"
    r"|licen[cs]e|passport|account|card|barred|disqualified|excluded|curfew|arrest|ban|membership|scaffolding"
    r"|ivy|sumac|bed ?rest|bed-rest|crate rest|cage rest|box rest|house rest|mouth|impetigo|scabies|ringworm|typhoid"
    r"|stye|lyme|palsy|hepatitis|housebound|bedbound|disc"
    r"|disk|allerg\w*|diabetic"
    r"|anaphyla\w*|intoleran\w*|coeliac|celiac|back's|knee's|neck's|hip's|shoulder's|ankle's|hammy|snapped|popped"
    r"|knackered|seized"
    r"|have no|has no|got no|there's no|there is no|have a(?<=n't have a)(?:ny)?|doubles?|shift"
    r"|electricity|power|water|internet|wi-?fi|heating|gas|signal|classes|lectures"
    r"|snowed|grounded|without|lockdown|locked|stuck|suspended|banned|wfh|between|mourning|rehears\w*"
    r"|recuperating|resting)\b|(?:itis|pox|cillin|cycline|mycin|azole|killers?|sit(?:ting)?|-(?:free|based))\b"
    r"|[\u4e00-\u9fff]"
)


@lru_cache(maxsize=256)  # a message, its clauses, and each of them again when it is read
def names_a_state(low: str) -> bool:
    """Whether a text in lower case holds a word without which no entry applies."""
    return _NAMES.search(low) is not None


@cache
def entries(chinese: bool) -> tuple[tuple[re.Pattern[str], Entry], ...]:
    """The table of one language, compiled when first asked for."""
    table = lexicon_chinese.ENTRIES if chinese else lexicon_health.ENTRIES + lexicon_life.ENTRIES
    return tuple((re.compile(entry.pattern), entry) for entry in table)


_BORING = re.compile(
    r"^(?:m|re|ve|s|i've|i'm|we're|he's|she's|have|has|got|get|getting|caught|come|came|down|with|'ve"
    r"|'s|'m|am|is|are|'re|been|be|my|our|his|her|this|the|a|an|on|in|at|of|for|to|from|"
    r"i|we|he|she|they|still|currently|now|just|also|it's|it|put|me|him|taking|take|started|starting"
    r"|start|had|having|given|really|bad|nasty|horrible|so|feeling|because|doing)$"
)


def states(bare: str, chinese: bool) -> Sequence[Found]:
    """The temporary things a clause names, in the order of the table, at most one for each stretch of it."""
    found: list[Found] = []
    if not names_a_state(bare):
        return found
    for pattern, entry in entries(chinese):
        match = pattern.search(bare)
        if match is None or any(one.start < match.end() and match.start() < one.stop for one in found):
            continue
        if any(one.entry.group is entry.group for one in found):
            continue
        words = (
            match.group()
            if chinese
            else " ".join(w for w in re.findall(r"[a-z0-9-]+(?:'[a-z]+)?", match.group()) if not _BORING.match(w))
        )
        found.append(
            Found(
                entry=entry,
                start=match.start(),
                stop=match.end(),
                words=match.group(),
                topic=_joined(words, entry.topic),
            )
        )
    return found


def _joined(words: str, topic: str) -> str:
    return " ".join(dict.fromkeys(f"{words} {topic}".split()))

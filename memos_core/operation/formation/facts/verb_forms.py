"""English verbs in their forms: irregular ones listed, the others by rule."""

from collections.abc import Mapping
from functools import cache

_IRREGULAR = """
be am is are was were been being|have has had having|do does did done doing|go goes went gone going
get gets got gotten getting|become becomes became become becoming|leave leaves left left leaving
buy buys bought bought buying|sell sells sold sold selling|take takes took taken taking
eat eats ate eaten eating|drink drinks drank drunk drinking|drive drives drove driven driving
ride rides rode ridden riding|speak speaks spoke spoken speaking|run runs ran run running
swim swims swam swum swimming|begin begins began begun beginning|grow grows grew grown growing
outgrow outgrows outgrew outgrown outgrowing|shake shakes shook shaken shaking
teach teaches taught taught teaching|feel feels felt felt feeling|quit quits quit quit quitting
lose loses lost lost losing|give gives gave given giving|find finds found found finding
stand stands stood stood standing|make makes made made making|keep keeps kept kept keeping
break breaks broke broken breaking|bring brings brought brought bringing|meet meets met met meeting
wake wakes woke woken waking|sing sings sang sung singing
draw draws drew drawn drawing|write writes wrote written writing|read reads read read reading
sleep sleeps slept slept sleeping|put puts put put putting|spend spends spent spent spending
meet meets met met meeting|see sees saw seen seeing|say says said said saying|tell tells told told telling
think thinks thought thought thinking|know knows knew known knowing|hear hears heard heard hearing
build builds built built building|win wins won won winning|wear wears wore worn wearing
hate hates hated hated hating|die dies died died dying|lie lies lay lain lying|rise rises rose risen rising
stop stops stopped stopped stopping|plan plans planned planned planning
prefer prefers preferred preferred preferring|jog jogs jogged jogged jogging|knit knits knit knitted knitting
drop drops dropped dropped dropping|ban bans banned banned banning|swap swaps swapped swapped swapping
pay pays paid paid paying|set sets set set setting|come comes came come coming
choose chooses chose chosen choosing|split splits split split splitting|cut cuts cut cut cutting
flog flogs flogged flogged flogging|bin bins binned binned binning
hit hits hit hit hitting|let lets let let letting|lend lends lent lent lending|sew sews sewed sewn sewing
bear bears bore born bearing|transfer transfers transferred transferred transferring
"""
_REGULAR = """
retrain qualify requalify reach gain dread vape hail abide stomach live reside work move relocate settle start
join resign retire switch change study attend graduate major speak own adopt love like
enjoy adore dislike detest loathe prefer play
practice practise collect weigh measure stay smoke hike climb cycle bike surf ski skate sail row fish hunt camp
garden cook bake paint sketch crochet quilt dance meditate box walk train volunteer avoid try hope want need
wish plan decide intend consider expect save aim finish learn pass donate trade rescue welcome name call marry
engage divorce date separate diagnose suffer struggle promote hire fire lay base raise turn use follow identify
transfer enroll register purchase order lease rent share inherit return remember claim believe guess suppose
imagine dream pretend mention consume skip commute jog visit watch listen celebrate specialize specialise
freelance manage lead lift golf bowl sculpt weave brew forage whittle embroider juggle blog stream fence kayak
snowboard dive snorkel bench squat deadlift score react appreciate despise fancy favor favour crave tolerate
pursue complete foster rehome swap exchange replace dump accept land boulder birdwatch
restore repair fix mend tend pray mow hoover rehearse
offload ditch push bump stretch trim touch chuck pack jack kip emigrate transplant end found launch open close
shelve cancel convert clear vanish disappear heal total crash wreck scrap develop recover head shift abandon drop
"""


@cache
def forms() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By form: base form and name of the form."""
    table: dict[str, list[tuple[str, str]]] = {}
    names = ("base", "s", "past", "participle", "ing")
    for entry in _IRREGULAR.replace("\n", "|").split("|"):
        words = entry.split()
        if not words:
            continue
        if words[0] == "be":
            rows = list(zip(words, ("base", "base", "s", "base", "past", "past", "participle", "ing"), strict=True))
        else:
            rows = list(zip(words if len(words) == 5 else [*words[:3], *words[2:]], names, strict=True))
        for word, name in rows:
            table.setdefault(word, []).append((words[0], name))
    for base in _REGULAR.split():
        if base not in table:
            for word, name in zip(_inflect(base), names, strict=True):
                table.setdefault(word, []).append((base, name))
    return {word: tuple(dict.fromkeys(readings)) for word, readings in table.items()}


def _inflect(base: str) -> tuple[str, str, str, str, str]:
    if base.endswith("e"):
        return base, base + "s", base + "d", base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeou":
        return base, base[:-1] + "ies", base[:-1] + "ied", base[:-1] + "ied", base + "ing"
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return base, third, base + "ed", base + "ed", base + "ing"

"""English: which clauses speak of something to come, owed, temporary or forbidden for a while."""

import re
from collections.abc import Iterator, Sequence

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight.clauses import BLOT, Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.lexicon import Group, states
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.tense import tense_at
from memos_core.operation.formation.temporal.values import Tense

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT

_UNREAL = re.compile(
    r"\b(?:would(?! you)|could|might|maybe|perhaps|possibly|wish(?! me\b| us\b)|wishing|hope|hoping|hopes|wonder(?:ing)?|someday|some day|one day|at some point|sometime"
    r"|dream(?:ing|s|t|ed)?|thinking (?:of|about)|think i'll|consider(?:ing)?|contemplat\w+|toying with|(?:was|were) (?:going|gonna|about|meant|planning|hoping|thinking|due|scheduled|supposed)"
    r"|(?:should|would|could)'ve|(?:should|would|could) have|\w+'d (?:love|like|rather|be|go|have|spend|move|want|take|never|probably)|want(?:s|ed)? to|wanna|feel like|tempted|not sure|don't know|doubt"
    r"|undecided|unsure|no plans|probably not|as if|pretend|ideally|in theory|joking|kidding|fingers crossed|who knows|considering|let's|let us|how about|what about|debating|torn between|fantasi[sz]\w+)\b"
    r"|\b(?:i|we|he|she|they|it|that|who|which) may\b|\bmay (?:be|have|not|go|also|need|come)\b"
)
_HABIT = re.compile(
    r"\b(?:every|each|usually|always|often|normally|typically|generally|whenever|most (?:days|weeks|weekends)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days|(?:once|twice|times) (?:a|per)"
    r"|tend to|never|ever|forever|annually|yearly|rarely|sometimes|hardly ever|back then|for life|permanent(?:ly)?|chronic)\b"
)
_SECOND = re.compile(r"^(?:and |but |so |well |oh |wow |since |because |while )*(?:you|your|you're|you'll|you've|yours|u|ur)\b")
_LONG_AGO = re.compile(r"\b(?:when (?:i|we|he|she|they) (?:was|were)|as a (?:kid|child|teen\w*|boy|girl|student)|years ago|used to|once|back in|in (?:college|high school|school|university|my (?:teens|twenties))|growing up|in the (?:past|old days)|had been|'d been)\b")
_WAS = re.compile(r"\b(?:was|were|wasn't|weren't|used to|had been|'d been|(?<!have )(?<!has )(?<!'ve )(?<!'s )had(?! to))\b")
_DENIED = re.compile(
    r"\b(?:don't|doesn't|didn't|not|never|no longer|isn't|aren't|wasn't|haven't|hasn't|over|avoid(?:ing)?|prevent(?:ing)?|without|instead of|afraid of|scared of|worried about|risk of|recovered from|beat|rid of|hate|hates|done with|finished(?: with)?"
    r"|like|about|worrying about|fear of|think (?:i|it)|if|cured of|quit|cancell?ed|what is|called|symptoms of|used to|almost|nearly|got over|off)\b[\w' ]{0,14}$"
)
_NEGATED = re.compile(r"\b(?:not(?! only| just| long)|won't|isn't|aren't|never|no longer|don't(?! forget)|doesn't|can't(?! wait| forget)|cannot(?! wait)|unable to|ain't|couldn't)\b")
_EVENT = (
    r"(?:appointment|appt|meeting|interview|exam|test|exams|finals?|quiz|surgery|operation|procedure|check-?up|scan|mri|x-?ray|ultrasound|dentist|doctor|doctor's|physio|therapy|therapist|vet|gp|hygienist|haircut|wedding"
    r"|party|birthday|anniversary|funeral|ceremony|graduation|concert|gig|show|festival|conference|workshop|seminar|webinar|class|lesson|course|lecture|presentation|talk|demo|audition|recital|rehearsal|performance|premiere"
    r"|match|game|race|marathon|half-marathon|triathlon|10k|5k|tournament|championship|competition|trip|flight|train|ferry|bus|cruise|holiday|vacation|getaway|retreat|tour|visit|weekend away|hike|camping|safari|honeymoon|journey|move"
    r"|dinner|lunch|brunch|breakfast|barbecue|bbq|picnic|drinks|coffee|date|reunion|get-together|gathering|potluck|sleepover|reservation|booking|table|tickets?|viewing|inspection|hearing|trial|court|jury|deposition|closing|delivery|movers"
    r"|plumber|electrician|installation|deadline|submission|defen[cs]e|viva|orientation|induction|open day|parents' evening|parent-teacher|sports day|school play|recital|review|audit|launch|release|opening|exhibition|exhibit|fair|parade|protest"
    r"|fundraiser|gala|auction|call|zoom|catch-up|session|shift|training|practice|retro|standup|sprint|onboarding|due date|scan|vaccination|jab|vaccine|shot|blood test|biopsy|colonoscopy|endoscopy|filling|root canal|extraction|follow-up|consultation|consult|evaluation|assessment"
    r"|mot|service|baptism|christening|shower|bachelorette|stag do|hen do|bar mitzvah|bat mitzvah|prom|semester|term|internship|job|shoot|photoshoot|recording|trip|fitting|tasting|rental|lease|contract|project|assignment|essay|payment|visa|passport|driving test|pickup)s?"
)
_EVENT_WORD = re.compile(rf"\b{_EVENT}\b")
_COMING = re.compile(
    r"\b(?:will|'ll|shall|gonna|(?:am|is|are|'m|'s|'re) (?:\w+ )?(?:going to|about to|set to|due to|due|supposed to|scheduled|planning|hosting|booked|off to|on track to)|going to|plans? to|planning|plan on|intend(?:s|ing)? to|aim(?:s|ing)? to|arranged to|agreed to|decided to|decided on"
    r"|(?:have|has|need|needs|'ve got|'s got|got) to|gotta|must|should|looking forward to|counting down|excited (?:for|about|to)|can't wait (?:for|to)|can finally)\b|[a-z]'ll\b"
)
_PROGRESSIVE = re.compile(
    r"\b(?:i'm|we're|they're|he's|she's|it's|you're|[a-z]+'s|am|is|are|'re)(?: (?:all|both|also|finally|just|still|actually|now|already|definitely|officially|not|probably|then|only|even|really|either|each|currently))* (?!hoping|thinking|wondering|considering|feeling|loving|being|dying|trying|missing|kidding|joking|wishing|something|nothing|anything|everything)(?P<verb>[a-z]{2,}ing)\b"
)
_HAVING = re.compile(r"\b(?:have|has|'ve got|'s got|got|there's|there is|there are|there'll be|here's)\b (?!been\b|a lot|no\b|never|always|known|not)")
_ARRANGED = re.compile(
    r"\b(?:booked|scheduled|arranged|reserved|planned|organi[sz]ed|set up|set|signed (?:\w+ )?up|registered|enrolled|got (?:us |me )?(?:a |two |the |some |\w+ )?(?:tickets?|table|slot|place|seats?|spot)|(?:bought|have|purchased) (?:\w+ ){0,2}?(?:tickets?|flights?|seats)|confirmed|lined up|fixed|agreed|rescheduled|moved|postponed"
    r"|pushed(?: back)?|shifted|changed|brought forward|accepted|invited|put (?:\w+ )?(?:down|off)|hired|rented|delayed|bumped|got (?:me |us )?in|penciled in|pencilled in|committed|volunteered|slated|expected)\b"
)
_TIMETABLE = re.compile(
    r"\b(?:starts?|begins?|opens?|leaves?|departs?|arrives?|lands?|fl(?:y|ies)|comes?|returns?|takes? place|kicks? off|happens?|ends?|finishes|get(?:s)? back|goes? (?:in|on|live|back|to)|moves? (?:in|out|to)|meets?|gets? married|turns? (?:\w+)|retires?|graduates?|reopens?|launches"
    r"|premieres|expires?|closes?|runs out|resumes?|travels?|heads?|run|perform|performs|play|plays|work|works|sit|sits|race|races|checks? in|check out|sets off|set off|sail|sails|land|graduate|ship|ships|drops|airs|releases)\b"
)
_COPULA = re.compile(r"(?:\b(?:is|are|am|be)|'s|'m|'re) (?:\w+ |at [a-z' ]+ ){0,3}?(?:on |at |in |this |the |from |scheduled for |set for |for )*~")
_HERE = re.compile(r"\b(?:is|are|am|'s|'m|'re|be) (?:also |still |back |all |both |out |over |up |down |currently |only |just |now |here |away |stuck |alone )*(?:in|at|on|with|off|away|out|here|back|busy|alone|abroad|home|unavailable|between|without|visiting|under|over)\b|'(?:m|s|re) (?:\w+ )?(?:in|at|on|with|off|away|out|here|back|busy|alone|abroad|home|unavailable|without|under|over)\b")
_WEATHER = re.compile(r"\b(?:rain(?:ing|y)?|snow(?:ing|y)?|sunny|weather|forecast|storm|degrees|cloudy|heatwave)\b")
_SMALL_TALK = re.compile(r"\b(?:will power|see you|talk to you|catch you|speak (?:soon|then)|going to be honest|bet|guess|swear|(?:have|has) a (?:good|great|nice|lovely)|enjoy|happy|take care|favou?rite|day is|(?:today|tomorrow|it)(?:'s| is) (?:\w+day|~+$)|~+ is (?:a )?\w+day)\b")
_MUST = re.compile(r"\b(?:must|have to|has to|'ve got to|'s got to|got to|gotta|need to|needs to|needs|required to|obliged to|expected to|am to|should|supposed to|better|remember to|(?:don't|can't|mustn't|cannot) forget|remind me|owe|owes)\b")
_PROMISE = re.compile(r"\b(?:promise[ds]?|promising|gave (?:my|him|her|them) (?:my )?word|my word|vow(?:ed)?|pledged?|swore|committed to|guarantee[ds]?|you have my word|count on me|i owe|agreed to|volunteered to|told (?:\w+ ){1,2}(?:that )?(?:i'd|i would|i'll|we'd|we'll)|said (?:that )?(?:i'd|i would|we'd))\b")
_PAST_PROMISE = re.compile(r"\b(?:promised|gave \w+ my word|vowed|pledged|swore|agreed|told|said)\b.*\b(?:i'd|i would|we'd|we would|to)\b")
_DELIVERS = re.compile(
    r"\b(?:send|submit|return|pay|hand|turn in|finish|renew|deliver|call|phone|ring|email|mail|give|bring|file|apply|reply|respond|answer|sign|complete|fix|write|share|show|drop|pick|lend|repay|review|post|publish|help|cover|prepare|get back to|let you know|forward|upload|transfer|cook|bake|make you|buy you|drive you|book|text|message|ship|print|register|confirm|tell|introduce|teach|settle|hand in|clear|clean|repair)\b"
)
_WILL = re.compile(r"\b(?:i|we)'ll\b|\b(?:i|we) (?:will|shall)\b|\b(?:i'm|we're|i am|we are) (?:going to|gonna)\b")
_TO_YOU = re.compile(r"\b(?:you|u|him|her|them|everyone)\b")
_OWED = re.compile(r"\b(?:due|deadline|overdue|expires?|expiring|runs? out|cutoff|cut-off|closes?|last day to|lapses?|has to be|have to be|must be|needs to be|need to be|owe|owes|payable|final day)\b")
_FORBIDS = re.compile(
    r"\b(?:can't|cannot|can not|mustn't|must not|may not|shouldn't|should not|unable to|not able to|(?:not|n't|never) (?:be )?(?:allowed|permitted|supposed|meant|able|cleared|to (?:eat|drink|drive|run|lift))|(?:isn't|aren't|not) allowed"
    r"|(?:told|asked|ordered|advised|warned|instructed) (?:me |him |her |us )?(?:not to|to (?:avoid|rest|stay off|lay off|stay away|cut out|stop|limit|keep off|skip|stick to|take it easy))|forb(?:ade|idden|ids)|banned|prohibited"
    r"|(?:have|has|need|needs|got|'ve got|supposed|trying) to (?:avoid|rest|stay off|stay in bed|lay off|keep off|cut out|steer clear|abstain|refrain|limit|skip|stick to|take it easy|wear|eat only|only eat|sleep on|use crutches|keep (?:it|my|the))"
    r"|avoiding|avoid|abstain(?:ing)? from|refrain(?:ing)? from|steering clear|laying off|staying off|stay off|keeping off|cutting out|swearing off|swore off|swear off|sworn off|skipping|only (?:eat|eating|drink|drinking|allowed|soft|liquids?|have|having)|(?:can|may|could) only|limited to|restricted to|confined to|stuck with|sticking to|strictly"
    r"|(?:is|are|'s|'re) (?:off limits|off the table|out of bounds|forbidden|a no-go|out of the question)|strict(?:ly)? no)\b|(?:^|\b(?:said|says|is|so|means|and|with|orders?|been told|instructions?|rule)[:,]? )(?:absolutely |strictly |definitely )?no (?:more )?(?!one\b|idea|problem|worries|way\b|rush|doubt|need\b|matter|thanks|longer|plans?|time\b|wonder|clue|news|luck|big deal|point|chance|reason|pressure|hurry)[a-z-]+"
)
_ABSTAINS = re.compile(
    r"\b(?:not|won't(?: be)?|don't|doesn't|isn't|aren't|never) (?:\w+ )?(?:drink|eat|run|driv|exercis|train|smok|spend|buy|shop|swim|cycl|ski|lift|danc|play|fly|travel|climb|bend|chew|us|wear|tak|do|order|go|touch|hav|consum|jog|carry|work(?:ing)? out|stand|walk|put|climb|rid|cook|snack|bath|shower|sing|talk|gam|scroll|date|dat|bak|sunbath)(?:e|ing|ning|ming|ting|ping)?\b"
)
_NOT_THERE = re.compile(r"\b(?:not|won't be|isn't|aren't|'m not|be) (?:back|home|around|available|here|in|reachable|at home|in the office|coming back|returning|open|ready)\b|\b(?:unavailable|unreachable|offline)\b")
_CANT_IDIOM = re.compile(r"\b(?:can't|cannot|couldn't) (?:wait|believe|help|imagine|tell|say|complain|decide|remember|thank|stop|find|figure|see|think|stand|seem|get over|recommend|stress|blame|argue|even|deny|resist|make it|come|join|be there|get enough|explain|afford not|put (?:it )?(?:down|into words)|keep up|describe|lie|understand|hear|picture|beat|go wrong|emphasi[sz]e|overstate|miss|promise|figure|do it|be more|quite)\b")
_WHILE_ON = re.compile(r"\b(?:while|whilst|as long as|during|until|till|when) (?:i|i'm|she|he|she's|he's|that|it|the|this|my|we|they|they're|we're|then|it's)\b|\bin the meantime\b|\bfor now\b|\bmeanwhile\b|\bright now\b|\bat the moment\b|\bcurrently\b|\btemporarily\b|\bfor the time being\b")
_DOCTOR = re.compile(r"\b(?:doctor|doc|dr|physio|physiotherapist|dentist|surgeon|nurse|midwife|gp|vet|specialist|therapist|orthop\w+|dermatologist|obgyn|hospital|pharmacist|doctor's)\b")
_TRAVELS = re.compile(r"\b(?:going|flying|leaving|heading|travell?ing|moving|driving|visiting|seeing|meeting|coming|having|starting|taking|hosting|getting|running|giving|returning|picking|arriving|catching|joining|attending|celebrating|throwing|playing|performing|presenting|speaking|doing|helping|submitting|setting|sailing|cycling|hiking|camping|skiing|making|cooking|interviewing|competing|racing|graduating|opening|launching|closing|selling|buying|signing|defending|sitting|showing|bringing|marrying|singing|volunteering|retiring)\b")
_SETS_OFF = re.compile(r"^(?:(?:ok|okay|so|and|yes|yay|well|hey|oh|also|anyway|then|finally)[,!]? )*(?:off to|(?:heading|flying|going|leaving|taking|meeting|seeing|visiting|driving|having|moving|hosting|travell?ing|starting|running|getting|picking|catching|throwing|playing|presenting|giving|doing|setting|returning|attending|joining|celebrating|babysitting|volunteering|working) )")
_STILL = re.compile(r"\b(?:until|till|for)\b")
_POSSESSED = re.compile(rf"\b(?:my|our) (?:upcoming |next |big |first |second |annual |final |[a-z-]+ ){{0,3}}?{_EVENT}\b")


def drafts(clause: Clause) -> Iterator[Draft]:
    """What an English clause says of the time to come, with its own times only."""
    low, bare = clause.low, clause.bare
    if clause.unreal:
        return
    if clause.asked:
        yield from _presupposed(clause)
        return
    if _SECOND.match(low):
        return
    found = list(_states(clause))
    yield from found
    if (restriction := _restriction(clause, found)) is not None:
        yield restriction
        return
    if found or _unreal(low):
        return
    if (owed := _owed(clause)) is not None:
        yield owed
        return
    if _HABIT.search(bare) is None and not _SMALL_TALK.search(bare) and not _WEATHER.search(bare):
        yield from _ahead(clause)


def _unreal(low: str) -> bool:
    return _UNREAL.search(low) is not None and _PAST_PROMISE.search(low) is None


def _presupposed(clause: Clause) -> Iterator[Draft]:
    """ "What should I pack for my trip to Oslo next week?": the question takes the trip for granted."""
    if _POSSESSED.search(clause.bare) and _dates(clause) and not re.match(r"(?:should|when|is|will|are|did|was|has) ", clause.low):
        yield Draft(kind=PLAN, clause=clause, times=clause.times, confidence=0.6)


def _dates(clause: Clause) -> list[Time]:
    return [time for time in clause.times if time.ahead and time.role is not Role.FOR]


def _bounds(times: Sequence[Time]) -> list[Time]:
    return [time for time in times if time.role in (Role.UNTIL, Role.FOR)]


def _states(clause: Clause) -> Iterator[Draft]:
    bare = clause.bare
    if _UNREAL.search(bare) or _LONG_AGO.search(bare):
        return
    for found in states(bare, chinese=False):
        entry = found.entry
        if _DENIED.search(bare[: found.start]) or (entry.days is None and not clause.times):
            continue
        ahead = any(time.ahead for time in clause.times)
        if _WAS.search(bare) and not (entry.onset and re.search(r"\bhad\b|was (?:put on|prescribed|diagnosed|given)", bare)):
            continue
        if _HABIT.search(bare) and not ahead:
            continue
        if re.search(r"\b(?:after|before|survived|remember)\b", bare[: found.start]) and not ahead:
            continue
        coming = _COMING.search(bare[: found.start]) is not None
        if coming and not ahead:
            continue
        if re.search(r"(?:have|has|'ve|'s) had", bare[found.start : found.stop]) and not any(time.role is Role.SINCE for time in clause.times):
            continue
        length = entry.days
        if entry.group is Group.INJURY and re.search(r"\b(?:br[eo]ke|broken|fractured?|tore|torn|ruptured?)\b", bare):
            length = 56
        elif entry.group is Group.TREATMENT and (weeks := re.search(r"(\d+) weeks? (?:along )?pregnant", clause.low)):
            length = max(1, (40 - int(weeks[1])) * 7)
        yield Draft(kind=entry.kind, clause=clause, times=clause.times, topic=found.topic, days=length, group=entry.group, confidence=0.85, begins_later=coming)


def _restriction(clause: Clause, found: Sequence[Draft]) -> Draft | None:
    low, bare = clause.low, clause.bare
    forbids = _FORBIDS.search(bare) and not _CANT_IDIOM.search(bare)
    if any(draft.kind is CONSTRAINT for draft in found) or _WAS.search(bare) and not _DOCTOR.search(bare):
        return None
    if _LONG_AGO.search(bare) or _UNREAL.search(re.sub(r"\bcould only\b", "", bare)):
        return None
    held = _bounds(clause.times) or [time for time in clause.times if time.role is Role.AT and (time.begin <= (time.told or (time.begin,))[0] and _long(time))]
    if not forbids and _ABSTAINS.search(bare) and (held or _WHILE_ON.search(bare)):
        forbids = _ABSTAINS.search(bare)
        if _PROGRESSIVE.search(bare) and not held and not _WHILE_ON.search(bare):
            return None
    if not forbids or (_HABIT.search(bare) and not held):
        return None
    medical = _DOCTOR.search(low) is not None
    if held or clause.times or medical or _WHILE_ON.search(bare):
        return Draft(kind=CONSTRAINT, clause=clause, times=clause.times, days=14 if medical else None, confidence=0.9 if held else 0.7, linked=not _bounds(clause.times))
    return Draft(kind=CONSTRAINT, clause=clause, times=(), confidence=0.6, linked=True)


def _long(time: Time) -> bool:
    return time.granularity in (Granularity.WEEK, Granularity.MONTH, Granularity.SEASON, Granularity.YEAR, Granularity.RANGE, Granularity.WEEKEND, Granularity.QUARTER, Granularity.DAY, Granularity.PART_OF_DAY)


def _owed(clause: Clause) -> Draft | None:
    """A promise, a duty or a deadline."""
    low, bare = clause.low, clause.bare
    if _HABIT.search(bare) or (_NEGATED.search(bare) and not re.search(r"forget", bare)):
        return None
    by = [time for time in clause.times if time.role in (Role.BY, Role.BEFORE)]
    dates = _dates(clause)
    promises, will = _PROMISE.search(bare), _WILL.search(bare)
    delivers = _DELIVERS.search(bare)
    if promises and (dates or delivers) and not re.search(r"\b(?:he|she|they|you) (?:promised|swore|vowed)\b.*\bto me\b", bare):
        return _commitment(clause, dates, 0.9 if dates else 0.6)
    if _OWED.search(low) and dates and not re.search(r"\b(?:baby|twins|she|i'm|wife|sister)(?:'s| is)? due\b", low) and not _WAS.search(bare):
        return _commitment(clause, dates, 0.9)
    if by and (_MUST.search(bare) or will or _COMING.search(bare) or _PROGRESSIVE.search(bare)) and not re.search(r"\b(?:be|am|is|are|get|arrive|land|come|'m|'ll be) (?:back|home|there|in|at|here|done by|over|gone|off)\b(?<!to be in)", bare):
        return _commitment(clause, dates, 0.9)
    if by and re.search(r"\b(?:has|have|needs?|must) (?:to )?be in\b", bare):
        return _commitment(clause, dates, 0.9)
    if _MUST.search(bare) and delivers and dates and not re.search(r"\bshould\b", bare):
        return _commitment(clause, dates, 0.8)
    if will and delivers and (_TO_YOU.search(bare) or re.search(r"\bpromise|for sure\b", bare)) and not re.search(r"\b(?:help|show|tell|see|miss|let) (?:you|me|us)\b(?!.*~)|\bgive it\b", bare):
        return _commitment(clause, dates, 0.8 if dates else 0.5)
    return None


def _commitment(clause: Clause, dates: Sequence[Time], confidence: float) -> Draft:
    """Owed from now until its date; without one within a week."""
    return Draft(kind=COMMITMENT, clause=clause, times=clause.times if dates else (), days=7 if not dates else None, confidence=confidence, due=bool(dates))


def _ahead(clause: Clause) -> Iterator[Draft]:
    """A plan, or a state that holds until something."""
    bare, dates, bounds = clause.bare, _dates(clause), _bounds(clause.times)
    if _NEGATED.search(bare):
        if _NOT_THERE.search(bare) and (bounds or any(_long(time) for time in dates)):
            yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.8)
        return
    past = _WAS.search(bare) is not None
    if bounds and not past and _lasts(clause):
        yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.8)
        return
    if not dates:
        return
    certain = _COMING.search(bare) or (_ARRANGED.search(bare) and not re.search(r"\b(?:was|were) (?!moved|postponed|rescheduled|pushed)", bare))
    progressive = _PROGRESSIVE.search(bare) or _SETS_OFF.match(bare)
    now = [time for time in dates if time.role is Role.AT and _long(time)]
    if not past and now and not certain and not (progressive and _TRAVELS.search(bare)) and (_HERE.search(bare) or progressive):
        yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.7, begins_later=True)
        return
    if certain or (not past and (progressive or _HAVING.search(bare) or _COPULA.search(bare) or _HERE.search(bare) or _TIMETABLE.search(bare))):
        yield Draft(kind=PLAN, clause=clause, times=clause.times, confidence=0.9 if certain else 0.8)
    elif not past and _EVENT_WORD.search(bare) and not _told(clause):
        yield Draft(kind=PLAN, clause=clause, times=clause.times, confidence=0.7)


def _told(clause: Clause) -> bool:
    """Whether its verb is in a past tense."""
    return any(
        tense_at(clause.low, time.start - clause.start, time.stop - clause.start) in (Tense.PAST, Tense.PERFECT)
        for time in clause.times
    )


def _lasts(clause: Clause) -> bool:
    """Whether its verb speaks of something going on now: "I'm in Athens until Sunday", "we have guests for a week"."""
    bare = clause.bare
    until = any(time.role is Role.UNTIL for time in clause.times)
    if _COMING.search(bare) and not re.search(r"'ll be |will be |(?:have|has) to ", bare):
        return False
    if _PROGRESSIVE.search(bare) and _TRAVELS.search(bare) and not until:
        return False
    return bool(_PROGRESSIVE.search(bare) or _HERE.search(bare) or _HAVING.search(bare) or (until and re.search(r"\b(?:is|are|am|'s|'m|'re|have|has|will be|'ll be|got|stay|stays|work|works|live|lives)\b|'ll be", bare)))


def blank(text: str) -> bool:
    """Whether nothing but times and marks is in it."""
    return not text.replace(BLOT, "").strip(" ,.;:-")

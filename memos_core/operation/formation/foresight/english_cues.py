"""The words by which English tells of what is to come, owed, temporary or forbidden."""

import re

UNREAL = re.compile(
    r"\b(?:would(?! you)|could|might|maybe|perhaps|possibly|wish(?! me\b| us\b)|wishing|hope|hoping"
    r"|hopes|wonder(?:ing)?|someday|some day|one day|at some point|sometime"
    r"|dream(?:ing|s|t|ed)?|thinking (?:of|about)|think i'll|consider(?:ing)?|contemplat\w+"
    r"|toying with|(?:was|were) (?:going|gonna|about|meant|planning|hoping|thinking|due|scheduled"
    r"|supposed)"
    r"|(?:i|we|he|she|they|it|you)'d (?!better|been|got|had|gone|done|left|made|taken|bought|told|said|[a-z]+ed\b"
    r"|[a-z]+en\b)[a-z]+"
    r"|(?:nearly|almost) (?:booked|bought|said|went|got|did|made|[a-z]+ed)"
    r"|(?:should|would|could)'ve|(?:should|would|could) have|\w+'d (?:love|like|rather|be|go|have"
    r"|spend|move|want|take|never|probably)|want(?:s|ed)? to(?! see (?:me|us|him|her|them|(?:[a-z']+ ){1,3}(?:again"
    r"|back|in person)))|wanna"
    r"|feel like (?:\w+ing|an?(?: \w+)? (?:drink|walk|swim|pint|coffee|beer|pizza|takeaway|curry|film))|tempted"
    r"|not sure"
    r"|don't know|doubt"
    r"|thought (?:about|of)|talked about|(?:i|we) (?:just )?read (?:that|about)|according to(?! (?:the|my|our|his"
    r"|her) (?:doc\w*|dentist|gp|physio|surgeon|consultant|vet|midwife|nurse|boss|school|garage|mechanic|landlord))"
    r"|rumou?rs?|they say"
    r"|i heard(?! back)|should probably|probably should|ought to|(?:someone|somebody|people|everyone|they) should"
    r"|can be \w+ed|undecided|unsure|no plans|probably not|as if|pretend|ideally|in theory|joking|kidding"
    r"|(?:he|she|they|[a-z]{3,}) (?:thinks|believes)|reckons?|claims? (?:he|she|they)|fingers crossed (?:i|we|he|she"
    r"|it|that|they)|who knows|(?:figur\w+ out"
    r"|understand|know|see|learn|remember"
    r"|tell (?:me|you"
    r"|us)) (?:what|how|when|whether|if|why)|let's|(?<!n't )(?<!not )(?<!to )let us|how about|what about|debating"
    r"|torn between"
    r"|fantasi[sz]\w+|keeps? (?:on )?(?:saying|promising|threatening|telling)|(?:had|'d) been (?:planning|hoping"
    r"|going to|meaning|thinking|looking forward|due|supposed|booked))\b"
    r"|\b(?:i|we|he|she|they|it|that|who|which) may\b(?! not)|\bmay (?:be|have|not|go|also|need|come)\b"
)
THEY_SAY = re.compile(
    r"(?:people|folks?|everyone|everybody|they|some|someone) (?:(?:all )?(?:say|reckon|think|are saying)\b"
    r"|(?:on|in) (?:the )?(?:telly|tv|news|papers?|radio|internet|show)\b)(?!.*\b(?:i|i'[a-z]+|me|my|we|us|our)\b)"
)
"""What everybody says, or does on the screen."""
HABIT = re.compile(
    r"\b(?:every|each|usually|always|often|normally|typically|generally|whenever|most (?:days|weeks"
    r"|weekends)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days|(?:once|twice|times) (?:a|per)"
    r"|tend to|never|forever|annually|yearly|rarely|sometimes|hardly ever|back then|for life"
    r"|permanent(?:ly)?|chronic)\b"
)
SECOND = re.compile(
    r"^(?:and |but |so |well |oh |wow |since |because |while )*(?!you know\b)(?:you|your|you're|you'll|you've|yours"
    r"|u|ur)\b"
)
LONG_AGO = re.compile(
    r"\b(?:when (?:i|we|he|she|they) (?:was|were)|as a (?:kid|child|teen\w*|boy|girl|student)"
    r"|years ago|used to|once|back in|in (?:college|high school|school|university|my (?:teens"
    r"|twenties))|growing up|in the (?:past|old days)|had been|'d been|'d had|had had)\b"
)
WAS = re.compile(
    r"\b(?:was|were|wasn't|weren't|used to|had been|'d been"
    r"|(?<!have )(?<!has )(?<!'ve )(?<!'s )had(?! to))\b"
)
DENIED = re.compile(
    r"\b(?:don't|doesn't|didn't|won't|not|never|no longer|isn't|aren't|wasn't|haven't|hasn't|over"
    r"|avoid(?:ing)?|prevent(?:ing)?|without|instead of|afraid of|scared of|worried about|risk of"
    r"|recovered from|beat|rid of|hate|hates|done with|finished(?: with)?"
    r"|like|about|worrying about|fear of|think (?:i|it)|if|cured of|quit|cancell?ed|what is|called"
    r"|symptoms of|test(?:ing|ed|s)? (?:me |him |her |us )?for|check(?:ing|ed)? (?:me |him |her )?for|used to|almost"
    r"|nearly|got over|off the|off my)\b[\w' ]{0,14}$"
)
NEGATED = re.compile(
    r"\b(?:not(?! only| just| long)|won't|isn't|aren't|never|no longer|don't(?! forget| let me)|doesn't"
    r"|can't(?! wait| forget)|cannot(?! wait)|unable to|ain't|couldn't)\b"
    r"|^(?:and |but |so )*(?:nobody|no one|none of us|neither of us)\b"
)
EVENT = (
    r"(?:appointment|appt|meeting|interview|exam|test|exams|finals?|quiz|surgery|operation|procedure"
    r"|check-?up|scan|mri|x-?ray|ultrasound|dentist|doctor|doctor's|physio|therapy|therapist|vet|gp"
    r"|hygienist|haircut|wedding"
    r"|party|birthday|b-?day|anniversary|funeral|ceremony|graduation|concert|gig|show|festival|conference"
    r"|workshop|seminar|webinar|class|lesson|course|lecture|presentation|talk|demo|audition|recital"
    r"|rehearsal|performance|premiere"
    r"|match|game|race|marathon|half-marathon|triathlon|10k|5k|tournament|championship|competition"
    r"|trip|flight|train|ferry|bus|cruise|holiday|vacation|getaway|retreat|tour|visit|weekend away"
    r"|hike|camping|safari|honeymoon|journey|move"
    r"|dinner|lunch|brunch|breakfast|barbecue|bbq|picnic|drinks|coffee|date|reunion|get-together"
    r"|gathering|potluck|sleepover|reservation|booking|table|tickets?|viewing|inspection|hearing|trial"
    r"|court|jury|deposition|closing|delivery|movers"
    r"|plumber|electrician|installation|deadline|submission|defen[cs]e|viva|orientation|induction"
    r"|open day|parents' evening|parent-teacher|sports day|school play|recital|review|audit|launch"
    r"|release|opening|exhibition|exhibit|fair|parade|protest"
    r"|fundraiser|gala|auction|call|zoom|catch-up|session|shift|training|practice|retro|standup|sprint"
    r"|onboarding|due date|scan|vaccination|jab|vaccine|shot|blood test|biopsy|colonoscopy|endoscopy"
    r"|filling|root canal|extraction|follow-up|consultation|consult|evaluation|assessment"
    r"|mot|service|baptism|christening|shower|bachelorette|stag do|hen do|bar mitzvah|bat mitzvah|prom"
    r"|semester|term|internship|job|shoot|photoshoot|recording|trip|fitting|tasting|rental|lease"
    r"|contract|project|assignment|essay|payment|visa|passport|driving test|pickup)s?"
)
EVENT_WORD = re.compile(rf"\b{EVENT}\b")
COMING = re.compile(
    r"\b(?:will|'ll|shall|gonna|see you (?:on |this |next )*~+ (?:at|for|outside) (?!~)[a-z]+|(?:am|is|are|'m"
    r"|'s|'re) (?:\w+ )?(?:going to|about to|set to|due to"
    r"|due|supposed to|scheduled|planning|hosting|booked|off to|on track to)|going to|plans? to"
    r"|planning|(?:been |was |were )?(?:asked|invited|chosen|selected|hired|picked) to(?! not)|plan on|intend(?:s"
    r"|ing)? to|aim(?:s|ing)? to|arranged to|agreed to|decided to"
    r"|decided on|wants? to see"
    r"|(?:have|has|need|needs|'ve got|'s got|got) to|gotta|must|should|looking forward to"
    r"|counting down|excited (?:for|about|to(?! tell| share| say| announce))|can't wait (?:for|to)"
    r"|can finally)\b|[a-z]'ll\b"
)
PROGRESSIVE = re.compile(
    r"\b(?:i'm|we're|they're|he's|she's|it's|you're|[a-z]+'s|am|is|are|'re)(?: (?:all|both|also"
    r"|finally|just|still|actually|now|already|definitely|officially|not|probably|then|only|even"
    r"|really|either|each|currently|temporarily|basically|mostly|mainly|largely|properly|permanently"
    r"|supposedly))* (?!hoping|thinking|wondering|considering|feeling|loving|being"
    r"|dying|trying|missing|kidding|joking|wishing|something|nothing|anything"
    r"|everything)(?P<verb>[a-z]{2,}ing)\b"
)
HAVING = re.compile(
    r"\b(?:have|has|'ve (?=(?:an?|the|my|our|his|her|two|three|four|five|six) )|'ve got|'s got"
    r"|(?<!i )(?<!we )(?<!he )(?<!she )(?<!they )got|there's|there is"
    r"|there are|there'll be|here's)\b (?!been\b"
    r"|a lot|no\b|never|always|known|not)"
)
ARRANGED = re.compile(
    r"\b(?:booked|scheduled|arranged|reserved|planned|organi[sz]ed|set up|set|signed (?:\w+ )?up"
    r"|registered|enrolled|got (?:us |me )?(?:a |two |the |some |\w+ )?(?:tickets?|table|slot|place"
    r"|seats?|spot)|(?:bought|have|purchased) (?:\w+ ){0,2}?(?:tickets?|flights?|seats)|confirmed"
    r"|lined up|fixed|agreed|rescheduled|(?<!\bi )(?<!\bwe )moved|(?:moved|switched|swapped|changed) (?:it|the|my|our)"
    r"|postponed"
    r"|pushed(?: back)?|(?<!\bi )(?<!\bwe )(?:shifted|changed)|brought forward|accepted|invited"
    r"|put (?:\w+ ){0,3}(?:down"
    r"|off|back)"
    r"|(?:squeezed|fit|fitted|slotted|put|pencilled|penciled|roped|entered|drafted|called|summoned) (?:me|us|him|her"
    r"|them|it)"
    r"(?: (?:in|down|up|on|into|back))?|hired|rented|delayed|bumped|got (?:me |us )?in|penciled in|pencilled in"
    r"|committed|volunteered"
    r"|slated|expected)\b"
)
TIMETABLE = re.compile(
    r"\b(?:starts?|begins?|opens?|leaves?|departs?|arrives?|lands?|fl(?:y|ies)|comes?|returns?"
    r"|takes? (?:place|off)|kicks? off|happens?|ends?|finishes|gets? (?:my|our|the|his|her|back|a|an)|goes? (?:in|on"
    r"|live|back"
    r"|to)|moves? (?:in|out|to)|meets?|gets? married|turns? (?:\w+)|retires?|graduates?|reopens?"
    r"|launches|goes? back|go away|gives? birth|reopens|move back|moves back|comes? (?:off|out)|has (?:his|her)"
    r"|premieres|expires?|closes?|runs out|resumes?|travels?|heads?|breaks? up|moves?|exchange|run|perform|performs"
    r"|play|plays"
    r"|work|works|sit|sits|race|races|checks? in|check out|sets off|set off|sail|sails|land|graduate"
    r"|ship|ships|drops|airs|releases)\b"
)
DAY_IS = re.compile(r"^(?:\w+,? ){0,2}~+(?:'s| is) (?:my|our|his|her|the|\w+'s) ")
PRESENT = re.compile(
    r"^(?:and |but |so |then |yes |well |oh |anyway |also |guess what,? |~+,? )*(?:i|we|they|(?:my|our|the|his"
    r"|her) (?:[a-z'-]+ ){0,2}?"
    r"(?:kids|children|boys|girls|twins|guests|builders|parents|in-laws|neighbours|students|others|lads|team))"
    r" (?:(?:finally|both|all|also|then|only|actually|officially) )*(?!(?:think|know|like|love|hate|hope|guess|feel"
    r"|want"
    r"|need|wish|mean|remember|wonder|believe|suppose|hear|heard|prefer|miss|care|understand|doubt|fear|say|said|see"
    r"|look|seem|appear|have|had|do|did|was|were|am|are|would|could|might|may|never|always|usually|often|don't|didn't"
    r"|forgot|forget|saw|went|came|got|made|took|gave|told|bought|ate|ran|met|left|found|thought|knew|felt|kept|began"
    r"|sent|spent|slept|read|put|cut|hit|let|set|lost|won|drove|flew|wrote|spoke|woke|sat|stood|paid|built|caught|lay"
    r"|hurt|broke|chose|drank|grew|hid|rode|rang|sang|swam|threw|wore|just|still|sold|led|held|brought|taught|became"
    r"|dream|imagine|live|enjoy|expect|plan|trust|bet|swear|stayed)\b)(?![a-z]+ed\b)[a-z]{2,}\b"
)
"""A timetable in the simple present: "We exchange contracts on 27 June"."""
COPULA = re.compile(
    r"(?:\b(?:is|are|am|be)|'s|'m|'re) (?:\w+ |at [a-z' ]+ ){0,3}?(?:on |at |in |this |the |from "
    r"|scheduled for |set for |for )*~"
)
HERE = re.compile(
    r"\b(?:is|are|am|'s|'m|'re|be) (?:also |still |back |all |both |out |over |up |down |currently "
    r"|only |just |now |here |away |stuck |alone )*(?:in|at|on|with|off|away|out|here|back|busy|alone"
    r"|abroad|home|unavailable|between|without|visiting|under|over)\b|'(?:m|s|re) (?:\w+ )?(?:in|at|on"
    r"|with|off|away|out|here|back|busy|alone|abroad|home|unavailable|without|under|over)\b"
)
WEATHER = re.compile(r"\b(?:rain(?:ing|y)?|snow(?:ing|y)?|sunny|weather|forecast|storm|degrees|cloudy|heatwave)\b")
SMALL_TALK = re.compile(
    r"\b(?:will power|sick (?:of|and tired)|tired of|fed up|see you(?! (?:on |this |next )*~+ (?:at|for"
    r"|outside) (?!~)[a-z])|good luck|best of luck|break a leg|all the best"
    r"|congrat\w*|have (?:a|an) (?:safe|great|good|nice|lovely|wonderful|fun|fantastic)|talk to you|catch you"
    r"|speak (?:soon|then)|going to be honest|(?:i|we|you) (?:bet|swear)|(?:i|we|i'd) guess(?! what)"
    r"|(?:have|has) a (?:good|great|nice|lovely)|^enjoy|happy (?:birthday|christmas|new year|holidays|easter"
    r"|anniversary"
    r"|thanksgiving|~|[a-z]+day)|merry|take care|inspired"
    r"|sounds? (?:like|great|good|fun|amazing|lovely|perfect|nice|awesome|delicious|interesting)"
    r"|favou?rite"
    r"|(?<!\w )\b(?:my|your|our|the|this|that) day is|(?:today|tomorrow|it)(?:'s| is) (?:\w+day|~+$)"
    r"|~+ is (?:a )?\w+day)\b"
)
MUST = re.compile(
    r"\b(?:(?:asked|told|reminded|begged|got|wants?|wanted|needs?|expects?) (?:me|us) to|must|have to|has to"
    r"|'ve to|'ve got to|'s got to|got to|gotta|need to|needs to|needs|required to"
    r"|obliged to|expected to|am to|should|supposed to|better|remember to|(?:don't|can't|mustn't"
    r"|cannot) forget|remind me|reminder|to-?do|note to self|memo to self|let me forget|owe|owes)\b"
)
_OWN_WORD = (
    r"(?:(?:i|we)(?:'d| would|'ll| will)|(?:he|she|they|it)(?:'d| would|'ll| will) (?:have|get|be (?:done|back|ready"
    r"|there|with)))"
)
PROMISE = re.compile(
    r"\b(?:said yes to [a-z]+ing|offered to|agreed to (?:cover|help|do|drive|bring|give|lend|look after|make|run|bake"
    r"|fix"
    r"|take (?:over|on)|swap|babysit|step in|stand in|mind|feed|host)|down to (?:bring|do|make|run|cook|bake|give"
    r"|write|cover|drive|host"
    r"|organi[sz]e)|my turn to"
    r"|on the hook (?:for|to)|scout'?s hono(?:u)?r|cross my heart|pinky (?:swear|promise)|on my (?:life|honou?r)"
    r"|hand on heart"
    r"|(?:that's|it's|you have) a promise|swear (?:i'll|i will|to)|promise[ds]?(?! chain| object|-based|\.)"
    r"|promising|(?:gave|given|have) (?:[a-z.]+ )?my word|my word|vow(?:ed)?|count on me|pledged?|swore|committed to"
    r"|made me (?:swear|promise)|(?:has|have|'s|'ve) assured|assured (?:me|us)"
    r"|guarantee[ds]?|i (?:still |really )?owe|volunteered to"
    rf"|told (?:[a-z.&']+ ){{1,3}}?(?:that )?{_OWN_WORD}|said (?:that )?{_OWN_WORD})\b"
)
PAST_PROMISE = re.compile(
    r"\b(?:promised|gave \w+ my word|vowed|pledged|swore|agreed|told|said)\b.*\b(?:i'd|i would|we'd"
    r"|we would|to)\b"
)
DELIVERS = re.compile(
    r"\b(?:send|submit|pop (?!in\b|out\b|up\b|by\b|over\b|round\b)|leave (?:it|them|the|your)|slip|return|pay|hand"
    r"|turn in|grab|collect|sort|get (?:it|them|that|the)|have (?:it|them|that|your"
    r"|the)|finish|renew|deliver|call|phone|ring|email|mail|give"
    r"|bring|file|apply|reply|respond|answer|sign|complete|fix|write|share|show|drop|pick|lend|repay"
    r"|review|post|publish|help|cover|prepare|get back to|let you know|forward|upload|transfer|cook"
    r"|bake|make you|buy you|drive you|book|text|message|ship|print|register|confirm|tell|introduce"
    r"|teach|feed|water|babysit|look after|mind (?:the|his|her|their)|settle|hand in|clear|clean|repair)\b"
)
EXASPERATED = re.compile(
    r"\b(?:lose|losing|lost) (?:my|his|her|our) (?:mind|marbles|temper|cool|patience|rag|head|sanity)\b"
    r"|\b(?:go|going|be|be going) (?:mad|crazy|insane|bonkers|nuts|bald|grey|gray|postal|round the bend|up the wall)\b"
    r"|\b(?:going to|gonna|will|'ll) (?:die|explode|scream|combust|cry|strangle|throttle|murder|kill)\b"
    r"|\b(?:be|going to be|gonna be) (?:the death of|dead (?:by|before))\b|\btear(?:ing)? my hair\b"
)
"""Says how it feels, and nothing that will happen."""
WILL = re.compile(
    r"\blet me (?:get|send|check|know|call|find)\b|\b(?:i|we)'ll\b|\b(?:i|we) (?:will|shall)\b|\b(?:i'm|we're|i am"
    r"|we are) (?:going to|gonna)\b"
)
TO_YOU = re.compile(r"\b(?:you|your|yours|u|him|her|them|everyone)\b")
OWED = re.compile(
    r"(?:application|applications|submissions?|entries|registration|enrol\w+|sign-?ups?|grant|bids?|tender|ballot"
    r"|offer)\b.*\bcloses?\b"
    r"|\b(?:payment|instal?ment|direct debit|rent|mortgage|bill|tax|premium|subscription|fee)s? (?:goes|go|comes|come"
    r"|is taken"
    r"|are taken) (?:out|off)\b|\b(?:due|deadline|overdue|expires?|expiring|runs? out|cutoff|cut-off|closes?(?! on)"
    r"|last day to|lapses?"
    r"|has to be|have to be|must be|needs to be|need to be|owe|owes|payable|final day)\b"
)
CURBED = re.compile(
    r"\boff (?:the )?(?!work|school|sick|duty|to\b|for\b|on\b|until|till|through|grid|record|sick|this|that|next|~"
    r"|my|his|her|our"
    r"|back|with|at\b|in\b|and\b)[a-z]+ (?:~|until|till|for|entirely|altogether|completely)|\bnothing but\b"
    r"|\bban(?:ned)?\b"
)
"""Kept from something, until a day that is named."""
NOT_THERE = re.compile(
    r"\b(?:not|won't be|isn't|aren't|'m not|be) (?:at (?:\w+ )?\w+|back|home|around|available|here|in|reachable"
    r"|at home|in the office|coming back|returning|open|ready)\b|\b(?:unavailable|unreachable"
    r"|offline)\b"
)
WHILE_ON = re.compile(
    r"\b(?:while|whilst|as long as|during|until|till|when) (?:i|i'm|she|he|she's|he's|that|it|the|this"
    r"|my|we|they|they're|we're|then|it's)\b|\bin the meantime\b|\bfor now\b|\bmeanwhile\b"
    r"|\bright now\b|\bat the (?:moment|minute)\b|\batm\b|\bcurrently\b|\btemporarily\b|\bfor the time being\b"
)
DOCTOR = re.compile(
    r"\b(?:doctor|doc|dr|physio|physiotherapist|dentist|surgeon|nurse|midwife|gp|vet|specialist"
    r"|therapist|orthop\w+|dermatologist|obgyn|hospital|pharmacist|doctor's)\b"
)
TRAVELS = re.compile(
    r"\b(?:going|flying|leaving|heading|travell?ing|moving|driving|visiting|seeing|meeting|coming"
    r"|having|starting|taking|hosting|getting|running|giving|returning|picking|arriving|catching"
    r"|joining|attending|celebrating|throwing|playing|performing|presenting|speaking|doing|helping"
    r"|submitting|setting|sailing|cycling|hiking|camping|skiing|making|cooking|interviewing|competing"
    r"|racing|graduating|opening|launching|closing|selling|buying|signing|defending|sitting|showing"
    r"|bringing|marrying|singing|volunteering|retiring)\b"
)
SETS_OFF = re.compile(
    r"^(?:(?:ok|okay|so|and|yes|yay|well|hey|oh|also|anyway|then|finally)[,!]? )*(?:off to|(?:heading|arriving|landing"
    r"|flying|going|leaving|taking|meeting|seeing|visiting|driving|having|moving|hosting|travell?ing"
    r"|starting|running|getting|picking|catching|throwing|playing|presenting|giving|doing|setting"
    r"|returning|attending|joining|celebrating|babysitting|volunteering|working) )"
)
GIVEN = re.compile(
    r"\bwithin (?:the next )?@|\b(?:have|has|'ve|'ve got|'s got|got) (?:only |just )?(?:until |till )?@ (?:left )?to "
    r"|\b(?:gave|given|giving|allowed|allows|gives) (?:me|us|him|her|them) (?:only |just )?(?:until |till )?@ to "
)
GOES_ON = re.compile(r"\b(?:booked (?:solid|up)|hosting|planning|will be|(?:have|has|'ve) to)\b|'ll be\b")
REMIND = re.compile(r"\bremind (?:me|us)\b")
STRUCK = re.compile(
    r"\bhad\b|\b(?:was|were) (?:put on|prescribed|diagnosed|given|suspended|revoked|frozen|blocked|banned|barred"
    r"|grounded"
    r"|disqualified|excluded|confiscated|taken)"
)
OF_YOU = re.compile(r"\b(?:you|your)(?: are| have|'re|'ve)?(?: \w+)? ?$")
OF_IT = re.compile(r"(?:you|it|that)(?:'| )")
HAS_HAD = re.compile(r"(?:have|has|'ve|'s) had")
BROKEN = re.compile(r"\b(?:br[eo]ke|broken|fractured?|tore|torn|ruptured?)\b")
WEEKS_PREGNANT = re.compile(r"(\d+) weeks? (?:along )?pregnant")
ELSEWHEN = re.compile(
    r"\b(?:after|before|survived|remember|when(?:ever)?|last (?:season|semester|term|time|spring"
    r"|summer|fall|autumn|winter)"
    r"|years? back)\b"
)
THING = re.compile(
    r"^(?:everyone|everybody|people|half|someone|somebody|nobody|no one|lots|many|most|some people)\b"
    r"|^(?:the|its|their) (?!kids|children|baby|twins|boys|girls|dog|cat|doctor|vet|whole (?:family"
    r"|house|office|team)|family|little|jet|flu|cold|cough|fever|infection|two|boy|girl)"
)
POSSESSED = re.compile(
    rf"\b(?:my|our) (?:upcoming |next |big |first |second |annual |final |[a-z-]+ ){{0,3}}?{EVENT}\b"
)
ELLIPTIC = re.compile(
    r"(?:(?:still|currently|back|just|also|stuck|temporarily) )*(?:(?:working|pulling|doing|covering|staying"
    r"|travel?ling|living|house-?sitting|dog-?sitting|cat-?sitting"
    r"|keeping|looking after|isolating|quarantining|fasting|visiting|recovering|crashing|camping|filling|standing"
    r"|babysitting|taking"
    r"|wearing|eating|avoiding|saving|dieting|hosting|rehearsing|revising|cramming|sleeping|using|moving|renovating) "
    r"|(?:on|off|in|under|away|out|without|up|down with|between|abroad) (?!~|the other|my way|my mind|my opinion"
    r"|general|fact|case|"
    r"other|behalf|top|second|a side|the plus|that|this|a good|a bad|a happy|which|addition|average|time))"
)
"""Begins a statement about oneself that leaves "I'm" out."""
HAS_ME = re.compile(
    r"(?!.*\b(?:would|could|might|will|should|if|wouldn't|may|tried)\b)(?:[a-z'-]+ ){1,4}?(?:has|have|had|'s|'ve|put"
    r"|puts|got|gets|took|keeping|keeps)(?<!to have)(?: got| had| put"
    r"| taken)? me"
    r" (?=(?:off|on|in|down as|wearing|doing|taking|working) )"
)
"""What somebody makes of the speaker: "the doctor has me off caffeine"."""
UNDERGONE = re.compile(
    r"(?:still |officially |now |just )*(?:grounded|banned|barred|suspended|signed off|laid up|laid off|stuck"
    r"|housebound"
    r"|bedbound|stranded|snowed in|furloughed|benched|quarantined|confined|skint|broke|jetlagged|jet-lagged) (?:~"
    r"|until|till"
    r"|for|with|at|in|from|by|after|and)"
)
"""Begins a statement of what befell oneself: "Grounded for two weeks"."""
GOING_ON = re.compile(
    r"(?:still |just |also |now )*(?!think|wonder|hop|consider|regard|accord|dur|morn|even|noth|someth|anyth|everyth"
    r"|lov|feel|be"
    r"|look|speak|talk|ask|hav|includ|depend|pend|assum|giv|mak|runn|com|follow|build|sav|try|need|want|hat|miss"
    r"|wish)[a-z]{2,}ing"
    r" (?:it|with|at|on|from|out of|under|off|through|by|my|our|his|her|round|around|up|down|over)\b"
)
GERUND_SUBJECT = re.compile(
    r"\b(?:is|was|are|were|makes?|made|seems?|sounds?|would|can|could|helps?|takes|gets|feels|i|we|you|he|she|they|it"
    r"|there|i'm|we're|i'll)\b|'(?:s|ll|m|re|ve)\b"
)
"""What follows its own subject: "Working nights is hard", "On Friday I fly"."""
YOU_RECEIVE = re.compile(
    r"\byou(?:'ll| will|'re going to)(?: \w+)? (?:have|get|receive|hear|see|be (?:paid|sent|getting))\b"
)
FRAGMENT = re.compile(r"^(?:(?!~)[\w'&.-]+ ){1,5}(?:at|with|in|to) (?:(?!~)[\w'&.-]+ ){1,4}(?:on |this |next |at )*~")
VERB = re.compile(
    r"\b(?:i|you|he|she|they|we|it|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|should|may"
    r"|might"
    r"|must|went|got|came|made|said|saw|took|left|\w+ed)\b|'(?:s|re|ve|ll|d|m)\b|n't\b"
)
"""A clause without one of these is a heading: "Coldplay at Wembley on 22 June"."""
DUE_BACK = re.compile(r"\b(?:i'm|we're|he's|she's|they're|i am|we are) due (?:back|in|at|to)\b")
AM_A = re.compile(r"\b(?:i'm|i am|we're|he's|she's) (?:an? (?!~)|single|alone|busy|on my own)")

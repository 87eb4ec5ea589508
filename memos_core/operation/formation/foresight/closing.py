"""The words by which something that lay ahead, or held for a while, is said to be done, over, off or moved."""

import re
from dataclasses import dataclass

from memos_core.domain.engram import ForesightStatus
from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.times import Role

FULFILLED, CANCELLED = ForesightStatus.FULFILLED, ForesightStatus.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a clause ends something."""

    status: ForesightStatus
    moved: bool = False
    """Put off or brought forward: what it says of the new date is a foresight of its own."""
    groups: frozenset[Group] = frozenset()
    """Sorts of states that it ends without naming them: "I'm feeling better"."""
    delivers: bool = False
    """Says that something owed was done."""
    ended: bool = False
    """Says that something that went on does no longer."""
    replaced: bool = False
    """Says what comes in its place: "we're going to Crete instead"."""
    reported: bool = False
    """Says in free words that something is done: counts only for what is owed, and named."""
    happened: bool = False
    """Says how something went: counts only once that thing has begun."""


_INSTEAD = Cue(
    r"\b(?:i'm|we're|i'll|we'll|i am|we are|i will|we will|going|flying|booked|decided|chose"
    r"|switched)\b.*\binstead\b(?! of (?:on|at|in)? ?~)"
    r"|\b(?:going|flying|travelling|traveling|driving)\b.*\brather than\b"
    r"|改(?:去|飞|吃|看|订|坐)|换成(?:去|吃|看)|改成(?:去|吃|看)"
)
"""Something else is done in its place."""
_MOVED = Cue(
    r"\bnow (?:it's|it is) |\b(?:is|are|'s|'re) now (?:(?:the|on|this) )*(?:\d|[a-z]+day\b|tomorrow|next )|(?:n't"
    r"|\bnot) (?:actually |now )?due (?:in |back )?(?:till?|until)\b|\b(?:moved|postponed|rescheduled|pushed"
    r"|shifted|delayed|put off|put back|brought forward|bumped"
    r"|changed|switched|extended|deferred|(?:put|pushed|moved) (?:\w+ ){1,4}?(?:off|back|forward)"
    r"|ha(?:d|ve|s) to (?:move|postpone|reschedule|push|shift|delay) (?:\w+ ){0,4}?(?:to|till|until|back)|moving"
    r"|postponing|rescheduling|pushing|(?:is|are|will) now (?:be|due|take place"
    r"|happen|on"
    r"|at|in|scheduled|set)|instead of (?:on )?[a-z~])\b(?! (?:my mind"
    r"|our minds?|house|out\b|into|in with|jobs|apartments|flats))"
    r"|改(?:到|成|在|为|期)|推迟|延[期后]|提前(?:到|了)|挪[了到]|换到|顺延|往后推|推到|改签|延到"
)
_CANCELLED = Cue(
    r"(?:^|: )(?:so |and |but |sadly |afraid |looks like |there's )*no (?:more )?(?!excep|excus|expl|quest|mess|fuss"
    r"|drama|kid|idea|problem|worries|way|rush|need"
    r"|thanks|longer|clue|news"
    r"|luck|doubt|wonder|joke|pressure|biggie|big|one|matter|can)[a-z']+(?: [a-z']+)?(?: (?:for (?:us|me)|after all"
    r"|then|now|this year))*$"
    r"|\bcancel(?:l?ed|s|l?ing)?\b|\bcall(?:ed|ing) (?:\w+ ){0,4}?off\b|\bturn(?:ed|ing)? (?:\w+ ){1,4}?down\b"
    r"|\bfell through\b|\b(?:i|we|he|she)(?:'ve)? (?:just )?(?:said no|declined|passed on it|told (?:him|her"
    r"|them) no)\b|\btold (?:him|her|them) no\b"
    r"|\bscrapp(?:ed|ing)\b|\b(?:not|never|won't be|isn't|aren't|ain't|no longer) (?:\w+ )?(?:going"
    r"|happening|coming|doing|making it|flying|travell?ing|attending|taking place|taking part|running"
    r"|joining|moving|visiting|meeting|hosting|having|presenting|competing|playing|on anymore"
    r"|needed)\b"
    r"|\bwon't (?:go|make it|happen|come|attend|be able|take place|run|fly|travel|do|need|be needing)\b"
    r"|\b(?:can't|cannot|couldn't|won't) (?:(?:make|do|manage) (?:it|that|the|this|next|tomorrow|tonight|today"
    r"|[a-z]+day)"
    r"|go|come|attend|travel|fly|join)\b|\bback(?:ed|ing)? out\b"
    r"|\bpull(?:ed|ing)? out of\b|\bdrop(?:ped|ping)? out\b|\bbail(?:ed|ing)\b|\bditch(?:ed|ing)\b"
    r"|\b(?:is|are|'s|was) (?:now |all |officially )?off(?! (?:work|school|sick|duty|to|for|the|limits"
    r"|until|till|from|on))\b|\bchanged (?:my|our|his|her) minds?\b|\bdecided (?:not to|against)\b"
    r"|\bgave up on\b|\bshelved\b|\babandon(?:ed|ing)\b|\bso much for\b|\b(?:stop(?:ped)?|quit|broke off|ended"
    r"|abandoned) (?:my |the |our )?(?:fast(?:ing)?|diet(?:ing)?"
    r"|detox|keto|challenge|cleanse)\b|\bscratch (?:the|my|our|that)\b|\b(?:had to|decided to"
    r"|forced to) (?:give up|drop|scrap"
    r"|skip|pass on|bow out of|bail on|turn down|miss)\b|\bskip(?:ped|ping)\b(?= (?:the|my|our|it|this"
    r"|that|~))|\bnever ?mind (?:about )?(?:the|my|our|that|this|~|[a-z]+ing)\b"
    r"|\b(?:don't|doesn't|no longer|won't) need (?:me|us|him|her)\b|\bno (?:longer a |more )?need (?:for|to|of)\b"
    r"|\boff the hook\b|\blet (?:(?:me|us) )?off\b|\bno longer (?:need"
    r"|have to|want|due)\w*\b"
    r"|\b(?:isn't|aren't|not) (?:needed|required|wanted|necessary|happening)\b|\b(?:is|are|'s) a no-?go\b"
    r"|\bcome to nothing\b"
    r"|\b(?:is|are|'s|was|got|been) (?:scrapped|axed|binned|canned|nixed|pulled|shelved|called off|rained off"
    r"|scratched)\b"
    r"|\b(?:we|i|we've|i've|they|they've) (?:just )?(?:binned|canned|axed|nixed|scrubbed|ditched)\b"
    r"|\b(?:is|are|'s) (?:a )?(?:washout|non-starter|toast)\b|\bput (?:her|his|their|a) foot down\b"
    r"|\bnot after all\b|\b(?:quit|gave up) (?:the|my"
    r"|our) (?:\w+ )?(?:diet|fast|cleanse|detox|challenge|course|job|class|training|team)\b"
    r"|\bstood (?:me|us) up\b|\b(?:wasn't|weren't"
    r"|isn't) (?:able to|meant to be|to be)\b"
    r"|\b(?:don't|doesn't) (?:have|need) to\b.*\b(?:anymore|any more|after all|now)\b"
    r"|\bgot rained off\b|\bwithdr(?:ew|awn)\b"
    r"|取消|不(?:去|办|搬|考|参加|飞|来|做|搞|弄|聚|约|玩|打|演|爬|用去|用交|跑|开|见|买|走|打算去"
    r"|准备去)(?:成)?了(?!解)|去不(?:了|成)|来不了|泡汤|黄了|作罢|吹了|放弃|没法去"
    r"|不(?:去|办|考|参加|飞|开|见|跑|看)(?!想|成|管|了)[^，。不了]{1,8}了(?!解|$(?<=不了))|推掉了?|[给都全也]推了"
    r"|鸽了|放[^，。]{0,3}鸽子|搁置|办不成|算了|停办|叫停|爽约"
    r"|改主意|退(?:了)?(?:票|订|赛|课|房)|计划有变"
    r"|没成(?!功)|没影了|不用(?!拄|吃药|打针|戴|穿|住院|隔离|忌|谢|担心|管|说)[^，。]{1,6}了|不必[^，。]{1,6}了"
    r"|用不着[^，。]{0,6}了|[推拒]掉|拒绝|婉拒|谢绝|没答应"
    r"|失败|没坚持|坚持不下去|破功"
)
_RECOVERED = Cue(
    r"\b(?:recovered|(?:feel(?:ing)?|felt|is|am|are|'m|'s|'re) (?:much |a lot |so much |way "
    r"|finally |all |completely |totally |fully |already |now |heaps )*(?:better|well again"
    r"|healthy again|fine again|healthy|cured|healed|myself again|fit again|normal again|over it)"
    r"|all better|back to normal|back on (?:my|his|her|their) feet"
    r"|(?:everyone|everybody|we|i|he|she|they|all)(?:'s|'re|'m| is| are| am)? (?:all |both )?(?:negative|clear)\b"
    r"|tested negative|test(?:ed)? (?:came back )?negative|cleared (?:me|him|her|to)|(?:got|given|have"
    r"|gave me) (?:the )?all[- ]clear|got over|(?:fully |completely |finally )?healed|kicked (?:the"
    r"|this|my)|beat(?:en)? (?:the|this)|shook off|shaken off|out of (?:quarantine|isolation"
    r"|(?:the )?hospital|bed|lockdown)|discharged|fever (?:broke|is gone|'s gone|has gone)"
    r"|temperature is (?:back to )?normal"
    r"|over (?:the|my|this|that|his|her) (?:\w+ )?(?:flu|cold|covid|bug|virus|infection|fever|jet ?lag"
    r"|illness|cough|worst|pneumonia|strep|hangover|stomach bug|bronchitis|injury|sprain)"
    r"|symptom[- ]free|no longer (?:sick|ill|contagious|in pain|limping|coughing|testing positive)"
    r"|not (?:sick|ill|contagious) (?:any ?more|anymore)|human again|cleared up|(?:fine|ok|okay) (?:now|again)"
    r"|good as new|keep (?:food|things) down|slept off|voice is back"
    r"|back at (?:my desk"
    r"|work|school|the gym|it)|back to (?:work|school|running|training|the gym|eating|normal))\b"
    r"|(?<![准备买订约做写搞弄办说想定选拾拿带谈聊配修洗换充装存])(?<=.)好了(?![吗吧呢，]?[再就才])|好得差不多"
    r"|差不多(?:全)?好了"
    r"|痊愈|康复了|退烧|烧退|退了烧|好多了|好转|恢复(?:了|好|得|正常)|出院|转阴|没事了"
    r"|解除隔离|解封|缓过来|好利索|好全|病好|不(?:烧|疼|咳|难受)了|治好"
)
_UNBOUND = Cue(
    r"\b(?:cast|boot|sling|splint|brace|stitches|plaster|braces|bandage|cone|collar|patch|dressing"
    r"|monitor)\b[^.]{0,24}\b(?:off|out|gone"
    r"|removed|history|no more|came away)\b|\bno (?:more )?(?:\w+ )?(?:crutches|cast|boot|sling|splint|wheelchair"
    r"|brace|stitches)"
    r"\b(?: any ?more| now| for me|$)|\b(?:off|out of|without|ditched|done with|rid of|no more|lost|free of"
    r"|removed"
    r"|took off|taken off|binned|returned|chucked|dumped|threw (?:away|out)"
    r"|thrown (?:away|out)|retired|handed (?:back|in)|gave back|burn(?:ed|t)|goodbye to|bye to) (?:the |my |his "
    r"|that |this "
    r"|her )?(?:\w+ ){0,2}?(?:crutches|cast|boot|sling|splint|wheelchair|brace|plaster|stitches|collar)\b|\b(?:walk"
    r"|run|driv|exercis|train"
    r"|cycl|swim|play|lift|ski|danc|climb)(?:e|ing|ning|ming)? (?:\w+ )?(?:again|normally)\b"
    r"|\bcleared to \w+\b"
    r"|石膏(?:终于|已经|今天)?(?:拆|取|卸)|拆(?:了|掉|完)?(?:石膏|线|绷带)|(?:不用|扔了?|丢了?|告别)(?:拄拐|拐杖|拐)"
    r"|能(?:正常)?(?:走路|跑步|下地|走)了"
)
_COURSE_DONE = Cue(
    r"\b(?:finished|completed|done with|took (?:my|the) last|last (?:dose|pill|day|tablet)|off"
    r"|stopped(?: taking)?|came off|end of|through with|over with|final (?:dose"
    r"|pill))\b[^.]{0,24}\b(?:antibiotics?|course|pills?|meds|medication|medicine|dose|tablets?"
    r"|steroids?|painkillers|chemo|treatment|prescription|penicillin|amoxicillin)\b|\b(?:antibiotics?"
    r"|course|pills?|meds|medication|treatment|chemo)(?: is| are| has|'s) (?:\w+ )?(?:finished|over"
    r"|done|complete[d]?|gone)\b|\bgave birth\b|\bbaby (?:arrived|is here|was born|came)\b"
    r"|\bhad (?:the|our|her|my) baby\b|\bno longer pregnant\b"
    r"|(?:药|抗生素|消炎药|头孢|疗程|输液|点滴)(?:已经|都|今天|终于|总算|昨天|刚刚?|全)*(?:吃完|停|结束|打完|做完"
    r"|输完|用完)|(?:停|吃完|打完)(?:了)?(?:一个疗程的?)?(?:抗生素|消炎药|药"
    r"|疗程)|生了(?!病)|出月子|宝宝出生"
)
_BACK = Cue(
    r"\b(?:got|am|'m|are|'re|is|'s|came|just|flew|arrived|finally|safely|already|we|i|made it|been|now"
    r"|he's|she's) (?:\w+ )?(?:back|home)\b(?! (?:then|in (?:the day|college|high)|pain|surgery|ache"
    r"|problem|injury|on (?!~|my feet)|until|till|by|~|for|and forth|exercise|with (?:the|a) (?:flu"
    r"|cold)))|\bback (?:from|in (?:town|the office|the country)|home|at (?:work|my desk|home"
    r"|the office|school))\b|^back\b|\breturned (?:home|from|to (?:work|the office))\b|\b(?:went|gone"
    r"|flew|headed|drove) (?:back |straight )?home\b|\bhome (?:from"
    r"|again|now)\b"
    r"|回(?:来|家|国|去|老家|到[^，。]{1,6})了|(?:从|自)[^，。]{1,10}(?:回来|回国|回家|返回)|出差回来|休(?:完"
    r"|假结束)|(?:假期?|出差|旅[行游]"
    r"|培训)(?:已经)?(?:结束|完)|销假|回(?:去)?上班|到家了|复工|回岗|返岗"
)
_FEASTS = Cue(
    r"\b(?:broke(?:n)? (?:my|the|our|his|her) (?:fast|diet|streak)|fell off the wagon|(?:drinking"
    r"|eating \w+|spending|smoking) again|off the (?:diet|fast)|(?:diet|fast|ramadan|lent|cleanse"
    r"|detox|fasting|challenge)(?: is| has|'s)? (?:\w+ )?(?:over|done|finished|ended)|eid mubarak"
    r"|(?:finished|completed|done with|survived|ended) (?:the |my |our )?(?:\w+ )?(?:fast|fasting"
    r"|ramadan|lent|diet|cleanse|detox|whole30|dry january|sober october|veganuary))\b|开斋|出斋|破戒|开荤"
    r"|(?:斋月|减肥|禁食|断食)(?:已经)?结束"
)
_BODY = Cue(
    r"\b(?:ankle|wrist|knee|leg|arm|foot|toe|finger|thumb|hand|elbow|shoulder|(?<=my )back|(?<=his )back"
    r"|(?<=her )back|(?<=bad )back|(?<=lower )back|neck|ribs?|hip"
    r"|hamstring)\b|[腿脚踝膝肘腕肩腰臂指颈]|手(?![机续工头艺术表套提把])"
)
_PAID = Cue(
    r"\b(?:got|been|i'm|finally) paid\b|\bpaycheck (?:came|arrived|landed|cleared)\b|\bpayday (?:came"
    r"|is here|at last|finally|today)\b|\bsalary (?:came|arrived|landed)\b|\bmoney is (?:fine|ok|okay"
    r"|no longer) |发工资了|工资(?:到账|发了)|有钱了"
)
_DONE = Cue(
    r"\bfinally (?:[a-z]+(?:ed|en)|gone) (?:off|out|away|up|down|in|through|over)\b|\b(?:finished|completed|done"
    r"|handed (?:\w+ ){0,5}?(?:in|over|back)|turned (?:\w+ ){0,5}?in"
    r"|submitted|sent|delivered|returned|gave (?:\w+ ){0,4}?back|paid|filed|renewed|passed|aced|sorted"
    r"|signed(?! off)|mailed|emailed|posted|shipped|wrapped up|published|defended|picked (?:\w+ ){0,4}?up"
    r"|dropped (?:\w+ ){0,5}?(?:off|round|back|over)|got (?:\w+ ){1,6}?(?:done|back|fixed|repaired|sorted|renewed|in)"
    r"|uploaded|transferred|repaid|settled"
    r"|called|booked|brought|baked|fixed|repaired|wrote|written|cleaned|moved out|left(?= (?:today"
    r"|this|yesterday|last|for|on|~|$))|(?:is|are|'s|has|was) (?:now |finally |all |back )?(?:over"
    r"|fixed|repaired|finished|gone(?! (?:in )?(?:for|to) )|complete|ready|running again|working again|reopened"
    r"|open again"
    r"|done|ended|behind (?:me|us)|sent off)|(?:over|done) and (?:done|dusted)|ended(?! up)|broke my fast"
    r"|(?:(?:is|are|was|were|went|gone|got)|'s(?: gone)?) (?:now |finally |officially |all |already "
    r"|safely )*in(?: (?:now|at last|on time"
    r"|early|today|yesterday|tonight|this (?:morning|afternoon|evening)|last night|on \w+))*(?=$|,)"
    r"|(?:is|are|went) (?:now |finally |already )?in (?:your|the|their|his|her) (?:inbox|mailbox|letterbox|hands|post"
    r"|mail|bag)"
    r"|out of the way|off my (?:plate|desk|list|to-do list|hands)|squared up|on (?:its|their) way|in the bag|wired"
    r"|dealt with"
    r"|handled|shared|put to bed|crossed (?:\w+ ){0,3}?off|over with|taken care of|all set|cashed|printed|framed|built"
    r"|painted"
    r"|assembled|planted|installed|set up|cleared|bought|ordered|donated|collected|translated|edited|merged|deployed"
    r"|released"
    r"|launched|filled (?:in|out)|sewed|knitted|ironed|mowed|tidied|packed(?! (?:in|up)\b)|swapped|changed (?:the|my"
    r"|our) (?:tyres"
    r"|tires|oil|locks)"
    r"|(?:has|have|got) (?:his|her|their|your|the) (?:\w+ ){1,3}?back|(?:is|are|'s|them|it) on (?:your|her|his"
    r"|their) desk|c[ao]me through"
    r"|approved|granted|issued|works? (?:again|now|fine)|up and running|ticked off|checked off|took care of|did it"
    r"|made it|managed|got rid of"
    r"|replied|answered"
    r"|booked in|registered|applied|cooked|(?:can|able to|allowed to|free to|may"
    r"|cleared to) (?:\w+ ){1,4}again)\b|\bno longer (?:\w+ )?(?:broke|tight|fasting|restricted|banned"
    r"|on call|grounded)\b"
    r"|(?:已经?|都|刚刚?|终于|总算|今天|昨天|早就)?[^，。]{0,8}(?:交|发|还|寄|办|做|写|填|续|付|缴|转|送(?!去|修|到)"
    r"|(?<![送拿开去])修|换|考|搬"
    r"|完成|提交|搞|弄|装修|忙|结束|寄|装)(?:上去|过去|出去|完|好|掉|清|上|给[^，。]{1,6}"
    r"|[你您他她][^，。]{0,5})?了(?![吗么])|完成了|结束了|(?:下来|批|到手|发下来)了"
    r"|[水电网气](?:又|终于|都|已经)?[来通]了|来[水电网气]了|(?<!不)(?:可以|能)(?:正常|重新"
    r"|继续)?[^，。不]{1,6}了$|办妥|搞定|已(?:经)?(?:交|发|还|寄|提交|完成|缴|付|结束)|修好|取回来|通过了"
)
_WENT = Cue(
    r"\b(?:was|were) (?:[a-z]+ly |so |pretty |quite |absolutely )*(?!cancel|postpon|resched|delay|suppos|meant|due"
    r"|mov|going|on\b|off\b"
    r"|in\b|at\b|here|there|then|scrap|called|book|sched|today|yesterday|over)[a-z]{3,}(?=$|[,.!;])"
    r"|\b(?:went (?:really |so |very |pretty |super )?(?:well|fine|great|smoothly|badly|ok|okay"
    r"|perfectly|by|better|amazing\w*)|(?:was|were) (?:really |so |such |very |pretty |absolutely "
    r"|just |a |an )*(?:success|great|amazing|lovely|fun|wonderful|awesome|fantastic|brilliant"
    r"|beautiful|blast|disaster|terrible|awful|boring|good|nice|incredible|magical|exhausting|tough"
    r"|hard|easy|perfect|unforgettable|worth)|had (?:such )?(?:a |an |so much |the )?(?:great|good"
    r"|lovely|amazing|wonderful|fantastic|best|fun|blast|brilliant|awesome|nice|ball)|turned out"
    r"|enjoyed|loved|passed|failed|aced|survived|nailed|got through)\b"
    r"|(?:一[把次遍]|轻松|低空飞)过|(?<![没不])[洗看吃玩办考跑逛修搬拍唱跳爬游聚演]完|(?:很|太|非常|挺|还"
    r"|特别)?(?:顺利|开心|好玩|成功|精彩|热闹|圆满)(?:了|极了|结束)?"
    r"|玩得|考得|跑完|跑下来|演得"
    r"|办得"
)
_ENDED = Cue(
    r"\bfinally (?:[a-z]+(?:ed|en)|gone) (?:off|out|away|up|down|in|through|over)\b"
    r"|\b(?:finished|completed|done|over|ended(?! up)|gone|fixed|repaired|mended|back|returned"
    r"|picked (?:\w+ ){0,4}?up|moved out"
    r"|left|ready|again|reopened|running|working|no longer|went home|came off|removed|off|out|complete"
    r"|behind (?:me|us)|delivered|replaced)\b"
    r"|完|结束|好了|走了|回|拆|通|来了|来[水电网气]|恢复|修好|取|开门|复|出院|能[^，]{1,6}了|可以[^，]{1,6}了"
)
"""Of the cues of ``_DONE``, those that can also be said of something that went on."""
_NOT_YET = Cue(
    r"\b(?:haven't|hasn't|not (?:yet|been|finished|done|feeling)|didn't|isn't (?:over|done|finished"
    r"|fixed)|aren't|won't|will|'ll|going to|gonna|have to|need to|must|hope|hoping|hopefully|if|until"
    r"|till|when|once|before|by the time|can't wait|should|would|could|might|wish|(?:almost|nearly)(?! (?:an?|two"
    r"|three|four|five|six|\d+) )"
    r"|still (?:not|have|haven't|need)|want to|supposed to|being|not \w+ better|after i)\b"
    r"|保证|答应|承诺|发誓|务必|记得|别忘|还差|就差|差一点|还没|得(?=[在去先把赶交还付缴续发寄办写])"
    r"|就要(?=[交还付缴续])|必须|打算|准备|要(?=[把去在先])|没有?(?:交|发|还|好|完|结束|取消|修|办|做)|要是|如果"
    r"|等[^，。]{0,8}(?:再|就)"
    r"|快(?:要)?(?:好|完|结束)了|希望|就好了|才能|什么时候|不会取消|没取消"
)
_BROKEN_OFF = Cue(
    r"\b(?:hasn't|not|isn't|wasn't|never|haven't) (?:been )?(?:cancel\w*|called off|postponed|moved)\b"
    r"|没(?:有)?(?:取消|推迟|改)"
)
_OFF_WORDS = Cue(
    r"\b(?:about to|remember to|note to self:?|forget to"
    r"|should"
    r"|want to|wants to|trying to|might|gotta) (?:be )?(?:cancel|postpone|skip)|\bif\b|\bunless\b|如果|要是"
    r"|会不会"
)
_PRECHECK = Cue(
    r"cancel|need\b|hook|let\b|axed|canned|nixed|pulled|nothing|brok|fast|fell|eid\b|diet|paid|payday|off\b"
    r"|fell through|scrap|not\b|n't|no longer|mov"
    r"|postpon|reschedul|push|shift|delay|back|home|better|recover|heal|over\b|finish|complet|done"
    r"|hand|turn|submit|sent|deliver|return|paid|fil|renew|pass|ace|sort|sign|mail|post|ship|wrap"
    r"|publish"
    r"|defend|pick|drop|got|upload|transfer|settl|call|book|brought|bake|fix|repair|wr[io]t|clean|left"
    r"|any ?more|clear|so much|stop|quit|desk|through|approv|grant|issued|fine\b|ok(?:ay)?\b|good as new|crutches"
    r"|human|scratch|keep (?:food|things)|works|turn down|drop|give up|now be|went|was|were|had\b"
    r"|enjoy|loved|surviv|nail|clear|negative|kick|beat|shook|discharg|again|last"
    r"|in\b|inbox|shar|squar|wired|dealt|handl|all set|history|no more|rid of|plate|desk|list|cross|printed|framed"
    r"|built"
    r"|painted|assembl|plant|install|set up|bought|order|donat|collect|translat|edit|merg|deploy|releas|launch|sew"
    r"|knit|iron"
    r"|mow|tidi|pack|swap|instead|kidding|joking|binned|free of"
    r"|birth|baby|chang|decid|gave|bail|ditch|skip|mind|end|gone|out\b|did it|managed|changed|extend"
    r"|chuck|dump|thr[eo]w|retired|burn|bye|finally|normal|switch|bumped|brought|withdr|repl|answer|regist|appl|cook|share|shown|[\u4e00-\u9fff]"
)
"""Of lower case: without regard to case it is four times as slow."""


def may_close(text: str) -> bool:
    """Whether a message may end anything."""
    return _PRECHECK.search(text.lower()) is not None


_TO_CANCEL = re.compile(r"\b(?:need|needs|have|has|got|gotta|must|want|wants|ought)(?: to)? (?:cancel|postpone|skip)\b")


def _is_to_do(clause: Clause) -> bool:
    """Whether calling off is a duty with a date: "need to cancel the trial before the 25th"."""
    by = any(time.role in (Role.BY, Role.BEFORE) for time in clause.times)
    return by and _TO_CANCEL.search(clause.low) is not None


def closes(clause: Clause) -> Ending | None:
    """What a clause ends, if anything."""
    if clause.asked or clause.unreal:
        return None
    low = clause.low
    if _BROKEN_OFF.search(low):
        return None
    if not _OFF_WORDS.search(low) and not _is_to_do(clause):
        if (
            (moved := _MOVED.search(low))
            and (clause.times or "now" in low or re.search(r"postponed|rescheduled|delayed|推迟|延期|改期", low))
            and not re.search(
                r"\b(?:i|we|he|she|they)(?:'ve| have| has)? (?:just |finally |recently )?moved (?:to|into|here)\b", low
            )
        ):
            return Ending(status=CANCELLED, moved=bool(moved))
        if _INSTEAD.search(low) and not _CANCELLED.search(low):
            return Ending(status=CANCELLED, moved=True, replaced=True)
        if _CANCELLED.search(low) and not _UNBOUND.search(low):
            return Ending(status=CANCELLED)
    if _NOT_YET.search(low) or any(time.role in (Role.BY, Role.BEFORE, Role.UNTIL) for time in clause.times):
        return None
    return _fulfilled(low)


def _fulfilled(low: str) -> Ending | None:
    groups = {
        group
        for pattern, ended in (
            (
                _RECOVERED,
                (Group.INJURY, Group.TREATMENT)
                if _BODY.search(low)
                else (Group.ILLNESS, Group.INJURY, Group.TREATMENT),
            ),
            (_FEASTS, (Group.DIET,)),
            (_UNBOUND, (Group.INJURY,)),
            (_COURSE_DONE, (Group.TREATMENT,)),
            (_BACK, (Group.ABSENCE,)),
            (_PAID, (Group.MONEY,)),
        )
        if pattern.search(low)
        for group in ended
    }
    delivers, happened = _DONE.search(low) is not None, _WENT.search(low) is not None
    if not groups and not delivers and not happened:
        return None
    return Ending(
        status=FULFILLED,
        groups=frozenset(groups),
        delivers=delivers,
        ended=bool(groups) or (delivers and _ENDED.search(low) is not None),
        happened=happened or bool(groups),
    )

"""Free words for what is done: "the ladder's on your porch", "form went off recorded delivery", 鱼竿搁老李家门口了.

Nobody can list the ways to say that something owed was delivered. A statement that names it and tells of the past, of a
result or of where it now is says so by itself, unless it says that something is still to be done. It counts only for
what is owed and only where it names the very thing; see ``ledger``.
"""

import re

from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.times import Role

_WHERE = (
    r"on|in|at|under|behind|with|inside|by|against|outside|through|up|down|over|away|off|back|there|here|out|gone"
    r"|yours|theirs"
    r"|ready|running (?:like|fine|again)|like new|spotless|waiting|leaning|hanging|sitting|parked|safe|home"
)
_AND_SO = r"(?:(?:now|all|finally|already|safely|officially|just|both|currently|is|are) )*"
_RESULT = re.compile(
    rf"\b(?:is|are|was|were|'s|'re) {_AND_SO}(?:{_WHERE})\b"
    rf"|[a-z]'s {_AND_SO}(?:{_WHERE}|[a-z]+ed|(?!been)[a-z]+en|done|sent|made|paid)\b"
    rf"|^{_AND_SO}(?:[a-z0-9£$€'.-]+ ){{1,5}}(?:(?!lov|lik|enjoy|inspir|want|need|seem|look|us|happen|mov|excit"
    rf"|interest|surpris|amaz|relax|tir|scar|bless|remind|help|bas|call|nam|start|stay|liv|play|talk|chang|remain"
    rf"|turn|hat|miss|feel|scared|red\b|bed\b|hundr|indeed|old-fash)[a-z]{{2,}}ed|done|sent|made|paid|bought|built"
    rf"|sold|written|given"
    rf"|taken|hung|put|got|won|found)\b"
    r"|^(?:[a-z0-9£$€'-]+ ){1,4}(?:went|passed|arrived|landed|left|cleared|came|flew|made it|got there|turned up"
    r"|sailed through)\b"
)
_PERSON = re.compile(
    r"^(?:(?:and|but|so|oh|well|yes|yeah|ok|okay|also|then|anyway|ugh|phew|finally|actually|just|good news"
    r"|update)[,:!]? )*"
    r"(?:good|great|glad|congrats|congratulations|thanks|thank|keep|taking|stay|always|never|so|here's|look|check"
    r"|watching|whether|any|no"
    r"|hope|love|nice|cool|wow|best|looks?|sounds?|back|being|having|seeing|let's|i|we|he|she|they|it|you|there|this"
    r"|that|who|what|how|nothing|everyone|everybody|nobody|people|someone|life"
    r"|work"
    r"|things|today|yesterday|last|(?:i|we|he|she|they|it|you|that)'[a-z]+)\b"
)
_HANDED = re.compile(
    r"^(?:(?:and|but|so|oh|well|yes|yeah|ok|okay|also|then|anyway|phew|finally|actually|just|good news|update|i|we"
    r"|i've|we've|i have|we have)[,:!]? )*"
    r"(?:gave|given|paid|sent|brought|returned|rang|rung|spoke (?:to|with)|saw|did|made|got|took|left|put|stuck"
    r"|popped|chucked|slid|shoved|shipped|ran"
    r"|dropped|venmo'?d|zelled"
    r"|paypal'?d|e-?transferred|wired|texted|messaged|told|showed|taught|helped|drove|walked|fed|watered|handed"
    r"|nipped|swung|whatsapped"
    r"|dm'?d|slipped|lent|bunged|pinged|filed|logged|scanned|faxed|couriered|hung|assembled|hoovered|swept|emptied"
    r"|grabbed|collected"
    r"|fetched|sorted|squared|cashapp'?d|put through|knocked out|polished off)\b"
)
_SHORT_RESULT = re.compile(rf"^(?:[a-z0-9'-]+ ){{1,3}}(?:{_WHERE})\b")
_OPEN = re.compile(
    r"\b(?:not|n't|never|yet|still|almost|nearly|half(?:way)?|started|begun|began|working on|about to|going to|gonna"
    r"|will|'ll|must|need|needs"
    r"|have to|has to|got to|gotta|should|would|could|might|may|want|wants|hope|hopefully|trying|forgot|forgotten"
    r"|remember|remind"
    r"|asked|asking|promised|promise|owe|owes|due|deadline|extended|moved|pushed|postponed|delayed|wish|if|unless"
    r"|until|till"
    r"|when|while|once (?:i|we|it|he|she|they)|before|by the time|worried|panicking|dreading|hate|stuck|lost|broke"
    r"|broken|ruined|late"
    r"|overdue|supposed"
    r"|being|to-do|tomorrow|next|nagging|chasing|chased|asking about|expecting|waiting for|waiting on|left to do"
    r"|to go)\b|n't\b"
)
_DONE_CHINESE = re.compile(
    r"(?:了|好|完|掉|过去|出去|上去|齐|妥|到位|给[你您他她它]|[放搁摆挂摊躺]在?[^，。]{1,8}|在[你您他她][^，。]{1,8}"
    r"|已[^，。]{1,6})[啦呀哦哈吧嘞]?$"
    r"|(?:发|交|寄|还|送|转|付|缴|递|搁|放|摆|挂|塞|办|弄|搞|做|写|画|修|买|订|取|拿|带|打|汇|归还|结清"
    r"|到账)[^，。没不]{0,8}了"
    r"|(?:搞定|办妥|到手|结清|签收|收到|到账|完工|交差|送达|齐活)"
)
_OPEN_CHINESE = re.compile(
    r"没|不(?!错)|还(?:差|剩|在|得|要|有)|快(?:要)?|差点|正在|准备|打算|要(?!紧)|得(?=[去在先把赶交还付缴发寄办写])"
    r"|忘|等(?!待完)|催|明天|下周|后天|改|推迟"
    r"|延|拖|答应|保证|说好|如果|要是|吗|呢$|开始"
)


def reports(clause: Clause) -> bool:
    """Whether a clause tells of something that is done now, in whatever words."""
    if clause.asked or clause.unreal or any(time.ahead and time.begin > clause.at for time in clause.times):
        return False
    if any(time.role in (Role.BY, Role.BEFORE, Role.UNTIL) for time in clause.times):
        return False
    if clause.chinese:
        return _DONE_CHINESE.search(clause.bare) is not None and _OPEN_CHINESE.search(clause.bare) is None
    if _OPEN.search(clause.low):
        return False
    if _HANDED.match(clause.low):
        return True
    if _PERSON.match(clause.low):
        return False
    return _RESULT.search(clause.bare) is not None or _SHORT_RESULT.match(clause.bare) is not None

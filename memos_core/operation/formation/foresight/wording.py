"""How a foresight reads: whom it concerns, its sentence in the third person, and the words it goes by."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from memos_core.domain.engram import Message, Period
from memos_core.operation.formation.foresight.clauses import BLOT, Clause
from memos_core.operation.formation.foresight.periods import day_label
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal.values import listed

_RELATION = (
    r"(?:(?:mother|father|sister|brother|son|daughter)-in-law|(?:(?:little|big|younger|older|elder"
    r"|eldest|youngest|twin|best|good|old|step|half|ex|late|oldest|middle)[- ])?(?:brother|sister"
    r"|mother|mom|mum|mam|father|dad|son|daughter|wife|husband|partner"
    r"|girlfriend|boyfriend|fianc[eé]e?|boss|manager|friend|roommate|flatmate|housemate|neighbou?r"
    r"|uncle|aunt|auntie|cousin|nephew|niece|grandma"
    r"|folks|hubby|missus|lad|lass|eldest|youngest|grandparents|grandkids|stepson|stepdaughter|bestie|grandpa"
    r"|grandmother|grandfather|gran|granny|nan|kid|kids|children|parents|in-laws|colleague"
    r"|coworker|co-worker|teacher|coach|landlord|baby|twins|team|toddler"
    r"|mother-in-law|father-in-law|sister-in-law|brother-in-law|family|dog|cat|puppy|kitten|grandson"
    r"|granddaughter|godson|goddaughter|ex|mate|bandmate|teammate|therapist|assistant))"
)
_LEAD = (
    r"(?:(?:no(?=[,.!])|and|but|so|oh|ugh|well|yeah|yes|hey|hi|anyway|also|actually|because|since"
    r"|while|sadly|luckily|sorry|guess what|by the way|btw|good news|bad news|unfortunately|ok|okay"
    r"|then|plus|though|as|now|that|look|fyi|wow|aw|yep|yup|haha|lol|honestly|apparently|great|thanks"
    r"|heads up|reminder|remember|note|quick note(?: for you)?|update|to be honest|right|still|even"
    r"|in fact|besides|meanwhile)[,:!.]*\s+)*"
)
_MY_RELATION = re.compile(
    rf"^{_LEAD}(?:~+,?\s*)?(?:my"
    rf"|our) (?P<relation>{_RELATION})(?P<possessive>'s)?\b(?: (?P<name>[A-Z][\w'-]+))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?P<name>[A-Z][a-zé]+(?: (?:and [A-Z][a-zé]+|[A-Z][a-zé]+))?)(?='s \w|'ll|'ve| (?:is|are|has"
    r"|have|will|was|broke|sprained|got|caught|can't|and I|just|tested|needs|starts|promised|had|might"
    r"|said|came|leaves|flies|arrives|won't|isn't|must)\b)"
)
_NOT_NAMES = listed(
    """
    the my our i we it he she they this that there today tomorrow tonight next on in at by from until no not just so
    and but also yes then now here work school everything everyone nothing money dinner lunch monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december christmas easter what when who how rent dentist doctor exams finals classes class ramadan lent covid flu
    all some one last someone somebody nobody things jet still even because while since as for with after before if
    mom mum dad grandma grandpa guess life people term spring summer autumn winter registration tickets flights
    practice rehearsal training surgery chemo veganuary thanks great good bad sorry hey hi oh well ugh sadly luckily
    finally actually
    """
)
_KIN_NAME = re.compile(
    r"(?P<kin>Mum|Mom|Mam|Mama|Dad|Papa|Amma|Appa|Gran|Nan|Nana|Grandma|Grandpa|Granddad|Grandad|Granny)"
    r"(?= (?!and (?:I|me|my)\b|says?\b|said\b|wants?\b|asked\b|told\b|needs? me\b)|'s (?:in|on|at|got|having"
    r"|coming|off)\b)"
)
_PRONOUN = re.compile(rf"^{_LEAD}(?P<pronoun>he|she|they)(?:'s|'ll|'ve|'re|'d)?\b")
_CHINESE_KIN = (
    r"(?:亲|大|小|二|三)?(?:弟弟|哥哥?|姐姐?|妹妹?|弟|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|姥姥|姥爷|老公|老婆|丈夫|妻子"
    r"|先生|太太|儿子|女儿|孩子|宝宝|老板|同事"
    r"|室友|朋友|男朋友|女朋友|男友|女友|表[哥弟姐妹]|堂[哥弟姐妹]|叔叔|阿姨|舅舅|姑姑|舅妈|岳父|岳母|公公|婆婆|父母"
    r"|爸妈|邻居|闺蜜|领导|导师|狗|猫|家人|侄子|侄女"
    r"|外甥女?)"
)
_CHINESE_RELATION = re.compile(
    rf"^(?:另外|还有|对了|不过|但是?|所以|而且|因为)?(?P<relation>(?:我们?的?)?{_CHINESE_KIN})"
)

_CONTRACTIONS = (
    (re.compile(r"\b[Ii]['’]m\b"), "{who} is"),
    (re.compile(r"\b[Ii]['’]ve\b"), "{who} has"),
    (re.compile(r"\b[Ii]['’]ll\b"), "{who} will"),
    (re.compile(r"\b[Ii]['’]d\b"), "{who} would"),
    (re.compile(r"\b[Ww]e['’]re\b"), "{who} and company are"),
    (re.compile(r"\b[Ww]e['’]ve\b"), "{who} and company have"),
    (re.compile(r"\b[Ww]e['’]ll\b"), "{who} and company will"),
    (re.compile(r"\b[Ww]e\b"), "{who} and company"),
    (re.compile(r"\b(?:[Mm]y own|[Mm]y|[Mm]ine)\b"), "{who}'s"),
    (re.compile(r"\b(?:[Oo]ur|[Oo]urs)\b"), "{who} and company's"),
    (re.compile(r"\bmyself\b"), "themselves"),
    (re.compile(r"\bme\b"), "{who}"),
    (re.compile(r"\bus\b"), "{who} and company"),
)
_I_VERB = re.compile(
    r"\bI\b(?P<adverbs>(?: (?:just|also|still|really|finally|actually|only|already|now|always|never"
    r"|probably|definitely))*) (?P<verb>[a-z]+(?:['’]t)?)\b|\b(?<!['’])I\b"
)
_AGREEING = {
    "am": "is",
    "have": "has",
    "do": "does",
    "don't": "doesn't",
    "don’t": "doesn't",
    "haven't": "hasn't",
    **{
        verb: f"{verb}s"
        for verb in listed(
            "need plan start leave intend work get begin arrive land want owe promise aim return move take feel "
            "graduate head expect hope think know live eat run"
        )
    },
    **{verb: f"{verb}es" for verb in ("go", "finish")},
    "fly": "flies",
}
_LEADING = re.compile(rf"^(?:{_LEAD})", re.IGNORECASE)
_NOISE = listed(
    """
    a an the this that these those i me my mine we us our you your he him his she her it its they them their and or
    but so because since while if then than as at by for from in into of off on onto out over to until till through up
    with without about around before after during am is are was were be been being do does did doing have has had
    having will would shall should can could may might must need needs going go gonna get getting got just also really
    still finally now soon very too quite only all both here there what when where who how which not no yes oh well
    yeah ok okay please promise promised book booked plan planning plans planned schedule scheduled due deadline
    starting start starts next coming let know think like make sure i'm i've i'll we're we've we'll it's he's she's
    they're that's it'll there's don't can't won't
    back again some any other more most much many lot bit little good great
    nice own same such s t ll re ve m d himself today tonight tomorrow guess news hey hi thanks ugh sadly actually
    luckily anyway note quick reminder remember said says told tell asked one few day days week weeks month months
    year years hour hours time supposed hand put take taking come comes keep want wants able already yet ever never
    always thing things stuff kind lots way first last away
    """
)
_CHINESE_NOISE = re.compile(
    r"[这那][本个件份张把台辆条双套]|我们?的?|你们?|他们?|她们?|咱们?|自己|打算|准备|计划|决定|已经|终于|必须|应该"
    r"|需要|可以|不能|不要|不准|别|要去"
    r"|得去|要"
    r"|(?<![聚宴约晚年开家长结谈商面议班博展酒舞大工协学社机教典发])会(?![议员计场所])|将|得|去|了|的|是|在|把|给|被"
    r"|让|跟|和|与|有个|有一?[个场次]|还有|有|就"
    r"|(?<![成首京])都|也|才|再|又|很|太"
    r"|刚|先|这[个段次]?时间?|那[个段]?时间?|期间|之前|以前|前|截止|定在|约在|约好|约了|预约了?|订了|订好|买好了?"
    r"|帮我记一下|记一下|提醒我|放心|答应|保证|说|一定"
    r"|到|至|从|起(?![床飞])|开始|为止|吧|呢|啊|哦|呀|吗|嘛|过|着|个|一下|内|里|之内|以内|今晚|今天|明天|后天|出发|回来"
)


_ASKS_ME = re.compile(
    r" (?:has |have |had |just |already |also )*(?:wants?|wanted|asked|told|needs?|needed|expects?|ordered|advised"
    r"|reminded|begged"
    r"|invited|made|makes|signed|put|banned|grounded|booked) (?:me|us)\b"
)
"""What somebody wants of the speaker concerns the speaker."""


def subject(message: Message, clause: Clause, earlier: Sequence[str]) -> str | None:
    """Whom a clause concerns.

    Args:
        message: Where it stands.
        clause: The clause.
        earlier: Subjects of the clauses and messages before it, oldest first.

    Returns:
        A name; ``None`` for a pronoun that nothing before it explains.
    """
    if clause.chinese:
        found = _CHINESE_RELATION.match(clause.text)
        if found is not None and re.match(
            r"(?:又|也|还|今天)?(?:让|叫|要|要求|催|喊|嘱咐|叮嘱|请|提醒|安排|答应)我", clause.text[found.end() :]
        ):
            return message.who
        return message.who if found is None else f"{message.who}的{re.sub('^我们?的?', '', found['relation'])}"
    if relation := _MY_RELATION.match(clause.text):
        if _ASKS_ME.match(clause.low[relation.end("relation") :]):
            return message.who
        if relation["possessive"] and not re.match(
            r" (?:in|on|at|off|away|coming|having|going|flying|got|not|getting|moving|staying|sick|ill|still"
            r"|back|pregnant|leaving|due|been|due|travel)",
            clause.text[relation.end("possessive") :],
        ):
            return message.who
        name = relation["name"]
        return (
            name.removesuffix("'s")
            if name and name[:1].isupper()
            else f"{message.who}'s {relation['relation'].lower()}"
        )
    stripped = _LEADING.sub("", clause.text)
    if kin := _KIN_NAME.match(stripped):
        return f"{message.who}'s {kin['kin'].lower()}"
    named = _NAMED.match(stripped)
    if named and named["name"].split()[0].lower() not in _NOT_NAMES:
        return named["name"]
    if _PRONOUN.match(clause.low):
        others = [name for name in earlier if name != message.who]
        return others[-1] if others else None
    return message.who


_ANY_RELATION = re.compile(rf"\b(?:my|our) (?P<relation>{_RELATION})\b(?!'s)", re.IGNORECASE)


_BESIDE = re.compile(
    r"\b(?:to|with|from|by|for|at|saw|met|rang|called|asked|owe|told|tell|lent|gave|visiting|and) ([A-Z][a-zé]+)\b"
)


def mentioned(message: Message, stop: int) -> str | None:
    """The relative or friend whom a message named last before ``stop``, as a subject."""
    found = list(_ANY_RELATION.finditer(message.text, 0, stop))
    if not found:
        names = [name for name in _BESIDE.findall(message.text, 0, stop) if name.lower() not in _NOT_NAMES]
        return names[-1] if names else None
    return f"{message.who}'s {found[-1]['relation'].lower()}" if found else None


def named(who: str) -> str:
    """The name as a sentence uses it."""
    return f"The {who}" if who in ("user", "human") else who


def sentence(message: Message, clause: Clause, times: Sequence[Time], period: Period, zone: tzinfo) -> str:
    """The clause in the third person, its dates resolved."""
    text = _dated(clause, times, period, zone)
    if clause.chinese:
        text = re.sub(rf"我(?={_CHINESE_KIN})", "我的", text)
        who = "用户" if message.who in ("user", "human") else message.who
        return re.sub(r"我们|咱们", f"{who}等人", text).replace("我", who).replace("自己", who).strip("，、 ")
    text = _LEADING.sub("", text).strip() or text.strip()
    if clause.bare.startswith("i'm ") and not clause.low.startswith("i'm "):
        text = f"I'm {text[:1].lower()}{text[1:]}"  # "Working nights this week"
    who = named(message.who)
    text = _I_VERB.sub(lambda match: _agreed(match, who), _contracted(text, who))
    return text[:1].upper() + text[1:]


def _contracted(text: str, who: str) -> str:
    for pattern, form in _CONTRACTIONS:
        text = pattern.sub(lambda _, form=form: form.format(who=who), text)  # type: ignore[misc]
    return text


def _agreed(match: re.Match[str], who: str) -> str:
    if match["verb"] is None:
        return who
    return f"{who}{match['adverbs']} {_AGREEING.get(match['verb'], match['verb'])}"


def _dated(clause: Clause, times: Sequence[Time], period: Period, zone: tzinfo) -> str:
    """The text of the clause with its relative dates written out; the period at the end where it has none."""
    text, shown = clause.text, False
    own = [time for time in times if clause.start <= time.start and time.stop <= clause.stop]
    for time in sorted(dict.fromkeys(own), key=lambda time: -time.start):
        start, stop = time.start - clause.start, min(time.stop - clause.start, len(text))
        written = _written(time, clause, zone)
        if written is None:
            continue
        text, shown = text[:start] + written + text[stop:], True
    if shown or period.end is None:
        return text
    if clause.chinese:
        return f"{text}（{_chinese_span(period, zone)}）"
    return f"{text} ({period.label})"


_TILL = re.compile(r"\b(?:until|till?|through|thru|up to|to)\b")
_PROPER = re.compile(r"(?:dry|sober|no-spend|no spend|no-buy|sugar-free) $")
"""Before a month, the name of a custom: "Dry January"."""


def _written(time: Time, clause: Clause, zone: tzinfo) -> str | None:
    if time.role is Role.FOR or _PROPER.search(clause.low[: time.start - clause.start]):
        return None
    phrase = clause.text[time.start - clause.start : time.stop - clause.start]
    if _FEAST.fullmatch(phrase.lower()):
        return f"{phrase} ({day_label(time.begin.astimezone(zone))})"
    begin, end = (time.begin, time.end) if time.role not in (Role.PAST, Role.SINCE) or not time.told else time.told
    first, last = begin.astimezone(zone), (end - timedelta(microseconds=1)).astimezone(zone)
    if clause.chinese:
        return f"{phrase}（{_chinese_dates(time.role, first, last)}）"
    word = re.match(r"(?:until|till?|by|before|through|from|since|for)\b", phrase, re.IGNORECASE)
    lead = f"{word.group().lower()} " if word and word.group().lower() not in ("from", "for") else ""
    if time.role is Role.UNTIL and not lead and _TILL.search(clause.low[: time.start - clause.start]) is None:
        lead = "until "
    if first.date() == last.date():
        clock = f", {first:%H:%M}" if end - begin <= timedelta(hours=1) else ""
        return f"{lead}{day_label(first)}{clock}"
    if time.label and not lead and time.role is Role.AT:
        return time.label
    if time.role in (Role.UNTIL, Role.BY, Role.BEFORE):
        return f"{lead}{day_label(last)}"
    return f"{lead}{day_label(first)} to {day_label(last)}"


def _chinese_dates(role: Role, first: datetime, last: datetime) -> str:
    whole = [f"{day.year}年{day.month}月{day.day}日" for day in (first, last)]
    if role in (Role.UNTIL, Role.BY, Role.BEFORE):
        return whole[1]
    return whole[0] if first.date() == last.date() else f"{whole[0]}至{whole[1]}"


def _chinese_span(period: Period, zone: tzinfo) -> str:
    end = period.end or period.start
    return _chinese_dates(Role.AT, period.start.astimezone(zone), (end - timedelta(microseconds=1)).astimezone(zone))


_REJECTED = re.compile(r"\b(?:instead of|rather than)\b.*$|\binstead\b|而不是.*$")


_FEAST = re.compile(
    r"\b(?:christmas|easter|thanksgiving|hanukkah|diwali|halloween|new year(?:'s)?|passover|ramadan|eid|lent"
    r"|valentine's)\b"
)


def topic(clause: Clause, speaker: str) -> str:
    """The content words of the clause, at most six (or twelve Chinese characters)."""
    said = _REJECTED.sub("", clause.bare)
    if clause.chinese:
        kept = _CHINESE_NOISE.sub(" ", said.replace(BLOT, " ").replace(speaker.lower(), " "))
        return " ".join(re.findall(r"[\w]+", kept))[:24]
    own = set(re.findall(r"\w+", speaker.lower()))
    said = f"{said} {' '.join(_FEAST.findall(clause.low))}"
    words = [word for word in re.findall(r"[a-z0-9à-ÿ][a-z0-9à-ÿ'-]*", said) if word not in _NOISE and word not in own]
    return (
        " ".join(dict.fromkeys(word.removesuffix("'s") for word in words if len(word) > 1))[:80].rsplit(" ", 1)[0]
        if len(" ".join(words)) > 80
        else " ".join(dict.fromkeys(word.removesuffix("'s") for word in words if len(word) > 1))
    )

"""What a Chinese question asks for, and the statement that its answer makes."""

import re

from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN, PET

_ASKED = re.compile(
    r"什么(?:名字|工作|职业|专业|地方|颜色)?|哪里|哪儿|哪个城市|哪座城市|哪家公司|哪个公司|哪所(?:大学"
    r"|学校)|谁|多少|几(?=岁|个|只)|做什么的|干什么的|多大了?|多大年纪"
)
_WHOSE = re.compile(rf"[你您](?:们|家)?的?(?P<kin>{KIN_PATTERN})|(?:[你您](?:们)?家?的?|家里的?)(?P<pet>{PET}|宠物)")
_SLOTS = tuple(
    (re.compile(pattern), statement)
    for pattern, statement in (
        (r"(?:叫|取)(?:什么|啥)|(?:怎么|如何)称呼|(?:什么|啥)名|贵姓|大名|名字(?:是|呢)?", "叫{answer}"),
        (r"老家|家乡|(?:哪里|哪儿|什么地方|哪)的?人(?!气)", "老家是{answer}"),
        (r"出生在?(?:哪|什么地方)|(?:哪里|哪儿)出生", "出生在{answer}"),
        (r"生日|(?:几号|哪天|什么时候)(?:出生|过生日)", "的生日是{answer}"),
        (r"(?:哪家|哪间|什么|啥)公司|(?:哪里|哪儿?|什么地方|何处)(?:上班|工作|高就)|单位", "在{answer}上班"),
        (r"(?:做|干|从事)(?:什么|啥|哪)|(?:什么|哪个?)(?:工作|职业|行业|行|岗位)|职业|做哪", "{job}"),
        (r"多大|几岁|年纪|年龄|贵庚", "{answer}岁"),
        (r"过敏", "对{answer}过敏"),
        (r"忌口|不吃(?:什么|啥|的)|(?:什么|啥)不吃|不能吃", "不吃{answer}"),
        (r"(?:什么|啥|哪种|哪款|哪个?牌子的?)车|开(?:的)?是?(?:什么|啥)|座驾", "开的是{answer}"),
        (r"电话|手机号|号码|门号|联系方式|联络方式", "的手机号是{answer}"),
        (r"邮箱|信箱|邮件地址|[Ee]-?mail", "的邮箱是{answer}"),
        (r"专业|主修|研究方向|(?:学|读|念)(?:的)?(?:是)?(?:什么|啥|哪个)|科系|什么系", "的专业是{answer}"),
        (r"(?:哪所|哪个|什么)?(?:学校|大学)|在?(?:哪里|哪儿?)(?:读书|上学|念书|读|念)", "在{answer}读书"),
        (r"(?:有什么|的)?(?:爱好|兴趣|嗜好|消遣)|(?:平时|周末|闲暇).{0,6}(?:做|干|玩)(?:什么|啥)", "的爱好是{answer}"),
        (r"最(?:喜欢|爱|喜爱)的?(?P<of>[^，什哪谁是]{1,6}?)(?:是|有)?(?:什么|哪|谁|$)", "最喜欢的{of}是{answer}"),
        (r"(?:喜欢|爱)(?:吃|喝|看|听|玩|做)?(?:什么|哪|啥|谁)", "喜欢{answer}"),
        (r"体重|多重|几斤|几公斤|多少斤", "体重{answer}"),
        (r"身高|多高", "身高{answer}"),
        (r"(?:什么|啥|哪种)药|用药", "吃{answer}"),
        (r"(?:什么|啥)(?:病|疾病)|病史|慢性病|健康状况", "有{answer}"),
        (r"信(?:仰)?(?:什么|啥|哪)|宗教", "信{answer}"),
        (r"国籍|哪国", "是{answer}人"),
        (r"(?:说|会|讲)(?:什么|哪些?|几种)(?:语言|话)|母语", "会说{answer}"),
        (r"养(?:了|的)?(?:什么|啥|几|哪)|宠物", "养了{animal}"),
        (
            r"(?:住|租|搬|人|坐标|在)(?:在|到|去)?(?:哪|什么地方|何处|什么城市)|(?:哪个|哪座|什么)城市|住址|坐标",
            "住在{answer}",
        ),
    )
)
_LEADS = re.compile(
    r"^(?:我[喔哦啊嘛呢]?[，,]|[她他它](?=叫|是)|目前|现在|我(?:现在|是|就|家)?|就|还|一直|[她他它](?=叫|是)|住在?"
    r"|在|是|叫|做|姓|开的?是?|对|喜欢|最"
    r"|大概|快"
    r"|呃|嗯|啊|哦|那个|哈哈|应该|养了?)+"
)
_TAILS = re.compile(
    r"(?:那边|这边|附近|一带|都不行|都不能吃|不能吃|都会|过敏|上班|工作|的|了|啦|吧|呢|哦|喔|耶|啊"
    r"|岁|人)+$"
)
_EXACT = re.compile(
    r"(?:农历|阴历)?[\d一二三四五六七八九十腊正]{1,3}月(?:初|廿)?[\d一二三四五六七八九十]{1,3}[日号]?"
    r"|\d{4}-\d\d?-\d\d?"
    r"|[\w.+-]+@[\w.-]+|\+?\d[\d -]{5,}\d"
)
_REFUSED = re.compile(
    r"^(?:没|不|无(?!锡|为)|保密|秘密|忘|猜|随便|都行|都可以|你|谢|好的?$|说来|这个|看情况|为什么"
    r"|干嘛|怎么|还没)"
)
_VERB_FIRST = re.compile(r"^(?:在|做|当|教|开|跑|卖|干|搞|送|刚|待业|退休|失业|自由|读|念|还)")


def polar(question: str) -> str:
    """The statement that ``yes`` makes of a question to you."""
    question = re.sub(r"^(?:听说|据说|记得|我记得)", "", question)
    if not re.match(r"[你您]", question):
        return ""
    statement = re.sub(r"(?:吗|么|呢|吧|没有|了没|没)$", "", question)
    return re.sub(r"[你您]", "我", re.sub(r"^([你您])(?:是不是|还|不是)", r"\1", statement))


def opened(question: str, answer: str) -> str:
    """The statement that a value makes of a question for it."""
    if _REFUSED.match(answer):
        return ""
    value = re.split(r"[，,。；]", _TAILS.sub("", _LEADS.sub("", answer)))[0] or answer
    value = _TAILS.sub("", value)
    whose = _WHOSE.search(question)
    owner = f"我{whose['kin']}" if whose and whose["kin"] else f"我家{whose['pet']}" if whose else "我"
    if not value or not re.search(r"[你您]|请问|什么|哪|多少|几|怎么|如何|呢$|多[大高重]|是$", question):
        return ""
    if whose and whose["kin"] and re.match(r"(?:大|小|老[大二三])的?叫", answer):
        return f"我有两个{whose['kin']}，{answer}"
    for pattern, statement in _SLOTS:
        found = pattern.search(question)
        if found is None:
            continue
        if statement == "叫{answer}" and not re.search(r"[你您]|贵姓|称呼", question):
            return ""
        animal = (
            answer
            if re.match(r"[\d一两二三四五六几]+[只条匹]", answer)
            else value
            if re.match(r"[\d一两二三四五六几]+[只条匹]", value)
            else f"一只{value}"
        )
        if statement.endswith(("生日是{answer}", "手机号是{answer}", "邮箱是{answer}")):
            exact = _EXACT.search(answer)
            value = exact[0] if exact else answer
        job = answer if _VERB_FIRST.match(answer) else f"是{value}"
        of = found.groupdict().get("of") or ""
        return owner + statement.format(answer=value, animal=animal, job=job, of=of)
    if not re.match(r"[你您]", question) or not _ASKED.search(question):
        return ""
    turned = re.sub(r"[你您]", "我", re.sub(r"(?:呢|啊|呀)$", "", question))
    return _ASKED.sub(lambda _: value, turned, count=1)

"""Chinese: temporary things of all sorts, and how long they usually last."""

from memos_core.operation.formation.foresight.entries import ALWAYS, CONSTRAINT, STATE, Entry, Group

ENTRIES: tuple[Entry, ...] = (
    Entry(
        pattern=r"(?:得了?|患了?|感染了?|染上了?|有点|又|中了?|是|正在?发|确诊了?|被传染了?|犯了?|闹)?(?:甲流|乙流"
        r"|流感)(?!疫苗|季|针|高发)",
        topic="流感",
        kind=STATE,
        days=8,
        group=Group.ILLNESS,
        onset=True,
    ),
    Entry(
        pattern=r"(?:得了?|感染了?|染上了?|又|中了?|确诊了?)(?:新冠|肺炎|水痘|麻疹|带状疱疹|猩红热|手足口病?|登革热"
        r"|腮腺炎|扁桃体炎|支气管炎|咽喉炎|中耳炎|结膜炎|肠胃炎|胃肠炎"
        r"|荨麻疹|湿疹|诺如)|(?:新冠)?阳了|(?:肺炎|水痘|扁桃体发炎|智齿发炎|肠胃炎)了?",
        topic="生病 新冠",
        kind=STATE,
        days=12,
        group=Group.ILLNESS,
        onset=True,
    ),
    Entry(
        pattern=r"(?:重|着凉|伤风|风寒)?感冒(?!药|灵|疫苗|颗粒|冲剂)|着凉了?|伤风",
        topic="感冒",
        kind=STATE,
        days=8,
        group=Group.ILLNESS,
        onset=True,
    ),
    Entry(pattern=r"发(?:高|低)?烧(?!友)|发热|烧到", topic="发烧", kind=STATE, days=4, group=Group.ILLNESS, onset=True),
    Entry(
        pattern=r"(?:生|害)(?:了)?(?:一?场)?(?:大|重)?病了?|病(?:倒)?了|拉肚子|闹肚子|食物中毒|吃坏(?:了)?肚子"
        r"|嗓子(?:疼|哑|发炎)|咳嗽|不舒服|失声|呕吐"
        r"|过敏(?:了|发作)|偏头痛|牙疼|胃疼|落枕",
        topic="生病",
        kind=STATE,
        days=5,
        group=Group.ILLNESS,
        onset=True,
    ),
    Entry(
        pattern=r"对[^，。]{1,8}过敏|(?:花生|海鲜|坚果|牛奶|鸡蛋|青霉素|花粉|尘螨|虾|蟹|芒果|小麦|麸质|头孢|酒精|猫毛|狗毛|大豆|芝麻|鱼)过敏|乳糖不耐|过敏体质",
        topic="过敏",
        kind=CONSTRAINT,
        days=ALWAYS,
        group=Group.OTHER,
    ),
    Entry(pattern=r"倒时差|时差(?:没|还|反应|太|倒)|有时差", topic="时差", kind=STATE, days=4, group=Group.ILLNESS),
    Entry(
        pattern=r"(?:居家|在家|集中|自我|被|要|需要|正在|在酒店)?隔离(?!霜|带|墙|开)",
        topic="隔离",
        kind=CONSTRAINT,
        days=10,
        group=Group.ILLNESS,
    ),
    Entry(
        pattern=r"(?:扭伤|崴|拉伤|摔伤|摔断|骨折|骨裂|脱臼|闪(?:了)?腰|扭(?:到|了)|砸伤|割伤|烫伤|撞伤|韧带(?:撕裂"
        r"|断)|跟腱(?:断|撕)|半月板|腰(?:间盘)?(?:突出"
        r"|扭)|脑震荡|磕伤|受伤|划伤|烧伤|摔坏)(?:了)?",
        topic="受伤",
        kind=CONSTRAINT,
        days=28,
        group=Group.INJURY,
        onset=True,
    ),
    Entry(
        pattern=r"打(?:着|了|上)?(?:石膏|夹板)|拄(?:着)?拐|坐(?:着)?轮椅|戴(?:着)?(?:护具|支具|颈托|护腰)"
        r"|缝(?:了)?[\d一二三四五六七八九十几]+针|绑(?:着)?(?:绷带"
        r"|夹板)",
        topic="石膏 受伤",
        kind=CONSTRAINT,
        days=42,
        group=Group.INJURY,
        onset=True,
    ),
    Entry(
        pattern=r"(?:吃|服用?|用|打|开了?|在吃|挂)(?:着|了|上)?~*的?(?:一个疗程的?|个疗程的?|点)?(?:抗生素|消炎药"
        r"|头孢|阿莫西林|青霉素|激素|止痛药|抗病毒药|中药|西药"
        r"|药)|输液|打(?:吊针|点滴)|(?:一个)?疗程",
        topic="抗生素 吃药",
        kind=STATE,
        days=10,
        group=Group.TREATMENT,
        onset=True,
    ),
    Entry(
        pattern=r"(?:刚|才)?(?:做|动)(?:完|了|过)(?:一?[个次台]|[\u4e00-\u9fff]{1,6})?(?:手术|微创)|术后|拔(?:了"
        r"|完)(?:[一两]?颗)?(?:智齿"
        r"|牙)|手术(?:刚)?(?:做完|恢复期)|剖腹产|(?:割|切)(?:了)?(?:阑尾|扁桃体|双眼皮)|种(?:了)?牙"
        r"|做(?:了)?近视(?:激光)?手术",
        topic="手术 恢复",
        kind=STATE,
        days=14,
        group=Group.TREATMENT,
        onset=True,
    ),
    Entry(
        pattern=r"怀孕|怀(?:了|上)|孕期|预产期|有喜|坐月子|哺乳期|孕妇(?=了)|备孕",
        topic="怀孕",
        kind=STATE,
        days=210,
        group=Group.TREATMENT,
    ),
    Entry(
        pattern=r"住院|(?:做|在)化疗|放疗|透析|做康复|理疗",
        topic="住院 治疗",
        kind=STATE,
        days=10,
        group=Group.TREATMENT,
    ),
    Entry(
        pattern=r"休(?:着|了|的)?(?:[^，。]{0,6})?(?:产假|年假|病假|陪产假|婚假|丧假|事假|探亲假|育儿假|长假|假)"
        r"|放(?:着|了|寒|暑)?假"
        r"|请(?!不)(?:了)?(?:[^，。]{0,8})?假|(?:在|正)(?:度|休)(?:蜜月|假)|停薪留职|(?:产|年|病|陪产|婚)假",
        topic="休假 请假",
        kind=STATE,
        days=14,
        group=Group.ABSENCE,
    ),
    Entry(
        pattern=r"出差|在(?:外地|国外|海外|路上|旅途)|(?:在[^，。不没]{1,8})?(?:旅[行游]|度假|外派|交换|进修|培训"
        r"|集训|调研|驻场|支教|实习|露营|自驾游|探亲"
        r"|封闭)(?:中|呢|期间)?",
        topic="出差 旅行",
        kind=STATE,
        days=7,
        group=Group.ABSENCE,
    ),
    Entry(
        pattern=r"没有?(?:网络?|水|电|热水|暖气|车(?!票|位)|信号|煤气|燃气|空调|电梯|手机)(?:用|了)?",
        topic="没有",
        kind=STATE,
        days=None,
        group=Group.HOME,
    ),
    Entry(
        pattern=r"(?:扣(?:了|留|押|到|(?=[\d一二两三四五六七八九十半~]))|吊销|冻结|禁赛|停职|没收|封号|被封"
        r"|限制(?:出境|高消费|使用)|停课(?=反省|处分)|禁足|禁言|禁驾"
        r"|暂停(?:驾驶|使用|资格)|拉黑|停牌"
        r"|停卡|锁(?:定|了)|挂失|查封|记过|停学|软禁|取保候审|扣驾照|封(?:了|停))(?!款|分|除|工资)",
        topic="被扣 限制",
        kind=CONSTRAINT,
        days=None,
        group=Group.OTHER,
        onset=True,
    ),
    Entry(
        pattern=r"值(?:夜|晚|早|白|中|大夜)?班|上(?:着)?(?:夜|晚|早|中|白|大夜)班|轮(?:到|值)?(?:夜|晚|早|中|白"
        r"|大夜)班|倒班|(?:加|连)班|待命|代(?:班|课)|顶班"
        r"|军训|考试周|期末(?:考试?)?(?:周|月)|备考|(?:在|要)复习|陪产|陪护"
        r"|照顾(?=[^，。]{1,8})|帮[^，。]{1,6}看(?:家|房子|猫|狗|孩子|店)|(?:照看|寄养|喂)(?=[^，。]{1,8})|陪审"
        r"|服兵役|写论文|答辩周|赶(?:项目"
        r"|工期|稿)",
        topic="值班",
        kind=STATE,
        days=7,
        group=Group.DUTY,
    ),
    Entry(
        pattern=r"斋月|封斋|把斋|斋戒|禁食|断食|辟谷|轻断食|空腹|守斋|大斋期|四旬期",
        topic="斋戒 禁食",
        kind=CONSTRAINT,
        days=30,
        group=Group.DIET,
    ),
    Entry(
        pattern=r"(?:在|正在|开始|要|得)?(?:减肥|减脂|节食|戒(?:糖|酒|烟|咖啡|奶茶|碳水|甜食|辣|肉|手机|网购|夜宵"
        r"|游戏|口)|忌口|忌(?:辣|酒|生冷|海鲜|油腻)|控糖|低碳"
        r"|生酮|断糖|断碳|禁酒|刷脂|清淡饮食|只(?:能)?(?:吃|喝)(?:素|流食|粥|清淡|软的?))",
        topic="饮食",
        kind=CONSTRAINT,
        days=30,
        group=Group.DIET,
    ),
    Entry(pattern=r"吃(?:全)?素|素食", topic="吃素", kind=CONSTRAINT, days=None, group=Group.DIET),
    Entry(
        pattern=r"手头(?:有点|比较|很|特别|挺|太)?(?:紧|拮据)|没钱(?:了|吃|花)?|(?:钱|预算|资金)(?:有点|比较|很|特别"
        r"|挺|太)?紧|囊中羞涩|吃土|穷(?:得|死)|月光"
        r"|省(?:着|吃俭|点|钱)|攒钱|存钱|还(?:贷|债|花呗)|紧巴巴|不(?:能)?(?:乱)?(?:花钱|买东西|买衣服|购物|下馆子"
        r"|点外卖)",
        topic="手头紧 省钱",
        kind=CONSTRAINT,
        days=30,
        group=Group.MONEY,
    ),
    Entry(
        pattern=r"(?:送|拿|开)(?:去|到|进)?(?:[^，。]{0,6})?(?:修|维修|保养|返修|返厂)(?:了)?|(?:在修|坏(?:了|掉)"
        r"|罢工|停(?:水|电|气|网|暖)|断网|装修"
        r"|施工|封路|停运|关门|闭馆|维修中|检修|改造|修路|关停|停业|歇业)",
        topic="修 维修",
        kind=STATE,
        days=7,
        group=Group.HOME,
    ),
    Entry(
        pattern=r"(?:暂时|临时|先|这(?:段时间|阵子|几天)|最近)?(?:借住|暂住|寄住|住(?:在|我)|寄宿)|(?:来"
        r"|在)(?:我们?家|家里)(?:住|小住|玩|做客)|待在|呆在"
        r"|封(?:控|城)|居家办公|远程办公|不在(?:家|公司|国内|北京|上海|办公室|学校)",
        topic="住",
        kind=STATE,
        days=None,
        group=Group.HOME,
    ),
)
"""In the order in which they are tried."""

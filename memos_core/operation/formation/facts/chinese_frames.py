"""Chinese frames: which words after the subject fill which slot. A table; ``chinese`` reads it.

Matched after subject, adverbs, negation and auxiliaries are taken off. Groups as in ``english_frames``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from memos_core.operation.formation.facts.frame import EVENT, STATE, TIMELESS, Frame

KIN: Mapping[str, str] = {
    form: slot
    for slot, forms in {
        "relative.mother": "妈妈 母亲 老妈 我妈 妈",
        "relative.father": "爸爸 父亲 老爸 我爸 爸",
        "relative.sister": "姐姐 妹妹 姐 妹 大姐 二姐 小妹 双胞胎妹妹 双胞胎姐姐 亲姐 亲妹妹",
        "relative.brother": "哥哥 弟弟 哥 弟 大哥 二哥 小弟 双胞胎弟弟 双胞胎哥哥",
        "relative.son": "儿子 大儿子 小儿子",
        "relative.daughter": "女儿 闺女 大女儿 小女儿",
        "relative.child": "孩子 宝宝",
        "relative.grandmother": "奶奶 外婆 姥姥",
        "relative.grandfather": "爷爷 外公 姥爷",
        "relative.aunt": "阿姨 姑姑 姨妈 舅妈 婶婶 小姨",
        "relative.uncle": "叔叔 舅舅 姑父 伯伯",
        "relative.cousin": "表姐 表妹 表哥 表弟 堂姐 堂妹 堂哥 堂弟",
        "relative.niece": "侄女 外甥女",
        "relative.nephew": "侄子 外甥",
        "relative.grandson": "孙子 外孙",
        "relative.granddaughter": "孙女 外孙女",
        "partner": "老婆 妻子 太太 媳妇 爱人 女朋友 女友 男朋友 男友 老公 丈夫 先生 对象 未婚妻 未婚夫",
        "friend": "朋友 好朋友 闺蜜 好友 死党 发小 哥们",
        "attribute.室友": "室友 舍友",
        "attribute.同事": "同事",
        "attribute.老板": "老板 领导 上司",
        "attribute.老师": "老师 导师",
        "attribute.邻居": "邻居",
        "attribute.医生": "医生 主治医生",
    }.items()
    for form in forms.split()
}
KIN_PATTERN = "|".join(sorted(KIN, key=len, reverse=True))

_MEASURE_WORD = r"(?:只|条|匹|头|个|辆|台|套|名|位|盆|本|张|把|架|艘|间|栋|部|支|件|双|块|份|家)"
_NUMBER = r"(?:\d+|[一两二三四五六七八九十几])"
_END = r"(?=$|了$|了|去$|来$|呢|啊|吧|啦|哦|的$)"
_ONE = r"(?:一?(?:名|个|位|家|所|间))?"
_PLACE = (
    r"[^了，的]{1,12}?(?=$|了|去$|去了|来$|来了|啦|定居|居住|住|生活|工作|上班|的|呢|啊|吧|附近|那边|这边"
    r"|读书|上学|已经|快|有[一两三四五六七八九十\d几]"
    r"|和[我他她家父爸朋男女老室]|跟|也|都[是很有快好])"
)
_TRADE = (
    r"[^，的了吗呢吧啊]{0,8}?(?:师|员|医生|[牙兽中军校法]医|主厨|大厨|骑手|创始人|合伙人|负责人|经纪人"
    r"|制片人|主持人|码农|护士|会计|律师|教练|经理|主管|总监|司机|老板|作家|画家"
    r"|音乐家|科学家|艺术家|歌手|演员|记者|编辑|主持人|模特|厨子|警察|军人|消防员|公务员"
    r"|[电焊水瓦木钳管技车油漆]+工|清洁工|修理工|水电工|法官|检察官|秘书|助理|学生|研究生|博士生|博士|教授|导演"
    r"|导游|翻译|保安|保姆|月嫂|农民|工人|木匠"
    r"|裁缝|程序猿|产品|运营|销售|客服|店长|院长|校长|主任|局长|顾问|分析师|策划|博主"
    r"|主播|创业者|自由职业者?|工程师|设计师|全职妈妈|全职爸爸|家庭主妇|空姐|飞行员|船长|水手|前台"
    r"|出纳|人事|HR|CEO|CTO)"
)
_ORG = r"[^，了的]{1,16}?"
_ITEM = r".{1,24}"
_SPAN = (
    r"(?:快|将近|大概|差不多|已经|整整|好)?[\d一二两三四五六七八九十几半多来]*(?:年|个月|个多月|辈子|段时间"
    r"|阵子)(?:多|半)?"
)
_FIELD = (
    r"(?:[^，了的是在]{0,6}?(?:学|专业|系|工程|管理|科学|技术|文学|设计|教育|新闻|法律|金融|会计|建筑|计算机|软件"
    r"|物理|化学"
    r"|生物|临床|护理|艺术|美术|音乐|历史|哲学|经济|贸易|营销|传媒|编导|表演|播音|园林|土木|机械|电子|自动化"
    r"|人工智能|统计|数学"
    r"|中医|口腔|药学|兽医|师范|心理))"
)
_DRUG = (
    r"[^，了的]{0,8}?(?:药|胍|胶囊|片|霉素|西林|他汀|地平|沙坦|洛尔|普利|拉唑|胰岛素|阿司匹林|布洛芬"
    r"|维生素\w?|氯雷他定|褪黑素|素)"
)
_CONDITION = (
    r"[^，了的]{0,6}?(?:症|病|炎|哮喘|高血压|低血压|高血脂|贫血|抑郁|焦虑|失眠|癌|痛风|湿疹|鼻炎|近视|色盲"
    r"|结石|障碍|不耐受)"
)
_VEHICLE = (
    r"(?:汽车|轿车|车|电动车|摩托车?|自行车|山地车|卡车|货车|面包车|跑车|越野车|SUV|丰田|本田|日产"
    r"|大众|宝马|奔驰|奥迪|比亚迪|特斯拉|蔚来|理想|小鹏|吉利|长城|红旗|别克|福特|现代"
    r"|起亚|马自达|沃尔沃|保时捷|雷克萨斯|路虎|问界|五菱|奇瑞|哈弗|斯巴鲁|凯美瑞|卡罗拉|雅阁|思域|途观|朗逸)"
)
PET = (
    r"(?:狗狗?|猫咪?|小狗|小猫|兔子?|仓鼠|乌龟|鹦鹉|金鱼|鱼|鸟|柯基|金毛|哈士奇|泰迪|柴犬|拉布拉多"
    r"|边牧|橘猫|布偶猫?|英短|美短|暹罗猫?|龙猫|刺猬|蜥蜴|蛇|马|荷兰猪|博美|比熊|萨摩耶"
    r"|法斗|狸花猫?|缅因猫?|加菲猫?|奶牛猫|三花猫?|田园犬|土狗)"
)
_LEADS = r"[^，一两0-9只条]{0,4}?"

_ROWS = (
    (rf"(?:常住|租住|租房住|暂住|合租|住|居住|定居|生活|租房)(?:在|到|于)(?P<zh_residence>{_PLACE})", STATE),
    (rf"在(?P<zh_residence>[^了，的]{{2,10}}?)(?:住|居住|生活|定居|待|呆)(?:了|有|着|快)*(?:{_SPAN})?(?:了)$", STATE),
    (r"在(?P<zh_residence>[^了，的]{2,10}?)(?:居住|定居|租房(?:住|子)?|安家|常住)(?:了)?$", STATE),
    (r"住(?P<zh_residence>[^，了的在过院]{1,8}?(?:区|市|县|镇|村|路|街|城))$", STATE),
    (rf"来(?P<zh_residence>[^，了的过这那]{{2,6}}?)(?:已经|都|快)*{_SPAN}了$", STATE),
    (rf"家(?:住|安)?在(?P<zh_residence>{_PLACE})", STATE),
    (rf"从(?P<end_zh_residence>[^，]{{1,8}}?)(?:搬家?|移居|迁)(?:去|到|来|回)了?(?P<zh_residence>{_PLACE})", EVENT),
    (rf"(?:搬家?|移居|迁居|搬迁|移民)(?:去|到|来|回|进|至)了?(?P<zh_residence>{_PLACE})", EVENT),
    (rf"(?:定居|落户)(?:在|到|于)?了?(?P<zh_residence>{_PLACE})", EVENT),
    (r"回(?:到)?(?P<zh_residence>[^，了住]{1,8}?)(?:定居|生活|常住|住)了", EVENT),
    (rf"搬(?:离|出)了?(?P<end_zh_residence>{_PLACE})", EVENT),
    # work and study
    (
        rf"从(?P<end_zh_employer>{_ORG})(?:离职|辞职|跳槽|离开|出来|退休)(?:(?:到|去)了?(?P<zh_employer>{_ORG})$)?",
        EVENT,
    ),
    (rf"在(?P<zh_employer>{_ORG})(?:当|做|担任|任){_ONE}(?P<zh_trade>{_TRADE}){_END}", STATE),
    (rf"在(?P<zh_employer>{_ORG})(?:工作|上班|任职|就职|供职|打工)", STATE),
    (rf"(?:就职|任职|供职)(?:于|在)(?P<zh_employer>{_ORG})$", STATE),
    (
        rf"(?:入职|加入|跳槽到|跳槽去|跳到|去了?)了?(?P<zh_employer>{_ORG}(?:公司|集团|科技|银行|医院"
        r"|学校|大学)?)(?:工作|上班|当.+|做.+)?了?$",
        EVENT,
    ),
    (r"离开了?(?P<end_zh_employer>[^，了的回]{1,16}?)(?:了|回.*)?$", EVENT),
    (
        r"(?:当上|做上|转行(?:做|当|成)?|改行(?:做|当)?|升(?:职|任)?(?:为|成|到|当)|晋升(?:为|成)"
        r"|被提拔(?:为|成)|成为|开始当"
        rf"|开始做)了?{_ONE}(?P<zh_trade>{_TRADE}){_END}",
        EVENT,
    ),
    (rf"(?:是|当|做|担任|干){_ONE}(?P<zh_trade>{_TRADE}){_END}", STATE),
    (r"是(?P<zh_occupation>(?:做|搞|干|教|开|卖|跑|修|拍|写|画)(?!什么|啥)[^，了的]{1,8})的$", STATE),
    (r"是一?[名位](?:[^，了吗呢吧啊]{0,6}的)?(?P<zh_role>[^，了的吗呢吧啊]{2,10})$", STATE),
    (rf"(?:的)?(?:工作|职业|职位|岗位)是{_ONE}(?P<zh_trade>.{{1,12}}?){_END}", STATE),
    (r"(?P<end_any_employer>辞职|离职|失业|被裁|被裁员|下岗|裸辞)了", EVENT),
    (rf"(?P<set_occupation>退休)(?:了|{_SPAN})+$", EVENT),
    (
        r"在(?P<zh_school>[^，]{0,12}?(?:大学|学院|中学|高中|小学|学校|一中|北大|清华|复旦))(?:读|上学|念|就读|学)",
        STATE,
    ),
    (r"(?:就读于|考上了?|考进了?|毕业于|上的是|转学到了?)(?P<zh_school>[^，了]{1,14})", TIMELESS),
    (
        rf"(?:主修|攻读|(?:改|转)(?:学|读|念|到)|转系到|转专业到|大学|在?(?:读|学|念))了?(?:的(?:是)?)?"
        rf"(?P<zh_field_of_study>(?!开车|做|会|习|完|过|到){_FIELD})(?:专业|系)?(?:的|了)?$",
        STATE,
    ),
    (r"(?:学|读|念|主修)的是(?P<zh_field_of_study>[^，了的是]{2,10})$", STATE),
    (r"(?:学|读|念)的?(?:是)?(?P<zh_field_of_study>[^，了是的]{2,10}?)(?:专业|系)(?:的)?$", STATE),
    (r"(?:的)?专业是(?P<zh_field_of_study>[^，了]{2,10})", STATE),
    (rf"(?:的)?(?:老家|家乡|故乡)(?:是|在)(?P<zh_hometown>{_PLACE})", TIMELESS),
    (r"是(?:土生土长的)?(?P<zh_hometown>[^，了的个名位一男女大好坏商]{2,6}?)人$", TIMELESS),
    (rf"来自(?P<zh_hometown>{_PLACE})", TIMELESS),
    (rf"(?:出生|生)(?:在|于)(?P<zh_birthplace>(?![\d一二三四五六七八九十]).{{2,8}}?){_END}", TIMELESS),
    (r"在(?P<zh_birthplace>[^，了]{2,8}?)出生", TIMELESS),
    (r"(?:在)?(?P<zh_hometown>[^，了在]{2,8}?)长大", TIMELESS),
    # names and numbers
    (r"(?:的)?(?:名字|全名|大名)?(?:叫做?|名叫|名字是)(?P<zh_name>[^，了的吧我你]{1,8}?)(?:了|$)", STATE),
    (r"(?:改名|更名)(?:叫|为|成)了?(?P<zh_name>[^，了的吧我你]{1,8}?)(?:了|$)", EVENT),
    (r"(?:的)?姓(?P<zh_name>[\u4e00-\u9fff]{1,2})$", STATE),
    (r"(?:的)?(?:网名|昵称|外号|小名|绰号)(?:叫|是)(?P<zh_nickname>[^，了]{1,8})", STATE),
    (r"(?:的年龄是|年龄)?(?:满|快)?(?P<zh_age>\d{1,3}|[一二三四五六七八九十]{1,3})岁", STATE),
    (r"会(?:说|讲)(?P<zh_language>[^，了]{1,12})", STATE),
    (r"(?:的)?母语是(?P<zh_language>[^，了]{1,6})", STATE),
    # love
    (r"(?:还是|是)?(?P<set_relationship_status>单身|已婚|离异|未婚)", STATE),
    (r"(?P<set_relationship_status>结婚|订婚|离婚|领证)了", EVENT),
    (r"(?:和|跟|与)[^，]{1,8}?(?:已经)?(?P<set_relationship_status>结婚|订婚|领证|离婚)了", EVENT),
    (r"(?:和|跟|与)(?P<end_zh_partner>[^，]{1,8}?)(?:已经)?(?:分手|离婚|分开|掰)了?", EVENT),
    (r"(?P<end_any_partner>分手|离婚|失恋)了", EVENT),
    (r"(?:和|跟|与)(?P<zh_partner>[^，]{1,6}?)(?:在一起|结婚|订婚|领证|复合|谈恋爱)了?", EVENT),
    # body and table
    (
        r"(?:是|改|开始|成)?(?:一?个|一名|位)?(?P<zh_diet>严格素食|纯素食?|全素|素食|吃素|生酮|清真"
        r"|低碳|蛋奶素|纯素|鱼素)",
        STATE,
    ),
    (r"(?P<end_any_diet>什么都吃|开始吃肉|吃荤)", STATE),
    (r"戒(?:掉)?了?(?P<end_zh_quit>烟|酒|咖啡|糖|奶茶|可乐|甜食)了?", EVENT),
    (r"对(?P<zh_allergy>[^，]{1,20}?)(?:严重|有点|都)?过敏", STATE),
    (rf"(?:的)?(?P<end_zh_condition>{_CONDITION})(?:已经|都|终于|完全)*(?:好|痊愈|康复|治好)了", EVENT),
    (
        r"(?:确诊|查出|诊断出|诊断为|得|患上|患有|患|有){1,2}了?(?:轻度|重度|严重的?"
        rf"|一点)?(?P<zh_condition>{_CONDITION}){_END}",
        STATE,
    ),
    (
        rf"(?:吃|服用|服|用|打|注射|在吃|在服)了?着?(?:[\d一两二三半]*[片粒颗次针支])?(?P<zh_medication>(?!药"
        rf"|素)(?:{_DRUG}))(?:治.+)?{_END}",
        STATE,
    ),
    # tastes
    (r"(?:的)?(?P<favorite>最(?:喜欢|爱|喜爱)(?:[吃喝看听玩去读])?的.{1,8}?(?:是|叫).{1,12})$", STATE),
    (
        rf"(?:最|越来越)?(?:喜欢|喜爱|热爱|偏爱|钟爱|爱上|迷上|爱|痴迷|着迷于|沉迷)(?!好|人|情"
        rf"|心)了?(?:上了?)?(?P<zh_likes>{_ITEM})",
        STATE,
    ),
    (rf"(?:最|越来越)?(?:讨厌|厌恶|受不了|反感|嫌弃|恨|害怕|怕)(?P<zh_dislikes>{_ITEM})", STATE),
    (r"对(?P<zh_likes>[^，]{1,10}?)(?:很|特别|非常)?(?:感兴趣|有兴趣|着迷|上瘾)", STATE),
    (rf"(?:的)?(?:爱好|兴趣|兴趣爱好)(?:是|有|包括)(?P<zh_hobby>{_ITEM})", STATE),
    (
        r"(?:开始|在)?(?:学习?|练习?)(?P<zh_hobby>(?:弹|拉|吹|打|跳)?(?:钢琴|吉他|小提琴|大提琴"
        r"|尤克里里|古筝|二胡|架子鼓|书法|国画|油画|画画|游泳|滑雪|瑜伽"
        r"|太极拳?|拳击|网球|羽毛球|乒乓球|街舞|芭蕾|摄影|烘焙|陶艺|攀岩|冲浪))",
        STATE,
    ),
    (r"(?:的)?(?:目标|梦想|愿望|理想)(?:是|就是)(?P<zh_goal>.{2,24})", STATE),
    # things
    (rf"(?:开|骑)(?:的是|着|的)?(?:一?辆|一?台)?(?P<zh_vehicle>{_LEADS}{_VEHICLE}[\w .-]{{0,10}}?){_END}", STATE),
    (
        rf"(?:新?买|换|提|入手|新?购入?)(?:成|到)?了?(?:一?辆|一?台)?(?P<zh_vehicle>{_LEADS}{_VEHICLE}[\w "
        rf".-]{{0,10}}?){_END}",
        EVENT,
    ),
    (rf"有(?:一?辆|一?台)(?P<zh_vehicle>{_LEADS}{_VEHICLE}){_END}", STATE),
    (r"把(?P<end_zh_owns>[^，]{1,10}?)(?:卖|送|捐|扔|处理|弄丢)(?:掉|人|出去|给.+)?了", EVENT),
    (r"(?:卖|送走|处理|转让|弄丢)(?:掉)?了(?P<end_zh_owns>[^，]{1,10})", EVENT),
    (r"(?P<end_zh_owns>[^，我]{1,8}?)(?:已经)?(?:卖|弄丢|送人)(?:掉)?了$", EVENT),
    (
        rf"(?:还|又|新)?(?:有|养|领养|收养|买|捡|抱)(?:着|了)?(?P<zh_pet>(?:{_NUMBER})?(?:只|条|匹|头"
        rf"|缸){_LEADS}{PET})(?:[，,]?(?:它?的?名字)?(?:叫做?|名叫)(?P<pet_name>[^，了的]{{1,6}}))?",
        EVENT,
    ),
    (r"(?:跑|走|游|骑)了(?P<measurement_effort>\d[\d.]*(?:公里|千米|米|步|km))", TIMELESS),
)


@cache
def frames() -> Sequence[Frame]:
    """All frames, in the order in which they are tried."""
    return tuple(Frame(pattern=re.compile(pattern), kind=kind) for pattern, kind in _ROWS)

"""Chinese as it is written and told in many places: traditional signs, topics first, names in passing, tasks."""

import pytest

from memos_core.operation.formation.facts.chinese_folding import as_written, folded
from tests.unit.facts.fact_probes import facts_of, slots


@pytest.mark.parametrize("text", ["我養了一隻柯基，叫吐司。", "之後請用條列式", "plain words", ""])
def test_folding_keeps_every_place(text):
    assert len(folded(text)) == len(text)


def test_traditional_signs_are_read_as_simplified_ones():
    assert folded("我對蝦子過敏") == "我对虾子过敏"


def test_a_value_comes_back_as_it_was_written():
    assert as_written("头发", ["我頭髮很長，發現了"]) == "頭髮"
    assert as_written("条列式", ["nothing of it", "用條列式"]) == "條列式"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我對蝦子過敏，聚餐不要選海鮮。", "小林 | allergy | 蝦子"),
        ("海鮮我碰不了，一吃就起疹子。", "小林 | allergy | 海鮮"),
        ("我在一間叫禾豐的小印刷廠工作。", "小林 | employer | 禾豐"),
        ("週末要跟我女友詩涵去看雪。", "小林 | partner | 詩涵"),
        ("我有两个女儿，大的叫若曦，小的叫若彤。", "小林 | relative.daughter | 若彤"),
        ("旧号停用了，新号是13987654321。", "小林 | phone | 13987654321"),
        ("我老板开特斯拉，我骑一台旧Gogoro。", "小林 | vehicle | 旧Gogoro"),
    ],
)
def test_what_is_told_in_passing_is_told(text, expected):
    assert expected in slots(text, "小林")


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("小說女主角叫沈月，是個信佛的殺手。", "religion"),
        ("我昨天做梦去了巴黎，住在铁塔旁边。", "residence"),
        ("请翻译成英文：我住在北京。", "residence"),
        ("我對星期一過敏，哈哈。", "allergy"),
        ("呵呵，最爱周一早会了呢。", "likes"),
        ("楼下邻居的狗叫旺财。", "pet"),
        ("客服邮箱是help@shop.example，你可以问问。", "email"),
        ("今天开的是我爸的车。", "vehicle"),
    ],
)
def test_what_is_not_the_speakers_is_not_told_of_them(text, slot):
    told = [one for one in facts_of(text, "小林") if one.predicate == slot and one.subject == "小林"]
    assert all(one.modality.value in ("hypothetical", "planned") for one in told), told

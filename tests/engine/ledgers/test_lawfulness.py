"""A rule that makes people pay for a lawful complaint can't be saved, however it is worded; ordinary rules can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.ledgers import UnlawfulRule, require_lawful, unlawful

#: (words, points, kind)
REFUSED = [
    # said straight
    ("打12345投诉的", -5, "complaint"),
    ("到镇里上访一次", -10, "complaint"),
    ("越级信访", -20, "complaint"),
    ("举报村干部", -5, "complaint"),
    ("向纪委反映村里的事", -5, "complaint"),
    ("和村委会打官司", -8, "complaint"),
    ("申请行政复议", -8, "complaint"),
    ("村民会议上投反对票", -3, "complaint"),
    ("要求查账", -3, "complaint"),
    ("回访时说不满意", -2, "complaint"),
    ("不同意占地方案，拒不签字", -10, "complaint"),
    # said otherwise
    ("投 · 诉 村 干 部", -5, "complaint"),
    ("投,诉", -5, "complaint"),
    ("投訴政府", -5, "complaint"),
    ("tou su 村干部", -5, "complaint"),
    ("投拆干部作风", -5, "complaint"),
    ("拨打１２３４５说村里不好", -2, "complaint"),
    ("把村里的事捅到上面去", -5, "complaint"),
    ("给村里抹黑", -5, "complaint"),
    ("家丑外扬，在网上发帖", -5, "complaint"),
    ("找记者", -5, "complaint"),
    ("到县里讨说法", -5, "complaint"),
    ("无理取闹、缠访闹访", -5, "complaint"),
    ("影响村集体形象的言论", -5, "complaint"),
    ("不听干部安排", -2, "complaint"),
    ("发抖音说村里路不好", -2, "complaint"),
    # without a minus sign
    ("有人上访的户取消评优资格", 0, "complaint"),
    ("每投诉一次，当季少得2分", 5, "complaint"),
    ("参加志愿服务加2分，但打过热线12345的不加分", 2, "complaint"),
    ("不得越级反映问题，违者一票否决", 0, "complaint"),
    ("严禁上访", 0, "complaint"),
    ("恶意举报", -5, "complaint"),
    # paying for silence
    ("全年无上访", 50, "silence"),
    ("零投诉家庭", 20, "silence"),
    ("一年不信访、不告状", 30, "silence"),
    ("签了息诉罢访承诺书", 30, "silence"),
    ("撤回投诉", 10, "silence"),
    ("没有打过12345", 10, "silence"),
    # tied to what everybody is entitled to
    ("积分不足60分的户不予办理低保", 0, "entitlement"),
    ("积分排前十名优先享受临时救助", 0, "entitlement"),
    ("积分作为开具证明的依据", 0, "entitlement"),
    ("不交医保", -5, "entitlement"),
    ("积分满100分方可办理宅基地手续", 0, "entitlement"),
    # shame and fines
    ("垃圾乱倒的上黑榜", 0, "shame"),
    ("乱倒垃圾罚款50元", -2, "fine"),
]  # fmt: skip

#: (words, points) of rules as villages vote them
LAWFUL = [
    ("门前屋后干净，柴草堆放整齐", 2),
    ("参加志愿服务一次", 5),
    ("照看独居老人一天", 3),
    ("帮邻居收稻谷", 2),
    ("子女考上大学", 10),
    ("参加村民会议", 2),
    ("举报安全隐患，经核实", 5),
    ("反映村里路灯不亮等问题", 2),
    ("对村里的事提意见建议，被采纳", 3),
    ("调解邻里纠纷成功", 5),
    ("垃圾分类做得好", 1),
    ("乱倒垃圾，劝了三次还不改", -2),
    ("占用村道堆放杂物，过了约定的日子还不清", -2),
    ("散养家禽不圈养", -3),
    ("大操大办红白事", -5),
    ("发现山火隐患知情不报", -2),
    ("经公安机关认定捏造事实诬告他人，已受处罚", -5),
    ("带头移风易俗，喜事简办", 5),
    ("主动帮邻居代办社保", 2),
    ("举报、投诉不扣分，受法律保护", 0),
    ("走访慰问困难户", 3),
    ("参加网格走访", 2),
    ("家庭和睦，邻里反映良好", 2),
]


@pytest.mark.parametrize(("text", "points", "kind"), REFUSED)
def test_it_refuses_what_makes_people_pay_for_a_right(text: str, points: int, kind: str) -> None:
    found = unlawful(text, points)
    assert found is not None
    assert found.kind == kind
    with pytest.raises(UnlawfulRule) as refused:
        require_lawful(text, points)
    assert refused.value.data["remedy"]


@pytest.mark.parametrize(("text", "points"), LAWFUL)
def test_it_lets_ordinary_rules_pass(text: str, points: int) -> None:
    assert unlawful(text, points) is None


@pytest.mark.parametrize("act", ["投诉", "上访", "信访", "举报", "打官司", "12345"])
@given(data=st.data())
def test_signs_between_the_characters_hide_nothing(act: str, data: st.DataObject) -> None:
    signs = st.text(alphabet=" 　·、.,，-_*/\u200b。", max_size=3)
    said = "".join(each + data.draw(signs) for each in act)
    assert unlawful(f"凡是{said}的户", -5) is not None

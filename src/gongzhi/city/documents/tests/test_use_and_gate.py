"""The use log with consent, and the certificates that the grassroots may not issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gongzhi.city.documents import actions, gate, queries
from gongzhi.city.documents.errors import ConsentMissing, ForbiddenCertificate, NoSuchPaper, PaperWithdrawn
from gongzhi.city.documents.tests.cast import Cast, wanted
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import resident

pytestmark = pytest.mark.usefixtures("monday")


def listed(kind: str) -> Mapping[str, Any] | None:
    rows: dict[str, Mapping[str, Any]] = {
        "婚姻状况证明": {"channel": "拿结婚证，或到婚姻登记处查档。", "basis": "民发〔2020〕20号"},
        "居住证明": {"channel": "可以开", "basis": "", "forbidden": False},
    }
    return rows.get(kind)


def test_it_keeps_who_used_a_paper_for_what(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    use = actions.record_use(cast.he, paper.spaced.lower(), purpose="学位登记", consent="code")
    assert list(queries.uses("case:1")) == [use] and use.office_name == "大冶市教育局"
    assert list(queries.uses("case:2")) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"purpose": " "}, "用途"),
        ({"consent": "因为方便"}, "同意方式"),
        ({"consent": "written"}, "凭据"),
        ({"consent": "law", "basis": ""}, "凭据"),
    ],
)
def test_it_asks_for_purpose_and_consent(cast: Cast, changes: dict[str, str], what: str) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    with pytest.raises(ConsentMissing, match=what):
        actions.record_use(cast.he, paper.code, **{"purpose": "学位登记", "consent": "present", **changes})


def test_it_lets_nobody_use_a_paper_that_does_not_stand(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    with pytest.raises(NoSuchPaper):
        actions.record_use(cast.he, "0000-0000-0000-0000", purpose="学位登记", consent="present")
    with pytest.raises(NotAllowed):
        actions.record_use(resident("user:1"), paper.code, purpose="看看", consent="present")
    actions.withdraw_paper(cast.zhou, paper, "有误")
    with pytest.raises(PaperWithdrawn):
        actions.record_use(cast.he, paper.code, purpose="学位登记", consent="present")


def test_it_stops_a_village_at_the_gate_and_shows_the_channel(cast: Cast) -> None:
    with pytest.raises(ForbiddenCertificate) as caught:
        gate.check("婚姻状况证明", cast.village, listed)
    assert caught.value.code == "U030" and "婚姻登记处" in caught.value.message
    gate.check("居住证明", cast.village, listed)
    gate.check("从没听说过的证明", cast.village, listed)
    gate.check("婚姻状况证明", cast.cgj, listed)  # a department of the county is no grassroots body
    gate.check("", cast.village, listed)


@pytest.mark.parametrize(
    ("level", "stops"), [("county", False), ("town", True), ("village", True), ("unit", True)]
)
def test_it_stops_every_level_below_the_county(cast: Cast, level: str, stops: bool) -> None:
    cast.village.area.level = level
    if stops:
        with pytest.raises(ForbiddenCertificate):
            gate.check("婚姻状况证明", cast.village, listed)
    else:
        gate.check("婚姻状况证明", cast.village, listed)

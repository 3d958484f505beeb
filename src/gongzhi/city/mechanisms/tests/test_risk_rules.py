"""Risk points that the system watches: each rule on both sides of its line, each case reminded of once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from gongzhi.city.cases import actions, lookups
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import risk_rules
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.risk_rules import FINDERS
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db


def row(minutes: int = 60, late_days: int = -1, end: str = "granted") -> Any:
    ended = MONDAY + timedelta(minutes=minutes)
    return SimpleNamespace(
        pk="0", opened_at=MONDAY, ended_at=ended, unit_due=ended - timedelta(days=late_days), ended=end
    )


@pytest.mark.parametrize(
    ("rule", "line", "case", "doers", "crossed"),
    [
        ("办得太快", 10, row(9), {}, True),
        ("办得太快", 10, row(10), {}, False),
        ("超过时限", 3, row(late_days=3), {}, True),
        ("超过时限", 3, row(late_days=2), {}, False),
        ("超过时限", 0, row(late_days=-1), {}, False),
        ("一人经手多步", 3, row(), {"a": ("user:1",), "b": ("user:1",), "c": ("user:1",)}, True),
        ("一人经手多步", 3, row(), {"a": ("user:1",), "b": ("user:1",), "c": ("user:2",)}, False),
        ("一人经手多步", 0, row(), {"a": ("user:1",)}, False),
        ("一人经手多步", 2, row(), {"a": ("resident:1",), "b": ("resident:1",)}, False),
        ("决定被撤销", 0, row(end="revoked"), {}, True),
        ("决定被撤销", 0, row(end="granted"), {}, False),
        ("来回太多", 1, row(), {}, False),
    ],
)
def test_it_sees_what_crosses_the_line_and_nothing_before_it(rule, line, case, doers, crossed):
    seen = FINDERS[rule](case, SimpleNamespace(doers=doers), Decimal(line))  # type: ignore[arg-type]
    assert bool(seen) is crossed


@pytest.fixture
def people(cast: Any, monday: Any) -> dict[str, Standing]:
    found = clean_city() | {"zhou": cast.zhou, "qian": cast.qian, "ma": cast.ma}
    install(FOLDERS / "permits", by=SYSTEM)
    install(FOLDERS / "integrity_risk", by=SYSTEM)
    return found


def quick(people: dict[str, Standing], monkeypatch: Any) -> Case:
    """A matter of the item SX1, by which the power XK1 is used, that ended after three minutes."""
    values = {"title": "不看就批", "power": "XK1", "holder": "cgj", "grade": "高", "guard": "两人看"}
    records.put(
        "risk_rules", "FX1", {**values, "rule": "办得太快", "threshold": 10}, by=SYSTEM, because="试验"
    )
    real = lookups.record
    item = {"power": "XK1"}
    monkeypatch.setattr(
        lookups, "record", lambda name, key: item if name == "service_items" else real(name, key)
    )
    form = {
        "power": None,
        "lead": "cgj",
        "weak_spot": "窗口",
        "grade": "低",
        "guard": "无",
        "rule": "不自动看",
    }
    records.put(
        "powers",
        "XK1",
        {"title": "许可", "power_type": "行政许可", "basis": "法", "holder": "cgj"},
        by=SYSTEM,
        because="试验",
        move="list",
    )
    form["power"] = "XK1"
    receipt = actions.open_case("integrity_risk", "risk_point", form, by=people["ji"])
    with clock.frozen(MONDAY + timedelta(minutes=3)):
        actions.choose(receipt.case, "judge", "drop", {"note": "不算"}, by=people["lu"])
    Case.objects.filter(pk=receipt.case).update(item="SX1")
    return Case.objects.get(pk=receipt.case)


def test_it_reminds_the_office_once_and_counts_what_came_of_it(people, monkeypatch):
    quick(people, monkeypatch)
    assert risk_rules.watch_day(MONDAY.date()) == 1
    assert risk_rules.watch_day(MONDAY.date()) == 0
    hit = Case.objects.get(type="risk_hit")
    assert hit.lead_id == "jw" and hit.state["data"]["seen"] == "从受理到办结只用了3分钟"
    actions.choose(hit.pk, "explain", "explain", {"explained": "试办"}, by=people["zhou"])
    ((power, (point,)),) = list(risk_rules.points(people["ji"]))
    assert (power, point.open, point.right.n) == ("XK1", 1, 0)
    actions.choose(hit.pk, "judge", "normal", {"note": "属实"}, by=people["ji"])
    ((_power, (point,)),) = list(risk_rules.points(people["ji"]))
    assert (point.open, point.right.n, point.right.numerator) == (0, 1, 0)


@pytest.mark.parametrize("name", ["zhou", "qian", "ma", "shi", "root"])
def test_it_shows_risk_points_to_the_post_alone(people, name):
    with pytest.raises(NotAllowed):
        list(risk_rules.points(people[name]))

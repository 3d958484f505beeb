"""One kind of matter becomes more in one place: seen once, looked into by the duty room, its rows opened; nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import gongzhi.mechanisms
from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library, watching
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
NOW = parse_instant("2024-11-18 09:00")
DAY = date(2024, 11, 17)
NEEDS = (
    "people_places",
    "daye_minqing",
    "judicial_links",
    "mediation",
    "dispute_centre",
    "risk_control",
    "early_signs",
)


@pytest.fixture
def city(cast: Any) -> Iterator[Any]:
    with clock.frozen(NOW - timedelta(days=40)):
        for name in NEEDS:
            install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
        library.LIBRARY.registers()
        _centre()
        world.forget()
    with clock.frozen(NOW):
        yield cast
    world.forget()


def _centre() -> None:
    """Whoever takes hazards in: the town's centre."""
    above = Office.objects.get(code="gov")
    taken = Office.objects.filter(parent=above).values_list("path", flat=True)
    path = paths.next_child(above.path, list(taken))
    area = Area.objects.get(code=JINHU)
    named = {"name": "金湖街道综治中心", "short_name": "镇中心", "kind": "town", "area": area}
    office = Office.objects.create(code="zx", parent=above, path=path, **named)
    user = User.objects.create(username="zong", name="钟镇")
    Post.objects.create(user=user, role="centre_clerk", office=office)


def hazards(city: Any, days: list[int]) -> None:
    """So many days before today, one hazard each."""
    for number, before in enumerate(days):
        with clock.frozen(NOW - timedelta(days=before)):
            told = {
                "subject": f"旧楼开裂{number}",
                "source": "房屋建筑",
                "area": JINHU,
                "text": "墙上有缝，住户陈大山说的",
            }
            cases.open_case("risk_control", "hazard", told, by=SYSTEM)


def test_three_hazards_in_a_week_where_there_were_none(city: Any, browser: Callable[..., Any]) -> None:
    hazards(city, [1, 2, 3])
    watching.run(DAY, DAY)
    watching.run(DAY, DAY)  # again: the same alert
    react_to_all()
    alert = Alert.objects.get(watch="hazards_surge")
    row = Case.objects.get(type="sign")
    assert (row.state["data"]["count"], row.state["data"]["book"], alert.case) == (3, "风险隐患", row.pk)
    page = browser("wu").get(reverse("web:early_signs")).content.decode()
    assert "风险隐患" in page and "有人在看" in page
    opened = browser("wu").get(reverse("web:early_sign", args=[alert.pk])).content.decode()
    assert "陈大山" not in opened and "3" in opened
    assert "另有 3 件" in opened  # a hazard is for whoever deals with it: the duty room sees how many
    told = {"not_why": "补录的旧件", "note": "综治中心补录上月的"}
    cases.choose(row.pk, "look", "nothing", told, by=city.wu)
    react_to_all()
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == ("false", "补录的旧件：综治中心补录上月的")
    assert "不是苗头" in browser("wu").get(reverse("web:early_signs")).content.decode()


def test_two_hazards_say_nothing(city: Any) -> None:
    hazards(city, [1, 3])
    watching.run(DAY, DAY)
    assert not Alert.objects.exists()


def test_who_reads_no_alerts_sees_no_signs(city: Any, browser: Callable[..., Any]) -> None:
    hazards(city, [1, 2, 3])
    watching.run(DAY, DAY)
    alert = Alert.objects.get()
    assert Post.objects.filter(user__username="zhou").exists()
    assert browser("zhou").get(reverse("web:early_sign", args=[alert.pk])).status_code == 404
    assert browser("li").get(reverse("web:early_signs")).status_code in (302, 403, 404)

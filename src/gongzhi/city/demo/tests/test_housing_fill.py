"""The demo's housing: what stands on the page agrees, and its draw can be drawn again."""

from __future__ import annotations

import pytest

from gongzhi.city.cases.tests.cast import build_city
from gongzhi.city.cli import folders
from gongzhi.city.demo import housing as demo
from gongzhi.city.demo import installing
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.overviews import housing
from gongzhi.city.territory.models import Office

pytestmark = pytest.mark.django_db


def _city() -> None:
    chosen = [each for each in folders.shipped() if each.name in ("people_places", "housing_support")]
    installing.install_house(chosen, by=SYSTEM, tell=lambda *_: None)


def test_without_the_mechanism_nothing_is_written():
    assert demo.fill_housing() == 0


def test_the_queue_homes_and_the_last_draw_are_there(monkeypatch):
    build_city()
    monkeypatch.setattr(demo, "BUREAU", Office.objects.get(code="cgj").name)
    _city()
    assert demo.fill_housing() == 10 + 14 + 2
    waiting = housing.queue()
    assert len(waiting) == len(demo.FAMILIES)
    two = [row.values["shown_name"] for row in waiting if row.values["rooms"] == "两居"]
    # the tier first, then points, then who came first
    assert two == ["张某", "李某海", "王某英", "刘某", "吴某", "周某云"]
    assert [row.state for row in housing.homes()].count("let") == 2
    drawn = next(each for each in housing.schemes() if each.values.get("ranking"))
    assert [line.split()[1] for line in drawn.ranks] == ["钱某贵", "赵某"]

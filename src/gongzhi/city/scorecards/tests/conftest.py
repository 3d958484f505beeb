"""A little city that appraises: 城管局 and 环保局 do the cases, 林晓 drafts and computes, 江涛 publishes and decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

MEASURES = """
- id: on_time
  title: 按时反馈率
  case: appeal
  kind: rate
  denominator: unit_stopped = true
  numerator: unit_late = false
  exclude: end = "withdrawn"
  formula: 承办时限内反馈的 ÷ 已反馈的
- id: hours
  title: 承办用时中位数
  case: appeal
  kind: median
  denominator: unit_stopped = true
  value: unit_hours
  unit: 小时
  better: lower
  formula: 从派出到反馈的小时数
"""
CARD = """
id: quarterly
title: 季度考核
period: quarter
publish: {before: 15 days}
weights: {class: 100}
classes:
  offices:
    title: 部门
    kinds: [department]
    criteria:
      - {measure: on_time, weight: 80, type: higher, worst: 0.5, best: 1.0, adjust: {类别: category}}
      - {measure: hours, weight: 20, type: lower, worst: 400, best: 24}
bottom: {count: 1}
"""
STARTS = date(2024, 10, 1)


@pytest.fixture(autouse=True)
def fresh(tmp_path: Any, settings: Any) -> Iterator[None]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.mechanisms import library

    settings.GONGZHI_WAREHOUSE = str(tmp_path / "warehouse")

    def forget() -> None:
        world.forget()
        numbering.forget()
        library.LIBRARY.clear()

    forget()
    yield
    forget()


@pytest.fixture
def cast(db: None) -> Any:
    from types import SimpleNamespace

    from gongzhi.city.cases.tests.cast import MINI, build_city
    from gongzhi.city.kernel.references import SYSTEM, Standing
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.tests.drafting import complete
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    people = build_city()
    files = {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    files |= {"measures.yaml": MEASURES.encode(), "scorecards/quarterly.yaml": CARD.encode()}
    install(complete(files), by=SYSTEM)
    gov = Office.objects.get(code="gov")
    more = {}
    for key, name, role in (
        ("lin", "林晓", "reform_officer"),
        ("jiangtao", "江涛", "reform_chief"),
        ("wujie", "吴洁", "reform_chief"),
    ):
        user = User.objects.create(username=key, name=name)
        Post.objects.create(user=user, role=role, office=gov)
        more[key] = Standing(
            person=user.person,
            role=role,
            name=name,
            office="gov",
            office_path=gov.path,
            area=gov.area.code,
            area_path=gov.area.path,
        )
    from dataclasses import fields

    return SimpleNamespace(**{each.name: getattr(people, each.name) for each in fields(people)}, **more)


@pytest.fixture
def moment() -> Callable[[str], Any]:
    """``with moment("2024-10-14 09:00"): …`` holds the city's clock."""
    from gongzhi.city.kernel import clock
    from gongzhi.engine.instants import parse_instant

    return lambda text: clock.frozen(parse_instant(text))


@pytest.fixture
def handled(cast: Any) -> Callable[..., str]:
    """A case of an office, answered after some days."""
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import MONDAY, reported
    from gongzhi.city.kernel import clock

    def make(lead: str = "cgj", days: int = 1, opened: datetime = MONDAY, category: str = "市政设施") -> str:
        who = {"cgj": cast.zhou, "hbj": cast.zheng}[lead]
        with clock.frozen(opened):
            case = str(reported(cast).case)
            actions.choose(case, "register", "dispatch", {"category": category, "kind": "求助"}, by=cast.li)
            actions.choose(case, "dispatch", "send", {"lead": lead}, by=cast.chen)
        with clock.frozen(opened + timedelta(days=days)):
            actions.choose(case, "handle", "reply", {"result": "解决", "reply": "灯已修好"}, by=who)
        return case

    return make


@pytest.fixture
def standard(cast: Any, moment: Callable[[str], Any]) -> Any:
    """The published standard of the last quarter of 2024."""
    from gongzhi.city.scorecards import actions

    with moment("2024-09-09 10:00"):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        return actions.publish_scheme(scheme.pk, by=cast.jiangtao)

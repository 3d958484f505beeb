"""A county with ten towns and a history of real cases: opened and answered through the actions of the city, at their times.

Nobody types a figure in: how long an answer takes is decided by when the agent answers. Every town has a pace of its own, every
week its weather; where the new version runs, the agent is faster by ``gain`` hours.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from gongzhi.city.cases import actions, catalogue, world
from gongzhi.city.cases.tests.cast import COUNTY
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.pilots.plans import Outcome, Plan, midnight
from gongzhi.city.territory.models import Area

TOWNS = tuple(f"4202811{number:02}000" for number in range(1, 11))
TREATED, COMPARISON = TOWNS[:4], TOWNS[4:8]
#: a Monday
STARTS = date(2024, 9, 2)
WEEKS_BEFORE, WEEKS = 6, 6
ENDS = STARTS + timedelta(weeks=WEEKS, days=-1)
MEASURES = """
- id: soon
  title: 两天内答复率
  case: appeal
  kind: rate
  denominator: citizen_stopped = true
  numerator: citizen_hours <= 48
  formula: 登记后48小时内答复的 ÷ 已答复的
- id: wait
  title: 平均等多久
  case: appeal
  kind: mean
  value: citizen_hours
  unit: 小时
  better: lower
  formula: 从登记到答复的小时数，取平均
- id: odd
  title: 两版算法不同的指标
  case: appeal
  kind: count
  numerator: end = "solved"
  unit: 件
  formula: 已解决的件数
- id: checks
  title: 不分地方的指标
  case: check
  kind: count
  numerator: end = "done"
  unit: 次
  formula: 查完的次数
"""


def build_towns() -> dict[str, Area]:
    """Ten more towns below the county of the cast."""
    county = Area.objects.get(code=COUNTY)
    taken = list(Area.objects.filter(parent=county).values_list("path", flat=True))
    made = {}
    for number, code in enumerate(TOWNS, 1):
        path = paths.next_child(county.path, taken)
        taken.append(path)
        name = f"{'一二三四五六七八九十'[number - 1]}号镇"
        values: dict[str, Any] = {"name": name, "short_name": name, "level": "town", "path": path}
        made[code] = Area.objects.create(code=code, parent=county, **values)
    world.forget()
    return made


def install_both(files: Mapping[str, bytes]) -> None:
    """1.0.0 is active; 1.1.0, with three working days instead of five, is ready to be tried."""
    from gongzhi.city.mechanisms.tests.drafting import complete

    old = complete({**files, "measures.yaml": MEASURES.encode()})
    new = dict(old)
    new["mechanism.yaml"] = new["mechanism.yaml"].replace(b"1.0.0", b"1.1.0")
    new["tables/limits.csv"] = new["tables/limits.csv"].replace(b"5 working days", b"3 working days")
    new["measures.yaml"] = new["measures.yaml"].replace(b'numerator: end = "solved"', b"numerator: doers > 0")
    install(old, by=SYSTEM)
    install(new, by=SYSTEM, activate=False)


def plan(**more: Any) -> Plan:
    """Four towns against four, six weeks after six."""
    values: dict[str, Any] = {
        "mechanism": "mini",
        "version": "1.1.0",
        "base": "1.0.0",
        "title": "三天答复试点",
        "question": "承诺缩短到三天，群众是不是真的等得少了",
        "starts": STARTS,
        "ends": ENDS,
        "before": WEEKS_BEFORE,
        "outcomes": (Outcome(measure="wait", smallest=4.0), Outcome(measure="soon", smallest=0.05)),
        "settle_days": 7,
        "stopping": "出现三件以上因赶时限被投诉的，立即停",
        "treated": TREATED,
        "comparison": COMPARISON,
        "because": "四个镇自己报名",
    }
    return Plan(**{**values, **more})


class History:
    """Cases week by week; the same seed makes the same ones."""

    def __init__(
        self,
        agent: Standing,
        *,
        seed: int = 1,
        gain: float = 0.0,
        each: int = 2,
        towns: tuple[str, ...] = TOWNS,
        starts: date = STARTS,
    ) -> None:
        self.agent, self.gain, self.each, self.starts = agent, gain, each, starts
        self.lots = random.Random(seed)
        self.pace = {code: 44 + self.lots.gauss(0, 6) for code in towns}

    def weeks(self, first: int, last: int, towns: tuple[str, ...] = TREATED + COMPARISON) -> None:
        """The cases of the weeks ``first`` … ``last - 1`` (0: that of the start), in every town."""
        for week in range(first, last):
            weather = self.lots.gauss(0, 3)
            monday = midnight(self.starts + timedelta(weeks=week))
            for code in towns:
                for number in range(self.each):
                    at = monday + timedelta(days=number % 5, hours=9 + number // 5)
                    self.one(code, at, weather)

    def one(self, code: str, at: datetime, weather: float = 0.0) -> str:
        """One case: opened, and answered after as many hours as it takes here and now."""
        path = Area.objects.get(code=code).path
        with clock.frozen(at):
            faster = self.gain if catalogue.current("mini", "appeal", path, at).version == "1.1.0" else 0.0
            place = {"text": "村口", "area": code}
            form = {"subject": "路灯不亮", "text": "三天不亮", "place": place}
            case = actions.open_case("mini", "appeal", form, by=self.agent, channel="hotline").case
        hours = max(1.0, self.pace.get(code, 44.0) + weather - faster + self.lots.gauss(0, 5))
        with clock.frozen(at + timedelta(hours=round(hours, 2))):
            actions.choose(case, "register", "answer", {"reply": "已修好"}, by=self.agent)
        return case

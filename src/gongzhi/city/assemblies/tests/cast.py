"""The cast of a village meeting.

杨理 chairs the council of 杨文昌湾, 柯监 and 刘监 watch as village supervisors, 冯远 is an officer of the town. Households are
``h01`` … of 杨文昌湾; 何磊 of the county has nothing to do with it and is always locked out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.actions import RollLine
from gongzhi.city.assemblies.models import Meeting, Topic
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.territory.models import Area
from gongzhi.engine.assemblies import Rules, Threshold
from gongzhi.engine.instants import parse_instant

NOTICE = parse_instant("2024-03-01 09:00")
DAY = parse_instant("2024-03-04 19:00")
RULES = Rules(
    id="household_meeting",
    title="户主会",
    unit="household",
    quorum=(Threshold(of="households", share=Fraction(2, 3)),),
    passes=Threshold(of="present", share=Fraction(1, 2), over=True),
    notice=3,
    publish=5,
    file=10,
)


@dataclass
class Village:
    """Who is there, and the usual ways of getting a meeting under way."""

    area: Area
    people: dict[str, Standing] = field(default_factory=dict)
    raised: int = 0

    def __getattr__(self, name: str) -> Standing:
        try:
            return self.people[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def topic(self, title: str = "建鸡舍", rules: Rules = RULES) -> Topic:
        self.raised += 1
        return actions.raise_topic(rules, self.area, title, asked_by="case:1", token=str(self.raised))

    def roll(self, households: int = 6) -> list[RollLine]:
        return [
            RollLine(unit=f"h{n:02d}", name=f"杨{n}", household=f"h{n:02d}") for n in range(1, households + 1)
        ]

    def meeting(
        self,
        *topics: Topic,
        households: int = 6,
        secret: bool = False,
        by_phone: bool = True,
        starts: datetime = DAY,
    ) -> Meeting:
        with clock.frozen(NOTICE):
            ids = [each.pk for each in topics] or [self.topic().pk]
            return actions.call_meeting(
                self.chair,
                ids,
                self.roll(households),
                starts_at=starts,
                venue="湾子祠堂",
                secret=secret,
                by_phone=by_phone,
            )

    def voting(self, *, secret: bool = False, households: int = 6, by_phone: bool = True) -> Topic:
        """A topic whose ballot is open."""
        topic = self.topic()
        meeting = self.meeting(topic, households=households, secret=secret, by_phone=by_phone)
        for line in self.roll(households) if not by_phone else ():
            actions.sign_in(self.chair, meeting.pk, line.unit)
        return actions.open_ballot(self.chair, topic.pk)

    def votes(self, topic: Topic, **choices: str) -> None:
        """``h01="agree"`` …, each by its own phone."""
        for unit, choice in choices.items():
            actions.cast(resident(f"user:{unit}"), topic.pk, unit, choice)


def build_village() -> Village:
    """Areas and standings; also used by tests that commit for real."""
    made: dict[str, Any] = {}
    for code, name, level, parent in (
        ("420281000000", "大冶市", "county", ""),
        ("420281105000", "茗山乡", "town", "420281000000"),
        ("420281105205", "杨文昌湾", "village", "420281105000"),
    ):
        above = made.get(parent)
        path = paths.next_child(above.path if above else "", [])
        made[code] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, parent=above, path=path
        )
    village = made["420281105205"]
    posts = (
        ("chair", "杨理", "council_chair", village),
        ("watch", "柯监", "village_supervisor", village),
        ("watch2", "刘监", "village_supervisor", village),
        ("officer", "冯远", "officer", made["420281105000"]),
    )
    people = {
        key: Standing(person=f"user:{key}", name=name, role=role, area=area.code, area_path=area.path)
        for key, name, role, area in posts
    }
    people["he"] = Standing(person="user:he", name="何磊", role="officer", office="jyj", area_path="9999")
    return Village(area=village, people=people)


def soon(days: float) -> datetime:
    """So many days after the evening of the meeting."""
    return DAY + timedelta(days=days)

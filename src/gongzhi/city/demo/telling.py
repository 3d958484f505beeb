"""The demo city's days: a chosen set of stories of every mechanism, what people said of them, and what came of it.

Which and how many is written in ``data/stories.yaml``; who acts, and how, in ``stories``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any
from uuid import UUID

from ruamel.yaml import YAML

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.models.rating import asked_of
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.demo.duty import fill_duty
from gongzhi.city.demo.registry import Registry
from gongzhi.city.demo.staffing import Staff
from gongzhi.city.demo.stories import Teller, Told
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.mechanisms.mechanism import Scenario

Tell = Callable[[str, int, int], None]
#: the appeals have a player of their own (``playing``)
APPEALS, RATINGS = "daye_minqing", "good_bad_rating"
#: a rating comes within so many hours after the end, a step of a follow-up within so many days
SOON, NEXT = 30, 2
RATED = 0.8
#: what has ended may lie some weeks further back, where they are more like the story's own; what is open may not
FEW_WEEKS = 4
#: what was rated longer ago is put right by now
LONG_AGO, MOST_STEPS = timedelta(days=14), 12
WAYS = {"window": "window", "counter": "window", "video": "video", "hotline": "phone", "grid": "qr"}


@dataclass(frozen=True, slots=True)
class Story:
    """One scenario, how far it is told, and where in the last days it ends."""

    mechanism: Mechanism
    scenario: Scenario
    back: int
    lines: int | None
    number: int
    #: record of the scenario -> record that plays it, where the turn of the story does not say
    parts: dict[tuple[str, str], str] | None = None


@dataclass(slots=True)
class Days:
    """Tells the chosen stories, then what people said. ``now`` is the present."""

    now: datetime
    chance: random.Random
    teller: Teller = field(init=False)
    #: cases of bad ratings that were followed as far as they go
    followed: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        staff = Staff(self.chance)
        self.teller = Teller(staff=staff, registry=Registry(keep=True), chance=self.chance, now=self.now)

    def tell_all(self, tell: Tell) -> list[Told]:
        """All chosen stories; those that a rule of the city stops half-way stay where they are."""
        told = []
        stories = list(self.chosen())
        for number, story in enumerate(stories, 1):
            self.teller.registry.begin({**_parts(story.number), **(story.parts or {})})
            told.append(self.teller.tell(story.mechanism, story.scenario, back=story.back, lines=story.lines))
            tell("各机制的办件", number, len(stories))
        return told

    def chosen(self) -> Iterator[Story]:
        """Evenly over each mechanism's scenarios; every second is left open."""
        plan = chosen_data()
        ended, left = cycle(plan["ended"]), cycle(plan["open"])
        number = 0
        for held in library.active():
            mechanism = held.mechanism
            if mechanism.id == APPEALS:
                continue
            known = [each for each in mechanism.scenarios if not each.spec.refused]
            known = [each for each in known if not each.name.startswith(tuple(plan["left_out"]))]
            whole = [each for each in known if any("ended" in (act.expect or {}) for act in each.spec.steps)]
            most = min(plan["many"].get(mechanism.id, plan["few"]), len(known))
            for place in range(most):
                number += 1
                if place % 2 or not whole:
                    scenario = known[place * len(known) // most]
                    yield Story(mechanism, scenario, next(left), _part_of(scenario, number), number)
                else:
                    scenario = whole[place * len(whole) // most]
                    yield Story(mechanism, scenario, next(ended), None, number)
        yield from self._named(plan["named"])

    def _named(self, plan: list[dict[str, Any]]) -> Iterator[Story]:
        """Stories that the plan asks for by name, at a line and a day of its own."""
        active = library.LIBRARY.active_versions()
        for number, each in enumerate(plan):
            if each["mechanism"] not in active:
                continue
            mechanism = library.one(each["mechanism"]).mechanism
            scenario = next(one for one in mechanism.scenarios if one.name.startswith(each["story"]))
            parts = {(register, told): key for register, told, key in each.get("parts", ())}
            yield Story(mechanism, scenario, each["back"], each["lines"], number, parts)

    def rate(self, tell: Tell) -> int:
        """Ratings of ended cases by those who brought them; bad ones are followed up at once, some not to the end."""
        plan = chosen_data()["ratings"]
        ended = Case.objects.exclude(ended="").order_by("ended_at", "id")
        appeals = list(ended.filter(mechanism=APPEALS, reporter__isnull=False))
        appeals = self.chance.sample(appeals, min(plan["appeals"], len(appeals)))
        rows = [*ended.exclude(mechanism__in=(APPEALS, RATINGS)), *appeals]
        brought = [row for row in rows if row.reporter_id and row.ended_at and self.chance.random() < RATED]
        stars, weights = list(plan["shares"]), list(plan["shares"].values())
        fates = cycle(chosen_data()["bad"])
        for number, row in enumerate(brought, 1):
            grade = self.chance.choices(stars, weights)[0]
            assert row.ended_at is not None, "only ended cases are rated"
            at = min(row.ended_at + timedelta(hours=self.chance.uniform(0.1, SOON)), self.now)
            self._rate(row, grade, self.chance.choice(plan["words"][grade]), at)
            if grade <= 2 and library.LIBRARY.active_version(RATINGS):
                react_to_all()
                self._follow(row, next(fates), at)
            tell("好差评", number, len(brought))
        react_to_all()
        return len(brought)

    def _rate(self, row: Case, grade: int, words: str, at: datetime) -> None:
        known = asked_of(row.channel)
        with clock.frozen(at):
            actions.rate(
                row.pk,
                by=reporter_of(row),
                stars=grade,
                words=words,
                solved=grade > 1,
                channel=WAYS.get(row.channel, "web"),
                dimensions=[self.chance.choice(known).value],
                publishable=grade != 3,
                at=at,
            )

    def _follow(self, rated: Case, fate: dict[str, Any], at: datetime) -> None:
        """Lead the case that the bad rating opened some steps on."""
        opened = Case.objects.filter(mechanism=RATINGS).exclude(pk__in=self.followed)
        case = opened.first()
        self.followed |= set(opened.values_list("pk", flat=True))
        old = self.now - at > LONG_AGO
        if case is None:
            return
        for _ in range(MOST_STEPS if old else fate["steps"]):
            at += timedelta(hours=self.chance.uniform(2, NEXT * 24))
            if at >= self.now or not self.teller.step(case.pk, fate.get("end", "published"), at):
                break
            react_to_all()


def fill_stories(tell: Tell, *, seed: int = 20241014) -> dict[str, int]:
    """Tell everything; gives how many stories were told, how many to their end, and how many ratings were given."""
    days = Days(now=clock.now(), chance=random.Random(seed))
    told = days.tell_all(tell)
    ratings = days.rate(tell)
    # after the stories: the room tells of its own days, not of each line of each story
    shifts = fill_duty()
    return {
        "stories": len(told),
        "stopped": sum(bool(each.error) for each in told),
        "ratings": ratings,
        "shifts": shifts,
    }


def _part_of(scenario: Scenario, number: int) -> int:
    """How many lines of a story are told that stays open: another part of each, never all."""
    return number % max(1, len(scenario.spec.steps))


def _parts(number: int) -> dict[tuple[str, str], str]:
    """Which records of the city play in a story: each story takes the next."""
    return {
        (register, key): played[number % len(played)]
        for register, keys in chosen_data()["parts"].items()
        for key, played in keys.items()
    }


@cache
def chosen_data() -> dict[str, Any]:
    """``data/stories.yaml``."""
    text = (files(__package__) / "data" / "stories.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe", pure=True).load(text))

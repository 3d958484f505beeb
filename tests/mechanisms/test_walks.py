"""Random walks through every case type: nobody can talk a case into a corner, and no clock can be cheated.

Each walk opens a case and lets random people take random choices that they are allowed to take, at random times.
"""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gongzhi.mechanisms
from gongzhi.engine.cases import (
    SYSTEM,
    Actor,
    Case,
    CaseType,
    Choose,
    Fact,
    Happened,
    Open,
    PlainWorld,
    Tick,
    allowed,
    apply,
    decide,
    dump_case,
    dump_fact,
    load_case,
    load_fact,
    reading,
    replay_facts,
)
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import compile_all, load

OFFICES = ["城管执法局", "住建局", "公安局", "金湖街道"]
PAUSES = [timedelta(minutes=1), timedelta(hours=2), timedelta(days=1), timedelta(days=4), timedelta(days=35)]
#: a choice whose condition or whose values do not hold together is refused, and nothing happens; people try again
REFUSALS = ("C010", "C011", "C018")
FOLDERS = sorted(path.parent for path in Path(gongzhi.mechanisms.__path__[0]).glob("*/mechanism.yaml"))
MECHANISMS = [load(folder) for folder in FOLDERS]
TYPES = {
    f"{mechanism.id}/{id_}": case_type
    for mechanism in MECHANISMS
    for id_, case_type in compile_all(mechanism).items()
}


def value_of(field: Any, chosen: dict[str, Any], dice: random.Random) -> Any:
    """A value that the field takes; a subcategory follows its category."""
    if field.kind == "choice":
        options = list(field.options)
        if field.valid_when:
            options = [option for option in options if option.startswith(str(chosen.get("category", "")))]
        return dice.choice(options or [None])
    if field.id == "valid_until":
        return "2023-11-01"
    if field.id == "raters":  # fewer than five would be known by their answers
        return dice.choice([[f"第{number}局" for number in range(count)] for count in (4, 5, 6)])
    if field.id == "visitors":  # two go together
        return "小李、小王"
    if field.id == "intend_until":  # people need time to register
        return "2023-06-01"
    if field.id == "month" and field.kind == "text":
        return dice.choice(["2023-01", "2023-02"])
    if field.id == "claim":  # points that were booked
        return "JF1"
    if field.id == "service_month":
        return "2023-01"
    if field.id == "elder_born":
        return "1950-01-01"
    if field.id == "born_on":
        return dice.choice(["2000-01-01", "2006-06-01"])
    return {
        "text": "文字",
        "paragraph": "一段说明",
        "number": dice.randint(int(field.min or 0), int(field.max or 20)),
        "money": "100.00",
        "date": dice.choice(["2021-05-01", "2023-02-01", "2023-05-01"]),
        "yesno": dice.random() < 0.5,
        # with the area known, or in plain words only
        "place": dice.choice(["金湖街道", {"text": "街边", "area": "金湖街道"}]),
        "area": "金湖街道",
        "office": dice.choice(OFFICES),
        "offices": dice.sample(OFFICES, dice.randint(0, 2)),
        "phone": "13907230001",
        "identity_number": "11010519491231002X",
        "credit_code": "91350100M000100Y43",
        "person": "张三",
        "choices": list(field.options[:2]),
        "record": dice.choice(["R1", "R2", "R3"]),
        "records": ["R1", "R2", "R3"],
        "table": [{each.id: value_of(each, {}, dice) for each in field.columns}],
        "files": None,
        "case": None,
    }[field.kind]


def values_for(case_type: CaseType, asks: Any, dice: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for ask in asks:
        field = case_type.form[ask.field]
        value = value_of(field, made, dice)
        if value is not None and (dice.random() < 0.7 or (field.required and not ask.optional)):
            made[ask.field] = value
    return made


ADMITTED = {
    "title": "巡井",
    "department": OFFICES[0],
    "basis": "条例第五条",
    "frequency": 4,
    "minutes": 10,
    "valid_from": "2023-01-01",
    "valid_until": "2023-12-31",
}
HELP = {
    "title": "秸秆禁烧",
    "list": "配合履职",
    "basis": "清单第三十条",
    "office": OFFICES[0],
    "document": "履职事项清单",
    "number": 30,
    "town_part": "巡查、劝导",
    "matters": "环境保护",
}
BOUNTY = {"title": "难题", "firm": "某公司", "need": "做成", "until": "2023-12-31", "lead": OFFICES[0]}
RECEPTION = {"day": "2023-03-01", "slots": 20, "office": OFFICES[0], "area": "金湖街道"}
#: a policy that is open for years: a random one has mostly run out
POLICY = {
    "title": "研发补助",
    "rule": "研发投入补助",
    "cost_item": "研发费用",
    "no_apply": False,
    "pay_office": OFFICES[0],
    "fund_office": OFFICES[1],
    "budget": "100000.00",
    "starts_on": "2021-01-01",
    "ends_on": "2030-12-31",
}
#: certificates of different officers of one office, in force for years
CERTIFICATES = {
    f"R{number}": {
        "name": f"执法员{number}",
        "staff_number": f"0{number}",
        "office": OFFICES[0],
        "valid_until": "2099-12-31",
    }
    for number in (1, 2, 3)
}
MATTER = {
    "title": "占道经营",
    "violated": "条例第三条",
    "basis": "条例第九条",
    "fine_max": "100000.00",
    "office": OFFICES[0],
}
#: a mediator who knows every kind of dispute and is no party to any
MEDIATOR = {
    "name": "田杰",
    "person": "田杰",
    "unit": "司法局",
    "skills": ["劳动人事", "征地拆迁", "邻里关系"],
}
#: institutions of three levels, so that a patient may be referred up and down
CLINICS = {
    f"R{number}": {"title": f"医院{number}", "level": level, "office": OFFICES[number], "online": True}
    for number, level in enumerate(("基层", "二级", "三级"), start=1)
}
#: one firm has what two others want
LISTING = {"side": "要原料", "firm": "某砖厂", "waste": "炉渣", "waste_class": "一般固废"}
LISTINGS = {
    "R1": LISTING | {"side": "有余料", "firm": "某电厂"},
    "R2": LISTING,
    "R3": LISTING | {"firm": "某电厂"},
}
CELL = {
    "title": "港西村供水",
    "area": "金湖街道",
    "network": "供水",
    "provider": OFFICES[0],
    "covered": "没通",
    "households": 20,
}
#: three records in every register of every mechanism, so that a case may name one and be filled from it
WORLD = PlainWorld(
    records={
        id_: {
            f"R{number}": {field.id: value_of(field, {}, random.Random(number)) for field in register.fields}
            for number in (1, 2, 3)
        }
        for mechanism in MECHANISMS
        for id_, register in mechanism.registers.items()
    }
    # two officers with certificates of their own, for what may be punished
    | {"enforcement_certificates": CERTIFICATES, "penalty_matters": dict.fromkeys(("R1", "R2", "R3"), MATTER)}
    # an office may inspect only where the government has named it
    # a clue goes to a discipline post, and there is another one for what is about its people
    | {
        "discipline_posts": {
            "P1": {"unit": "纪委", "office": OFFICES[0], "people": "甲", "main": True},
            "P2": {"unit": "纪工委", "office": OFFICES[1], "people": "乙", "main": False},
        }
    }
    | {"designated_offices": {"D1": {"office": OFFICES[0], "scope": "全市", "basis": "政府令"}}}
    # a department may send grid workers only what was admitted for it
    | {"admitted_tasks": dict.fromkeys(("R1", "R2", "R3"), ADMITTED)}
    # a visitor is received on the day of the roster
    | {"reception_days": dict.fromkeys(("R1", "R2", "R3"), RECEPTION)}
    # a bounty takes bids until its day, and none of the firm's own
    | {"bounties": dict.fromkeys(("R1", "R2", "R3"), BOUNTY)}
    # support is given while its policy is open
    | {"support_policies": dict.fromkeys(("R1", "R2", "R3"), POLICY)}
    # a claim is made while its policy is open, and counts are checked for months that came
    | {"job_policies": dict.fromkeys(("R1", "R2", "R3"), POLICY | {"rule": "技能培训补贴"})}
    | {"job_counts": {"R1": {"month": "2023-01", "source": "社保参保", "people": 10, "doubles": 0}}}
    # a department asks a township for help by an entry of the list of help, and by its own
    | {"township_duties": dict.fromkeys(("R1", "R2", "R3"), HELP)}
    | {"clinics": CLINICS}
    # a household is looked at while there is a line, whatever day it is
    | {
        "monitor_lines": {
            "R1": {
                "line": Decimal(60),
                "steady_days": Decimal(30),
                "valid_from": date(2021, 1, 1),
                "office": OFFICES[0],
            }
        }
    }
    | {"waste_listings": LISTINGS}
    # a network is built where it is not there yet
    | {"network_status": dict.fromkeys(("R1", "R2", "R3"), CELL)}
    | {"mediators": dict.fromkeys(("R1", "R2", "R3"), MEDIATOR)}
    # a power is taken back once, and a company is merged once
    | {"park_power_list": {key: {"park": "R1", "given_on": "2021-01-01"} for key in ("R1", "R2", "R3")}}
    # a council is nominated after an excellent year
    | {
        "council_results": {
            key: {
                "title": key,
                "unit": "单元",
                "office": OFFICES[0],
                "town_office": OFFICES[1],
                "year": 2022,
                "band": "优秀",
            }
            for key in ("R1", "R2")
        }
    }
    | {"city_entities": {key: {"title": key, "owner": OFFICES[0]} for key in ("R1", "R2", "R3")}}
    # insured twice is one person with two enrolments at the same time
    | {
        "enrolments": {
            key: {
                "resident": "R1",
                "scheme": scheme,
                "since": "2022-01-01",
                "until": "2023-12-31",
                "payer": "个人",
                "used": False,
            }
            for key, scheme in (("R1", "职工"), ("R2", "居民"), ("R3", "新农合"))
        }
    }
    # who is supported has not left the register, and each of the five has an office
    | {
        "supported_people": {
            key: {"person": key, "group": "低保对象", "confirmed_on": "2022-01-01", "keeper": OFFICES[0]}
            for key in ("R1", "R2", "R3")
        },
        "five_offices": {
            f"R{number}": {"dimension": dimension, "keeper": OFFICES[0]}
            for number, dimension in enumerate(("创业就业", "教育", "医疗", "社保", "住房"), 1)
        },
    }
    # a scheme lets empty homes of one kind
    | {
        "rental_homes": {
            key: {"estate": "安居苑", "rooms": "两居", "rent": "300.00"} for key in ("R1", "R2", "R3")
        }
    },
    offices={"金湖街道": {"kind": "town", "area": "金湖街道"}},
    cases={
        "JF1": {
            "type": "household_points.points_claim",
            "state": "已入账",
            "lead": OFFICES[0],
            "subject": "扫地",
        }
    },
    # one may have help with work and has the allowance, another would have the allowance, a third neither
    benefits={
        "R1/land_losing_farmers.job_grant": {"entitled": True, "has": False, "amount": Decimal(5000)},
        "R2/land_losing_farmers.job_grant": {"entitled": True, "has": False, "amount": Decimal(5000)},
        "R1/land_losing_farmers.land_pension": True,
        "R2/land_losing_farmers.land_pension": {"entitled": True, "has": False, "amount": Decimal(240)},
    },
)


class Walk:
    def __init__(self, case_type: CaseType, seed: int) -> None:
        self.case_type = case_type
        self.dice = random.Random(seed)
        self.at: datetime = parse_instant("2023-03-01 09:00")
        self.facts: list[Fact] = []
        self.case: Case | None = None
        for _ in range(400):
            if self.case is None:
                role = self.dice.choice(case_type.opened_by)
                office = "" if role == "resident" else self.dice.choice(OFFICES)
                by = Actor(person="开", role=role, office=office)
                self.attempt(Open(form=values_for(case_type, case_type.opening, self.dice)), by)
        assert self.case is not None, "nobody can open it"

    def attempt(self, command: Any, by: Actor) -> None:
        """Do it, unless the values do not hold together."""
        try:
            self.do(command, by)
        except CaseRefused as refusal:
            if refusal.code not in REFUSALS:
                raise

    def do(self, command: Any, by: Actor) -> None:
        for fact in decide(self.case_type, self.case, command, at=self.at, by=by, world=WORLD):
            self.case = apply(self.case_type, self.case, fact)
            self.facts.append(fact)

    def step(self) -> None:
        """Time passes; then somebody does something, or a child case ends."""
        assert self.case is not None
        self.at += self.dice.choice(PAUSES)
        self.do(Tick(), SYSTEM)
        if self.case.ended:
            return
        if not self.case.tasks:
            token = self.case.flow.tokens[0]
            awaited = next(iter(self.case_type.flow.nodes[token.node].facts), "")
            values = {} if awaited else {"token": token.id, "outcome": "solved"}
            self.do(Happened(fact=awaited or "child_ended", values=values), SYSTEM)
            return
        task = self.dice.choice(self.case.tasks)
        if self.case_type.steps[task.step].meeting:  # nobody picks: the figures of a meeting come in
            present = self.dice.randint(0, 30)
            agree = self.dice.randint(0, present)
            figures = {"entitled": 30, "present": present, "agree": agree, "against": present - agree}
            held = {
                f"{unit}{what}": count
                for unit in ("persons", "households")
                for what, count in (("", 30), ("_present", present))
            }
            self.do(Choose(step=task.step, choice="held", values=figures | held, task=task.id), SYSTEM)
            return
        mine_own = task.role == "resident" == self.case.opened_by.role
        person = self.case.opened_by.person if mine_own else task.person or f"{task.step}{task.office}"
        by = Actor(person=person, role=task.role, office=task.office)
        mine = self.choices(task, by, self.at)
        if not mine:  # some things must wait for their day, and then they can be done
            assert self.choices(task, by, self.at + timedelta(days=400)), (
                f"nobody can do anything in {task.step}"
            )
            return
        choice = self.dice.choice(mine)
        values = values_for(self.case_type, choice.asks, self.dice)
        self.attempt(Choose(step=task.step, choice=choice.id, values=values, task=task.id), by)

    def choices(self, task: Any, by: Actor, at: datetime) -> list[Any]:
        found = allowed(self.case_type, self.case, by, at=at, world=WORLD)  # type: ignore[arg-type]
        return [choice for each, choice in found if each.id == task.id]

    def check(self) -> None:
        """What must hold after every step."""
        case = self.case
        assert case is not None
        assert case.ended or case.flow.tokens, "the case is stuck"
        assert not (case.ended and case.tasks)
        for clock, rule in self.case_type.clocks.items():
            kinds = [mark.kind for mark in case.marks.get(clock, ())]
            assert kinds.count("start") <= 1
            if not rule.pauses and rule.stops == "ended":
                assert "pause" not in kinds, f"{clock} must never stand still"
            read = reading(self.case_type, case, clock, self.at)
            assert read is None or read.stopped is None or kinds[-1] == "stop"
            assert not (case.ended and kinds and kinds[-1] != "stop"), f"{clock} runs on after the end"


@pytest.mark.parametrize("name", TYPES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=25)
def test_it_never_gets_stuck_whatever_people_choose(name: str, seed: int) -> None:
    walk = Walk(TYPES[name], seed)
    for _ in range(25):
        walk.check()
        if walk.case is not None and walk.case.ended:
            break
        walk.step()
    walk.check()


@pytest.mark.parametrize("name", TYPES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12)
def test_it_is_nothing_but_its_facts(name: str, seed: int) -> None:
    walk = Walk(TYPES[name], seed)
    for _ in range(12):
        if walk.case is not None and not walk.case.ended:
            walk.step()
    assert walk.case is not None
    case_type = TYPES[name]
    again = replay_facts(
        case_type, [load_fact(json.loads(json.dumps(dump_fact(fact)))) for fact in walk.facts]
    )
    assert again is not None
    assert dump_case(again) == dump_case(walk.case)
    assert dump_case(load_case(json.loads(json.dumps(dump_case(walk.case))))) == dump_case(walk.case)


@pytest.mark.parametrize("name", TYPES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12)
def test_it_keeps_those_who_acted_from_judging(name: str, seed: int) -> None:
    """One person in every post: wherever the case type separates duties, that person has no choice left."""
    walk = Walk(TYPES[name], seed)
    for _ in range(12):
        if walk.case is None or walk.case.ended:
            break
        for task in walk.case.tasks:
            barred = {
                person
                for step in TYPES[name].steps[task.step].not_by
                for person in walk.case.doers.get(step, ())
            }
            for person in barred:
                by = Actor(person=person, role=task.role, office=task.office)
                found = allowed(TYPES[name], walk.case, by, at=walk.at, world=WORLD)
                assert task.id not in {each.id for each, _ in found}
        walk.step()

"""What stands against an act: the words of an objection, what an office is, how often a record was named this year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    Actor,
    Choose,
    Fact,
    Open,
    PlainWorld,
    World,
    apply,
    compile_case_type,
    decide,
)
from gongzhi.engine.cases.errors import Objected
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.cases.surroundings import surroundings
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.instants import parse_instant

AT: datetime = parse_instant("2024-10-14 09:00")
CLERK = Actor(person="甲", role="clerk", office="市政科", area="", name="甲")
WORLD = PlainWorld(
    parents={"市政科": "城管局", "城管局": "市政府"},
    offices={"金牛镇": {"kind": "town", "area": "金牛镇"}},
    named={"tasks/T1/金牛镇": 3},
)
ORDER: Mapping[str, Any] = {
    "id": "order",
    "title": "交办",
    "opened_by": ["clerk"],
    "opens_with": ["owner?"],
    "objection": 'if owner != null and not(list contains(office_of(opener.office).line, owner)) then "只能替自己的单位开" else null',
    "fields": [
        {"id": "owner", "title": "谁开的", "kind": "office"},
        {"id": "lead", "title": "交给谁", "kind": "office", "required": True},
    ],
    "steps": {
        "send": {
            "title": "派出",
            "who": "clerk @ county",
            "within": "1 working day",
            "choices": {
                "send": {
                    "title": "派",
                    "asks": ["lead"],
                    "objection": 'if office_of(lead).kind = "town" then "应由" + office_of(opener_office).name else null',
                    "to": "end.sent",
                },
                "plain": {
                    "title": "照派",
                    "asks": ["lead"],
                    "objection": 'if office_of(lead).kind = "town" then "  不能派给乡镇。 " else null',
                    "to": "end.sent",
                },
            },
        }
    },
    "ends": {"sent": "派了"},
}


def _type() -> Any:
    return compile_case_type(CaseTypeSpec.model_validate(ORDER), {}, calendar("china"))


def _open(form: Mapping[str, Any]) -> tuple[Fact, ...]:
    return decide(_type(), None, Open(form=form, channel="web"), at=AT, by=CLERK, world=WORLD)


def _value(text: str, world: World = WORLD, at: datetime = AT) -> Any:
    expression = compile_expression(text)
    return expression.evaluate(surroundings(expression, at, world))


def test_it_refuses_with_the_words_as_they_are() -> None:
    case = apply(_type(), None, _open({})[0])
    with pytest.raises(Objected) as refused:
        choice = Choose(step="send", choice="plain", values={"lead": "金牛镇"})
        decide(_type(), case, choice, at=AT, by=_county(), world=WORLD)
    assert (refused.value.code, refused.value.data["says"]) == ("C018", "不能派给乡镇。")
    assert refused.value.message.startswith("不能派给乡镇。")


def test_it_lets_pass_what_nothing_is_said_against() -> None:
    case = apply(_type(), None, _open({})[0])
    choice = Choose(step="send", choice="plain", values={"lead": "城管局"})
    assert decide(_type(), case, choice, at=AT, by=_county(), world=WORLD)[0].data["ended"] == "sent"


def test_it_takes_only_words_for_an_objection() -> None:
    """An expression that could not be computed gives null: the authors' scenarios must prove that theirs speaks."""
    case = apply(_type(), None, _open({})[0])
    choice = Choose(step="send", choice="send", values={"lead": "金牛镇"})
    assert decide(_type(), case, choice, at=AT, by=_county(), world=WORLD)[0].data["ended"] == "sent"


@pytest.mark.parametrize("owner", ["市政科", "城管局", "市政府"])
def test_it_opens_for_the_own_office_and_those_above(owner: str) -> None:
    assert _open({"owner": owner})[0].kind == "opened"


def test_it_does_not_open_for_another_office() -> None:
    with pytest.raises(Objected, match="只能替自己的单位开"):
        _open({"owner": "住建局"})


def _county() -> Actor:
    return Actor(person="乙", role="clerk", office="县级中心", area="", name="乙")


OFFICES = (
    ('office_of("金牛镇").kind', "town"),
    ('office_of("金牛镇").area', "金牛镇"),
    ('office_of("城管局").kind', "department"),
    ('office_of("市政科").line', ["市政科", "城管局", "市政府"]),
    ('office_of("").kind', None),
    ("office_of(null).kind", None),
    ("office_of(3).kind", None),
    ('times_named("tasks", "T1", "金牛镇")', 3),
    ('times_named("tasks", "T2", "金牛镇")', 0),
    ('times_named("tasks", null, "金牛镇")', None),
)


@pytest.mark.parametrize(("text", "expected"), OFFICES)
def test_it_tells_of_offices_and_counts(text: str, expected: Any) -> None:
    assert _value(text) == expected


def test_it_counts_within_the_year_of_shanghai() -> None:
    """New Year's morning in Shanghai is still the old year in UTC."""
    asked: list[int] = []

    class Counting(PlainWorld):
        def times_named(self, register: str, key: str, area: str, year: int) -> int:
            asked.append(year)
            return 0

    world = Counting()
    for text in ("2024-12-31 23:59", "2025-01-01 00:00"):
        _value('times_named("r", "k", "a")', world, parse_instant(text))
    assert asked == [2024, 2025]

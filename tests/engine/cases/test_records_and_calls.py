"""Fields filled from records, limits that the data say, timers that follow clocks, calls, desks that stand behind a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    SYSTEM,
    Actor,
    Case,
    CaseType,
    Choose,
    Command,
    Happened,
    Open,
    PlainWorld,
    Tick,
    apply,
    compile_case_type,
    decide,
    dump_case,
    load_case,
    reading,
)
from gongzhi.engine.cases.errors import BadValues, ConditionNotMet, NotUnderstood, NotYours
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.clocks import Mark, replay
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.tables import read_csv

AT = parse_instant("2024-10-14 09:00")
ITEMS = {
    "A1": {
        "code": "A1",
        "title": "开饭店",
        "days": 3,
        "materials": [{"name": "申请书", "copies": 1, "basis": "条例"}],
    },
    "A2": {"code": "A2", "title": "刻章", "days": 0},
}
CLERK = Actor(person="张三", role="clerk", office="窗口")
WORLD = PlainWorld(records={"items": ITEMS}, county="窗口")
LEVELS = read_csv("U,days,→ level\n1,< 3,简\n2,>= 3,繁\n", id="levels")
SPEC: dict[str, Any] = {
    "id": "application",
    "title": "办件",
    "opened_by": ["resident", "clerk"],
    "opens_with": ["item"],
    "fields": [
        {"id": "item", "title": "事项", "kind": "record", "register": "items", "required": True},
        {"id": "title", "title": "名称", "kind": "text", "prefill": "item.title"},
        {"id": "days", "title": "天数", "kind": "number", "prefill": "item.days"},
        {
            "id": "materials",
            "title": "材料",
            "kind": "table",
            "prefill": "item.materials",
            "columns": [{"id": "name", "title": "名称", "kind": "text"}, {"id": "copies", "title": "份数", "kind": "number"}],
        },
        {"id": "level", "title": "繁简", "kind": "choice", "options": ["简", "繁"]},
        {"id": "visit", "title": "上门日期", "kind": "date"},
        {"id": "seal_result", "title": "刻章结果", "kind": "text"},
    ],
    "clocks": {
        "unit": {"title": "承诺", "from": "accepted", "limit": {"value": 'string(days) + " working days"'}, "pauses": ["test"]}
    },
    "steps": {
        "accept": {
            "title": "受理",
            "who": "clerk @ county",
            "timers": {"deemed": {"after": "5 working days", "to": "work", "marks": "accepted", "since": "opening", "interrupting": True}},
            "choices": {
                "take": {"title": "受理", "to": "work", "marks": ["accepted"], "sets": {"level": {"table": "levels", "take": "level"}}},
                "again": {"title": "换事项", "asks": ["item"]},
                "fix": {"title": "补正", "to": "mend"},
                "book": {"title": "约上门", "asks": ["visit"], "when": "visit > today", "unless": "日期要在今天以后"},
            },
        },
        "mend": {"title": "补正", "who": "resident @ reporter", "choices": {"done": {"title": "补了", "to": "accept"}}},
        "work": {
            "title": "办理",
            "who": "clerk @ county",
            "timers": {"late": {"after": {"clock": "unit"}, "emits": "overdue"}},
            "choices": {
                "test": {"title": "送检", "pauses": "test"},
                "tested": {"title": "检完", "resumes": "test"},
                "go": {"title": "办完", "to": "seal"},
            },
        },
        "seal": {
            "title": "刻章",
            "calls": {
                "case": "other.seal",
                "when": "days > 0",
                "with": {"who": "title", "on": "today"},
                "takes": {"seal_result": 'outcome + child.number'},
                "to": "end.done",
            },
        },
    },
    "ends": {"done": "办结"},
}  # fmt: skip
TYPE = compile_case_type(CaseTypeSpec.model_validate(SPEC), {"levels": LEVELS}, calendar())


def does(
    case: Case | None, command: Command, by: Actor = CLERK, at: datetime = AT, type_: CaseType = TYPE
) -> Case:
    for fact in decide(type_, case, command, at=at, by=by, world=WORLD):
        case = apply(type_, case, fact)
    assert case is not None
    return load_case(dump_case(case))


def opened(item: str = "A1", **more: Any) -> Case:
    return does(None, Open(form={"item": item}, **more))


def test_it_fills_what_the_record_says_and_only_the_columns_that_it_has() -> None:
    data = opened().data
    assert (data["title"], data["days"]) == ("开饭店", 3)
    assert data["materials"] == [{"name": "申请书", "copies": 1}]


def test_it_takes_back_what_another_record_does_not_say() -> None:
    data = does(opened(), Choose(step="accept", choice="again", values={"item": "A2"})).data
    assert (data["title"], data["days"], data["materials"]) == ("刻章", 0, None)


@pytest.mark.parametrize("item", ["A9", "a1", "…"])
def test_it_names_the_record_that_is_not_there(item: str) -> None:
    with pytest.raises(BadValues) as refused:
        opened(item)
    assert set(refused.value.data["fields"]) == {"item"}


def test_it_does_not_let_anybody_type_what_the_record_says() -> None:
    with pytest.raises(NotUnderstood, match="title"):
        does(None, Open(form={"item": "A1", "title": "别的"}))


@pytest.mark.parametrize(
    ("item", "due", "level"), [("A1", "2024-10-17 18:00", "繁"), ("A2", "2024-10-14 18:00", "简")]
)
def test_it_takes_the_limit_and_the_level_from_the_data(item: str, due: str, level: str) -> None:
    case = does(opened(item), Choose(step="accept", choice="take"))
    read = reading(TYPE, case, "unit", AT)
    assert read is not None and read.due == parse_instant(due)
    assert case.data["level"] == level


def test_it_is_deemed_accepted_from_the_day_of_receipt() -> None:
    before = does(opened(), Tick(), SYSTEM, parse_instant("2024-10-21 17:59"))
    assert [task.step for task in before.tasks] == ["accept"]
    after = does(opened(), Tick(), SYSTEM, parse_instant("2024-10-21 18:00"))
    assert [task.step for task in after.tasks] == ["work"]
    assert after.marks["unit"][0].at == AT


def test_a_timer_moves_with_the_clock_that_it_follows() -> None:
    case = does(opened(), Choose(step="accept", choice="take"))
    assert [due for _, _, due in case.timers] == [parse_instant("2024-10-17 18:00")]
    case = does(case, Choose(step="work", choice="test"), at=parse_instant("2024-10-15 09:00"))
    assert case.timers[0][2].year == 9999
    case = does(case, Choose(step="work", choice="tested"), at=parse_instant("2024-10-22 09:00"))
    read = reading(TYPE, case, "unit", parse_instant("2024-10-22 09:00"))
    assert read is not None and [due for _, _, due in case.timers] == [read.due]
    fired = does(case, Tick(), SYSTEM, case.timers[0][2])
    assert fired.timers == ()


@pytest.mark.parametrize(("visit", "fits"), [("2024-10-15", True), ("2024-10-14", False)])
def test_it_speaks_of_today_and_says_in_words_what_is_missing(visit: str, fits: bool) -> None:
    book = Choose(step="accept", choice="book", values={"visit": visit})
    if fits:
        assert does(opened(), book).data["visit"] == visit
        return
    with pytest.raises(ConditionNotMet) as refused:
        does(opened(), book)
    assert "日期要在今天以后" in refused.value.message and "today" not in refused.value.message


def test_a_call_hands_over_and_takes_back_only_what_it_says() -> None:
    case = does(opened(), Choose(step="accept", choice="take"))
    facts = decide(TYPE, case, Choose(step="work", choice="go"), at=AT, by=CLERK, world=WORLD)
    assert [call["with"] for call in facts[0].data["calls"]] == [{"who": "开饭店", "on": "2024-10-14"}]
    token = facts[0].data["calls"][0]["token"]
    case = does(case, Choose(step="work", choice="go"))
    ended = does(
        case,
        Happened(
            fact="child_ended", values={"token": token, "outcome": "ok", "number": "7", "title": "别的"}
        ),
        SYSTEM,
    )
    assert (ended.ended, ended.data["seal_result"], ended.data["title"]) == ("done", "ok7", "开饭店")


def test_a_call_that_is_not_needed_is_passed_by() -> None:
    case = does(opened("A2"), Choose(step="accept", choice="take"))
    assert does(case, Choose(step="work", choice="go")).ended == "done"


def test_the_desk_that_took_it_in_may_do_the_reporters_steps() -> None:
    case = does(opened(), Choose(step="accept", choice="fix"))
    assert [task.step for task in does(case, Choose(step="mend", choice="done")).tasks] == ["accept"]
    other = Actor(person="李四", role="clerk", office="别的窗口")
    with pytest.raises(NotYours):
        does(case, Choose(step="mend", choice="done"), other)


def test_no_desk_does_what_the_reporter_must_do_personally() -> None:
    """Signing, or giving up a right to be heard (行政许可法 art. 46-47)."""
    steps = {**SPEC["steps"], "mend": {**SPEC["steps"]["mend"], "personally": True}}
    strict = compile_case_type(
        CaseTypeSpec.model_validate({**SPEC, "steps": steps}), {"levels": LEVELS}, calendar("china")
    )
    case: Case | None = None
    for command in (Open(form={"item": "A1"}), Choose(step="accept", choice="fix")):
        for fact in decide(strict, case, command, at=AT, by=CLERK, world=WORLD):
            case = apply(strict, case, fact)
    assert case is not None
    mended = Choose(step="mend", choice="done")
    with pytest.raises(NotYours):
        decide(strict, case, mended, at=AT, by=CLERK, world=WORLD)
    assert decide(strict, case, mended, at=AT, by=Actor(person="case:1", role="resident"), world=WORLD)


def test_the_desk_behind_the_parent_may_do_them_in_the_child() -> None:
    child = does(None, Open(form={"item": "A1"}, behind=("clerk", "窗口")), SYSTEM)
    child = does(child, Choose(step="accept", choice="fix"))
    assert [task.step for task in does(child, Choose(step="mend", choice="done")).tasks] == ["accept"]
    alone = does(does(None, Open(form={"item": "A1"}), SYSTEM), Choose(step="accept", choice="fix"))
    with pytest.raises(Exception):  # noqa: B017 - nobody but the reporter
        does(alone, Choose(step="mend", choice="done"))


@given(st.integers(1, 3000))
def test_a_clock_may_stand_still_for_years(days: int) -> None:
    marks = [
        Mark(kind="start", at=AT),
        Mark(kind="pause", at=AT + timedelta(minutes=1), reason="x"),
        Mark(kind="resume", at=AT + timedelta(days=days), reason="x"),
    ]
    days_of = calendar("china", unannounced="weekends")
    read = replay(parse_span("3 minutes"), marks, days_of, AT + timedelta(days=days), pauses=["x"])
    assert read.due == AT + timedelta(days=days, minutes=2)

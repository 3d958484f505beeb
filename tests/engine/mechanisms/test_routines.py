"""``routines.yaml``: what the linter says of each mistake, and what an agenda is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import check, load
from gongzhi.engine.mechanisms.routines import (
    VIEW,
    agenda_of,
    is_called_for,
    known_names,
    union,
    values_of,
)

FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "dispatch_meeting"
FILES = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}


def view(number, light="green", **more):
    """One case as an agenda sees it."""
    plain = dict.fromkeys(VIEW, "") | {"days_late": 0, "days_open": 3, "offices": ["城管局"]}
    plain |= {"blocked": False, "paused": False, "supervised": False, "subject": "路灯不亮"}
    return {**plain, "number": number, "type": "daye_minqing.appeal", "light": light, **more}


@pytest.fixture(scope="module")
def routines():
    return {each.id: each for each in load(FOLDER).routines}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", "每周五", "K030"),
        ("FREQ=WEEKLY;BYDAY=FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "K031"),
        ('at: "17:00"', 'at: "25:00"', "M02"),
        ("days: previous_working_day", "days: tomorrow", "M02"),
        ('where: light = "red"}', "where: lihgt = 1}", "M061"),
        ("{document: weekly_bulletin,", "{document: meeting_notice,", "M182"),
        ("of: any}", "of: nowhere.case}", "M183"),
        ("open: meeting", "open: meting", "M183"),
        ("    total: count(agenda)", "    totl: count(agenda)", "M183"),
        ("some i in agenda satisfies", "some i in agendas satisfies", "M061"),
        ("tell: [leader @ county]", "tell: [mayor @ county]", "M184"),
        ("tell: [leader @ county]", "tell: [leader @ moon]", "M184"),
        ("- id: fortnightly_meeting", "- id: weekly_bulletin", "M180"),
        ("{id: yellow, title: 黄灯（快到期）", "{id: red, title: 黄灯（快到期）", "M180"),
    ],
)
def test_it_names_what_is_wrong(old, new, code):
    text = FILES["routines.yaml"].decode()
    assert old in text
    found = check({**FILES, "routines.yaml": text.replace(old, new, 1).encode()})
    assert [each for each in found if each.code.startswith(code)], sorted(map(str, found))
    assert all(each.where.file for each in found)


def test_it_reads_what_a_paper_of_a_routine_may_name():
    paper = FILES["documents/weekly_bulletin.html"].decode()
    for wrong in ("{{ data.secret }}", "{{ nothing }}"):
        found = check(
            {**FILES, "documents/weekly_bulletin.html": paper.replace("{{ data.said }}", wrong).encode()}
        )
        assert "M185" in {each.code for each in found}
    strange = paper.replace("routine: weekly_bulletin", "routine: monthly")
    assert "M185" in {
        each.code for each in check({**FILES, "documents/weekly_bulletin.html": strange.encode()})
    }
    both = paper.replace("routine: weekly_bulletin", "routine: weekly_bulletin\ncase: meeting")
    assert [
        each
        for each in check({**FILES, "documents/weekly_bulletin.html": both.encode()})
        if each.severity == "error"
    ]


def test_it_lists_a_case_once_under_the_first_part(routines):
    spec = routines["fortnightly_meeting"]
    rows = [
        view("1", "red", blocked=True, block="等住建局", offices=["城管局", "住建局"]),
        view("2", "yellow"),
        view("3", "green", blocked=True, paused=True),
        view("4", "green"),
    ]
    parts = agenda_of(spec, rows)
    assert {part: [row["number"] for row in found] for part, found in parts.items()} == {
        "red": ["1"],
        "stuck": ["1", "3"],
        "yellow": ["2"],
    }
    whole = union(parts)
    assert [(row["number"], row["part"], row["ask"]) for row in whole] == [
        ("1", "红灯", "谁先动、几天办完"),
        ("3", "卡住的", "停着的条件什么时候有"),
        ("2", "黄灯", "能不能按时办完"),
    ]


@pytest.mark.parametrize(
    ("rows", "called"),
    [
        ([], False),  # an empty agenda makes no meeting
        ([view("1", "green")], False),
        ([view("1", "yellow")], False),  # one office can do that alone; the bulletin names it
        ([view("1", "red")], True),
        ([view("1", "green", blocked=True)], True),
        ([view("1", "yellow", blocked=True)], True),
    ],
)
def test_it_calls_a_meeting_only_when_something_needs_one(routines, rows, called):
    spec = routines["fortnightly_meeting"]
    day = date(2024, 10, 14)
    names = known_names(agenda_of(spec, rows), today=day, since=day, until=day)
    assert is_called_for(spec, names) is called
    if called:
        values = values_of(spec, names)
        assert values["subject"] == "调度会（2024-10-14）" and values["attendees"] == ["城管局"]
        assert [row["number"] for row in values["agenda"]] == ["1"]


def test_it_keeps_the_agenda_of_a_bad_day_to_a_size(routines):
    spec = routines["fortnightly_meeting"]
    day = date(2024, 10, 14)
    names = known_names(
        agenda_of(spec, [view(str(n), "red") for n in range(90)]), today=day, since=day, until=day
    )
    values = values_of(spec, names)
    assert len(values["agenda"]) == 60 and values["total"] == 90

"""The roster: from a spreadsheet or by hand; nobody twice, no gap unseen; swaps with a second person's word."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import Workbook

from gongzhi.city.duty import actions, queries
from gongzhi.city.duty.actions import Seat
from gongzhi.city.duty.errors import (
    BadRoster,
    OwnSwap,
    RoomExists,
    ShiftGone,
    ShiftsOverlap,
    SwapDecided,
    TwiceOnDuty,
    WordsMissing,
)
from gongzhi.city.duty.models import Place, Shift
from gongzhi.city.duty.tests.cast import DAY, NIGHT
from gongzhi.city.kernel import clock

pytestmark = pytest.mark.django_db
HEAD = ["日期", "开始", "结束", "班次", "带班领导", "值班员", "电话"]


def book(*rows, head=HEAD):
    stream, sheet = io.BytesIO(), Workbook()
    for row in (head, *rows):
        sheet.active.append(list(row))
    sheet.save(stream)
    stream.seek(0)
    return stream


def names(shift):
    return sorted(shift.places.filter(left_at=None).values_list("part", "name"))


def test_it_reads_a_months_roster(cast, evening):
    rows = [
        [f"2024-11-{day:02}", start, end, title, "石书记", who, "13800138000"]
        for day in range(1, 31)
        for start, end, title, who in (
            ("08:00", "18:00", "白班", "吴刚、临时工"),
            ("18:00", "08:00", "夜班", "周敏"),
        )
    ]
    planned = actions.import_roster(cast.zhou, cast.room, book(*rows), "十一月.xlsx")
    shifts = queries.month(cast.room, date(2024, 11, 9))
    assert len(planned) == 60 and len(shifts) == 60
    assert queries.gaps(shifts) == []
    assert names(planned[0]) == [("lead", "石书记"), ("officer", "临时工"), ("officer", "吴刚")]
    assert planned[1].ends - planned[1].starts == timedelta(hours=14)
    by_name = {each.name: each for each in planned[0].places.all()}
    assert by_name["吴刚"].user == cast.users["wu"] and by_name["临时工"].user is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["2024-11-31", "08:00", "18:00", "白班", "石书记", "吴刚", ""]], "第2行"),
        ([["2024-11-01", "八点", "18:00", "白班", "石书记", "吴刚", ""]], "第2行"),
        ([["2024-11-01", "08:00", "18:00", "白班", "石书记", "", ""]], "值班员"),
        (
            [
                ["2024-11-01", "08:00", "18:00", "白班", "石书记", "吴刚", ""],
                ["2024-11-01", "17:00", "22:00", "晚班", "柯市长", "周敏", ""],
            ],
            "第3行",
        ),
        ([["2024-10-01", "08:00", "18:00", "白班", "石书记", "吴刚", ""]], "没有一个今后的班次"),
    ],
)
def test_it_takes_the_whole_file_or_nothing(cast, evening, rows, says):
    with pytest.raises(BadRoster) as refused:
        actions.import_roster(cast.zhou, cast.room, book(*rows), "表.xlsx")
    assert says in refused.value.message and not Shift.objects.exists()


def test_it_names_a_missing_column(cast, evening):
    with pytest.raises(BadRoster, match="值班员"):
        actions.import_roster(cast.zhou, cast.room, book(["x"] * 6, head=[*HEAD[:5], "电话"]), "表.xlsx")


def test_it_warns_of_a_gap_and_of_nobody_in_charge(cast, evening):
    cast.shift(NIGHT, NIGHT + timedelta(hours=6))
    cast.shift(NIGHT + timedelta(hours=8), NIGHT + timedelta(hours=14), "wu", lead="")
    shifts = queries.month(cast.room, NIGHT.date())
    assert [(gap.starts, gap.ends) for gap in queries.gaps(shifts)] == [
        (NIGHT + timedelta(hours=6), NIGHT + timedelta(hours=8))
    ]
    assert [(each.shift.starts, each.what) for each in queries.warnings(shifts)] == [
        (NIGHT + timedelta(hours=8), "lead")
    ]


def test_nobody_is_on_duty_twice_at_a_time(cast, evening):
    cast.shift(NIGHT, NIGHT + timedelta(hours=6))
    with pytest.raises(TwiceOnDuty):  # in another room
        actions.plan_shift(
            cast.zhou,
            cast.town,
            "夜班",
            NIGHT,
            NIGHT + timedelta(hours=1),
            [Seat(name="", user=cast.users["zhou"])],
        )
    with pytest.raises(TwiceOnDuty):  # twice in one shift
        cast.shift(NIGHT + timedelta(hours=6), NIGHT + timedelta(hours=8), "wu", lead="wu")
    cast.shift(NIGHT + timedelta(hours=6), NIGHT + timedelta(hours=8))  # one after the other is allowed
    assert Shift.objects.count() == 2


def test_a_room_has_one_shift_at_a_time(cast, evening):
    cast.shift(NIGHT, NIGHT + timedelta(hours=6))
    with pytest.raises(ShiftsOverlap):
        cast.shift(NIGHT + timedelta(hours=5), NIGHT + timedelta(hours=7), "wu", lead="ke")
    with pytest.raises(ShiftGone):
        cast.shift(DAY - timedelta(days=1), DAY, "wu")
    with pytest.raises(WordsMissing):
        cast.shift(NIGHT + timedelta(hours=8), NIGHT + timedelta(hours=8), "wu")


def test_a_leader_agrees_to_a_swap_in_both_directions(cast, evening):
    night = cast.shift(NIGHT, NIGHT + timedelta(hours=14))
    other = cast.shift(NIGHT + timedelta(hours=14), NIGHT + timedelta(hours=24), "wu", lead="ke")
    giving, taking = night.places.get(part="officer"), other.places.get(part="officer")
    swap = actions.ask_swap(cast.zhou, giving, cast.users["wu"], "孩子发烧", taking=taking)
    with pytest.raises(OwnSwap):
        actions.approve_swap(cast.zhou, swap)
    with pytest.raises(OwnSwap):
        actions.approve_swap(cast.wu, swap)
    actions.approve_swap(cast.shi, swap)
    assert names(night) == [("lead", "石书记"), ("officer", "吴刚")]
    assert names(other) == [("lead", "柯市长"), ("officer", "周敏")]
    assert Place.objects.filter(left_at__isnull=False).count() == 2
    with pytest.raises(SwapDecided):
        actions.approve_swap(cast.shi, swap)


def test_a_swap_may_be_declined_and_must_not_double_anybody(cast, evening):
    night = cast.shift(NIGHT, NIGHT + timedelta(hours=14))
    giving = night.places.get(part="officer")
    with pytest.raises(TwiceOnDuty):
        actions.ask_swap(cast.zhou, giving, cast.users["shi"], "有事")
    swap = actions.ask_swap(cast.zhou, giving, cast.users["wu"], "有事")
    with pytest.raises(SwapDecided):
        actions.ask_swap(cast.zhou, giving, cast.users["ke"], "有事")
    actions.decline_swap(cast.ke, swap, "人手不够")
    assert names(night) == [("lead", "石书记"), ("officer", "周敏")]
    with clock.frozen(NIGHT), pytest.raises(ShiftGone):
        actions.ask_swap(cast.zhou, giving, cast.users["wu"], "迟了")


def test_an_office_has_one_room_and_the_city_one_general_room(cast):
    with pytest.raises(RoomExists):
        actions.open_room(cast.admin, cast.room.office, "又一个")
    with pytest.raises(RoomExists):
        actions.open_room(cast.admin, type(cast.room.office).objects.get(code="jyj"), "教育局", is_main=True)


def test_a_shift_can_be_dropped_before_it_begins(cast, evening):
    night = cast.shift(NIGHT, NIGHT + timedelta(hours=14))
    with clock.frozen(NIGHT), pytest.raises(ShiftGone):
        actions.drop_shift(cast.zhou, night)
    actions.drop_shift(cast.zhou, night)
    assert not Shift.objects.exists()

"""Numbers and windows: who is next, how long it takes, what may not happen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.counters import actions, queries
from gongzhi.city.counters.errors import (
    LineClosed,
    NobodyWaiting,
    NoSuchNumber,
    NoSuchPoint,
    NotYourWindow,
    NumberMoved,
    PlaceTaken,
    WindowBusy,
    WindowTaken,
    WordsMissing,
)
from gongzhi.city.counters.models import QueueNumber, Window
from gongzhi.city.counters.tests.cast import HALL
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


def kinds(number):
    return list(
        Entry.objects.filter(subject=f"queuenumber:{number.pk}")
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def test_it_numbers_each_line_and_day_from_one(cast, monday):
    numbers = [actions.take_number(cast.wang, line).label for line in (cast.line, cast.line, cast.fast)]
    with clock.frozen(monday + timedelta(days=1)):
        numbers.append(actions.take_number(cast.wang, cast.line).label)
    assert numbers == ["A001", "A002", "B001", "A001"]


def test_it_takes_a_number_through_the_window(cast, monday):
    number = actions.take_number(cast.wang, cast.line, "居住证明")
    actions.open_window(cast.huang, cast.first)
    called = actions.call_next(cast.huang, cast.first)
    assert called == number and called.state == "called"
    actions.recall(cast.huang, cast.first)
    actions.serve(cast.huang, cast.first)
    actions.link_number(cast.huang, number, "0199")
    done = actions.finish(cast.huang, cast.first)
    assert (done.state, done.case, done.calls) == ("done", "0199", 2)
    assert kinds(number) == [
        "number_taken",
        "number_called",
        "number_called",
        "number_served",
        "number_linked",
        "number_done",
    ]


def test_it_calls_the_one_who_has_waited_longest_in_any_line_of_the_window(cast, monday):
    for minute, line in enumerate((cast.fast, cast.line, cast.fast)):
        with clock.frozen(monday + timedelta(minutes=minute)):
            actions.take_number(cast.wang, line)
    actions.open_window(cast.huang, cast.first)
    called = []
    for _ in range(3):
        called.append(actions.call_next(cast.huang, cast.first).label)
        actions.finish(cast.huang, cast.first)
    assert called == ["B001", "A001", "B002"]
    with pytest.raises(NobodyWaiting):
        actions.call_next(cast.huang, cast.first)


def test_it_calls_nobody_of_another_line(cast, monday):
    actions.take_number(cast.wang, cast.fast)
    actions.open_window(cast.tian, cast.second)
    with pytest.raises(NobodyWaiting):
        actions.call_next(cast.tian, cast.second)


def test_it_settles_one_number_before_the_next(cast, monday):
    for _ in range(2):
        actions.take_number(cast.wang, cast.line)
    actions.open_window(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    with pytest.raises(WindowBusy):
        actions.call_next(cast.huang, cast.first)
    with pytest.raises(WindowBusy):
        actions.close_window(cast.huang, cast.first)


def test_it_brings_a_missed_number_back_to_the_front(cast, monday):
    early = actions.take_number(cast.wang, cast.line)
    with clock.frozen(monday + timedelta(minutes=1)):
        actions.take_number(cast.wang, cast.line)
    actions.open_window(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    actions.miss(cast.huang, cast.first)
    with pytest.raises(NobodyWaiting):
        actions.serve(cast.huang, cast.first)
    actions.bring_back(cast.huang, early)
    assert actions.call_next(cast.huang, cast.first) == early


def test_it_calls_nobody_who_has_left(cast, monday):
    number = actions.take_number(cast.wang, cast.line)
    actions.leave_line(cast.wang, number)
    actions.open_window(cast.huang, cast.first)
    with pytest.raises(NobodyWaiting):
        actions.call_next(cast.huang, cast.first)
    with pytest.raises(NumberMoved):
        actions.leave_line(cast.wang, number)


def test_it_gives_no_number_in_a_closed_line_and_counts_none(cast, monday):
    actions.switch_line(cast.huang, cast.line, is_open=False)
    with pytest.raises(LineClosed):
        actions.take_number(cast.wang, cast.line)
    actions.switch_line(cast.huang, cast.line, is_open=True)
    assert actions.take_number(cast.wang, cast.line).seq == 1


def test_it_lets_one_person_sit_at_one_window(cast, monday):
    actions.open_window(cast.huang, cast.first)
    with pytest.raises(WindowTaken):
        actions.open_window(cast.tian, cast.first)
    with pytest.raises(WindowTaken):
        actions.open_window(cast.huang, cast.second)
    actions.pause_window(cast.huang, cast.first)
    with pytest.raises(NotYourWindow):
        actions.call_next(cast.huang, cast.first)  # paused
    with pytest.raises(NotYourWindow):
        actions.call_next(cast.tian, cast.first)
    actions.close_window(cast.huang, cast.first)
    assert actions.open_window(cast.tian, cast.first).state == Window.State.OPEN


def test_it_lets_nobody_from_outside_work_here(cast, monday):
    number = actions.take_number(cast.wang, cast.line)
    for forbidden in (
        lambda: actions.open_window(cast.he, cast.first),
        lambda: actions.call_next(cast.he, cast.first),
        lambda: actions.bring_back(cast.he, number),
        lambda: actions.link_number(cast.wang, number, "1"),
        lambda: actions.add_line(cast.huang, HALL, "C", "x", cast.hall),
        lambda: actions.switch_line(cast.he, cast.line, is_open=False),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_it_refuses_unknown_points_and_doubles(cast):
    with pytest.raises(NoSuchPoint):
        actions.add_line(cast.qian, "nowhere", "A", "综合", cast.hall)
    with pytest.raises(PlaceTaken):
        actions.add_line(cast.qian, HALL, "a", "综合", cast.hall)
    with pytest.raises(PlaceTaken):
        actions.add_window(cast.qian, HALL, 1, "综合", cast.hall, [])
    with pytest.raises(PlaceTaken):
        actions.add_seat(cast.qian, cast.hall, "云端一号")
    with pytest.raises(WordsMissing):
        actions.add_seat(cast.qian, cast.hall, "  ")


def served(cast, start, minutes):
    """One service of so many minutes at the first window."""
    with clock.frozen(start):
        actions.take_number(cast.wang, cast.line)
        actions.call_next(cast.huang, cast.first)
        actions.serve(cast.huang, cast.first)
    with clock.frozen(start + timedelta(minutes=minutes)):
        actions.finish(cast.huang, cast.first)


def test_it_says_how_long_only_when_it_knows(cast, monday):
    assert not queries.estimate(cast.line, 3).is_known  # no window, no services
    actions.open_window(cast.huang, cast.first)
    for round_, minutes in enumerate((4, 6, 8, 10)):
        served(cast, monday + timedelta(hours=round_), minutes)
    with clock.frozen(monday + timedelta(hours=5)):
        assert not queries.estimate(cast.line, 3).is_known  # four services are too few
    served(cast, monday + timedelta(hours=4), 12)
    with clock.frozen(monday + timedelta(hours=5)):
        # services of 4 6 8 10 12 minutes: quarter points 6 and 10; one idle window
        assert queries.estimate(cast.line, 0).high == 0
        found = queries.estimate(cast.line, 3)  # one goes in at once, two before me: 2×6 to 3×10
        assert (found.low, found.high, found.windows, found.basis) == (12, 30, 1, 5)
        actions.open_window(cast.tian, cast.second)
        found = queries.estimate(cast.line, 3)  # two idle windows: one before me: 1/2×6 to 2/2×10
        assert (found.low, found.high) == (3, 10)
        actions.take_number(cast.wang, cast.line)
        actions.call_next(cast.huang, cast.first)
        actions.pause_window(cast.tian, cast.second)
        found = queries.estimate(cast.line, 0)  # the only window is busy: 0 to 1×10
        assert (found.low, found.high) == (0, 10)
    with clock.frozen(monday + timedelta(days=15)):
        assert not queries.estimate(cast.line, 1).is_known  # too long ago


def test_it_tells_the_place_in_the_line(cast, monday):
    numbers = []
    for minute in range(3):
        with clock.frozen(monday + timedelta(minutes=minute)):
            numbers.append(actions.take_number(cast.wang, cast.line))
    assert [queries.ahead_of(number) for number in numbers] == [0, 1, 2]
    assert queries.number_by_code(numbers[2].code.lower()) == numbers[2]
    for code in ("", "7K3QJ9Z0XCM", "A003"):
        with pytest.raises(NoSuchNumber):
            queries.number_by_code(code)


def test_its_board_shows_numbers_and_nobodys_name(cast, monday):
    for _ in range(3):
        actions.take_number(cast.wang, cast.line)
    actions.open_window(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    actions.miss(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    board = queries.board(HALL)
    assert [(view.line.letter, view.waiting) for view in board.lines] == [("A", 1), ("B", 0)]
    assert [view.number.label if view.number else "" for view in board.windows] == ["A002", ""]
    assert [number.label for number in board.missed] == ["A001"]


def test_it_closes_the_day(cast, monday):
    for _ in range(2):
        actions.take_number(cast.wang, cast.line)
    actions.open_window(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    assert actions.close_day(monday) == 0
    assert actions.close_day(monday + timedelta(days=1)) == 2
    assert sorted(QueueNumber.objects.values_list("state", flat=True)) == ["done", "left"]
    assert Entry.objects.filter(kind="number_expired").count() == 2


def test_it_counts_by_line_and_never_by_person(cast, monday):
    actions.open_window(cast.huang, cast.first)
    for round_, minutes in enumerate((4, 6, 11)):
        served(cast, monday + timedelta(hours=round_), minutes)
    figures = queries.line_figures(cast.qian, monday.date(), monday.date())
    assert [(each.line.letter, each.done, each.service) for each in figures] == [("A", 3, 6), ("B", 0, None)]
    assert not any("黄婷" in repr(each) for each in figures)
    assert queries.line_figures(cast.he, monday.date(), monday.date()) == []


def test_it_names_the_items_that_nobody_came_for(cast, monday):
    actions.take_number(cast.wang, cast.line, "社保")
    found = queries.unused_items(cast.qian, monday.date(), monday.date())
    assert [(each.title, each.of, sorted(each.items)) for each in found] == [
        ("大冶市政务服务大厅", 4, sorted(["医保", "居住证明", "打印证明"]))
    ]

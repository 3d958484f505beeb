"""What the passing of time does: timers, lights, numbers that a dead process left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MONDAY, dispatched, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock

pytestmark = pytest.mark.django_db


def kinds(case):
    return list(Entry.objects.filter(subject=f"case:{case}").order_by("seq").values_list("kind", flat=True))


def test_it_fires_timers_at_their_own_time(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    for days in (1, 2, 3, 4):
        with clock.frozen(monday + timedelta(days=days, hours=9, seconds=1)):
            actions.tick_cases()
    fired = Entry.objects.filter(subject=f"case:{receipt.case}", kind="fired").order_by("seq")
    # two working days after dispatch, and every working day after that, at the end of hours
    assert [clock.timezone.localtime(entry.at).strftime("%m-%d") for entry in fired] == [
        "10-16",
        "10-17",
        "10-18",
    ]


def test_it_alerts_once_per_light(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    for hour in range(0, 24 * 20, 6):
        actions.tick_cases(monday + timedelta(hours=hour))
    alerts = [
        entry.data["alert"] for entry in Entry.objects.filter(subject=f"case:{receipt.case}", kind="alerted")
    ]
    assert len(alerts) == len(set(alerts)) and {
        "unit:yellow",
        "unit:red",
        "citizen:yellow",
        "citizen:red",
    } <= set(alerts)


def test_it_leaves_a_case_alone_that_has_nothing_due(cast, monday):
    receipt = reported(cast)
    actions.number_all()
    before = kinds(receipt.case)
    assert actions.tick_cases(monday + timedelta(seconds=1))["ticked"] == 0
    assert kinds(receipt.case) == before


def test_it_never_wakes_an_ended_case(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    assert Case.objects.get(pk=receipt.case).wake_at is None
    assert actions.tick_cases(monday + timedelta(days=400))["ticked"] == 0


def test_it_numbers_what_a_dead_process_left(cast, monday):
    receipts = [reported(cast) for _ in range(3)]  # inside a test's transaction nothing is numbered at once
    assert Case.objects.filter(number=None).count() == 3
    assert actions.tick_cases(monday)["numbered"] == 3
    numbers = list(Case.objects.order_by("id").values_list("number", flat=True))
    assert numbers == ["MQ2024000001", "MQ2024000002", "MQ2024000003"]
    assert "numbered" in kinds(receipts[0].case)


def test_it_starts_a_new_series_each_year(cast):
    for day in (MONDAY, MONDAY.replace(year=2025, month=1, day=2)):
        with clock.frozen(day):
            reported(cast)
    actions.number_all()
    assert set(Case.objects.values_list("number", flat=True)) == {"MQ2024000001", "MQ2025000001"}

"""The last month's real cases, once more under the candidate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.exchange import actions, dry_runs
from gongzhi.city.exchange.answers import Answers
from gongzhi.city.exchange.errors import NotNow
from gongzhi.city.exchange.models import Import
from gongzhi.city.exchange.tests.lamp import CASE, TABLE, package, version
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps(cast, reform, monday):
    """Three lamps: mended after one, and six working days; one still dark. The mechanism's own caller is 孙悦."""
    install(version("1.1.0"), by=SYSTEM)
    done = [(1, "不亮"), (8, "不亮"), (0, "倒了")]
    made = []
    for days, kind in done:
        with clock.frozen(monday):
            receipt = cases.open_case("lamp", "lamp", {"kind": kind}, by=SYSTEM)
        if days:
            with clock.frozen(monday + timedelta(days=days)):
                cases.choose(receipt.case, "mend", "done", by=cast.zhou)
                cases.choose(receipt.case, "call", "good", by=cast.sun)
        made.append(str(receipt.case))
    return made


def dry(reform, content, monday, **more):
    row = actions.open_package(content, by=reform.linxiao)
    actions.prepare(reform.linxiao, row.pk, Answers())
    with clock.frozen(monday + timedelta(days=20)):
        dry_runs.start(reform.linxiao, row.pk, "lamp.lamp", **more)
        before = Entry.objects.count(), Case.objects.count()
        dry_runs.run_dry.func(row.pk)
        assert (Entry.objects.count(), Case.objects.count()) == before
    row.refresh_from_db()
    return row


def test_it_says_who_would_have_been_late_under_a_shorter_limit(reform, monday, lamps):
    """Mended on Tuesday 15 and Tuesday 22 October; 5 working days end on the 21st, 4 on the 18th, none of ours on the first."""
    shorter = version("1.2.0", tables_limits_csv=TABLE.replace("5 working days", "4 working days"))
    found = dry_runs.summary(dry(reform, package(shorter), monday))
    assert (found["n"], found["opened"], found["whole"]) == (3, 3, 3)
    clocks = found["clocks"]["承办时限"]
    # the lamp that fell keeps its one day and is late either way, and so is the one of the 22nd
    assert clocks == {"n": 3, "same": 1, "earlier": 2, "later": 0, "late_was": 2, "late_new": 2}
    longer = version("1.3.0", tables_limits_csv=TABLE.replace("5 working days", "7 working days"))
    assert dry_runs.summary(dry(reform, package(longer), monday))["clocks"]["承办时限"]["late_new"] == 1


def test_it_lists_the_fields_that_nobody_filled_in(reform, monday, lamps):
    asking = CASE.replace(
        "  - {id: caller", "  - {id: pole, title: 灯杆编号, kind: text, required: true}\n  - {id: caller"
    )
    asking = asking.replace("opens_with: [kind,", "opens_with: [pole, kind,")
    row = dry(reform, package(version("1.2.0", cases_lamp_yaml=asking)), monday)
    found = dry_runs.summary(row)
    assert (found["opened"], found["missing"]) == (0, [("灯杆编号", 3)])


def test_it_says_where_the_steps_part(reform, monday, lamps):
    other = CASE.replace("choices: {good:", "choices: {fine:")
    row = dry(reform, package(version("1.2.0", cases_lamp_yaml=other, scenarios_all_yaml="[]")), monday)
    found = dry_runs.summary(row)
    assert (found["opened"], found["whole"]) == (3, 1)
    assert [(parted[0], n) for parted, n in found["parted"]] == [("回访", 2)]


def test_it_goes_on_where_it_was_stopped(reform, monday, lamps, monkeypatch):
    monkeypatch.setattr(dry_runs, "PART", 1)
    row = actions.open_package(package(version("1.2.0")), by=reform.linxiao)
    actions.prepare(reform.linxiao, row.pk, Answers())
    with clock.frozen(monday + timedelta(days=20)):
        dry_runs.start(reform.linxiao, row.pk, "lamp.lamp")
        real, calls = dry_runs._rows, []

        def rows(ids, new):
            calls.append(ids)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(ids, new)

        monkeypatch.setattr(dry_runs, "_rows", rows)
        with pytest.raises(KeyboardInterrupt):
            dry_runs.run_dry.func(row.pk)
        assert Import.objects.get(pk=row.pk).dry_run["done"] == 1
        assert dry_runs.run_dry.func(row.pk) == "done"
    assert len(calls) == 4 and len({each[0] for each in calls}) == 3


def test_it_wants_a_type_that_both_have(reform, monday, lamps):
    row = actions.open_package(package(), by=reform.linxiao)
    for against, as_type in (("lamp.nothing", ""), ("mini.appeal", ""), ("lamp.lamp", "other")):
        with pytest.raises(NotNow):
            dry_runs.start(reform.linxiao, row.pk, against, as_type)

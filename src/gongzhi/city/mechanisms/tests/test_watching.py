"""Watches in the city: readings in, alerts out, a case opened and judged, a declaration that covers, a rule put up for retirement."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongzhi.city.alerts import raising
from gongzhi.city.alerts.models import Alert, RuleState, WatchRun
from gongzhi.city.alerts.watch_errors import DaysWrong
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import watching
from gongzhi.city.mechanisms.tests.pump_city import build_pumps, looked, put
from gongzhi.city.mechanisms.watch_reactions import precision, propose_retirements
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db
DAY = date(2024, 10, 13)


@pytest.fixture
def pumps(cast: Any, monday: datetime, tmp_path: Path, settings: Any) -> Any:
    build_pumps(tmp_path, settings)
    return cast


def test_a_pump_that_stands_still_is_found_looked_into_and_judged(pumps: Any) -> None:
    run = watching.run(DAY, DAY)
    assert (run.alerts, run.fresh, run.covered, run.trouble) == (1, 1, 0, {})
    alert = Alert.objects.get()
    assert (alert.subject, alert.state, alert.says) == ("P1", "raised", "P1号 2024-10-13 00:00 停了 8 个点")
    assert (alert.numbers["points"], alert.numbers["minutes"], alert.numbers["source"]) == (8, 480, 40)
    assert (alert.version, alert.why, alert.series) == (
        "1.0.0",
        "没有报备",
        {"target": ["MP1"], "source": ["WP1"]},
    )
    react_to_all()
    alert.refresh_from_db()
    case = Case.every.get(pk=alert.case)
    assert (alert.state, case.type, case.state["data"]["line"]) == ("open", "check", "A")
    looked(pumps, case, "yes", "皮带断了")
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == ("true", "皮带断了")
    assert list(Entry.objects.filter(subject=f"alert:{alert.pk}").values_list("kind", flat=True)) == [
        "alert_raised",
        "alert_assigned",
        "alert_judged",
    ]


def test_a_run_again_gives_the_same_alerts(pumps: Any) -> None:
    watching.run(DAY, DAY)
    first = list(Alert.objects.values_list("pk", "subject", "since", "until"))
    again = watching.run(DAY - timedelta(days=1), DAY)
    assert (again.alerts, again.fresh) == (1, 0)
    assert list(Alert.objects.values_list("pk", "subject", "since", "until")) == first


def test_a_declared_repair_raises_nothing_and_a_late_one_says_why(pumps: Any) -> None:
    repair = {"line": "A", "from_at": "2024-10-12 20:00", "to_at": "2024-10-13 09:00"}
    records.put("pump_repairs", "B1", repair, by=SYSTEM, because="试验")
    late = {"line": "B", "from_at": "2024-10-13 10:00", "to_at": "2024-10-13 12:00"}
    records.put("pump_repairs", "B2", late, by=SYSTEM, because="试验")
    put("MP2", "2024-10-13 09:00 3x0")
    assert watching.run(DAY, DAY).covered == 1
    react_to_all()
    covered, open_ = Alert.objects.order_by("subject")
    assert (covered.state, covered.covered, covered.case) == ("covered", "B1", None)
    assert open_.state == "open"
    assert open_.why == "报备B2：只报了2024-10-13 10:00至2024-10-13 12:00，没有盖住全段"
    assert open_.why_not[0]["code"] == "partly"


def test_the_next_window_joins_the_case_that_is_open(pumps: Any) -> None:
    watching.run(DAY, DAY)
    react_to_all()
    put("MP1", "2024-10-13 12:00 2x0")
    assert watching.run(DAY, DAY).fresh == 1
    react_to_all()
    first, second = Alert.objects.order_by("since")
    assert Case.every.filter(type="check").count() == 1
    assert (second.case, second.first, first.first) == (first.case, False, True)
    looked(pumps, Case.every.get(pk=first.case), "no")
    assert set(Alert.objects.values_list("state", flat=True)) == {"false"}
    assert precision("pumps", "off").n == 1


def test_a_rule_below_its_line_is_put_up_for_retirement_and_rests(pumps: Any) -> None:
    put("MP2", "2024-10-13 03:00 3x0")
    watching.run(DAY, DAY)
    react_to_all()
    assert propose_retirements() == []
    for case in Case.every.filter(type="check"):
        looked(pumps, case, "no")
    assert propose_retirements() == ["pumps.off"]
    assert propose_retirements() == []
    review = Case.every.get(type="review")
    assert (review.state["data"]["rule"], review.state["data"]["precision"]) == ("off", 0)
    looked(pumps, review, "stop", "十有九错")
    assert RuleState.objects.get().suspended
    put("MP1", "2024-10-13 20:00 3x0")
    assert watching.run(DAY, DAY).alerts == 0


def test_what_can_not_be_watched_is_told(pumps: Any) -> None:
    records.put("pumps", "P9", {"name": "坏泵", "area": JINHU}, by=SYSTEM, because="试验")
    run = watching.run(DAY, DAY)
    assert run.unwatched["pumps.off"] == {"count": 1, "rows": [{"key": "P9", "why": "series.target"}]}
    assert Alert.objects.get(watch="named").says == "坏泵 名字不对"
    assert WatchRun.objects.count() == 1


def test_a_surge_of_cases_in_a_town_is_an_alert(pumps: Any) -> None:
    for line in ("A", "B"):
        form = {"line": line, "says": "又停了", "area": JINHU}
        cases.open_case("pumps", "check", form, by=SYSTEM)
    run = watching.run(clock.today(), clock.today())
    alert = Alert.objects.get(watch="many")
    assert (run.fresh, alert.numbers["count"], alert.area_id) == (1, 2, JINHU)
    assert alert.says.endswith("七天 2 件")


def test_days_that_are_still_to_come_are_refused(pumps: Any) -> None:
    with pytest.raises(DaysWrong):
        watching.run(clock.today(), clock.today() + timedelta(days=1))
    with pytest.raises(DaysWrong):
        watching.run(DAY, DAY - timedelta(days=1))


def test_damaged_readings_are_told_and_stop_no_other_watch(pumps: Any, settings: Any) -> None:
    for path in Path(settings.GONGZHI_WAREHOUSE).glob("readings/**/*.parquet"):
        path.write_bytes(b"PAR1 half a file")
    run = watching.run(DAY, DAY)
    assert run.pk and run.alerts == 0 and run.trouble


def test_two_runs_of_one_day_at_once_write_an_alert_once(pumps: Any, monkeypatch: Any) -> None:
    plain = raising._row

    def slower(*given: Any) -> Alert:
        row = plain(*given)
        monkeypatch.setattr(raising, "_row", plain)
        watching.run(DAY, DAY)  # the other run comes in between
        return row

    monkeypatch.setattr(raising, "_row", slower)
    run = watching.run(DAY, DAY)
    assert (run.alerts, run.fresh, Alert.objects.count()) == (1, 0, 1)

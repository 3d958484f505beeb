"""The five mechanisms of projects: linter, scenarios, what their registers derive, and the two ways compared."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.mechanisms import Mechanism, Report, check, compile_all, figure, load, run_all, view
from gongzhi.engine.registers import Register, compile_register

HOME = Path(gongzhi.mechanisms.__path__[0])
NAMES = ("project_approval", "land_to_start", "completion", "landing_centre", "shanty_renewal")
STAGES = Path(os.environ.get("GONGZHI_DATA", "../shared/data")) / "services" / "parallel_approval_stages.csv"
TODAY = date(2024, 10, 14)


@pytest.fixture(scope="module")
def mechanisms() -> Mapping[str, Mechanism]:
    return {name: load(HOME / name) for name in NAMES}


@pytest.fixture(scope="module")
def reports(mechanisms: Mapping[str, Mechanism]) -> Mapping[str, Report]:
    return {name: run_all(each) for name, each in mechanisms.items()}


def register(mechanism: Mechanism, id_: str) -> Register:
    return compile_register(mechanism.registers[id_], mechanism.tables)


@pytest.mark.parametrize("name", NAMES)
def test_it_leaves_the_linter_nothing_to_correct(name: str) -> None:
    assert [str(each) for each in check(HOME / name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_its_own_scenarios(reports: Mapping[str, Report], name: str) -> None:
    assert [str(result) for result in reports[name].failed] == []
    assert len(reports[name].results) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_every_choice(
    mechanisms: Mapping[str, Mechanism], reports: Mapping[str, Report], name: str
) -> None:
    taken = {
        (result.scenario.spec.case, f"{fact.step}.{fact.choice}")
        for result in reports[name].results
        for fact in result.facts
        if fact.kind == "chosen"
    }
    offered = {
        (case, f"{step}.{choice}")
        for case, spec in mechanisms[name].case_types.items()
        for step, rule in spec.steps.items()
        for choice in rule.choices
    }
    assert offered - taken == set()


@pytest.mark.parametrize("name", NAMES)
def test_it_proves_every_claim_by_a_scenario_that_ends(
    mechanisms: Mapping[str, Mechanism], reports: Mapping[str, Report], name: str
) -> None:
    proved = {
        each for result in reports[name].results if result.reached for each in result.scenario.spec.covers
    }
    assert proved == set(mechanisms[name].covers)


#: days since the agreed start -> colour; a year is a calendar year, 2023-10-14 to 2024-10-14 (366 days, leap day)
START_COLOURS = [(0, "绿"), (1, "黄"), (180, "黄"), (181, "橙"), (365, "橙"), (366, "红"), (731, "红")]


@pytest.mark.parametrize(("late", "colour"), START_COLOURS)
def test_it_colours_a_parcel_by_the_days_since_its_agreed_start(
    mechanisms: Mapping[str, Mechanism], late: int, colour: str
) -> None:
    parcels = register(mechanisms["land_to_start"], "land_parcels")
    derived = parcels.derive({"agreed_start": (TODAY - timedelta(late)).isoformat()}, TODAY)
    assert (derived["days_late"], derived["colour"]) == (late, colour)


@pytest.mark.parametrize(
    ("start", "measure"),
    [
        ("2023-10-15", "约谈"),  # a day short of a year: no idle land yet
        ("2023-10-14", "征缴土地闲置费"),  # one year to the day
        ("2022-10-15", "征缴土地闲置费"),  # a day short of two years
        ("2022-10-14", "无偿收回"),  # two years to the day
    ],
)
def test_it_knows_the_two_lines_of_the_law_on_idle_land(
    mechanisms: Mapping[str, Mechanism], start: str, measure: str
) -> None:
    parcels = register(mechanisms["land_to_start"], "land_parcels")
    assert measure in parcels.derive({"agreed_start": start}, TODAY)["measure"]


@pytest.mark.parametrize(
    ("values", "late_for", "colour"),
    [
        ({}, "无", "绿"),
        ({"agreed_start": "2022-01-01", "real_start": "2022-02-01"}, "无", "绿"),
        ({"real_start": "2022-02-01", "agreed_completion": "2024-10-13"}, "竣工", "黄"),
        ({"real_start": "2022-02-01", "agreed_completion": "2023-10-14"}, "竣工", "红"),
        (
            {"real_start": "2022-02-01", "agreed_completion": "2023-01-01", "real_completion": "2023-06-01"},
            "无",
            "绿",
        ),
    ],
)
def test_it_looks_at_completion_once_building_has_begun(
    mechanisms: Mapping[str, Mechanism], values: dict[str, Any], late_for: str, colour: str
) -> None:
    derived = register(mechanisms["land_to_start"], "land_parcels").derive(values, TODAY)
    assert (derived["late_for"], derived["colour"]) == (late_for, colour)


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        (["expropriate", "convert", "supply", "start", "complete"], "completed"),
        (["convert_first", "expropriate_after", "supply"], "supplied"),
        (["expropriate", "convert", "supply", "declare_idle", "recover", "supply"], "supplied"),
    ],
)
def test_it_lets_expropriation_and_conversion_go_apart(
    mechanisms: Mapping[str, Mechanism], moves: list[str], state: str
) -> None:
    parcels = register(mechanisms["land_to_start"], "land_parcels")
    reached = parcels.start
    for move in moves:
        reached = parcels.move(reached, move, parcels.moves[move].by[0])
    assert reached == state


def milestones(**days: str) -> dict[str, Any]:
    """Milestones by English name: real days with a bare date, planned ones with a leading ``?``."""
    chinese = {"talk": "谈判", "sign": "签约", "land": "拿地", "start": "开工", "run": "投产", "tax": "纳税"}
    plan = [{"step": chinese[name], "planned": day[1:]} for name, day in days.items() if day[0] == "?"]
    return {"milestones": plan} | {f"real_{name}": day for name, day in days.items() if day[0] != "?"}


@pytest.mark.parametrize(
    ("values", "elapsed", "left", "light"),
    [
        # from negotiation to tax in a year and a half, as the first city tells it: 547 days
        (milestones(talk="2023-01-01", tax="2024-07-01"), 547, 36500, "绿"),
        # signed on 18 May, in use on 23 September: 128 days; the next step is due today
        (milestones(sign="2024-05-18", start="2024-09-23", run="?2024-10-14"), 128, 0, "黄"),
        (milestones(sign="2024-05-18", run="?2024-10-13"), 0, -1, "红"),
        (milestones(sign="2024-05-18", run="?2024-10-28"), 0, 14, "黄"),
        (milestones(sign="2024-05-18", run="?2024-10-29"), 0, 15, "绿"),
        # a step that was reached is not waited for, whatever its plan said
        ({**milestones(start="?2024-01-01", tax="?2024-12-01"), "real_start": "2024-02-01"}, 0, 48, "绿"),
        ({}, None, 36500, "绿"),
    ],
)
def test_it_counts_a_projects_days_from_its_milestones(
    mechanisms: Mapping[str, Mechanism], values: dict[str, Any], elapsed: int, left: int, light: str
) -> None:
    projects = register(mechanisms["project_approval"], "projects")
    derived = projects.derive(values, TODAY)
    assert (derived["elapsed_days"], derived["days_left"], derived["light"]) == (elapsed, left, light)


@pytest.mark.parametrize(
    ("values", "left", "light"),
    [
        ({"started_on": "2021-10-15"}, 1, "黄"),  # three years to clearance end tomorrow
        ({"started_on": "2021-10-13"}, -1, "红"),
        ({"started_on": "2021-10-13", "cleared_on": "2024-09-01"}, 364, "绿"),  # the fourth year counts now
        ({"started_on": "2022-01-12"}, 90, "黄"),
        ({"started_on": "2022-01-13"}, 91, "绿"),
        (
            {
                "started_on": "2016-01-01",
                "cleared_on": "2018-12-01",
                "settled_on": "2019-12-01",
                "built_on": "2020-12-01",
            },
            0,
            "绿",
        ),
    ],
)
def test_it_watches_the_three_dates_of_a_renewal_plan(
    mechanisms: Mapping[str, Mechanism], values: dict[str, Any], left: int, light: str
) -> None:
    plans = register(mechanisms["shanty_renewal"], "renewal_plans")
    years = {"clear_years": 3, "settle_years": 4, "build_years": 5}
    derived = plans.derive({**years, **values}, TODAY)
    assert (derived["days_left"], derived["light"]) == (left, light)


def test_it_measures_the_same_project_before_and_after(reports: Mapping[str, Report]) -> None:
    """22 working days one after the other, 3 in parallel; the firm waited 30 and 3 calendar days."""
    mechanism = load(HOME / "landing_centre")
    types = compile_all(mechanism)
    at = parse_instant("2024-12-31 12:00")
    wanted = {"serial": "走满二十二个工作日", "parallel": "同一个项目三个工作日办完"}
    found = {}
    for case, words in wanted.items():
        result = next(each for each in reports["landing_centre"].results if words in each.name)
        assert result.case is not None
        seen = view(types[case], result.case, result.facts, at)
        for measure in mechanism.measures:
            if measure.case == case and measure.id.endswith(("_days", "_wait")):
                found[measure.id] = figure(measure, [seen]).value
    assert found["serial_days"] == 22
    assert found["parallel_days"] == 3
    assert found["serial_wait"] == pytest.approx(30, abs=0.5)
    assert found["parallel_wait"] == pytest.approx(3.375, abs=0.01)  # 09:00 to 18:00, three days later


def test_it_divides_the_serial_limit_into_parts_that_add_up(mechanisms: Mapping[str, Mechanism]) -> None:
    table = mechanisms["landing_centre"].tables["serial_limits"]
    row = table.decide({"项目类型": "工业"}).value
    spans = {name: parse_span(text).amount for name, text in row.items()}
    assert sum((days for name, days in spans.items() if name != "whole"), Decimal()) == spans["whole"]


STAGE_NAMES = ("立项用地规划许可", "工程建设许可", "施工许可", "竣工验收")


@pytest.mark.parametrize("theme", ["政府投资", "一般社会投资", "工业"])
def test_it_keeps_the_four_stages_within_the_national_goal(
    mechanisms: Mapping[str, Mechanism], theme: str
) -> None:
    if not STAGES.exists():
        pytest.skip(f"no {STAGES}: the file of stages stays outside the project")
    with STAGES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    national = [row for row in rows if row["scope"].startswith("全国")]
    assert tuple(row["stage"] for row in national) == STAGE_NAMES
    table = mechanisms["project_approval"].tables["stage_limits"]
    spans = (table.decide({"项目类型": theme, "阶段": stage}).value["stage"] for stage in STAGE_NAMES)
    total = sum((parse_span(str(span)).amount for span in spans), Decimal())
    assert total <= Decimal(national[0]["limit_total_workdays"])


def test_it_gives_small_projects_one_stage_for_two(mechanisms: Mapping[str, Mechanism]) -> None:
    table = mechanisms["project_approval"].tables["stage_limits"]

    def days(stage: str) -> Decimal:
        row = table.decide({"项目类型": "小型社会投资", "阶段": stage}).value
        return parse_span(str(row["stage"])).amount

    assert days("工程建设许可与施工许可") < days("工程建设许可") + days("施工许可")

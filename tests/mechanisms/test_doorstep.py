"""Service at the doorstep and its neighbours: nothing open for the linter, every choice, every end, and the red lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import Mechanism, Report, check, compile_all, figure, load, run_all, view
from gongzhi.engine.mechanisms.measuring import Figure

ROOT = Path(gongzhi.mechanisms.__path__[0])
IDS = (
    "cloud_desk", "cross_province", "doorstep", "firm_life", "good_bad_rating", "residence_proof", "service_hall",
    "walk_the_process",
)  # fmt: skip
MECHANISMS = {id_: load(ROOT / id_) for id_ in IDS}
REPORTS = {id_: run_all(mechanism) for id_, mechanism in MECHANISMS.items()}
#: the list of Hubei: no village or community may issue these (民发〔2020〕20号 names twenty of them)
FORBIDDEN = (
    "亲属关系", "居民身份信息", "户口登记项目变更", "养犬", "无犯罪记录", "戒毒康复表现", "失踪", "婚姻状况", "出生", "死亡",
    "疾病状况", "残疾状况", "生育状况", "就业状况", "人事档案", "个人财产", "遗产继承权", "市场主体住所", "证件遗失", "票据遗失", "转学",
)  # fmt: skip


def _named(report: Report, words: str) -> Any:
    return next(result for result in report.results if words in result.name)


def _figure(mechanism: Mechanism, measure: str, report: Report) -> Figure:
    """The measure over all cases of its type that the scenarios play, each as its last line left it."""
    spec = next(each for each in mechanism.measures if each.id == measure)
    case_type = compile_all(mechanism)[spec.case]
    views = [
        view(case_type, result.case, result.facts, result.facts[-1].at)
        for result in report.results
        if result.case is not None and result.scenario.spec.case == spec.case
    ]
    return figure(spec, views)


@pytest.mark.parametrize("id_", IDS)
def test_it_leaves_the_linter_nothing_to_say(id_: str) -> None:
    assert [str(problem) for problem in check(ROOT / id_)] == []


@pytest.mark.parametrize("id_", IDS)
def test_it_passes_at_least_twelve_scenarios(id_: str) -> None:
    assert [str(result) for result in REPORTS[id_].failed] == []
    assert len(REPORTS[id_].results) >= 12


def _ends() -> Iterator[tuple[str, str, str]]:
    for id_, mechanism in MECHANISMS.items():
        for case, spec in mechanism.case_types.items():
            yield from ((id_, case, end) for end in spec.ends if end != "withdrawn")


@pytest.mark.parametrize(("id_", "case", "end"), list(_ends()))
def test_it_walks_to_every_end(id_: str, case: str, end: str) -> None:
    assert end in {each.reached for each in REPORTS[id_].results if each.scenario.spec.case == case}


@pytest.mark.parametrize("id_", IDS)
def test_it_proves_every_inventory_id_with_an_end(id_: str) -> None:
    proved = {
        each
        for result in REPORTS[id_].results
        if result.passed and result.reached
        for each in result.scenario.spec.covers or MECHANISMS[id_].covers
    }
    assert set(MECHANISMS[id_].covers) <= proved


@pytest.mark.parametrize("id_", IDS)
def test_it_computes_every_measure(id_: str) -> None:
    for measure in MECHANISMS[id_].measures:
        found = _figure(MECHANISMS[id_], measure.id, REPORTS[id_])
        assert found.n > 0, f"{measure.id} counts no case of the scenarios"


# ---- residence proof


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_it_refuses_each_of_the_twenty_one_kinds(kind: str) -> None:
    result = _named(REPORTS["residence_proof"], f"“{kind}证明”")
    assert result.passed
    assert result.reached == "routed"
    assert result.case.data["channel"]
    assert "民发〔2020〕20号" in result.case.data["channel_basis"]


def test_it_refuses_no_kind_beyond_the_list() -> None:
    options = next(
        field.options
        for field in MECHANISMS["residence_proof"].case_types["certificate_request"].fields
        if field.id == "certificate"
    )
    assert set(options) - {f"{kind}证明" for kind in FORBIDDEN} == {"居住证明", "清单以外的证明"}


def test_it_measures_the_three_minutes_from_the_steps() -> None:
    mechanism, report = MECHANISMS["residence_proof"], REPORTS["residence_proof"]
    result = _named(report, "两分五十九秒")
    case_type = compile_all(mechanism)["residence_proof"]
    row = view(case_type, result.case, result.facts, parse_instant("2024-10-14 18:00"))
    assert row["counter_hours"] * 3600 == pytest.approx(Decimal(179), abs=Decimal("0.01"))
    assert row["counter_late"] is False


def test_it_seals_the_proof_for_its_holder() -> None:
    head = MECHANISMS["residence_proof"].documents["residence_proof"].spec
    assert (head.seal, head.kind, head.to, head.holder) == ("issuer", "居住证明", "reporter", "holder_name")


# ---- bad ratings


def test_it_holds_nothing_that_tells_who_rated() -> None:
    spec = MECHANISMS["good_bad_rating"].case_types["bad_rating"]
    assert {field.kind for field in spec.fields}.isdisjoint({"person", "phone", "identity_number", "place"})
    # the number of the rated matter leads back to its reporter: it is kept from the rated like the clue of an accusation
    closed = {field.id for field in spec.fields if field.privacy not in ("public", "internal")}
    assert closed == {"rated_number"}


def test_it_opens_a_case_for_two_stars_and_not_for_three() -> None:
    reaction = next(each for each in MECHANISMS["good_bad_rating"].reactions if each.do.open)
    assert (reaction.on.case, reaction.on.fact, reaction.when) == ("any", "rated", "fact.stars <= 2")
    taken = {
        name for text in reaction.do.with_.values() for name in re.findall(r"\b(?:fact|case)\.(\w+)", text)
    }
    assert taken <= {"number", "title", "lead", "item", "office", "stars", "channel", "dimensions"}


# ---- hall, points, helpers


def test_it_has_thirty_one_counters_for_a_hundred_and_twelve_items() -> None:
    table = MECHANISMS["service_hall"].tables["hall_lines"]
    column = {each.name: number for number, each in enumerate(table.outputs)}
    sums = {
        name: sum(int(rule.outputs[column[name]].text) for rule in table.rules)
        for name in ("window_count", "item_count")
    }
    assert sums == {"window_count": 31, "item_count": 112}


def test_it_ranks_and_counts_no_helper() -> None:
    register = MECHANISMS["doorstep"].registers["helpers"]
    assert not register.public
    assert not register.derived
    assert {field.kind for field in register.fields}.isdisjoint({"number", "money"})


@pytest.mark.parametrize("built", ["单独建", "连片建", "联合建"])
def test_it_knows_the_three_ways_of_building_a_station(built: str) -> None:
    fields = {field.id: field for field in MECHANISMS["doorstep"].registers["service_points"].fields}
    assert built in fields["built"].options


def test_it_asks_no_fee_of_anybody_who_gives_a_mandate() -> None:
    fields = MECHANISMS["doorstep"].case_types["proxy_case"].fields
    assert not [field.id for field in fields if field.kind == "money"]
    assert "不收任何费用" in MECHANISMS["doorstep"].documents["mandate"].body


def test_it_stops_acting_at_every_step_that_needs_the_mandate() -> None:
    steps = MECHANISMS["doorstep"].case_types["proxy_case"].steps
    acting = {id_ for id_, step in steps.items() if "expired" in step.timers}
    assert acting == {"collect", "submit", "track", "pick_up"}
    assert all(steps[id_].timers["expired"].interrupting for id_ in acting)
    assert "callback" not in acting and set(acting) < set(steps["callback"].not_by)

"""Applications, one seal, powers: the linter is silent, every choice and end is walked, law and figures hold."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import (
    Mechanism,
    Report,
    check,
    compile_all,
    coverage,
    draw,
    figure,
    load,
    run_all,
    view,
)
from gongzhi.engine.mechanisms.documents import placeholders
from gongzhi.engine.registers import compile_register

#: mechanism -> (least number of scenarios, inventory ids that it proves)
PROMISED = {
    "permits": (50, ["006", "007", "097"]),
    "one_seal": (15, ["015"]),
    "powers": (25, ["005", "014", "111"]),
}
#: figures that scenarios alone can't give: ratings are given after a case, in the city
NOT_PLAYED = {"good_rate"}


@lru_cache
def mechanism(name: str) -> Mechanism:
    return load(Path(gongzhi.mechanisms.__path__[0]) / name)


@lru_cache
def report(name: str) -> Report:
    return run_all(mechanism(name))


def case_types() -> list[tuple[str, str]]:
    return [(name, case) for name in PROMISED for case in mechanism(name).case_types]


@pytest.mark.parametrize("name", PROMISED)
def test_it_leaves_the_linter_nothing_to_say(name: str) -> None:
    found = check(Path(gongzhi.mechanisms.__path__[0]) / name)
    # W135 says that the flow is too large to be searched completely: the scenarios walk it instead
    assert [str(problem) for problem in found if problem.code != "W135"] == []


@pytest.mark.parametrize("name", PROMISED)
def test_it_passes_its_own_scenarios(name: str) -> None:
    assert [str(result) for result in report(name).failed] == []
    assert len(report(name).results) >= PROMISED[name][0]


@pytest.mark.parametrize(("name", "case"), case_types())
def test_it_walks_to_every_end_by_every_choice(name: str, case: str) -> None:
    spec = mechanism(name).case_types[case]
    results = [result for result in report(name).results if result.scenario.spec.case == case]
    taken = {(fact.step, fact.choice) for result in results for fact in result.facts if fact.choice}
    assert taken >= {(step, choice) for step, rule in spec.steps.items() for choice in rule.choices}
    assert {result.reached for result in results} - {""} >= set(spec.ends) - {"withdrawn"}


@pytest.mark.parametrize("name", PROMISED)
def test_it_proves_what_it_claims(name: str) -> None:
    rows = "".join(f"{number:03},x,C1\n" for number in range(1, 193))
    text = coverage("id,name,capability\n" + rows, [mechanism(name)])
    assert [line.split()[0] for line in text.splitlines()[1:-1]] == PROMISED[name][1]


@pytest.mark.parametrize(("name", "case"), case_types())
def test_it_measures_its_own_scenarios(name: str, case: str) -> None:
    made = mechanism(name)
    views = [
        view(compile_all(made)[case], result.case, result.facts, parse_instant("2025-12-01 12:00"))
        for result in report(name).results
        if result.case is not None and result.scenario.spec.case == case
    ]
    for spec in (each for each in made.measures if each.case == case and each.id not in NOT_PLAYED):
        found = figure(spec, views)
        assert found.n > 0, spec.id
        assert found.value is not None, spec.id
        if spec.kind == "rate":
            assert 0 <= found.value <= 1, spec.id


@pytest.mark.parametrize(("name", "case"), case_types())
def test_it_can_be_drawn_in_both_languages(name: str, case: str) -> None:
    assert mechanism(name).case_types[case].title in draw(mechanism(name), case)
    assert re.findall(r">([^<>]*[\u4e00-\u9fff][^<>]*)<", draw(mechanism(name), case, lang="en")) == []


@pytest.mark.parametrize("name", PROMISED)
def test_it_speaks_english_with_the_same_names_to_fill_in(name: str) -> None:
    for chinese, english in mechanism(name).strings["en"].items():
        assert sorted(placeholders(chinese)) == sorted(placeholders(english)), chinese


def test_it_has_every_numbered_paper_sealed_by_the_deciding_office() -> None:
    """Numbers of the set found in a real system; the licensing law (art. 38) asks for the organ's seal."""
    papers = mechanism("permits").documents
    numbered = {int(id_.split("_")[1]): each for id_, each in papers.items() if id_.startswith("paper_")}
    assert set(numbered) >= {*range(1, 15), 21}
    promise = 17  # the applicant's own words: signed by the applicant, not sealed
    assert {number for number, each in numbered.items() if each.spec.seal != "lead"} == {promise}
    assert all(each.spec.to == "reporter" for each in numbered.values())


@pytest.mark.parametrize("name", PROMISED)
def test_it_issues_every_paper_at_every_step_that_it_names(name: str) -> None:
    made = mechanism(name)
    issuing = {
        (reaction.do.issue, f"{reaction.on.step}.{reaction.on.choice}")
        for reaction in made.reactions
        if reaction.do.issue
    }
    assert {issued for issued, _ in issuing} == set(made.documents)
    wanted = {(id_, step) for id_, each in made.documents.items() for step in each.spec.issued}
    assert wanted <= issuing


def test_it_counts_sixty_six_hands_before_and_sixteen_after() -> None:
    """The figures of 鄂州 2015 come out of the chains as played: 66 -> 16 people, 30 -> 7 working days."""
    made, types = mechanism("one_seal"), compile_all(mechanism("one_seal"))
    seen = {}
    for result in report("one_seal").results:
        assert result.case is not None
        row = view(types[result.case.type], result.case, result.facts, parse_instant("2016-01-04 12:00"))
        if row["end"] == "granted":
            before = seen.get(result.case.type, (0, 0))
            seen[result.case.type] = max(before, (int(row["doers"]), int(row["chain_elapsed"])))
    assert seen == {"before": (66, 30), "after": (16, 7)}
    assert made.title == "一枚印章管审批"


def test_it_takes_the_items_of_a_real_city(data_folder: Path) -> None:
    source = data_folder / "services" / "service_items_guangan.csv"
    if not source.is_file():
        pytest.skip("the real list of service items is not here")
    made = mechanism("permits")
    register = compile_register(made.registers["service_items"], made.tables)
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    refused = []
    for row in rows:
        values = {
            "code": row["item_code"],
            "base_code": row["base_code"],
            "title": row["name"],
            "item_type": row["task_type_name"],
            "holder": row["department"],
        }
        if not register.check(values).ok:
            refused.append(row["name"])
    # broken rows of the source: a code with commas in it, a type that is a web address
    assert len(rows) > 1000
    assert len(refused) <= len(rows) * 0.01, refused[:5]


POWER = {"code": "XK1", "listed_on": "2012-01-10"}
DELEGATION = {"code": "XF1", "starts_on": "2015-04-01", "ends_on": "2018-03-31"}


@pytest.mark.parametrize(
    ("register", "column", "values", "state", "day", "expected"),
    [
        # twelve months to the day: idle; a day less: not
        ("powers", "idle", {**POWER, "last_used_on": "2013-10-14"}, "active", date(2014, 10, 14), True),
        ("powers", "idle", {**POWER, "last_used_on": "2013-10-14"}, "active", date(2014, 10, 13), False),
        # never used: counted from the day on which it was listed
        ("powers", "idle", POWER, "active", date(2013, 1, 10), True),
        ("powers", "idle", POWER, "active", date(2013, 1, 9), False),
        # what is suspended is not idle
        ("powers", "idle", POWER, "suspended", date(2020, 1, 1), False),
        # the last day still counts
        ("delegations", "expired", DELEGATION, "in_force", date(2018, 3, 31), False),
        ("delegations", "expired", DELEGATION, "in_force", date(2018, 4, 1), True),
        ("delegations", "expired", DELEGATION, "ended", date(2018, 4, 1), False),
        ("delegations", "evaluation_due", DELEGATION, "in_force", date(2016, 3, 31), False),
        ("delegations", "evaluation_due", DELEGATION, "in_force", date(2016, 4, 1), True),
        (
            "delegations", "evaluation_due", {**DELEGATION, "last_evaluated_on": "2016-04-08"}, "in_force",
            date(2017, 4, 7), False,
        ),
    ],
)  # fmt: skip
def test_it_derives_what_is_idle_expired_or_due(
    register: str, column: str, values: dict[str, str], state: str, day: date, expected: bool
) -> None:
    made = mechanism("permits")
    compiled = compile_register(made.registers[register], made.tables)
    assert compiled.derive(values, day, state=state)[column] is expected


@pytest.mark.parametrize(
    ("domain", "open_"),
    [
        ("一般", True),
        ("国家安全", False),
        ("公共安全", False),
        ("金融业审慎监管", False),
        ("生态环境保护", False),
        ("人身健康和生命财产安全", False),
        ("难以补救", False),
    ],
)
def test_it_opens_promises_only_where_the_state_council_does(domain: str, open_: bool) -> None:
    """国办发〔2020〕42号: no promise instead of a certificate in six domains."""
    made = mechanism("permits")
    register = compile_register(made.registers["service_items"], made.tables)
    assert register.derive({"code": "A", "domain": domain}, date(2024, 10, 14))["promise_open"] is open_

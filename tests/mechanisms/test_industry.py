"""The mechanisms of industry: nothing open for the linter, every end reached, firms judge for themselves, money is exact."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gongzhi.mechanisms
from gongzhi.engine.cases import Actor, Choose, Open, PlainWorld, apply, decide
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import check, compile_all, load, run_all

ROOT = Path(gongzhi.mechanisms.__path__[0])
#: mechanism -> fewest scenarios
LEAST = {
    "chain_chiefs": 30,
    "breakfast_meetings": 40,
    "policy_claims": 20,
    "investment_leads": 14,
    "incubators": 12,
    "park_powers": 15,
    "eco_compensation": 13,
    "entity_merges": 12,
}
MECHANISMS = {id_: load(ROOT / id_) for id_ in LEAST}
REPORTS = {id_: run_all(mechanism) for id_, mechanism in MECHANISMS.items()}
#: steps in which a firm says what became of its matter
VERDICTS = {
    "chain_chiefs": {"rate"},
    "breakfast_meetings": {"rate", "say", "confirm", "count"},
    "incubators": {"rate"},
}
WHOLE = st.integers(0, 10**9)


@pytest.mark.parametrize("id_", LEAST)
def test_it_leaves_the_linter_nothing_to_say(id_: str) -> None:
    assert [str(problem) for problem in check(ROOT / id_)] == []


@pytest.mark.parametrize("id_", LEAST)
def test_it_passes_its_scenarios(id_: str) -> None:
    assert [str(result) for result in REPORTS[id_].failed] == []
    assert len(REPORTS[id_].results) >= LEAST[id_]


def _ends() -> list[tuple[str, str, str]]:
    return [
        (id_, case, end)
        for id_, mechanism in MECHANISMS.items()
        for case, spec in mechanism.case_types.items()
        for end in spec.ends
        if end != "withdrawn"
    ]


@pytest.mark.parametrize(("id_", "case", "end"), _ends())
def test_some_scenario_comes_to_every_end(id_: str, case: str, end: str) -> None:
    reached = {(each.scenario.spec.case, each.reached) for each in REPORTS[id_].results}
    assert (case, end) in reached


@pytest.mark.parametrize("id_", VERDICTS)
def test_only_the_firm_itself_gives_its_verdict(id_: str) -> None:
    found = {
        name: step
        for spec in MECHANISMS[id_].case_types.values()
        for name, step in spec.steps.items()
        if name in VERDICTS[id_] and step.who == "resident @ reporter"
    }
    assert set(found) <= VERDICTS[id_] and found
    assert all(step.personally for step in found.values())


def _claim(rd_spend: str, budget: str, spent: str) -> tuple[str, str]:
    """Compute and approve a grant for a small firm; gives the amount and the code of the refusal (empty: approved)."""
    case_type = compile_all(MECHANISMS["policy_claims"])["grant"]
    policy = {"title": "研发", "rule": "研发投入补助", "cost_item": "研发费用", "no_apply": True}
    policy |= {"pay_office": "科经局", "fund_office": "财政局", "budget": budget}
    policy |= {"starts_on": "2024-01-01", "ends_on": "2024-12-31"}
    code = "91350100M000100Y43"
    fact = {"firm_title": "甲", "unit_code": code, "fact_year": 2023, "size": "小型", "rd_spend": rd_spend}
    paid = {"code": "P", "payee_code": "X", "policy_code": "Z", "item": "研发费用", "spent_year": 2023}
    reader = {"policy_payments": lambda row: {**row, "amount": Decimal(row["amount"])}}
    world = PlainWorld(
        records={
            "support_policies": {"Z": policy},
            "firm_facts": {"F": fact},
            "policy_payments": {"P": {**paid, "amount": spent, "voided_on": None, "returned": None}},
        },
        readers=reader,
    )
    form = {"policy": "Z", "fact": "F", "firm_name": "甲", "firm_code": code, "year": 2023}
    at = parse_instant("2024-10-14 09:00")
    case = None
    acts = (
        (Open(form={**form, "phone": "13907310001"}), Actor(person="a", role="officer", office="科经局")),
        (Choose(step="check", choice="count", values={}), Actor(person="a", role="officer", office="科经局")),
        (
            Choose(step="decide", choice="approve", values={}),
            Actor(person="b", role="leader", office="科经局"),
        ),
    )
    try:
        for command, by in acts:
            for fact_ in decide(case_type, case, command, at=at, by=by, world=world):
                case = apply(case_type, case, fact_)
    except CaseRefused as refusal:
        assert case is not None
        return str(case.data.get("amount", "")), refusal.code
    assert case is not None
    return str(case.data["amount"]), ""


@given(cents=WHOLE)
@settings(max_examples=60, deadline=None)
def test_it_pays_a_tenth_to_the_cent_and_never_more_than_the_cap(cents: int) -> None:
    spend = Decimal(cents) / 100
    amount, refused = _claim(f"{spend:.2f}", "99999999.00", "0.00")
    due = min(spend / 10, Decimal(200000)) if spend >= 100000 else Decimal(0)
    assert len(amount.partition(".")[2]) == 2
    assert abs(Decimal(amount) - due) <= Decimal("0.005")
    assert refused == ("" if due else "C010")


@given(left=st.integers(0, 3_000_000))
@settings(max_examples=60, deadline=None)
def test_it_never_goes_over_the_budget_by_a_cent(left: int) -> None:
    """A grant of 10,000.00 fits exactly where so much is left, and not where a cent less is."""
    budget = Decimal(5_000_000) / 100
    spent = budget - Decimal(left) / 100
    amount, refused = _claim("100000.00", f"{budget:.2f}", f"{spent:.2f}")
    assert amount == "10000.00"
    assert refused == ("" if Decimal(left) / 100 >= 10000 else "C018")


@pytest.mark.parametrize(("left", "refused"), [("10000.00", ""), ("9999.99", "C018"), ("10000.01", "")])
def test_it_stands_on_the_edge_of_the_budget(left: str, refused: str) -> None:
    assert _claim("100000.00", "50000.00", f"{Decimal(50000) - Decimal(left):.2f}")[1] == refused


def test_it_prints_nothing_private_on_its_papers() -> None:
    for mechanism in MECHANISMS.values():
        private = {
            field.id
            for spec in mechanism.case_types.values()
            for field in spec.fields
            if field.privacy not in ("public", "internal")
        }
        for document in mechanism.documents.values():
            named = {name for name in private if f"data.{name} " in document.body}
            assert named == set(), (mechanism.id, document.spec.title)

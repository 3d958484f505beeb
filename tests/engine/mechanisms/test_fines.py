"""Art. 74 of the penalty law: whatever it is called, a figure that computes with fines is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.mechanisms import load
from gongzhi.engine.mechanisms.checks.fines import fines_of
from gongzhi.engine.mechanisms.lint import check

PENALTIES = Path(gongzhi.mechanisms.__path__[0]) / "penalties"
SOUND = {
    str(path.relative_to(PENALTIES)): path.read_bytes() for path in PENALTIES.rglob("*") if path.is_file()
}


def spec(name: str) -> CaseTypeSpec:
    return load(PENALTIES).case_types[name]


def codes(value: str = "", numerator: str = "") -> set[str]:
    counted = f"kind: rate\n  numerator: {numerator}" if numerator else f"kind: mean\n  value: {value}"
    row = f"- id: result\n  title: 成效\n  case: penalty\n  {counted}\n  formula: 成效指数\n".encode()
    return {
        each.code for each in check({**SOUND, "measures.yaml": row}) if each.where.file == "measures.yaml"
    }


@pytest.mark.parametrize("value", ["final_fine", "surcharge + 1", "sum(payments.amount)", "sum(dues.amount)"])
def test_no_measure_computes_with_fines(value: str) -> None:
    assert "M240" in codes(value=value)


def test_a_share_of_large_fines_is_refused_too() -> None:
    assert "M240" in codes(numerator="final_fine > 5000")


def test_periods_may_be_measured() -> None:
    assert codes(numerator="case_late = false") & {"M240"} == set()
    assert not [each for each in check(SOUND) if each.code in ("M240", "M241", "M242", "M203")]


def test_all_money_of_a_penalty_counts_as_the_fine() -> None:
    assert {"final_fine", "paid_amount", "payments", "dues", "plan", "surcharge"} <= fines_of(spec("penalty"))
    assert "extension_days" not in fines_of(spec("penalty"))
    assert fines_of(spec("reversal")) == frozenset()

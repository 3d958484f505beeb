"""The village's book of funds: nothing is entered before it was checked, and what was wrong is reversed, never wiped out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.overviews import village
from gongzhi.city.mechanisms.tests import poultry_city as hamlet
from gongzhi.city.mechanisms.tests.meeting_city import JINHU
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db


@pytest.fixture
def bay(cast: Any, monday: Any) -> Any:
    hamlet.build_hamlet()
    install(Path(gongzhi.mechanisms.__path__[0]) / "village_assets", by=SYSTEM)
    library.LIBRARY.registers()
    for number in (1, 2, 3):
        values = {"name": f"柯{number}", "area": JINHU, "relation": "都不是"}
        records.put("committee_members", f"M{number}", values, by=SYSTEM, because="试验")
    return cast


def voucher(direction: str, amount: str, **more: Any) -> str:
    told = {
        "direction": direction,
        "account": "银行存款",
        "amount": amount,
        "what": "修水渠",
        "related": "不是",
    }
    form = {"village": JINHU, "happened_on": clock.today().isoformat(), **told, **more}
    receipt = cases.open_case("village_assets", "voucher", form, by=hamlet.post("officer"))
    number_all()
    react_to_all()
    hamlet.act(receipt.case, "head", "sign", by="officer")
    return receipt.case


def approve(case: str) -> None:
    hamlet.act(case, "supervise", "approve", {"signers": ["M1", "M2"]}, by="village_supervisor")


def balance() -> Decimal:
    here = village.village_of(None, JINHU)
    assert here is not None
    return village.money(here).balance


def test_money_is_entered_when_it_was_checked_and_reversed_when_it_was_wrong(bay: Any) -> None:
    rent = voucher("收入", "12000.00")
    assert balance() == 0
    approve(rent)
    assert balance() == Decimal("12000.00")
    cement = voucher("支出", "4200.50")
    approve(cement)
    assert balance() == Decimal("7799.50")
    wrong = Case.every.get(pk=cement).number
    approve(voucher("支出", "4200.50", corrects=wrong))
    assert balance() == Decimal("12000.00")
    told = village.vouchers(None)
    assert sorted(str(each.values.get("corrects")) for each in told) == sorted([wrong, "None", "None"])

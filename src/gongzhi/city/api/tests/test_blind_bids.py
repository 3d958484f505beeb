"""A program of an expert learns no more of a bidder than the expert's pages tell."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.city.api.tests.program import Program
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.tests.industry_city import HEAD, NUMBER, TEAM, kept_cadre, scored_bid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Any:
    from gongzhi.city.cases.tests.cast import MONDAY

    library.LIBRARY.clear()
    with clock.frozen(MONDAY):
        yield
    library.LIBRARY.clear()


def test_it_tells_an_expert_nothing_of_who_bids(cast: Any) -> None:
    bid, held = scored_bid(cast)
    expert = Program("expert-jia")
    assert expert.get(f"/cases/{bid.pk}").status_code == 404
    mine = expert.get(f"/cases/{held[0].pk}")
    assert mine.status_code == 200
    listed = expert.get("/cases", state="all")
    said = mine.content.decode() + listed.content.decode()
    said += expert.get(f"/cases/{held[0].pk}/history").content.decode()
    assert "梯度涂层" in said and not any(secret in said for secret in (TEAM, HEAD, NUMBER))
    assert str(bid.pk) not in listed.content.decode()


def test_it_tells_no_leaders_program_of_a_cadre(cast: Any) -> None:
    case = kept_cadre()
    for who in ("qian", "ma", "chen"):
        program = Program(who)
        assert program.get("/registers/secondments/records/GZ1").status_code in (403, 404)
        assert str(case.pk) not in program.get("/cases", state="all").content.decode()
    assert Program("ma").get(f"/cases/{case.pk}").status_code == 404

"""The door of enforcement: what is owed today, a draw made again, what is published and what was taken away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.overviews import enforcement
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
ROLES = {"zf": "enforcement_officer", "zf2": "enforcement_officer", "fz": "legal_reviewer", "ld": "leader"}


@pytest.fixture
def people(cast):
    with clock.frozen(MONDAY):
        for name in ("permits", "penalties", "random_inspection"):
            install(FOLDERS / name, by=SYSTEM)
        gov = Office.objects.get(code="gov")
        territory.add_office(
            SYSTEM, code="scj", name="市场监管局", kind="department", area=gov.area, parent=gov
        )
        found = {}
        for username, role in ROLES.items():
            user = User.objects.create_user(username, name=username)
            post = Post.objects.create(user=user, role=role, office=Office.objects.get(code="scj"))
            found[username] = territory_queries.standing(post)
        world.forget()
        for number, name in ((1, "支法"), (2, "铁平")):
            values = {
                "name": name,
                "staff_number": f"0{number}",
                "office": "scj",
                "valid_until": "2099-01-01",
            }
            records.put("enforcement_certificates", f"Z{number}", values, by=SYSTEM, because="试验")
        for number in range(1, 7):
            values = {"title": f"第{number}店", "kind": "食品销售", "risk": "低", "office": "scj"}
            records.put("inspection_objects", f"D{number}", values, by=SYSTEM, because="试验")
        yield found


def drawn(people):
    form = {
        "subject": "食品抽查",
        "lead": "scj",
        "object_kind": "食品销售",
        "what_for": "过期食品",
        "finish_by": (MONDAY + timedelta(days=20)).date().isoformat(),
    }
    receipt = actions.open_case("random_inspection", "draw", form, by=people["zf"], at=MONDAY)
    actions.choose(receipt.case, "lock", "lock", {}, by=people["zf"], at=MONDAY + timedelta(hours=1))
    values = {"public_number": "0311172428", "number_source": "当晚双色球"}
    actions.choose(receipt.case, "seed", "draw", values, by=people["fz"], at=MONDAY + timedelta(hours=2))
    return Case.objects.get(pk=receipt.case)


def test_anybody_may_repeat_a_draw_and_sees_a_changed_one(people, browser, client):
    row = drawn(people)
    address = f"/order/enforcement/draws/{row.pk}/"
    page = client.get(address).content.decode()
    assert "和当时抽的一样" in page and "0311172428" in page
    _, lots = enforcement.replay(row.pk)
    # five percent of six: one, and it has the smallest lot
    assert [each.drawn for each in lots] == [True, False, False, False, False, False]
    assert lots == sorted(lots, key=lambda each: each.lot)
    row.state["data"]["drawn"] = [lots[-1].code]
    Case.objects.filter(pk=row.pk).update(state=row.state)
    assert "和当时抽的不一样" in client.get(address).content.decode()
    assert address in browser("zf").get("/order/enforcement/").content.decode()


def test_a_reversed_decision_leaves_only_its_reason(people, client):
    values = {"title": "占道经营", "offender": "某店", "content": "罚款", "office": "scj"}
    records.put("penalty_decisions", "CF1", values, move="publish", by=SYSTEM, because="试验")
    assert "某店" in client.get("/order/enforcement/decisions/").content.decode()
    gone = {"offender": "（已撤回）", "content": "（已撤回）", "reason": "法院撤销"}
    records.put("penalty_decisions", "CF1", gone, move="withdraw", by=SYSTEM, because="试验")
    page = client.get("/order/enforcement/decisions/").content.decode()
    assert "某店" not in page and "法院撤销" in page


def test_what_is_owed_today_has_the_surcharge_in_it(people, browser):
    owed = enforcement._owed(
        Case(
            state={
                "data": {
                    "dues": [{"due": "2025-01-02", "amount": "1000.00"}],
                    "payments": [{"paid_on": "2025-01-04", "amount": "600.00"}],
                    "final_fine": "1000.00",
                    "pay_due": "2025-01-02",
                }
            }
        ),
        MONDAY.date().replace(year=2025, month=1, day=7),
    )
    # two days on 1000, three on 400
    assert (owed.surcharge, owed.total) == (96, 496)
    assert "不给人排名" in browser("zf").get("/order/enforcement/").content.decode()

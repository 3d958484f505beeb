"""Visits with the real mechanisms: listed for care, they come by themselves; households are masked and opened for a purpose."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.tests.cast import COUNTY, JINHU, LEISHAN, MONDAY
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries import lookup
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post

pytestmark = pytest.mark.django_db
FOLDERS = ("daye_minqing", "people_places", "grid_round")
#: (user, role, town): 余旺 walks 金湖, 村支书 sits there, 邻居 walks 雷山
PEOPLE = (("yu", "grid_worker", JINHU), ("shuji", "officer", JINHU), ("lin", "grid_worker", LEISHAN))


@pytest.fixture
def village(cast: Any) -> dict[str, Any]:
    """Two villages with an office each, their people, and one household in each."""
    from gongzhi.city.cases import world

    with clock.frozen(MONDAY):
        for each in FOLDERS:
            install(str(files("gongzhi.mechanisms") / each), by=SYSTEM)
        offices = {}
        for town in (JINHU, LEISHAN):
            area = Area.objects.get(code=town)
            taken = list(Office.objects.filter(parent__code="gov").values_list("path", flat=True))
            above = Office.objects.get(code="gov")
            offices[town] = Office.objects.create(
                code=f"v-{town}", name=f"{area.name}村委会", short_name=f"{area.name}村委会", kind="village",
                area=area, parent=above, path=paths.next_child(above.path, taken),
            )  # fmt: skip
        who = {}
        for username, role, town in PEOPLE:
            user = User.objects.create(username=username, name=username)
            who[username] = territory.standing(
                Post.objects.create(user=user, role=role, office=offices[town])
            )
        world.forget()
        for town, key in ((JINHU, "H001"), (LEISHAN, "H002")):
            values = {
                "number": key,
                "unit": town,
                "head": "柯大爷",
                "source": offices[town].code,
                "members": "2",
            }
            values |= {"address": {"text": "一组五号", "area": town}, "registered_on": "2024-01-01"}
            records.create(SYSTEM, "households", values)
    return who


def listed(village: dict[str, Any]) -> str:
    """Key of somebody who is listed for care at 09:00 on Monday, to be seen every two weeks."""
    with clock.frozen(MONDAY):
        form = {"client": "柯大爷", "why": "独居老人", "area": JINHU, "house": "H001", "lead": f"v-{JINHU}"}
        receipt = actions.open_case("people_places", "care_listing", form, by=village["yu"])
        Case.objects.filter(pk=receipt.case).update(number="ZK202400001")
        actions.choose(receipt.case, "confirm", "list", {}, by=village["shuji"])
        react_to_all()
    return str(Record.objects.get(register="care_people").key)


def test_whoever_is_listed_for_care_is_visited_without_anybody_planning_it(browser, village):
    key = listed(village)
    plan = Case.objects.get(type="care_round")
    assert (plan.subject, plan.area_id) == ("走访安排（每两周）", JINHU)
    fortnight = MONDAY + timedelta(days=14)
    with clock.frozen(fortnight - timedelta(hours=2)):  # 07:00
        actions.tick_cases()
        react_to_all()
        assert not Case.objects.filter(type="visit").exists()
        assert "今天没有到日子的走访" in browser("yu").get("/grid/").content.decode()
    with clock.frozen(fortnight):
        actions.tick_cases()
        react_to_all()
        page = browser("yu").get("/grid/").content.decode()
        visit = Case.objects.get(type="visit")
        assert "走访（每两周）" in page and f"/desk/cases/{visit.pk}/" in page and "柯大爷" not in page
        assert "走访（每两周）" not in browser("lin").get("/grid/").content.decode()
        assert browser("lin").get(f"/desk/cases/{visit.pk}/").status_code == 404
        actions.choose(visit.pk, "go", "well", {}, by=village["yu"])
        react_to_all()
    cared = lookup("care_people", key)
    assert cared is not None and str(cared["visited_on"]) == "2024-10-28"
    plan.refresh_from_db()
    assert plan.state["data"]["next_on"] == "2024-11-11"
    assert not Task.objects.filter(case=visit).exists()


def test_nobody_is_planned_twice(village):
    from gongzhi.engine.errors import GongzhiError

    key = listed(village)
    with clock.frozen(MONDAY + timedelta(hours=1)), pytest.raises(GongzhiError) as refused:
        actions.open_case("grid_round", "care_round", {"person": key}, by=village["yu"])
    assert "已经排了走访" in str(refused.value)


def test_whoever_came_by_a_file_is_planned_with_one_button(browser, village):
    for town, key in ((JINHU, "ZK1"), (LEISHAN, "ZK2")):
        values = {"code": key, "name": "柯大爷", "unit": town, "reason": "独居老人", "level": "每周"}
        records.create(SYSTEM, "care_people", {**values, "source": f"v-{town}", "since": "2024-10-01"})
    client = browser("yu")
    assert "还有 1 位要照看的人没有排走访" in client.get("/grid/").content.decode()
    for _ in range(2):
        assert client.post("/grid/plan/").status_code == 302
    assert Case.objects.get(type="care_round").area_id == JINHU
    assert "没有排走访" not in client.get("/grid/").content.decode()


def test_a_household_is_masked_and_opened_for_a_purpose_that_is_written_down(browser, village):
    client = browser("yu")
    listing, page = (
        client.get(at).content.decode() for at in ("/grid/households/", "/grid/households/H001/")
    )
    for text in (listing, page):
        assert "H001" in text and "一组五号" not in text and "柯大爷" not in text
    assert "H002" not in listing
    refused = client.post("/grid/households/H001/open/", {"field": "address", "purpose": "好奇"})
    assert refused.status_code >= 400 and "一组五号" not in refused.content.decode()
    opened = client.post("/grid/households/H001/open/", {"field": "address", "purpose": "走访"})
    assert opened.status_code == 200 and "一组五号" in opened.content.decode()
    fact = Entry.objects.get(kind="revealed")
    assert (fact.person, fact.data["field"], fact.data["purpose"]) == (
        village["yu"].person,
        "address",
        "走访",
    )


#: address -> whether it is posted to
ELSEWHERE = {
    "/grid/households/H002/": False,
    "/grid/households/H002/open/": True,
    "/grid/households/H002/visit/": True,
    "/grid/households/nothing/": False,
    f"/grid/units/{LEISHAN}/": False,
    f"/grid/units/{COUNTY}/": False,
}


def test_another_village_does_not_exist_for_the_worker(browser, village):
    client = browser("yu")
    sent = {"field": "address", "purpose": "走访"}
    found = {
        address: (client.post(address, sent) if posted else client.get(address)).status_code
        for address, posted in ELSEWHERE.items()
    }
    assert set(found.values()) == {404}, found


def test_a_visit_that_nobody_planned_begins_at_the_household(browser, village):
    client = browser("yu")
    for _ in range(2):
        answer = client.post("/grid/households/H001/visit/", {"key": "draft.abc"})
        assert answer.status_code == 302
    row = Case.objects.get(type="visit")
    assert (row.area_id, row.channel) == (JINHU, "grid") and answer.url == f"/desk/cases/{row.pk}/"
    assert client.get(answer.url).status_code == 200


def test_a_report_goes_to_the_city_s_events_where_they_are_installed(browser, village):
    client = browser("yu")
    assert client.post("/grid/report/", {"kind": "路灯不亮"}).status_code == 302
    assert Case.objects.get().type == "appeal"
    install(str(files("gongzhi.mechanisms") / "city_events"), by=SYSTEM)
    assert client.post("/grid/report/", {"kind": "路灯不亮"}).status_code == 302
    assert client.post("/grid/report/", {"kind": "邻里纠纷"}).status_code == 302
    assert sorted(Case.objects.values_list("mechanism", "type", "area_id")) == [
        ("city_events", "city_event", JINHU),
        ("daye_minqing", "appeal", JINHU),
        ("daye_minqing", "appeal", JINHU),
    ]


def test_what_could_not_be_handled_becomes_an_appeal_without_a_second_form(village):
    receipt = actions.open_case("grid_round", "self_handled", {"matter": "劝离占道"}, by=village["yu"])
    actions.choose(receipt.case, "noted", "report", {"note": "劝了三次又摆回来"}, by=village["yu"])
    react_to_all()
    appeal = Case.objects.get(type="appeal")
    assert (appeal.mechanism, appeal.subject) == ("daye_minqing", "劝离占道")

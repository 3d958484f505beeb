"""The pages of benefits: anybody checks for themselves, who pays does not approve, the household sees its own, nobody sees a name."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongzhi.city.benefits import actions, catalogue, queries
from gongzhi.city.benefits.actions.paying import run_job
from gongzhi.city.benefits.actions.studying import study_job
from gongzhi.city.benefits.models import Entitlement, PaymentRun, WhatIf
from gongzhi.city.cases import world
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.belonging import Belonging
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
PENSION = "land_losing_farmers.land_pension"
PAGE = "/welfare/benefits/land_losing_farmers/land_pension/"
NOW = datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def city(cast: Any, settings: Any, tmp_path: Any) -> Any:
    settings.GONGZHI_WAREHOUSE = str(tmp_path)
    with clock.frozen(NOW):
        clean_city()
        for name in ("supervision_tap", "people_places", "land_losing_farmers"):
            install(FOLDERS / name, by=SYSTEM)
        gov = Office.objects.get(code="gov")
        territory.add_office(
            SYSTEM, code="rsj", name="人力资源局", kind="department", area=gov.area, parent=gov
        )
        for username, role in (("min", "welfare_clerk"), ("ren", "leader")):
            user = User.objects.create_user(username, name=username)
            Post.objects.create(user=user, role=role, office=Office.objects.get(code="rsj"))
        world.forget()
        because = {"because": "试验", "by": SYSTEM}
        person = {"name": "冯水生", "born_on": "1950-02-10", "unit": JINHU, "source": "gov"}
        records.put("residents", "P1", person, **because)
        loss = {"person": "P1", "village": JINHU, "mu": 1, "left_each": 0, "lost_on": "2024-01-10"}
        records.put("land_losses", "L1", {**loss, "project": "产业园", "source": "gov"}, **because)
        actions.match(catalogue.one(PENSION))
        yield cast


def test_anybody_checks_for_themselves_and_nobody_else_sees_who_has_what(city, client, browser):
    page = client.get("/welfare/benefits/").content.decode()
    assert "被征地农民生活保障金" in page and "240" in page and "1人在享受" not in page
    page = client.get(PAGE).content.decode()
    assert "还没有到年龄；到了不用申请" in page and "谁在享受" not in page
    told = {
        "do": "check",
        "born": "1964-02-10",
        "has_land": "yes",
        "lost_on": "2012-05-01",
        "left_each": "0.3",
    }
    page = client.post(PAGE, told).content.decode()
    assert "够条件：240.00 元一个月" in page and "已经到了年龄" in page and "条件表第5行" in page
    page = client.post(PAGE, {**told, "born": "1990-01-01"}).content.decode()
    assert "现在不够条件" in page
    assert client.post(PAGE, {**told, "born": "1990-13-01", "left_each": "很多"}).status_code == 200
    assert client.get("/welfare/benefits/nowhere/nothing/").status_code == 404
    had = Entitlement.objects.get()
    assert client.get(f"/welfare/benefits/no/{had.pk}/").status_code == 404
    assert client.get("/welfare/payments/").status_code == 302
    assert client.get("/welfare/what-if/").status_code == 302
    assert browser("li").get(f"/welfare/benefits/no/{had.pk}/").status_code == 404
    assert browser("li").get("/welfare/payments/").status_code == 403
    clerk = browser("min")
    page = clerk.get(PAGE).content.decode() + clerk.get(f"/welfare/benefits/no/{had.pk}/").content.decode()
    assert had.number in page and "P1" in page and "冯水生" not in page


def test_one_makes_the_list_another_approves_it_and_the_bank_gets_it(city, browser):
    clerk, leader = browser("min"), browser("ren")
    answer = clerk.post("/welfare/payments/", {"programme": PENSION, "month": "2024-03"})
    run = PaymentRun.objects.get()
    assert answer.status_code == 302
    run_job.func(run.pk)
    page = f"/welfare/payments/{run.pk}/"
    assert "造册的人不能复核" in clerk.get(page).content.decode()
    assert clerk.post(page, {"do": "approve"}).status_code == 403
    assert "复核通过" in leader.get(page).content.decode()
    assert leader.post(page, {"do": "approve"}).status_code == 302
    sheet = clerk.post(page, {"do": "send", "note": "农商行代发三月"})
    assert sheet["Content-Disposition"].endswith('2024-03.csv"') and "冯水生" in sheet.content.decode(
        "utf-8-sig"
    )
    refused = clerk.post("/welfare/payments/", {"programme": PENSION, "month": "2024-03"})
    assert refused.status_code == 409 and "已经造过册" in refused.content.decode()
    line = run.entries.get()
    assert clerk.post(page, {"do": "return", "line": line.pk, "note": "账号不存在"}).status_code == 302
    assert "账号不存在" in clerk.get(f"{page}?only=returned").content.decode()
    assert "冯水生" not in clerk.get(page).content.decode()


def test_a_clerk_asks_what_if_then_looks_somebody_up_keeps_and_stops(city, browser):
    clerk = browser("min")
    assert "每月标准" in clerk.get(f"/welfare/what-if/?programme={PENSION}").content.decode()
    told = {
        "programme": PENSION,
        "month": "2024-03",
        "monthly": "265.5",
        "age_from": "60",
        "left_most": "0.3",
    }
    assert clerk.post("/welfare/what-if/", {**told, "monthly": "240"}).status_code == 422
    assert clerk.post("/welfare/what-if/", told).status_code == 302
    asked = WhatIf.objects.get()
    assert asked.changes == {"monthly": "265.5"}
    assert "正在算" in clerk.get(f"/welfare/what-if/{asked.pk}/").content.decode()
    study_job.func(asked.pk)
    page = clerk.get(f"/welfare/what-if/{asked.pk}/").content.decode()
    assert "每月标准从240改成265.5元" in page and "P1" in page and "265.50" in page
    asked.refresh_from_db()
    assert Decimal(asked.result["cost1"]) == Decimal("265.50")
    had = Entitlement.objects.get()
    assert "没有“P7”" in clerk.post(PAGE, {"do": "look", "person": "P7"}).content.decode()
    assert "够条件" in clerk.post(PAGE, {"do": "look", "person": "P1"}).content.decode()
    assert clerk.post(PAGE, {"do": "grant", "person": "P1"}).status_code == 409
    own = f"/welfare/benefits/no/{had.pk}/"
    assert clerk.post(own, {"do": "keep", "note": ""}).status_code == 302
    assert (
        clerk.post(own, {"do": "stop", "note": "征地登记注销了", "first_without": "2024-04-01"}).status_code
        == 302
    )
    assert "征地登记注销了" in clerk.get(own).content.decode()
    values = {"do": "set", "name": "monthly", "from": "2024-01-01", "value": "300", "basis": "某某发三号"}
    assert clerk.post(PAGE, values).status_code == 403
    assert browser("ren").post(PAGE, values).status_code == 302
    assert "某某发三号" in clerk.get(PAGE).content.decode()


def test_a_household_sees_what_its_people_have_now_and_not_what_those_have_who_left(city, browser):
    because = {"because": "试验", "by": SYSTEM}
    with clock.frozen(NOW):
        for key in ("H1", "H2"):
            records.put("households", key, {"head": "冯水生", "unit": JINHU, "source": "gov"}, **because)
        records.put("residents", "P1", {"household": "H1"}, **because)
        Entitlement.objects.update(household="H1")
        person = str(User.objects.get(username="li").person)
        Belonging.objects.create(household="H1", person=person, area_path="0", said_by="x")
        own, mine = f"/welfare/benefits/no/{Entitlement.objects.get().pk}/", Entitlement.objects.get().number
        assert browser("li").get(own).status_code == 200
        assert mine in browser("li").get("/welfare/benefits/").content.decode()
        records.put("residents", "P1", {"household": "H2"}, **because)
        assert browser("li").get(own).status_code == 404
        assert mine not in browser("li").get("/welfare/benefits/").content.decode()
        Belonging.objects.update(household="H2")
        assert browser("li").get(own).status_code == 200


def test_who_plans_sees_sums_and_not_who_they_are(city, browser):
    min_, far = browser("min"), Standing(person="x", role="reform_officer", name="改", office="gov")
    told = {"programme": PENSION, "month": "2024-03", "monthly": "265.5"}
    assert min_.post("/welfare/what-if/", told).status_code == 302
    study_job.func(WhatIf.objects.get().pk)
    rows, known = WhatIf.objects.get().result["gains"], catalogue.one(PENSION)
    assert [row["key"] for row in rows] == ["P1"]
    assert queries.persons_told(far, known, rows) == []
    outside = dataclasses.replace(far, role="leader", area_path="000zzz", office_path="zzz")
    assert queries.persons_told(outside, known, rows) == []


@pytest.mark.parametrize("wrong", ["1e-400000", "300.123456789", "NaN", "1000000001"])
def test_a_number_that_no_column_keeps_is_refused_and_nobody_waits_for_ever(city, browser, wrong):
    told = {"programme": PENSION, "month": "2024-03", "monthly": wrong}
    assert browser("min").post("/welfare/what-if/", told).status_code == 422
    values = {"do": "set", "name": "monthly", "from": "2024-01-01", "value": wrong, "basis": "某某发三号"}
    assert browser("ren").post(PAGE, values).status_code == 422
    asked = actions.ask(SYSTEM, PENSION, {"monthly": Decimal(300)}, NOW.date())
    WhatIf.objects.filter(pk=asked.pk).update(changes={"monthly": "0." + "0" * 300 + "1"})
    assert study_job.func(asked.pk) == {"state": "failed"}


def test_days_at_the_end_of_the_calendar_are_answered(city, client, browser):
    told = {
        "do": "check",
        "born": "1964-02-10",
        "has_land": "yes",
        "lost_on": "9999-12-31",
        "left_each": "0.3",
    }
    assert client.post(PAGE, told).status_code == 200
    assert client.post(PAGE, {**told, "born": "9999-12-31"}).status_code == 200
    run = {"programme": PENSION, "month": "0001-01"}
    assert browser("min").post("/welfare/payments/", run).status_code == 422

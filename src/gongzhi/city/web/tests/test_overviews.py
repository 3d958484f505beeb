"""Powers, projects, land and what was cut: who may open them, what they say, and that they cost the same for many as for few."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

import gongzhi.mechanisms

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
PARCEL = {
    "code": "DK1",
    "name": "城东一号地",
    "use": "工业用地",
    "town": "420281001000",
    "place": {"text": "城东", "area": "420281001000", "lon": 114.97, "lat": 30.1},
}
PLAN = [{"step": "签约", "planned": "2024-09-01"}, {"step": "开工", "planned": "2024-10-01"}]
PROJECT = {
    "code": "XM1",
    "name": "城东装备厂",
    "theme": "工业",
    "investor": "某装备公司",
    "parcel": "DK1",
    "seat": "420281001000",
    "served_by": "center",
    "milestones": PLAN,
    "real_sign": "2024-09-05",
}
POWER = {"code": "P1", "title": "占道审批", "power_type": "行政许可", "holder": "cgj", "level": "县级"}
POWER |= {"basis": "城市道路管理条例第三十一条"}
ITEM = {
    "code": "RLZY",
    "title": "人力资源服务许可",
    "item_type": "行政许可",
    "holder": "cgj",
    "handling": "承诺件",
    "legal_days": 20,
    "promised_days": 8,
    "visits": 2,
    "power": "P1",
    "materials": [{"name": "申请书"}, {"name": "场所证明"}],
}


@pytest.fixture
def city(db: None) -> Iterator[Any]:
    """The cast of the cases room with the real mechanisms, on a Monday."""
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import MONDAY, build_city
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.city.web import choices

    def forget() -> None:
        for each in (world.forget, numbering.forget, choices.forget, library.LIBRARY.clear):
            each()

    forget()
    people = build_city()
    center = Office.objects.get(code="center")
    for role in ("window_clerk", "secretary", "catalogue_editor"):
        Post.objects.create(user=User.objects.create(username=role, name=role), role=role, office=center)
    for name in ("permits", "land_to_start", "project_approval", "powers"):
        install(FOLDERS / name, by=SYSTEM)
    with clock.frozen(MONDAY):
        yield people
    forget()


@pytest.fixture
def signed_in(city: Any) -> Callable[[str], Client]:
    from gongzhi.city.people.models import User

    def make(name: str = "") -> Client:
        client = Client()
        if name:
            user = User.objects.get(username=name)
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def land(city: Any) -> Any:
    """A parcel, a project upon it, and its case as far as the first stage, where one office answered and one is silent."""
    from datetime import timedelta

    from gongzhi.city.cases import actions
    from gongzhi.city.cases.models import Case
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.tests.test_projects import children, opened, step
    from gongzhi.city.people.models import User
    from gongzhi.city.records import actions as records

    records.put("land_parcels", "DK1", PARCEL, by=SYSTEM, move="expropriate")
    records.put("land_parcels", "DK1", {}, by=SYSTEM, move="convert")
    records.put("projects", "XM1", PROJECT, by=SYSTEM, move="sign")
    case = opened("project_approval", "project", {"project": "XM1"})
    secretary = User.objects.get(username="secretary")
    step(case, "assign", "assign", {"assigned": secretary.person})
    step(case, "choose_route", "four", {"lines": ["方案联审"]})
    stage = next(each for each in children(case) if each.type == "stage")
    step(stage, "accept", "accept")
    step(stage, "distribute", "send", {"lead": "cgj", "departments": ["hbj", "jyj"]})
    first, second = children(stage)
    step(first, "answer", "agree")
    with clock.frozen(clock.now() + timedelta(days=12)):
        actions.tick_cases()
        react_to_all()
        yield {"case": Case.objects.get(pk=case.pk), "stage": stage, "silent": second}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def spent(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len([each for each in caught if "SAVEPOINT" not in each["sql"]])


# --- who may open ----------------------------------------------------------------------------------------------

#: address -> villager, officer, secretary, leader, auditor
DOORS = {
    "/services/changes/": (302, 200, 200, 200, 200),
    "/services/changes.xlsx": (302, 200, 200, 200, 200),
    "/powers/": (200,) * 5,
    "/powers/idle/": (302, 200, 200, 200, 200),
    "/powers/p/none/": (404,) * 5,
    "/powers/p/none/review/": (302, 405, 405, 405, 405),
    "/projects/": (302, 200, 200, 200, 200),
    "/projects/none/": (302, 404, 404, 404, 404),
    "/land/": (302, 200, 200, 200, 200),
    "/land/?colour=紫": (302, 404, 404, 404, 404),
    "/services/none/changes/": (404,) * 5,
    "/apply/draft/": (200,) * 5,
    "/apply/draft/none/": (404,) * 5,
}


@pytest.mark.parametrize(("column", "who"), list(enumerate(("", "zhou", "secretary", "qian", "ma"))))
def test_it_opens_what_the_role_allows(signed_in, column, who):
    client = signed_in(who)
    wrong = {
        address: f"{status}, promised {row[column]}"
        for address, row in DOORS.items()
        if (status := client.get(address).status_code) != row[column]
    }
    assert not wrong


def test_it_says_plainly_that_no_mechanism_brings_the_register(browser):
    client = browser("wu")
    for address, words in (
        ("/projects/", "没有安装带项目库的机制"),
        ("/land/", "没有安装带地块登记的机制"),
        ("/powers/", "没有安装带职权清单的机制"),
        ("/powers/idle/", "没有安装带职权清单的机制"),
        ("/services/changes/", "没有安装带政务服务事项清单的机制"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200 and words in text(answer), address
    assert "/projects/" not in text(client.get("/me/"))


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?from=" + "9" * 5000, "?from=²", "?year=" + "9" * 5000, "?area=%27;--", "?q=%3Cscript%3E"],
)
def test_it_bears_hostile_values(signed_in, land, query):
    client = signed_in("ma")
    for address in ("/services/changes/", "/powers/", "/powers/idle/", "/projects/", "/land/"):
        answer = client.get(address + query)
        assert answer.status_code in (200, 400, 422), (address, query)
        assert b"<script>" not in answer.content
    assert client.get("/services/changes/?what=nothing").status_code == 404


# --- projects and land ---------------------------------------------------------------------------------------------


def test_it_lists_projects_with_two_clocks_and_the_one_who_holds_it_up(signed_in, land):
    page = text(signed_in("ma").get("/projects/"))
    assert "城东装备厂" in page and "secretary" in page
    assert "个工作日" in page and "12天" in page
    assert "教育局 12天" in page or "单位" in page
    assert "晚25天" in page  # the start of works was planned for 1 October; it is 26 October


def test_it_shows_a_secretary_only_the_own_projects(signed_in, land):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    records.put("projects", "XM2", {**PROJECT, "code": "XM2", "name": "别人的厂"}, by=SYSTEM, move="sign")
    own = text(signed_in("secretary").get("/projects/"))
    assert "我的项目" in own and "城东装备厂" in own and "别人的厂" not in own
    assert "别人的厂" in text(signed_in("ma").get("/projects/"))


def test_it_shows_a_project_with_stages_lines_offices_and_silence(signed_in, land):
    page = text(signed_in("ma").get("/projects/XM1/"))
    assert page.count('class="running"') >= 1 and "立项用地规划许可" in page and "竣工验收" in page
    assert "净用" in page and "企业等12天" in page
    assert "方案联审" in page or "并行事项" in page
    row = re.search(r"<tr><td><span class=\"title\">教育局</span>.*?</tr>", page)
    assert row and "1次" in row[0] and "逾期未答" in row[0]
    answered = re.search(r"<tr><td><span class=\"title\">环保局</span>.*?</tr>", page)
    assert answered and "1次" not in answered[0]
    assert "受理决定书" in page


def test_it_counts_the_silence_of_whoever_answered_late_and_of_nobody_else(land):
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms.overviews.trees import all_blockers, grow

    every = [each for root in grow([land["case"]]) for each in root.all()]
    found = {each.name: each for each in all_blockers(every, clock.now())}
    assert {name: each.silent for name, each in found.items()} == {
        "民情通中心": 0,
        "城管局": 0,
        "环保局": 0,
        "教育局": 1,
    }
    assert [held.title for held in found["教育局"].open] == ["逾期未答、催办"]
    assert found["教育局"].days <= 12


def test_it_costs_the_same_with_many_offices_and_projects_as_with_few(signed_in, land):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.tests.test_projects import opened, step
    from gongzhi.city.records import actions as records

    client = signed_in("ma")
    few = {page: spent(client, page) for page in ("/projects/", "/projects/XM1/", "/land/")}
    for number in range(2, 8):
        key, parcel = f"XM{number}", f"DK{number}"
        records.put("land_parcels", parcel, {**PARCEL, "code": parcel}, by=SYSTEM, move="expropriate")
        records.put("projects", key, {**PROJECT, "code": key, "parcel": parcel}, by=SYSTEM, move="sign")
        case = opened("project_approval", "project", {"project": key})
        step(case, "assign", "assign", {"assigned": "user:1"})
    opinion = land["silent"]
    step(opinion, "overdue", "agree")
    step(land["stage"], "decide", "grant", {"decision_no": "建字1号"})
    step(land["stage"], "deliver", "delivered")
    many = {page: spent(client, page) for page in few}
    assert many["/projects/"] <= few["/projects/"] and many["/land/"] <= few["/land/"]
    assert many["/projects/XM1/"] <= few["/projects/XM1/"] + 1  # one more type of case is looked up once
    assert max(many.values()) <= 30, many


def test_it_shows_land_by_colour_sign_and_word(signed_in, land):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    late = {
        **PARCEL,
        "code": "DK9",
        "name": "拖着的地",
        "agreed_start": "2022-10-01",
        "contract_on": "2022-01-01",
    }
    records.put("land_parcels", "DK9", late, by=SYSTEM, move="expropriate")
    client = signed_in("ma")
    page = text(client.get("/land/"))
    assert "<svg" in page and "红码" in page and "■" in page and "开工晚" in page
    assert page.index("拖着的地") > 0 and "/registers/land_parcels/r/DK9/" in page
    only = text(client.get("/land/?colour=红"))
    assert "拖着的地" in only and "城东一号地" not in only


# --- powers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(city: Any) -> Any:
    """A power with an item, delegated to 环保局 from January on."""
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    records.put("powers", "P1", {**POWER, "listed_on": "2022-01-01"}, by=SYSTEM, move="list")
    records.put("powers", "P2", {**POWER, "code": "P2", "title": "拟列入的"}, by=SYSTEM)
    records.put("service_items", "RLZY", ITEM, by=SYSTEM, move="publish")
    given = {"code": "X1", "source_power": "P1", "power_title": "占道审批"}
    given |= {"from_office": "cgj", "to_office": "hbj"}
    given |= {"form": "委托", "document": "委托书1号", "starts_on": "2024-01-01", "ends_on": "2024-10-14"}
    records.put("delegations", "X1", given, by=SYSTEM, move="enter")
    return city


def test_it_tells_the_public_what_is_listed_and_nothing_that_is_only_proposed(signed_in, listed):
    page = text(signed_in().get("/powers/"))
    assert "占道审批" in page and "拟列入的" not in page and "环保局" in page
    assert signed_in().get("/powers/p/P2/").status_code == 404
    assert "拟列入的" in text(signed_in("ma").get("/powers/"))


def test_it_resolves_who_decides_to_the_last_day_of_the_delegation(listed):
    from datetime import date

    from gongzhi.city.mechanisms.overviews import powers

    for day, office, by in (
        (date(2023, 12, 31), "cgj", None),
        (date(2024, 1, 1), "hbj", "X1"),
        (date(2024, 10, 14), "hbj", "X1"),
        (date(2024, 10, 15), "cgj", None),
    ):
        found = powers.decider(powers.power(None, "P1", today=day), "420281001000")
        assert (found.office, found.by.key if found.by else None) == (office, by), day
    assert powers.decider(powers.power(None, "P1"), "nowhere").office == "cgj"


def test_it_leaves_a_power_with_its_holder_where_people_are_only_posted(listed):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.overviews import powers
    from gongzhi.city.records import actions as records

    records.put("delegations", "X1", {"form": "派驻"}, by=SYSTEM)
    found = powers.decider(powers.power(None, "P1"), "420281001000")
    assert found.office == "cgj" and [each.to for each in found.posted] == ["hbj"]


def test_it_counts_uses_with_denominator_and_interval(signed_in, listed):
    from gongzhi.city.cases.models import Case
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms.models import Child
    from gongzhi.city.mechanisms.overviews import powers
    from gongzhi.city.mechanisms.tests.test_projects import opened

    form = {"item": "RLZY", "applicant_kind": "个人", "applicant_name": "柯小红", "phone": "13972750001"}
    made = [opened("permits", "application", {**form, "given": [{"name": "申请书"}]}) for _ in range(4)]
    ends = ("granted", "granted", "denied", "withdrawn")
    for case, end in zip(made, ends, strict=True):
        Case.objects.filter(pk=case.pk).update(ended=end, ended_at=clock.now())
    check = opened("permits", "application", {**form, "given": [{"name": "申请书"}]})
    Case.objects.filter(pk=check.pk).update(ended="revoked", ended_at=clock.now(), item="")
    Child.objects.create(parent=made[0], case=check, entry=1, reaction="x")
    use = powers.power(None, "P1").use
    assert (use.used, use.reversed.numerator, use.reversed.n) == (3, 1, 3)
    assert 0 < use.reversed.low < 1 / 3 < use.reversed.high < 1
    page = text(signed_in().get("/powers/p/P1/"))
    assert "33.3%（1/3，区间" in page and "0.0%（0/1，区间" in page
    # every figure opens to its rows, for those who may read them
    assert "后来被撤销" not in page and "一年里办过的件" not in page
    rows = text(signed_in("ma").get("/powers/p/P1/"))
    assert rows.count("后来被撤销") == 1 and str(made[2].pk) in rows and str(made[3].pk) not in rows
    assert str(made[0].pk) not in text(signed_in("he").get("/powers/p/P1/"))


def test_it_opens_the_review_of_what_nobody_used(signed_in, listed):
    from gongzhi.city.cases.models import Case, CaseRecord

    editor = signed_in("catalogue_editor")
    page = text(editor.get("/powers/idle/"))
    assert "占道审批" in page and "开始评估" in page
    assert "开始评估" not in text(signed_in("zhou").get("/powers/idle/"))
    answer = editor.post("/powers/p/P1/review/")
    case = Case.objects.get(type="power_review")
    assert answer.headers["Location"] == f"/desk/cases/{case.pk}/"
    assert list(CaseRecord.objects.filter(case=case).values_list("register", "key")) == [("powers", "P1")]
    assert "正在评估" in text(editor.get("/powers/idle/")) and "开始评估" not in text(
        editor.get("/powers/idle/")
    )
    assert signed_in("zhou").post("/powers/p/P1/review/").status_code in (403, 422)
    assert signed_in().post("/powers/p/P1/review/").status_code == 302


def test_it_imports_a_list_of_1344_delegations(signed_in, listed, capsys):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records
    from gongzhi.city.records.models import Record

    book = Workbook(write_only=True)
    sheet = book.create_sheet("下放清单")
    sheet.append(
        ["台账编号", "所放职权", "下放的职权", "下放单位", "承接单位", "下放形式", "法律文书", "起始日期"]
    )
    for number in range(1344):
        sheet.append(
            [
                f"D{number:04}",
                "P1",
                f"占道审批{number}",
                "城管局",
                "环保局",
                "委托",
                "委托书1号",
                "2024-01-01",
            ]
        )
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    began = time.perf_counter()
    report = records.import_records(stream, "1344.xlsx", register="delegations", by=SYSTEM, move="enter")
    took = time.perf_counter() - began
    with capsys.disabled():
        print(
            f"\n1,344 delegations imported in {took:.1f} s: {report.created} created, {report.refused} refused"
        )
    assert (report.created, report.refused) == (1344, 0)
    assert Record.objects.filter(register="delegations", state="in_force").count() == 1345
    assert took < 60
    page = signed_in().get("/powers/")
    assert "等1345家" in text(page)
    assert spent(signed_in("ma"), "/powers/") <= 20


# --- what was cut --------------------------------------------------------------------------------------------------


def test_it_shows_versions_of_an_item_side_by_side_and_what_is_less(signed_in, listed):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    assert "最早的一版" in text(signed_in().get("/services/RLZY/changes/"))
    less = {"promised_days": 3, "visits": 0, "materials": [{"name": "申请书"}], "risk": "高"}
    records.put("service_items", "RLZY", less, by=SYSTEM)
    page = text(signed_in().get("/services/RLZY/changes/"))
    assert "压缩5个工作日、少1份材料、少跑2趟" in page
    assert "承诺办结时限 8 → 3" in page and "场所证明" in page and "第1版" not in page.split("现在用的")[0]
    assert "核查风险等级" not in page, "an internal field"
    assert "/services/RLZY/changes/" in text(signed_in().get("/services/RLZY/"))


def test_it_sums_a_year_and_opens_each_total_to_its_rows(signed_in, listed):
    from datetime import timedelta

    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    for key in ("A1", "A2", "A3"):
        records.put(
            "service_items", key, {**ITEM, "code": key, "title": f"事项{key}"}, by=SYSTEM, move="publish"
        )
    client = signed_in("ma")
    assert "4" in text(client.get("/services/changes/?what=new"))
    with clock.frozen(clock.now() + timedelta(days=365)):
        records.put("service_items", "A1", {"promised_days": 3}, by=SYSTEM)
        records.put("service_items", "A2", {"visits": 1, "materials": []}, by=SYSTEM)
        records.put("service_items", "A3", {}, by=SYSTEM, move="withdraw")
        records.put("service_items", "A4", {**ITEM, "code": "A4", "title": "新的"}, by=SYSTEM, move="publish")
        page = text(client.get("/services/changes/"))
        tiles = dict(re.findall(r'what=(\w+)"><span class="figure">([^<]*)</span>', page))
        assert tiles == {
            "days": "5", "materials": "2", "visits": "1", "fees": "0", "changed": "2", "new": "1", "gone": "1"
        }  # fmt: skip
        assert "平均压缩62%" in page
        days = text(client.get("/services/changes/?what=days"))
        assert "事项A1" in days and "事项A2" not in days
        sheet = load_workbook(io.BytesIO(signed_in("qian").get("/services/changes.xlsx").content)).active
        assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} <= {"A1", "A2", "A3", "A4"}
        assert spent(client, "/services/changes/") <= 15


# --- through how many hands --------------------------------------------------------------------------------------


def test_it_counts_hands_with_called_cases_and_names_nobody_to_the_public(signed_in, land):
    from gongzhi.city.mechanisms.chains import chain

    found = chain(land["case"])
    assert (found.people, found.offices) == (4, 3)
    assert {hand.who for hand in found.hands} == {""}
    public = text(signed_in().get(f"/t/{land['case'].tracking_code}/"))
    assert "经手 4 人" in public and "3 个单位" in public and "u-officer-hbj" not in public
    assert "环保局" in public
    assert "经手 4 人" in text(signed_in("ma").get(f"/desk/cases/{land['case'].pk}/"))

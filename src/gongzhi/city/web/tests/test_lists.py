"""The lists of a township: who reads them, what they keep from being dispatched, and which tasks reach a grid worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import gongzhi.mechanisms

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
JINHU, LEISHAN = "420281001000", "420281002000"
ILLEGAL = {
    "code": "SH37",
    "title": "违法建设的认定和拆除",
    "list": "上级收回",
    "document": "大冶市履职清单",
    "number": 37,
    "aliases": "违建、私搭乱建、铁皮棚",
    "matters": "城乡建设·违法建设、国土资源·矿山整治",
    "office": "cgj",
    "basis": "城乡规划法第六十四条",
}
STRAW = {
    "code": "PH12",
    "title": "秸秆禁烧",
    "list": "配合履职",
    "office": "hbj",
    "department_part": "巡查执法",
    "town_part": "宣传、发现了报告",
    "basis": "大气污染防治法第七十七条",
    "area": JINHU,
}
CHECKS = {
    "code": "ZR01",
    "title": "独居老人取暖安全查看",
    "department": "cgj",
    "purpose": "防煤气中毒",
    "basis": "老年人权益保障法第三十条",
    "worker": "专职网格员",
    "frequency": 2,
    "minutes": 20,
    "budget": "20000",
    "valid_from": "2024-10-01",
    "valid_until": "2024-10-31",
}
SAYS = "“违法建设的认定和拆除”属于乡镇（街道）的上级收回事项（大冶市履职清单 第37项；城乡规划法第六十四条）"


@pytest.fixture
def city(db: None) -> Iterator[Any]:
    """The cast of the cases room, a township with its people, and the real mechanisms, on a Monday."""
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import MONDAY, build_city
    from gongzhi.city.kernel import clock, paths
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.models import User
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory.models import Area, Office, Post
    from gongzhi.city.web import choices

    def forget() -> None:
        for each in (world.forget, numbering.forget, choices.forget, library.LIBRARY.clear):
            each()

    forget()
    people = build_city()
    gov = Office.objects.get(code="gov")
    taken = list(Office.objects.filter(parent=gov).values_list("path", flat=True))
    town = Office.objects.create(
        code="jinhu",
        name="金湖街道办事处",
        short_name="金湖街道",
        kind="town",
        area=Area.objects.get(code=JINHU),
        parent=gov,
        path=paths.next_child(gov.path, taken),
    )
    for name, role, office in (
        ("town", "officer", town),
        ("chief", "leader", town),
        ("judge", "arbiter", gov),
    ):
        Post.objects.create(user=User.objects.create(username=name, name=name), role=role, office=office)
    walker, hill = User.objects.get(username="hu"), Area.objects.get(code=LEISHAN)
    Post.objects.create(user=walker, role="grid_worker", office=town, area=town.area)
    Post.objects.create(user=walker, role="grid_worker", office=town, area=hill)
    Post.objects.create(user=User.objects.create(username="boss", name="县长"), role="leader", office=gov)
    for name in ("township_duties", "task_admission", "daye_minqing"):
        install(FOLDERS / name, by=SYSTEM)
    with clock.frozen(MONDAY):
        for register, record in (
            ("township_duties", ILLEGAL),
            ("township_duties", STRAW),
            ("admitted_tasks", CHECKS),
        ):
            records.put(register, str(record["code"]), record, by=SYSTEM)
        yield people
    forget()


@pytest.fixture
def signed_in(city: Any) -> Callable[[str], Client]:
    from gongzhi.city.people.models import User

    def make(name: str = "") -> Client:
        client = Client()
        if name:
            client.force_login(
                User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
            )
        return client

    return make


def by(name: str, role: str = "") -> Any:
    """The standing of somebody of the town."""
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.queries import posts_of, standing

    posts = posts_of(User.objects.get(username=name))
    return standing(next(each for each in posts if role in ("", each.role) and each.office))


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def appeal(city: Any, topic: str = "城乡建设·违法建设") -> str:
    """An appeal about an illegal building, taken in and waiting for its dispatch."""
    from gongzhi.city.cases import actions

    form = {
        "subject": "路边搭铁皮棚",
        "text": "邻居在路边搭了铁皮棚",
        "place": {"text": "上冯村", "area": JINHU},
    }
    case = actions.open_case("daye_minqing", "appeal", form, by=city.li).case
    told = {"kind": "投诉", "category": topic.split("·")[0], "topic": topic}
    actions.choose(case, "register", "dispatch", told, by=city.li)
    return case


def test_it_does_not_dispatch_to_a_township_what_was_taken_back(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.models import Case
    from gongzhi.engine.cases.errors import Objected

    case = appeal(city)
    with pytest.raises(Objected) as refused:
        actions.choose(case, "dispatch", "send", {"lead": "jinhu", "basis": "属地管理"}, by=city.chen)
    assert refused.value.data["says"] == SAYS + "，应由城管局办理。"
    assert Case.objects.get(pk=case).lead_id is None
    actions.choose(case, "dispatch", "send", {"lead": "cgj", "basis": "清单第37项"}, by=city.chen)
    assert Case.objects.get(pk=case).lead_id == "cgj"


def test_it_says_so_on_the_page_of_the_dispatcher_and_keeps_what_was_typed(city: Any, signed_in: Any) -> None:
    case = appeal(city)
    page = signed_in("chen").get(f"/desk/cases/{case}/").content.decode()
    found = re.search(r'name="(\d+\.send)\.lead"', page)
    assert found
    sent = {"name": found[1], f"{found[1]}.lead": "jinhu", f"{found[1]}.basis": "属地管理条款", "key": "k1"}
    answer = signed_in("chen").post(f"/desk/cases/{case}/choose/", sent)
    assert answer.status_code == 409
    told = text(answer)
    assert SAYS + "，应由城管局办理。" in told and "属地管理条款" in told


def test_it_dispatches_as_before_what_no_entry_names(city: Any) -> None:
    from gongzhi.city.cases import actions

    case = appeal(city, "农村农业·人居环境")
    actions.choose(case, "dispatch", "send", {"lead": "jinhu", "basis": "村级管理"}, by=city.chen)


def test_it_dispatches_as_before_when_the_entry_has_ended(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    records.put("township_duties", "SH37", {}, by=SYSTEM, move="end")
    actions.choose(appeal(city), "dispatch", "send", {"lead": "jinhu", "basis": "属地"}, by=city.chen)


def test_it_dispatches_as_before_where_no_lists_are_installed(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.models import Installed

    Installed.objects.filter(mechanism__in=("township_duties", "task_admission")).update(active=False)
    library.LIBRARY.clear()
    case = appeal(city)
    actions.choose(case, "dispatch", "send", {"lead": "jinhu", "basis": "属地"}, by=city.chen)
    assert Client().get("/lists/").status_code == 200
    assert "还没有装履职事项清单" in text(Client().get("/lists/"))


def test_it_does_not_let_a_department_hand_it_down_either(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.engine.cases.errors import Objected

    case = appeal(city)
    actions.choose(case, "dispatch", "send", {"lead": "cgj", "basis": "清单第37项"}, by=city.chen)
    actions.choose(case, "sign", "accept", {}, by=city.zhou)
    with pytest.raises(Objected, match="上级收回"):
        actions.choose(case, "handle", "assign", {"sub_office": "jinhu"}, by=city.zhou)


def task(by_: Any, **more: Any) -> str:
    from gongzhi.city.cases import actions

    form = {"task": "ZR01", "area": JINHU, "what": "看看炉子", "days": 5, **more}
    return actions.open_case("task_admission", "grid_task", form, by=by_).case


def test_it_sends_what_is_admitted_to_the_grid_worker_of_the_area(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.models import Case

    case = task(city.zhou)
    row = Case.objects.get(pk=case)
    assert (row.area_id, row.lead_id, row.subject) == (JINHU, "cgj", "独居老人取暖安全查看")
    actions.choose(case, "work", "no_power", {"no_power_basis": "行政处罚法第十七条"}, by=by("hu"))
    actions.choose(case, "take_back", "taken", {"own_plan": "执法队去"}, by=city.zhou)
    assert Case.objects.get(pk=case).ended == "returned"


def test_it_keeps_to_the_dates_of_the_admission(city: Any) -> None:
    from gongzhi.city.cases.tests.cast import MONDAY
    from gongzhi.city.kernel import clock
    from gongzhi.engine.cases.errors import Objected

    with clock.frozen(MONDAY + timedelta(days=17)):  # 31 October
        task(city.zhou)
    with clock.frozen(MONDAY + timedelta(days=18)), pytest.raises(Objected, match="已经到期"):
        task(city.zhou)


def test_it_counts_the_times_of_the_year_in_one_grid_and_forgets_withdrawn_ones(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import MONDAY
    from gongzhi.city.kernel import clock
    from gongzhi.engine.cases.errors import Objected

    first = task(city.zhou)
    with clock.frozen(MONDAY + timedelta(days=1)):
        task(city.zhou)
    with clock.frozen(MONDAY + timedelta(days=2)):
        with pytest.raises(Objected, match="已经派满了"):
            task(city.zhou)
        task(city.zhou, area=LEISHAN)
        actions.act(first, "withdraw", {}, by=city.zhou)
        task(city.zhou)


def test_it_sends_one_kind_to_one_grid_once_a_day(city: Any) -> None:
    from gongzhi.engine.cases.errors import AlreadyOne

    task(city.zhou)
    with pytest.raises(AlreadyOne):
        task(city.liu)
    task(city.zhou, area=LEISHAN)


def test_it_lets_nobody_send_under_the_admission_of_another_department(city: Any) -> None:
    from gongzhi.engine.cases.errors import Objected

    with pytest.raises(Objected, match="别的单位不能派"):
        task(city.he)


def test_it_writes_an_admission_into_the_list_and_sends_under_it(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.numbering import number_all
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.people.models import User
    from gongzhi.city.records.models import Record
    from gongzhi.city.territory.models import Office, Post

    Post.objects.create(
        user=User.objects.create(username="gate"), role="gatekeeper", office=Office.objects.get(code="gov")
    )
    form = {
        "subject": "冬季巡井",
        "lead": "cgj",
        "purpose": "防坠井",
        "basis": "条例第五条",
        "worker": "专职网格员",
        "frequency": 12,
        "minutes": 10,
        "budget": "5000",
        "valid_from": "2024-10-14",
        "valid_until": "2025-10-14",
        "towns": ["jinhu"],
    }
    case = actions.open_case("task_admission", "admission", form, by=city.zhou).case
    actions.choose(case, "receive", "accept", {}, by=by("gate"))
    actions.choose(case, "consult", "agree", {}, by=by("chief"))
    actions.choose(case, "decide", "admit", {"decision": "可以"}, by=by("boss"))
    number_all()
    react_to_all()
    made = Record.objects.get(register="admitted_tasks", name="冬季巡井")
    assert made.key.startswith("ZR2024")
    assert task(city.zhou, task=made.key)


def test_it_rules_a_matter_that_no_list_had_and_writes_it_in(city: Any) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.records.models import Record

    form = {"lead": "jinhu", "sender": "hbj", "matter": "统计企业排污口", "reason": "清单里没有"}
    case = actions.open_case("township_duties", "list_dispute", form, by=by("town")).case
    told = {"ruled_list": "上级收回", "duty_office": "hbj", "ruling": "由环保局做"}
    actions.choose(case, "rule", "add", told, by=by("judge"))
    react_to_all()
    made = Record.objects.get(register="township_duties", name="统计企业排污口")
    assert made.data["list"] == "上级收回" and made.data["office"] == "hbj"


def test_anybody_reads_the_lists_and_finds_by_everyday_words(signed_in: Any) -> None:
    page = text(signed_in().get("/lists/", {"q": "铁皮棚"}))
    assert "违法建设的认定和拆除" in page and "城管局" in page and "秸秆禁烧" not in page
    assert "派错了，提异议</a>" not in page
    assert "秸秆禁烧" in text(signed_in().get("/lists/", {"list": "配合履职"}))
    assert "违法建设" not in text(signed_in().get("/lists/", {"list": "配合履职"}))


def test_it_shows_an_entry_of_one_township_in_that_township(signed_in: Any) -> None:
    assert "秸秆禁烧" in text(signed_in().get("/lists/", {"town": JINHU}))
    page = text(signed_in().get("/lists/", {"town": LEISHAN}))
    assert "秸秆禁烧" not in page and "违法建设的认定和拆除" in page


@pytest.mark.parametrize(("name", "shown"), [("town", True), ("zhou", False), ("chen", False)])
def test_it_offers_the_dispute_to_the_people_of_townships_only(
    signed_in: Any, name: str, shown: bool
) -> None:
    page = signed_in(name).get("/lists/")
    found = re.search(
        r'href="(/desk/intake/township_duties/list_dispute/\?[^"]+SH37[^"]*)"', page.content.decode()
    )
    assert bool(found) is shown
    if found:
        form = signed_in(name).get(found[1].replace("&amp;", "&")).content.decode()
        assert 'value="SH37"' in form and "违法建设的认定和拆除" in form


def test_it_shows_the_admitted_tasks_with_minutes_and_end(signed_in: Any) -> None:
    from gongzhi.city.cases.tests.cast import MONDAY
    from gongzhi.city.kernel import clock

    page = text(signed_in().get("/lists/tasks/"))
    assert "独居老人取暖安全查看" in page and "2024-10-31" in page and "每人每月最多 3.3 分钟" in page
    with clock.frozen(MONDAY + timedelta(days=30)):
        page = text(signed_in().get("/lists/tasks/"))
    assert "已到期" in page and "每人每月最多" not in page


def test_it_costs_the_same_for_many_entries_as_for_few(city: Any, signed_in: Any) -> None:
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    def spent() -> int:
        client = signed_in()
        client.get("/lists/")
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/lists/").status_code == 200
        return len(caught)

    few = spent()
    for number in range(20):
        told = {**ILLEGAL, "code": f"X{number}", "title": f"事项{number}"}
        records.put("township_duties", f"X{number}", told, by=SYSTEM)
    assert spent() == few <= 8

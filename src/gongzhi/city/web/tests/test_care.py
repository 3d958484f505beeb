"""Care, purchased services and the six seats: everybody sees where, what and how far; nobody sees who, or what they have."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.tests.cast import JINHU, MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.overviews import care, livelihood, purchases
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office, Post
from gongzhi.city.web.tests.counting import spent
from gongzhi.engine.cases.errors import AlreadyOne

pytestmark = pytest.mark.django_db
#: what must never be read on a page
NAME, ILLNESS = "钱多多", "蛛网膜下腔出血"


def put(register, key, **values):
    records.put(register, key, values, by=SYSTEM, because="试验")


def installed(*names):
    for name in names:
        mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
    library.LIBRARY.registers()


def post(role, office):
    """Somebody in a post of that office."""
    user = User.objects.create(username=f"{role}-{office}", name=f"{role}在{office}")
    place = Office.objects.get(code=office)
    Post.objects.create(user=user, role=role, office=place)
    return Standing(
        person=user.person,
        role=role,
        name=user.name,
        office=office,
        office_path=place.path,
        area=place.area.code,
        area_path=place.area.path,
    )


def person(standing):
    return UUID(standing.person.removeprefix("resident:"))


@pytest.fixture
def clinic(cast):
    with clock.frozen(MONDAY):
        installed("tiered_care")
        put("clinics", "WS", title="金湖卫生院", level="基层", office="cgj", area=JINHU)
        put("clinics", "XY", title="人民医院", level="二级", office="hbj", online=True)
        put("consult_slots", "S1", title="人民医院影像科", specialty="影像", office="hbj", slot_day="2024-10-16", slot_part="上午")  # fmt: skip
        yield cast


def consultation(by):
    form = {"clinic": "WS", "slot": "S1", "patient": NAME, "question": ILLNESS, "summary": ILLNESS, "consent": "病人本人", "consent_on": "2024-10-14"}  # fmt: skip
    return actions.open_case("tiered_care", "consultation", form, by=by)


def test_a_slot_is_free_then_taken_and_nobody_sees_by_whom(clinic, client):
    assert "○ 空着" in client.get("/welfare/care/").content.decode()
    consultation(post("doctor", "cgj"))
    page = client.get("/welfare/care/").content.decode()
    assert "● 约出去了" in page and "○ 空着" not in page
    assert NAME not in page and ILLNESS not in page


def test_few_cases_are_not_counted_in_public(clinic, client):
    consultation(post("doctor", "cgj"))
    [told] = [each for each in care.tallies() if each.type == "consultation"]
    assert told.opened is None and told.closed == 0  # one: below five nobody says how many
    assert "不到 5 件" in client.get("/welfare/care/").content.decode()


def test_only_doctors_find_the_case_and_its_title_tells_nothing(clinic):
    asks, elsewhere = post("doctor", "cgj"), post("doctor", "jyj")
    receipt = consultation(asks)
    row = Case.objects.get(pk=receipt.case)
    assert row.subject == "远程会诊" and NAME not in str(row.state) and ILLNESS not in str(row.state)
    assert row in visible(asks) and row not in visible(elsewhere)
    for locked_out in (
        clinic.qian,
        clinic.zhou,
        clinic.ma,
        clinic.he,
    ):  # their own leader, officers, the auditor
        assert row not in visible(locked_out) and row not in visible(locked_out, "case.read")
    [told] = care.running(asks)
    assert told.title == "远程会诊" and told.row == row


@pytest.fixture
def guards(cast):
    with clock.frozen(MONDAY):
        installed("purchased_services")
        put("service_contracts", "HT1", title="校园保安", buyer="jyj", supplier="hbj", users=["cgj"], month_pay="20000.00", posts=2)  # fmt: skip
        put("service_posts", "G1", title="三中东门白班", contract="HT1", buyer="jyj", supplier="hbj", used_by="cgj", shifts=2)  # fmt: skip
        yield cast


def delivered(cast):
    contractor = post("contractor", "hbj")
    rows = [
        {"post": "三中东门白班", "need": 60, "filled": 60},
        {"post": "三中西门", "need": 40, "filled": 39},
    ]
    form = {"contract": "HT1", "service_month": "2024-09", "rows": rows}
    case = actions.open_case("purchased_services", "delivery", form, by=contractor).case
    actions.choose(case, "confirm", "seen", {"empty_seen": 2, "happy": "满意"}, by=cast.zhou)
    actions.choose(case, "reckon", "reckoned", {}, by=cast.he)
    return case


def test_the_month_counts_what_the_users_confirm(guards, client):
    delivered(guards)
    total = purchases.totals()
    # 99 reported, the school saw 2 of 100 empty: 98 count; 98 % is paid in full: 20000 × 98 / 100
    assert (total.month, total.need, total.counted, total.cover, total.pay) == ("2024-09", 100, 98, 98, 19600)
    page = client.get("/welfare/services/HT1/").content.decode()
    assert "2024-09" in page and "19,600" in page and "三中西门" in page
    assert client.get("/welfare/services/HT9/").status_code == 404


def test_an_empty_post_is_seen_by_all_and_who_told_by_nobody(guards, client):
    form = {"post": "G1", "seen_when": "七点二十", "text": NAME, "phone": "13907230001"}
    actions.open_case("purchased_services", "vacancy", form, by=guards.wang, reporter=person(guards.wang))
    page = client.get("/welfare/services/").content.decode()
    assert "三中东门白班" in page and "正在补" in page
    assert NAME not in page and "1390723" not in page and "王秀英" not in page


def test_a_post_that_was_not_filled_counts_in_its_month(guards):
    case = actions.open_case(
        "purchased_services", "vacancy", {"post": "G1", "seen_when": "七点"}, by=guards.zhou
    ).case
    actions.choose(case, "fill", "not_empty", {"not_empty": "在巡逻"}, by=post("contractor", "hbj"))
    actions.choose(case, "confirm", "empty", {"checked": "没有人"}, by=guards.liu)
    react_to_all()
    [gap] = Record.objects.filter(register="service_gaps")
    assert (gap.data["gap_contract"], gap.data["gap_month"]) == ("HT1", "2024-10")
    assert [each.state for each in purchases.vacancies()] == ["没有补上、记进当月"]


def test_a_second_word_about_the_same_post_joins_the_first(guards):
    form = {"post": "G1", "seen_when": "七点二十"}
    actions.open_case("purchased_services", "vacancy", form, by=guards.zhou)
    with pytest.raises(AlreadyOne):
        actions.open_case("purchased_services", "vacancy", form, by=guards.he)


@pytest.fixture
def six(cast):
    with clock.frozen(MONDAY):
        installed("six_seats")
        put("seat_goals", "M1", title="公厕", year=2024, kind="厕位", target=100, lead="cgj")
        put("seat_goals", "M2", title="车位", year=2024, kind="车位", target=50, lead="cgj")
        for key, finished, moves in (("A", 12, ("built", "accept")), ("B", 8, ("built", "accept", "idle")), ("C", 0, ())):  # fmt: skip
            put("seat_sites", key, title=f"公厕{key}", goal="M1", lead="cgj", area=JINHU, planned=20, finished=finished, finish_by="2024-10-13")  # fmt: skip
            for each in moves:
                records.put("seat_sites", key, {}, by=SYSTEM, move=each)
        yield cast


def test_every_figure_is_the_sum_of_the_sites_below_it(six, client):
    found = livelihood.seats()
    assert [each.kind for each in found.kinds] == ["车位", "厕位"]
    toilets = found.kinds[1]
    # planned 3 × 20; built 12 + 8 (the third is being built); accepted the same two; one of them idle after a year
    assert (toilets.target, toilets.planned, toilets.built, toilets.accepted) == (100, 60, 20, 20)
    assert (toilets.lasting, toilets.failed) == (0, 8)
    page = client.get("/welfare/seats/?kind=车位").content.decode()
    assert "公厕A" not in page  # only the sites of the kind that was asked for
    assert "过了说好的日子" in client.get("/welfare/seats/?year=9999").content.decode()


def test_an_opinion_is_kept_without_its_giver_and_given_once(six):
    form = {"seat_site": "A", "usable": True, "words": NAME}
    given = actions.open_case("six_seats", "seat_opinion", form, by=six.wang, reporter=person(six.wang))
    actions.choose(given.case, "settle", "record", {}, by=six.zhou)
    react_to_all()
    row = Record.objects.get(register="seat_opinions")
    assert row.data["usable"] is True and row.data["seat_site"] == "A"
    assert six.wang.person not in str(row.data) and NAME not in str(row.data)
    with pytest.raises(AlreadyOne):
        actions.open_case("six_seats", "seat_opinion", form, by=six.wang, reporter=person(six.wang))


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/welfare/care/", ("tiered_care", "home_doctor", "elder_care")),
        ("/welfare/services/", ("purchased_services",)),
        ("/welfare/seats/", ("six_seats",)),
    ],
)
def test_more_rows_cost_no_more_questions(cast, client, address, names):
    with clock.frozen(MONDAY):
        installed(*names)
        put_one(address, 0)
        few = spent(client, address)
        for number in range(1, 6):
            put_one(address, number)
        assert spent(client, address) <= few


def put_one(address, number):
    if address == "/welfare/care/":
        put("clinics", f"C{number}", title=f"医院{number}", level="基层", office="cgj", area=JINHU)
        put("home_teams", f"T{number}", title=f"团队{number}", office="cgj", area=JINHU)
        put(
            "care_providers",
            f"P{number}",
            title=f"中心{number}",
            modes=["居家上门"],
            office="cgj",
            area=JINHU,
        )
    elif address == "/welfare/services/":
        put(
            "service_contracts",
            f"H{number}",
            title=f"合同{number}",
            buyer="cgj",
            supplier="hbj",
            month_pay="1.00",
        )
    else:
        put("seat_goals", f"M{number}", title=f"目标{number}", year=2024, kind="厕位", target=1, lead="cgj")
        put(
            "seat_sites",
            f"S{number}",
            title=f"点位{number}",
            goal=f"M{number}",
            lead="cgj",
            area=JINHU,
            planned=1,
        )


@pytest.mark.parametrize("address", ["/welfare/care/", "/welfare/services/", "/welfare/seats/"])
def test_a_city_without_the_mechanism_says_so(cast, client, address):
    assert "没有安装" in client.get(address).content.decode()

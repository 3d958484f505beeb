"""Units and offices on screen: sums in words, vacancies, nothing private outside, who may sort, and the county's real number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

import gongzhi.mechanisms
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN, dispatched, reported
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library, succession
from gongzhi.city.mechanisms.models import ToSort
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record, Version
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Area, Office
from gongzhi.city.web.tests.counting import spent

pytestmark = pytest.mark.django_db
VILLAGE = "420281001201"
PHONE = "13800138000"


@pytest.fixture
def city(cast):
    """上冯村 with two units; one has its council's chair, whose telephone nobody may see."""
    mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / "self_units", by=SYSTEM)
    library.LIBRARY.registers()
    town = Area.objects.get(code=JINHU)
    village = territory.add_area(SYSTEM, code=VILLAGE, name="上冯村", level="village", parent=town)
    one, two = territory.divide_village(SYSTEM, village, ["湾里", "塘边"], on=date(2024, 1, 1), basis="决议")
    world.forget()
    about = {"name": "上冯村", "setting": "农村", "households": 318, "office": "gov", "town_office": "gov"}
    records.create(SYSTEM, "villages", {"code": VILLAGE, **about})
    shared = {
        "of_village": VILLAGE,
        "setting": "农村",
        "vote_body": "户代表会议",
        "principles": "因地制宜：依湾",
    }
    chair = {"council_name": "冯大海", "council_since": "2024-01-01", "council_phone": PHONE}
    records.create(SYSTEM, "units", {"code": one.code, "name": "湾里", "households": 120, **shared, **chair})
    gone = {"grid_name": "老网格", "grid_until": "2024-02-01"}
    records.create(SYSTEM, "units", {"code": two.code, "name": "塘边", "households": 197, **shared, **gone})
    return cast


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_sum_that_is_wrong_is_said_in_words_with_the_difference(browser, city):
    page = text(browser(), f"/units/in/{JINHU}/")
    assert "120 + 197" in page and "✗ 对不上，还差1" in page
    row = Record.objects.get(register="units", key=f"{VILLAGE}-02")
    records.change(SYSTEM, row, {"households": 198}, expected=None)
    assert "✓ 对得上" in text(browser(), f"/units/in/{JINHU}/")


def test_anybody_reads_names_and_vacancies_and_nobody_a_telephone(browser, city):
    for client in (browser(), browser("zhou"), browser("ma")):
        for address in (
            f"/units/in/{VILLAGE}/",
            f"/units/u/{VILLAGE}-01/",
            f"/units/u/{VILLAGE}-02/",
            "/units/",
        ):
            page = text(client, address)
            assert PHONE not in page and "sealed:" not in page
    page = text(browser(), f"/units/u/{VILLAGE}-01/")
    assert "冯大海" in page and page.count("缺位") == 3 and "依湾" not in page
    assert "依湾" in text(browser("ma"), f"/units/u/{VILLAGE}-01/")
    late = text(browser(), f"/units/u/{VILLAGE}-02/")
    assert "任期已到，没有接上" in late and "老网格" not in late


def test_the_county_counts_both_sides(browser, city):
    page = text(browser("ma"), "/units/")
    assert "2个单元" in page and "✓ 对得上" in page
    territory.split_area(
        SYSTEM, Area.objects.get(code=f"{VILLAGE}-02"), [("", "甲"), ("", "乙")], on=clock.today(), basis="x"
    )
    page = text(browser("ma"), "/units/")
    assert "✗ 对不上，还差2" in page and "没有写清的有2个" in page


@pytest.mark.parametrize(
    ("name", "office", "sort"),
    [
        ("", 302, 302),
        ("zhou", 200, 200),
        ("hu", 200, 200),
        ("ma", 200, 200),
        ("qian", 200, 200),
        ("wu", 200, 200),
    ],
)
def test_who_opens_which_page(browser, city, name, office, sort):
    client = browser(name)
    assert client.get("/offices/cgj/").status_code == office
    assert client.get("/units/sort/").status_code == sort
    assert client.get("/units/").status_code == 200
    assert client.get(f"/units/in/{JINHU}/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/units/in/nowhere/", f"/units/u/{VILLAGE}/", f"/units/in/{VILLAGE}-01/"]
)
def test_what_is_not_there_is_not_found(browser, city, address):
    assert browser("ma").get(address).status_code == 404
    assert browser("ma").get("/offices/nowhere/").status_code == 404


def test_an_office_shows_what_it_was_whom_it_answers_to_and_what_is_open(browser, city):
    case = reported(city).case
    dispatched(city, case)
    gov = Office.objects.get(code="gov")
    new = territory.add_office(
        SYSTEM, code="zfj", name="综合执法局", kind="department", area=gov.area, parent=gov
    )
    territory.link_offices(
        SYSTEM, Office.objects.get(code="cgj"), Office.objects.get(code="hbj"), "dual", basis="编办"
    )
    old = Office.objects.get(code="cgj")
    territory.succeed_office(SYSTEM, old, [new], on=clock.today(), basis="机构改革")
    succession.move_all(Office.objects.get(code="cgj"))
    page = text(browser("qian"), "/offices/zfj/")
    assert "村口路灯不亮" in page and "双重管理" in page and "周强" in page and "城管局" in page
    assert "承接单位" in text(browser("qian"), "/offices/cgj/")
    assert "村口路灯不亮" not in text(browser("he"), "/offices/zfj/")


def test_only_whoever_may_move_a_matter_sees_and_sorts_it(browser, city):
    case = reported(city, place={"text": "市里", "area": "420281000000"}).case
    dispatched(city, case)
    gov = Office.objects.get(code="gov")
    for code, where in (("east", JINHU), ("west", LEISHAN)):
        place = Area.objects.get(code=where)
        territory.add_office(SYSTEM, code=code, name=f"{code}局", kind="department", area=place, parent=gov)
    heirs = [Office.objects.get(code="east"), Office.objects.get(code="west")]
    territory.succeed_office(SYSTEM, Office.objects.get(code="cgj"), heirs, on=clock.today(), basis="拆分")
    succession.move_all(Office.objects.get(code="cgj"))
    row = ToSort.objects.get()
    assert "村口路灯不亮" in text(browser("chen"), "/units/sort/")
    assert "村口路灯不亮" not in text(browser("he"), "/units/sort/")
    assert browser("he").post("/units/sort/", {"row": row.pk, "to": "west"}).status_code == 403
    assert browser("chen").post("/units/sort/", {"row": row.pk, "to": "jyj"}).status_code == 422
    assert browser("chen").post("/units/sort/", {"row": "x", "to": "west"}).status_code == 404
    assert browser("chen").post("/units/sort/", {"row": row.pk, "to": "west"}).status_code == 302
    assert Case.objects.get(pk=case).lead_id == "west"


def fill(county: Area, towns: int, villages: int, urban: int, rural: int) -> None:
    """A county with so many villages and units, straight into the tables."""
    made: list[Area] = []

    def areas(level: str, below: list[Area], names: list[tuple[Area, str]]) -> list[Area]:
        taken: dict[int, int] = {}
        fresh = []
        for parent, code in names:
            taken[parent.pk] = number = taken.get(parent.pk, 100) + 1
            path = parent.path + paths.step(number)
            fresh.append(Area(code=code, name=code, short_name=code, level=level, parent=parent, path=path))
        Area.objects.bulk_create(fresh, batch_size=400)
        made.extend(fresh)
        return list(Area.objects.filter(code__in=[each.code for each in fresh]).order_by("path"))

    tops = areas("town", [county], [(county, f"T{n:02}") for n in range(towns)])
    middle = areas("village", tops, [(tops[n % towns], f"V{n:03}") for n in range(villages)])
    total = urban + rural
    units = areas("unit", middle, [(middle[n % villages], f"U{n:04}") for n in range(total)])
    now, rows, versions = timezone.now(), [], []
    for n, area in enumerate(units):
        setting = "城市" if n < urban else "农村"
        data = {"code": area.code, "name": area.name, "of_village": "V", "setting": setting, "households": 80}
        common = {"register": "units", "mechanism": "self_units", "state": "working", "data": data}
        row = Record(**common, key=area.code, name=area.name, area=area, area_path=area.path, version=1)
        rows.append(row)
        versions.append(
            Version(
                record=row,
                number=1,
                data=data,
                state="working",
                cause="created",
                at=now,
                person="x",
                digest="x",
            )
        )
    Record.objects.bulk_create(rows, batch_size=400)
    Version.objects.bulk_create(versions, batch_size=400)
    for row, version in zip(rows, versions, strict=True):
        row.published, row.published_state = version, "working"
    Record.objects.bulk_update(rows, ["published", "published_state"], batch_size=400)


def test_386_villages_make_3117_units_384_urban_and_2733_rural(browser, cast):
    """The real county, and what its pages cost: the same as for two units."""
    mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / "self_units", by=SYSTEM)
    library.LIBRARY.registers()
    county = Area.objects.get(code="420281000000")
    fill(county, 2, 2, 2, 2)
    client = browser("ma")
    few = [spent(client, "/units/"), spent(client, "/units/in/T00/"), spent(client, "/units/u/U0001/")]
    Record.objects.filter(register="units").update(published=None, published_state="")
    Version.objects.filter(record__register="units")._raw_delete("default")
    Record.objects.filter(register="units").delete()
    for level in ("unit", "village"):
        Area.objects.filter(level=level).delete()
    Area.objects.filter(code__startswith="T").delete()
    fill(county, 18, 386, 384, 2733)
    page = text(client, "/units/")
    assert "386个村（社区）" in page and "3117个单元" in page and "城市 384 + 农村 2733" in page
    assert "✗" not in page.split("</section>")[0]
    many = [spent(client, "/units/"), spent(client, "/units/in/T00/"), spent(client, "/units/u/U0001/")]
    assert many == few
    assert User.objects.filter(username="ma").exists()

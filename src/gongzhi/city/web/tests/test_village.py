"""The pages of a village: what everybody reads, what only a household reads, and what nobody reads there."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.belonging import Belonging
from gongzhi.city.records import actions as records
from gongzhi.city.territory.models import Area
from gongzhi.city.web.tests.counting import spent

pytestmark = pytest.mark.django_db
NEEDED = ("people_places", "self_units", "five_together", "covenants", "village_assets", "share_register")
PRIVATE = "冯老板"


def put(register, key, **values):
    records.put(register, key, values, by=SYSTEM, because="试验")


@pytest.fixture
def village(cast):
    with clock.frozen(MONDAY):
        for name in NEEDED:
            mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
        library.LIBRARY.registers()
        area = Area.objects.filter(level="village").first() or Area.objects.order_by("-path").first()
        put("common_projects", "GJ1", title="散养家禽圈起来", area=area.code, cost="10000.00", to_share="10000.00", households=3, groups=4, score=4.5)  # fmt: skip
        put("covenants", "CG1", title="上冯村村规民约", area=area.code, words="1．红白事：不超过二十桌", clauses=1)  # fmt: skip
        put("asset_contracts", "HT1", title="老村部", area=area.code, party=PRIVATE, party_kind="本村村民", yearly="12000.00", starts="2024-01-01", until="2024-11-01")  # fmt: skip
        put("collective_assets", "ZC1", title="老村部", kind="房屋", area=area.code, office="cgj", original_value="50000.00")  # fmt: skip
        yield cast, area


ADDRESSES = ("/village/projects/", "/village/projects/GJ1/", "/village/covenants/", "/village/covenants/CG1/", "/village/assets/")  # fmt: skip


def test_everybody_reads_it_without_an_account(village, client):
    pages = {}
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 200
        pages[address] = answer.content.decode()
        assert PRIVATE not in pages[address]
    projects, assets = pages["/village/projects/"], pages["/village/assets/"]
    assert "散养家禽圈起来" in projects and "10,000 元" in projects and "4.5" in projects
    # Monday is 14 October: the first of November is less than a month away
    assert "一个月内到期" in assets and "12,000" in assets and "本村村民" in assets
    assert client.get("/village/projects/NONE/").status_code == 404


def test_another_village_sees_its_own_only(village, client):
    other = Area.objects.exclude(code=village[1].code).exclude(path__startswith=village[1].path)
    other = next(area for area in other if not village[1].path.startswith(area.path))
    assert "老村部" not in client.get(f"/village/assets/?village={other.code}").content.decode()


def test_what_a_household_promised_is_shown_to_nobody_else(village, browser):
    cast, area = village
    put("households", "H1", head="王秀英", unit=area.code, source="cgj")
    put("pledges", "CS1", subject="鸡鸭圈养", house="H1", area=area.code, kept=2, broken=0)
    member, other = browser("li"), browser("zhou")
    Belonging.objects.create(
        household="H1", person=cast.li.person, area_path=area.path, said_by=SYSTEM.person
    )
    assert "守了 2 次" in member.get("/village/covenants/").content.decode()
    for page in (other, browser()):
        assert "鸡鸭圈养" not in page.get("/village/covenants/").content.decode()


def test_a_list_asks_as_much_for_many_as_for_few(village, client):
    few = spent(client, "/village/assets/")
    for number in range(12):
        put(
            "collective_assets",
            f"ZC9{number}",
            title="机井",
            kind="道路水利",
            area=village[1].code,
            office="cgj",
        )
    assert spent(client, "/village/assets/") == few


def test_a_city_without_these_mechanisms_says_so(cast, client):
    for address in ("/village/projects/", "/village/covenants/", "/village/assets/"):
        assert "没有安装" in client.get(address).content.decode()

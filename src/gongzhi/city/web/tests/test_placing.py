"""A street tries a longer form: who writes from there gets that one, with everything that was typed."""

from __future__ import annotations

import re

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import placing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.mechanisms.tests.test_installing import changed
from gongzhi.city.territory.models import Area
from gongzhi.city.web.tests.folder import installable

pytestmark = pytest.mark.django_db
URL = "/report/mini/appeal/"
FORM = {"subject": "村口路灯不亮", "text": "三天不亮", "phone": "13800138000", "place": "上冯村口"}


@pytest.fixture
def trial(cast):
    """2.0.0 asks for the number of the lamp post and no longer for the phone; it runs in 金湖."""
    files = installable()
    lamp = "{id: lamp, title: 灯杆编号, kind: text, max: 20, required: true}"
    more = changed(files, "cases/appeal.yaml", "fields:\n", f"fields:\n  - {lamp}\n", version="2.0.0")
    more = changed(more, "cases/appeal.yaml", "phone?, ", "", version="2.0.0")
    more = changed(more, "cases/appeal.yaml", "opens_with: [", "opens_with: [lamp, ", version="2.0.0")
    more = changed(more, "scenarios/loop.yaml", "form: {", "form: {lamp: A1, ", version="2.0.0")
    install(complete(more), by=SYSTEM, activate=False)
    areas = [Area.objects.get(code=JINHU)]
    placing.place("mini", "2.0.0", areas, source="pilot:1", by=SYSTEM, at=clock.now())
    return cast


def shown(page):
    return re.search(r'name="form_version" value="([^"]*)"', page.content.decode())[1]


def test_it_gives_the_form_of_the_place_once_and_loses_nothing(trial, browser):
    villager = browser()
    assert shown(villager.get(URL)) == "1.0.0"
    sent = {**FORM, "place.area": JINHU, "form_version": "1.0.0", "key": "k1"}
    page = villager.post(URL, sent)
    text = page.content.decode()
    assert page.status_code == 409 and shown(page) == "2.0.0" and not Case.objects.exists()
    assert (
        "金湖街道" in text
        and "多问了“灯杆编号”" in text
        and "“联系电话”这里不问，您写的是：13800138000" in text
    )
    assert "村口路灯不亮" in text and "三天不亮" in text and 'name="lamp"' in text
    again = villager.post(URL, {**sent, "form_version": "2.0.0", "lamp": "A17"})
    assert again.status_code == 302
    assert Case.objects.get().version == "2.0.0"


def test_it_takes_the_usual_form_elsewhere(trial, browser):
    sent = {**FORM, "place.area": LEISHAN, "form_version": "1.0.0", "key": "k2"}
    assert browser().post(URL, sent).status_code == 302
    assert Case.objects.get().version == "1.0.0"


def test_it_shows_a_post_the_form_of_its_area(trial, browser):
    """The grid worker walks 金湖; the agent of the hotline sits in the county."""
    assert shown(browser("hu").get("/desk/intake/mini/appeal/")) == "2.0.0"
    assert shown(browser("li").get("/desk/intake/mini/appeal/")) == "1.0.0"


def test_it_checks_against_the_place_whatever_the_page_says(trial, browser):
    page = browser().post(URL, {**FORM, "place.area": JINHU, "key": "k3"})
    assert page.status_code == 422 and not Case.objects.exists() and "灯杆编号" in page.content.decode()

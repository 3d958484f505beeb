"""The pages of the dispute centre and of risks: what stands there, for whom, and what does not."""

from __future__ import annotations

import pytest

from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.tests.dispute_city import WORKER, appointed, dispute, mediated, order_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    with clock.frozen(MONDAY):
        yield order_city()


def text_of(browser, who, address):
    answer = browser(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_centre_shows_each_what_is_theirs(people, browser):
    row = appointed(people, mediated(people, dispute()))
    page = text_of(browser, "zhong", "/order/centre/")
    assert str(row.pk) in page and "正在调解" in page and "田杰" in page
    assert WORKER not in page
    assert str(row.pk) in text_of(browser, "tian", "/order/centre/")
    for other in ("heping", "he"):
        assert str(row.pk) not in text_of(browser, other, "/order/centre/")


def test_risks_show_the_matrix_to_those_who_need_it(people, browser):
    page = text_of(browser, "zhong", "/order/risks/")
    assert page.count("level-重大") >= 5 and "报一个隐患" in page
    assert "您的岗位没有要看的隐患" in text_of(browser, "he", "/order/risks/")


def test_it_says_so_where_the_mechanism_is_not_installed(cast, browser):
    for address in ("/order/centre/", "/order/risks/"):
        assert "没有安装" in text_of(browser, "wu", address)

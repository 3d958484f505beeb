"""好差评: five grades by everybody's way in, figures that say what they don't know, and raters whom nobody finds out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import BadRating
from gongzhi.city.cases.models import Case, Rating
from gongzhi.city.cases.models.rating import OFFLINE, ONLINE
from gongzhi.city.cases.queries import ratings
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.cases.tests.cast import MONDAY, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afresh():
    ratings.forget()
    yield
    ratings.forget()


def rated(cast, stars: int = 5, **more):
    receipt = reported(cast)
    solved(cast, receipt.case)
    actions.rate(receipt.case, by=cast.wang, stars=stars, **more)
    return receipt


def test_it_copies_what_was_judged_and_says_not_who(cast, monday):
    receipt = rated(cast, 1, channel="qr", dimensions=["guide"], words="指南不对", publishable=True)
    row = Rating.objects.get(pk=receipt.case)
    assert (row.office, row.type, row.month, row.case_channel) == ("cgj", "mini.appeal", 202410, "web")
    fact = Entry.objects.get(subject=f"case:{receipt.case}", kind="rated")
    assert fact.data == {
        "stars": 1,
        "channel": "扫码",
        "dimensions": ["指南准确"],
        "office": "cgj",
        "type": "mini.appeal",
        "item": None,
        "contacted": None,
        "solved": None,
    }
    assert cast.wang.person not in repr(fact.__dict__) and "指南不对" not in repr(fact.data)


@pytest.mark.parametrize(("channel", "asked"), [("web", ONLINE), ("window", OFFLINE), ("doorstep", OFFLINE)])
def test_it_asks_by_how_the_matter_came_in(cast, monday, channel, asked):
    receipt = actions.open_case("mini", "appeal", {"subject": "x", "text": "y"}, by=cast.li, channel=channel)
    assert [id_ for id_, _title in queries.tracking(receipt.tracking_code).dimensions] == list(asked)
    actions.choose(receipt.case, "register", "answer", {"reply": "好"}, by=cast.li)
    reporter = reporter_of(Case.objects.get(pk=receipt.case))
    for wrong in ({"channel": "fax"}, {"dimensions": ["colour"]}, {"dimensions": list({*ONLINE, *OFFLINE})}):
        with pytest.raises(BadRating):
            actions.rate(receipt.case, by=reporter, stars=3, **wrong)
    actions.rate(receipt.case, by=reporter, stars=3, dimensions=asked)


@pytest.mark.parametrize("who", ["zhou", "qian", "zhao", "sun", "li", "hu"])
def test_it_never_tells_the_rated(cast, monday, who):
    """周强 did it, 钱局 leads him, 赵兰 and 孙悦 and 李敏 had it in hand; 胡网格 has no right."""
    receipt = rated(cast, 1, words="态度差")
    page = queries.case_page(getattr(cast, who), receipt.case)
    assert page.rating is None and "rated" not in {event.kind for event in page.history}
    assert "态度差" not in repr(page)


@pytest.mark.parametrize("who", ["wu", "ma"])
def test_it_tells_those_who_watch_over_the_service(cast, monday, who):
    receipt = rated(cast, 1)
    page = queries.case_page(getattr(cast, who), receipt.case)
    assert page.rating.stars == 1 and "rated" in {event.kind for event in page.history}


def test_it_shows_the_rated_what_to_mend_and_not_whom_to_ask(cast, monday):
    receipt = rated(cast, 2, words="电话13800138000打不通", publishable=True, dimensions=["efficiency"])
    (told,) = queries.rating_rows(cast.zhou, office="cgj")
    assert (told.month, told.stars, told.dimensions, told.type) == (202410, 2, ("办事效率",), "")
    assert "13800138000" not in told.words and "打不通" in told.words
    assert receipt.tracking_code not in repr(told) and "14" not in str(told.month)
    private = rated(cast, 2, words="是我家那一件")
    assert private and all("我家" not in each.words for each in queries.rating_rows(cast.zhou))
    assert any("我家" in each.words for each in queries.rating_rows(cast.wu))
    assert queries.rating_rows(cast.he) == []
    with pytest.raises(NotAllowed):
        queries.rating_rows(cast.hu)


def test_it_names_a_kind_only_among_enough_others(cast, monday):
    for count in range(1, ratings.ENOUGH + 1):
        rated(cast, 2)
        kinds = {each.type for each in queries.bad_ratings()}
        assert kinds == ({"mini.appeal"} if count >= ratings.ENOUGH else {""})


def test_it_publishes_words_only_with_consent(cast, monday):
    rated(cast, 1, words="不许公开")
    rated(cast, 1, words="可以公开", publishable=True)
    rated(cast, 3, words="不算差评", publishable=True)
    assert sorted(each.words for each in queries.bad_ratings()) == ["", "可以公开"]


def test_it_counts_coverage_over_what_ended(cast, monday):
    rated(cast, 5)
    rated(cast, 2)
    solved(cast, reported(cast).case)
    reported(cast)  # open: not yet a transaction
    with clock.frozen(MONDAY + timedelta(hours=1)):
        (office,) = queries.rating_figures("office")
    assert (office.key, office.transactions) == ("cgj", 3)
    assert (office.covered.numerator, office.covered.n, office.good.numerator, office.good.n) == (2, 3, 1, 2)
    assert office.rank is None and office.grades == {5: 1, 4: 0, 3: 0, 2: 1, 1: 0}
    for group, key in (("type", "mini.appeal"), ("channel", "web")):
        assert [each.key for each in queries.rating_figures(group, until=MONDAY + timedelta(hours=1))] == [
            key
        ]
    assert queries.rating_figures("item", until=MONDAY + timedelta(hours=1)) == []


@pytest.mark.parametrize(("days", "counted"), [(364, 1), (366, 0)])
def test_it_looks_back_a_year(cast, monday, days, counted):
    rated(cast)
    assert len(queries.rating_figures("office", until=MONDAY + timedelta(days=days))) == counted


def test_it_asks_a_constant_number_of_questions(cast, monday):
    def asked() -> int:
        ratings.forget()
        with CaptureQueriesContext(connection) as seen:
            queries.rating_figures("office")
            queries.bad_ratings()
            queries.rating_rows(cast.wu)
        return len(seen)

    rated(cast, 1)
    few = asked()
    for _ in range(5):
        rated(cast, 1)
    assert asked() == few <= 6


def group(key: str, good: int, bad: int):
    return ratings.made(key, good + bad, {5: good, 1: bad})


def test_it_ranks_only_what_is_established():
    clear = ratings.ranked([group("a", 290, 10), group("b", 150, 150), group("c", 29, 0)])
    assert {each.key: each.rank for each in clear} == {"a": 1, "b": 2, "c": None}
    close = ratings.ranked([group("a", 90, 10), group("b", 88, 12)])
    assert {each.rank for each in close} == {None}
    assert ratings.ranked([group("a", 90, 10)])[0].rank is None


@pytest.mark.parametrize(("count", "few"), [(29, True), (30, False)])
def test_it_needs_thirty_to_rank(count, few):
    assert group("a", count, 0).good.few == few
    other = group("z", 0, 300)
    assert (ratings.ranked([group("a", count, 0), other])[1].rank is None) == few


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=8))
def test_it_never_ranks_two_that_overlap(pairs):
    found = ratings.ranked(group(str(number), *pair) for number, pair in enumerate(pairs))
    ranks = [each for each in found if each.rank]
    assert len({each.rank for each in ranks}) == len(ranks)
    for one in ranks:
        assert one.good.n >= 30
        for other in found:
            if other is not one and other.good.n >= 30:
                assert not one.good.overlaps(other.good)
                assert other.rank is None or (one.rank < other.rank) == (one.good.value > other.good.value)

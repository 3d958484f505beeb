"""Pages by position."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from gongzhi.city.kernel.errors import BadCursor
from gongzhi.city.kernel.pagination import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    users = get_user_model().objects
    for number in range(23):
        users.create(username=f"u{number:02}", name=f"n{number % 3}")
    return users.all()


@pytest.mark.parametrize(
    "order", [("pk",), ("-pk",), ("name", "pk"), ("-name", "-pk"), ("name", "-pk"), ("date_joined", "id")]
)
@pytest.mark.parametrize("size", [1, 7, 23, 50])
def test_it_shows_every_row_once_and_in_order(people, order, size):
    seen, cursor = [], ""
    while True:
        found = page(people, order, cursor=cursor, size=size)
        seen += found.rows
        if not found.after:
            break
        assert len(found.rows) == size
        cursor = found.after
    assert seen == list(people.order_by(*order))


def test_it_shifts_nothing_when_rows_come_in(people):
    first = page(people, ("username",), size=5)
    get_user_model().objects.create(username="a-newcomer")
    assert page(people, ("username",), cursor=first.after, size=5).rows[0].username == "u05"


def test_it_refuses_a_changed_or_foreign_cursor(people):
    after = page(people, ("pk",), size=5).after
    for wrong in (after[:-2] + "xx", "x", "大冶", after.replace(":", "")):
        with pytest.raises(BadCursor):
            page(people, ("pk",), cursor=wrong)
    with pytest.raises(BadCursor):
        page(people, ("-pk",), cursor=after)


def test_it_refuses_to_page_by_a_column_without_a_value(people):
    with pytest.raises(TypeError, match="no value"):
        page(people, ("last_login", "pk"), size=5)


def test_it_asks_one_query_and_bounds_the_size(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(page(people, ("pk",), size=0).rows) == 1

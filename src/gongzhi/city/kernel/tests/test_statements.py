"""Queries written once, and rows written without the ORM."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.city.journal.models import JournalHead
from gongzhi.city.kernel.inserting import insert_one, update_row
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.models import Resident, Token, User
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> Token:
    user = User.objects.create(username="li", name="李敏", phone="13800138000")
    return Token.objects.create(
        user=user, title="x", scopes="a", expires_at=parse_instant("2030-01-01 00:00"), digest="d"
    )


def test_it_finds_what_the_orm_finds(token):
    holder = Prepared(lambda digest: Token.objects.select_related("user").filter(digest=digest), str)
    for _ in range(2):
        found = holder.first("d")
        assert found == Token.objects.get(digest="d") and found.expires_at.tzinfo is not None
        with CaptureQueriesContext(connection) as caught:
            assert (found.user.name, found.user.phone) == ("李敏", "13800138000")
        assert not caught
    assert holder.first("other") is None and holder.all("other") == []


def test_it_takes_ids_and_numbers(token):
    made = Resident.objects.create(name="王秀英")
    by_id = Prepared(lambda key: Resident.objects.filter(pk=key), UUID)
    assert by_id.first(made.pk).name == "王秀英"
    by_number = Prepared(lambda key, user: Token.objects.filter(pk=key, user=user), int, int)
    assert by_number.all(token.pk, token.user_id) == [token]
    assert by_number.all(token.user_id + 1, token.pk) == []


def test_it_leaves_out_what_the_query_leaves_out(token):
    light = Prepared(lambda digest: Token.objects.defer("title").filter(digest=digest), str)
    found = light.first("d")
    assert found.get_deferred_fields() == {"title"} and found.title == "x"


def test_it_refuses_a_query_without_its_value():
    with pytest.raises(TypeError):
        Prepared(lambda digest: Token.objects.all(), str).first("d")


def test_it_escapes_nothing_by_hand(token):
    holder = Prepared(lambda digest: Token.objects.filter(digest=digest), str)
    assert holder.first("d' OR '1'='1") is None


def test_it_gives_a_new_row_its_key_and_changes_only_what_it_is_told(token):
    token.pk, token.digest = None, "e"
    insert_one(token)
    again = Token.objects.get(digest="e")
    assert again.pk == token.pk
    again.title, again.scopes = "y", "b"
    update_row(again, ("title",))
    again.refresh_from_db()
    assert (again.title, again.scopes) == ("y", "a")
    head = JournalHead.objects.create(subject="case:1")
    head.seq, head.dirty = 3, False
    update_row(head, ("seq", "dirty"))
    head.refresh_from_db()
    assert (head.seq, head.dirty) == (3, False)

"""Books of children's points: kept from everybody but the roles that the ledger names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gongzhi.city.ledgers import catalogue, queries
from gongzhi.city.ledgers.catalogue import Declared
from gongzhi.city.ledgers.errors import NoSuchBook
from gongzhi.city.ledgers.tests.village import POINTS, Village, award

pytestmark = pytest.mark.django_db


class KeptKinds:
    """The points of the village, kept to one role."""

    def ledgers(self) -> dict[str, Declared]:
        open_to_all = catalogue.one(POINTS)
        kept = open_to_all.spec.model_copy(update={"read_by": ("village_supervisor",)})
        return {POINTS: replace(open_to_all, spec=kept)}


def test_a_kept_book_is_not_there_for_other_roles(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    book = award("H1", 5).book
    kept = KeptKinds().ledgers()[POINTS]
    monkeypatch.setattr(catalogue, "known", lambda name: kept)
    assert queries.visible_books(village.chair, POINTS) == []
    for asked in (queries.holders, queries.postings):
        with pytest.raises(NoSuchBook):
            asked(village.chair, book)
    with pytest.raises(NoSuchBook):
        queries.one_book(village.chair, book.pk)
    keeper = replace(village.chair, role="village_supervisor")
    assert [each.key for each in queries.holders(keeper, book).rows] == ["H1"]

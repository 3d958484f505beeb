"""Two who write the same record at the same moment, people outside who try names, and roles that a register keeps out."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.records import actions, queries
from gongzhi.city.records.actions import changing
from gongzhi.city.records.models import Record
from gongzhi.city.records.tests.cast import ITEM, ITEMS, Cast, drafted, hall_registers, published

pytestmark = pytest.mark.django_db


def test_it_puts_what_somebody_else_put_a_moment_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record comes to be between the look and the insertion: the second one changes it."""
    asked = []

    def late(register: str, key: str) -> object:
        asked.append(key)
        if len(asked) == 1:
            drafted(cast)
            return None
        return Record.objects.filter(register=register, key=key).values_list("pk", flat=True).first()

    monkeypatch.setattr(changing, "_of", late)
    row = actions.put(ITEMS, ITEM["code"], {**ITEM, "promised_days": 4}, by=SYSTEM, because="补记")
    assert (row.version, row.data["promised_days"]) == (2, 4)
    assert Record.objects.count() == 1


def test_it_finds_by_name_for_people_outside_only_what_is_public(cast: Cast) -> None:
    drafted(cast)
    assert queries.key_of(ITEMS, ITEM["title"], outside=True) == ITEM["title"]
    assert queries.key_of(ITEMS, ITEM["title"]) == ITEM["code"]
    assert not queries.is_open(ITEMS, ITEM["code"])
    published(cast, code="CG-002", title="占道经营")
    assert queries.key_of(ITEMS, "占道经营", outside=True) == "CG-002"
    assert queries.is_open(ITEMS, "CG-002") and not queries.is_open("nothing", "CG-002")


def test_it_keeps_a_register_to_the_roles_that_it_names(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = drafted(cast)
    declared = hall_registers()[ITEMS]
    kept = replace(declared, register=replace(declared.register, changed_by=frozenset({"officer"})))
    monkeypatch.setitem(hall_registers(), ITEMS, kept)
    sheet = "编码,名称\nCG-009,新的\n".encode()
    with pytest.raises(NotAllowed):
        actions.change(cast.chen, row, {"promised_days": 1}, expected=1)
    with pytest.raises(NotAllowed):
        actions.create(cast.chen, ITEMS, {**ITEM, "code": "CG-003"})
    with pytest.raises(NotAllowed):
        actions.import_records(io.BytesIO(sheet), "a.csv", register=ITEMS, by=cast.chen)
    assert not queries.record_page(cast.chen, ITEMS, ITEM["code"]).may_change
    assert actions.change(cast.zhou, row, {"promised_days": 1}, expected=1).version == 2
    assert actions.put(ITEMS, ITEM["code"], {"promised_days": 2}, by=SYSTEM).version == 3

"""Drafts and what is in force; changing, correcting, moving; the journal and the doctor."""

from __future__ import annotations

import json

import pytest
from django.db.models import QuerySet

from gongzhi.city.journal import queries as journal
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import actions, checks, queries
from gongzhi.city.records.errors import (
    DraftWaits,
    KeyTaken,
    NoSuchRecord,
    NothingPublished,
    ReasonMissing,
    RecordRefused,
    StaleRecord,
)
from gongzhi.city.records.models import Record, RecordLink, Version
from gongzhi.city.records.tests.cast import ITEM, ITEMS, JINHU, POINTS, drafted, published
from gongzhi.engine.registers import MoveNotFromHere, MoveNotYours

pytestmark = pytest.mark.django_db


def test_it_registers_a_draft_that_nobody_outside_sees(cast, monday):
    row = drafted(cast)
    assert (row.state, row.version, row.published_id, row.office_id) == ("draft", 1, None, "cgj")
    assert queries.lookup(ITEMS, "CG-001") is None
    assert queries.public_search(ITEMS).rows == []


def test_it_puts_a_published_item_at_everybodys_disposal(cast, monday):
    published(cast)
    found = queries.lookup(ITEMS, "CG-001")
    assert found is not None
    assert (found["title"], found["promised_days"], found["contact"]) == (ITEM["title"], 5, "13800138000")
    assert found["speed"] == "承诺"
    open_ = queries.public_one(ITEMS, "CG-001")
    assert open_.values["title"] == ITEM["title"]
    assert {"contact", "basis"}.isdisjoint(open_.values)


def test_it_keeps_the_published_version_while_the_next_one_is_written(cast, monday):
    row = published(cast)
    changed = actions.change(cast.zhou, row, {"promised_days": 3, "title": "夜市经营"}, expected=2)
    assert (changed.state, changed.version, changed.published_state) == ("draft", 3, "published")
    actions.change(cast.zhou, row, {"promised_days": 2}, expected=3)
    assert queries.lookup(ITEMS, "CG-001")["promised_days"] == 5
    assert queries.public_one(ITEMS, "CG-001").name == ITEM["title"]
    assert [each.key for each in queries.public_search(ITEMS, "临时占用").rows] == ["CG-001"]
    assert (
        queries.public_search(ITEMS, "占道审批").rows == []
        or queries.public_one(ITEMS, "CG-001").version == 2
    )
    actions.move(cast.chen, row, "publish", expected=4)
    assert queries.lookup(ITEMS, "CG-001")["promised_days"] == 2
    assert queries.public_one(ITEMS, "CG-001").version == 5


def test_it_withdraws_what_was_published(cast, monday):
    row = published(cast)
    actions.move(cast.chen, row, "withdraw", expected=2, note="事项取消")
    assert queries.lookup(ITEMS, "CG-001") is None
    with pytest.raises(NoSuchRecord):
        queries.public_one(ITEMS, "CG-001")


def test_it_refuses_a_change_of_what_somebody_else_just_changed(cast, monday):
    row = drafted(cast)
    actions.change(cast.zhou, row, {"promised_days": 4}, expected=1)
    with pytest.raises(StaleRecord) as refusal:
        actions.change(cast.chen, row, {"promised_days": 9}, expected=1)
    assert refusal.value.data["who"] == "周强"
    assert (refusal.value.data["version"], refusal.value.data["seen"]) == (2, 1)
    assert Record.objects.get(pk=row.pk).data["promised_days"] == 4


def test_it_writes_nothing_when_nothing_changed(cast, monday):
    row = drafted(cast)
    actions.change(cast.chen, row, {**ITEM, "title": ITEM["title"] + " "}, expected=1)
    assert Version.objects.filter(record=row).count() == 1
    assert journal.length(subject("record", row.pk)) == 1


def test_it_clears_a_field_that_was_sent_empty(cast, monday):
    row = drafted(cast, basis="旧说明")
    actions.change(cast.chen, row, {"basis": None}, expected=1)
    assert "basis" not in Record.objects.get(pk=row.pk).data


def test_it_keeps_secrets_out_of_rows_versions_and_journal(cast, monday):
    row = drafted(cast)
    actions.change(cast.chen, row, {"contact": "13900139000"}, expected=1)
    stored = [Record.objects.get(pk=row.pk).data, *Version.objects.values_list("data", flat=True)]
    stored += list(Entry.objects.values_list("data", flat=True))
    assert "138001" not in json.dumps(stored) and "139001" not in json.dumps(stored)
    assert SealedValue.objects.filter(subject=subject("record", row.pk)).count() == 2
    shown = queries.record_page(cast.chen, ITEMS, "CG-001")
    assert shown.values["contact"] == "139****9000"
    words = [change.sentence for step in queries.history(cast.chen, row) for change in step.changes]
    assert words == ["联系人电话 138****8000 → 139****9000"]


def test_it_seals_an_unchanged_secret_only_once(cast, monday):
    row = drafted(cast)
    actions.change(cast.chen, row, {"contact": "138 0013 8000", "promised_days": 7}, expected=1)
    assert SealedValue.objects.count() == 1
    assert queries.history(cast.chen, row)[0].changes[0].field == "promised_days"


def test_it_reveals_with_a_purpose_and_on_the_record(cast, monday):
    row = drafted(cast)
    assert actions.reveal(row, "contact", by=cast.zhou, purpose="联系补充材料") == "13800138000"
    assert journal.facts(subject("record", row.pk))[-1].data["field"] == "contact"
    with pytest.raises(NoSuchRecord):
        actions.reveal(row.pk, "contact", by=cast.wang, purpose="好奇想看看")


def test_it_corrects_a_slip_in_force_at_once_and_with_a_reason(cast, monday):
    row = published(cast)
    with pytest.raises(ReasonMissing):
        actions.correct(cast.chen, row, {"title": "占道"}, expected=2, reason="错")
    with pytest.raises(NotAllowed):
        actions.correct(cast.zhou, row, {"title": "占道"}, expected=2, reason="错别字更正")
    actions.correct(cast.chen, row, {"promised_days": 6}, expected=2, reason="录入时多打一位")
    assert queries.lookup(ITEMS, "CG-001")["promised_days"] == 6
    assert Version.objects.get(record=row, number=3).cause == "corrected"


def test_it_corrects_neither_a_draft_nor_beside_one(cast, monday):
    row = drafted(cast)
    with pytest.raises(NothingPublished):
        actions.correct(cast.chen, row, {"title": "占道"}, expected=1, reason="错别字更正")
    actions.move(cast.chen, row, "publish", expected=1)
    actions.change(cast.chen, row, {"title": "新名"}, expected=2)
    with pytest.raises(DraftWaits):
        actions.correct(cast.chen, row, {"title": "占道"}, expected=3, reason="错别字更正")


def test_it_lets_only_the_roles_of_a_move_make_it(cast, monday):
    row = drafted(cast)
    with pytest.raises(MoveNotYours):
        actions.move(cast.zhou, row, "publish", expected=1)
    with pytest.raises(MoveNotFromHere):
        actions.move(cast.chen, row, "revise", expected=1)
    assert Version.objects.filter(record=row).count() == 1


def test_it_refuses_what_the_register_refuses_field_by_field(cast, monday):
    with pytest.raises(RecordRefused) as refusal:
        actions.create(cast.chen, ITEMS, {**ITEM, "title": "", "holder": "nowhere", "parent": "CG-999"})
    assert set(refusal.value.data["fields"]) == {"title", "holder", "parent"}
    assert not Record.objects.exists()


def test_it_refuses_a_key_twice_and_a_changed_key(cast, monday):
    row = drafted(cast)
    with pytest.raises(KeyTaken):
        drafted(cast, title="另一件")
    with pytest.raises(RecordRefused) as refusal:
        actions.change(cast.chen, row, {"code": "CG-002"}, expected=1)
    assert "code" in refusal.value.data["fields"]


def test_it_names_only_records_in_use_and_follows_links_both_ways(cast, monday):
    drafted(cast)
    with pytest.raises(RecordRefused):
        actions.create(cast.yu, POINTS, {"code": "P1", "title": "小屋", "area": JINHU, "items": ["CG-001"]})
    actions.move(cast.chen, Record.objects.get(), "publish", expected=1)
    point = actions.create(
        cast.yu, POINTS, {"code": "P1", "title": "小屋", "area": JINHU, "items": ["CG-001"]}
    )
    (to,) = queries.relations(cast.yu, point)
    assert (to.register, to.key, to.name, to.field) == (ITEMS, "CG-001", ITEM["title"], "可办事项")
    item = queries.one(cast.chen, ITEMS, "CG-001")
    (user,) = queries.used_by(cast.yu, item)
    assert (user.register, user.key, user.name) == (POINTS, "P1", "小屋")
    # what was named stays named when the item is withdrawn
    actions.move(cast.chen, item, "withdraw", expected=2)
    actions.change(cast.yu, point, {"title": "新屋湾小屋"}, expected=1)
    actions.change(cast.yu, point, {"items": []}, expected=2)
    assert not RecordLink.objects.exists()


def test_it_changes_a_register_without_drafts_at_once(cast, monday):
    point = actions.create(cast.yu, POINTS, {"code": "P1", "title": "小屋", "area": JINHU})
    assert queries.lookup(POINTS, "P1")["title"] == "小屋"
    actions.change(cast.yu, point, {"title": "驿站"}, expected=1)
    assert queries.lookup(POINTS, "P1")["title"] == "驿站"


def test_it_puts_a_record_for_a_reaction_as_often_as_asked(cast, monday):
    values = {**ITEM, "title": "由办件登记"}
    for _ in range(2):
        actions.put(ITEMS, "CG-001", values, by=SYSTEM, move="publish", because="MQ1 办结")
    row = Record.objects.get()
    assert (row.version, row.state) == (2, "published")
    actions.put(ITEMS, "CG-001", {"promised_days": 1}, by=SYSTEM)
    assert queries.lookup(ITEMS, "CG-001")["speed"] == "即办"


def test_it_tells_the_journal_from_and_to(cast, monday):
    row = published(cast)
    created, moved = journal.facts(subject("record", row.pk))
    assert (created.kind, created.data["to"], created.by.person) == (
        "record_created",
        "draft",
        cast.chen.person,
    )
    assert (moved.kind, moved.data["from"], moved.data["to"], moved.data["move"]) == (
        "record_moved",
        "draft",
        "published",
        "publish",
    )
    actions.change(cast.chen, row, {"promised_days": 1}, expected=2)
    assert journal.facts(subject("record", row.pk))[-1].data["changes"] == {"promised_days": [5, 1]}


def test_it_lets_nobody_rewrite_a_version(cast, monday):
    version = Version.objects.get(record=drafted(cast))
    version.note = "改一改"
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()
    with pytest.raises(TypeError):
        Version.objects.update(note="改一改")


@pytest.mark.parametrize("full", [False, True])
def test_it_proves_itself_and_finds_what_was_tampered_with(cast, monday, full):
    row = published(cast)
    every = (checks.check_contents, checks.check_links, checks.check_registers, checks.check_versions)
    assert all(check(full).ok for check in every)
    data = {**Version.objects.get(record=row, number=2).data, "promised_days": 1}
    QuerySet.update(Version.objects.filter(record=row, number=2), data=data)
    assert not checks.check_contents(full).ok
    RecordLink.objects.create(record=row, field="parent", register=ITEMS, key="NONE")
    assert not checks.check_links(full).ok
    Record.objects.filter(pk=row.pk).update(state="draft")
    assert not checks.check_versions(full).ok
    Record.objects.filter(pk=row.pk).update(register="gone")
    assert not checks.check_registers(full).ok

"""A mechanism is written in the browser and released by somebody else; nothing that anybody wrote is lost."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import reported
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.permissions import knows_role
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.workshop import actions, queries, trying
from gongzhi.city.workshop.errors import (
    BadPath,
    ChangedSince,
    FourEyes,
    NameTaken,
    NoSuchDraft,
    NotAsked,
    NotEditing,
    NothingSaid,
    NotReady,
    Overtaken,
    SameVersion,
    TooLarge,
)
from gongzhi.city.workshop.models import Draft
from gongzhi.engine.mechanisms import BadName

pytestmark = pytest.mark.django_db
LIMITS, MANIFEST = "tables/limits.csv", "mechanism.yaml"


def replaced(draft, path, old, new, by):
    """Save a file with one thing changed."""
    now = queries.files(draft)[path]
    assert old.encode() in now.content
    return actions.save(
        draft.pk, path, now.content.replace(old.encode(), new.encode()), seen=now.revision, by=by
    )


@pytest.fixture
def forked(writers):
    return actions.fork("mini", writers["lin"])


@pytest.fixture
def asked(forked, writers):
    replaced(forked, LIMITS, "5 working days", "3 working days", writers["lin"])
    replaced(forked, MANIFEST, "1.0.0", "1.1.0", writers["lin"])
    return actions.ask(forked.pk, "普通投诉从五天改成三天，试了两个月都办得完", writers["lin"])


def test_it_begins_as_the_installed_version_and_changes_nothing_there(forked, writers):
    assert queries.contents(forked) == queries.base_files(forked)
    replaced(forked, LIMITS, "5 working days", "3 working days", writers["lin"])
    assert b"3 working days" in queries.contents(forked)[LIMITS]
    assert b"5 working days" in library.one("mini").mechanism.files[LIMITS]
    trial = trying.of_draft(forked)
    assert trial.passes and [each.key for each in trying.changes(forked, trial)] != []


def test_it_writes_a_new_mechanism_that_passes_at_once(writers):
    made = actions.start("street_lamps", "路灯报修", writers["lin"])
    trial = trying.of_draft(made)
    assert trial.passes and trial.report.passed and trial.mechanism.title == "路灯报修"
    with pytest.raises(BadName):
        actions.start("Street Lamps", "路灯报修", writers["lin"])
    with pytest.raises(NameTaken):
        actions.start("mini", "又一个", writers["lin"])


def test_it_keeps_both_texts_when_two_people_save_the_same_file(forked, writers):
    """The second is told, gets the first one's text for comparison, and may then save on purpose."""
    before = queries.files(forked).get("README.md")
    seen = before.revision if before else 0
    actions.save(forked.pk, "README.md", "林晓写的\n".encode(), seen=seen, by=writers["lin"])
    with pytest.raises(Overtaken) as told:
        actions.save(forked.pk, "README.md", "周岚写的\n".encode(), seen=seen, by=writers["lan"])
    assert told.value.data["name"] == "林晓" and told.value.data["theirs"] == "林晓写的\n"
    assert queries.contents(forked)["README.md"].decode() == "林晓写的\n"
    kept = actions.save(
        forked.pk, "README.md", "合在一起\n".encode(), seen=told.value.data["revision"], by=writers["lan"]
    )
    assert [edit.by_name for edit in queries.history(forked, "README.md")] == ["周岚", "林晓"]
    assert bytes(forked.edits.get(revision=kept.revision - 1).content).decode() == "林晓写的\n"


def test_it_lets_two_people_work_on_different_files(forked, writers):
    actions.save(forked.pk, "README.md", b"one\n", seen=0, by=writers["lin"])
    actions.save(forked.pk, "CHANGELOG.md", b"two\n", seen=0, by=writers["lan"])
    assert queries.authors(forked) == {writers["lin"].person, writers["lan"].person}


def test_it_writes_nothing_for_the_same_text(forked, writers):
    now = queries.files(forked)[LIMITS]
    assert actions.save(forked.pk, LIMITS, now.content, seen=0, by=writers["lin"]) is None
    assert forked.edits.count() == 0


def test_it_takes_a_file_out_and_brings_it_back(forked, writers):
    old = queries.files(forked)[LIMITS].content
    gone = actions.save(forked.pk, LIMITS, None, seen=0, by=writers["lin"])
    assert LIMITS not in queries.files(forked) and not trying.of_draft(forked).passes
    actions.save(forked.pk, LIMITS, old, seen=gone.revision, by=writers["lin"])
    assert trying.of_draft(forked).passes


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "cases/../../x.yaml", "/etc/passwd", "cases/a/b.yaml", "x.py", "cases/.x.yaml", "", "tables/a\\b.csv", "documents/x.js", "strings/en.yaml/", "cases/\nx.yaml"],
)  # fmt: skip
def test_it_refuses_files_that_no_mechanism_holds(forked, writers, path):
    with pytest.raises(BadPath):
        actions.save(forked.pk, path, b"x", seen=0, by=writers["lin"])


def test_it_refuses_a_file_that_nobody_wrote_by_hand(forked, writers):
    actions.save(forked.pk, "README.md", b"x" * actions.MOST, seen=0, by=writers["lin"])
    with pytest.raises(TooLarge):
        actions.save(forked.pk, "CHANGELOG.md", b"x" * (actions.MOST + 1), seen=0, by=writers["lin"])


def test_it_asks_only_for_what_would_run(forked, writers):
    lin = writers["lin"]
    with pytest.raises(NothingSaid):
        actions.ask(forked.pk, "  ", lin)
    with pytest.raises(SameVersion):
        actions.ask(forked.pk, "没有升版本号", lin)
    replaced(forked, MANIFEST, "1.0.0", "1.1.0", lin)
    edit = replaced(forked, LIMITS, "5 working days", "five of them", lin)
    with pytest.raises(NotReady):
        actions.ask(forked.pk, "有错", lin)
    actions.save(forked.pk, LIMITS, queries.base_files(forked)[LIMITS], seen=edit.revision, by=lin)
    scenario = next(path for path in queries.files(forked) if path.startswith("scenarios/"))
    actions.save(forked.pk, scenario, None, seen=0, by=lin)
    with pytest.raises(NotReady):
        actions.ask(forked.pk, "没有情景", lin)
    assert Draft.objects.get(pk=forked.pk).state == "editing"


def test_it_is_released_by_another_person_and_running_cases_stay(cast, asked, writers):
    old = reported(cast)
    done = actions.release(asked.pk, asked.digest, "情景都过，时限站得住", writers["jiang"])
    assert (done.before, done.version) == ("1.0.0", "1.1.0")
    assert library.LIBRARY.active_version("mini") == "1.1.0"
    assert Case.objects.get(pk=old.case).version == "1.0.0"
    assert Case.objects.get(pk=reported(cast).case).version == "1.1.0"
    asked.refresh_from_db()
    assert (asked.state, asked.version, asked.decided_by) == ("released", "1.1.0", writers["jiang"].person)
    kinds = (
        Entry.objects.filter(subject=f"workshop:{asked.pk}").order_by("seq").values_list("kind", flat=True)
    )
    assert list(kinds) == ["draft_made", "draft_edited", "draft_edited", "draft_asked", "draft_released"]


def test_it_is_kept_ready_for_a_pilot_without_being_used(cast, asked, writers):
    done = actions.release(asked.pk, asked.digest, "先在四个镇试", writers["jiang"], activate=False)
    assert done.version == "1.1.0" and library.LIBRARY.active_version("mini") == "1.0.0"
    assert Case.objects.get(pk=reported(cast).case).version == "1.0.0"
    assert Installed.objects.filter(mechanism="mini", version="1.1.0", active=False).exists()


def test_it_is_not_released_by_whoever_wrote_it(asked, writers):
    """The administrator may write and may release, but not both in one draft."""
    actions.take_back(asked.pk, writers["lan"])
    readme = queries.files(asked).get("README.md")
    actions.save(
        asked.pk, "README.md", b"by root\n", seen=readme.revision if readme else 0, by=writers["root"]
    )
    again = actions.ask(asked.pk, "再送", writers["lin"])
    with pytest.raises(FourEyes):
        actions.release(asked.pk, again.digest, "好", writers["root"])
    for name in ("lin", "lan"):
        with pytest.raises(NotAllowed):
            actions.release(asked.pk, again.digest, "好", writers[name])
    assert not Installed.objects.filter(version="1.1.0").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=asked.pk).update(state="released", decided_by=again.asked_by)


def test_it_releases_what_the_reviewer_looked_at(asked, writers):
    actions.take_back(asked.pk, writers["lin"])
    actions.save(asked.pk, "README.md", b"changed behind your back\n", seen=0, by=writers["lin"])
    actions.ask(asked.pk, "再送", writers["lin"])
    with pytest.raises(ChangedSince):
        actions.release(asked.pk, asked.digest, "好", writers["jiang"])


def test_it_is_sent_back_with_what_must_be_mended(asked, writers):
    with pytest.raises(NothingSaid):
        actions.send_back(asked.pk, "", writers["jiang"])
    back = actions.send_back(asked.pk, "退单时限没有一起改", writers["jiang"])
    assert (back.state, back.answer) == ("editing", "退单时限没有一起改")
    with pytest.raises(NotAsked):
        actions.release(asked.pk, asked.digest, "好", writers["jiang"])


def test_it_refuses_edits_of_what_waits_or_is_over(asked, writers):
    with pytest.raises(NotEditing):
        actions.save(asked.pk, "README.md", b"x", seen=0, by=writers["lin"])
    actions.drop(asked.pk, writers["lin"])
    with pytest.raises(NotEditing):
        actions.drop(asked.pk, writers["lin"])
    with pytest.raises(NoSuchDraft):
        actions.drop(10**6, writers["lin"])


def test_a_draft_gives_nobody_any_right(forked, writers):
    """Its roles are words in a file until somebody else has released it."""
    replaced(forked, MANIFEST, "roles:\n", "roles:\n  shadow_admin: 影子管理员\n", writers["lin"])
    trial = trying.of_draft(forked)
    assert trial.mechanism is not None and trial.mechanism.roles["shadow_admin"] == "影子管理员"
    assert not knows_role("shadow_admin")


def test_it_says_where_a_file_is_broken(forked, writers):
    path = "cases/appeal.yaml"
    text = queries.files(forked)[path].content.decode()
    trial = trying.of_draft(forked, path, text.replace("steps:", "stepps:", 1).encode())
    assert not trial.passes and any(each.where.line for each in trial.of_file(path))
    assert trying.of_draft(forked).passes, "looking wrote nothing"
    assert trying.of_draft(forked, MANIFEST, b"\xff\xfe").errors


def test_it_shows_others_no_drafts(cast, forked):
    for person in (cast.zhou, cast.qian, cast.wang, cast.li):
        with pytest.raises(NotAllowed):
            queries.draft(person, forked.pk)
        with pytest.raises(NotAllowed):
            actions.save(forked.pk, "README.md", b"x", seen=0, by=person)


def test_it_hides_nothing_for_missing_english_and_is_added_line_by_line(forked, writers):
    """A clerk who changes a title still sees the drawing; the new words are asked for, whatever is in them."""
    path = "cases/appeal.yaml"
    text = (
        queries.files(forked)[path]
        .content.decode()
        .replace("title: 群众诉求", 'title: "群众说: \\"路灯\\""', 1)
    )
    actions.save(forked.pk, path, text.encode(), seen=0, by=writers["lin"])
    trial = trying.of_draft(forked)
    assert not trial.passes and trial.case_types and trial.untranslated == ['群众说: "路灯"']
    actions.translate(forked.pk, {'群众说: "路灯"': 'People say: "lamps"', "别的": " "}, writers["lin"])
    trial = trying.of_draft(forked)
    assert trial.passes and not trial.untranslated
    assert actions.translate(forked.pk, {"别的": ""}, writers["lin"]) is None

"""A clue through every query and action of the city: the one post reads it, and nobody else learns that it is there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from gongzhi.city.cases import actions, figures, matters, queries, sight
from gongzhi.city.cases.checks import check_numbers, check_states
from gongzhi.city.cases.errors import NoSuchCase, NotItsPurpose, NotSealed
from gongzhi.city.cases.models import Case, CaseText, Request, Task
from gongzhi.city.cases.queries import CaseFilter, present
from gongzhi.city.cases.tests.cast import JINHU, MONDAY
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.journal.verification import verify
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import event_facts, pressing
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Notice
from gongzhi.city.mechanisms.tests.clue_city import (
    ACCUSED,
    FACT,
    FOLDERS,
    FORM,
    KEPT,
    SECRETS,
    clean_city,
    clue,
    dismissed,
)
from gongzhi.city.people.models import SealedValue, User
from gongzhi.city.territory.models import Office, Post
from gongzhi.city.territory.queries import standing
from gongzhi.engine.cases.errors import KeptOutOfChain

pytestmark = pytest.mark.django_db
PURPOSE = "受理甄别"


@pytest.fixture
def people(cast: Any, monday: Any) -> dict[str, Standing]:
    found = clean_city()
    return found | {name: getattr(cast, name) for name in ("li", "zhou", "hu", "ma", "wu", "qian", "wang")}


OTHERS = ("li", "zhou", "hu", "ma", "wu", "qian", "wang", "root", "shi", "qing", "shen")


def everything_stored() -> str:
    """All rows of all tables as the disk has them."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if "fts" not in table:
                cursor.execute(f'select * from "{table}"')
                found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_it_writes_no_word_of_a_clue_in_clear(people):
    clue(people["hu"])
    stored = everything_stored()
    assert not [word for word in SECRETS if word in stored]


def test_it_does_not_know_who_submitted(people):
    row = clue(people["hu"])
    facts = list(Entry.objects.filter(subject=f"case:{row.pk}"))
    assert {(fact.role, fact.name, fact.office, fact.post) for fact in facts if fact.kind == "opened"} == {
        ("resident", "", "", "")
    }
    assert all(people["hu"].person not in (fact.person, str(fact.data)) for fact in facts)
    assert row.reporter_id is None and people["hu"].person not in row.reported_by
    row = clue(people["wang"])
    assert row.reporter_id is None and people["wang"].person != row.reported_by


def test_it_takes_a_clue_once_when_the_button_is_pressed_twice(people):
    twice = [actions.open_case("clues", "clue", FORM, by=resident(""), key="same") for _ in range(2)]
    assert twice[0].case == twice[1].case
    assert not Request.objects.filter(actor__startswith="user:").exists()


@pytest.mark.parametrize("name", OTHERS)
def test_it_shows_it_to_nobody_else(people, name):
    row, by = clue(people["hu"]), people[name]
    for action in ("case.list", "case.read", "case.act", "case.export", "board.read", "measure.read"):
        assert not sight.visible(by, action).filter(pk=row.pk).exists()
    with pytest.raises(NoSuchCase):
        queries.case_page(by, row.pk)
    with pytest.raises(NoSuchCase):
        actions.open_confined(row.pk, by=by, purpose=PURPOSE)
    with pytest.raises(NoSuchCase):
        actions.reveal(row.pk, "fact", by=by, purpose=PURPOSE)
    with pytest.raises(NoSuchCase):
        actions.act(row.pk, "urge", {"text": "快"}, by=by)
    with pytest.raises(NoSuchCase):
        actions.choose(row.pk, "screen", "dismiss", {"screen_note": "看看"}, by=by)
    if by.role not in ("resident", "admin"):
        assert [task for task in queries.my_tasks(by).rows if task.case_id == row.pk] == []


def test_it_lets_the_post_read_for_a_purpose_and_says_so(people):
    row, by = clue(), people["ji"]
    page = queries.case_page(by, row.pk)
    shown = json.dumps([str(each.value) for each in page.values], ensure_ascii=False)
    assert not [word for word in SECRETS if word in shown]
    for purpose in ("", "看看", "受理"):
        with pytest.raises(NotItsPurpose):
            actions.open_confined(row.pk, by=by, purpose=purpose)
    assert actions.open_confined(row.pk, by=by, purpose=PURPOSE)["fact"] == FACT
    facts = Entry.objects.filter(subject=f"case:{row.pk}", kind="revealed")
    assert [(each.person, each.data["purpose"]) for each in facts] == [(by.person, PURPOSE)]
    with pytest.raises(NotItsPurpose):
        actions.reveal(row.pk, "fact", by=by, purpose="随便看看是谁")
    assert actions.reveal(row.pk, "accused", by=by, purpose=PURPOSE) == ACCUSED
    assert facts.all().count() == 2


@pytest.mark.parametrize(
    "more", [{"about_us": True}, {"accused": "陆清"}, {"accused_unit": "大冶市纪委监委第一室"}]
)
def test_it_gives_what_is_about_the_post_to_the_other_one(people, more):
    row = clue(people["wang"], **more)
    assert row.lead_id == "pjw"
    for name in ("ji", "lu"):
        assert not queries.confined_cases(people[name]).exists()
        with pytest.raises(NoSuchCase):
            queries.case_page(people[name], row.pk)
    assert actions.open_confined(row.pk, by=people["qing"], purpose=PURPOSE)["fact"] == FACT


def test_it_closes_a_clue_to_whoever_recused_themselves(people):
    row = clue()
    actions.choose(row.pk, "screen", "recuse", {"recuse_note": "是亲戚"}, by=people["ji"])
    with pytest.raises(NoSuchCase):
        queries.case_page(people["ji"], row.pk)
    assert queries.confined_cases(people["qing"]).count() == 1


def test_it_opens_to_audit_only_while_audit_is_asked(people):
    row, audit = clue(), people["shen"]
    actions.choose(row.pk, "screen", "accept", {"screen_note": "受理"}, by=people["ji"])
    actions.choose(row.pk, "dispose", "joint", {"audit_question": "看凭证"}, by=people["ji"])
    assert actions.open_confined(row.pk, by=audit, purpose="审计共同研判")["fact"] == FACT
    assert not sight.visible(audit).filter(pk=row.pk).exists()
    actions.choose(row.pk, "joint_read", "opinion", {"audit_opinion": "重复"}, by=audit)
    with pytest.raises(NoSuchCase):
        queries.case_page(audit, row.pk)


def counted(people: dict[str, Standing]) -> dict[str, Any]:
    """Every figure that anybody may look at."""
    present.forget_all()
    boss = people["shi"]
    open_now = present.present(boss)[1]
    return {
        "board": [(each.mechanism, each.type, each.open, each.opened) for each in open_now],
        "flow": figures.count_day(clock.today()),
        "list": {name: queries.count(people[name], CaseFilter(state="all")) for name in OTHERS[:7]},
        "export": list(queries.export_csv(boss)),
        "late": [each.value for each in present.late_offices(boss)],
        "agenda": [each["number"] for each in pressing.views(clock.now() + timedelta(days=400))],
        "text": CaseText.objects.exclude(words="").count(),
        "notices": Notice.objects.count(),
    }


def test_it_counts_in_no_figure_list_export_agenda_or_notice(people):
    before = counted(people)
    rows = [clue(people["hu"]) for _ in range(3)]
    react_to_all()
    assert counted(people) == before
    with clock.frozen(MONDAY + timedelta(days=200)):
        actions.tick_cases()
        react_to_all()
    assert Notice.objects.count() == before["notices"]
    for row in rows:
        row.refresh_from_db()
        assert row.number
        assert matters.by_name(row.number) is None and matters.by_name(row.tracking_code) is None
        assert not Case.objects.filter(pk=row.pk).exists() and not Task.objects.filter(case=row).exists()


def test_it_is_no_fact_of_mining(people, settings, tmp_path):
    settings.GONGZHI_WAREHOUSE = tmp_path
    row = clue(people["hu"])
    entries = list(Entry.objects.filter(subject=f"case:{row.pk}"))
    told: list[Any] = []

    class Writer:
        def append(self, first: int, last: int, events: list[Any], states: list[Any], **_: Any) -> None:
            told.extend([*events, *states])

    event_facts._write(Writer(), entries, {})  # type: ignore[arg-type]
    assert told == []


def test_it_tells_the_code_three_words(people):
    row = clue()
    with pytest.raises(NoSuchCase):
        queries.tracking(row.tracking_code)
    words = [queries.progress(row.tracking_code).state]
    actions.open_confined(row.pk, by=people["ji"], purpose=PURPOSE)
    words.append(queries.progress(row.tracking_code).state)
    actions.choose(row.pk, "screen", "accept", {"screen_note": "受理"}, by=people["ji"])
    words.append(queries.progress(row.tracking_code).state)
    actions.choose(row.pk, "dispose", "settle", {"plan": "了结"}, by=people["ji"])
    assert [*words, queries.progress(row.tracking_code).state] == [
        "received", "received", "handling", "closed",
    ]  # fmt: skip
    with pytest.raises(NoSuchCase):
        queries.progress("9999999999")


def test_it_keeps_words_out_of_the_chain(people):
    row = clue()
    for kind in ("note", "ask", "supervise", "correct"):
        with pytest.raises((KeptOutOfChain, NoSuchCase)):
            actions.act(row.pk, kind, {"text": ACCUSED}, by=people["ji"])
    assert queries.case_page(people["ji"], row.pk).actions == ("hand_over",)


def test_it_destroys_the_content_in_time_and_the_chain_still_verifies(people):
    row = dismissed(people, clue())
    assert row.ended_at is not None
    with clock.frozen(row.ended_at + KEPT):
        assert actions.destroy_confined() == 0
        assert actions.open_confined(row.pk, by=people["ji"], purpose="复查")["fact"] == FACT
    with clock.frozen(row.ended_at + KEPT + timedelta(days=1)):
        assert actions.destroy_confined() == 1
        assert actions.destroy_confined() == 0
        with pytest.raises(NotSealed):
            actions.open_confined(row.pk, by=people["ji"], purpose="复查")
        page = queries.case_page(people["ji"], row.pk)
    assert set(SealedValue.objects.filter(subject=f"case:{row.pk}").values_list("value", flat=True)) == {""}
    assert [each.kind for each in page.history][-1] == "destroyed"
    assert not list(verify(full=True)) and check_states(True).ok and check_numbers(True).ok


def test_it_keeps_what_is_open_however_old(people):
    row = clue()
    with clock.frozen(MONDAY + timedelta(days=4000)):
        assert actions.destroy_confined() == 0
    assert actions.open_confined(row.pk, by=people["ji"], purpose=PURPOSE)["fact"] == FACT
    assert sight.may(SYSTEM, "case.read", row, queries.case_page(people["ji"], row.pk).state)


def test_what_led_to_it_does_not_show_it(people):
    install(FOLDERS / "supervision_tap", by=SYSTEM)
    form = {"area": JINHU, "about_list": "村级账目", "matter": "账目不对", "words": "修路的钱进了自家"}
    tap = actions.open_case("supervision_tap", "tap", form, by=resident("guest:1"))
    officer = next(each for each in queries.case_page(SYSTEM, tap.case).holdings)
    actions.choose(tap.case, "take", "refer", {"reply": "已转纪检岗"}, by=standing_of(officer.task.office))
    react_to_all()
    made = Case.every.get(confined=True)
    assert made.lead_id == "jw" and made.reported_by == SYSTEM.person
    assert list(mechanisms.children(UUID(tap.case))) == []
    assert str(made.pk) not in queries.tracking(tap.tracking_code).__repr__()
    said = actions.open_confined(made.pk, by=people["ji"], purpose=PURPOSE)
    assert "修路的钱进了自家" in said["fact"]


def standing_of(office: str) -> Standing:
    """An officer of the office, appointed for this."""
    user = User.objects.create_user(f"officer-{office}", name="承办")
    return standing(Post.objects.create(user=user, role="officer", office=Office.objects.get(code=office)))


def test_it_stays_shut_when_its_mechanism_is_withdrawn(people: dict[str, Standing]) -> None:
    from gongzhi.city.cases import catalogue
    from gongzhi.city.mechanisms.actions import withdraw

    before = (catalogue.confined(), sorted(catalogue.kept()), sorted(catalogue.closed_to("leader")))
    assert ("clues", "clue") in before[0] and ("clues", "clue") in before[2]
    withdraw("clues", by=SYSTEM, reason="换一套办法")
    assert ("clues", "clue") not in [(mechanism, each.id) for mechanism, _, each in catalogue.offered()]
    assert (catalogue.confined(), sorted(catalogue.kept()), sorted(catalogue.closed_to("leader"))) == before

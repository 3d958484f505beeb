"""Whose benefit is looked at again: declared relatives of officials, by one case for the post alone; and two that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gongzhi.city.benefits import actions, catalogue
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import queries as case_queries
from gongzhi.city.cases import sight
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, MONDAY, build_city
from gongzhi.city.comparisons import actions as comparisons
from gongzhi.city.comparisons import queries
from gongzhi.city.comparisons.models import ComparisonHit, ComparisonRun
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records import queries as record_queries
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post
from gongzhi.engine.benefits import Overlapping

pytestmark = pytest.mark.django_db
PENSION, WORK = "land_losing_farmers.land_pension", "land_losing_farmers.job_grant"
NUMBER, RELATIVE, OFFICIAL = "11010519491231002X", "王秀英", "王建国"
WHY = {"because": "试验", "by": SYSTEM}


@pytest.fixture
def people(db: None) -> Iterator[dict[str, Standing]]:
    from gongzhi.city.cases import numbering, world

    def forget() -> None:
        library.LIBRARY.clear()
        world.forget()
        numbering.forget()

    forget()
    cast = build_city()
    with clock.frozen(MONDAY):
        found = clean_city()
        for name in ("supervision_tap", "people_places", "land_losing_farmers"):
            install(FOLDERS / name, by=SYSTEM)
        for username, role in (("min", "welfare_clerk"), ("ren", "leader")):
            user = User.objects.create_user(username, name=username)
            post = Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov"))
            found[username] = territory_queries.standing(post)
        world.forget()
        farmer("P1", NUMBER)
        farmer("P2", "")  # a missing number matches nobody
        actions.match(catalogue.one(PENSION))
        yield found | {name: getattr(cast, name) for name in ("hu", "ma", "zhou", "qian")}
    forget()


def farmer(key: str, number: str) -> None:
    values = {"name": RELATIVE, "born_on": "1949-12-31", "unit": JINHU, "source": "gov", "household": None}
    records.put("residents", key, values | ({"identity_number": number} if number else {}), **WHY)
    loss = {"person": key, "village": JINHU, "mu": 1.5, "left_each": 0.1, "lost_on": "2014-01-10"}
    records.put("land_losses", f"L{key}", {**loss, "project": "产业园", "source": "gov"}, **WHY)


def declared(key: str, number: str = NUMBER, **more: Any) -> None:
    values = {"official": OFFICIAL, "official_unit": "金湖街道", "relation": "父母", "name": RELATIVE}
    values |= {"identity_number": number, "declared_on": "2024-01-31", "source": "jw", **more}
    records.put("declared_relatives", key, values, **WHY)


def compared(people: dict[str, Standing]) -> ComparisonRun:
    run = comparisons.ask(people["ji"], "supervision_tap", "relatives_paid", purpose="待遇专项检查方案第二条")
    comparisons.compare_job.func(run.pk)
    run.refresh_from_db()
    return run


def test_a_relative_with_a_benefit_becomes_one_case_however_often_it_is_asked(people):
    declared("QS1", NUMBER.lower())
    declared("QS2", "420281194001100114")  # somebody without a benefit
    run = compared(people)
    assert (run.state, run.rows, run.hits, run.fresh) == ("done", 2, 1, 1)
    assert (compared(people).fresh, Case.objects.filter(type="hit").count()) == (0, 1)
    told = str(Case.objects.get(pk=ComparisonHit.objects.get().case).state)
    assert "只有亲属关系不违规" in told and "父母" in told and "QS1" in told
    facts = Entry.objects.filter(subject="comparison:supervision_tap.relatives_paid")
    for secret in (NUMBER, RELATIVE, OFFICIAL):
        assert secret not in told and secret not in str([each.data for each in facts])


def test_kinship_stops_no_benefit_and_what_is_lawful_is_closed(people):
    declared("QS1")
    compared(people)
    hit = ComparisonHit.objects.get().case
    cases.choose(hit, "assign", "assign", {"unit": "cgj"}, by=people["ji"])
    found = {"verify_note": "条件属实，经办的不是那位干部", "untrue_why": "符合政策"}
    cases.choose(hit, "verify", "disproved", found, by=people["zhou"])
    cases.choose(hit, "confirm", "agree_untrue", {"note": "照发"}, by=people["lu"])
    assert Case.objects.get(pk=hit).ended == "untrue"
    had = Entitlement.objects.get(person="P1")
    assert (had.state, had.ends) == ("running", None)


def test_who_left_office_before_the_benefit_began_is_no_hit(people):
    starts = Entitlement.objects.get(person="P1").starts
    declared("QS1", until=(starts - timedelta(days=1)).isoformat())
    assert compared(people).hits == 0
    declared("QS2", until=starts.isoformat())
    assert compared(people).hits == 1


def test_nobody_but_the_post_asks_reads_and_finds(people):
    declared("QS1")
    compared(people)
    hit = ComparisonHit.objects.get().case
    assert sight.visible(people["ji"]).filter(pk=hit).exists()
    assert record_queries.one(people["ji"], "declared_relatives", "QS1").key == "QS1"
    for name in ("hu", "ma", "zhou", "qian", "shi", "shen", "root", "min", "ren"):
        by = people[name]
        with pytest.raises(NotAllowed):
            comparisons.ask(by, "supervision_tap", "relatives_paid", purpose="待遇专项检查方案第二条")
        with pytest.raises(NotAllowed):
            queries.overview(by)
        with pytest.raises(NoSuchCase):
            case_queries.case_page(by, hit)
        assert not sight.visible(by).filter(pk=hit).exists(), name
        with pytest.raises(NoSuchRecord):
            record_queries.one(by, "declared_relatives", "QS1")
        assert not list(record_queries.records(by, "declared_relatives").rows)
    with pytest.raises(NoSuchRecord):
        record_queries.public_one("declared_relatives", "QS1")


def test_who_has_the_allowance_gets_no_work_grant_for_the_same_days_and_the_other_way_round(people):
    records.put("residents", "P2", {"born_on": "1980-01-01"}, **WHY)  # the date of birth was wrong
    with pytest.raises(Overlapping, match="生活保障金"):
        actions.decide(people["min"], WORK, "P2")
    had = Entitlement.objects.get(person="P2")
    actions.stop(people["min"], had.pk, first_without=clock.today(), reason="出生日期登记错了")
    grant = actions.decide(people["min"], WORK, "P2")
    records.put("residents", "P2", {"born_on": "1949-12-31"}, **WHY)
    with pytest.raises(Overlapping, match="就业资金补助"):
        actions.decide(people["min"], PENSION, "P2", starts=grant.ends)
    # a day after the grant is over nothing is in the way, and nobody waits for the night
    assert (
        actions.decide(people["min"], PENSION, "P2", starts=grant.ends + timedelta(days=1)).state == "running"
    )
    assert not Entitlement.objects.filter(person="P1", programme="job_grant").exists()

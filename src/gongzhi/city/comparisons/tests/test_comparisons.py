"""A comparison in a city: who may ask, what opens, what is found once, and what everybody may know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import queries as case_queries
from gongzhi.city.cases import sight
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, MONDAY, build_city
from gongzhi.city.comparisons import actions, queries
from gongzhi.city.comparisons.errors import NoSuchComparison, PurposeNeeded, StillRunning
from gongzhi.city.comparisons.models import ComparisonHit, ComparisonRun
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db
NAME, NUMBER = "王秀英", "11010519491231002X"
ASKED = {"purpose": "惠民补贴专项整治方案第三条"}


@pytest.fixture
def people(db: None) -> Iterator[dict[str, Standing]]:
    from gongzhi.city.cases import numbering, world

    library.LIBRARY.clear()
    world.forget()
    numbering.forget()
    cast = build_city()
    with clock.frozen(MONDAY):
        found = clean_city()
        install(FOLDERS / "supervision_tap", by=SYSTEM)
        yield found | {name: getattr(cast, name) for name in ("hu", "ma", "zhou", "qian")}
    library.LIBRARY.clear()
    world.forget()
    numbering.forget()


def payment(key: str, number: str, paid_on: str = "2024-06-15") -> None:
    values = {
        "shown_name": "王某英",
        "kind": "高龄津贴",
        "village": JINHU,
        "amount": "100.00",
        "paid_on": paid_on,
        "source": "cgj",
        "name": NAME,
        "identity_number": number,
    }
    records.put("benefit_payments", key, values, by=SYSTEM, because="试验")


def deceased(key: str, number: str) -> None:
    values = {"name": NAME, "identity_number": number, "died_on": "2024-03-01", "source": "cgj"}
    records.put("deceased_people", key, values, by=SYSTEM, because="试验")


def compared(people: dict[str, Standing], comparison: str = "paid_after_death") -> ComparisonRun:
    run = actions.ask(people["ji"], "supervision_tap", comparison, **ASKED)
    actions.compare_job.func(run.pk)
    run.refresh_from_db()
    return run


def test_it_opens_one_case_for_each_hit_however_often_it_is_asked(people):
    payment("GL1", NUMBER)
    payment("GL2", NUMBER, "2024-02-01")  # before the death
    deceased("Q1", NUMBER)
    run = compared(people)
    assert (run.state, run.rows, run.hits, run.fresh) == ("done", 2, 1, 1)
    again = compared(people)
    assert (again.hits, again.fresh) == (1, 0)
    case = Case.objects.get(pk=ComparisonHit.objects.get().case)
    assert case.type == "hit" and case.subject.endswith("GL1")
    assert NAME not in str(case.state) and NUMBER not in str(case.state)


def test_it_keeps_no_name_and_no_number_with_the_hit(people):
    payment("GL1", NUMBER)
    deceased("Q1", NUMBER)
    compared(people)
    hit = ComparisonHit.objects.get()
    assert "GL1" not in hit.fingerprint and NUMBER not in str(hit.__dict__)
    facts = Entry.objects.filter(subject="comparison:supervision_tap.paid_after_death")
    assert [each.kind for each in facts] == ["comparison_asked", "compared"]
    assert facts[0].data["purpose"] == ASKED["purpose"] and NUMBER not in str([each.data for each in facts])


@pytest.mark.parametrize("name", ["hu", "ma", "zhou", "qian", "shi", "root"])
def test_only_the_post_asks_reads_and_finds(people, name):
    payment("GL1", NUMBER)
    deceased("Q1", NUMBER)
    compared(people)
    by, hit = people[name], ComparisonHit.objects.get()
    with pytest.raises(NotAllowed):
        actions.ask(by, "supervision_tap", "paid_after_death", **ASKED)
    with pytest.raises(NotAllowed):
        queries.overview(by)
    with pytest.raises(NoSuchCase):
        case_queries.case_page(by, hit.case)
    assert not sight.visible(by).filter(pk=hit.case).exists()


def test_it_asks_what_for_and_waits_for_the_one_that_runs(people):
    with pytest.raises(PurposeNeeded):
        actions.ask(people["ji"], "supervision_tap", "paid_after_death", purpose="看")
    with pytest.raises(NoSuchComparison):
        actions.ask(people["ji"], "supervision_tap", "ghosts", **ASKED)
    ComparisonRun.objects.create(
        mechanism="supervision_tap",
        version="1.0.0",
        comparison="paid_after_death",
        purpose="x",
        asked_by="user:1",
        asked_at=MONDAY,
        state=ComparisonRun.State.RUNNING,
    )
    with pytest.raises(StillRunning):
        actions.ask(people["ji"], "supervision_tap", "paid_after_death", **ASKED)


def test_it_tells_everybody_sums_and_no_small_ones(people):
    assert queries.published() == []
    for number in range(6):
        digits = f"42028119500101{number:03}"
        payment(f"GL{number}", digits + check_digit(digits))
        deceased(f"Q{number}", digits + check_digit(digits))
    compared(people)
    first = ComparisonHit.objects.order_by("id").values_list("case", flat=True)[0]
    cases.choose(first, "assign", "assign", {"unit": "cgj"}, by=people["ji"])
    values = {"verify_note": "号码录错", "untrue_why": "同号或登记错误"}
    cases.choose(first, "verify", "disproved", values, by=people["zhou"])
    cases.choose(first, "confirm", "agree_untrue", {"note": "销号"}, by=people["lu"])
    (told,) = queries.published()
    assert (told.rows, told.hits, told.ends) == (6, 6, {"不属实": None})
    mine = next(each for each in queries.overview(people["ji"]) if each.last)
    assert (mine.sums.open, mine.sums.ends) == (5, {"不属实": 1})


def check_digit(digits: str) -> str:
    """GB 11643-1999."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(a) * b for a, b in zip(digits, weights, strict=True)) % 11]


def test_it_goes_on_after_it_was_killed(people, monkeypatch: Any):
    for number in range(3):
        digits = f"42028119500101{number:03}"
        payment(f"GL{number}", digits + check_digit(digits))
        deceased(f"Q{number}", digits + check_digit(digits))
    run = actions.ask(people["ji"], "supervision_tap", "paid_after_death", **ASKED)
    real, done = actions._opened, []

    def dies(*given: Any) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        real(*given)

    monkeypatch.setattr(actions, "_opened", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.compare_job.func(run.pk)
    monkeypatch.setattr(actions, "_opened", real)
    assert actions.compare_job.func(run.pk) == {"hits": 3}
    assert ComparisonHit.objects.count() == Case.objects.filter(type="hit").count() == 3

"""The three openings: the standard before, the figures down to the rows, the result with an appeal that counts."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.jobs.worker import run_due
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.scorecards import actions, checks, facts, queries, standards
from gongzhi.city.scorecards.errors import (
    AlreadyDecided,
    BadPeriod,
    NoSuchScheme,
    NothingNamed,
    NotYet,
    SameHands,
    TooLate,
    WindowClosed,
)
from gongzhi.city.scorecards.models import Appeal, LastBand, Reckoning, Result

pytestmark = pytest.mark.django_db
STARTS = date(2024, 10, 1)


def reckoned(cast, moment, standard, at="2025-01-02 09:00"):
    with moment(at):
        found = actions.start_reckoning(standard.pk, by=cast.lin)
        run_due()
    found.refresh_from_db()
    return found


def published(cast, moment, standard):
    found = reckoned(cast, moment, standard)
    with moment("2025-01-06 09:00"):
        return actions.publish_results(found.pk, by=cast.jiangtao)


@pytest.mark.parametrize(("at", "late"), [("2024-09-16 23:00", False), ("2024-09-17 08:00", True)])
def test_it_publishes_the_standard_fifteen_days_before_or_not_at_all(cast, moment, at, late):
    with moment(at):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        if late:
            with pytest.raises(TooLate):
                actions.publish_scheme(scheme.pk, by=cast.jiangtao)
        else:
            assert actions.publish_scheme(scheme.pk, by=cast.jiangtao).published_on


def test_four_eyes_publish_a_standard_and_nobody_publishes_it_twice(cast, moment):
    with moment("2024-09-02 09:00"):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        with pytest.raises(NotAllowed):
            actions.publish_scheme(scheme.pk, by=cast.lin)
        with pytest.raises(NotAllowed):
            actions.draft_scheme("mini", "quarterly", STARTS, by=cast.zhou)
        actions.publish_scheme(scheme.pk, by=cast.jiangtao)
        with pytest.raises(AlreadyDecided):
            actions.publish_scheme(scheme.pk, by=cast.wujie)
        second = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        with pytest.raises(AlreadyDecided):
            actions.publish_scheme(second.pk, by=cast.jiangtao)


def test_the_same_person_in_two_posts_is_still_one_pair_of_eyes(cast, moment):
    from dataclasses import replace

    chief = replace(cast.lin, role="reform_chief")
    with moment("2024-09-02 09:00"):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        with pytest.raises(SameHands):
            actions.publish_scheme(scheme.pk, by=chief)


def test_a_period_begins_on_its_first_day(cast, moment):
    with moment("2024-09-02 09:00"), pytest.raises(BadPeriod):
        actions.draft_scheme("mini", "quarterly", date(2024, 11, 1), by=cast.lin)


def test_everybody_reads_the_standard_and_nobody_a_draft(cast, moment):
    with moment("2024-09-02 09:00"):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        with pytest.raises(NoSuchScheme):
            queries.scheme(cast.zhou, scheme.pk)
        actions.publish_scheme(scheme.pk, by=cast.jiangtao)
        assert queries.scheme(cast.zhou, scheme.pk).digest == scheme.digest
        with pytest.raises(NotAllowed):
            queries.schemes(cast.wang)


def test_figures_come_from_cases_and_open_to_them(cast, moment, standard, handled):
    early, late = handled(days=1), handled(days=30)
    handled("hbj", days=1)
    found = reckoned(cast, moment, standard)
    card = Result.objects.get(reckoning=found, unit="cgj")
    cell = card.cell("on_time")
    assert (cell["n"], card.observed["on_time"]["total"], card.band, card.unplaced) == (2, 1, 0, "few")
    behind = {row.case_id: row.hit for row in queries.rows_behind(card, "on_time")}
    assert behind == {early: True, late: False}
    # 教育局 did nothing: nothing is counted as nought
    nothing = Result.objects.get(reckoning=found, unit="jyj")
    assert (nothing.score, nothing.unplaced, nothing.cell("on_time")["missing"]) == (None, "missing", "none")
    with pytest.raises(NoSuchScheme):
        queries.rows_behind(card, "nothing")


def test_what_was_written_after_the_period_does_not_count(cast, moment, standard, handled):
    from datetime import timedelta

    from gongzhi.city.cases.tests.cast import MONDAY

    handled(days=1)
    handled(days=40, opened=MONDAY + timedelta(days=60))  # opened in December, answered in January
    handled(days=1, opened=MONDAY - timedelta(days=20))  # opened in September
    found = reckoned(cast, moment, standard, at="2025-03-01 09:00")
    assert Result.objects.get(reckoning=found, unit="cgj").cell("on_time")["n"] == 1
    with moment("2025-03-03 09:00"):
        actions.publish_results(found.pk, by=cast.jiangtao)
    assert checks.wrong_with(found, from_facts=True) == ""


def test_a_second_run_computes_only_what_moved(cast, moment, standard, handled):
    first = handled(days=1)
    reckoned(cast, moment, standard, at="2024-11-01 09:00")
    asks = standards.asks_of(standard)
    days = (standard.starts, standard.ends)
    from gongzhi.engine.instants import parse_instant

    # nothing had ended: both are looked at again at another instant, none at the same
    assert facts.refresh(standard, "now", days, parse_instant("2024-11-01 09:00"), asks) == 0
    assert facts.refresh(standard, "now", days, parse_instant("2024-11-02 09:00"), asks) == 1
    from gongzhi.city.cases.actions import choose
    from gongzhi.city.kernel import clock

    with clock.frozen(parse_instant("2024-11-02 10:00")):
        choose(first, "review", "pass", by=cast.zhao)
        choose(first, "callback", "satisfied", {"solved": True}, by=cast.sun)
    assert facts.refresh(standard, "now", days, parse_instant("2024-11-03 09:00"), asks) == 1
    assert facts.refresh(standard, "now", days, parse_instant("2024-11-04 09:00"), asks) == 0
    facts.forget(standard)
    assert facts.refresh(standard, "now", days, parse_instant("2024-11-04 09:00"), asks) == 1


def test_every_night_the_cases_of_a_running_scheme_are_read(cast, moment, standard, handled):
    from gongzhi.city.scorecards.routine import read_cases, read_job

    handled(days=1)
    with moment("2024-11-01 03:00"):
        read_cases()
        assert run_due() == 1 and facts.files(standard, "now")
        assert read_job.call(standard.pk) == 0
    with moment("2025-02-01 03:00"):
        read_cases()
        assert run_due() == 0


def test_results_wait_for_the_end_of_the_period_and_for_another_person(cast, moment, standard, handled):
    handled()
    early = reckoned(cast, moment, standard, at="2024-12-31 09:00")
    with moment("2025-01-06 09:00"):
        with pytest.raises(NotYet):
            actions.publish_results(early.pk, by=cast.jiangtao)
        with pytest.raises(NotAllowed):
            actions.publish_results(early.pk, by=cast.lin)
    done = reckoned(cast, moment, standard)
    with moment("2025-01-06 09:00"):
        with pytest.raises(NoSuchScheme):
            queries.result(cast.zhou, done.results.get(unit="cgj").pk)
        actions.publish_results(done.pk, by=cast.jiangtao)
        assert queries.result(cast.zhou, done.results.get(unit="cgj").pk)


def test_a_scheme_that_is_not_published_or_not_begun_is_not_computed(cast, moment):
    with moment("2024-09-02 09:00"):
        scheme = actions.draft_scheme("mini", "quarterly", STARTS, by=cast.lin)
        with pytest.raises(NotYet):
            actions.start_reckoning(scheme.pk, by=cast.lin)
        actions.publish_scheme(scheme.pk, by=cast.jiangtao)
        with pytest.raises(NotYet):
            actions.start_reckoning(scheme.pk, by=cast.lin)


def appeal(cast, card, case, **more):
    named = [{"case": case, "ask": "exclude", "reason": "暴雨停电，现场不能施工"}]
    values = {"criterion": "on_time", "cases": named, "text": "请剔除"} | more
    return actions.submit_appeal(card.pk, values.pop("criterion"), values.pop("cases"), values.pop("text"), by=cast.zhou)  # fmt: skip


# published on Monday 6 January 2025: five working days end with Monday 13 January
@pytest.mark.parametrize(("at", "closed"), [("2025-01-13 17:00", False), ("2025-01-14 08:00", True)])
def test_a_unit_has_five_working_days_to_object(cast, moment, standard, handled, at, closed):
    late = handled(days=30)
    card = published(cast, moment, standard).results.get(unit="cgj")
    with moment(at):
        if closed:
            with pytest.raises(WindowClosed):
                appeal(cast, card, late)
        else:
            assert appeal(cast, card, late).state == "open"


def test_an_appeal_names_cases_with_reasons_once(cast, moment, standard, handled):
    late, other = handled(days=30), handled("hbj", days=30)
    card = published(cast, moment, standard).results.get(unit="cgj")
    with moment("2025-01-07 09:00"):
        for wrong in (
            {"cases": []},
            {"text": " "},
            {"cases": [{"case": late, "ask": "exclude", "reason": ""}]},
            {"cases": [{"case": other, "ask": "exclude", "reason": "不是我们的"}]},
            {"cases": [{"case": late, "ask": "include", "reason": "本来就算在里面"}]},
        ):
            with pytest.raises(NothingNamed):
                appeal(cast, card, late, **wrong)
        with pytest.raises(NoSuchScheme):
            actions.submit_appeal(card.pk, "on_time", [], "", by=cast.he)
        appeal(cast, card, late)
        with pytest.raises(AlreadyDecided):
            appeal(cast, card, late)


def test_somebody_else_decides_an_appeal_with_reasons(cast, moment, standard, handled):
    from dataclasses import replace

    late = handled(days=30)
    card = published(cast, moment, standard).results.get(unit="cgj")
    with moment("2025-01-07 09:00"):
        found = appeal(cast, card, late)
        with pytest.raises(NotAllowed):
            actions.decide_appeal(found.pk, upheld=True, decision="可以", by=cast.zhou)
        with pytest.raises(SameHands):
            actions.decide_appeal(found.pk, upheld=True, decision="可以", by=replace(cast.lin, role="reform_chief"))  # fmt: skip
        with pytest.raises(NothingNamed):
            actions.decide_appeal(found.pk, upheld=True, decision="", by=cast.wujie)
        actions.decide_appeal(found.pk, upheld=False, decision="停电只有半天", by=cast.wujie)
        with pytest.raises(AlreadyDecided):
            actions.decide_appeal(found.pk, upheld=True, decision="可以", by=cast.wujie)
    assert Reckoning.objects.count() == 1
    assert f"{found.due:%m-%d}" == "01-21"  # ten working days from 7 January


@pytest.fixture
def two_offices(cast, moment, standard, handled):
    """城管局: 28 of 40 in time; 环保局: all 40."""
    late = [handled(days=30) for _ in range(12)]
    for _ in range(28):
        handled(days=1)
    for _ in range(40):
        handled("hbj", days=1)
    return late


def test_a_unit_appeals_and_wins(cast, moment, standard, two_offices):
    """The whole story: two bands, ten cases taken out, one band, version 2 beside version 1, proven by the doctor."""
    first = published(cast, moment, standard)
    card = first.results.get(unit="cgj")
    assert {row.unit: row.band for row in first.results.all()} == {"cgj": 2, "hbj": 1, "jyj": 0}
    review = LastBand.objects.get()
    assert (review.result_id, review.context["volume"], review.context["staff"]) == (card.pk, 40, 3)
    named = [{"case": case, "ask": "exclude", "reason": "暴雨停电"} for case in two_offices[:10]]
    with moment("2025-01-08 09:00"):
        found = appeal(cast, card, "", cases=named)
        actions.decide_appeal(found.pk, upheld=True, decision="供电公司有停电记录", by=cast.wujie)
        run_due()
    second = standard.reckonings.get(number=2)
    again = second.results.get(unit="cgj")
    assert (second.published_by, second.because) == (cast.wujie.person, "城管局的申诉成立")
    assert (again.cell("on_time")["n"], again.cell("on_time")["excluded"]) == (30, 10)
    assert {row.unit: row.band for row in second.results.all()} == {"cgj": 1, "hbj": 1, "jyj": 0}
    # version 1 stays as it was, with its rows
    card.refresh_from_db()
    assert (card.band, card.cell("on_time")["n"]) == (2, 40)
    assert sum(row.counted for row in queries.rows_behind(card, "on_time")) == 40
    assert sum(row.counted for row in queries.rows_behind(again, "on_time")) == 30
    assert queries.current(cast.zhou, standard) == second
    assert [checks.wrong_with(each, from_facts=True) for each in (first, second)] == ["", ""]
    assert checks.check_scorecards(True).ok
    # nobody stands last any more, and somebody who did not compute it looks at who stood last
    assert LastBand.objects.count() == 1
    with moment("2025-01-09 09:00"):
        with pytest.raises(SameHands):
            from dataclasses import replace

            actions.review_bottom(review.pk, finding="data", opinion="数据有误", by=replace(cast.lin, role="reform_chief"))  # fmt: skip
        done = actions.review_bottom(review.pk, finding="data", opinion="申诉成立后已不在末档", by=cast.wujie)
        assert done.reviewed_by == cast.wujie.person
    # and a figure that somebody changed behind the back is found
    Result.objects.filter(pk=again.pk).update(score=99)
    assert not checks.check_scorecards(False).ok


def test_a_later_decision_can_put_a_case_back(cast, moment, standard, handled):
    late = handled(days=30)
    handled(days=1)
    card = published(cast, moment, standard).results.get(unit="cgj")
    with moment("2025-01-07 09:00"):
        one = appeal(cast, card, late)
        actions.decide_appeal(one.pk, upheld=True, decision="可以", by=cast.wujie)
        run_due()
        second = standard.reckonings.get(number=2).results.get(unit="cgj")
        other = appeal(cast, second, late, cases=[{"case": late, "ask": "include", "reason": "弄错了"}])
        actions.decide_appeal(other.pk, upheld=True, decision="可以", by=cast.wujie)
        run_due()
    counts = [
        each.results.get(unit="cgj").cell("on_time")["n"] for each in standard.reckonings.order_by("number")
    ]
    assert counts == [2, 1, 2]
    assert Appeal.objects.filter(state="upheld").count() == 2


def test_a_job_that_died_half_way_goes_on(cast, moment, standard, handled, monkeypatch):
    handled()
    handled("hbj")
    from gongzhi.city.scorecards import gathering

    def die(*_args, **_more):
        raise RuntimeError("killed")

    with moment("2025-01-02 09:00"):
        found = actions.start_reckoning(standard.pk, by=cast.lin)
        with monkeypatch.context() as patch:
            patch.setattr(gathering, "sheets", die)
            run_due()
        found.refresh_from_db()
        assert found.state == "running"
        actions.reckon_job.call(found.pk)
    found.refresh_from_db()
    assert (found.state, found.results.count(), Case.objects.count()) == ("done", 3, 2)


@pytest.fixture
def appraisal(cast):
    from importlib.resources import files

    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install

    install(str(files("gongzhi.mechanisms") / "appraisal"), by=SYSTEM)
    library.LIBRARY.forget()


def test_an_appeal_is_handled_in_its_case_where_the_mechanism_is_installed(
    cast, moment, standard, handled, appraisal
):
    from gongzhi.city.cases.actions import choose
    from gongzhi.city.journal.reactions import react

    first, second = handled(days=30), handled("hbj", days=30)
    found = published(cast, moment, standard)
    with moment("2025-01-07 09:00"):
        one = appeal(cast, found.results.get(unit="cgj"), first)
        assert (one.case.type, one.case.lead_id, f"{one.case.due:%m-%d}") == ("score_appeal", "cgj", "01-21")
        actions.decide_appeal(one.pk, upheld=True, decision="停电属实", by=cast.wujie)
        one.case.refresh_from_db()
        assert one.case.ended == "upheld"
        run_due()
        # and the other way round: decided on the page of the case
        card = standard.reckonings.get(number=2).results.get(unit="hbj")
        named = [{"case": second, "ask": "exclude", "reason": "停电"}]
        other = actions.submit_appeal(card.pk, "on_time", named, "请剔除", by=cast.zheng)
        choose(other.case_id, "decide", "uphold", {"decision": "停电属实"}, by=cast.wujie)
        while not react().idle:
            pass
        run_due()
    other.refresh_from_db()
    assert (other.state, other.decided_by, other.decision) == ("upheld", cast.wujie.person, "停电属实")
    assert standard.reckonings.get(number=3).published_at
    assert standard.reckonings.get(number=3).results.get(unit="hbj").cell("on_time")["missing"] == "none"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"due_on": "2024-10-31", "verified_on": "2024-10-31"}, (date(2024, 10, 31), False)),
        ({"due_on": "2024-10-31", "verified_on": "2024-11-01"}, (date(2024, 10, 31), True)),
        ({}, (None, None)),
    ],
)
def test_an_owned_task_is_late_by_the_day_on_which_somebody_verified_it(data, expected):
    from gongzhi.city.scorecards.persons import _due

    assert _due(Case(state={"data": data})) == expected

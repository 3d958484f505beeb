"""Benefits in a city: matched, paid, returned, stopped, claimed back, reviewed, doubled; and what a change would mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongzhi.city.benefits import actions, catalogue, checks, giving, queries, reckoning
from gongzhi.city.benefits.actions.granting import first_free
from gongzhi.city.benefits.actions.paying import _lines, run_job
from gongzhi.city.benefits.actions.studying import study_job
from gongzhi.city.benefits.errors import MonthOver, OneAtATime, SamePerson, SayWhy, TooMuchBack, WrongMoment
from gongzhi.city.benefits.models import Entitlement, PaymentLine, PaymentRun, WhatIf
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, build_city
from gongzhi.city.comparisons import actions as comparisons
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post
from gongzhi.engine.benefits import HasItAlready, NotEntitled

pytestmark = pytest.mark.django_db
PENSION = "land_losing_farmers.land_pension"
NUMBER = "11010519491231002X"
SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = {"because": "试验", "by": SYSTEM}


def at(text: str) -> Any:
    return clock.frozen(datetime.fromisoformat(f"{text}T09:00:00").replace(tzinfo=SHANGHAI))


@pytest.fixture
def people(db: None, settings: Any, tmp_path: Any) -> Iterator[dict[str, Standing]]:
    from gongzhi.city.cases import numbering, world

    settings.GONGZHI_WAREHOUSE = str(tmp_path)
    library.LIBRARY.clear()
    world.forget()
    numbering.forget()
    build_city()
    with at("2024-02-05"):
        found = clean_city()
        for name in ("supervision_tap", "people_places", "land_losing_farmers"):
            install(FOLDERS / name, by=SYSTEM)
        gov = Office.objects.get(code="gov")
        territory.add_office(
            SYSTEM, code="rsj", name="人力资源和社会保障局", kind="department", area=gov.area, parent=gov
        )
        for username, role in (("min", "welfare_clerk"), ("an", "welfare_clerk"), ("ren", "leader")):
            user = User.objects.create_user(username, name=username)
            post = Post.objects.create(user=user, role=role, office=Office.objects.get(code="rsj"))
            found[username] = territory_queries.standing(post)
        world.forget()
        farmer("P1", "1964-02-10")
        farmer("P2", "1950-06-01")
        farmer("P3", "1990-06-01")
    yield found
    library.LIBRARY.clear()
    world.forget()
    numbering.forget()


def farmer(key: str, born: str, *, number: str = "", left: float = 0.1) -> None:
    values = {"name": f"冯{key}", "born_on": born, "unit": JINHU, "source": "gov", "household": None}
    if number:
        values["identity_number"] = number
    records.put("residents", key, values, **WHY)
    loss = {"person": key, "village": JINHU, "mu": 1.5, "left_each": left, "lost_on": "2024-01-10"}
    records.put("land_losses", f"L{key}", {**loss, "project": "产业园", "source": "gov"}, **WHY)


def known() -> catalogue.Known:
    return catalogue.one(PENSION)


def paid(people: dict[str, Standing], month: str) -> PaymentRun:
    """A month's list, made by one and approved by another."""
    run = actions.make_run(people["min"], PENSION, date.fromisoformat(f"{month}-01"))
    run_job.func(run.pk)
    return actions.approve(people["ren"], run.pk)


def lines(run: PaymentRun) -> dict[str, tuple[Decimal, Decimal]]:
    rows = PaymentLine.objects.filter(run=run).select_related("entitlement")
    return {row.entitlement.person: (row.amount, row.back) for row in rows}


def test_a_farmer_turns_sixty_and_is_paid_without_applying(people):
    with at("2024-02-09"):
        assert actions.match(known()) == 1  # the one who is seventy-three
    with at("2024-02-10"):
        assert actions.match(known()) == 1
        assert actions.match(known()) == 0
    had = Entitlement.objects.get(person="P1")
    assert (had.starts, had.ends, had.case, had.office) == (date(2024, 3, 1), None, None, "rsj")
    assert "已经到了年龄" in had.because and had.review_due == date(2025, 2, 1)
    with at("2024-03-05"):
        assert lines(paid(people, "2024-02")) == {"P2": (Decimal(240), Decimal(0))}
        run = paid(people, "2024-03")
    assert lines(run) == {"P1": (Decimal(240), Decimal(0)), "P2": (Decimal(240), Decimal(0))}
    assert (run.lines, run.total, run.state) == (2, Decimal(480), "approved")
    facts = [each.kind for each in Entry.objects.filter(subject=f"entitlement:{had.pk}").order_by("seq")]
    assert facts == ["granted", "paid"]
    assert "冯P1" not in str([each.data for each in Entry.objects.filter(subject__startswith="entitlement")])
    assert giving.KEEPER.entitled("P2", PENSION)
    assert checks.check_payments(True).ok


def test_who_made_the_list_does_not_approve_it_and_only_one_is_open(people):
    with at("2024-03-05"):
        actions.match(known())
        run = actions.make_run(people["min"], PENSION, date(2024, 2, 1))
        with pytest.raises(OneAtATime):
            actions.make_run(people["an"], PENSION, date(2024, 3, 1))
        with pytest.raises(WrongMoment):
            actions.approve(people["ren"], run.pk)
        assert run_job.func(run.pk) == run_job.func(run.pk)
        with pytest.raises(NotAllowed):
            actions.approve(people["min"], run.pk)
        PaymentRun.objects.filter(pk=run.pk).update(made_by=people["ren"].person)
        with pytest.raises(SamePerson):
            actions.approve(people["ren"], run.pk)
        actions.drop(people["an"], run.pk, reason="名单要重新核对")
        assert paid(people, "2024-03").state == "approved"
        for month in (date(2024, 2, 1), date(2024, 4, 1)):
            with pytest.raises(MonthOver):
                actions.make_run(people["min"], PENSION, month)
        for other in ("ji", "shen", "shi", "root"):
            with pytest.raises(NotAllowed):
                actions.make_run(people[other], PENSION, date(2024, 3, 1))


def test_a_parameter_changed_backwards_is_made_up_for_in_the_next_run(people):
    with at("2024-02-20"):
        actions.match(known())
        paid(people, "2024-02")
    with at("2024-03-20"):
        paid(people, "2024-03")
        with pytest.raises(NotAllowed):
            actions.set_parameter(
                people["min"],
                PENSION,
                "monthly",
                starts=date(2024, 1, 1),
                value=Decimal(300),
                basis="某某发二号",
            )
        actions.set_parameter(
            people["ren"],
            PENSION,
            "monthly",
            starts=date(2024, 1, 1),
            value=Decimal("265.5"),
            basis="某某发二号",
        )
    with at("2024-04-05"):
        run = paid(people, "2024-04")
    # P2 was paid 240 for February and March; P1 has it since March
    assert lines(run) == {
        "P1": (Decimal("291.00"), Decimal("25.50")),
        "P2": (Decimal("316.50"), Decimal("51.00")),
    }
    assert run.back == Decimal("76.50")


def test_an_income_that_falls_now_changes_no_month_before(people):
    basic = "five_guarantees.basic"

    def listed(income: int) -> None:
        row = {
            "person": "P3",
            "group": "低保对象",
            "income_each": income,
            "self_care": "全自理",
            "studying": "不在读",
        }
        row |= {"no_home": False, "confirmed_on": "2024-08-01", "keeper": "mzj"}
        records.put("supported_people", "D1", row, **WHY)

    def month(text: str) -> PaymentRun:
        with at(f"{text}-20"):
            run = actions.make_run(clerk, basic, date.fromisoformat(f"{text}-01"))
            run_job.func(run.pk)
            return actions.approve(head, run.pk)

    with at("2024-08-05"):
        gov = Office.objects.get(code="gov")
        territory.add_office(SYSTEM, code="mzj", name="民政局", kind="department", area=gov.area, parent=gov)
        clerk, head = (
            territory_queries.standing(
                Post.objects.create(
                    user=User.objects.create_user(name, name=name),
                    role=role,
                    office=Office.objects.get(code="mzj"),
                )
            )
            for name, role in (("minzheng1", "welfare_clerk"), ("minzheng2", "leader"))
        )
        install(FOLDERS / "five_guarantees", by=SYSTEM)
        listed(380)
        actions.decide(
            SYSTEM, basic, "P3", starts=None, until=None, amount=None, case=None, today=clock.today()
        )
    assert lines(month("2024-08")) == {"P3": (Decimal(300), Decimal(0))}
    listed(280)
    assert lines(month("2024-09")) == {"P3": (Decimal(400), Decimal(0))}
    listed(680)  # nothing for October, and nothing taken back
    assert lines(month("2024-10")) == {"P3": (Decimal(0), Decimal(0))}
    listed(580)  # October was looked at: it stays without
    with at("2024-11-05"):
        actions.set_parameter(
            head, basic, "minimum", starts=date(2024, 8, 1), value=Decimal(700), basis="某某发三号"
        )
    # each month with the income of its own day: twenty more for August, September and October
    assert lines(month("2024-11")) == {"P3": (Decimal(180), Decimal(60))}
    texts = (
        PaymentLine.objects.filter(entitlement__person="P3").order_by("pk").values_list("basis", flat=True)
    )
    assert all("580" not in each for each in texts[:3]) and "580" in texts[3]


def test_what_the_bank_returns_is_paid_again_once(people):
    with at("2024-02-20"):
        actions.match(known())
        run = paid(people, "2024-02")
        line = run.entries.get(entitlement__person="P2")
        _run, content = actions.send(people["min"], run.pk, purpose="二月发放送农商行")
        assert "冯P2".encode() in content and b"240.00" in content
        actions.return_line(people["an"], line.pk, reason="账号不存在")
        with pytest.raises(WrongMoment):
            actions.return_line(people["an"], line.pk, reason="账号不存在")
    with at("2024-03-20"):
        assert lines(paid(people, "2024-03"))["P2"] == (Decimal(480), Decimal(240))
    with at("2024-04-20"):
        assert lines(paid(people, "2024-04"))["P2"] == (Decimal(240), Decimal(0))


def test_a_death_stops_it_and_what_was_paid_too_much_comes_back(people):
    with at("2024-02-20"):
        actions.match(known())
        paid(people, "2024-02")
    with at("2024-03-20"):
        paid(people, "2024-03")
        had = Entitlement.objects.get(person="P2")
        records.put("residents", "P2", {}, move="leave", **WHY)
        assert actions.sweep()["gone"] == 1
        had.refresh_from_db()
        assert (had.state, had.ends) == ("stopped", date(2024, 3, 20))
    with at("2024-04-20"):
        assert "P2" not in lines(paid(people, "2024-04"))  # the month of death was paid, nothing is owed
        Entitlement.objects.filter(pk=had.pk).update(ends=date(2024, 2, 15))  # a court said February
    with at("2024-05-20"):
        paid(people, "2024-05")
        had.refresh_from_db()
        assert had.owes == Decimal(240)
        with pytest.raises(TooMuchBack):
            actions.recover(people["min"], had.pk, amount=Decimal(241), note="家属退回现金")
        actions.recover(people["min"], had.pk, amount=Decimal(240), note="家属退回现金")
    react_to_all()
    opened = Case.objects.get(type="claim_back").state["data"]
    assert (opened["benefit_number"], opened["unit"]) == (had.number, "rsj")
    assert Decimal(str(opened["amount"])) == 240
    with at("2024-06-20"):
        paid(people, "2024-06")
        had.refresh_from_db()
        assert had.owes == 0


def test_a_review_keeps_or_stops_and_says_why(people):
    with at("2024-02-20"):
        actions.match(known())
        had = Entitlement.objects.get(person="P2")
    with at("2025-02-10"):
        assert actions.sweep()["review"] == 2 and actions.sweep()["review"] == 0
        made = actions.review(people["min"], had.pk, "keep")
        assert "已经到了年龄" in made.because
        had.refresh_from_db()
        assert had.review_due == date(2026, 2, 1)
        with pytest.raises(SayWhy):
            actions.review(people["min"], had.pk, "stop")
        actions.review(people["min"], had.pk, "stop", note="征地登记注销了")
        had.refresh_from_db()
        assert (had.state, had.stop_reason, had.review_due) == ("stopped", "征地登记注销了", None)
        # what a person stopped does not come back by itself
        assert "P2" not in Entitlement.objects.filter(state="running").values_list("person", flat=True)
        actions.match(known())
        assert Entitlement.objects.filter(person="P2").count() == 1


def test_a_case_gives_and_stops_and_what_is_refused_is_noted(people):
    form = {"farmer": "P2", "matter": "该有没有", "words": "隔壁都发了", "unit": "rsj"}
    with at("2024-02-20"):
        case = cases.open_case("land_losing_farmers", "doubt", form, by=SYSTEM).case
        cases.choose(case, "look", "give", {"answer": "够条件"}, by=people["min"])
        react_to_all()
        assert str(Entitlement.objects.get(person="P2").case) == str(case)
        again = cases.open_case(
            "land_losing_farmers", "doubt", {**form, "matter": "人去世了或迁走了"}, by=SYSTEM
        ).case
        stop = {"last_day": "2024-02-15", "stop_why": "二月十四日去世", "answer": "停"}
        cases.choose(again, "look", "stop", stop, by=people["min"])
        react_to_all()
    had = Entitlement.objects.get(person="P2")
    assert (had.state, had.ends, had.stop_reason) == ("stopped", date(2024, 2, 14), "二月十四日去世")
    with at("2024-02-21"):
        with pytest.raises(NotEntitled):
            actions.decide(people["min"], PENSION, "P3")
        actions.decide(people["min"], PENSION, "P2")
        with pytest.raises(HasItAlready):
            actions.decide(people["min"], PENSION, "P2")


def test_a_duplicate_benefit_becomes_a_case_to_verify(people):
    with at("2024-03-05"):
        farmer("P8", "1949-12-31", number=NUMBER)
        farmer("P9", "1949-12-31", number=NUMBER.lower())
        actions.match(known())
        run = comparisons.ask(people["ji"], "land_losing_farmers", "paid_twice", purpose="待遇专项检查方案")
        comparisons.compare_job.func(run.pk)
        run.refresh_from_db()
        assert (run.state, run.hits, run.fresh) == ("done", 1, 1)
    hit = Case.objects.get(type="hit")
    assert hit.mechanism == "supervision_tap" and NUMBER not in str(hit.state)
    assert "同一个身份证号" in str(hit.state["data"]["suspicion"])


def test_a_what_if_says_who_gains_and_who_loses(people):
    with at("2024-03-05"):
        farmer("P4", "1966-01-01")
        farmer("P5", "1950-01-01", left=0.5)
        with pytest.raises(NotAllowed):
            actions.ask(people["ji"], PENSION, {"monthly": Decimal(300)})
        asked = actions.ask(
            people["min"], PENSION, {"monthly": Decimal(200), "age_from": Decimal(58)}, date(2024, 3, 1)
        )
        study_job.func(asked.pk)
    found = WhatIf.objects.get(pk=asked.pk)
    assert (found.state, found.people, found.trouble) == ("done", 5, "")
    told = found.result
    assert (told["had0"], told["had1"], told["gain"], told["lose"]) == (2, 3, 1, 2)
    assert (told["cost0"], told["cost1"]) == ("480.00", "600.00")
    assert [row["key"] for row in told["gains"]] == ["P4"] and told["gains"][0]["worth1"] == "200.00"
    assert {row["key"] for row in told["loses"]} == {"P1", "P2"}
    # the same by the plain evaluation
    kinds = reckoning.kinds_of(known().programme)
    assert (kinds["has_land"], kinds["lost_on"], kinds["left_each"]) == ("boolean", "date", "number")


def test_who_is_stopped_and_given_it_again_is_paid_no_month_twice(people):
    with at("2024-02-20"):
        actions.match(known())
        paid(people, "2024-02")
    with at("2024-03-20"):
        paid(people, "2024-03")
        had = Entitlement.objects.get(person="P2")
        actions.stop(people["min"], had.pk, first_without=date(2024, 3, 15), reason="认错了人先停")
        assert actions.decide(people["min"], PENSION, "P2").starts == date(2024, 4, 1)
    with at("2024-04-20"):
        assert lines(paid(people, "2024-04"))["P2"] == (Decimal(240), Decimal(0))


@pytest.mark.parametrize(
    ("per", "ends", "first"),
    [("month", (2024, 7, 9), (2024, 8, 1)), ("year", (2024, 7, 9), (2025, 2, 1)), ("year", (2024, 1, 31), (2024, 2, 20)),
     ("year", (2025, 2, 3), (2026, 2, 1)), ("once", (2024, 2, 29), None), ("month", (9999, 1, 1), None)],
)  # fmt: skip
def test_what_was_given_before_is_not_given_again_for_the_same_time(people, per, ends, first):
    held = catalogue.one(PENSION)
    spec = held.spec.model_copy(update={"per": per})
    program = type(held.programme)(spec, held.programme.table, held.programme.mechanism)
    again = catalogue.Known(held=held.held, programme=program)
    with at("2024-02-20"):
        actions.match(known())
        had = Entitlement.objects.filter(person="P2")
        begins = date(2024, 2, 1) if ends != (2024, 1, 31) else date(2023, 2, 1)
        had.update(state="stopped", starts=begins, ends=date(*ends), stopped_at=clock.now())
        if first is None:
            with pytest.raises(HasItAlready):
                first_free(again, "P2", date(2024, 2, 20))
        else:
            assert first_free(again, "P2", date(2024, 2, 20)) == date(*first)
        had.update(ends=begins.replace(year=2022), starts=begins)
        assert first_free(again, "P2", date(2024, 2, 20)) == date(2024, 2, 20)  # it was never had


def test_a_stop_of_any_day_is_a_stop(people):
    with at("2024-02-20"):
        actions.match(known())
        had = Entitlement.objects.get(person="P2")
        assert actions.stop(people["min"], had.pk, first_without=date.min, reason="从来不该有").ends == date(
            2024, 1, 31
        )


def test_money_given_back_is_not_claimed_twice_and_is_whole_cents(people):
    with at("2024-02-20"):
        actions.match(known())
        paid(people, "2024-02")
    with at("2024-03-20"):
        had = Entitlement.objects.get(person="P2")
        actions.stop(people["min"], had.pk, first_without=date(2024, 2, 1), reason="从来不该有")
        paid(people, "2024-03")
        for wrong in ("0.001", "1e-30", "240.005"):
            with pytest.raises(TooMuchBack):
                actions.recover(people["min"], had.pk, amount=Decimal(wrong), note="家属退回现金")
    with at("2024-04-20"):
        run = actions.make_run(people["min"], PENSION, date(2024, 4, 1))
        run_job.func(run.pk)
        with pytest.raises(WrongMoment):  # the list would claim the same money again
            actions.recover(people["min"], had.pk, amount=Decimal(240), note="家属退回现金")
        actions.approve(people["ren"], run.pk)
        actions.recover(people["min"], had.pk, amount=Decimal(240), note="家属退回现金")
        had.refresh_from_db()
        assert had.owes == 0


def test_a_list_that_is_settled_or_dropped_gets_no_more_lines(people):
    with at("2024-03-20"):
        actions.match(known())
        run = actions.make_run(people["min"], PENSION, date(2024, 3, 1))
        actions.drop(people["min"], run.pk, reason="名单要重新核对")
        PaymentRun.objects.filter(pk=run.pk).update(state="draft")
        run.refresh_from_db()
        _lines(run, known(), list(Entitlement.objects.values_list("pk", flat=True)), {})
        assert not run.entries.exists()


def test_the_sum_of_the_bank_sheet_is_the_sum_of_its_lines(people):
    with at("2024-03-20"):
        actions.match(known())
        run = paid(people, "2024-03")
        actions.return_line(people["an"], run.entries.get(entitlement__person="P2").pk, reason="账号不存在")
        _run, content = actions.send(people["min"], run.pk, purpose="三月发放送农商行")
        assert content.decode("utf-8-sig").splitlines()[-1] == "合计,1,,,,240.00,"


def test_an_office_looks_nobody_up_for_what_another_gives(people):
    with at("2024-03-20"):
        assert queries.look_up(people["min"], known(), "P2").entitled
        other = dataclasses.replace(people["min"], office="jw", office_path="000999")
        with pytest.raises(NotAllowed):
            queries.look_up(other, known(), "P2")

"""What the history fills in, what people change, who may ask, and that a killed job goes on where it was."""

from __future__ import annotations

import pytest

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.simulations import actions, asking, histories, queries, running
from gongzhi.city.simulations.errors import NoSuchSimulation
from gongzhi.city.simulations.models import Simulation
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.simulation import NoArrivals, Replication, TooLarge

pytestmark = pytest.mark.django_db

SMALL = {"days": "10", "replications": "5"}


def ask(by, **sent):
    question = asking.prepare(by, "mini", "appeal")
    spec = asking.answer(question, {**SMALL, **sent})
    row = actions.start(by, title="问", mechanism="mini", case_type="appeal", spec=spec, fits=question.fits)
    running.simulate.func(row.pk)
    return Simulation.objects.get(pk=row.pk)


def test_it_learns_what_was_lived(lived):
    history = histories.history_of("mini", "appeal", by=lived.qian)
    assert len(history.opened) == 12 and history.clock_errors == 0
    taken = [visit.choice for visit in history.visits if visit.step == "review"]
    assert (taken.count("pass"), taken.count("redo")) == (12, 3)
    register = next(visit for visit in history.visits if visit.step == "register")
    # the first case: opened at 9:00, passed on ten minutes later
    assert (register.done - register.opened).total_seconds() == 600
    assert register.actor and lived.li.person not in register.actor


def test_it_fills_the_form_from_history(lived):
    question = asking.prepare(lived.qian, "mini", "appeal")
    rows = {row.name: row for row in question.times}
    assert rows["time-register"].quality == "few" and "12 次观察" in rows["time-register"].because
    # nobody ever asked for an extension: the number is assumed, and said to be
    assert rows["time-approve"].quality == "none" and "没有历史" in rows["time-approve"].because
    people = {row.name: row.value for row in question.people}
    assert people["people-dispatcher"] == "1" and people["people-officer"] == "1"
    assert float(question.arrivals.value) > 0


def test_it_answers_what_two_more_would_change(lived):
    row = ask(lived.qian, per_day="30", **{"people-officer": "1", "more1-officer": "2"})
    assert row.state == Simulation.State.DONE and row.done == 5
    ((name, found),) = row.result["differences"].items()
    assert name.startswith("再多2名")
    assert found["elapsed.p50"]["n"] == 5
    people = [each["people"]["officer"] for each in row.result["variants"].values()]
    assert people == [1, 3]
    kinds = (
        Entry.objects.filter(subject=f"simulation:{row.pk}").order_by("seq").values_list("kind", flat=True)
    )
    assert list(kinds) == ["simulation_started", "simulation_ended"]


def test_it_goes_on_where_it_was_killed(lived, monkeypatch):
    row = ask(lived.qian)
    whole = Simulation.objects.get(pk=row.pk)
    kept = {name: runs[:2] for name, runs in whole.runs.items()}
    Simulation.objects.filter(pk=row.pk).update(state="running", runs=kept, done=2, result={})
    numbers = []
    real = running.replicate
    monkeypatch.setattr(running, "replicate", lambda m, s, n: numbers.append(n) or real(m, s, n))
    running.simulate.func(row.pk)
    again = Simulation.objects.get(pk=row.pk)
    assert numbers == [2, 3, 4]
    assert again.result == whole.result


def test_it_stops_when_its_time_is_up(lived, monkeypatch):
    monkeypatch.setattr(running, "BUDGET", -1.0)
    row = ask(lived.qian, replications="9")
    assert row.done == running.LEAST and "时间到了" in row.said
    assert row.result["variants"][running.NOW]["replications"] == running.LEAST


def test_it_says_what_went_wrong(lived, monkeypatch):
    def breaks(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(running, "replicate", breaks)
    row = Simulation.objects.create(
        mechanism="mini", version="1.0.0", case_type="appeal", by="x", by_name="x", made_at="2024-10-20T00:00Z",
        assumptions={"arrivals": {"per_working_day": 3}},
    )  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        running.simulate.func(row.pk)
    row.refresh_from_db()
    assert row.state == Simulation.State.FAILED and "程序出了错" in row.said


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"days": "400"}, "SI007"),
        ({"replications": "2"}, "SI007"),
        ({"people-officer": "两个"}, "SI007"),
        ({"people-officer": "1.5"}, "SI007"),
        ({"time-register": "0"}, "SI007"),
        ({"route-review-pass": "0", "route-review-redo": "0"}, "SI007"),
        ({"promise": "很快"}, "SI001"),
    ],
)
def test_it_refuses_numbers_that_are_none(lived, sent, code):
    with pytest.raises(GongzhiError) as found:
        ask(lived.qian, **sent)
    assert found.value.code == code
    assert not Simulation.objects.exists()


def test_it_refuses_what_would_take_an_hour(lived):
    with pytest.raises(TooLarge):
        ask(lived.qian, per_day="20000", days="365", replications="60")


def test_it_asks_for_arrivals_where_there_is_no_history(cast):
    with pytest.raises(NoArrivals):
        ask(cast.qian)
    assert ask(cast.qian, per_day="4").state == "done"


def test_it_lets_only_those_ask_who_may(lived):
    for who in (lived.he, lived.li, lived.wang):
        with pytest.raises(NotAllowed):
            asking.prepare(who, "mini", "appeal")
    row = ask(lived.qian)
    assert queries.one(lived.ma, row.pk).pk == row.pk
    with pytest.raises(NoSuchSimulation):
        queries.one(lived.he, row.pk)


def test_it_gives_the_same_answer_for_the_same_seed(lived):
    one, other, third = ask(lived.qian), ask(lived.qian), ask(lived.qian, seed="2")
    assert one.result == other.result != third.result


def test_it_runs_alike_on_one_and_on_two_processes(lived):
    from gongzhi.city.mechanisms import library
    from gongzhi.city.simulations import processes

    question = asking.prepare(lived.qian, "mini", "appeal")
    spec = asking.answer(question, SMALL)
    models = running.models_of(library.one("mini").mechanism, "appeal", spec)
    here = processes.run(models, 5, 3, jobs=1)
    there = processes.run(models, 5, 3, jobs=2)
    assert repr(here) == repr(there) and isinstance(here[running.NOW][0], Replication)


def test_it_learns_on_the_command_line_from_the_citys_own_cases(lived, capsys):
    from gongzhi.city.cases.tests.cast import JINHU, LEISHAN, MINI
    from gongzhi.city.cli.main import main

    words = [
        "simulate",
        str(MINI),
        "appeal",
        "--history",
        "--days",
        "10",
        "--replications",
        "2",
        "--jobs",
        "1",
    ]
    assert main([*words, "--area", JINHU]) == 0
    assert "共 12 件" in capsys.readouterr().out
    # nothing ever came from the other town
    assert main([*words, "--area", LEISHAN]) == 1
    assert "SI002" in capsys.readouterr().err

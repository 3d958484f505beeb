"""An office is dissolved while it holds forty cases; units are split and merged while their matters are open."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import timedelta

import pytest

from gongzhi.city.cases import actions, catalogue, figures, world
from gongzhi.city.cases.actions import moving
from gongzhi.city.cases.checks import check_references, check_states
from gongzhi.city.cases.models import Case, Counter, Task
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN, MONDAY, MiniSource, dispatched, reported
from gongzhi.city.counters.models import Line, Seat, Window
from gongzhi.city.jobs.models import Job
from gongzhi.city.journal import queries as journal
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import sorting, succession
from gongzhi.city.mechanisms.errors import NotAnHeir
from gongzhi.city.mechanisms.models import ToSort
from gongzhi.city.people.models import User
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.errors import NoHeir
from gongzhi.city.territory.models import Area, Office, OfficeLink, Post

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def mini():
    source = MiniSource()
    catalogue.register(source)
    yield
    catalogue.unregister(source)


@pytest.fixture
def city(cast, monday):
    return cast


def office(code: str) -> Office:
    return Office.objects.get(code=code)


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def heir(code: str = "zfj", where: str = "420281000000") -> Office:
    gov = office("gov")
    return territory.add_office(
        SYSTEM, code=code, name=f"{code}执法局", kind="department", area=area(where), parent=gov
    )


def cases_of(cast, count: int, **more) -> list[str]:
    made = []
    for _number in range(count):
        case = reported(cast, **more).case
        dispatched(cast, case)
        made.append(case)
    return made


def dissolve(old: str, *heirs: Office, on=TODAY, basis: str = "鄂编〔2024〕3号") -> None:
    territory.succeed_office(SYSTEM, office(old), list(heirs), on=on, basis=basis)
    react_to_all()


def work() -> int:
    """What the worker does with the jobs that wait."""
    waiting = list(Job.objects.filter(task__endswith="move_on", state="waiting"))
    Job.objects.filter(pk__in=[job.pk for job in waiting]).delete()
    return sum(succession.move_on.func(*job.args) for job in waiting)


def test_an_office_dissolved_while_it_holds_forty_cases_leaves_none_behind(city):
    """The fault of the issue: forty cases, their tasks and their people go on at the successor."""
    made = cases_of(city, 40)
    due = dict(Task.objects.filter(office="cgj").values_list("case", "due"))
    dissolve("cgj", heir())
    assert Job.objects.filter(task__endswith="move_on").count() == 1
    assert work() == 40
    assert not Task.objects.filter(office="cgj").exists() and not Case.objects.filter(lead="cgj").exists()
    assert Case.objects.filter(lead="zfj", lead_path=office("zfj").path).count() == 40
    assert dict(Task.objects.filter(office="zfj").values_list("case", "due")) == due
    assert all(journal.facts(f"case:{case}")[-1].kind == "moved" for case in made)
    [summary] = [fact for fact in journal.facts("office:cgj") if fact.kind == "matters_moved"]
    assert summary.data["count"] == 40
    assert check_states(True).ok and check_references(True).ok


def test_the_people_go_along_and_do_the_work(city):
    [case] = cases_of(city, 1)
    dissolve("cgj", heir())
    work()
    [post] = queries.posts_of(User.objects.get(username="zhou"))
    assert post.office.code == "zfj"
    actions.choose(case, "handle", "reply", {"result": "解决", "reply": "好了"}, by=queries.standing(post))
    assert Task.objects.get(case=case).step == "review"


def test_a_job_that_was_killed_in_the_middle_is_run_again_and_finds_the_rest(city, monkeypatch):
    made = cases_of(city, 12)
    dissolve("cgj", heir())
    real, seen = moving.write, []

    def dies(held, facts, *, at):
        real(held, facts, at=at)
        seen.append(held.row.pk)
        if len(seen) == 5:
            raise SystemExit("killed")

    monkeypatch.setattr(moving, "write", dies)
    with pytest.raises(SystemExit):
        succession.move_all(office("cgj"))
    monkeypatch.setattr(moving, "write", real)
    assert Case.objects.filter(lead="zfj").count() == 4  # the fifth was taken back
    succession.sweep()
    assert work() == 8 and succession.move_all(office("cgj")) == 0
    assert Tally(fact.kind for case in made for fact in journal.facts(f"case:{case}"))["moved"] == 12
    assert check_states(True).ok


def test_of_two_successors_the_place_decides_and_the_rest_is_listed(city):
    cases_of(city, 2)
    cases_of(city, 3, place={"text": "雷山村口", "area": LEISHAN})
    cases_of(city, 1, place={"text": "市里", "area": "420281000000"})
    east, west = heir("east", JINHU), heir("west", LEISHAN)
    dissolve("cgj", east, west)
    assert work() == 6
    assert Case.objects.filter(lead="east").count() == 3 and Case.objects.filter(lead="west").count() == 3
    [row] = ToSort.objects.all()
    assert (row.now_at, row.settled_at) == ("east", None)
    fact = journal.facts(f"case:{row.case_id}")[-1]
    assert fact.data["by_hand"] is True and "人工" in fact.data["because"]
    assert [each.code for each in sorting.candidates(row)] == ["east", "west"]


def test_a_person_sorts_what_was_listed_once_and_only_to_a_successor(city):
    cases_of(city, 1, place={"text": "市里", "area": "420281000000"})
    dissolve("cgj", heir("east", JINHU), heir("west", LEISHAN))
    work()
    row = sorting.to_sort(city.chen).get()
    assert not sorting.to_sort(city.zhou).exists() and not sorting.to_sort(city.he).exists()
    with pytest.raises(NotAllowed):
        sorting.sort(city.he, row.pk, "west")
    with pytest.raises(NotAnHeir):
        sorting.sort(city.chen, row.pk, "hbj")
    sorting.sort(city.chen, row.pk, "west")
    sorting.sort(city.chen, row.pk, "east")  # somebody with an old page: nothing moves back
    assert Case.objects.get(pk=row.case_id).lead_id == "west" and not sorting.to_sort(city.chen).exists()
    last = journal.facts(f"case:{row.case_id}")[-1]
    assert (last.kind, last.by.person, last.data["to"]) == ("moved", city.chen.person, "west")
    assert check_states(True).ok


def test_nothing_moves_before_its_day_and_everything_on_it(city):
    cases_of(city, 2)
    dissolve("cgj", heir(), on=TODAY + timedelta(days=3))
    assert work() == 0 and Case.objects.filter(lead="cgj").count() == 2
    with clock.frozen(MONDAY + timedelta(days=2)):
        succession.sweep()
        assert work() == 0
    with clock.frozen(MONDAY + timedelta(days=3)):
        world.forget()
        succession.sweep()
        assert work() == 2


def test_what_is_sent_to_an_ended_office_afterwards_goes_to_its_heir(city):
    dissolve("cgj", heir())
    [case] = cases_of(city, 1)
    assert Task.objects.get(case=case).office_id == "zfj"
    succession.sweep()
    work()
    assert Case.objects.get(pk=case).lead_id == "zfj"


def test_a_helper_is_succeeded_as_well(city):
    case = reported(city).case
    dispatched(city, case, helpers=["hbj"])
    dissolve("hbj", heir("stj"))
    assert work() == 1
    row = Case.objects.get(pk=case)
    assert row.lead_id == "cgj" and row.state["data"]["helpers"] == ["stj"]
    assert {task.office_id for task in Task.objects.filter(case=case)} == {"cgj", "stj"}


def test_an_ended_case_keeps_the_office_that_did_it(city):
    [case] = cases_of(city, 1)
    for step, choice, values, by in (
        ("handle", "reply", {"result": "解决", "reply": "灯已修好"}, city.zhou),
        ("review", "pass", {}, city.zhao),
        ("callback", "satisfied", {"solved": True}, city.sun),
    ):
        actions.choose(case, step, choice, values, by=by)
    dissolve("cgj", heir())
    assert work() == 0 and Case.objects.get(pk=case).lead_id == "cgj"


def test_the_figures_of_past_days_go_along(city):
    with clock.frozen(MONDAY - timedelta(days=3)):
        cases_of(city, 3)
    day = TODAY - timedelta(days=3)
    figures.refresh(day)
    dissolve("cgj", heir())
    work()
    kept = dict(Counter.objects.filter(day=day, kind="opened").values_list("office", "count"))
    assert {office: count for office, count in kept.items() if count} == {"zfj": 3}
    figures.refresh(day)
    assert dict(Counter.objects.filter(day=day, kind="opened").values_list("office", "count")) == {"zfj": 3}


def test_an_office_does_not_end_without_a_living_heir(city):
    for heirs in ([], [office("cgj")]):
        with pytest.raises(NoHeir):
            territory.succeed_office(SYSTEM, office("cgj"), heirs, on=TODAY, basis="x")
    gone = heir("gone")
    territory.succeed_office(SYSTEM, gone, [office("hbj")], on=TODAY, basis="x")
    with pytest.raises(NoHeir):
        territory.succeed_office(SYSTEM, office("cgj"), [gone], on=TODAY, basis="x")
    assert office("cgj").ends is None


def test_subordination_and_what_lay_below_answer_to_the_heir(city):
    territory.link_offices(SYSTEM, office("jyj"), office("cgj"), "dual", basis="双管")
    dissolve("cgj", heir())
    links = OfficeLink.objects.filter(superior__code="zfj", ends=None).values_list("office__code", "kind")
    assert set(links) == {("jyj", "dual"), ("cgj-sz", "direct")}


def test_lines_windows_and_seats_go_along_and_a_left_window_is_free(city):
    line = Line.objects.create(point="p", letter="A", title="市政", office=office("cgj"))
    seat = Post.objects.get(user__username="zhou")
    window = Window.objects.create(
        point="p", number=1, title="市政", office=office("cgj"), post=seat, state="open"
    )
    Seat.objects.create(office=office("cgj"), title="云端")
    new = heir()
    Seat.objects.create(office=new, title="云端")
    dissolve("cgj", new)
    assert work() == 3
    window.refresh_from_db()
    line.refresh_from_db()
    assert (line.office, window.office, window.post, window.state) == (new, new, None, "closed")
    assert set(Seat.objects.filter(office=new).values_list("title", flat=True)) == {"云端", "城管局云端"}
    assert succession.move_all(office("cgj")) == 0


# — units


@pytest.fixture
def village(city):
    made = territory.add_area(
        SYSTEM, code="420281001201", name="上冯村", level="village", parent=area(JINHU), starts=TODAY
    )
    world.forget()
    return made


def test_units_that_merge_hand_their_matters_and_people_on(city, village):
    one, two = territory.divide_village(SYSTEM, village, ["东", "西"], on=TODAY, basis="决议")
    walker = User.objects.get(username="hu")
    territory.appoint(SYSTEM, walker, "grid_worker", area=one, starts=TODAY)
    cases_of(city, 2, place={"text": "东头", "area": one.code})
    cases_of(city, 1, place={"text": "西头", "area": two.code})
    new = territory.merge_areas(SYSTEM, [one, two], name="上冯", on=TODAY, basis="决议二")
    react_to_all()
    assert work() == 3
    assert new.code == "420281001201-03" and Case.objects.filter(area=new, area_path=new.path).count() == 3
    assert Post.objects.filter(user=walker, area=new, ends=None).count() == 1
    assert {s.old_area for s in new.predecessions.all()} == {one, two}
    assert check_states(True).ok


def test_a_unit_that_is_split_leaves_its_matters_with_the_village_to_be_sorted(city, village):
    one, _two = territory.divide_village(SYSTEM, village, ["东", "西"], on=TODAY, basis="决议")
    cases_of(city, 2, place={"text": "东头", "area": one.code})
    left, right = territory.split_area(SYSTEM, one, [("", "东上"), ("", "东下")], on=TODAY, basis="决议二")
    react_to_all()
    work()
    assert Case.objects.filter(area=village).count() == 2 and ToSort.objects.count() == 2
    row = sorting.to_sort(city.chen).first()
    sorting.sort(city.chen, row.pk, right.code)
    assert Case.objects.get(pk=row.case_id).area_id == right.code
    assert [left.code, right.code] == ["420281001201-03", "420281001201-04"]

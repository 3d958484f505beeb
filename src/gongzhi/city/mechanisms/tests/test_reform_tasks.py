"""The chain of responsibility in the city: lights and shares from below, rights, checks by others, surveys counted once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import polls, routines
from gongzhi.city.mechanisms.errors import PollClosed
from gongzhi.city.mechanisms.models import RoutineRun
from gongzhi.city.mechanisms.overviews.reform import Node, reform, walk
from gongzhi.city.mechanisms.reform_import import import_tasks
from gongzhi.city.mechanisms.tests.reform_city import book, do, reform_city
from gongzhi.city.records.models import Record
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db

#: code, title, level, above, office, owner, from, due, measures, problem, topic, leader
TREE = [
    (
        "A",
        "一件事一次办",
        "领导小组",
        "",
        "城管局",
        "周强",
        "",
        "2024-12-31",
        "",
        "办事要跑很多趟",
        "Z1",
        "L1",
    ),
    ("A1", "开餐馆", "办公室", "A", "城管局", "周强", "", "2024-11-30", "", "材料要交很多遍", "Z1", ""),
    ("A2", "办婚宴", "办公室", "A", "环保局", "郑环", "", "2024-11-30", "", "", "Z1", ""),
    ("A21", "油烟登记", "工作组", "A2", "环保局", "郑环", "", "2024-11-10", "", "", "", ""),
    ("B", "没有专题的", "领导小组", "", "教育局", "何磊", "", "2024-12-31", "", "", "", ""),
]


@pytest.fixture
def people(cast: Any, monday: Any) -> Any:
    return reform_city(cast)


@pytest.fixture
def tree(people: Any) -> Any:
    import_tasks(book(TREE), "x.xlsx", by=people["jiang"])
    react_to_all()
    return people


def task(code: str) -> Case:
    return Case.objects.get(type="task", state__data__code=code)


def nodes(by: Standing) -> dict[str, Node]:
    return {node.code: node for node in reform(by).nodes}


def finished(code: str, people: Any, doer: Standing) -> Case:
    case = do(task(code), "sign", "sign", doer)
    do(case, "carry_out", "claim_third", doer, {"done_text": "做完了"})
    return do(case, "verify", "pass", people["third"], {"how_checked": "问用的人", "check_note": "问过"})


def test_what_is_checked_by_others_counts_and_what_is_only_said_stands_beside_it(
    tree: Any, cast: Any
) -> None:
    case = do(task("A1"), "sign", "sign", cast.zhou)
    do(case, "carry_out", "claim_third", cast.zhou, {"done_text": "做完了"})
    seen = nodes(tree["lin"])
    assert seen["A1"].claimed and seen["A1"].state == "等第三方核验" and not seen["A1"].verified
    assert (seen["A"].share, seen["A"].said) == (0, Decimal("0.5"))

    with pytest.raises(CaseRefused):  # the doer may not check
        actions.choose(
            case.pk, "verify", "pass", {"how_checked": "问用的人", "check_note": "好"}, by=cast.zhou
        )
    do(case, "verify", "back", tree["third"], {"how_checked": "问用的人", "check_note": "还收旧材料"})
    seen = nodes(tree["lin"])
    assert seen["A1"].sent_back and not seen["A1"].claimed and seen["A"].said == 0

    do(case, "carry_out", "claim_third", cast.zhou, {"done_text": "这回做完了"})
    do(case, "verify", "pass", tree["third"], {"how_checked": "问用的人", "check_note": "都只交四样"})
    found = reform(tree["lin"])
    seen = {node.code: node for node in found.nodes}
    assert seen["A1"].verified and seen["A"].share == Decimal("0.5")
    finished("A2", tree, cast.zheng)  # while its part is not even signed for
    assert nodes(tree["lin"])["A2"].early and not nodes(tree["lin"])["A1"].early
    assert nodes(tree["lin"])["A"].share == Decimal("0.5")
    (topic,) = [each for each in found.topics if each.key == "Z1"]
    assert topic.total is not None and (topic.total.verified, topic.total.tasks) == (1, 4)
    # a task of the file that names no topic stands with the task above it, the other one by itself
    assert [node.code for node in topic.lines] == ["A", "A1", "A2", "A21"]
    assert [node.code for node in walk(found.topics[-1].every_root)] == ["B"]
    assert found.total.without_problem == 3


def test_whoever_stands_above_is_as_red_as_the_reddest_open_part_below(tree: Any, cast: Any) -> None:
    for code, doer in (("A", cast.zhou), ("A1", cast.zhou), ("A2", cast.zheng), ("A21", cast.zheng)):
        do(task(code), "sign", "sign", doer)
    do(task("B"), "sign", "sign", cast.he)
    with clock.frozen(clock.now().replace(year=2024, month=11, day=11)):
        seen = nodes(tree["lin"])
        assert seen["A21"].own_light == "red" and seen["A2"].own_light == "green"
        assert (seen["A2"].light, seen["A"].light) == ("red", "red")
        assert seen["A1"].light != "red" and seen["A"].own_light != "red"
        assert reform(tree["lin"]).total.red == 1
        # what is verified presses nobody any more
        case = task("A21")
        do(case, "carry_out", "claim_third", cast.zheng, {"done_text": "登记好了"})
        do(case, "verify", "pass", tree["third"], {"how_checked": "查原始记录", "check_note": "对"})
        assert nodes(tree["lin"])["A"].light == "green"
        assert nodes(tree["lin"])["A21"].case.state["data"]["slip_days"] == 1


def test_each_sees_the_tasks_of_their_own_offices_and_mine_are_those_i_answer_for(
    tree: Any, cast: Any
) -> None:
    assert set(nodes(cast.zheng)) == {"A2", "A21"}
    assert set(nodes(cast.qian)) == {"A", "A1"}
    assert len(nodes(tree["lin"])) == len(nodes(cast.ma)) == 5
    assert {code for code, node in nodes(cast.zheng).items() if node.mine} == {"A2", "A21"}
    # what hangs below a task that is not to be seen stands on its own
    (root,) = [root for topic in reform(cast.zheng).topics for root in topic.every_root]
    assert (root.code, [child.code for child in root.children]) == ("A2", ["A21"])
    with pytest.raises(NotAllowed):
        reform(cast.wang)


def test_a_part_that_is_handed_out_hangs_below_with_its_topic(tree: Any, cast: Any) -> None:
    case = do(task("A1"), "sign", "sign", cast.zhou)
    part = {
        "part_code": "A11",
        "part_subject": "换窗口",
        "part_lead": "hbj",
        "part_owner": cast.zheng.person,
        "part_due": "2024-11-01",
        "part_deliverable": "新窗口",
    }
    do(case, "carry_out", "split", cast.zhou, part)
    seen = nodes(tree["lin"])
    assert seen["A11"].parent == case.number and seen["A11"].level == "工作组" and seen["A11"].depth == 2
    assert seen["A11"].owner == "郑环"


@pytest.fixture
def poll(people: Any) -> Case:
    """A survey that is being collected: seventy of eight hundred people."""
    values = {"subject": "市场搬迁", "code": "F1-1", "purpose": "出台前测评", "question": "支不支持？"}
    receipt = actions.open_case("reform_tasks", "poll", values, by=people["lin"])
    case = Case.objects.get(pk=receipt.case)
    plan = {
        "frame_kind": "随机抽取",
        "frame": "住户名册",
        "frame_size": 800,
        "invited": 65,
        "least": 60,
        "closes_on": "2024-10-31",
    }
    do(case, "plan", "submit", people["lin"], plan)
    return do(case, "check", "pass", people["third"])


def test_sixty_five_answers_with_thirty_two_for_are_not_over_half(poll: Case, people: Any) -> None:
    codes = polls.make_slips(people["lin"], poll.pk, 65)
    assert len(set(codes)) == 65
    kept = str(list(Record.objects.filter(register="poll_slips").values_list("key", "data")))
    assert not any(code in kept for code in codes)
    for number, code in enumerate(codes):
        support = "支持" if number < 32 else "不支持"
        polls.answer(code.lower(), support=support, benefit="受益", on_paper=number % 2 == 0)
    assert polls.standings("F1-1") == polls.Standings(issued=65, answered=65)
    with clock.frozen(clock.now() + timedelta(days=18)):
        do(poll, "collect", "count", people["lin"])
        assert poll.state["data"]["answered"] == 65 and poll.state["data"]["supports"] == 32
        with pytest.raises(CaseRefused):
            actions.choose(poll.pk, "declare", "passed", {}, by=people["third"])
        do(poll, "declare", "not_passed", people["third"])
    assert poll.ended == "not_passed"


def test_a_slip_is_filled_in_once_by_whoever_holds_it_and_not_after_the_last_day(
    poll: Case, people: Any
) -> None:
    first, second = polls.make_slips(people["lin"], poll.pk, 2)
    assert polls.slip(first).question == "支不支持？"
    polls.answer(first, support="支持", benefit="说不清", words="早点搬")
    for code, why in ((first, "填过"), ("NOSUCHCODE", "没有这个票码")):
        with pytest.raises(PollClosed, match=why):
            polls.answer(code, support="支持", benefit="受益")
    with pytest.raises(PollClosed, match="选一个"):
        polls.answer(second, support="", benefit="受益")
    row = Record.objects.get(register="poll_slips", key=polls.stamp(first))
    assert row.data["support"] == "支持" and row.data["words"] == "早点搬" and row.state == "answered"
    with clock.frozen(clock.now().replace(month=10, day=31, hour=23)):
        assert polls.slip(second).closes_on == "2024-10-31"
    with clock.frozen(clock.now().replace(month=11, day=1, hour=0)), pytest.raises(PollClosed, match="截止"):
        polls.answer(second, support="支持", benefit="受益")
    with pytest.raises(PollClosed, match="已经发了2张"):
        polls.make_slips(people["lin"], poll.pk, 64)


def test_bulletins_and_agendas_come_by_themselves_and_nothing_to_decide_is_no_meeting(
    tree: Any, cast: Any
) -> None:
    for code, doer in (("A", cast.zhou), ("A1", cast.zhou), ("A2", cast.zheng), ("A21", cast.zheng)):
        do(task(code), "sign", "sign", doer)
    do(task("B"), "sign", "sign", cast.he)
    with clock.frozen(parse_instant("2024-11-05 09:00")):
        routines.run_due()
    assert not Case.objects.filter(type="commission_meeting").exists()
    with clock.frozen(parse_instant("2024-11-19 09:00")):
        routines.run_due()
    (meeting,) = Case.objects.filter(type="commission_meeting")
    agenda = meeting.state["data"]["agenda"]
    assert [(row["what"], row["light"]) for row in agenda] == [("油烟登记", "红")]
    weekly = RoutineRun.objects.filter(routine="reform_weekly").order_by("due_at")
    last = weekly.last()
    assert last is not None and "油烟登记" in last.body and weekly.count() == 5

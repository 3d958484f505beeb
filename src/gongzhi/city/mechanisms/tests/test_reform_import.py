"""Reform tasks from a sheet: 896 rows, a fault told with its place, nothing half done, the same file again."""

from __future__ import annotations

import io
import time
from datetime import date
from typing import Any

import pytest

from gongzhi.city.cases.models import Case, ImportSource
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.mechanisms.errors import BadTaskSheet, TasksRefused
from gongzhi.city.mechanisms.reform_import import import_tasks
from gongzhi.city.mechanisms.tests.reform_city import book, reform_city
from gongzhi.city.records.models import Record

pytestmark = pytest.mark.django_db

LEVELS = ("领导小组", "办公室", "工作组", "单位专班")
WHO = (("城管局", "周强"), ("环保局", "郑环"), ("教育局", "何磊"))


@pytest.fixture
def people(cast: Any, monday: Any) -> Any:
    return reform_city(cast)


def row(code: str, level: int = 0, parent: str = "", lead: int = 0, **other: Any) -> tuple[Any, ...]:
    office, owner = WHO[lead]
    told = {
        "code": code,
        "subject": f"任务{code}",
        "level": LEVELS[level],
        "parent": parent,
        "lead": office,
        "owner": owner,
        "from": "",
        "due": date(2024, 12, 31),
        "measures": "一窗受理",
        "problem": "",
        "topic": "",
        "leader": "",
        **other,
    }
    return tuple(told.values())


def many(count: int) -> list[tuple[Any, ...]]:
    """A tree of four levels: 8 at the top, 56 below, then 280, then the rest."""
    rows, codes = [], [[], [], [], []]  # type: ignore[var-annotated]
    for number in range(count):
        level = 0 if number < 8 else 1 if number < 64 else 2 if number < 344 else 3
        above = codes[level - 1][number % len(codes[level - 1])] if level else ""
        code = f"T{number:03}"
        codes[level].append(code)
        problem = f"问题{number % 40}" if number % 9 else ""
        rows.append(row(code, level, above, number % 3, problem=problem, topic="一件事一次办", leader="L1"))
    return rows


def test_it_takes_896_tasks_with_their_tree_and_problems_and_again_none(people: Any) -> None:
    stream = book(list(reversed(many(896))))  # parts before their wholes
    began = time.process_time()
    done = import_tasks(stream, "任务.xlsx", by=people["jiang"])
    assert (done.taken, done.known, done.handed_out, done.problems) == (896, 0, 896, 40)
    assert time.process_time() - began < 60
    tasks = {case.state["data"]["code"]: case for case in Case.objects.filter(type="task")}
    assert tasks["T800"].state["data"]["parent"] == tasks[f"T{64 + 800 % 280:03}"].number
    assert sorted(case.seq for case in tasks.values()) == list(range(1, 897))
    assert [tasks[f"T{number:03}"].seq for number in range(8)] == list(range(8, 0, -1))  # as in the file
    assert {task.step for case in tasks.values() for task in case.tasks.all()[:1]} == {"sign"}
    assert Record.objects.filter(register="reform_problems").count() == 40

    stream.seek(0)
    again = import_tasks(stream, "改过名.xlsx", by=people["jiang"])
    assert (again.taken, again.known) == (0, 896) and Case.objects.filter(type="task").count() == 896


def test_what_an_officer_imports_waits_for_the_head(people: Any) -> None:
    done = import_tasks(book([row("A1")]), "x.xlsx", by=people["lin"])
    assert (done.taken, done.handed_out) == (1, 0)
    assert Case.objects.get(type="task").tasks.get().step == "issue"


FAULTS = (
    (row("A1", owner="周强、刘洋"), "“责任人”：责任人只写一位"),
    (row("A1", owner="周强 刘洋"), "“责任人”：责任人只写一位"),
    (row("A1", owner=""), "“责任人”：没有填"),
    (row("A1", owner="郑环"), "“责任人”：“郑环”在城管局没有岗位"),
    (row("A1", owner="不认识"), "“责任人”：没有叫“不认识”的人"),
    ((*row("A1")[:4], "火星局", *row("A1")[5:]), "“牵头单位”：没有单位叫“火星局”"),
    (row("A1", due="年底"), "“完成期限”：“年底”不是日期"),
    (row("A1", due="2024-02-30"), "“完成期限”：没有“2024-02-30”这一天"),
    (row("A1", due=""), "“完成期限”：没有填"),
    (row("A1", due="2024-10-14"), "“完成期限”"),
    (row("A1", parent="没有"), "“上级任务”：没有代码是“没有”的任务"),
    (row("A1", parent="A1"), "“上级任务”：上级不能是自己"),
    (("A1", "任务", "第五级", "", "城管局", "周强", "", "2024-12-31", "", "", "", ""), "“级别”：要写领导小组、办公室、工作组、单位专班中的一个"),
    (row("A1", topic="没有的专题"), "“专题”：登记簿里没有“没有的专题”"),
    (row("A1", leader="李四"), "“分管领导”：登记簿里没有“李四”"),
)  # fmt: skip


def test_it_says_sheet_row_and_column_and_takes_nothing(people: Any) -> None:
    for bad, words in FAULTS:
        rows = [row("B1"), row("B2", 1, "B1"), bad]
        with pytest.raises(TasksRefused) as refused:
            import_tasks(book(rows, sheet="九月"), "x.xlsx", by=people["jiang"])
        assert "“九月”第4行" in str(refused.value) and words in str(refused.value)
        assert not Case.objects.filter(type="task").exists() and not ImportSource.objects.exists()
    # and every fault at once
    rows = [row("B1", owner=""), row("B2", due="年底"), row("B1")]
    with pytest.raises(TasksRefused) as refused:
        import_tasks(book(rows), "x.xlsx", by=people["jiang"])
    assert refused.value.data["count"] == 3 and "“B1”在第2行已经有了" in str(refused.value)

    # a part may not stand above its whole
    with pytest.raises(TasksRefused, match="不在领导小组上面"):
        import_tasks(book([row("B1", 1), row("B2", 0, "B1")]), "x.xlsx", by=people["jiang"])


def test_a_later_file_hangs_its_tasks_under_those_of_an_earlier_one(people: Any) -> None:
    import_tasks(book([row("B1")]), "1.xlsx", by=people["jiang"])
    import_tasks(book([row("B2", 1, "B1")]), "2.xlsx", by=people["jiang"])
    first, second = Case.objects.filter(type="task").order_by("seq")
    assert second.state["data"]["parent"] == first.number


def test_it_reads_csv_and_names_with_a_space_between(people: Any) -> None:
    text = "代码,任务,级别,牵头单位,责任人,期限\nC1,减材料,办公室,城管局,周 强,2024年12月1日\n"
    done = import_tasks(io.BytesIO(text.encode("gb18030")), "x.csv", by=people["jiang"])
    data = Case.objects.get(type="task").state["data"]
    assert done.taken == 1 and data["due_on"] == "2024-12-01" and data["deliverable"] == "办成：减材料"


def test_a_trial_run_and_strangers_write_nothing(people: Any, cast: Any) -> None:
    done = import_tasks(book([row("B1")]), "x.xlsx", by=people["jiang"], check_only=True)
    assert done.taken == 1 and not Case.objects.filter(type="task").exists()

    # nor is anything else a list of tasks, nor everybody the reform office
    with pytest.raises(BadTaskSheet):
        import_tasks(book([("x",)], head=("别的",)), "x.xlsx", by=people["jiang"])

    with pytest.raises(NotAllowed):
        import_tasks(book([row("B1")]), "x.xlsx", by=cast.zhou)

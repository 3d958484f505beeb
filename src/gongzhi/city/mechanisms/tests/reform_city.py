"""A small city with a reform office: who hands out, who does, who checks; and a sheet of tasks as an office makes it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Office, Post

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
HEAD = (
    "任务代码",
    "任务",
    "级别",
    "上级任务",
    "牵头单位",
    "责任人",
    "开始日期",
    "完成期限",
    "办法",
    "问题",
    "专题",
    "分管领导",
)
#: login -> (name, role); all of them in the centre
STAFF = {
    "lin": ("林晓", "reform_officer"),
    "jiang": ("江涛", "reform_chief"),
    "third": ("郑核", "third_party"),
}


def reform_city(cast: Any) -> dict[str, Standing]:
    """Installs the mechanism and gives the reform office's people by login; the rest is the cast's city."""
    people = {}
    for login, (name, role) in STAFF.items():
        user = User.objects.create(username=login, name=name)
        where = Office.objects.get(code="center")
        people[login] = territory.standing(Post.objects.create(user=user, role=role, office=where))
    install(FOLDERS / "reform_tasks", by=SYSTEM)
    records.put("reform_goals", "G1", {"title": "办事最方便", "document": "总体方案"}, by=SYSTEM)
    records.put("reform_leaders", "L1", {"name": "张副市长", "post": "副市长"}, by=SYSTEM)
    topic = {
        "title": "一件事一次办",
        "topic_kind": "重点专题",
        "goal": "G1",
        "led_by": "L1",
        "chief": "张副市长",
        "run_by": "cgj",
        "starts_on": "2024-01-01",
        "ends_on": "2025-12-31",
    }
    records.put("reform_topics", "Z1", topic, by=SYSTEM)
    return people


def book(rows: list[tuple[Any, ...]], *, sheet: str = "任务", head: tuple[str, ...] = HEAD) -> io.BytesIO:
    """The rows as an XLSX."""
    made = Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    page.append(list(head))
    for row in rows:
        page.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


def do(case: Case, step: str, choice: str, by: Standing, values: dict[str, Any] | None = None) -> Case:
    """Take a choice, then let everything follow that follows."""
    actions.choose(case.pk, step, choice, values or {}, by=by)
    react_to_all()
    case.refresh_from_db()
    return case

"""Duty rooms learn here which cases wait for them, and what their people did on cases: nobody types it into the log again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.models.case import NEVER
from gongzhi.city.cases.naming import name_of, title_of
from gongzhi.city.duty import actions as duty
from gongzhi.city.duty.matters import Matter
from gongzhi.city.duty.models import DutyRoom
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel.references import Standing, split_subject

#: matters that a desk shows at once
MOST = 100


class WaitingMatters:
    """Steps that are open at the very office of a duty room, the most urgent first."""

    def open_at(self, office: str, at: datetime) -> Sequence[Matter]:
        tasks = Task.objects.filter(office_id=office, case__ended="").select_related("case")
        return [_matter(task, at) for task in tasks.order_by("due", "id")[:MOST]]


def _matter(task: Task, at: datetime) -> Matter:
    row = task.case
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    return Matter(
        key=str(row.pk),
        number=name_of(row),
        title=f"{case_type.title} {_subject(row)}".strip(),
        step=case_type.step_title(task.step),
        due=None if task.due >= NEVER else task.due,
        light=task.light(at),
        since=task.opened_at,
    )


def _subject(row: Case) -> str:
    return "" if row.confidential else row.subject


@reactions.register("duty log", kinds=("opened", "chosen"))
def write_into_log(entry: Entry) -> None:
    """What somebody of a duty room did on a case is a line of its log, written once with what follows from the fact."""
    if not entry.person or not entry.office:
        return
    room = DutyRoom.objects.filter(office__code=entry.office).first()
    kind, key = split_subject(entry.subject)
    row = Case.objects.filter(pk=key).first() if room and kind == "case" else None
    if room is None or row is None:
        return
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    what = title_of(case_type, entry.step, entry.choice) if entry.kind == "chosen" else _("登记")
    by = Standing(
        person=entry.person,
        role=entry.role,
        name=entry.name,
        post=entry.post,
        office=entry.office,
        area=entry.area,
    )
    words = f"{case_type.title}“{_subject(row)}”：{what}" if _subject(row) else f"{case_type.title}：{what}"
    duty.note_case(room, by, words, name_of(row))


MATTERS = WaitingMatters()

"""Between cases and meetings: a step that a meeting decides becomes a topic, a decided topic moves its case.

Both ways go through the journal, each in the reader's transaction and so exactly once. Who calls a meeting, and who may vote
in it, is put together here: the roll comes from registers, an account speaks for its household.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gongzhi.city.assemblies import actions as assemblies
from gongzhi.city.assemblies.errors import NoSuchMeeting, NotOnRoll
from gongzhi.city.assemblies.models import Meeting, Topic, Voter
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sealing import blacked_out, is_mark, secrets_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing, split_subject, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.households import number_of
from gongzhi.city.mechanisms.rolls import roll_of
from gongzhi.city.territory.models import Area
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import StepRule
from gongzhi.engine.cases.convening import HELD
from gongzhi.engine.cases.errors import CaseEnded, NoSuchTask
from gongzhi.engine.cases.model import Task
from gongzhi.engine.cases.states import load_task
from gongzhi.engine.cases.values import clock_names, evaluate
from gongzhi.engine.expressions import Expression
from gongzhi.engine.mechanisms.assemblies import AssemblySpec

#: field that names a case where its step says nothing of the topic
SUBJECT_FIELDS = ("subject", "title", "topic", "name")


@reactions.register("meetings")
def follow(entry: Entry) -> None:
    """Tasks that a meeting decides are raised as topics, and withdrawn when the case goes on without; decided topics move
    their cases."""
    kind, key = split_subject(entry.subject)
    if kind == "topic" and entry.kind == "topic_decided":
        _decided(entry)
    elif kind == "case" and (entry.data.get("opened") or entry.data.get("closed") or entry.data.get("ended")):
        _moved(entry, key)


def _moved(entry: Entry, key: str) -> None:
    opened = [load_task(each) for each in entry.data.get("opened", ())]
    row = Case.every.filter(pk=key).first()
    held = library.LIBRARY.version(row.mechanism, row.version) if row else None
    if row is None or held is None:
        return
    case_type = held.case_types[row.type]
    if row.confined or not asks_meetings(case_type):
        return  # nothing of a confined case is put to a vote
    for task in entry.data.get("closed", ()):
        assemblies.withdraw_topic(subject("case", row.pk), str(task))
    for task in opened:
        if case_type.steps[task.step].meeting is not None:
            _raise(row, case_type, task, entry)


def _raise(row: Case, case_type: CaseType, task: Task, entry: Entry) -> None:
    rule = case_type.steps[task.step]
    assert rule.meeting is not None
    state = engine.load_case(row.state)
    area = Area.objects.filter(code=_where(row, rule, task, state)).first()
    if area is None:
        area = Area.objects.get(code=row.area_id or world.home_area())
    title = _said(case_type, rule.meeting.topic, state, entry.at)
    if not title:
        named = (state.data.get(name) for name in SUBJECT_FIELDS)
        title = (
            next((each for each in named if isinstance(each, str) and not is_mark(each)), "")
            or case_type.title
        )
    text = _said(case_type, rule.meeting.text, state, entry.at)
    if row.confidential:
        secrets = secrets_of(row.pk)
        title, text = str(blacked_out(title, secrets)), str(blacked_out(text, secrets))
    assemblies.raise_topic(
        rule.meeting.rules,
        area,
        title,
        asked_by=subject("case", row.pk),
        token=str(task.id),
        text="\n".join(filter(None, (text, f"{case_type.title} {name_of(row)}"))),
    )


def _said(case_type: CaseType, expression: Expression | None, state: engine.Case, at: datetime) -> str:
    """What stands on the ballot; a private value never does."""
    if expression is None:
        return ""
    plain = {name: value for name, value in state.data.items() if not is_mark(value)}
    value = evaluate(case_type, expression, plain, clock_names(at))
    return str(value) if isinstance(value, str) and value else ""


def _where(row: Case, rule: StepRule, task: Task, state: engine.Case) -> str:
    """Code of the area whose people decide: of the field that is named, else of the office that calls the meeting."""
    field = rule.meeting.place if rule.meeting and rule.meeting.place else rule.scope
    value = state.data.get(field)
    if field == "item":
        value = task.item
    code = str(value.get("area") or "") if isinstance(value, Mapping) else str(value or "")
    if code and world.area_path(code):
        return code
    return world.office_area(code or task.office) or str(row.area_id or "")


def _decided(entry: Entry) -> None:
    """The figures go to the case; one that has ended or gone on meanwhile is left alone."""
    kind, _colon, key = str(entry.data.get("asked_by", "")).partition(":")
    if kind != "case" or not Case.every.filter(pk=key).exists():
        return
    task = int(entry.data["token"])
    row = Case.every.get(pk=key)
    step = next((each.step for each in engine.load_case(row.state).tasks if each.id == task), "")
    if not step:
        return
    figures = {**entry.data["figures"], "meeting": entry.data["meeting"]}
    try:
        cases.choose(key, step, HELD, figures, by=SYSTEM, task=task)
    except (CaseEnded, NoSuchTask):
        return


# — calling, and who may vote


def call(
    by: Standing,
    topics: Sequence[int],
    *,
    starts_at: datetime,
    venue: str,
    secret: bool = False,
    by_phone: bool = True,
) -> Meeting:
    """Call a meeting on waiting topics, its roll made from the registers now (``assemblies.call_meeting``)."""
    first = Topic.objects.select_related("area").filter(pk__in=topics).first()
    if first is None:
        raise NoSuchMeeting
    check(by, "assembly.call", first)
    roll = roll_of(kind_of(first), first.area.path)
    return assemblies.call_meeting(
        by, topics, roll, starts_at=starts_at, venue=venue, secret=secret, by_phone=by_phone
    )


def kind_of(topic: Topic) -> AssemblySpec:
    """The kind of meeting that a topic asks for, from the mechanism version of its case. NoSuchMeeting."""
    kind, _colon, key = topic.asked_by.partition(":")
    row = Case.every.filter(pk=key).first() if kind == "case" else None
    held = library.LIBRARY.version(row.mechanism, row.version) if row else None
    spec = held.mechanism.assemblies.get(topic.kind) if held else None
    if spec is None:
        raise NoSuchMeeting
    return spec


def my_line(by: Standing, meeting: Meeting) -> Voter:
    """The line of the roll for which this person may vote: their own, or their household's. Raises NotOnRoll."""
    found = mine(by, meeting.roll.all()).first()
    if found is None:
        raise NotOnRoll
    return found


def mine(by: Standing, rows: QuerySet[Voter]) -> QuerySet[Voter]:
    """The lines for which this person may vote."""
    if not by.person:
        return rows.none()
    number = number_of(by.person)
    household = Q(unit=number) if number else Q(pk__in=[])
    return rows.filter(Q(person=by.person) | household)


def asks_meetings(case_type: CaseType) -> bool:
    """Whether any step of the case type is decided by a meeting."""
    return any(rule.meeting is not None for rule in case_type.steps.values())


def topics_of(case_id: Any) -> QuerySet[Topic]:
    """The topics of a case, newest first: what its page says of meetings."""
    return Topic.objects.filter(asked_by=subject("case", case_id)).select_related("meeting").order_by("-pk")

"""From rows and pages of the cases room to the shapes of the API."""

from __future__ import annotations

from typing import Any

from gongzhi.city.api import shapes
from gongzhi.city.cases.actions import Receipt
from gongzhi.city.cases.models import NEVER, Attachment, Case, CaseLink, Rating, Task
from gongzhi.city.cases.queries import CasePage, Figure, Tracking
from gongzhi.city.cases.queries.pages import Event, Holding, Shown
from gongzhi.engine.cases import CaseType, ChoiceRule
from gongzhi.engine.clocks import Reading


def receipt(found: Receipt) -> shapes.ReceiptOut:
    return shapes.ReceiptOut(
        case=found.case,
        tracking_code=found.tracking_code,
        number=found.number,
        length=found.length,
        ended=found.ended,
    )


def line(row: Case, at: Any, *, hidden: bool = False) -> shapes.CaseLine:
    """A case in a list; ``hidden`` leaves out who leads it, for whoever must judge that office's work."""
    return shapes.CaseLine(
        id=str(row.pk),
        number=row.number or "",
        mechanism=row.mechanism,
        type=row.type,
        subject=row.subject,
        kind=row.kind,
        category=row.category,
        urgency=row.urgency,
        channel=row.channel,
        area=row.area_id or "",
        lead="" if hidden else row.lead_id or "",
        opened_at=row.opened_at,
        citizen_due=row.citizen_due,
        unit_due=row.unit_due,
        due=None if row.due >= NEVER else row.due,
        light=row.light(at),  # type: ignore[arg-type]
        ended=row.ended,
        ended_at=row.ended_at,
    )


def task(row: Task, at: Any) -> shapes.TaskLine:
    return shapes.TaskLine(
        id=row.token,
        step=row.step,
        role=row.role,
        office=row.office_id or "",
        opened_at=row.opened_at,
        due=None if row.due >= NEVER else row.due,
        light=row.light(at),  # type: ignore[arg-type]
        mine=bool(row.person),
        case=line(row.case, at),
    )


def detail(page: CasePage, at: Any) -> shapes.CaseDetail:
    hidden = page.handler_hidden
    return shapes.CaseDetail(
        case=line(page.row, at, hidden=hidden),
        version=page.row.version,
        title=page.case_type.title,
        length=page.row.length,
        values=[
            value(each)
            for each in page.values
            if not (hidden and each.field.kind in ("office", "offices", "person"))
        ],
        clocks=[clock(id_, title, read) for id_, (title, read) in page.clocks.items()],
        tasks=[holding(each, page.case_type) for each in page.holdings],
        actions=list(page.actions),
        files=[file(each) for each in page.attachments],
        links=[link(each) for each in page.links],
        merged=[str(each.pk) for each in page.merged],
        rating=rating(page.rating),
        question=page.state.question,
        handler_hidden=hidden,
    )


def value(found: Shown) -> shapes.ValueOut:
    return shapes.ValueOut(id=found.field.id, title=found.field.label, value=found.value, sealed=found.sealed)


def clock(id_: str, title: str, read: Reading) -> shapes.ClockOut:
    return shapes.ClockOut(
        id=id_,
        title=title,
        started=read.started,
        due=read.due,
        left=format(read.left, "f"),
        light=read.light,
        paused=read.paused,
        stopped=read.stopped,
    )


def holding(found: Holding, case_type: CaseType) -> shapes.HoldingOut:
    return shapes.HoldingOut(
        id=found.task.id,
        step=found.task.step,
        title=found.title,
        role=found.role,
        office=found.office,
        opened_at=found.task.opened_at,
        due=found.task.due,
        choices=[choice(each, case_type) for each in found.choices],
    )


def choice(rule: ChoiceRule, case_type: CaseType) -> shapes.ChoiceOut:
    asks = []
    for ask in rule.asks:
        field = case_type.form[ask.field]
        asks.append(
            shapes.AskOut(
                field=field.id,
                title=field.label,
                kind=field.kind,
                required=field.required and not ask.optional,
                options=list(field.options),
            )
        )
    return shapes.ChoiceOut(id=rule.id, title=rule.title, asks=asks)


def file(row: Attachment) -> shapes.FileOut:
    return shapes.FileOut(name=row.name, sha256=row.sha256, size=row.size, type=row.type)


def link(row: CaseLink) -> shapes.LinkOut:
    return shapes.LinkOut(case=str(row.target_id), number=row.target.number or "", kind=row.kind)


def rating(row: Rating | None) -> shapes.RatingOut | None:
    if row is None:
        return None
    return shapes.RatingOut(stars=row.stars, contacted=row.contacted, solved=row.solved, words=row.words)


def event(found: Event) -> shapes.EventOut:
    return shapes.EventOut(
        at=found.at,
        kind=found.kind,
        title=found.title,
        who=found.who,
        role=found.role,
        office=found.office,
        step=found.step,
        choice=found.choice,
        task=found.task,
        values=[value(each) for each in found.values],
    )


def figure(found: Figure) -> shapes.FigureOut:
    return shapes.FigureOut(
        id=found.id, title=found.title, value=found.value, formula=found.formula, filter=dict(found.filter)
    )


def tracking(found: Tracking) -> shapes.TrackingOut:
    return shapes.TrackingOut(
        tracking_code=found.tracking_code,
        number=found.number,
        type=found.type,
        subject=found.subject,
        opened_at=found.opened_at,
        ended=found.ended,
        ended_at=found.ended_at,
        light=found.light,  # type: ignore[arg-type]
        due=found.due,
        holders=[
            shapes.HolderOut(
                step=each.step,
                office=each.office,
                role=each.role,
                since=each.since,
                due=each.due,
                yours=each.yours,
            )
            for each in found.holders
        ],
        next=list(found.next),
        pauses=[
            shapes.PauseOut(clock=each.clock, reason=each.reason, since=each.since) for each in found.pauses
        ],
        stops=[shapes.StopOut(at=each.at, title=each.title, office=each.office) for each in found.stops],
        values=[value(each) for each in found.values],
        question=found.question,
        may_rate=found.may_rate,
        merged_into=found.merged_into,
    )

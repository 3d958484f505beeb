"""One case for one person: what it is, how far it is, what happened, and what this person can do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from gongzhi.city.cases import catalogue, sealing
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.files import path_of
from gongzhi.city.cases.models import Attachment, CallbackItem, Case, CaseLink, Rating
from gongzhi.city.cases.naming import as_uuid, title_of
from gongzhi.city.cases.queries import screening
from gongzhi.city.cases.sight import mandate_of, may, may_be_named, require, stand_in, visible
from gongzhi.city.cases.world import WORLD, office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.mandates import Mandate
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, ChoiceRule, Task, everycase
from gongzhi.engine.clocks import Reading
from gongzhi.engine.forms import Field

#: titles of facts that are not choices
#: so many cases that carry the same file are looked at one by one
MOST_CARRIERS = 50

KINDS: Mapping[str, str] = {
    "opened": "登记",
    "fired": "到时",
    "alerted": "预警",
    "happened": "收到消息",
    "moved": "移交承接单位",
    "numbered": "编号",
    "revealed": "查看隐私信息",
    "destroyed": "到期销毁",
    "rated": "群众评价",
    "clustered": "归入热点",
} | {kind: title for kind, (title, _) in everycase.RIGHTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A field with what may be shown of its value."""

    field: Field
    value: Any
    #: the value is masked; it can be revealed with a purpose
    sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the history."""

    at: datetime
    kind: str
    title: str
    who: str
    role: str
    office: str
    step: str
    choice: str
    task: int | None
    values: tuple[Shown, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    #: done by an agent under a written mandate (受委托)
    mandated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An open task: who holds it, until when, and what the person asking can choose in it."""

    task: Task
    title: str
    office: str
    role: str
    choices: tuple[ChoiceRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Everything that a case page shows; made with a constant number of queries."""

    row: Case
    case_type: CaseType
    state: engine.Case
    values: tuple[Shown, ...]
    clocks: Mapping[str, tuple[str, Reading]]
    holdings: tuple[Holding, ...]
    history: tuple[Event, ...]
    attachments: tuple[Attachment, ...]
    links: tuple[CaseLink, ...]
    merged: tuple[Case, ...]
    rating: Rating | None
    #: common actions that this person may do
    actions: tuple[str, ...]
    #: who handled the case is kept from this person, who must judge it without bias
    handler_hidden: bool = False
    #: the person may never know who handles such cases (``screening.blind``)
    blind: bool = False
    #: the written mandate by which this person acts here
    mandate: Mandate | None = None

    @property
    def correctable(self) -> tuple[Field, ...]:
        """Fields that a correction may change."""
        return everycase.correctable(self.case_type)


#: what a case page asks for, each written once
ROW = Prepared(lambda case: Case.every.select_related("cluster", "merged_into").filter(pk=case), UUID)
ENTRIES = Prepared(lambda of: Entry.objects.filter(subject=of).order_by("seq"), str)
ATTACHMENTS = Prepared(lambda case: Attachment.objects.filter(case=case).order_by("id"), UUID)
LINKS = Prepared(
    lambda case: CaseLink.objects.filter(source=case).select_related("target").defer("target__state"), UUID
)
MERGED = Prepared(lambda case: Case.objects.filter(merged_into=case).defer("state").order_by("id")[:50], UUID)
RATING = Prepared(lambda case: Rating.objects.filter(case=case), UUID)


def case_page(by: Standing, case_id: UUID | str, *, at: datetime | None = None) -> CasePage:
    """The page of a case. Raises NoSuchCase for one that is not there or not this person's to see."""
    at = at or clock.now()
    row = ROW.first(as_uuid(case_id))
    if row is None:
        raise NoSuchCase(which=str(case_id)[:64])
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    state = engine.load_case(row.state)
    require(by, "case.read", row, state)
    secrets = sealing.secrets_of(row.pk) if sealing.private_fields(case_type) else {}
    mandate = mandate_of(by, row)
    acting = (by,) if mandate is None else (by, stand_in(by, row))
    holdings = holdings_of(case_type, state, at, *acting)
    hidden = judges(case_type, holdings)
    history = [event(case_type, entry, secrets, hidden) for entry in ENTRIES.all(subject("case", row.pk))]
    knows = screening.knows_rating(by, row, state)
    closed = screening.closed_files(by, row, case_type, state, secrets)
    page = CasePage(
        row=row,
        case_type=case_type,
        state=state,
        values=shown(case_type, state.data, secrets),
        clocks=clocks_of(case_type, state, at),
        holdings=holdings,
        history=tuple(each for each in history if knows or each.kind != "rated"),
        attachments=tuple(each for each in ATTACHMENTS.all(row.pk) if each.sha256 not in closed),
        links=tuple(each for each in LINKS.all(row.pk) if may_be_named(by, each.target)),
        merged=tuple(each for each in MERGED.all(row.pk) if may_be_named(by, each)),
        rating=RATING.first(row.pk) if knows else None,
        actions=common_actions(case_type, state, *acting),
        handler_hidden=hidden,
        mandate=mandate,
    )
    if screening.is_covered(by, row, state):
        page = screening.covered(page, secrets)
    return screening.blind(page) if screening.is_blind(by) else page


def living_calls(by: Standing) -> list[CallbackItem]:
    """The calls of this person's one-time list that are still to be made, in the order drawn. One query."""
    items = CallbackItem.objects.filter(list__person=by.person, done_at=None, released_at=None)
    return list(items.select_related("case", "list").defer("case__state").order_by("id"))


def file_of(by: Standing, sha256: str) -> tuple[Attachment, Path]:
    """A file of a case that this person may read, and where its bytes lie. Raises NoSuchCase, FileMissing.

    Knowing a hash is no right: one of the cases that carry the file must be this person's to see.
    """
    carried = Attachment.objects.filter(sha256=sha256, case__isnull=False).select_related("case")
    # the same blank form lies in very many cases: those of the post's lists first, then some where it only takes part
    listed = carried.filter(case__in=visible(by, "file.read")).order_by("-id")[:1]
    for attachment in [*listed, *carried.order_by("-id")[:MOST_CARRIERS]]:
        row = attachment.case
        if row is not None and opens(by, row, sha256):
            return attachment, path_of(sha256)
    raise NoSuchCase(which=sha256[:16])


def opens(by: Standing, row: Case, sha256: str) -> bool:
    """Whether this person may open a file of this very case."""
    state = engine.load_case(row.state)
    if not may(by, "file.read", row, state):
        return False
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    if not any(each.kind == "files" for each in sealing.private_fields(case_type).values()):
        return True
    secrets = sealing.secrets_of(row.pk)
    return sha256 not in screening.closed_files(by, row, case_type, state, secrets)


def callback_page(by: Standing, item: CallbackItem, *, at: datetime | None = None) -> CasePage:
    """The page of a call to make, for the person who drew it: what was reported and what the reporter was told.

    Nothing on it says who handled the matter. Raises NoSuchCase when the item is not theirs.
    """
    if item.list.person != by.person or item.released_at is not None:
        raise NoSuchCase(which=str(item.pk))
    return screening.blind(case_page(by, item.case_id, at=at))


def holdings_of(
    case_type: CaseType, state: engine.Case, at: datetime, *acting: Standing
) -> tuple[Holding, ...]:
    """The open tasks with what a person can choose in each; an agent also as the mandator for whom they stand in."""
    can: dict[int, list[ChoiceRule]] = {}
    for by in acting:
        for task, choice in engine.allowed(case_type, state, by, at=at, world=WORLD):
            can.setdefault(task.id, []).append(choice)
    return tuple(
        Holding(
            task=task,
            title=case_type.step_title(task.step),
            office=office_name(task.office) if task.office else "",
            role=case_type.role_title(task.role),
            choices=tuple(can.get(task.id, ())),
        )
        for task in state.tasks
    )


def judges(case_type: CaseType, holdings: tuple[Holding, ...]) -> bool:
    """Whether this person now has to judge work that others did (``not_by``), and so should not know whose it was."""
    return any(held.choices and case_type.steps[held.task.step].not_by for held in holdings)


def clocks_of(case_type: CaseType, state: engine.Case, at: datetime) -> dict[str, tuple[str, Reading]]:
    """Clock id -> (title, what it says), for the clocks that have started."""
    found = {}
    for id_, rule in case_type.clocks.items():
        if read := engine.reading(case_type, state, id_, at):
            found[id_] = (rule.title, read)
    return found


def shown(case_type: CaseType, data: Mapping[str, Any], secrets: Mapping[str, Any]) -> tuple[Shown, ...]:
    """Fields that have a value, in the order of the form; private ones masked."""
    masks = sealing.masked(case_type, data, secrets)
    return tuple(
        Shown(field=each, value=masks.get(each.id, data[each.id]), sealed=each.id in masks)
        for each in case_type.form.fields
        if data.get(each.id) not in (None, "", [])
    )


def event(case_type: CaseType, entry: Entry, secrets: Mapping[str, Any], hidden: bool) -> Event:
    """A journal entry as a line of the history; the names of handlers are left out for whoever judges them."""
    values = entry.data.get("values") or {}
    return Event(
        at=entry.at,
        kind=entry.kind,
        title=title_of(case_type, entry.step, entry.choice)
        if entry.step
        else KINDS.get(entry.kind, entry.kind),
        who="" if hidden else entry.name,
        role=case_type.role_title(entry.role),
        office="" if hidden or not entry.office else office_name(entry.office),
        step=entry.step,
        choice=entry.choice,
        task=entry.task,
        values=shown(case_type, values, secrets),
        data={} if hidden else entry.data,
        mandated="mandate" in entry.data,
    )


def common_actions(case_type: CaseType, state: engine.Case, *acting: Standing) -> tuple[str, ...]:
    """Kinds of ``Common`` that this person may do now; an agent also what the mandator may."""
    relations = frozenset().union(*(everycase.relations(case_type, state, by, WORLD) for by in acting))
    may = [kind for kind, (_, who) in everycase.RIGHTS.items() if who & relations]
    may = [kind for kind in may if everycase.offers(case_type, kind)]
    return tuple(kind for kind in may if not state.ended or kind in everycase.AFTERWARDS)

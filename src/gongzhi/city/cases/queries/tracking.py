"""What anybody with the tracking code sees: who holds it, which step, until when, what next. No person's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, Rating
from gongzhi.city.cases.models.rating import asked_of
from gongzhi.city.cases.naming import heard_of, title_of
from gongzhi.city.cases.queries.pages import KINDS, Shown, clocks_of, shown
from gongzhi.city.cases.queries.telling import from_closed_records, is_told
from gongzhi.city.cases.sealing import blacked_out, is_mark, secrets_of
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.cases.world import WORLD, office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, ChoiceRule
from gongzhi.engine.clocks import Reading
from gongzhi.engine.flows.graph import arcs_of

#: facts that are told to the reporter
TOLD = frozenset(
    {
        "opened",
        "chosen",
        "fired",
        "happened",
        "ask",
        "answer",
        "urge",
        "supervise",
        "withdraw",
        "merge",
        "correct",
        "rated",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A step that is open now, and the office that has it; ``yours`` when it waits for the reporter."""

    step: str
    office: str
    role: str
    since: datetime
    due: datetime | None
    yours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One thing that happened, in the words that the reporter reads."""

    at: datetime
    title: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A clock that stands still, since when and why."""

    clock: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The case in which this one goes on, as everybody who reported the matter may follow it.

    Not its tracking code: that would make whoever holds it the reporter of somebody else's case. Nor what its reporter
    wrote: only what those who handle it tell.
    """

    number: str
    type: str
    ended: str
    ended_at: datetime | None
    light: str
    due: datetime | None
    holders: tuple[Holder, ...]
    next: tuple[str, ...]
    #: what happened since the merger
    stops: tuple[Stop, ...]
    #: the answer, as far as it is issued
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """The public view of one case; nothing private, no names of persons."""

    tracking_code: str
    number: str
    type: str
    subject: str
    opened_at: datetime
    #: title of the end; empty while it is open
    ended: str
    ended_at: datetime | None
    light: str
    #: the citizen's clock: by when the whole matter is to be settled
    due: datetime | None
    holders: tuple[Holder, ...]
    #: titles of the steps that may come next
    next: tuple[str, ...]
    pauses: tuple[Pause, ...]
    stops: tuple[Stop, ...]
    #: fields that the reporter may read: the public ones, the reply, the reasons
    values: tuple[Shown, ...]
    #: a question to the reporter that waits for an answer
    question: str
    #: what the reporter can choose now (step, task, choice)
    choices: tuple[tuple[str, int, ChoiceRule], ...]
    may_rate: bool
    #: whether the reporter can end it; a penalty or a clue is not theirs to take back
    may_withdraw: bool
    #: (id, title) of what a verdict may rest on, by how the matter came in
    dimensions: tuple[tuple[str, str], ...] = ()
    #: number of the case into which this one was merged
    merged_into: str = ""
    #: how that one is getting on
    kept: Kept | None = None


def by_tracking_code(code: str) -> tuple[Case, Standing]:
    """The case of a tracking code as people type it, and the resident whom the code makes. Raises NoSuchCase."""
    read = ids.read_tracking_code(code)
    row = Case.objects.filter(tracking_code=read).first() if read else None
    if row is None:
        raise NoSuchCase(which=code.strip()[:24])
    return row, reporter_of(row)


def tracking(code: str, *, at: datetime | None = None) -> Tracking:
    """The public view by tracking code. A constant number of queries. Raises NoSuchCase."""
    return tracking_of(*by_tracking_code(code), at=at)


def tracking_of(row: Case, reporter: Standing, *, at: datetime | None = None) -> Tracking:
    """The same for a case that ``by_tracking_code`` has given."""
    at = at or clock.now()
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    state = engine.load_case(row.state)
    clocks = clocks_of(case_type, state, at)
    citizen = clocks.get("citizen")
    rated = Rating.objects.filter(case=row).exists()
    kept = kept_of(row, at)
    closed = from_closed_records(case_type, state.data)
    public = {
        name: value
        for name, value in state.data.items()
        if name not in closed and is_told(case_type, case_type.form[name], state.data)
    }
    return Tracking(
        tracking_code=row.tracking_code,
        number=row.number or "",
        type=case_type.title,
        subject=row.subject,
        opened_at=row.opened_at,
        ended=case_type.ends.get(state.ended, state.ended),
        ended_at=state.ended_at,
        light=row.light(at),
        due=citizen[1].due if citizen else None,
        holders=holders(case_type, state),
        next=upcoming(case_type, state),
        pauses=pauses(case_type, state, clocks),
        stops=stops(case_type, row),
        values=shown(case_type, public, {}),
        question=state.question,
        choices=tuple(
            (task.step, task.id, choice)
            for task, choice in engine.allowed(case_type, state, reporter, at=at, world=WORLD)
            if task.role == "resident"
        ),
        may_withdraw=not state.ended and "withdrawn" in case_type.ends,
        may_rate=bool(state.ended) and not rated and not row.merged_into_id,
        dimensions=tuple((each.value, str(each.label)) for each in asked_of(row.channel)),
        merged_into=kept.number if kept else "",
        kept=kept,
    )


def kept_of(row: Case, at: datetime) -> Kept | None:
    """The case into which this one was merged; ``None`` where it was not. Three queries."""
    into = Case.objects.filter(pk=row.merged_into_id).first() if row.merged_into_id else None
    if into is None:
        return None
    case_type = catalogue.case_type(into.mechanism, into.version, into.type)
    state = engine.load_case(into.state)
    citizen = clocks_of(case_type, state, at).get("citizen")
    answers = {
        name: value
        for name, value in state.data.items()
        if (name, "told") in case_type.form.conditions
        and is_told(case_type, case_type.form[name], state.data)
        and not is_mark(value)
    }
    since = row.ended_at or row.opened_at
    return Kept(
        # never its code, also while it waits for its number
        number=into.number or "",
        type=case_type.title,
        ended=case_type.ends.get(state.ended, state.ended),
        ended_at=state.ended_at,
        light=into.light(at),
        due=citizen[1].due if citizen else None,
        holders=holders(case_type, state),
        next=upcoming(case_type, state),
        stops=tuple(stop for stop in stops(case_type, into) if stop.at >= since),
        values=shown(case_type, blacked_out(answers, secrets_of(into.pk)), {}),
    )


def holders(case_type: CaseType, state: engine.Case) -> tuple[Holder, ...]:
    """Who has the case now: offices and roles, never persons."""
    return tuple(
        Holder(
            step=case_type.step_title(task.step),
            office=office_name(task.office) if task.office else "",
            role=case_type.role_title(task.role),
            since=task.opened_at,
            due=task.due,
            yours=task.role == "resident",
        )
        for task in state.tasks
        if not task.side or task.role == "resident"
    )


def upcoming(case_type: CaseType, state: engine.Case) -> tuple[str, ...]:
    """Titles of the steps to which the open ones lead, in the order of the case type, without the open ones."""
    now = {task.step for task in state.tasks if not task.side}
    ahead = {arc.target for step in now for arc, side in arcs_of(case_type.flow.nodes[step]) if not side}
    return tuple(rule.title for id_, rule in case_type.steps.items() if id_ in ahead - now)


def pauses(
    case_type: CaseType, state: engine.Case, clocks: dict[str, tuple[str, Reading]]
) -> tuple[Pause, ...]:
    """Clocks that stand still now, each with its reason."""
    found = []
    for id_, (title, read) in clocks.items():
        last = next((mark for mark in reversed(state.marks.get(id_, ())) if mark.kind == "pause"), None)
        if read.paused and last is not None:
            found.append(Pause(clock=title, reason=case_type.reason_title(last.reason), since=last.at))
    return tuple(found)


def told(case_type: CaseType, entry: Entry) -> str:
    """One entry of the history in words."""
    if entry.kind == "happened" and entry.step:
        return heard_of(case_type, entry.step)
    return title_of(case_type, entry.step, entry.choice) if entry.step else KINDS.get(entry.kind, entry.kind)


def stops(case_type: CaseType, row: Case) -> tuple[Stop, ...]:
    """The history as the reporter may know it: what, when, which office."""
    entries = Entry.objects.filter(subject=subject("case", row.pk), kind__in=TOLD).order_by("seq")
    return tuple(
        Stop(
            at=entry.at,
            title=told(case_type, entry),
            office=office_name(entry.office) if entry.office else "",
        )
        for entry in entries.only("at", "kind", "step", "choice", "office", "subject", "seq")
    )

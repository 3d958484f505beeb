"""The middle of every action: take the case under a lock, let the engine decide, write rows and journal together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from gongzhi.city.cases import catalogue, rows, sealing
from gongzhi.city.cases.actions.claiming import give_back
from gongzhi.city.cases.errors import KeyReused, NoSuchCase, StaleTask
from gongzhi.city.cases.matters import check_named
from gongzhi.city.cases.models import Case, CaseRecord, Request, Task
from gongzhi.city.cases.naming import as_uuid, title_of
from gongzhi.city.cases.sight import mandate_of, require, stand_in
from gongzhi.city.cases.world import WORLD
from gongzhi.city.journal import actions as journal
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.inserting import insert_many, update_row
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people.mandates import Mandate
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, Choose, Command, Fact, everycase
from gongzhi.engine.cases.errors import NoRight, NotYours
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import show_instant

#: facts that change nothing on which another officer's choice rests
HARMLESS = frozenset({"note", "attach", "urge", "alerted", "link", "supervise", "ask", "answer"})
#: facts of this room, which stand in the journal but are not folded into the engine's case
NOT_FOLDED = frozenset({"numbered", "rated", "revealed", "received", "clustered", "called_for", "destroyed"})


#: a case under lock; prepared, because every action begins with it
LOCKED = Prepared(lambda case: Case.every.select_for_update(of=("self",)).filter(pk=case), UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an action answers: JSON-ready, and the same again for a repeated request."""

    case: str
    tracking_code: str
    #: empty until the numbering, which follows the commit, has come by
    number: str = ""
    #: facts so far: hand it back as ``seen`` with the next command
    length: int = 0
    #: id of the end; empty while the case is open
    ended: str = ""


@dataclass(slots=True, kw_only=True)
class Held:
    """A case under lock with what the engine needs."""

    row: Case
    case_type: CaseType
    state: engine.Case
    #: the written mandate by which the actor acts in it, if it is an agent's
    mandate: Mandate | None = None

    @property
    def subject(self) -> str:
        return subject("case", self.row.pk)

    def receipt(self) -> Receipt:
        return Receipt(
            case=str(self.row.pk),
            tracking_code=self.row.tracking_code,
            number=self.row.number or "",
            length=self.state.length,
            ended=self.state.ended,
        )


def hold(case_id: UUID | str, by: Standing, action: str = "case.act") -> Held:
    """Lock the case and read it; NoSuchCase when it is not there or not this person's to see, NotAllowed when the
    person may see it but not do ``action``."""
    row = LOCKED.first(as_uuid(case_id))
    if row is None:
        raise NoSuchCase(which=str(case_id)[:64])
    held = Held(
        row=row,
        case_type=catalogue.case_type(row.mechanism, row.version, row.type),
        state=engine.load_case(row.state),
    )
    require(by, action, row, held.state)
    held.mandate = mandate_of(by, row)
    return held


def not_stale(held: Held, seen: int | None, step: str, task: int | None) -> None:
    """Raise StaleTask, naming who did what, when the task moved on after the actor had looked at the case.

    ``seen`` is the length of the case that the actor saw. What others did meanwhile matters when the task is gone,
    was handed over, or the case was corrected; a note or a file does not throw away somebody's work.
    """
    behind = 0 if seen is None else held.state.length - seen
    if behind <= 0:
        return
    gone = not any(each.step == step and task in (None, each.id) for each in held.state.tasks)
    newest = Entry.objects.filter(subject=held.subject).exclude(kind__in=NOT_FOLDED).order_by("-seq")[:behind]
    decided = [entry for entry in newest if entry.kind not in HARMLESS]
    about = [
        entry for entry in decided if entry.kind == "correct" or task in (entry.task,) or entry.step == step
    ]
    entry = next(iter(about), decided[0] if gone and decided else None)
    if entry is None:
        return
    raise StaleTask(
        who=entry.name or held.case_type.role_title(entry.role),
        when=show_instant(entry.at),
        what=title_of(held.case_type, entry.step, entry.choice)
        or everycase.RIGHTS.get(entry.kind, (entry.kind,))[0],
    )


def decide(held: Held, command: Command, *, at: datetime, by: Standing) -> tuple[Fact, ...]:
    """What the engine says; private values are opened for it only where it may compute with them.

    An agent with a mandate may also do what the mandator could do; the facts name the agent and the mandate.
    """
    state = held.state
    if isinstance(command, Choose):
        check_named(held.case_type, command.values, by, state.data)
    if sealing.needs_clear(held.case_type):
        state = sealing.opened(held.case_type, state, sealing.secrets_of(held.row.pk))
    asked = (held.case_type, state, command)
    if held.mandate is None:
        return engine.decide(*asked, at=at, by=by, world=WORLD)
    try:
        facts = engine.decide(*asked, at=at, by=by, world=WORLD)
    except (NotYours, NoRight):
        facts = engine.decide(*asked, at=at, by=stand_in(by, held.row), world=WORLD)
    return under_mandate(held.mandate, by, facts)


def under_mandate(mandate: Mandate, by: Standing, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts as the agent's own, with the mandate under which they were done."""
    return tuple(replace(fact, by=by, data={**fact.data, "mandate": str(mandate.pk)}) for fact in facts)


def write(held: Held, facts: Iterable[Fact], *, at: datetime) -> None:
    """Fold the facts in and write everything: secrets, journal, case, tasks. Inside a transaction."""
    facts, secrets = sealing.seal_facts(held.case_type, held.row.pk, facts)
    if not facts:
        return
    if any(fact.data.get("calls") for fact in facts) and sealing.needs_clear(held.case_type):
        known = [
            (value, mark) for mark, value in sealing.secrets_of(held.row.pk).items() if value is not None
        ]
        facts = [sealing.without(fact, known) for fact in facts]
    before, named = held.state.tasks, rows.records_named(held.case_type, held.state.data)
    for fact in facts:
        held.state = engine.apply(held.case_type, held.state, fact)
    if secrets:
        insert_many(secrets)
    journal.append(held.subject, facts)
    row = held.row
    due_before = (row.due, row.warn_at)
    changed = rows.columns(held.case_type, held.state, at)
    for name, value in changed.items():
        setattr(row, name, value)
    update_row(row, tuple(changed))
    if before != held.state.tasks or due_before != (row.due, row.warn_at):
        write_tasks(held, before)
    if row.ended:
        give_back(row, held.case_type)
    if named != (now := rows.records_named(held.case_type, held.state.data)):
        write_records(held, named, now)


def write_records(held: Held, before: set[tuple[str, str]], now: set[tuple[str, str]]) -> None:
    """Note which records the case names now."""
    for register, key in before - now:
        CaseRecord.objects.filter(case=held.row, register=register, key=key).delete()
    CaseRecord.objects.bulk_create(
        [CaseRecord(case=held.row, register=register, key=key) for register, key in sorted(now - before)],
        ignore_conflicts=True,
    )


def write_tasks(held: Held, before: tuple[engine.Task, ...]) -> None:
    """Make the rows of the open tasks equal to the tokens: one statement takes, one gives."""
    wanted = rows.task_rows(
        held.row.pk, held.state, held.row.due, held.row.warn_at, confined=held.row.confined
    )
    if gone := {task.id for task in before} - {task.token for task in wanted}:
        Task.every.filter(case_id=held.row.pk, token__in=gone).delete()
    if wanted:
        Task.every.bulk_create(
            wanted,
            update_conflicts=True,
            unique_fields=["case", "token"],
            update_fields=["person", "due", "warn_at", "office", "office_path", "role"],
        )


def once(by: Standing, key: str, asked: Mapping[str, Any], action: Callable[[], Receipt]) -> Receipt:
    """Run an action in a transaction, at most once for an idempotency key of this actor.

    A repeated request gets the stored answer; two at the same moment: the second rolls back and gets the first's.
    Raises KeyReused when the key came before with another content.
    """
    if not key:
        with transaction.atomic():
            return action()
    digest = hashlib.sha256(
        json.dumps(asked, sort_keys=True, cls=DjangoJSONEncoder, default=str).encode()
    ).hexdigest()
    try:
        with transaction.atomic():
            if known := _answered(by, key, digest):
                return known
            receipt = action()
            Request.objects.create(
                actor=by.person, key=key[:128], digest=digest, answer=asdict(receipt), at=clock.now()
            )
            return receipt
    except (IntegrityError, GongzhiError):
        # the same request at the same moment: it was faster, and its answer is ours
        if known := _answered(by, key, digest):
            return known
        raise


def _answered(by: Standing, key: str, digest: str) -> Receipt | None:
    request = Request.objects.filter(actor=by.person, key=key[:128]).first()
    if request is None:
        return None
    if request.digest != digest:
        raise KeyReused(key=key[:128])
    return Receipt(**request.answer)

"""Facts for analysis: what the journal says of cases, without anything that names a person, as Parquet files.

``refresh()`` brings the warehouse up to the journal's end: by position, in batches, with flat memory, and safe at any kill
(see ``analytics.warehouse``). Mining and scorecards read the same files; their columns stand in ``analytics/README.md``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from gongzhi.city.analytics.warehouse import Warehouse, Writer
from gongzhi.city.cases.models import NEVER, Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock

Row = dict[str, Any]

BATCH = 20_000
#: what of the journal tells how a case went; anything else (a reveal, a number given) is not for analysis
KINDS = frozenset({
    "opened", "chosen", "fired", "happened", "alerted", "note", "ask", "answer", "urge", "supervise", "hand_over",
    "correct", "withdraw", "link", "merge", "moved", "rated",
})  # fmt: skip
#: how long a missing number may still be a slow transaction of another process (seconds)
PATIENCE = 900.0
#: how often it is asked, a tenth of a second apart, whether those who were writing have finished
PATIENT_ROUNDS = 50
WRITERS = """
    select exists(select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                  and backend_type = 'client backend'
                  and backend_xid is not null and xact_start <= %s)
"""
#: what the engine's flow calls the beginning
START = "start"


def case_key(id_: object) -> str:
    """The pseudonym of a case: the same in every file of this city, worthless outside it."""
    return salted_hmac("gongzhi.facts.case", str(id_), algorithm="sha256").hexdigest()[:20]


def person_key(person: str) -> str:
    """The pseudonym of a person; the system keeps its name."""
    if person in ("", "system"):
        return person
    return salted_hmac("gongzhi.facts.person", person, algorithm="sha256").hexdigest()[:16]


def refresh(
    *, most: int | None = None, patience: float = PATIENCE, tell: Callable[[int], None] | None = None
) -> int:
    """Append what the journal has beyond the warehouse's position; the number of journal entries taken in.

    Raises Busy when another process does it. ``most``: batches at most. ``tell`` hears the position after each batch.
    """
    house, taken, batches = Warehouse.city(), 0, 0
    with house.writing() as writer:
        while most is None or batches < most:
            entries, gap = _next(house, patience)
            if not entries:
                break
            _write(writer, entries, gap)
            taken += len(entries)
            batches += 1
            if tell:
                tell(entries[-1].pk)
    return taken


def _next(house: Warehouse, patience: float) -> tuple[list[Entry], dict[str, float]]:
    """The entries after the position, up to a number that is missing and may still come.

    Numbers are given before they are committed: on a server with several writers, what is missing now may be a
    transaction under way. When nobody who began before was still writing after the highest number had been seen, what
    is missing then will never come; else it is waited for until it has been missing for ``patience``. SQLite has one writer.
    """
    state = house.state()
    position = int(state["position"])
    top = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    open_ended = connection.vendor != "sqlite" and _others_write()
    rows = Entry.objects.filter(pk__gt=position, pk__lte=top).order_by("pk")
    entries = list(rows.defer("prev_hash", "hash", "name", "post")[:BATCH])
    if not (open_ended and entries):
        return entries, {}
    now, known = time.time(), state.get("gaps", {})
    before, gaps, cut = position, {}, len(entries)
    for place, entry in enumerate(entries):
        if entry.pk != before + 1:
            seen = float(known.get(str(before), now))
            gaps[str(before)] = seen
            if now - seen < patience:
                cut = place
                break
        before = entry.pk
    if gaps != known:
        # remembered even if nothing can be taken now: its age counts from today
        _remember(house, position, gaps)
    return entries[:cut], gaps


def _others_write() -> bool:
    """Whether somebody who is writing now began before this question: waits a moment for the short ones (PostgreSQL).

    The server's own housekeeping (autovacuum holds a transaction number while it analyses) writes no journal.
    """
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        asked = cursor.fetchone()[0]
        for _round in range(PATIENT_ROUNDS):
            cursor.execute(WRITERS, [asked])
            if not cursor.fetchone()[0]:
                return False
            time.sleep(0.1)
    return True


def _remember(house: Warehouse, position: int, gaps: dict[str, float]) -> None:
    Writer(house).commit(position, gaps=gaps)


def _write(writer: Writer, entries: Sequence[Entry], gaps: dict[str, float]) -> None:
    keys = {entry.subject.removeprefix("case:") for entry in entries if entry.subject.startswith("case:")}
    cases = {
        f"case:{row.pk}": row
        for row in Case.objects.filter(pk__in=keys, confidential=False).defer("state", "subject")
    }
    now = clock.now()
    last = entries[-1].pk
    events = [
        event
        for entry in entries
        if entry.kind in KINDS and (case := cases.get(entry.subject)) is not None
        for event in _events(entry, case)
    ]
    states = [_state(row, last, now) for row in cases.values()]
    writer.append(entries[0].pk, last, events, states, gaps=gaps)


def _events(entry: Entry, case: Case) -> Iterator[Row]:
    """The fact itself, the tasks that it opened, and the end that it reached."""
    data = entry.data or {}
    choice = _choice(entry, data)
    activity = f"{entry.step}.{choice}" if entry.step and choice else entry.kind
    same = _same(entry, case)
    yield {
        **same,
        "seq": entry.seq * 1000,
        "activity": activity,
        "step": entry.step,
        "choice": choice,
        "token": entry.task or 0,
        "kind": entry.kind,
        "lifecycle": "complete" if _completes(entry, data) else "",
        "cause": "",
        "due_us": None,
        "actor": person_key(entry.person),
        "role": entry.role,
        "office": entry.office,
        "item": "",
    }
    cause = START if entry.kind == "opened" else activity
    for place, opened in enumerate(data.get("opened", ()), 1):
        token, step, role, office, _at, due, _warn, item, _person, _side = opened
        yield {
            **same,
            "seq": entry.seq * 1000 + min(place, 998),
            "activity": step,
            "step": step,
            "choice": "",
            "token": token,
            "kind": "task",
            "lifecycle": "start",
            "cause": cause,
            "due_us": _micro(datetime.fromisoformat(due)) if due else None,
            "actor": "",
            "role": role,
            "office": office,
            "item": item,
        }
    if end := data.get("ended"):
        yield {
            **same,
            "seq": entry.seq * 1000 + 999,
            "activity": f"ended.{end}",
            "step": "",
            "choice": end,
            "token": 0,
            "kind": "ended",
            "lifecycle": "",
            "cause": cause,
            "due_us": None,
            "actor": person_key(entry.person),
            "role": entry.role,
            "office": entry.office,
            "item": "",
        }


def _same(entry: Entry, case: Case) -> Row:
    return {
        "case_id": case_key(case.pk),
        "mechanism": case.mechanism,
        "version": case.version,
        "type": case.type,
        "at": entry.at.astimezone(UTC).replace(tzinfo=None),
        "us": _micro(entry.at),
        "area": case.area_id or "",
        "area_path": case.area_path,
        "entry": entry.pk,
    }


def _choice(entry: Entry, data: Row) -> str:
    if entry.kind == "fired":
        return f"timer.{data.get('timer', '')}"
    if entry.kind == "happened" and entry.step:
        return f"child.{data.get('outcome', '')}"
    return entry.choice


def _completes(entry: Entry, data: Row) -> bool:
    """The task is done: a remark, an extension that was asked for and a timer that only rings leave it open."""
    if entry.kind == "happened":
        return bool(entry.step)
    return entry.kind in ("chosen", "fired") and (
        entry.task in data.get("closed", ()) or bool(data.get("ended"))
    )


def _state(case: Case, position: int, now: datetime) -> Row:
    until = case.ended_at or now
    return {
        "case_id": case_key(case.pk),
        "number": case.number or "",
        "mechanism": case.mechanism,
        "version": case.version,
        "type": case.type,
        "kind": case.kind,
        "category": case.category,
        "urgency": case.urgency,
        "channel": case.channel,
        "item": case.item,
        "opened_us": _micro(case.opened_at),
        "ended_us": _micro(case.ended_at) if case.ended_at else None,
        "end": case.ended,
        "lead": case.lead_id or "",
        "area": case.area_id or "",
        "area_path": case.area_path,
        "citizen_due_us": _due(case.citizen_due),
        "unit_due_us": _due(case.unit_due),
        "citizen_late": case.citizen_due is not None and until > case.citizen_due,
        "unit_late": case.unit_due is not None and until > case.unit_due,
        "merged": case.merged_into_id is not None,
        "position": position,
    }


def _due(at: datetime | None) -> int | None:
    return None if at is None or at >= NEVER else _micro(at)


def _micro(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    span = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


__all__ = ["case_key", "person_key", "refresh"]

"""From the case that the engine computed to the columns that lists filter and sort by, and to the rows of its tasks.

The names of the fields that have a column (``subject``, ``category``, ``place``, ``lead`` …) are the only words of
a mechanism's grammar that this room knows; a case type without them simply leaves the columns empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gongzhi.city.cases.models import NEVER, Task
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.cases.world import area_path, home_area, office_path
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType

#: a light is red once its due time has passed, so the case is looked at just after it
AFTER = timedelta(microseconds=1)
#: the register that holds the items of government service
SERVICE_ITEMS = "service_items"
#: where the numbers of cases that another one names stand among the records that it names
CASES = "cases"
YES = frozenset({True, "是", "yes", "true"})


def columns(case_type: CaseType, case: engine.Case, at: datetime) -> dict[str, Any]:
    """The columns of ``Case`` that follow from the engine's case at ``at``; nothing that the row alone knows."""
    data = case.data
    area, lon, lat = place_of(data)
    lead = lead_of(case_type, case)
    category = text_of(data, "category", 64)
    due, warn_at, wake_at, clocks = times(case_type, case, at)
    return {
        "subject": text_of(data, "subject", 200) or case_type.title,
        "kind": text_of(data, "kind", 32),
        # while nobody has decided, a suggested category may stand in the column
        **({"category": category} if category else {}),
        "urgency": text_of(data, "urgency", 16),
        "item": item_of(case_type, data),
        "anonymous": data.get("anonymous") in YES,
        # a type that does not ask about it keeps what the case was opened with
        **(
            {"confidential": data.get("confidential") in YES}
            if "confidential" in case_type.form.by_id
            else {}
        ),
        "confined": case_type.confined is not None,
        "area_id": area or None,
        "area_path": area_path(area),
        "lon": lon,
        "lat": lat,
        # a case that nobody holds just now stays with who held it last
        **(
            {}
            if lead is None
            else {"lead_id": lead if office_path(lead) else None, "lead_path": office_path(lead)}
        ),
        "ended": case.ended,
        "ended_at": case.ended_at,
        "citizen_due": clocks.get("citizen"),
        "unit_due": clocks.get("unit"),
        "due": due,
        "warn_at": warn_at,
        "wake_at": wake_at,
        "state": engine.dump_case(case),
        "length": case.length,
    }


def lead_of(case_type: CaseType, case: engine.Case) -> str | None:
    """The office that answers for a case: the one that its field ``lead`` names; where the type has no such field, the one
    that holds it, so that its people and those above them find and count it. ``None``: nobody holds it now."""
    if "lead" in case_type.form.by_id:
        return text_of(case.data, "lead", 40)
    return next((task.office for task in case.tasks if office_path(task.office)), None)


def items_named(case_type: CaseType, data: Mapping[str, Any]) -> set[str]:
    """Keys of the service items that the fields of a case name."""
    fields = [field for field in case_type.form.fields if field.register == SERVICE_ITEMS]
    values = [data.get(field.id) for field in fields]
    named = [key for value in values for key in (value if isinstance(value, list) else [value])]
    return {key for key in named if isinstance(key, str) and key}


def item_of(case_type: CaseType, data: Mapping[str, Any]) -> str:
    """The one service item that a case is about; empty where it names none, or several."""
    named = items_named(case_type, data)
    return next(iter(named))[:80] if len(named) == 1 else ""


def records_named(case_type: CaseType, data: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(register, key) of every record that the fields of a case name now; other cases stand in the register ``CASES``."""
    found = set()
    for field in case_type.form.fields:
        register = CASES if field.kind == "case" else field.register
        if register and data.get(field.id):
            value = data[field.id]
            keys = value if isinstance(value, list) else [value]
            found |= {(register, key[:64]) for key in keys if isinstance(key, str) and not is_mark(key)}
    return found


def text_of(data: Mapping[str, Any], name: str, limit: int) -> str:
    """A text value cut to its column; private and structured values give nothing."""
    value = data.get(name)
    return value[:limit] if isinstance(value, str) and not is_mark(value) else ""


def place_of(data: Mapping[str, Any]) -> tuple[str, float | None, float | None]:
    """Area code, longitude and latitude of the case: its place, else its area, else the whole city's area."""
    place = data.get("place")
    here = place if isinstance(place, Mapping) else {}
    return area_named(data) or home_area(), here.get("lon"), here.get("lat")


def path_named(data: Mapping[str, Any]) -> str:
    """Path of the area that a form or a case names itself; empty where it names none."""
    return area_path(area_named(data))


def area_named(data: Mapping[str, Any]) -> str:
    """Code of the area that a form or a case names itself, by its place or its area; empty where it names none."""
    place, area = data.get("place"), data.get("area")
    here = place if isinstance(place, Mapping) else {}
    return next((code for code in (here.get("area"), area) if isinstance(code, str) and area_path(code)), "")


def times(
    case_type: CaseType, case: engine.Case, at: datetime
) -> tuple[datetime, datetime, datetime | None, dict[str, datetime]]:
    """(earliest pending due, its yellow time, when to wake up, clock id -> due).

    A stopped or paused clock is not pending; its due time is still told, for the record.
    """
    clocks: dict[str, datetime] = {}
    pending: list[tuple[datetime, datetime]] = []
    wakes: list[datetime] = []
    for clock in case_type.clocks:
        read = engine.reading(case_type, case, clock, at)
        if read is None or read.due is None:
            continue
        clocks[clock] = read.due
        if read.stopped or read.paused or case.ended:
            continue
        pending.append((read.due, read.warn_at or read.due))
        wakes += _not_yet(case, {f"{clock}:yellow": read.warn_at, f"{clock}:red": read.due + AFTER})
    for task in case.tasks:
        if task.due is not None:
            pending.append((task.due, task.warn_at or task.due))
            wakes += _not_yet(case, {f"task {task.id}:red": task.due + AFTER})
    if case.ended:
        return NEVER, NEVER, None, clocks
    due, warn_at = min(pending, default=(NEVER, NEVER))
    # a light that is past was told already, or never will be; a timer that is past is still to be fired
    wakes = [wake for wake in wakes if wake > at] + [due for _, _, due in case.timers]
    return due, warn_at, min(wakes, default=None), clocks


def _not_yet(case: engine.Case, alerts: Mapping[str, datetime | None]) -> list[datetime]:
    return [when for alert, when in alerts.items() if when is not None and alert not in case.alerted]


def task_rows(
    case_id: Any, case: engine.Case, due: datetime, warn_at: datetime, *, confined: bool = False
) -> list[Task]:
    """One row per open task; a step without a time of its own is due when the case is."""
    return [
        Task(
            case_id=case_id,
            token=task.id,
            step=task.step,
            role=task.role,
            office_id=task.office if office_path(task.office) else None,
            office_path=office_path(task.office),
            person=task.person,
            item=task.item,
            side=task.side,
            confined=confined,
            opened_at=task.opened_at,
            due=task.due or due,
            warn_at=(task.warn_at or task.due) if task.due else warn_at,
        )
        for task in case.tasks
    ]


def public_words(case_type: CaseType, data: Mapping[str, Any]) -> str:
    """The text by which a case is found: its public and internal words, without anything sealed."""
    parts = []
    for field in case_type.form.fields:
        value = data.get(field.id)
        if field.kind in ("text", "paragraph") and isinstance(value, str) and not is_mark(value):
            parts.append(value)
        elif field.kind == "place" and isinstance(value, Mapping):
            parts.append(str(value.get("text", "")))
        elif field.kind == "place" and isinstance(value, str):
            parts.append(value)
    return "\n".join(parts)

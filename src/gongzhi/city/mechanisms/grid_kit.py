"""What a grid worker can report and write down, as the installed mechanisms say: kinds with pictures, and where each goes.

A mechanism that has a table ``report_kinds`` (what is seen -> picture, subject, the case type that it opens) equips the grid
door. Nothing is entered twice: a report *is* the case that it opens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.actions import Receipt
from gongzhi.city.cases.errors import KeyReused, NoSuchCaseType
from gongzhi.city.cases.models import CaseRecord
from gongzhi.city.cases.rows import path_named
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import NoSuchKind, NothingToTakePhotos, SayWhat
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records import queries as records
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.errors import AlreadyOne
from gongzhi.engine.tables import Table

# What a mechanism for the grid calls things (grid_round); another folder that keeps to these names serves as well.
REPORTS, SELF = "report_kinds", "self_kinds"
SELF_HANDLED, VISIT, ROUND = "self_handled", "visit", "care_round"
NOTED, KEEP, UNDO = "noted", "keep", "undo"
CHANNEL = "grid"
#: register of the people who need care (people_places), and how many of a worker's are looked at
CARED, MOST_CARED = "care_people", 200
#: the kind that says nothing by itself
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One big button: what is seen, or what was done."""

    id: str
    picture: str
    #: what the matter is then called
    subject: str
    #: what to mind, shown below the button
    note: str = ""
    mechanism: str = ""
    type: str = ""
    #: a field of the case type that the kind decides, and its value
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the grid door offers to one role."""

    reports: tuple[Kind, ...] = ()
    selves: tuple[Kind, ...] = ()
    #: mechanism of the visits and of what was handled by oneself; empty where none is installed
    mechanism: str = ""
    #: whether a household can be visited without being on a list
    visits: bool = False

    @property
    def version(self) -> str:
        """Changes with whatever a report asks or says, so that a draft of yesterday's form is known as such."""
        said = [asdict(each) for each in (*self.reports, *self.selves)]
        asked = {
            (each.mechanism, each.type): catalogue.current(each.mechanism, each.type).version
            for each in self.reports
        }
        return hashlib.sha256(repr((said, sorted(asked.items()))).encode()).hexdigest()[:10]

    def one(self, kinds: Sequence[Kind], id_: str) -> Kind:
        """The kind of this name. Raises NoSuchKind."""
        found = next((each for each in kinds if each.id == id_), None)
        if found is None:
            raise NoSuchKind(kind=id_[:40])
        return found


def kit(role: str) -> Kit:
    """What people in this role find at the grid door; empty where no mechanism for it is installed. No query of its own."""
    held = next((each for each in library.active() if REPORTS in each.mechanism.tables), None)
    if held is None:
        return Kit()
    tables, id_ = held.mechanism.tables, held.mechanism.id
    selves = [] if SELF not in tables or SELF_HANDLED not in held.case_types else _rows(tables[SELF])
    return Kit(
        mechanism=id_,
        visits=VISIT in held.case_types and role in held.case_types[VISIT].opened_by,
        reports=tuple(
            kind for row in _rows(tables[REPORTS]) if (kind := _openable(row, role, fallback=False))
        ),
        selves=tuple(
            Kind(
                id=row["id"],
                picture=row["picture"],
                subject=row["matter"],
                note=row["note"],
                mechanism=id_,
                type=SELF_HANDLED,
            )
            for row in selves
            if role in held.case_types[SELF_HANDLED].opened_by
        ),
    )


def _rows(table: Table) -> list[dict[str, str]]:
    """One dict per value that the table's first input may have, in their order; the remark of the row as ``note``."""
    found = []
    for value in re.findall(r'"([^"]*)"', table.inputs[0].allowed):
        decision = table.decide({table.inputs[0].name: value})
        if decision.matched:
            notes = {rule.number: rule.note for rule in table.rules}
            row = {name: str(cell or "") for name, cell in decision.value.items()}
            found.append({**row, "id": value, "note": notes.get(decision.because.rows[0], "")})
    return found


def _openable(row: Mapping[str, str], role: str, *, fallback: bool) -> Kind | None:
    """The kind with the case type that it opens: the first choice where it is installed, else the other one."""
    before = "otherwise" if fallback else "opens"
    mechanism, _dot, type_id = row[before].partition(".")
    try:
        case_type = catalogue.current(mechanism, type_id)
    except NoSuchCaseType:
        return None if fallback else _openable(row, role, fallback=True)
    if role not in case_type.opened_by:
        return None if fallback else _openable(row, role, fallback=True)
    names = ("otherwise_field", "otherwise_value") if fallback else ("field", "value")
    return Kind(
        id=row["id"],
        picture=row["picture"],
        subject=row["subject"],
        note=row["note"],
        mechanism=mechanism,
        type=type_id,
        field=row[names[0]],
        value=row[names[1]],
    )


def report(
    kind: Kind,
    *,
    note: str,
    place: Mapping[str, Any],
    photos: Sequence[Mapping[str, Any]],
    by: Standing,
    key: str,
) -> Receipt:
    """Open the one case that a report is. The same key again gives the same number, whatever came with it.

    Raises SayWhat, NothingToTakePhotos, and what ``open_case`` raises.
    """
    if again := actions.answered(by, key):
        return again
    if kind.picture == OTHER and not note.strip():
        raise SayWhat
    near = path_named({"place": place}) or by.area_path
    case_type = catalogue.current(kind.mechanism, kind.type, near)
    form = _form(case_type, kind, note=note.strip(), place=place, photos=photos)
    try:
        receipt = actions.open_case(kind.mechanism, kind.type, form, by=by, channel=CHANNEL, key=key)
    except KeyReused:
        # the first of two at the same moment was another wording of the same draft
        if (again := actions.answered(by, key)) is None:
            raise
        return again
    return receipt if receipt.number else actions.answered(by, key) or receipt


def _form(
    case_type: CaseType,
    kind: Kind,
    *,
    note: str,
    place: Mapping[str, Any],
    photos: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The opening form from what three taps say; what the case type does not ask is left out."""
    asked = {ask.field for ask in case_type.opening}
    said = note or kind.subject
    subject = kind.subject if kind.picture != OTHER else note[:30]
    form: dict[str, Any] = {"subject": subject, "text": said, "place": dict(place)}
    form = {name: value for name, value in form.items() if name in asked}
    if kind.field in asked and kind.value:
        form[kind.field] = kind.value
    if photos:
        album = next(
            (each.id for each in case_type.form.fields if each.id in asked and each.kind == "files"), ""
        )
        if not album:
            raise NothingToTakePhotos(title=case_type.title)
        form[album] = [dict(each) for each in photos]
    return form


def handle(
    kind: Kind, *, place: Mapping[str, Any], minutes: str, note: str, by: Standing, key: str, settled: bool
) -> Receipt:
    """Write down what was handled by oneself. ``settled``: it ends at once, the ten seconds for undoing are over;
    otherwise it stays open for a little while, in which it can be undone, and ends by itself."""
    if again := actions.answered(by, key):
        return again
    form: dict[str, Any] = {"matter": kind.id, "place": dict(place)}
    form |= {name: value for name, value in (("minutes", minutes), ("note", note)) if value.strip()}
    with transaction.atomic():
        receipt = actions.open_case(kind.mechanism, kind.type, form, by=by, channel=CHANNEL, key=key)
        if settled and not receipt.ended:
            ended = actions.choose(receipt.case, NOTED, KEEP, {}, by=by, key=f"{key}.keep")
            receipt = replace(receipt, ended=ended.ended, length=ended.length)
    return actions.answered(by, key) or receipt


def visit(kit: Kit, household: str, area: str, *, by: Standing, key: str) -> Receipt:
    """Begin a visit to a household that nobody had planned. Raises what ``open_case`` raises."""
    form = {"household": household, "area": area}
    return actions.open_case(kit.mechanism, VISIT, form, by=by, channel=CHANNEL, key=key)


def unplanned(kit: Kit, by: Standing) -> list[str]:
    """Keys of those in the own area who need care and have no plan of visits: they were listed before there were plans, or
    brought in by a file. Two queries."""
    declared = registers.known(CARED)
    if not kit.visits or declared is None or not may(by, "record.list"):
        return []
    cared = records.records(by, CARED, size=MOST_CARED).rows
    keys = [row.key for row in cared if declared.register.is_usable(row.published_state)]
    rounds = CaseRecord.objects.filter(register=CARED, key__in=keys, case__ended_at__isnull=True)
    planned = set(
        rounds.filter(case__mechanism=kit.mechanism, case__type=ROUND).values_list("key", flat=True)
    )
    return [key for key in keys if key not in planned]


def plan(kit: Kit, by: Standing) -> int:
    """Plan the visits of all whom ``unplanned`` names; gives how many. Somebody who was planned meanwhile is left as they are."""
    done = 0
    for key in unplanned(kit, by):
        try:
            actions.open_case(kit.mechanism, ROUND, {"person": key}, by=by, channel=CHANNEL)
        except AlreadyOne:
            continue
        done += 1
    return done


def undo(case: str, *, by: Standing) -> Receipt:
    """Take back what was written down by a slip of the thumb; counted nowhere."""
    return actions.choose(case, NOTED, UNDO, {}, by=by)

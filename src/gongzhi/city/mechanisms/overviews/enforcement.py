"""Enforcement at a glance: cases and their periods, what is owed today, evidence on its way, draws that anybody can repeat.

Nothing here counts fines or compares people by them (Administrative Penalty Law art. 74). Ids of the mechanisms are constants at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.timezone import localdate

from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.records.models import Record
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.expressions.builtins.lots import lot

PENALTIES, JOINT, RANDOM = "penalties", "joint_enforcement", "random_inspection"
TYPES = ((PENALTIES, "penalty"), (PENALTIES, "spot"), (PENALTIES, "reversal"), (JOINT, "joint_case"))
DECISIONS = "penalty_decisions"
#: steps in which a fine waits to be paid
PAYING = ("perform", "pay")
RISKS = (("高", "high"), ("中", "middle"), ("低", "low"))
MOST, RECENT = 500, 30
CHARGE = compile_expression("late charge(dues, payments, 0.03, day, pauses)")
DRAW = compile_expression("draw(codes, ceiling(count(codes) * share / 100), seed)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One case that is not closed, and the step that waits."""

    row: Case
    title: str
    step: str
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A fine that is not paid in full: what is still owed today, the surcharge by itself."""

    row: Case
    due: str
    fine: Decimal
    paid: Decimal
    surcharge: Decimal

    @property
    def total(self) -> Decimal:
        """Yuan to be paid if it were paid today."""
        return self.fine + self.surcharge - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One business of a locked roll with its lot; ``drawn`` as recorded, ``again`` as it comes out now."""

    code: str
    title: str
    risk: str
    lot: str
    drawn: bool
    again: bool


def is_installed(mechanism: str = PENALTIES) -> bool:
    """Whether this city runs the mechanism (of penalties)."""
    return mechanism in library.LIBRARY.active_versions()


def running(by: Standing) -> list[Running]:
    """Cases that the post may see and that are not closed, the pressing ones first; a joint case that another office leads is
    there while it waits for the post's own office. Raises NotAllowed.
    """
    check(by, "case.list")
    rows = [row for owner, kind in TYPES for row in _open(by, owner, kind)]
    rows += _asked(by, {row.pk for row in rows})
    steps, now = _steps(rows), clock.now()
    rows.sort(key=lambda row: (row.due, row.pk))
    return [
        Running(row=row, title=_title(row), step=steps.get(row.pk, ("", ""))[1], light=row.light(now))
        for row in rows
    ]


def owed(by: Standing) -> list[Owed]:
    """Fines that wait for payment among the cases that the post may see, with the surcharge up to today. Raises NotAllowed."""
    check(by, "case.list")
    rows = list(_open(by, PENALTIES, "penalty"))
    steps, today = _steps(rows), localdate(clock.now())
    return [_owed(row, today) for row in rows if steps.get(row.pk, ("", ""))[0] in PAYING]


def draws(by: Standing) -> list[Case]:
    """Draws that the post may see, the newest first. Raises NotAllowed."""
    check(by, "case.list")
    rows = visible(by).filter(mechanism=RANDOM, type="draw")
    return list(rows.select_related("lead").order_by("-opened_at", "-id")[:RECENT])


def replay(key: UUID) -> tuple[Case, list[Lot]]:
    """A draw that was made, drawn again from its locked roll and its seed; anybody may look. Raises Http404."""
    row = Case.objects.filter(pk=key, mechanism=RANDOM, type="draw", confidential=False).first()
    data: Mapping[str, Any] = row.state["data"] if row else {}
    if row is None or not data.get("seed"):
        raise Http404(str(key))
    roll: Sequence[Mapping[str, Any]] = data["roll"]
    seed, drawn = str(data["seed"]), set(data.get("drawn") or ())
    again: set[str] = set()
    for risk, share in RISKS:
        codes = [str(each["code"]) for each in roll if each.get("risk") == risk]
        found = DRAW.evaluate({"codes": codes, "share": Decimal(str(data[share])), "seed": seed})
        again |= set(found) if isinstance(found, list) else set()
    lots = [
        Lot(
            code=str(each["code"]),
            title=str(each.get("title", "")),
            risk=str(each.get("risk", "")),
            lot=lot(seed, str(each["code"])),
            drawn=each["code"] in drawn,
            again=each["code"] in again,
        )
        for each in roll
    ]
    order = [risk for risk, _ in RISKS]
    return row, sorted(lots, key=lambda each: (order.index(each.risk), each.lot))


def decisions() -> list[Record]:
    """What is published, and what was withdrawn with its reason; anybody may read it."""
    rows = Record.objects.filter(register=DECISIONS, state__in=("published", "withdrawn"))
    return list(rows.order_by("-id")[:RECENT])


def _open(by: Standing, mechanism: str, type_id: str) -> list[Case]:
    rows = visible(by).filter(mechanism=mechanism, type=type_id, ended="")
    return list(rows.select_related("lead").order_by("due", "id")[:MOST])


def _asked(by: Standing, known: set[UUID]) -> list[Case]:
    """Joint cases in which a task waits for the post's role and office, beyond those that are known."""
    asked = Task.objects.filter(role=by.role, office_path__in=paths.ancestors(by.office_path))
    asked = asked.filter(person__in=("", by.person), case__mechanism=JOINT).exclude(case__in=known)
    return list(Case.objects.filter(pk__in=asked.values("case")).select_related("lead")[:MOST])


def _owed(row: Case, today: date) -> Owed:
    data: Mapping[str, Any] = row.state["data"]
    dues = [_row(each, "due") for each in data.get("dues") or ()]
    payments = [_row(each, "paid_on") for each in data.get("payments") or ()]
    pauses = [
        {key: date.fromisoformat(each[key]) if each.get(key) else None for key in ("starts", "ends")}
        for each in data.get("appeals") or ()
    ]
    added = CHARGE.evaluate({"dues": dues, "payments": payments, "day": today, "pauses": pauses})
    return Owed(
        row=row,
        due=str(data.get("pay_due") or ""),
        fine=Decimal(str(data.get("final_fine") or 0)),
        paid=sum((each["amount"] for each in payments), Decimal(0)),
        surcharge=Decimal(str(added or 0)),
    )


def _row(told: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {key: date.fromisoformat(str(told[key])), "amount": Decimal(str(told["amount"]))}


def _steps(rows: Iterable[Case]) -> dict[UUID, tuple[str, str]]:
    """Case -> id and words of its open step, or of the step that waits for the case that it called."""
    kinds = {row.pk: row for row in rows}
    found: dict[UUID, tuple[str, str]] = {}
    called = Child.objects.filter(parent__in=list(kinds), token__isnull=False, case__ended_at=None)
    tasks = Task.objects.filter(case__in=list(kinds), side=False).order_by("id")
    for case, step in (*called.values_list("parent", "step"), *tasks.values_list("case", "step")):
        row = kinds[case]
        held = library.LIBRARY.version(row.mechanism, row.version)
        found[case] = step, held.case_types[row.type].step_title(step) if held else step
    return found


def _title(row: Case) -> str:
    held = library.LIBRARY.version(row.mechanism, row.version)
    return held.case_types[row.type].title if held else row.type


__all__ = ["decisions", "draws", "is_installed", "owed", "replay", "running"]

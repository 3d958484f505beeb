"""Which of the inventory's mechanisms are carried: claimed by a mechanism *and* proved by a passing scenario with an end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.mechanisms.running import Report, run_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the inventory."""

    id: str
    name: str
    capability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """An inventory id with the scenarios that prove it."""

    row: Row
    #: mechanism id -> number of passing scenarios that reach an end
    proofs: dict[str, int]


def read_inventory(text: str) -> tuple[Row, ...]:
    """The rows of the inventory: CSV with at least the columns ``id``, ``name``, ``capability``."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    return tuple(
        Row(
            id=row["id"].strip(),
            name=(row.get("name") or "").strip("* "),
            capability=row.get("capability") or "—",
        )
        for row in rows
        if row.get("id")
    )


def proofs(mechanism: Mechanism, report: Report | None = None) -> dict[str, int]:
    """Inventory id -> passing scenarios of the mechanism that name it and reach an end."""
    found = dict.fromkeys(mechanism.covers, 0)
    for result in (report or run_all(mechanism)).results:
        if result.passed and result.reached:
            for each in result.scenario.spec.covers or mechanism.covers:
                if each in found:
                    found[each] += 1
    return found


def covered(inventory: str, mechanisms: Iterable[Mechanism]) -> tuple[Covered, ...]:
    """The rows of the inventory that are proved, in its order."""
    proved = {mechanism.id: proofs(mechanism) for mechanism in mechanisms}
    made = []
    for row in read_inventory(inventory):
        counts = {name: found[row.id] for name, found in proved.items() if found.get(row.id)}
        if counts:
            made.append(Covered(row=row, proofs=counts))
    return tuple(made)


def coverage(inventory: str, mechanisms: Iterable[Mechanism]) -> str:
    """What ``gongzhi coverage`` prints: ids by capability with their proofs; the last line is ``covered N of 192``."""
    rows = read_inventory(inventory)
    found = covered(inventory, mechanisms)
    lines: list[str] = []
    capabilities = sorted({each.row.capability for each in found}, key=_capability_order)
    for capability in capabilities:
        lines.append(capability)
        for each in (each for each in found if each.row.capability == capability):
            told = "，".join(f"{name} {count}个情景" for name, count in each.proofs.items())
            lines.append(f"  {each.row.id} {each.row.name}：{told}")
    return "\n".join([*lines, f"covered {len(found)} of {len(rows)}"])


def _capability_order(capability: str) -> tuple[int, str]:
    """C2 before C10; what is no capability of the list comes last."""
    number = capability.removeprefix("C")
    return (int(number), capability) if number.isdigit() else (10_000, capability)


__all__ = ["Covered", "Row", "coverage", "covered", "proofs", "read_inventory"]

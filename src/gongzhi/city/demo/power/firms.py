"""The firms: their shifts, their meters, and the rows of the registers that say so."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: hour at which a shift begins and ends; ``three`` rests on Sundays from 8 to 20
SHIFTS = {"day": (8, 18), "two": (6, 22), "three": (0, 24)}
INDUSTRIES = ("铸造", "建材", "涂装", "化工", "印刷", "木业", "屠宰食品")
NAMES = ("大江", "黄荆", "铜绿", "金湖", "灵乡", "保安", "还地桥", "殷祖", "刘仁八", "茗山")
#: below this share of the rated use a device counts as off
IDLE = 0.05
#: minutes that treatment starts before and stops after production
LEAD, LAG = 30, 30
#: one firm of five has a main meter only
MAIN_SHARE = 5
GRADES = ("A", "B", "C", "C", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """One firm. ``rated`` is what a device uses in a quarter of an hour, in kWh."""

    number: int
    name: str
    industry: str
    shift: str
    rated: float
    treating: float
    #: a main meter and nothing else: no link, only the ratio of night and day
    main: bool
    #: what an emergency asks of it: stop, or limit by so much
    stops: bool
    cut: float

    @property
    def code(self) -> str:
        """Key of the firm in the registers."""
        return f"Q{self.number:04}"

    @property
    def source(self) -> str:
        """Series of what it produces with (or of the whole firm)."""
        return f"{self.code}-M" if self.main else f"{self.code}-C1"

    @property
    def target(self) -> str:
        """Series of its treatment; a firm with a main meter has none."""
        return "" if self.main else f"{self.code}-Z1"

    @property
    def link(self) -> str:
        """Key of its link."""
        return f"{self.code}-L1"

    @property
    def idle(self) -> tuple[float, float]:
        """Below which the producing and the treating device count as off, in kWh per quarter of an hour."""
        return round(self.rated * IDLE, 3), round(self.treating * IDLE, 3)


def make_firms(meters: int, seed: int) -> list[Firm]:
    """As many firms as have this many meters together: four of five meters in pairs, one on its own."""
    alone = meters // MAIN_SHARE + (meters - meters // MAIN_SHARE) % 2
    count = alone + (meters - alone) // 2
    return [_firm(number, number > count - alone, seed) for number in range(1, count + 1)]


def _firm(number: int, main: bool, seed: int) -> Firm:
    dice = random.Random(f"{seed}/{number}")
    industry = dice.choice(INDUSTRIES)
    rated = round(dice.uniform(20, 200), 1)
    return Firm(
        number=number,
        name=f"{NAMES[number % len(NAMES)]}{industry}{number}厂",
        industry=industry,
        shift=dice.choice(("day", "two")) if main else dice.choice(("day", "two", "three")),
        rated=rated,
        treating=round(rated * dice.uniform(0.08, 0.25), 1),
        main=main,
        stops=dice.random() < 0.5,
        cut=dice.choice((0.2, 0.3, 0.5)),
    )


Rows = dict[str, dict[str, Any]]


def registers(firms: Sequence[Firm], area: str = "", office: str = "") -> dict[str, Rows]:
    """Rows of the registers of ``power_watch``: firms, lines, devices, meters, links, entries of the emergency list."""
    found: dict[str, Rows] = {name: {} for name in _TABLES}
    where = {"area": area, "office": office}
    for firm in firms:
        for name, rows in _rows(firm).items():
            found[name] |= {key: {**values, **where, "state": _TABLES[name]} for key, values in rows.items()}
    return found


#: register -> the state of its rows
_TABLES = {
    "power_firms": "watched",
    "power_lines": "in_use",
    "power_devices": "in_use",
    "power_meters": "in_use",
    "power_links": "in_force",
    "emergency_plans": "in_force",
}


def _rows(firm: Firm) -> dict[str, Rows]:
    source_idle, target_idle = firm.idle
    line = f"{firm.code}-1"
    parts = [(firm.source, "总" if firm.main else "产污", firm.rated, source_idle)]
    if not firm.main:
        parts.append((firm.target, "治污", firm.treating, target_idle))
    devices = {
        f"{series}-S": {
            "code": f"{series}-S",
            "title": f"{firm.name}{role}",
            "firm": firm.code,
            "line": line,
            "role": role,
            "rated": rated * 4,
        }
        for series, role, rated, _idle in parts
    }
    meters = {
        series: {
            "code": series,
            "title": f"{firm.name}{role}表",
            "firm": firm.code,
            "device": f"{series}-S",
            "role": role,
            "idle": idle,
        }
        for series, role, _rated, idle in parts
    }
    plan: dict[str, Any] = {
        "code": f"{firm.code}-橙色",
        "title": firm.name,
        "firm": firm.code,
        "level": "橙色",
        "measure": "停产" if firm.stops else "限产",
    }
    if not firm.stops:
        plan["percent"] = round(firm.cut * 100)
    return {
        "power_firms": {firm.code: {"code": firm.code, "name": firm.name, "industry": firm.industry}},
        "power_lines": {line: {"code": line, "title": f"{firm.name}一线", "firm": firm.code}},
        "power_devices": devices,
        "power_meters": meters,
        "power_links": {} if firm.main else {firm.link: _link(firm, line)},
        "emergency_plans": {plan["code"]: plan},
    }


def _link(firm: Firm, line: str) -> dict[str, Any]:
    source_idle, target_idle = firm.idle
    return {
        "code": firm.link,
        "title": f"{firm.name}联动",
        "firm": firm.code,
        "line": line,
        "source_meter": firm.source,
        "target_meter": firm.target,
        "source_idle": source_idle,
        "target_idle": target_idle,
        "lead": LEAD,
        "lag": LAG,
    }


__all__ = ["LAG", "LEAD", "SHIFTS", "Firm", "Rows", "make_firms", "registers"]

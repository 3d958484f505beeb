"""Names of stories as the city's own codes: offices by their names, and records that are there when a case names them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from gongzhi.city.cases import lookups
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import home_area
from gongzhi.city.demo.answers import AHEAD, answered
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Area, Level, Office, Post
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.forms import Field
from gongzhi.engine.registers import Register

#: partners outside of the county are kept under this code
PARTNER = "dy-x-"
MOST_MATERIALS = 60
#: what is counted by the year: a story has one of its own, or an earlier one has used it up
COUNTED = frozenset({"admitted_tasks"})
#: there are always some, and everybody who works in the county has seen one
APPEAL = "appeal"


@dataclass(slots=True)
class Registry:
    """Offices by name and records by key, made when a story needs one that is not there."""

    #: records that the city has already stay as they are (the demonstration's own data)
    keep: bool = False
    offices: dict[str, str] = field(default_factory=dict)
    #: (register, key of the story) -> key of the record that plays its part in this story
    stand_ins: dict[tuple[str, str], str] = field(default_factory=dict)
    #: materials of the story's item -> those of the item that plays its part
    renamed: dict[str, str] = field(default_factory=dict)
    world: dict[tuple[str, str], tuple[Mapping[str, Any], timedelta]] = field(default_factory=dict)
    #: what a story says of offices that the city does not have: kind and area
    told_offices: dict[str, Mapping[str, str]] = field(default_factory=dict)
    #: an office of a story -> the office above it
    told_parents: dict[str, str] = field(default_factory=dict)
    #: the office that opens the story: what is kept of people is its own, or it would not see them
    home: str = ""
    #: records that an earlier story brought along: no data of the demonstration, so the next story puts them anew
    made: set[tuple[str, str]] = field(default_factory=set)
    #: what a story says of other cases: number -> type and the like
    told_matters: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: number of another case in a story -> the case of the city that plays its part
    matters: dict[str, str] = field(default_factory=dict)

    def office(self, name: str) -> str:
        """Code of the office with this name (or code); one that the city does not have is added as a partner."""
        if name not in self.offices:
            self.offices[name] = self.known_office(name) or self._partner(name).code
        return self.offices[name]

    def known_office(self, name: str) -> str:
        """Code of an office that is there; empty when nobody knows it."""
        if name in self.offices:
            return self.offices[name]
        real = here().get(name, name)
        found = (
            Office.objects.filter(code=real).first()
            or Office.objects.filter(short_name=real).order_by("path").first()
            or Office.objects.filter(name=real).order_by("path").first()
        )
        return found.code if found else ""

    def key(self, register: str, key: Any) -> Any:
        """The key under which the city knows a record of the story."""
        return self.stand_ins.get((register, key), key) if isinstance(key, str) else key

    def _partner(self, name: str) -> Office:
        root, told = Office.objects.get(parent=None), self.told_offices.get(name, {})
        above = self.told_parents.get(name, "")
        return territory.add_office(
            SYSTEM,
            code=f"{PARTNER}{len(self.offices) + 1:03}",
            name=name[:100],
            short_name=name[:40],
            kind=told.get("kind", "partner"),
            area=Area.objects.get(code=self.area(told["area"])) if told.get("area") else root.area,
            parent=Office.objects.get(code=self.office(above)) if above else root,
        )

    def matter(self, told: str, office: str = "") -> str:
        """Number of a case of the city that plays another case of a story: the newest open one that nobody plays yet; one of
        the office, if it has any, as an officer sees no others."""
        if told not in self.matters:
            rows = Case.objects.filter(ended="", number__isnull=False, lead__isnull=False, confidential=False)
            # the type is written as mechanism.type, or as the type alone; an appeal plays the part of any other
            kind = str(self.told_matters.get(told, {}).get("type", "")).rpartition(".")[2]
            alike = rows.filter(type=kind)
            # what stories name of their own kind may be over: a posting that was wrong, a decision that is asked about
            over = Case.objects.filter(type=kind, number__isnull=False) if kind else Case.objects.none()
            rows = next((each for each in (alike, over) if each.exists()), rows.filter(type=APPEAL))
            own = rows.filter(lead__code=office)
            rows = own if office and own.exists() else rows
            taken = set(self.matters.values())
            numbers = rows.order_by("-opened_at").values_list("number", flat=True)[: len(taken) + 1]
            self.matters[told] = next((str(each) for each in numbers if each not in taken), told)
        return self.matters[told]

    def area(self, name: str) -> str:
        """Code of the area with this name (or code), or of the one around it by whose name it begins (上冯村一单元: 上冯村);
        the whole county where nobody knows it."""
        name = here().get(name, name)
        beginnings = [name[:length] for length in range(len(name), 2, -1)]
        found = Area.objects.filter(code=name).first() or next(
            filter(None, (Area.objects.filter(short_name=each).first() for each in beginnings)), None
        )
        return found.code if found else home_area()

    def place(self, name: str) -> str:
        """Code of the area that plays this part in the story: the one that a record stands for, else the one of that name."""
        placed = (real for (_register, told), real in self.stand_ins.items() if told == name)
        return next(placed, None) or self.area(name)

    def begin(self, stand_ins: Mapping[tuple[str, str], str]) -> None:
        """A new story, with these records in the parts of its own."""
        self.stand_ins, self.renamed, self.matters = dict(stand_ins), {}, {}

    def know(self, world: Mapping[str, Mapping[str, Mapping[str, Any]]], shift: timedelta) -> None:
        """Bring the records into the state of which a story tells; its days are moved along with it."""
        for register, rows in world.items():
            for told, values in rows.items():
                values = self._placed(register, told, values)
                key = self.key(register, told)
                again = register in COUNTED and Record.objects.filter(register=register, key=key).exists()
                if again or self._is_over(register, key):
                    self.stand_ins[register, told] = self._another(register, told)
                key = self.key(register, told)
                self.world[register, key] = (values, shift)
                mine = (register, key) in self.made
                if self.keep and not mine and Record.objects.filter(register=register, key=key).exists():
                    if key != told:
                        self._rename(values, lookups.record(register, key) or {})
                    continue
                self._make(register, key)

    def _rename(self, told: Mapping[str, Any], real: Mapping[str, Any]) -> None:
        """What is handed in for one item is handed in for the other: what must be, in its order, then what may be."""
        pairs = zip(_by_need(told.get("materials")), _by_need(real.get("materials")), strict=False)
        self.renamed |= {old: new for old, new in pairs if old and new}

    def _is_over(self, register: str, key: str) -> bool:
        """Whether an earlier story brought the record into a state from which it never comes into use again."""
        declared = catalogue.known(register)
        row = Record.objects.filter(register=register, key=key).first()
        if declared is None or row is None:
            return False
        found = declared.register
        return not found.is_usable(row.state) and not ways(found, row.state, found.is_usable)

    def _another(self, register: str, told: str) -> str:
        return f"{told}-{Record.objects.filter(register=register, key__startswith=f'{told}-').count() + 2}"

    def need(self, register: str, keys: Any) -> None:
        """Have the named records in use."""
        for told in keys if isinstance(keys, list) else [keys]:
            if isinstance(told, str) and lookups.record(register, told) is None:
                named = self._placed(register, told, {})
                key = self.key(register, told)
                if named:
                    self.world[register, key] = (named, timedelta(0))
                self._make(register, key)

    def _placed(self, register: str, told: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record that is about an area stands for a real one: a village that has no units yet, or a unit made for the story."""
        declared = catalogue.known(register)
        if declared is None or declared.register.form[declared.register.key].kind != "area":
            return values
        if (register, told) in self.stand_ins or Area.objects.filter(code=told).exists():
            return values
        form = declared.register.form
        above = next(
            (each for each in form.fields if each.kind == "record" and values.get(each.id) and each.register),
            None,
        )
        if above is not None:
            upper = str(values[above.id])
            self._placed(above.register, upper, {})
            village = Area.objects.get(code=self.key(above.register, upper))
            name = str(values.get(declared.register.name) or told)
            [code] = territory.free_codes(village, 1)
            territory.add_area(SYSTEM, code=code, name=name, level=Level.UNIT, parent=village)
            self.stand_ins[register, told] = code
            return values
        taken = Record.objects.filter(register=register).values("key")
        free = Area.objects.filter(level=Level.VILLAGE, children=None).exclude(code__in=taken)
        area = free.order_by("path").first() or Area.objects.get(code=home_area())
        self.stand_ins[register, told] = area.code
        return {**values, declared.register.name: area.short_name}

    def _make(self, register: str, key: str) -> None:
        declared = catalogue.known(register)
        if declared is None:
            return
        found = declared.register
        told, shift = self.world.get((register, key), ({}, timedelta(0)))
        given = {
            name: self.real(found.form[name], value, shift)
            for name, value in told.items()
            if name in found.form
        }
        # the system is nobody who could be asked to do something
        given |= {
            each.id: account("")
            for each in found.form.fields
            if each.kind == "person" and each.id not in given
        }
        if found.purposes and found.office and self.home:
            given.setdefault(found.office, self.home)
        asks = [Ask(each.id) for each in found.form.fields]
        office = given.get(found.office, "") or Office.objects.get(parent=None).code
        values = answered(
            found.form,
            asks,
            {**given, found.key: key},
            at=clock.now() + timedelta(days=AHEAD),
            office=office,
            by=SYSTEM,
        )
        known = Record.objects.filter(register=register, key=key).exists()
        if not known:
            self.made.add((register, key))
        records.put(register, key, {**given, found.key: key} if known else values, by=SYSTEM, because="演示")
        self._bring_into_use(found, register, key)

    def real(self, field_: Field, value: Any, shift: timedelta = timedelta(0)) -> Any:
        """A record's value of a story as the city knows it."""
        if field_.kind == "date":
            return moved(value, shift)
        if field_.kind == "person":
            return account(str(value))
        if field_.kind == "table" and isinstance(value, list):
            columns = {column.id: column for column in field_.columns}
            return [
                {k: self.real(columns[k], v, shift) if k in columns else v for k, v in row.items()}
                for row in value
            ]
        if field_.kind == "office":
            return self.office(str(value))
        if field_.kind == "offices":
            return [self.office(str(each)) for each in value]
        if field_.kind == "area":
            return self.place(str(value))
        if field_.register:
            told = value if isinstance(value, list) else [value]
            self.need(field_.register, [self.key(field_.register, each) for each in told])
            keys = [self.key(field_.register, each) for each in told]
            return keys if isinstance(value, list) else keys[0]
        return value

    def _bring_into_use(self, register: Register, register_id: str, key: str) -> None:
        """By the shortest way of moves into a state in which cases may name it."""
        row = Record.objects.get(register=register_id, key=key)
        if not register.moves or register.is_usable(row.state):
            return
        for name in ways(register, row.state, register.is_usable):
            records.move(SYSTEM, row.pk, name, expected=None, note="演示")


def account(name: str) -> str:
    """Somebody whom a story only names: the account of that name, else a secretary of the city."""
    found = User.objects.filter(name=name).first()
    if found is None:
        posts = Post.objects.filter(role="secretary").select_related("user").order_by("id")
        found = next((post.user for post in posts), None)
    return found.person if found else name


def moved(value: Any, shift: timedelta) -> Any:
    """A day of a story, moved along."""
    try:
        return (date.fromisoformat(str(value)) + shift).isoformat()
    except ValueError:
        return value


def ways(register: Register, state: str, wanted: Callable[[str], bool]) -> list[str]:
    """Moves that lead from a state to a wanted one, the fewest; empty when no way does."""
    todo: list[tuple[str, list[str]]] = [(state, [])]
    seen = {state}
    while todo:
        here_, way = todo.pop(0)
        if wanted(here_):
            return way
        for name, move in register.moves.items():
            if here_ in move.from_ and move.to not in seen:
                seen.add(move.to)
                todo.append((move.to, [*way, name]))
    return []


def _by_need(materials: Any) -> list[str]:
    """Names of what must be handed in, filled up to a fixed place, then of what may be."""
    rows = [row for row in materials or () if isinstance(row, Mapping)]
    must = [str(row["name"]) for row in rows if row.get("necessity") != "非必要"]
    may = [str(row["name"]) for row in rows if row.get("necessity") == "非必要"]
    return [*must, *[""] * (MOST_MATERIALS - len(must)), *may]


@cache
def here() -> dict[str, str]:
    """How stories of other places call an office -> the short name of the one that does this here."""
    text = (files(__package__) / "data" / "names.csv").read_text(encoding="utf-8")
    return {row["told"]: row["office"] for row in csv.DictReader(text.splitlines())}

"""The demonstration's own records: items with earlier versions, points on the map, projects, parcels, powers.

Every file of ``data/records`` is a register. Offices, areas and people are written by name, days as days from today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from django.db import transaction
from ruamel.yaml import YAML

from gongzhi.city.demo.households import fill_households, fill_units
from gongzhi.city.demo.registry import Registry, ways
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.people.models import User
from gongzhi.city.records import actions, catalogue
from gongzhi.city.records.models import Record
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, Post
from gongzhi.engine.forms import Field
from gongzhi.engine.registers import Register

#: in the order in which they name each other
REGISTERS = (
    "service_items",
    "powers",
    "delegations",
    "service_points",
    "windows",
    "cloud_seats",
    "helpers",
    "land_parcels",
    "projects",
    "survey_results",
    "renewal_plans",
    "credit_records",
    "township_duties",
    "admitted_tasks",
    "demanded_forms",
    "role_conflicts",
    "designated_offices",
    "components",
    "facilities",
    "organisations",
    "volunteer_teams",
    "partner_units",
    "reform_goals",
    "reform_leaders",
    "reform_topics",
    "reform_groups",
    "reform_problems",
    "reform_rules",
    "counterparts",
    "industry_chains",
    "chain_clusters",
    "chain_firms",
    "chain_gaps",
    "chain_artefacts",
    "support_policies",
    "firm_facts",
    "instruments",
    "industry_funds",
    "research_results",
    "bounties",
    "talent_openings",
    "programmes",
    "schools",
    "open_posts",
    "secondments",
    "trainings",
    "awards",
    "ladder_people",
    "political_reviews",
    "discipline_posts",
    "risk_rules",
    "benefit_payments",
    "deceased_people",
    "public_employees",
    "declared_relatives",
    "mediators",
    "judicial_bodies",
    "centre_bodies",
    "centre_shifts",
    "dispute_duties",
    "reception_days",
    "enforcement_certificates",
    "penalty_matters",
    "penalty_decisions",
    "inspection_objects",
    "clinics",
    "consult_slots",
    "home_teams",
    "care_providers",
    "service_contracts",
    "service_posts",
    "seat_goals",
    "seat_sites",
)
#: a record that has no earlier version came into the city so many days ago
SINCE = 400
EDITOR = "catalogue_editor"


@dataclass(slots=True)
class Clerk:
    """Writes records on the days on which they came: those of the catalogue as its editor, others as the system."""

    registry: Registry
    now: datetime
    editor: Standing

    def write(self, register: Register, row: Mapping[str, Any]) -> None:
        """One record with its earlier versions, in the state that it has today."""
        told = dict(row)
        state, earlier = told.pop("state", ""), told.pop("earlier", [])
        states = [{**told, **each} for each in earlier] + [told]
        days = [-int(each.pop("at", -SINCE)) for each in states]
        days = [*days[:-1], min([SINCE, *(day // 2 for day in days[:-1])])]
        with clock.frozen(self.now - timedelta(days=days[0])):
            record = actions.create(
                self.writer(register), register.id, self.real(register, states[0]), note="列入"
            )
            self.bring(register, record, state)
        for day, values in zip(days[1:], states[1:], strict=True):
            with clock.frozen(self.now - timedelta(days=day)):
                actions.change(
                    self.writer(register),
                    record,
                    self.real(register, values),
                    expected=None,
                    note="减材料、减时限",
                )
                self.bring(register, record, state)

    def writer(self, register: Register) -> Standing:
        """The editor, but for registers that keep their writing to others."""
        return self.editor if register.writes(EDITOR) else SYSTEM

    def bring(self, register: Register, record: Record, state: str) -> None:
        """Move a record into a state by the shortest way."""
        row = Record.objects.get(pk=record.pk)
        for name in ways(register, row.state, lambda each: each == state) if state else ():
            by = self.editor if EDITOR in register.moves[name].by else SYSTEM
            actions.move(by, row.pk, name, expected=None, note=register.moves[name].title)

    def real(self, register: Register, told: Mapping[str, Any]) -> dict[str, Any]:
        """The values as the city knows them."""
        return {name: self.value(register.form[name], value) for name, value in told.items()}

    def value(self, field: Field, value: Any) -> Any:
        """One value: a day from today, a person by the name of the account, a place near its town."""
        if field.kind == "date" and isinstance(value, int):
            return (self.now + timedelta(days=value)).date().isoformat()
        if field.kind == "person":
            return User.objects.get(username=value).person
        if field.kind == "place":
            return _place(value)
        if field.kind == "table":
            columns = {column.id: column for column in field.columns}
            return [{name: self.value(columns[name], each) for name, each in row.items()} for row in value]
        return self.registry.real(field, value)


def _place(told: Mapping[str, Any]) -> dict[str, Any]:
    town = Area.objects.get(short_name=told["town"], level="town")
    place: dict[str, Any] = {"text": told["text"], "area": town.code}
    if town.lon and town.lat:
        place["lon"] = round(town.lon + float(told.get("east", 0)), 6)
        place["lat"] = round(town.lat + float(told.get("north", 0)), 6)
    return place


def fill_registers(tell: Callable[[str, int, int], None]) -> int:
    """Fill the registers that the installed mechanisms declare; gives how many records were made."""
    editor = queries.standing(_post_of_editor())
    clerk = Clerk(Registry(), clock.now(), editor)
    known = [(name, found) for name in REGISTERS if (found := catalogue.known(name)) is not None]
    made = 0
    for number, (name, found) in enumerate(known, 1):
        with transaction.atomic():
            for row in rows_of(name):
                clerk.write(found.register, row)
                made += 1
        tell("登记簿", number, len(known))
    with transaction.atomic():
        made += fill_units()
    with transaction.atomic():
        made += fill_households()
    return made


def _post_of_editor() -> Post:

    return Post.objects.select_related("user", "office__area", "area").filter(role=EDITOR).earliest("id")


def rows_of(register: str) -> list[dict[str, Any]]:
    """The rows of a register as they are written in its file."""
    text = (files(__package__) / "data" / "records" / f"{register}.yaml").read_text(encoding="utf-8")
    return list(YAML(typ="safe", pure=True).load(text)["rows"])

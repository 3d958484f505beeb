"""What a village does together and what it owns, as everybody may read it: projects, rules and pledges, money, things and land.

Everything here is the public part of registers and cases (fields of privacy ``public``): household numbers at most, never a
name, phone or account. What a household promised is shown to that household alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from gongzhi.city.cases import catalogue as case_catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.ledgers import queries as ledgers
from gongzhi.city.mechanisms import households
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Level

# what the mechanisms of the village call their types, registers and books
PROJECTS, PROJECT = "five_together", "project"
COVENANTS, DRIVE = "covenants", "pledge_drive"
ASSETS, VOUCHER, FUNDS = "village_assets", "voucher", "village_assets.funds"
BOOKS = ("published_books", "asset_contracts", "collective_assets", "collective_resources", "dividends")
ACCOUNTS = ("cash", "bank", "income", "spending")
#: rows of one list of a page
MOST = 50
#: a stage of a project -> its state in the register
STAGES = ("planning", "building", "keeping", "judging", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """The village that a page is about; without one the page is about the whole city."""

    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A public record, or the public part of a case: what may be printed of it."""

    key: str
    state: str
    state_title: str
    values: Mapping[str, Any]

    @property
    def stage(self) -> int:
        """How many of the five stages a project has reached."""
        return STAGES.index(self.state) + 1 if self.state in STAGES else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is in the village's book of funds at this moment."""

    cash: Decimal
    bank: Decimal
    income: Decimal
    spending: Decimal

    @property
    def balance(self) -> Decimal:
        """Cash and bank together, in yuan."""
        return self.cash + self.bank


def installed(register: str) -> bool:
    """Whether a mechanism with this register runs here."""
    return catalogue.known(register) is not None


def village_of(by: Standing | None, asked: str = "") -> Village | None:
    """The village that was asked for, else the one in which the person lives, else where the post is; ``None``: the city."""
    area = Area.objects.filter(code=asked).first() if asked else None
    if area is None and not asked and by is not None:
        home = households.household_of(by)
        area = _within(home.area_path) if home else None
    return Village(code=area.code, name=area.short_name or area.name, path=area.path) if area else None


def _within(path: str) -> Area | None:
    """The village around a unit."""
    found = Area.objects.filter(path__in=paths.ancestors(path), level=Level.VILLAGE).first()
    return found or Area.objects.filter(path=path).first()


def villages(register: str) -> list[Area]:
    """The areas whose public records a register holds, for the choice of a village. Two queries."""
    if not installed(register):
        return []
    rows = sight.public(catalogue.one(register).register).exclude(area=None)
    return list(
        Area.objects.filter(code__in=rows.order_by().values("area_id").distinct()).order_by("path")[:200]
    )


def listed(register: str, village: Village | None = None) -> list[Told]:
    """Public records of a village (of the city), the newest first. One query; nothing where the mechanism is not installed."""
    if not installed(register):
        return []
    rows = sight.public(catalogue.one(register).register).select_related("published")
    if village is not None:
        rows = rows.filter(area_path__startswith=village.path)
    return [_told(row) for row in rows.order_by("-created_at", "key")[:MOST]]


def one(register: str, key: str) -> Told:
    """One public record. Raises NoSuchRegister, NoSuchRecord."""
    found = records.public_one(register, key)
    return Told(
        key=found.key,
        state=found.state,
        state_title=found.register.states[found.state],
        values=found.values,
    )


def _told(row: Record) -> Told:
    found = records.opened_to_all(row)
    return Told(
        key=found.key, state=found.state, state_title=found.register.states[found.state], values=found.values
    )


def project_told(key: str) -> Mapping[str, Any]:
    """The public fields of the case behind a project: shares, receipts' sums, spending, groups, benefits. Empty for none."""
    row = Case.objects.filter(number=key, mechanism=PROJECTS, type=PROJECT).first()
    return _public(row) if row is not None else {}


def _public(row: Case) -> dict[str, Any]:
    """The fields of privacy ``public`` of a case, as its own version of the mechanism declares them."""
    form = case_catalogue.case_type(row.mechanism, row.version, row.type).form
    data = row.state.get("data", {})
    return {
        field.id: data[field.id]
        for field in form.fields
        if field.privacy == "public" and data.get(field.id) is not None
    }


def pledge_drives(village: Village | None) -> list[Told]:
    """Rounds of pledges with how many signed: never who did, and never who did not. One query."""
    return _cases(COVENANTS, DRIVE, "signed", village)


def vouchers(village: Village | None) -> list[Told]:
    """Entries of the book of funds, the newest first, as their vouchers tell them in public. One query."""
    return _cases(ASSETS, VOUCHER, "posted", village)


def _cases(mechanism: str, type: str, end: str, village: Village | None) -> list[Told]:
    rows: QuerySet[Case] = Case.objects.filter(
        mechanism=mechanism, type=type, ended=end, number__isnull=False
    )
    if village is not None:
        rows = rows.filter(area_path__startswith=village.path)
    return [
        Told(key=row.number or "", state=row.ended, state_title="", values=_public(row))
        for row in rows.order_by("-opened_at", "-id")[:MOST]
    ]


def pledges_of(by: Standing) -> list[Told]:
    """What the person's own household promised, with how it was kept. Nobody else's. Three queries."""
    home = households.household_of(by)
    if home is None or not installed("pledges"):
        return []
    register = catalogue.one("pledges").register
    near = Record.objects.filter(register="pledges", area_path=home.area_path)
    rows = near.filter(data__house=home.number)
    return [
        Told(key=row.key, state=row.state, state_title=register.states[row.state], values=row.data)
        for row in rows.order_by("-created_at")[:MOST]
    ]


def money(village: Village) -> Money:
    """What the village's book holds now; income counts what came in. Four rows of an index."""
    held = {account: ledgers.book_balance(FUNDS, account, village.code) for account in ACCOUNTS}
    return Money(cash=held["cash"], bank=held["bank"], income=-held["income"], spending=held["spending"])


def totals(rows: Iterable[Told], name: str) -> Decimal:
    """The sum of a column of what is listed; what is empty counts nothing."""
    return sum(
        (Decimal(str(row.values[name])) for row in rows if row.values.get(name) is not None), Decimal(0)
    )


__all__ = [
    "BOOKS",
    "STAGES",
    "Money",
    "Told",
    "Village",
    "installed",
    "listed",
    "money",
    "one",
    "pledge_drives",
    "pledges_of",
    "project_told",
    "totals",
    "village_of",
    "villages",
    "vouchers",
]

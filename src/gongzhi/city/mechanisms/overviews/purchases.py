"""Services that offices buy: contracts, months of delivery by post, posts that stand empty. Open to everybody.

What is shown are fields of privacy ``public``: posts and shifts, never who stood there, never who told of an empty post.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gongzhi.city.cases import catalogue as case_catalogue
from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.overviews import care
from gongzhi.city.records import queries as records
from gongzhi.city.territory.models import Office

# what the mechanism calls its types and registers
MECHANISM, DELIVERY, VACANCY = "purchased_services", "delivery", "vacancy"
CONTRACTS, POSTS = "service_contracts", "service_posts"
#: months of one contract, empty posts of one list
MONTHS, MOST = 36, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One contract in force with the names of both sides; ``months`` newest first where they were asked for."""

    key: str
    values: Mapping[str, Any]
    buyer: str
    supplier: str
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of delivery: what was due, reported, counted, scored and paid; ``rows`` are its posts."""

    row: Case
    values: Mapping[str, Any]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A post that somebody says is empty; ``state`` is how it ended, empty while it is being filled."""

    number: str
    title: str
    supplier: str
    opened_at: datetime
    light: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All months that were reckoned in the newest month with any: shifts due and counted, yuan to be paid."""

    month: str
    need: Decimal
    counted: Decimal
    pay: Decimal

    @property
    def cover(self) -> Decimal:
        """Per cent of the shifts due that were counted as filled."""
        return (100 * self.counted / self.need).quantize(Decimal("0.1")) if self.need else Decimal(0)


def installed() -> bool:
    """Whether this city runs the mechanism."""
    return care.installed(MECHANISM)


def contracts() -> list[Contract]:
    """Contracts in force. Four queries."""
    found = care.listed(CONTRACTS, office="buyer")
    names = _offices(each.values.get("supplier") for each in found)
    return [
        Contract(
            key=each.key,
            values=each.values,
            buyer=each.office,
            supplier=names.get(str(each.values.get("supplier")), ""),
        )
        for each in found
    ]


def contract(key: str) -> Contract:
    """One contract with its months. Raises NoSuchRecord, NoSuchRegister."""
    found = records.public_one(CONTRACTS, key)
    names = _offices((found.values.get("buyer"), found.values.get("supplier")))
    about = CaseRecord.objects.filter(
        register=CONTRACTS, key=key, case__mechanism=MECHANISM, case__type=DELIVERY
    )
    rows = Case.objects.filter(pk__in=about.values("case")).exclude(ended="withdrawn")
    return Contract(
        key=found.key,
        values=found.values,
        buyer=names.get(str(found.values.get("buyer")), ""),
        supplier=names.get(str(found.values.get("supplier")), ""),
        months=tuple(_month(row) for row in rows.order_by("-opened_at", "-id")[:MONTHS]),
    )


def totals() -> Totals | None:
    """The newest month in which contracts were reckoned, summed over them. One query."""
    months = [_month(row) for row in _deliveries()]
    told = [each.values for each in months if each.values.get("counted") is not None]
    if not told:
        return None
    newest = max(str(values.get("service_month")) for values in told)
    same = [values for values in told if str(values.get("service_month")) == newest]
    return Totals(
        month=newest,
        need=_sum(same, "need_total"),
        counted=_sum(same, "counted"),
        pay=_sum(same, "pay"),
    )


def vacancies() -> list[Vacancy]:
    """Posts said to be empty, those that are not filled yet first, then the newest. Two queries."""
    rows = Case.objects.filter(mechanism=MECHANISM, type=VACANCY).exclude(ended="withdrawn")
    open_first = [
        *rows.filter(ended="").order_by("due", "id")[:MOST],
        *rows.exclude(ended="").order_by("-opened_at", "-id")[:MOST],
    ][:MOST]
    now, told = clock.now(), [_public(row) for row in open_first]
    names = _offices(values.get("supplier") for values in told)
    return [
        Vacancy(
            number=row.number or "",
            title=str(values.get("post_title") or ""),
            supplier=names.get(str(values.get("supplier")), ""),
            opened_at=row.opened_at,
            light=row.light(now),
            state=_end(row),
        )
        for row, values in zip(open_first, told, strict=True)
    ]


def posts(contract_key: str) -> list[care.Told]:
    """The posts of one contract. Three queries."""
    return [
        each for each in care.listed(POSTS, office="used_by") if each.values.get("contract") == contract_key
    ]


def _deliveries() -> list[Case]:
    rows = Case.objects.filter(mechanism=MECHANISM, type=DELIVERY).exclude(ended="withdrawn")
    return list(rows.order_by("-opened_at", "-id")[:200])


def _month(row: Case) -> Month:
    return Month(row=row, values=_public(row), state=_end(row))


def _end(row: Case) -> str:
    held = case_catalogue.case_type(row.mechanism, row.version, row.type)
    return str(held.ends.get(row.ended, "")) if row.ended else ""


def _public(row: Case) -> dict[str, Any]:
    """The fields of privacy ``public``, as the case's own version declares them."""
    form = case_catalogue.case_type(row.mechanism, row.version, row.type).form
    data = row.state.get("data", {})
    return {
        field.id: data[field.id]
        for field in form.fields
        if field.privacy == "public" and data.get(field.id) is not None
    }


def _sum(told: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(str(values[name])) for values in told if values.get(name) is not None), Decimal(0))


def _offices(codes: Iterable[Any]) -> dict[str, str]:
    wanted = {str(code) for code in codes if code}
    rows = Office.objects.filter(code__in=wanted).values_list("code", "short_name", "name")
    return {code: short or name for code, short, name in rows}


__all__ = [
    "Contract",
    "Month",
    "Totals",
    "Vacancy",
    "contract",
    "contracts",
    "installed",
    "posts",
    "totals",
    "vacancies",
]

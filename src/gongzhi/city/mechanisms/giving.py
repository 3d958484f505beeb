"""Benefits that a case's decision gives or ends, and who has which: the benefits room stands above and registers itself here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.mechanisms.posting import Values
from gongzhi.engine import cases as engine
from gongzhi.engine.benefits import GrantSpec, StopSpec
from gongzhi.engine.cases import CaseType

#: in a comparison: every programme
ANY = "any"


class Giver(Protocol):
    """Whoever keeps entitlements."""

    def grant(
        self,
        programme: str,
        person: str,
        *,
        starts: date | None,
        until: date | None,
        amount: Decimal | None,
        case: Any,
        today: date,
    ) -> None:
        """Give a benefit because of a case. Raises what the programme refuses."""

    def stop(self, programme: str, person: str, *, first_without: date, reason: str, case: Any) -> None:
        """End it. Raises HasNone."""

    def rows(self, programmes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Entitlements that run, as comparisons read them; ``any`` for those of every programme."""


_givers: list[Giver] = []


def register(giver: Giver) -> None:
    """This one keeps entitlements. The same one twice is one."""
    if giver not in _givers:
        _givers.append(giver)


def entitled_rows(programmes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Who has which benefit now."""
    for giver in _givers:
        yield from giver.rows(programmes)


def give(
    spec: GrantSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owner: str,
) -> None:
    """Do what ``do: grant`` says and tell the case. Raises what the programme refuses; then nothing was done."""
    value = Values(case_type, state, beside)
    person = value(spec.person)
    for giver in _givers if isinstance(person, str) and person else ():
        giver.grant(
            _full(spec.programme, owner),
            person,
            starts=_day(value(spec.from_)),
            until=_day(value(spec.until)),
            amount=_money(value(spec.with_.get("amount", ""))),
            case=row.pk,
            today=beside["today"],
        )
    _tell(spec.tells, entry, row)


def end(
    spec: StopSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owner: str,
) -> None:
    """Do what ``do: stop`` says and tell the case. Raises HasNone; then nothing was done."""
    value = Values(case_type, state, beside)
    person = value(spec.person)
    first = _day(value(spec.from_)) or beside["today"]
    for giver in _givers if isinstance(person, str) and person else ():
        reason = str(value(spec.reason) or case_type.title)
        giver.stop(_full(spec.programme, owner), person, first_without=first, reason=reason, case=row.pk)
    _tell(spec.tells, entry, row)


def _full(programme: str, owner: str) -> str:
    return programme if "." in programme else f"{owner}.{programme}"


def _day(value: Any) -> date | None:
    return value if type(value) is date else None


def _money(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _tell(fact: str, entry: Entry, row: Case) -> None:
    if fact:
        cases.happened(fact, {}, case_id=row.pk, at=entry.at)


__all__ = ["ANY", "Giver", "end", "entitled_rows", "give", "register"]

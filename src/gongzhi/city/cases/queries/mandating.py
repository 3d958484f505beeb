"""What a mandate can be signed for: a case that somebody brought, and kinds of cases that residents may bring."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries.tracking import by_tracking_code
from gongzhi.city.kernel.references import resident
from gongzhi.city.people import queries as people
from gongzhi.city.people.errors import MandatorUnknown
from gongzhi.city.people.mandates import Mandate
from gongzhi.city.people.models import Resident


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A kind of case that residents may bring, and an agent therefore under a mandate."""

    mechanism: str
    type: str
    title: str


def whose(code: str) -> tuple[Case, Resident]:
    """The case of a tracking code and the resident behind it. Raises NoSuchCase, MandatorUnknown."""
    row, _reporter = by_tracking_code(code)
    if row.reporter is None:
        raise MandatorUnknown()
    return row, row.reporter


def who_acts(code: str) -> tuple[Case, list[Mandate]]:
    """Who may act, or once might, in the case of a tracking code: what its resident asks. Raises NoSuchCase."""
    row, _reporter = by_tracking_code(code)
    return row, people.mandates_for(row.reporter_id, row.pk)


def cases_of(mandates: list[Mandate]) -> dict[UUID, Case]:
    """The cases that the mandates cover, by id, without their state. One query."""
    wanted = {each.case for mandate in mandates for each in mandate.cases.all()}
    return Case.objects.defer("state").in_bulk(list(wanted)) if wanted else {}


def offered() -> list[Offered]:
    """The kinds that residents may bring, in the order of the catalogue."""
    return [
        Offered(mechanism=mechanism, type=case_type.id, title=case_type.title)
        for mechanism, _version, case_type in catalogue.offered()
        if resident("").role in case_type.opened_by
    ]

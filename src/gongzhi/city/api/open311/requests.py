"""Service requests as the public may see them: what, where roughly, who is responsible, until when. Nothing private.

Confidential and anonymous cases are not shown at all; a description is the public title only, and a position only
where the case type makes its place public.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.http import QueryDict

from gongzhi.city.api.errors import BadOpen311, NoSuchService
from gongzhi.city.api.open311.formats import w3
from gongzhi.city.api.open311.reading import argument
from gongzhi.city.api.open311.services import Service, services
from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries.tracking import TOLD
from gongzhi.city.cases.world import area_name, office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import subject
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.texts.redaction import redact

SPAN: Final = timedelta(days=90)
MOST: Final = 1000
LAST_PAGE: Final = 1000
STATES: Final = {"open": Q(ended_at__isnull=True), "closed": Q(ended_at__isnull=False)}


def public() -> QuerySet[Case]:
    """The cases that anybody may know of."""
    kinds = {(each.mechanism, each.case_type.id) for each in services()}
    known = Q(pk__in=[])
    for mechanism, type_id in sorted(kinds):
        known |= Q(mechanism=mechanism, type=type_id)
    return Case.objects.filter(known, confidential=False, anonymous=False).defer("state")


def chosen(asked: QueryDict) -> list[Case]:
    """The requests of a query, the newest first. Raises BadOpen311."""
    if ids := words(asked, "service_request_id"):
        return list(public().filter(by_ids(ids)).order_by("-opened_at", "-id")[:MOST])
    start, end = period(asked)
    rows = public().filter(opened_at__gte=start, opened_at__lte=end)
    if codes := words(asked, "service_code"):
        rows = rows.filter(of_services(codes))
    if states := words(asked, "status"):
        if strange := set(states) - set(STATES):
            raise BadOpen311(name="status", why=f"没有“{sorted(strange)[0][:20]}”；应为 open 或 closed")
        if len(set(states)) == 1:
            rows = rows.filter(STATES[states[0]])
    size = whole(asked, "page_size", MOST, MOST)
    first = (whole(asked, "page", 1, LAST_PAGE) - 1) * size
    return list(rows.order_by("-opened_at", "-id")[first : first + size])


def one(request_id: str) -> Case:
    """The request of an id. Raises NoSuchService."""
    row = public().filter(by_ids([request_id])).first()
    if row is None:
        raise NoSuchService(name="service_request_id", which=request_id[:60])
    return row


def id_of(row: Case) -> str:
    """The case's number; its id where the type has none, or the number has not come yet."""
    return row.number or str(row.pk)


def by_ids(ids: Sequence[str]) -> Q:
    """The condition on numbers and ids."""
    keys = []
    for each in ids:
        try:
            keys.append(UUID(each))
        except ValueError:
            continue
    return Q(number__in=[each.upper()[:48] for each in ids]) | Q(pk__in=keys)


def of_services(codes: Iterable[str]) -> Q:
    """The condition on service codes; unknown ones find nothing."""
    found = Q(pk__in=[])
    known = {each.code: each for each in services()}
    for code in codes:
        if (service := known.get(code)) is not None:
            found |= Q(mechanism=service.mechanism, type=service.case_type.id, category=service.category)
    return found


def period(asked: QueryDict) -> tuple[datetime, datetime]:
    """The range of ``requested_datetime``: as asked, at most 90 days, by default the last 90."""
    start, end = instant(asked, "start_date"), instant(asked, "end_date")
    if start is None:
        end = end or clock.now()
        return end - SPAN, end
    end = end or start + SPAN
    if end < start:
        raise BadOpen311(name="end_date", why="早于 start_date")
    if end - start > SPAN:
        raise BadOpen311(name="end_date", why="距 start_date 超过90天")
    return start, end


def instant(asked: QueryDict, name: str) -> datetime | None:
    """A date and time in the W3C form, of this century or the last."""
    text = argument(asked, name, 40)
    if not text:
        return None
    try:
        # a plus sign that was not encoded arrives as a blank
        found = parse_instant(text.replace(" ", "+") if "T" in text else text)
    except (GongzhiError, ValueError, OverflowError) as error:
        raise BadOpen311(name=name, why="应为 2024-01-31T00:00:00Z 的形式") from error
    if not 1900 <= found.year <= 2999:
        raise BadOpen311(name=name, why="年份不对")
    return found


def words(asked: QueryDict, name: str) -> list[str]:
    """A list separated by commas, or given several times; at most 100 of them."""
    found = [word.strip() for text in asked.getlist(name) for word in text.split(",") if word.strip()]
    if len(found) > 100 or any("\0" in word for word in found):
        raise BadOpen311(name=name, why="最多100项，不含空字符")
    return found


def whole(asked: QueryDict, name: str, default: int, most: int) -> int:
    """A whole number from 1 to ``most``."""
    text = argument(asked, name, 20)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise BadOpen311(name=name, why=f"应为1到{most}的整数")
    return int(text)


def shown(rows: Sequence[Case]) -> list[dict[str, Any]]:
    """As ``GET requests`` shows them. One query for all of them."""
    known = {(each.mechanism, each.case_type.id): each for each in reversed(services())}
    keys = {subject("case", row.pk): row.pk for row in rows}
    told = Entry.objects.filter(subject__in=list(keys), kind__in=TOLD).order_by()
    updated = {keys[key]: at for key, at in told.values_list("subject").annotate(Max("at"))}
    return [_shown(row, known[row.mechanism, row.type], updated.get(row.pk)) for row in rows]


def _shown(row: Case, generic: Service, updated: datetime | None) -> dict[str, Any]:
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    exact = is_public(case_type, "place")
    classified = bool(row.category) and is_public(case_type, "category")
    return {
        "service_request_id": id_of(row),
        "status": "closed" if row.ended_at else "open",
        "status_notes": case_type.ends.get(row.ended, row.ended) or None,
        "service_name": row.category if classified else generic.case_type.title,
        "service_code": row.category if classified else f"{row.mechanism}.{row.type}",
        "description": redact(row.subject) if is_public(case_type, "subject") else None,
        "agency_responsible": office_name(row.lead_id) if row.lead_id else None,
        "service_notice": None,
        "requested_datetime": w3(row.opened_at),
        "updated_datetime": w3(row.ended_at or updated or row.opened_at),
        "expected_datetime": w3(row.citizen_due),
        "address": area_name(row.area_id) if row.area_id else None,
        "address_id": row.area_id,
        "zipcode": None,
        "lat": row.lat if exact else None,
        "long": row.lon if exact else None,
        "media_url": None,
    }


def is_public(case_type: CaseType, field: str) -> bool:
    """Whether the case type makes the field public."""
    found = case_type.form.by_id.get(field)
    return found is not None and found.privacy == "public"

"""Reading studies, and the cases behind their figures."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mining.errors import NoSuchStudy
from gongzhi.city.mining.models import MiningStudy
from gongzhi.city.mining.running import laid

#: studies of a list, and cases behind a figure
MOST_STUDIES, MOST_CASES = 50, 200


def studies(by: Standing) -> list[MiningStudy]:
    """The newest that the post may read. Raises NotAllowed."""
    check(by, "study.read")
    rows = scope(by, "study.read", MiningStudy.objects.order_by("-made_at", "-pk"))
    return list(rows.defer("result", "svg")[:MOST_STUDIES])


def one(by: Standing, pk: UUID) -> MiningStudy:
    """A study. NoSuchStudy where there is none that the post may read."""
    found = scope(by, "study.read", MiningStudy.objects.filter(pk=pk)).first()
    if found is None:
        raise NoSuchStudy(which=str(pk)[:8])
    return found


def choices(by: Standing) -> list[tuple[str, str]]:
    """``mechanism.type`` and its title, of everything that is active."""
    return [
        (f"{held.mechanism.id}.{id_}", f"{held.mechanism.title} · {case_type.title}")
        for held in library.active()
        if by.mechanism in ("", held.mechanism.id)
        for id_, case_type in held.case_types.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The cases behind a figure: those that the reader may see, of how many there are."""

    cases: list[Case]
    #: at most MOST_CASES were looked at
    total: int


def behind(by: Standing, row: MiningStudy, *, path: str = "", source: str = "", target: str = "") -> Behind:
    """The cases of a variant (its key) or of an arc, the longest first. Who may read the study sees only cases that they may read."""
    if not row.is_own:
        return Behind(cases=[], total=0)
    with laid(row) as asked:
        found = asked.rows("mining_rows", path=path, source=source, target=target, most=MOST_CASES)
    order = {each["number"]: place for place, each in enumerate(found) if each["number"]}
    seen = visible(by, "case.read").filter(number__in=list(order), mechanism=row.mechanism)
    cases = sorted(seen, key=lambda case: order[case.number or ""])
    return Behind(cases=cases, total=len(found))


__all__ = ["Behind", "behind", "choices", "one", "studies"]

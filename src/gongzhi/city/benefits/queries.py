"""Questions to the benefits room. Lists go through ``scope``, single rows through ``check``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from gongzhi.city.benefits import catalogue, people
from gongzhi.city.benefits.actions.paying import paid_by_month
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.errors import NoSuchBenefitRow, NoSuchPerson
from gongzhi.city.benefits.models import Entitlement, PaymentLine, PaymentRun, WhatIf
from gongzhi.city.benefits.reckoning import kinds_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check, may, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.households import household_of
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records import places
from gongzhi.city.records.queries.wholes import naming
from gongzhi.engine.benefits import Assessment

PAGE = 50
#: smaller counts are not told to everybody: in a village people would know who
FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter as a page shows it: now, and how it came to be."""

    name: str
    title: str
    unit: str
    now: Any
    #: newest first: from, value, basis
    history: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One row of the conditions: its words, and whether it gives the benefit."""

    words: str
    gives: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that the self-check asks for: a fact or a column, with its title and kind."""

    name: str
    title: str
    kind: str
    options: tuple[str, ...] = ()


def parameters(known: Known, today: date | None = None) -> list[Parameter]:
    """Every parameter with its history."""
    day = today or clock.today()
    made = []
    for name, spec in known.spec.parameters.items():
        now = known.programme.parameter(name, day)
        history = tuple(reversed(known.programme.steps[name]))
        made.append(
            Parameter(
                name=name,
                title=spec.title,
                unit=spec.unit,
                now=None if now is None else now.value,
                history=history,
            )
        )
    return made


def conditions(known: Known) -> list[Condition]:
    """The rows of the table in their own words."""
    table, take = known.programme.table, known.spec.eligibility.take
    at = [each.name for each in table.outputs].index(take)
    return [Condition(words=rule.note, gives=rule.outputs[at].text.strip() == "true") for rule in table.rules]


def asks(known: Known) -> list[Ask]:
    """What the self-check asks: the date of birth, then every column and fact that the conditions look at."""
    spec = known.spec
    declared = registers.known(spec.people.register_)
    fields = declared.register.form.by_id if declared else {}
    kinds = kinds_of(known.programme)
    made = [Ask(name="born", title="", kind="date")]
    for name in known.programme.columns:
        field = fields.get(name)
        options = tuple(field.options) if field is not None and field.kind == "choice" else ()
        made.append(
            Ask(
                name=name, title=field.label if field else name, kind=kinds.get(name, "text"), options=options
            )
        )
    made += [Ask(name=name, title=fact.title, kind=kinds[name]) for name, fact in spec.facts.items()]
    return made


def self_check(known: Known, told: Mapping[str, Any], today: date | None = None) -> Assessment:
    """What the programme would say of somebody who told this. Nothing is kept."""
    spec = known.spec
    person = {name: told.get(name) for name in known.programme.columns}
    person |= {spec.people.born: told.get("born"), "key": "", "state": "here"}
    facts = {name: told[name] for name in spec.facts if told.get(name) is not None}
    return known.programme.assess(person, facts, today or clock.today())


def look_up(by: Standing, known: Known, person: str) -> Assessment:
    """What the registers say that a person would get today. Right ``benefit.decide``. Raises NoSuchPerson."""
    office = catalogue.provider(known.spec)[1]
    check(by, "benefit.decide", Target(office_paths=(office,), mechanism=known.mechanism))
    found = people.one(known.programme, person)
    if found is None:
        raise NoSuchPerson(person=person[:40])
    return known.programme.assess(found, people.facts_of_one(known.programme, found), clock.today())


def counts() -> dict[str, int]:
    """Programme -> how many have it. One query."""
    rows = Entitlement.objects.filter(state=Entitlement.State.RUNNING).values("mechanism", "programme")
    return {
        f"{row['mechanism']}.{row['programme']}": row["n"] for row in rows.annotate(n=Count("pk")).order_by()
    }


def of_my_household(by: Standing) -> list[tuple[Known | None, Entitlement]]:
    """What the people of one's own household have: nobody else's."""
    home = household_of(by)
    if home is None:
        return []
    known = {each.name: each for each in catalogue.programmes()}
    rows = Entitlement.objects.filter(_at_home(home.number, known.values())).order_by("-state", "pk")[:PAGE]
    return [(known.get(row.name), row) for row in rows]


def _at_home(household: str, programmes: Iterable[Known]) -> Q:
    """Whose entitlements are a household's: of those who belong to it now by the people register, wherever they belonged when it
    was given. A programme whose register names no household: by what was written then.
    """
    found, persons = Q(pk__in=()), dict[tuple[str, str], list[str]]()
    for each in programmes:
        columns = each.spec.people
        key = (columns.register_, columns.household)
        declared = registers.known(columns.register_)
        field = declared.register.form.by_id.get(columns.household) if declared else None
        if field is None or field.kind != "record":
            found |= Q(**each.rows, household=household)
            continue
        if key not in persons:
            persons[key] = naming(columns.register_, columns.household, field.register, household)
        found |= Q(**each.rows, person__in=persons[key])
    return found


def listed(by: Standing, known: Known, *, after: int = 0, state: str = "") -> QuerySet[Entitlement]:
    """One page of who has a programme, in order of the number. Right ``benefit.read``."""
    rows = scope(by, "benefit.read", Entitlement.objects.filter(**known.rows))
    if state == "owes":
        rows = rows.filter(owes__gt=0)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1]


def one(by: Standing, pk: int) -> Entitlement:
    """An entitlement that the person may see: by right, or of their own household. Raises NoSuchBenefitRow."""
    found = Entitlement.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchBenefitRow()
    home = household_of(by)
    known = catalogue.known(found.name)
    own = home is not None and known is not None and _is_at_home(found, home.number, known)
    if not own and not (by.role != "resident" and may(by, "benefit.read", found)):
        raise NoSuchBenefitRow()
    return found


def _is_at_home(had: Entitlement, household: str, known: Known) -> bool:
    return Entitlement.objects.filter(_at_home(household, (known,)), pk=had.pk).exists()


def months(had: Entitlement) -> list[tuple[date, Decimal]]:
    """What stands as paid for each month, newest first."""
    return sorted(paid_by_month([had.pk]).get(had.pk, {}).items(), reverse=True)


def runs(by: Standing, known: Known | None = None) -> QuerySet[PaymentRun]:
    """Payment runs, newest month first. Right ``benefit.read``."""
    rows = PaymentRun.objects.filter(**known.rows) if known else PaymentRun.objects.all()
    return scope(by, "benefit.read", rows).order_by("-month", "-pk")


def run(by: Standing, pk: int) -> PaymentRun:
    """One run. Raises NoSuchBenefitRow."""
    found = scope(by, "benefit.read", PaymentRun.objects.filter(pk=pk)).first()
    if found is None:
        raise NoSuchBenefitRow()
    return found


def entries(of: PaymentRun, *, after: int = 0, only: str = "") -> QuerySet[PaymentLine]:
    """One page of the lines of a run, in order of their number."""
    rows = of.entries.filter(pk__gt=after).select_related("entitlement").order_by("pk")
    if only == "returned":
        rows = rows.filter(state=PaymentLine.State.RETURNED)
    elif only == "nothing":
        rows = rows.filter(amount=0)
    elif only == "back":
        rows = rows.exclude(back=0)
    return rows[: PAGE + 1]


def owing(by: Standing, known: Known) -> Decimal:
    """What is still to come back."""
    rows = scope(by, "benefit.read", Entitlement.objects.filter(**known.rows, owes__gt=0))
    return rows.aggregate(s=Sum("owes"))["s"] or Decimal(0)


def due(by: Standing, known: Known) -> int:
    """How many are to be reviewed now."""
    rows = Entitlement.objects.filter(
        **known.rows, state=Entitlement.State.RUNNING, review_due__lte=clock.today()
    )
    return scope(by, "benefit.read", rows).count()


def what_ifs(by: Standing, known: Known | None = None) -> QuerySet[WhatIf]:
    """What was asked, newest first. Right ``benefit.study``."""
    check(by, "benefit.study")
    rows = WhatIf.objects.filter(**known.rows) if known else WhatIf.objects.all()
    return rows.order_by("-pk")


def persons_told(
    by: Standing, known: Known | None, rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Of the persons of a what-if those whose benefits the post may read: sums are for planners, who they are is not.

    Which row of the conditions somebody meets may say that they are ill.
    """
    if known is None:
        return []
    office = (catalogue.provider(known.spec)[1],)
    found, seen = [], dict[str, bool]()
    for row in rows:
        area = str(row.get("area") or "")
        if area not in seen:
            path = places.area(area)[0] if area else ""
            told = Target(area_path=path, office_paths=office, mechanism=known.mechanism)
            seen[area] = may(by, "benefit.read", told)
        if seen[area]:
            found.append(dict(row))
    return found


def what_if(by: Standing, pk: int) -> WhatIf:
    """One answer. Right ``benefit.study``. Raises NoSuchBenefitRow."""
    check(by, "benefit.study")
    found = WhatIf.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchBenefitRow()
    return found

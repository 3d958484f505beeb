"""The register of powers: who decides where, which powers are used, reversed, recalled, and which nobody has used.

Delegating 1,344 powers is no merit by itself: the figures ask whether they are used, whether what was decided stood, and
whether they had to be taken back. A figure is never told without its denominator and its interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import catalogue as case_types
from gongzhi.city.cases.actions import Receipt
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.world import area_path, office_area, office_name
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record, RecordLink
from gongzhi.city.records.queries import Filter
from gongzhi.engine.measures import Rate, rate

# what the mechanisms call their registers, columns and case types (powers, permits)
POWERS, DELEGATIONS, ITEMS = "powers", "delegations", "service_items"
#: column of a service item with the code of the power that it exercises
ITEM_POWER = "power"
TYPE, HOLDER, BASIS, IDLE = "power_type", "holder", "basis", "idle"
TO, FROM, FORM, DOCUMENT = "to_office", "from_office", "form", "document"
STARTS, ENDS, RECALLED = "starts_on", "ends_on", "recalled_on"
#: sending people does not move the power: it stays with whoever sent them
POSTED = "派驻"
#: ends of a case by which nothing was decided about the matter itself
UNDECIDED = ("withdrawn", "merged", "refused", "not_accepted", "terminated")
#: ends of a case that followed a decision and undid it
REVERSED = ("revoked", "reversed", "overturned")
#: the case in which an unused power is reviewed, and the field that names the power
REVIEW, REVIEWED = ("powers", "power_review"), "power"
YEAR = timedelta(days=365)
SIZE = 50
#: powers that are looked through for unused ones
MOST = 20_000
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """One delegation of a power, and whether it holds on the day asked."""

    key: str
    to: str
    from_: str
    form: str
    document: str
    starts: str
    ends: str
    state: str
    in_force: bool
    #: it held at some time, now or before
    held: bool
    recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides for an area, and why."""

    office: str
    #: the delegation by which; None: it is the statutory holder's own
    by: Delegated | None
    #: people of the holder are posted there; the power stays the holder's
    posted: tuple[Delegated, ...] = ()

    @property
    def name(self) -> str:
        """Short name of the office."""
        return office_name(self.office)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often a power was used in a year, how much of it was undone, how many of its delegations were taken back."""

    used: int
    reversed: Rate
    recalled: Rate
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """A power with its delegations and its figures."""

    key: str
    name: str
    values: Mapping[str, Any]
    state: str
    delegations: tuple[Delegated, ...]
    use: Use

    @property
    def holder(self) -> str:
        """Code of the statutory holder."""
        return str(self.values.get(HOLDER) or "")

    @property
    def in_force(self) -> tuple[Delegated, ...]:
        """The delegations that hold today."""
        return tuple(each for each in self.delegations if each.in_force)


def powers(
    by: Standing | None, text: str = "", after: str = "", *, today: date | None = None
) -> tuple[list[Power], str]:
    """One page of the powers that this post may list, or that everybody may read; and the cursor of the next.

    A constant number of queries. Raises NoSuchRegister, NotAllowed.
    """
    found = catalogue.one(POWERS).register
    if by is None:
        listed = records.public_search(POWERS, text, after, size=SIZE)
        rows = [(row, records.opened_to_all(row).values) for row in listed.rows]
    else:
        listed = records.records(by, POWERS, Filter(text=text), after=after, size=SIZE)
        rows = [(row, _open(row)) for row in listed.rows]
    keys = [row.key for row, _values in rows]
    given, uses = delegations(keys, today), used(keys, today)
    made = [_power(row, values, found.states, given.get(row.key, ()), uses[row.key]) for row, values in rows]
    return made, listed.after


def power(by: Standing | None, key: str, *, today: date | None = None) -> Power:
    """One power. Raises NoSuchRegister, NoSuchRecord."""
    found = catalogue.one(POWERS).register
    if by is None:
        row = sight.public(found).filter(key=key).first()
        if row is None:
            raise NoSuchRecord(which=key[:64])
        values: Mapping[str, Any] = records.opened_to_all(row).values
    else:
        row = records.one(by, POWERS, key)
        values = _open(row)
    given, uses = delegations([key], today), used([key], today)
    return _power(row, values, found.states, given.get(key, ()), uses[key])


def _open(row: Record) -> Mapping[str, Any]:
    """Open columns only: what is sealed stays sealed."""
    register = catalogue.one(row.register).register
    return {
        id_: value for id_, value in row.data.items() if register.form[id_].privacy in ("public", "internal")
    }


def _power(
    row: Record, values: Mapping[str, Any], states: Mapping[str, str], given: Sequence[Delegated], use: Use
) -> Power:
    known = sum(each.held for each in given)
    recalled = rate(sum(each.recalled and each.held for each in given), known)
    return Power(
        key=row.key,
        name=str(values.get("title") or row.name or row.key),
        values=values,
        state=states.get(row.state, row.state),
        delegations=tuple(given),
        use=Use(used=use.used, reversed=use.reversed, recalled=recalled, items=use.items),
    )


def delegations(keys: Iterable[str], today: date | None = None) -> dict[str, list[Delegated]]:
    """Power -> its delegations as the public may know them, the newest first. One query; none without the register."""
    declared = catalogue.known(DELEGATIONS)
    if declared is None:
        return {}
    register, day = declared.register, (today or clock.today()).isoformat()
    links = RecordLink.objects.filter(register=POWERS, key__in=list(keys), record__register=DELEGATIONS)
    found: dict[str, list[Delegated]] = {}
    for link in links.select_related("record").order_by("-record__key"):
        row = link.record
        if not register.is_public(row.state):
            continue
        data = row.data
        starts, ends = str(data.get(STARTS) or ""), str(data.get(ENDS) or "")
        recalled = bool(data.get(RECALLED))
        lasts = starts <= day and (not ends or day <= ends) and not recalled
        found.setdefault(link.key, []).append(
            Delegated(
                key=row.key,
                to=str(data.get(TO) or ""),
                from_=str(data.get(FROM) or ""),
                form=str(data.get(FORM) or ""),
                document=str(data.get(DOCUMENT) or ""),
                starts=starts,
                ends=ends,
                state=register.states.get(row.state, row.state),
                in_force=register.is_usable(row.state) and lasts,
                held=starts <= day,
                recalled=recalled,
            )
        )
    return found


def decider(found: Power, area: str) -> Decider:
    """Who decides for an area today: the office to which the power is delegated there, else the statutory holder.

    Of several the one whose own area is the smallest around the place. An office that lies in the whole county takes it over
    for the whole county.
    """
    place = area_path(area)
    covering = [
        (len(path), each)
        for each in found.in_force
        if place and paths.is_within(place, path := area_path(office_area(each.to)))
    ]
    covering.sort(key=lambda pair: (-pair[0], pair[1].key))
    taken = [each for _length, each in covering if each.form != POSTED]
    posted = tuple(each for _length, each in covering if each.form == POSTED)
    if taken:
        return Decider(office=taken[0].to, by=taken[0], posted=posted)
    return Decider(office=found.holder, by=None, posted=posted)


def used(keys: Sequence[str], today: date | None = None) -> dict[str, Use]:
    """Power -> how it was used in the last twelve months, by the cases that name an item which exercises it. Three queries."""
    items = dict(
        Record.objects.filter(register=ITEMS, **{f"data__{ITEM_POWER}__in": list(keys)})
        .annotate(named=KeyTextTransform(ITEM_POWER, "data"))
        .order_by()
        .values_list("key", "named")
    )
    since = clock.now() - YEAR
    decided: Counter[str] = Counter()
    undone: Counter[str] = Counter()
    if items:
        ended = Case.objects.filter(item__in=list(items), ended_at__gte=since, merged_into=None)
        ended = ended.exclude(ended__in=UNDECIDED)
        for item, number in ended.order_by().values_list("item").annotate(n=Count("pk")):
            decided[items[item]] += number
        after = Child.objects.filter(parent__in=ended.order_by(), case__ended__in=REVERSED, token=None)
        for item, number in (
            after.order_by().values_list("parent__item").annotate(n=Count("parent", distinct=True))
        ):
            undone[items[item]] += number
    named: dict[str, list[str]] = {}
    for item, key in items.items():
        named.setdefault(key, []).append(item)
    nothing = rate(0, 0)
    return {
        key: Use(
            used=decided[key],
            reversed=rate(undone[key], decided[key]),
            recalled=nothing,
            items=tuple(sorted(named.get(key, ()))),
        )
        for key in keys
    }


def idle(by: Standing, *, today: date | None = None) -> list[Record]:
    """The powers that nobody has used for as long as their register says (``derived: idle``), in order of key.

    Raises NoSuchRegister, NotAllowed.
    """
    check(by, "record.list")
    register = catalogue.one(POWERS).register
    if IDLE not in register.derived:
        return []
    rows = sight.visible(by, register).order_by("key")[:MOST]
    found, chunk = [], list[Record]()
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            found += _idle(chunk, today)
            chunk = []
    return found + _idle(chunk, today)


def _idle(rows: Sequence[Record], today: date | None) -> list[Record]:
    derived = records.derived_of(catalogue.one(POWERS).register, rows, today)
    return [row for row, values in zip(rows, derived, strict=True) if values.get(IDLE) is True]


def decided(by: Standing, found: Power, *, most: int = 50) -> list[tuple[Case, bool]]:
    """The cases behind the figures, of those that this post may list, the newest first: (case, whether it was undone)."""
    if not found.use.items or not may(by, "case.list"):
        return []
    ended = Case.objects.filter(
        item__in=found.use.items, ended_at__gte=clock.now() - YEAR, merged_into=None
    ).exclude(ended__in=UNDECIDED)
    rows = list(visible(by, "case.list", ended).defer("state").order_by("-ended_at", "-id")[:most])
    undone = Child.objects.filter(
        parent__in=[row.pk for row in rows], case__ended__in=REVERSED, token=None
    ).values_list("parent_id", flat=True)
    gone = set(undone) if rows else set()
    return [(row, row.pk in gone) for row in rows]


def under_review(keys: Iterable[str]) -> dict[str, UUID]:
    """Power -> the review of it that is open. One query."""
    mechanism, type_id = REVIEW
    open_ = CaseRecord.objects.filter(
        register=POWERS,
        key__in=list(keys),
        case__mechanism=mechanism,
        case__type=type_id,
        case__ended_at=None,
    )
    return dict(open_.order_by("id").values_list("key", "case_id"))


def may_review(by: Standing) -> bool:
    """Whether this post opens reviews of powers."""
    try:
        case_type = case_types.current(*REVIEW)
    except NoSuchCaseType:
        return False
    return by.role in case_type.opened_by and may(by, "case.open")


def review(by: Standing, key: str) -> Receipt:
    """Open the review of a power; the mechanism refuses one that was used. Raises the refusals of ``open_case``."""
    return cases.open_case(
        *REVIEW, {REVIEWED: key}, by=by, channel="desk", key=f"review:{key}:{clock.today()}"
    )

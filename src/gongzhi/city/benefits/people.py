"""Persons and facts out of the registers, as programmes look at them. Private values are for the computation's eyes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gongzhi.city.benefits.catalogue import overlapping
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records.queries.wholes import naming, whole
from gongzhi.engine.benefits import Programme, facts_of, reckon
from gongzhi.engine.benefits.spec import FactSpec

Person = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]


def everybody(programme: Programme) -> Iterator[Person]:
    """Every person in force of the people register."""
    if registers.known(programme.spec.people.register_) is not None:
        yield from whole(programme.spec.people.register_)


def some(programme: Programme, keys: Sequence[str]) -> dict[str, Person]:
    """These persons, also those that are gone, by key."""
    if registers.known(programme.spec.people.register_) is None:
        return {}
    return {each["key"]: each for each in whole(programme.spec.people.register_, keys=keys, ended=True)}


def one(programme: Programme, key: str) -> Person | None:
    """One person, also one that is gone."""
    return some(programme, [key]).get(key)


def reckoned(programme: Programme) -> dict[str, dict[str, Any]]:
    """Every fact for everybody. One walk through each register."""
    return {name: reckon(fact, _rows(fact)) for name, fact in programme.spec.facts.items()}


def facts_of_one(programme: Programme, person: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one person: only the records that name them are read, where the register says so."""
    made = {}
    for name, fact in programme.spec.facts.items():
        whose = str(person.get(fact.of) or "")
        made[name] = reckon(fact, _rows_about(programme, fact, whose)) if whose else {}
    return facts_of(programme, person, made)


def _rows(fact: FactSpec) -> Iterable[Person]:
    return whole(fact.register_) if registers.known(fact.register_) is not None else ()


def _rows_about(programme: Programme, fact: FactSpec, whose: str) -> Iterable[Person]:
    declared = registers.known(fact.register_)
    if declared is None:
        return ()
    column = declared.register.form.by_id.get(fact.by)
    if column is not None and column.kind == "record" and column.register:
        return whole(fact.register_, keys=naming(fact.register_, fact.by, column.register, whose))
    return whole(fact.register_)


def barred(programme: Programme) -> dict[str, str]:
    """Person -> the programme that stands in the way: they have it now."""
    found: dict[str, str] = {}
    for name in overlapping(programme):
        mechanism, _dot, id_ = name.partition(".")
        held = Entitlement.objects.filter(mechanism=mechanism, programme=id_, state="running")
        found |= dict.fromkeys(held.values_list("person", flat=True), name)
    return found

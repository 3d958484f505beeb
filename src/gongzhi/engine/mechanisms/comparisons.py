"""``comparisons/<id>.yaml``: a list held against a register. A hit opens a case: it is a clue, not guilt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Spec, Title
from gongzhi.engine.expressions import Expression, compile_expression

#: what expressions of a comparison may name
ROW, OTHER, TODAY = "row", "other", "today"
NAMES = frozenset({ROW, OTHER, TODAY})
_SPACES = re.compile(r"\s+")

Record = Mapping[str, Any]


class SideSpec(Spec):
    """One side of a comparison: the records of a register, or some of them."""

    #: a register of this mechanism, or of one that it needs
    register_: Id | Literal[""] = Field(default="", alias="register")
    #: or who has one of these benefits now (``any``: any benefit): key, person, programme, title, name, identity_number, household,
    #: area, amount, starts, ends, state
    programmes: Annotated[
        tuple[CaseRef, ...],
        BeforeValidator(
            lambda value: (value,) if isinstance(value, str) else value,
            json_schema_input_type=CaseRef | tuple[CaseRef, ...],
        ),
    ] = ()
    #: FEEL over ``row``: which of them count (empty: all)
    where: Feel = ""

    @model_validator(mode="after")
    def _of_one_thing(self) -> SideSpec:
        if bool(self.register_) == bool(self.programmes):
            raise PydanticCustomError(
                "side", "应写 register（哪个登记簿）或 programmes（哪些待遇项目）中的一个"
            )
        return self


class ComparisonSpec(Spec):
    """One comparison: which list, against which register, what must be equal, and when an equal pair is a hit."""

    id: Id
    title: Title
    #: the law or document that allows these two to be held against each other
    basis: Title
    #: the list that is looked through: its records are what a hit is about
    list_: SideSpec = Field(alias="list")
    #: the register that it is held against
    against: SideSpec
    #: column of the list -> column of the register; all must be equal
    match: Annotated[Mapping[Id, Id], Field(min_length=1)]
    #: FEEL over ``row`` and ``other``: when an equal pair is a hit (empty: always)
    rule: Feel = ""
    #: what the suspicion is, in the words of whoever verifies it
    says: Title
    #: case type that a hit opens, of this mechanism or ``mechanism.type`` of one that it needs
    case: CaseRef
    #: fields of that case -> FEEL over ``row`` and ``other``
    with_: Annotated[Mapping[Id, Feel], Field(min_length=1)] = Field(alias="with")

    def expressions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every expression with its key path."""
        for path, text in (
            (("list", "where"), self.list_.where),
            (("against", "where"), self.against.where),
            (("rule",), self.rule),
        ):
            if text:
                yield path, text
        for name, text in self.with_.items():
            yield ("with", name), text


@dataclass(frozen=True, slots=True)
class Hit:
    """An equal pair for which the rule holds: keys of both records, and the values of the case to open."""

    row: str
    other: str
    values: Mapping[str, Any]


def compare(
    spec: ComparisonSpec, rows: Iterable[Record], others: Iterable[Record], today: date
) -> Iterator[Hit]:
    """The hits, in the order of the list. Records are plain values as FEEL computes, with their ``key`` and ``state``.

    ``others`` are held in memory, ``rows`` are read once, so that a list may be as long as it likes. Each pair is told once;
    a record whose matching columns are empty matches nothing: nobody is suspected because a number is missing.
    """
    known: dict[tuple[str, ...], list[Record]] = {}
    for other in others:
        if holds(spec.against.where, {ROW: other, TODAY: today}) and (
            key := _key(other, spec.match.values())
        ):
            known.setdefault(key, []).append(other)
    for row in rows:
        if not known or not (key := _key(row, spec.match)) or key not in known:
            continue
        if not holds(spec.list_.where, {ROW: row, TODAY: today}):
            continue
        for other in known[key]:
            names = {ROW: row, OTHER: other, TODAY: today}
            if row is other or (row["key"] == other["key"] and spec.list_ == spec.against):
                continue  # nobody is a double of themselves
            if holds(spec.rule, names):
                values = {name: compiled(text).evaluate(names) for name, text in spec.with_.items()}
                yield Hit(str(row["key"]), str(other["key"]), values)


def holds(text: str, names: Mapping[str, Any]) -> bool:
    """Whether a condition is true; an empty one always is, one that comes to nothing never."""
    return not text or compiled(text).evaluate(names) is True


@lru_cache(maxsize=512)
def compiled(text: str) -> Expression:
    """An expression, compiled once."""
    return compile_expression(text)


def _key(record: Record, columns: Iterable[str]) -> tuple[str, ...]:
    """What must be equal, without spaces and in capitals (an identity number may end in x); empty where anything is missing."""
    found = tuple(_SPACES.sub("", str(record.get(each) or "")).upper() for each in columns)
    return found if all(found) else ()


__all__ = ["NAMES", "ComparisonSpec", "Hit", "SideSpec", "compare"]

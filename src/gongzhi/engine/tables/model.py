"""The values of a decision table, and of a decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from gongzhi.engine.errors import Where


class HitPolicy(StrEnum):
    """What to do with the rows that are hit (DMN 1.3, 8.2.8)."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    SUM = "C+"
    MIN = "C<"
    MAX = "C>"
    COUNT = "C#"

    @property
    def is_single(self) -> bool:
        """Is the value of a decision one row's outputs (a dict)?"""
        return self in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)

    @property
    def is_list(self) -> bool:
        """Is the value of a decision a list of rows' outputs?"""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)


@dataclass(frozen=True, slots=True)
class Because:
    """Why a decision is what it is: the table and the rows that were hit."""

    table: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.table} 第{'、'.join(map(str, self.rows))}行" if self.rows else f"{self.table} 无命中"


@dataclass(slots=True)
class Decision:
    """What a table decided.

    ``value``: for U A P F a dict of output name to value (None if no row is hit and no default is set); for R O C
    a list of such dicts; for C+ C< C> a number (None if no row is hit), for C# the count.
    """

    value: Any
    because: Because
    matched: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: FEEL text and the place it was read from."""

    text: str
    where: Where = field(default_factory=Where)
    #: type that an output cell of a DMN table asks for by itself
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input column."""

    name: str
    #: FEEL expression of the value; empty for a plain column, whose value is the input of its name
    expression: str = ""
    #: number, string, boolean, date, … or empty where the cells say it
    kind: str = ""
    #: unary tests of the values that may occur; empty where anything may
    allowed: str = ""
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output column."""

    name: str
    kind: str = ""
    #: values that may occur, best first for P and O; unary tests
    allowed: str = ""
    #: FEEL expression of the value when no row is hit; empty for none
    default: str = ""
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: a unary test per input, an expression per output."""

    number: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    note: str = ""
    where: Where = field(default_factory=Where)


@dataclass(frozen=True)
class Table:
    """A decision table; ``decide`` is compiled on first use and safe to share between threads.

    >>> from gongzhi.engine.tables import read_csv
    >>> table = read_csv("F,天数,→ 灯\\n1,> 5,红\\n2,-,绿", id="灯")
    >>> table.decide({"天数": 7})
    Decision(value={'灯': '红'}, because=Because(table='灯', rows=(1,)), matched=True)
    """

    id: str
    title: str
    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    where: Where = field(default_factory=Where)

    def __getstate__(self) -> dict[str, Any]:
        """What is stored or copied: the table, not the code made from it."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_compiled", "decide")}

    @cached_property
    def _compiled(self) -> Any:
        from .compiling import compile_table  # the compiler needs this module's values

        return compile_table(self)

    @cached_property
    def decide(self) -> Callable[[Mapping[str, Any]], Decision]:
        """``decide(inputs)``: the decision for values by column name.

        Raises MissingInput, SeveralRows (U), Contradiction (A); the table itself is refused (TableError, FeelError)
        when it is read.
        """
        decide: Callable[[Mapping[str, Any]], Decision] = self._compiled.decide
        return decide


__all__ = ["Because", "Cell", "Decision", "HitPolicy", "Input", "Output", "Rule", "Table"]

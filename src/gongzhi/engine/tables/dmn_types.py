"""Item definitions of DMN to FEEL types: simple, structured, collections, allowed values, functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gongzhi.engine.expressions import FeelError, UnaryTests, compile_unary_tests
from gongzhi.engine.expressions.builtins import conversions
from gongzhi.engine.expressions.temporal_text import parse_date, parse_duration, parse_time
from gongzhi.engine.expressions.types import ANY, Type, simple

from .dmn_xml import Element, child, children, name_of, text, type_ref


class ItemTypes(Mapping[str, Type]):
    """The types of a model by name; imported ones as ``import.name``."""

    def __init__(self, root: Element, imported: Iterable[tuple[str, Mapping[str, Type]]]) -> None:
        self._elements = {name_of(element): element for element in children(root, "itemDefinition")}
        self._made: dict[str, Type] = {}
        self._making: set[str] = set()
        self.problems: list[FeelError] = []
        for prefix, types in imported:
            for name, kind in types.items():
                full = f"{prefix}.{name}" if prefix else name
                if full not in self._elements:
                    self._made.setdefault(full, kind)

    def __getitem__(self, name: str) -> Type:
        if name in self._made:
            return self._made[name]
        element = self._elements[name]
        if name in self._making:
            return ANY
        self._making.add(name)
        self._made[name] = replace(self._build(element), name=name)
        self._making.discard(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._elements, **self._made})

    def __len__(self) -> int:
        return len({**self._elements, **self._made})

    def named(self, name: str) -> Type | None:
        """The type of a ``typeRef``; None for an empty or unknown one, which checks nothing."""
        name = " ".join(name.split())
        if not name:
            return None
        for known in (name, name.partition(":")[2]):
            if known in self:
                return self[known]
            if simple(known):
                return simple(known)
        return None

    def component_names(self) -> set[str]:
        """All names of components, so that paths with spaces in them can be read."""
        return {
            name_of(part)
            for element in self._elements.values()
            for part in element.iter()
            if part is not element and part.get("name")
        }

    def _build(self, element: Element) -> Type:
        made = self._base(element)
        allowed = self._constraint(element, "allowedValues")
        if allowed:
            made = replace(made, allows=allowed)  # they replace those of the base type
        if element.get("isCollection") == "true":
            made = Type("list", of=made)
        constraint = self._constraint(element, "typeConstraint")
        return replace(made, allows=_both(made.allows, constraint)) if constraint else made

    def _base(self, element: Element) -> Type:
        function = child(element, "functionItem")
        if function is not None:
            kinds = [self.named(type_ref(part)) or ANY for part in children(function, "parameters")]
            return Type(
                "function", parameters=tuple(kinds), result=self.named(function.get("outputTypeRef") or "")
            )
        parts = list(children(element, "itemComponent"))
        if parts:
            return Type("context", entries={name_of(part): self._build(part) for part in parts})
        return self.named(type_ref(element)) or ANY

    def _constraint(self, element: Element, name: str) -> Callable[[Any], bool] | None:
        tests = text(child(element, name))
        if not tests:
            return None
        try:
            return _allows(compile_unary_tests(tests))
        except FeelError as problem:
            self.problems.append(problem)
            return None


def read_texts(value: Any, wanted: Type | None) -> Any:
    """Input data as JSON and forms carry them: text where a number, boolean, day, time or duration is asked for."""
    if wanted is None:
        return value
    if isinstance(value, str):
        return _READERS[wanted.kind](value) if wanted.kind in _READERS else value
    if isinstance(value, list):
        return [read_texts(item, wanted.of if wanted.kind == "list" else wanted) for item in value]
    if isinstance(value, dict):
        return {key: read_texts(item, wanted.entries.get(key)) for key, item in value.items()}
    return value


def _number(text: str) -> Any:
    return conversions.number(text.strip())


_READERS: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "boolean": lambda text: {"true": True, "false": False}.get(text),
    "date": parse_date,
    "time": parse_time,
    "date and time": conversions.date_and_time_from_text,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


def _allows(tests: UnaryTests) -> Callable[[Any], bool]:
    return lambda value: tests.run(value, {})


def _both(one: Callable[[Any], bool] | None, other: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return other if one is None else lambda value: one(value) and other(value)

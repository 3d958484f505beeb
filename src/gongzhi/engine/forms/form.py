"""A form: fields in their order, checked when built, immutable afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gongzhi.engine.errors import Problem, Refused, Where
from gongzhi.engine.forms import conditions
from gongzhi.engine.forms.checking import Checked, validate
from gongzhi.engine.forms.fields import Field, field_from, shape_problems

_NOWHERE = Where()


@dataclass(frozen=True)
class Form:
    """Fields in their order.

    Raises ``Refused`` for fields that can never work (unknown kind, an id twice, a choice without options …).
    Conditions are compiled at first use; ``lint`` compiles all of them and reports what is wrong.
    """

    fields: tuple[Field, ...]
    #: where the fields were written, for messages
    where: Where = field(default=_NOWHERE, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(self.fields))
        if problems := list(shape_problems(self.fields, self.where.key or "fields", self.where)):
            raise Refused(problems, where=self.where)

    def __getitem__(self, id: str) -> Field:
        return self.by_id[id]

    def __contains__(self, id: object) -> bool:
        return id in self.by_id

    @cached_property
    def by_id(self) -> Mapping[str, Field]:
        """Fields by id."""
        return {each.id: each for each in self.fields}

    @cached_property
    def conditions(self) -> conditions.Conditions:
        """Compiled FEEL; raises the expression room's error for text that does not parse."""
        return conditions.compile_all(self.fields, self.where)

    @cached_property
    def visibility_order(self) -> Sequence[Field]:
        """The fields in the order in which their visibility is decided; a form is checked often, sorted once."""
        return conditions.visibility_order(self.fields, self.conditions)

    def validate(
        self,
        values: Mapping[str, Any],
        *,
        only: Sequence[str] | None = None,
        required: Collection[str] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Checked:
        """Normalise and check what somebody entered.

        ``only`` names the fields of this step (a trailing ``?`` makes one optional here); others may not be sent.
        ``required`` replaces the fields' own ``required``. ``context`` holds what conditions may use besides: the
        values that the case has already (JSON-ready), ``today`` as a date, and so on. Never raises for bad input.
        """
        return validate(
            self.fields,
            self.conditions,
            values,
            only=only,
            required=required,
            context=context or {},
            order=self.visibility_order,
        )

    def lint(self) -> list[Problem]:
        """Problems of the conditions: F110 does not parse, F111 unknown name, F112 visible in a circle."""
        return conditions.lint(self.fields, self.where)

    def for_expressions(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values as FEEL sees them: dates as dates, numbers and money as decimals, missing values as null."""
        return conditions.for_expressions(self.fields, values)

    def prefilled(self, sources: Mapping[str, Any], *, only: Collection[str] | None = None) -> dict[str, Any]:
        """What the system knows already, by field id; ``sources`` maps prefill names (``reporter.phone``) to values.

        A known value that the field could not take (an old phone number with ten digits) is left out.
        """
        known = {
            each.id: sources[each.prefill]
            for each in self.fields
            if each.prefill and each.prefill in sources and (only is None or each.id in only)
        }
        bare = Form(tuple(Field(**{**vars(self[id]), "visible_when": "", "valid_when": ""}) for id in known))
        checked = bare.validate(known, required=())
        return {id: value for id, value in checked.values.items() if not checked.of(id)}


def form_from(specs: Sequence[Mapping[str, Any]], *, where: Where = _NOWHERE) -> Form:
    """A form from the ``fields:`` list of a mechanism's file (already parsed from YAML).

    Raises ``Refused`` with all problems: F100 for unknown keys, F101-F108 for fields that can never work.
    """
    problems: list[Problem] = []
    made = tuple(
        field_from(spec, f"{where.key or 'fields'}[{i}]", where, problems) for i, spec in enumerate(specs)
    )
    if problems:
        raise Refused(problems, where=where)
    return Form(made, where)


def merged(forms: Iterable[Form]) -> Form:
    """One form for several matters: every field once, so that nobody types the same thing twice.

    Fields meet by id. They must be of one kind with the same options and columns (else ``Refused`` F120); the merged field
    is required if any is, keeps the narrower bounds, the more closed privacy class, and is shown when any of them would be.
    """
    kept: dict[str, Field] = {}
    problems: list[Problem] = []
    for form in forms:
        for each in form.fields:
            if each.id not in kept:
                kept[each.id] = each
            elif _shape(kept[each.id]) != _shape(each):
                message = f"“{each.label}”({each.id})在几个事项里的种类、选项或列不同。"
                problems.append(
                    Problem(code="F120", where=form.where, message=message, remedy="改成一样,或换一个编号。")
                )
            else:
                kept[each.id] = _both(kept[each.id], each)
    if problems:
        raise Refused(problems)
    return Form(tuple(kept.values()))


def _shape(each: Field) -> tuple[Any, ...]:
    return each.kind, each.options, each.columns, each.register


def _both(one: Field, other: Field) -> Field:
    closed = ("public", "internal", "contact", "health", "identity", "clue")
    conditions_shown = [each.visible_when for each in (one, other)]
    valid = [each.valid_when for each in (one, other) if each.valid_when]
    lows = [each.min for each in (one, other) if each.min is not None]
    highs = [each.max for each in (one, other) if each.max is not None]
    changed = {
        "required": one.required or other.required,
        "min": max(lows, key=_rank) if lows else None,
        "max": min(highs, key=_rank) if highs else None,
        "visible_when": " or ".join(f"({each})" for each in dict.fromkeys(conditions_shown))
        if all(conditions_shown)
        else "",
        "valid_when": " and ".join(f"({each})" for each in dict.fromkeys(valid)),
        "privacy": max(one.privacy, other.privacy, key=closed.index),
        "prefill": one.prefill or other.prefill,
        "hint": one.hint or other.hint,
        "default": one.default if one.default is not None else other.default,
    }
    return Field(**{**vars(one), **changed})


def _rank(bound: int | float | str) -> tuple[float, str]:
    return (float(bound), "") if not isinstance(bound, str) or bound.count("-") != 2 else (0.0, bound)


__all__ = ["Form", "form_from", "merged"]

"""A register, compiled once from its specification and then only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from gongzhi.engine.cases.spec import FieldSpec
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import Expression, compile_expression, from_python, show
from gongzhi.engine.forms import Checked, Field, FieldProblem, Form, form_from, json_schema, mask
from gongzhi.engine.forms.conditions import for_expressions
from gongzhi.engine.forms.kinds import is_blank
from gongzhi.engine.registers.changes import Change, Show, differences
from gongzhi.engine.registers.errors import (
    MoveNotFromHere,
    MoveNotYours,
    NoSuchMove,
    NoSuchState,
    RegisterRefused,
)
from gongzhi.engine.registers.keeping import Consent, Keep, consent_from, keep_from
from gongzhi.engine.registers.problems import RegisterProblem
from gongzhi.engine.registers.spec import ACTIVE, DerivedSpec, RegisterSpec
from gongzhi.engine.tables import Table

#: kinds of field that can be a record's key: their values are one word, the same however they were typed
KEY_KINDS = ("text", "choice", "date", "credit_code", "area", "office", "person", "record")
#: names that derived values may use besides the fields
AMBIENT = ("state", "today")
OPEN = ("public", "internal")
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of state that somebody may make."""

    id: str
    title: str
    from_: tuple[str, ...]
    to: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A value that is computed when it is read."""

    id: str
    title: str
    privacy: str = "internal"
    table: Table | None = None
    take: str = ""
    expression: Expression | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of fields and of other derived values that it is computed from."""
        if self.expression is not None:
            return self.expression.names
        return frozenset(column.name for column in self.table.inputs) if self.table else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One place where a record names another: the field (``table.column`` inside a table), the register, the key."""

    field: str
    register: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything that the engine knows of one kind of record, in one version of its mechanism.

    Values are JSON-ready mappings by field id, in the normal form that ``check`` returns.
    """

    id: str
    title: str
    version: str
    key: str
    name: str
    form: Form
    lists: tuple[str, ...]
    search: tuple[str, ...]
    area: str
    office: str
    start: str
    #: state -> its words
    states: Mapping[str, str]
    moves: Mapping[str, Move]
    public: frozenset[str]
    usable: frozenset[str]
    #: in an order in which each comes after those that it names
    derived: Mapping[str, Derived]
    #: role -> Chinese title, for messages
    roles: Mapping[str, str]
    #: what outsiders see in public states: fields, and columns as ``table.column``
    open_fields: frozenset[str] = field(default=frozenset())
    #: roles that write records by hand; empty: whoever the city lets change registers
    changed_by: frozenset[str] = field(default=frozenset())
    #: roles that read its records at all; empty: whoever the city lets read registers
    read_by: frozenset[str] = field(default=frozenset())
    #: whether decisions may read all its records at once
    small: bool = False
    #: when what is sealed is erased; None: never by itself
    keep: Keep | None = None
    #: what private values may be opened for; empty: any purpose
    purposes: tuple[str, ...] = ()
    #: what is there only with the person's consent
    consent: Consent = field(default_factory=Consent)
    #: column -> other names that forms have for it
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    # — one record

    def check(
        self,
        values: Mapping[str, Any],
        *,
        old: Mapping[str, Any] | None = None,
        today: date | None = None,
        partial: bool = False,
    ) -> Checked:
        """Normalise and check a new record, or a change of ``old`` by the fields in ``values`` (blank: cleared).

        The values that come back are the whole record. A new record takes the fields' defaults for what is blank; a
        changed one doesn't. ``partial`` asks for no field but the key (examples). Never raises for bad input.
        """
        kept = {id: value for id, value in (old or {}).items() if id in self.form}
        if old is None:
            entered = {id: value for id, value in values.items() if not is_blank(value)}
        else:
            entered = {**dict.fromkeys(self.form.by_id), **kept, **values}
        context = {"today": today} if today else {}
        required = (self.key,) if partial else None
        checked = self.form.validate(entered, required=required, context=context)
        checked = replace(
            checked,
            values={id: value for id, value in checked.values.items() if value != []},
            cleared=tuple(id for id in checked.cleared if id in kept),
        )
        checked = checked if partial else self._with_consent(checked, entered, kept)
        return self._with_key(checked, str(kept.get(self.key, "")))

    def _with_consent(self, checked: Checked, entered: Mapping[str, Any], kept: Mapping[str, Any]) -> Checked:
        """What needs a consent that is not there goes, and is refused where somebody enters it anew."""
        without = self.consent.withheld(checked.values)
        if not without:
            return checked
        anew = [id for id in entered if id in without and checked.values.get(id) not in (None, kept.get(id))]
        consent = self.form[self.consent.column].label
        problems = [
            RegisterProblem(field=id, code="G021", data={"title": self.form[id].label, "consent": consent})
            for id in anew
        ]
        return replace(
            checked,
            values=self.consent.permitted(checked.values),
            cleared=(*checked.cleared, *(id for id in without if id in kept)),
            problems=(*checked.problems, *problems),
        )

    def _with_key(self, checked: Checked, before: str) -> Checked:
        """The key as other records name it, and the problem of a key that changed or can't be one."""
        key = checked.values.get(self.key)
        if key is None:
            return checked
        one = Form((Field(id=self.key, title=self.form[self.key].label, kind="person"),))
        named = one.validate({self.key: key})
        problems: list[FieldProblem] = [*checked.problems, *named.problems]
        made = named.values.get(self.key, key)
        if before and made != before:
            data = {"title": self.form[self.key].label, "value": before}
            problems.append(RegisterProblem(field=self.key, code="G020", data=data))
        return replace(checked, values={**checked.values, self.key: made}, problems=tuple(problems))

    def key_of(self, values: Mapping[str, Any]) -> str:
        """The record's own code; empty for values without one."""
        return str(values.get(self.key) or "")

    def name_of(self, values: Mapping[str, Any]) -> str:
        """What the record is called in lists (masked where the field is closed); its key where it has no name."""
        named = self.form[self.name]
        return mask(values.get(self.name), named.privacy, named.kind) or self.key_of(values)

    def search_text(self, values: Mapping[str, Any]) -> str:
        """The words that a search reads, in one line; closed fields never get in."""
        fields = (self.form[id] for id in self.search)
        texts = (mask(values.get(each.id), "internal", each.kind) for each in fields if each.privacy in OPEN)
        return " ".join(" ".join(filter(None, texts)).split())

    def references(self, values: Mapping[str, Any]) -> tuple[Reference, ...]:
        """Every other record that this one names."""
        return tuple(_references(self.form.fields, values))

    def differences(
        self, old: Mapping[str, Any], new: Mapping[str, Any], *, show: Show | None = None
    ) -> tuple[Change, ...]:
        """What changed from ``old`` to ``new``, field by field (see ``changes.differences``)."""
        return differences(self.form.fields, old, new, show)

    def derive(self, values: Mapping[str, Any], today: date, *, state: str = "") -> dict[str, Any]:
        """The derived values by id, JSON-ready; null where an expression or table gives none for this record.

        Fields of a closed privacy class take no part: they are stored encrypted, and lists could not compute them.
        """
        known = for_expressions(self._computed, {each.id: values.get(each.id) for each in self._computed})
        known |= {"today": today, "state": state or self.start}
        found: dict[str, Any] = {}
        for each in self.derived.values():
            value = _derived(each, known)
            known |= {each.title: value, each.id: value}
            found[each.id] = _stored(value)
        return found

    @cached_property
    def _computed(self) -> tuple[Field, ...]:
        """Open fields, and of tables the open columns."""
        return tuple(
            replace(each, columns=tuple(column for column in each.columns if column.privacy in OPEN))
            for each in self.form.fields
            if each.privacy in OPEN
        )

    # — its life

    def move(self, state: str, move: str, role: str) -> str:
        """The state after a move by somebody with that role; the system (a reaction) may make every move.

        Raises ``NoSuchState``, ``NoSuchMove``, ``MoveNotFromHere``, ``MoveNotYours``.
        """
        self.state_title(state)
        made = self.moves.get(move)
        if made is None:
            raise NoSuchMove(register=self.title, move=move, may=self._may(state, role))
        if state not in made.from_:
            may = self._may(state, role)
            raise MoveNotFromHere(move=made.title, state=self.states[state], may=may)
        if role != SYSTEM and role not in made.by:
            by = "、".join(self.roles.get(each, each) for each in made.by)
            raise MoveNotYours(move=made.title, role=self.roles.get(role, role), by=by)
        return made.to

    def moves_from(self, state: str, role: str | None = None) -> tuple[Move, ...]:
        """The moves that lead on from a state, of one role where it is given."""
        return tuple(
            each
            for each in self.moves.values()
            if state in each.from_ and (role is None or role == SYSTEM or role in each.by)
        )

    def _may(self, state: str, role: str) -> str:
        return "、".join(each.title for each in self.moves_from(state, role)) or "无"

    def writes(self, role: str) -> bool:
        """Whether the role may write records by hand at all; the system (a reaction) always may."""
        return not self.changed_by or role == SYSTEM or role in self.changed_by

    def state_title(self, state: str) -> str:
        """The words of a state. Raises ``NoSuchState``."""
        if state not in self.states:
            raise NoSuchState(register=self.title, state=state, known="、".join(self.states))
        return self.states[state]

    def is_public(self, state: str) -> bool:
        """Whether anybody may read the public fields of a record in that state."""
        return state in self.public

    def is_usable(self, state: str) -> bool:
        """Whether a case may name a record in that state."""
        return state in self.usable

    # — what others see

    def public_values(
        self, values: Mapping[str, Any], state: str, *, today: date | None = None
    ) -> dict[str, Any]:
        """What anybody may read: nothing outside the public states, else the fields (and columns) of privacy public.

        With ``today`` the public derived values come along.
        """
        if not self.is_public(state):
            return {}
        found: dict[str, Any] = {}
        for each in self.form.fields:
            if each.id not in self.open_fields or each.id not in values:
                continue
            value = values[each.id]
            if each.kind == "table":
                value = [{id: cell for id, cell in row.items() if self._is_open(each, id)} for row in value]
            found[each.id] = value
        if today:
            derived = self.derive(values, today, state=state)
            found |= {id: derived[id] for id, each in self.derived.items() if each.privacy == "public"}
        return found

    def _is_open(self, table: Field, column: str) -> bool:
        return f"{table.id}.{column}" in self.open_fields

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Title of every field and derived value by id."""
        return {each.id: each.label for each in self.form.fields} | {
            id: each.title for id, each in self.derived.items()
        }

    def dump(self) -> dict[str, Any]:
        """The register for programs, JSON-ready: its form as JSON Schema, its states, moves and columns."""
        return {
            "id": self.id,
            "title": self.title,
            "version": self.version,
            "key": self.key,
            "name": self.name,
            "schema": json_schema(self.form),
            "lists": list(self.lists),
            "search": list(self.search),
            "area": self.area,
            "office": self.office,
            "start": self.start,
            "states": dict(self.states),
            "moves": [
                {
                    "id": each.id,
                    "title": each.title,
                    "from": list(each.from_),
                    "to": each.to,
                    "by": list(each.by),
                }
                for each in self.moves.values()
            ],
            "public": [state for state in self.states if state in self.public],
            "usable": [state for state in self.states if state in self.usable],
            "derived": {id: each.title for id, each in self.derived.items()},
            "purposes": list(self.purposes),
        }


def compile_register(
    spec: RegisterSpec,
    tables: Mapping[str, Table],
    *,
    version: str = "",
    roles: Mapping[str, str] | None = None,
) -> Register:
    """Compile a ``RegisterSpec`` with its mechanism's tables.

    Raises ``Refused`` for fields that can never work, ``RegisterRefused`` or the room's own error for the first
    thing that does not fit; lint first to see all.
    """
    form = form_from([each.model_dump(by_alias=True) for each in spec.fields])
    form = Form(tuple(replace(each, required=each.required or each.id == spec.key) for each in form.fields))
    form.conditions  # noqa: B018 - refuse FEEL that does not parse now
    states = dict(spec.lifecycle.states) if spec.lifecycle else {ACTIVE: "在册"}
    _fits(spec, form, states)
    moves = spec.lifecycle.moves if spec.lifecycle else {}
    return Register(
        id=spec.id,
        title=spec.title,
        version=version,
        key=spec.key,
        name=spec.name,
        form=form,
        lists=spec.lists or tuple(dict.fromkeys((spec.key, spec.name))),
        search=spec.search or tuple(dict.fromkeys((spec.key, spec.name))),
        area=spec.area,
        office=spec.office,
        start=spec.lifecycle.start if spec.lifecycle else ACTIVE,
        states=states,
        moves={
            id: Move(id=id, title=each.title, from_=tuple(each.from_), to=each.to, by=tuple(each.by))
            for id, each in moves.items()
        },
        public=frozenset(spec.public),
        usable=frozenset(spec.usable or spec.public or states),
        derived=_compile_derived(spec, tables),
        roles=dict(roles or {}),
        open_fields=frozenset(_open(spec.fields)),
        changed_by=frozenset(spec.changed_by),
        read_by=frozenset(spec.read_by),
        small=spec.small,
        keep=keep_from(spec.keep, states),
        purposes=tuple(spec.purposes),
        consent=consent_from(spec),
        also={each.id: tuple(each.also) for each in spec.fields if each.also},
    )


def _fits(spec: RegisterSpec, form: Form, states: Mapping[str, str]) -> None:
    """Raise for names that lead nowhere; the linter tells all of them with their lines."""
    for key in ("key", "name", "lists", "search", "area", "office"):
        named = getattr(spec, key)
        known = {*form.by_id, *spec.derived} if key == "lists" else set(form.by_id)
        for id in (named,) if isinstance(named, str) else named:
            if id and id not in known:
                raise RegisterRefused(register=spec.title, why=f"{key} 写的“{id}”不是栏目")
    if form[spec.key].kind not in KEY_KINDS:
        raise RegisterRefused(register=spec.title, why=f"“{spec.key}”这种栏目不能作编号")
    if spec.consent and (spec.consent not in form or form[spec.consent].kind not in ("yesno", "date")):
        raise RegisterRefused(register=spec.title, why=f"consent 写的“{spec.consent}”不是是否或日期栏目")
    if spec.keep and spec.keep.from_ not in states and spec.keep.from_ not in form:
        raise RegisterRefused(register=spec.title, why=f"keep 写的“{spec.keep.from_}”不是栏目或状态")
    named_states = [*spec.public, *spec.usable]
    if spec.lifecycle:
        named_states.append(spec.lifecycle.start)
        named_states += [id for each in spec.lifecycle.moves.values() for id in (*each.from_, each.to)]
    for state in named_states:
        if state not in states:
            raise RegisterRefused(register=spec.title, why=f"没有“{state}”这个状态")


def _compile_derived(spec: RegisterSpec, tables: Mapping[str, Table]) -> dict[str, Derived]:
    made = {id: _derived_rule(spec, id, each, tables) for id, each in spec.derived.items()}
    ids = {each.title: id for id, each in made.items()} | {id: id for id in made}
    graph = {id: {ids[name] for name in each.names if name in ids} for id, each in made.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise RegisterRefused(register=spec.title, why=f"推算栏互相推算({circle})") from None
    return {id: made[id] for id in order}


def _derived_rule(spec: RegisterSpec, id: str, each: DerivedSpec, tables: Mapping[str, Table]) -> Derived:
    if each.value:
        expression = compile_expression(each.value)
        return Derived(id=id, title=each.title, privacy=each.privacy, expression=expression)
    if each.table not in tables:
        raise RegisterRefused(register=spec.title, why=f"没有表“{each.table}”")
    table = tables[each.table]
    if each.take not in [column.name for column in table.outputs]:
        raise RegisterRefused(register=spec.title, why=f"表“{each.table}”没有“{each.take}”这一列")
    return Derived(id=id, title=each.title, privacy=each.privacy, table=table, take=each.take)


def _derived(each: Derived, known: Mapping[str, Any]) -> Any:
    if each.expression is not None:
        return each.expression.evaluate(known)
    if each.table is None:
        return None
    try:
        decision = each.table.decide({name: known.get(name) for name in each.names})
    except GongzhiError:  # one record that a table contradicts itself over must not close the whole list
        return None
    return decision.value.get(each.take) if isinstance(decision.value, Mapping) else decision.value


def _stored(value: Any) -> Any:
    """A derived value as JSON holds it; a duration in its FEEL text."""
    made = json_value(value)
    return (
        made if made is None or isinstance(made, (str, int, float, list, dict)) else show(from_python(made))
    )


def _open(fields: tuple[FieldSpec, ...]) -> Iterator[str]:
    """Public fields; of a public table the columns that don't say otherwise."""
    for each in fields:
        if each.privacy != "public":
            continue
        yield each.id
        for column in each.columns:
            if column.privacy == "public" or "privacy" not in column.model_fields_set:
                yield f"{each.id}.{column.id}"


def _references(fields: tuple[Field, ...], values: Mapping[str, Any], table: str = "") -> Iterator[Reference]:
    for each in fields:
        value = values.get(each.id)
        if each.kind == "table":
            for row in value or ():
                yield from _references(each.columns, row, f"{each.id}.")
        elif each.kind in ("record", "records") and value:
            for key in [value] if isinstance(value, str) else value:
                yield Reference(field=table + each.id, register=each.register, key=key)


__all__ = ["AMBIENT", "KEY_KINDS", "Derived", "Move", "Reference", "Register", "compile_register"]

"""The grammar of one register (``registers/<id>.yaml``) as pydantic models.

As in ``engine.cases.spec`` these models say the *shape* of the file; ``compile_register`` gives it a meaning and
``engine.mechanisms`` checks what one file can't say alone (roles, tables, registers that exist).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import Feel, FieldSpec, Id, Names, Spec, Title

#: the only state of a register without a lifecycle
ACTIVE = "active"


class MoveSpec(Spec):
    """A change of state that somebody makes: ``{title: 发布, from: [draft], to: published, by: [catalogue_editor]}``."""

    title: Title
    from_: Annotated[Names, Field(min_length=1)] = Field(alias="from")
    to: Id
    #: roles that may make it; reactions of the mechanism (the system) always may
    by: Annotated[Names, Field(min_length=1)]


class LifecycleSpec(Spec):
    """The states of a record and the moves between them."""

    start: Id
    #: state -> its words
    states: Annotated[Mapping[Id, Title], Field(min_length=1)]
    moves: Mapping[Id, MoveSpec] = Field(default_factory=dict)


class DerivedSpec(Spec):
    """A value that is computed when it is read, never stored: an output of a table, or what an expression gives."""

    title: Title
    #: decision table and its output, decided over the record's values
    table: str = ""
    take: str = ""
    #: FEEL over the fields, the derived values it names, ``state`` and ``today``
    value: Feel = ""
    #: whether outsiders see it together with the public fields
    privacy: Literal["public", "internal"] = "internal"

    @model_validator(mode="after")
    def _is_one_kind(self) -> DerivedSpec:
        if bool(self.value) == bool(self.table) or bool(self.table) != bool(self.take):
            raise PydanticCustomError("derived", "推算栏写 value，或写 table 与 take，二者取一")
        return self


class KeepSpec(Spec):
    """How long what is sealed stays: ``{years: 3, from: gone}``; then it is erased, and the numbers stay.

    Source: Personal Information Protection Law art. 19 (the shortest time needed) and 47 (erase when it is over).
    """

    #: years since the day in a date column, or since the record came into a state
    years: Annotated[StrictInt, Field(ge=1, le=100)]
    #: the date column or the state from which the years run
    from_: Id = Field(alias="from")


class ColumnSpec(FieldSpec):
    """One column of a register: a field, and whether it is there only with the person's consent."""

    #: neither stored nor shown without the consent that the register's ``consent`` column records
    consent: StrictBool = Field(default=False, exclude=True)
    #: other names that forms have for it, so that nobody asks for it again under one of them
    also: Annotated[tuple[Title, ...], Field(default=(), exclude=True)]


class RegisterSpec(Spec):
    """``registers/<id>.yaml``."""

    id: Id
    title: Title
    #: field whose value is a record's own code, once in the register
    key: Id
    #: field that names a record in lists and choices
    name: Id
    fields: Annotated[tuple[ColumnSpec, ...], Field(min_length=1)]
    #: columns of lists; empty: key and name
    lists: Names = ()
    #: fields that a search in everyday words reads; empty: key and name
    search: Names = ()
    #: field that says in which area a record belongs, and which office's it is
    area: str = ""
    office: str = ""
    #: roles that write its records by hand; empty: whoever the city lets change registers
    changed_by: Names = ()
    #: roles that read its records at all, each as far as its rights reach: what is kept about people's careers; empty: everybody
    #: whose rights reach it
    read_by: Names = ()
    #: absent: a record just exists (state ``active``)
    lifecycle: LifecycleSpec | None = None
    #: states in which anybody may read the fields of privacy ``public``; empty: nobody outside
    public: Names = ()
    #: states in which a case may name the record; empty: the public ones, else all
    usable: Names = ()
    derived: Mapping[Id, DerivedSpec] = Field(default_factory=dict)
    #: whether decisions of case types may read all its usable records at once; for registers that stay small
    small: StrictBool = False
    #: when sealed values are erased; absent: they are kept
    keep: KeepSpec | None = None
    #: what private values may be opened for, and records taken out for; empty: any purpose, in the reader's words
    purposes: Annotated[tuple[Title, ...], Field(max_length=20)] = ()
    #: yesno or date column that says that the person agreed; empty or no: what needs consent is not kept
    consent: str = ""


__all__ = [
    "ACTIVE",
    "ColumnSpec",
    "DerivedSpec",
    "KeepSpec",
    "LifecycleSpec",
    "MoveSpec",
    "RegisterSpec",
]

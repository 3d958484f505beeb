"""What the API answers about registers (see ``shapes``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterOut:
    """A register that an installed mechanism declares."""

    id: str
    title: str
    mechanism: str
    #: field that holds a record's own code
    key: str
    #: field that names a record
    name: str
    #: state -> its words
    states: dict[str, str]
    #: the form as JSON Schema
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistersOut:
    """All registers."""

    items: list[RegisterOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """A record in a list."""

    key: str
    name: str
    state: str
    version: int
    #: state of the version in force, which others work with; empty where there is none
    in_force: str
    changed_at: datetime
    #: the register's columns of lists; private values are masked
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsOut:
    """One page; ``next`` is the ``cursor`` of the following one, empty at the end."""

    items: list[RecordLine]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOut:
    """A record that this one names."""

    field: str
    register: str
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDetail:
    """The newest version of a record."""

    key: str
    name: str
    state: str
    version: int
    in_force: str
    changed_at: datetime
    #: field -> value; private values are masked
    values: dict[str, Any]
    derived: dict[str, Any]
    #: fields of which ``values`` shows a mask
    sealed: list[str]
    links: list[LinkOut]

"""Who sees which records: the kernel's matrix, and what is public anyway.

Lists, searches, counts and exports all go through ``visible``; a single record through ``require``.
"""

from __future__ import annotations

from django.db.models import QuerySet

from gongzhi.city.kernel import permissions
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.records import catalogue, places
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record
from gongzhi.engine.registers import Register


def visible(by: Standing, register: Register, action: str = "record.list") -> QuerySet[Record]:
    """The records of a register to which this post may do ``action``."""
    if is_closed(by, register):
        return Record.objects.none()
    return permissions.scope(by, action, Record.objects.filter(register=register.id))


def is_closed(by: Standing, register: Register) -> bool:
    """Whether the register keeps its records from this role, whatever the role may read elsewhere."""
    return bool(register.read_by) and by.role != SYSTEM.role and by.role not in register.read_by


def public(register: Register) -> QuerySet[Record]:
    """What anybody may read, with the version in force."""
    found = Record.objects.filter(register=register.id, published_state__in=sorted(register.public))
    return found.exclude(published_state="").select_related("published")


def may_write(by: Standing, register: Register) -> bool:
    """Whether the register itself lets this role write: who keeps the catalogue keeps no credit records by that."""
    return by.role == SYSTEM.role or register.writes(by.role)


def require_writer(by: Standing, register: Register, action: str = "record.change") -> None:
    """Raises NotAllowed, which names the roles that the register lets write."""
    if not may_write(by, register):
        who = "、".join(map(permissions.role_title, sorted(register.changed_by)))
        title = permissions.matrix().actions[action]
        raise NotAllowed(action=title, role=permissions.role_title(by.role), who=who, why="role")


def require(by: Standing, action: str, row: Record) -> None:
    """Raises NoSuchRecord for a record that this post may not even read, and NotAllowed for one that it may read but
    not so."""
    declared = catalogue.known(row.register)
    if declared is not None and is_closed(by, declared.register):
        raise NoSuchRecord(which=row.key)
    if permissions.may(by, action, row):
        return
    if not permissions.may(by, "record.read", row):
        raise NoSuchRecord(which=row.key)
    permissions.check(by, action, row)


#: what staff of a place may open for a purpose of the register, without the right to it everywhere
LOCAL_CLASSES = frozenset({"contact", "identity"})


def _is_local(by: Standing, register: Register) -> bool:
    """Whether the post stands for a village or town, and the register says what its records are for."""
    home = places.home_area_path()
    return bool(register.purposes) and by.area_path != home and by.area_path.startswith(home)


def exportable(by: Standing, register: Register) -> QuerySet[Record]:
    """What this post may take out: by the matrix, and of a register that lists its purposes staff of a village or town what
    belongs there (data flow back to where they are about). A post that stands for the whole city is no such place."""
    rows = visible(by, register, "record.export")
    return rows | visible(by, register, "record.export_local") if _is_local(by, register) else rows


def require_reveal(by: Standing, register: Register, privacy: str, row: Record) -> None:
    """Who may open a private value: whom the matrix lets see values of this class; and of a register that lists its
    purposes, staff of the village or town where the record belongs, for who and where somebody is (never health or clues).
    Raises as ``require`` does."""
    is_near = _is_local(by, register) and privacy in LOCAL_CLASSES
    if not (is_near and permissions.may(by, "record.reveal", row)):
        require(by, f"reveal.{privacy}", row)

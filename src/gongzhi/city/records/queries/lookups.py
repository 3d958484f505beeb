"""What a case, and a form that names records, asks for: quickly, by key, whatever the rights of the person are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.records import catalogue, sealing, searching, sight
from gongzhi.city.records.models import Record
from gongzhi.engine.registers import Register

#: asked whenever a case names a record; one index row
BY_KEY = Prepared(
    lambda register, key: Record.objects.select_related("published").filter(register=register, key=key),
    str,
    str,
)
#: a register with at most so many records in use is offered as a list to choose from
FEW = 60


def lookup(register: str, key: str) -> Mapping[str, Any] | None:
    """The whole values of a record that a case may name, its derived values beside them; ``None`` where there is none.

    They are those of the version in force. For the engine's eyes (``World.record``): private values are in clear, and
    what a case takes from them is sealed in the case. One query, a second one for a register with private fields.
    """
    declared = catalogue.known(register)
    row = BY_KEY.first(register, key) if declared else None
    if declared is None or row is None or row.published is None:
        return None
    found = declared.register
    if not found.is_usable(row.published_state):
        return None
    secrets = sealing.secrets_of(found.form, row.pk)
    values = found.consent.permitted(sealing.opened(found.form, row.published.data, secrets))
    derived = found.derive(values, clock.today(), state=row.published_state) if found.derived else {}
    return {**derived, **values}


def is_about_people(register: str) -> bool:
    """Whether the register names its records by a private value: then nobody is offered what they may not read."""
    declared = catalogue.known(register)
    return declared is not None and not _is_open(declared.register)


def may_name(by: Standing, register: str, key: str) -> bool:
    """Whether the post may name the record in a case, which takes over what it says: of a register that is about people only
    what it may read itself, however the key was learnt. A key that names nothing is the form's own finding.

    At most one query.
    """
    if not is_about_people(register):
        return True
    row = BY_KEY.first(register, key)
    if row is not None and sight.is_closed(by, catalogue.one(register).register):
        return False
    if row is None or catalogue.one(register).register.is_public(row.published_state):
        return True
    return may(by, "record.read", row)


def choices(
    register: str, text: str = "", *, outside: bool = False, most: int = 20, by: Standing | None = None
) -> list[tuple[str, str]]:
    """(key, name) of the records that a form may name: all in order of key, or those that words find, closest first.

    ``outside`` is for people without a post: only what the public may read. Of a register that is about people everybody
    is offered only what they may read themselves (``by``), and nothing without a post.
    """
    declared = catalogue.one(register)
    rows = _choosable(declared.register, outside)
    if not _is_open(declared.register):
        closed = by is None or sight.is_closed(by, declared.register)
        rows = rows.none() if by is None or closed else scope(by, "record.read", rows)
    words = text.strip()
    if words:
        question = searching.exactly(words)
        exact = list(rows.filter(key=words)[:1])
        near = searching.ranked(rows, question, register, public=outside)[:most] if question else []
        found = {row.pk: row for row in [*exact, *near]}
        listed = list(found.values())[:most]
    else:
        listed = list(rows.order_by("key")[:most])
    return [(row.key, name_in_force(declared.register, row, outside=outside)) for row in listed]


def is_open(register: str, key: str) -> bool:
    """Whether anybody may read the record: what a case took from another one is not told to people outside. One query."""
    declared = catalogue.known(register)
    if declared is None:
        return False
    states = sorted(declared.register.public)
    return Record.objects.filter(register=register, key=key, published_state__in=states).exists()


def key_of(register: str, text: str, *, outside: bool = False) -> str:
    """The key behind what somebody typed into a form: the key, or the name where one record alone is called so; else the
    text itself, so that the check of the form says that there is no such record. One query.

    ``outside`` finds by name only what the public may read: nobody learns a code by trying names.
    """
    words = text.strip()
    declared = catalogue.known(register)
    if not words or declared is None:
        return words
    by_name = Q(name=words) if _is_open(declared.register) else Q()
    named = Record.objects.filter(Q(key=words) | by_name if by_name else Q(key=words), register=register)
    if outside:
        named = named.filter(Q(key=words) | Q(published_state__in=sorted(declared.register.public)))
    found = list(named.order_by().values_list("key", flat=True)[:3])
    return words if words in found or len(found) != 1 else found[0]


def names(register: str, keys: Iterable[str], *, outside: bool = False) -> dict[str, str]:
    """Key -> name of records, also of those that may no longer be chosen; an unknown key is missing."""
    declared = catalogue.known(register)
    wanted = list(keys)
    if declared is None or not wanted:
        return {}
    rows = Record.objects.filter(register=register, key__in=wanted).select_related("published")
    return {row.key: name_in_force(declared.register, row, outside=outside) for row in rows}


def name_in_force(register: Register, row: Record, *, outside: bool = False) -> str:
    """What the record is called by others: the name of the version in force, not of the draft."""
    if outside and not (register.name in register.open_fields and register.is_public(row.published_state)):
        return row.key
    if row.published is None or not _is_open(register):
        return row.name
    return str(row.published.data.get(register.name) or row.key)


def _is_open(register: Register) -> bool:
    return register.form[register.name].privacy in sealing.OPEN_CLASSES and not register.read_by


def _choosable(register: Register, outside: bool) -> QuerySet[Record]:
    states = register.usable & register.public if outside else register.usable
    rows = Record.objects.filter(register=register.id, published_state__in=sorted(states))
    return rows.exclude(published_state="").select_related("published")

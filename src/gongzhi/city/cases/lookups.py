"""What a register says of a key, for case types that name records.

The cases room and the records room stand beside each other; the running floor hands the look-up over when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Lookup = Callable[[str, str], Mapping[str, Any] | None]

#: whether anybody may read the record of (register, key)
Openness = Callable[[str, str], bool]

_lookups: list[Lookup] = []
_open: list[Openness] = []


def register(lookup: Lookup) -> None:
    """Ask this look-up: (register, key) -> the values of a record in use, or None. The same one twice is one."""
    if lookup not in _lookups:
        _lookups.append(lookup)


def unregister(lookup: Lookup) -> None:
    """Ask it no more (tests)."""
    _lookups.remove(lookup)


def register_open(is_open: Openness) -> None:
    """Ask this one which records anybody may read. The same one twice is one."""
    if is_open not in _open:
        _open.append(is_open)


def is_open(register_id: str, key: str) -> bool:
    """Whether anybody may read the record; nobody outside where none can say."""
    return any(each(register_id, key) for each in _open)


def record(register_id: str, key: str) -> Mapping[str, Any] | None:
    """The values of the record, or None where nobody knows it."""
    for lookup in _lookups:
        found = lookup(register_id, key)
        if found is not None:
            return found
    return None

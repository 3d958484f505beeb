"""Where this room gets registers from: whoever knows the installed mechanisms registers itself here.

The records room stands below the mechanisms room and imports nothing of it; the running floor calls ``register``
when Django starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gongzhi.city.records.errors import NoSuchRegister
from gongzhi.engine.registers import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A register and the mechanism that declares it."""

    mechanism: str
    register: Register


class RegisterSource(Protocol):
    """Somebody who has compiled registers at hand."""

    def registers(self) -> dict[str, Declared]:
        """Register id -> the register of the active version of its mechanism. Must be fast: it caches."""


_sources: list[RegisterSource] = []


def register(source: RegisterSource) -> None:
    """Ask this source too; the last registered is asked first. The same one twice is one."""
    if source not in _sources:
        _sources.insert(0, source)


def unregister(source: RegisterSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def one(register_id: str) -> Declared:
    """The register with its mechanism. Raises NoSuchRegister."""
    for source in _sources:
        found = source.registers().get(register_id)
        if found is not None:
            return found
    raise NoSuchRegister(register=register_id[:64])


def known(register_id: str) -> Declared | None:
    """The same, or None."""
    for source in _sources:
        if found := source.registers().get(register_id):
            return found
    return None


def offered() -> list[Declared]:
    """Every register, in order of title."""
    found: dict[str, Declared] = {}
    for source in reversed(_sources):
        found.update(source.registers())
    return sorted(found.values(), key=lambda each: (each.register.title, each.register.id))

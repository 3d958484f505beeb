"""How rooms point at each other's rows (``type:id``) and who acts: a person standing in a post."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.engine.cases.model import SYSTEM as _SYSTEM
from gongzhi.engine.cases.model import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Actor):
    """An ``Actor`` of the engine plus what the city needs to check rights: where the post stands in the trees.

    Territory builds it from a post (``territory.queries.standing``); it is handed to actions and on to the engine.
    """

    #: path of the post's office; empty for residents and the system
    office_path: str = ""
    #: path of the post's area, or of the area of its office
    area_path: str = ""
    #: id of the only mechanism for which the post holds; empty for all
    mechanism: str = ""
    #: a program acts for the person: what is confined to people (clues) is not there for it
    program: bool = False


SYSTEM = Standing(person=_SYSTEM.person, role=_SYSTEM.role, name=_SYSTEM.name)


def resident(person: str) -> Standing:
    """A resident who acts for themselves; ``person`` is ``resident:<id>``, ``user:<id>`` or empty if unnamed."""
    return Standing(person=person, role="resident")


def subject(kind: str, key: object) -> str:
    """The reference to a row, as in the journal: ``subject("case", 7) == "case:7"``."""
    return f"{kind}:{key}"


def split_subject(reference: str) -> tuple[str, str]:
    """The kind and the key of a reference; ValueError when it has no colon."""
    kind, colon, key = reference.partition(":")
    if not (kind and colon and key):
        raise ValueError(f"not a reference: {reference!r}")
    return kind, key

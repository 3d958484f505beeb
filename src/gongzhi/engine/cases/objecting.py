"""What stands against an act although its form is right: ``objection:`` of a case type (opening) and of a choice.

An objection is FEEL that gives words, or null where nothing is to be said. The words are what the person reads, so they
name the list, the entry and the basis: 这件事属于乡镇(街道)的上级收回事项(…第37项),应由城管局办理。
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.errors import Objected
from gongzhi.engine.cases.model import Actor
from gongzhi.engine.cases.surroundings import surroundings
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.cases.world import World
from gongzhi.engine.expressions import Expression

#: who opens the case, for objections at opening: ``opener.office``, ``opener.role``
OPENER = "opener"
#: who takes a choice, for its objection and for what it sets: ``actor.person``, ``name``, ``role``, ``office``
ACTOR = "actor"


def actor_names(by: Actor) -> dict[str, Any]:
    """Who acts, as the expressions of a choice read it; nothing is null where there is no name or office."""
    told = {"person": by.person, "name": by.name, "role": by.role, "office": by.office}
    return {ACTOR: {name: value or None for name, value in told.items()}}


def object_to_opening(
    case_type: CaseType, values: Mapping[str, Any], by: Actor, at: datetime, world: World
) -> None:
    """Raise ``Objected`` where the case type's objection has words for the values that the case is opened with."""
    if case_type.objection is not None:
        opener = {"role": by.role, "office": by.office}
        _hear(case_type, case_type.objection, values, at, world, {OPENER: opener})


def object_to_choice(
    case_type: CaseType,
    objection: Expression | None,
    data: Mapping[str, Any],
    at: datetime,
    world: World,
    by: Actor,
) -> None:
    """Raise ``Objected`` where a choice's objection has words for the data of the case with what was just entered."""
    if objection is not None:
        _hear(case_type, objection, data, at, world, actor_names(by))


def _hear(
    case_type: CaseType,
    objection: Expression,
    data: Mapping[str, Any],
    at: datetime,
    world: World,
    beside: Mapping[str, Any],
) -> None:
    said = evaluate(case_type, objection, data, {**surroundings(objection, at, world), **beside})
    if isinstance(said, str) and said.strip():
        raise Objected(says=said.strip())


__all__ = ["ACTOR", "OPENER", "actor_names", "object_to_choice", "object_to_opening"]

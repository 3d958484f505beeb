"""Rights as data: role × place or office subtree × mechanism × privacy class.

The matrix is ``data/rights.csv``: a row per action, a column per role, and in the cell the scopes within which the role may
do it (several: any of them; empty: never). The same cell filters lists, searches, counts and exports (``scope``)
and guards single objects (``check``), so the two can't disagree.

    all     everywhere
    area    what lies in the subtree of the post's area
    branch  what an office of the subtree of the post's office has to do with
    own     what the person reported or owns
    mandate what a valid written mandate (委托书) names, and no longer than it says

A model says by ``reach = Reach(...)`` which of its columns these words mean; a value that isn't stored yet is a ``Target``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.errors import NotAllowed, UnknownAction
from gongzhi.city.kernel.references import Standing

Row = TypeVar("Row", bound=Model)
SCOPES = ("all", "area", "branch", "own", "mandate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a model keeps what rights are about; look-up paths such as ``case__area_path``. Empty: it has none."""

    area: str = ""
    #: columns with paths of offices that have to do with the row
    offices: tuple[str, ...] = ()
    #: for offices in another table: the condition "an office within this path has to do with the row"
    branch: Callable[[str], Q] | None = None
    person: str = ""
    #: the condition "a mandate of this person that is valid now covers the row"
    mandated: Callable[[str], Q] | None = None
    mechanism: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an action is about when there is no row yet (opening a case here, for this office)."""

    area_path: str = ""
    office_paths: tuple[str, ...] = ()
    person: str = ""
    #: the actor showed a mandate for it that is valid now
    mandated: bool = False
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table, read once."""

    #: action -> its Chinese title
    actions: Mapping[str, str]
    #: role -> its Chinese title
    roles: Mapping[str, str]
    #: (action, role) -> scopes
    cells: Mapping[tuple[str, str], tuple[str, ...]]

    def scopes(self, action: str, role: str) -> tuple[str, ...]:
        """The scopes of the cell; empty when the role may not. UnknownAction for a word that isn't in the table."""
        if action not in self.actions:
            raise UnknownAction(action=action)
        return self.cells.get((action, _ALIKE.get(role, role)), ())

    def who_may(self, action: str) -> list[str]:
        """Titles of the roles that may do it somewhere, in the order of the table."""
        return [title for role, title in self.roles.items() if (action, role) in self.cells]


#: role of a mechanism -> the role of the matrix whose rights it has
_ALIKE: dict[str, str] = {}
_TITLES: dict[str, str] = {}


def declare_role(role: str, title: str, *, alike: str = "officer") -> None:
    """A role that only a mechanism knows gets the rights of a role of the matrix (an officer's unless it says more).

    A role of the matrix keeps its own title and rights, whatever a mechanism calls it.
    """
    if alike not in matrix().roles:
        raise ValueError(f"no such role in the matrix: {alike}")
    if role not in matrix().roles:
        _TITLES[role] = title
        _ALIKE[role] = alike


def knows_role(role: str) -> bool:
    """Whether the matrix or a mechanism declares the role."""
    return role in matrix().roles or role in _TITLES


def role_title(role: str) -> str:
    """The title of a role in the reader's language; the role itself when nobody declared it."""
    if role == "system":
        return _("系统")
    title = matrix().roles.get(role) or _TITLES.get(role)
    return _(title) if title else role


@lru_cache(maxsize=1)
def matrix() -> Matrix:
    """The matrix of this installation."""
    text = files("gongzhi.city.kernel").joinpath("data/rights.csv").read_text(encoding="utf-8")
    return read_matrix(text.splitlines())


def read_matrix(lines: Iterable[str]) -> Matrix:
    """Read a matrix; ValueError names the cell with an unknown scope."""
    head, titles, *rows = csv.reader(lines)
    roles = dict(zip(head[2:], titles[2:], strict=True))
    cells: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        for role, cell in zip(roles, row[2:], strict=True):
            scopes = tuple(cell.split())
            if unknown := set(scopes) - set(SCOPES):
                raise ValueError(f"{row[0]} × {role}: unknown scope {', '.join(sorted(unknown))}")
            if scopes:
                cells[row[0], role] = scopes
    return Matrix(actions={row[0]: row[1] for row in rows}, roles=roles, cells=cells)


def check(actor: Standing, action: str, target: Model | Target | None = None) -> None:
    """Pass, or raise NotAllowed that says who may. Without a target: may the role do it somewhere?"""
    if not may(actor, action, target):
        titles = matrix()
        raise NotAllowed(
            action=_(titles.actions[action]),
            role=role_title(actor.role),
            who=_("、").join(map(_, titles.who_may(action))) or _("无人"),
            why="outside" if titles.scopes(action, actor.role) else "role",
        )


def may(actor: Standing, action: str, target: Model | Target | None = None) -> bool:
    """Whether the actor may do it to the target."""
    scopes = _scopes(actor, action)
    if target is None:
        return bool(scopes)
    if isinstance(target, Target):
        return _covers(actor, scopes, target)
    reach = _reach(type(target))
    if _covers(actor, scopes, _target(target, reach)):
        return True
    asked = []
    if "branch" in scopes and reach.branch and actor.office_path:
        asked.append(reach.branch(actor.office_path))
    if "mandate" in scopes and reach.mandated and actor.person:
        asked.append(reach.mandated(actor.person))
    if not asked or target.pk is None:
        return False
    rows = type(target)._default_manager.filter(_mechanism(actor, reach), pk=target.pk)
    return rows.filter(_any(asked)).exists()


def scope(actor: Standing, action: str, rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows to which the actor may do it: for lists, searches, counts, exports and expansions alike."""
    scopes = _scopes(actor, action)
    if not scopes:
        return rows.none()
    reach = _reach(rows.model)
    return rows.filter(_mechanism(actor, reach), _any(_condition(actor, reach, word) for word in scopes))


def _scopes(actor: Standing, action: str) -> tuple[str, ...]:
    scopes = matrix().scopes(action, actor.role)
    return ("all",) if actor.role == "system" else scopes


def _reach(model: type[Model]) -> Reach:
    reach = getattr(model, "reach", None)
    if not isinstance(reach, Reach):
        raise TypeError(f"{model.__name__} must say by `reach = Reach(...)` which columns rights are about")
    return reach


def _covers(actor: Standing, scopes: tuple[str, ...], target: Target) -> bool:
    if actor.mechanism and target.mechanism and actor.mechanism != target.mechanism:
        return False
    return any(
        word == "all"
        or (word == "area" and paths.is_within(target.area_path, actor.area_path))
        or (
            word == "branch" and any(paths.is_within(path, actor.office_path) for path in target.office_paths)
        )
        or (word == "own" and actor.person != "" and target.person == actor.person)
        or (word == "mandate" and actor.person != "" and target.mandated)
        for word in scopes
    )


def _condition(actor: Standing, reach: Reach, word: str) -> Q | None:
    if word == "all":
        return Q()
    if word == "area" and reach.area and actor.area_path:
        return paths.within(actor.area_path, reach.area)
    if word == "own" and reach.person and actor.person:
        return Q(**{reach.person: actor.person})
    if word == "mandate" and reach.mandated and actor.person:
        return reach.mandated(actor.person)
    if word == "branch" and actor.office_path:
        conditions = [paths.within(actor.office_path, column) for column in reach.offices]
        return _any([*conditions, reach.branch(actor.office_path) if reach.branch else None])
    return None


def _any(conditions: Iterable[Q | None]) -> Q:
    """The disjunction; no condition at all means no row. An empty Q means every row and must not vanish in the or."""
    known = [condition for condition in conditions if condition is not None]
    if not known:
        return Q(pk__in=[])
    if any(condition == Q() for condition in known):
        return Q()
    united = known[0]
    for condition in known[1:]:
        united |= condition
    return united


def _mechanism(actor: Standing, reach: Reach) -> Q:
    if not (actor.mechanism and reach.mechanism):
        return Q()
    return Q(**{reach.mechanism: actor.mechanism})


def _target(row: Model, reach: Reach) -> Target:
    return Target(
        area_path=_value(row, reach.area),
        office_paths=tuple(_value(row, column) for column in reach.offices),
        person=_value(row, reach.person),
        mechanism=_value(row, reach.mechanism),
    )


def _value(row: Any, lookup: str) -> str:
    for name in filter(None, lookup.split("__")):
        row = getattr(row, name, None)
    return str(row) if lookup and row is not None else ""

"""A mechanism adapted by a city: recorded values laid over the files of its source, again over each new version.

The overlay remembers what stood at each place when it was made. Over a new version of the source that is a three-way
comparison: what only the city changed stays the city's, what only the source changed is taken, and what both changed is
a ``Conflict`` that a person decides. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gongzhi.engine.mechanisms.adapt_points import AdaptSpec
from gongzhi.engine.mechanisms.errors import CannotAdapt
from gongzhi.engine.mechanisms.key_paths import Files, Spot, drop_item, find, put, put_yaml, row_key
from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.mechanisms.renaming import rename_roles
from gongzhi.engine.mechanisms.yamlfile import read_yaml

Side = Literal["ours", "theirs"]
#: what a row of a table is about: its input cells, and which of several with the same it is
Key = tuple[tuple[str, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A value of the city at an adaptation point; ``was``: what the source said there."""

    what: str
    title: str
    was: Any
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A result of a scenario that is different here, seen and accepted by a person."""

    file: str
    name: str
    #: 0: right after opening, else the 1-based number of the scenario's step
    line: int
    #: what was expected, e.g. ``unit_due``
    what: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A scenario that tells of a rule which this city does not have."""

    file: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Everything by which a city's version differs from its source's."""

    values: tuple[Replaced, ...] = ()
    #: role of the source -> role of the city
    roles: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.roles or self.accepted or self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What the overlay says and the new version does not bear: a person decides, by ``key``."""

    key: str
    title: str
    #: gone: the place is no more; both: city and source changed it differently
    kind: Literal["gone", "both"]
    was: Any
    ours: Any
    theirs: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An adaptation point with what stands there now."""

    spec: AdaptSpec
    place: Spot


def points(mechanism: Mechanism) -> tuple[Point, ...]:
    """The adaptation points of a mechanism, in the order of its manifest."""
    found = ((spec, find(mechanism.files, spec.what)) for spec in mechanism.manifest.adapt)
    return tuple(Point(spec=spec, place=place) for spec, place in found if place is not None)


def chosen(point: Point, value: Any) -> Replaced | None:
    """A city's value for a point; ``None`` where it is what stands there anyway. Raises ``CannotAdapt``."""
    place = point.place
    fits = _fits(place, value)
    if not fits:
        raise CannotAdapt(title=point.spec.title, why=_WANTED[place.kind])
    if value == place.value or place.kind == "role":
        return None
    return Replaced(what=place.what, title=point.spec.title, was=place.value, value=value)


_WANTED = {
    "table": "每行的格数要和表头一样，至少一行",
    "text": "要写一段文字",
    "number": "要写一个数",
    "yesno": "要选是或否",
    "list": "要写至少一项",
    "role": "要选一个角色",
}


def _fits(place: Spot, value: Any) -> bool:
    if place.kind == "table":
        return _is_rows(value, len(place.head))
    if place.kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if place.kind == "list":
        return (
            isinstance(value, list)
            and bool(value)
            and all(isinstance(each, str | int | float) for each in value)
        )
    return (
        isinstance(value, bool) if place.kind == "yesno" else isinstance(value, str) and bool(value.strip())
    )


def _is_rows(value: Any, width: int) -> bool:
    rows = isinstance(value, list) and bool(value)
    return rows and all(isinstance(row, list) and len(row) == width for row in value)


def adapted(files: Files, overlay: Overlay, *, version: str, city: str, on: str) -> dict[str, bytes]:
    """The files with the overlay laid over them, under the version of the city.

    ``on``: the day, for the change log. Raises ``CannotAdapt`` for a place that is not there (see ``rebased``).
    """
    made = dict(files)
    for each in overlay.values:
        if find(made, each.what) is None:
            raise CannotAdapt(title=each.title, why=f"这一版里没有“{each.what}”")
        made = put(made, each.what, each.value)
    made = rename_roles(made, overlay.roles)
    made = _scenarios(made, overlay)
    before = str(_version(made))
    made["mechanism.yaml"] = put_yaml(made["mechanism.yaml"], ("version",), version)
    log = made.get("CHANGELOG.md", "# 更新记录\n".encode()).decode("utf-8-sig")
    made["CHANGELOG.md"] = _logged(
        log, f"## {version}（{on}，{city}）\n\n{_told(overlay, before)}\n"
    ).encode()
    return made


def local_version(base: str, area: str, taken: Sequence[str]) -> str:
    """The next version of a city's adaptation: ``1.1.0`` adapted by 420700 is ``1.1.0+420700.1``, then ``.2``.

    What was adapted already by somebody keeps its number and goes by the adapting city.
    """
    root = base.partition("+")[0]
    numbers = [
        int(found[1])
        for each in taken
        if (found := re.fullmatch(re.escape(f"{root}+{area}.") + r"(\d+)", each))
    ]
    return f"{root}+{area}.{max(numbers, default=0) + 1}"


def version_key(version: str) -> tuple[int, ...]:
    """For comparing versions of a source; adaptations of one version are equal."""
    return tuple(int(part) for part in version.partition("+")[0].split("."))


def rebased(
    overlay: Overlay, files: Files, decided: Mapping[str, Side] | None = None
) -> tuple[Overlay, tuple[Conflict, ...]]:
    """The overlay for a new version of the source, and what a person must decide first.

    ``decided``: key of a conflict -> whose value counts; decided ones are not told again. A value whose place is gone can
    only be given up (``theirs``).
    """
    said = decided or {}
    values: list[Replaced] = []
    conflicts: list[Conflict] = []
    for each in overlay.values:
        place = find(files, each.what)
        if place is None:
            if said.get(each.what) != "theirs":
                conflicts.append(
                    Conflict(key=each.what, title=each.title, kind="gone", was=each.was, ours=each.value)
                )
            continue
        if place.kind == "table" and isinstance(each.value, list):
            value, found = _rows_merged(each, place, said)
            conflicts += found
        else:
            value, found = _value_merged(each, place, said)
            conflicts += found
        if value != place.value:
            values.append(replace(each, was=place.value, value=value))
    roles = {}
    known = {role for role in overlay.roles if find(files, f"roles.{role}") is not None}
    for role, ours in overlay.roles.items():
        key = f"roles.{role}"
        if role in known:
            roles[role] = ours
        elif said.get(key) != "theirs":
            conflicts.append(Conflict(key=key, title=f"角色 {role}", kind="gone", was=role, ours=ours))
    # what scenarios gave is seen again on the new version: nobody accepts a result that nobody saw
    return Overlay(values=tuple(values), roles=roles), tuple(conflicts)


def _value_merged(mine: Replaced, place: Spot, said: Mapping[str, Side]) -> tuple[Any, list[Conflict]]:
    if place.value in (mine.was, mine.value):
        return mine.value, []
    if (side := said.get(mine.what)) is not None:
        return (mine.value if side == "ours" else place.value), []
    conflict = Conflict(
        key=mine.what, title=mine.title, kind="both", was=mine.was, ours=mine.value, theirs=place.value
    )
    return mine.value, [conflict]


def _rows_merged(mine: Replaced, place: Spot, said: Mapping[str, Side]) -> tuple[Any, list[Conflict]]:
    """Row by row: a row is what it is about (its input cells). Where the first hit counts, their order says something too."""
    was, ours, theirs = (_keyed(rows, place.head) for rows in (mine.was, mine.value, place.value))
    conflicts: list[Conflict] = []
    merged: dict[Key, list[str]] = {}
    for key in {**theirs, **ours}:
        row = _row(key, was.get(key), ours.get(key), theirs.get(key), mine, said, conflicts)
        if row is not None:
            merged[key] = row
    common = [key for key in was if key in ours and key in theirs]
    before, here, there = (sorted(common, key=list(each).index) for each in (was, ours, theirs))
    side: Side | None = "ours" if there in (before, here) else "theirs" if here == before else None
    name = f"{mine.what}[顺序]"
    side = side or said.get(name)
    if side is None:
        names = ("、".join("|".join(key[0]) for key in each) for each in (before, here, there))
        told = dict(zip(("was", "ours", "theirs"), names, strict=True))
        conflicts.append(Conflict(key=name, title=f"{mine.title}（先后顺序）", kind="both", **told))
    first, second = (theirs, ours) if side == "theirs" else (ours, theirs)
    return [merged[key] for key in _ordered(list(first), list(second), merged)], conflicts


def _ordered(first: list[Key], second: list[Key], kept: Mapping[Key, object]) -> list[Key]:
    """The order of the first, with what only the second has behind whatever stands before it there."""
    order = [key for key in first if key in kept]
    before: Key | None = None
    for key in second:
        if key in kept and key not in order:
            order.insert(0 if before is None else order.index(before) + 1, key)
        if key in kept:
            before = key
    return order


def _row(
    key: Key,
    was: list[str] | None,
    ours: list[str] | None,
    theirs: list[str] | None,
    mine: Replaced,
    said: Mapping[str, Side],
    conflicts: list[Conflict],
) -> list[str] | None:
    if ours in (theirs, was):
        return theirs
    if theirs == was:
        return ours
    name = f"{mine.what}[{'|'.join(key[0])}{f'#{key[1]}' if key[1] else ''}]"
    if (side := said.get(name)) is not None:
        return ours if side == "ours" else theirs
    conflicts.append(Conflict(key=name, title=mine.title, kind="both", was=was, ours=ours, theirs=theirs))
    return ours if ours is not None else theirs


def _keyed(rows: Sequence[list[str]], head: Sequence[str]) -> dict[Key, list[str]]:
    """Rows by what they are about; the second of the same is told apart by its number."""
    found: dict[Key, list[str]] = {}
    for row in rows:
        key, number = row_key(head, row), 0
        while (key, number) in found:
            number += 1
        found[key, number] = row
    return found


def _scenarios(files: dict[str, bytes], overlay: Overlay) -> dict[str, bytes]:
    for each in overlay.accepted:
        number = _number(files, each.file, each.name)
        if number is None:
            raise CannotAdapt(title=each.name, why="这一版里没有这个情景")
        step: tuple[str | int, ...] = ("steps", each.line - 1) if each.line else ()
        try:
            path = (number, *step, "expect", *each.what.split("."))
            files[each.file] = put_yaml(files[each.file], path, each.value)
        except KeyError as error:
            raise CannotAdapt(
                title=each.name, why=f"情景里没有写“{each.what}”的预期，不能接受新结果"
            ) from error
    for aside in overlay.set_aside:
        number = _number(files, aside.file, aside.name)
        if number is None:
            raise CannotAdapt(title=aside.name, why="这一版里没有这个情景")
        files[aside.file] = drop_item(files[aside.file], number)
    return files


def _number(files: Files, file: str, name: str) -> int | None:
    listed = read_yaml(files.get(file, b""), file).value
    names = [each.get("name") for each in listed] if isinstance(listed, list) else []
    return names.index(name) if name in names else None


def _version(files: Files) -> Any:
    return read_yaml(files["mechanism.yaml"], "mechanism.yaml").value["version"]


def _told(overlay: Overlay, before: str) -> str:
    lines = [f"- 由 {before} 按本地情况调整。", *(f"- {each}" for each in _lines(overlay))]
    return "\n".join(lines) + "\n"


def _lines(overlay: Overlay) -> Iterator[str]:
    for value in overlay.values:
        yield f"{value.title}（{value.what}）：{_short(value.was)} → {_short(value.value)}"
    for role, ours in overlay.roles.items():
        yield f"角色 {role} 由本市的 {ours} 担任"
    for each in overlay.accepted:
        yield f"情景“{each.name}”的 {each.what} 在本地是 {each.value}"
    for aside in overlay.set_aside:
        yield f"不用情景“{aside.name}”：{aside.why}"


def _short(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return f"{len(value)} 行"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _logged(log: str, entry: str) -> str:
    """The newest entry stands before the others."""
    found = re.search(r"^## ", log, re.MULTILINE)
    return f"{log[: found.start()]}{entry}\n{log[found.start() :]}" if found else f"{log.rstrip()}\n\n{entry}"


__all__ = [
    "Accepted", "Conflict", "Overlay", "Point", "Replaced", "SetAside", "adapted", "chosen", "local_version", "points", "rebased",
    "version_key",
]  # fmt: skip

"""What an import would become here: the package's files with this city's values laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from gongzhi.city.exchange.answers import Answers, load_overlay
from gongzhi.city.exchange.city import here, short_code
from gongzhi.city.exchange.models import Import, Provenance
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Installed
from gongzhi.engine.mechanisms import load, packages
from gongzhi.engine.mechanisms.adapting import (
    Accepted,
    Conflict,
    Overlay,
    Point,
    SetAside,
    Side,
    adapted,
    chosen,
    local_version,
    points,
    rebased,
)
from gongzhi.engine.mechanisms.mechanism import Mechanism


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An import with the answers given so far."""

    #: as it came
    source: Mechanism
    overlay: Overlay
    #: what a person must still decide about an earlier overlay
    conflicts: tuple[Conflict, ...]
    #: the folder as it would be installed; the source itself where nothing is changed
    files: Mapping[str, bytes]
    #: the overlay that this city had laid over the version before; empty: none
    before: Overlay

    @property
    def changed(self) -> bool:
        """Whether it differs from what came."""
        return bool(self.overlay)


def candidate(row: Import) -> Candidate:
    """The candidate of an import. Raises ``CannotAdapt`` for values that don't fit."""
    files = packages.read(bytes(row.archive)).files
    source = load(files)
    said = Answers.load(row.answers)
    before = overlay_before(row.mechanism)
    kept, conflicts = rebased(before, files, cast(Mapping[str, Side], said.decided))
    overlay = _overlay(source, said, kept)
    made = dict(files)
    if overlay:
        made = adapted(
            files,
            overlay,
            version=version_here(row),
            city=here().name,
            on=f"{row.at:%Y-%m-%d}",
        )
    return Candidate(source=source, overlay=overlay, conflicts=conflicts, files=made, before=before)


def overlay_before(mechanism: str) -> Overlay:
    """What this city laid over the version that is active now."""
    active = library.LIBRARY.active_version(mechanism)
    row = Provenance.objects.filter(mechanism=mechanism, version=active).first()
    return load_overlay(row.overlay) if row else Overlay()


def values_shown(found: Candidate) -> list[tuple[Point, Any]]:
    """Each adaptation point with the value that the form shows: the city's where it has one, else what stands there."""
    ours = {each.what: each.value for each in found.overlay.values}
    return [
        (point, found.overlay.roles.get(point.place.value, point.place.value))
        if point.place.kind == "role"
        else (point, ours.get(point.spec.what, point.place.value))
        for point in points(found.source)
    ]


def _overlay(source: Mechanism, said: Answers, kept: Overlay) -> Overlay:
    asked = {point.spec.id: point for point in points(source)}
    values = {each.what: each for each in kept.values}
    for id_, value in said.values.items():
        point = asked.get(id_)
        if point is None:
            continue
        values.pop(point.spec.what, None)
        made = chosen(point, value)
        if made is not None:
            values[point.spec.what] = made
    roles = {**kept.roles, **said.roles}
    return replace(
        kept,
        values=tuple(values.values()),
        roles={old: new for old, new in roles.items() if new and new != old and old in source.roles},
        accepted=tuple(Accepted(**each) for each in said.accepted),
        set_aside=tuple(SetAside(**each) for each in said.set_aside),
    )


def version_here(row: Import) -> str:
    """The version under which the package is installed with changes: the one chosen before, else the next that is free."""
    if row.local_version not in ("", row.version):
        return row.local_version
    taken = list(Installed.objects.filter(mechanism=row.mechanism).values_list("version", flat=True))
    wanted = Import.objects.filter(mechanism=row.mechanism).exclude(pk=row.pk)
    return local_version(row.version, short_code(), [*taken, *wanted.values_list("local_version", flat=True)])

"""Installing a mechanism, going back to an earlier version, withdrawing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import (
    NeedsAnother,
    NotInstalled,
    OnTrial,
    RegisterTaken,
    ScenariosFailed,
    VersionTaken,
)
from gongzhi.city.mechanisms.models import Installed, Placement
from gongzhi.engine import mechanisms as engine
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms import Change, Mechanism, MechanismRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What installing did: the version, the one before (empty: none), and what is different."""

    mechanism: str
    version: str
    before: str
    changes: tuple[Change, ...]
    scenarios: int
    #: it was active already; nothing was written
    unchanged: bool = False


def files_of(source: Path | str | bytes | Mapping[str, bytes]) -> Path | Mapping[str, bytes]:
    """A folder as it is; an archive (bytes, or the path of a .zip) unpacked. Raises UnsafeArchive."""
    if isinstance(source, bytes):
        return engine.unpack(source)
    if isinstance(source, Mapping):
        return source
    path = Path(source)
    return engine.unpack(path.read_bytes()) if path.is_file() else path


def preview(source: Path | str | bytes | Mapping[str, bytes]) -> tuple[Mechanism, str, tuple[Change, ...]]:
    """The mechanism, the version that is active now, and what installing it would change. Writes nothing."""
    mechanism = engine.load(files_of(source))
    before = library.LIBRARY.active_version(mechanism.id)
    held = library.LIBRARY.version(mechanism.id, before) if before else None
    return mechanism, before, engine.diff(held.mechanism, mechanism) if held else ()


def install(
    source: Path | str | bytes | Mapping[str, bytes], *, by: Standing, activate: bool = True
) -> Installation:
    """Install a folder or an archive and open new cases under it from now on; running cases stay on their version.

    ``activate=False`` only keeps it ready: for a pilot in some areas, or for a day to come.

    Refuses what the linter refuses (MechanismRefused with every problem), whose scenarios fail (ScenariosFailed),
    whose version is taken by another content (VersionTaken), what needs a mechanism that is not there (NeedsAnother), or
    declares a register that another one declares (RegisterTaken), or would change the version of a mechanism while another
    one is being tried in some areas (OnTrial). The same content again changes nothing.
    """
    check(by, "mechanism.install")
    files = files_of(source)
    problems = engine.check(files)
    if not engine.passes(problems):
        errors = [each for each in problems if each.severity == "error"]
        raise MechanismRefused(errors, place=str(source) if isinstance(source, str | Path) else "")
    mechanism, before, changes = preview(files)
    known = Installed.objects.filter(mechanism=mechanism.id, version=mechanism.version).first()
    if known is not None and known.digest != mechanism.digest:
        raise VersionTaken(mechanism=mechanism.id, version=mechanism.version)
    if missing := sorted(set(mechanism.manifest.needs) - set(library.LIBRARY.active_versions())):
        raise NeedsAnother(mechanism=mechanism.id, needs="、".join(missing))
    _declares_its_own(mechanism.id, mechanism.registers)
    report = engine.run_all(mechanism)
    if report.failed:
        listing = "\n".join(f"  {result}" for result in report.failed[:10])
        raise ScenariosFailed(mechanism=mechanism.id, count=len(report.failed), listing=listing)
    done = Installation(
        mechanism=mechanism.id,
        version=mechanism.version,
        before=before,
        changes=changes,
        scenarios=len(report.results),
        unchanged=known is not None and (known.active or not activate),
    )
    if not done.unchanged:
        _write(mechanism, known, done, by, active=activate)
    return done


def _declares_its_own(mechanism: str, registers: Iterable[str]) -> None:
    """Raises RegisterTaken for a register that another active mechanism declares."""
    known = library.LIBRARY.registers()
    for register in registers:
        if register in known and known[register].mechanism != mechanism:
            raise RegisterTaken(mechanism=mechanism, register=register, other=known[register].mechanism)


def _write(
    mechanism: Mechanism, known: Installed | None, done: Installation, by: Standing, *, active: bool
) -> None:
    at = clock.now()
    with transaction.atomic():
        if active:
            _not_on_trial(mechanism.id)
            Installed.objects.filter(mechanism=mechanism.id, active=True).update(active=False)
        if known is None:
            Installed.objects.create(
                mechanism=mechanism.id,
                version=mechanism.version,
                title=mechanism.title[:120],
                digest=mechanism.digest,
                archive=engine.pack(mechanism),
                scenarios=done.scenarios,
                active=active,
                installed_at=at,
                installed_by=by.person,
            )
        else:
            Installed.objects.filter(pk=known.pk).update(active=True)
        data = {
            "version": mechanism.version,
            "before": done.before,
            "digest": mechanism.digest,
            "changes": [str(change) for change in done.changes[:200]],
            "active": active,
        }
        append(subject("mechanism", mechanism.id), [Fact(kind="installed", at=at, by=by, data=data)])
        transaction.on_commit(library.LIBRARY.forget)
    library.LIBRARY.forget()


def activate(mechanism: str, version: str, *, by: Standing) -> None:
    """Open new cases under this installed version (again). Raises NotInstalled; OnTrial while another one is being tried."""
    check(by, "mechanism.install")
    with transaction.atomic():
        _not_on_trial(mechanism)
        row = Installed.objects.select_for_update().filter(mechanism=mechanism, version=version).first()
        if row is None:
            raise NotInstalled(mechanism=f"{mechanism} {version}")
        held = library.LIBRARY.version(mechanism, version)
        _declares_its_own(mechanism, held.registers if held else ())
        Installed.objects.filter(mechanism=mechanism, active=True).update(active=False)
        Installed.objects.filter(pk=row.pk).update(active=True)
        fact = Fact(kind="activated", at=clock.now(), by=by, data={"version": version})
        append(subject("mechanism", mechanism), [fact])
    library.LIBRARY.forget()


def _not_on_trial(mechanism: str) -> None:
    """Raises OnTrial while some areas try a version: what it is compared with must not change under it."""
    placed = Placement.objects.filter(mechanism=mechanism, until=None).order_by("id").first()
    if placed is not None:
        raise OnTrial(mechanism=mechanism, version=placed.version, source=placed.source)


def withdraw(mechanism: str, *, by: Standing, reason: str) -> None:
    """Open no new cases under this mechanism; running ones go on to their end. Raises NotInstalled, OnTrial."""
    check(by, "mechanism.install")
    with transaction.atomic():
        _not_on_trial(mechanism)
        if not Installed.objects.filter(mechanism=mechanism, active=True).update(active=False):
            raise NotInstalled(mechanism=mechanism)
        fact = Fact(kind="withdrawn", at=clock.now(), by=by, data={"reason": reason[:500]})
        append(subject("mechanism", mechanism), [fact])
    library.LIBRARY.forget()

"""A mechanism with its provenance, signed, for the next city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from gongzhi.city.exchange import keys
from gongzhi.city.exchange.city import here
from gongzhi.city.exchange.models import Provenance
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import NotInstalled
from gongzhi.city.mechanisms.models import Evidence, Installed
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms import packages
from gongzhi.engine.mechanisms.adapting import version_key
from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.mechanisms.packages import Ancestor, Need, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A package ready to be sent."""

    name: str
    content: bytes
    fingerprint: str


def export(mechanism: str, version: str = "", *, by: Standing) -> Exported:
    """The package of an installed version (the active one by default), signed with the city's key.

    The same content gives the same bytes, on every day. Raises NotAllowed, NotInstalled.
    """
    check(by, "mechanism.export")
    held = library.one(mechanism, version).mechanism
    row = Installed.objects.filter(mechanism=mechanism, version=held.version).first()
    if row is None:
        raise NotInstalled(mechanism=f"{mechanism} {version}".strip())
    said = about(held, made_at=row.installed_at.date().isoformat())
    signed = packages.spoken(said)
    with transaction.atomic():
        key = keys.current(by)
        content = packages.write(signed, keys.sign(signed, key), held.files)
        data = {"version": held.version, "digest": held.digest, "fingerprint": key.fingerprint}
        append(subject("mechanism", mechanism), [Fact(kind="exported", at=clock.now(), by=by, data=data)])
    return Exported(
        name=f"{mechanism}-{held.version}{packages.SUFFIX}", content=content, fingerprint=key.fingerprint
    )


def about(held: Mechanism, *, made_at: str) -> packages.About:
    """What this city says of a version: where it came from, what it needs, what is known of its effect."""
    active = library.LIBRARY.active_versions()
    needs = tuple(Need(id=each, version=active.get(each, "")) for each in held.manifest.needs)
    return packages.about(
        held,
        made_by=here(),
        made_at=made_at,
        lineage=lineage(held.id, held.version),
        needs=needs,
        evidence=evidence(held.id, held.version),
    )


def lineage(mechanism: str, version: str) -> tuple[Ancestor, ...]:
    """The versions before this one, oldest first: of the cities it came from, then of this one."""
    came = Provenance.objects.filter(mechanism=mechanism, version=version).first()
    if came is not None:
        return tuple(Ancestor.model_validate(each) for each in came.lineage)
    older: list[Any] = [
        row
        for row in Installed.objects.filter(mechanism=mechanism).exclude(version=version).defer("archive")
        if version_key(row.version) < version_key(version)
    ]
    older.sort(key=lambda row: (version_key(row.version), row.installed_at))
    first = Provenance.objects.filter(mechanism=mechanism, version__in=[row.version for row in older]).first()
    before = tuple(Ancestor.model_validate(each) for each in first.lineage) if first else ()
    own = tuple(
        Ancestor(version=row.version, digest=row.digest, city=here(), on=row.installed_at.date().isoformat())
        for row in older
    )
    return (*before, *own)


def evidence(mechanism: str, version: str) -> tuple[Proof, ...]:
    """What is known of the effect: here, and in the cities it came from. Also that there is none."""
    own = tuple(
        Proof(
            version=row.version,
            kind=row.kind,
            title=row.title,
            at=row.at.isoformat(),
            city=here(),
            data=row.data,
        )
        for row in Evidence.objects.filter(mechanism=mechanism).order_by("at", "id")
    )
    came = Provenance.objects.filter(mechanism=mechanism, version=version).first()
    theirs = tuple(Proof.model_validate(each) for each in came.evidence) if came else ()
    return (*theirs, *own)

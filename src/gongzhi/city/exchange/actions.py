"""Handing in a package, preparing it for this city, installing it by a second person; going back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.exchange import keys, trying
from gongzhi.city.exchange.answers import Answers, dump_overlay
from gongzhi.city.exchange.candidates import candidate, version_here
from gongzhi.city.exchange.errors import (
    BadKey,
    Downgrade,
    NoPackage,
    NoSuchImport,
    NotNow,
    NotTrustedAnyMore,
    RoleNotForThis,
    SamePerson,
    SayHow,
    StillOpen,
    UnknownSigner,
)
from gongzhi.city.exchange.examining import examine, may_do_steps
from gongzhi.city.exchange.keys import Signer
from gongzhi.city.exchange.models import Import, Provenance, TrustedCity
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, role_title
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import Installation
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms import digest_of, load, packages
from gongzhi.engine.mechanisms.adapting import version_key
from gongzhi.engine.mechanisms.errors import NotAPackage, Unsigned
from gongzhi.engine.mechanisms.packages import Ancestor, Maker

#: a package of more bytes is not read
MOST = 25_000_000
_OPEN = (Import.State.OPENED, Import.State.PREPARED)


def open_package(content: bytes, *, by: Standing) -> Import:
    """Look into a package and keep it. Nothing is installed; an unknown signer may be looked at all the same.

    Raises NotAllowed, NoPackage, what ``packages.read`` raises, BadSignature, MechanismRefused for files that can't be read.
    """
    check(by, "mechanism.import")
    if not content or len(content) > MOST:
        raise NoPackage(most=MOST // 1_000_000)
    package = packages.read(content)
    signer = keys.signer(package)
    inside = load(package.files)
    if (inside.id, inside.version) != (package.about.id, package.about.version):
        raise NotAPackage(reason=_("说明书写的编号、版本和机制文件夹里的不一样"))
    with transaction.atomic():
        row = Import.objects.create(
            mechanism=package.about.id,
            title=package.about.title,
            version=package.about.version,
            digest=package.about.digest,
            archive=content,
            about=package.about.model_dump(mode="json"),
            fingerprint=signer.fingerprint,
            person=by.person,
            office=by.office,
            at=clock.now(),
            against=_likely(package.about.id),
        )
        _told(row, "package_opened", by, signer=signer.standing, fingerprint=signer.fingerprint)
    return row


def trust(by: Standing, *, name: str, code: str, public: str, how: str) -> TrustedCity:
    """Trust the key of another city from now on. ``public``: 64 hexadecimal digits; ``how``: how the fingerprint was compared.

    Raises NotAllowed, BadKey, SayHow.
    """
    check(by, "mechanism.install")
    if not how.strip():
        raise SayHow()
    try:
        key = bytes.fromhex(public.strip())
    except ValueError as error:
        raise BadKey(why=_("不是十六进制数字")) from error
    if len(key) != 32:
        raise BadKey(why=_("应为64位"))
    with transaction.atomic():
        values = {
            "name": name.strip()[:120],
            "code": code.strip()[:12],
            "public": key.hex(),
            "how": how.strip()[:200],
        }
        fresh = {"trusted_at": clock.now(), "trusted_by": by.person, "revoked_at": None, "reason": ""}
        row, _made = TrustedCity.objects.update_or_create(
            fingerprint=packages.fingerprint(key), defaults={**values, **fresh}
        )
        data = {"fingerprint": row.fingerprint, "name": row.name, "how": row.how}
        append(subject("trusted_city", row.pk), [Fact(kind="city_trusted", at=clock.now(), by=by, data=data)])
    return row


def revoke(by: Standing, fingerprint: str, reason: str) -> None:
    """Trust a key no longer: what it signed is not installed any more; what is installed stays."""
    check(by, "mechanism.install")
    if not reason.strip():
        raise SayHow()
    with transaction.atomic():
        row = TrustedCity.objects.filter(fingerprint=fingerprint, revoked_at=None).first()
        if row is None:
            raise BadKey(why=_("没有信任过这把密钥"))
        row.revoked_at, row.reason = clock.now(), reason.strip()[:200]
        row.save(update_fields=["revoked_at", "reason"])
        data = {"fingerprint": fingerprint, "reason": row.reason}
        append(
            subject("trusted_city", row.pk), [Fact(kind="city_distrusted", at=clock.now(), by=by, data=data)]
        )


def prepare(by: Standing, number: int, answers: Answers) -> Import:
    """Say what is different here; the scenarios run again on what comes out.

    Raises NotAllowed, NoSuchImport, NotNow, RoleNotForThis, CannotAdapt for a value that does not fit its place.
    """
    check(by, "mechanism.import")
    with transaction.atomic():
        row = _locked(number, *_OPEN, Import.State.SUBMITTED)
        _role_map(row, answers.roles)
        row.answers, row.revision = answers.dump(), row.revision + 1
        found = candidate(row)
        row.local_version = version_here(row) if found.changed else row.version
        found = candidate(row)
        row.local_digest = digest_of(found.files)
        row.state = Import.State.OPENED if found.conflicts else Import.State.PREPARED
        row.dry_run = {}
        row.save()
        _told(row, "package_prepared", by, version=row.local_version, digest=row.local_digest)
        trying.start(row)
    row.refresh_from_db()
    return row


def submit(by: Standing, number: int) -> Import:
    """Hand it to a second person. Raises StillOpen while anything stands against it."""
    check(by, "mechanism.import")
    with transaction.atomic():
        row = _locked(number, Import.State.PREPARED)
        _stands(row)
        row.state = Import.State.SUBMITTED
        row.save(update_fields=["state"])
        _told(row, "package_submitted", by, version=row.local_version, digest=row.local_digest)
    return row


def install(by: Standing, number: int) -> Installation:
    """Install what was submitted. Raises NotAllowed, SamePerson, UnknownSigner, StillOpen, and what installing raises."""
    check(by, "mechanism.install")
    with transaction.atomic():
        row = _locked(number, Import.State.SUBMITTED)
        if by.person == row.person and by.person != SYSTEM.person:
            raise SamePerson()
        _stands(row)
        found = candidate(row)
        if digest_of(found.files) != row.local_digest:
            raise NotNow(why=_("内容与试过的不一样"))
        done = mechanisms.install(found.files, by=by)
        said = packages.About.model_validate(row.about)
        last = Ancestor(version=said.version, digest=said.digest, city=said.made_by, on=said.made_at[:10])
        Provenance.objects.update_or_create(
            mechanism=row.mechanism,
            version=done.version,
            defaults={
                "digest": row.local_digest,
                "source_version": row.version,
                "lineage": [each.model_dump(mode="json") for each in (*said.lineage, last)],
                "evidence": [each.model_dump(mode="json") for each in said.evidence],
                "overlay": dump_overlay(found.overlay),
                "source": row,
                "at": clock.now(),
            },
        )
        _decided(row, Import.State.INSTALLED, by)
        _told(row, "package_installed", by, version=done.version, before=done.before)
    return done


def decline(by: Standing, number: int, reason: str) -> Import:
    """Do not install it, and say why."""
    check(by, "mechanism.import")
    if not reason.strip():
        raise NotNow(why=_("请写明为什么不装"))
    with transaction.atomic():
        row = _locked(number, *_OPEN, Import.State.SUBMITTED)
        row.reason = reason.strip()[:300]
        _decided(row, Import.State.DECLINED, by)
        _told(row, "package_declined", by, reason=row.reason)
    return row


def roll_back(by: Standing, mechanism: str, version: str) -> None:
    """Open new cases under an earlier installed version again; running cases stay on theirs."""
    mechanisms.activate(mechanism, version, by=by)


def one(by: Standing, number: int) -> Import:
    """An import. Raises NotAllowed, NoSuchImport."""
    check(by, "mechanism.import")
    row = Import.objects.filter(pk=number).first()
    if row is None:
        raise NoSuchImport(number=number)
    return row


def _stands(row: Import) -> None:
    """Raises for everything that stands against an installation now: trust may have been withdrawn meanwhile."""
    signer = keys.known(row.fingerprint, Maker.model_validate(row.about["made_by"]).name)
    _trusted(signer)
    active = library.LIBRARY.active_version(row.mechanism)
    if active and version_key(row.version) < version_key(active):
        raise Downgrade(version=row.version, active=active)
    against = [each.says for each in examine(row, candidate(row), signer) if each.level == "stop"]
    if row.scenarios.get("state") != "passed":
        against.append(_("情景没有全部通过"))
    if against:
        raise StillOpen(count=len(against), listing="；".join(against[:5]))


def _trusted(signer: Signer) -> None:
    if signer.standing == "unsigned":
        raise Unsigned()
    if signer.standing == "unknown":
        raise UnknownSigner(city=signer.name, fingerprint=packages.spaced(signer.fingerprint))
    if signer.standing == "revoked":
        raise NotTrustedAnyMore(city=signer.name, reason=signer.reason)


def _role_map(row: Import, roles: Mapping[str, str]) -> None:
    titles = row.about.get("roles", {})
    for role, ours in roles.items():
        if ours and ours != role and not may_do_steps(ours):
            raise RoleNotForThis(role=titles.get(role, role), target=role_title(ours))


def _locked(number: int, *states: str) -> Import:
    row = Import.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NoSuchImport(number=number)
    if row.state not in states:
        raise NotNow(why=_("这个包现在是“%(state)s”") % {"state": row.get_state_display()})
    return row


def _decided(row: Import, state: str, by: Standing) -> None:
    row.state, row.decided_by, row.decided_at = state, by.person, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _likely(mechanism: str) -> str:
    """The city's own case type that a dry run would take: of the same mechanism, the first one."""
    types = [type_id for id_, _version, type_id in library.LIBRARY.case_types() if id_ == mechanism]
    return f"{mechanism}.{types[0]}" if types else ""


def _told(row: Import, kind: str, by: Standing, **data: Any) -> None:
    said = {"mechanism": row.mechanism, "package": row.version, **data}
    append(subject("import", row.pk), [Fact(kind=kind, at=clock.now(), by=by, data=said)])

"""Ed25519: signing with the city's key, and who made a signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction

from gongzhi.city.exchange.models import ExchangeKey, TrustedCity
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms import packages
from gongzhi.engine.mechanisms.errors import BadSignature
from gongzhi.engine.mechanisms.packages import Package, Signature

#: unsigned: nobody's; unknown: whole, but nobody here trusts the key
Trust = Literal["own", "trusted", "revoked", "unknown", "unsigned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a package, as far as this city knows."""

    standing: Trust
    #: as this city knows them; of an unknown one what the package says of itself
    name: str
    fingerprint: str = ""
    reason: str = ""


def current(by: Standing) -> ExchangeKey:
    """The key that signs, made on first use."""
    with transaction.atomic():
        return ExchangeKey.objects.filter(active=True).first() or _make(by)


def rotate(by: Standing) -> ExchangeKey:
    """Retire the key and make another one; other cities must compare its fingerprint anew."""
    with transaction.atomic():
        ExchangeKey.objects.filter(active=True).update(active=False)
        return _make(by)


def _make(by: Standing) -> ExchangeKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    row = ExchangeKey.objects.create(
        public=public.hex(),
        fingerprint=packages.fingerprint(public),
        private=private.private_bytes_raw().hex(),
    )
    fact = Fact(kind="exchange_key_made", at=row.made_at, by=by, data={"fingerprint": row.fingerprint})
    append(subject("exchange_key", row.pk), [fact])
    return row


def sign(signed: bytes, key: ExchangeKey) -> Signature:
    """The signature of package.json."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.private))
    return Signature(key=bytes.fromhex(key.public), signature=private.sign(signed))


def signer(package: Package) -> Signer:
    """Who signed it. Raises ``BadSignature`` where the signature is not that of the key beside it."""
    found = package.signature
    if found is None:
        return Signer(standing="unsigned", name=package.about.made_by.name)
    try:
        Ed25519PublicKey.from_public_bytes(found.key).verify(found.signature, package.signed)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature() from error
    return known(found.fingerprint, package.about.made_by.name)


def known(fingerprint: str, called: str) -> Signer:
    """What this city thinks of a key now; ``called``: the name that the package gives itself."""
    if not fingerprint:
        return Signer(standing="unsigned", name=called)
    if ExchangeKey.objects.filter(fingerprint=fingerprint).exists():
        return Signer(standing="own", name=called, fingerprint=fingerprint)
    row = TrustedCity.objects.filter(fingerprint=fingerprint).first()
    if row is None:
        return Signer(standing="unknown", name=called, fingerprint=fingerprint)
    if row.revoked_at is not None:
        return Signer(standing="revoked", name=row.name, fingerprint=fingerprint, reason=row.reason)
    return Signer(standing="trusted", name=row.name, fingerprint=fingerprint)

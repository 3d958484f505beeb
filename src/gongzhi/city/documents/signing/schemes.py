"""Which algorithms make a seal's signature, behind one interface.

RSA and ECDSA are here. **SM2 is not**: no maintained library of the kinds that this project may use writes SM2 into
PAdES (pyHanko does not know it, ``cryptography`` has no SM2 curve), and a home-made one would protect nobody. The SM3 digest
of a file is shown at its verification, because ``cryptography`` computes it. When a library comes, or a city has a signing server, it is
one more ``Scheme``.
"""

from __future__ import annotations

from typing import Final, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import CertificateStore, SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from gongzhi.city.documents.errors import SchemeMissing

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Scheme(Protocol):
    """What a signature algorithm must be able to do."""

    #: how settings name it
    name: str
    #: digest of the document: sha256 …
    digest: str

    def new_key(self) -> PrivateKey:
        """A fresh private key for a certificate of the city's own authority."""

    def signer(self, certificate: bytes, key: PrivateKey, chain: list[bytes]) -> Signer:
        """What signs PDFs: DER of the certificate, its key, and DER of the certificates above it."""


def store_of(chain: list[x509.Certificate]) -> CertificateStore:
    """Certificates as the signers and stampers want them."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(chain)
    return store


class KeySigner(Signer):
    """A signer for pyHanko with a key that is read once (its own reads, and tests, an RSA key for every signature)."""

    def __init__(self, certificate: x509.Certificate, key: PrivateKey, chain: list[x509.Certificate]) -> None:
        self.key = key
        super().__init__(signing_cert=certificate, cert_registry=store_of(chain))

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return sign(self.key, data, digest_algorithm)


def sign(key: PrivateKey, data: bytes, digest: str) -> bytes:
    """A raw signature: RSA with PKCS#1 v1.5, or ECDSA."""
    hashing = get_pyca_cryptography_hash(digest)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashing)
    return key.sign(data, ec.ECDSA(hashing))


class _Simple:
    """Keys in the database, signatures by ``cryptography``."""

    digest = "sha256"

    def signer(self, certificate: bytes, key: PrivateKey, chain: list[bytes]) -> Signer:
        return KeySigner(
            x509.Certificate.load(certificate), key, [x509.Certificate.load(each) for each in chain]
        )


class Rsa(_Simple):
    """RSA 3072 with SHA-256."""

    name = "rsa"

    def new_key(self) -> PrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)


class Ecdsa(_Simple):
    """ECDSA on P-256 with SHA-256."""

    name = "ecdsa"

    def new_key(self) -> PrivateKey:
        return ec.generate_private_key(ec.SECP256R1())


SCHEMES: Final[dict[str, Scheme]] = {"rsa": Rsa(), "ecdsa": Ecdsa()}


def scheme(name: str) -> Scheme:
    """A scheme by its name. Raises SchemeMissing, which says why SM2 can't be had."""
    if name not in SCHEMES:
        why = "没有维护中的开源库能在PDF里做SM2签章" if name == "sm2" else "没有这种算法"
        raise SchemeMissing(scheme=name.upper(), why=why, known="、".join(each.upper() for each in SCHEMES))
    return SCHEMES[name]


def scheme_of(key: PrivateKey) -> Scheme:
    """The scheme that a key belongs to."""
    return SCHEMES["rsa" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"]


def key_pem(key: PrivateKey) -> str:
    """A private key as PKCS#8 PEM, to be sealed in a column."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def read_key(pem: str) -> PrivateKey:
    """The private key of a PEM; ValueError when it is none, or of a kind that signs no papers."""
    # what comes out of a sealed column was checked when it went in; checking an RSA key anew takes a tenth of a second
    key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("neither RSA nor ECDSA")
    return key

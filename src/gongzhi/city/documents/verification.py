"""Is this file a paper of ours, unchanged, and does it still stand? For everybody, without a login.

The answer rests on two legs: the file's own signature (pyHanko's validator, so that another city's tools agree) and our
record of what was sealed (its hash, so that even a byte outside the signature can't be changed unnoticed).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes

from gongzhi.city.documents import certificates
from gongzhi.city.documents.errors import NotAPdf
from gongzhi.city.documents.models import SealCertificate, SealedPaper
from gongzhi.city.documents.signing.checking import Proof, prove
from gongzhi.city.kernel import clock
from gongzhi.engine.instants import SHANGHAI

#: largest file that is looked at
MOST_BYTES = 10 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a file."""

    #: valid, altered, withdrawn, replaced, expired, early, untrusted (signed with a certificate that was not in force), foreign
    result: str
    paper: SealedPaper | None
    proof: Proof
    sha256: str
    #: GB/T 32905 digest of the same bytes
    sm3: str


def verify(data: bytes, *, at: datetime | None = None) -> Verdict:
    """Look at a PDF file. Raises NotAPdf for what is none or too large; whatever else is in it only changes the verdict."""
    at = at or clock.now()
    if len(data) > MOST_BYTES:
        raise NotAPdf(why=f"超过{MOST_BYTES // 2**20}MB")
    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise NotAPdf(why="不是PDF")
    sha256 = hashlib.sha256(data).hexdigest()
    proof = prove(data, certificates.roots())
    rows = SealedPaper.objects.select_related("office", "certificate", "replaced_by").defer(
        "certificate__key"
    )
    same = rows.filter(sha256=sha256).first()
    named = same or (rows.filter(code=proof.code).first() if proof.code else None)
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(data)
    return Verdict(
        result=_result(same, named, proof, at),
        paper=named,
        proof=proof,
        sha256=sha256,
        sm3=sm3.finalize().hex(),
    )


def _result(same: SealedPaper | None, named: SealedPaper | None, proof: Proof, at: datetime) -> str:
    if same is None:
        ours = named is not None or _is_ours(proof.fingerprint)
        return "altered" if ours else "foreign"
    if not (proof.signed and proof.intact and proof.trusted):
        return "altered"
    if not in_force(same.certificate, same.signed_at):
        return "untrusted"
    return same.standing(at.astimezone(SHANGHAI).date())


def in_force(certificate: SealCertificate, signed_at: datetime) -> bool:
    """Whether a certificate held when it signed: what was sealed before a revocation stays sealed."""
    if not certificate.not_before <= signed_at <= certificate.not_after:
        return False
    ended = certificate.status == SealCertificate.Status.REVOKED and certificate.status_at
    return not ended or signed_at < ended


def _is_ours(fingerprint: str) -> bool:
    return bool(fingerprint) and SealCertificate.objects.filter(fingerprint=fingerprint).exists()

"""What a sealed PDF proves by itself, by pyHanko's validator: whole or changed, signed by whom, when."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

# PDF writers may escape the address's punctuation as octal numbers
_CODE = re.compile(rb"(?:/|\\057)verify(?:/|\\057)([0-9A-Z]{16})(?:/|\\057)")
#: what foreign bytes make a reader of PDFs and certificates stumble over
Broken = (
    PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    OverflowError, RecursionError, ArithmeticError, NotImplementedError, AssertionError, OSError,
)  # fmt: skip
for _name in ("pyhanko.sign.validation", "pyhanko.sign.diff_analysis"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the file itself says."""

    #: it can be read and carries a signature
    signed: bool = False
    #: not a byte changed below the signature, and nothing was added that a seal does not allow
    intact: bool = False
    #: by a certificate that the given roots vouch for
    trusted: bool = False
    #: SHA-256 of the signer's certificate
    fingerprint: str = ""
    #: by the time stamp, else by the signer's clock
    signed_at: datetime | None = None
    #: the verification code that stands in it, readable even when the rest is broken
    code: str = ""
    #: the digest algorithm of the signature
    digest: str = ""


def prove(pdf: bytes, roots: Sequence[bytes]) -> Proof:
    """Look into a PDF: its bytes and trusted certificates (DER) in; never raises for what is in the file."""
    match = _CODE.search(pdf)
    code = match[1].decode() if match else ""
    try:
        return _prove(pdf, roots, code)
    except Broken:
        return Proof(code=code)


def _prove(pdf: bytes, roots: Sequence[bytes], code: str) -> Proof:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    signatures = list(reader.embedded_regular_signatures)
    if not signatures:
        return Proof(code=code)
    signature = signatures[0]
    at = _stamped_at(signature)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots], allow_fetching=False, moment=at
    )
    status = validate_pdf_signature(signature, context, context)
    covered = status.coverage in (
        SignatureCoverageLevel.ENTIRE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION,
    )
    stamped = status.timestamp_validity is None or (
        status.timestamp_validity.intact and status.timestamp_validity.valid
    )
    return Proof(
        signed=True,
        intact=bool(status.intact and status.valid and stamped and covered and status.docmdp_ok is not False),
        trusted=bool(status.trusted),
        fingerprint=status.signing_cert.sha256.hex(),
        signed_at=at or status.signer_reported_dt,
        code=code,
        digest=status.md_algorithm,
    )


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """The instant of the time stamp; it is believed only when the stamp itself proves valid."""
    tokens = [
        each["values"][0]
        for each in signature.signer_info["unsigned_attrs"]
        if each["type"].native == "signature_time_stamp_token"
    ]
    if not tokens:
        return signature.self_reported_timestamp
    time: datetime = tokens[0]["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return time

"""Seals on PDFs as ETSI EN 319 142-1 (PAdES) wants them: level B-LT with the city's own authority (its revocation list is
embedded), B-T with an imported certificate."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from gongzhi.city.documents.errors import TimestampFailed

#: diameter of a seal and height and width of A4, in points
SEAL, HEIGHT, WIDTH, EDGE = 119.06, 841.89, 595.28, 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What one seal puts on a paper."""

    #: the seal as a PDF page with a transparent ground
    picture: bytes
    #: 1-based page and, from its top left corner in points, the point over which the seal stands
    anchor: tuple[int, float, float]
    #: who seals
    office: str
    #: address of the verification page: stands readable in the file, so that even a damaged one can be told
    address: str
    reason: str


class _Signer(PdfSigner):
    """Signs at the time that it is told, so that a demonstration can play history."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def seal(
    pdf: bytes,
    stamp: Stamp,
    signer: Signer,
    *,
    digest: str,
    stamper: TimeStamper,
    at: datetime,
    roots: Sequence[bytes] = (),
    lists: Sequence[bytes] = (),
) -> bytes:
    """The paper with the visible seal, signature and time stamp. With ``roots`` (DER) and ``lists`` (DER of revocation
    lists) everything that proves it later is embedded (B-LT). Raises TimestampFailed."""
    context = None
    if roots:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(root) for root in roots],
            crls=list(lists),
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=at,
        )
    metadata = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm=digest,
        name=stamp.office,
        reason=stamp.reason,
        contact_info=stamp.address,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=context is not None,
        validation_context=context,
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as picture:
        picture.write(stamp.picture)
        picture.flush()
        own = _Signer(
            metadata,
            signer,
            timestamper=stamper,
            stamp_style=StaticStampStyle.from_pdf_file(picture.name, border_width=0, background_layout=_FILL),
            new_field_spec=SigFieldSpec("Seal", on_page=stamp.anchor[0] - 1, box=_box(stamp.anchor)),
        )
        own.at = at
        out = io.BytesIO()
        try:
            own.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
        except (TimestampRequestError, OSError) as error:
            raise TimestampFailed(why=str(error)[:200]) from error
    return out.getvalue()


# it warns of what is meant here: revocation lists are handed in, nothing is fetched
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID,
    y_align=AxisAlignment.ALIGN_MID,
    margins=Margins(0, 0, 0, 0),
    inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)


def _box(anchor: tuple[int, float, float]) -> tuple[int, int, int, int]:
    """The seal's square around a point, kept on the paper; PDF counts from below."""
    _page, x, down = anchor
    half = SEAL / 2
    x = min(max(x, EDGE + half), WIDTH - EDGE - half)
    # a little above the line: the seal covers office and date, and leaves the date to be read
    y = min(max(HEIGHT - down + half * 0.15, EDGE + half), HEIGHT - EDGE - half)
    return round(x - half), round(y - half), round(x + half), round(y + half)

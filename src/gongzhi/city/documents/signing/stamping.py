"""Time stamps: the city's own by default, an RFC 3161 authority by setting. Either is a pyHanko ``TimeStamper``."""

from __future__ import annotations

from datetime import datetime

from asn1crypto import cms, core, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import as_signing_certificate
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from gongzhi.city.documents.signing.schemes import PrivateKey, sign, store_of


class OwnStamper(DummyTimeStamper):
    """Stamps made here, with the city's clock and an RSA key that is read once.

    It proves no more than that this city says so; a licensed authority's stamp (``GONGZHI_TSA_URL``) proves the time to others.
    """

    def __init__(self, certificate: bytes, key: PrivateKey, chain: list[bytes], at: datetime) -> None:
        self.key = key
        super().__init__(
            tsa_cert=x509.Certificate.load(certificate),
            tsa_key=None,
            certs_to_embed=store_of([x509.Certificate.load(each) for each in chain]),
            fixed_dt=at,
        )

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        digest = hashes.Hash(get_pyca_cryptography_hash(md_algorithm))
        digest.update(tst_info_data)
        said = {
            "content_type": "tst_info",
            "signing_time": cms.Time({"utc_time": core.UTCTime(dt)}),
            "signing_certificate": as_signing_certificate(self.tsa_cert),
            "message_digest": digest.finalize(),
        }
        attributes = cms.CMSAttributes(
            [cms.CMSAttribute({"type": name, "values": (value,)}) for name, value in said.items()]
        )
        return sign(self.key, attributes.dump(), md_algorithm), attributes


def remote_stamper(url: str) -> TimeStamper:
    """Stamps of an RFC 3161 authority."""
    return HTTPTimeStamper(url, timeout=10)

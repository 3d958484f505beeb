"""A small mechanism of another city, and packages that its key signed."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gongzhi.engine.mechanisms import load, packages
from gongzhi.engine.mechanisms.packages import Ancestor, Maker, Need, Proof, Signature
from tests.engine.mechanisms.test_adapting import CASE, TABLE, folder

EZHOU = Maker(name="鄂州市", code="420700000000")
HUANGSHI = Maker(name="黄石市", code="420200000000")
#: the key of 鄂州, and that of somebody who says so
KEY = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
FALSE_KEY = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()

EFFECT = {
    "figures": [{"title": "平均修好天数", "value": -1.4, "low": -2.1, "high": -0.7, "n": 412, "unit": "天"}],
    "places": ["梁子湖区", "华容区"],
    "period": "2026-03-01 至 2026-08-31",
    "verdict": "effect",
}
NO_EFFECT = {
    **EFFECT,
    "figures": [{"title": "满意率", "value": 0.3, "low": -1.2, "high": 1.8, "n": 398}],
    "verdict": "no_effect",
}


def version(number: str, **changed: str) -> dict[str, bytes]:
    """The folder as 鄂州's version of this number."""
    files = folder(**changed)
    files["mechanism.yaml"] = re.sub(rb"version: .*", f"version: {number}".encode(), files["mechanism.yaml"])
    files["CHANGELOG.md"] = f"# 更新记录\n\n## {number}\n\n- 见包\n".encode()
    return files


def package(
    files: dict[str, bytes] | None = None,
    *,
    key: Ed25519PrivateKey | None = KEY,
    needs: tuple[Need, ...] = (),
    city: Maker = EZHOU,
) -> bytes:
    """Signed by ``key``; unsigned where there is none."""
    mechanism = load(files or version("1.1.0"))
    old = Ancestor(
        version="1.0.0", digest="0" * 64, city=Maker(name="大冶市", code="420281000000"), on="2025-02-03"
    )
    proofs = (
        Proof(version="1.1.0", kind="pilot", title="两区试点", at="2026-09-02", city=city, data=EFFECT),
        Proof(version="1.1.0", kind="pilot", title="满意率", at="2026-09-02", city=city, data=NO_EFFECT),
    )
    said = packages.about(
        mechanism, made_by=city, made_at="2026-09-10", lineage=(old,), evidence=proofs, needs=needs
    )
    signed = packages.spoken(said)
    signature = (
        Signature(key=key.public_key().public_bytes_raw(), signature=key.sign(signed)) if key else None
    )
    return packages.write(signed, signature, mechanism.files)


__all__ = ["CASE", "EZHOU", "FALSE_KEY", "HUANGSHI", "KEY", "PUBLIC", "TABLE", "package", "version"]

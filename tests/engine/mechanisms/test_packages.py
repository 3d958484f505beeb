"""Packages: the same content is the same bytes, and every kind of damage has its own words."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import load, packages
from gongzhi.engine.mechanisms.packages import Ancestor, Maker, Proof, Signature
from tests.engine.mechanisms.test_adapting import folder

DAYE = Maker(name="大冶市", code="420281000000")
SIGNATURE = Signature(key=b"k" * 32, signature=b"s" * 64)


def package(**more: object) -> bytes:
    mechanism = load(folder())
    old = Ancestor(version="1.0.0", digest="0" * 64, city=DAYE, on="2024-01-02")
    proof = Proof(version="1.1.0", kind="pilot", title="四镇试点", at="2026-01-02", city=DAYE, data={"n": 40})
    said = packages.about(mechanism, made_by=DAYE, made_at="2026-11-22", lineage=(old,), evidence=(proof,))
    return packages.write(packages.spoken(said), SIGNATURE, mechanism.files)


def rebuilt(content: bytes, **changed: bytes | None) -> bytes:
    """The archive with files replaced, added, or (None) taken out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        kept = {name: old.read(name) for name in old.namelist()}
        for name, data in {**kept, **changed}.items():
            if data is not None:
                new.writestr(name, data)
    return buffer.getvalue()


def about(content: bytes, **changed: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = json.loads(archive.read("package.json"))
    return rebuilt(content, **{"package.json": json.dumps({**said, **changed}).encode()})


def test_it_reads_what_it_wrote() -> None:
    found = packages.read(package())
    assert dict(found.files) == folder()
    assert (found.about.id, found.about.version, found.about.scenarios) == ("lamp", "1.1.0", 2)
    assert found.about.adapt == ("limits", "calling", "who_calls")
    assert found.about.evidence[0].data == {"n": 40}
    assert found.signature == SIGNATURE and packages.spoken(found.about) == found.signed


def test_the_same_content_is_the_same_bytes() -> None:
    assert package() == package()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "M005"),
        (b"PK\x03\x04 not really", "M005"),
        (rebuilt(package(), **{"mechanism/tables/limits.csv": b"F,a\n1,-\n"}), "EX002"),
        (rebuilt(package(), **{"mechanism/tables/limits.csv": None}), "EX002"),
        (rebuilt(package(), **{"mechanism/tables/more.csv": b"F,a\n1,-\n"}), "EX002"),
        (rebuilt(package(), **{"evil.sh": b"rm"}), "EX002"),
        (about(package(), digest="1" * 64), "EX002"),
        (about(package(), format=0), "EX005"),
        (about(package(), format=2), "EX005"),
        (about(package(), format="1"), "EX001"),
        (about(package(), evidence="many"), "EX001"),
        (about(package(), version="newest"), "EX001"),
        (about(package(), needs=[{"id": "townships", "version": "two"}]), "EX001"),
        (rebuilt(package(), **{"package.json": b"[" * 100_000}), "EX001"),
        (rebuilt(package(), **{"package.json": None}), "EX001"),
        (rebuilt(package(), **{"signature.json": b"{}"}), "EX001"),
        (rebuilt(package(), **{"signature.json": b'{"algorithm":"RSA","key":"' + b"00" * 32 + b'","signature":"' + b"00" * 64 + b'"}'}), "EX001"),
        (rebuilt(package(), **{"mechanism/../../etc/passwd": b"x"}), "M005"),
        (rebuilt(package(), **{"/etc/passwd": b"x"}), "M005"),
        (rebuilt(package(), **{"mechanism\\..\\x": b"x"}), "M005"),
        (rebuilt(package(), **{"mechanism/README.md": b"0" * 5_000_000}), "M005"),
        (rebuilt(package(), **{f"mechanism/{n}.md": b"" for n in range(1100)}), "M005"),
    ],
)  # fmt: skip
def test_every_damage_has_its_own_words(content: bytes, code: str) -> None:
    with pytest.raises(GongzhiError) as caught:
        packages.read(content)
    assert caught.value.code == code


def test_an_unsigned_one_may_be_read_but_says_so() -> None:
    found = packages.read(rebuilt(package(), **{"signature.json": None}))
    with pytest.raises(GongzhiError) as caught:
        packages.signature_of(found)
    assert caught.value.code == "EX003"


def test_a_fingerprint_is_read_out_in_groups_of_four() -> None:
    assert SIGNATURE.fingerprint == packages.fingerprint(b"k" * 32)
    assert packages.spaced("abcdef0123") == "abcd ef01 23"

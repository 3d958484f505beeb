"""Sealing: who may, what proves it, what goes wrong and is not lost."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from gongzhi.city.documents import actions, certificates, checks, queries, store
from gongzhi.city.documents.errors import (
    BadCertificate,
    CertificateState,
    NotBlue,
    NotTheSameContent,
    PaperWithdrawn,
    SchemeMissing,
    SealExpired,
    SealKeyMissing,
    SealRevoked,
    SealSuspended,
    TimestampFailed,
)
from gongzhi.city.documents.models import SealCertificate, SealedPaper
from gongzhi.city.documents.signing import authority
from gongzhi.city.documents.signing.checking import prove
from gongzhi.city.documents.signing.schemes import SCHEMES, scheme
from gongzhi.city.documents.tests.cast import BODY, MONDAY, Cast, wanted
from gongzhi.city.documents.verification import verify
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM

pytestmark = pytest.mark.usefixtures("monday")


def covered(pdf: bytes) -> list[int]:
    """Positions that the signature covers, by the file's own /ByteRange."""
    start = pdf.index(b"/ByteRange [") + 12
    a, b, c, d = map(int, pdf[start : pdf.index(b"]", start)].split())
    return [*range(a, a + b), *range(c, c + d)]


def test_it_seals_a_paper_that_verifies(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    data = queries.file_of(paper)
    verdict = verify(data)
    assert (verdict.result, verdict.paper) == ("valid", paper)
    assert verdict.proof.trusted and verdict.proof.signed_at == MONDAY and verdict.proof.code == paper.code
    assert paper.holder == "王**" and len(verdict.sm3) == 64
    assert Entry.objects.filter(subject=f"sealed_paper:{paper.pk}", kind="sealed").exists()


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_it_convinces_an_independent_tool_until_a_byte_changes(cast: Cast, tmp_path: Any) -> None:
    data = queries.file_of(actions.seal_paper(cast.zhou, wanted()))
    place = tmp_path / "paper.pdf"

    def said() -> str:
        return subprocess.run(["pdfsig", str(place)], capture_output=True, text=True, check=False).stdout

    place.write_bytes(data)
    assert "Signature is Valid" in said() and "ETSI.CAdES.detached" in said()
    place.write_bytes(data.replace(b"/Info", b"/Infp", 1))
    assert "Signature is Valid" not in said()


def test_it_notices_every_changed_byte(cast: Cast) -> None:
    data = queries.file_of(actions.seal_paper(cast.zhou, wanted()))
    draw = random.Random(7)
    for place in [0, 1, len(data) - 1, *draw.sample(range(len(data)), 25)]:
        changed = bytearray(data)
        changed[place] ^= 1
        if changed.startswith(b"%PDF-"):
            assert verify(bytes(changed)).result in ("altered", "foreign"), place
    # pyHanko alone, without our record, for what the signature covers
    for place in draw.sample(covered(data), 25):
        changed = bytearray(data)
        changed[place] ^= 1
        proof = prove(bytes(changed), certificates.roots())
        assert not (proof.intact and proof.trusted), place


def test_it_notices_what_is_appended(cast: Cast) -> None:
    data = queries.file_of(actions.seal_paper(cast.zhou, wanted()))
    assert verify(data + b"\n% a word more\n").result == "altered"


def test_it_embeds_what_proves_it_later(cast: Cast) -> None:
    data = queries.file_of(actions.seal_paper(cast.zhou, wanted()))
    assert b"/DSS" in data and b"/CRLs" in data  # PAdES B-LT


def test_it_makes_an_office_one_seal_and_keeps_its_key_sealed(cast: Cast) -> None:
    actions.seal_paper(cast.zhou, wanted())
    actions.seal_paper(cast.zhou, wanted())
    assert SealCertificate.objects.filter(office=cast.cgj).count() == 1
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM documents_sealcertificate")
        assert all("PRIVATE" not in row[0] and row[0].startswith("k1:") for row in cursor.fetchall())


def test_it_seals_a_source_once(cast: Cast) -> None:
    first = actions.seal_paper(cast.zhou, wanted(source="paper:1"))
    assert actions.seal_paper(cast.zhou, wanted(source="paper:1")) == first
    assert actions.seal_paper(cast.zhou, wanted(source="paper:2")) != first


def test_it_lets_only_the_office_seal_withdraw_and_manage(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.seal_paper(cast.he, wanted())
    paper = actions.seal_paper(cast.zhou, wanted())
    with pytest.raises(NotAllowed):
        actions.withdraw_paper(cast.he, paper, "看错")
    with pytest.raises(NotAllowed):
        actions.suspend_certificate(cast.qian, paper.certificate, "丢失")
    assert list(queries.sealed_by_office(cast.he)) == [] and list(queries.sealed_by_office(cast.qian)) == [
        paper
    ]


def test_it_waits_for_a_certificate_where_none_may_be_made(cast: Cast, settings: Any) -> None:
    settings.GONGZHI_LOCAL_CA = False
    with pytest.raises(SealKeyMissing):
        actions.seal_paper(cast.zhou, wanted())
    assert not SealedPaper.objects.exists()


def test_it_waits_for_a_key_that_is_gone_or_shut(cast: Cast, settings: Any) -> None:
    row = actions.seal_paper(cast.zhou, wanted()).certificate
    kept = settings.GONGZHI_FIELD_KEYS
    settings.GONGZHI_FIELD_KEYS = kept.replace("k1:", "k9:")
    with pytest.raises(SealKeyMissing, match="私钥打不开"):
        actions.seal_paper(cast.zhou, wanted())
    settings.GONGZHI_FIELD_KEYS = kept
    SealCertificate.objects.filter(pk=row.pk).update(key="")
    with pytest.raises(SealKeyMissing, match="没有私钥"):
        actions.seal_paper(cast.zhou, wanted())
    actions.renew_certificate(cast.admin, row)
    assert actions.seal_paper(cast.zhou, wanted()).certificate != row


def test_it_waits_for_a_seal_that_is_suspended_or_revoked(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    row = paper.certificate
    actions.suspend_certificate(cast.admin, row, "换人")
    with pytest.raises(SealSuspended, match="换人"):
        actions.seal_paper(cast.zhou, wanted())
    with pytest.raises(CertificateState):
        actions.suspend_certificate(cast.admin, row, "再停")
    actions.resume_certificate(cast.admin, row)
    assert actions.seal_paper(cast.zhou, wanted())
    actions.revoke_certificate(cast.admin, row, "私钥泄露", at=MONDAY + timedelta(hours=1))
    with pytest.raises(SealRevoked):
        actions.seal_paper(cast.zhou, wanted())
    assert verify(queries.file_of(paper)).result == "valid"  # sealed before the revocation
    SealCertificate.objects.filter(pk=row.pk).update(status_at=MONDAY - timedelta(hours=1))
    assert verify(queries.file_of(paper)).result == "untrusted"


@pytest.mark.parametrize(("off", "works"), [(-1, True), (0, True), (1, False)])
def test_it_seals_up_to_the_last_second_of_its_certificate(cast: Cast, off: int, works: bool) -> None:
    row = actions.seal_paper(cast.zhou, wanted()).certificate
    at = row.not_after + timedelta(seconds=off)
    if works:
        assert actions.seal_paper(cast.zhou, wanted(), at=at)
        return
    with pytest.raises(SealExpired):
        actions.seal_paper(cast.zhou, wanted(), at=at)


def test_it_says_plainly_that_there_is_no_sm2() -> None:
    with pytest.raises(SchemeMissing, match="SM2"):
        scheme("sm2")


def test_it_seals_with_an_elliptic_curve(cast: Cast, settings: Any) -> None:
    settings.GONGZHI_SEAL_SCHEME = "ecdsa"
    paper = actions.seal_paper(cast.zhou, wanted())
    assert isinstance(certificates.key_of(paper.certificate), ec.EllipticCurvePrivateKey)
    assert verify(queries.file_of(paper)).result == "valid"


def p12(name: str, password: bytes = b"secret", **changes: Any) -> bytes:
    root_key, key = SCHEMES["rsa"].new_key(), SCHEMES["ecdsa"].new_key()
    at = changes.get("at", MONDAY)
    root = authority.Authority(certificate=authority.make_root("某某数字证书", root_key, at), key=root_key)
    made = authority.issue(root, name, name, key, at)
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, made, [root.certificate], serialization.BestAvailableEncryption(password)
    )


def test_it_seals_with_an_imported_certificate(cast: Cast) -> None:
    first = actions.seal_paper(cast.zhou, wanted())
    row = actions.import_certificate(cast.admin, cast.cgj, p12("大冶市城市管理执法局"), "secret")
    paper = actions.seal_paper(cast.zhou, wanted())
    assert paper.certificate == row and not row.local
    assert verify(queries.file_of(paper)).result == "valid"
    assert verify(queries.file_of(first)).result == "valid"
    first.certificate.refresh_from_db()
    assert (first.certificate.status, first.certificate.replaced_by) == ("replaced", row)


@pytest.mark.parametrize(
    ("data", "password", "why"),
    [(b"no file", "secret", "读不出来"), (None, "wrong", "读不出来"), (b"old", "secret", "不在有效期")],
)
def test_it_refuses_a_certificate_that_is_none(
    cast: Cast, data: bytes | None, password: str, why: str
) -> None:
    given = p12("城管局", at=MONDAY - timedelta(days=4000)) if data == b"old" else data or p12("城管局")
    with pytest.raises(BadCertificate, match=why):
        actions.import_certificate(cast.admin, cast.cgj, given, password)
    assert not SealCertificate.objects.filter(local=False).exists()


def test_it_turns_blue_into_red_only_for_the_same_content(cast: Cast) -> None:
    blue = actions.seal_paper(cast.zhou, wanted(ink="blue"))
    with pytest.raises(NotTheSameContent):
        actions.turn_formal(cast.zhou, blue, wanted(body=BODY.replace("第三条", "第四条")))
    red = actions.turn_formal(cast.zhou, blue, wanted(body=BODY.replace("〔2026〕1号", "〔2026〕2号")))
    assert red.ink == "red" and red.content_sha256 == blue.content_sha256
    assert verify(queries.file_of(blue)).result == "replaced"
    with pytest.raises(PaperWithdrawn):
        actions.turn_formal(cast.zhou, SealedPaper.objects.get(pk=blue.pk), wanted())
    with pytest.raises(NotBlue):
        actions.turn_formal(cast.zhou, red, wanted())


def test_it_has_a_blue_seal_of_its_own(cast: Cast) -> None:
    blue = actions.seal_paper(cast.zhou, wanted(ink="blue"))
    red = actions.seal_paper(cast.zhou, wanted())
    assert blue.certificate != red.certificate and "模拟审批专用章" in blue.certificate.subject


def test_it_withdraws_once_and_for_a_reason(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    actions.withdraw_paper(cast.qian, paper, "适用依据有误")
    assert verify(queries.file_of(paper)).result == "withdrawn"
    with pytest.raises(PaperWithdrawn):
        actions.withdraw_paper(cast.qian, paper, "再撤")


def test_it_keeps_nothing_without_a_time_stamp(cast: Cast, settings: Any) -> None:
    settings.GONGZHI_TSA_URL = "http://127.0.0.1:9/"
    with pytest.raises(TimestampFailed):
        actions.seal_paper(cast.zhou, wanted())
    assert not SealedPaper.objects.exists()


@pytest.mark.parametrize(
    ("days", "after", "result"),
    [(1, 0, "valid"), (1, 1, "expired"), (90, 89, "valid"), (90, 90, "expired"), (0, 4000, "valid")],
)
def test_it_is_valid_to_its_last_day(cast: Cast, days: int, after: int, result: str) -> None:
    paper = actions.seal_paper(cast.zhou, wanted(valid_days=days))
    assert verify(queries.file_of(paper), at=MONDAY + timedelta(days=after)).result == result


def test_it_does_not_know_a_stranger(cast: Cast) -> None:
    data = queries.file_of(actions.seal_paper(cast.zhou, wanted()))
    SealedPaper.objects.all().delete()
    SealCertificate.objects.all().delete()
    assert verify(data).result == "foreign"
    assert verify(b"%PDF-1.7\nnothing").result == "foreign"


def test_it_tells_the_doctor_what_is_wrong(cast: Cast) -> None:
    paper = actions.seal_paper(cast.zhou, wanted())
    assert (
        checks.check_files(False).ok and checks.check_certificates(False).ok and checks.check_fonts(False).ok
    )
    place = store.path_of(paper.sha256)
    data = place.read_bytes()
    place.write_bytes(data[:-1])
    assert not checks.check_files(True).ok
    place.unlink()
    assert not checks.check_files(False).ok
    SealCertificate.objects.filter(pk=paper.certificate_id).update(not_after=MONDAY + timedelta(days=29))
    assert not checks.check_certificates(False).ok


def test_it_numbers_papers_without_a_gap(cast: Cast) -> None:
    from django.db import transaction

    with transaction.atomic():
        assert actions.next_number("cgj", "补正〔{yyyy}〕{seq}号", MONDAY) == "补正〔2026〕1号"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.next_number("cgj", "补正〔{yyyy}〕{seq}号", MONDAY)
        raise ZeroDivisionError
    with transaction.atomic():
        assert actions.next_number("cgj", "补正〔{yyyy}〕{seq}号", MONDAY) == "补正〔2026〕2号"
        assert actions.next_number("jyj", "补正〔{yyyy}〕{seq}号", MONDAY) == "补正〔2026〕1号"
        assert (
            actions.next_number("cgj", "补正〔{yyyy}〕{seq}号", MONDAY + timedelta(days=90))
            == "补正〔2027〕1号"
        )


def test_it_works_for_the_system(cast: Cast) -> None:
    assert actions.seal_paper(SYSTEM, wanted()).sealed_by == SYSTEM.person

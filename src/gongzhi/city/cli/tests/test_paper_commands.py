"""Seals and verification from the command line."""

from __future__ import annotations

import io

import pytest

from gongzhi.city.cli.main import main
from gongzhi.city.documents import actions, queries
from gongzhi.city.documents.models import SealCertificate
from gongzhi.city.documents.tests.cast import build_town, wanted
from gongzhi.city.documents.tests.test_seals import p12
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(monkeypatch):
    from gongzhi.city.documents.signing import schemes
    from gongzhi.city.documents.tests.cast import few_keys

    keys = [next(few_keys()) for _ in range(6)]
    monkeypatch.setattr(schemes.Rsa, "new_key", lambda self: keys.append(keys.pop(0)) or keys[-1])
    return build_town()


def test_it_verifies_files(tmp_path, capsys):
    paper = actions.seal_paper(SYSTEM, wanted())
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(queries.file_of(paper))
    bad.write_bytes(good.read_bytes().replace(b"/Info", b"/Infp", 1))
    assert main(["verify", str(good)]) == 0
    said = capsys.readouterr().out
    assert "good.pdf: 有效" in said and "王**" in said and "SM3" in said
    assert main(["verify", str(good), str(bad)]) == 1
    assert "bad.pdf: 被改动" in capsys.readouterr().out
    (tmp_path / "no.pdf").write_bytes(b"no")
    assert main(["verify", str(tmp_path / "no.pdf")]) == 1
    assert "U051" in capsys.readouterr().err


def test_it_manages_seals(tmp_path, capsys, monkeypatch):
    assert main(["seals", "issue", "cgj"]) == 0
    row = SealCertificate.objects.get(kind="seal")
    assert main(["seals", "suspend", str(row.pk), "--reason", "换人"]) == 0
    assert main(["seals", "suspend", str(row.pk)]) == 1
    assert "U042" in capsys.readouterr().err
    assert main(["seals", "resume", str(row.pk)]) == 0
    assert main(["seals", "renew", str(row.pk)]) == 0
    (tmp_path / "seal.p12").write_bytes(p12("大冶市城市管理执法局", at=clock.now()))
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    assert main(["seals", "import", "cgj", str(tmp_path / "seal.p12")]) == 0
    assert main(["seals", "issue", "cgj", "--blue"]) == 0
    capsys.readouterr()
    assert main(["seals", "list"]) == 0
    said = capsys.readouterr().out
    assert said.count("大冶市城市管理执法局") >= 4 and "已换发" in said and "蓝章" in said
    assert main(["seals", "revoke", "999999"]) == 1
    assert main(["seals", "issue", "nobody"]) == 1
    assert main(["seals", "retry"]) == 0
    assert "补盖了 0 份" in capsys.readouterr().out

"""The commands on a city: what they change, print and refuse."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.cli.importing import mapping_of
from gongzhi.city.cli.main import main
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Post


@pytest.fixture(autouse=True)
def fresh_library():
    """What other tests installed is taken back with their transaction; nothing of it may be remembered."""
    LIBRARY.clear()
    yield
    LIBRARY.clear()


@pytest.fixture
def city(db, capsys):
    """A county, a centre and a department; the shipped mechanism."""
    from bench.settle import settle
    from gongzhi.city.cases import numbering, world

    world.forget()
    numbering.forget()
    settle()
    assert main(["install", "daye_minqing"]) == 0
    capsys.readouterr()


def appeals(path: Path, count: int) -> str:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["编号", "主题", "正文在此", "地点"])
        out.writerows([f"r{n}", f"第{n}件", "路灯坏了三天没人修。", "村口"] for n in range(count))
    return str(path)


def test_it_installs_and_changes_nothing_the_second_time(city, capsys):
    assert main(["install", "daye_minqing", "--dry-run"]) == 0
    assert main(["install", "daye_minqing"]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_it_installs_what_it_packed_and_refuses_another_content_of_the_same_version(db, tmp_path, capsys):
    assert main(["new", "lamps", "--in", str(tmp_path)]) == 0
    folder = tmp_path / "lamps"
    assert main(["pack", str(folder), "-o", str(tmp_path / "lamps.zip")]) == 0
    assert main(["install", str(tmp_path / "lamps.zip")]) == 0
    (folder / "README.md").write_text("# 改了\n")
    assert main(["install", str(folder)]) == 1
    assert "B003" in capsys.readouterr().err


def test_it_upgrades_only_when_told_and_goes_back(db, tmp_path, capsys):
    assert main(["new", "lamps", "--in", str(tmp_path)]) == 0
    folder = tmp_path / "lamps"
    assert main(["upgrade", str(folder), "--yes"]) == 1
    assert main(["install", str(folder)]) == 0
    for name in ("mechanism.yaml", "CHANGELOG.md"):
        path = folder / name
        path.write_text(path.read_text().replace("0.1.0", "0.2.0", 1))
    assert main(["upgrade", str(folder)]) == 1
    assert main(["upgrade", str(folder), "--yes"]) == 0
    assert "0.1.0 → 0.2.0" in capsys.readouterr().out
    assert main(["upgrade", "lamps", "--to", "0.1.0"]) == 0
    assert main(["export", "mechanism", "lamps", "-o", str(tmp_path / "out.zip")]) == 0
    assert "version: 0.1.0" in zipfile.ZipFile(tmp_path / "out.zip").read("lamps/mechanism.yaml").decode()


def test_it_imports_once_however_often_it_is_told(city, tmp_path, capsys):
    words = [
        "import",
        "appeals",
        appeals(tmp_path / "a.csv", 5),
        "--mapping",
        "text=正文在此",
        "--no-clusters",
    ]
    assert main(words) == 0
    assert main(words) == 0
    assert "新收 0 件，已有 5 件" in capsys.readouterr().out
    assert Case.objects.count() == 5


def test_it_writes_refused_rows_beside_the_file(city, tmp_path, capsys):
    path = tmp_path / "a.csv"
    appeals(path, 2)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("r9,,,村口\n")
    assert main(["import", "appeals", str(path), "--mapping", "text=正文在此", "--no-clusters"]) == 1
    rows = list(csv.reader((tmp_path / "a-拒收.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 2
    assert rows[1][0] == "4"


# words, exit code, what is said
WRONG = [
    (["import", "appeals", "none.csv"], 1, "D301"),
    (["import", "dogs", "none.csv"], 2, "没有 'dogs'"),
    (["install", "none"], 1, "D301"),
    (["doctor", "--rebuild", "x"], 1, "D308"),
    (["train", "category", "none.csv"], 1, "D301"),
    (["account", "appoint", "nobody", "admin", "--office", "gov"], 1, "D308"),
    (["serve", "--port", "99999"], 1, "D308"),
    (["export"], 2, "缺少"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_it_refuses_in_a_sentence(db, words, code, said, capsys):
    assert main(words) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_it_needs_a_mechanism_to_import(db, tmp_path, capsys):
    assert main(["import", "appeals", appeals(tmp_path / "a.csv", 1)]) == 1
    assert "D306" in capsys.readouterr().err


def test_it_opens_an_account_and_appoints(city, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Kx9-lamp-Road-77\n"))
    assert main(["account", "create", "wang", "--name", "王芳"]) == 0
    assert main(["account", "appoint", "wang", "dispatcher", "--office", "centre", "--title", "派单员"]) == 0
    user = User.objects.get(username="wang")
    assert user.check_password("Kx9-lamp-Road-77")
    assert Post.objects.filter(user=user, role="dispatcher", office__code="centre").exists()
    assert main(["account", "list"]) == 0
    assert "wang\t王芳\tdispatcher@民情通中心" in capsys.readouterr().out
    assert main(["account", "close", "wang", "--reason", "调离"]) == 0
    assert not User.objects.get(username="wang").is_active


def test_it_refuses_a_weak_password_and_a_taken_name(city, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("123\n"))
    assert main(["account", "create", "wang", "--name", "王芳"]) == 1
    assert main(["account", "create", "officer", "--name", "王芳", "--no-password"]) == 1
    assert "officer" in capsys.readouterr().err


def test_it_exports_cases_and_the_record(city, tmp_path, capsys):
    assert main(["import", "appeals", appeals(tmp_path / "a.csv", 3), "--mapping", "text=正文在此"]) == 0
    assert main(["export", "cases", "-o", str(tmp_path / "cases.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "cases.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert sorted(row["标题"] for row in rows) == ["第0件", "第1件", "第2件"]
    assert main(["export", "journal", "-o", str(tmp_path / "journal.jsonl")]) == 0
    entries = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert sum(each["kind"] == "opened" for each in entries) == 3
    assert all(len(each["hash"]) == 64 for each in entries)


def test_it_says_ok_line_by_line_and_the_remedy_for_the_first_that_fails(city, tmp_path, capsys):
    assert main(["import", "appeals", appeals(tmp_path / "a.csv", 2), "--mapping", "text=正文在此"]) == 0
    capsys.readouterr()
    assert main(["doctor", "--full"]) == 0
    assert all(line.endswith(": OK") for line in capsys.readouterr().out.splitlines())
    case = Case.objects.first()
    assert case is not None
    Case.objects.filter(pk=case.pk).update(length=99)
    assert main(["doctor", "--full"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.endswith("FAILED") for line in lines) == 1
    assert f"doctor --rebuild {case.pk}" in lines[-1]
    assert main(["doctor", "--rebuild", str(case.pk)]) == 0
    assert main(["doctor", "--full"]) == 0


def test_it_has_nothing_to_migrate_and_does_what_is_due(db, capsys):
    assert main(["migrate", "--check"]) == 0
    assert main(["tick"]) == 0
    assert main(["work", "--once"]) == 0
    assert main(["rotate-keys"]) == 0
    assert "旧密钥可以撤下了" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "mapping"),
    [("", {}), ("text=正文", {"text": "正文"}), ("a=b, c=d=e", {"a": "b", "c": "d=e"})],
)
def test_it_reads_a_mapping(text, mapping):
    assert mapping_of(text) == mapping

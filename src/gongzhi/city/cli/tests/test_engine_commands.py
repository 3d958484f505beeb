"""The commands that need no database: what they print, how they refuse, and that they start without Django."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gongzhi.city.cli import folders
from gongzhi.city.cli.main import COMMANDS, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mechanism that was just begun."""
    assert main(["new", "paths", "--title", "修路", "--in", str(tmp_path)]) == 0
    return tmp_path / "paths"


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_it_checks_and_tests_what_it_began(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 0
    assert main(["test", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "paths: 通过" in out
    assert "paths: 4 of 4 scenarios passed" in out


def test_it_prints_every_problem_with_its_place_and_exits_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder / "cases" / "matter.yaml", "who: clerk @ county", "who: judge @ county")
    assert main(["check", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "cases/matter.yaml:" in out
    assert "judge" in out
    assert "paths: 不能用" in out


def test_it_prints_the_failed_scenario_and_exits_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder / "scenarios" / "matter.yaml", "{ended: done}", "{ended: failed}")
    assert main(["test", "--quiet", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "未过 scenarios/matter.yaml:" in out
    assert "3 of 4" in out


def test_it_finds_no_scenario_a_failure(folder: Path) -> None:
    assert main(["test", "-k", "没有这样的名字", str(folder)]) == 1


def test_it_checks_and_tests_the_shipped_mechanisms_by_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # every scenario of the house runs in tests/mechanisms; here it is enough to see which folders are taken
    some = [folder for folder in folders.shipped() if folder.name in {"daye_minqing", "self_units"}]
    monkeypatch.setattr(folders, "shipped", lambda: some)
    assert main(["check"]) == 0
    assert main(["test", "-q"]) == 0
    said = capsys.readouterr().out
    assert "daye_minqing: 通过" in said and "self_units: 通过" in said


def test_it_ends_the_coverage_with_the_sum(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder / "mechanism.yaml", "covers: []", 'covers: ["052"]')
    inventory = tmp_path / "inventory.csv"
    inventory.write_text("id,name,capability\n052,民情通,C1\n146,别的,C2\n", encoding="utf-8")
    assert main(["coverage", str(inventory), str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "covered 1 of 2"
    assert "C1" in lines


def test_it_draws_svg_and_bpmn(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from lxml import etree

    capsys.readouterr()
    assert main(["draw", str(folder), "matter"]) == 0
    across = etree.fromstring(capsys.readouterr().out.encode())
    assert main(["draw", str(folder), "matter", "--vertical", "--lang", "en"]) == 0
    down = capsys.readouterr().out
    assert across.tag.endswith("svg")
    assert "Handling" in down
    assert main(["draw", str(folder), "--bpmn", "-o", str(tmp_path / "flow.bpmn")]) == 0
    assert etree.parse(tmp_path / "flow.bpmn").getroot().tag.endswith("definitions")


def test_it_names_the_case_types_when_asked_for_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw", str(folder), "nothing"]) == 1
    assert "M007" in capsys.readouterr().err


def test_it_packs_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    assert main(["pack", str(folder), "-o", str(first)]) == 0
    assert main(["pack", str(folder), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert "paths/mechanism.yaml" in zipfile.ZipFile(first).namelist()


def test_it_packs_nothing_that_is_wrong(folder: Path, tmp_path: Path) -> None:
    spoil(folder / "mechanism.yaml", "version: 0.1.0", "version: v1")
    assert main(["pack", str(folder), "-o", str(tmp_path / "x.zip")]) == 1
    assert not (tmp_path / "x.zip").exists()


def test_it_writes_schemas_for_editors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--out", str(tmp_path / "schemas")]) == 0
    case = json.loads((tmp_path / "schemas" / "case.schema.json").read_text())
    assert case["$schema"].endswith("2020-12/schema")
    capsys.readouterr()
    assert main(["schema", "case"]) == 0
    assert json.loads(capsys.readouterr().out) == case
    assert main(["schema", "cases"]) == 1


def test_it_never_writes_over_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in folder.parent.iterdir())
    assert main(["new", "paths", "--in", str(folder.parent)]) == 1
    assert "D302" in capsys.readouterr().err
    assert sorted(path.name for path in folder.parent.iterdir()) == before


# words, exit code, what is said
WRONG = [
    (["new", "Paths"], 1, "M006"),
    (["check", "no/such/folder"], 1, "D301"),
    (["check", "."], 1, "M001"),
    (["coverage", "none.csv"], 1, "D301"),
    (["new", "paths", "--in", "no/such/folder"], 1, "D303"),
    (["sing"], 2, "没有 'sing'"),
    (["new"], 2, "缺少：编号"),
    (["check", "--loud"], 2, "多出来的：--loud"),
    (["draw"], 2, "缺少：文件夹"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_it_says_what_is_wrong_in_a_sentence(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        assert main(words) == code
    finally:
        os.chdir(here)
    shown = capsys.readouterr()
    assert said in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize("command", COMMANDS)
def test_it_explains_every_command_in_chinese(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"用法：gongzhi {command}")
    assert "显示这段说明" in out


def test_it_lists_the_commands_when_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out = capsys.readouterr().out
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("words", [["check", "daye_minqing"], ["test", "-q", "daye_minqing"], ["schema"]])
def test_it_starts_without_django(words: list[str]) -> None:
    program = (
        "import sys; from gongzhi.city.cli.main import main; code = main(sys.argv[1:]);"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'django'], 'django was imported';"
        "sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr

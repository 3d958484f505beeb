"""The story on the command line: 大冶 exports, 鄂州 — another database, another name, other offices — looks, trusts, adapts,
installs, upgrades, goes back, and hands it on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from gongzhi.city.exchange.tests.lamp import TABLE, version
from gongzhi.engine.mechanisms import load, pack, packages

SCRIPT = """
import json, sys
from gongzhi.city.cli.main import main
from gongzhi.city.cli.starting import start
if sys.argv[1] == "settle":
    start()
    from gongzhi.city.exchange.tests.ezhou import settle
    settle()
for words in json.loads(sys.argv[2]):
    print(f"== {main(words)}")
"""
SLOWER = [["倒了", "1 working day", "危险"], ["-", "7 working days", ""]]
SEEN = {
    "file": "scenarios/all.yaml",
    "name": "路灯不亮五个工作日修好",
    "line": 0,
    "what": "unit_due",
    "value": "2024-10-23 18:00",
}


class City:
    """A database of its own, and whoever sits at its machine."""

    def __init__(self, home: Path, name: str, empty: Path) -> None:
        home.mkdir()
        with sqlite3.connect(empty) as source, sqlite3.connect(home / "gongzhi.sqlite3") as copy:
            source.backup(copy)
        dropped = {"DATABASE_URL", "GONGZHI_FILES", "DJANGO_SETTINGS_MODULE"}
        kept = {key: value for key, value in os.environ.items() if key not in dropped}
        self.environment = {
            **kept,
            "GONGZHI_HOME": str(home),
            "GONGZHI_CITY_NAME": name,
            "GONGZHI_TASKS": "immediate",
        }
        self.home = home

    def does(self, *commands: list[str], settle: bool = False) -> tuple[list[int], str]:
        """(exit codes, everything that was said)."""
        words = ["settle" if settle else "", json.dumps(commands)]
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *words],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        codes = [int(line[3:]) for line in done.stdout.splitlines() if line.startswith("== ")]
        return codes, done.stdout + done.stderr


@pytest.fixture
def cities(db: None, tmp_path: Path) -> tuple[City, City]:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("copies the empty SQLite database of the tests twice")
    empty = Path(str(connection.settings_dict["NAME"]))
    return City(tmp_path / "daye", "大冶市", empty), City(tmp_path / "ezhou", "鄂州市", empty)


def test_a_mechanism_goes_from_one_city_to_the_next_and_on(cities: tuple[City, City], tmp_path: Path) -> None:
    daye, ezhou = cities
    first, second = tmp_path / "lamp-1.zip", tmp_path / "lamp-2.zip"
    first.write_bytes(pack(load(version("1.1.0"))))
    newer = version("1.2.0", tables_limits_csv=TABLE.replace("倒了,1 working day", "倒了,4 hours"))
    second.write_bytes(pack(load(newer)))
    out, next_out = str(tmp_path / "lamp-1.1.0.gongzhi"), str(tmp_path / "lamp-1.2.0.gongzhi")
    codes, said = daye.does(
        ["install", str(first)],
        ["export", "mechanism", "lamp", "--package", "-o", out],
        ["upgrade", str(second), "--yes"],
        ["export", "mechanism", "lamp", "--package", "-o", next_out],
        ["exchange", "key"],
    )
    assert codes == [0, 0, 0, 0, 0], said
    key = next(line.split()[1] for line in said.splitlines() if line.startswith("公钥"))
    assert packages.read(Path(next_out).read_bytes()).about.lineage[0].version == "1.1.0"

    answers = tmp_path / "answers.json"
    answers.write_text(
        json.dumps({"values": {"limits": SLOWER}, "accepted": [SEEN], "roles": {"caller": "hotline_agent"}})
    )
    # the first import, which was not trusted, has taken the number 1
    local = "1.1.0+420700.2"
    codes, said = ezhou.does(
        ["verify", out],
        ["install", out, "--answers", str(answers)],
        ["exchange", "trust", key, "--name", "大冶市", "--how", "11月20日与大冶改革办电话核对"],
        ["verify", out],
        ["install", out, "--answers", str(answers)],
        settle=True,
    )
    assert codes == [1, 1, 0, 0, 0], said
    assert "还不认识的密钥" in said and "没有安装" in said and local in said

    # the slower limit and the role are carried over; only the result is looked at anew
    seen = tmp_path / "seen.json"
    seen.write_text(json.dumps({"accepted": [SEEN]}))
    codes, said = ezhou.does(
        ["upgrade", next_out, "--yes"],
        ["upgrade", next_out, "--yes", "--answers", str(seen)],
        ["upgrade", "lamp", "--to", local],
        ["export", "lamp", "--version", "1.2.0+420700.2", "--package", str(tmp_path / "on.gongzhi")],
        ["export", "--site", str(tmp_path / "site")],
    )
    # without the answers the scenario of the slower limit is a question to a person: nothing is installed
    assert codes == [1, 0, 0, 0, 0], said
    assert "1.2.0+420700" in said and f"现行版本是 {local}" in said
    on = packages.read((tmp_path / "on.gongzhi").read_bytes())
    line = [(each.city.name, each.version) for each in on.about.lineage]
    assert line == [("大冶市", "1.1.0"), ("大冶市", "1.2.0")]
    assert (on.about.made_by.name, on.about.made_by.code) == ("鄂州市", "420700000000")
    table = load(on.files).tables["limits"]
    assert [rule.outputs[0].text.strip('"') for rule in table.rules] == ["4 hours", "7 working days"]
    assert "大冶市" in (tmp_path / "site" / "m" / "lamp.html").read_text(encoding="utf-8")

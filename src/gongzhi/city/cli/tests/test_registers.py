"""Registers in and out by command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gongzhi.city.cli.main import main
from gongzhi.city.records import catalogue, places
from gongzhi.city.records.models import Record
from gongzhi.city.records.tests.cast import HallSource, build_city


@pytest.fixture
def hall(db, capsys):
    source = HallSource()
    catalogue.register(source)
    build_city()
    yield
    catalogue.unregister(source)
    places.forget()


def sheet(path: Path) -> str:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [("实施编码", "名称", "实施主体"), ("A-1", "第一件", "城管局"), ("A-2", "", "城管局")]
        )
    return str(path)


def test_it_imports_looks_first_and_exports_again(hall, tmp_path, capsys):
    path = sheet(tmp_path / "items.csv")
    words = ["import", "records", "service_items", path, "--mapping", "code=实施编码"]
    assert main([*words, "--dry-run"]) == 1
    assert not Record.objects.exists()
    assert main([*words, "--move", "publish"]) == 1
    assert "新增 1 条" in capsys.readouterr().out
    assert Record.objects.get().state == "published"
    refused = (tmp_path / "items-拒收.csv").read_text(encoding="utf-8-sig")
    assert "A-2" in refused and "名称" in refused
    out = tmp_path / "out.xlsx"
    assert main(["export", "records", "service_items", "-o", str(out)]) == 0
    assert load_workbook(out).active["A2"].value == "A-1"


def test_it_says_what_is_missing(hall, tmp_path, capsys):
    assert main(["import", "records", "nothing", sheet(tmp_path / "items.csv")]) == 1
    assert main(["import", "records", "service_items", str(tmp_path / "none.csv")]) == 1
    assert main(["import", "records", "service_items", sheet(tmp_path / "items.csv")]) == 1
    told = capsys.readouterr().err
    assert "没有安装登记簿" in told and "缺少编号列" in told

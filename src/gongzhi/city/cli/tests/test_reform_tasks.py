"""``gongzhi import tasks``: looked at, taken as the head of the reform office, told where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.city.cases import numbering, world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import build_city
from gongzhi.city.cli.main import main
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.tests.reform_city import reform_city

GOOD = "代码,任务,级别,牵头单位,责任人,期限\nC1,减材料,办公室,城管局,周强,2027-12-01\n"


@pytest.fixture
def city(db):
    for forget in (world.forget, numbering.forget, library.LIBRARY.clear):
        forget()
    yield reform_city(build_city())
    for forget in (world.forget, numbering.forget, library.LIBRARY.clear):
        forget()


def file(folder: Path, text: str) -> str:
    path = folder / "任务.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_it_looks_takes_and_tells_what_is_wrong(city, tmp_path, capsys):
    words = ["import", "tasks", file(tmp_path, GOOD)]
    assert main([*words, "--dry-run"]) == 0 and not Case.objects.exists()
    assert main([*words, "--by", "jiang"]) == 0
    assert "新任务 1 件（下达 1 件）" in capsys.readouterr().out
    assert main(words) == 0
    assert "已经有的 1 件" in capsys.readouterr().out
    assert main(["import", "tasks", file(tmp_path, GOOD.replace("C1", "C2").replace("周强", "谁"))]) == 1
    assert "第2行“责任人”" in capsys.readouterr().err
    assert main([*words, "--by", "zhou"]) == 1 and main(["import", "tasks", str(tmp_path / "no.csv")]) == 1
    assert Case.objects.count() == 1

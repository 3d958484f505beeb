"""Further sides of the periods of the penalty law: scenarios that would be too many for the mechanism's own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import load, run_all
from gongzhi.engine.mechanisms.running import Result

HERE = Path(__file__).parent / "more_scenarios" / "penalties.yaml"
SHIPPED = Path(gongzhi.mechanisms.__path__[0]) / "penalties"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, ...]:
    folder = tmp_path_factory.mktemp("more") / "penalties"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("scenarios"))
    (folder / "scenarios").mkdir()
    shutil.copy(HERE, folder / "scenarios")
    return run_all(load(folder)).results


def test_every_period_holds_on_both_sides(results: tuple[Result, ...]) -> None:
    assert len(results) >= 12
    assert [str(each) for each in results if not each.passed] == []

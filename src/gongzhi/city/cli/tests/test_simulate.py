"""``gongzhi simulate``: tables that people read, JSON that programs read, and sentences where something is wrong."""

from __future__ import annotations

import json

import pytest

from gongzhi.city.cli.main import main

ASSUMED = """
days: 20
warm_up: 5
replications: 3
arrivals: {per_working_day: 4}
staff: {window_clerk: 1, officer: 2, expert: 1, reviewer: 1, leader: 1, seal_keeper: 1}
counts: {examine: 11}
"""


@pytest.fixture
def given(tmp_path):
    path = tmp_path / "simulation.yaml"
    path.write_text(ASSUMED, "utf-8")
    return ["simulate", "one_seal", "after", "--assumptions", str(path), "--jobs", "1"]


def test_it_prints_variants_side_by_side(given, capsys):
    assert main([*given, "--variant", "再多两个:officer=+2", "--promise", "7 working days"]) == 0
    told = capsys.readouterr().out
    for words in (
        "群众等待 中位",
        "再多两个 与 现在 相比",
        "95% 区间",
        "没有依据、先这样假设的",
        "没有算进去的",
    ):
        assert words in told


def test_it_writes_json_that_is_the_same_for_the_same_seed(given, capsys):
    made = []
    for seed in ("4", "4", "5"):
        assert main([*given, "--seed", seed, "--json"]) == 0
        made.append(json.loads(capsys.readouterr().out))
    assert made[0] == made[1] != made[2]
    figures = made[0]["variants"]["现在"]["figures"]
    assert figures["elapsed.p50"]["n"] == 3 and figures["elapsed.p50"]["low"] < figures["elapsed.p50"]["high"]


def test_it_learns_from_a_log(tmp_path, capsys):
    rows = ["case,step,done,choice,actor"]
    for number in range(40):
        day = f"2024-10-{14 + number % 5:02d}"
        rows += [
            f"c{number},综合窗口受理,{day} 09:{number % 50:02d},take,甲",
            f"c{number},用印,{day} 16:{number % 50:02d},stamp,乙",
        ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows) + "\n", "utf-8")
    words = ["simulate", "one_seal", "after", "--log", str(log), "--days", "10", "--replications", "2"]
    assert main([*words, "--jobs", "1"]) == 0
    told = capsys.readouterr().out
    assert "数字从哪里来" in told and "40 次观察" in told and "只有 5 天" in told


def test_it_finds_the_fewest_people(given, capsys):
    assert main([*given, "--promise", "20 days", "--fewest", "80%", "--days", "10"]) == 0
    assert "最少要" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--staff", "officer"], "角色=人数"),
        (["--staff", "nobody=3"], "SI001"),
        (["--variant", "无名"], "名称:角色=人数"),
        (["--fewest", "很多"], "百分数"),
        (["--promise", "很快"], "SI001"),
    ],
)
def test_it_says_what_is_wrong_with_the_words(given, capsys, words, said):
    assert main([*given, *words]) == 1
    assert said in capsys.readouterr().err


def test_it_says_what_is_missing(capsys, tmp_path):
    assert main(["simulate", "one_seal", "after"]) == 1
    assert "SI002" in capsys.readouterr().err
    bad = tmp_path / "bad.yaml"
    bad.write_text("staff: {officer: {people: two}}\nspeed: 3\n", "utf-8")
    assert main(["simulate", "one_seal", "after", "--assumptions", str(bad)]) == 1
    assert "SI005" in capsys.readouterr().err
    assert main(["simulate", "one_seal", "nothing", "--promise", "1 day"]) == 1
    assert "M007" in capsys.readouterr().err

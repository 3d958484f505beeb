"""Boards: a tile says how it is counted, over what time and out of what; one broken board per mistake."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import check, load, new
from gongzhi.engine.mechanisms.boards import BoardSpec, days_of
from gongzhi.engine.mechanisms.jsonschemas import json_schema

BOARD = """id: wall
title: 一块屏
layout:
  - [lights, lights, today]
  - [where,  where,  rate]
tiles:
  - {id: lights, title: 在办, kind: lights, period: now, formula: 没办结的, denominator: 全部在办的}
  - {id: today, title: 今天, kind: figure, count: opened, of: matter, period: today, formula: 今天登记的, denominator: 全部登记的}
  - {id: where, title: 哪里, kind: map, period: now, formula: 按地点, denominator: 写明地点的}
  - {id: rate, title: 办好率, kind: measure, measure: MEASURE, period: 90 days, formula: 办好的除以办结的, denominator: 全部办结的}
"""
SOUND = new("base", "基础机制")
MEASURE = load(SOUND).measures[0].id
ENGLISH = "\n".join(
    f"{word}: word {number}"
    for number, word in enumerate(
        [
            "一块屏",
            "没办结的",
            "全部在办的",
            "今天",
            "今天登记的",
            "全部登记的",
            "哪里",
            "按地点",
            "写明地点的",
            "办好率",
            "办好的除以办结的",
            "全部办结的",
            "在办",
        ]
    )
)


def folder(board: str = BOARD) -> dict[str, bytes]:
    strings = SOUND["strings/en.yaml"].decode() + "\n" + ENGLISH + "\n"
    return {
        **SOUND,
        "boards/wall.yaml": board.replace("MEASURE", MEASURE).encode(),
        "strings/en.yaml": strings.encode(),
    }


def test_it_finds_nothing_wrong_with_a_sound_board() -> None:
    assert [each for each in check(folder()) if each.where.file == "boards/wall.yaml"] == []
    board = load(folder()).boards["wall"]
    assert board.places() == {
        "lights": (1, 1, 1, 2),
        "today": (1, 3, 1, 1),
        "where": (2, 1, 1, 2),
        "rate": (2, 3, 1, 1),
    }


# what is replaced, by what, code, words of message or remedy
MISTAKES = [
    (", formula: 没办结的", "", "M021", "缺少“formula”"),
    (", denominator: 全部在办的", "", "M021", "缺少“denominator”"),
    ("kind: lights, period: now", "kind: lights", "M021", "缺少“period”"),
    ("formula: 没办结的", 'formula: ""', "M024", "“formula”太短"),
    ("kind: lights", "kind: pie", "M025", "“kind”不在可选之列"),
    ("period: now, formula: 按地点", "period: lately, formula: 按地点", "M023", "“period”写法不对"),
    ("count: opened, ", "", "M026", "要写 count"),
    ("measure: MEASURE, ", "", "M026", "要写 measure"),
    ("kind: map, period: now", "kind: map, period: today", "M151", "应写 now"),
    ("kind: figure, count: opened, of: matter, period: today", "kind: figure, count: opened, of: matter, period: now", "M151", "today 或 N days"),
    ("period: 90 days", "period: 30 days", "M151", "90 days"),
    ("of: matter", "of: thing", "M152", "没有事项“thing”"),
    ("measure: MEASURE", "measure: nothing", "M152", "没有指标“nothing”"),
    ("[where,  where,  rate]", "[where,  where]", "M150", "各行的格子数不同"),
    ("[where,  where,  rate]", "[where,  rate, where]", "M150", "不成一个长方形"),
    ("[where,  where,  rate]", "[where,  where, where]", "M150", "“rate”没有放到屏上"),
    ("[where,  where,  rate]", "[where,  where, weather]", "M150", "没有板块“weather”"),
    ("{id: where,", "{id: lights,", "M150", "“lights”写了2次"),
    ("id: wall", "id: walls", "M011", "与文件名“wall”不同"),
    ("title: 一块屏", "title: 又一块屏", "M100", "“又一块屏”没有英文"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new_", "code", "words"), MISTAKES, ids=[each[2] + each[3] for each in MISTAKES]
)
def test_it_says_what_is_wrong_with_a_board(old: str, new_: str, code: str, words: str) -> None:
    assert old in BOARD
    found = [
        each for each in check(folder(BOARD.replace(old, new_, 1))) if each.where.file == "boards/wall.yaml"
    ]
    assert [each for each in found if each.code == code and words in each.message + each.remedy], found


@pytest.mark.parametrize(("period", "days"), [("now", 0), ("today", 0), ("1 days", 1), ("14 days", 14)])
def test_it_counts_whole_days(period: str, days: int) -> None:
    assert days_of(period) == days


# a fortnight is the least that can be compared with a week before; a quarter is the most that a wall shows
@pytest.mark.parametrize(
    ("period", "fits"), [("6 days", False), ("7 days", True), ("92 days", True), ("93 days", False)]
)
def test_it_wants_a_trend_of_a_week_to_a_quarter(period: str, fits: bool) -> None:
    tile = {
        "id": "t",
        "title": "近来",
        "kind": "trend",
        "period": period,
        "formula": "每天",
        "denominator": "全部",
    }
    board = BoardSpec.model_validate({"id": "b", "title": "屏", "layout": [["t"]], "tiles": [tile]})
    assert (board.tiles[0].fits == "") is fits


def test_it_has_a_schema_for_editors() -> None:
    schema = json_schema("board")
    assert schema["$comment"] == "boards/*.yaml"
    assert set(schema["$defs"]["TileSpec"]["required"]) == {
        "id",
        "title",
        "kind",
        "period",
        "formula",
        "denominator",
    }

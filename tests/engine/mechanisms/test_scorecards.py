"""The grammar of scorecards: a sound one passes, and one broken scorecard per mistake."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from gongzhi.engine.mechanisms import check, load, new
from gongzhi.engine.mechanisms.jsonschemas import json_schema
from gongzhi.engine.mechanisms.scoring import scheme_of

SOUND = new("base", "基础机制")
CASE = load(SOUND).measures[0].case
MEASURES = f"""
- id: solved
  title: 解决率
  case: {CASE}
  kind: rate
  numerator: end != null
  formula: 办结的 ÷ 全部
  coverage: asked
- id: asked
  title: 回访覆盖率
  case: {CASE}
  kind: rate
  numerator: end != null
  formula: 问到的 ÷ 应问的
- id: wait
  title: 等待
  case: {CASE}
  kind: median
  value: doers
  unit: 小时
  better: lower
  formula: 等了多久
- id: number
  title: 件数
  case: {CASE}
  kind: count
  numerator: end != null
  unit: 件
  formula: 办结的件数
- id: rare
  title: 核实的创新
  case: {CASE}
  kind: count
  numerator: end != null
  unit: 件
  formula: 核实的
"""


def card(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "annual",
        "title": "年度考核",
        "publish": {"before": "15 days"},
        "weights": {"class": 100},
        "classes": {
            "towns": {
                "title": "乡镇",
                "kinds": ["town"],
                "criteria": [
                    {"measure": "solved", "weight": 60, "type": "higher", "worst": 0.5, "best": 1.0, "adjust": {"渠道": "channel"}},
                    {"measure": "wait", "weight": 40, "type": "lower", "worst": 72, "best": 24},
                ],
            }
        },
    }  # fmt: skip
    return made | changes


def codes(made: dict[str, Any], measures: str = MEASURES, **files: bytes) -> set[str]:
    text = yaml.safe_dump(made, allow_unicode=True)
    folder = {**SOUND, "measures.yaml": measures.encode(), "scorecards/annual.yaml": text.encode(), **files}
    return {each.code for each in check(folder) if each.where.file.startswith("scorecards/")} - {"M100"}


def with_criterion(**changes: Any) -> dict[str, Any]:
    made = card()
    made["classes"]["towns"]["criteria"][0] |= changes
    return made


def test_it_finds_nothing_wrong_with_a_sound_scorecard() -> None:
    assert codes(card()) == set()
    text = yaml.safe_dump(card(), allow_unicode=True).encode()
    read = load({**SOUND, "measures.yaml": MEASURES.encode(), "scorecards/annual.yaml": text})
    spec = read.scorecards["annual"]
    scheme = scheme_of(spec, "base", {f"base.{each.id}": each for each in read.measures})
    first, second = scheme.classes[0].criteria
    assert (first.id, first.title, first.kind, first.adjust) == ("solved", "解决率", "rate", True)
    assert (second.kind, second.share, second.group) == ("quantile", 0.5, f"base.{CASE}")
    assert json_schema("scorecard")["$comment"] == "scorecards/*.yaml"


BROKEN = [
    # what is wrong, the scorecard, the code
    ("a hand-typed value", with_criterion(value=95), "M200"),
    ("a measure that is not there", with_criterion(measure="nothing"), "M201"),
    ("a measure of a mechanism nobody named", with_criterion(measure="daye_minqing.solution_rate"), "M201"),
    ("app use", with_criterion(title="APP使用率"), "M202"),
    ("likes", with_criterion(title="点赞数"), "M202"),
    ("photo trails", with_criterion(title="上传照片数"), "M202"),
    ("online time", with_criterion(title="在线时长"), "M202"),
    ("log-ins", with_criterion(title="登录次数达标"), "M202"),
    ("fine income", with_criterion(title="罚没收入增长"), "M203"),
    ("a quota of complaints", with_criterion(title="每月至少上报诉求三件"), "M204"),
    ("a quota of penalties", with_criterion(title="处罚数量不少于上年"), "M204"),
    ("weights that do not make 100", with_criterion(weight=50), "M205"),
    ("lines that are the same", with_criterion(worst=1.0), "M205"),
    ("counting cases", with_criterion(measure="number", best=100), "M207"),
    ("the direction turned round", with_criterion(type="lower", worst=1.0, best=0.5), "M209"),
    ("satisfaction without coverage", with_criterion(type="satisfaction"), "M209"),
    ("a standard published afterwards", card(publish={"before": "0 days"}), "M208"),
    ("no time for an appeal", card(appeal={"submit": "2 working days"}), "M209"),
    ("natural days for an appeal", card(appeal={"submit": "7 days"}), "M209"),
    ("too long to decide", card(appeal={"decide": "11 working days"}), "M209"),
    ("a consequence by itself", card(summary="末位淘汰，就地免职"), "M209"),
    ("an expression over no field", with_criterion(adjust={"难度": "nothing_like_it"}), "M061"),
]


@pytest.mark.parametrize(("made", "code"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_it_refuses(made: dict[str, Any], code: str) -> None:
    assert code in codes(made)


def test_it_refuses_a_class_without_units() -> None:
    made = card()
    made["classes"]["towns"]["kinds"] = []
    assert "M209" in codes(made)


def test_the_probe_refuses_what_measures_size() -> None:
    by_count = card(deductions={"cap": 10, "items": [{"measure": "number", "points": 0.1, "cap": 10}]})
    assert "M206" in codes(by_count)
    by_rate = card(deductions={"cap": 10, "items": [{"measure": "solved", "points": 0.1, "cap": 10}]})
    assert codes(by_rate) == set()


@pytest.mark.parametrize(
    ("submit", "decide"), [("5 working days", "10 working days"), ("8 working days", "7 working days")]
)
def test_more_time_to_object_and_less_to_decide_is_allowed(submit: str, decide: str) -> None:
    assert codes(card(appeal={"submit": submit, "decide": decide})) == set()


def test_a_measure_of_another_mechanism_is_looked_up_there() -> None:
    manifest = SOUND["mechanism.yaml"].decode() + "may_read: [daye_minqing]\n"
    files = {"mechanism.yaml": manifest.encode()}
    assert codes(with_criterion(measure="daye_minqing.solution_rate"), **files) == set()

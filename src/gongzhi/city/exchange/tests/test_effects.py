"""Evidence in plain words: what pilots write, and what others may have written."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.city.exchange.effects import told
from gongzhi.engine.mechanisms.packages import Maker, Proof

PILOT = {
    "figures": [
        {"measure": "wait", "title": "等待", "unit": "小时", "value": -11.52, "low": -17.3, "high": -5.8, "n": 812.0, "trend": "alike", "verdict": "works"},
        {"measure": "solved", "title": "解决率", "unit": "%", "value": 0.012, "low": -0.02, "high": 0.045, "n": 640.0, "trend": "different"},
        {"measure": "rare", "title": "少见的事", "unit": "天", "value": None, "low": None, "high": None, "n": None, "trend": "unclear"},
    ],
    "n": 812,
    "period": {"since": "2026-03-01T00:00:00+08:00", "start": "2026-06-01", "until": "2026-08-31"},
    "places": {"treated": ["金湖街道", "雷山镇"], "comparison": ["陈贵镇"]},
    "verdict": "works",
    "decision": "promoted",
    "reason": "等得短了",
}  # fmt: skip


def words(data: dict[str, Any], kind: str = "pilot") -> Any:
    city = Maker(name="大冶市", code="420281000000")
    return told(
        Proof(version="1.1.0", kind=kind, title="四镇试点", at="2026-09-02T08:00:00", city=city, data=data)
    )


def test_it_tells_a_pilot_as_pilots_write_it() -> None:
    found = words(PILOT)
    assert (
        found.sentences[0]
        == "等待：-11.52小时，大致在-17.3小时到-5.8小时之间，812件。试点前两组走势看不出不同。"
    )
    assert found.sentences[1].startswith(
        "解决率：1.2个百分点，大致在-2个百分点到4.5个百分点之间，640件。区间里有0"
    )
    assert found.sentences[1].endswith("走势已经不同，结论要打折。")
    assert found.sentences[2].startswith("少见的事：没有算出来。")
    assert (found.verdict, found.decision) == ("有效", "推广：等得短了")
    assert (
        found.places == "试点金湖街道、雷山镇，对照陈贵镇"
        and found.period == "2026-03-01起看，2026-06-01开始，到2026-08-31"
    )


@pytest.mark.parametrize(
    ("data", "verdict", "sentence"),
    [
        ({}, "没有写结论", "没有附数字，只能当作说法。"),
        ({"verdict": "unseen", "figures": []}, "看不出效果", "没有附数字，只能当作说法。"),
        ({"verdict": "好得很", "figures": "很多"}, "好得很", "没有附数字，只能当作说法。"),
        ({"figures": [{"value": 3}]}, "没有写结论", "数字：3，没有给区间，—件。"),
        (
            {"figures": [{"title": "等待", "value": True, "low": [], "high": {}}]},
            "没有写结论",
            "等待：True，大致在[]到{}之间，—件。",
        ),
    ],
)
def test_it_says_what_is_missing(data: dict[str, Any], verdict: str, sentence: str) -> None:
    found = words(data)
    assert (found.verdict, found.sentences[0]) == (verdict, sentence)


def test_it_bears_whatever_another_city_wrote() -> None:
    for odd in (None, 7, "x", [1, 2], [[]], {"a": {}}):
        words(
            dict.fromkeys(("figures", "period", "places", "verdict", "decision", "reason"), odd),
            kind="else",
        )

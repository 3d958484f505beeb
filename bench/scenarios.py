"""Scenarios per second, and one command on a case decided, applied and written as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.figure import figure, rate
from gongzhi.engine.cases import apply, dump_case, load_case
from gongzhi.engine.mechanisms import compile_all, load, run
from tools.machine import ROOT

TITLE = "mechanism"
FOLDER: Path = ROOT / "src" / "gongzhi" / "mechanisms" / "daye_minqing"


def measure(quick: bool) -> dict[str, Any]:
    """On the shipped mechanism."""
    mechanism = load(FOLDER)
    types = compile_all(mechanism)
    seconds = 0.5 if quick else 2

    def play() -> int:
        for scenario in mechanism.scenarios:
            assert run(scenario, mechanism, types).passed
        return len(mechanism.scenarios)

    steps = sum(len(scenario.spec.steps) for scenario in mechanism.scenarios) / len(mechanism.scenarios)
    longest = max(
        (run(scenario, mechanism, types) for scenario in mechanism.scenarios),
        key=lambda each: len(each.facts),
    )
    case_type = types[longest.scenario.spec.case]

    def fold() -> int:
        """Every fact: the case read from JSON, the fact applied, the case written."""
        text = ""
        for fact in longest.facts:
            case = load_case(json.loads(text)) if text else None
            text = json.dumps(dump_case(apply(case_type, case, fact)))
        return len(longest.facts)

    figures = [
        figure("scenarios, checked", rate(play, seconds), "scenarios/s", note=f"{steps:.1f} steps each"),
        figure(
            "facts applied, case as JSON after each",
            rate(fold, seconds),
            "facts/s",
            note=f"a case of {len(longest.facts)} facts",
        ),
    ]
    return {"title": TITLE, "figures": figures}

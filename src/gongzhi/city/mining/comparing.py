"""The two comparisons: with the drawn flow, and of one period with another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.city.mining.asking import MOST_REPLAYED, MOST_TIMES, Asked
from gongzhi.engine.flows import Flow
from gongzhi.engine.flows.bpmn.reader import read as read_bpmn
from gongzhi.engine.mining import (
    Conformance,
    Drift,
    by_choice,
    by_title,
    check_paths,
    compare,
    net_of,
    plain_label,
)
from gongzhi.engine.mining.study import HOUR

Answer = dict[str, Any]


def with_model(asked: Asked, xml: bytes) -> Answer:
    """A log against a BPMN model: steps are compared by their names."""
    imported = read_bpmn(xml)
    return conformance(asked, imported.flow, own=False)


def conformance(asked: Asked, flow: Flow, *, own: bool) -> Answer:
    """Replay the variants on the flow, JSON-ready; ``own``: of our journal, whose activities are choices.

    Of our own log the cases that still run are not blamed for what is still open.
    """
    net = net_of(flow, by_choice if own else by_title)
    rows = asked.rows("mining_paths_ended" if own else "mining_variants", most=MOST_REPLAYED)
    names = {str(row["code"]): str(row["label"]) for row in asked.rows("mining_labels_now")}
    shown: dict[str, str] = _titles(flow) if own else {plain_label(name): name for name in names.values()}
    paths = []
    for row in rows:
        labels = [names[code] for code in row["path"].split(",")]
        path = labels if own else [plain_label(label) for label in labels]
        paths.append((path, int(row["cases"]), bool(row.get("ended", True))))
    found = check_paths(net, paths)
    return _told(found, shown, asked.rows("mining_totals")[0]["cases"])


def _titles(flow: Flow) -> dict[str, str]:
    found = {}
    for node in flow.nodes.values():
        for way in node.ways.values():
            found[f"{node.id}.{way.id}"] = f"{node.title or node.id}·{way.title or way.id}"
        found |= {f"{node.id}.timer.{timer}": f"{node.title}·{timer}" for timer in node.timers}
    return found


def _told(found: Conformance, names: Mapping[str, str], cases: int) -> Answer:
    return {
        "fitness": round(found.fitness, 4),
        "cases": found.cases,
        "fitting": found.fitting,
        #: cases of ways so rare that they were not replayed
        "not_replayed": cases - found.cases,
        "deviations": [
            {"kind": each.kind, "sentence": each.sentence(names), "cases": n}
            for each, n in found.deviations[:30]
        ],
        "unused": [names.get(label, label) for label in found.unused[:30]],
    }


def drift(before: Asked, after: Asked) -> Drift:
    """Two periods of one log. Raises TooFewCases."""
    return compare(_mix(before), _mix(after), _waits(before), _waits(after))


def _mix(asked: Asked) -> dict[tuple[str, ...], int]:
    names = {str(row["code"]): str(row["label"]) for row in asked.rows("mining_labels_now")}
    rows = asked.rows("mining_variants", most=MOST_REPLAYED)
    mix = {tuple(names[code] for code in row["path"].split(",")): int(row["cases"]) for row in rows}
    rest = asked.rows("mining_totals")[0]["cases"] - sum(mix.values())
    return {**mix, ("…",): rest} if rest else mix


def _waits(asked: Asked) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    for row in asked.rows("mining_samples", most=MOST_TIMES):
        found.setdefault((row["source"], row["target"]), []).append(row["wait"] / HOUR)
    return found


__all__ = ["conformance", "drift", "with_model"]

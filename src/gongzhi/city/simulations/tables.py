"""Results as plain text and JSON, for the command line."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from gongzhi.engine.simulation import Fewest, Interval, Model, Replication, Summary, differences, summarise

#: figure -> (words, unit); shown in this order where they exist
ROWS = (
    ("elapsed.p50", "群众等待 中位", "小时"),
    ("elapsed.p90", "群众等待 九成以内", "小时"),
    ("worked.p50", "工作时间 中位", "工作小时"),
    ("worked.p90", "工作时间 九成以内", "工作小时"),
    ("queued.mean", "各步排队合计 平均", "小时"),
    ("within", "按承诺办结", "%"),
    ("throughput", "每个工作日办结", "件"),
    ("backlog", "期末积压", "件"),
    ("cost", "每件人工", "元"),
)


def number(value: float, unit: str = "") -> str:
    """A figure as people read it; a share in percent."""
    if math.isnan(value):
        return "—"
    value = value * 100 if unit == "%" else value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2f}"


def with_interval(found: Interval, unit: str = "") -> str:
    """``12.3（11.9–12.7）``."""
    if not found.n:
        return "—"
    if math.isnan(found.low):
        return f"{number(found.mean, unit)}{unit}"
    low, high = bounds(found.low, found.high, unit)
    return f"{number(found.mean, unit)}{unit}（{number(low, unit)}–{number(high, unit)}）"


def bounds(low: float, high: float, unit: str) -> tuple[float, float]:
    """An interval as it is shown: shares and counts don't leave what is possible."""
    return max(low, 0.0), min(high, 1.0) if unit == "%" else high


def as_text(
    models: Mapping[str, Model], runs: Mapping[str, Sequence[Replication]], summaries: Mapping[str, Summary]
) -> str:
    """The whole result: figures side by side, people, queues, differences, and what was assumed."""
    first = next(iter(models))
    model, n = models[first], summaries[first].replications
    lines = [
        f"{model.title}：{model.first_day:%Y-%m-%d} 起预热 {model.warm_up} 天，量 {model.days} 天，重复 {n} 次；括号里是 95% 区间",
        "",
    ]
    lines += _table([["", *models], *_figures(summaries)])
    for name, each in models.items():
        heading = f"  {name}" if len(models) > 1 else ""
        lines += ["", f"人手{heading}", *_table(_pools(each, summaries[name]))]
        lines += ["", f"各环节{heading}", *_table(_steps(each, summaries[name]))]
    for name in list(models)[1:]:
        lines += ["", f"{name} 与 {first} 相比（同一批来件，成对比较）"]
        lines += [f"  {row}" for row in _differences(differences(runs[first], runs[name]))]
    for title, texts in (
        ("数字从哪里来", tuple(f"{fit.title}：{fit.text}" for fit in model.fits)),
        ("没有依据、先这样假设的", model.assumed),
        ("没有算进去的", model.not_modelled),
    ):
        if texts:
            lines += ["", title, *(f"  {text}" for text in texts)]
    return "\n".join(lines)


def _figures(summaries: Mapping[str, Summary]) -> list[list[str]]:
    rows = []
    for key, title, unit in ROWS:
        found = [summary[key] for summary in summaries.values()]
        if any(each.n and (each.mean or key != "cost") for each in found):
            rows.append([f"{title}（{unit}）", *(with_interval(each, unit) for each in found)])
    return rows


def _pools(model: Model, summary: Summary) -> list[list[str]]:
    rows = [["岗位", "人数", "忙的时间", "每个工作日干活小时"]]
    for pool in model.pools:
        name = f"pool.{pool.id}"
        rows.append(
            [
                pool.title,
                str(pool.people),
                with_interval(summary[f"{name}.use"], "%"),
                with_interval(summary[f"{name}.hours"]),
            ]
        )
    return rows


def _steps(model: Model, summary: Summary) -> list[list[str]]:
    rows = [["环节", "平均排队件数", "最多排队", "排队工作小时", "在这一步小时", "每件走几次"]]
    for node in model.nodes:
        if not node.is_end:
            name = f"step.{node.id}"
            keys = ("queue", "most", "wait", "spent", "visits")
            rows.append([node.title, *(number(summary[f"{name}.{key}"].mean) for key in keys)])
    return rows


def _differences(found: Mapping[str, Interval]) -> list[str]:
    lines = []
    for key, title, unit in ROWS:
        if key in found and found[key].n > 1 and (found[key].mean or key != "cost"):
            lines.append(f"{title}：{_told(found[key], unit)}")
    return lines


def _told(found: Interval, unit: str) -> str:
    if found.says_nothing:
        return f"看不出差别（{number(found.low, unit)} 到 {number(found.high, unit)} {unit}）"
    way, low, high = ("多", found.low, found.high) if found.mean > 0 else ("少", -found.high, -found.low)
    points = "个百分点" if unit == "%" else unit
    return (
        f"{way} {number(abs(found.mean), unit)} {points}（95% 区间 {number(low, unit)}–{number(high, unit)}）"
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(cell + " " * (widths[place] - _width(cell)) for place, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def of_fewest(model: Model, found: Fewest, share: float) -> str:
    """What a search found, with every number of people that was tried."""
    roles = {pool.role: pool.title.partition("（")[0] for pool in model.pools}
    lines = [f"{model.title}：按承诺办结有 {share:.0%} 的把握，最少要"]
    for name, people in found.people.items():
        role, _, office = name.partition("@")
        lines.append(f"  {roles.get(role, role)}{f'（{office}）' if office else ''} {people} 人")
    lines.append(
        f"  按承诺办结 {with_interval(found.summary['within'], '%')}，试了 {len(found.trials)} 种人数"
    )
    return "\n".join(lines)


def as_json(models: Mapping[str, Model], runs: Mapping[str, Sequence[Replication]]) -> dict[str, Any]:
    """Everything for programs; what is not a number is null."""
    first = next(iter(models))
    made: dict[str, Any] = {"variants": {}, "differences": {}}
    for name, model in models.items():
        summary = summarise(runs[name])
        made["variants"][name] = {
            "mechanism": model.mechanism,
            "case_type": model.case_type,
            "replications": summary.replications,
            "steps": summary.steps,
            "people": {pool.id: pool.people for pool in model.pools},
            "figures": {key: _plain(found) for key, found in summary.figures.items()},
            "not_modelled": list(model.not_modelled),
            "assumed": list(model.assumed),
            "fits": [
                {"key": f.key, "title": f.title, "n": f.n, "quality": f.quality, "text": f.text}
                for f in model.fits
            ],
        }
        if name != first:
            found = differences(runs[first], runs[name])
            made["differences"][name] = {key: _plain(each) for key, each in found.items()}
    return made


def _plain(found: Interval) -> dict[str, float | int | None]:
    values = {"mean": found.mean, "low": found.low, "high": found.high}
    return {**{k: None if math.isnan(v) else v for k, v in values.items()}, "n": found.n}


__all__ = ["ROWS", "as_json", "as_text", "number", "of_fewest", "with_interval"]

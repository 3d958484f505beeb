"""A criterion in words and numbers as a reader takes them: what is counted, how points come of it, what a figure says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.city.scorecards import standards
from gongzhi.city.scorecards.models import Result, Scheme
from gongzhi.engine.mechanisms.schema import MeasureSpec
from gongzhi.engine.mechanisms.scorecards import CriterionSpec
from gongzhi.engine.mechanisms.scoring import full_name

TYPES = {
    "higher": gettext_noop("越高越好"),
    "lower": gettext_noop("越低越好"),
    "target": gettext_noop("达标"),
    "range": gettext_noop("区间"),
    "trend": gettext_noop("和自己上一期比"),
    "satisfaction": gettext_noop("满意度"),
}
PARTS = {"class": gettext_noop("分类"), "special": gettext_noop("专项"), "green": gettext_noop("绿色系数")}
MISSING = {
    "absent": gettext_noop("这项指标的机制没有安装"),
    "none": gettext_noop("这一期没有办件"),
    "before": gettext_noop("上一期没有办件，比不了"),
    "coverage": gettext_noop("问到的人太少，不算"),
}
UNPLACED = {
    "few": gettext_noop("多数指标不满30件，只给区间，不给位置"),
    "missing": gettext_noop("一半以上的权重没有数据，不排"),
}
FINDINGS = {
    "gap": gettext_noop("确有差距"),
    "volume": gettext_noop("件多"),
    "difficulty": gettext_noop("难件多"),
    "staff": gettext_noop("人手少"),
    "data": gettext_noop("数据有误"),
}
WIDTH, HEIGHT, LEFT = 400, 26, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One criterion of a scheme, in words."""

    id: str
    part: str
    part_title: str
    title: str
    measure: str
    formula: str
    type: str
    rule: str
    weight: float
    adjust: str
    spec: CriterionSpec
    known: MeasureSpec | None


def lines(scheme: Scheme, class_id: str) -> list[Line]:
    """The criteria of a class, the specials and the green ones."""
    spec, specs = standards.spec_of(scheme), standards.specs_of(scheme)
    found = []
    for path, each, _by in spec.criteria():
        if path[0] == "classes" and path[1] != class_id:
            continue
        part = {"classes": "class", "specials": "special"}.get(str(path[0]), "green")
        known = specs.get(full_name(each.measure, scheme.mechanism))
        share = {"class": spec.weights.class_, "special": spec.weights.special, "green": 100}[part]
        found.append(
            Line(
                id=each.name,
                part=part,
                part_title=_(PARTS[part]),
                title=each.title or (known.title if known else each.measure),
                measure=full_name(each.measure, scheme.mechanism),
                formula=known.formula if known else _("这项指标的机制没有安装，权重公开分给其余各项"),
                type=_(TYPES[each.type]),
                rule=rule(each, known),
                weight=float(each.weight) * float(share) / 100,
                adjust=_("、").join(each.adjust),
                spec=each,
                known=known,
            )
        )
    return found


def rule(each: CriterionSpec, known: MeasureSpec | None) -> str:
    """How a value becomes points."""

    def say(value: float | int | None) -> str:
        return number(None if value is None else float(value), known)

    if each.type == "target":
        return _("%(worst)s得0分，达到%(target)s得100分，超过不再加") % {
            "worst": say(each.worst),
            "target": say(each.target),
        }
    if each.type == "range":
        return _("在%(low)s到%(high)s之间得100分，出去%(margin)s得0分") % {
            "low": say(each.low),
            "high": say(each.high),
            "margin": say(each.margin),
        }
    if each.type == "trend":
        return _("和上一期一样得50分，好了%(step)s得100分，差了%(step)s得0分") % {"step": say(each.step)}
    made = _("%(worst)s得0分，%(best)s得100分，中间按比例") % {
        "worst": say(each.worst),
        "best": say(each.best),
    }
    if each.type == "satisfaction":
        made += _("；应回访的至少问到%(share)s") % {"share": f"{each.coverage:.0%}"}
    return made


def number(value: float | None, known: MeasureSpec | None) -> str:
    """A value as its measure is shown."""
    if value is None:
        return "—"
    if known is None or known.unit == "%":
        return f"{value * 100:.1f}%"
    return f"{value:.1f}{known.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One criterion on the page of a unit."""

    line: Line
    cell: Mapping[str, Any]
    shown: str
    interval: str
    adjusted: str
    missing: str
    few: bool
    counts: str
    bar: SafeString


def figures(row: Result) -> list[Figure]:
    """All criteria of a unit."""
    found = []
    for line in lines(row.reckoning.scheme, row.class_id):
        cell = row.cell(line.id)
        missing = cell.get("missing") or ("" if cell else "absent")
        counted = row.observed.get(line.id, {})
        found.append(
            Figure(
                line=line,
                cell=cell,
                shown=_shown(line, cell, missing),
                interval=""
                if missing
                else f"{number(cell['value_low'], line.known)} – {number(cell['value_high'], line.known)}",
                adjusted=_adjusted(line, cell),
                missing=_(MISSING[missing]) if missing else "",
                few=not missing and cell["n"] < 30,
                counts=_counts(line, counted),
                bar=SafeString("") if missing else bar(cell["points"], cell["low"], cell["high"]),
            )
        )
    return found


def _shown(line: Line, cell: Mapping[str, Any], missing: str) -> str:
    if missing:
        return "—"
    sign = "+" if line.spec.type == "trend" and cell["value"] > 0 else ""
    return sign + number(cell["value"], line.known)


def _adjusted(line: Line, cell: Mapping[str, Any]) -> str:
    if cell.get("expected") is None or cell.get("missing"):
        return ""
    return _("自己的数%(raw)s；这样的件照全类水平该是%(expected)s") % {
        "raw": number(cell["raw"], line.known),
        "expected": number(cell["expected"], line.known),
    }


def _counts(line: Line, counted: Mapping[str, Any]) -> str:
    n, excluded = counted.get("n", 0), counted.get("excluded", 0)
    kind = line.known.kind if line.known else "rate"
    made = f"{counted.get('total', 0):g} ÷ {n}" if kind == "rate" else _("%(n)s件") % {"n": n}
    if excluded:
        made += _("（剔除%(n)s件）") % {"n": excluded}
    if counted.get("due"):
        made += _("；应问%(due)s，问到%(reached)s") % {
            "due": counted["due"],
            "reached": counted.get("reached", 0),
        }
    return made


def bar(at: float, low: float, high: float) -> SafeString:
    """0 to 100 points: the interval as a line, the value as a dot."""
    return format_html(
        '<svg class="score-bar" viewBox="0 0 104 12" role="img" aria-label="{}"><line x1="2" y1="6" x2="102" y2="6" class="ground"/>'
        '<line x1="{}" y1="6" x2="{}" y2="6" class="span"/><circle cx="{}" cy="6" r="3.5"/></svg>',
        _("%(at).0f分，区间%(low).0f到%(high).0f") % {"at": at, "low": low, "high": high},
        *(round(2 + min(100.0, max(0.0, each)), 1) for each in (low, high, at)),
    )


def chart(rows: Sequence[Result], mine: str) -> SafeString:
    """The units of a class, each with its interval on one scale; in order of band and name, never of place."""
    shown = [row for row in rows if row.score is not None]
    if not shown:
        return SafeString("")
    least, most = min(row.low for row in shown), max(row.high for row in shown)
    span = (most - least) or 1.0

    def x(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - 16) * (value - least) / span, 1)

    parts = format_html_join(
        "",
        '<g class="{}"><text x="{}" y="{}" text-anchor="end">{}</text><line x1="{}" y1="{}" x2="{}" y2="{}"/><circle cx="{}" cy="{}" r="4.5"/></g>',
        (
            (
                f"band{row.band % 2 if row.band else 'less'}{' mine' if row.unit == mine else ''}",
                LEFT - 12, place * HEIGHT + 24, row.name,
                x(row.low), place * HEIGHT + 20, x(row.high), place * HEIGHT + 20,
                x(row.score or 0.0), place * HEIGHT + 20,
            )
            for place, row in enumerate(shown)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="score-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        len(shown) * HEIGHT + 36,
        _("各单位得分和区间"),
        parts,
    )

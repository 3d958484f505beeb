"""A finished simulation in sentences and rows, as the page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.city.simulations.running import NOW
from gongzhi.city.simulations.tables import bounds, number

Figure = Mapping[str, Any]

#: figure -> (words, unit, whether less is better); in the order of the page
FIGURES = (
    ("elapsed.p50", gettext_noop("等待中位数"), gettext_noop("小时"), True),
    ("elapsed.p90", gettext_noop("九成的人等待不超过"), gettext_noop("小时"), True),
    ("worked.p50", gettext_noop("占用工作时间中位数"), gettext_noop("工作小时"), True),
    ("within", gettext_noop("按承诺办结"), "%", False),
    ("throughput", gettext_noop("每个工作日办结"), gettext_noop("件"), False),
    ("backlog", gettext_noop("期末没办完"), gettext_noop("件"), True),
)


@dataclass(frozen=True)
class Told:
    """One comparison in words: ``better``, ``worse``, ``same`` (nothing can be seen) or ``changed``."""

    text: str
    way: str


def headline(result: Mapping[str, Any]) -> list[Told]:
    """The paired differences of every variant, in sentences."""
    told = []
    for name, found in result.get("differences", {}).items():
        for key, words, unit, less in FIGURES[:4]:
            if key in found:
                told.append(_difference(name, _(words), unit, less, found[key]))
    return told


def _difference(name: str, words: str, unit: str, less: bool, found: Figure) -> Told:
    low, high, mean = found["low"], found["high"], found["mean"]
    if mean is None or low is None:
        return Told(_("%(name)s：%(what)s算不出来") % {"name": name, "what": words}, "same")
    shown = {"name": name, "what": words, "unit": _("个百分点") if unit == "%" else _(unit)}
    if low <= 0 <= high:
        shown |= {"low": number(low, unit), "high": number(high, unit)}
        text = _("%(name)s：%(what)s看不出差别（95%% 区间 %(low)s 到 %(high)s %(unit)s）")
        return Told(text % shown, "same")
    if mean < 0:
        shown |= {"by": number(-mean, unit), "low": number(-high, unit), "high": number(-low, unit)}
        text = _("%(name)s：%(what)s少 %(by)s %(unit)s（95%% 区间 %(low)s–%(high)s）")
    else:
        shown |= {"by": number(mean, unit), "low": number(low, unit), "high": number(high, unit)}
        text = _("%(name)s：%(what)s多 %(by)s %(unit)s（95%% 区间 %(low)s–%(high)s）")
    return Told(text % shown, "better" if (mean < 0) == less else "worse")


def columns(result: Mapping[str, Any]) -> list[str]:
    """Names of what stands side by side."""
    return [_(NOW) if name == NOW else name for name in result.get("variants", {})]


def figures(result: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Rows of the table: words, and a cell with its interval per variant."""
    variants = list(result.get("variants", {}).values())
    return [
        (f"{_(words)}（{_(unit)}）", [_cell(each["figures"].get(key), unit) for each in variants])
        for key, words, unit, _less in FIGURES
        if any(key in each["figures"] for each in variants)
    ]


def _cell(found: Figure | None, unit: str = "") -> str:
    if not found or found["mean"] is None:
        return "—"
    if found["low"] is None:
        return number(found["mean"], unit)
    low, high = bounds(found["low"], found["high"], unit)
    return f"{number(found['mean'], unit)}（{number(low, unit)}–{number(high, unit)}）"


def pools(result: Mapping[str, Any], titles: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Use of every pool's time, side by side, with how many people there are."""
    variants = list(result.get("variants", {}).values())
    names = dict.fromkeys(name for each in variants for name in each["people"])
    rows = []
    for name in names:
        cells = []
        for each in variants:
            use = _cell(each["figures"].get(f"pool.{name}.use"), "%")
            people = each["people"].get(name)
            cells.append(_("%(n)d人，忙 %(use)s%%") % {"n": people, "use": use} if people else "—")
        rows.append((titles.get(name, name), cells))
    return rows


def steps(
    result: Mapping[str, Any], titles: Iterable[tuple[str, str]]
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Queue (average, most) and working hours of waiting per step and variant."""
    variants = list(result.get("variants", {}).values())
    rows = []
    for step, title in titles:
        cells = []
        for each in variants:
            found = each["figures"]
            keys = (f"step.{step}.queue", f"step.{step}.most", f"step.{step}.wait")
            cells.append(tuple(_mean(found.get(key)) for key in keys))
        rows.append((title, cells))
    return rows  # type: ignore[return-value]


def _mean(found: Figure | None) -> str:
    return number(found["mean"]) if found and found["mean"] is not None else "—"


def queues(result: Mapping[str, Any], steps_: Iterable[str]) -> dict[str, float]:
    """Average queue per step as things are now, for the drawing."""
    now = next(iter(result.get("variants", {}).values()), None)
    if now is None:
        return {}
    found = {step: now["figures"].get(f"step.{step}.queue") for step in steps_}
    return {step: each["mean"] for step, each in found.items() if each and each["mean"] is not None}


__all__ = ["FIGURES", "Told", "columns", "figures", "headline", "pools", "queues", "steps"]

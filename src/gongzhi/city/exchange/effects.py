"""What a package says of its effect, in plain words: with interval, number of cases and places, and "no effect" as plainly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.engine.mechanisms.packages import Proof

KINDS = {
    "pilot": gettext_noop("试点对比"),
    "mining": gettext_noop("过程挖掘"),
    "simulation": gettext_noop("模拟推演"),
    "appraisal": gettext_noop("考核"),
}
#: words of a verdict; what is not listed is told as it stands
VERDICTS = {
    "effect": gettext_noop("有效果"),
    "better": gettext_noop("变好了"),
    "worse": gettext_noop("变差了"),
    "no_effect": gettext_noop("没有看出效果"),
    "none": gettext_noop("没有看出效果"),
    "unclear": gettext_noop("说不清"),
    "mixed": gettext_noop("有好有坏"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of evidence, ready to be read."""

    title: str
    kind: str
    city: str
    version: str
    on: str
    verdict: str
    sentences: tuple[str, ...]
    places: str
    period: str


def told(proof: Proof) -> Told:
    """Evidence in words; whatever is missing in it is said to be missing."""
    data = proof.data
    figures = data.get("figures", ())
    rows = figures if isinstance(figures, list | tuple) else ()
    sentences = tuple(_figure(each) for each in rows if isinstance(each, Mapping))
    places = data.get("places", ())
    verdict = str(data.get("verdict", ""))
    return Told(
        title=proof.title,
        kind=_(KINDS.get(proof.kind, proof.kind)),
        city=proof.city.name,
        version=proof.version,
        on=proof.at[:10],
        verdict=_(VERDICTS[verdict]) if verdict in VERDICTS else verdict or _("没有写结论"),
        sentences=sentences or (_("没有附数字，只能当作说法。"),),
        places="、".join(map(str, places)) if isinstance(places, list | tuple) else str(places),
        period=_period(data.get("period", "")),
    )


def _figure(row: Mapping[str, Any]) -> str:
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    words = {
        "title": str(row.get("title") or row.get("measure") or _("数字")),
        "value": _number(value),
        "unit": str(row.get("unit", "")),
        "n": row.get("n", "?"),
    }
    if low is None or high is None:
        return _("%(title)s：%(value)s%(unit)s，没有给区间，%(n)s件。") % words
    words |= {"low": _number(low), "high": _number(high)}
    told = _("%(title)s：%(value)s%(unit)s，大致在%(low)s到%(high)s之间，%(n)s件。") % words
    if (
        isinstance(low, int | float)
        and isinstance(high, int | float)
        and low <= 0 <= high
        and row.get("effect", True)
    ):
        told += _("区间里有0，说不准是变了还是没变。")
    return told


def _number(value: Any) -> str:
    return (
        f"{value:g}"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else "—"
        if value is None
        else str(value)
    )


def _period(value: Any) -> str:
    if isinstance(value, Mapping):
        return _("%(since)s至%(until)s") % {
            "since": value.get("since", "?"),
            "until": value.get("until", "?"),
        }
    return (
        _("%(since)s至%(until)s") % {"since": value[0], "until": value[1]}
        if isinstance(value, list | tuple) and len(value) == 2
        else str(value)
    )

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
    "works": gettext_noop("有效"),
    "works_unsure": gettext_noop("有效，大小说不准"),
    "harms": gettext_noop("变差了"),
    "none": gettext_noop("没有要紧的效果"),
    "unseen": gettext_noop("看不出效果"),
    "unknowable": gettext_noop("给不出可靠的区间"),
    "effect": gettext_noop("有效果"),
    "no_effect": gettext_noop("没有看出效果"),
}
DECISIONS = {
    "promoted": gettext_noop("推广"),
    "adapted": gettext_noop("改进再试"),
    "withdrawn": gettext_noop("退出"),
}
TRENDS = {
    "alike": gettext_noop("试点前两组走势看不出不同。"),
    "different": gettext_noop("试点前两组走势已经不同，结论要打折。"),
    "unclear": gettext_noop("试点前的期数太少或者波动太大，结论要留余地。"),
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
    #: what that city decided, and why
    decision: str = ""


def told(proof: Proof) -> Told:
    """Evidence in words; whatever is missing in it is said to be missing."""
    data = proof.data
    figures = data.get("figures", ())
    rows = figures if isinstance(figures, list | tuple) else ()
    sentences = tuple(_figure(each) for each in rows if isinstance(each, Mapping))
    verdict = str(data.get("verdict", ""))
    decision = str(data.get("decision", ""))
    decided = _(DECISIONS[decision]) if decision in DECISIONS else decision
    return Told(
        title=proof.title,
        kind=_(KINDS.get(proof.kind, proof.kind)),
        city=proof.city.name,
        version=proof.version,
        on=proof.at[:10],
        verdict=_(VERDICTS[verdict]) if verdict in VERDICTS else verdict or _("没有写结论"),
        sentences=sentences or (_("没有附数字，只能当作说法。"),),
        places=_places(data.get("places", ())),
        period=_period(data.get("period", "")),
        decision="：".join(part for part in (decided, str(data.get("reason", ""))) if part),
    )


def _places(value: Any) -> str:
    """A list of places, or those that tried it and those that were compared."""
    if isinstance(value, Mapping):
        words = {side: _places(value.get(side, ())) for side in ("treated", "comparison")}
        return _("试点%(treated)s，对照%(comparison)s") % words
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _figure(row: Mapping[str, Any]) -> str:
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    unit = str(row.get("unit", ""))
    words = {
        "title": str(row.get("title") or row.get("measure") or _("数字")),
        "value": _amount(value, unit),
        "n": _number(row.get("n")),
    }
    if value is None:
        return _("%(title)s：没有算出来。") % words
    if low is None or high is None:
        told = _("%(title)s：%(value)s，没有给区间，%(n)s件。") % words
    else:
        words |= {"low": _amount(low, unit), "high": _amount(high, unit)}
        told = _("%(title)s：%(value)s，大致在%(low)s到%(high)s之间，%(n)s件。") % words
        if isinstance(low, int | float) and isinstance(high, int | float) and low <= 0 <= high:
            told += _("区间里有0，说不准是变了还是没变。")
    trend = row.get("trend")
    return told + (_(TRENDS[trend]) if isinstance(trend, str) and trend in TRENDS else "")


def _amount(value: Any, unit: str) -> str:
    """A difference with its unit; one of shares is told in percentage points."""
    if unit == "%" and isinstance(value, int | float) and not isinstance(value, bool):
        return _("%(points)s个百分点") % {"points": f"{value * 100:.1f}".rstrip("0").rstrip(".")}
    return f"{_number(value)}{unit}"


def _number(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{round(value, 2):g}"
    return "—" if value is None else str(value)


def _period(value: Any) -> str:
    """Text, two dates, or since – start – until as pilots say it."""
    if isinstance(value, Mapping):
        words = {name: str(value.get(name, "?"))[:10] for name in ("since", "start", "until")}
        if "start" in value:
            return _("%(since)s起看，%(start)s开始，到%(until)s") % words
        return _("%(since)s至%(until)s") % words
    if isinstance(value, list | tuple) and len(value) == 2:
        return _("%(since)s至%(until)s") % {"since": value[0], "until": value[1]}
    return str(value)

"""A result in sentences that nobody can take for more than it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: verdict -> (colour, title, what it means)
VERDICTS = {
    "works": ("green", gettext_noop("有效"), gettext_noop("好转不是碰巧，也不小于事先说的要紧程度。")),
    "works_unsure": (
        "green",
        gettext_noop("有效，大小说不准"),
        gettext_noop("好转不是碰巧；是不是有事先说的那么大，还说不准。"),
    ),
    "harms": ("red", gettext_noop("变差了"), gettext_noop("变差不是碰巧。")),
    "none": (
        "yellow",
        gettext_noop("没有要紧的效果"),
        gettext_noop("就算有变化，也小于事先说的要紧程度。"),
    ),
    "unseen": (
        "yellow",
        gettext_noop("看不出效果"),
        gettext_noop("区间里既有“没有变化”，也有要紧的变化。看不出，不等于没有。"),
    ),
    "unknowable": (
        "yellow",
        gettext_noop("给不出可靠的区间"),
        gettext_noop("地方太少（每边要至少四个）或者没有数，只能看走势，不能下结论。"),
    ),
}

#: kind of a fact -> what was done
STEPS = {
    "pilot_drafted": gettext_noop("拟了方案"),
    "pilot_redrafted": gettext_noop("改了方案"),
    "pilot_declared": gettext_noop("公布了方案"),
    "pilot_taken_back": gettext_noop("退回起草"),
    "pilot_dropped": gettext_noop("作废"),
    "pilot_approved": gettext_noop("批准"),
    "pilot_started": gettext_noop("开始"),
    "pilot_amended": gettext_noop("修改方案"),
    "pilot_area_followed": gettext_noop("有地方撤并，由承接的地方接着试"),
    "pilot_ended": gettext_noop("结束"),
    "pilot_computed": gettext_noop("算了结果"),
    "pilot_decided": gettext_noop("做了决定"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One outcome in words: the verdict, and the sentences under it."""

    colour: str
    verdict: str
    means: str
    sentences: tuple[str, ...]


def told(outcome: Mapping[str, Any], estimate: Mapping[str, Any] | None = None) -> Told:
    """The outcome of a result (``Analysis.data['outcomes']``), or another estimate of it (without followed areas)."""
    found = estimate or outcome
    colour, title, means = VERDICTS[found["verdict"]]
    return Told(colour=colour, verdict=_(title), means=_(means), sentences=tuple(_sentences(outcome, found)))


def _sentences(outcome: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    effect = found.get("effect")
    if not effect:
        return [_("比不出来：%(why)s。") % {"why": found.get("why", "")}]
    before, after, other_before, other_after = (level(outcome, each) for each in effect["means"])
    words = {
        "title": outcome["title"],
        "a": before,
        "b": after,
        "c": other_before,
        "d": other_after,
        "value": change(outcome, effect["value"]),
    }
    said = [
        _("“%(title)s”：试点的地方从%(a)s到%(b)s，对照的地方从%(c)s到%(d)s；试点比对照多变了%(value)s。")
        % words
    ]
    if effect["low"] is not None:
        span = {
            "share": f"{effect['confidence'] * 100:g}",
            "low": change(outcome, effect["low"]),
            "high": change(outcome, effect["high"]),
        }
        said.append(_("%(share)s%%置信区间：%(low)s 到 %(high)s。") % span)
    said.append(_chance(effect))
    said.append(trend(outcome, effect["trend"]))
    if effect["detectable"] is not None:
        found_words = {"value": amount(outcome, effect["detectable"])}
        said.append(_("这样的试点，十次里有八次能发现的最小差别是%(value)s。") % found_words)
    return said


def _chance(effect: Mapping[str, Any]) -> str:
    words = {
        "count": effect["treated"],
        "share": f"{100 * effect['chance']:.1f}",
        "ways": effect["assignments"],
    }
    if effect["exact"]:
        return (
            _(
                "假如新办法没有用，随便挑%(count)d个地方当试点，有%(share)s%%的挑法也能看到这么大的差别（%(ways)d种挑法都算过）。"
            )
            % words
        )
    return (
        _(
            "假如新办法没有用，随便挑%(count)d个地方当试点，约%(share)s%%的挑法也能看到这么大的差别（抽了%(ways)d种挑法）。"
        )
        % words
    )


def trend(outcome: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """What the time before the start says about the comparison."""
    if found["likeness"] == "alike":
        return _("试点前两组走势看不出不同。")
    if found["likeness"] == "different":
        return _("试点前两组走势已经不同，结论要打折：照那样走下去，不试点也会多变%(drift)s。") % {
            "drift": change(outcome, found["drift"])
        }
    return _("试点前的期数太少或者波动太大，看不出两组走势一样不一样，结论要留余地。")


def foresight(outcome: Mapping[str, Any]) -> str:
    """What a trial like this could find, from history alone; and whether history shows a difference where nothing was tried."""
    effect = outcome.get("effect")
    if not effect:
        return _("“%(title)s”：历史太短，算不出。") % {"title": outcome["title"]}
    if effect["detectable"] is None:
        return _("“%(title)s”：每边不到四个地方，给不出可靠的区间。") % {"title": outcome["title"]}
    words = {
        "title": outcome["title"],
        "value": amount(outcome, effect["detectable"]),
        "smallest": amount(outcome, outcome["smallest"]),
    }
    if effect["detectable"] <= outcome["smallest"]:
        return _("“%(title)s”：能发现%(value)s的差别，事先说的要紧程度是%(smallest)s，够用。") % words
    return (
        _(
            "“%(title)s”：只能发现%(value)s以上的差别，比要紧程度%(smallest)s大；多选几个地方、时间长一点，才看得出。"
        )
        % words
    )


def step(kind: str) -> str:
    """What a fact of a pilot's history says was done."""
    return _(STEPS.get(kind, kind))


def is_share(outcome: Mapping[str, Any]) -> bool:
    """Whether its values are shares of 1, shown as per cent."""
    return bool(outcome["kind"] == "rate" and outcome["unit"] == "%")


def level(outcome: Mapping[str, Any], value: float | None) -> str:
    """A value with its unit."""
    if value is None:
        return "—"
    return f"{100 * value:.1f}%" if is_share(outcome) else f"{value:.1f}{outcome['unit']}"


def amount(outcome: Mapping[str, Any], value: float) -> str:
    """A size of a difference: per cent become percentage points."""
    if is_share(outcome):
        return _("%(value)s个百分点") % {"value": f"{100 * value:.1f}"}
    return f"{value:.1f}{outcome['unit']}"


def change(outcome: Mapping[str, Any], value: float) -> str:
    """A difference with its sign."""
    return ("+" if value > 0 else "−" if value < 0 else "") + amount(outcome, abs(value))

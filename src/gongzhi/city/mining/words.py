"""What was found, in sentences: the command line and the page say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.mining.naming import FEW
from gongzhi.engine.mining import Drift, Study, show_hours
from gongzhi.engine.mining.drift import ALPHA, Change


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{share * 100:.0f}%" if share >= 0.1 else f"{share * 100:.1f}%"


def bottlenecks(study: Study, names: Mapping[str, str] | None = None) -> list[str]:
    """Where most of the waiting is."""
    names = names or {}
    found = []
    for arc in study.bottlenecks():
        if arc.n < FEW:
            continue
        words = {
            "source": names.get(arc.source, arc.source),
            "target": names.get(arc.target, arc.target),
            "mean": show_hours(arc.times.mean),
            "median": show_hours(arc.times.median),
            "share": percent(arc.share),
            "n": arc.n,
        }
        text = (
            _("从“%(source)s”到“%(target)s”平均等了%(mean)s（一半在%(median)s以内），占全部等待的%(share)s")
            % words
        )
        if arc.times.worked_mean is not None:
            text += _("；按工作时间算平均%(worked)s") % {"worked": show_hours(arc.times.worked_mean)}
        found.append(text)
    return found


def rework(study: Study, names: Mapping[str, str] | None = None, most: int = 5) -> list[str]:
    """Steps that were done again."""
    names = names or {}
    again = sorted(
        (each for each in study.steps if each.repeats), key=lambda each: (-each.repeats, each.label)
    )
    return [
        _("“%(step)s”有%(cases)d件做了不止一遍，多做了%(repeats)d次")
        % {"step": names.get(each.label, each.label), "cases": each.again, "repeats": each.repeats}
        for each in again[:most]
        if each.again >= FEW
    ]


def pingpong(study: Study, names: Mapping[str, str] | None = None, most: int = 5) -> list[str]:
    """Offices between which cases went to and fro."""
    names = names or {}
    return [
        _("“%(office)s”交给“%(other)s”又退回来重做：%(cases)d件%(n)d次，一来一回平均%(mean)s")
        % {
            "office": names.get(each.office, each.office),
            "other": names.get(each.other, each.other),
            "cases": each.cases,
            "n": each.n,
            "mean": show_hours(each.mean_hours),
        }
        for each in study.pingpong[:most]
        if each.cases >= FEW
    ]


def drifted(found: Drift, names: Mapping[str, str] | None = None) -> list[str]:
    """What changed between two periods, or that nothing can be seen."""
    names = names or {}
    told = []
    if found.mix.is_seen:
        told.append(
            _("走法的比例变了（Cramér V = %(size).2f，p %(p)s）")
            % {"size": found.mix.size, "p": _p(found.mix.p_corrected)}
        )
        for path, before, after in found.moved[:3]:
            words = {"before": percent(before), "after": percent(after)}
            told.append(
                _("　%(path)s：从%(before)s到%(after)s")
                % {"path": " → ".join(names.get(step, step) for step in path), **words}
            )
    # a difference that nobody would notice is not worth a sentence, however certain it is
    seen = [
        each
        for each in found.times
        if each.is_seen and show_hours(each.before or 0) != show_hours(each.after or 0)
    ]
    told += [_changed(each, names) for each in seen[:5]]
    if not told:
        told.append(
            _(
                "看不出变化：%(tests)d项比较，没有一项的差别超出偶然（校正后 p 都不小于%(alpha)s）。这不等于没有变化"
            )
            % {"tests": 1 + len(found.times), "alpha": ALPHA}
        )
    return told


def _changed(each: Change, names: Mapping[str, str]) -> str:
    words = {
        "source": names.get(each.source, each.source),
        "target": names.get(each.target, each.target),
        "before": show_hours(each.before or 0),
        "after": show_hours(each.after or 0),
        "p": _p(each.p_corrected),
    }
    if each.size > 0.5:
        return _("从“%(source)s”到“%(target)s”慢了：中位数从%(before)s到%(after)s（p %(p)s）") % words
    return _("从“%(source)s”到“%(target)s”快了：中位数从%(before)s到%(after)s（p %(p)s）") % words


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def conformance(found: Mapping[str, Any]) -> list[str]:
    """How well cases follow the picture, and where they left it."""
    told = [
        _("%(fitting)d件（%(share)s）完全照图走；符合度 %(fitness).3f（1 是全部符合）")
        % {
            "fitting": found["fitting"],
            "share": percent(found["fitting"] / max(found["cases"], 1)),
            "fitness": found["fitness"],
        }
    ]
    told += [_("　%(sentence)s：%(cases)d件") % each for each in found["deviations"] if each["cases"] >= FEW]
    few = sum(1 for each in found["deviations"] if each["cases"] < FEW)
    if few:
        told.append(_("　另有%(few)d处，每处不足%(least)d件") % {"few": few, "least": FEW})
    if found["not_replayed"]:
        told.append(_("　走法太少见、没有逐一对照的：%(n)d件") % {"n": found["not_replayed"]})
    return told


__all__ = ["FEW", "bottlenecks", "conformance", "drifted", "percent", "pingpong", "rework"]

"""Whether a plan can be declared: every reason at once, by field, in plain words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongzhi.city.kernel import paths
from gongzhi.city.mechanisms import library
from gongzhi.city.pilots.errors import AreaTaken
from gongzhi.city.pilots.models import Pilot, PilotArea
from gongzhi.city.pilots.plans import CONFIDENCES, Plan, comparable, shifted, versions
from gongzhi.city.territory.models import Area, valid

#: states in which the areas of a pilot are spoken for
HOLDING = (Pilot.State.DECLARED, Pilot.State.APPROVED, Pilot.State.RUNNING)
MOST_BEFORE = 104


def problems(plan: Plan, today: date) -> dict[str, str]:
    """Field -> why the plan cannot be declared; empty for one that can."""
    found = {**_versions(plan), **_time(plan, today), **_areas(plan), **_assignment(plan)}
    if not plan.title.strip():
        found["title"] = _("请写试点的名称")
    if plan.confidence not in CONFIDENCES:
        found["confidence"] = _("置信水平只能是90%、95%或99%")
    if not plan.stopping.strip():
        found["stopping"] = _("请写明什么情况下提前停（例如出了什么事、多少件被投诉）")
    return found


def _versions(plan: Plan) -> dict[str, str]:
    tried, kept = versions(plan.mechanism, plan.version, plan.base)
    if tried is None or kept is None:
        return {"version": _("没有安装这个版本")}
    found = {}
    if plan.version == plan.base:
        found["version"] = _("要试的版本就是现在用的版本，没有什么可比")
    if library.LIBRARY.active_version(plan.mechanism) != plan.base:
        found["version"] = _("现在用的已经不是%(base)s版，请重新选机制") % {"base": plan.base}
    known = comparable(tried, kept)
    unknown = [each.measure for each in plan.outcomes if each.measure not in known]
    if not plan.outcomes:
        found["outcomes"] = _("请至少选一个结果指标")
    elif unknown:
        found["outcomes"] = _("两个版本算法不一样、或者不分地方的指标不能比：%(ids)s") % {
            "ids": _("、").join(unknown)
        }
    elif any(not each.smallest > 0 for each in plan.outcomes):
        found["outcomes"] = _("请写明每个指标差多少才算要紧，大于0")
    return found


def _time(plan: Plan, today: date) -> dict[str, str]:
    found = {}
    if plan.starts is None or plan.ends is None:
        return {"starts": _("请写开始和结束的日期")}
    if plan.starts < today:
        found["starts"] = _("开始的日期已经过了；方案要在开始之前公布")
    if shifted(plan.starts, 1, plan.unit) > shifted(plan.ends, 0, plan.unit):
        found["ends"] = _("从开始到结束不足一期")
    if not 1 <= plan.before <= MOST_BEFORE:
        found["before"] = _("试点前要比几期，写1到%(most)s") % {"most": MOST_BEFORE}
    if not 0 <= plan.settle_days <= 180:
        found["settle_days"] = _("结束后等几天再算，写0到180")
    if any(not plan.starts < day <= plan.ends for day in plan.looks):
        found["looks"] = _("中途看结果的日子要在试点期间")
    return found


def _areas(plan: Plan) -> dict[str, str]:
    if not plan.treated or not plan.comparison:
        return {"areas": _("请勾选试点的地方和对照的地方，各至少一个")}
    if set(plan.treated) & set(plan.comparison):
        return {"areas": _("同一个地方不能又试点又对照")}
    rows = list(Area.objects.filter(valid(), code__in=[*plan.treated, *plan.comparison]))
    if missing := {*plan.treated, *plan.comparison} - {row.code for row in rows}:
        return {
            "areas": _("没有这些地方，或者已经撤并：%(codes)s") % {"codes": _("、").join(sorted(missing))}
        }
    for row in rows:
        for other in rows:
            if row.pk != other.pk and paths.is_within(other.path, row.path):
                told = {"inner": other.short_name, "outer": row.short_name}
                return {"areas": _("“%(inner)s”在“%(outer)s”里面，不能都选") % told}
    return {}


def _assignment(plan: Plan) -> dict[str, str]:
    if plan.how == "lot" and not plan.seed:
        return {"how": _("抽签没有记下种子")}
    if plan.how == "lot" and {*plan.treated, *plan.comparison} != set(plan.pool):
        return {"how": _("抽签以后改过地方，请重新抽")}
    if plan.how != "lot" and not plan.because.strip():
        return {"because": _("不是抽签的，请写明为什么选这些地方")}
    return {}


def check_free(pilot: Pilot, areas: list[Area]) -> None:
    """Raises AreaTaken for an area that another pilot of the mechanism has, or that lies in or around one of those."""
    others = PilotArea.objects.filter(pilot__mechanism=pilot.mechanism, pilot__state__in=HOLDING)
    for row in others.exclude(pilot=pilot).select_related("area", "pilot"):
        for area in areas:
            around = paths.is_within(area.path, row.area.path) or paths.is_within(row.area.path, area.path)
            if around:
                raise AreaTaken(area=area.short_name, mechanism=pilot.mechanism, other=row.pilot.title)

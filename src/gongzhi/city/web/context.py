"""What every page shows: the doors that this person may open, the post in which they act, the city's name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gongzhi.city.duty import queries as duty
from gongzhi.city.kernel.permissions import may
from gongzhi.city.mechanisms.overviews.burden import FORMS
from gongzhi.city.mechanisms.overviews.projects import PROJECTS
from gongzhi.city.mechanisms.overviews.units import UNITS
from gongzhi.city.records import catalogue
from gongzhi.city.web.acting import acting_post, standing

#: roles for which the command board is the first page
COMMAND_ROLES = frozenset({"duty_officer", "leader", "auditor"})
#: who finds the burden account among the doors; others who may read it come by a link
BURDEN_ROLES = frozenset({"grid_worker", "leader", "auditor"})
#: for whom the reform loop is daily work; others who may read it come by a link
REFORM_ROLES = frozenset({"reform_officer", "reform_chief", "org_officer", "leader", "auditor", "admin"})
#: who settles disputes, answers petitions and enforces the law, and who looks after them
ORDER_ROLES = frozenset({
    "centre_clerk", "mediator", "petition_clerk", "enforcement_officer", "legal_reviewer", "leader", "auditor",
})  # fmt: skip
#: who looks at alerts every day
WARNING_ROLES = frozenset({"monitor", "welfare_clerk", "leader", "auditor", "centre_clerk"})
#: who works for a village, or looks after it
VILLAGE_ROLES = frozenset({"council_chair", "village_supervisor", "grid_worker", "officer"})
#: who sits at windows and video seats, keeps appointments, or sets them up
COUNTER_ROLES = frozenset({"window_clerk", "seat", "proxy", "grid_worker", "leader", "admin"})
#: where the addresses of the residents' pages begin, beside the front page
RESIDENTS = (
    "/points/",
    "/queue/",
    "/visit/",
    "/appointment/",
    "/video/",
    "/report/",
    "/t/",
    "/services/",
    "/apply/",
    "/ratings/",
    "/powers/",
    "/lists/",
    "/village/",
    "/welfare/",
    "/green/",
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; costs one query for staff and none for residents."""
    post = acting_post(request)
    return {"doors": _doors(request, post), "post": post, "city_name": settings.GONGZHI_CITY_NAME}


def _keeps_watch(by: Any) -> bool:
    """Whether somebody has a duty room to look after: duty officers, and the offices that keep one."""
    keeping = duty.offices_with_room() if may(by, "duty.work") else frozenset()
    return by.office in keeping or (by.role == "duty_officer" and bool(keeping))


def _doors(request: HttpRequest, post: Any) -> list[dict[str, Any]]:
    found: list[tuple[str, str, tuple[str, ...]]] = [(_("群众"), "web:home", RESIDENTS)]
    if post is not None:
        by = standing(request)
        found += [(_("网格"), "web:grid", ("/grid/",))] if by.role == "grid_worker" else []
        found += [(_("工作台"), "web:desk", ("/desk/",))] if may(by, "case.list") else []
        found += [(_("窗口"), "web:counters", ("/counter/",))] if by.role in COUNTER_ROLES else []
        # a door to an empty room helps nobody
        registers = may(by, "record.list") and bool(catalogue.offered())
        found += [(_("登记簿"), "web:registers", ("/registers/",))] if registers else []
        units = may(by, "record.list") and catalogue.known(UNITS) is not None
        found += [(_("单元"), "web:units", ("/units/", "/offices/"))] if units else []
        projects = may(by, "record.list") and catalogue.known(PROJECTS) is not None
        found += [(_("项目"), "web:projects", ("/projects/", "/land/"))] if projects else []
        burden = may(by, "burden.read") and by.role in BURDEN_ROLES and catalogue.known(FORMS) is not None
        found += [(_("负担账"), "web:burden", ("/burden/",))] if burden else []
        found += [(_("值班"), "web:duty", ("/duty/",))] if _keeps_watch(by) else []
        found += [(_("指挥"), "web:command", ("/command/", "/wall/"))] if may(by, "board.read") else []
        found += [(_("改革"), "web:reform", ("/reform/",))] if by.role in REFORM_ROLES else []
        found += [(_("村里的事"), "web:village", ("/village/",))] if by.role in VILLAGE_ROLES else []
        found += [(_("综治与执法"), "web:order", ("/order/",))] if by.role in ORDER_ROLES else []
        found += [(_("监测预警"), "web:warnings", ("/warnings/",))] if by.role in WARNING_ROLES else []
        found += [(_("廉洁"), "web:clean", ("/clean/",))] if by.role == "discipline_officer" else []
    found.append((_("机制"), "web:mechanisms", ("/mechanisms/",)))
    path = request.path
    return [
        {
            "title": title,
            "url": reverse(name),
            "current": path.startswith(below) or path == reverse(name),
        }
        for title, name, below in found
    ]

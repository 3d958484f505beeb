"""Lists to choose from on pages: villages under their towns, offices under their kinds. Kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.utils.translation import gettext as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import queries as records
from gongzhi.city.territory.models import Area, Level, Office, Post, valid

FRESH = 60.0
SOON = 3.0
Groups = list[tuple[str, list[tuple[str, str]]]]
_memory: dict[str, tuple[float, Any]] = {}


def _kept(make: Callable[[], Any]) -> Callable[[], Any]:
    @wraps(make)
    def kept() -> Any:
        known = _memory.get(make.__name__)
        if known is None or time.monotonic() - known[0] > FRESH:
            known = _memory[make.__name__] = (time.monotonic(), make())
        return known[1]

    return kept


@_kept
def area_options() -> Groups:
    """Villages and communities by town: (town, [(code, name)…])."""
    rows = Area.objects.filter(valid(), level__in=(Level.TOWN, Level.VILLAGE)).order_by("path")
    groups: Groups = []
    for level, code, name in rows.values_list("level", "code", "short_name"):
        if level == Level.TOWN:
            groups.append((name, [(code, name)]))
        elif groups:
            groups[-1][1].append((code, name))
    return groups


@_kept
def _offices() -> list[tuple[str, str, str, str]]:
    rows = Office.objects.filter(valid()).order_by("path")
    return list(rows.values_list("code", "short_name", "kind", "path"))


def office_options(by: Standing | None = None, *, every: bool = False) -> Groups:
    """Offices to which work can go: those below the own office first, then departments and towns, then partners elsewhere.

    ``every``: an opening form names any office there is, so the own one comes first and the villages under their towns last.
    """
    groups: dict[str, list[tuple[str, str]]] = {_("本单位"): []} if every else {}
    groups |= {name: [] for name in (_("本单位下属"), _("市直单位"), _("乡镇街道"), _("外地和合作单位"))}
    town = ""
    for code, name, kind, path in _offices():
        if by is not None and by.office_path and paths.is_within(path, by.office_path):
            if path != by.office_path:
                groups[_("本单位下属")].append((code, name))
            elif every:
                groups[_("本单位")].append((code, name))
        if kind in ("department", "enterprise"):
            groups[_("市直单位")].append((code, name))
        elif kind == "partner":
            groups[_("外地和合作单位")].append((code, name))
        elif kind == "town":
            groups[_("乡镇街道")].append((code, name))
            town = _("%(town)s的村（社区）") % {"town": name}
        elif kind == "village" and every:
            groups.setdefault(town, []).append((code, name))
    if len(groups[_("本单位下属")]) > 60:
        del groups[_("本单位下属")]
    return [(name, offices) for name, offices in groups.items() if offices]


def record_options(register: str, outside: bool) -> list[tuple[str, str]] | None:
    """(key, name) of a register's records where they are few enough to choose from; ``None`` for the others. Kept for a
    few seconds only: what was just published is wanted at once. Of people nobody is offered a list."""
    if records.is_about_people(register):
        return None
    name = f"records {register} {outside}"
    known = _memory.get(name)
    if known is None or time.monotonic() - known[0] > SOON:
        found = records.choices(register, outside=outside, most=records.FEW + 1)
        known = _memory[name] = (time.monotonic(), found if len(found) <= records.FEW else None)
    return cast("list[tuple[str, str]] | None", known[1])


def forget() -> None:
    """Drop what is remembered (tests)."""
    _memory.clear()


def colleagues(by: Standing) -> list[tuple[str, str]]:
    """(person, name) of those who hold the same role in the same office: to whom a task can be handed."""
    rows = (
        Post.objects.filter(valid(), role=by.role, office__code=by.office)
        .select_related("user")
        .order_by("id")
    )
    return [(post.user.person, post.user.name) for post in rows if post.user.person != by.person]

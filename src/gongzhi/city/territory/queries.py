"""Questions to the territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.errors import NobodyResponsible, NoSuchArea, NoSuchOffice
from gongzhi.city.territory.models import Area, DutyEntry, Office, Post, valid


def area(code: str, on: date | None = None) -> Area:
    """The area with the code, valid on the day. NoSuchArea otherwise."""
    found = Area.objects.filter(valid(on), code=code).first()
    if found is None:
        raise NoSuchArea(code=code)
    return found


def office(code: str, on: date | None = None) -> Office:
    """The office with the code, valid on the day. NoSuchOffice otherwise; ``heirs`` says who succeeded it."""
    found = Office.objects.filter(valid(on), code=code).select_related("area").first()
    if found is None:
        raise NoSuchOffice(code=code)
    return found


def areas_in(root: Area, level: str = "", on: date | None = None) -> QuerySet[Area]:
    """The areas of the subtree, the root included, of one level or of all, in the order of the tree."""
    found = Area.objects.filter(valid(on), paths.within(root.path))
    return found.filter(level=level) if level else found


def offices_in(root: Office | Area, on: date | None = None) -> QuerySet[Office]:
    """The offices below an office (itself included), or seated in an area's subtree."""
    column = "path" if isinstance(root, Office) else "area__path"
    return Office.objects.filter(valid(on), paths.within(root.path, column)).select_related("area")


def posts_of(user: Any, on: date | None = None) -> list[Post]:
    """The posts that a person holds on the day, the oldest first."""
    held = Post.objects.filter(valid(on), user=user).select_related("office__area", "area", "user")
    return list(held.order_by("starts", "pk"))


def holders(role: str, root: Office | Area, on: date | None = None) -> QuerySet[Post]:
    """The posts of a role at an office and below, or for an area and below."""
    column = "office__path" if isinstance(root, Office) else "area__path"
    held = Post.objects.filter(valid(on), paths.within(root.path, column), role=role)
    return held.select_related("user", "office", "area")


def standing(post: Post) -> Standing:
    """The person of a post as actions and the engine know them; load the post by ``posts_of``."""
    place = post.area or (post.office.area if post.office else None)
    return Standing(
        person=post.user.person,
        role=post.role,
        office=post.office.code if post.office else "",
        area=place.code if place else "",
        name=post.user.name,
        post=str(post.pk),
        office_path=post.office.path if post.office else "",
        area_path=place.path if place else "",
        mechanism=post.mechanism,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who handles it, and why: what a dispatcher reads and an officer may dispute."""

    office: Office
    #: words to show, e.g. 职责清单“市政设施/路灯”(第2版,全市):三定方案第三条
    because: str
    #: the line of the directory; None when a backstop answers
    entry: DutyEntry | None = None


def office_for(category: str, place: Area, on: date | None = None) -> Responsible:
    """The office that handles matters of the category in the area.

    The most special line counts: first the longest category (``市政设施/路灯`` before ``市政设施``), then the nearest area.
    Without a line the nearest backstop answers. NobodyResponsible when there is none either. Two queries.
    """
    words = category.split("/")
    categories = ["/".join(words[:count]) for count in range(len(words), 0, -1)]
    around = paths.ancestors(place.path)
    lines = DutyEntry.objects.filter(valid(on), category__in=categories).select_related(
        "office__area", "area"
    )
    fitting = [line for line in lines if line.area is None or line.area.path in around]
    if fitting:
        best = max(
            fitting,
            key=lambda line: (len(line.category), len(line.area.path) if line.area else 0, line.version),
        )
        return Responsible(office=best.office, because=_because(best), entry=best)
    backstops = Office.objects.filter(valid(on), is_backstop=True, area__path__in=around).select_related(
        "area"
    )
    backstop = backstops.order_by("-area__path").first()
    if backstop is None:
        raise NobodyResponsible(category=category, area=place.name)
    data = {"category": category, "area": backstop.area.name}
    return Responsible(
        office=backstop, because=_("职责清单没有“%(category)s”,由%(area)s的兜底单位承接") % data
    )


def _because(entry: DutyEntry) -> str:
    return _("%(source)s“%(category)s”(第%(version)d版,%(where)s):%(basis)s") % {
        "source": _("裁定") if entry.source == DutyEntry.Source.RULING else _("职责清单"),
        "category": entry.category,
        "version": entry.version,
        "where": entry.area.name if entry.area else _("全域"),
        "basis": entry.basis,
    }


def heirs(ended: Office) -> list[Office]:
    """The valid offices that go on with the matters of an ended one, through any number of reforms; itself if it is valid."""
    found: dict[int, Office] = {}
    waiting, seen = [ended], set()
    while waiting:
        current = waiting.pop()
        if current.pk in seen:
            continue
        seen.add(current.pk)
        if current.is_valid():
            found[current.pk] = current
            continue
        waiting += [s.new_office for s in current.successions.select_related("new_office") if s.new_office]
    return sorted(found.values(), key=lambda each: each.path)


def superiors(below: Office, on: date | None = None) -> list[Office]:
    """The offices above: the tree's, and those by direct and dual subordination."""
    above = Office.objects.filter(path__in=paths.ancestors(below.path)[:-1])
    linked = Office.objects.filter(valid(on, "subordinates__"), subordinates__office=below)
    return [*above, *linked.distinct()]

"""One office: whom it answers to, in which way; what it was before and became; its posts and its open matters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.models.case import OPEN
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.sorting import to_sort
from gongzhi.city.territory.errors import NoSuchOffice
from gongzhi.city.territory.models import Office, OfficeLink, Post, Succession, valid

#: open matters on the page; more are found from the desk
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePage:
    """Everything that the page of an office shows."""

    office: Office
    #: the tree's superiors, the highest first
    above: tuple[Office, ...]
    #: by direct and dual subordination, those that have ended last
    superiors: tuple[OfficeLink, ...]
    subordinates: tuple[OfficeLink, ...]
    below: tuple[Office, ...]
    came_from: tuple[Succession, ...]
    went_to: tuple[Succession, ...]
    posts: tuple[Post, ...]
    #: open matters that this post may see, the most urgent first; one more than ``MOST`` when there are more
    matters: tuple[Case, ...]
    #: how many of this post's matters to sort lie with the office
    unsorted: int

    @property
    def more(self) -> bool:
        """Whether there are more open matters than are shown."""
        return len(self.matters) > MOST

    @property
    def shown(self) -> tuple[Case, ...]:
        """The matters that are shown."""
        return self.matters[:MOST]


def office_page(by: Standing, code: str) -> OfficePage:
    """The page of an office, also of one that has ended. Right ``territory.read``. Ten queries. Raises NoSuchOffice."""
    check(by, "territory.read")
    office = Office.objects.filter(code=code).select_related("area").first()
    if office is None:
        raise NoSuchOffice(code=code[:40])
    links = OfficeLink.objects.select_related("superior", "office").order_by("ends", "id")
    held = Task.objects.filter(office_path=office.path).values("case")
    matters = visible(by).filter(OPEN).filter(Q(lead_path=office.path) | Q(pk__in=held)).defer("state")
    followed = Succession.objects.select_related("old_office", "new_office").order_by("id")
    return OfficePage(
        office=office,
        above=tuple(Office.objects.filter(path__in=paths.ancestors(office.path)[:-1]).order_by("path")),
        superiors=tuple(links.filter(office=office)),
        subordinates=tuple(links.filter(superior=office).filter(valid())),
        below=tuple(Office.objects.filter(valid(), parent=office).order_by("path")),
        came_from=tuple(followed.filter(new_office=office)),
        went_to=tuple(followed.filter(old_office=office)),
        posts=tuple(
            Post.objects.filter(valid(), office=office).select_related("user", "area").order_by("role", "id")
        ),
        matters=tuple(matters.order_by("due", "id")[: MOST + 1]),
        unsorted=to_sort(by).filter(office_path=office.path).count(),
    )

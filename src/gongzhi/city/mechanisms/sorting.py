"""What a person decides after an office or area was split: to which successor an open case or a record belongs."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions as cases
from gongzhi.city.kernel import clock, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.errors import NotAnHeir
from gongzhi.city.mechanisms.models import ToSort
from gongzhi.city.mechanisms.succession import living
from gongzhi.city.records import actions as records
from gongzhi.city.territory.models import Area, Office, Succession


def to_sort(by: Standing) -> QuerySet[ToSort]:
    """What this post may sort and nobody has yet, the oldest first; rights ``case.move``."""
    rows = permissions.scope(by, "case.move", ToSort.objects.filter(settled_at=None))
    return rows.select_related("case", "record", "old_office", "old_area").order_by("id")


def candidates(row: ToSort) -> list[Office | Area]:
    """The successors among which to choose, as they are today."""
    old = {"old_office": row.old_office_id} if row.old_office_id else {"old_area": row.old_area_id}
    followed = Succession.objects.filter(**old).select_related("new_office__area", "new_area").order_by("id")
    return living([each.new_office if row.old_office_id else each.new_area for each in followed])


@transaction.atomic
def sort(by: Standing, row_id: int, code: str) -> ToSort:
    """Hand the case or record to the successor ``code`` (the one where it is: it stays). Right ``case.move``.

    Raises NotAllowed, NotAnHeir. What somebody sorted or finished meanwhile is left as it is.
    """
    row = ToSort.objects.select_for_update(of=("self",)).get(pk=row_id)
    permissions.check(by, "case.move", row)
    if row.settled_at is not None:
        return row
    places = {each.code: each for each in candidates(row)}
    if code not in places:
        raise NotAnHeir(code=code[:40], may="、".join(each.name for each in places.values()))
    now = _place(row)
    told = _("由人工分给%(heir)s") % {"heir": places[code].name}
    if code != row.now_at:
        if row.case_id:
            cases.move_matter(by, row.case_id, now, code, why={"basis": told})
        elif row.record_id:
            records.move_record(by, row.record_id, now, code, because=told)
    row.settled_at, row.settled_by, row.now_at = clock.now(), by.person[:64], code
    row.save(update_fields=["settled_at", "settled_by", "now_at"])
    return row


def _place(row: ToSort) -> Office | Area:
    model: type[Office] | type[Area] = Office if row.old_office_id else Area
    return model.objects.get(code=row.now_at)

"""Registers as decisions look through them: all usable records of a small one, and which columns the city holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.records import catalogue, sealing
from gongzhi.city.records.models import Record
from gongzhi.engine.registers.reading import cells_of

#: a small register holds at most so many records (``small: true``)
MOST = 2000


class Shelf:
    """``cases.lookups.Shelf`` over the records room."""

    def all_records(self, register: str) -> Sequence[Mapping[str, Any]]:
        """Key, state, open columns and derived values of all usable records, as FEEL computes; private values are left out.
        One query. Nothing where there is no such register or it is not a small one."""
        declared = catalogue.known(register)
        if declared is None or not declared.register.small:
            return ()
        found = declared.register
        rows = Record.objects.filter(register=register, published_state__in=sorted(found.usable))
        today = clock.today()
        plain = {field.id for field in found.form.fields if field.privacy in sealing.OPEN_CLASSES}
        listed = []
        for row in rows.select_related("published").order_by("key")[:MOST]:
            if row.published is None:
                continue
            values = {name: value for name, value in row.published.data.items() if name in plain}
            derived = found.derive(values, today, state=row.published_state) if found.derived else {}
            listed.append(
                {
                    **derived,
                    **found.form.for_expressions(values),
                    "key": row.key,
                    "state": row.published_state,
                }
            )
        return listed

    def known_cells(self) -> Sequence[Mapping[str, str]]:
        """Every column of every register that is installed."""
        return [cell for each in catalogue.offered() for cell in cells_of(each.register)]


SHELF = Shelf()

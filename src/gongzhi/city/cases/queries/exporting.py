"""A list as CSV: what may be seen, nothing private, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries.lists import HEAVY, ORDERS, CaseFilter, chosen
from gongzhi.city.cases.world import area_name, office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.sheets import safe
from gongzhi.engine.instants import SHANGHAI

COLUMNS: Final = (
    "编号", "标题", "类型", "类别", "紧急程度", "渠道", "区域", "主办单位", "受理时间", "群众时限", "承办时限", "办结时间", "结果",
    "灯",
)  # fmt: skip
SIZE = 200
LIGHT_WORDS: Final = {"green": "绿", "yellow": "黄", "red": "红", "none": ""}


def export_csv(
    by: Standing, filter: CaseFilter | None = None, *, order: str = "newest", at: datetime | None = None
) -> Iterator[str]:
    """Lines of CSV (RFC 4180, with a byte order mark so that Excel reads Chinese), made as they are read.

    Raises NotAllowed and BadFilter at once, before the first line.
    """
    check(by, "case.export")
    at = at or clock.now()
    rows = chosen(by, filter or CaseFilter(state="all"), at, "case.export").defer(*HEAVY)
    return _lines(rows, ORDERS[order], at)


def _lines(rows: Any, order: tuple[str, ...], at: datetime) -> Iterator[str]:
    yield "﻿" + line(COLUMNS)
    cursor = ""
    while True:
        found = page(rows, order, cursor=cursor, size=SIZE)
        for row in found.rows:
            yield line(_cells(row, at))
        if not found.after:
            return
        cursor = found.after


def _cells(row: Case, at: datetime) -> tuple[str, ...]:
    return (
        row.number or "",
        row.subject,
        row.kind,
        row.category,
        row.urgency,
        row.channel,
        area_name(row.area_id or ""),
        office_name(row.lead_id or ""),
        *(_time(when) for when in (row.opened_at, row.citizen_due, row.unit_due, row.ended_at)),
        row.ended,
        LIGHT_WORDS[row.light(at)],
    )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


def line(cells: tuple[str, ...]) -> str:
    """One line of CSV with safe cells."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()

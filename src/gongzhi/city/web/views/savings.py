"""What was cut: of one item version by version, for everybody; of all items in a year, for staff, opening to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases.world import office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import savings
from gongzhi.city.mechanisms.overviews.savings import Saving
from gongzhi.city.mechanisms.overviews.sheets import workbook
from gongzhi.city.records import queries as records
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.records.queries import Published
from gongzhi.city.web.acting import staff
from gongzhi.city.web.sent import whole
from gongzhi.city.web.views.register_sheets import XLSX
from gongzhi.city.web.views.registers import sentences

SIZE = 100
FIRST_YEAR, LAST_YEAR = 2000, 2200


@require_safe
def of_item(request: HttpRequest, key: str) -> HttpResponse:
    """The public versions of one item, side by side in words, and what is less since the first."""
    try:
        name, versions = records.public_versions(savings.ITEMS, key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error
    steps = [
        {
            "version": each,
            "words": [words for change in each.changes for words in sentences(change)],
            "less": said(savings.saving(versions[place + 1].values, each.values))
            if place + 1 < len(versions)
            else [],
        }
        for place, each in enumerate(versions)
    ]
    whole_way = savings.saving(versions[-1].values, versions[0].values) if len(versions) > 1 else None
    context = {
        "key": key,
        "name": name,
        "steps": steps,
        "sum": said(whole_way) if whole_way else [],
        "sides": sides(versions),
        "first": versions[-1] if versions else None,
    }
    return render(request, "web/item_changes.html", context)


def sides(versions: list[Published]) -> list[tuple[str, str, str]]:
    """(what, in the first version, in the one in force) of days, materials, visits and fees."""
    if len(versions) < 2:
        return []
    old, new = versions[-1].values, versions[0].values
    rows = (
        (_("承诺多少天"), _days(old), _days(new)),
        (_("要几份材料"), _rows(old, savings.MATERIALS), _rows(new, savings.MATERIALS)),
        (_("跑几趟"), _plain(old.get(savings.VISITS)), _plain(new.get(savings.VISITS))),
        (_("收几项费"), _rows(old, savings.FEES), _rows(new, savings.FEES)),
    )
    return [row for row in rows if row[1] or row[2]]


def said(less: Saving) -> list[str]:
    """The sum in words: 压缩5天、少2份材料、少跑1趟; what became more is said as well."""
    units = {"days": less.unit or _("天"), "materials": "", "visits": "", "fees": ""}
    pairs = {
        "days": (_("压缩%(n)s个%(unit)s"), _("延长%(n)s个%(unit)s")),
        "materials": (_("少%(n)s份材料"), _("多%(n)s份材料")),
        "visits": (_("少跑%(n)s趟"), _("多跑%(n)s趟")),
        "fees": (_("少收%(n)s项费"), _("多收%(n)s项费")),
    }
    words = [
        (pairs[what][0] if number > 0 else pairs[what][1]) % {"n": _plain(abs(number)), "unit": units[what]}
        for what in savings.WHAT
        if (number := less.of(what))
    ]
    return [*words, _("时限换了单位，天数不相减")] if less.other_unit else words


@never_cache
@staff()
@require_safe
def of_year(request: HttpRequest) -> HttpResponse:
    """What this year changed over all items: totals, and the rows behind each."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "record.list")
    year, what = _year(request), request.GET.get("what", "")
    if what and what not in (*savings.WHAT, "new", "changed", "gone"):
        raise Http404(what)
    context: dict[str, Any] = {"year": year, "what": what, "missing": False, "this_year": clock.today().year}
    try:
        found = savings.of_year(by, year)
    except NoSuchRegister:
        return render(request, "web/year_changes.html", {**context, "missing": True})
    start = min(whole(request.GET.get("from")) or 0, savings.MOST)
    lines = found.narrowed(what)
    context |= {
        "found": found,
        "tiles": tiles(found),
        "lines": [{"line": line, "less": said(line.saving)} for line in lines[start : start + SIZE]],
        "count": len(lines),
        "next": start + SIZE if len(lines) > start + SIZE else None,
        "may_export": may(by, "record.export"),
    }
    return render(request, "web/year_changes.html", context)


@staff()
@require_safe
def year_sheet(request: HttpRequest) -> HttpResponse:
    """The rows of a year as a workbook."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "record.export")
    found = savings.of_year(by, _year(request))
    kinds = {"new": _("新增"), "changed": _("修改"), "gone": _("停用")}
    head = [
        _("实施编码"),
        _("事项"),
        _("实施主体"),
        _("怎么变的"),
        _("哪天"),
        _("压缩时限"),
        _("时限单位"),
        _("减少材料"),
        _("减少跑动"),
        _("减少收费"),
    ]
    rows = (
        [
            line.key,
            line.name,
            office_name(line.holder),
            kinds[line.kind],
            line.at.date().isoformat(),
            *[_plain(line.saving.days), line.saving.unit],
            *[_plain(getattr(line.saving, each)) for each in ("materials", "visits", "fees")],
        ]
        for line in found.narrowed(request.GET.get("what", ""))
    )
    name = f"changes-{found.year}.xlsx"
    return HttpResponse(
        workbook(_("审批精简"), head, rows),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def tiles(found: savings.Year) -> Iterable[dict[str, Any]]:
    """The totals: (what the rows are narrowed to, name, number, how it was computed)."""
    for unit in found.units or [""]:
        share = found.share(unit)
        yield {
            "what": "days",
            "name": _("压缩时限"),
            "figure": _plain(found.total("days", unit)),
            "unit": unit or _("天"),
            "formula": _("改前减改后，逐项相加")
            + (_("；平均压缩%(n)s%%") % {"n": round(share * 100)} if share else ""),
        }
    for what, name, unit, formula in (
        ("materials", _("少要材料"), _("份"), _("改前份数减改后份数，逐项相加")),
        ("visits", _("少跑"), _("趟"), _("改前到现场次数减改后，逐项相加")),
        ("fees", _("少收费"), _("项"), _("改前收费项目减改后，逐项相加")),
    ):
        yield {
            "what": what,
            "name": name,
            "figure": _plain(found.total(what)),
            "unit": unit,
            "formula": formula,
        }
    for what, name in (("changed", _("修改事项")), ("new", _("新增事项")), ("gone", _("停用事项"))):
        yield {
            "what": what,
            "name": name,
            "figure": found.count(what),
            "unit": _("项"),
            "formula": _("这一年里发布版本变了的"),
        }


def _year(request: HttpRequest) -> int:
    asked = whole(request.GET.get("year")) or clock.today().year
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else clock.today().year


def _days(values: Any) -> str:
    return f"{_plain(values.get(savings.DAYS))} {values.get(savings.UNIT) or ''}".strip()


def _rows(values: Any, name: str) -> str:
    return str(len(values[name])) if isinstance(values.get(name), list) else ""


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value).removesuffix(".0")

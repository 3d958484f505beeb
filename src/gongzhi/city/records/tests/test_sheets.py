"""Importing and exporting: repeatable by key, row by row, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.sheets import safe, unsafe
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import actions, queries, sheets
from gongzhi.city.records.errors import BadFile
from gongzhi.city.records.models import Record, Version
from gongzhi.city.records.tests.cast import ITEMS, drafted, hall_registers, published

HEAD = ("编码", "名称", "别名", "实施主体", "承诺办结时限", "申请材料(材料|可容缺)", "联系人电话", "备注")
ROWS: list[tuple[Any, ...]] = [
    ("CG-001", "临时占用城市道路审批", "占道", "城管局", 5, "申请表|否\n平面图|是", "13800138000", "x"),
    ("CG-002", "户外广告设置审批", "", "cgj", 1, "", "", ""),
    ("CG-003", "", "没有名称", "城管局", 3, "", "", ""),
    ("HB-001", "排污许可", "", "没有这个局", 20, "", "", ""),
    ("HB-002", "噪声备案", "", "环保局", "很多天", "", "", ""),
]


def xlsx(rows: list[tuple[Any, ...]], head: tuple[str, ...] = HEAD) -> io.BytesIO:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def taken(by: Any, rows: list[tuple[Any, ...]], **more: Any) -> actions.ImportReport:
    return actions.import_records(xlsx(rows), "事项.xlsx", register=ITEMS, by=by, **more)


def counted(report: actions.ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.same, report.refused


@pytest.mark.django_db
def test_it_takes_the_good_rows_and_says_what_is_wrong_with_the_others(cast, monday):
    report = taken(cast.chen, ROWS)
    assert counted(report) == (2, 0, 0, 3)
    wrong = {each.number: each for each in report.rows if each.outcome == "refused"}
    assert {number: set(each.fields) for number, each in wrong.items()} == {
        4: {"title"},
        5: {"holder"},
        6: {"promised_days"},
    }
    assert report.unused == ("备注",)
    row = Record.objects.get(key="CG-001")
    assert row.office_id == "cgj" and row.data["materials"][1] == {"name": "平面图", "gap": True}
    assert row.data["contact"].startswith("sealed:")


@pytest.mark.django_db
def test_it_changes_nothing_when_the_same_file_comes_again(cast, monday):
    taken(cast.chen, ROWS)
    versions, sealed = Version.objects.count(), SealedValue.objects.count()
    assert counted(taken(cast.chen, ROWS)) == (0, 0, 2, 3)
    assert (Version.objects.count(), SealedValue.objects.count()) == (versions, sealed)


@pytest.mark.django_db
def test_it_changes_what_is_different_and_leaves_other_columns_alone(cast, monday):
    taken(cast.chen, ROWS[:2])
    head = ("code", "承诺办结时限(个工作日)", "别名")
    report = actions.import_records(
        xlsx([("CG-001", 3, "")], head), "更新.xlsx", register=ITEMS, by=cast.chen
    )
    assert counted(report) == (0, 1, 0, 0)
    data = Record.objects.get(key="CG-001").data
    assert (data["promised_days"], data["title"], "aliases" in data) == (3, "临时占用城市道路审批", False)


@pytest.mark.django_db
def test_it_only_looks_when_asked_to(cast, monday):
    assert counted(taken(cast.chen, ROWS, dry=True)) == (2, 0, 0, 3)
    assert not Record.objects.exists() and not SealedValue.objects.exists()


@pytest.mark.django_db
def test_it_publishes_what_it_takes_when_asked_to(cast, monday):
    assert counted(taken(cast.chen, ROWS[:2], move="publish")) == (2, 0, 0, 0)
    assert [row.key for row in queries.public_search(ITEMS).rows] == ["CG-001", "CG-002"]


@pytest.mark.django_db
def test_it_lets_the_second_row_of_a_key_change_the_first(cast, monday):
    again = ("CG-001", "改过的名称", "占道", "城管局", 5, "", "", "")
    assert counted(taken(cast.chen, [ROWS[0], again])) == (1, 1, 0, 0)
    assert Record.objects.get().name == "改过的名称"


@pytest.mark.django_db
def test_it_lets_an_officer_import_only_for_the_own_office(cast, monday):
    report = taken(cast.zhou, [ROWS[1], ("HB-003", "噪声备案", "", "环保局", 2, "", "", "")])
    assert counted(report) == (1, 0, 0, 1)
    assert "HB-003" in [each.key for each in report.rows if each.outcome == "refused"]
    with pytest.raises(NotAllowed):
        taken(cast.ma, ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空文件"),
        ("名称,别名\n甲,乙\n".encode(), "缺少编号列"),
        ("编码,名称\n".encode(), "没有一行"),
        (b"PK\x03\x04broken", "不是完好的"),
    ],
)
def test_it_refuses_a_file_that_is_none(cast, content, why):
    with pytest.raises(BadFile) as refusal:
        actions.import_records(io.BytesIO(content), "坏.csv", register=ITEMS, by=cast.chen)
    assert why in str(refusal.value)


@pytest.mark.django_db
def test_it_takes_csv_in_gb18030(cast, monday):
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, ROWS[0]])
    stream = io.BytesIO(out.getvalue().encode("gb18030"))
    report = actions.import_records(stream, "事项.csv", register=ITEMS, by=cast.chen)
    assert counted(report) == (1, 0, 0, 0)


@pytest.mark.django_db
def test_it_exports_what_an_import_reads_back_without_a_change(cast, monday):
    published(cast, title="=HYPERLINK(1)", basis="第一行\n第二行")
    drafted(cast, code="CG-002", parent="CG-001", materials=[{"name": "a|b\\|c", "gap": False}])
    stream = io.BytesIO(actions.export_records(cast.chen, ITEMS).content)
    sheet = load_workbook(stream).active
    assert "13800138000" not in str([cell.value for row in sheet for cell in row])
    assert "f" not in {cell.data_type for row in sheet for cell in row}
    assert sheet["B2"].value == "=HYPERLINK(1)"
    stream.seek(0)
    report = actions.import_records(stream, "again.xlsx", register=ITEMS, by=cast.chen)
    assert (counted(report), report.unused) == ((0, 0, 2, 0), ())


@pytest.mark.django_db
def test_it_exports_only_what_the_post_may(cast, monday):
    drafted(cast)
    actions.create(cast.chen, ITEMS, {"code": "HB-1", "title": "排污许可", "holder": "hbj"})
    sheet = load_workbook(io.BytesIO(actions.export_records(cast.zheng, ITEMS).content)).active
    assert [row[0].value for row in sheet][1:] == ["HB-1"]
    with pytest.raises(NotAllowed):
        actions.export_records(cast.hu, ITEMS)


CELLS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=4))
def test_it_reads_a_table_back_from_its_cell(rows):
    field = hall_registers()[ITEMS].register.form["materials"]
    value = [{"name": name, "gap": gap} for name, gap in rows]
    cell = sheets.to_cell(field, value)
    assert sheets.from_cell(field, cell) == value


@given(text=st.text(max_size=30))
def test_it_undoes_its_own_apostrophe(text):
    assert unsafe(safe(text)) == text or text.startswith("'")


@pytest.mark.django_db
def test_it_takes_a_foreign_list_under_an_office_of_ours(cast, monday):
    rows = [(code, title, "别处的局", "") for code, title in (("X-1", "甲"), ("X-2", "乙"))]
    stream = xlsx(rows, ("code", "title", "holder", "承诺办结时限(个工作日)"))
    report = actions.import_records(
        stream, "外地.xlsx", register=ITEMS, by=cast.chen, fixed={"holder": "cgj"}
    )
    assert counted(report) == (2, 0, 0, 0)
    assert {row.data["holder"] for row in Record.objects.all()} == {"cgj"}
    stream.seek(0)
    with pytest.raises(BadFile, match="nowhere"):
        actions.import_records(stream, "外地.xlsx", register=ITEMS, by=cast.chen, fixed={"nowhere": "1"})

"""Importing appeals from files: real ones, broken ones, interrupted ones."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from gongzhi.city.cases import actions, checks, importing
from gongzhi.city.cases.clustering import find_clusters
from gongzhi.city.cases.errors import BadImport
from gongzhi.city.cases.importing import running
from gongzhi.city.cases.models import Case, Cluster, ImportRow, ImportRun, ImportSource
from gongzhi.city.cases.tests.cast import dispatched
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.engine.mechanisms.clusters import ClusterSpec

pytestmark = pytest.mark.django_db

HOT = ClusterSpec(id="hot", title="热点", case="appeal")

HEAD = "id,user,subject,time,text,likes,dislikes\n"


def imported(cast, content, name="rows.csv", **more):
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return importing.import_cases(stream, name, mechanism="mini", type_id="appeal", by=cast.chen, **more)


def lines(count, start=0):
    return HEAD + "".join(
        f"{n},U{n % 7},标题{n},2019-02-28 11:25:05,第{n}条的内容,0,0\n" for n in range(start, start + count)
    )


@pytest.mark.django_db(transaction=True)
def test_it_takes_the_real_messages_and_finds_the_hot_issues(cast, data_folder):
    with (data_folder / "messages" / "hot.csv").open("rb") as stream:
        progress = importing.import_cases(stream, "hot.csv", mechanism="mini", type_id="appeal", by=cast.chen)
    assert (progress.taken, progress.refused, progress.done) == (4326, 0, True)
    assert Case.objects.filter(number=None).count() == 0 and checks.check_states(False).ok
    assert (
        ImportSource.objects.exclude(full_text="").count() == 11
    )  # longer than the field; kept whole beside the case
    found = find_clusters(HOT, mechanism="mini")
    named = [f"{each.title}{each.place}" for each in found]
    assert any("丽发新城" in name for name in named) and any("伊景园" in name for name in named)
    again = find_clusters(HOT, mechanism="mini")
    assert {each.pk for each in again} == {each.pk for each in found}
    assert Cluster.objects.filter(closed_at=None).count() == len(found)
    one = Case.objects.filter(cluster=found[0]).first()
    dispatched(cast, str(one.pk))


def test_it_takes_nothing_twice(cast):
    assert imported(cast, lines(5)).taken == 5
    again = imported(cast, lines(5))
    assert (again.taken, again.known) == (0, 5)
    longer = imported(cast, lines(8))
    assert (longer.taken, longer.known) == (3, 5)
    elsewhere = imported(cast, lines(5), source="another")
    assert elsewhere.taken == 5 and Case.objects.count() == 13


def test_it_takes_a_row_that_stands_twice_once(cast):
    text = lines(2) + lines(2).split("\n", 1)[1]
    progress = imported(cast, text)
    assert (progress.taken, progress.known) == (2, 2)


def test_it_knows_rows_without_ids(cast):
    text = "subject,text\n标题,内容\n标题,内容\n别的,内容\n"
    assert imported(cast, text).taken == 2 and imported(cast, text).taken == 0


def test_it_goes_on_where_it_was_interrupted(cast, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    insert, calls = running.insert, []

    def dying(cases):
        calls.append(len(cases))
        if len(calls) == 3:
            raise KeyboardInterrupt
        insert(cases)

    monkeypatch.setattr(running, "insert", dying)
    with pytest.raises(KeyboardInterrupt):
        imported(cast, lines(45))
    assert Case.objects.count() == 20 and ImportRun.objects.get().position == 21
    progress = imported(cast, lines(45))
    assert (progress.taken, progress.known) == (45, 0) and Case.objects.count() == 45
    assert calls[3:] == [10, 10, 5]


def test_it_keeps_refused_rows_with_their_reasons(cast):
    text = (
        HEAD
        + "1,u,,2019-01-01,没有标题,0,0\n2,u,标题,不是时间,内容,0,0\n3,u,标题,2019-01-01,,0,0\n4,u,好的,,内容,x,\n"
    )
    progress = imported(cast, text)
    assert (progress.taken, progress.refused) == (1, 3)
    rows = dict(ImportRow.objects.values_list("row", "reason"))
    assert set(rows) == {2, 3, 4} and "时间" in rows[3] and "标题" in rows[2]
    report = "".join(importing.refusals_csv(progress.run))
    assert report.count("\r\n") == 4 and "时间" in report


def test_it_reads_a_workbook_and_office_encodings(cast):
    book = openpyxl.Workbook()
    for row in (
        ["编号", "标题", "诉求内容", "留言时间"],
        [1, "路灯", "不亮", "2024/1/2 8:00:00"],
        [2.0, "水管", "漏水", None],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert imported(cast, out.getvalue(), "表.xlsx").taken == 2
    assert imported(cast, "编号,标题,诉求内容\n9,路灯,不亮\n".encode("gb18030"), "gb.csv").taken == 1
    assert imported(cast, "\ufeff编号\t标题\t诉求内容\n10\t路灯\t不亮\n", "tab.csv").taken == 1
    assert set(ImportSource.objects.values_list("source_id", flat=True)) == {"1", "2", "9", "10"}


def test_it_follows_a_mapping(cast):
    text = "no,what,words,tel\n1,路灯,不亮,13800138000\n"
    mapping = {"source_id": "no", "subject": "what", "text": "words", "phone": "tel"}
    assert imported(cast, text, mapping=mapping).taken == 1
    assert Case.objects.get().state["data"]["phone"].startswith("sealed:")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空"),
        (b"\x00\x01\x02binary", "不是CSV"),
        (b"PK\x03\x04 not a workbook", "XLSX"),
        ("a,b\n1,2\n", "缺少必需的列"),
        ("\n\n", "列名"),
        (("subject,text\n" + "标题,内容\n" * 3).encode() + b"\xff\xff\xff,\xff\n", "编码"),
        ("subject,text\n标题," + "长" * 300_000 + "\n", "field larger"),
    ],
)
def test_it_says_why_a_file_is_not_taken(cast, content, why):
    with pytest.raises(BadImport) as caught:
        imported(cast, content)
    assert why in caught.value.message


def test_it_refuses_a_mapping_that_does_not_fit(cast):
    for mapping in ({"subject": "missing"}, {"nonsense": "id"}):
        with pytest.raises(BadImport):
            imported(cast, lines(1), mapping=mapping)


def test_it_is_for_those_who_may(cast):
    with pytest.raises(NotAllowed):
        importing.import_cases(io.BytesIO(b"x"), "x", mechanism="mini", type_id="appeal", by=cast.zhou)


def test_it_suggests_categories_without_deciding_them(cast):
    imported(cast, lines(3), categorise=lambda texts: ["市政设施" if "1" in text else "" for text in texts])
    assert sorted(Case.objects.values_list("category", flat=True)) == ["", "", "市政设施"]
    case = Case.objects.get(category="市政设施")
    actions.act(case.pk, "note", {"text": "记"}, by=cast.li)
    case.refresh_from_db()
    assert (
        case.category == "市政设施" and "category" not in case.state["data"] and checks.check_states(True).ok
    )


def test_it_dates_history_when_asked(cast):
    imported(cast, lines(1), dated=True)
    assert Case.objects.get().opened_at.year == 2019


def test_it_refuses_a_workbook_whose_strings_would_fill_the_memory(cast, monday):
    """The table of shared strings is read whole: a few hundred kilobytes would become gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            for _ in range(140):
                strings.write(b" " * 2**20)
    assert len(out.getvalue()) < 2**20
    with pytest.raises(BadImport, match="过大"):
        imported(cast, out.getvalue(), "炸弹.xlsx")

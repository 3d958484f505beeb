"""What was removed from a file is nowhere in the copy: not in its bytes, not in its streams, not in its text layer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gongzhi.city.documents import actions, queries, redacting
from gongzhi.city.documents.errors import (
    BadMark,
    CannotRedact,
    NoSuchRedaction,
    RedactionDone,
    StillThere,
)
from gongzhi.city.documents.models import Redaction
from gongzhi.city.documents.redacting import Box, Marks, Word
from gongzhi.city.documents.rendering import render
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed

SECRETS = ["张三丰", "13907230001", "11010519491231002X"]
HTML = (
    "<article><h1>询问笔录</h1><p>张三丰住在红旗路十二号，电话13907230001。李四说张三丰来过。</p>"
    "<table><tr><th>身份证</th><td>11010519491231002X</td></tr></table></article>"
)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return bytes(render(HTML, title="张三丰的询问笔录"))


def words(*texts: str) -> list[Word]:
    return [Word(text, "privacy") for text in texts]


def layer(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_removed_words_are_nowhere_in_the_copy_of_a_pdf(paper):
    assert redacting.leaks(paper, SECRETS) == SECRETS  # the proof does find them in the original
    boxes = redacting.find_words(paper, words(*SECRETS))
    assert len(boxes) == 4
    copy = redacting.redact_pdf(paper, boxes)
    assert redacting.leaks(copy, SECRETS) == []
    assert layer(copy).strip() == ""
    for secret in SECRETS:
        for writing in ("utf-8", "utf-16-be", "gb18030"):
            assert secret.encode(writing) not in copy
    assert b"/Title" not in copy and b"/Metadata" not in copy


def test_what_is_covered_is_black_and_the_rest_stays(paper):
    box = redacting.find_words(paper, words("13907230001"))[0]
    before = Image.open(BytesIO(redacting.picture(paper, 1))).convert("L")
    after = Image.open(BytesIO(redacting.picture(redacting.redact_pdf(paper, [box]), 1))).convert("L")
    inside = tuple(
        int(share * side)
        for share, side in zip(
            (box.left, box.top, box.right, box.bottom), (*after.size, *after.size), strict=True
        )
    )
    assert sum(after.crop(inside).histogram()[60:]) == 0
    heading = (0, 0, before.size[0], inside[1] - 4)
    assert abs(sum(before.crop(heading).histogram()[:128]) - sum(after.crop(heading).histogram()[:128])) < 400


def test_a_word_is_found_though_a_line_breaks_it_and_its_signs_are_wide():
    text = "联系人：张\n三丰，电话１３９０７２３０００１"
    assert redacting.redact_text(text, words("张三丰", "13907230001")) == "联系人：■■■，电话■■■"


@given(
    st.text("张三李四红旗路0123 \n", min_size=0, max_size=60),
    st.lists(st.text("张三0", min_size=1, max_size=4), min_size=1, max_size=3),
)
@settings(max_examples=80)
def test_no_removed_word_stands_in_a_text_afterwards(text, wanted):
    left = redacting.redact_text(text, words(*wanted))
    assert redacting.find_spans(left, wanted) == []


def test_numbers_of_people_are_proposed():
    assert redacting.personal_numbers(
        "打13907230001或者13907230001，证11010519491231002X，合同20250001号"
    ) == [
        "13907230001",
        "11010519491231002X",
    ]


def test_an_area_of_a_scan_is_covered(tmp_path):
    image = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(image).rectangle((100, 100, 300, 140), fill=(200, 30, 30))
    out = BytesIO()
    image.save(out, "PDF")
    copy = redacting.redact_pdf(out.getvalue(), [Box(1, 0.1, 0.09, 0.4, 0.15, "trade_secret")])
    seen = Image.open(BytesIO(redacting.picture(copy, 1))).convert("RGB")
    assert seen.getpixel((seen.width // 4, int(seen.height * 0.12))) == (0, 0, 0)


def test_a_turned_page_is_covered_where_its_words_are_seen(paper):
    document = pypdfium2.PdfDocument(paper)
    document[0].set_rotation(90)
    out = BytesIO()
    document.save(out)
    document.close()
    (box, *_) = redacting.find_words(out.getvalue(), words("13907230001"))
    assert box.bottom - box.top > box.right - box.left
    assert redacting.words_under(out.getvalue(), [box]) == ["13907230001"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.7 broken", b"   \n"])
def test_what_is_neither_text_nor_pdf_is_refused(cast, data):
    with pytest.raises(CannotRedact):
        actions.start_redaction(cast.zhou, "x.bin", data)


def test_both_versions_are_kept_and_a_finished_one_never_changes(cast, paper):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper, title="询问笔录", about="GK202500001")
    actions.mark_words(cast.zhou, row.pk, SECRETS, "privacy")
    actions.mark_box(cast.zhou, row.pk, Box(1, 0.0, 0.5, 1.0, 0.6, "process"))
    row = actions.finish_redaction(cast.zhou, row.pk)
    copy = queries.result_of(row)
    assert redacting.leaks(copy, SECRETS) == []
    assert actions.open_original(cast.zhou, row.pk)[1] == paper
    with pytest.raises(RedactionDone):
        actions.mark_words(cast.zhou, row.pk, ["李四"], "privacy")
    again = actions.redact_again(cast.zhou, row.pk)
    assert Marks.load(again.marks).counts() == {"privacy": 3, "process": 1}
    kinds = [entry.kind for entry in Entry.objects.filter(subject=f"redaction:{row.pk}").order_by("id")]
    assert kinds == ["started", "finished", "original_opened"]


def test_neither_the_journal_nor_the_row_tells_what_was_removed(cast, paper):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper, title="询问笔录")
    actions.mark_words(cast.zhou, row.pk, SECRETS, "privacy")
    actions.finish_redaction(cast.zhou, row.pk)
    told = str(list(Entry.objects.filter(subject=f"redaction:{row.pk}").values()))
    stored = str(
        Redaction.objects.filter(pk=row.pk).extra(select={"raw": "marks"}).values("raw", "title", "name")
    )
    for secret in SECRETS:
        assert secret not in told and secret not in stored


def test_a_word_that_the_file_does_not_hold_is_no_redaction(cast, paper):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper)
    with pytest.raises(BadMark):
        actions.finish_redaction(cast.zhou, row.pk)
    actions.mark_words(cast.zhou, row.pk, ["王小二"], "privacy")
    with pytest.raises(BadMark):
        actions.finish_redaction(cast.zhou, row.pk)
    actions.unmark(cast.zhou, row.pk, 0)
    assert not Marks.load(Redaction.objects.get(pk=row.pk).marks)


@pytest.mark.parametrize(
    "box",
    [
        Box(2, 0, 0, 1, 1, "privacy"),
        Box(1, 0.5, 0, 0.5, 1, "privacy"),
        Box(1, 0, -0.1, 1, 1, "privacy"),
        Box(1, 0, 0, 1, 1, ""),
    ],
)
def test_every_mark_lies_on_a_page_and_has_a_ground(cast, paper, box):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper)
    with pytest.raises(BadMark):
        actions.mark_box(cast.zhou, row.pk, box)


def test_another_office_neither_sees_nor_opens_it(cast, paper):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper)
    for deed in (actions.find_redaction, actions.open_original, actions.finish_redaction):
        with pytest.raises(NoSuchRedaction):
            deed(cast.he, row.pk)
    assert not queries.redactions(cast.he).exists()


def test_a_leader_reads_the_copy_and_not_the_original(cast, paper):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper)
    assert actions.find_redaction(cast.qian, row.pk) == row
    with pytest.raises(NotAllowed):
        actions.open_original(cast.qian, row.pk)


def test_a_copy_that_still_tells_is_thrown_away(cast, paper, monkeypatch: Any):
    row = actions.start_redaction(cast.zhou, "笔录.pdf", paper)
    actions.mark_words(cast.zhou, row.pk, ["张三丰"], "privacy")
    monkeypatch.setattr(redacting, "redact_pdf", lambda data, boxes: data)
    with pytest.raises(StillThere):
        actions.finish_redaction(cast.zhou, row.pk)
    assert not Redaction.objects.get(pk=row.pk).is_done


def test_a_text_is_cut_and_its_length_is_not_told(cast):
    row = actions.start_redaction(cast.zhou, "说明.txt", "张三丰来过。".encode("gb18030"))
    actions.mark_words(cast.zhou, row.pk, ["张三丰"], "privacy")
    row = actions.finish_redaction(cast.zhou, row.pk)
    assert queries.result_of(row).decode() == "■■■来过。"

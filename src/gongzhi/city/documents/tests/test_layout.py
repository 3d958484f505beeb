"""Papers as PDF: what is printed, the same bytes for the same words, nothing hostile."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gongzhi.city.documents.errors import BadSignatureImage, FontMissing
from gongzhi.city.documents.rendering import Foot, fonts, lay_out, render
from gongzhi.city.documents.rendering.pictures import read_picture
from gongzhi.city.documents.tests.cast import BODY
from gongzhi.engine.mechanisms.papers import BadPaper, content_hash, read_paper

FOOT = Foot(
    address="https://gz.example.cn/verify/0123456789ABCDEF/", code="0123-4567-89AB-CDEF", words=("核验",)
)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return (
        "".join(page.get_textpage().get_text_range() for page in document)
        .replace("\r\n", "")
        .replace(" ", "")
        .replace("\u3000", "")
    )


def test_it_prints_every_word_so_that_it_can_be_searched() -> None:
    text = words(render(BODY, title="告知书", foot=FOOT, closing=("大冶市城市管理执法局", "")))
    for said in (
        "不予受理告知书",
        "告知〔2026〕1号",
        "王秀英：",
        "您反映的“路灯不亮”",
        "可以申请复议",
        "2026年10月12日",
    ):
        assert said in text
    assert "扫码核验0123-4567-89AB-CDEF" in text
    assert text.index("大冶市城市管理执法局") < text.index("2026年10月12日")


def test_it_gives_the_same_bytes_for_the_same_words() -> None:
    assert render(BODY, title="告知书", foot=FOOT) == render(BODY, title="告知书", foot=FOOT)
    assert render(BODY, title="告知书", foot=FOOT) != render(
        BODY.replace("甲", "乙"), title="告知书", foot=FOOT
    )


def test_it_embeds_the_fonts() -> None:
    pdf = render(BODY, title="告知书")
    assert pdf.count(b"/FontFile3") == pdf.count(b"/FontDescriptor/FontName") > 1


def test_it_goes_on_over_pages_and_numbers_them() -> None:
    long = BODY.replace("<ul>", "".join(f"<p>第{n}段，{'很长' * 60}。</p>" for n in range(30)) + "<ul>")
    pdf = render(long, title="告知书", foot=FOOT)
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) > 2
    assert f"第{len(pages)}页共{len(pages)}页" in words(pdf)
    assert lay_out(long, title="告知书", closing=("局", "日")).anchor[0] == len(pages)  # type: ignore[index]


def test_it_says_where_the_seal_goes_only_where_there_is_a_closing() -> None:
    assert lay_out("<p>无落款</p>", title="单").anchor is None
    page, x, y = lay_out("<p>无落款</p>", title="单", closing=("大冶市教育局", "2026年1月1日")).anchor or (
        0,
        0,
        0,
    )
    assert page == 1 and 300 < x < 560 and 90 < y < 400


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>甲</p>",
        "<p style='color:red'>甲</p>",
        "<img src='http://example.org/x.png'/>",
        "<img src='file:///etc/passwd'/>",
        "<iframe/>",
        "<p>甲",
        "<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;</p>",
        "<?xml-stylesheet href='x'?><p>甲</p>",
        "<table><tr><td colspan='9999999999'>甲</td></tr></table>",
        "<table></table>",
        "<p><table><tr><td>甲</td></tr></table></p>",
        "<div>" * 60 + "</div>" * 60,
        "<p>" + "甲" * 200_001 + "</p>",
    ],
)
def test_it_refuses_what_is_no_paper(body: str) -> None:
    with pytest.raises(BadPaper) as caught:
        render(body, title="单")
    assert caught.value.code == "U001"


@given(st.text(max_size=80))
def test_it_prints_any_words_as_words(text: str) -> None:
    import html

    blocks = read_paper(f"<p>{html.escape(text)}</p>")
    said = "".join(run.get("text", "") for block in blocks for run in block["runs"])
    assert "<" not in text or "<" in said
    render(f"<p>甲{html.escape(text)}</p>", title=text or "单")


def test_it_never_reads_words_as_a_program() -> None:
    tricky = '#panic() $x$ *甲* _乙_ `丙` @丁 #read("/etc/passwd") \\u{41} // 注 /* */'
    text = words(render(f"<p>{tricky}</p>", title="#panic()"))
    assert "#panic()" in text and "/etc/passwd" in text and "root:" not in text


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3), st.booleans()), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_it_lays_out_every_table(rows: list[list[tuple[int, int, bool]]]) -> None:
    html_rows = "".join(
        "<tr>"
        + "".join(
            f"<{'th' if head else 'td'} colspan='{wide}' rowspan='{high}'>格</{'th' if head else 'td'}>"
            for wide, high, head in row
        )
        + "</tr>"
        for row in rows
    )
    render(f"<table>{html_rows}</table>", title="表")


def test_it_puts_a_drawn_signature_into_the_paper() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "white").save(out, "PNG")
    body = "<p class='sign'>申请人：<img src='signature:applicant' alt='签名'/></p>"
    without = render(body, title="承诺书")
    drawn = render(body, title="承诺书", images={"applicant": out.getvalue()})
    assert len(drawn) != len(without)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L9 9" stroke="#000"/></svg>'
    assert render(body, title="承诺书", images={"applicant": svg})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\x89PNG\r\n\x1a\n broken",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" fill="url(http://x)"/></svg>'.replace(
            b"url(", b"url<("
        ),
        b'<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg",
    ],
)
def test_it_refuses_a_hostile_signature(data: bytes) -> None:
    with pytest.raises(BadSignatureImage):
        read_picture(data)


def test_it_says_when_there_is_no_font(settings: object, tmp_path: Path) -> None:
    settings.GONGZHI_FONTS = str(tmp_path)  # type: ignore[attr-defined]
    with pytest.raises(FontMissing) as caught:
        fonts.faces()
    assert "fonts-noto-cjk" in caught.value.message


def test_it_knows_the_same_content_by_its_hash() -> None:
    same = content_hash(read_paper(BODY))
    assert content_hash(read_paper(BODY.replace("〔2026〕1号", "〔2026〕9号"))) == same
    assert content_hash(read_paper(BODY.replace("10月12日", "11月1日"))) == same
    assert content_hash(read_paper(BODY.replace("第三条", "第四条"))) != same
    assert content_hash(read_paper(BODY.replace("不予受理告知书", "受理告知书"))) != same


def test_it_compares_only_what_a_paper_marks_as_its_content() -> None:
    def paper(title: str, content: str) -> str:
        return content_hash(
            read_paper(
                f"<h1>{title}</h1><section class='content'><table><tr><td>{content}</td></tr></table></section>"
            )
        )

    assert paper("预审意见", "甲") == paper("许可证", "甲") != paper("许可证", "乙")


def test_it_breaks_a_long_hash_inside_its_cell() -> None:
    text = "a1" * 60
    laid = words(render(f"<table><tr><th>指纹</th><td>{text}</td></tr></table>", title="表"))
    assert text in laid.replace("\u200b", "").replace("\ufffe", "")
    page = pypdfium2.PdfDocument(render(f"<table><tr><th>指纹</th><td>{text}</td></tr></table>", title="表"))[
        0
    ]
    right = max(each.get_bounds()[2] for each in page.get_objects())
    assert right < 595 - 70


def test_it_prints_every_paper_of_every_mechanism() -> None:
    import gongzhi.mechanisms
    from gongzhi.engine.mechanisms import load

    folder = Path(next(iter(gongzhi.mechanisms.__path__)))
    shipped = [
        each
        for place in sorted(folder.glob("*/mechanism.yaml"))
        for each in load(place.parent).documents.values()
    ]
    assert len(shipped) > 50
    for document in shipped:
        body = document.fill({"number": "第1号", "now": "2026-01-01"})
        assert lay_out(body, title=document.title, closing=("某县某局", "2026年1月1日")).anchor, document.file

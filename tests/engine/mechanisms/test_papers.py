"""A paper's HTML is read into blocks, or refused with the line; its head is checked."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import check, new
from gongzhi.engine.mechanisms.papers import BadPaper, content_hash, images_of, read_paper

BODY = """
<article class="paper">
  <h1>证明</h1>
  <p class="number">第1号</p>
  <p class="lead to">王秀英：</p>
  散落的字<br>另一行
  <table><thead><tr><th>一</th><th>二</th></tr></thead><tr><td rowspan="2">三</td><td>四 &amp; 五</td></tr><tr><td>六&nbsp;七</td></tr></table>
  <ol><li>甲</li><li><strong>乙</strong></li></ol>
  <p class="sign">签名：<img src="signature:signed" alt="签名"/></p>
</article>
"""


def test_it_reads_a_paper() -> None:
    blocks = read_paper(BODY)
    assert [block["is"] for block in blocks] == ["h1", "p", "p", "p", "table", "ol", "p"]
    assert (
        blocks[1]["class"] == "number" and blocks[2]["class"] == "to"
    )  # words that mean nothing are left out
    assert blocks[3]["runs"] == [{"text": "散落的字"}, {"break": True}, {"text": "另一行"}]
    assert blocks[4]["columns"] == 2
    assert blocks[4]["rows"][2][0]["blocks"][0]["runs"] == [{"text": "六\u00a0七"}]
    assert blocks[5]["items"][1][0]["runs"] == [{"text": "乙", "strong": True}]
    assert images_of(blocks) == {"signed"}


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        ("<p>甲</p>\n<p>乙", 2, "标签没有写全"),
        ("<p>甲</p>\n<script>x</script>", 2, "script"),
        ("\n\n<p style='x'>甲</p>", 3, "style"),
        ("<table>\n<td>甲</td></table>", 2, "td"),
        ("<ul>\n<p>甲</p></ul>", 2, "p"),
        ("<td colspan='0'>甲</td>", 1, "td"),
        ("<table><tr>\n<td colspan='25'>甲</td></tr></table>", 2, "colspan"),
        ("<img src='x.png'/>", 1, "签名"),
        ("<!DOCTYPE x>", 1, "声明"),
    ],
)
def test_it_says_on_which_line_a_paper_is_wrong(body: str, line: int, why: str) -> None:
    with pytest.raises(BadPaper, match=why) as caught:
        read_paper(body, file="documents/a.html", line=1)
    assert caught.value.where.line == line and caught.value.where.file == "documents/a.html"


def test_it_hashes_what_a_paper_says() -> None:
    same = content_hash(read_paper(BODY))
    assert content_hash(read_paper(BODY.replace("第1号", "第2号").replace("\n", "\n  "))) == same
    assert content_hash(read_paper(BODY.replace("四 &amp; 五", "四"))) != same


SOUND = new("base", "基础机制")
PROBE = "documents/probe.html"


def probed(more: str, body: str) -> set[str]:
    """Codes of what is wrong with one more paper in a sound mechanism."""
    text = f"---\ntitle: 单\ncase: matter\n{more}\n---\n{body}\n"
    strings = SOUND["strings/en.yaml"] + "\n单: paper\n".encode()
    found = check({**SOUND, PROBE: text.encode(), "strings/en.yaml": strings})
    return {problem.code for problem in found if problem.where.file == PROBE}


@pytest.mark.parametrize(
    ("more", "body", "code"),
    [
        ("seal: nobody", "<p>甲</p>", "M097"),
        ("seal: subject", "<p>甲</p>", "M097"),
        ("holder: nobody", "<p>甲</p>", "M097"),
        ("turns: nobody", "<p>甲</p>", "M097"),
        ("turns: probe", "<p>甲</p>", "M097"),
        ("number: 第〔{yyyy}〕号", "<p>甲</p>", "M098"),
        ("number: '{yyyy}{seq:>9999999}'", "<p>甲</p>", "M098"),
        ("", "<p>甲", "U001"),
        ("", "<p><img src='signature:subject'/></p>", "M097"),
    ],
)
def test_it_checks_a_papers_head_and_body(more: str, body: str, code: str) -> None:
    assert probed(more, body) == {code}


@pytest.mark.parametrize(
    "more", ["seal: county", "number: 补正〔{yyyy}〕{seq:03}号", "ink: blue", "valid_days: 90"]
)
def test_it_accepts_what_a_paper_may_say(more: str) -> None:
    assert probed(more, "<p>甲</p>") == set()

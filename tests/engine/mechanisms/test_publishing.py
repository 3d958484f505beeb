"""What is put up for everybody to read: a template that could carry identity, phone, account or health is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import gongzhi.mechanisms
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.lint import check
from gongzhi.engine.mechanisms.schema import DocumentSpec
from gongzhi.engine.texts.redaction import spans

AT_RISK = Path(gongzhi.mechanisms.__path__[0]) / "households_at_risk"
SOUND = {str(path.relative_to(AT_RISK)): path.read_bytes() for path in AT_RISK.rglob("*") if path.is_file()}
PAPER, CASE = "documents/publication.html", "cases/monitoring.yaml"


#: a line of a template -> the finding that it must raise
CLOSED_LINES = {
    "{{ data.kind }}": "M246",  # the reason says the state of health
    "{{ data.household_says }}": "M246",
    "{{ data.income_each }}": "M246",  # income is nobody else's business
    "{{ reporter.name }}": "M246",
    "{{ actor.name }}": "M246",
    "{{ task.office }}": "M246",
    "身份证号：＿＿＿＿": "M248",
    "病种：＿＿＿＿": "M248",
    "开户行和账号：＿＿＿＿": "M248",
    "联系电话：＿＿＿＿": "M248",
    "请打 13800138000": "M248",
}
#: fields that say public and are not
CLOSED_FIELDS = (
    "title: 银行账号, kind: text",
    "title: 一卡通卡号, kind: text",
    "title: 患病情况, kind: text",
    "title: 原因, kind: choice, options: [因病, 因学]",
    "title: 户主, kind: person",
    "title: 证明, kind: files",
    "title: 名单, kind: table, columns: [{id: card, title: 卡号, kind: text}]",
)


def findings(lines: Sequence[str] = (), head: str = "", fields: Sequence[str] = ()) -> list[Problem]:
    """What is found at the publication when lines stand in its body, keys in its head, fields in the case type."""
    paper, case = SOUND[PAPER].decode(), SOUND[CASE].decode()
    paper = paper.replace("public: true\n", f"public: true\n{head}")
    body = "".join(f"<p>{each}</p>\n" for each in lines)
    paper = paper.replace("</article>", f"{body}</article>")
    case = case.replace("fields:\n", "fields:\n" + "".join(f"  - {each}\n" for each in fields), 1)
    told = check({**SOUND, PAPER: paper.encode(), CASE: case.encode()})
    return [each for each in told if each.where.file == PAPER and each.code in ("M246", "M247", "M248")]


def test_the_publication_of_households_is_sound() -> None:
    assert findings() == []


def test_it_cannot_name_what_is_not_public() -> None:
    found = sorted((each.where.line, each.code) for each in findings(tuple(CLOSED_LINES)))
    assert [code for _, code in found] == list(CLOSED_LINES.values())
    assert len({line for line, _ in found}) == len(CLOSED_LINES)


def test_calling_a_field_public_does_not_make_it_so() -> None:
    fields = [f"{{id: extra{n}, {each}, privacy: public}}" for n, each in enumerate(CLOSED_FIELDS)]
    found = findings([f"{{{{ data.extra{n} }}}}" for n in range(len(fields))], fields=fields)
    assert {each.code for each in found} == {"M247"}
    assert len({each.where.line for each in found}) == len(fields)


def test_its_head_opens_nothing() -> None:
    assert [each.code for each in findings(head="names: [kind]\nholder: kind\n")] == ["M248", "M248"]


def test_a_paper_that_is_not_public_may_name_what_its_reader_may_see() -> None:
    paper = (
        SOUND[PAPER].decode().replace("public: true\n", "").replace("{{ data.likely }}", "{{ data.kind }}")
    )
    told = check({**SOUND, PAPER: paper.encode()})
    assert not [each for each in told if each.code in ("M246", "M247", "M248")]


@given(
    st.sampled_from(["13800138000", "11010519491231002X", "6222021001116245702", "0714-8888888"]),
    st.text(alphabet="村民代表评议：同意。 ", max_size=12),
)
def test_a_number_written_into_a_public_field_is_covered(number: str, words: str) -> None:
    spec = DocumentSpec.model_validate({"title": "公示", "case": "monitoring", "public": True})
    body = "<p>{{ data.words }}</p>"
    paper = Document(id="publication", spec=spec, body=body, file=PAPER, line=1)
    shown = paper.fill({"data": {"words": f"{words}{number}{words}"}})
    assert number not in shown
    assert spans(shown) == ()

"""The pages of the workshop, without a screen: what each person finds there, and what comes of what they send."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from gongzhi.city.cases.tests.cast import MONDAY, reported, solved
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.city.web.sheet_of_rules import rows_of, sent_rows, text_of
from gongzhi.city.workshop import queries, trying
from gongzhi.city.workshop.models import Draft

pytestmark = pytest.mark.django_db
LIMITS = "tables/limits.csv"


@pytest.fixture
def people(cast):
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    trying.forget()
    for key, name, role in (("lin", "林晓", "reform_officer"), ("lan", "周岚", "reform_officer"), ("jiang", "江涛", "reform_chief")):  # fmt: skip
        Post.objects.create(
            user=User.objects.create(username=key, name=name),
            role=role,
            office=Office.objects.get(code="gov"),
        )


@pytest.fixture
def lin(people, browser):
    return browser("lin")


@pytest.fixture
def draft(lin):
    assert lin.post("/reform/workshop/", {"mechanism": "mini"}).status_code == 302
    return Draft.objects.get()


def page(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def fields(client, draft, path, **query):
    """What the page of a file would send back."""
    answer = client.get(f"/reform/workshop/{draft.pk}/file/", {"path": path, **query})
    context = answer.context
    if context["sheet"] is None:
        return {"path": path, "seen": context["seen"], "text": context["text"]}
    cells = {f"c{r}-{c}": cell for r, row in enumerate(context["sheet"]) for c, cell in enumerate(row)}
    return {"path": path, "seen": context["seen"], "height": context["height"], "width": context["width"], **cells}  # fmt: skip


def test_it_shows_a_draft_with_its_files_in_chinese(lin, draft):
    shown = page(lin, f"/reform/workshop/{draft.pk}/")
    assert "规则表" in shown and "limits.csv" in shown and "能用" in shown
    assert "小民情" in page(lin, "/reform/workshop/")


def test_every_file_can_be_opened(lin, draft):
    for path in queries.contents(draft):
        page(lin, f"/reform/workshop/{draft.pk}/file/", path=path)
    for tab in ("examples", "changes", "history"):
        page(lin, f"/reform/workshop/{draft.pk}/{tab}/")


def test_a_cell_of_a_rule_is_changed_without_writing_a_comma(lin, draft):
    sent = fields(lin, draft, LIMITS)
    cell = next(name for name, value in sent.items() if value == "5 working days")
    answer = lin.post(f"/reform/workshop/{draft.pk}/file/", {**sent, cell: "3 working days"})
    assert answer.status_code == 302
    now = queries.contents(draft)[LIMITS].decode()
    assert now == library.one("mini").mechanism.files[LIMITS].decode().replace("5 working", "3 working", 1)
    assert "5 working days" in page(lin, f"/reform/workshop/{draft.pk}/changes/")


def test_a_row_is_added_and_taken_out(lin, draft):
    sent = fields(lin, draft, LIMITS)
    rows = sum(name.endswith("-0") for name in sent)
    more = lin.post(f"/reform/workshop/{draft.pk}/file/", {**sent, "do": "row", f"c{rows}-0": "9"})
    assert more.context["sheet"][-1][0] == "9" and draft.edits.count() == 0, "adding a row saves nothing"
    lin.post(f"/reform/workshop/{draft.pk}/file/", {**sent, f"x{rows - 1}": "on"})
    assert len(rows_of(queries.contents(draft)[LIMITS].decode())) == rows - 1


def test_looking_shows_the_drawing_the_form_and_what_is_wrong(lin, draft):
    path = "cases/appeal.yaml"
    sent = fields(lin, draft, path)
    good = lin.post(f"/reform/workshop/{draft.pk}/look/", sent).content.decode()
    assert "<svg" in good and "preview-subject" in good and 'class="error"' not in good
    sent["text"] = sent["text"].replace("steps:", "stepps:", 1)
    bad = html.unescape(lin.post(f"/reform/workshop/{draft.pk}/look/", sent).content.decode())
    assert "stepps" in bad and "<svg" not in bad and "data-line" in bad
    assert draft.edits.count() == 0


def test_two_people_at_once_are_shown_both_texts(lin, draft, browser):
    lan = browser("lan")
    mine, theirs = fields(lin, draft, "README.md"), fields(lan, draft, "README.md")
    address = f"/reform/workshop/{draft.pk}/file/"
    assert lan.post(address, {**theirs, "text": "周岚写的\r\n"}).status_code == 302
    answer = lin.post(address, {**mine, "text": "林晓写的\r\n"})
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and "周岚" in shown and "林晓写的" in shown and "-周岚写的" in shown
    again = {"path": "README.md", "seen": answer.context["seen"], "text": "合起来\r\n"}
    assert lin.post(address, again).status_code == 302
    assert queries.contents(draft)["README.md"].decode() == "合起来\n"


def test_it_goes_from_draft_to_release_through_two_people(lin, draft, browser):
    address = f"/reform/workshop/{draft.pk}/"
    sent = fields(lin, draft, "mechanism.yaml")
    lin.post(f"{address}file/", {**sent, "text": sent["text"].replace("1.0.0", "1.1.0")})
    refused = lin.post(f"{address}ask/", {"words": " "})
    assert refused.status_code == 409 and "请写一句" in refused.content.decode()
    assert lin.post(f"{address}ask/", {"words": "只升了版本号"}).status_code == 302
    jiang = browser("jiang")
    digest = jiang.get(f"{address}changes/").context["trial"].digest
    back = jiang.post(f"{address}decide/", {"do": "release", "digest": "0" * 64, "answer": "好"})
    assert back.status_code == 409 and library.LIBRARY.active_version("mini") == "1.0.0"
    assert (
        jiang.post(f"{address}decide/", {"do": "release", "digest": digest, "answer": "好"}).status_code
        == 302
    )
    assert library.LIBRARY.active_version("mini") == "1.1.0"
    assert "1.1.0版已发布" in page(lin, address)
    assert (
        lin.post(f"{address}decide/", {"do": "release", "digest": digest, "answer": "好"}).status_code == 409
    )


def test_it_simulates_a_draft_beside_the_version_in_force(lin, draft, cast):
    """On the city's own history; a draft with one step more can only wait as long or longer, and the page says what is assumed."""
    address = f"/reform/workshop/{draft.pk}/simulate/"
    empty = lin.post(address, {"type": "appeal"})
    assert empty.status_code == 422 and "没有" in html.unescape(empty.content.decode())
    for day in range(12):
        with clock.frozen(MONDAY - timedelta(days=30 - 2 * day)):
            solved(cast, reported(cast).case)
    with clock.frozen(MONDAY):
        answer = lin.post(address, {"type": "appeal"})
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 200, shown
    assert answer.context["replications"] >= 5 and answer.context["columns"] == ["现在", "草稿"]
    assert {told.way for told in answer.context["told"]} == {"same"}, (
        "the same rules on the same chances differ in nothing"
    )
    assert draft.edits.count() == 0 and lin.post(address, {"type": "nothing"}).status_code in (404, 422)


def test_bad_input_gets_words_and_loses_nothing(lin, draft):
    address = f"/reform/workshop/{draft.pk}/file/"
    wrong = lin.post(address, {"path": "../../x", "seen": "0", "text": "写了半天"})
    assert wrong.status_code == 409 and "写了半天" in html.unescape(wrong.content.decode())
    assert lin.post("/reform/workshop/", {"id": "Bad Name", "title": "坏名字"}).status_code == 400
    assert lin.get("/reform/workshop/99999/").status_code == 404
    assert (
        lin.post(address, {"path": LIMITS, "seen": "x", "height": "9" * 30, "width": "-1"}).status_code == 302
    )
    assert queries.contents(draft)[LIMITS] == b"" and not trying.of_draft(draft).passes


@pytest.mark.parametrize("name", ["zhou", "li", "hu", "qian", "he"])
def test_it_lets_nobody_else_in(draft, browser, name):
    client = browser(name)
    for address in (
        "/reform/workshop/",
        f"/reform/workshop/{draft.pk}/",
        f"/reform/workshop/{draft.pk}/changes/",
    ):
        assert client.get(address).status_code == 403
    assert client.post(f"/reform/workshop/{draft.pk}/drop/").status_code == 403
    draft.refresh_from_db()
    assert draft.state == "editing"


def test_a_sheet_and_its_text_are_the_same():
    text = 'F,类型,→ days,说明\n值,"甲,乙",,\n1,-,3,"他说""好"""\n'
    rows = rows_of(text)
    assert text_of(rows) == text
    cells = {f"c{r}-{c}": cell for r, row in enumerate(rows) for c, cell in enumerate(row)}
    assert sent_rows(cells, 3, 4) == rows
    assert sent_rows(cells | {"x1": "on"}, 3, 4) == [rows[0], rows[2]]
    assert (
        rows_of('a,"b\n') is None
        and rows_of("") is None
        and rows_of("x," * 200 + "\n" + ("y,\n" * 40)) is None
    )

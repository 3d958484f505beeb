"""What is sent twice, too late, wrong, or with a script in it."""

from __future__ import annotations

import csv
import io
import re

import pytest

from gongzhi.city.cases.models import Case, Rating
from gongzhi.city.cases.tests.cast import JINHU, reported, solved
from gongzhi.city.journal.models import Entry

pytestmark = pytest.mark.django_db

REPORT = "/report/mini/appeal/"
FORM = {
    "subject": "村口路灯不亮",
    "text": "三天了,晚上老人出门看不见路。",
    "place": "上冯村口",
    "place.area": JINHU,
    "phone": "13800138000",
    "key": "a-key-of-a-page",
}
EVIL = "<script>alert('路灯')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"


def page(answer):
    return answer.content.decode()


def task_of(html: str, choice: str) -> dict[str, str]:
    """The hidden fields of a choice's form, as the page was given out."""
    form = next(each for each in html.split("<form")[1:] if f'.{choice}"' in each)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_a_report_sent_twice_is_one_case(browser):
    client = browser()
    first, second = client.post(REPORT, FORM), client.post(REPORT, FORM)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert Case.objects.count() == 1


def test_a_choice_sent_twice_happens_once(browser, case):
    client = browser("zhou")
    sent = task_of(page(client.get(f"/desk/cases/{case}/")), "reply")
    sent |= {f"{sent['name']}.result": "解决", f"{sent['name']}.reply": "灯已修好"}
    first = client.post(f"/desk/cases/{case}/choose/", sent)
    facts = Entry.objects.count()
    second = client.post(f"/desk/cases/{case}/choose/", sent)
    assert first.status_code == second.status_code == 302
    assert Entry.objects.count() == facts


def test_a_stale_page_is_told_and_loses_nothing(browser, case):
    """刘洋 answered while 周强 was still typing."""
    zhou, liu = browser("zhou"), browser("liu")
    late = task_of(page(zhou.get(f"/desk/cases/{case}/")), "reply")
    early = task_of(page(liu.get(f"/desk/cases/{case}/")), "reply")
    answer = {f"{early['name']}.result": "解决", f"{early['name']}.reply": "先到的答复"}
    assert liu.post(f"/desk/cases/{case}/choose/", early | answer).status_code == 302
    typed = {f"{late['name']}.result": "解决", f"{late['name']}.reply": "写了很久的答复"}
    refused = zhou.post(f"/desk/cases/{case}/choose/", late | typed)
    assert refused.status_code in (403, 409)
    html = page(refused)
    assert 'id="refusal"' in html and "写了很久的答复" in html


@pytest.mark.parametrize(
    ("field", "value"), [("subject", ""), ("text", ""), ("phone", "12"), ("subject", "长" * 61)]
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(browser, field, value):
    answer = browser().post(REPORT, FORM | {field: value})
    assert answer.status_code == 422
    html = page(answer)
    assert 'class="error"' in html and FORM["key"] in html
    assert ("三天了" in html) == (field != "text")
    assert not Case.objects.exists()


def test_it_rates_once(browser, cast):
    receipt = reported(cast)
    solved(cast, receipt.case)
    client = browser()
    address = f"/t/{receipt.tracking_code}/rate/"
    client.post(address, {"stars": "5", "text": "好"})
    second = client.post(address, {"stars": "1", "text": "坏"}, follow=True)
    assert [rating.stars for rating in Rating.objects.all()] == [5]
    assert "note red" in page(second)


@pytest.mark.parametrize("stars", ["0", "6", "-1", "x", ""])
def test_a_rating_outside_the_scale_is_refused(browser, cast, stars):
    receipt = reported(cast)
    solved(cast, receipt.case)
    answer = browser().post(f"/t/{receipt.tracking_code}/rate/", {"stars": stars}, follow=True)
    assert "note red" in page(answer) and not Rating.objects.exists()


def test_scripts_in_every_field_are_text_on_every_page(browser, cast):
    values = dict.fromkeys(("text", "place"), EVIL) | {"subject": EVIL[:60]}
    client = browser()
    receipt = client.post(REPORT, FORM | values | {"key": "evil"})
    assert receipt.status_code == 302
    row = Case.objects.get()
    client.post(f"/t/{row.tracking_code}/note/", {"text": EVIL, "key": "n"})
    staff = browser("li")
    staff.post(f"/desk/cases/{row.pk}/act/ask/", {"text": EVIL, "key": "q"})
    pages = [
        client.get(f"/t/{row.tracking_code}/"),
        client.get(f"/report/nearby/?subject={EVIL[:30]}&place.area={JINHU}"),
        client.get(f"/t/?code={EVIL}"),
        client.post(REPORT, FORM | values | {"phone": EVIL}),
        *(
            staff.get(address)
            for address in (
                "/desk/",
                f"/desk/cases/?text={EVIL}",
                "/desk/cases/?state=all",
                f"/desk/cases/{row.pk}/",
                "/command/",
                "/command/tasks/",
            )
        ),
        staff.post(f"/desk/cases/{row.pk}/reveal/", {"field": EVIL, "title": EVIL, "purpose": EVIL}),
    ]
    for answer in pages:
        html = page(answer)
        assert "<script>alert" not in html and "<img src=x" not in html, answer.request["PATH_INFO"]
    assert "&lt;script&gt;" in page(pages[0])


FORMULAS = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_leaves_with_the_export(browser, cast, formula):
    reported(cast, subject=formula)
    answer = browser("wu").get("/desk/cases.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert any(formula.strip() in cell for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell[:1]]


@pytest.mark.parametrize(
    "query",
    [
        "light=blue",
        "state=x",
        "area=nowhere",
        "office=nothing",
        "cluster=x",
        "cursor=x",
        "opened_from=x",
        "order=x",
    ],
)
def test_a_filter_that_means_nothing_is_refused_in_words(browser, query):
    answer = browser("wu").get(f"/desk/cases/?{query}")
    assert answer.status_code in (400, 404, 422)
    assert "什么都没有改动" in page(answer)


def test_nobody_is_sent_to_another_site(browser):
    client = browser()
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert client.post("/large/", {"next": target}).url == "/"

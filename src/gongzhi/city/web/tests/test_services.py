"""The catalogue and applications in a browser without a screen: guides, bundles of any size, own steps, nothing lost."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db

CATALOGUE = {
    "mechanism.yaml": "id: catalogue\ntitle: 事项\nversion: {version}\nroles: {{hotline_agent: 话务员, officer: 承办人}}\n",
    "registers/service_items.yaml": """
id: service_items
title: 事项清单
key: code
name: title
search: [title, aliases]
fields:
  - {id: code, title: 编码, kind: text, required: true, privacy: public}
  - {id: title, title: 名称, kind: text, required: true, privacy: public}
  - {id: aliases, title: 叫法, kind: text, privacy: public}
  - {id: promised_days, title: 承诺天数, kind: number, min: 0, max: 90, privacy: public}
  - {id: inner, title: 内部说明, kind: text}
  - id: materials
    title: 材料
    kind: table
    privacy: public
    columns: [{id: name, title: 名称, kind: text, required: true}]
lifecycle:
  start: draft
  states: {draft: 草稿, published: 已发布}
  moves: {publish: {title: 发布, from: [draft], to: published, by: [officer]}}
public: [published]
""",
    "cases/application.yaml": """
id: application
title: 办件
opened_by: [resident, hotline_agent]
opens_with: [item, kind, name, firm?, note?]
fields:
  - {id: item, title: 事项, kind: record, register: service_items, required: true, privacy: public}
  - {id: item_title, title: 事项名, kind: text, prefill: item.title, privacy: public}
  - {id: days, title: 天数, kind: number, prefill: item.promised_days}
  - {id: list, title: 应交, kind: table, prefill: item.materials, columns: [{id: name, title: 名称, kind: text}]}
  - {id: kind, title: 申请人, kind: choice, options: [个人, 企业], required: true}
  - {id: name, title: 姓名, kind: text, required: true, max: 10}
  - {id: firm, title: 企业代码, kind: text, visible_when: kind = "企业"}
  - {id: note, title: 说明, kind: paragraph}
  - {id: missing, title: 还缺什么, kind: paragraph, required: true, told: "true"}
  - {id: more, title: 补充, kind: paragraph, required: true, max: 20}
steps:
  check:
    title: 审查
    who: hotline_agent @ county
    within: 5 working days
    choices:
      grant: {title: 准予, to: end.granted}
      ask: {title: 要补正, asks: [missing], to: mend}
  mend: {title: 补正, who: resident @ reporter, within: 5 working days, choices: {done: {title: 补好了, asks: [more], to: check}}}
ends: {granted: 准予}
""",
    "scenarios/all.yaml": """
- name: 受理以后当场就准予了
  case: application
  at: 2024-10-14 09:00
  by: hotline_agent
  world: {records: {service_items: {A1: {code: A1, title: 开饭店, promised_days: 3}}}}
  form: {item: A1, kind: 个人, name: 张三}
  steps: [{do: check.grant, expect: {ended: granted}}]
""",
}


def folder(files):
    return complete({path: text.encode() for path, text in files.items()})


def catalogue_folder(version="1.0.0", **changes):
    made = {**CATALOGUE, "mechanism.yaml": CATALOGUE["mechanism.yaml"].format(version=version)}
    return folder({**made, **changes})


@pytest.fixture
def catalogue(cast):
    install(catalogue_folder(), by=SYSTEM)
    values = {
        "title": "食品经营许可",
        "aliases": "开饭店、小吃店",
        "promised_days": 3,
        "inner": "只给内部看",
        "materials": [{"name": "场所平面图"}],
    }
    records.put("service_items", "A1", values, by=SYSTEM, move="publish")
    records.put("service_items", "B1", {"title": "没发布的"}, by=SYSTEM)


def bundle(count):
    """A mechanism with one bundle of so many items, each of which wants the same two things."""
    item = (
        "id: {id}\ntitle: 第{n}件\nopened_by: [hotline_agent]\nopens_with: [who, deed]\nfields:\n"
        "  - {{id: who, title: 申请人, kind: text, required: true}}\n  - {{id: deed, title: 证书号, kind: text, required: true}}\n"
        "steps: {{do: {{title: 办理, who: officer @ county, within: 3 working days, choices: {{done: {{title: 办好, to: end.done}}}}}}}}\n"
        "ends: {{done: 办好了}}\n"
    )
    names = [f"item{n}" for n in range(count)]
    lines = "\n".join(
        f"  {name}: {{title: 第{n}件, case: {name}{', after: item0' if n > count // 2 else ''}}}"
        for n, name in enumerate(names)
    )
    files = {f"cases/{name}.yaml": item.format(id=name, n=n) for n, name in enumerate(names)}
    files["mechanism.yaml"] = (
        f"id: bundle{count}\ntitle: {count}件一起办\nversion: 1.0.0\nroles: {{hotline_agent: 话务员, officer: 承办人}}\n"
    )
    files["bundles/all.yaml"] = (
        "id: all\ntitle: 一起办\nopened_by: [resident, hotline_agent]\nquestions:\n"
        "  - {id: really, title: 都要办吗, kind: yesno, required: true}\n"
        "accept: {title: 受理, who: hotline_agent @ county, within: 1 working day}\n"
        f"items:\n{lines}\npacket: {{title: 出件, who: hotline_agent @ county, within: 1 working day}}\n"
    )
    files["scenarios/all.yaml"] = (
        "- name: 受理以后几件事分头去办\n  case: all\n  at: 2024-10-14 09:00\n  by: hotline_agent\n"
        "  form: {really: true, who: 张三, deed: 一号}\n  steps: [{do: accept.accept, expect: {open: []}}]\n"
    )
    return folder(files)


def taken_in(cast, count):
    install(bundle(count), by=SYSTEM)
    form = {"really": True, "who": "张三", "deed": "一号"}
    receipt = actions.open_case(f"bundle{count}", "all", form, by=cast.li)
    actions.choose(receipt.case, "accept", "accept", {}, by=cast.li)
    react_to_all()
    return receipt


def spent(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len([each for each in caught if "SAVEPOINT" not in each["sql"]])


def test_a_bundle_of_twelve_costs_as_many_queries_as_one_of_three(cast, browser):
    few, many = taken_in(cast, 3), taken_in(cast, 12)
    for client, address in ((browser("li"), "/desk/cases/{0.case}/"), (browser(), "/t/{0.tracking_code}/")):
        assert spent(client, address.format(many)) == spent(client, address.format(few))
    html = browser("li").get(f"/desk/cases/{many.case}/").content.decode()
    assert html.count("第0件") >= 2 and "在等" in html and "第11件" in html
    assert spent(browser(), "/apply/bundle12/all/?really=yes") == spent(
        browser(), "/apply/bundle3/all/?really=yes"
    )


def test_it_asks_questions_first_and_each_thing_once(cast, browser):
    install(bundle(12), by=SYSTEM)
    first = browser().get("/apply/bundle12/all/").content.decode()
    assert "都要办吗" in first and "申请人" not in first
    form = browser().get("/apply/bundle12/all/?really=yes").content.decode()
    assert form.count('name="who"') == form.count('name="deed"') == 1
    assert all(f"第{n}件" in form for n in range(12))
    assert '<input type="hidden" name="really" value="yes">' in form


@pytest.mark.parametrize(
    ("words", "found"), [("开饭店", True), ("食品", True), ("小吃店", True), ("拖拉机", False)]
)
def test_it_is_found_by_everyday_words(cast, catalogue, browser, words, found):
    html = browser().get("/services/", {"q": words}).content.decode()
    assert ("食品经营许可" in html) is found and "没发布的" not in html


def test_the_guide_tells_the_public_what_is_public(cast, catalogue, browser):
    html = browser().get("/services/A1/").content.decode()
    assert "场所平面图" in html and "只给内部看" not in html
    assert "/apply/catalogue/application/?item=A1" in html
    assert (
        browser().get("/services/B1/").status_code == browser().get("/services/nothing/").status_code == 404
    )


def apply(client, **values):
    address = "/apply/catalogue/application/"
    page = client.get(f"{address}?item=A1").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return client.post(address, {**hidden, "item": "A1", **values})


def test_it_applies_without_typing_what_the_catalogue_knows(cast, catalogue, browser):
    page = browser().get("/apply/catalogue/application/?item=A1").content.decode()
    assert "食品经营许可" in page and 'name="item_title"' not in page and "场所平面图" in page
    answer = apply(browser(), kind="个人", name="王秀英")
    assert answer.status_code == 302
    row = Case.objects.get(type="application")
    assert row.state["data"]["item_title"] == "食品经营许可" and answer["Location"].startswith(
        f"/t/{row.tracking_code}/"
    )


def test_it_loses_nothing_when_something_is_wrong(cast, catalogue, browser):
    answer = apply(browser(), kind="个人", name="名字实在是太长太长太长了", note="请快一点")
    html = answer.content.decode()
    assert answer.status_code == 422 and "请快一点" in html and "名字实在是太长太长太长了" in html
    assert not Case.objects.filter(type="application").exists()


def test_it_keeps_what_was_typed_when_the_form_changed_meanwhile(cast, catalogue, browser):
    client = browser()
    page = client.get("/apply/catalogue/application/?item=A1").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert hidden["version"] == "1.0.0"
    newer = CATALOGUE["cases/application.yaml"].replace("name, firm?, note?]", "name, firm?, note?, phone?]")
    newer = newer.replace(
        "fields:\n", "fields:\n  - {id: phone, title: 新加的电话, kind: phone, privacy: contact}\n", 1
    )
    install(catalogue_folder("1.1.0", **{"cases/application.yaml": newer}), by=SYSTEM)
    sent = {**hidden, "item": "A1", "kind": "个人", "name": "王秀英", "note": "写了很久"}
    answer = client.post("/apply/catalogue/application/", sent)
    html = answer.content.decode()
    assert answer.status_code == 200 and "更新了" in html and "写了很久" in html and "新加的电话" in html
    assert not Case.objects.filter(type="application").exists()


def test_what_depends_on_an_answer_says_so_to_the_script(cast, catalogue, browser):
    page = browser().get("/apply/catalogue/application/?item=A1").content.decode()
    assert 'data-shown-by="kind" data-shown-for="企业"' in page


def test_the_applicant_does_their_own_step(cast, catalogue, browser):
    client = browser()
    apply(client, kind="个人", name="王秀英")
    row = Case.objects.get(type="application")
    actions.choose(row.pk, "check", "ask", {"missing": "平面图第二页"}, by=cast.li)
    tracking = client.get(f"/t/{row.tracking_code}/").content.decode()
    address = f"/t/{row.tracking_code}/do/mend/done/"
    assert address in tracking
    assert "平面图第二页" in client.get(address).content.decode()
    key = {"key": "k1"}
    wrong = client.post(address, {**key, "more": "这里写的字比允许的二十个字要多出来好几个，真的"})
    assert wrong.status_code == 422 and "好几个" in wrong.content.decode()
    assert client.post(address, {**key, "more": "补上了"}).status_code == 302
    assert [task.step for task in Case.objects.get(pk=row.pk).tasks.all()] == ["check"]
    assert client.get(address).status_code == 302  # done already: back to the page that says so


def test_nobody_does_it_with_another_code(cast, catalogue, browser):
    apply(browser(), kind="个人", name="王秀英")
    row = Case.objects.get(type="application")
    assert browser().post("/t/AAAAAAAAAAA/do/mend/done/", {"more": "我来"}).status_code == 404
    assert browser().post(f"/t/{row.tracking_code}/do/check/grant/", {}).status_code == 302
    assert Case.objects.get(pk=row.pk).ended == ""


def test_what_is_shown_without_an_answer_is_shown_at_once(cast, browser):
    page = browser().get("/report/mini/appeal/").content.decode()
    shown = dict(re.findall(r'data-shown-by="(\w+)" data-shown-for="([^"]*)"', page))
    assert all("" in answers.split("|") for answers in shown.values()), shown

"""When this fact is written, do that: notices, papers, commands, child cases; once, also after a crash."""

from __future__ import annotations

import re

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import FORM, JINHU, dispatched, reported, solved
from gongzhi.city.journal.models import Entry, Pending
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import papers, queries, reacting, suggestions
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child, Notice, Paper
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.people.models import SealedValue
from gongzhi.city.territory.models import DutyEntry

pytestmark = pytest.mark.django_db

REACTIONS = """
- id: tell_registered
  title: 告诉群众已登记
  on: {case: appeal, fact: opened}
  do: {notify: reporter, text: "“{{ data.subject }}”已登记，电话 {{ data.phone }}"}
- id: tell_handler
  title: 告诉承办单位
  on: {case: appeal, fact: chosen, step: dispatch, choice: send}
  do: {notify: [officer @ lead, holder], text: "新工单：{{ data.subject }}，由{{ data.lead }}办理"}
- id: learn
  title: 退单之后的派单写入职责清单
  on: {case: appeal, fact: chosen, step: dispatch, choice: send}
  when: opinion != null
  do: {learn: {category: category, office: lead, basis: opinion}}
- id: paper
  title: 派出即发承办单
  on: {case: appeal, fact: chosen, step: dispatch}
  do: {issue: order}
- id: remember
  title: 记一笔
  on: {case: appeal, fact: chosen, step: handle, choice: reply}
  when: result = "解释"
  do: {command: note, text: "只是解释"}
- id: closed
  title: 告诉群众办结
  on: {case: appeal, fact: ended, ends: [solved]}
  do: {notify: reporter, text: "已办结：{{ data.reply }}"}
- id: look_again
  title: 一个月后回头看
  on: {case: appeal, fact: ended, ends: [solved]}
  do: {open: review_later, with: {about: subject}}
"""
ORDER = """---
title: 承办单
case: appeal
---
<article><h1>承办单</h1><p>{{ number }}</p><p>{{ data.subject }}</p><p>{{ data.lead }}</p><p>{{ data.phone }}</p></article>
"""
LATER = """
id: review_later
title: 回头看
number: "HT{yyyy}{seq:04}"
opened_by: [hotline_agent]
opens_with: [about]
fields:
  - {id: about, title: 事由, kind: text, max: 100, required: true}
  - {id: finding, title: 看到什么, kind: text, max: 100}
steps:
  look:
    title: 回头看
    who: reviewer @ county
    choices:
      fine: {title: 没有反弹, asks: [finding?], to: end.fine}
ends: {fine: 没有反弹}
"""
LATER_SCENARIO = """
- name: 一个月后回头看没有反弹
  case: review_later
  at: 2024-11-04 09:00
  by: hotline_agent
  form: {about: 路灯不亮}
  steps:
    - {do: look.fine, by: reviewer}
    - expect: {ended: fine}
"""


@pytest.fixture
def reactive(files):
    made = {
        **files,
        "reactions.yaml": REACTIONS.encode(),
        "documents/order.html": ORDER.encode(),
        "cases/review_later.yaml": LATER.encode(),
        "scenarios/later.yaml": LATER_SCENARIO.encode(),
    }
    install(complete(made), by=SYSTEM)
    return made


def version(files, number):
    """The same mechanism under another version."""
    return {"mechanism.yaml": re.sub(rb"version: .*", f"version: {number}".encode(), files["mechanism.yaml"])}


def texts(**wanted):
    return list(Notice.objects.filter(**wanted).order_by("id").values_list("text", flat=True))


def test_it_tells_whom_it_concerns_and_nothing_private(cast, monday, reactive):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    react_to_all()
    assert texts(person=cast.wang.person) == ["“村口路灯不亮”已登记，电话 ******"]
    assert texts(role="officer", office="cgj") == ["新工单：村口路灯不亮，由城管局办理"]
    assert [notice.text for notice in queries.notices(cast.zhou)] == texts(office="cgj")
    assert not queries.notices(cast.he) and FORM["phone"] not in "".join(texts())
    assert queries.mark_read(cast.zhou, [each.pk for each in queries.notices(cast.zhou)]) == 1
    assert not queries.notices(cast.zhou)


def test_it_issues_papers(cast, monday, reactive):
    receipt = reported(cast, subject="<script>灯</script>")
    dispatched(cast, receipt.case)
    react_to_all()
    paper = Paper.objects.get()
    assert paper.title == "承办单" and "城管局" in paper.body
    assert "<script>" not in paper.body and FORM["phone"] not in paper.body


NAMED = """---
title: 证明
case: appeal
names: [phone]
---
<article><h1>证明</h1><p>{{ data.subject }}，电话 {{ data.phone }}。</p></article>
"""


def test_it_prints_what_a_paper_must_name_only_where_it_is_sealed(cast, monday, reactive):
    install(
        complete({**reactive, "documents/order.html": NAMED.encode(), **version(reactive, "1.0.1")}),
        by=SYSTEM,
    )
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    react_to_all()
    paper = Paper.objects.get()
    assert FORM["phone"] not in paper.body
    assert FORM["phone"] not in papers.masked(paper) and FORM["phone"][-4:] in papers.masked(paper)
    assert f"电话 {FORM['phone']}。" in papers.in_clear(paper)
    SealedValue.objects.update(value="")
    assert f"电话 {papers.ERASED}。" in papers.in_clear(paper)


def test_it_reacts_once_however_often_it_is_asked(cast, monday, reactive):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    react_to_all()
    for entry in Entry.objects.filter(subject=f"case:{receipt.case}"):
        reacting.react(entry)
    assert Notice.objects.count() == 2 and Paper.objects.count() == 1
    assert not Pending.objects.exists()


@pytest.mark.parametrize(("result", "notes"), [("解决", 0), ("解释", 1)])
def test_it_asks_for_the_condition(cast, monday, reactive, result, notes):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    actions.choose(receipt.case, "handle", "reply", {"result": result, "reply": "好"}, by=cast.zhou)
    react_to_all()
    assert Entry.objects.filter(subject=f"case:{receipt.case}", kind="note", role="system").count() == notes


def test_it_opens_a_case_after_the_end(cast, monday, reactive):
    receipt = reported(cast)
    solved(cast, receipt.case)
    react_to_all()
    child = Child.objects.get()
    assert str(child.parent_id) == receipt.case and child.case.type == "review_later"
    assert child.case.state["data"]["about"] == "村口路灯不亮"
    assert [each.case_id for each in queries.children(receipt.case)] == [child.case_id]
    assert texts(person=cast.wang.person)[-1] == "已办结：灯已修好"


CALLING = """
id: outer
title: 联办
opened_by: [hotline_agent]
opens_with: [name]
fields:
  - {id: name, title: 名称, kind: text, max: 100, required: true}
steps:
  ask:
    title: 发起
    who: hotline_agent @ county
    choices:
      go: {title: 发起, to: inner}
  inner:
    title: 等回头看
    calls: {case: review_later, with: {about: name}, to: close}
  close:
    title: 收尾
    who: hotline_agent @ county
    choices:
      done: {title: 办完, to: end.done}
ends: {done: 办完}
"""


def test_it_waits_for_a_case_that_it_called(cast, monday, reactive):
    made = {**reactive, "cases/outer.yaml": CALLING.encode()}
    made["mechanism.yaml"] = made["mechanism.yaml"].replace(b"1.0.0", b"1.1.0")
    install(complete(made), by=SYSTEM)
    receipt = actions.open_case("mini", "outer", {"name": "大事"}, by=cast.li)
    actions.choose(receipt.case, "ask", "go", by=cast.li)
    react_to_all()
    child = Child.objects.get().case
    assert child.state["data"]["about"] == "大事"
    actions.choose(child.pk, "look", "fine", by=cast.zhao)
    react_to_all()
    actions.choose(receipt.case, "close", "done", by=cast.li)
    assert Case.objects.get(pk=receipt.case).ended == "done"


def test_it_leaves_a_failing_reaction_to_the_reader(cast, monday, reactive, monkeypatch):
    def broken(*args):
        raise RuntimeError("boom")

    monkeypatch.setattr(reacting, "notify", broken)
    reported(cast)
    react_to_all()
    assert Pending.objects.exclude(error="").count() == 1 and not Notice.objects.exists()


def test_it_says_nothing_to_nobody(cast, monday, reactive):
    actions.open_case("mini", "appeal", FORM, by=SYSTEM)
    react_to_all()
    assert Pending.objects.count() == 0


def test_it_learns_from_a_ruling_where_matters_go(cast, monday, reactive):
    case = reported(cast).case
    dispatched(cast, case)
    react_to_all()
    assert not DutyEntry.objects.exists()  # nobody quarrelled
    actions.choose(case, "handle", "return", {"opinion": "路灯由供电所维护"}, by=cast.zhou)
    actions.choose(case, "dispatch", "send", {"lead": "hbj"}, by=cast.chen)
    react_to_all()
    line = DutyEntry.objects.get()
    assert (line.category, line.office.code, line.source, line.version) == ("市政设施", "hbj", "ruling", 1)
    assert line.ruling == f"case:{case}" and "供电所" in line.basis
    suggested = suggestions.by_directory({"category": "市政设施"}, JINHU)
    assert suggested is not None and suggested.value == "hbj" and "供电所" in suggested.because


def test_it_learns_the_same_ruling_once(cast, monday, reactive):
    for _ in range(2):
        case = reported(cast).case
        dispatched(cast, case)
        actions.choose(case, "handle", "return", {"opinion": "不归我们"}, by=cast.zhou)
        actions.choose(case, "dispatch", "send", {"lead": "hbj"}, by=cast.chen)
    react_to_all()
    assert DutyEntry.objects.count() == 1


ISSUED = ORDER.replace("case: appeal", "case: appeal\nissued: dispatch.send")


def test_it_issues_what_a_papers_own_head_says_when_no_reaction_does(cast, monday, reactive):
    without = REACTIONS.replace("- id: paper\n", "- id: paper_of_another\n").replace(
        "step: dispatch}\n  do: {issue: order}", "step: register}\n  do: {command: note, text: 记下了}"
    )
    files = {**reactive, "documents/order.html": ISSUED.encode(), "reactions.yaml": without.encode()}
    install(complete({**files, **version(reactive, "1.0.2")}), by=SYSTEM)
    receipt = reported(cast)
    assert not Paper.objects.exists()
    dispatched(cast, receipt.case)
    react_to_all()
    assert Paper.objects.count() == 1

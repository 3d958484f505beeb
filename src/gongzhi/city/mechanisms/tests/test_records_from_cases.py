"""Registers and cases: filled from a record, written by a reaction, watched by another mechanism."""

from __future__ import annotations

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries import by_tracking_code, tracking
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.city.records import actions as records
from gongzhi.city.records.queries import lookup
from gongzhi.engine.cases.errors import BadValues

pytestmark = pytest.mark.django_db

CATALOGUE = {
    "mechanism.yaml": """
id: catalogue
title: 事项
version: 1.0.0
roles: {hotline_agent: 话务员, officer: 承办人}
""",
    "registers/items.yaml": """
id: items
title: 事项清单
key: code
name: title
fields:
  - {id: code, title: 编码, kind: text, required: true, privacy: public}
  - {id: title, title: 名称, kind: text, required: true, privacy: public}
  - {id: days, title: 承诺天数, kind: number, min: 0, max: 90, privacy: public}
  - {id: last, title: 最近一件, kind: text}
""",
    "cases/application.yaml": """
id: application
title: 办件
opened_by: [hotline_agent]
opens_with: [item]
fields:
  - {id: item, title: 事项, kind: record, register: items, required: true, privacy: public}
  - {id: item_title, title: 事项名, kind: text, prefill: item.title}
  - {id: days, title: 天数, kind: number, prefill: item.days}
  - {id: kept, title: 记下的天数, kind: number}
clocks: {unit: {title: 承诺, from: opened, limit: {value: 'string(days) + " working days"'}}}
steps:
  decide:
    title: 决定
    who: officer @ county
    within: {clock: unit}
    choices: {grant: {title: 准予, asks: [kept?], to: end.granted}}
ends: {granted: 准予}
""",
    "reactions.yaml": """
- id: remember
  title: 记下最近一件
  on: {case: application, fact: ended}
  do: {record: {register: items, key: item, set: {last: case.end, days: kept}}}
- id: only_known
  title: 没有的不建
  on: {case: application, fact: ended}
  do: {record: {register: items, key: '"nowhere"', create: false, set: {title: '"没有"'}}}
""",
    "scenarios/all.yaml": """
- name: 承诺几天由事项清单说了算
  case: application
  at: 2024-10-14 09:00
  by: hotline_agent
  world: {records: {items: {A1: {code: A1, title: 饭店, days: 3}}}}
  form: {item: A1}
  expect: {unit_due: 2024-10-17 18:00, data: {item_title: 饭店}}
  steps: [{do: decide.grant, expect: {ended: granted}}]
- name: 清单里没有的事项办不了
  case: application
  at: 2024-10-14 09:00
  by: hotline_agent
  form: {item: A9}
  refused: C011
  expect: {bad: [item]}
""",
}
WATCHER = {
    "mechanism.yaml": """
id: watcher
title: 差评
version: 1.0.0
roles: {officer: 承办人}
""",
    "cases/bad_rating.yaml": """
id: bad_rating
title: 差评整改
opened_by: [officer]
opens_with: [stars, about]
fields:
  - {id: stars, title: 几星, kind: number, required: true}
  - {id: about, title: 哪类事, kind: text, required: true}
steps: {verify: {title: 核实, who: officer @ county, within: 1 working day, choices: {so: {title: 属实, to: end.so}}}}
ends: {so: 属实}
""",
    "reactions.yaml": """
- id: bad
  title: 差评要整改
  on: {case: any, fact: rated}
  when: fact.stars <= 2
  do: {open: bad_rating, with: {stars: fact.stars, about: case.title}}
""",
    "scenarios/all.yaml": """
- name: 差评一个工作日内核实
  case: bad_rating
  at: 2024-10-14 09:00
  by: officer
  form: {stars: 1, about: 办件}
  steps: [{do: verify.so, expect: {ended: so}}]
""",
}


def folder(files):
    return complete({path: text.encode() for path, text in files.items()})


@pytest.fixture
def catalogue(cast):
    install(folder(CATALOGUE), by=SYSTEM)
    records.put("items", "A1", {"title": "饭店", "days": 3}, by=SYSTEM)


def finish(cast, case, **values):
    task = Case.objects.get(pk=case).tasks.get()
    by = Standing(person="u-9", role="officer", office=task.office_id, office_path=task.office_path)
    actions.choose(case, "decide", "grant", values, by=by)
    react_to_all()


def test_it_fills_the_case_from_the_record(cast, monday, catalogue):
    receipt = actions.open_case("catalogue", "application", {"item": "A1"}, by=cast.li)
    row = Case.objects.get(pk=receipt.case)
    assert row.state["data"]["item_title"] == "饭店"
    assert row.unit_due.astimezone(monday.tzinfo).strftime("%m-%d %H:%M") == "10-17 18:00"
    records.put("items", "A1", {"days": 9}, by=SYSTEM)
    assert Case.objects.get(pk=receipt.case).unit_due == row.unit_due


def test_it_says_which_record_is_not_there(cast, monday, catalogue):
    with pytest.raises(BadValues) as refused:
        actions.open_case("catalogue", "application", {"item": "A9"}, by=cast.li)
    assert "A9" in refused.value.data["fields"]["item"]


def test_it_writes_a_record_because_of_a_case(cast, monday, catalogue):
    receipt = actions.open_case("catalogue", "application", {"item": "A1"}, by=cast.li)
    finish(cast, receipt.case, kept=5)
    assert lookup("items", "A1")["last"] == "granted"
    assert lookup("items", "A1")["days"] == 5
    assert lookup("items", "nowhere") is None


def test_it_tells_the_case_what_a_register_refuses_and_goes_on(cast, monday, catalogue):
    receipt = actions.open_case("catalogue", "application", {"item": "A1"}, by=cast.li)
    finish(cast, receipt.case, kept=91)
    assert lookup("items", "A1")["days"] == 3
    notes = Entry.objects.filter(subject=f"case:{receipt.case}", kind="note")
    assert [("没有记上" in str(note.data)) for note in notes] == [True]


@pytest.mark.parametrize(("stars", "opened"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_it_opens_a_case_for_a_bad_rating_of_any_mechanism(cast, monday, catalogue, stars, opened):
    install(folder(WATCHER), by=SYSTEM)
    receipt = actions.open_case("catalogue", "application", {"item": "A1"}, by=cast.li)
    finish(cast, receipt.case)
    row, reporter = by_tracking_code(receipt.tracking_code)
    actions.rate(row.pk, by=reporter, stars=stars)
    react_to_all()
    found = Child.objects.filter(parent=receipt.case, case__type="bad_rating")
    assert found.count() == opened
    assert all(link.case.state["data"] == {"stars": stars, "about": "办件"} for link in found)


def test_it_tells_people_outside_nothing_of_a_record_that_is_not_open(cast, monday):
    made = {**CATALOGUE, "cases/application.yaml": CATALOGUE["cases/application.yaml"].replace(
        "prefill: item.title}", "prefill: item.title, privacy: public}"
    )}  # fmt: skip
    for version, public in (("1.0.0", ""), ("1.1.0", "\npublic: [active]\n")):
        made["mechanism.yaml"] = CATALOGUE["mechanism.yaml"].replace("1.0.0", version)
        made["registers/items.yaml"] = CATALOGUE["registers/items.yaml"] + public
        install(complete({name: text.encode() for name, text in made.items()}), by=SYSTEM)
        if not public:
            records.create(SYSTEM, "items", {"code": "A1", "title": "没有公开的谈判", "days": 3})
        receipt = actions.open_case("catalogue", "application", {"item": "A1"}, by=cast.li)
        told = tracking(receipt.tracking_code)
        assert ("没有公开的谈判" in repr(told.values)) is bool(public)
        assert Case.objects.get(pk=receipt.case).state["data"]["item_title"] == "没有公开的谈判"

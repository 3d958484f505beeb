"""One thing, once: several matters become one case type with one form, and run as children in their order."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import check, load, passes, run_all
from gongzhi.engine.mechanisms.errors import MechanismRefused

DEED = "name: a.pdf, sha256: " + "a" * 64 + ", size: 9, type: application/pdf"
MANIFEST = """
id: joined
title: 水电气一件事
version: 1.0.0
roles: {clerk: 综窗人员, officer: 经办人}
"""


def child(id_: str, title: str, fields: str, asks: str, gives: str = "") -> str:
    return f"""
id: {id_}
title: {title}
opened_by: [clerk]
opens_with: [{asks}]
fields:
{fields}
  - {{id: account, title: 户号, kind: text, required: true}}
steps:
  connect:
    title: 接入
    who: officer @ county
    within: 3 working days
    choices:
      done: {{title: 已接通, asks: [account], to: end.connected}}
      back: {{title: 不能接, to: end.returned}}
ends: {{connected: 已接通, returned: 退回}}
"""


SITE = "  - {id: applicant, title: 申请人, kind: text, required: true}\n  - {id: deed, title: 产权证明, kind: files, required: true}"
FILES = {
    "mechanism.yaml": MANIFEST.encode(),
    "cases/water.yaml": child("water", "供水报装", SITE, "applicant, deed").encode(),
    "cases/power.yaml": child(
        "power",
        "供电报装",
        SITE + "\n  - {id: load, title: 报装容量, kind: number, required: true}",
        "applicant, deed, load",
    ).encode(),
    "cases/gas.yaml": child(
        "gas",
        "供气报装",
        SITE + "\n  - {id: water_no, title: 用水户号, kind: text}",
        "applicant, deed, water_no",
    ).encode(),
    "bundles/utilities.yaml": """
id: utilities
title: 水电气联合报装
opened_by: [resident, clerk]
questions:
  - {id: wanted, title: 要接什么, kind: choices, options: [水, 电, 气], required: true}
fields:
  - {id: water_account, title: 用水户号, kind: text}
clocks:
  citizen: {title: 群众等待, from: opened, limit: 20 days}
  joint: {title: 联办时限, from: accepted, until: delivered, limit: 5 working days}
accept: {title: 综合窗口受理, who: clerk @ county, within: 1 working day}
items:
  water: {title: 供水, case: water, when: 'list contains(wanted, "水")', takes: {water_account: child.account}}
  power: {title: 供电, case: power, when: 'list contains(wanted, "电")'}
  gas: {title: 供气, case: gas, when: 'list contains(wanted, "气")', after: [water], with: {water_no: water_account}}
packet: {title: 统一出件, who: clerk @ county, within: 1 working day}
""".encode(),
    "scenarios/all.yaml": """
- name: 三样都接，气要等水通了才开始，最后一次出件
  case: utilities
  at: 2024-09-02 09:00
  by: resident
  form: {wanted: [水, 电, 气], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept, expect: {open: [], waiting: [do_water, do_power], child: {case: power}, joint_due: 2024-09-09 18:00}}
    - {fact: child_ended, task: do_power, with: {outcome: connected, account: D1}, expect: {waiting: [do_water]}}
    - {fact: child_ended, task: do_water, with: {outcome: connected, account: S1}, expect: {waiting: [do_gas], data: {water_account: S1}, child: {case: gas}}}
    - {fact: child_ended, task: do_gas, with: {outcome: returned}, expect: {open: [packet], data: {gas_result: returned, water_result: connected}}}
    - {do: packet.deliver, with: {packet_list: 供水、供电合同}, expect: {ended: delivered}}
- name: 只接电的，不问水也不问气，直接等电
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept, expect: {waiting: [do_power]}}
    - {fact: child_ended, task: do_power, with: {outcome: connected, account: D1}, expect: {open: [packet], data: {water_result: ''}}}
- name: 缺的材料一次告知，补好再受理，第二次不能再要
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.correct, with: {correction: 缺产权证明第二页}, expect: {open: [supplement]}}
    - {do: supplement.done, by: clerk, with: {supplement_note: 补上了}, expect: {open: [accept]}}
    - {do: accept.correct, with: {correction: 还缺}, refused: C008}
- name: 没有写要接多少电，电的那一栏说清楚
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, deed: [{DEED}]}
  refused: C011
  expect: {bad: [load]}
""".replace("DEED", DEED).encode(),
}


def test_it_runs_as_one_case_with_children_in_their_order() -> None:
    assert [
        str(problem) for problem in check(FILES) if problem.severity == "error" and problem.code != "M100"
    ] == []
    report = run_all(load(FILES))
    assert report.passed, str(report)
    assert len(report.results) == 4


def test_it_asks_every_field_once_and_only_while_it_is_needed() -> None:
    spec = load(FILES).case_types["utilities"]
    ids = [field.id for field in spec.fields]
    assert len(ids) == len(set(ids))
    fields = {field.id: field for field in spec.fields}
    assert spec.opens_with == ("wanted", "applicant", "deed", "load")
    assert "电" in fields["load"].visible_when
    assert all(word in fields["deed"].visible_when for word in "水电气")
    assert "water_no" not in spec.opens_with


def test_it_refuses_two_meanings_of_one_field() -> None:
    broken = {
        **FILES,
        "cases/power.yaml": FILES["cases/power.yaml"].replace(
            "title: 申请人, kind: text".encode(), "title: 申请人, kind: number".encode()
        ),
    }
    with pytest.raises(MechanismRefused) as refused:
        load(broken)
    assert "bundles/utilities.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("after: [water]", "after: [wind]", "M048"),
        ("takes: {water_account", "after: [gas], takes: {water_account", "M049"),
        ("case: gas", "case: wind", "M048"),
        ('"气")\'', '"气") and nobody\'', "M061"),
    ],
)
def test_it_names_what_is_wrong(old: str, new: str, code: str) -> None:
    text = FILES["bundles/utilities.yaml"].decode()
    assert old in text
    found = check({**FILES, "bundles/utilities.yaml": text.replace(old, new).encode()})
    assert not passes(found)
    assert code in {problem.code for problem in found}

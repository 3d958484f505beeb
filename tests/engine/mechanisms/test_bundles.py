"""One thing, once: several matters become one case type with one form, and run as children in their order."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import check, load, passes, run_all
from gongzhi.engine.mechanisms.drawing import draw, export_bpmn
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
    - {fact: child_ended, task: do_gas, with: {outcome: returned}, expect: {open: [packet], data: {gas_result: 退回, water_result: 已接通}}}
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


#: power may be sent back and is mended alone; gas is only begun where the water came; silence accepts
CAREFUL = (
    FILES["bundles/utilities.yaml"]
    .decode()
    .replace("within: 1 working day}\nitems", "within: 1 working day, deemed: 5 working days}\nitems")
    .replace(
        'contains(wanted, "电")\'}',
        'contains(wanted, "电")\', done: connected, '
        "returns: {end: returned, missing: child.missing, within: 10 working days, with: {more: power_files}}}",
    )
    .replace("after: [water], with", "after: [water], given: 'water_result = \"已接通\"', with")
    .replace("takes: {water_account", "done: connected, takes: {water_account")
)
BACK = {
    **FILES,
    "cases/power.yaml": FILES["cases/power.yaml"]
    .decode()
    .replace("deed, load]", "deed, load, more?]")
    .replace("fields:\n", "fields:\n  - {id: more, title: 补的, kind: files}\n", 1)
    .replace("fields:\n", "fields:\n  - {id: missing, title: 缺什么, kind: paragraph, required: true}\n", 1)
    .replace("to: end.returned", "asks: [missing], to: end.returned")
    .encode(),
    "bundles/utilities.yaml": CAREFUL.encode(),
    "scenarios/all.yaml": """
- name: 供电退回补材料，只补供电这一项，供水不受影响
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [水, 电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept}
    - {fact: child_ended, task: do_power, with: {outcome: returned, missing: 缺变压器图}, expect: {open: [mend_power], waiting: [do_water], data: {power_result: 退回, power_missing: 缺变压器图}, due: {mend_power: 2024-09-14 18:00}}}
    - {fact: child_ended, task: do_water, with: {outcome: connected, account: S1}, expect: {open: [mend_power], data: {water_result: 已接通}}}
    - {do: mend_power.done, with: {power_files: [{MORE}]}, expect: {waiting: [again_power], child: {case: power, load: 30}}}
    - {fact: child_ended, task: again_power, with: {outcome: connected}, expect: {open: [packet], data: {power_result: 已接通}}}
    - {do: packet.close, with: {nothing_reason: 没有}, refused: C010}
    - {do: packet.deliver, expect: {ended: delivered}}
- name: 补了还是不行，就到统一出件，不再退第二次
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept}
    - {fact: child_ended, task: do_power, with: {outcome: returned, missing: 缺变压器图}}
    - {do: mend_power.done, with: {power_note: 图在这里}}
    - {fact: child_ended, task: again_power, with: {outcome: returned, missing: 图不清楚}, expect: {open: [packet], data: {power_result: 退回}}}
    - {do: packet.deliver, refused: C010}
    - {do: packet.close, with: {nothing_reason: 图不清楚，改好另报}, expect: {ended: nothing}}
- name: 到期没有补，这一项放下，不拖着大家
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept}
    - {fact: child_ended, task: do_power, with: {outcome: returned, missing: 缺变压器图}}
    - {at: 2024-09-14 17:59, tick: true, expect: {open: [mend_power]}}
    - {at: 2024-09-14 18:00, tick: true, expect: {open: [packet], alerts: [power_lapsed]}}
- name: 不办这一项了，写在结果里
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.accept}
    - {fact: child_ended, task: do_power, with: {outcome: returned, missing: 缺变压器图}}
    - {do: mend_power.give_up, expect: {open: [packet], data: {power_result: 申请人不办这一项了}}}
- name: 水没有通，气就不开始
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [水, 气], applicant: 张三, deed: [{DEED}]}
  steps:
    - {do: accept.accept}
    - {fact: child_ended, task: do_water, with: {outcome: returned}, expect: {open: [packet], data: {gas_result: ''}}}
- name: 五个工作日没有答复，从收到那天起就算受理
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {at: 2024-09-09 17:59, tick: true, expect: {open: [accept]}}
    - {at: 2024-09-09 18:00, tick: true, expect: {waiting: [do_power], alerts: [deemed_accepted], joint_due: 2024-09-09 18:00}}
- name: 一次性告知以后补来了新的产权证明，换掉旧的；没有补来的不变
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.correct, with: {correction: 产权证明要完整}}
    - {do: supplement.done, with: {supplement_note: 见附件}}
    - {do: accept.accept, expect: {waiting: [do_power]}}
- name: 一个月没有补来，回到窗口决定
  case: utilities
  at: 2024-09-02 09:00
  by: clerk
  form: {wanted: [电], applicant: 张三, load: 30, deed: [{DEED}]}
  steps:
    - {do: accept.correct, with: {correction: 产权证明要完整}}
    - {at: 2024-10-03 00:01, tick: true, expect: {open: [accept], alerts: [supplement_lapsed]}}
    - {do: accept.refuse, with: {refusal: 材料不齐}, expect: {ended: refused}}
""".replace("DEED", DEED)
    .replace("MORE", DEED.replace("a.pdf", "b.pdf"))
    .encode(),
}


def test_it_mends_one_item_alone_and_goes_on_with_the_others() -> None:
    assert [
        str(problem) for problem in check(BACK) if problem.severity == "error" and problem.code != "M100"
    ] == []
    report = run_all(load(BACK))
    assert report.passed, str(report)
    assert len(report.results) == 8


def test_it_does_not_ask_at_first_for_what_is_only_brought_after_all() -> None:
    spec = load(BACK).case_types["utilities"]
    assert not {"more", "more?"} & set(spec.opens_with)
    assert spec.steps["again_power"].calls is not None
    assert spec.steps["again_power"].calls.with_["more"] == "power_files"
    assert spec.steps["again_power"].calls.by_end == {}


def test_it_draws_where_an_item_that_was_sent_back_goes() -> None:
    picture = draw(load(BACK), "utilities")
    assert "退回补正" in picture
    written = export_bpmn(load(BACK), "utilities").decode()
    assert 'outcome = "returned"' in written
    assert 'outcome != "returned"' in written


def test_it_names_an_end_that_the_child_does_not_have() -> None:
    text = CAREFUL.replace("end: returned", "end: lost")
    assert "M048" in {problem.code for problem in check({**BACK, "bundles/utilities.yaml": text.encode()})}


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

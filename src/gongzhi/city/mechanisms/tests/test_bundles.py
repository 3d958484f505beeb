"""One thing, once, in the city: children of the same and of other mechanisms, files and secrets handed on, results back."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Attachment, Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.mechanisms.parts import parts
from gongzhi.city.mechanisms.tests.drafting import complete
from gongzhi.engine import cases as engine

pytestmark = pytest.mark.django_db

PHONE = "13971234567"
CHILD = """
id: {id}
title: {title}
opened_by: [hotline_agent]
opens_with: [applicant, phone, deed, water_no?]
fields:
  - {{id: applicant, title: 申请人, kind: text, required: true}}
  - {{id: phone, title: 联系电话, kind: phone, privacy: contact, required: true}}
  - {{id: deed, title: 产权证明, kind: files, privacy: identity, required: true}}
  - {{id: water_no, title: 用水户号, kind: text}}
  - {{id: account, title: 户号, kind: text, required: true}}
steps:
  connect:
    title: 接入
    who: officer @ county
    within: 3 working days
    choices: {{done: {{title: 已接通, asks: [account], to: end.connected}}}}
ends: {{connected: 已接通}}
"""
BUNDLE = """
id: utilities
title: 水电气联合报装
number: "LB{yyyy}{seq:04}"
opened_by: [hotline_agent, resident]
questions: [{id: wanted, title: 要接什么, kind: choices, options: [水, 电, 气], required: true}]
fields: [{id: water_account, title: 用水户号, kind: text}]
clocks: {joint: {title: 联办时限, from: accepted, until: delivered, limit: 5 working days}}
accept: {title: 综合窗口受理, who: hotline_agent @ county, within: 1 working day}
items:
  water: {title: 供水, case: water, when: 'list contains(wanted, "水")', takes: {water_account: child.account}}
  gas: {title: 供气, case: gas, when: 'list contains(wanted, "气")', after: water, with: {water_no: water_account}}
  power:
    title: 供电
    case: grid.power
    when: 'list contains(wanted, "电")'
    with: {applicant: applicant, phone: phone, deed: deed}
packet: {title: 统一出件, who: hotline_agent @ county, within: 1 working day}
"""
MANIFEST = (
    "id: {id}\ntitle: {title}\nversion: 1.0.0\n{more}roles: {{hotline_agent: 话务员, officer: 承办人}}\n"
)
SCENARIO = """
- name: 登记{id}以后由承办人接通并写下户号
  case: {id}
  at: 2024-10-14 09:00
  by: hotline_agent
  form: {{applicant: 张三, phone: "13971234567", deed: [{{name: a.pdf, sha256: {sha}, size: 9, type: application/pdf}}]}}
  steps: [{{do: connect.done, with: {{account: A1}}, expect: {{ended: connected}}}}]
"""


def mechanism(
    id_: str, title: str, cases: dict[str, str], more: str = "", bundles: str = ""
) -> dict[str, bytes]:
    made = {"mechanism.yaml": MANIFEST.format(id=id_, title=title, more=more).encode()}
    for case, name in cases.items():
        made[f"cases/{case}.yaml"] = CHILD.format(id=case, title=name).encode()
        made[f"scenarios/{case}.yaml"] = SCENARIO.format(id=case, sha="a" * 64).encode()
    if bundles:
        made["bundles/utilities.yaml"] = bundles.encode()
    return complete(made)


@pytest.fixture
def utilities(cast):
    install(mechanism("grid", "供电", {"power": "供电报装"}), by=SYSTEM)
    install(
        mechanism("joined", "水电气", {"water": "供水报装", "gas": "供气报装"}, "needs: [grid]\n", BUNDLE),
        by=SYSTEM,
    )


def opened(cast, wanted):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    row = actions.upload("产权证.png", picture, by=cast.li)
    deed = [{"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}]
    form = {"wanted": wanted, "applicant": "张三", "phone": PHONE, "deed": deed}
    receipt = actions.open_case("joined", "utilities", form, by=cast.li)
    actions.choose(receipt.case, "accept", "accept", {}, by=cast.li)
    react_to_all()
    return receipt.case


def children(parent):
    return {link.case.type: link.case for link in Child.objects.filter(parent=parent).select_related("case")}


def finish(case, account):
    office = case.tasks.get().office_id
    by = Standing(
        person=f"u-{account}", role="officer", office=office, office_path=case.tasks.get().office_path
    )
    actions.choose(case.pk, "connect", "done", {"account": account}, by=by)
    react_to_all()


def test_it_opens_children_of_two_mechanisms_and_takes_results_on(cast, monday, utilities):
    parent = opened(cast, ["水", "电", "气"])
    assert set(children(parent)) == {"water", "power"}
    assert children(parent)["power"].mechanism == "grid"
    finish(children(parent)["water"], "S1")
    gas = children(parent)["gas"]
    assert gas.state["data"]["water_no"] == "S1"
    finish(gas, "G1")
    finish(children(parent)["power"], "D1")
    row = Case.objects.get(pk=parent)
    assert [task.step for task in row.tasks.all()] == ["packet"]
    assert row.state["data"]["gas_result"] == "已接通"
    actions.choose(parent, "packet", "deliver", {"packet_list": "三份合同"}, by=cast.li)
    assert Case.objects.get(pk=parent).ended == "delivered"


def test_it_passes_by_what_is_not_wanted(cast, monday, utilities):
    parent = opened(cast, ["电"])
    assert set(children(parent)) == {"power"}


def standing_of(parent):
    row = Case.objects.get(pk=parent)
    held = library.one("joined", row.version)
    return parts(row, held.case_types[row.type], engine.load_case(row.state))


def test_it_says_what_waits_for_what(cast, monday, utilities, django_assert_num_queries):
    parent = opened(cast, ["水", "气"])
    found = {part.title: part for part in standing_of(parent)}
    assert {title: part.standing for title, part in found.items()} == {
        "供水": "running",
        "供气": "blocked",
        "供电": "not_needed",
    }
    assert found["供气"].waits_for == ("供水",) and found["供水"].blocks == ("供气",)
    assert found["供水"].now == ("接入",) and found["供水"].holders
    finish(children(parent)["water"], "S1")
    found = {part.title: part for part in standing_of(parent)}
    assert (found["供水"].standing, found["供水"].result) == ("ended", "已接通")
    assert (found["供气"].standing, found["供气"].waits_for) == ("running", ())
    row = Case.objects.get(pk=parent)
    case_type = library.one("joined", row.version).case_types[row.type]
    with django_assert_num_queries(2):
        parts(row, case_type, engine.load_case(row.state))


def test_it_hands_on_files_and_secrets_and_writes_no_secret_in_clear(cast, monday, utilities):
    parent = opened(cast, ["水", "电"])
    for child in children(parent).values():
        assert Attachment.objects.filter(case=child).count() == 1
        assert child.state["data"]["phone"].startswith("sealed:")
    written = json.dumps(list(Entry.objects.values_list("data", flat=True)), ensure_ascii=False)
    states = json.dumps(list(Case.objects.values_list("state", flat=True)), ensure_ascii=False)
    assert PHONE not in written + states
    assert "产权证.png" not in written + states


RETURNS = """
    returns:
      end: returned
      missing: child.missing
      within: 10 working days
      with: {more: water_files}
"""


@pytest.fixture
def careful(cast):
    """Water may come back for more material; the bundle mends it alone."""
    made = mechanism("joined", "水电气", {"water": "供水报装", "gas": "供气报装"})
    child = CHILD.format(id="water", title="供水报装")
    for old, new in (
        ("water_no?]", "water_no?, more?]"),
        ("fields:\n", "fields:\n  - {id: more, title: 补来的材料, kind: files, privacy: identity}\n"),
        ("fields:\n", "fields:\n  - {id: missing, title: 还要补什么, kind: paragraph, required: true}\n"),
        (
            "to: end.connected}}",
            "to: end.connected}, back: {title: 退回, asks: [missing], to: end.returned}}",
        ),
        ("connected: 已接通}", "connected: 已接通, returned: 退回}"),
    ):
        assert old in child
        child = child.replace(old, new, 1)
    item = "takes: {water_account: child.account}}"
    bundle = BUNDLE.replace(
        "  water: {title: 供水, case: water, when: 'list contains(wanted, \"水\")', " + item,
        "  water:\n    title: 供水\n    case: water\n    when: 'list contains(wanted, \"水\")'\n"
        "    takes: {water_account: child.account}" + RETURNS,
    )
    bundle = bundle[: bundle.index("  power:")] + bundle[bundle.index("packet:") :]
    made |= {"cases/water.yaml": child.encode(), "bundles/utilities.yaml": bundle.encode()}
    install(
        complete({path: content for path, content in made.items() if not path.startswith("strings/")}),
        by=SYSTEM,
    )


def test_it_sends_what_was_brought_after_all_to_the_one_item_that_asked(cast, monday, careful):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    parent = opened(cast, ["水"])
    first = children(parent)["water"]
    task = first.tasks.get()
    by = Standing(person="u-A", role="officer", office=task.office_id, office_path=task.office_path)
    actions.choose(first.pk, "connect", "back", {"missing": "缺平面图"}, by=by)
    react_to_all()
    row = Case.objects.get(pk=parent)
    assert [task.step for task in row.tasks.all()] == ["mend_water"]
    assert row.state["data"]["water_missing"] == "缺平面图"
    file = actions.upload("平面图.png", picture, by=cast.li)
    brought = [{"name": file.name, "sha256": file.sha256, "size": file.size, "type": file.type}]
    actions.choose(parent, "mend_water", "done", {"water_files": brought}, by=cast.li)
    react_to_all()
    again = Child.objects.filter(parent=parent).exclude(case_id=first.pk).get().case
    assert Attachment.objects.filter(case=again).count() == 2
    assert Attachment.objects.filter(case=first.pk).count() == 1
    finish(again, "S1")
    row = Case.objects.get(pk=parent)
    assert [task.step for task in row.tasks.all()] == ["packet"]
    assert row.state["data"]["water_result"] == "已接通"


def test_it_ends_the_parts_of_a_matter_that_was_withdrawn(cast, monday, utilities):
    parent = opened(cast, ["水", "电"])
    actions.act(parent, "withdraw", {"text": "不办了"}, by=cast.li)
    react_to_all()
    assert Case.objects.get(pk=parent).ended == "withdrawn"
    for child in children(parent).values():
        # these case types have no such end: their offices are told
        assert Entry.objects.filter(subject=f"case:{child.pk}", kind="note").count() == 1

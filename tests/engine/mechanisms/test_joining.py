"""What joins cases: the same matter, clusters that open projects, draws by lot. One mistake per row, and what runs."""

from __future__ import annotations

import pytest

from gongzhi.engine.cases import decide
from gongzhi.engine.cases.model import Actor, Open
from gongzhi.engine.cases.world import PlainWorld
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import check, load, new
from gongzhi.engine.mechanisms.clusters import ClusterSpec
from gongzhi.engine.mechanisms.running import compile_all

SOUND = new("base", "基础机制")
CASE = SOUND["cases/matter.yaml"].decode()
CLUSTERS = """
- id: hot
  title: 热点
  case: matter
  opens: matter
  with: {subject: title, text: '"近" + string(days) + "天" + string(recent) + "件"'}
  tells: 已立项 {{ number }}
"""
WORDS = '"热点": Hot\n"已立项 {{ number }}": Opened {{ number }}\n'


def checked(clusters: str = "", case: str = CASE, words: str = "") -> list[str]:
    files = {**SOUND, "cases/matter.yaml": case.encode()}
    if clusters:
        files["clusters.yaml"] = clusters.encode()
        files["strings/en.yaml"] = SOUND["strings/en.yaml"] + words.encode()
    return [f"{each.code} {each.message} {each.remedy}" for each in check(files)]


def test_it_takes_a_sound_rule():
    assert checked(CLUSTERS, words=WORDS) == []


def test_its_defaults_are_those_of_the_reference():
    rule = ClusterSpec(id="hot", title="热点", case="matter")
    assert (rule.days, rule.looks_back, rule.more_than, rule.least_users) == (30, 90, 10, 3)
    assert (rule.by, rule.texts, rule.opens) == (("town",), True, None)


@pytest.mark.parametrize(
    "old, new, code, words",
    [
        ("case: matter\n", "case: matters\n", "M172", "没有事项“matters”"),
        ("opens: matter\n", "opens: project\n", "M172", "没有事项“project”"),
        ("subject: title", "topic: title", "M172", "没有开头要填的字段“topic”"),
        ("subject: title, ", "", "M172", "立项要填“subject”"),
        ("subject: title", "subject: titel", "M061", "“titel”不是字段"),
        ("  tells:", "  by: [colour]\n  tells:", "M172", "没有字段“colour”"),
        ("  tells:", "  by: [phone, town]\n  tells:", "M172", "是私密的"),
        ("{{ number }}", "{{ reporter }}", "M172", "没有名称“reporter”"),
        ("  tells:", "  days: 60\n  looks_back: 30\n  tells:", "M026", "looks_back"),
        ("  tells:", "  texts: false\n  tells:", "M026", "by 里要写字段"),
        ("  opens: matter\n", "", "M026", "只与 opens 一起写"),
        ("  tells:", "  more_than: 0\n  tells:", "M024", "至少为 1"),
        ("  tells:", "  least_users: 1\n  tells:", "M024", "至少为 2"),
    ],
)
def test_it_finds_what_is_wrong_with_a_rule(old, new, code, words):
    assert old in CLUSTERS
    found = checked(CLUSTERS.replace(old, new, 1), words=WORDS)
    assert any(each.startswith(code) and words in each for each in found), found


def test_a_case_type_has_one_rule():
    twice = CLUSTERS + CLUSTERS.replace("id: hot", "id: hotter")
    assert any("已有一条聚类规则" in each for each in checked(twice, words=WORDS))


@pytest.mark.parametrize(
    "change, code, words",
    [
        ("same_matter: [other.thing]\n", "M170", "没有事项“other.thing”"),
        ("same_matter: matter\n", "M171", "要有“merged”这个结局"),
    ],
)
def test_the_same_matter_must_be_there_and_can_end_as_merged(change, code, words):
    found = checked(case=CASE.replace("opened_by:", f"{change}opened_by:", 1))
    assert any(each.startswith(code) and words in each for each in found), found


WAIT = """  lot:
    title: 等抽签
    waits_for: {fact: drawn, to: end.done, draws: 10 %}
"""


def test_what_is_not_drawn_must_go_on_some_day():
    found = checked(case=CASE.replace("ends:\n", WAIT + "ends:\n", 1))
    assert any(each.startswith("M173") and "没抽到的会一直等下去" in each for each in found), found
    going_on = WAIT + "    timers:\n      on: {after: 8 days, to: end.done, interrupting: true}\n"
    found = checked(case=CASE.replace("ends:\n", going_on + "ends:\n", 1))
    assert not any(each.startswith("M173") for each in found), found


def test_a_field_can_say_in_which_role_the_case_was_opened_and_nobody_types_it_in():
    field = "  - {id: found_by, title: 谁发现的, kind: text, prefill: opener.role}\nclocks:\n"
    files = {**SOUND, "cases/matter.yaml": CASE.replace("clocks:\n", field, 1).encode()}
    matter = compile_all(load(files))["matter"]
    form = {ask.field: "路灯不亮" for ask in matter.opening if not ask.optional}
    form |= {name: "13800138000" for name in form if matter.form[name].kind == "phone"}
    at, clerk = parse_instant("2024-10-14 09:00"), Actor(person="李敏", role="clerk")
    [fact] = decide(matter, None, Open(form=form), at=at, by=clerk, world=PlainWorld())
    assert fact.data["values"]["found_by"] == "clerk"
    with pytest.raises(Exception, match="found_by"):
        decide(matter, None, Open(form={**form, "found_by": "officer"}), at=at, by=clerk, world=PlainWorld())

"""What a reaction of another mechanism must never do: hold a case up, go round in circles, carry a secret out."""

from __future__ import annotations

import json

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import FORM, reported
from gongzhi.city.journal.models import Entry, Pending
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.children import MOST_LINKS
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.mechanisms.tests.drafting import complete

pytestmark = pytest.mark.django_db

WATCH = """
id: watch
title: 留意
opened_by: [officer]
opens_with: [about?, phone?, words?]
fields:
  - {id: about, title: 哪类事, kind: text}
  - {id: words, title: 说明, kind: paragraph, max: 2000}
  - {id: phone, title: 电话, kind: phone, privacy: contact}
steps: {look: {title: 看, who: officer @ county, choices: {so: {title: 看了, to: end.so}}}}
ends: {so: 看了}
"""
SCENARIO = """
- name: 留意的事由承办人看过就了结
  case: watch
  at: 2024-10-14 09:00
  by: officer
  form: {about: 办件}
  steps: [{do: look.so, expect: {ended: so}}]
"""


@pytest.fixture
def watched(files):
    """The small mechanism, and a watcher with one reaction."""
    install(files, by=SYSTEM)

    def install_watcher(on: str, do: str) -> None:
        made = {
            "mechanism.yaml": "id: watcher\ntitle: 留意\nversion: 1.0.0\nneeds: [mini]\nroles: {officer: 承办人}\n",
            "cases/watch.yaml": WATCH,
            "reactions.yaml": f"- id: seen\n  title: 留意一下\n  on: {on}\n  do: {do}\n",
            "scenarios/all.yaml": SCENARIO,
        }
        install(complete({name: text.encode() for name, text in made.items()}), by=SYSTEM)

    return install_watcher


def notes(case):
    return [
        entry.data["values"]["text"]
        for entry in Entry.objects.filter(subject=f"case:{case}", kind="note").order_by("seq")
    ]


def test_it_notes_what_is_refused_and_goes_on(cast, monday, watched):
    watched("{case: any, fact: opened}", """{open: watch, with: {phone: '"1380013800"'}}""")
    receipt = reported(cast)
    react_to_all()
    assert Pending.objects.count() == 0 and not Child.objects.exists()
    (note,) = notes(receipt.case)
    assert "留意一下" in note and "1380013800" not in note


def test_it_does_not_answer_its_own_notes(cast, monday, watched):
    watched("{case: any, fact: note}", """{open: watch, with: {phone: '"1"'}}""")
    receipt = reported(cast)
    actions.act(receipt.case, "note", {"text": "再看看"}, by=cast.li)
    react_to_all()
    assert Pending.objects.count() == 0 and len(notes(receipt.case)) == 2


def test_it_stops_reactions_that_answer_each_other(cast, monday, watched):
    watched("{case: any, fact: opened}", "{open: watch, with: {about: case.title}}")
    reported(cast)
    react_to_all()
    assert Pending.objects.count() == 0
    assert Case.objects.filter(type="watch").count() == MOST_LINKS


@pytest.mark.parametrize("with_", ["{about: fact.values.phone}", "{words: fact.values.phone}"])
def test_it_hands_no_secret_into_an_open_field(cast, monday, watched, with_):
    watched("{case: mini.appeal, fact: opened}", f"{{open: watch, with: {with_}}}")
    reported(cast)
    react_to_all()
    child = Child.objects.get().case
    assert child.state["data"].keys() <= {"about", "words"} and FORM["phone"] not in json.dumps(child.state)


def test_it_hands_a_secret_into_a_closed_field(cast, monday, watched):
    watched("{case: mini.appeal, fact: opened}", "{open: watch, with: {phone: fact.values.phone}}")
    reported(cast)
    react_to_all()
    assert Child.objects.get().case.state["data"]["phone"].startswith("sealed:")


def test_it_keeps_what_follows_from_a_confidential_matter_confidential(cast, monday, watched):
    watched("{case: mini.appeal, fact: opened}", "{open: watch, with: {words: fact.values.text}}")
    told = reported(cast, confidential=True, text=f"{FORM['text']}请打{FORM['phone']}找我。")
    react_to_all()
    child = Child.objects.get().case
    assert child.confidential and FORM["phone"] not in json.dumps(child.state, ensure_ascii=False)
    actions.act(child.pk, "note", {"text": "在看"}, by=SYSTEM)
    assert Case.objects.get(pk=child.pk).confidential and Case.objects.get(pk=told.case).confidential

"""``do: area``: its grammar, and what the linter says of what it names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gongzhi.engine.mechanisms import check
from gongzhi.engine.mechanisms.areas import AreaDeedSpec
from gongzhi.engine.mechanisms.schema import DoSpec

FILES = {
    "mechanism.yaml": """
id: parts
title: 划分
version: 1.0.0
roles: {officer: 承办人}
""",
    "registers/plots.yaml": """
id: plots
title: 地块
key: code
name: name
area: code
fields:
  - {id: code, title: 代码, kind: area, required: true}
  - {id: name, title: 名称, kind: text, max: 40, required: true}
  - {id: households, title: 户数, kind: number}
lifecycle:
  start: open
  states: {open: 运行, shut: 已并}
  moves: {shut: {title: 并掉, from: [open], to: shut, by: [officer]}}
""",
    "cases/part.yaml": """
id: part
title: 划分
opened_by: [officer]
opens_with: [village, units, on_day]
fields:
  - {id: village, title: 村, kind: area, required: true}
  - {id: on_day, title: 生效, kind: date, required: true}
  - id: units
    title: 单元
    kind: table
    required: true
    columns: [{id: name, title: 名, kind: text, max: 40, required: true}, {id: homes, title: 户, kind: number}]
steps:
  file: {title: 备案, who: officer @ county, choices: {file: {title: 备案, to: effect}}}
  effect: {title: 等生效, waits_for: {fact: made, to: end.done}}
ends: {done: 已划}
""",
    "reactions.yaml": """
- id: reshape
  title: 生效
  on: {case: part, fact: chosen, step: file, choice: file}
  do:
    area:
      split: village
      into: units
      basis: '"决议 " + case.number'
      on: on_day
      record: {register: plots, set: {name: part.name, households: part.homes}}
      closes: shut
      tells: made
""",
}


def problems(**changes: str) -> list[str]:
    """Codes of the errors in the reactions, after replacing words of their file."""
    text = FILES["reactions.yaml"]
    for old, new in changes.items():
        words = {
            "register": "register: plots",
            "column": "households: part",
            "move": "closes: shut",
            "fact": "tells: made",
        }
        text = text.replace(words.get(old, old), new)
    files = {name: body.encode() for name, body in {**FILES, "reactions.yaml": text}.items()}
    return [
        each.code for each in check(files) if each.where.file == "reactions.yaml" and each.severity == "error"
    ]


def test_it_takes_what_exists():
    assert problems() == []


@pytest.mark.parametrize(
    ("what", "instead", "code"),
    [
        ("register", "register: nowhere", "M125"),
        ("column", "people: part", "M127"),
        ("move", "closes: burn", "M121"),
        ("fact", "tells: nothing", "M090"),
    ],
)
def test_it_names_what_is_not_there(what, instead, code):
    assert code in problems(**{what: instead})


@pytest.mark.parametrize(
    ("old", "new"), [("split: village", "split: hamlet"), ("into: units", "into: part.name")]
)
def test_names_of_expressions_are_checked_and_a_part_is_known_only_to_its_record(old, new):
    text = FILES["reactions.yaml"].replace(old, new)
    found = check({name: body.encode() for name, body in {**FILES, "reactions.yaml": text}.items()})
    assert "M061" in [each.code for each in found if each.where.file == "reactions.yaml"]


BASE = {"into": "units", "basis": '"x"', "on": "today"}


@pytest.mark.parametrize(
    "deed",
    [
        BASE,
        {**BASE, "split": "a", "merge": "b"},
        {**BASE, "split": "a", "closes": "shut"},
        {**BASE, "split": "a", "keep": True},
        {"split": "a", "into": "units", "on": "today"},
    ],
)
def test_it_refuses_a_deed_that_says_too_little_or_too_much(deed):
    with pytest.raises(ValidationError):
        AreaDeedSpec.model_validate(deed)


def test_one_reaction_does_one_thing():
    deed = {**BASE, "merge": "codes"}
    assert DoSpec.model_validate({"area": deed}).area is not None
    with pytest.raises(ValidationError):
        DoSpec.model_validate({"area": deed, "issue": "paper"})

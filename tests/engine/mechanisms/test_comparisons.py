"""Lists held against registers, and case types that are confined: what counts as equal, what is a hit, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import check, load
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec, compare

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
TODAY = date(2024, 10, 14)
NUMBER = "11010519491231002X"


def spec(**more: Any) -> ComparisonSpec:
    given_ = {
        "id": "after_death",
        "title": "去世还在发",
        "basis": "办法",
        "list": {"register": "payments", "where": 'row.state = "published"'},
        "against": {"register": "deceased"},
        "match": {"number": "number"},
        "rule": "row.paid_on > other.died_on",
        "says": "疑点",
        "case": "hit",
        "with": {"key": "row.key"},
    }
    return ComparisonSpec.model_validate({**given_, **more})


def paid(key: str = "A", **more: Any) -> dict[str, Any]:
    return {"key": key, "state": "published", "number": NUMBER, "paid_on": date(2024, 6, 15), **more}


def dead(key: str = "D", **more: Any) -> dict[str, Any]:
    return {"key": key, "state": "active", "number": NUMBER, "died_on": date(2024, 3, 1), **more}


def pairs(rows: list[Any], others: list[Any], **more: Any) -> list[tuple[str, str]]:
    return [(hit.row, hit.other) for hit in compare(spec(**more), rows, others, TODAY)]


def test_it_tells_an_equal_pair_for_which_the_rule_holds():
    assert pairs([paid()], [dead()]) == [("A", "D")]
    (hit,) = compare(spec(), [paid()], [dead()], TODAY)
    assert hit.values == {"key": "A"}


@pytest.mark.parametrize(
    ("row", "other"),
    [
        ({"paid_on": date(2024, 3, 1)}, {}),  # paid on the day itself
        ({"paid_on": None}, {}),
        ({"number": None}, {}),
        ({"number": ""}, {"number": ""}),
        ({"number": "420281195001010011"}, {}),
        ({"state": "withdrawn"}, {}),
    ],
)
def test_it_suspects_nobody_for_what_is_missing_or_only_nearly_so(row, other):
    assert pairs([paid(**row)], [dead(**other)]) == []


def test_it_reads_a_number_through_spaces_and_small_letters():
    assert pairs([paid(number=" 110105 19491231 002x ")], [dead()]) == [("A", "D")]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_it_finds_what_comparing_everybody_with_everybody_would_find(left, right):
    rows = [paid(f"r{number}", number=letter) for number, letter in enumerate(left)]
    others = [dead(f"o{number}", number=letter) for number, letter in enumerate(right)]
    slow = [(a["key"], b["key"]) for a in rows for b in others if a["number"] == b["number"]]
    assert pairs(rows, others) == slow


def codes(mechanism: str, path: str, *changes: tuple[str, str]) -> set[str]:
    """Codes of the linter's errors after a file of a mechanism was changed."""
    files = dict(load(FOLDERS / mechanism).files)
    text = files[path].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return {each.code for each in check({**files, path: text.encode()}) if each.severity == "error"}


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("comparisons/paid_after_death.yaml", ("register: deceased_people", "register: ghosts"), "M230"),
        ("comparisons/paid_after_death.yaml", ("match: {identity_number:", "match: {card:"), "M231"),
        ("comparisons/paid_after_death.yaml", ("row.paid_on > other", "paid.on > other"), "M232"),
        ("comparisons/paid_after_death.yaml", ("case: hit", "case: hint"), "M233"),
        ("comparisons/paid_after_death.yaml", ("  list_key: row.code", "  row_key: row.code"), "M233"),
        ("cases/hit.yaml", ("read_by: [discipline_officer]\n", ""), "M234"),
    ],
)
def test_it_refuses_a_comparison_that_leads_nowhere_or_to_everybody(path, change, code):
    assert code in codes("supervision_tap", path, change)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("read_by: [discipline_officer]\n", ""), "M235"),
        (("dismissed: 180, ", ""), "M236"),
        (("required: true, privacy: clue, hint: 只写事实", "required: true, hint: 只写事实"), "M239"),
        (
            (
                "kind: text, max: 200, privacy: clue, hint: 不用传上来",
                "kind: files, max: 3, privacy: clue, hint: 不用传上来",
            ),
            "M239",
        ),
    ],
)
def test_it_refuses_a_confined_case_type_that_does_not_keep_its_word(change, code):
    assert code in codes("clues", "cases/clue.yaml", change)


def test_it_refuses_to_count_and_to_tell_what_is_confined():
    files = dict(load(FOLDERS / "clues").files)
    files["measures.yaml"] = (
        "- {id: clue_count, title: 线索数, case: clue, kind: count, numerator: 'true', formula: 件数}\n".encode()
    )
    files["reactions.yaml"] = (
        "- {id: tell_boss, title: 告诉领导, on: {case: clue, fact: opened}, do: {notify: leader, text: 有线索}}\n".encode()
    )
    assert {"M237", "M238"} <= {each.code for each in check(files)}

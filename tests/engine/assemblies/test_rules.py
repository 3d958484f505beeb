"""Thresholds of the villagers' committee law, both sides of each; figures that can't be; days that are counted."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.assemblies import (
    Attendance,
    BadFigures,
    BadShare,
    Figures,
    NoticeTooShort,
    Rules,
    Threshold,
    check_notice,
    conclude,
    dump_rules,
    earliest_day,
    figures_of,
    load_rules,
    quorum,
    share_of,
    standing,
    threshold_words,
    window_ends,
)
from gongzhi.engine.instants import parse_instant

MORE_THAN_HALF = Fraction(1, 2)
TWO_THIRDS = Fraction(2, 3)
PRESENT = Threshold(of="present", share=MORE_THAN_HALF, over=True)
ASSEMBLY = Rules(
    id="assembly",
    title="村民会议",
    quorum=(
        Threshold(of="persons", share=MORE_THAN_HALF, over=True),
        Threshold(of="households", share=TWO_THIRDS),
    ),
    passes=PRESENT,
)
LAND = Rules(
    id="land", title="承包地", quorum=ASSEMBLY.quorum, passes=Threshold(of="entitled", share=TWO_THIRDS)
)
HOUSEHOLDS = Rules(
    id="households",
    title="户主会",
    unit="household",
    quorum=(Threshold(of="households", share=TWO_THIRDS),),
    passes=PRESENT,
)
DELEGATES = Rules(
    id="delegates", title="代表会议", quorum=(Threshold(of="persons", share=TWO_THIRDS),), passes=PRESENT
)


@pytest.mark.parametrize(
    ("rules", "figures", "outcome"),
    [
        # art. 22: more than half of 301 adults are 151; 150 are not
        (ASSEMBLY, {"entitled": 301, "present": 151, "agree": 76}, "passed"),
        (ASSEMBLY, {"entitled": 301, "present": 150, "agree": 150}, "no_quorum"),
        # exactly half of 300 is not more than half
        (ASSEMBLY, {"entitled": 300, "present": 150, "agree": 150}, "no_quorum"),
        # … but people of 60 of 90 households are two thirds, and 59 are not
        (
            ASSEMBLY,
            {"entitled": 300, "present": 60, "agree": 31, "households": 90, "households_present": 60},
            "passed",
        ),
        (
            ASSEMBLY,
            {"entitled": 300, "present": 59, "agree": 59, "households": 90, "households_present": 59},
            "no_quorum",
        ),
        # who is there and does not vote counts as there: 76 of 152 is exactly half
        (ASSEMBLY, {"entitled": 300, "present": 152, "agree": 76, "against": 10}, "failed"),
        (ASSEMBLY, {"entitled": 300, "present": 152, "agree": 77, "against": 10}, "passed"),
        # contracted land: two thirds of all 300, whoever came
        (LAND, {"entitled": 300, "present": 299, "agree": 200}, "passed"),
        (LAND, {"entitled": 300, "present": 299, "agree": 199}, "failed"),
        # art. 28 by households: 20 of 30 are two thirds
        (HOUSEHOLDS, {"entitled": 30, "present": 20, "agree": 11}, "passed"),
        (HOUSEHOLDS, {"entitled": 30, "present": 20, "agree": 10}, "failed"),
        (HOUSEHOLDS, {"entitled": 30, "present": 19, "agree": 19}, "no_quorum"),
        # art. 26: two thirds of 31 are 21
        (DELEGATES, {"entitled": 31, "present": 21, "agree": 11}, "passed"),
        (DELEGATES, {"entitled": 31, "present": 20, "agree": 20}, "no_quorum"),
        # an upheld objection undoes what passed, but nothing makes a meeting of too few
        (HOUSEHOLDS, {"entitled": 30, "present": 25, "agree": 25, "upheld": 1}, "objected"),
        (HOUSEHOLDS, {"entitled": 30, "present": 5, "agree": 5, "upheld": 1}, "no_quorum"),
        # nobody on the roll
        (HOUSEHOLDS, {"entitled": 0, "present": 0, "agree": 0}, "no_quorum"),
    ],
)
def test_it_comes_to_what_the_law_says(rules: Rules, figures: dict[str, int], outcome: str) -> None:
    persons = {"persons": figures["entitled"], "persons_present": figures["present"]}
    assert (
        conclude(rules, figures_of(figures | (persons if rules.unit == "person" else {}))).outcome == outcome
    )


@pytest.mark.parametrize(
    "figures",
    [
        {"entitled": 30, "present": 31, "agree": 0},
        {"entitled": 30, "present": 20, "agree": 21},
        {"entitled": 30, "present": 20, "agree": 10, "against": 5, "abstain": 5, "spoilt": 1},
        {"entitled": 30, "present": 20, "agree": -1},
        {"entitled": 30, "present": 20, "agree": 1.5},
        {"entitled": 30, "present": 20, "agree": True},
        {"entitled": 30, "present": 20},
        {"entitled": 30, "present": 20, "agree": 1, "friends": 3},
        {"entitled": 30, "present": 20, "agree": 1, "households": 5, "households_present": 6},
    ],
)
def test_figures_that_cannot_be_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(BadFigures):
        figures_of(figures)


@given(
    total=st.integers(1, 100_000),
    share=st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=100),
    over=st.booleans(),
)
def test_the_least_that_is_enough_is_enough_and_one_less_is_not(
    total: int, share: Fraction, over: bool
) -> None:
    threshold = Threshold(of="present", share=share, over=over)
    least = threshold.least(total)
    assert threshold.is_met(least, total) or least > total
    assert not threshold.is_met(least - 1, total)


@given(st.integers(1, 500), st.data())
def test_one_more_agreeing_never_undoes_a_decision(entitled: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, entitled))
    agree = data.draw(st.integers(0, present))
    before = conclude(HOUSEHOLDS, Figures(entitled=entitled, present=present, agree=agree)).outcome
    if agree < present:
        after = conclude(HOUSEHOLDS, Figures(entitled=entitled, present=present, agree=agree + 1)).outcome
        assert (before, after) != ("passed", "failed")


@pytest.mark.parametrize("text", ["", "3/2", "1/0", "half", "-1/2", "101%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(BadShare):
        share_of(text)


def test_rules_are_the_same_after_they_were_kept() -> None:
    for rules in (ASSEMBLY, LAND, HOUSEHOLDS):
        assert load_rules(dump_rules(rules)) == rules


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (PRESENT, "到会的过半数"),
        (Threshold(of="persons", share=MORE_THAN_HALF, over=True), "十八周岁以上村民的过半数"),
        (Threshold(of="entitled", share=TWO_THIRDS), "应到会的三分之二以上"),
        (Threshold(of="entitled", share=Fraction(1)), "全部应到会"),
        (Threshold(of="cast", share=Fraction(3, 4), over=True), "投了票的四分之三多"),
    ],
)
def test_a_threshold_reads_as_the_law_does(threshold: Threshold, words: str) -> None:
    assert threshold_words(threshold) == words


def test_ten_days_of_notice_are_ten_days() -> None:
    told = parse_instant("2024-10-01 23:59")
    assert earliest_day(told, 10).isoformat() == "2024-10-11"
    check_notice(told, parse_instant("2024-10-11 00:00"), 10)
    with pytest.raises(NoticeTooShort):
        check_notice(told, parse_instant("2024-10-10 23:59"), 10)
    check_notice(told, told, 0)


@given(st.integers(0, 4_000_000), st.integers(1, 60))
def test_a_window_holds_whole_days_after_the_day_of_publication(minutes: int, days: int) -> None:
    published = parse_instant("2020-01-01 00:00") + timedelta(minutes=minutes)
    ends = window_ends(published, days)
    assert (ends.hour, ends.minute) == (0, 0)
    assert (ends.date() - published.date()).days == days + 1
    assert timedelta(days=days) < ends - published <= timedelta(days=days + 1)


def test_a_quorum_breaks_when_people_go_home() -> None:
    start = parse_instant("2024-03-04 19:00")
    roll = [
        Attendance(unit=f"h{n}", came=start, left=start + timedelta(hours=1) if n < 3 else None)
        for n in range(6)
    ]
    before = standing(HOUSEHOLDS, roll, start + timedelta(minutes=59))
    after = standing(HOUSEHOLDS, roll, start + timedelta(hours=1))
    assert (before.present, before.enough, before.missing) == (6, True, 0)
    assert (after.present, after.enough, after.missing) == (3, False, 1)
    assert not standing(HOUSEHOLDS, roll, start - timedelta(minutes=1)).enough


def test_two_of_one_household_are_one_household() -> None:
    start = parse_instant("2024-03-04 19:00")
    roll = [Attendance(unit=f"p{n}", household=f"h{n // 2}", came=start) for n in range(6)]
    found = standing(
        ASSEMBLY, [*roll, *(Attendance(unit=f"q{n}", household=f"g{n}") for n in range(6))], start
    )
    assert (found.present, found.entitled, found.households_present, found.households) == (6, 12, 3, 9)
    assert not found.enough


def test_a_meeting_without_a_quorum_rule_always_has_enough() -> None:
    assert quorum(Rules(id="x", title="碰头"), entitled=5, present=0).enough

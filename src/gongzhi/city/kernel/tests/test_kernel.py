"""Clock, ids, paths, explanations, doctor: what needs no rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import Http404
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.doctor import Checks, Finding
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.explaining import explain
from gongzhi.city.kernel.references import split_subject, subject

AT = datetime(2024, 9, 30, 16, 30, tzinfo=UTC)  # half past midnight of 1 October in Shanghai

# --- clock


def test_it_holds_the_clock_inside_the_block_only():
    with clock.frozen(AT):
        assert clock.now() == AT and clock.today().isoformat() == "2024-10-01"
        with clock.frozen(AT + timedelta(hours=1)):
            assert clock.now() == AT + timedelta(hours=1)
        assert clock.now() == AT
    assert clock.now() > AT


def test_it_refuses_a_naive_instant():
    with pytest.raises(ValueError, match="aware"), clock.frozen(AT.replace(tzinfo=None)):
        pass


# --- ids


def test_it_makes_ids_that_sort_by_time_and_are_uuid_7():
    early, late = ids.sortable_id(AT), ids.sortable_id(AT + timedelta(milliseconds=1))
    assert early < late and early.version == 7 and early.variant == "specified in RFC 4122"
    assert len({ids.sortable_id(AT) for _ in range(1000)}) == 1000


def test_it_reads_back_its_tracking_codes_however_they_are_written():
    for _ in range(200):
        code = ids.tracking_code()
        typed = ids.spaced(code).lower().replace("0", "o").replace("1", "l")
        assert ids.read_tracking_code(f" {typed} ") == code


@given(st.integers(0, 10), st.sampled_from(ids.ALPHABET))
def test_it_notices_every_wrong_character(position, character):
    code = "7K3QJ9Z0XC"
    code += ids._check_character(code)
    wrong = code[:position] + character + code[position + 1 :]
    assert (ids.read_tracking_code(wrong) is None) == (wrong != code)


@given(st.text(alphabet=ids.ALPHABET, min_size=10, max_size=10), st.integers(0, 9), st.integers(0, 9))
def test_it_notices_every_swap(body, one, other):
    swapped = list(body)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    wrong = "".join(swapped) + ids._check_character(body)
    assert (ids.read_tracking_code(wrong) is None) == ("".join(swapped) != body)


@pytest.mark.parametrize("text", ["", "7K3Q", "7K3QJ9Z0XCMM", "7K3QJ9Z0XC!", "'; DROP TABLE", "大冶" * 6])
def test_it_knows_what_is_no_tracking_code(text):
    assert ids.read_tracking_code(text) is None


# --- paths


def test_it_counts_children_in_fixed_width():
    assert [paths.step(n) for n in (0, 9, 10, 35, 36, 46654)] == ["000", "009", "00a", "00z", "010", "zzy"]
    with pytest.raises(ValueError, match="46655"):
        paths.step(46655)


@given(st.lists(st.integers(0, 46654), min_size=1, max_size=5), st.lists(st.integers(0, 46654), max_size=5))
def test_it_finds_exactly_the_subtree_between_two_bounds(ancestor, other):
    top, path = ("".join(map(paths.step, numbers)) for numbers in (ancestor, other))
    assert paths.is_within(path, top) == (other[: len(ancestor)] == ancestor)
    assert paths.is_within(path, top) == (top <= path <= top + paths.LAST)


def test_it_never_gives_a_path_twice():
    assert paths.next_child("000", []) == "000000"
    assert paths.next_child("000", ["000000", "000001"]) == "000002"
    assert paths.ancestors("00000a") == ["000", "00000a"]
    assert not paths.is_within("000", "")


def test_it_splits_references():
    assert split_subject(subject("case", "1:2")) == ("case", "1:2")
    for wrong in ("case", "case:", ":1"):
        with pytest.raises(ValueError, match="reference"):
            split_subject(wrong)


# --- explanations


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (NotAllowed(action="办理", role="承办人", who="派单员"), "P001", 403),
        (ValidationError("太短"), "D422", 422),
        (Http404(), "D404", 404),
        (IntegrityError(), "D409", 409),
        (OperationalError("database is locked"), "D503", 503),
        (ZeroDivisionError("secret inside"), "D500", 500),
    ],
)
def test_it_explains_every_exception_in_full_sentences(error, code, status):
    explanation = explain(error)
    assert (explanation.code, explanation.status) == (code, status)
    assert "secret" not in explanation.sentence + explanation.remedy
    if code != "D422":
        assert explanation.sentence.endswith("。") and explanation.remedy.endswith("。")


def test_it_explains_in_the_readers_language_with_data():
    with translation.override("zh-hans"):
        explanation = explain(NotAllowed(action="办理", role="承办人", who="派单员"))
    assert "承办人" in explanation.sentence and "派单员" in explanation.remedy


# --- doctor


def test_it_reports_a_check_that_cannot_reach_the_database():
    registry = Checks()
    registry.register("good")(lambda full: Finding(ok=True, title="good"))

    @registry.register("bad")
    def bad(full):
        raise DatabaseError("gone")

    good, failed = registry.run()
    assert str(good) == "good: OK"
    assert not failed.ok and "gone" in str(failed)
    with pytest.raises(ValueError, match="good"):
        registry.register("good")(bad)

"""The doctor finds what was changed behind the actions' back, and can put it right."""

from __future__ import annotations

import io

import pytest

from gongzhi.city.cases import actions, checks, files
from gongzhi.city.cases.models import Attachment, Case, Series, Task
from gongzhi.city.cases.tests.cast import dispatched, reported, solved
from gongzhi.city.cases.tests.test_files import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast, monday):
    one, other = reported(cast), reported(cast)
    dispatched(cast, one.case, helpers=["hbj"])
    solved(cast, other.case)
    actions.number_all()
    return Case.objects.get(pk=one.case), Case.objects.get(pk=other.case)


@pytest.mark.parametrize("full", [False, True])
def test_it_is_well(two, full):
    for check in (checks.check_states, checks.check_numbers, checks.check_references, checks.check_files):
        assert check(full).ok, check(full)


def test_it_finds_a_changed_state(two):
    row = two[0]
    row.state["data"]["lead"] = "jyj"
    row.save()
    finding = checks.check_states(False)
    assert not finding.ok and str(row.pk) in finding.remedy
    assert checks.rebuild(row.pk) and checks.check_states(True).ok


def test_it_finds_a_lost_task(two):
    Task.objects.filter(case=two[0]).first().delete()
    assert "待办" in checks.check_states(False).remedy
    checks.rebuild(two[0].pk)
    assert checks.check_states(False).ok


def test_it_finds_a_gap_in_the_numbers(two):
    Case.objects.filter(pk=two[0].pk).update(seq=9, number="MQ2024000009")
    assert not checks.check_numbers(False).ok
    Case.objects.filter(pk=two[0].pk).update(seq=two[0].seq)
    assert checks.check_numbers(False).ok
    Series.objects.update(last=5)
    assert not checks.check_numbers(False).ok


def test_it_finds_a_task_of_an_ended_case(two):
    Task.objects.filter(case=two[0]).update(case=two[1])
    assert not checks.check_references(False).ok


def test_it_finds_lost_and_broken_bytes(cast, monday, two):
    row = actions.upload("灯.jpg", io.BytesIO(jpeg()), by=cast.wang)
    assert checks.check_files(True).ok
    files.path_of(row.sha256).write_bytes(b"other")
    assert checks.check_files(False).ok and not checks.check_files(True).ok
    files.remove(row.sha256)
    assert not checks.check_files(False).ok
    Attachment.objects.all().delete()

"""How many queries a request makes: fixed numbers, whatever is stored."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.city.cases.tests.cast import FORM, dispatched, reported

pytestmark = pytest.mark.django_db


def spent(call) -> int:
    """Queries of a request, without the savepoints that only a test's transaction needs."""
    call()  # fills what is remembered for good: paths of areas and offices, who holds which role
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert call().status_code in (200, 201)
    return len([each for each in caught if "SAVEPOINT" not in each["sql"]])


def test_it_lists_in_two(program, cast):
    """Token and rows; the posts were asked for a moment ago."""
    for _ in range(3):
        reported(cast)
    assert spent(lambda: program("wu").get("/cases")) == 2
    for _ in range(20):
        reported(cast)
    assert spent(lambda: program("wu").get("/cases")) == 2


def test_it_lists_my_tasks_in_two(program, cast):
    for _ in range(5):
        reported(cast)
    assert spent(lambda: program("li").get("/tasks")) == 2


def test_it_reads_a_case_in_seven(program, cast):
    case = reported(cast).case
    dispatched(cast, case)
    assert spent(lambda: program("zhou").get(f"/cases/{case}")) == 7


def test_it_opens_and_chooses_within_bounds(program, cast):
    assert spent(lambda: program("li").open(FORM)) <= 12
    cases = [reported(cast).case for _ in range(2)]
    body = {"category": "市政设施"}
    assert spent(lambda: program("li").choose(cases.pop(), "register", "dispatch", body)) <= 11

"""Several people and processes at once, and processes that are killed: nothing acknowledged is lost or done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from gongzhi.city.cases import actions, numbering
from gongzhi.city.cases.errors import StaleTask
from gongzhi.city.cases.models import Case, Series, Task
from gongzhi.city.cases.tests.cast import FORM, dispatched, reported
from gongzhi.city.journal.models import Entry
from gongzhi.engine.cases.errors import AlreadyOne, CaseRefused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db):
    from gongzhi.city.cases.tests.cast import build_city

    return build_city()


def at_once(actions_):
    """Run all at the same moment, each in a thread with its own connection; results or exceptions in order."""
    barrier = threading.Barrier(len(actions_))

    def run(action):
        try:
            barrier.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions_)) as pool:
        return list(pool.map(run, actions_))


def no_gap():
    numbers = sorted(Case.objects.values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert Series.objects.get().last == len(numbers)


def test_it_numbers_at_once_after_the_commit(committed):
    receipt = reported(committed)
    assert receipt.number.startswith("MQ") and receipt.number.endswith("000001")
    assert Entry.objects.filter(subject=f"case:{receipt.case}", kind="numbered").count() == 1


def test_it_leaves_no_gap_when_a_transaction_is_taken_back(committed):
    reported(committed)
    with pytest.raises(RuntimeError), transaction.atomic():
        reported(committed)
        raise RuntimeError
    assert reported(committed).number.endswith("000002")
    no_gap()


@pytest.mark.postgres
def test_it_lets_one_of_two_officers_win(committed):
    receipt = reported(committed)
    dispatched(committed, receipt.case)
    seen = Case.objects.get(pk=receipt.case).length
    values = {"result": "解决", "reply": "修好"}
    results = at_once(
        [
            lambda who=who: actions.choose(receipt.case, "handle", "reply", values, by=who, seen=seen)
            for who in (committed.zhou, committed.liu)
        ]
    )
    lost = [each for each in results if isinstance(each, Exception)]
    assert len(lost) == 1 and isinstance(lost[0], StaleTask) and lost[0].data["who"] in ("周强", "刘洋")
    assert Entry.objects.filter(subject=f"case:{receipt.case}", step="handle").count() == 1


@pytest.mark.postgres
def test_it_answers_the_same_request_twice_at_the_same_moment(committed):
    results = at_once(
        [lambda: actions.open_case("mini", "appeal", FORM, by=committed.li, key="double") for _ in range(4)]
    )
    assert len({each.case for each in results}) == 1 and Case.objects.count() == 1
    no_gap()


@pytest.mark.postgres
def test_it_numbers_without_gap_under_eight_writers(committed):
    def write():
        return [reported(committed).number for _ in range(12)]

    results = at_once([write] * 8)
    numbers = [number for each in results for number in each]
    assert len(numbers) == len(set(numbers)) == 96 and "" not in numbers
    no_gap()


@pytest.mark.postgres
def test_it_makes_no_business_wait_for_the_series(committed):
    receipt = reported(committed)
    held, release = threading.Event(), threading.Event()

    def hold_series():
        with transaction.atomic():
            Series.objects.select_for_update().get()
            held.set()
            release.wait(20)

    def open_and_act():
        held.wait(20)
        with transaction.atomic():  # the number follows the commit, which is not waited for here
            actions.open_case("mini", "appeal", FORM, by=committed.li)
            transaction.get_connection().run_on_commit.clear()
        actions.choose(receipt.case, "register", "dispatch", {"category": "市政设施"}, by=committed.li)
        release.set()
        return time.monotonic()

    results = at_once([hold_series, open_and_act])
    assert not any(isinstance(each, Exception) for each in results), results
    assert release.is_set() and Case.objects.filter(number=None).count() == 1
    numbering.number_all()
    no_gap()


@pytest.mark.postgres
def test_it_bulk_acts_and_numbers_without_deadlock(committed):
    receipts = [reported(committed) for _ in range(6)]
    cases = [receipt.case for receipt in receipts]
    for case in cases:
        dispatched(committed, case)
    values = {"result": "解决", "reply": "好"}
    results = at_once(
        [
            lambda: actions.bulk_choose(cases, "handle", "reply", values, by=committed.zhou),
            lambda: actions.bulk_choose(cases[::-1], "handle", "reply", values, by=committed.liu),
            lambda: actions.merge(cases[0], cases[1], by=committed.li),
            lambda: actions.merge(cases[1], cases[2], by=committed.li),
            lambda: [reported(committed) for _ in range(5)],
        ]
    )
    failed = [each for each in results if isinstance(each, Exception) and not isinstance(each, CaseRefused)]
    assert not failed, failed
    no_gap()


WRITER = """
import sys
import django
django.setup()
from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.tests.cast import FORM, MiniSource
from gongzhi.city.kernel.references import SYSTEM
catalogue.register(MiniSource())
while True:
    receipt = actions.open_case("mini", "appeal", FORM, by=SYSTEM)
    print(receipt.case, receipt.number, flush=True)
"""


@pytest.mark.faults
def test_it_survives_kill_9(committed, tmp_path):
    """Writers are killed at any point: what they acknowledged is there, and numbers have no gap after the next tick."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment["GONGZHI_FIELD_KEYS"] = settings.GONGZHI_FIELD_KEYS
    acknowledged: list[str] = []
    for round_ in range(3):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        for writer in writers:
            first = writer.stdout.readline()
            assert first, writer.stderr.read()
            acknowledged.append(first)
        time.sleep(0.15 + 0.11 * round_)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            out, _ = writer.communicate()
            acknowledged += [line for line in out.splitlines() if len(line.split()) == 2]
    actions.tick_cases()
    there = {str(id_): number for id_, number in Case.objects.values_list("id", "number")}
    assert len(there) >= len(acknowledged) > 6
    for line in acknowledged:
        case, number = line.split()
        assert there[case] == number
    no_gap()
    assert Task.objects.count() == len(there) == Entry.objects.filter(kind="opened").count()


def database_url() -> str:
    """Where this test's database is, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        if "memory" in str(values["NAME"]):
            pytest.skip("the test database is in memory; run with --database postgres")
        return f"sqlite:///{values['NAME']}"
    host = str(values["HOST"]).replace("/", "%2F")
    return f"postgres://{values['USER']}@{host}/{values['NAME']}"


@pytest.mark.postgres
def test_it_lets_one_of_two_checks_of_a_month_through(committed):
    receipt = reported(committed)
    dispatched(committed, receipt.case)
    number = Case.objects.get(pk=receipt.case).number
    form = {"about": number, "topic": "安全"}
    results = at_once([lambda: actions.open_case("mini", "check", form, by=committed.wu)] * 2)
    assert sorted(isinstance(each, AlreadyOne) for each in results) == [False, True]
    assert Case.objects.get(type="check").number.endswith("000001")

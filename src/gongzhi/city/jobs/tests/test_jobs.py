"""The queue on our table: lease, attempts, run-after, dedupe key, periodic work."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist

from gongzhi.city.jobs import worker
from gongzhi.city.jobs.checks import check_jobs, check_periodic
from gongzhi.city.jobs.models import Job, PeriodicRun
from gongzhi.city.jobs.periodic import Periodic, tick
from gongzhi.city.jobs.tests import sample_tasks as tasks
from gongzhi.city.jobs.tests.processes import process, until

SHORT = timedelta(seconds=0.3)


@pytest.fixture
def paper(tmp_path):
    """A file on which tasks leave lines."""
    path = tmp_path / "paper"
    path.touch()
    return path


def lines(paper) -> list[str]:
    return paper.read_text().splitlines()


def hurry() -> None:
    """Let what waits be due."""
    Job.objects.filter(state="waiting").update(run_after=timezone.now())


@pytest.mark.django_db
def test_it_runs_a_job_and_keeps_its_result(paper):
    result = tasks.note.enqueue(str(paper), line="a")
    assert result.status == TaskResultStatus.READY
    assert worker.run_due() == 1
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, "a", 1)
    assert lines(paper) == ["a"]
    assert worker.run_due() == 0


@pytest.mark.django_db(transaction=True)
def test_it_takes_the_job_back_when_the_transaction_fails(paper):
    with pytest.raises(RuntimeError), transaction.atomic():
        tasks.note.enqueue(str(paper))
        raise RuntimeError("rolled back")
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_it_waits_until_run_after(paper):
    tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(str(paper))
    assert worker.run_due() == 0
    hurry()
    assert worker.run_due() == 1


@pytest.mark.django_db
def test_it_runs_the_urgent_first(paper):
    tasks.note.enqueue(str(paper), "normal")
    tasks.note.using(priority=10).enqueue(str(paper), "first")
    tasks.note.using(priority=-10).enqueue(str(paper), "last")
    worker.run_due()
    assert lines(paper) == ["first", "normal", "last"]


@pytest.mark.django_db
def test_it_tries_again_and_gives_up_after_the_last_attempt():
    result = tasks.explode.enqueue()
    worker.run_due()
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("waiting", 1) and job.run_after > timezone.now()
    hurry()
    worker.run_due()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED and len(result.errors) == 2
    assert result.errors[0].exception_class is RuntimeError and "boom" in result.errors[0].traceback
    assert not check_jobs(False).ok and "boom" in check_jobs(False).remedy


@pytest.mark.django_db
def test_it_keeps_one_open_job_per_key(paper):
    once = tasks.note.using(dedupe_key="clusters")
    first, second = once.enqueue(str(paper)), once.enqueue(str(paper))
    assert first.id == second.id
    assert worker.run_due() == 1
    assert once.enqueue(str(paper)).id != first.id
    with pytest.raises(IntegrityError), transaction.atomic():
        now = timezone.now()
        Job.objects.create(task="x", dedupe_key="clusters", enqueued_at=now, run_after=now)


@pytest.mark.django_db
def test_it_runs_once_more_when_enqueued_while_it_runs(paper):
    once = tasks.note.using(dedupe_key="clusters")
    once.enqueue(str(paper))
    job = worker.claim("me", ["default"])
    once.enqueue(str(paper))
    once.enqueue(str(paper))
    worker.run(job)
    assert worker.run_due() == 1
    assert lines(paper) == ["ran", "ran"] and Job.objects.get().state == "done"


@pytest.mark.django_db
def test_it_takes_over_when_a_lease_ran_out_and_drops_the_late_result(paper):
    tasks.note.enqueue(str(paper))
    lost = worker.claim("dead", ["default"])
    assert worker.claim("other", ["default"]) is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert worker.release_expired() == 1
    taken = worker.claim("other", ["default"])
    assert taken.pk == lost.pk and taken.attempts == 2
    assert worker._finish(lost, result="late") is False
    worker.run(taken)
    assert Job.objects.get().state == "done" and Job.objects.get().workers == ["dead", "other"]


@pytest.mark.django_db
def test_it_gives_up_a_job_that_kills_every_worker(paper):
    tasks.note.using(max_attempts=1).enqueue(str(paper))
    worker.claim("dead", ["default"])
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    worker.release_expired()
    job = Job.objects.get()
    assert job.state == "failed" and "dead was lost" in job.errors[0]["traceback"]


@pytest.mark.django_db(transaction=True)
def test_it_renews_the_lease_while_the_job_runs(paper):
    tasks.slow.enqueue(str(paper), 1.0)
    job = worker.claim("me", ["default"], SHORT)
    thread = threading.Thread(target=lambda: (worker.run(job, SHORT), connection.close()))
    thread.start()
    until(lambda: Job.objects.get().lease_until > job.lease_until + SHORT)
    assert worker.release_expired() == 0
    thread.join()
    assert Job.objects.get().state == "done" and lines(paper)[1:] == ["ended 1"]


@pytest.mark.django_db
def test_it_says_that_a_pruned_result_is_gone(paper):
    result = tasks.note.enqueue(str(paper))
    worker.run_due()
    assert worker.prune(timedelta(0)) == 1
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(result.id)


# --- real processes


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_it_takes_a_job_again_whose_worker_was_killed(paper):
    tasks.slow.enqueue(str(paper), 3.0)
    with process("-m", "gongzhi.city.jobs", "--no-tick", GONGZHI_JOB_LEASE="1") as first:
        until(lambda: lines(paper))
        first.kill()
        first.wait()
    with process("-m", "gongzhi.city.jobs", "--no-tick", GONGZHI_JOB_LEASE="1"):
        until(lambda: "ended 2" in lines(paper))
        until(lambda: Job.objects.get().state == "done")
    assert [line.split()[0] for line in lines(paper)] == ["started", "started", "ended"]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_it_finishes_its_job_when_asked_to_stop(paper):
    tasks.slow.enqueue(str(paper), 1.5)
    tasks.note.enqueue(str(paper))
    with process("-m", "gongzhi.city.jobs", "--no-tick") as child:
        until(lambda: lines(paper))
        child.terminate()
        assert child.wait(10) == 0
    assert lines(paper)[-1] == "ended 1"
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "waiting"]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_it_runs_each_job_once_between_two_workers(paper):
    for number in range(40):
        tasks.note.enqueue(str(paper), str(number))
    with process("-m", "gongzhi.city.jobs", "--no-tick"), process("-m", "gongzhi.city.jobs", "--no-tick"):
        until(lambda: Job.objects.filter(state="done").count() == 40)
    assert sorted(lines(paper), key=int) == [str(n) for n in range(40)]
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


# --- periodic work

NOON = datetime(2024, 10, 8, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture
def registry():
    return Periodic()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "ran"),
    [(timedelta(0), 1), (timedelta(seconds=59), 1), (timedelta(seconds=60), 2), (timedelta(hours=9), 2)],
)
def test_it_runs_periodic_work_when_its_time_has_come(registry, after, ran):
    count = []
    registry.register("count", every=timedelta(minutes=1))(lambda: count.append(1))
    tick(NOON, registry=registry)
    tick(NOON + after, registry=registry)
    assert len(count) == ran


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "ran"),
    [
        (NOON, 1),
        (NOON + timedelta(hours=11), 1),  # 23:00
        (NOON + timedelta(hours=15, minutes=29), 1),  # 03:29 the next day
        (NOON + timedelta(hours=15, minutes=30), 2),  # 03:30 the next day
    ],
)
def test_it_runs_daily_work_once_after_its_hour(registry, now, ran):
    count = []
    registry.register("daily", at=time(3, 30))(lambda: count.append(1))
    tick(NOON, registry=registry)
    tick(now, registry=registry)
    assert len(count) == ran


@pytest.mark.django_db
def test_it_notes_what_fails_and_goes_on(registry):
    done = []
    registry.register("explode")(lambda: 1 / 0)
    registry.register("work")(lambda: done.append(1))
    assert tick(NOON, registry=registry) == ["explode", "work"] and done
    assert "ZeroDivisionError" in PeriodicRun.objects.get(name="explode").last_error
    assert "ZeroDivisionError" in check_periodic(False).remedy


@pytest.mark.django_db(transaction=True)
def test_it_never_doubles_between_ticks_at_once(registry):
    count, start = [], threading.Barrier(5)
    registry.register("count")(lambda: count.append(1))

    def run() -> None:
        start.wait()
        tick(NOON, registry=registry)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == [1]


def test_it_refuses_two_works_of_one_name(registry):
    registry.register("x")(print)
    with pytest.raises(ValueError, match="exists"):
        registry.register("x")(print)

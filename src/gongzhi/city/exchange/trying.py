"""The scenarios of a candidate, run in a job: a part at a time, so that the page can say how far it is and a new worker
goes on where a dead one stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction

from gongzhi.city.exchange.candidates import candidate
from gongzhi.city.exchange.models import Import
from gongzhi.city.jobs.backends import LeasedTask
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.engine import mechanisms as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.mechanisms.running import Failure, compile_all, run

#: scenarios of one part
PART = 20
#: failures of one scenario that are kept
MOST = 8


def start(row: Import) -> None:
    """Have the scenarios of the candidate run; called in the transaction that changed the answers."""
    row.scenarios = {"state": "waiting", "done": 0, "total": 0, "failed": []}
    row.save(update_fields=["scenarios"])
    leased = cast(LeasedTask, run_scenarios)
    transaction.on_commit(
        lambda: leased.using(dedupe_key=f"exchange:scenarios:{row.pk}").enqueue(row.pk) and None
    )


@task()
def run_scenarios(number: int) -> str:
    """Check the files, then run what is left to run. Safe to repeat: it goes on where it stopped."""
    row = Import.objects.filter(pk=number).first()
    if row is None:
        return "gone"
    try:
        files = candidate(row).files
        problems = [each for each in engine.check(files) if each.severity == "error"]
        if problems:
            return _told(row, {"state": "refused", "problems": [str(each) for each in problems[:50]]})
        mechanism = engine.load(files)
    except GongzhiError as error:
        return _told(row, {"state": "refused", "problems": [f"{error.code} {error.message}"]})
    return _run(row, mechanism)


def _run(row: Import, mechanism: Mechanism) -> str:
    known = row.scenarios
    if known.get("digest") != mechanism.digest:
        known = {"done": 0, "failed": [], "digest": mechanism.digest}
    failed: list[dict[str, Any]] = list(known["failed"])
    total = len(mechanism.scenarios)
    compiled: dict[str, Mapping[str, CaseType]] = {}
    for start in range(int(known["done"]), total, PART):
        for scenario in mechanism.scenarios[start : start + PART]:
            calendar = scenario.spec.calendar
            try:
                if calendar not in compiled:
                    compiled[calendar] = compile_all(mechanism, calendar)
                failures = run(scenario, mechanism, compiled[calendar]).failures
            except GongzhiError as error:
                failures = (
                    Failure(line=0, what="编译", expected="没有差错", actual=f"{error.code} {error.message}"),
                )
            if failures:
                failed.append(_failed(scenario.file, scenario.name, failures))
        done = min(start + PART, total)
        progress = {
            "state": "running",
            "done": done,
            "total": total,
            "failed": failed,
            "digest": mechanism.digest,
        }
        if not _same(row, progress):
            return "overtaken"
    end = {"state": "passed" if not failed else "failed", "done": total, "total": total, "failed": failed}
    return _told(row, {**end, "digest": mechanism.digest})


def _failed(file: str, name: str, failures: tuple[Failure, ...]) -> dict[str, Any]:
    told = [
        {"line": each.line, "what": each.what, "expected": each.expected, "actual": each.actual}
        for each in failures[:MOST]
    ]
    return {"file": file, "name": name, "failures": told}


def _same(row: Import, progress: dict[str, Any]) -> bool:
    """Write how far it is, unless somebody changed the answers meanwhile."""
    beat = {**progress, "beat": clock.now().isoformat()}
    return bool(Import.objects.filter(pk=row.pk, revision=row.revision).update(scenarios=beat))


def _told(row: Import, end: dict[str, Any]) -> str:
    _same(row, end)
    return str(end["state"])


__all__ = ["run_scenarios", "start"]

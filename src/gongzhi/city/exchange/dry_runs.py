"""The dry run: the last month's cases of a chosen type, replayed on the candidate in a job. Nothing is written but the result."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import CityWorld
from gongzhi.city.exchange.candidates import candidate
from gongzhi.city.exchange.errors import NoSuchImport, NotNow
from gongzhi.city.exchange.models import Import
from gongzhi.city.exchange.replaying import due_times, replayed
from gongzhi.city.jobs.backends import LeasedTask
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import load

MONTH = timedelta(days=30)
#: cases of one part; the newest that are taken
PART, MOST = 25, 500


def start(by: Standing, number: int, against: str, as_type: str = "") -> Import:
    """Begin a dry run over the last month's cases of ``mechanism.type``; ``as_type``: the candidate's type that they would be.

    Raises NotAllowed, NoSuchImport, NotNow for a type that is not there.
    """
    check(by, "mechanism.import")
    ours_of = {f"{mechanism}.{type_id}" for mechanism, _version, type_id in library.LIBRARY.case_types()}
    with transaction.atomic():
        row = Import.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise NoSuchImport(number=number)
        types = candidate(row).source.case_types
        theirs = as_type or against.partition(".")[2]
        if against not in ours_of or theirs not in types:
            raise NotNow(why=_("请选本市的一种事项，和它在新机制里对应的一种"))
        mechanism, _dot, type_id = against.partition(".")
        since = clock.now() - MONTH
        rows = Case.objects.filter(mechanism=mechanism, type=type_id, opened_at__gte=since)
        ids = [str(pk) for pk in rows.order_by("-opened_at", "-id").values_list("pk", flat=True)[:MOST]]
        row.against = against
        row.dry_run = {
            "state": "waiting", "as": theirs, "since": since.isoformat(), "ids": ids, "done": 0, "total": len(ids), "rows": [],
            "cut": rows.count() > MOST, "revision": row.revision,
        }  # fmt: skip
        row.save(update_fields=["against", "dry_run"])
        leased = cast(LeasedTask, run_dry)
        transaction.on_commit(
            lambda: leased.using(dedupe_key=f"exchange:dry:{row.pk}").enqueue(row.pk) and None
        )
    row.refresh_from_db()
    return row


@task()
def run_dry(number: int) -> str:
    """Replay what is left; safe to repeat."""
    row = Import.objects.filter(pk=number).first()
    if row is None or not row.dry_run or row.dry_run["state"] == "done":
        return "gone"
    said = dict(row.dry_run)
    try:
        held = library.hold(load(candidate(row).files))
    except GongzhiError as error:
        return _write(row, {**said, "state": "refused", "why": f"{error.code} {error.message}"})
    new = held.case_types[said["as"]]
    for begin in range(int(said["done"]), int(said["total"]), PART):
        ids = said["ids"][begin : begin + PART]
        said["rows"] = [*said["rows"], *_rows(ids, new)]
        said["done"] = begin + len(ids)
        said["state"] = "running"
        if _write(row, said) == "overtaken":
            return "overtaken"
    return _write(row, {**said, "state": "done"})


def summary(row: Import) -> dict[str, Any]:
    """The figures of a finished or running dry run: each opens to its cases."""
    rows: list[dict[str, Any]] = row.dry_run.get("rows", [])
    opened = [each for each in rows if each["opened"]]
    clocks: dict[str, dict[str, int]] = {}
    for each in opened:
        for told in each["clocks"]:
            kept = clocks.setdefault(
                told["clock"], {"n": 0, "same": 0, "earlier": 0, "later": 0, "late_was": 0, "late_new": 0}
            )
            kept["n"] += 1
            if told["was"]:
                kept[
                    "same"
                    if told["new"] == told["was"]
                    else "earlier"
                    if told["new"] < told["was"]
                    else "later"
                ] += 1
            kept["late_was"] += told["late_was"]
            kept["late_new"] += told["late_new"]
    return {
        "n": len(rows),
        "opened": len(opened),
        "missing": Counter(label for each in rows for label in each["missing"]).most_common(),
        "refused": Counter(each["refused"] for each in rows if each["refused"]).most_common(5),
        "whole": sum(each["parted"] is None for each in opened),
        "parted": Counter(tuple(each["parted"]) for each in opened if each["parted"]).most_common(8),
        "late_steps": Counter(title for each in opened for title in set(each["late_steps"])).most_common(8),
        "clocks": clocks,
        "late": [each["id"] for each in opened if any(told["late_new"] for told in each["clocks"])],
    }


def _rows(ids: list[str], new: CaseType) -> list[dict[str, Any]]:
    """What became of a part of the cases; two queries."""
    cases = {str(row.pk): row for row in Case.objects.filter(pk__in=ids)}
    facts: dict[str, list[engine.Fact]] = {}
    named = [subject("case", id_) for id_ in ids]
    for entry in (
        Entry.objects.filter(subject__in=named).order_by("subject", "seq").defer("prev_hash", "hash")
    ):
        facts.setdefault(entry.subject, []).append(entry.fact())
    told = []
    for id_ in ids:
        row = cases.get(id_)
        old = library.LIBRARY.case_type(row.mechanism, row.version, row.type) if row else None
        if row is not None and old is not None:
            told.append(_one(row, facts.get(subject("case", id_), []), old, new))
    return told


def _one(row: Case, facts: list[engine.Fact], old: CaseType, new: CaseType) -> dict[str, Any]:
    now = clock.now()
    found = replayed(facts, old, new, CityWorld())
    was = engine.load_case(row.state)
    return {
        "id": str(row.pk),
        "number": row.number or row.tracking_code,
        "opened": found.case is not None,
        "missing": list(found.missing),
        "refused": found.refused[:200],
        "parted": list(found.parted) if found.parted else None,
        "steps": found.steps,
        "late_steps": found.late_steps,
        "clocks": due_times(old, was, new, found, now),
    }


def _write(row: Import, said: dict[str, Any]) -> str:
    beat = {**said, "beat": clock.now().isoformat()}
    written = Import.objects.filter(pk=row.pk, revision=said["revision"]).update(dry_run=beat)
    return str(said["state"]) if written else "overtaken"

"""What the cases room can prove about itself; each check names what to do about the first thing that is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, Min

from gongzhi.city.cases import catalogue, rows
from gongzhi.city.cases.files import open_file
from gongzhi.city.cases.files.errors import FileMissing
from gongzhi.city.cases.models import NEVER, Attachment, Case, Series, Task
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import subject
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import everycase
from gongzhi.engine.errors import GongzhiError

#: cases that a quick check recomputes: the newest and an even spread over the rest
SAMPLE = 300
CHUNK = 200
#: facts of this room stand in the journal beside the engine's
FOLDED = ("opened", "chosen", "fired", "alerted", "happened", "moved", *everycase.RIGHTS)


def sampled(full: bool) -> Iterable[UUID]:
    """Ids of the cases to look at."""
    ids = Case.every.order_by("id").values_list("id", flat=True)
    if full:
        return ids.iterator(chunk_size=2000)
    newest = list(Case.every.order_by("-opened_at", "-id").values_list("id", flat=True)[: SAMPLE // 2])
    oldest = list(Case.every.order_by("opened_at", "id").values_list("id", flat=True)[: SAMPLE // 2])
    return dict.fromkeys([*newest, *oldest])


def chunks(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    chunk: list[UUID] = []
    for each in ids:
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@checks.register("cases follow their journal")
def check_states(full: bool) -> Finding:
    """The stored state of a case is what its facts make of it, and its tasks are its tokens."""
    looked = 0
    for ids in chunks(sampled(full)):
        found = {row.pk: row for row in Case.every.filter(pk__in=ids)}
        facts: dict[str, list[engine.Fact]] = {}
        wanted = [subject("case", id_) for id_ in found]
        for entry in Entry.objects.filter(subject__in=wanted, kind__in=FOLDED).order_by("subject", "seq"):
            facts.setdefault(entry.subject, []).append(entry.fact())
        tasks: dict[UUID, set[tuple[int, str]]] = {}
        for case_id, token, step in Task.every.filter(case__in=ids).values_list("case", "token", "step"):
            tasks.setdefault(case_id, set()).add((token, step))
        for id_, row in found.items():
            looked += 1
            if why := wrong_with(row, facts.get(subject("case", id_), []), tasks.get(id_, set())):
                return Finding(
                    ok=False,
                    title=f"办件与日志一致({looked}件)",
                    remedy=f"{row}:{why}。请运行 gongzhi doctor --rebuild {id_},由日志重算这一件。",
                )
    return Finding(ok=True, title=f"办件与日志一致({looked}件)")


def wrong_with(row: Case, facts: list[engine.Fact], tasks: set[tuple[int, str]]) -> str:
    """What is wrong with a case; empty when it is what its facts make of it."""
    try:
        case_type = catalogue.case_type(row.mechanism, row.version, row.type)
        made = engine.replay_facts(case_type, facts)
    except (GongzhiError, KeyError, ValueError) as error:
        return f"日志无法重算({error})"
    if made is None:
        return "没有日志"
    if json.loads(json.dumps(engine.dump_case(made))) != row.state:
        return "状态与日志不符"
    if {(task.id, task.step) for task in made.tasks} != tasks:
        return "待办与状态不符"
    if bool(made.ended) != (row.ended_at is not None) or made.length != row.length:
        return "办结标记与状态不符"
    return ""


@checks.register("case numbers")
def check_numbers(full: bool) -> Finding:
    """Each series runs from 1 without a gap, as far as it has counted; nothing waits for long."""
    for series in Series.objects.all():
        given = Case.every.filter(series=series, seq__isnull=False).aggregate(
            n=Count("id"), first=Min("seq"), last=Max("seq")
        )
        if given["n"] and (given["first"], given["last"], given["n"]) != (1, series.last, series.last):
            remedy = f"序列{series}记到{series.last},实有{given['n']}件({given['first']}–{given['last']})。请从备份核对。"
            return Finding(ok=False, title="编号连续", remedy=remedy)
        if not given["n"] and series.last:
            return Finding(
                ok=False, title="编号连续", remedy=f"序列{series}记到{series.last},而没有一件带编号。"
            )
    waiting = Case.every.filter(number__isnull=True, series__isnull=False).count()
    if waiting > 1000:
        return Finding(
            ok=False, title="编号连续", remedy=f"有{waiting}件等待编号:请确认 gongzhi work 在运行。"
        )
    return Finding(ok=True, title="编号连续")


@checks.register("case references")
def check_references(full: bool) -> Finding:
    """Merged cases have ended and point at one that is not itself merged; ended ones have no tasks; due times fit."""
    chains = Case.every.filter(merged_into__merged_into__isnull=False).first()
    left = Task.every.filter(case__ended_at__isnull=False).first()
    circle = Case.every.filter(merged_into=F("id")).first()
    undue = Case.every.filter(ended_at__isnull=False, due__lt=NEVER).first()
    wrong = [
        f"{chains}并入的件又并入了别件" if chains else "",
        f"{left.case}已办结而还有待办" if left else "",
        f"{circle}并入了自己" if circle else "",
        f"{undue}已办结而还在计时" if undue else "",
    ]
    wrong = [each for each in wrong if each]
    return Finding(
        ok=not wrong, title="办件之间的关系", remedy=f"{';'.join(wrong)}。请由日志重算。" if wrong else ""
    )


@checks.register("case files")
def check_files(full: bool) -> Finding:
    """Every attachment's bytes are there and have their hash (a quick check: that the newest are there)."""
    found = Attachment.objects.order_by("-id").values_list("sha256", "name")
    looked = 0
    for sha256, name in found.iterator(chunk_size=1000) if full else found[:SAMPLE]:
        looked += 1
        try:
            with open_file(sha256) as stream:
                whole = not full or hashlib.file_digest(stream, "sha256").hexdigest() == sha256  # type: ignore[arg-type]
        except FileMissing:
            whole = False
        if not whole:
            return Finding(ok=False, title="附件", remedy=f"“{name}”({sha256})缺失或损坏,请从备份恢复。")
    return Finding(ok=True, title=f"附件({looked}个)")


def rebuild(case_id: UUID) -> bool:
    """Set a case's row and tasks to what its facts make of it; whether anything had to be changed."""
    with transaction.atomic():
        row = Case.every.select_for_update(of=("self",)).get(pk=case_id)
        case_type = catalogue.case_type(row.mechanism, row.version, row.type)
        entries = list(Entry.objects.filter(subject=subject("case", row.pk), kind__in=FOLDED).order_by("seq"))
        made = engine.replay_facts(case_type, [entry.fact() for entry in entries])
        if made is None:
            return False
        before = row.state
        changed = rows.columns(case_type, made, max(made.opened_at, entries[-1].at))
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        Task.every.filter(case=row).delete()
        Task.every.bulk_create(rows.task_rows(row.pk, made, row.due, row.warn_at, confined=row.confined))
        return bool(before != row.state)


__all__ = ["check_files", "check_numbers", "check_references", "check_states", "rebuild"]

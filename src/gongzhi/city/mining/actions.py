"""Asking for a study, and handing our own log out: journalled, by right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check, may
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import event_facts, library
from gongzhi.city.mining import exporting, naming
from gongzhi.city.mining.asking import Which
from gongzhi.city.mining.logs import write_log
from gongzhi.city.mining.models import MiningStudy
from gongzhi.city.mining.periods import Period
from gongzhi.city.mining.running import study
from gongzhi.engine.cases.model import Fact
from gongzhi.engine.flows.bpmn.reader import read as read_bpmn
from gongzhi.engine.mining import EmptyLog, HowToRead, Troubles, read_log

#: bytes of an uploaded log, also after unpacking
MOST_UPLOADED = 64 * 1024 * 1024


def area_of(by: Standing, mechanism: str = "") -> str:
    """Whose cases the post may have counted: the whole city (empty), or its own area. NotAllowed without the right."""
    if may(by, "study.run", Target(mechanism=mechanism)):
        return ""
    check(by, "study.run", Target(area_path=by.area_path, mechanism=mechanism))
    return by.area_path


def study_own(
    by: Standing, mechanism: str, type_id: str, *, period: Period, compare: Period | None = None
) -> MiningStudy:
    """Ask what the city's own cases of a case type say. Raises NotAllowed, NotInstalled, NoFlow."""
    area_path = area_of(by, mechanism)
    case_type = naming.case_type(mechanism, type_id)
    held = library.one(mechanism)
    return _started(
        by,
        MiningStudy(
            title=f"{held.mechanism.title}：{case_type.title}"[:120],
            mechanism=mechanism,
            version=held.mechanism.version,
            type=type_id,
            area_path=area_path,
            period=str(period),
            compare=str(compare or ""),
        ),
    )


def study_log(
    by: Standing,
    stream: IO[bytes],
    name: str,
    *,
    how: HowToRead,
    model: bytes = b"",
    compare: tuple[Period, Period] | None = None,
) -> MiningStudy:
    """Ask what a log from elsewhere says; it is read at once, so that its mistakes are told at once.

    ``compare``: the period looked at and the one before. Raises NotAllowed, UnreadableLog, NoSuchColumn, LogTooLarge, EmptyLog,
    UnreadableModel.
    """
    area_path = area_of(by)
    if model:
        read_bpmn(model)
    row = MiningStudy(
        title=name[:120] or _("外来日志"),
        area_path=area_path,
        model=bool(model),
        period=str(compare[0]) if compare else "..",
        compare=str(compare[1]) if compare else "",
    )
    path, troubles = log_path(row), Troubles()
    try:
        events = read_log(stream, troubles, how=how, now=clock.now())
        written = write_log(events, path, troubles)
        if not written.events:
            raise EmptyLog(why="；".join(troubles.sentences()) or _("文件里没有一条记录"))
        if model:
            model_path(row).write_bytes(model)
        row.troubles = troubles.sentences()
        return _started(by, row)
    except BaseException:
        path.unlink(missing_ok=True)
        model_path(row).unlink(missing_ok=True)
        raise


def log_path(row: MiningStudy) -> Path:
    """Where the log of a study lies."""
    folder = Path(settings.GONGZHI_WAREHOUSE) / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{row.pk}.parquet"


def model_path(row: MiningStudy) -> Path:
    """Where the model lies with which it is compared."""
    return log_path(row).with_suffix(".bpmn")


def _started(by: Standing, row: MiningStudy) -> MiningStudy:
    row.by, row.by_name, row.made_at = by.person, by.name, clock.now()
    with transaction.atomic():
        row.save(force_insert=True)
        _record(by, "mining_started", row.pk, mechanism=row.mechanism, type=row.type, period=row.period)
        study.using(dedupe_key=f"mining:{row.pk}").enqueue(str(row.pk))  # type: ignore[call-arg]
    row.refresh_from_db()
    return row


def export_own(
    by: Standing, mechanism: str, type_id: str, *, form: str, period: Period
) -> tuple[str, Iterator[bytes]]:
    """Our own log for other tools: file name and bytes. Pseudonyms only; that it was handed out stands in the journal.

    Raises NotAllowed, NotInstalled, NoFlow, KeyError for an unknown format.
    """
    area_path = area_of(by, mechanism)
    ending, _kind = exporting.FORMATS[form]
    case_type = naming.case_type(mechanism, type_id)
    event_facts.refresh()
    with transaction.atomic():
        _record(by, "log_exported", f"{mechanism}.{type_id}", form=form, period=str(period), area=area_path)
    which = Which(
        mechanism=mechanism, type=type_id, area_path=area_path, since=period.since, until=period.until
    )
    events = exporting.own_events(which)
    return f"{mechanism}-{type_id}.{ending}", exporting.written(events, form, case_type.title)


def _record(by: Standing, kind: str, key: object, **data: str) -> None:
    append(subject("mining", key), [Fact(kind=kind, at=clock.now(), by=by, data=data)])


__all__ = ["MOST_UPLOADED", "area_of", "export_own", "log_path", "model_path", "study_log", "study_own"]

"""Running an import: batches, each one transaction together with the position that has been reached."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from django.db import IntegrityError, transaction

from gongzhi.city.cases import catalogue, numbering
from gongzhi.city.cases.actions.opening import Fresh, insert, prepare
from gongzhi.city.cases.errors import BadRow
from gongzhi.city.cases.importing.mapping import Message, columns_for, read_message
from gongzhi.city.cases.importing.reading import Row, fingerprint, read_rows
from gongzhi.city.cases.models import ImportRow, ImportRun, ImportSource
from gongzhi.city.cases.queries.exporting import line
from gongzhi.city.kernel import clock, permissions
from gongzhi.city.kernel.inserting import insert_many
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import CaseType, Open
from gongzhi.engine.errors import GongzhiError

BATCH = 500
log = logging.getLogger(__name__)

#: texts (subject and text) -> one category each; empty where none is sure enough
Categorise = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is: rows of the file dealt with, and what became of them."""

    run: int
    position: int
    taken: int
    known: int
    refused: int
    done: bool = False


@dataclass(slots=True, kw_only=True)
class _Import:
    run: ImportRun
    case_type: CaseType
    by: Standing
    columns: Mapping[str, str]
    categorise: Categorise | None
    dated: bool
    fresh: list[tuple[Message, Fresh]] = field(default_factory=list)
    refused: list[ImportRow] = field(default_factory=list)


def import_cases(
    stream: BinaryIO,
    name: str,
    *,
    mechanism: str,
    type_id: str,
    by: Standing,
    mapping: Mapping[str, str] | None = None,
    source: str = "",
    categorise: Categorise | None = None,
    dated: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import appeals from a CSV or XLSX file (seekable). Progress is reported after each batch.

    ``source`` (the file's name by default) is where ids are unique: a row whose id is known gives no second case,
    however often and in whichever file it comes. An interrupted import goes on where it stopped. ``dated`` opens the
    cases at the time that the row tells instead of now (history; the citizen's clock starts at registration).
    Raises BadImport for the file as a whole, NotAllowed; rows that do not pass are kept as ``ImportRow``.
    """
    permissions.check(by, "case.import", permissions.Target(area_path=by.area_path, mechanism=mechanism))
    case_type = catalogue.current(mechanism, type_id)  # each row runs on the version of its own place
    rows = read_rows(stream, name)
    first = next(rows, None)
    rows.close()
    columns = columns_for(case_type, list(first[1]) if first else [], mapping or {})
    run = _begin(stream, source or name, mechanism, type_id, by, mapping or {})
    # `fingerprint` has read the file: begin again
    rows = read_rows(stream, name)
    work = _Import(run=run, case_type=case_type, by=by, columns=columns, categorise=categorise, dated=dated)
    for batch in _batches(row for row in rows if row[0] > run.position):
        _take(work, batch)
        _number(work)
        report(progress_of(run))
    run.ended_at = clock.now()
    run.save(update_fields=["ended_at"])
    final = replace(progress_of(run), done=True)
    report(final)
    return final


def progress_of(run: ImportRun) -> Progress:
    return Progress(
        run=run.pk,
        position=run.position,
        taken=run.taken,
        known=run.known,
        refused=run.refused,
        done=bool(run.ended_at),
    )


def _begin(
    stream: BinaryIO, source: str, mechanism: str, type_id: str, by: Standing, mapping: Mapping[str, str]
) -> ImportRun:
    """The run of this very file: a new one, the interrupted one, or a finished one from its beginning again."""
    run, made = ImportRun.objects.get_or_create(
        source=source[-100:],
        sha256=fingerprint(stream),
        defaults={
            "mechanism": mechanism,
            "type": type_id,
            "mapping": dict(mapping),
            "started_at": clock.now(),
            "by": by.person,
        },
    )
    if not made and run.ended_at is not None:
        run.refusals.all().delete()
        run.position = run.taken = run.known = run.refused = 0
        run.ended_at, run.started_at = None, clock.now()
        run.save()
    return run


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


def _take(work: _Import, batch: list[Row]) -> None:
    """One batch, whole or not at all. A row that another import took at the same moment is known at the second try."""
    before = (work.run.position, work.run.taken, work.run.known, work.run.refused)
    for attempt in (1, 2):
        work.run.position, work.run.taken, work.run.known, work.run.refused = before
        try:
            with transaction.atomic():
                _read(work, batch)
                _write(work)
                work.run.position = batch[-1][0]
                work.run.save(update_fields=["position", "taken", "known", "refused"])
        except IntegrityError:
            if attempt == 2:
                raise
            log.info("import %s: batch up to row %s is tried again", work.run.pk, batch[-1][0])
        else:
            return


def _read(work: _Import, batch: list[Row]) -> None:
    """Rows to messages to cases; known ones are counted, bad ones kept with their reason."""
    work.fresh, work.refused = [], []
    messages: dict[str, tuple[int, Message]] = {}
    for number, row in batch:
        try:
            message = read_message(work.case_type, row, work.columns)
        except GongzhiError as error:
            _refuse(work, number, "", error)
            continue
        if message.source_id in messages:
            work.run.known += 1
        else:
            messages[message.source_id] = (number, message)
    known = set(
        ImportSource.objects.filter(source=work.run.source, source_id__in=list(messages)).values_list(
            "source_id", flat=True
        )
    )
    work.run.known += len(known)
    for source_id, (number, message) in messages.items():
        if source_id not in known:
            _prepare(work, number, message)


def _prepare(work: _Import, number: int, message: Message) -> None:
    by = replace(work.by, role="system")
    at = message.said_at if work.dated and message.said_at else clock.now()
    command = Open(form=message.form, channel="import")
    try:
        fresh = prepare(work.case_type, work.run.mechanism, command, by=by, at=at, reporter=None)
    except GongzhiError as error:
        _refuse(work, number, message.source_id, error)
        return
    who = f"import:{work.run.source}:{message.reporter or message.source_id}"
    fresh.row.reported_by = who[-64:]
    work.fresh.append((message, fresh))


def _refuse(work: _Import, number: int, source_id: str, error: GongzhiError) -> None:
    work.run.refused += 1
    reason = error.message if not isinstance(error, BadRow) else str(error)
    work.refused.append(
        ImportRow(run=work.run, row=number, source_id=source_id, code=error.code, reason=reason[:500])
    )


def _write(work: _Import) -> None:
    if work.fresh:
        if work.categorise:
            texts = [
                f"{message.form.get('subject', '')}\n{message.form.get('text', '')}"
                for message, _ in work.fresh
            ]
            for (_, fresh), category in zip(work.fresh, work.categorise(texts), strict=True):
                fresh.row.category = fresh.row.category or category[:64]
        insert([fresh for _, fresh in work.fresh])
        insert_many(
            [
                ImportSource(
                    source=work.run.source,
                    source_id=message.source_id,
                    case=fresh.row,
                    said_at=message.said_at,
                    full_text=message.full_text,
                    likes=message.likes,
                    dislikes=message.dislikes,
                )
                for message, fresh in work.fresh
            ]
        )
    if work.refused:
        ImportRow.objects.bulk_create(work.refused)
    work.run.taken += len(work.fresh)


def _number(work: _Import) -> None:
    """Number what the batch opened, right after its commit."""
    for series in {fresh.row.series_id for _, fresh in work.fresh if fresh.row.series_id}:
        numbering.number_series(series)


def refusals_csv(run_id: int) -> Iterator[str]:
    """The rows that were refused, with their reasons, as CSV."""
    yield "\ufeff" + line(("行", "编号", "代码", "原因"))
    for row in ImportRow.objects.filter(run=run_id).order_by("row").iterator(chunk_size=500):
        yield line((str(row.row), row.source_id, row.code, row.reason))


__all__ = ["Categorise", "Progress", "import_cases", "refusals_csv"]

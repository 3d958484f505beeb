"""Records from a sheet: batch by batch, repeatable by key, a report for every row that was not taken."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.sheets import Row, read_rows
from gongzhi.city.records import catalogue, rows, sealing, sheets
from gongzhi.city.records.actions.changing import change
from gongzhi.city.records.actions.changing import move as make_move
from gongzhi.city.records.actions.checking import checked
from gongzhi.city.records.actions.writing import Fresh, Writing, advance, fresh, insert
from gongzhi.city.records.errors import BadFile
from gongzhi.city.records.models import Record, Version
from gongzhi.city.records.sight import require_writer
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.registers import Register

BATCH = 200
#: reports kept for the person who reads them; the counts go on
MOST_TOLD = 1000
#: so many of the rows that were taken are told one by one
FIRST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """What became of one row: ``created``, ``changed``, ``same`` or ``refused``."""

    #: as the spreadsheet counts
    number: int
    key: str
    outcome: str
    #: what is wrong, in a sentence
    why: str = ""
    #: field id -> sentence
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do."""

    created: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    #: last row of the file that was dealt with
    position: int = 0
    #: every refused row, as far as they fit, and the first of the others
    rows: list[RowReport] = field(default_factory=list)
    #: columns of the file that are no field
    unused: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    def note(self, report: RowReport) -> None:
        """Count a row and keep what a person should read."""
        setattr(self, report.outcome, getattr(self, report.outcome) + 1)
        taken = self.created + self.changed + self.same
        if len(self.rows) < MOST_TOLD and (report.outcome == "refused" or taken <= FIRST):
            self.rows.append(report)


@dataclass(slots=True, kw_only=True)
class _Import:
    declared: catalogue.Declared
    by: Standing
    move: str
    note: str
    dry: bool
    columns: Mapping[str, str]
    #: values that hold for every row, whatever the file says
    fixed: Mapping[str, str]
    report: ImportReport
    fresh: dict[str, tuple[int, Fresh]] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        return self.declared.register


def import_records(
    stream: BinaryIO,
    name: str,
    *,
    register: str,
    by: Standing,
    mapping: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    move: str = "",
    dry: bool = False,
    tell: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Import an XLSX or CSV file (seekable) into a register; the first row names the columns.

    A row with a new key becomes a record, one with a known key changes what is different in the columns of the file (a
    blank cell clears), the same row again changes nothing: an interrupted import is simply run again. ``move`` is made
    for every record created or changed (``publish``). ``fixed`` holds for every row (a list of another authority, of
    which one office of ours is to be the holder). ``dry`` writes nothing and reports what would happen. Each batch
    is one transaction; ``tell`` hears after each. Raises BadFile for the file as a whole, NotAllowed, NoSuchRegister.
    """
    declared = catalogue.one(register)
    check(by, "record.import")
    require_writer(by, declared.register, "record.import")
    lines = read_rows(stream, name, BadFile)
    first = next(lines, None)
    lines.close()
    if first is None:
        raise BadFile(why=f"“{name}”里没有一行内容")
    columns = sheets.columns_for(declared.register, list(first[1]), mapping or {})
    if unknown := sorted(set(fixed or {}) - set(declared.register.form.by_id)):
        raise BadFile(why=f"登记簿没有“{unknown[0]}”这一栏")
    ours = {*columns.values(), sheets.STATE, sheets.VERSION, sheets.MARK}
    report = ImportReport(columns=columns, unused=tuple(each for each in first[1] if each not in ours))
    work = _Import(
        declared=declared,
        by=by,
        move=move,
        note=f"导入:{name}"[:200],
        dry=dry,
        columns=columns,
        fixed=fixed or {},
        report=report,
    )
    for batch in _batches(read_rows(stream, name, BadFile)):
        _take(work, batch)
        report.position = batch[-1][0]
        tell(report)
    return report


def _batches(lines: Iterable[Row]) -> Iterator[list[Row]]:
    lines = iter(lines)
    while batch := list(itertools.islice(lines, BATCH)):
        yield batch


def _take(work: _Import, batch: Sequence[Row]) -> None:
    """One batch, whole or not at all. A row whose key somebody else took at the same moment is a change at the second try."""
    for attempt in (1, 2):
        told: list[RowReport] = []
        work.fresh = {}
        try:
            with transaction.atomic():
                told = _batch(work, batch)
        except IntegrityError:
            if attempt == 2:
                raise
            continue
        for each in sorted(told, key=lambda report: report.number):
            work.report.note(each)
        return


def _batch(work: _Import, batch: Sequence[Row]) -> list[RowReport]:
    read = [(number, *_read(work, row)) for number, row in batch]
    known = _known(work.register, [key for _number, key, _values in read])
    told = []
    for number, key, values in read:
        if key in work.fresh:  # the same key twice: the second row changes what the first one made
            told += _flush(work)
            known |= _known(work.register, [key])
        told += _row(work, number, key, values, known.get(key))
    return told + _flush(work)


def _read(work: _Import, row: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    values = {**sheets.read(work.register, row, work.columns), **work.fixed}
    key = work.register.key
    made = work.register.check({key: values.get(key)}, partial=True).values.get(key)
    return str(made or values.get(key) or ""), values


def _known(register: Register, keys: Sequence[str]) -> dict[str, tuple[Record, dict[str, Any]]]:
    """Key -> the record with its clear values."""
    found = list(Record.objects.filter(register=register.id, key__in=[key for key in keys if key]))
    return {
        row.key: (row, sealing.opened(register.form, row.data, sealing.secrets_of(register.form, row.pk)))
        for row in found
    }


def _row(
    work: _Import,
    number: int,
    key: str,
    values: Mapping[str, Any],
    known: tuple[Record, Mapping[str, Any]] | None,
) -> list[RowReport]:
    """The report of the row; none yet for a new record, which is written with the others of its batch."""
    try:
        if known is not None:
            return [RowReport(number=number, key=key, outcome=_changed(work, known, values))]
        clean = checked(work.register, values)
        work.fresh[key] = (number, _made(work, clean))
    except GongzhiError as error:
        fields = error.data.get("fields", {})
        return [RowReport(number=number, key=key, outcome="refused", why=error.message, fields=fields)]
    return []


def _made(work: _Import, values: Mapping[str, Any]) -> Fresh:
    """A new record, moved on already where a move is asked for."""
    register = work.register
    place = rows.target(register, work.declared.mechanism, values)
    check(work.by, "record.import", place)
    at = clock.now()
    made = fresh(
        work.declared,
        values,
        register.start,
        Writing(by=work.by, cause=Version.Cause.CREATED, at=at, note=work.note),
    )
    if work.move and any(each.id == work.move for each in register.moves_from(register.start)):
        check(work.by, "record.move", place)
        state = register.move(register.start, work.move, work.by.role)
        why = Writing(by=work.by, cause=Version.Cause.MOVED, at=at, note=work.note, move=work.move)
        advance(made, register, values, state, why)
    return made


def _changed(work: _Import, known: tuple[Record, Mapping[str, Any]], values: Mapping[str, Any]) -> str:
    row, clear = known
    check(work.by, "record.import", row)
    clean = checked(work.register, values, clear)
    if clean == clear:
        return "same"
    if not work.dry:
        with transaction.atomic():
            changed = change(work.by, row, values, expected=None, note=work.note)
            _move(work, changed)
    return "changed"


def _flush(work: _Import) -> list[RowReport]:
    """Write the new records of the batch so far."""
    made = list(work.fresh.values())
    work.fresh = {}
    # what is only looked at is not written: a key that comes again in the file would be a change of this one
    if made and not work.dry:
        insert([each for _number, each in made])
    return [RowReport(number=number, key=each.row.key, outcome="created") for number, each in made]


def _move(work: _Import, row: Record) -> None:
    """The move asked for, where the record can make it."""
    if work.move and any(each.id == work.move for each in work.register.moves_from(row.state)):
        make_move(work.by, row, work.move, expected=None, note=work.note)


__all__ = ["ImportReport", "RowReport", "import_records"]

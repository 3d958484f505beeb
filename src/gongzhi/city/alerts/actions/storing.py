"""Judging a batch and bringing it in. May be killed and called again: what was written is found again, and counted once."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from gongzhi.city.alerts import catalogue, examining, judging, keeping, parsing, readings
from gongzhi.city.alerts.errors import Broken
from gongzhi.city.alerts.models import Alias, Batch, Finding
from gongzhi.city.alerts.readings import SCHEMA, Partitions, Written
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.engine.cases import Fact
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.watches.feeds import LATE, UNREADABLE, FeedSpec

State = Batch.State
Kind = Finding.Kind
#: how far back the register of a meter is looked for
HOLE = timedelta(days=31)
MICRO = timedelta(microseconds=1)


@task(queue_name="slow")
def store_feed(feed: str) -> dict[str, Any]:
    """Everything of a feed that waits, the oldest first."""
    return {"batches": store_waiting(feed)}


def store_waiting(feed: str = "") -> int:
    """Store what waits, of one feed or of all that are installed. Returns how many batches that were."""
    waiting = Batch.objects.filter(state=State.WAITING).order_by("id")
    found = list((waiting.filter(feed=feed) if feed else waiting).values_list("pk", "feed"))
    known = [pk for pk, name in found if catalogue.known(name)]
    for pk in known:
        store(pk)
    return len(known)


def store(batch_id: int) -> Batch:
    """Judge a batch that waits and bring in what is good; a batch that does not wait stays as it is."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state != State.WAITING:
        return batch
    declared = catalogue.one(batch.feed)
    if declared.spec.kind == "extract":
        return landed(batch, SYSTEM)
    known = catalogue.series_of(declared)
    tally = examining.Tally()
    trouble = ""
    with keeping.setting_apart(batch.feed, batch.pk) as apart:
        work = _Work(batch, declared.spec, known, tally, apart)
        try:
            for rows in work.pieces():
                work.take(rows)
        except Broken as error:
            trouble = str(error.data["why"])
            work.odd_line(0, trouble)
    found = [*tally.findings(batch), *examining.stored(batch, declared.spec, tally, known)]
    batch.rows, batch.late = work.rows, work.late
    batch.added, batch.same, batch.replaced = work.written.added, work.written.same, work.written.replaced
    batch.apart = apart.rows
    batch.since, batch.until = tally.span
    return _settled(batch, found, trouble)


class _Work:
    """A batch while its pieces are taken in."""

    def __init__(
        self,
        batch: Batch,
        spec: FeedSpec,
        known: Set[str] | None,
        tally: examining.Tally,
        apart: keeping.Apart,
    ) -> None:
        self.batch, self.spec, self.known = batch, spec, known
        self.tally, self.apart = tally, apart
        self.aliases = dict(Alias.objects.filter(feed=batch.feed).values_list("given", "series"))
        self.rows = self.late = 0
        self.written = Written()

    def pieces(self) -> Iterator[pa.Table]:
        """The rows as they came; of a retry those that were kept apart."""
        if self.batch.of_id:
            rows = keeping.rows_apart(self.batch.feed, self.batch.of_id)
            yield rows.filter(pc.not_equal(rows["line"], 0)).select(["line", "series", "at", "value"])
            return
        path = keeping.kept(self.batch.feed, self.batch.digest)
        sent = self.batch.channel in (Batch.Channel.PUSH, Batch.Channel.MQTT)
        yield from parsing.pieces(path, self.spec, self.odd_line, sent=sent)

    def odd_line(self, line: int, text: str) -> None:
        """A line that is no row is kept apart as a whole."""
        row = {
            "line": [line],
            "series": [""],
            "at": [text],
            "value": [""],
            "us": [None],
            "reason": [UNREADABLE],
        }
        table = pa.table(row, schema=judging.APART)
        self.rows += line > 0
        if line:
            self.apart.add(table)
            self.tally.count(UNREADABLE, table)
        else:
            self.tally.found[Kind.BROKEN, ""] = (1, 0, 0)

    def take(self, rows: pa.Table) -> None:
        """One piece: judge it, set apart, write."""
        received = (self.batch.received_at - _EPOCH) // MICRO
        try:
            judged = judging.judge(
                self.spec, rows, known=self.known, aliases=self.aliases, received_us=received
            )
        except (pa.ArrowException, duckdb.Error) as error:
            # a batch that can't be judged must not stand in the way of those behind it
            raise Broken(why=str(error).split("\n", maxsplit=1)[0][:200]) from error
        self.rows += rows.num_rows
        self.apart.add(judged.apart)
        for reason in pc.unique(judged.apart["reason"]).to_pylist():
            self.tally.count(reason, judged.apart.filter(pc.equal(judged.apart["reason"], reason)))
        late = judged.good.filter(pc.equal(judged.good["quality"], LATE))
        self.late += late.num_rows
        self.tally.count(Kind.LATE, late)
        self.tally.count(Kind.CONFLICT, judged.conflicts)
        self.tally.tell(judged.good)
        self.written += Written(same=judged.same + judged.conflicts.num_rows)
        self.written += self._write(judged.good)

    def _write(self, good: pa.Table) -> Written:
        if self.spec.counter:
            return self._write_registers(good)
        written = readings.write(self.batch.feed, good, self.batch.pk)
        self._note_replaced(written)
        return written

    def _write_registers(self, good: pa.Table) -> Written:
        """Registers of meters: kept, and the differences computed anew from the one before to the one behind."""
        # the register stands at the end of its step
        at = pc.add(good["us"], self.spec.micros)
        registers = good.set_column(good.column_names.index("us"), "us", at)
        written = Partitions(self.batch.feed, "counters").write(registers, self.batch.pk)
        if not good.num_rows:
            return written
        used = judging.differences(_around(self.batch.feed, registers), self.spec.micros)
        readings.write(self.batch.feed, used, self.batch.pk)
        fresh = set(self.tally.told)
        self.tally.count(
            Kind.RESET, examining.resets(used.filter(pc.is_in(used["series"], pa.array(sorted(fresh)))))
        )
        self._note_replaced(written)
        return written

    def _note_replaced(self, written: Written) -> None:
        if written.replaced:
            before = self.tally.found.get((Kind.CONFLICT, ""), (0, 0, 0))
            self.tally.found[Kind.CONFLICT, ""] = (before[0] + written.replaced, 0, 0)


_EPOCH = examining.instant(0)


def _around(feed: str, registers: pa.Table) -> pa.Table:
    """The registers of these meters from the one before the first new one to the one behind the last, in order."""
    us = registers["us"].to_numpy()
    first, last = readings.day_of(int(us.min())), readings.day_of(int(us.max()))
    files = Partitions(feed, "counters").tables(first - HOLE, last + HOLE)
    series = pc.unique(registers["series"])
    found = pa.concat_tables([pq.read_table(path, schema=SCHEMA) for path in files])
    found = found.filter(pc.is_in(found["series"], series))
    found = found.sort_by([("series", "ascending"), ("us", "ascending")])
    touched = pc.is_in(found["us"], pa.array(np.unique(us))).to_numpy()
    name = found["series"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    keep = touched.copy()
    keep[:-1] |= touched[1:] & (name[1:] == name[:-1])
    keep[1:] |= touched[:-1] & (name[1:] == name[:-1])
    return found.filter(pa.array(keep))


def landed(batch: Batch, by: Standing) -> Batch:
    """An extract into its register; what came is not kept beside the database, only what the rows were refused for."""
    declared = catalogue.one(batch.feed)
    path = keeping.kept(batch.feed, batch.digest)
    found: list[Finding] = []
    trouble = ""
    try:
        done = catalogue.land(by, declared, path, batch.name)
        batch.rows, batch.added, batch.same = done.rows, done.taken, done.same
        batch.apart = done.rows - done.taken - done.same
        with keeping.setting_apart(batch.feed, batch.pk) as apart:
            apart.add(_refused(dict(done.refused)))
        if batch.apart:
            found = [Finding(batch=batch, kind=Kind.UNREADABLE, count=batch.apart)]
    except GongzhiError as error:
        trouble = error.sentence % error.data
        found = [Finding(batch=batch, kind=Kind.BROKEN, count=1)]
    keeping.forget(batch.feed, batch.digest)
    return _settled(batch, found, trouble)


def _refused(rows: dict[int, str]) -> pa.Table:
    count = len(rows)
    columns = [
        list(rows),
        [""] * count,
        list(rows.values()),
        [""] * count,
        [None] * count,
        [UNREADABLE] * count,
    ]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, judging.APART, strict=True)],
        schema=judging.APART,
    )


def _settled(batch: Batch, found: list[Finding], trouble: str) -> Batch:
    batch.state = State.BROKEN if trouble else State.STORED
    batch.trouble = trouble[:300]
    if trouble and batch.key == batch.digest:
        # the same file may be sent again once its columns or the disk are put right
        batch.key = ""
    batch.stored_at = clock.now()
    with transaction.atomic():
        if not Batch.objects.filter(pk=batch.pk, state=State.WAITING).update(state=batch.state):
            return Batch.objects.get(pk=batch.pk)
        batch.save()
        Finding.objects.bulk_create(found, ignore_conflicts=True)
        numbers = {
            name: getattr(batch, name) for name in ("rows", "added", "same", "replaced", "apart", "late")
        }
        data = {"batch": batch.pk, "state": batch.state, **numbers}
        journal.append(
            subject("feed", batch.feed), [Fact(kind="stored", at=batch.stored_at, by=SYSTEM, data=data)]
        )
    return batch


def quiet_compact(feed: str) -> None:
    """One file per day, unless somebody is writing."""
    with suppress(GongzhiError):
        readings.compact(feed)


__all__ = ["landed", "quiet_compact", "store", "store_feed", "store_waiting"]

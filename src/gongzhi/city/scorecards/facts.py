"""Case × measure: what each case of a period says to each measure, as Parquet files that are a cache of the journal.

    <GONGZHI_WAREHOUSE>/scores/<scheme>/<now|before>/<mechanism>.parquet

One row per case and ask: whether it is in the denominator, whether it is a hit, its value, whether the measure leaves it out, its
stratum of difficulty, and where it belongs. A case stands here as it was at the end of the period: what was written later is
not looked at. What has ended and was not touched again is never computed twice; a day's run costs the open and the changed
cases. The files may be deleted at any time: they are made again from the journal and come out the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from gongzhi.city.cases import rows
from gongzhi.city.cases.checks import FOLDED
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.cases.world import office_path
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.scorecards import standards
from gongzhi.city.scorecards.models import Scheme
from gongzhi.city.scorecards.standards import Ask
from gongzhi.engine import cases as engine
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.mechanisms import measuring
from gongzhi.engine.mechanisms.schema import MeasureSpec

CHUNK = 400
#: kinds of facts that a view needs
NEEDED = frozenset({"chosen", "alerted", "rated"})
SCHEMA = pa.schema(
    [
        ("ask", pa.dictionary(pa.int16(), pa.string())),
        ("case_id", pa.string()),
        ("length", pa.int32()),
        ("settled", pa.bool_()),
        ("lead_path", pa.dictionary(pa.int32(), pa.string())),
        ("area_path", pa.dictionary(pa.int32(), pa.string())),
        ("stratum", pa.dictionary(pa.int32(), pa.string())),
        ("den", pa.bool_()),
        ("hit", pa.bool_()),
        ("value", pa.float64()),
        ("excluded", pa.bool_()),
    ]
)
Row = dict[str, Any]
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Meter:
    """An ask with its expressions compiled."""

    ask: Ask
    spec: MeasureSpec
    denominator: Expression | None
    numerator: Expression | None
    value: Expression | None
    exclude: Expression | None
    adjust: tuple[Expression, ...]

    def read(self, view: Mapping[str, Any]) -> tuple[bool, bool, float | None, bool, str]:
        """(in the denominator, a hit, the value, left out, stratum) of one case."""
        den = self.denominator is None or self.denominator.evaluate(view) is True
        hit = den and self.numerator is not None and self.numerator.evaluate(view) is True
        value = self.value.evaluate(view) if den and self.value is not None else None
        den = den and (self.value is None or value is not None)
        out = self.exclude is not None and self.exclude.evaluate(view) is True
        stratum = "/".join(_word(each.evaluate(view)) for each in self.adjust)
        return den, hit, None if value is None else float(value), out, stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case at an instant: what measures see of it, whether it had ended, and who answered for it."""

    view: Mapping[str, Any]
    settled: bool
    lead_path: str


def meter(ask: Ask, spec: MeasureSpec) -> Meter:
    """Raises what a wrong expression raises; the linter has compiled them before."""

    def made(text: str) -> Expression | None:
        return compile_expression(text) if text else None

    return Meter(
        ask,
        spec,
        made(spec.denominator),
        made(spec.numerator),
        made(spec.value),
        made(spec.exclude),
        tuple(compile_expression(text) for text in ask.adjust.values()),
    )


def city() -> Path:
    """Where the city keeps the rows of its scorecards."""
    return Path(settings.GONGZHI_WAREHOUSE) / "scores"


def folder(scheme: Scheme, which: str, house: Path | None = None) -> Path:
    """Where the rows of this period or of the one before are."""
    return (house or city()) / str(scheme.pk) / which


def files(scheme: Scheme, which: str, house: Path | None = None) -> list[Path]:
    """The files that there are."""
    return sorted(folder(scheme, which, house).glob("*.parquet"))


def forget(scheme: Scheme) -> None:
    """Throw the cache away."""
    shutil.rmtree(folder(scheme, "now").parent, ignore_errors=True)


def refresh(
    scheme: Scheme,
    which: str,
    days: tuple[date, date],
    upto: datetime,
    asks: Sequence[Ask],
    tell: Tell | None = None,
    *,
    house: Path | None = None,
) -> int:
    """Bring the rows of the cases opened on these days up to ``upto``; how many cases were computed."""
    specs = standards.specs_of(scheme)
    by_mechanism: dict[str, list[Meter]] = {}
    for ask in asks:
        if ask.measure in specs:
            owner = ask.measure.partition(".")[0]
            by_mechanism.setdefault(owner, []).append(meter(ask, specs[ask.measure]))
    return sum(
        _refresh_one(folder(scheme, which, house) / f"{owner}.parquet", owner, meters, days, upto, tell)
        for owner, meters in sorted(by_mechanism.items())
    )


def _refresh_one(
    path: Path,
    mechanism: str,
    meters: list[Meter],
    days: tuple[date, date],
    upto: datetime,
    tell: Tell | None,
) -> int:
    start, stop = (standards.midnight(day) for day in days)
    kept, known = _kept(path, meters, upto)
    cases = Case.objects.filter(
        mechanism=mechanism,
        type__in={each.spec.case for each in meters},
        opened_at__gte=start,
        opened_at__lt=min(stop, upto),
    )
    lengths = {str(id_): length for id_, length in cases.order_by().values_list("pk", "length")}
    wanted = [id_ for id_, length in lengths.items() if known.get(id_) != length]
    if kept is not None:
        stay = pa.array([id_ for id_, length in lengths.items() if known.get(id_) == length], pa.string())
        kept = kept.filter(pc.is_in(kept["case_id"], value_set=stay))
    made: list[pa.Table] = [] if kept is None else [kept]
    for first in range(0, len(wanted), CHUNK):
        found = list(_computed(mechanism, meters, wanted[first : first + CHUNK], upto))
        made.append(_table(found))
        if tell:
            tell(min(first + CHUNK, len(wanted)), len(wanted))
    _write(path, pa.concat_tables(made or [SCHEMA.empty_table()]), meters, upto)
    return len(wanted)


def _kept(path: Path, meters: list[Meter], upto: datetime) -> tuple[pa.Table | None, dict[str, int]]:
    """What was computed before and stands: settled rows of the same questions, and those of the same instant."""
    try:
        table = pq.read_table(path)
    except (FileNotFoundError, pa.ArrowInvalid):
        return None, {}
    said = json.loads((table.schema.metadata or {}).get(b"gongzhi", b"{}"))
    if said.get("asks") != _mark(meters):
        return None, {}
    if said.get("upto") != upto.timestamp():
        table = table.filter(table["settled"])
    ids, lengths = table["case_id"].to_pylist(), table["length"].to_pylist()
    return table, dict(zip(ids, lengths, strict=True))


def _mark(meters: list[Meter]) -> list[str]:
    return sorted(f"{each.ask.id} {each.spec.model_dump_json()} {dict(each.ask.adjust)}" for each in meters)


def _write(path: Path, table: pa.Table, meters: list[Meter], upto: datetime) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = json.dumps({"asks": _mark(meters), "upto": upto.timestamp()}).encode()
    draft = path.with_name(f".{path.name}.part")
    pq.write_table(table.replace_schema_metadata({b"gongzhi": note}), draft, compression="zstd")
    draft.replace(path)


def _computed(mechanism: str, meters: list[Meter], ids: list[str], upto: datetime) -> Iterator[Row]:
    """The rows of one chunk of cases: one query for the cases, one for their facts."""
    cases = {subject("case", row.pk): row for row in Case.objects.filter(pk__in=ids)}
    facts: dict[str, list[Entry]] = {}
    kinds = {*FOLDED, *NEEDED}
    entries = Entry.objects.filter(subject__in=list(cases), kind__in=kinds).order_by("subject", "seq")
    for entry in entries.defer("prev_hash", "hash"):
        facts.setdefault(entry.subject, []).append(entry)
    for key, row in cases.items():
        seen = as_of(row, facts.get(key, []), upto)
        if seen is None:
            continue
        for each in meters:
            if each.spec.case != row.type:
                continue
            den, hit, value, out, stratum = each.read(seen.view)
            if not (den or out):
                continue
            yield {
                "ask": each.ask.id,
                "case_id": str(row.pk),
                "length": row.length,
                "settled": seen.settled,
                "lead_path": seen.lead_path,
                "area_path": row.area_path,
                "stratum": stratum,
                "den": den,
                "hit": hit,
                "value": value,
                "excluded": out,
            }


def as_of(row: Case, entries: Sequence[Entry], upto: datetime) -> Seen | None:
    """A case as it was at ``upto``; ``None`` where its type is not at hand, it was merged into another by then, or nothing
    of it was written by then."""
    held = library.LIBRARY.version(row.mechanism, row.version)
    case_type = held.case_types.get(row.type) if held else None
    if case_type is None:
        return None
    # the chain is the order: what stands before a fact of the time happened before it, whatever date it bears
    by_then = max((place for place, entry in enumerate(entries, 1) if entry.at <= upto), default=0)
    in_time = entries[:by_then]
    later = len(in_time) < len(entries)
    if row.merged_into_id and not later:
        return None
    state = engine.load_case({**row.state, "data": _plain(row.state["data"])})
    lead_path = row.lead_path
    if later:
        folded = [entry.fact() for entry in in_time if entry.kind in FOLDED]
        then = engine.replay_facts(case_type, folded) if folded else None
        if then is None:
            return None
        dumped = engine.dump_case(then)
        state = engine.load_case({**dumped, "data": _plain(dumped["data"])})
        # it may have gone on to another office since
        lead = rows.lead_of(case_type, state)
        lead_path = lead_path if lead is None else office_path(lead)
    facts = [entry.fact() for entry in in_time if entry.kind in NEEDED]
    view = measuring.view(case_type, state, facts, upto)
    known = dict.fromkeys(_names(row.mechanism, row.type))
    return Seen(view={**known, **view}, settled=bool(state.ended), lead_path=lead_path)


def _names(mechanism: str, type_id: str) -> Iterable[str]:
    """What the version in force knows; a case of an older version says nothing of what it does not have."""
    held: Held | None = library.LIBRARY.version(mechanism, library.LIBRARY.active_version(mechanism))
    spec = held.mechanism.case_types.get(type_id) if held else None
    return measuring.names(spec) if spec else ()


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if is_mark(value) else value for name, value in data.items()}


def _word(value: object) -> str:
    if value is None:
        return ""
    return ("是" if value else "否") if isinstance(value, bool) else str(value)


def _table(found: list[Row]) -> pa.Table:
    columns = [pa.array([row[name] for row in found], type=SCHEMA.field(name).type) for name in SCHEMA.names]
    return pa.Table.from_arrays(columns, schema=SCHEMA)

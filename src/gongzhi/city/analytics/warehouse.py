"""The facts as Parquet files: appended by position of the journal, whole or not at all.

    <GONGZHI_WAREHOUSE>/v1/events/month=2024-10/part-<first>-<last>.parquet
    <GONGZHI_WAREHOUSE>/v1/cases/part-<first>-<last>.parquet
    <GONGZHI_WAREHOUSE>/v1/state.json            {"position": <last>, …}: the commit

A batch is a range of journal positions. Its files are written under a temporary name and renamed; only then ``state.json``
is replaced. Whoever reads takes the files up to the position; whoever writes removes those beyond it first: what a killed
writer left. So a reader sees every batch once, whenever the writer dies.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from gongzhi.city.analytics.errors import Busy
from gongzhi.city.analytics.schema import CASES, EVENTS, VERSION

_PART = re.compile(r"part-(\d+)-(\d+)\.parquet")


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A folder of facts. ``Warehouse.city()`` is the city's own."""

    folder: Path

    @classmethod
    def city(cls) -> Warehouse:
        """The one that settings name."""
        return cls(Path(settings.GONGZHI_WAREHOUSE) / f"v{VERSION}")

    def state(self) -> dict[str, Any]:
        """What was committed last; position 0 when nothing was."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"position": 0}
        return found

    @property
    def position(self) -> int:
        """The last journal entry that is in the facts."""
        return int(self.state()["position"])

    def files(self, table: str) -> list[Path]:
        """The committed files of ``events`` or ``cases``, in order of their name."""
        position = self.position
        found = ((path, _range(path)) for path in sorted((self.folder / table).rglob("part-*.parquet")))
        return [path for path, (_first, last) in found if 0 <= last <= position]

    def tables(self) -> dict[str, tuple[list[Path], pa.Schema]]:
        """For ``analytics.run(tables=…)``: events, and every written state of the cases (the newest counts)."""
        return {"events": (self.files("events"), EVENTS), "case_states": (self.files("cases"), CASES)}

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """The only writer. Busy when another one is at work."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy() from error
            writer = Writer(self)
            writer.sweep()
            yield writer


@dataclass(slots=True)
class Writer:
    """Appends batches; lives within ``Warehouse.writing``."""

    house: Warehouse
    _made: list[Path] = field(default_factory=list)

    def sweep(self) -> None:
        """Remove what a killed writer left beyond the commit."""
        position = self.house.position
        for path in self.house.folder.rglob("*.part"):
            path.unlink(missing_ok=True)
        for path in self.house.folder.rglob("part-*.parquet"):
            if _range(path)[0] > position:
                path.unlink(missing_ok=True)

    def append(
        self,
        first: int,
        last: int,
        events: Sequence[Mapping[str, Any]],
        cases: Sequence[Mapping[str, Any]],
        **notes: Any,
    ) -> None:
        """Facts of the journal entries ``first`` to ``last``; ``notes`` are kept beside the position.

        ValueError when the batch does not follow the one before.
        """
        if first <= self.house.position:
            raise ValueError(f"batch {first}-{last} begins before position {self.house.position}")
        name = f"part-{first:012d}-{last:012d}.parquet"
        by_month: dict[str, list[Mapping[str, Any]]] = {}
        for event in events:
            by_month.setdefault(event["at"].strftime("%Y-%m"), []).append(event)
        for month, rows in by_month.items():
            write(self.house.folder / "events" / f"month={month}" / name, rows, EVENTS)
        if cases:
            write(self.house.folder / "cases" / name, cases, CASES)
        self.commit(last, **notes)

    def commit(self, position: int, **notes: Any) -> None:
        """Everything up to ``position`` is in the files."""
        _replace(self.house.folder / "state.json", json.dumps({"position": position, **notes}).encode())


def write(path: Path, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> None:
    """A Parquet file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    columns = [pa.array([row[name] for row in rows], type=schema.field(name).type) for name in schema.names]
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), draft, compression="zstd")
    _settle(draft, path)


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    _settle(draft, path)


def _settle(draft: Path, path: Path) -> None:
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())
    draft.replace(path)


def _range(path: Path) -> tuple[int, int]:
    found = _PART.fullmatch(path.name)
    return (int(found[1]), int(found[2])) if found else (-1, -1)


__all__ = ["Warehouse", "Writer", "write"]

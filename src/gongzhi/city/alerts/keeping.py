"""What came, as it came, beside the database; and the rows that were not let in."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from gongzhi.city.alerts.judging import APART
from gongzhi.city.alerts.readings import warehouse

BLOCK = 1 << 20


def keep(feed: str, content: BinaryIO) -> tuple[str, int]:
    """Keep what came; settled on disk when this returns. (SHA-256, bytes); the same content is kept once."""
    folder = _folder(feed)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    draft = Path(name)
    total, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as stream:
            while block := content.read(BLOCK):
                total.update(block)
                size += len(block)
                stream.write(block)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(folder / total.hexdigest())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return total.hexdigest(), size


def keep_stray(feed: str, payload: bytes) -> None:
    """Keep what no feed of ours was meant by."""
    keep(feed, io.BytesIO(payload))


def kept(feed: str, digest: str) -> Path:
    """Where it lies."""
    return _folder(feed) / digest


def forget(feed: str, digest: str) -> None:
    """Remove it: an extract is in its register now."""
    kept(feed, digest).unlink(missing_ok=True)


class Apart:
    """Writes the rows that were not let in, piece by piece."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._draft = path.with_name(f".{path.name}.part")
        self._writer: Any = None

    def add(self, rows: pa.Table) -> None:
        """More of them."""
        if not rows.num_rows:
            return
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._draft, APART, compression="zstd")
        self._writer.write_table(rows)
        self.rows += rows.num_rows

    def settle(self) -> None:
        """There they are, or (without any) nothing is."""
        if self._writer is None:
            self.path.unlink(missing_ok=True)
            return
        self._writer.close()
        with self._draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        self._draft.replace(self.path)

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            self._writer.close()
        self._draft.unlink(missing_ok=True)


@contextmanager
def setting_apart(feed: str, batch: int) -> Iterator[Apart]:
    """For the rows of a batch that are not let in; they are there whole when this ends well."""
    apart = Apart(apart_of(feed, batch))
    try:
        yield apart
    except BaseException:
        apart.drop()
        raise
    apart.settle()


def apart_of(feed: str, batch: int) -> Path:
    """The file of those rows."""
    return warehouse() / "apart" / f"feed={feed}" / f"{batch:09d}.parquet"


def rows_apart(feed: str, batch: int, *, most: int = 0) -> pa.Table:
    """The rows that were not let in (the first ``most``); an empty table without any."""
    path = apart_of(feed, batch)
    if not path.is_file():
        return APART.empty_table()
    table = pq.read_table(path, schema=APART)
    return table.slice(0, most) if most else table


def _folder(feed: str) -> Path:
    return warehouse() / "raw" / f"feed={feed}"

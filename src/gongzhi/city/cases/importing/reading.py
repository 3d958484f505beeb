"""Rows of the files that are imported as cases."""

from __future__ import annotations

from collections.abc import Generator
from typing import BinaryIO

from gongzhi.city.cases.errors import BadImport
from gongzhi.city.kernel import sheets
from gongzhi.city.kernel.sheets import Row, fingerprint


def read_rows(stream: BinaryIO, name: str) -> Generator[Row, None, None]:
    """See ``kernel.sheets.read_rows``. Raises BadImport."""
    return sheets.read_rows(stream, name, BadImport)


__all__ = ["Row", "fingerprint", "read_rows"]

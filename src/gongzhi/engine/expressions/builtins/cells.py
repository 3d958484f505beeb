"""Functions of forms about forms: which cells are known already. Ours, not of the standard."""

from __future__ import annotations

from typing import Any

from gongzhi.engine.texts.cells import already_held, plain_title

from .registry import feel


@feel("plain title(string: string)")
def plain(title: str) -> str:
    return plain_title(title)


@feel("asked already(cells: list, known: list, synonyms?: list)")
def asked_already(cells: list[Any], known: list[Any], synonyms: list[Any] | None = None) -> list[Any]:
    """The cells that the city holds, each with a sentence ``says``; what is no context is passed over."""
    listed = [[each for each in group or [] if isinstance(each, dict)] for group in (cells, known, synonyms)]
    return list(already_held(*listed))

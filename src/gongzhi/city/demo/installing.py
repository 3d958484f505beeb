"""All mechanisms of the house, each after those that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.engine.mechanisms import load


def in_order(folders: Iterable[Path]) -> list[Path]:
    """The folders so that what a mechanism needs comes before it; what needs something that is not among them comes last."""
    waiting = {folder: set(load(folder).manifest.needs) for folder in folders}
    ordered: list[Path] = []
    while waiting:
        ids = {folder.name for folder in waiting}
        ready = [folder for folder, needs in waiting.items() if not needs & ids] or list(waiting)
        ordered += sorted(ready, key=lambda folder: folder.name)
        for folder in ready:
            del waiting[folder]
    return ordered


def install_house(folders: Iterable[Path], *, by: Standing, tell: Callable[[str, int, int], None]) -> int:
    """Install every folder; gives how many scenarios were run. Raises what ``install`` raises."""
    ordered = in_order(folders)
    scenarios = 0
    for number, folder in enumerate(ordered, 1):
        scenarios += install(folder, by=by).scenarios
        tell("机制", number, len(ordered))
    return scenarios


def installed() -> list[str]:
    """Ids of the mechanisms that are in force."""
    return sorted(library.LIBRARY.active_versions())

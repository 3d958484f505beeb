"""Replications on all cores. The engine's part is pure, so where and in which order they run changes nothing."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from gongzhi.engine.simulation import Model, Replication, replicate

Progress = Callable[[int, int], None]

_MODELS: dict[str, Model] = {}


def _ready(models: dict[str, Model]) -> None:
    """A process keeps the models, so that a task is only a name and a number."""
    _MODELS.update(models)
    gc.freeze()


def _one(name: str, seed: int, number: int) -> tuple[str, Replication]:
    return name, replicate(_MODELS[name], seed, number)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    models: Mapping[str, Model],
    seed: int,
    replications: int,
    *,
    jobs: int = 0,
    progress: Progress | None = None,
) -> dict[str, Sequence[Replication]]:
    """``replications`` of every model, in order of their number. ``jobs`` processes; 0: one per core; 1: here."""
    tasks = [(name, number) for number in range(replications) for name in models]
    jobs = min(jobs or cores(), len(tasks))
    done: dict[str, list[Replication]] = {name: [] for name in models}
    if jobs == 1:
        for count, (name, number) in enumerate(tasks, 1):
            done[name].append(replicate(models[name], seed, number))
            if progress:
                progress(count, len(tasks))
        return dict(done)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _ready, (dict(models),)) as pool:
        waiting = [pool.submit(_one, name, seed, number) for name, number in tasks]
        for count, future in enumerate(as_completed(waiting), 1):
            name, made = future.result()
            done[name].append(made)
            if progress:
                progress(count, len(tasks))
    return {name: sorted(made, key=lambda each: each.number) for name, made in done.items()}


__all__ = ["cores", "run"]

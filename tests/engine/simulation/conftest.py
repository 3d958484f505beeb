"""Small case types for queues whose waiting is known from theory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.mechanisms import Mechanism, load
from gongzhi.engine.simulation import SimulationSpec

MECHANISMS = Path(__file__).parents[3] / "src" / "gongzhi" / "mechanisms"
ROUND_THE_CLOCK = {"hours": ["00:00-24:00"]}


def window(steps: str) -> bytes:
    """The file of a case type with these steps."""
    return (
        f"id: queue\ntitle: 排队\nopened_by: [window_clerk]\nsteps:\n{steps}\nends: {{done: 办好}}\n".encode()
    )


ONE_STEP = "  serve: {title: 办理, who: window_clerk, choices: {done: {title: 办好, to: end.done}}}"


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mechanism]:
    """Makes a mechanism of one case type ``queue`` from the text of its steps (and further keys)."""

    def made(steps: str = ONE_STEP, more: str = "") -> Mechanism:
        folder = tmp_path_factory.mktemp("m") / "queues"
        (folder / "cases").mkdir(parents=True)
        (folder / "scenarios").mkdir()
        (folder / "mechanism.yaml").write_text(
            "id: queues\ntitle: 排队\nsummary: 一个窗口。\nversion: 1.0.0\norigin: {area: 试, year: 2025}\n"
            "roles: {window_clerk: 窗口人员, officer: 经办人, reviewer: 复核人}\n",
            encoding="utf-8",
        )
        (folder / "cases" / "queue.yaml").write_bytes(window(steps) + more.encode())
        return load(folder)

    return made


def assumptions(**keys: Any) -> SimulationSpec:
    """Assumptions around the clock for 100 days after 10, unless said otherwise."""
    plain: Mapping[str, Any] = {"days": 100, "warm_up": 10, **ROUND_THE_CLOCK}
    return SimulationSpec.model_validate({**plain, **keys})

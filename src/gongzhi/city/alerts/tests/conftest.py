"""Feeds on a shelf of their own, and a warehouse that goes away with the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, settings: Any) -> Path:
    settings.GONGZHI_WAREHOUSE = tmp_path / "warehouse"
    return tmp_path / "warehouse"


@pytest.fixture
def meters() -> Iterator[Any]:
    """Feeds of a mechanism ``plants`` and the meters that its register knows."""
    from gongzhi.city.alerts import catalogue
    from gongzhi.city.alerts.tests.meters import Meters

    source = Meters()
    before = catalogue._known[:]
    catalogue.register(source)
    catalogue.register_known(lambda register: frozenset(source.known))
    yield source
    catalogue.unregister(source)
    catalogue._known[:] = before


@pytest.fixture
def morning() -> Iterator[datetime]:
    """The clock stands at the morning of 8 January 2025."""
    from gongzhi.city.kernel import clock
    from gongzhi.engine.instants import parse_instant

    with clock.frozen(parse_instant("2025-01-08 06:00")) as at:
        yield at

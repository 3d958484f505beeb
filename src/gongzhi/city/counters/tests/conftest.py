"""The hall with its cast: see ``cast``. Imports inside the fixtures, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def known_points() -> Iterator[None]:
    from gongzhi.city.counters import points
    from gongzhi.city.counters.tests.cast import KnownPoints

    source = KnownPoints()
    points.register(source)
    yield
    points.unregister(source)


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.counters.tests.cast import build_hall

    return build_hall()


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at Monday morning."""
    from gongzhi.city.counters.tests.cast import MONDAY
    from gongzhi.city.kernel import clock

    with clock.frozen(MONDAY):
        yield MONDAY

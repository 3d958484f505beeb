"""The cast on a stage: see ``cast``. Imports inside the fixtures, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def hall() -> Iterator[None]:
    from gongzhi.city.records import catalogue, places
    from gongzhi.city.records.tests.cast import HallSource

    source = HallSource()
    catalogue.register(source)
    places.forget()
    yield
    catalogue.unregister(source)
    places.forget()


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.records.tests.cast import build_city

    return build_city()


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at Monday morning."""
    from gongzhi.city.kernel import clock
    from gongzhi.city.records.tests.cast import MONDAY

    with clock.frozen(MONDAY):
        yield MONDAY

"""The cast on a stage: see ``cast``. Imports inside the fixtures, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def mini_mechanism() -> Iterator[None]:
    from gongzhi.city.cases import catalogue, numbering, world
    from gongzhi.city.cases.tests.cast import MiniSource

    source = MiniSource()
    catalogue.register(source)
    world.forget()
    numbering.forget()
    yield
    catalogue.unregister(source)
    world.forget()
    numbering.forget()


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.cases.tests.cast import build_city

    return build_city()


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at Monday morning."""
    from gongzhi.city.cases.tests.cast import MONDAY
    from gongzhi.city.kernel import clock

    with clock.frozen(MONDAY):
        yield MONDAY

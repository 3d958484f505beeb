"""A village with a book of points and a shelf of goods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    from gongzhi.city.ledgers import catalogue
    from gongzhi.city.ledgers.tests.village import Kinds

    source = Kinds()
    catalogue.register(source)
    yield
    catalogue.unregister(source)


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at Monday morning."""
    from gongzhi.city.kernel import clock
    from gongzhi.engine.instants import parse_instant

    with clock.frozen(parse_instant("2024-10-14 09:00")) as at:
        yield at


@pytest.fixture
def village(db: None, monday: Any) -> Any:
    from gongzhi.city.ledgers.tests.village import build

    return build()

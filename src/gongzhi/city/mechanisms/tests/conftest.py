"""The cast of the cases room, with mechanisms really installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.mechanisms import figures, library, training

    def forget() -> None:
        world.forget()
        numbering.forget()
        library.LIBRARY.clear()
        training.forget()
        figures.forget()

    forget()
    yield
    forget()


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


@pytest.fixture
def files() -> dict[str, bytes]:
    """The small mechanism as path -> bytes, to be changed at will."""
    from gongzhi.city.cases.tests.cast import MINI
    from gongzhi.city.mechanisms.tests.drafting import complete

    return complete(
        {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    )

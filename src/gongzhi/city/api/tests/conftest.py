"""The cast of the cases room, each with a program. Imports inside, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def mini_mechanism() -> Iterator[None]:
    from gongzhi.city.api import standings
    from gongzhi.city.cases import catalogue, numbering, world
    from gongzhi.city.cases.tests.cast import MiniSource

    standings.forget()
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
def program(cast: Any) -> Callable[..., Any]:
    """``program("li")`` is 李敏's program; the same one each time."""
    from gongzhi.city.api.tests.program import Program

    return lru_cache(Program)

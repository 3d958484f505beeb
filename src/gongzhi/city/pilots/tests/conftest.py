"""The cast with ten towns, two versions, and the people of the reform office."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.mechanisms import figures, library

    def forget() -> None:
        world.forget()
        numbering.forget()
        library.LIBRARY.clear()
        figures.forget()

    forget()
    yield
    forget()


@pytest.fixture
def files() -> dict[str, bytes]:
    """The small mechanism as path -> bytes."""
    from gongzhi.city.cases.tests.cast import MINI

    return {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}


@pytest.fixture
def city(db: None, files: dict[str, bytes]) -> Any:
    """``lin`` writes plans, ``jiang`` starts them, ``li`` answers calls, ``he`` has nothing to do with it."""
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.kernel.references import Standing
    from gongzhi.city.pilots.tests.building import build_towns, install_both

    cast = build_city()
    towns = build_towns()
    install_both(files)
    lin = Standing(person="user:lin", role="reform_officer", name="林晓", office="gov")
    jiang = Standing(person="user:jiang", role="reform_chief", name="江涛", office="gov")
    return SimpleNamespace(cast=cast, towns=towns, lin=lin, jiang=jiang, li=cast.li, he=cast.he)

"""The village, on the evening of its meeting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def village(db: None) -> Iterator[Any]:
    from gongzhi.city.assemblies.tests.cast import DAY, build_village
    from gongzhi.city.kernel import clock

    with clock.frozen(DAY):
        yield build_village()

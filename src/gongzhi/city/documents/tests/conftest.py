"""The cast on a stage: see ``cast``. Imports inside the fixtures, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongzhi.city.documents.signing import schemes
    from gongzhi.city.documents.tests.cast import few_keys

    keys = [next(few_keys()) for _ in range(6)]
    monkeypatch.setattr(schemes.Rsa, "new_key", lambda self: keys.append(keys.pop(0)) or keys[-1])


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.documents.tests.cast import build_town

    return build_town()


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands at Monday morning."""
    from gongzhi.city.documents.tests.cast import MONDAY
    from gongzhi.city.kernel import clock

    with clock.frozen(MONDAY):
        yield MONDAY

"""The duty room with its cast: see ``cast``. Imports inside the fixtures, because Django is not set up when this is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.duty.tests.cast import DAY, build_rooms
    from gongzhi.city.kernel import clock

    with clock.frozen(DAY):
        return build_rooms()


@pytest.fixture
def evening() -> Iterator[datetime]:
    """The clock stands at twenty to six in the evening; the night shift begins at six."""
    from gongzhi.city.duty.tests.cast import EVENING
    from gongzhi.city.kernel import clock

    with clock.frozen(EVENING):
        yield EVENING


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Path:
    """Text messages fall into this folder."""
    settings.GONGZHI_MESSAGES = (tmp_path / "outbox").as_uri()
    settings.GONGZHI_MESSAGES_CHANNELS = ["sms", "wecom"]
    return tmp_path / "outbox"

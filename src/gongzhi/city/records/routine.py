"""The records room's periodic work."""

from __future__ import annotations

from datetime import time

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.records.actions.erasing import sweep_kept


@periodic.register("records.keep", at=time(1, 10))
def keep() -> None:
    """Private values whose time is over."""
    sweep_kept()

"""The mechanism of Daye, as the mechanisms room would offer it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import gongzhi.mechanisms
from gongzhi.engine.cases import CaseType
from gongzhi.engine.mechanisms.loader import load
from gongzhi.engine.mechanisms.running import compile_all

DAYE = Path(next(iter(gongzhi.mechanisms.__path__))) / "daye_minqing"


@lru_cache(maxsize=1)
def daye_types() -> dict[str, CaseType]:
    return compile_all(load(DAYE))


class DayeSource:
    """Offers the appeal only."""

    version = "1.0.0"

    def case_type(self, mechanism: str, version: str, type_id: str) -> CaseType | None:
        return daye_types().get(type_id) if mechanism == "daye_minqing" else None

    def active_version(self, mechanism: str) -> str:
        return self.version if mechanism == "daye_minqing" else ""

    def version_for(self, mechanism: str, area_path: str, at: object = None) -> str:
        return self.active_version(mechanism)

    def case_types(self) -> list[tuple[str, str, str]]:
        return [("daye_minqing", self.version, "appeal")]

    def withdrawn_types(self) -> list[tuple[str, str, str]]:
        return []

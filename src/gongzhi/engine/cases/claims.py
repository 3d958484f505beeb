"""What there may be only one of: a case claims its values for a period, and a second case with them is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.errors import AlreadyOne
from gongzhi.engine.instants import SHANGHAI

_PERIODS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its key is the same for all cases that exclude each other."""

    key: str
    says: str
    #: given back when the case ends
    while_open: bool = False

    def refusal(self, number: str) -> AlreadyOne:
        """The refusal of a second case, with the number of the first."""
        return AlreadyOne(says=self.says, number=number)


def claims(case_type: CaseType, data: Mapping[str, Any], at: datetime) -> tuple[Claim, ...]:
    """What a case opened at ``at`` with these data claims; a rule of which a value is missing claims nothing."""
    made = []
    for number, rule in enumerate(case_type.only_one):
        values = [data.get(name) for name in rule.of]
        if any(value in (None, "", []) for value in values):
            continue
        period = at.astimezone(SHANGHAI).strftime(_PERIODS[rule.per]) if rule.per in _PERIODS else rule.per
        key = "|".join([str(number), period, *map(_word, values)])
        made.append(Claim(key=key, says=rule.says, while_open=rule.per == "open"))
    return tuple(made)


def _word(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("area") or value.get("text", ""))
    if isinstance(value, list | tuple):
        return ",".join(sorted(map(str, value)))
    return " ".join(str(value).split())


__all__ = ["Claim", "claims"]

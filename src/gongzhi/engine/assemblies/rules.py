"""What a kind of meeting requires: who has a vote, how many must come, how many must agree, how long before and after.

The Organic Law of the Villagers' Committees (村民委员会组织法, 2018) writes two kinds of thresholds: 过半数, *more than* half,
and 三分之二以上, two thirds *or more* (以上 includes the figure itself, Civil Code art. 1259). They are ``over`` and
``at_least`` here; shares are exact fractions, so that 20 of 30 is two thirds and 19 is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from gongzhi.engine.assemblies.errors import BadShare

Unit = Literal["person", "household"]
#: what a share is counted of: the roll, whoever is there, ballots cast; or adults and households of the roll
Of = Literal["entitled", "present", "cast", "persons", "households"]
_SHARE = re.compile(r"^\s*(\d{1,4})\s*(?:/\s*(\d{1,4})|(%))?\s*$")


def share_of(text: str) -> Fraction:
    """``2/3``, ``50 %`` or ``1`` as an exact fraction. Raises ``BadShare`` outside 0-1.

    >>> share_of("2/3"), share_of("50%")
    (Fraction(2, 3), Fraction(1, 2))
    """
    match = _SHARE.match(str(text))
    if match is None:
        raise BadShare(share=str(text)[:40])
    below = 100 if match[3] else int(match[2] or 1)
    if not below or int(match[1]) > below:
        raise BadShare(share=str(text)[:40])
    return Fraction(int(match[1]), below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A share that must be reached: exactly one of ``over`` (more than) and ``at_least``."""

    of: Of
    share: Fraction
    #: whether the share itself is not enough (过半数)
    over: bool = False

    def is_met(self, count: int, total: int) -> bool:
        """Whether ``count`` of ``total`` is enough; nothing is enough of nobody.

        >>> Threshold(of="households", share=Fraction(2, 3)).is_met(20, 30)
        True
        >>> Threshold(of="entitled", share=Fraction(1, 2), over=True).is_met(15, 30)
        False
        """
        if total <= 0:
            return False
        reached = Fraction(count, total)
        return reached > self.share if self.over else reached >= self.share

    def least(self, total: int) -> int:
        """The smallest count that is enough, to tell people how many are still missing.

        >>> Threshold(of="entitled", share=Fraction(1, 2), over=True).least(30)
        16
        """
        exact = self.share * total
        whole = exact.numerator // exact.denominator
        return whole + 1 if self.over or exact != whole else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A kind of meeting, compiled from ``assemblies/<id>.yaml``."""

    id: str
    title: str
    #: what has one vote: a person, or a household whoever comes for it
    unit: Unit = "person"
    #: one of them is enough (villagers' committee law, art. 22 and 28: of adults, or of households)
    quorum: tuple[Threshold, ...] = ()
    passes: Threshold = Threshold(of="present", share=Fraction(1, 2), over=True)
    #: natural days between notice and meeting
    notice: int = 0
    #: natural days for which the result hangs out, open to objections; 0: the result stands at once
    publish: int = 0
    #: natural days within which the result is filed with the township; 0: it is not
    file: int = 0
    #: how people vote; ``either``: as the convener says
    ballot: Literal["secret", "open", "either"] = "either"


def dump_rules(rules: Rules) -> dict[str, Any]:
    """JSON-ready: a topic stays under the rules that held when it was raised."""
    return {
        **{
            name: getattr(rules, name)
            for name in ("id", "title", "unit", "notice", "publish", "file", "ballot")
        },
        "quorum": [_dump(each) for each in rules.quorum],
        "passes": _dump(rules.passes),
    }


def load_rules(data: Mapping[str, Any]) -> Rules:
    """What ``dump_rules`` wrote."""
    plain = {**data, "quorum": tuple(map(_load, data["quorum"])), "passes": _load(data["passes"])}
    return Rules(**plain)


def _dump(threshold: Threshold) -> list[Any]:
    return [threshold.of, str(threshold.share), threshold.over]


def _load(data: Sequence[Any]) -> Threshold:
    return Threshold(of=data[0], share=Fraction(data[1]), over=bool(data[2]))


__all__ = ["Of", "Rules", "Threshold", "Unit", "dump_rules", "load_rules", "share_of"]

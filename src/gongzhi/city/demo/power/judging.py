"""How well the rules did against the seeded truth: what was found of what happened, and what of the alerts was true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gongzhi.city.demo.power.events import STEP_US, Event, Year

#: an alert belongs to what happened in its window, or within an hour of it
SLACK_US = 4 * STEP_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One alert as a judge sees it: the rule, the firm, the window (µs), and whether a declaration covered it."""

    rule: str
    firm: str
    since: int
    until: int
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Recall: violations that an uncovered alert of the meant rule found. Precision: alerts in which a firm did violate."""

    violations: int
    found: int
    alerts: int
    true: int

    @property
    def recall(self) -> float:
        """1 where there was nothing to find."""
        return self.found / self.violations if self.violations else 1.0

    @property
    def precision(self) -> float:
        """1 where nothing was raised."""
        return self.true / self.alerts if self.alerts else 1.0


def judge(year: Year, alerts: Sequence[Raised], *, declarations: bool = True, rule: str = "") -> Score:
    """The score of all rules, or of one.

    ``declarations`` false: every alert counts, as if nobody had declared anything. A true alert is one whose window meets a
    violation of the same firm, whichever rule was meant to see it: a stopped treatment is also a low ratio of that day.
    """
    counted = [
        each for each in alerts if (not rule or each.rule == rule) and not (declarations and each.covered)
    ]
    wrong = [each for each in year.events if each.kind == "violation"]
    wanted = [each for each in wrong if not rule or each.rule == rule]
    by_firm: dict[str, list[tuple[int, int]]] = {}
    for event in wrong:
        by_firm.setdefault(event.firm.code, []).append((year.us(event.first), year.us(event.last)))
    true = sum(_meets(each.since, each.until, by_firm.get(each.firm, ())) for each in counted)
    windows: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for each in counted:
        windows.setdefault((each.rule, each.firm), []).append((each.since, each.until))
    found = sum(_seen(year, event, windows) for event in wanted)
    return Score(violations=len(wanted), found=found, alerts=len(counted), true=true)


def _seen(year: Year, event: Event, windows: dict[tuple[str, str], list[tuple[int, int]]]) -> bool:
    return _meets(year.us(event.first), year.us(event.last), windows.get((event.rule, event.firm.code), ()))


def _meets(since: int, until: int, windows: Iterable[tuple[int, int]]) -> bool:
    return any(begin - SLACK_US < until and since < end + SLACK_US for begin, end in windows)


def by_rule(year: Year, alerts: Sequence[Raised]) -> dict[str, dict[str, Any]]:
    """Per rule: recall, precision with declarations and without, and the counts behind them."""
    rules = sorted({each.rule for each in alerts} | {each.rule for each in year.events})
    found = {}
    for rule in rules:
        with_, without = (judge(year, alerts, declarations=each, rule=rule) for each in (True, False))
        found[rule] = {
            "violations": with_.violations,
            "recall": with_.recall,
            "alerts": with_.alerts,
            "precision": with_.precision,
            "alerts_without": without.alerts,
            "precision_without": without.precision,
        }
    return found


__all__ = ["Raised", "Score", "by_rule", "judge"]

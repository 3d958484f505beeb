"""From figures to a decision, with the reason in words: ``conclude(rules, figures) -> Decision``. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gongzhi.engine.assemblies.errors import BadFigures
from gongzhi.engine.assemblies.rules import Rules, Threshold

Outcome = Literal["passed", "failed", "no_quorum", "objected"]
#: outcome -> how a notice says it
OUTCOMES: Mapping[str, str] = {
    "passed": "通过", "failed": "未通过", "no_quorum": "到会不够，不能表决", "objected": "异议成立，结果作废",
}  # fmt: skip
_WORDS = {
    "entitled": "应到会的", "present": "到会的", "cast": "投了票的", "persons": "十八周岁以上村民", "households": "户",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was counted for one topic, in the meeting's own unit (persons, or households)."""

    #: on the roll
    entitled: int
    #: there when the topic was voted on: ballots cast, and whoever sat there without casting one
    present: int
    agree: int
    against: int = 0
    abstain: int = 0
    spoilt: int = 0
    #: the other way of counting, where the quorum may be reached by either; 0: not counted
    persons: int = 0
    persons_present: int = 0
    households: int = 0
    households_present: int = 0
    #: objections that were upheld while the result hung out
    upheld: int = 0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise BadFigures(why=f"“{name}”应是不小于0的整数")
        if self.present > self.entitled:
            raise BadFigures(why=f"实到{self.present}，应到只有{self.entitled}")
        if self.cast > self.present:
            raise BadFigures(why=f"票数合计{self.cast}，实到只有{self.present}")
        if self.persons_present > self.persons or self.households_present > self.households:
            raise BadFigures(why="到会的人或户比名册上的多")

    @property
    def cast(self) -> int:
        """All ballots, spoilt ones too."""
        return self.agree + self.against + self.abstain + self.spoilt

    def pair(self, of: str, unit: str) -> tuple[int, int]:
        """(those there, all of them) in the unit that a threshold is counted of."""
        if of == "persons" and unit != "person":
            return self.persons_present, self.persons
        if of == "households" and unit != "household":
            return self.households_present, self.households
        return self.present, self.entitled


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the figures come to, and why."""

    outcome: Outcome
    #: the sum in words: ``应到30户，实到22户，…``
    says: str
    #: the rule that decided, with its figures
    because: str


def figures_of(values: Mapping[str, Any]) -> Figures:
    """Figures from plain values, as a scenario or a journal writes them. Raises ``BadFigures``."""
    known = set(Figures.__dataclass_fields__)
    if unknown := sorted(set(values) - known):
        raise BadFigures(why=f"没有“{'、'.join(unknown)}”这个数")
    if missing := [name for name in ("entitled", "present", "agree") if name not in values]:
        raise BadFigures(why=f"缺“{'、'.join(missing)}”")
    return Figures(**values)


def conclude(rules: Rules, figures: Figures) -> Decision:
    """No quorum, or objected, or passed, or failed; in this order."""
    unit = "户" if rules.unit == "household" else "人"
    came = f"应到{figures.entitled}{unit}，实到{figures.present}{unit}"
    if rules.quorum and not any(_there(each, figures, rules.unit) for each in rules.quorum):
        because = "；".join(_short(each, figures, rules.unit) for each in rules.quorum)
        return Decision(outcome="no_quorum", says=came, because=because)
    says = f"{came}，同意{figures.agree}票，反对{figures.against}票，弃权{figures.abstain}票"
    says += f"，废票{figures.spoilt}张" if figures.spoilt else ""
    if figures.upheld:
        because = f"公示期内有{figures.upheld}件异议成立"
        return Decision(outcome="objected", says=says, because=because)
    total = _total(rules, figures)
    met = rules.passes.is_met(figures.agree, total)
    because = f"同意{figures.agree}，要{threshold_words(rules.passes)}同意，至少{rules.passes.least(total)}"
    return Decision(outcome="passed" if met else "failed", says=says, because=because)


def _total(rules: Rules, figures: Figures) -> int:
    if rules.passes.of == "present":
        return figures.present
    if rules.passes.of == "cast":
        return figures.cast
    return figures.entitled


def _there(threshold: Threshold, figures: Figures, unit: str) -> bool:
    return threshold.is_met(*figures.pair(threshold.of, unit))


def _short(threshold: Threshold, figures: Figures, unit: str) -> str:
    there, total = figures.pair(threshold.of, unit)
    return f"要{threshold_words(threshold)}到会，至少{threshold.least(total)}，实到{there}"


def threshold_words(threshold: Threshold) -> str:
    """A threshold in the words of the law.

    >>> from fractions import Fraction
    >>> threshold_words(Threshold(of="households", share=Fraction(2, 3)))
    '户的三分之二以上'
    >>> threshold_words(Threshold(of="present", share=Fraction(1, 2), over=True))
    '到会的过半数'
    """
    whole = _WORDS[threshold.of]
    up, down = threshold.share.numerator, threshold.share.denominator
    if threshold.over and threshold.share * 2 == 1:
        return whole + ("过半数" if whole.endswith("的") else "的过半数")
    if threshold.share == 1:
        return "全部" + whole.removesuffix("的")
    part = f"{_number(down)}分之{_number(up)}" if down < 11 else f"{up}/{down}"
    ending = "多" if threshold.over else "以上"
    return whole + ("" if whole.endswith("的") else "的") + part + ending


def _number(value: int) -> str:
    return "零一二三四五六七八九十"[value] if value < 11 else str(value)


__all__ = ["OUTCOMES", "Decision", "Figures", "Outcome", "conclude", "figures_of", "threshold_words"]

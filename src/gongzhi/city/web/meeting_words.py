"""Choices, outcomes and thresholds of meetings in the reader's language; the engine and the law speak Chinese."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from gongzhi.engine.assemblies import Threshold, threshold_words

CHOICES = {
    "agree": gettext_noop("同意"),
    "against": gettext_noop("反对"),
    "abstain": gettext_noop("弃权"),
}
OUTCOMES = {
    "passed": gettext_noop("通过"),
    "failed": gettext_noop("未通过"),
    "no_quorum": gettext_noop("到会不够，不能表决"),
    "objected": gettext_noop("异议成立，结果作废"),
}
_WHOLES = {
    "entitled": gettext_noop("名册上的"),
    "present": gettext_noop("到会的"),
    "cast": gettext_noop("投了票的"),
    "persons": gettext_noop("成年村民的"),
    "households": gettext_noop("各户的"),
}


def choice_words(choice: str) -> str:
    """What a ballot says."""
    return _(CHOICES[choice])


def outcome_words(outcome: str) -> str:
    """What a vote came to; empty while there is no outcome."""
    return _(OUTCOMES[outcome]) if outcome else ""


def share_words(threshold: Threshold) -> str:
    """A threshold as the law writes it, in other languages as a fraction."""
    if (get_language() or "zh").startswith("zh"):
        return threshold_words(threshold)
    told = {"whole": _(_WHOLES[threshold.of]), "share": str(threshold.share)}
    return (_("超过%(whole)s%(share)s") if threshold.over else _("不少于%(whole)s%(share)s")) % told


def choices() -> list[tuple[str, str]]:
    """(choice, words) in the order of the ballot."""
    return [(each, choice_words(each)) for each in CHOICES]


__all__ = ["choice_words", "choices", "outcome_words", "share_words"]

"""Reactions that set up, merge or subordinate offices: what they name exists, and somebody hears that it is done."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.consequences import BESIDE
from gongzhi.engine.mechanisms.checks.finding import Path, finding, unknown
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.loader import Draft

FILE = "reactions.yaml"


def validate(draft: Draft) -> Iterator[Problem]:
    """Expressions, and the fact that the case is told."""
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        deed, spec = reaction.do.office, draft.case_types.get(reaction.on.case)
        if deed is None or spec is None:
            continue
        path: Path = (number, "do", "office")
        names = {field.id for field in spec.fields} | BESIDE
        for key, text in deed.expressions():
            yield from expression(draft, FILE, (*path, key), text, names)
        awaited = [step.waits_for.fact for step in spec.steps.values() if step.waits_for]
        if deed.tells and deed.tells not in awaited:
            yield finding(draft, FILE, (*path, "tells"), "M090", *unknown("等待的事实", deed.tells, awaited))

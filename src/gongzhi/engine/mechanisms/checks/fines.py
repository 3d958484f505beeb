"""Fines are no achievement: no measure computes with them, no scorecard looks at them, no points are given or taken for them.

Source: Administrative Penalty Law art. 74: fines and confiscated property or their refund "must not, in any form, be tied to the
assessment and appraisal" of the authority that decides and of its staff. The words of titles are looked at by ``scoring`` (M203); here
what an expression really computes with is looked at, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.finding import finding
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.schema import MeasureSpec
from gongzhi.engine.mechanisms.scoring import full_name

#: titles of fields that hold what a penalty takes
FINE = re.compile(r"罚|没收|加处")
MONEY = ("money", "number")
LAW = "行政处罚法第七十四条：罚款、没收的数额不得以任何形式同考核、考评挂钩。"


def validate(draft: Draft) -> Iterator[Problem]:
    """M240 a measure, M241 a criterion or award of a scorecard, M242 a posting that computes with fines."""
    for number, measure in enumerate(draft.measures.root if draft.measures else ()):
        for key, name in _over_fines(measure, draft.case_types.get(measure.case)):
            message = f"“{measure.title}”用了罚没的数额“{name}”"
            remedy = f"{LAW}请改看期限、程序和被推翻的比例。"
            yield finding(draft, "measures.yaml", (number, key), "M240", message, remedy)
    yield from _scorecards(draft)
    yield from _postings(draft)


def fines_of(spec: CaseTypeSpec) -> frozenset[str]:
    """Ids and titles of the fields that say in money what a penalty takes. Where a case type has one, all its money counts: what
    was paid of a fine is the fine again."""
    if not any(field.kind in MONEY and FINE.search(field.title) for field in spec.fields):
        return frozenset()
    held = [field for field in spec.fields if field.kind == "money" or _is_fine(field) or _has_money(field)]
    return frozenset(name for field in held for name in (field.id, field.title))


def _is_fine(field: FieldSpec) -> bool:
    return field.kind in MONEY and FINE.search(field.title) is not None


def _has_money(field: FieldSpec) -> bool:
    return field.kind == "table" and any(column.kind == "money" for column in field.columns)


def _over_fines(measure: MeasureSpec, spec: CaseTypeSpec | None) -> Iterator[tuple[str, str]]:
    """The keys of a measure that compute with a fine, and the field."""
    fines = fines_of(spec) if spec else frozenset()
    for key in ("value", "numerator", "denominator", "exclude") if fines else ():
        for name in sorted(_names(getattr(measure, key)) & fines):
            yield key, name


def _names(text: str) -> frozenset[str]:
    try:
        return compile_expression(text).names if text else frozenset()
    except GongzhiError:  # said elsewhere
        return frozenset()


def _scorecards(draft: Draft) -> Iterator[Problem]:
    """A measure of a neighbour may compute with fines under a harmless title."""
    tainted = dict(_tainted(draft))
    for spec in draft.scorecards.values():
        file = f"scorecards/{spec.id}.yaml"
        rows = [(path, each.measure) for path, each, _ in spec.criteria()]
        rows += [(path, award.measure) for path, award in spec.awards()]
        for path, ref in rows:
            if name := tainted.get(full_name(ref, draft.name)):
                message = f"“{ref}”算的是罚没的数额“{name}”"
                yield finding(draft, file, (*path, "measure"), "M241", message, f"{LAW}请删去。")


def _tainted(draft: Draft) -> Iterator[tuple[str, str]]:
    """``mechanism.measure`` -> the field of fines that it computes with."""
    sources: dict[str, tuple[Any, Mapping[str, CaseTypeSpec]]] = {
        draft.name: (draft.measures, draft.case_types)
    }
    for id_, other in draft.others.items():
        sources[id_] = (getattr(other, "measures", None), getattr(other, "case_types", {}))
    for owner, (measures, types) in sources.items():
        for measure in getattr(measures, "root", measures) or ():
            for _key, name in _over_fines(measure, types.get(measure.case)):
                yield f"{owner}.{measure.id}", name


def _postings(draft: Draft) -> Iterator[Problem]:
    """Points and money of a ledger are never moved by what somebody was fined."""
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        spec = draft.case_types.get(reaction.on.case)
        fines = fines_of(spec) if spec else frozenset()
        for place, post in enumerate(reaction.do.post if fines else ()):
            if found := sorted(_names(post.amount) & fines):
                message = f"“{reaction.title}”照罚没的数额“{found[0]}”记账"
                path = (number, "do", "post", place, "amount")
                yield finding(draft, "reactions.yaml", path, "M242", message, f"{LAW}积分也不同罚款挂钩。")


__all__ = ["fines_of", "validate"]

"""Which items of a bundle somebody's answers ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongzhi.engine.cases.casetypes import CaseType
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.bundles import BundleSpec


def needed(bundle: BundleSpec, case_type: CaseType, answers: Mapping[str, Any]) -> list[str]:
    """Ids of the items that the answers to the questions ask for, in the order of the file.

    ``case_type`` is the one that the bundle was turned into; a question without an answer is null.
    """
    return [
        id_
        for id_, item in bundle.items.items()
        if not item.when or evaluate(case_type, compile_expression(item.when), answers) is True
    ]


__all__ = ["needed"]

"""The condition of a choice: FEEL over the case's data."""

from __future__ import annotations

from gongzhi.engine.errors import Where
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.flows.graph import Condition


def condition(text: str, key: str) -> Condition:
    """The compiled FEEL condition; raises the errors of ``compile_expression``."""
    return compile_expression(text, where=Where(key=key))

"""The linter of flows: static rules first, then every reachable marking up to a cap."""

from __future__ import annotations

from gongzhi.engine.errors import Problem
from gongzhi.engine.flows.rules import check_spec
from gongzhi.engine.flows.spec import FlowSpec


def lint(spec: FlowSpec) -> list[Problem]:
    """All problems of a flow; never raises."""
    return check_spec(spec)

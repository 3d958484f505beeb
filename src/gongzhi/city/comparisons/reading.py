"""The records of a register, or who has which benefit, as a comparison sees them: whole, for the computation's eyes only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.city.mechanisms import giving
from gongzhi.city.records.queries.wholes import whole
from gongzhi.engine.mechanisms.comparisons import SideSpec


def side(spec: SideSpec, mechanism: str) -> Iterator[dict[str, Any]]:
    """Everything on one side of a comparison of the mechanism: records of a register, or entitlements that run."""
    if spec.register_:
        return whole(spec.register_)
    names = [each if "." in each or each == giving.ANY else f"{mechanism}.{each}" for each in spec.programmes]
    return giving.entitled_rows(names)


__all__ = ["side", "whole"]

"""Bundles: items that wait for each other exist, and do not wait in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import finding, unknown
from gongzhi.engine.mechanisms.loader import Draft


def validate(draft: Draft) -> Iterator[Problem]:
    """M048 for an item that is not there, M049 for items that wait for each other."""
    for bundle in draft.bundles.values():
        file = f"bundles/{bundle.id}.yaml"
        for id_, item in bundle.items.items():
            for other in item.after:
                if other not in bundle.items:
                    told = unknown("事项", other, bundle.items)
                    yield finding(draft, file, ("items", id_, "after"), "M048", *told)
        try:
            TopologicalSorter({id_: set(item.after) for id_, item in bundle.items.items()}).prepare()
        except CycleError as error:
            message = f"这些事项互相等:{' → '.join(error.args[1])}"
            yield finding(draft, file, ("items",), "M049", message, "请让其中一项不等别的。")

"""Adaptation points: each leads to a place that exists and that a person can fill in, and no two lead to the same one."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import finding
from gongzhi.engine.mechanisms.key_paths import find
from gongzhi.engine.mechanisms.loader import Draft

FILE = "mechanism.yaml"
#: a point that replaces a whole table must have one a person can read through
MOST_ROWS = 400


def validate(draft: Draft) -> Iterator[Problem]:
    """``adapt:`` of the manifest."""
    points = draft.manifest.adapt if draft.manifest else ()
    ids: set[str] = set()
    places: list[str] = []
    for number, point in enumerate(points):
        if point.id in ids:
            message = f"适配点“{point.id}”写了两次"
            yield finding(draft, FILE, ("adapt", number, "id"), "M186", message, "请改一个编号。")
        ids.add(point.id)
        place = find(draft.files, point.what)
        if place is None:
            message = f"适配点“{point.title}”指向的“{point.what}”不存在，或不是一个可以填的值"
            remedy = "请写到一张表、一个角色，或一个文字、数字、列表；列表里的一项用它的 id。"
            yield finding(draft, FILE, ("adapt", number, "what"), "M185", message, remedy)
        elif place.kind == "table" and len(place.value) > MOST_ROWS:
            message = f"适配点“{point.title}”是一张 {len(place.value)} 行的表，没有人能逐行看过"
            remedy = f"请拆成 {MOST_ROWS} 行以内的表，或改成登记簿。"
            yield finding(draft, FILE, ("adapt", number, "what"), "M187", message, remedy, "warning")
        overlap = next((each for each in places if _overlaps(each, point.what)), None)
        if overlap is not None:
            message = f"适配点“{point.title}”与“{overlap}”指向同一处"
            remedy = "请合成一个，否则后填的会盖掉先填的。"
            yield finding(draft, FILE, ("adapt", number, "what"), "M188", message, remedy)
        places.append(point.what)
    readme = draft.files.get("README.md", b"").decode("utf-8", "replace")
    if points and not any(word in readme for word in ("照搬", "适配", "要改")):
        message = "有适配点，README.md 里却没有说照搬时要改什么"
        yield finding(draft, FILE, ("adapt",), "M189", message, "请补一段。", "notice")


def _overlaps(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


__all__ = ["validate"]

"""Who stands last, with what speaks for and against it. The system puts it before people and stops there."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from gongzhi.city.kernel import clock
from gongzhi.city.scorecards import standards
from gongzhi.city.scorecards.models import LastBand, Reckoning, Result
from gongzhi.city.territory.models import Post, valid


def last_ones(rows: list[Result], count: int) -> list[Result]:
    """Who of a class is certainly behind: those of the last band, at most ``count`` (more where they are tied).

    Nobody where all stand in one band: then nobody is certainly behind anybody.
    """
    placed = [row for row in rows if row.band]
    bands = {row.band for row in placed}
    if len(bands) < 2:
        return []
    last = sorted((row for row in placed if row.band == max(bands)), key=lambda row: (-row.ahead, row.unit))
    return [row for row in last if row.ahead >= last[min(count, len(last)) - 1].ahead]


def look_at_the_bottom(reckoning: Reckoning) -> list[LastBand]:
    """A review for every unit that stands last, with its context; a unit that a person has looked at keeps that."""
    spec = standards.spec_of(reckoning.scheme)
    if spec.bottom is None:
        return []
    made = []
    for class_id in spec.classes:
        rows = list(reckoning.results.filter(class_id=class_id))
        for row in last_ones(rows, spec.bottom.count):
            context = context_of(row, rows)
            made.append(
                LastBand.objects.get_or_create(
                    result=row,
                    defaults={"office_path": row.office_path, "context": context, "made_at": clock.now()},
                )[0]
            )
    return made


def context_of(row: Result, rows: list[Result]) -> dict[str, Any]:
    """Volume, difficulty and staff of a unit, beside the middle of its class."""
    volumes = {each.unit: volume(each) for each in rows}
    posts = staff([each.unit for each in rows])
    return {
        "volume": volumes[row.unit],
        "volume_middle": _middle(list(volumes.values())),
        "staff": posts.get(row.unit, 0),
        "staff_middle": _middle([posts.get(each.unit, 0) for each in rows]),
        "difficulty": difficulty(row),
        "excluded": sum(cell["excluded"] for cell in row.cells),
        "missing": [cell["criterion"] for cell in row.cells if cell["missing"]],
        "few": [cell["criterion"] for cell in row.cells if not cell["missing"] and cell["n"] < 30],
        "interval": [row.low, row.high],
    }


def volume(row: Result) -> int:
    """Cases: of the criterion that counts most of them."""
    return max((cell.get("n", 0) for cell in row.cells), default=0)


def difficulty(row: Result) -> list[dict[str, Any]]:
    """Where the mix of cases let less (or more) be expected than of the class as a whole."""
    found = []
    for cell in row.cells:
        if cell.get("expected") is not None and not cell["missing"]:
            # value = raw + (class - expected)
            found.append({"criterion": cell["criterion"], "expected": cell["expected"], "class": cell["value"] - cell["raw"] + cell["expected"]})  # fmt: skip
    return found


def staff(codes: list[str]) -> dict[str, int]:
    """How many people hold a post in an office now."""
    rows = Post.objects.filter(valid(), office__code__in=codes).order_by()
    return dict(rows.values_list("office__code").annotate(Count("user", distinct=True)))


def _middle(values: list[int]) -> int:
    return sorted(values)[len(values) // 2] if values else 0

"""The wizard's forms: what is shown for each adaptation point, and what was sent back as ``Answers``."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from gongzhi.city.exchange.answers import Answers
from gongzhi.city.exchange.candidates import Candidate, values_shown
from gongzhi.city.exchange.examining import may_do_steps
from gongzhi.city.kernel.permissions import knows_role, matrix, role_title
from gongzhi.engine.mechanisms.adapting import Point

#: rows of a table that is filled in cell by cell; a longer one is pasted
CELLS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One adaptation point as the form shows it."""

    point: Point
    value: Any
    #: of a table: filled in cell by cell; else as text
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""


def asked(found: Candidate) -> list[Asked]:
    """The points of the form, without those that are roles."""
    return [_asked(point, value) for point, value in values_shown(found) if point.place.kind != "role"]


def _asked(point: Point, value: Any) -> Asked:
    if point.place.kind == "table":
        rows = tuple(tuple(row) for row in value)
        if len(rows) <= CELLS:
            return Asked(point=point, value=value, rows=rows)
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(rows)
        return Asked(point=point, value=value, text=stream.getvalue())
    text = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return Asked(point=point, value=value, text=text)


def role_rows(found: Candidate) -> list[tuple[str, str, str, bool, str]]:
    """(role, its title, the city's role now, whether the city knows it, why it matters) of each role."""
    whys = {point.spec.what: point.spec.why for point, _value in values_shown(found)}
    return [
        (role, title, found.overlay.roles.get(role, role), knows_role(role), whys.get(f"roles.{role}", ""))
        for role, title in found.source.roles.items()
        if role != "resident"
    ]


def role_choices() -> list[tuple[str, str]]:
    """The city's roles that may do steps of a mechanism."""
    return [(role, role_title(role)) for role in matrix().roles if may_do_steps(role)]


def sent(post: QueryDict, found: Candidate, before: Answers) -> Answers:
    """The answers of the form. A point whose conflict was decided just now keeps what the decision gives."""
    open_conflicts = {each.key for each in found.conflicts}
    decided = {
        key.removeprefix("decide:"): str(side)
        for key, side in post.items()
        if key.startswith("decide:") and side in ("ours", "theirs")
    }
    fresh = [key for key in open_conflicts if key in decided]
    values = dict(before.values)
    for point, _value in values_shown(found):
        touched = any(key == point.spec.what or key.startswith(f"{point.spec.what}[") for key in fresh)
        if touched:
            values.pop(point.spec.id, None)
        elif point.place.kind != "role" and (value := _value_of(post, point)) is not None:
            values[point.spec.id] = value
    roles = {role: post.get(f"role:{role}", role) for role in found.source.roles}
    return replace(before, values=values, roles=roles, decided={**before.decided, **decided})


def _value_of(post: QueryDict, point: Point) -> Any:
    """The value of a point as it was sent; ``None`` where the form did not carry it."""
    name, kind = f"point:{point.spec.id}", point.place.kind
    if kind == "table" and f"{name}:rows" in post:
        return _cells(post, name, len(point.place.head))
    text = post.get(name)
    if text is None:
        return None
    return _READ[kind](text)


def _cells(post: QueryDict, name: str, width: int) -> list[list[str]]:
    said = str(post.get(f"{name}:rows", ""))
    height = min(int(said) if said.isdigit() else 0, 2 * CELLS)
    rows = [
        [post.get(f"{name}:{row}:{column}", "").strip() for column in range(width)] for row in range(height)
    ]
    return [row for row in rows if any(row)]


def _table(text: str) -> list[list[str]]:
    lines = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\t", ",")))
    return [[cell.strip() for cell in line] for line in lines if any(map(str.strip, line))]


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


_READ: Mapping[str, Any] = {
    "table": _table,
    "text": str.strip,
    "number": lambda text: _number(text.strip()),
    "yesno": lambda text: text == "true",
    "list": lambda text: [line.strip() for line in text.splitlines() if line.strip()],
}


def accepted(post: QueryDict, scenarios: Mapping[str, Any], before: Answers) -> Answers:
    """The results of failed scenarios that the person accepted, or scenarios that they set aside with a reason."""
    taken, aside = list(before.accepted), list(before.set_aside)
    for number, failed in enumerate(scenarios.get("failed", ())):
        place = {"file": failed["file"], "name": failed["name"]}
        why = post.get(f"aside:{number}", "").strip()
        if why:
            aside.append({**place, "why": why[:300]})
            taken = [each for each in taken if each["name"] != failed["name"]]
            continue
        for index, each in enumerate(failed["failures"]):
            if post.get(f"accept:{number}:{index}"):
                made = {**place, "line": each["line"], "what": each["what"], "value": each["actual"]}
                same = (made["name"], made["line"], made["what"])
                taken = [one for one in taken if (one["name"], one["line"], one["what"]) != same] + [made]
    return replace(before, accepted=tuple(taken), set_aside=tuple(aside))

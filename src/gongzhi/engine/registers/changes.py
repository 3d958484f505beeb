"""What changed between two versions of a record, field by field, in sentences that a clerk would say.

Lists are compared item by item; tables row by row, a row being known by its first column (rows with the same first
column meet in their order). Values of a closed privacy class are told masked, so that a history reveals nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from gongzhi.engine.forms import Field, mask

Kind = Literal["added", "removed", "changed"]
#: how a value is put into words, where the city knows more than its code (the name of an office or record)
Show = Callable[[Field, Any], str]

#: sentences; other languages translate them as message ids
SENTENCES: Final[Mapping[str, str]] = {
    "value.added": "%(title)s 增加:%(after)s",
    "value.removed": "%(title)s 删去:%(before)s",
    "value.changed": "%(title)s %(before)s → %(after)s",
    "value.unit": "%(title)s %(before)s → %(after)s %(unit)s",
    "items.both": "%(title)s 增加:%(after)s;删去:%(before)s",
    "rows.order": "%(title)s 只调整了顺序",
    "rows.counts": "%(title)s 增加%(added)d项、删去%(removed)d项、修改%(changed)d项",
    "row.added": "%(title)s 增加:%(row)s",
    "row.removed": "%(title)s 删去:%(row)s",
    "row.changed": "%(title)s“%(row)s” %(words)s",
    "file.changed": "%(title)s 换了内容:%(after)s",
}
_UNIT = re.compile(r"(?P<title>.+?)\s*[(（](?P<unit>[^()（）]{1,8})[)）]\Z")
_LISTS = ("choices", "offices", "records")
#: longer words are cut: the whole text stands in the two versions
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference of one field, or of one row of a table."""

    field: str
    title: str
    kind: Kind
    #: key of ``SENTENCES`` and what fills it
    message: str
    data: Mapping[str, Any]
    #: the two values in words; empty where there is none
    before: str = ""
    after: str = ""
    #: new minus old: a number, an amount, days of a date, items of a list, rows of a table
    delta: Decimal | None = None
    #: of a table: what changed row by row; of a changed row: cell by cell
    rows: tuple[Change, ...] = ()

    @property
    def template(self) -> str:
        """The sentence before it is filled: the message id for translation."""
        return SENTENCES[self.message]

    @property
    def sentence(self) -> str:
        """The Chinese sentence."""
        return self.template % self.data

    def sentences(self) -> Iterator[str]:
        """The sentence, or those of the rows where rows tell more than the count."""
        if self.rows and self.message == "rows.counts":
            for row in self.rows:
                yield from row.sentences()
        else:
            yield self.sentence

    def dump(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "field": self.field,
            "title": self.title,
            "kind": self.kind,
            "sentence": self.sentence,
            "before": self.before,
            "after": self.after,
            "delta": None if self.delta is None else str(self.delta),
            "rows": [row.dump() for row in self.rows],
        }

    def __str__(self) -> str:
        return self.sentence


def differences(
    fields: Sequence[Field], old: Mapping[str, Any], new: Mapping[str, Any], show: Show | None = None
) -> tuple[Change, ...]:
    """The changes from ``old`` to ``new`` (stored values by field id) in the order of the fields.

    ``show`` puts a value into words instead of ``mask`` (names of offices and records); it is asked for values of
    open fields only.
    """
    return tuple(
        found for each in fields if (found := _compare(each, old.get(each.id), new.get(each.id), show))
    )


def _compare(each: Field, old: Any, new: Any, show: Show | None) -> Change | None:
    if old == new or (_nothing(old) and _nothing(new)):
        return None
    if each.kind == "table":
        return _table(each, list(old or ()), list(new or ()), show)
    if each.kind in _LISTS:
        return _items(each, list(old or ()), list(new or ()), show)
    if each.kind == "files":
        return _files(each, list(old or ()), list(new or ()))
    return _value(each, old, new, show)


def _nothing(value: Any) -> bool:
    return value is None or value == "" or value == []


def _value(each: Field, old: Any, new: Any, show: Show | None) -> Change:
    title, unit = split_unit(each.label)
    before, after = _words(each, old, show), _words(each, new, show)
    kind: Kind = "added" if _nothing(old) else "removed" if _nothing(new) else "changed"
    message = "value.unit" if kind == "changed" and unit else f"value.{kind}"
    if kind != "changed" and unit:
        before, after = (f"{text} {unit}" if text else "" for text in (before, after))
    data = {"title": title, "before": before, "after": after, "unit": unit}
    delta = _delta(each, old, new) if kind == "changed" else None
    return Change(
        field=each.id,
        title=title,
        kind=kind,
        message=message,
        data=data,
        before=before,
        after=after,
        delta=delta,
    )


def split_unit(title: str) -> tuple[str, str]:
    """A label and the unit in brackets behind it.

    >>> split_unit("法定办结时限(个工作日)"), split_unit("名称")
    (('法定办结时限', '个工作日'), ('名称', ''))
    """
    found = _UNIT.match(title)
    return (found["title"], found["unit"]) if found else (title, "")


def _delta(each: Field, old: Any, new: Any) -> Decimal | None:
    if each.privacy not in ("public", "internal"):
        return None
    if each.kind in ("number", "money"):
        return Decimal(str(new)) - Decimal(str(old))
    if each.kind == "date":
        return Decimal((date.fromisoformat(new) - date.fromisoformat(old)).days)
    return None


def _words(each: Field, value: Any, show: Show | None) -> str:
    if _nothing(value):
        return ""
    is_open = each.privacy in ("public", "internal")
    text = show(each, value) if show and is_open else mask(value, each.privacy, each.kind)
    text = text.removesuffix(".0") if each.kind == "number" else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _items(each: Field, old: list[Any], new: list[Any], show: Show | None) -> Change:
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    if not gone and not come:
        return _reordered(each)
    before, after = ("、".join(_words(each, item, show) for item in items) for items in (gone, come))
    kind: Kind = "changed" if gone and come else "added" if come else "removed"
    message = "items.both" if kind == "changed" else f"value.{kind}"
    data = {"title": each.label, "before": before, "after": after}
    return Change(
        field=each.id,
        title=each.label,
        kind=kind,
        message=message,
        data=data,
        before=before,
        after=after,
        delta=Decimal(len(new) - len(old)),
    )


def _reordered(each: Field) -> Change:
    return Change(
        field=each.id, title=each.label, kind="changed", message="rows.order", data={"title": each.label}
    )


def _files(each: Field, old: list[Any], new: list[Any]) -> Change:
    """Files are known by name: the same name with another content is a changed file."""
    one, other = ({file["name"]: file["sha256"] for file in files} for files in (old, new))
    if one.keys() != other.keys():
        return _items(each, list(one), list(other), None)
    swapped = "、".join(_words(each, name, None) for name in other if one[name] != other[name])
    if not swapped:
        return _reordered(each)
    data = {"title": each.label, "after": swapped}
    return Change(
        field=each.id, title=each.label, kind="changed", message="file.changed", data=data, after=swapped
    )


def _table(each: Field, old: list[Any], new: list[Any], show: Show | None) -> Change:
    columns = [_closed_as(each, column) for column in each.columns]
    one, other = _by_first(columns[0], old), _by_first(columns[0], new)
    rows: list[Change] = []
    for name in [*other, *(name for name in one if name not in other)]:
        before, after = one.get(name), other.get(name)
        if before is None or after is None:
            rows.append(
                _row(each, columns, "added" if before is None else "removed", before or after or {}, show)
            )
        elif cells := differences(columns, before, after, show):
            rows.append(_row(each, columns, "changed", after, show, cells))
    if not rows:
        return _reordered(each)
    counts = Counter(row.kind for row in rows)
    data = {"title": each.label, **{kind: counts[kind] for kind in ("added", "removed", "changed")}}
    return Change(
        field=each.id,
        title=each.label,
        kind="added" if not old else "removed" if not new else "changed",
        message="rows.counts",
        data=data,
        delta=Decimal(len(new) - len(old)),
        rows=tuple(rows),
    )


def _closed_as(table: Field, column: Field) -> Field:
    """A cell is at least as closed as its table."""
    if column.privacy in ("public", "internal"):
        return Field(**{**vars(column), "privacy": table.privacy})
    return column


def _by_first(first: Field, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Rows by the value of the first column and how often it came before."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for row in rows:
        name = str(row.get(first.id, ""))
        found[name, seen[name]] = row
        seen[name] += 1
    return found


def _row(
    table: Field,
    columns: Sequence[Field],
    kind: Kind,
    row: Mapping[str, Any],
    show: Show | None,
    cells: tuple[Change, ...] = (),
) -> Change:
    name = _words(columns[0], row.get(columns[0].id), show)
    words = ";".join(cell.sentence for cell in cells)
    return Change(
        field=table.id,
        title=table.label,
        kind=kind,
        message=f"row.{kind}",
        data={"title": table.label, "row": name, "words": words},
        before="" if kind == "added" else name,
        after="" if kind == "removed" else name,
        rows=cells,
    )


__all__ = ["SENTENCES", "Change", "Show", "differences", "split_unit"]

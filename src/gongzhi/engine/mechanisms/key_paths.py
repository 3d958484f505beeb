"""Places in a mechanism's files by key path, and how a value is put there without touching anything around it.

tables.limits                             a decision table, its rows
roles.caller                              a role, wherever the files name it
cases.appeal.steps.callback.within        a key of a case type; items of a list go by their id or their name
registers.parcels.fields.use.options      likewise of registers, bundles, programmes, routines, clusters, measures, reactions
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongzhi.engine.mechanisms.yamlfile import read_yaml

#: roots whose files stand in a folder, one per id
FOLDERS = ("cases", "registers", "bundles", "programmes", "watches")
#: roots that are one file with a list
LISTS = ("routines", "clusters", "measures", "reactions")
PATTERN = (
    r"^(tables\.[a-z][a-z0-9_]*|roles\.[a-z][a-z0-9_]*"
    r"|(cases|registers|bundles|programmes|watches|routines|clusters|measures|reactions)(\.[a-z][a-z0-9_]*){2,})$"
)
Kind = Literal["table", "role", "text", "number", "yesno", "list"]
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a key path leads: the file, what kind of value stands there, and the value.

    Of a table the value is its rows without the head, each a list of cells as they are written.
    """

    what: str
    file: str
    kind: Kind
    value: Any
    #: of a table: the names of its columns as they are written
    head: tuple[str, ...] = ()


def find(files: Files, what: str) -> Spot | None:
    """The place, or ``None`` where the path leads nowhere, or to something that nobody fills in (a whole step)."""
    root, _, rest = what.partition(".")
    if root == "tables":
        return _table(files, what, f"tables/{rest}.csv")
    if root == "roles":
        roles = _value(files, "mechanism.yaml").get("roles", {})
        return Spot(what=what, file="mechanism.yaml", kind="role", value=rest) if rest in roles else None
    file, parts = file_of(what)
    if file not in files:
        return None
    node = _walk(_compose(files[file]), parts)
    if node is None:
        return None
    value = _read_at(files, file, node)
    kind = _kind(value)
    return Spot(what=what, file=file, kind=kind, value=value) if kind else None


def file_of(what: str) -> tuple[str, tuple[str, ...]]:
    """The YAML file of a path and the keys inside it."""
    root, *parts = what.split(".")
    if root in FOLDERS:
        return f"{root}/{parts[0]}.yaml", tuple(parts[1:])
    return f"{root}.yaml", tuple(parts)


def put(files: Files, what: str, value: Any) -> dict[str, bytes]:
    """The files with another value at the place, which must exist; everything else stays byte for byte."""
    made = dict(files)
    if what.startswith("tables."):
        file = f"tables/{what.partition('.')[2]}.csv"
        made[file] = _csv_with(files[file], value)
        return made
    file, parts = file_of(what)
    made[file] = put_yaml(files[file], parts, value)
    return made


def put_yaml(content: bytes, parts: Sequence[str | int], value: Any) -> bytes:
    """One YAML text with another value at a path that exists."""
    text = content.decode("utf-8-sig")
    node = _walk(_compose(content), parts)
    if node is None:
        raise KeyError(".".join(map(str, parts)))
    start, end = node.start_mark.index, node.end_mark.index
    kept = text[start:end].rstrip()
    return f"{text[:start]}{written(value)}{text[start + len(kept) :]}".encode()


def drop_item(content: bytes, number: int) -> bytes:
    """A YAML list without one of its items."""
    text = content.decode("utf-8-sig")
    root = _compose(content)
    items = root.value if isinstance(root, SequenceNode) else []
    lines = text.splitlines(keepends=True)
    first = items[number].start_mark.line
    last = items[number + 1].start_mark.line if number + 1 < len(items) else len(lines)
    rest = "".join([*lines[:first], *lines[last:]])
    return (rest if rest.strip() and len(items) > 1 else "[]\n").encode()


def written(value: Any) -> str:
    """A value as YAML on one line: JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def rows_of(content: bytes) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """(names of the columns, lines of the head, rows) of a decision table's CSV; a row's number is not part of it."""
    lines = [
        line for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if any(map(str.strip, line))
    ]
    head = [line for line in lines[:3] if not line[0].strip().isdigit()]
    width = len(head[0])
    rows = [[*line[1:], *[""] * (width - len(line))] for line in lines[len(head) :]]
    return head[0][1:], head, rows


def row_key(head: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
    """The input cells of a row: what it is about."""
    return tuple(cell.strip() for name, cell in zip(head, row, strict=False) if is_input(name))


def is_input(name: str) -> bool:
    """Whether a column of a table is asked (and not given, and no note)."""
    return not name.strip().startswith(("→", "说明", "->"))


def _csv_with(content: bytes, rows: Sequence[Sequence[str]]) -> bytes:
    _head, lines, _old = rows_of(content)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows(lines)
    writer.writerows([[str(number), *row] for number, row in enumerate(rows, 1)])
    return stream.getvalue().encode()


def _table(files: Files, what: str, file: str) -> Spot | None:
    if file not in files:
        return None
    head, _lines, rows = rows_of(files[file])
    return Spot(what=what, file=file, kind="table", value=rows, head=tuple(head))


def _compose(content: bytes) -> Node | None:
    node: Node | None = YAML(typ="safe", pure=True).compose(content.decode("utf-8-sig"))
    return node


def _walk(node: Node | None, parts: Sequence[str | int]) -> Node | None:
    for part in parts:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, SequenceNode):
            node = _item(node, part)
        else:
            return None
    return node


def _item(node: SequenceNode, part: str | int) -> Node | None:
    if isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    for item in node.value:
        pairs = item.value if isinstance(item, MappingNode) else []
        if any(key.value == "id" and value.value == part for key, value in pairs):
            found: Node = item
            return found
    return None


def _read_at(files: Files, file: str, node: Node) -> Any:
    """The value of a node, read by the same rules as the whole file."""
    text = files[file].decode("utf-8-sig")
    if isinstance(node, ScalarNode):
        made = read_yaml(text[node.start_mark.index : node.end_mark.index].rstrip(), file)
        return made.value if not made.problems else str(node.value)
    if isinstance(node, SequenceNode):
        return [_read_at(files, file, item) for item in node.value]
    return {}


def _kind(value: Any) -> Kind | None:
    if isinstance(value, bool):
        return "yesno"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    plain = isinstance(value, list) and all(isinstance(each, str | int | float) for each in value)
    return "list" if plain else None


def _value(files: Files, file: str) -> dict[str, Any]:
    made = read_yaml(files.get(file, b""), file).value
    return made if isinstance(made, dict) else {}


__all__ = [
    "PATTERN",
    "Kind",
    "Spot",
    "drop_item",
    "file_of",
    "find",
    "is_input",
    "put",
    "put_yaml",
    "row_key",
    "rows_of",
    "written",
]

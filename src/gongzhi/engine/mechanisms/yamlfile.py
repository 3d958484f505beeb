"""Reads the YAML of a mechanism to plain values and remembers on which line each key stands.

Stricter than YAML: no anchors or aliases (they hide what a file says and can blow up), no tags, no key twice,
no dates (``2024-09-30 16:00`` stays text). What is read is ``str | int | float | bool | None | list | dict``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gongzhi.engine.errors import Problem, Where

#: a file of a mechanism is written by people; a larger one is data and belongs elsewhere
MAX_BYTES = 2_000_000
MAX_DEPTH = 40
#: a longer number is a slip of the pen; Python refuses to read one of thousands of digits
MAX_DIGITS = 30

Path = tuple[str | int, ...]
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file that was read: its value, where its keys stand, and what was wrong with it as YAML."""

    file: str
    value: Any
    positions: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def where(self, path: Sequence[str | int]) -> Where:
        """The place of a key path; parts that the file does not contain count as their nearest parent."""
        known: Path = ()
        for part in path:
            if (*known, part) in self.positions:
                known = (*known, part)
        line, column = self.positions.get(known, (1, 0))
        return Where(file=self.file, key=dotted(path), line=line, column=column)


def dotted(path: Sequence[str | int]) -> str:
    """``("steps", "handle", "asks", 0)`` -> ``steps.handle.asks[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


@lru_cache(maxsize=256)
def read_yaml(content: bytes | str, file: str) -> YamlFile:
    """Read one YAML document. Problems are collected in the result, never raised.

    Remembered by content: check, test and install read the same bytes, and YAML is slow to read. Nobody changes
    the value of what was read.
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return _failed(file, 1, "M002", "不是 UTF-8 文字", "请另存为 UTF-8 编码。")
    if len(text) > MAX_BYTES:
        return _failed(file, 1, "M003", f"文件超过 {MAX_BYTES // 1_000_000} MB", "请把数据移出机制文件夹。")
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        return _failed(
            file, line, "M004", f"YAML 写法有误：{error.problem or error.context}", "请检查缩进、冒号和引号。"
        )
    except (YAMLError, ValueError, RecursionError) as error:
        return _failed(file, 1, "M004", f"YAML 写法有误：{str(error)[:120]}", "请检查缩进、冒号和引号。")
    reading = _Reading(file)
    value = reading.value(node, ()) if node is not None else None
    return YamlFile(file, value, reading.positions, tuple(reading.problems))


def _failed(file: str, line: int, code: str, message: str, remedy: str) -> YamlFile:
    problem = Problem(code=code, where=Where(file=file, line=line), message=message, remedy=remedy)
    return YamlFile(file, None, {}, (problem,))


class _Reading:
    """Turns the node tree into plain values, once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.positions: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: Node, path: Path) -> Any:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.positions.setdefault(path, (line, column))
        if id(node) in self._seen:
            self._problem(line, path, "不能用锚点和别名（& 与 *）", "请把内容写全。")
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self._problem(line, path, "层次过深", "请减少嵌套。")
            return None
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        keys: set[str] = set()
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, ScalarNode):
                self._problem(line, path, "键必须是一个词", "请把键写成文字。")
                continue
            key = str(key_node.value)
            if key in keys:
                self._problem(line, (*path, key), f"键“{key}”写了两次", "请删去一个。")
                continue
            keys.add(key)
            self.positions[(*path, key)] = (line, column)
            yield key, self.value(value_node, (*path, key))

    def _scalar(self, node: Node, path: Path) -> Any:
        text = str(node.value)
        kind = str(node.tag).rsplit(":", 1)[-1]
        plain = getattr(node, "style", None) not in ("'", '"', "|", ">")
        if kind == "null" and plain:
            return None
        if kind == "bool" and plain:
            return _TRUTH.get(text, text)
        if kind in ("int", "float") and plain:
            return _number(text)
        if kind not in ("str", "timestamp", "value", "merge", "null", "bool", "int", "float"):
            self._problem(node.start_mark.line + 1, path, f"不认识标签 !{kind}", "请删去标签。")
        return text

    def _problem(self, line: int, path: Path, message: str, remedy: str) -> None:
        where = Where(file=self.file, line=line, key=dotted(path))
        self.problems.append(Problem(code="M004", where=where, message=message, remedy=remedy))


def _number(text: str) -> int | float | str:
    """Plain decimal numbers are numbers; everything else that YAML would call one (052, 0x1F, 1_000) stays text."""
    body = text.lstrip("+-")
    if len(body) > MAX_DIGITS:
        return text
    if body.isdigit():
        return int(text) if body == "0" or not body.startswith("0") else text
    whole, dot, rest = body.partition(".")
    return float(text) if dot and whole.isdigit() and rest.isdigit() else text


__all__ = ["YamlFile", "dotted", "read_yaml"]

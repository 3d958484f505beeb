"""Papers of a mechanism: HTML templates with ``{{ names }}``, filled from plain values and escaped.

A template knows nothing but names, so that an official may edit it and nothing in it can run:

    {{ data.subject }}            a value; nested names by dots; missing values are printed as a blank line
    {{ data.helpers | 无 }}       words for a missing value
    {{ data.findings.rows }}     inside <table>: the head and the rows of a table field
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongzhi.engine.mechanisms.schema import DocumentSpec
from gongzhi.engine.texts.redaction import redact

_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")
#: what a template must not contain: papers are read by people, printed and archived
_ACTIVE = re.compile(
    r"<\s*(script|iframe|object|embed|link|meta|form|base)\b|\bon[a-z]+\s*=|javascript:", re.IGNORECASE
)
#: first part of a name in a template
ROOTS = (
    "number",
    "title",
    "opened_at",
    "now",
    "case",
    "data",
    "task",
    "office",
    "reporter",
    "actor",
    "clocks",
)
_BLANK = "＿＿＿＿＿＿"
#: last part of a name that stands for the rows of a table
ROWS = ".rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The value of a table field, as papers print it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return "；".join("，".join(cell for cell in row if cell) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper: ``documents/<id>.html``."""

    id: str
    spec: DocumentSpec
    body: str
    file: str
    #: line of the file on which the body begins
    line: int

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.spec.title

    @property
    def names(self) -> tuple[tuple[str, int], ...]:
        """Names in the template with the line on which each stands."""
        lines = enumerate(self.body.splitlines(), self.line)
        return tuple((match[1], number) for number, line in lines for match in _PLACE.finditer(line))

    @property
    def active_parts(self) -> tuple[tuple[str, int], ...]:
        """Scripts, forms and the like, with their lines; a paper has none."""
        lines = enumerate(self.body.splitlines(), self.line)
        return tuple((match[0], number) for number, line in lines for match in _ACTIVE.finditer(line))

    @property
    def sample(self) -> str:
        """The template as it would be printed, with an empty row where rows come: what the linter reads."""
        return _PLACE.sub(lambda match: _rows(None) if match[1].endswith(ROWS) else match[0], self.body)

    def fill(self, values: Mapping[str, Any]) -> str:
        """The paper with its values, escaped."""

        def put(match: re.Match[str]) -> str:
            if match[1].endswith(ROWS):
                return _rows(_value(values, match[1].removesuffix(ROWS)))
            found = _value(values, match[1])
            return html.escape(_words(found) or match[2] or _BLANK)

        filled = _PLACE.sub(put, self.body)
        # somebody may have written a number into a public field: what is put up never shows one
        return redact(filled) if self.spec.public else filled


def _rows(value: Any) -> str:
    if not isinstance(value, Rows) or not value.rows:
        return "<tr><td>无</td></tr>"
    head = "".join(f"<th>{html.escape(text)}</th>" for text in value.heads)
    body = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in value.rows)
    return f"<tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in body)


def split_head(text: str) -> tuple[str, str, int]:
    """A file's head (YAML between two lines ``---``), its body, and the line on which the body begins."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        return "", text, 1
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            return "\n" + "".join(lines[1:number]), "".join(lines[number + 1 :]), number + 2
    return "", text, 1


def placeholders(text: str) -> tuple[str, ...]:
    """Names that a message or template uses."""
    return tuple(match[1] for match in _PLACE.finditer(text))


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """A message (plain text, not HTML) with its values."""
    return _PLACE.sub(lambda match: _words(_value(values, match[1])) or match[2] or "", text)


def _value(values: Mapping[str, Any], name: str) -> Any:
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else getattr(found, part, None)
    return found


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("name") or "")
    if isinstance(value, list | tuple):
        return "、".join(_words(item) for item in value)
    return str(value)


__all__ = ["ROOTS", "Document", "Rows", "fill_text", "placeholders", "split_head"]

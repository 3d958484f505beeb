"""Cells as officials write them, to FEEL; and FEEL cells to the sets of values that they accept.

Nobody should have to quote words: in a column of words ``市政,环保`` means ``"市政","环保"``; a bare
``2024-10-01`` is a day; full-width punctuation is understood. What remains is FEEL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from lark import Token, Tree

from gongzhi.engine.errors import Where
from gongzhi.engine.expressions import FeelError, compile_expression
from gongzhi.engine.expressions.literals import COMPUTED, constant

from .spaces import ANYTHING, Choice, Span, line_of

KINDS = {
    "string": "string", "文字": "string", "number": "number", "数字": "number", "boolean": "boolean", "是否": "boolean",
    "date": "date", "日期": "date", "date and time": "date and time", "时间": "date and time",
    "days and time duration": "days and time duration", "时长": "days and time duration", "any": "",
}  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_DAY = re.compile(r'(?<![\w"@.\-])(\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?)(?![\w\-])')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_WORDLESS = re.compile(r'["?\[\]{}=<>*]|\.\.')
_MARKS = str.maketrans({"，": ",", "＞": ">", "＜": "<", "＝": "=", "“": '"', "”": '"'})
_SIGNS = {"≥": ">=", "≤": "<=", "—": "-", "－": "-"}
CONSTANTS = frozenset({"true", "false", "null"})


def outside_quotes(text: str, change: Callable[[str], str]) -> str:
    """The text with a change applied to whatever is not inside double quotes."""
    parts: list[str] = []
    at = 0
    for found in _QUOTED.finditer(text):
        parts += [change(text[at : found.start()]), found.group()]
        at = found.end()
    return "".join([*parts, change(text[at:])])


def tidy(text: str) -> str:
    """Full-width marks to FEEL's, bare days to ``@"…"``."""
    text = text.strip().translate({ord("“"): '"', ord("”"): '"'})

    def change(part: str) -> str:
        part = part.translate(_MARKS)
        for sign, mark in _SIGNS.items():
            if sign in "≥≤" or part.strip() == sign:
                part = part.replace(sign, mark)
        return _DAY.sub(r'@"\1"', part)

    return outside_quotes(text, change)


def split(text: str) -> list[str]:
    """The parts of a cell between commas that are in no bracket and no string."""
    parts, depth, start, at = list[str](), 0, 0, 0
    while at < len(text):
        found = _QUOTED.match(text, at)
        if found:
            at = found.end()
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[at], 0)
        if text[at] == "," and depth <= 0:
            parts.append(text[start:at].strip())
            start = at + 1
        at += 1
    return [*parts, text[start:].strip()]


def is_word(part: str) -> bool:
    """Is the part plain words rather than FEEL? A number is not, a number with words behind it is."""
    if not part or part in CONSTANTS or part == "-" or _WORDLESS.search(part) or '@"' in part:
        return False
    if _NUMBER.fullmatch(part):
        return False
    return not re.search(r"[(（].*\b(?:and|or)\b", part) and not re.match(
        r"(?:not|date|duration|time)\s*\(", part
    )


def is_word_column(cells: Collection[str]) -> bool:
    """Does one cell of an input column hold plain or quoted words?"""
    for cell in cells:
        inner = _inside_not(cell)
        if any(is_word(part) or _QUOTED.fullmatch(part) for part in split(cell if inner is None else inner)):
            return True
    return False


def _inside_not(cell: str) -> str | None:
    found = re.fullmatch(r"not\s*\((.*)\)", cell, re.S)
    return found.group(1) if found else None


def quote(text: str) -> str:
    """A FEEL string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def input_feel(cell: str, *, words: bool) -> str:
    """An input cell as unary tests; blank means any value. ``words``: the column holds words."""
    cell = tidy(cell)
    if cell in ("", "-"):
        return "-"
    if not words:
        return cell
    inner = _inside_not(cell)
    if inner is not None:
        return f"not({input_feel(inner, words=True)})"
    return ", ".join(
        quote(part) if is_word(part) or _NUMBER.fullmatch(part) else part for part in split(cell)
    )


def output_feel(cell: str, *, words: bool, inputs: Collection[str], where: Where) -> str:
    """An output cell as an expression; blank is null. ``words``: the column holds words.

    A cell is FEEL if it parses and reads nothing but input columns; else it is text, unless it has marks that only
    FEEL has: then it is a mistake (FeelError).
    """
    said, cell = cell.strip(), tidy(cell)
    if cell == "":
        return "null"
    if re.fullmatch(r"0\d+", cell) or (words and _bare(cell)):
        return quote(said)
    try:
        free = compile_expression(cell, names=inputs, where=where).names
    except FeelError:
        if _WORDLESS.search(cell) and not is_word(cell):
            raise
        return quote(said)
    if free <= set(inputs):
        return cell
    if is_word(cell):
        return quote(said)
    unknown = "、".join(sorted(free - set(inputs)))
    raise FeelError(cell, f"没有输入列“{unknown}”,文字请加英文双引号", where=where)


def _bare(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or (
        cell not in CONSTANTS and re.fullmatch(r"[^\W\d][\w ]*", cell) is not None
    )


def is_text_output(cell: str, inputs: Collection[str]) -> bool:
    """Does an output cell hold text: quoted, or words that are no expression over the inputs?"""
    cell = tidy(cell)
    if not cell or cell in CONSTANTS or _NUMBER.fullmatch(cell):
        return False
    if _QUOTED.fullmatch(cell):
        return True
    try:
        return not compile_expression(cell, names=inputs).names <= set(inputs)
    except FeelError:
        return is_word(cell)


# -- what a cell accepts


def choice_of(tree: Tree[Token]) -> Choice | None:
    """What the tests of a cell accept, None if that takes more than naming values (an opaque cell)."""
    if tree.data == "any_value":
        return ANYTHING
    points: list[Any] = []
    spans: list[Span] = []
    for test in tree.children[-1].children:  # type: ignore[union-attr]
        if not _collect(test, points, spans):
            return None
    return Choice(tuple(points), tuple(spans), tree.data == "none_of")


def _collect(test: Any, points: list[Any], spans: list[Span]) -> bool:
    if test.data == "comparison_test":
        return _comparison(str(test.children[0]), constant(test.children[1]), points, spans)
    if test.data == "range":
        return _range(test, spans)
    if test.data == "list":
        return (
            bool(test.children)
            and all(_collect(item, points, spans) for item in test.children if item.data != "list")
            and (all(item.data != "list" for item in test.children))
        )
    value = constant(test)
    if value is COMPUTED:
        return False
    points.append(value)
    return value is None or isinstance(value, str | bool) or bool(line_of(value))


def _comparison(mark: str, value: Any, points: list[Any], spans: list[Span]) -> bool:
    if value is COMPUTED or mark == "!=":
        return False
    if mark == "=":
        points.append(value)
        return value is None or isinstance(value, str | bool) or bool(line_of(value))
    if not line_of(value):
        return False
    included = mark in ("<=", ">=")
    spans.append(Span(None, value, False, included) if mark[0] == "<" else Span(value, None, included, False))
    return True


def _range(test: Any, spans: list[Span]) -> bool:
    low, high = constant(test.children[1]), constant(test.children[2])
    if low is COMPUTED or high is COMPUTED or not line_of(low) or line_of(low) != line_of(high):
        return False
    start, end = str(test.children[0].children[0]), str(test.children[3].children[0])
    spans.append(Span(low, high, start == "[", end == "]"))
    return True

"""Every way in which the engine refuses, one class per failure.

A failure carries a stable ``code`` for programs, the words for a person (``sentence``, Chinese; other
languages translate the sentence as a message id), the place (``Where``) and what to do next (``remedy``).
Rooms of the engine define their own subclasses next to the code that raises them; this module holds the roots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in an input: every part is optional, and only the known ones are printed."""

    #: path of the file, relative to the mechanism's folder
    file: str = ""
    #: dotted path of the key inside the file, e.g. ``steps.handle.choices.reply.to``
    key: str = ""
    #: name of the sheet of a workbook
    sheet: str = ""
    #: 1-based line or row
    line: int = 0
    #: 1-based column (of text), or of a table's cells
    column: int = 0
    #: version of the mechanism or file that was read
    version: str = ""

    def __str__(self) -> str:
        position = f":{self.line}" if self.line else ""
        position += f":{self.column}" if self.column else ""
        parts = [f"{self.file}{position}" if self.file else position.lstrip(":")]
        parts += [
            f"[{self.sheet}]" if self.sheet else "",
            self.key,
            f"({self.version})" if self.version else "",
        ]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding of a linter; linters collect all of them and raise none.

    >>> print(Problem(code="T01", where=Where(file="tables/limits.csv", line=3), message="两行重叠", remedy="改一行"))
    tables/limits.csv:3 T01 两行重叠 → 改一行
    """

    code: str
    message: str
    where: Where = Where()
    remedy: str = ""
    severity: Literal["error", "warning", "notice"] = "error"

    def __str__(self) -> str:
        tail = f" → {self.remedy}" if self.remedy else ""
        return f"{self.where} {self.code} {self.message}{tail}".strip()


class GongzhiError(Exception):
    """The root of all refusals of the engine and the city.

    Subclasses set ``code`` (stable, listed in docs/reference/errors.md), ``sentence`` (Chinese, with
    ``%(name)s`` placeholders filled from keyword data) and ``remedy`` (Chinese, what to do next).

    >>> class NoSuchStep(GongzhiError):
    ...     code, sentence, remedy = "X001", "没有步骤“%(step)s”。", "请从列出的步骤中选一个。"
    >>> error = NoSuchStep(step="审批")
    >>> str(error), error.data["step"]
    ('没有步骤“审批”。请从列出的步骤中选一个。', '审批')
    """

    code: ClassVar[str] = "G000"
    sentence: ClassVar[str] = "操作没有完成。"
    remedy: ClassVar[str] = ""
    #: HTTP status that a door answers with when this reaches it
    status: ClassVar[int] = 400

    def __init__(self, *, where: Where | None = None, **data: Any) -> None:
        self.where = where or Where()
        self.data: Mapping[str, Any] = data
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The Chinese sentence with its data, followed by the remedy."""
        return self.sentence % self.data + (self.remedy % self.data if self.remedy else "")


class Refused(GongzhiError):
    """Input that a linter refused: carries all problems at once."""

    code = "G001"
    sentence = "发现%(count)d个问题：\n%(listing)s"

    def __init__(self, problems: Iterable[Problem], *, where: Where | None = None) -> None:
        self.problems = tuple(problems)
        listing = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(where=where, count=len(self.problems), listing=listing)


__all__ = ["GongzhiError", "Problem", "Refused", "Where"]

"""What can be wrong with a record beside what its form says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gongzhi.engine.forms import FieldProblem

#: code -> sentence; other languages translate the sentence as a message id
SENTENCES: Final[Mapping[str, str]] = {
    "G020": "“%(title)s”是这条记录的编号,登记后不能改(现为“%(value)s”)。请另登记一条,把这一条停用。",
    "G021": "没有本人同意(“%(consent)s”没有记),不能登记“%(title)s”。请先问过本人、记下同意,再填这一栏。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProblem(FieldProblem):
    """One thing that is wrong with one field of a record.

    >>> RegisterProblem(field="code", code="G020", data={"title": "编码", "value": "A1"}).sentence
    '“编码”是这条记录的编号,登记后不能改(现为“A1”)。请另登记一条,把这一条停用。'
    """

    @property
    def template(self) -> str:
        """The sentence before it is filled: the message id for translation."""
        return SENTENCES[self.code]


__all__ = ["SENTENCES", "RegisterProblem"]

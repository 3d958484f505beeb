"""How a check says what it found: with the line of the key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import RegisterSpec

Path = tuple[str | int, ...]
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def finding(
    draft: Draft,
    file: str,
    path: Path,
    code: str,
    message: str,
    remedy: str,
    severity: Literal["error", "warning", "notice"] = "error",
) -> Problem:
    """A problem at a key of a YAML file, with its line."""
    made = draft.yaml.get(file)
    where = made.where(path) if made else Where(file=file)
    return Problem(code=code, where=where, message=message, remedy=remedy, severity=severity)


def refusal(draft: Draft, file: str, path: Path, error: GongzhiError) -> Problem:
    """Another room's error as a problem of ours: its own position inside the text is told in words."""
    message = error.sentence % error.data
    if error.where.line or error.where.column:
        message += f"(第{error.where.line or 1}行第{error.where.column or 1}列)"
    remedy = error.remedy % error.data if error.remedy else ""
    return finding(draft, file, path, error.code, message, remedy)


def placed(draft: Draft, file: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """Another room's findings with the line that their key has in this file."""
    made = draft.yaml.get(file)
    for problem in found:
        where = made.where(path_of(problem.where.key)) if made else Where(file=file)
        yield Problem(
            code=problem.code,
            where=where,
            message=problem.message,
            remedy=problem.remedy,
            severity=problem.severity,
        )


def path_of(key: str) -> Path:
    """``fields[3].options`` -> ("fields", 3, "options")."""
    return tuple(int(number) if number else name for name, number in _PART.findall(key))


def case_file(spec: CaseTypeSpec) -> str:
    """The file of a case type."""
    return f"cases/{spec.id}.yaml"


def register_file(spec: RegisterSpec) -> str:
    """The file of a register."""
    return f"registers/{spec.id}.yaml"


def listing(names: Iterable[str]) -> str:
    """Names for a remedy."""
    return "、".join(names) or "无"


def unknown(kind: str, name: str, known: Mapping[str, object] | Iterable[str]) -> tuple[str, str]:
    """Message and remedy for a reference that leads nowhere."""
    return f"没有{kind}“{name}”", f"可用：{listing(known)}。"

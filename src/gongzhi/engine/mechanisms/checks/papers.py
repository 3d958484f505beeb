"""Papers: they can be printed, and what their head says about seal, number and holder leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import finding, unknown
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.papers import BadPaper, images_of, read_paper

EXAMPLE = "例如 补正〔{yyyy}〕{seq}号。"


def problems(draft: Draft, document: Document, spec: CaseTypeSpec) -> Iterator[Problem]:
    """What is wrong with one paper of a case type."""
    kinds = {field.id: field.kind for field in spec.fields}
    head, file = document.spec, document.file
    offices = [name for name, kind in kinds.items() if kind == "office"]
    if head.seal and head.seal not in ("county", *offices):
        yield finding(draft, file, ("seal",), "M097", *unknown("单位字段", head.seal, ["county", *offices]))
    if head.holder and head.holder not in kinds:
        yield finding(draft, file, ("holder",), "M097", *unknown("字段", head.holder, kinds))
    for number, name in enumerate(head.names):
        if name not in kinds:
            yield finding(draft, file, ("names", number), "M097", *unknown("字段", name, kinds))
    blue = [
        each.id
        for each in draft.documents.values()
        if each.spec.ink == "blue" and each.spec.case == head.case
    ]
    if head.turns and head.turns not in blue:
        yield finding(draft, file, ("turns",), "M097", *unknown("同一事项的蓝章文书", head.turns, blue))
    if head.number and not _is_number(head.number):
        yield finding(draft, file, ("number",), "M098", f"文号“{head.number}”读不懂", EXAMPLE)
    try:
        blocks = read_paper(document.sample, file=file, line=document.line)
    except BadPaper as error:
        message, remedy = error.sentence % error.data, error.remedy
        yield Problem(code=error.code, where=error.where, message=message, remedy=remedy)
        return
    for name in sorted(images_of(blocks)):
        if kinds.get(name) != "files":
            files = [each for each, kind in kinds.items() if kind == "files"]
            yield finding(draft, file, (), "M097", *unknown("放签名的附件字段", name, files))


def _is_number(pattern: str) -> bool:
    """Whether every paper gets a number of its own by the pattern."""
    rest = re.sub(r"\{yyyy\}|\{seq(:0\d)?\}", "", pattern)
    return "{" not in rest and "}" not in rest and "{yyyy}" in pattern and "{seq" in pattern

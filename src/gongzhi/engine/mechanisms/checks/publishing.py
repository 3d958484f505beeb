"""What is put up for everybody to read (``public: true``) cannot carry identity, phone, account or health.

Source: 关于健全防止返贫动态监测和帮扶机制的指导意见 (a publication names no identity number, phone, bank account or state of
health); Personal Information Protection Law art. 25, 28. The template is refused, not the paper: nobody has to remember.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec
from gongzhi.engine.errors import Problem, Where
from gongzhi.engine.mechanisms.checks.finding import finding
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.texts.redaction import spans

#: what a publication may name beside the case's own public fields; never the reporter, who acted, or the task
ROOTS = ("number", "title", "opened_at", "now", "case", "office")
#: kinds of field that say who somebody is or how to reach them, whatever privacy they claim
CLOSED_KINDS = ("phone", "identity_number", "person", "files")
#: words of a field's title or of the template itself that ask for what must not be on it
CLOSED_WORDS = re.compile(
    "身份证|证件号|手机|联系电话|电话号码|账号|账户|卡号|开户|病|残疾|健康状况|诊断|用药|住院|手术|孕"
)
REMEDY = "公示只写户号、地方、类别、金额和日期；不写身份证号、电话、账号、健康状况。"


def problems(draft: Draft, document: Document, spec: CaseTypeSpec) -> Iterator[Problem]:
    """M246 a name that is not public, M247 a field of a closed kind or title, M248 the template's own words and head."""
    if not document.spec.public:
        return
    fields = {field.id: field for field in spec.fields}
    for name, line in document.names:
        root, _, rest = name.partition(".")
        field = fields.get(rest.partition(".")[0])
        where = Where(file=document.file, line=line)
        if root != "data":
            if root not in ROOTS:
                yield Problem(code="M246", where=where, message=f"公示不能写“{name}”", remedy=REMEDY)
        elif field is not None:
            yield from _field(field, where)
    yield from _words(document)
    for key, told in (("names", document.spec.names), ("holder", document.spec.holder)):
        if told:
            message = f"公示不能带 {key}（露出不公开的栏目）"
            yield finding(draft, document.file, (key,), "M248", message, "请删去。")


def _field(field: FieldSpec, where: Where) -> Iterator[Problem]:
    for each in (field, *field.columns):
        own = each.privacy if each is field else field.privacy
        if own != "public":
            message = f"“{each.title}”不是公开的栏目，不能公示"
            yield Problem(code="M246", where=where, message=message, remedy=REMEDY)
        elif each.kind in CLOSED_KINDS or CLOSED_WORDS.search(each.title):
            message = f"“{each.title}”涉及身份、电话、账号或健康，写成公开也不能公示"
            yield Problem(code="M247", where=where, message=message, remedy=REMEDY)
        elif any(CLOSED_WORDS.search(option) for option in each.options):
            message = f"“{each.title}”的选项说得出健康或账号，不能公示"
            yield Problem(code="M247", where=where, message=message, remedy=REMEDY)


def _words(document: Document) -> Iterator[Problem]:
    for line, text in enumerate(document.body.splitlines(), document.line):
        bare = re.sub(r"\{\{.*?\}\}|<[^>]*>", " ", text)
        found = CLOSED_WORDS.search(bare)
        numbers = spans(bare)
        if found or numbers:
            shown = found[0] if found else bare[numbers[0].start : numbers[0].end][:3] + "…"
            where = Where(file=document.file, line=line)
            message = f"公示的模板里写着“{shown}”"
            yield Problem(code="M248", where=where, message=message, remedy=REMEDY)


__all__ = ["CLOSED_KINDS", "CLOSED_WORDS", "ROOTS", "problems"]

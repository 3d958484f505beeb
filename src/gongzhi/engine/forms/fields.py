"""What a form asks: fields with a kind, bounds, conditions and a privacy class.

A field holds no value. What can never work is reported by ``shape_problems``, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Final

from gongzhi.engine.errors import Problem, Where

#: every kind of field, with its Chinese name
KINDS: Final[Mapping[str, str]] = {
    "text": "单行文字",
    "paragraph": "多行文字",
    "number": "数字",
    "money": "金额",
    "date": "日期",
    "choice": "单选",
    "choices": "多选",
    "yesno": "是否",
    "place": "地点",
    "area": "区划",
    "office": "单位",
    "offices": "多个单位",
    "person": "人员",
    "record": "登记的一条",
    "records": "登记的几条",
    "case": "另一件事",
    "phone": "电话",
    "identity_number": "身份证号",
    "credit_code": "统一社会信用代码",
    "files": "附件",
    "table": "表格",
}
#: privacy classes, from open to closed (see ``masking.mask``)
PRIVACY: Final[Mapping[str, str]] = {
    "public": "公开",
    "internal": "内部",
    "contact": "联系方式",
    "identity": "身份信息",
    "health": "健康信息",
    "clue": "线索",
}
#: how far a value may go when the field says nothing: characters, items or rows
DEFAULT_MAX: Final[Mapping[str, int]] = {
    "text": 200,
    "paragraph": 5000,
    "choices": 100,
    "offices": 50,
    "records": 50,
    "files": 20,
    "table": 200,
}
_COUNTED = frozenset(DEFAULT_MAX)
_BOUNDED = _COUNTED | {"number", "money", "date"}
_ID = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
_SOURCE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a form asks; the keys are those of a mechanism's ``fields:`` list."""

    #: lower-case snake_case, unique in the form; the name of the value in FEEL conditions
    id: str
    #: the Chinese label
    title: str = ""
    #: one of ``KINDS``
    kind: str = "text"
    required: bool = False
    #: least and most: characters of text, items of lists, rows of tables, else the value itself (dates in ISO)
    min: int | float | str | None = None
    max: int | float | str | None = None
    #: what may be chosen (``choice``, ``choices``), or MIME types that are taken (``files``)
    options: tuple[str, ...] = ()
    #: FEEL over the form's values; a field that is not visible loses its value
    visible_when: str = ""
    #: FEEL over the form's values; ``false`` refuses the value, and ``hint`` says why
    valid_when: str = ""
    #: value of a field that was not sent; a string that begins with ``=`` is FEEL
    default: Any = None
    #: one of ``PRIVACY``
    privacy: str = "internal"
    #: where the system already knows the value, e.g. ``reporter.phone``; empty: it must be typed
    prefill: str = ""
    #: FEEL: when the reporter may read the value on the page of the tracking code, whatever its privacy class;
    #: ``true`` for always (a reason), a condition for what must be issued first (a reply); empty: never
    told: str = ""
    #: one sentence beside the field
    hint: str = ""
    #: id of the register that holds what may be named (``record``, ``records``)
    register: str = ""
    #: fields of one row (``table``)
    columns: tuple[Field, ...] = ()

    @property
    def label(self) -> str:
        """The title, or the id of a field without one."""
        return self.title or self.id

    @property
    def most(self) -> int:
        """The greatest length or number of items, for kinds that are counted."""
        return int(self.max) if self.max is not None else DEFAULT_MAX.get(self.kind, 0)


def shape_problems(fields: Sequence[Field], key: str, where: Where, inside: str = "") -> Iterable[Problem]:
    """What can be seen without compiling a condition."""
    seen: set[str] = set()
    for index, each in enumerate(fields):
        here = Where(
            file=where.file, key=f"{key}[{index}].{each.id or '?'}", line=where.line, version=where.version
        )
        if each.id in seen:
            yield Problem(
                code="F102", where=here, message=f"编号“{each.id}”出现了两次。", remedy="改一个编号。"
            )
        seen.add(each.id)
        yield from (
            Problem(code=code, where=here, message=message, remedy=remedy)
            for code, message, remedy in _faults(each, inside)
        )
        if each.kind == "table" and not inside:
            yield from shape_problems(each.columns, f"{here.key}.columns", where, each.id)


def _faults(each: Field, inside: str) -> Iterable[tuple[str, str, str]]:
    if not _ID.match(each.id):
        yield "F101", f"编号“{each.id}”不合规。", "用小写英文字母、数字和下划线,以字母开头,不超过63个。"
    if each.kind not in KINDS:
        yield "F103", f"没有“{each.kind}”这种栏目。", f"可用:{'、'.join(KINDS)}。"
    if each.privacy not in PRIVACY:
        yield "F104", f"没有“{each.privacy}”这个隐私等级。", f"可用:{'、'.join(PRIVACY)}。"
    if each.kind in ("choice", "choices") and not each.options:
        yield "F105", "选择栏目没有列出选项。", "在 options 中列出选项。"
    if len(set(each.options)) < len(each.options):
        yield "F105", "选项有重复。", "删去重复的选项。"
    if each.options and each.kind not in ("choice", "choices", "files"):
        yield "F105", f"“{each.kind}”栏目不能有选项。", "删去 options,或改用 choice。"
    if (each.kind == "table") != bool(each.columns) or (inside and each.kind == "table"):
        yield "F106", "只有表格才有列,表格必须有列,表格里不能再套表格。", "改 kind 或 columns。"
    if (each.kind in ("record", "records")) != bool(each.register):
        yield "F109", "只有 record、records 栏目写 register,也必须写。", "写明查哪个登记簿,或改 kind。"
    if each.prefill and not _SOURCE.match(each.prefill):
        yield "F107", f"预填来源“{each.prefill}”写法不对。", "写成“来源.栏目”,如 reporter.phone。"
    yield from _bounds(each)


def _bounds(each: Field) -> Iterable[tuple[str, str, str]]:
    if (each.min is not None or each.max is not None) and each.kind not in _BOUNDED:
        yield "F108", f"“{each.kind}”栏目不能设 min、max。", "删去 min、max。"
        return
    whole = each.kind in _COUNTED
    for name, bound in (("min", each.min), ("max", each.max)):
        if bound is None:
            continue
        if whole and not (isinstance(bound, int) and bound >= 0):
            yield "F108", f"{name} 应为不小于0的整数。", "改正 min、max。"
        elif each.kind == "date" and not (isinstance(bound, str) and re.match(r"\d{4}-\d\d-\d\d\Z", bound)):
            yield "F108", f"日期的 {name} 应写成 2024-01-31 的样子。", "改正 min、max。"
        elif each.kind in ("number", "money") and not re.match(r"-?\d+(\.\d+)?\Z", str(bound)):
            yield "F108", f"{name} 应为数字。", "改正 min、max。"
    if whole and isinstance(each.min, int) and isinstance(each.max, int) and each.min > each.max:
        yield "F108", "min 大于 max。", "改正 min、max。"


def field_from(spec: Mapping[str, Any], key: str, where: Where, problems: list[Problem]) -> Field:
    """One field from its YAML mapping; what is wrong with its keys is added to ``problems`` (F100)."""
    known = {each.name for each in dataclass_fields(Field)}
    here = Where(file=where.file, key=key, line=where.line, version=where.version)
    for name in sorted(str(name) for name in spec if name not in known):
        problems.append(
            Problem(
                code="F100",
                where=here,
                message=f"不认识“{name}”。",
                remedy=f"可用:{'、'.join(sorted(known))}。",
            )
        )
    values = {name: value for name, value in spec.items() if name in known}
    for name in ("min", "max"):
        if hasattr(values.get(name), "isoformat"):  # YAML reads 2024-01-01 as a date
            values[name] = values[name].isoformat()
    for name in (
        "id",
        "title",
        "kind",
        "visible_when",
        "valid_when",
        "told",
        "privacy",
        "prefill",
        "hint",
        "register",
    ):
        if name in values:
            values[name] = str(values[name]).lower() if isinstance(values[name], bool) else str(values[name])
    values["options"] = tuple(str(option) for option in spec.get("options") or ())
    values["columns"] = tuple(
        field_from(column, f"{key}.columns[{i}]", where, problems)
        for i, column in enumerate(spec.get("columns") or ())
    )
    return Field(**{"id": "", **values})


__all__ = ["DEFAULT_MAX", "KINDS", "PRIVACY", "Field", "field_from", "shape_problems"]

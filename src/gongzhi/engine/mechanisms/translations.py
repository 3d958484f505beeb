"""Says in Chinese, with file, line and key path, what pydantic found."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.yamlfile import YamlFile

#: pydantic's type of error -> (code, message, remedy); ``{name}`` from the error's context
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "missing": ("M021", "缺少“{key}”", "请补上。"),
    "extra_forbidden": ("M020", "不认识“{key}”", "{near}"),
    "string_type": ("M022", "“{key}”应为文字", "请写成文字；像数字的文字要加引号。"),
    "string_pattern_mismatch": ("M023", "“{key}”写法不对", "应符合 {pattern}。"),
    "string_too_short": ("M024", "“{key}”太短", "至少 {min_length} 个字。"),
    "string_too_long": ("M024", "“{key}”太长", "最多 {max_length} 个字。"),
    "bool_type": ("M022", "“{key}”应为 true 或 false", "请写 true 或 false。"),
    "bool_parsing": ("M022", "“{key}”应为 true 或 false", "请写 true 或 false。"),
    "int_type": ("M022", "“{key}”应为整数", "请写整数。"),
    "int_parsing": ("M022", "“{key}”应为整数", "请写整数。"),
    "float_type": ("M022", "“{key}”应为数字", "请写数字。"),
    "decimal_parsing": ("M022", "“{key}”应为数字或百分数", "例如 0.2 或 20 %。"),
    "decimal_type": ("M022", "“{key}”应为数字或百分数", "例如 0.2 或 20 %。"),
    "greater_than_equal": ("M024", "“{key}”太小", "至少为 {ge}。"),
    "literal_error": ("M025", "“{key}”不在可选之列", "可用：{expected}。"),
    "tuple_type": ("M022", "“{key}”应为列表", "每项一行，行首写 - 。"),
    "list_type": ("M022", "“{key}”应为列表", "每项一行，行首写 - 。"),
    "dict_type": ("M022", "“{key}”应为若干“键: 值”", "请写成“键: 值”。"),
    "mapping_type": ("M022", "“{key}”应为若干“键: 值”", "请写成“键: 值”。"),
    "model_type": ("M022", "“{key}”应为若干“键: 值”", "请写成“键: 值”。"),
    "model_attributes_type": ("M022", "“{key}”应为若干“键: 值”", "请写成“键: 值”。"),
    "too_short": ("M024", "“{key}”不能为空", "至少写 {min_length} 项。"),
}


def problems_of(error: ValidationError, made: YamlFile, model: type[BaseModel]) -> list[Problem]:
    """Every finding of a validation as a problem with its place in the file."""
    problems: dict[tuple[str, str], Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        problem = _problem(detail, made, model)
        problems.setdefault((problem.where.key, problem.code), problem)
    return list(problems.values())


def _problem(detail: ErrorDetails, made: YamlFile, model: type[BaseModel]) -> Problem:
    kind, context = detail["type"], dict(detail.get("ctx", {}))
    path = _path(detail["loc"], made.value, keep_last=kind == "missing")
    key = str(path[-1]) if path else "文件"
    code, message, remedy = _WORDS.get(kind, ("M026", detail["msg"], "请照 gongzhi schema 的说明修改。"))
    names = {"key": key, "near": _nearest(key, model), **context}
    where = made.where(path)
    return Problem(code=code, where=where, message=_fill(message, names), remedy=_fill(remedy, names))


def _path(location: tuple[int | str, ...], root: Any, *, keep_last: bool) -> tuple[int | str, ...]:
    """The location without the names of union members, which stand in no file."""
    path: list[int | str] = []
    value: Any = root
    for number, part in enumerate(location):
        last = number == len(location) - 1
        in_mapping = isinstance(value, Mapping) and part in value
        in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if in_mapping or in_list:
            value = value[part]
        elif not (last and keep_last):
            continue
        path.append(part)
    return tuple(path)


def _nearest(key: str, model: type[BaseModel]) -> str:
    known = sorted(set(_keys_of(model, set())))
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    return f"是不是“{near[0]}”？" if near else "请删去，或查 docs/reference/mechanism.md。"


def _keys_of(model: type[BaseModel], seen: set[type]) -> Iterator[str]:
    """Keys of a model and of the models inside it."""
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        yield info.alias or name
        for inner in _models_in(info.annotation):
            yield from _keys_of(inner, seen)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _fill(text: str, names: Mapping[str, Any]) -> str:
    return text.format_map(_Blank((name, str(value)) for name, value in names.items()))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


__all__ = ["problems_of"]

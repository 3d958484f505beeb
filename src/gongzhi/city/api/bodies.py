"""Reading JSON that strangers send: strictly, so that no two readers could understand it differently.

``msgspec`` and ``json`` both keep the last of two equal names without a word; here that is an error, as are NaN, numbers
beyond 64 bits, lone surrogates, NUL characters and deep nesting. A body of a kilobyte costs some 20 microseconds.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from django.http import HttpRequest

from gongzhi.city.api.errors import NotJson, NulCharacter, TooDeep, WrongMediaType

#: levels of lists and objects; a table in a form has four
DEEPEST = 16
#: integers that every database and every other language holds
GREATEST = 2**63 - 1


def json_of(request: HttpRequest) -> Any:
    """The JSON value of a request's body. Raises WrongMediaType, NotJson, TooDeep, NulCharacter."""
    if request.content_type != "application/json":
        raise WrongMediaType(wanted="application/json")
    return read_json(request.body)


def read_json(body: bytes) -> Any:
    """The JSON value of a text in UTF-8. Raises NotJson, TooDeep, NulCharacter."""
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(why=f"第{error.start + 1}个字节不是 UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotJson(why=f"第{error.lineno}行第{error.colno}列有语法错误") from error
    except RecursionError as error:
        raise TooDeep(limit=DEEPEST) from error
    _check(value, DEEPEST)
    return value


def sound(text: str) -> str:
    """A text that can be stored: NulCharacter or NotJson otherwise."""
    if "\0" in text:
        raise NulCharacter()
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotJson(why="含有不成对的代理字符") from error
    return text


def _check(value: Any, levels: int) -> None:
    """Texts that can be stored, numbers that others can read, nesting within the limit."""
    kind = type(value)
    if kind is str:
        sound(value)
    elif kind is dict or kind is list:
        if levels <= 0:
            raise TooDeep(limit=DEEPEST)
        for each in value if kind is list else (*value, *value.values()):
            _check(each, levels - 1)
    elif kind is int and abs(value) > GREATEST:
        raise NotJson(why="整数超出64位")
    elif kind is float and not math.isfinite(value):
        raise NotJson(why="数字太大")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(why=f"名称“{twice[:40]}”出现了两次")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise NotJson(why="整数超出64位")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise NotJson(why=f"{name} 不是 JSON 的值")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_integer)

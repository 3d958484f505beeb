"""One reader per kind: from what a person or a program sent to the JSON-ready value that is stored.

A reader takes the field and a value that is not blank, and returns the normal form or raises ``Wrong``. The registry is
``READERS``; tables are read by ``checking`` because their cells are fields themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gongzhi.engine.forms import codes
from gongzhi.engine.forms.characters import narrow, plain
from gongzhi.engine.forms.fields import Field
from gongzhi.engine.forms.problems import Wrong

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_MONEY = re.compile(
    r"[¥$]?\s*(?P<amount>[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)\s*(?P<unit>万元?|亿元?|元)?", re.ASCII
)
_DATE = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?", re.ASCII)
_CODE = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff][0-9A-Za-z_.:()\-\u4e00-\u9fff]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MIME = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_UNITS = {"万": 10**4, "亿": 10**8}
_YES, _NO = {"是", "有", "yes", "true", "1", "on", "y"}, {"否", "没有", "无", "no", "false", "0", "off", "n"}
#: whole digits of a number or an amount: more is a mistake, and JSON numbers are exact up to 15
_DIGITS = 15


def _string(value: Any, expected: str = "文字") -> str:
    """A string, or a plain number written as one; anything structured is refused."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    raise Wrong("F005", expected=expected)


def _length(field: Field, text: str) -> str:
    if len(text) > field.most:
        raise Wrong("F010", max=field.most, count=len(text))
    if field.min is not None and len(text) < int(field.min):
        raise Wrong("F011", min=int(field.min), count=len(text))
    return text


def read_text(field: Field, value: Any) -> str:
    """One line of text."""
    return _length(field, plain(_string(value)))


def read_paragraph(field: Field, value: Any) -> str:
    """Text of several lines."""
    return _length(field, plain(_string(value), lines=True))


def _between(field: Field, value: Decimal) -> Decimal:
    if field.max is not None and value > Decimal(str(field.max)):
        raise Wrong("F013", max=field.max)
    if field.min is not None and value < Decimal(str(field.min)):
        raise Wrong("F014", min=field.min)
    return value


def read_number(field: Field, value: Any) -> int | float:
    """A number of at most 15 digits: an int when whole, else a float."""
    if isinstance(value, float) and math.isfinite(value):
        value = format(Decimal(str(value)), "f")
    text = narrow(_string(value, "数字")).replace(" ", "")
    if not _NUMBER.fullmatch(text) or len(re.sub(r"\D", "", text)) > _DIGITS:
        raise Wrong("F012", value=text[:20])
    number = _between(field, Decimal(text.replace(",", "")))
    return int(number) if number == number.to_integral_value() else float(number)


def read_money(field: Field, value: Any) -> str:
    """Yuan as a decimal string with two places; ``1.2万元`` is understood. Below zero only where ``min`` says so."""
    if isinstance(value, float) and math.isfinite(value):
        value = format(Decimal(str(value)), "f")
    text = narrow(_string(value, "金额"))
    found = _MONEY.fullmatch(text)
    if not found or len(re.sub(r"\D", "", text)) > _DIGITS:
        raise Wrong("F016", value=text[:20])
    amount = Decimal(found["amount"].replace(",", "")) * _UNITS.get((found["unit"] or "")[:1], 1)
    try:
        cents = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Wrong("F016", value=text[:20]) from None
    if cents != amount:
        raise Wrong("F015", places=2)
    if field.min is None and amount < 0:
        raise Wrong("F014", min=0)
    _between(field, amount)
    return str(cents if cents else abs(cents))


def read_date(field: Field, value: Any) -> str:
    """A day in ISO 8601 between 1800 and 2200; the usual Chinese ways of writing are understood."""
    if isinstance(value, date):
        value = (value.date() if isinstance(value, datetime) else value).isoformat()
    text = narrow(_string(value, "日期"))
    parts = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text, re.ASCII) or _DATE.fullmatch(text)
    if not parts:
        raise Wrong("F017", value=text[:20])
    year, month, day = (int(part) for part in parts.groups())
    try:
        iso = date(year, month, day).isoformat()
    except ValueError:
        raise Wrong("F018", value=text[:20]) from None
    if not 1800 <= year <= 2200:
        raise Wrong("F018", value=text[:20])
    if field.max is not None and iso > str(field.max):
        raise Wrong("F019", max=field.max)
    if field.min is not None and iso < str(field.min):
        raise Wrong("F020", min=field.min)
    return iso


def _option(field: Field, value: Any) -> str:
    text = plain(_string(value, "一个选项"))
    if text not in field.options:
        raise Wrong("F021", value=text[:20])
    return text


def read_choice(field: Field, value: Any) -> str:
    """One of the options."""
    if isinstance(value, bool):  # YAML reads 是/否 written as yes/no so
        value = next((o for o in field.options if o.lower() in (_YES if value else _NO)), str(value))
    return _option(field, value)


def _items(value: Any, expected: str) -> list[Any]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, (list, tuple)):
        raise Wrong("F005", expected=expected)
    return list(value)


def _count(field: Field, found: list[Any], too_many: str, too_few: str) -> None:
    if len(found) > field.most:
        raise Wrong(too_many, max=field.most, count=len(found))
    if field.min is not None and len(found) < int(field.min):
        raise Wrong(too_few, min=int(field.min), count=len(found))


def read_choices(field: Field, value: Any) -> list[str]:
    """Some of the options, each once, in the order of the options."""
    found = {_option(field, each) for each in _items(value, "若干选项")}
    chosen = [each for each in field.options if each in found]
    _count(field, chosen, "F022", "F023")
    return chosen


def read_yesno(field: Field, value: Any) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    word = narrow(_string(value, "是或否")).lower()
    if word not in _YES | _NO:
        raise Wrong("F024")
    return word in _YES


def read_place(field: Field, value: Any) -> dict[str, Any]:
    """``{"text", "area", "lon", "lat"}`` from the same or from plain words; degrees are kept to 6 places (0.1 m)."""
    if not isinstance(value, Mapping):
        value = {"text": _string(value, "地点")}
    if unknown := value.keys() - {"text", "area", "lon", "lat"}:
        raise Wrong("F005", expected=f"地点(没有“{min(map(str, unknown))}”)")
    text, area = plain(_string(value.get("text") or "", "地点")), _string(value.get("area") or "", "区划代码")
    if len(text) > 200:
        raise Wrong("F010", max=200, count=len(text))
    return {
        "text": text,
        "area": read_code(field, area) if area else "",
        **_degrees(value.get("lon"), value.get("lat")),
    }


def _degrees(lon: Any, lat: Any) -> dict[str, float | None]:
    if lon in (None, "") and lat in (None, ""):
        return {"lon": None, "lat": None}
    try:
        east, north = (round(float(each), 6) + 0.0 for each in (lon, lat))
    except (TypeError, ValueError, OverflowError):
        raise Wrong("F061") from None
    if isinstance(lon, bool) or isinstance(lat, bool) or not (-180 <= east <= 180 and -90 <= north <= 90):
        raise Wrong("F061")
    return {"lon": east, "lat": north}


def read_code(field: Field, value: Any) -> str:
    """The code of an area, office, person or record; whether it exists is for the city to say."""
    code = narrow(_string(value, "编号"))
    if not _CODE.fullmatch(code):
        raise Wrong("F060")
    return code


def read_offices(field: Field, value: Any) -> list[str]:
    """Codes of offices or keys of records, each once, in the order given."""
    found = list(dict.fromkeys(read_code(field, each) for each in _items(value, "若干编号")))
    _count(field, found, "F022", "F023")
    return found


def read_files(field: Field, value: Any) -> list[dict[str, Any]]:
    """What is known of uploaded files: ``{"name", "sha256", "size", "type"}``; each content once."""
    if not isinstance(value, (list, tuple)):
        raise Wrong("F005", expected="附件清单")
    found = {file["sha256"]: file for file in (_file(field, i + 1, each) for i, each in enumerate(value))}
    _count(field, list(found), "F070", "F071")
    return list(found.values())


def _file(field: Field, position: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or value.keys() != {"name", "sha256", "size", "type"}:
        raise Wrong("F072", position=position)
    sha256, size, kind = value["sha256"], value["size"], value["type"]
    if not (
        isinstance(sha256, str)
        and _SHA256.fullmatch(sha256)
        and isinstance(kind, str)
        and _MIME.fullmatch(kind)
    ):
        raise Wrong("F072", position=position)
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise Wrong("F072", position=position)
    try:
        name = plain(_string(value["name"]))
    except Wrong:
        raise Wrong("F073", position=position) from None
    if not name or len(name) > 200 or re.search(r'[/\\:*?"<>|]', name) or not name.strip("."):
        raise Wrong("F073", position=position)
    if field.options and not any(
        kind == each or kind.startswith(each.removesuffix("*")) for each in field.options
    ):
        raise Wrong("F074", value=kind, options="、".join(field.options))
    return {"name": name, "sha256": sha256, "size": size, "type": kind}


#: kind -> reader; all but ``table`` and the two that need ``today`` or nothing but the text
READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": read_text,
    "paragraph": read_paragraph,
    "number": read_number,
    "money": read_money,
    "date": read_date,
    "choice": read_choice,
    "choices": read_choices,
    "yesno": read_yesno,
    "place": read_place,
    "area": read_code,
    "office": read_code,
    "offices": read_offices,
    "person": read_code,
    "record": read_code,
    "records": read_offices,
    "case": read_code,
    "phone": lambda _, value: codes.phone(_string(value, "电话号码")),
    "identity_number": lambda _, value: codes.identity_number(_string(value, "身份证号")),
    "credit_code": lambda _, value: codes.credit_code(_string(value, "统一社会信用代码")),
    "files": read_files,
}


def is_blank(value: Any) -> bool:
    """Whether nothing was entered: null, empty or blank text, an empty list, a place without words and degrees."""
    if isinstance(value, str):
        return not value.strip(" \t\r\n\u3000\u00a0\u200b\ufeff")
    if isinstance(value, Mapping):
        return all(each is None or each == "" for each in value.values())
    return value is None or (isinstance(value, (list, tuple)) and all(is_blank(each) for each in value))


__all__ = ["READERS", "is_blank"]

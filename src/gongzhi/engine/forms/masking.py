"""What a person without the right to see a value sees instead: enough to recognise it, too little to use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

HIDDEN: Final = "******"


def _phone(text: str) -> str:
    if re.fullmatch(r"1\d{10}", text):
        return f"{text[:3]}****{text[-4:]}"
    code, _, rest = text.partition("-")
    return f"{code}-****{rest.partition('-')[0][-3:]}" if rest else _middle(text, 2, 1)


def _identity(text: str) -> str:
    return _middle(text, 4, 4)


def _middle(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def _name(text: str) -> str:
    """A personal name: 张**, 欧**, whatever its length."""
    return text[:1] + "**" if text else ""


def _place(value: Any) -> str:
    """A place down to the town, street or road; the house stays hidden."""
    text = str(value.get("text", "") if isinstance(value, Mapping) else value)
    head = re.match(r".{0,20}?(?:镇|乡|街道|大道|路|街|村|社区)", text)
    return (head[0] if head else text[:3]) + "***" if text else HIDDEN


_BY_KIND: Final[Mapping[str, Callable[[Any], str]]] = {
    "phone": lambda value: _phone(str(value)),
    "identity_number": lambda value: _identity(str(value)),
    "credit_code": lambda value: _middle(str(value), 4, 4),
    "text": lambda value: _name(str(value)),
    "person": lambda value: _name(str(value)),
    "place": _place,
}


def _plain(value: Any) -> str:
    """A stored value in words: 是 and 否, the text of a place, the names of files, lists with 、 between."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("name") or "")
    if isinstance(value, (list, tuple)):
        return "、".join(filter(None, map(_plain, value)))
    return str(value)


def mask(value: Any, privacy: str, kind: str = "text") -> str:
    """The value as shown to somebody who may not see it; ``public`` and ``internal`` values are shown as they are.

    ``contact`` and ``identity`` keep a recognisable part; ``health`` and ``clue`` keep nothing, not even the length.

    >>> mask("13800138000", "contact", "phone"), mask("420281199001011234", "identity", "identity_number")
    ('138****8000', '4202**********1234')
    >>> mask("张小明", "contact"), mask("张小明", "clue"), mask("大冶市", "public")
    ('张**', '******', '大冶市')
    """
    if value is None or value == "":
        return ""
    if privacy in ("public", "internal"):
        return _plain(value)
    if privacy in ("contact", "identity") and kind in _BY_KIND:
        return _BY_KIND[kind](value)
    return HIDDEN


__all__ = ["HIDDEN", "mask"]

"""What browsers send beside a form's own values: whole numbers, and characters that no database keeps."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from gongzhi.engine.errors import GongzhiError

#: digits of the greatest whole number that both databases hold, less one
_DIGITS = 18


class Unstorable(GongzhiError):
    """U+0000 in an address or a form: nobody types it, and PostgreSQL has no text that holds it."""

    code = "D101"
    sentence = "发来的内容里有空字符。"
    remedy = "请去掉后重发；什么都没有保存。"
    status = 400


def whole(text: str | None) -> int | None:
    """A whole number in ASCII digits that a database can hold; ``None`` for anything else, however long it is."""
    if text and len(text) <= _DIGITS and text.isascii() and text.isdecimal():
        return int(text)
    return None


def check_storable(request: HttpRequest) -> None:
    """Raises Unstorable for a NUL in the address or among the values sent."""
    if "\0" in request.path or _any_nul(request.GET.lists()):
        raise Unstorable
    if request.method == "POST" and _any_nul(request.POST.lists()):
        raise Unstorable


def _any_nul(lists: Iterable[tuple[str, list[str]]]) -> bool:
    return any("\0" in name or any("\0" in value for value in values) for name, values in lists)

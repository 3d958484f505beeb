"""Personal numbers in running text: found, and covered before a text is shown or published.

Found are identity numbers (GB 11643, the check digit must fit; 15-digit ones by their birth date), bank card numbers (ISO/IEC
7812, Luhn digit, known Chinese prefixes), mobile and landline numbers, and number plates (GA 36-2018). A long number that
only looks like one of them (a case number, an amount, an order) is left alone: that is what the check digits are for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

#: no digit, letter, or decimal point may touch a number
_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9][.,])"
_AFTER = r"(?![0-9A-Za-z])(?![.,][0-9])"
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@dataclass(frozen=True, slots=True)
class Span:
    """Something personal at ``text[start:end]``."""

    start: int
    end: int
    #: ``phone``, ``identity_number``, ``bank_card`` or ``plate``
    kind: str


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return 1880 <= date(int(year), int(month), int(day)).year <= 2100
    except ValueError:
        return False


def _is_identity(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if len(digits) == 15:
        return _is_date(f"19{digits[6:8]}", digits[8:10], digits[10:12])
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits[:17]))
    return (
        _is_date(digits[6:10], digits[10:12], digits[12:14])
        and "10X98765432"[total % 11] == digits[17].upper()
    )


def _is_card(text: str) -> bool:
    digits = [int(digit) for digit in re.sub(r"\D", "", text)]
    doubled = [
        digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _always(_: str) -> bool:
    return True


#: in the order in which they claim digits
_KINDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    (
        "identity_number",
        re.compile(
            rf"{_BEFORE}{_PROVINCE}\d{{4}}[ -]?(?:\d{{8}}[ -]?\d{{3}}[0-9Xx]|\d{{6}}[ -]?\d{{3}}){_AFTER}",
            re.ASCII,
        ),
        _is_identity,
    ),
    (
        "bank_card",
        re.compile(
            rf"{_BEFORE}(?:62|4|5[1-5]|9[58])\d{{2}}(?:[ -]?\d{{4}}){{3}}(?:[ -]?\d{{1,3}})?{_AFTER}",
            re.ASCII,
        ),
        _is_card,
    ),
    (
        "phone",
        re.compile(
            rf"(?:(?<![0-9])\+?86[ -]?|{_BEFORE})1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}(?![0-9])(?!\.[0-9])",
            re.ASCII,
        ),
        _always,
    ),
    (
        "phone",
        re.compile(
            rf"{_BEFORE}(?:\(0\d{{2,3}}\)[ -]?|0\d{{2,3}}-)[2-9]\d{{6,7}}(?:-\d{{1,5}})?{_AFTER}", re.ASCII
        ),
        _always,
    ),
    (
        "phone",
        re.compile(rf"{_BEFORE}0(?:10|2\d|[3-9]\d{{2}})[2-9]\d{{6,7}}{_AFTER}", re.ASCII),
        lambda text: 11 <= len(text) <= 12,
    ),
    (
        "plate",
        re.compile(
            rf"[{_PLATE_PROVINCES}][A-HJ-NP-Z][·• -]?(?=[A-HJ-NP-Z0-9]*[0-9])[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]{_AFTER}",
            re.ASCII,
        ),
        _always,
    ),
)


#: full-width characters and other one-for-one compatibility forms -> their narrow form
_NARROW: Final = {
    code: narrow
    for code in range(0x80, 0x10000)
    if len(narrow := unicodedata.normalize("NFKC", chr(code))) == 1 and narrow != chr(code)
} | {ord("—"): "-", ord("–"): "-"}


def _folded(text: str) -> str:
    """Full-width characters made narrow, one for one, so that positions stay."""
    return text.translate(_NARROW)


def _found(text: str) -> Iterator[Span]:
    folded = text if text.isascii() else _folded(text)
    taken = bytearray(len(text))
    for kind, pattern, fits in _KINDS:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if not any(taken[start:end]) and fits(match[0]):
                taken[start:end] = b"\x01" * (end - start)
                yield Span(start, end, kind)


def spans(text: str) -> tuple[Span, ...]:
    """Where personal numbers stand, in order, without overlap."""
    return tuple(sorted(_found(text), key=lambda span: span.start))


#: characters left at the head and tail of each kind
_LEFT: Final = {"phone": (3, 4), "identity_number": (4, 4), "bank_card": (4, 4), "plate": (2, 1)}


def redact(text: str) -> str:
    """The text with personal numbers covered by stars; its length does not change.

    >>> redact("请打13800138000找我,已付12345678901元")
    '请打138****8000找我,已付12345678901元'
    """
    out = list(text)
    for span in spans(text):
        head, tail = _LEFT[span.kind]
        for place in range(span.start + head, span.end - tail):
            out[place] = "*"
    return "".join(out)


__all__ = ["Span", "redact", "spans"]

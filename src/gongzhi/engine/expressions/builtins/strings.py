"""String functions (DMN 1.3, 10.3.4.3). Positions count characters from 1, from the end when negative."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .. import patterns
from ..limits import MAX_STRING
from .registry import feel


@feel("substring(string: string, start position: number, length?: number|null)")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = int(start)
    if first == 0 or abs(first) > len(text) or (length is not None and length < 1):
        return None
    at = first - 1 if first > 0 else len(text) + first
    return text[at:] if length is None else text[at : at + int(length)]


@feel("string length(string: string)")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@feel("upper case(string: string)")
def upper_case(text: str) -> str:
    return text.upper()


@feel("lower case(string: string)")
def lower_case(text: str) -> str:
    return text.lower()


@feel("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@feel("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@feel("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    return match in text


@feel("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@feel("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@feel("matches(input: string, pattern: string, flags?: string|null)")
def matches(text: str, pattern: str, flags: str | None = None) -> bool | None:
    return patterns.matches(text, pattern, flags or "")


@feel("replace(input: string, pattern: string, replacement: string, flags?: string|null)")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    return patterns.replace(text, pattern, replacement, flags or "")


@feel("split(string: string, delimiter: string)")
def split(text: str, delimiter: str) -> list[str] | None:
    return patterns.split(text, delimiter)


@feel("string join(list: list, delimiter?: string|null)")
def string_join(items: list[Any], delimiter: str | None = None) -> str | None:
    """The strings of a list one after the other; nulls are left out."""
    words = [item for item in items if item is not None]
    if not all(isinstance(word, str) for word in words):
        return None
    if sum(map(len, words)) + len(words) * len(delimiter or "") > MAX_STRING:
        return None
    return (delimiter or "").join(words)


@feel("string join(list: list, delimiter: string|null, prefix: string|null, suffix: string|null)")
def string_join_within(
    items: list[Any], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str | None:
    joined = string_join(items, delimiter)
    return None if joined is None else f"{prefix or ''}{joined}{suffix or ''}"

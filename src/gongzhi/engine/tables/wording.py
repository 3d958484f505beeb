"""Sets of pieces in words that an official reads: ``"投诉"、"求助"``, ``5 以上(不含)``, ``5 至 10``."""

from __future__ import annotations

from typing import Any

from gongzhi.engine.expressions import show

from .boxes import pieces
from .spaces import FALSE, NULL, OTHER, TRUE, Line, Space, Span


def words(space: Space, bits: int, domain: int) -> str:
    """A set of pieces of one column; ``任意值`` for the whole domain."""
    if bits & domain == domain:
        return "任意值"
    parts: list[str] = []
    named = {
        OTHER: "其他类型的值",
        NULL: "空值",
        TRUE: "是(true)",
        FALSE: "否(false)",
        space.any_string: "表中未列出的其他文字",
    }
    by_piece = {piece: f"“{text}”" for text, piece in space.strings.items()}
    for piece in pieces(bits):
        if piece in by_piece:
            parts.append(by_piece[piece])
    for line in space.lines.values():
        parts += [_span(span) for span in _runs(line, bits)]
    parts += [text for piece, text in named.items() if bits >> piece & 1]
    return "、".join(parts[:6]) + (f" 等{len(parts)}种" if len(parts) > 6 else "")


def _runs(line: Line, bits: int) -> list[Span]:
    """Neighbouring pieces of a line joined to intervals."""
    runs: list[Span] = []
    last = -2
    for piece in pieces(bits):
        if not line.first <= piece < line.first + line.size:
            continue
        span = line.span(piece)
        if piece == last + 1:
            before = runs.pop()
            span = Span(before.low, span.high, before.low_included, span.high_included)
        runs.append(span)
        last = piece
    return runs


def _span(span: Span) -> str:
    low, high = _text(span.low), _text(span.high)
    if span.low is None and span.high is None:
        return "任意值"
    if span.low is None:
        return f"{high} 以下({'含' if span.high_included else '不含'})"
    if span.high is None:
        return f"{low} 以上({'含' if span.low_included else '不含'})"
    if span.low == span.high:
        return low
    if span.low_included and span.high_included:
        return f"{low} 至 {high}"
    return (
        f"{low}({'含' if span.low_included else '不含'})至 {high}({'含' if span.high_included else '不含'})"
    )


def _text(value: Any) -> str:
    return "" if value is None else show(value)

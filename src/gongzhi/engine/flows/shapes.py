"""The shapes of the drawing: boxes, rounds, diamonds and their small signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING

from gongzhi.engine.flows.diagram import Shape
from gongzhi.engine.flows.lettering import width, wrap

if TYPE_CHECKING:
    from gongzhi.engine.flows.overlays import Overlay

ACCENT, TINT, INK, GREY, LINE_INK, PALE = "#1a56b8", "#e8f0fd", "#16202e", "#566273", "#6f7d90", "#f6f8fb"
FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def text_lines(
    lines: list[str],
    x: float,
    y: float,
    *,
    size: float = 14,
    leading: float = 19,
    fill: str = INK,
    weight: int = 400,
    anchor: str = "middle",
    css: str = "",
) -> str:
    """Lines of text centred on (x, y)."""
    top = y - leading * (len(lines) - 1) / 2 + size * 0.36
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(top + leading * index)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    name = f' class="{css}"' if css else ""
    return (
        f'<text{name} font-size="{number(size)}" fill="{fill}" text-anchor="{anchor}"{heavy}>{spans}</text>'
    )


def draw_shape(shape: Shape, overlay: Overlay | None) -> str:
    """One element of the drawing."""
    return _DRAWERS.get(shape.kind, _activity)(shape, overlay)


# --- activities ----------------------------------------------------------------------------------------------


def _activity(shape: Shape, overlay: Overlay | None) -> str:
    here = overlay is not None and overlay.here
    red = overlay is not None and overlay.light == "red"
    fill = "#fdecea" if here and red else TINT if here else "#ffffff"
    stroke = "#b42318" if here and red else ACCENT
    thick = 3.5 if shape.kind == "callActivity" else 2.4 if here else 1.5
    dash = (
        ' stroke-dasharray="6 4"'
        if "side" in shape.marks
        else ' stroke-dasharray="3 3"'
        if "event" in shape.marks
        else ""
    )
    rx = 10 if min(shape.w, shape.h) > 30 else 5
    parts = [
        f'<rect class="gz-step" x="{number(shape.x)}" y="{number(shape.y)}" width="{number(shape.w)}" '
        f'height="{number(shape.h)}" rx="{rx}" fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{dash}/>'
    ]
    if "transaction" in shape.marks:
        parts.append(
            f'<rect x="{number(shape.x + 3)}" y="{number(shape.y + 3)}" width="{number(shape.w - 6)}" '
            f'height="{number(shape.h - 6)}" rx="{rx - 2}" fill="none" stroke="{stroke}"/>'
        )
    parts.append(_activity_text(shape))
    parts.append(_task_sign(shape))
    parts.append(_bottom_signs(shape))
    parts.append(_join_pill(shape))
    return "".join(parts)


def _activity_text(shape: Shape) -> str:
    if "expanded" in shape.marks or shape.w * shape.h > 30_000:
        return text_lines([shape.label], shape.x + 10, shape.y + 14, size=12, weight=600, anchor="start")
    size = 14.0 if shape.w >= 110 else 12.0
    leading = size + 5
    room = max(1, int((shape.h - 8) // leading))
    lines = wrap(shape.label, max(2.0, (shape.w - 16) / size), max(1, room - (1 if shape.note else 0)))
    middle = shape.y + shape.h / 2
    if shape.note:
        middle -= 9
    if set(shape.marks) & _BOTTOM:
        middle -= 5
    text = text_lines(lines, shape.x + shape.w / 2, middle, size=size, leading=leading, weight=600)
    if shape.note:
        below = middle + leading * len(lines) / 2 + 8
        text += text_lines([shape.note], shape.x + shape.w / 2, below, size=12, fill=GREY)
    return text


def _join_pill(shape: Shape) -> str:
    text = next((mark.partition(":")[2] for mark in shape.marks if mark.startswith("join:")), "")
    if not text:
        return ""
    wide = width(text) * 11 + 12
    return (
        f'<rect x="{number(shape.x + 8)}" y="{number(shape.y - 9)}" width="{number(wide)}" height="18" rx="9" '
        f'fill="#ffffff" stroke="{ACCENT}" stroke-width="1.2"/>'
        + text_lines([text], shape.x + 8 + wide / 2, shape.y, size=11, fill=ACCENT)
    )


_BOTTOM = {"multi", "sequential", "loop", "compensation", "adhoc", "collapsed"}


def _bottom_signs(shape: Shape) -> str:
    signs = [
        mark
        for mark in ("loop", "multi", "sequential", "collapsed", "adhoc", "compensation")
        if mark in shape.marks
    ]
    x = shape.x + shape.w / 2 - 9 * (len(signs) - 1)
    y = shape.y + shape.h - 10
    parts = []
    for sign in signs:
        parts.append(
            f'<path d="{_BOTTOM_PATHS[sign]}" transform="translate({number(x)} {number(y)})" '
            f'fill="none" stroke="{ACCENT}" stroke-width="1.6"/>'
        )
        x += 18
    return "".join(parts)


_BOTTOM_PATHS = {
    "multi": "M-4-5V5M0-5V5M4-5V5",
    "sequential": "M-5-4H5M-5 0H5M-5 4H5",
    "loop": "M-3 5A5.5 5.5 0 1 1 3 5M-6.5 5.5H-2.5V1.5",
    "collapsed": "M-6-6H6V6H-6ZM-3.5 0H3.5M0-3.5V3.5",
    "adhoc": "M-6 1C-4-4-1-3 0 0S4 4 6-1",
    "compensation": "M0-5V5L-6 0ZM6-5V5L0 0Z",
}


def _task_sign(shape: Shape) -> str:
    path = _TASK_PATHS.get(shape.kind)
    if path is None or not ({"bpmn"} & set(shape.marks)):
        return ""
    return (
        f'<path d="{path}" transform="translate({number(shape.x + 13)} {number(shape.y + 13)})" '
        f'fill="none" stroke="{GREY}" stroke-width="1.2" stroke-linejoin="round"/>'
    )


_TASK_PATHS = {
    "userTask": "M-3-3A3 3 0 1 1 3-3A3 3 0 1 1-3-3M-6 6C-6 1-3 0 0 0S6 1 6 6Z",
    "manualTask": "M-6-2H0L-2-5C-1-6 0-6 1-5L5-2C6 0 6 3 5 5H-4",
    "serviceTask": "M0-6V-3.5M0 3.5V6M-6 0H-3.5M3.5 0H6M-4-4L-2.5-2.5M2.5 2.5L4 4M4-4L2.5-2.5M-2.5 2.5L-4 4M-3 0A3 3 0 1 1 3 0A3 3 0 1 1-3 0",
    "scriptTask": "M-4-6H5C1-2 8 1 4 6H-5C-1 2-8-1-4-6M-2-3H2M-3 0H3M-2 3H3",
    "businessRuleTask": "M-6-5H6V5H-6ZM-6-2H6M-6 1.5H6M-2-2V5",
    "sendTask": "M-6-4H6V5H-6ZM-6-4L0 1L6-4",
    "receiveTask": "M-6-4H6V5H-6ZM-6-4L0 1L6-4",
}


# --- events --------------------------------------------------------------------------------------------------


def _event(shape: Shape, overlay: Overlay | None) -> str:
    x, y, r = shape.x + shape.w / 2, shape.y + shape.h / 2, min(shape.w, shape.h) / 2
    here = overlay is not None and overlay.here
    fill = TINT if here else "#ffffff"
    stroke = {"startEvent": ACCENT, "endEvent": INK}.get(shape.kind, LINE_INK)
    thick = 3.6 if shape.kind == "endEvent" else 1.6
    dashed = (
        shape.kind in ("boundaryEvent", "startEvent")
        and "interrupting" not in shape.marks
        and "event" in shape.marks
    )
    dash = (
        ' stroke-dasharray="4 3"'
        if dashed or (shape.kind == "boundaryEvent" and "interrupting" not in shape.marks)
        else ""
    )
    r -= thick / 2
    circle = f'<circle class="gz-event" cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}" stroke="{stroke}" stroke-width="{thick}"{dash}/>'
    if shape.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        circle += f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(max(r - 3, 2))}" fill="none" stroke="{stroke}" stroke-width="1"{dash}/>'
    return circle + _event_sign(shape, x, y, r, stroke) + _outside_label(shape)


def _event_sign(shape: Shape, x: float, y: float, r: float, stroke: str) -> str:
    kind = next((mark for mark in shape.marks if mark in _EVENT_PATHS), "")
    if not kind:
        if shape.kind == "startEvent" and "bpmn" not in shape.marks:
            return f'<path d="M-3.5-5.5L6 0L-3.5 5.5Z" transform="translate({number(x)} {number(y)})" fill="{ACCENT}"/>'
        return ""
    thrown = shape.kind in ("endEvent", "intermediateThrowEvent")
    fill = stroke if kind == "terminate" or (thrown and kind not in ("timer", "conditional")) else "none"
    line = "#ffffff" if fill != "none" and kind == "message" else stroke
    scale = r / 16
    return (
        f'<path d="{_EVENT_PATHS[kind]}" transform="translate({number(x)} {number(y)}) scale({scale:.2f})" '
        f'fill="{fill}" stroke="{line}" stroke-width="1.4" stroke-linejoin="round"/>'
    )


_EVENT_PATHS = {
    "timer": "M-9 0A9 9 0 1 1 9 0A9 9 0 1 1-9 0M0-6V0L4 2",
    "message": "M-9-6H9V6H-9ZM-9-6L0 1L9-6",
    "signal": "M0-8L8 6H-8Z",
    "error": "M-7 7L-2-6L2 2L7-7L2 6L-2-2Z",
    "escalation": "M0-8L6 8L0 2L-6 8Z",
    "conditional": "M-7-8H7V8H-7ZM-5-5H5M-5-1.5H5M-5 2H5M-5 5.5H5",
    "link": "M-8-3H2V-7L9 0L2 7V3H-8Z",
    "compensate": "M0-6V6L-8 0ZM8-6V6L0 0Z",
    "cancel": "M-7-5L-5-7L0-2L5-7L7-5L2 0L7 5L5 7L0 2L-5 7L-7 5L-2 0Z",
    "terminate": "M-8 0A8 8 0 1 1 8 0A8 8 0 1 1-8 0",
    "multiple": "M0-8L8-2L5 7H-5L-8-2Z",
    "parallelMultiple": "M-2-8H2V-2H8V2H2V8H-2V2H-8V-2H-2Z",
}


def _outside_label(shape: Shape) -> str:
    if not shape.label:
        return ""
    if shape.label_at:
        x, y, wide, high = shape.label_at
        if "bpmn" not in shape.marks and shape.label_at[1] < shape.y + shape.h / 2:
            lines = wrap(shape.label, 8)
            return text_lines(lines, x, y + high / 2, size=12, leading=17, anchor="start")
        lines = wrap(shape.label, max(wide / 12 + 0.6, 4.0), 5)
        if y + high / 2 > shape.y + shape.h * 0.8:  # below: grows downwards, never into the shape
            y, high = max(y, shape.y + shape.h + 2), 15.0 * len(lines)
        return text_lines(lines, x + wide / 2, y + high / 2, size=12, leading=15)
    lines = wrap(shape.label, 9)
    y = shape.y + shape.h + 4 + 15 * len(lines) / 2
    return text_lines(lines, shape.x + shape.w / 2, y, size=12, leading=15)


# --- gateways, data, pools, notes ----------------------------------------------------------------------------


def _gateway(shape: Shape, overlay: Overlay | None) -> str:
    x, y, half = shape.x + shape.w / 2, shape.y + shape.h / 2, shape.w / 2
    tall = shape.h / 2
    fill = TINT if overlay is not None and overlay.here else "#ffffff"
    diamond = f"{number(x)},{number(y - tall)} {number(x + half)},{number(y)} {number(x)},{number(y + tall)} {number(x - half)},{number(y)}"
    sign = _GATEWAY_PATHS[shape.kind]
    scale = shape.w / 50
    return (
        f'<polygon class="gz-gateway" points="{diamond}" fill="{fill}" stroke="{LINE_INK}" stroke-width="1.6" stroke-linejoin="round"/>'
        f'<path d="{sign}" transform="translate({number(x)} {number(y)}) scale({scale:.2f})" fill="none" stroke="{INK}" stroke-width="2.6"/>'
        + _outside_label(shape)
    )


_GATEWAY_PATHS = {
    "exclusiveGateway": "M-7-7L7 7M7-7L-7 7",
    "parallelGateway": "M-10 0H10M0-10V10",
    "inclusiveGateway": "M-10 0A10 10 0 1 1 10 0A10 10 0 1 1-10 0",
    "eventBasedGateway": "M-12 0A12 12 0 1 1 12 0A12 12 0 1 1-12 0M0-7L7-1L4 7H-4L-7-1Z",
    "complexGateway": "M-10 0H10M0-10V10M-7-7L7 7M7-7L-7 7",
}


def _data_object(shape: Shape, overlay: Overlay | None) -> str:
    x, y, w, h, fold = shape.x, shape.y, shape.w, shape.h, min(shape.w, shape.h) / 3
    path = (
        f"M{number(x)} {number(y)}H{number(x + w - fold)}L{number(x + w)} {number(y + fold)}V{number(y + h)}"
        f"H{number(x)}ZM{number(x + w - fold)} {number(y)}V{number(y + fold)}H{number(x + w)}"
    )
    sign = ""
    if "multi" in shape.marks:
        sign = f'<path d="{_BOTTOM_PATHS["multi"]}" transform="translate({number(x + w / 2)} {number(y + h - 8)})" stroke="{GREY}"/>'
    return f'<path d="{path}" fill="#ffffff" stroke="{GREY}" stroke-width="1.4"/>{sign}' + _outside_label(
        shape
    )


def _data_store(shape: Shape, overlay: Overlay | None) -> str:
    x, y, w, h = shape.x, shape.y, shape.w, shape.h
    cap = min(8.0, h / 5)
    path = (
        f"M{number(x)} {number(y + cap)}C{number(x)} {number(y - cap / 3)} {number(x + w)} {number(y - cap / 3)} "
        f"{number(x + w)} {number(y + cap)}V{number(y + h - cap)}C{number(x + w)} {number(y + h + cap / 3)} "
        f"{number(x)} {number(y + h + cap / 3)} {number(x)} {number(y + h - cap)}Z"
        f"M{number(x)} {number(y + cap)}C{number(x)} {number(y + 2.4 * cap)} {number(x + w)} {number(y + 2.4 * cap)} "
        f"{number(x + w)} {number(y + cap)}"
    )
    return f'<path d="{path}" fill="#ffffff" stroke="{GREY}" stroke-width="1.4"/>' + _outside_label(shape)


def _pool(shape: Shape, overlay: Overlay | None) -> str:
    x, y, w, h = shape.x, shape.y, shape.w, shape.h
    head = 28.0
    fill = PALE if shape.kind == "participant" else "none"
    rect = f'<rect class="gz-pool" x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" fill="{fill}" stroke="{LINE_INK}" stroke-width="1.2"/>'
    if not shape.label:
        return rect
    if "blackbox" in shape.marks:
        return rect + text_lines(wrap(shape.label, w / 14), x + w / 2, y + h / 2, weight=600)
    if shape.horizontal:
        line = f"M{number(x + head)} {number(y)}V{number(y + h)}" if shape.kind == "participant" else ""
        text = text_lines(wrap(shape.label, max(4, h / 13), 2), 0, 0, size=13, leading=14, weight=600)
        turned = (
            f'<g transform="translate({number(x + head / 2)} {number(y + h / 2)}) rotate(-90)">{text}</g>'
        )
    else:
        line = f"M{number(x)} {number(y + head)}H{number(x + w)}" if shape.kind == "participant" else ""
        turned = text_lines(
            wrap(shape.label, max(4, w / 13), 2), x + w / 2, y + head / 2, size=13, leading=14, weight=600
        )
    rule = f'<path d="{line}" stroke="{LINE_INK}" stroke-width="1.2"/>' if line else ""
    return rect + rule + turned


def _annotation(shape: Shape, overlay: Overlay | None) -> str:
    x, y, w, h = shape.x, shape.y, shape.w, shape.h
    bracket = f"M{number(x + 10)} {number(y)}H{number(x)}V{number(y + h)}H{number(x + 10)}"
    lines = wrap(shape.label, max(4, (w - 8) / 12), max(1, int(h // 15)))
    return f'<path d="{bracket}" fill="none" stroke="{GREY}"/>' + text_lines(
        lines, x + 6, y + h / 2, size=12, leading=15, fill=GREY, anchor="start"
    )


def _group(shape: Shape, overlay: Overlay | None) -> str:
    return (
        f'<rect x="{number(shape.x)}" y="{number(shape.y)}" width="{number(shape.w)}" height="{number(shape.h)}" rx="10" '
        f'fill="none" stroke="{GREY}" stroke-width="1.4" stroke-dasharray="10 4 2 4"/>'
        + (
            text_lines([shape.label], shape.x + shape.w / 2, shape.y + 12, size=12, fill=GREY)
            if shape.label
            else ""
        )
    )


def _envelope(shape: Shape, overlay: Overlay | None) -> str:
    x, y, w, h = shape.x, shape.y, shape.w, shape.h
    path = f"M{number(x)} {number(y)}H{number(x + w)}V{number(y + h)}H{number(x)}ZL{number(x + w / 2)} {number(y + h / 2)}L{number(x + w)} {number(y)}"
    return f'<path d="{path}" fill="#ffffff" stroke="{GREY}"/>' + _outside_label(shape)


_DRAWERS: Mapping[str, Callable[[Shape, Overlay | None], str]] = {
    "startEvent": _event,
    "endEvent": _event,
    "boundaryEvent": _event,
    "intermediateCatchEvent": _event,
    "intermediateThrowEvent": _event,
    **dict.fromkeys(_GATEWAY_PATHS, _gateway),
    "dataObjectReference": _data_object,
    "dataObject": _data_object,
    "dataInput": _data_object,
    "dataOutput": _data_object,
    "dataStoreReference": _data_store,
    "participant": _pool,
    "lane": _pool,
    "textAnnotation": _annotation,
    "group": _group,
    "message": _envelope,
}

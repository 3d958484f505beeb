"""Drawing a flow as SVG: no scripts, no style attributes, readable without fonts from elsewhere.

Everything is said with presentation attributes, so that the strictest content security policy lets it through;
classes (``gz-step``, ``gz-edge`` …) let a page restyle it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import hypot

from gongzhi.engine.flows.diagram import Diagram, Edge, Point, Shape
from gongzhi.engine.flows.graph import Flow
from gongzhi.engine.flows.lettering import width
from gongzhi.engine.flows.overlays import Overlay
from gongzhi.engine.flows.picture import picture
from gongzhi.engine.flows.shapes import ACCENT, FONT, GREY, INK, LINE_INK, draw_shape, number, text_lines
from gongzhi.engine.flows.spec import FlowSpec

LIGHTS = {"green": ("#1b7f4b", "✓"), "yellow": ("#a15c00", "△"), "red": ("#b42318", "!"), "": (ACCENT, "")}


Marks = Mapping[str, Overlay | str | int]


def draw(
    flow: Flow | FlowSpec | Diagram,
    *,
    title: str = "",
    marks: Marks | None = None,
    lang: str = "zh",
    vertical: bool = False,
    roles: Mapping[str, str] | None = None,
    key: str = "flow",
) -> str:
    """The SVG of a case type's flow, or of a diagram (imported models: ``imported.diagram``).

    ``marks``: node id, or arc id such as ``register.answer->callback``, to an Overlay, a text or a count.
    ``key`` makes the ids of title and description unique on a page with several drawings.
    """
    if isinstance(flow, Flow):
        assert flow.spec is not None, "an imported model is drawn from its diagram"
        title, flow = title or flow.title, flow.spec
    if isinstance(flow, FlowSpec):
        flow = picture(flow, title=title, vertical=vertical, lang=lang, roles=roles)
    overlays = {name: _overlay(mark) for name, mark in (marks or {}).items()}
    return "".join(_document(flow, title or flow.title, overlays, lang, key))


def _overlay(mark: Overlay | str | int) -> Overlay:
    return mark if isinstance(mark, Overlay) else Overlay(text=str(mark))


def _document(
    diagram: Diagram, title: str, overlays: Mapping[str, Overlay], lang: str, key: str
) -> Sequence[str]:
    wide, high = number(max(diagram.width, 40)), number(max(diagram.height, 40))
    name = escape(title or ("流程图" if lang == "zh" else "Flow"))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gz-flow" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{escape(key)}-title {escape(key)}-desc" '
        f'lang="{"zh-CN" if lang == "zh" else lang}" font-family="{FONT}" font-size="14" fill="{INK}">',
        f'<title id="{escape(key)}-title">{name}</title>',
        f'<desc id="{escape(key)}-desc">{escape(_description(diagram, overlays, lang))}</desc>',
    ]
    parts += [draw_shape(shape, None) for shape in diagram.shapes if shape.kind in _GROUND]
    counts = [
        int(o.text) for e in diagram.edges for a in e.arcs if (o := overlays.get(a)) and o.text.isdigit()
    ]
    over = len(parts)
    parts += [_line(edge, overlays, max(counts, default=0)) for edge in diagram.edges]
    front = [shape for shape in diagram.shapes if shape.kind not in _GROUND]
    front.sort(key=lambda shape: (shape.kind == "boundaryEvent", shape.kind != "group"))
    expanded = [shape for shape in front if _wide(shape)]
    if expanded:  # sub-processes lie under the edges that they contain
        parts[over:over] = [
            draw_shape(shape, overlays.get(shape.id)) for shape in sorted(expanded, key=lambda s: -s.w * s.h)
        ]
    parts += [draw_shape(shape, overlays.get(shape.id)) for shape in front if not _wide(shape)]
    parts += [_label(edge, overlays) for edge in diagram.edges]
    parts += [_badge(shape, overlays[shape.id]) for shape in diagram.shapes if overlays.get(shape.id)]
    return [*parts, "</svg>"]


def _wide(shape: Shape) -> bool:
    """Contains others: an expanded sub-process, or a call activity drawn with what it calls."""
    return "expanded" in shape.marks or (shape.kind == "callActivity" and shape.w * shape.h > 30_000)


_GROUND = {"participant", "lane"}


def _description(diagram: Diagram, overlays: Mapping[str, Overlay], lang: str) -> str:
    """What a screen reader says: the steps and their ways out, and where the tokens stand."""
    names = {shape.id: shape.label or shape.id for shape in diagram.shapes}
    sentences = []
    for shape in diagram.shapes:
        ways = [
            f"{'、'.join(edge.label)}→{names[edge.target]}" if edge.label else names[edge.target]
            for edge in diagram.edges
            if edge.source == shape.id and edge.target in names
        ]
        if ways and shape.label:
            sentences.append(f"{names[shape.id]}:{';'.join(ways)}")
    here = [
        f"{names[key]} {mark.text}".strip() for key, mark in overlays.items() if key in names and mark.here
    ]
    if here:
        sentences.insert(0, ("现在:" if lang == "zh" else "Now: ") + "、".join(here))
    return "。".join(sentences)


# --- edges ---------------------------------------------------------------------------------------------------

_DASH = {"side": "6 4", "timer": "2 4", "message": "8 5", "association": "2 4", "data": "2 4"}


def _line(edge: Edge, overlays: Mapping[str, Overlay], most: int) -> str:
    if len(edge.points) < 2:
        return ""
    marks = [overlays[arc] for arc in edge.arcs if arc in overlays]
    count = sum(int(mark.text) for mark in marks if mark.text.isdigit())
    thick = 1.5 + (4.0 * (count / most) ** 0.5 if most and count else 0.0)
    colour = ACCENT if marks else LINE_INK if edge.kind in ("sequence", "side", "timer") else GREY
    dash = f' stroke-dasharray="{_DASH[edge.kind]}"' if edge.kind in _DASH else ""
    path = (
        f'<path class="gz-edge" d="{_rounded(_shortened(edge))}" fill="none" stroke="{colour}" '
        f'stroke-width="{number(thick)}" stroke-linejoin="round"{dash}/>'
    )
    return path + _head(edge, colour, thick) + _tail(edge, colour)


def _shortened(edge: Edge) -> tuple[Point, ...]:
    """The line stops inside its arrowhead, so that thick lines do not stick out of the tip."""
    if edge.kind in ("association",):
        return edge.points
    before, end = edge.points[-2], edge.points[-1]
    dx, dy = _direction(before, end)
    return (*edge.points[:-1], (end[0] - 5 * dx, end[1] - 5 * dy))


def _rounded(points: Sequence[Point], radius: float = 7.0) -> str:
    """A path with rounded corners."""
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        r = min(
            radius,
            hypot(here[0] - before[0], here[1] - before[1]) / 2,
            hypot(after[0] - here[0], after[1] - here[1]) / 2,
        )
        ax, ay = _direction(before, here)
        bx, by = _direction(here, after)
        parts.append(f"L{number(here[0] - r * ax)} {number(here[1] - r * ay)}")
        parts.append(
            f"Q{number(here[0])} {number(here[1])} {number(here[0] + r * bx)} {number(here[1] + r * by)}"
        )
    parts.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(parts)


def _direction(a: Point, b: Point) -> Point:
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _head(edge: Edge, colour: str, thick: float) -> str:
    if edge.kind == "association":
        return ""
    (x, y), (dx, dy) = edge.points[-1], _direction(edge.points[-2], edge.points[-1])
    size = 8.0 + thick / 2
    left = (x - size * dx - 0.45 * size * dy, y - size * dy + 0.45 * size * dx)
    right = (x - size * dx + 0.45 * size * dy, y - size * dy - 0.45 * size * dx)
    corners = (
        f"{number(left[0])},{number(left[1])} {number(x)},{number(y)} {number(right[0])},{number(right[1])}"
    )
    if edge.kind in ("data",):
        return f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    fill = "#ffffff" if edge.kind in ("message", "side") else colour
    return f'<polygon points="{corners}" fill="{fill}" stroke="{colour}" stroke-width="1.2" stroke-linejoin="round"/>'


def _tail(edge: Edge, colour: str) -> str:
    """BPMN's small signs at the beginning: a slash for the default flow, a diamond for a condition, a ring."""
    (x, y), (dx, dy) = edge.points[0], _direction(edge.points[0], edge.points[1])
    if edge.default:
        cx, cy = x + 8 * dx, y + 8 * dy
        ax, ay = 4 * (dx - dy), 4 * (dy + dx)
        return (
            f'<path d="M{number(cx - ax)} {number(cy - ay)}L{number(cx + ax)} {number(cy + ay)}" '
            f'stroke="{colour}" stroke-width="1.5"/>'
        )
    if edge.conditional:
        points = [(x, y), (x + 7 * dx - 4 * dy, y + 7 * dy + 4 * dx), (x + 14 * dx, y + 14 * dy)]
        points.append((x + 7 * dx + 4 * dy, y + 7 * dy - 4 * dx))
        corners = " ".join(f"{number(px)},{number(py)}" for px, py in points)
        return f'<polygon points="{corners}" fill="#ffffff" stroke="{colour}" stroke-width="1.2"/>'
    if edge.kind == "message":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="#ffffff" stroke="{colour}" stroke-width="1.2"/>'
    return ""


def _label(edge: Edge, overlays: Mapping[str, Overlay]) -> str:
    texts = [overlays[arc].text for arc in edge.arcs if arc in overlays and overlays[arc].text]
    lines = list(edge.label)
    if texts:
        extra = str(sum(map(int, texts))) if all(text.isdigit() for text in texts) else " ".join(texts)
        lines = [*lines[:-1], f"{lines[-1]} · {extra}"] if lines else [extra]
    place = edge.label_at or (_middle(edge.points) if lines and edge.points else None)
    if not lines or place is None:
        return ""
    wide = max(map(width, lines)) * 12 + 8
    high = 17 * len(lines)
    x, y = place
    back = (
        f'<rect x="{number(x - wide / 2)}" y="{number(y - high / 2)}" width="{number(wide)}" height="{number(high)}" '
        f'rx="4" fill="#ffffff" fill-opacity="0.85"/>'
    )
    colour = GREY if edge.kind in ("side", "timer", "message") else INK
    return back + text_lines(lines, x, y, size=12, leading=17, fill=colour, css="gz-label")


def _middle(points: Sequence[Point]) -> Point:
    """The middle of the longest piece."""
    a, b = max(
        pairwise(points),
        key=lambda pair: hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]),
    )
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _badge(shape: Shape, overlay: Overlay) -> str:
    colour, sign = LIGHTS.get(overlay.light, LIGHTS[""])
    text = f"{sign} {overlay.text}".strip()
    x, y = shape.x + shape.w - 4, shape.y
    if not text:
        return f'<circle class="gz-token" cx="{number(x)}" cy="{number(y)}" r="7" fill="{colour}" stroke="#ffffff" stroke-width="2"/>'
    wide = max(22.0, width(text) * 12 + 14)
    x = max(x, shape.x + shape.w / 2 + wide - 2)  # leaves the arrow into the middle of the upper border free
    return (
        f'<rect class="gz-token" x="{number(x - wide + 12)}" y="{number(y - 11)}" width="{number(wide)}" height="22" rx="11" '
        f'fill="{colour}" stroke="#ffffff" stroke-width="2"/>'
        + text_lines([text], x - wide / 2 + 12, y, size=12, leading=17, fill="#ffffff", weight=600)
    )

"""The picture of a case type's flow: steps, ends and labelled choices, laid out for people (not BPMN's gateways)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows.compiling import kind_of
from gongzhi.engine.flows.diagram import Diagram, Edge, Shape
from gongzhi.engine.flows.layout import Layout, arrange
from gongzhi.engine.flows.lettering import width, wrap
from gongzhi.engine.flows.ranking import Box, Link
from gongzhi.engine.flows.rules import Outline
from gongzhi.engine.flows.spec import END, FlowSpec, Step, Timer
from gongzhi.engine.instants import parse_span

TITLE, NOTE, LABEL = 14.0, 12.0, 12.0
LINE = 19.0
STEP_WIDTH, STEP_HEIGHT = 124.0, 54.0
ROUND = 28.0
START = "start"

JOINS = {"zh": {"all": "等齐", "any": "先到先走"}, "en": {"all": "all", "any": "first"}}
WORDS = {
    "zh": {"case": "办结后", "then": "次数用完", "each": "逐项"},
    "en": {"case": "when done", "then": "used up", "each": "each"},
}


@dataclass(slots=True)
class _Line:
    """Choices that lead the same way in the same style are drawn as one line."""

    source: str
    target: str
    kind: str
    labels: list[str] = field(default_factory=list)
    arcs: list[str] = field(default_factory=list)
    corner: float | None = None


def picture(
    spec: FlowSpec,
    *,
    title: str = "",
    vertical: bool = False,
    lang: str = "zh",
    roles: Mapping[str, str] | None = None,
) -> Diagram:
    """Shapes and edges of a case type's flow. ``roles`` gives the titles of the roles in ``who``."""
    shapes = {START: Shape(id=START, kind="startEvent", x=0, y=0, w=ROUND, h=ROUND)}
    for step in spec.steps:
        shapes[step.id] = _step_shape(step, spec, lang, roles or {}, vertical)
    for end, name in spec.ends.items():
        shapes[END + end] = Shape(
            id=END + end, kind="endEvent", x=0, y=0, w=ROUND, h=ROUND, label=name or end
        )
    lines = _lines(spec, lang)
    shown = (
        {line.target for line in lines} | {line.source for line in lines} | {step.id for step in spec.steps}
    )
    shapes = {key: shape for key, shape in shapes.items() if key in shown}
    lines = [line for line in lines if line.target in shapes]
    boxes = [_box(shape, spec.step(shape.id), vertical) for shape in shapes.values()]
    links = [_link(str(index), line, vertical) for index, line in enumerate(lines)]
    layout = arrange(boxes, links, vertical=vertical)
    return Diagram(
        title=title,
        shapes=tuple(_placed(shape, layout, spec, vertical) for shape in shapes.values())
        + tuple(_clocks(spec, shapes, layout, vertical, lang)),
        edges=tuple(_edge(str(index), line, layout) for index, line in enumerate(lines)),
        width=layout.width,
        height=layout.height,
    )


def _step_shape(step: Step, spec: FlowSpec, lang: str, roles: Mapping[str, str], vertical: bool) -> Shape:
    role = step.who.partition("@")[0].strip()
    note = roles.get(role, "")
    lines = wrap(step.title or step.id, (STEP_WIDTH - 20) / TITLE, 3)
    height = max(STEP_HEIGHT, 22 + LINE * len(lines) + (16 if note else 0) + (10 if step.each else 0))
    if vertical:
        height = max(height, 12 + 26.0 * len(step.timers))
    marks = []
    if step.each:
        marks.append("multi")
    if step.awaits:
        text = JOINS[lang].get(str(step.awaits)) or (
            f"等{step.awaits}份" if lang == "zh" else f"{step.awaits} of"
        )
        marks.append(f"join:{text}")
    if step.id in _only_side(spec):
        marks.append("side")
    return Shape(
        id=step.id,
        kind=kind_of(step),
        x=0,
        y=0,
        w=STEP_WIDTH,
        h=height,
        label=step.title or step.id,
        note=note,
        marks=tuple(marks),
    )


def _only_side(spec: FlowSpec) -> set[str]:
    outline = Outline(spec)
    return outline.reached - outline.mainly


def _lines(spec: FlowSpec, lang: str) -> list[_Line]:
    lines: dict[tuple[str, str, str], _Line] = {}

    def add(source: str, target: str, kind: str, label: str, via: str) -> None:
        key = (source, target, kind if not kind.startswith("timer") else f"{kind}{via}")
        line = lines.setdefault(key, _Line(source, target, kind.partition(":")[0]))
        if label and label not in line.labels:
            line.labels.append(label)
        line.arcs.append(f"{source}.{via}->{target}")

    if spec.first:
        lines[START, spec.first, "sequence"] = _Line(
            START, spec.first, "sequence", arcs=[f"start->{spec.first}"]
        )
    for step in spec.steps:
        for target, kind, label, via in _exits(step, WORDS[lang]):
            add(step.id, target, kind, label, via)
        for index, timer in enumerate(each for each in step.timers if each.to):
            for target in timer.to:
                add(step.id, target, f"timer:{index}", timer_name(timer, lang), timer.id)
                lines[step.id, target, f"timer:{index}{timer.id}"].corner = 24.0 + 26.0 * index
    return list(lines.values())


def timer_name(timer: Timer, lang: str) -> str:
    """Title, or the period in words."""
    text = timer.title or timer.after or timer.every or timer.at
    if lang != "zh" or timer.title:
        return text
    try:
        return parse_span(text).chinese() + "后"
    except GongzhiError:
        return text


def _exits(step: Step, words: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """(target, kind, label, via) of each way out but the timers."""
    for choice in step.choices:
        name = choice.title or choice.id
        for target in choice.to:
            yield target, "sequence", name, choice.id
        for target in choice.then:
            yield target, "sequence", f"{name}\n({words['then']})", choice.id
        if choice.opens:
            yield choice.opens, "side", name, choice.id
    if step.calls:
        for target in step.calls.to:
            yield target, "sequence", words["case"], "calls"
        for end, way in step.calls.by_end.items():
            for target in way.to:
                yield target, "sequence", way.title or end, f"calls.{end}"
    if step.waits_for:
        for target in step.waits_for.to:
            yield target, "sequence", step.waits_for.fact, "waits_for"


def _box(shape: Shape, step: Step | None, vertical: bool) -> Box:
    wide, high = shape.w, shape.h
    after = 0.0
    if shape.kind == "endEvent":
        lines = wrap(shape.label, 8)
        text = max(map(width, lines), default=0) * LABEL
        if vertical:
            return Box(id=shape.id, main=ROUND + 6 + 17 * len(lines), cross=max(ROUND, text), flush=True)
        return Box(id=shape.id, main=ROUND + 8 + text, cross=max(ROUND, 17.0 * len(lines)), flush=True)
    if step and step.timers:
        leaving = sum(1 for timer in step.timers if timer.to)
        after = 14.0 + (14.0 + 10.0 * leaving if leaving else 0.0)
    if vertical:
        return Box(id=shape.id, main=high, cross=wide, after=after)
    return Box(id=shape.id, main=wide, cross=high, after=after)


def _label_size(line: _Line) -> tuple[float, float]:
    texts = _label_lines(line)
    if not texts:
        return 0.0, 0.0
    return max(map(width, texts)) * LABEL + 12, 17.0 * len(texts) + 4


def _label_lines(line: _Line) -> list[str]:
    return [part for label in line.labels for part in wrap(label, 7, 3)]


def _link(link_id: str, line: _Line, vertical: bool) -> Link:
    wide, high = _label_size(line)
    main, cross = (high, wide) if vertical else (wide, high)
    weight = 0.4 if line.kind != "sequence" else 1.0
    return Link(
        id=link_id,
        source=line.source,
        target=line.target,
        main=main,
        cross=cross,
        corner=line.corner,
        weight=weight,
    )


def _placed(shape: Shape, layout: Layout, spec: FlowSpec, vertical: bool) -> Shape:
    x, y = layout.boxes[shape.id]
    label_at = None
    if shape.kind == "endEvent":
        box = _box(shape, None, vertical)
        if vertical:
            label_at = (x, y + ROUND + 4, box.cross, box.main - ROUND - 4)
            x += (box.cross - ROUND) / 2
        else:
            label_at = (x + ROUND + 7, y, box.main - ROUND - 7, box.cross)
            y += (box.cross - ROUND) / 2
    return Shape(
        id=shape.id,
        kind=shape.kind,
        x=x,
        y=y,
        w=shape.w,
        h=shape.h,
        label=shape.label,
        note=shape.note,
        label_at=label_at,
        marks=shape.marks,
    )


def _clocks(
    spec: FlowSpec, shapes: Mapping[str, Shape], layout: Layout, vertical: bool, lang: str
) -> list[Shape]:
    """Small clocks on the border of steps with timers, in the order of the file, those with a line first."""
    clocks = []
    size = 22.0
    for step in spec.steps:
        x, y = layout.boxes.get(step.id, (0.0, 0.0))
        shape = shapes[step.id]
        ordered = sorted(step.timers, key=lambda timer: not timer.to)
        for index, timer in enumerate(ordered):
            back = 24.0 + 26.0 * index
            cx, cy = (x + shape.w, y + shape.h - back) if vertical else (x + shape.w - back, y + shape.h)
            clocks.append(
                Shape(
                    id=f"{step.id}.{timer.id}",
                    kind="boundaryEvent",
                    x=cx - size / 2,
                    y=cy - size / 2,
                    w=size,
                    h=size,
                    attached=step.id,
                    marks=("timer", "interrupting") if timer.interrupting else ("timer",),
                    note=timer_name(timer, lang),
                )
            )
    return clocks


def _edge(link_id: str, line: _Line, layout: Layout) -> Edge:
    return Edge(
        id=f"{line.source}->{line.target}.{link_id}",
        kind=line.kind,
        points=tuple(layout.routes[link_id]),
        label=tuple(_label_lines(line)),
        label_at=layout.labels.get(link_id),
        source=line.source,
        target=line.target,
        arcs=tuple(line.arcs),
    )

"""What was found, drawn: on the picture of the mechanism itself, or as a directly-follows graph laid out like one."""

from __future__ import annotations

from collections.abc import Mapping

from gongzhi.engine.flows.diagram import Diagram, Edge, Shape
from gongzhi.engine.flows.layout import arrange
from gongzhi.engine.flows.lettering import width, wrap
from gongzhi.engine.flows.overlays import Overlay
from gongzhi.engine.flows.picture import LABEL, LINE, ROUND, STEP_HEIGHT, STEP_WIDTH, TITLE
from gongzhi.engine.flows.ranking import Box, Link
from gongzhi.engine.flows.svg import draw
from gongzhi.engine.mining.study import Arc, Study, show_hours

START, END = "#start", "#end"
#: arcs of a drawn log: those that carry most, but at least one into and out of every step
MOST_ARCS = 30
#: of the waiting: from here an arc's step is drawn in yellow and red
YELLOW, RED = 0.15, 0.3


def marks_of(study: Study, *, few: int = 0) -> dict[str, Overlay]:
    """Overlays for the picture of our own case type: counts on its arcs, mean stay on its steps, the worst in red.

    Counts below ``few`` are not told, and no mean of so few.
    """
    marks: dict[str, Overlay] = {}
    stays: dict[str, tuple[float, int]] = {}
    for arc in (*study.drawn, *study.ends):
        marks[f"{arc.cause}->{arc.step}"] = Overlay(text=str(arc.n) if arc.n >= few else f"<{few}")
        if arc.times is not None:
            total, n = stays.get(arc.step, (0.0, 0))
            stays[arc.step] = (total + arc.times.total, n + arc.done)
    everything = sum(total for total, _n in stays.values())
    for step, (total, n) in stays.items():
        if n < few:
            continue
        marks[step] = Overlay(
            text=show_hours(total / n), light=_light(total / everything if everything else 0.0)
        )
    return marks


def _light(share: float) -> str:
    return "red" if share >= RED else "yellow" if share >= YELLOW else "green"


def diagram_of(study: Study, *, title: str = "") -> Diagram:
    """The directly-follows graph of any log, laid out from left to right: counts and mean waiting on its arcs."""
    shown = _chosen(study)
    ids = {step.label: f"n{number}" for number, step in enumerate(study.steps)}
    links: list[tuple[str, str, tuple[str, ...]]] = [
        (ids[a.source], ids[a.target], (f"{a.n:,}", show_hours(a.times.mean))) for a in shown
    ]
    links += [(START, ids[s.label], (f"{s.firsts:,}",)) for s in study.steps if s.firsts]
    links += [(ids[s.label], END, (f"{s.lasts:,}",)) for s in study.steps if s.lasts]
    shapes = _shapes(study, ids)
    boxes = [Box(id=shape.id, main=shape.w, cross=shape.h) for shape in shapes]
    layout = arrange(boxes, [_link(number, link) for number, link in enumerate(links)])
    return Diagram(
        title=title,
        shapes=tuple(_placed(shape, *layout.boxes[shape.id]) for shape in shapes),
        edges=tuple(
            Edge(
                id=str(number),
                points=tuple(layout.routes[str(number)]),
                label=label,
                label_at=layout.labels.get(str(number)),
                source=source,
                target=target,
                arcs=(f"{source}->{target}",),
            )
            for number, (source, target, label) in enumerate(links)
        ),
        width=layout.width,
        height=layout.height,
    )


def _chosen(study: Study) -> list[Arc]:
    """The arcs to draw, in their order: the strongest, and for every step its strongest way in and out."""
    keep: set[tuple[str, str]] = set()
    reached: set[str] = {step.label for step in study.steps if step.firsts}
    left: set[str] = {step.label for step in study.steps if step.lasts}
    for rank, arc in enumerate(study.arcs):
        if rank < MOST_ARCS or arc.target not in reached or arc.source not in left:
            keep.add((arc.source, arc.target))
            reached.add(arc.target)
            left.add(arc.source)
    return [arc for arc in study.arcs if (arc.source, arc.target) in keep]


def left_out(study: Study) -> int:
    """How many arcs the drawing leaves out; the table has them all."""
    return len(study.arcs) - len(_chosen(study))


def _shapes(study: Study, ids: Mapping[str, str]) -> list[Shape]:
    found = [Shape(id=START, kind="startEvent", x=0, y=0, w=ROUND, h=ROUND)]
    for step in study.steps:
        lines = wrap(step.label, (STEP_WIDTH - 20) / TITLE, 3)
        high = max(STEP_HEIGHT, 38 + LINE * len(lines))
        note = f"{step.n:,}次"
        found.append(
            Shape(
                id=ids[step.label], kind="task", x=0, y=0, w=STEP_WIDTH, h=high, label=step.label, note=note
            )
        )
    return [*found, Shape(id=END, kind="endEvent", x=0, y=0, w=ROUND, h=ROUND)]


def _link(number: int, link: tuple[str, str, tuple[str, ...]]) -> Link:
    source, target, label = link
    return Link(
        id=str(number),
        source=source,
        target=target,
        main=max(map(width, label)) * LABEL + 12,
        cross=17.0 * len(label) + 4,
    )


def _placed(shape: Shape, x: float, y: float) -> Shape:
    return Shape(
        id=shape.id, kind=shape.kind, x=x, y=y, w=shape.w, h=shape.h, label=shape.label, note=shape.note
    )


def draw_log(study: Study, *, title: str = "", lang: str = "zh", key: str = "log") -> str:
    """The SVG of any log; a step into which much of the waiting flows bears it in yellow or red."""
    ids = {step.label: f"n{number}" for number, step in enumerate(study.steps)}
    shares: dict[str, float] = {}
    hours: dict[str, tuple[float, int]] = {}
    for arc in study.arcs:
        shares[arc.target] = shares.get(arc.target, 0.0) + arc.share
        total, n = hours.get(arc.target, (0.0, 0))
        hours[arc.target] = (total + arc.times.total, n + arc.n)
    marks = {
        ids[label]: Overlay(text=show_hours(hours[label][0] / hours[label][1]), light=_light(share))
        for label, share in shares.items()
        if share >= YELLOW
    }
    return draw(diagram_of(study, title=title), title=title, marks=marks, lang=lang, key=key)


__all__ = ["diagram_of", "draw_log", "left_out", "marks_of"]

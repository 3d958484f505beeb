"""Questions about lines: where am I, how long will it be, what does the point look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from gongzhi.city.counters.errors import NoSuchNumber
from gongzhi.city.counters.models import Line, QueueNumber, Window
from gongzhi.city.kernel import clock, ids

State = QueueNumber.State
#: an estimate rests on what was done in this time, at most so many, and at least so many
LOOK_BACK, MOST, LEAST = timedelta(days=14), 200, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How long one waits: from the quarter of short services to the quarter of long ones; with its basis."""

    #: people before
    ahead: int
    #: open windows of the line
    windows: int
    #: minutes; ``None`` where nothing honest can be said
    low: int | None = None
    high: int | None = None
    #: services on which it rests
    basis: int = 0

    @property
    def is_known(self) -> bool:
        return self.low is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line as the board of its point shows it."""

    line: Line
    waiting: int
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowView:
    """A window as the board shows it: never who sits there."""

    window: Window
    number: QueueNumber | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What hangs on the wall of a point: numbers, never names."""

    lines: Sequence[LineView]
    windows: Sequence[WindowView]
    missed: Sequence[QueueNumber]
    at: datetime


def number_by_code(code: str) -> QueueNumber:
    """The number of a code as people type it. NoSuchNumber."""
    read = ids.read_tracking_code(code)
    found = (
        QueueNumber.objects.filter(code=read).select_related("line__office", "window").first()
        if read
        else None
    )
    if found is None:
        raise NoSuchNumber(which=code.strip()[:24])
    return found


def ahead_of(number: QueueNumber) -> int:
    """How many are called before this one."""
    before = QueueNumber.objects.filter(line=number.line, day=number.day, state=State.WAITING)
    return before.filter(
        Q(ready_at__lt=number.ready_at) | Q(ready_at=number.ready_at, pk__lt=number.pk)
    ).count()


def estimate(line: Line, ahead: int) -> Estimate:
    """How long somebody waits who has ``ahead`` people before them.

    With w open windows of which none is idle, the next is called after about (ahead + 1) / w services. The quarter
    and three-quarter points of recent services stand for a service. Nothing is said with no window open or with fewer
    than five services to go by.
    """
    open_now = Window.objects.filter(lines=line, state=Window.State.OPEN)
    windows = open_now.count()
    busy = QueueNumber.objects.filter(window__in=open_now, state__in=QueueNumber.AT_WINDOW).count()
    seconds = service_seconds(line)
    if not windows or len(seconds) < LEAST:
        return Estimate(ahead=ahead, windows=windows, basis=len(seconds))
    if ahead < windows - busy:
        return Estimate(ahead=ahead, windows=windows, low=0, high=0, basis=len(seconds))
    queue = ahead - (windows - busy)
    low = queue / windows * quantile(seconds, 0.25)
    high = (queue + 1) / windows * quantile(seconds, 0.75)
    minutes = (int(low // 60), max(1, -int(-high // 60)))
    return Estimate(ahead=ahead, windows=windows, low=minutes[0], high=minutes[1], basis=len(seconds))


def service_seconds(line: Line) -> list[float]:
    """How long the last services of the line took, in order of length."""
    since = clock.now() - LOOK_BACK
    done = QueueNumber.objects.filter(
        line=line, state=State.DONE, ended_at__gte=since, serving_at__isnull=False
    ).order_by("-ended_at")
    pairs = done.values_list("serving_at", "ended_at")[:MOST]
    return sorted((end - start).total_seconds() for start, end in pairs if start and end)


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the sorted values lie, by linear interpolation; 0 for none."""
    if not values:
        return 0.0
    place = part * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def board(point: str) -> Board:
    """The board of a point: four queries and two for each line's estimate."""
    lines = list(Line.objects.filter(point=point).select_related("office").order_by("letter"))
    today = clock.today()
    counted = QueueNumber.objects.filter(line__in=lines, day=today, state=State.WAITING)
    waiting = dict(counted.values_list("line").annotate(n=Count("id")))
    current = {
        number.window_id: number
        for number in QueueNumber.objects.filter(
            line__in=lines, day=today, state__in=QueueNumber.AT_WINDOW
        ).select_related("line")
    }
    windows = Window.objects.filter(point=point).prefetch_related("lines").order_by("number")
    missed = QueueNumber.objects.filter(line__in=lines, day=today, state=State.MISSED).select_related("line")
    return Board(
        lines=[
            LineView(
                line=line, waiting=waiting.get(line.pk, 0), estimate=estimate(line, waiting.get(line.pk, 0))
            )
            for line in lines
        ],
        windows=[WindowView(window=window, number=current.get(window.pk)) for window in windows],
        missed=list(missed.order_by("-called_at")[:12]),
        at=clock.now(),
    )


def waiting_at(window: Window) -> list[QueueNumber]:
    """Who waits for a window, the next one first."""
    found = QueueNumber.objects.filter(
        line__in=window.lines.all(), day=clock.today(), state__in=(State.WAITING, State.MISSED)
    )
    return list(found.select_related("line").order_by("ready_at", "pk")[:60])

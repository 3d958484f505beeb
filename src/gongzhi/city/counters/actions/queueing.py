"""Numbers: taken by whoever waits, called by whoever sits at a window."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from gongzhi.city.counters.actions.recording import locked, record, said
from gongzhi.city.counters.actions.windows import at_window, mine
from gongzhi.city.counters.errors import (
    LineClosed,
    LineFull,
    NobodyWaiting,
    NotYourWindow,
    NumberMoved,
    WindowBusy,
)
from gongzhi.city.counters.models import Line, QueueNumber, Window
from gongzhi.city.counters.numbering import next_number
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing

State = QueueNumber.State
#: people who wait in one line; more can't be served on a day
MOST_WAITING = 400


@transaction.atomic
def take_number(by: Standing, line: Line, item: str = "", *, ready_at: datetime | None = None) -> QueueNumber:
    """A number in a line for today; ``ready_at`` is its place in the line (default: now, at the end).

    Right ``queue.take``. LineClosed, WordsMissing.
    """
    check(by, "queue.take")
    item = said(item, "办什么", 60, need=False)
    now, day = clock.now(), clock.today()
    seq = next_number(f"line:{line.pk}", day)
    fresh = Line.objects.select_related("office").get(pk=line.pk)
    if not fresh.is_open:
        raise LineClosed(line=str(fresh))
    if QueueNumber.objects.filter(line=line, day=day, state=State.WAITING).count() >= MOST_WAITING:
        raise LineFull
    number = QueueNumber.objects.create(
        line=fresh,
        day=day,
        seq=seq,
        code=ids.tracking_code(),
        item=item,
        ready_at=ready_at or now,
        taken_at=now,
    )
    record(by, "number_taken", number, number=number.label, point=fresh.point, item=item)
    return number


@transaction.atomic
def leave_line(by: Standing, number: QueueNumber) -> QueueNumber:
    """Whoever holds the number waits no longer. The holder of the code may. NumberMoved."""
    return _move(by, number, "number_left", State.LEFT, (State.WAITING, State.MISSED), ended_at=clock.now())


@transaction.atomic
def call_next(by: Standing, window: Window) -> QueueNumber:
    """Call the one who has waited longest in the lines of the window.

    Two windows that call at the same moment get different numbers. Right ``queue.serve``. NotYourWindow, WindowBusy,
    NobodyWaiting.
    """
    held = mine(by, window)
    if held.state != Window.State.OPEN:
        raise NotYourWindow(window=str(held))
    current = at_window(held)
    if current is not None:
        raise WindowBusy(number=current.label)
    # a number that another window is just taking is skipped, not waited for
    waiting = QueueNumber.objects.select_for_update(of=("self",), skip_locked=True)
    number = (
        waiting.filter(line__in=held.lines.all(), day=clock.today(), state=State.WAITING)
        .select_related("line__office")
        .order_by("ready_at", "pk")
        .first()
    )
    if number is None:
        raise NobodyWaiting
    _set(number, state=State.CALLED, window=held, called_at=clock.now(), calls=1)
    record(by, "number_called", number, window=held.number)
    return number


@transaction.atomic
def recall(by: Standing, window: Window) -> QueueNumber:
    """Call out the number at the window once more. NumberMoved when its person stands there already."""
    number = _current(by, window, (State.CALLED,))
    _set(number, calls=number.calls + 1, called_at=clock.now())
    record(by, "number_called", number, window=window.number, again=number.calls)
    return number


@transaction.atomic
def serve(by: Standing, window: Window) -> QueueNumber:
    """The person has come to the window."""
    number = _current(by, window, (State.CALLED,))
    _set(number, state=State.SERVING, serving_at=clock.now())
    record(by, "number_served", number)
    return number


@transaction.atomic
def finish(by: Standing, window: Window) -> QueueNumber:
    """What the person came for is done, or goes on without them."""
    number = _current(by, window, QueueNumber.AT_WINDOW)
    now = clock.now()
    _set(number, state=State.DONE, serving_at=number.serving_at or number.called_at or now, ended_at=now)
    record(by, "number_done", number)
    return number


@transaction.atomic
def miss(by: Standing, window: Window) -> QueueNumber:
    """Nobody came when the number was called; it can be brought back today."""
    number = _current(by, window, (State.CALLED,))
    _set(number, state=State.MISSED)
    record(by, "number_missed", number)
    return number


@transaction.atomic
def bring_back(by: Standing, number: QueueNumber) -> QueueNumber:
    """A missed number waits again and comes next. Right ``queue.serve``. NumberMoved."""
    check(by, "queue.serve", number)
    return _move(by, number, "number_back", State.WAITING, (State.MISSED,), window=None)


@transaction.atomic
def link_number(by: Standing, number: QueueNumber, case: str) -> QueueNumber:
    """Remember which case was opened for the number. Right ``queue.serve``."""
    check(by, "queue.serve", number)
    held = locked(number)
    _set(held, case=case[:64])
    record(by, "number_linked", held, case=held.case)
    return held


def _current(by: Standing, window: Window, states: Collection[str]) -> QueueNumber:
    """The number at this person's window, under lock. NotYourWindow, NobodyWaiting, NumberMoved."""
    current = at_window(mine(by, window))
    if current is None:
        raise NobodyWaiting
    number = locked(current)
    if number.state not in states:
        raise NumberMoved(number=number.label, state=number.get_state_display())
    return number


def _move(
    by: Standing, number: QueueNumber, kind: str, state: str, allowed: Collection[str], **more: object
) -> QueueNumber:
    held = locked(number)
    if held.state not in allowed:
        raise NumberMoved(number=held.label, state=held.get_state_display())
    _set(held, state=state, **more)
    record(by, kind, held)
    return held


def _set(number: QueueNumber, **values: object) -> None:
    for name, value in values.items():
        setattr(number, name, value)
    number.save(update_fields=list(values))

"""Somebody sits down at a window, pauses, and goes. The journal isn't told: it would be a record of attendance, and there is
no check-in here. Who called and served which number is told, with the number."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from gongzhi.city.counters.actions.recording import locked
from gongzhi.city.counters.errors import NotYourWindow, WindowBusy, WindowTaken
from gongzhi.city.counters.models import QueueNumber, Window
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing


@transaction.atomic
def open_window(by: Standing, window: Window) -> Window:
    """Sit down at a window, or go on after a pause. Right ``queue.serve``. WindowTaken."""
    check(by, "queue.serve", window)
    held = locked(window)
    if held.post_id is not None and str(held.post_id) != by.post:
        raise WindowTaken(place=str(held))
    try:
        with transaction.atomic():
            _turn(held, Window.State.OPEN, by.post)
    except IntegrityError as error:  # they sit at another window
        raise WindowTaken(place=str(held)) from error
    return held


@transaction.atomic
def pause_window(by: Standing, window: Window) -> Window:
    """Call nobody for a while. NotYourWindow."""
    held = mine(by, window)
    _turn(held, Window.State.PAUSED, by.post)
    return held


@transaction.atomic
def close_window(by: Standing, window: Window) -> Window:
    """Leave the window. NotYourWindow, WindowBusy while a number is at it."""
    held = mine(by, window)
    number = at_window(held)
    if number is not None:
        raise WindowBusy(number=number.label)
    _turn(held, Window.State.CLOSED, "")
    return held


def mine(by: Standing, window: Window) -> Window:
    """The window under lock, if this person sits at it. Right ``queue.serve``, NotYourWindow."""
    check(by, "queue.serve", window)
    held = locked(window)
    if not by.post or str(held.post_id) != by.post:
        raise NotYourWindow(window=str(held))
    return held


def at_window(window: Window) -> QueueNumber | None:
    """The number that is at the window now."""
    numbers = QueueNumber.objects.filter(window=window, state__in=QueueNumber.AT_WINDOW)
    return numbers.select_related("line__office").first()


def _turn(window: Window, state: str, post: str) -> None:
    window.state, window.post_id = state, int(post) if post else None
    window.save(update_fields=["state", "post"])

"""Lines, windows and seats are set up by the office that answers for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from gongzhi.city.counters import points
from gongzhi.city.counters.actions.recording import locked, record, said
from gongzhi.city.counters.errors import PlaceTaken
from gongzhi.city.counters.models import Line, Seat, Window
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office

LONGEST = 60


def add_line(
    by: Standing,
    point: str,
    letter: str,
    title: str,
    office: Office,
    *,
    items: Sequence[str] = (),
    hourly: int = 0,
) -> Line:
    """A new queue at a point. Right ``counter.manage`` over the office. NoSuchPoint, PlaceTaken, WordsMissing."""
    _check(by, office)
    points.point(point)
    letter = said(letter, "字母", 2).upper()
    line = Line(
        point=point,
        letter=letter,
        title=said(title, "名称", 40),
        office=office,
        items=words(items),
        hourly=max(0, min(60, hourly)),
    )
    with transaction.atomic():
        _save(line, letter)
        record(by, "line_added", line, point=point, letter=letter, title=line.title, office=office.code)
    return line


def add_window(
    by: Standing, point: str, number: int, title: str, office: Office, lines: Sequence[Line]
) -> Window:
    """A new window that calls the numbers of these lines. Right ``counter.manage``. NoSuchPoint, PlaceTaken."""
    _check(by, office)
    points.point(point)
    window = Window(point=point, number=number, title=said(title, "名称", 40), office=office)
    with transaction.atomic():
        _save(window, f"{number}号窗口")
        window.lines.set([line for line in lines if line.point == point])
        record(by, "window_added", window, point=point, number=number, office=office.code)
    return window


def add_seat(by: Standing, office: Office, title: str, *, skills: Sequence[str] = ()) -> Seat:
    """A new video seat of an office. Right ``counter.manage``. PlaceTaken, WordsMissing."""
    _check(by, office)
    seat = Seat(office=office, title=said(title, "名称", 40), skills=words(skills))
    with transaction.atomic():
        _save(seat, seat.title)
        record(by, "seat_added", seat, title=seat.title, office=office.code, skills=seat.skills)
    return seat


@transaction.atomic
def switch_line(by: Standing, line: Line, *, is_open: bool) -> None:
    """Begin or stop giving numbers in a line; whoever has one is still served. Right ``queue.serve``."""
    check(by, "queue.serve", line)
    held = locked(line)
    if held.is_open != is_open:
        held.is_open = is_open
        held.save(update_fields=["is_open"])
        record(by, "line_opened" if is_open else "line_closed", held)
    line.is_open = is_open


def words(items: Sequence[str]) -> list[str]:
    """Everyday words, each once, without blanks."""
    return list(dict.fromkeys(said(each, "事项", LONGEST) for each in items if each.strip()))[:200]


def _check(by: Standing, office: Office) -> None:
    check(by, "counter.manage", Target(area_path=office.area.path, office_paths=(office.path,)))


def _save(row: Line | Window | Seat, place: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise PlaceTaken(place=place) from error

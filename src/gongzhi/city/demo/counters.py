"""A hall that works: lines, windows and video seats at the first service points, with some days of numbers behind them."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from django.utils import timezone

from gongzhi.city.counters import actions, points
from gongzhi.city.counters.actions import Caller, Contact
from gongzhi.city.counters.models import Line, Seat, Window
from gongzhi.city.demo.cast import PASSWORD
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.people.actions import create_account
from gongzhi.city.people.models import User
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Office, valid

POINTS, DAYS, A_DAY = 3, 5, 14
ITEMS = ("居住证明", "社保", "医保", "户籍", "不动产")
PEOPLE = (
    ("hujing", "胡静", "window_clerk", "综合窗口"),
    ("chenxi", "陈曦", "seat", "云端坐席"),
    ("xiaolin", "肖琳", "seat", "云端坐席"),
)
#: the big hall comes first, then the hut and the station of the stories; others follow in their order
FIRST = ("DT01", "XW01", "XW02")
#: what else the big hall has: letter, title, words, how many wait there now
MORE = (
    ("B", "社保医保", ("社保", "医保"), 3),
    ("C", "不动产", ("不动产", "公积金"), 1),
    ("D", "企业开办", ("营业执照", "开办企业", "食品经营"), 2),
)


def fill_counters() -> int:
    """Set up the first open service points and the video desk; gives how many points. Nothing when it was done before,
    or when the register has none."""
    rank = {key: place for place, key in enumerate(FIRST)}
    found = sorted(points.points(""), key=lambda point: rank.get(point.key, len(rank)))[:POINTS]
    if Seat.objects.exists() or not found:
        return 0
    offices = [_office(point.office) for point in found]
    clerk, *_seats = [_person(*each, offices[0]) for each in PEOPLE]
    windows = []
    for point, office in zip(found, offices, strict=True):
        line = actions.add_line(SYSTEM, point.key, "A", "综合受理", office, items=ITEMS, hourly=4)
        windows.append(actions.add_window(SYSTEM, point.key, 1, "综合窗口", office, [line]))
    _live_days(clerk, windows[0])
    if found[0].key in FIRST:
        _more_windows(found[0].key, offices[0])
    actions.add_seat(SYSTEM, offices[0], "云端一号", skills=["社保", "医保"])
    actions.add_seat(SYSTEM, offices[0], "云端二号")
    _ask(windows[0].lines.get())
    return len(found)


def _more_windows(point: str, office: Office) -> None:
    """The other lines of the big hall, each with a window and people who wait."""
    for number, (letter, title, items, waiting) in enumerate(MORE, 2):
        line = actions.add_line(SYSTEM, point, letter, title, office, items=items, hourly=4)
        actions.add_window(SYSTEM, point, number, f"{title}窗口", office, [line])
        for place in range(waiting):
            actions.take_number(resident(""), line, items[place % len(items)])


def _live_days(clerk: Standing, window: Window) -> None:
    """Some days of numbers, so that the waiting time has something to rest on; two wait now."""
    chance, line = random.Random(7), window.lines.get()
    for back in range(DAYS, 0, -1):
        day = clock.today() - timedelta(days=back)
        at = timezone.make_aware(datetime.combine(day, time(8, 40)))
        with clock.frozen(at):
            actions.open_window(clerk, window)
        for _ in range(A_DAY):
            with clock.frozen(at):
                actions.take_number(resident(""), line, chance.choice(ITEMS))
            with clock.frozen(at + timedelta(minutes=chance.randint(1, 9))):
                actions.call_next(clerk, window)
                actions.serve(clerk, window)
            at += timedelta(minutes=chance.randint(10, 24))
            with clock.frozen(at):
                actions.finish(clerk, window)
        with clock.frozen(at):
            actions.close_window(clerk, window)
    for item in ITEMS[:2]:
        actions.take_number(resident(""), line, item)


def _ask(line: Line) -> None:
    """A call that is owed, somebody who can't come, and an hour at the window."""
    caller = Caller(name="王秀英", phone="13872001234")
    actions.ask_video(resident(""), caller, skill="社保", words="养老金发到几月", later=True)
    tomorrow = clock.today() + timedelta(days=1)
    home = Contact(name="刘大爷", phone="13872005678", place="三组十二号")
    actions.ask_visit(
        resident(""), line.office.area, home, item="养老认证", day=tomorrow, hour=9, reason="immobile"
    )
    actions.ask_window(resident(""), line, Contact(phone="13872001234"), item="不动产", day=tomorrow, hour=10)


def _office(code: str) -> Office:
    rows = Office.objects.filter(valid()).select_related("area")
    return rows.filter(code=code).first() or rows.order_by("path")[0]


def _person(username: str, name: str, role: str, title: str, office: Office) -> Standing:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = create_account(SYSTEM, username=username, name=name, password=PASSWORD)
    post = next((each for each in queries.posts_of(user) if each.role == role), None)
    if post is None:
        territory.appoint(SYSTEM, user, role, office=office, title=title)
        post = next(each for each in queries.posts_of(user) if each.role == role)
    return queries.standing(post)

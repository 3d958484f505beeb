"""The duty room of the county: a month of shifts around today, those that passed signed on both sides, and lines in the log."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from gongzhi.city.duty import actions
from gongzhi.city.duty.actions import Seat
from gongzhi.city.duty.models import DutyRoom, Place, Shift
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Office, Post, valid
from gongzhi.engine.instants import SHANGHAI

OFFICE, TITLE, PHONE = "dy-zzb", "大冶市总值班室", "0714-8720000"
BACK, AHEAD = 10, 20
#: (title, begins, ends): the night ends on the next day
DAY, NIGHT = ("白班", time(8), time(18)), ("夜班", time(18), time(8))
#: kind, from whom, what, whether it stays open until another line settles it
LINES = (
    ("call", "金牛镇值班室", "电话报：金牛大道一处污水井盖移位，已放锥桶，无人受伤。", False),
    (
        "paper",
        "市防汛办",
        "收传真：未来三天有中到大雨，各乡镇加强水库和地质灾害点巡查。已转各乡镇值班室。",
        False,
    ),
    ("call", "供电公司", "电话报：东岳路一段计划检修停电两小时，已通知社区贴告示。", False),
    ("order", "市领导", "请了解还地桥镇客运站停运情况，明早八点前回话。", True),
    ("event", "", "网络检查：与各乡镇值班室视频点名，全部应答。", False),
    ("call", "群众来电", "反映新冶大道红绿灯不亮，已派交警到场指挥并通知维修。", True),
    ("paper", "黄石市政府总值班室", "收文：报送本周值班表。已报。", False),
    ("call", "应急管理局", "电话报：灵乡镇山林冒烟已扑灭，过火约二十平方米，无人员伤亡。", False),
)
SETTLED = "已回话，情况写进了交接事项。"


def fill_duty() -> int:
    """Open the room of the county with its roster; gives how many shifts it has. Nothing when it is open already, or when
    nobody is there to sit in it."""
    office = Office.objects.filter(valid(), code=OFFICE).select_related("area").first()
    if office is None or DutyRoom.objects.exists():
        return 0
    officers = [queries.standing(post) for post in _posts(office, "duty_officer")]
    leaders = list(Post.objects.filter(role="leader", office__parent=None).select_related("user"))
    if not officers:
        return 0
    now = clock.now()
    spans = list(_spans(clock.today()))
    with clock.frozen(spans[0][1] - timedelta(hours=1)):
        room = actions.open_room(SYSTEM, office, TITLE, phone=PHONE, is_main=True)
        shifts = [
            actions.plan_shift(SYSTEM, room, title, starts, ends, _seats(number, officers, leaders))
            for number, (title, starts, ends) in enumerate(spans)
        ]
    _live(room, shifts, officers, now)
    return len(shifts)


def _spans(today: date) -> Iterator[tuple[str, datetime, datetime]]:
    for back in range(-BACK, AHEAD + 1):
        day = today + timedelta(days=back)
        for title, begins, ends in (DAY, NIGHT):
            until = day if ends > begins else day + timedelta(days=1)
            yield (
                title,
                datetime.combine(day, begins, SHANGHAI),
                datetime.combine(until, ends, SHANGHAI),
            )


def _seats(number: int, officers: list[Standing], leaders: list[Post]) -> list[Seat]:
    """One officer by turns, by day with a leader of the city."""
    officer = officers[number % len(officers)]
    post = Post.objects.select_related("user").get(pk=officer.post)
    seats = [Seat(name=officer.name, user=post.user)]
    if leaders and number % 2 == 0:
        leader = leaders[number // 2 % len(leaders)]
        seats.append(Seat(name=leader.user.name, part=Place.Kind.LEAD, user=leader.user))
    return seats


def _live(room: DutyRoom, shifts: list[Shift], officers: list[Standing], now: datetime) -> None:
    """Each shift that has begun was taken over from the one before, and wrote down what came in."""
    chance = random.Random(11)
    before: tuple[Shift, Standing] | None = None
    for number, shift in enumerate(shifts):
        if shift.starts > now:
            return
        by = officers[number % len(officers)]
        if before is not None:
            with clock.frozen(shift.starts - timedelta(minutes=8)):
                actions.hand_over(before[1], before[0], "按表交接。")
        with clock.frozen(shift.starts - timedelta(minutes=chance.randint(1, 5))):
            actions.take_over(by, shift)
        _write(room, shift, by, chance, now)
        before = (shift, by)


def _write(room: DutyRoom, shift: Shift, by: Standing, chance: random.Random, now: datetime) -> None:
    last = shift.ends >= now
    passed = (min(now, shift.ends) - shift.starts) / 100
    for hundredth, (kind, source, text, is_open) in zip((15, 55), chance.sample(LINES, 2), strict=True):
        at = shift.starts + passed * (hundredth + chance.randint(0, 9))
        with clock.frozen(at):
            entry = actions.write_line(by, room, text, kind=kind, source=source, is_open=is_open)
        if is_open and not last:
            with clock.frozen(at + passed * 20):
                actions.settle(by, entry, SETTLED)


def _posts(office: Office, role: str) -> list[Post]:
    rows = Post.objects.filter(valid(), role=role, office=office).order_by("id")
    return list(rows.select_related("user", "office__area", "area"))

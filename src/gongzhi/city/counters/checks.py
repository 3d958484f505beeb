"""What the counters can prove about themselves."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, F, Max, Min, Q

from gongzhi.city.counters.actions.calling import SILENCE
from gongzhi.city.counters.models import DayCount, QueueNumber, Seat, Signal, VideoSession
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.doctor import Finding, checks

#: days that a quick look goes back
RECENT = timedelta(days=14)
#: the tick may be late by this much before it is worth a word
LATE = timedelta(minutes=5)


@checks.register("queue numbers")
def check_numbers(full: bool) -> Finding:
    """Each line's numbers of a day, and the calls of a day, run from 1 without a gap to what was counted."""
    title = "排队号连续"
    since = {} if full else {"day__gte": clock.today() - RECENT}
    given = {
        (f"line:{row['line']}", row["day"]): (row["first"], row["last"], row["n"])
        for row in QueueNumber.objects.filter(**since)
        .values("line", "day")
        .annotate(first=Min("seq"), last=Max("seq"), n=Count("id"))
    }
    given |= {
        ("video", row["day"]): (row["first"], row["last"], row["n"])
        for row in VideoSession.objects.filter(**since)
        .values("day")
        .annotate(first=Min("seq"), last=Max("seq"), n=Count("id"))
    }
    counts = DayCount.objects.filter(~Q(series__startswith="slot:"), **since)
    counted = {(row.series, row.day): row.last for row in counts}
    for key in sorted(given.keys() | counted.keys(), key=str):
        last = counted.get(key, 0)
        if given.get(key, (1, 0, 0)) != (1, last, last):
            remedy = f"{key[0]} {key[1]} 记到{last},实有{given.get(key)}。请从备份核对。"
            return Finding(ok=False, title=title, remedy=remedy)
    return Finding(ok=True, title=f"{title}({len(given)}列)")


@checks.register("video calls")
def check_calls(full: bool) -> Finding:
    """Nobody is connected without a sign of life from both sides; a talking seat has its call; nothing lingers."""
    now = clock.now()
    late = now - timedelta(seconds=SILENCE) - LATE
    silent = VideoSession.objects.filter(state__in=VideoSession.LIVE).filter(
        Q(caller_seen__lt=late)
        | Q(caller_seen__isnull=True)
        | Q(seat_seen__lt=late)
        | Q(seat_seen__isnull=True)
    )
    held = VideoSession.objects.filter(state__in=VideoSession.HELD).values("seat")
    idle = Seat.objects.filter(state=Seat.State.TALKING).exclude(pk__in=held)
    stale = Signal.objects.filter(at__lt=now - timedelta(hours=2))
    unlinked = VideoSession.objects.filter(seat__state__in=("free", "away"), state__in=VideoSession.HELD)
    wrong = [
        f"{silent[0]}没有心跳仍显示接通" if silent.exists() else "",
        f"坐席“{idle[0]}”显示通话而没有通话" if idle.exists() else "",
        f"{unlinked[0]}在通话而坐席没有占用" if unlinked.exists() else "",
        "连接消息没有按时清除" if stale.exists() else "",
    ]
    wrong = [each for each in wrong if each]
    return Finding(
        ok=not wrong,
        title="视频通话",
        remedy=f"{';'.join(wrong)}。请确认 gongzhi tick 在运行。" if wrong else "",
    )


@checks.register("windows")
def check_windows(full: bool) -> Finding:
    """A number is called only at a window of its line, and ends after it was taken."""
    strange = QueueNumber.objects.filter(window__isnull=False).exclude(window__point=F("line__point")).first()
    early = QueueNumber.objects.filter(ended_at__lt=F("taken_at")).first()
    wrong = [
        f"{strange}在别处的窗口办理" if strange else "",
        f"{early}办完早于取号" if early else "",
    ]
    wrong = [each for each in wrong if each]
    return Finding(
        ok=not wrong, title="窗口与号码", remedy=f"{';'.join(wrong)}。请从备份核对。" if wrong else ""
    )

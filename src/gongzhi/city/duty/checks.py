"""What ``gongzhi doctor`` asks this room."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Max, Min

from gongzhi.city.duty.actions.writing import digest, whole
from gongzhi.city.duty.models import DutyRoom, LogEntry, Shift
from gongzhi.city.duty.queries.desk import held_shift
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import subject

LATE = timedelta(minutes=5)
RECENT = 500


@checks.register("duty log")
def check_log(full: bool) -> Finding:
    """Lines run from 1 without a gap, and say what the journal says that they said."""
    title = "值班日志"
    counted = LogEntry.objects.values("room").annotate(n=Count("id"), first=Min("seq"), last=Max("seq"))
    for row in counted:
        if (row["first"], row["last"]) != (1, row["n"]):
            return Finding(ok=False, title=title, remedy=f"值班室{row['room']}的日志有缺号。请从备份核对。")
    for room in DutyRoom.objects.all():
        rows = LogEntry.objects.filter(room=room).order_by("-seq")
        lines = {line.seq: line for line in (rows if full else rows[:RECENT])}
        written = Entry.objects.filter(subject=subject("dutyroom", room.pk), kind="log_written")
        facts = written.order_by("-seq").values_list("data", flat=True)
        for data in facts if full else facts[:RECENT]:
            line = lines.get(data["seq"])
            # facts of earlier versions know the words only
            if line and (digest(line.text), whole(line)) != (data["digest"], data.get("whole", whole(line))):
                remedy = f"{room}日志第{data['seq']}条与记录不符，内容被改过。请从备份核对。"
                return Finding(ok=False, title=title, remedy=remedy)
    return Finding(ok=True, title=title)


@checks.register("duty shifts")
def check_shifts(full: bool) -> Finding:
    """Somebody answers in every room that has a roster, and late shifts were told of."""
    now = clock.now()
    wrong = []
    for room in DutyRoom.objects.filter(shifts__starts__lte=now).distinct():
        if held_shift(room) is None:
            wrong.append(f"{room}现在没有人负责")
    for shift in Shift.objects.filter(state=Shift.State.PLANNED, warned_at__isnull=True).select_related(
        "room"
    ):
        if shift.late_at(now - LATE):
            wrong.append(f"{shift.room}“{shift}”无人接班而没有提醒")
    remedy = f"{'；'.join(wrong[:5])}。请接班，并确认 gongzhi work 在运行。" if wrong else ""
    return Finding(ok=not wrong, title="值班班次", remedy=remedy)

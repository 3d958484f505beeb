"""What ``gongzhi doctor`` asks this room."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.messages import channels
from gongzhi.city.messages.models import Message, Summons

LATE = timedelta(minutes=5)
RECENT = timedelta(days=1)


@checks.register("messages")
def check_messages(full: bool) -> Finding:
    """What waits is sent in time, calls go on, and what failed within a day is said."""
    now = clock.now()
    late = Message.objects.filter(state=Message.State.WAITING, run_after__lt=now - LATE).count()
    stuck = Summons.objects.filter(state=Summons.State.OPEN, next_at__lt=now - LATE).count()
    failed = Message.objects.filter(state=Message.State.FAILED, created_at__gte=now - RECENT).count()
    wrong = [
        f"{late}条消息该发没有发" if late else "",
        f"{stuck}个传呼该叫下一位没有叫" if stuck else "",
        f"一天内{failed}条消息没有发出去" if failed else "",
    ]
    wrong = [each for each in wrong if each]
    ways = "、".join(str(channels.TITLES[each]) for each in [channels.IN_APP, *channels.outside()])
    remedy = f"{';'.join(wrong)}。请确认 gongzhi work 在运行，GONGZHI_MESSAGES 的地址通。" if wrong else ""
    return Finding(ok=not wrong, title=f"消息({ways})", remedy=remedy)

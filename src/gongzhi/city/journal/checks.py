"""What the journal can prove about itself."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from django.db import connection
from django.utils import timezone

from gongzhi.city.journal.guards import guards_stand
from gongzhi.city.journal.models import JournalHead, Pending
from gongzhi.city.journal.reactions import parked
from gongzhi.city.journal.verification import verify
from gongzhi.city.kernel.doctor import Finding, checks


@checks.register("journal guards")
def check_guards(full: bool) -> Finding:
    """The triggers against changes are there."""
    missing = guards_stand(connection)
    return Finding(
        ok=not missing,
        title="日志防改触发器",
        remedy=f"{', '.join(missing)} 缺少触发器:有人拆除过。查明原因后重新执行 journal 0002 迁移。",
    )


@checks.register("journal chains")
def check_chains(full: bool) -> Finding:
    """Every chain holds (since the last time; ``full``: from the start)."""
    breaks = list(islice(verify(full=full), 20))
    return Finding(
        ok=not breaks,
        title=f"日志链({JournalHead.objects.count()}条链,{'全部重算' if full else '新增部分'})",
        remedy=f"{';'.join(map(str, breaks))}。请与备份比对,找出并恢复被改动的记录。",
    )


@checks.register("journal reactions")
def check_reactions(full: bool) -> Finding:
    """Nothing is parked, and nothing waits for long."""
    stuck = parked().select_related("entry").first()
    late = Pending.objects.filter(parked=False, run_after__lt=timezone.now() - timedelta(minutes=10)).count()
    remedy = f"有{late}条等待超过10分钟:请确认 gongzhi work 在运行。" if late else ""
    if stuck:
        reason = stuck.error.strip().splitlines()[-1] if stuck.error else ""
        remedy = f"{parked().count()}条后续处理失败并搁置,第一条是 {stuck.entry}({reason})。修复后执行 gongzhi doctor --retry。"
    return Finding(ok=not (stuck or late), title="日志的后续处理", remedy=remedy)

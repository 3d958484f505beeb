"""What the pilots room can prove about itself."""

from __future__ import annotations

from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import subject
from gongzhi.city.mechanisms.models import Placement
from gongzhi.city.pilots.actions import lots
from gongzhi.city.pilots.models import Pilot
from gongzhi.city.pilots.plans import read


@checks.register("pilots")
def check_plans(full: bool) -> Finding:
    """Every plan is the one that was declared, its lots come out again, and nothing runs longer than its pilot."""
    wrong = []
    declared = Pilot.objects.exclude(plan_hash="").order_by("-id")
    for row in declared if full else declared[:50]:
        plan = read(row.plan)
        if plan.fingerprint() != row.plan_hash:
            wrong.append(f"“{row}”的方案和公布时不一样")
        if plan.how == "lot" and tuple(sorted(lots(plan.pool, plan.seed, len(plan.treated)))) != plan.treated:
            wrong.append(f"“{row}”的抽签重算不符")
    running = {
        subject("pilot", pk) for pk in Pilot.objects.filter(state="running").values_list("pk", flat=True)
    }
    left = Placement.objects.filter(until=None, source__startswith="pilot:").exclude(source__in=running)
    wrong += [f"{each}没有随试点结束" for each in left[:5]]
    remedy = f"{'；'.join(wrong[:5])}。请从备份核对，并在试点页结束它。" if wrong else ""
    return Finding(ok=not wrong, title="试点的方案和运行范围", remedy=remedy)

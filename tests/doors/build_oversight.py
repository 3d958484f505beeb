"""Run in a process of its own: the small demo city with supervision, inspections, a coloured sheet and last week's bulletin."""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.resources import files

from tests.doors import build_city

HOUSES = ("dispatch_meeting", "supervision")


def main() -> int:
    if failed := build_city.main():
        return failed
    from gongzhi.city.cases import actions
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import routines
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory.models import Post
    from gongzhi.city.territory.queries import standing

    before = clock.now() - timedelta(days=15)
    with clock.frozen(before):
        for name in HOUSES:
            install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    officer = standing(Post.objects.filter(role="officer", office__isnull=False).order_by("pk").first())
    named = {"code": "D01", "office": officer.office, "scope": "市容环境", "basis": "政府〔2024〕1号"}
    records.put("designated_offices", "D01", {**named, "named_on": "2024-01-02"}, by=SYSTEM, because="试点")
    plan = {"lead": officer.office, "month": 12, "plan": "看登记簿", "scope": "全局", "basis": "常务会决定"}
    for topic in ("生态环境", "安全生产"):
        actions.open_case(
            "supervision", "inspection", {**plan, "topic": topic, "inspectors": "两人"}, by=officer
        )
    sheet = {"subject": "河道垃圾没有清", "lead": officer.office, "color": "蓝", "reason": "过期没有反馈"}
    actions.open_case("supervision", "sheet", sheet, by=SYSTEM)
    item = {"subject": "城南积水", "source": "媒体反映", "source_text": "电视问政", "urgency": "一般"}
    actions.open_case("supervision", "supervision_item", {**item, "lead": officer.office}, by=SYSTEM)
    routines.run_due()
    return 0


if __name__ == "__main__":
    sys.exit(main())

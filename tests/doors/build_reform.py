"""Run in a process of its own: the small demo city with the reform's goals, leaders and one topic, and no task yet."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import django

#: in this order: people of the demo who hold a role of a mechanism come with it
HOUSES = ("daye_minqing", "reform_tasks")
APPEALS, DAYS = 30, 5


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.demo.filling import fill
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import actions as records

    call_command("migrate", verbosity=0)
    for name in HOUSES:
        install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    library.active()  # roles are known once their mechanisms are read
    fill(lambda what, done, total: None, appeals=APPEALS, days=DAYS)
    records.put("reform_goals", "MB1", {"title": "城市管得好", "document": "总体方案"}, by=SYSTEM)
    records.put("reform_leaders", "LD1", {"name": "柳青山", "post": "市委副书记"}, by=SYSTEM)
    topic = {
        "title": "路灯三天修好",
        "topic_kind": "重点专题",
        "goal": "MB1",
        "led_by": "LD1",
        "chief": "柳青山",
    }
    days = {"run_by": "dy-cgj", "starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    records.put("reform_topics", "ZT1", {**topic, **days}, by=SYSTEM)
    return 0


if __name__ == "__main__":
    sys.exit(main())

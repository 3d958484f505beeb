"""Run in a process of its own: the small demo city with clues, published lists, a comparison that was made, and risk points."""

from __future__ import annotations

import sys
from importlib.resources import files

from tests.doors import build_city

HOUSES = ("permits", "clues", "supervision_tap", "integrity_risk")
REGISTERS = (
    "discipline_posts", "powers", "risk_rules", "benefit_payments", "deceased_people", "public_employees",
)  # fmt: skip


def main() -> int:
    if failed := build_city.main():
        return failed
    from gongzhi.city.comparisons.actions import ask, compare_job
    from gongzhi.city.demo.registers import Clerk, rows_of
    from gongzhi.city.demo.registry import Registry
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import catalogue
    from gongzhi.city.territory.models import Post
    from gongzhi.city.territory.queries import standing

    for name in HOUSES:
        install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    clerk = Clerk(Registry(), clock.now(), SYSTEM)
    for name in REGISTERS:
        for row in rows_of(name):
            clerk.write(catalogue.one(name).register, row)
    post = Post.objects.select_related("user", "office__area", "area").get(user__username="jijian")
    run = ask(standing(post), "supervision_tap", "paid_after_death", purpose="专项整治方案第三条")
    compare_job.func(run.pk)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run in a process of its own: the small demo city with a chain, a firm on it, and a breakfast that was held."""

from __future__ import annotations

import sys
from importlib.resources import files

from tests.doors import build_city

HOUSES = ("chain_chiefs", "breakfast_meetings")
FIRM = "91350100M000100Y43"


def main() -> int:
    if failed := build_city.main():
        return failed
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import actions as records

    for name in HOUSES:
        install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    offices = {"chief_office": "dy", "chain_office": "dy-cgj"}
    chain = {"code": "L06", "title": "新材料", "tier_group": "战略产业", "chief_name": "市领导甲", **offices}
    firm = {"credit_code": FIRM, "name": "东钻刀具（虚构）", "chain": "L06", "position": "中游"}
    held = {"code": "ZC2024001", "title": "新材料企业专场", "held_on": "2024-10-14", "host": "市长"}
    held |= {"host_office": "dy", "convener": "dy-cgj"}
    for register, row in (("industry_chains", chain), ("chain_firms", firm), ("breakfast_sessions", held)):
        key = str(next(iter(row.values())))
        records.put(register, key, row, by=SYSTEM, because="演示")
    return 0


if __name__ == "__main__":
    sys.exit(main())

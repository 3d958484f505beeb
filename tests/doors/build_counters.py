"""Run in a process of its own: the small demo city with a hall: a service point with a line, windows and video seats."""

from __future__ import annotations

import sys
from importlib.resources import files

from tests.doors import build_city

HALL = "DY-HALL"
PEOPLE = (
    ("yunjie", "云姐", "seat", "云端坐席"),
    ("leige", "雷哥", "seat", "云端坐席"),
    ("huangting", "黄婷", "window_clerk", "综合窗口"),
    ("qianzr", "钱主任", "leader", "大厅主任"),
)


def main() -> int:
    if failed := build_city.main():
        return failed
    from gongzhi.city.counters import actions
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import create_account
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Office

    hall = Office.objects.select_related("area").order_by("path")[0]
    for username, name, role, title in PEOPLE:
        user = create_account(SYSTEM, username=username, name=name, password=PASSWORD)
        territory.appoint(SYSTEM, user, role, office=hall, title=title)
    for mechanism in ("permits", "doorstep"):
        install(str(files("gongzhi.mechanisms") / mechanism), by=SYSTEM)
    point = records.create(
        SYSTEM,
        "service_points",
        {
            "code": HALL,
            "title": "大冶市政务服务大厅",
            "kind": "便民服务大厅",
            "area": hall.area.code,
            "address": {"text": "大冶市新冶大道", "area": hall.area.code},
            "office": hall.code,
            "hours": "周一至周五 08:30-17:30，中午不休息",
            "errands": ["水费", "电费"],
        },
    )
    records.move(SYSTEM, point, "open", expected=point.version)
    line = actions.add_line(SYSTEM, HALL, "A", "综合受理", hall, items=["社保", "居住证明"], hourly=3)
    for number in (1, 2):
        actions.add_window(SYSTEM, HALL, number, "综合窗口", hall, [line])
    actions.add_seat(SYSTEM, hall, "云端一号", skills=["社保", "医保"])
    actions.add_seat(SYSTEM, hall, "云端二号")
    return 0


if __name__ == "__main__":
    sys.exit(main())

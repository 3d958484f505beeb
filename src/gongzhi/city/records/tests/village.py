"""Two villages with their own people: 张桥村 and 李湾村 of 金湖街道, kept in the registers of the mechanism people_places.

周社工 stands for 张桥村, 李网格 walks it, 王社工 stands for 李湾村, 刘警官 of the police keeps the residents of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.records import actions, places
from gongzhi.city.records.catalogue import Declared
from gongzhi.city.records.models import Record
from gongzhi.city.records.tests.cast import COUNTY, JINHU
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.mechanisms.loader import load
from gongzhi.engine.registers import compile_register

FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "people_places"
ZHANGQIAO, LIWAN, UNIT = "420281001201", "420281001202", "420281001201101"
RESIDENTS = "residents"
IDENTITY = "420281199001011237"


@lru_cache(maxsize=1)
def registers() -> dict[str, Declared]:
    mechanism = load(FOLDER)
    return {
        id_: Declared(
            mechanism=mechanism.id,
            register=compile_register(spec, mechanism.tables, version="1.0.0", roles=mechanism.roles),
        )
        for id_, spec in mechanism.registers.items()
    }


class PeopleSource:
    """The registers of people and places, as the mechanisms room would offer them."""

    def registers(self) -> dict[str, Declared]:
        return registers()


@dataclass(frozen=True)
class Villages:
    """Each by what they are."""

    zhang: Standing
    walker: Standing
    li: Standing
    police: Standing


def build(cast: Any) -> Villages:
    """The villages below 金湖街道, a unit in the first, an office for the police."""
    town = Area.objects.get(code=JINHU)
    areas = {}
    for code, name in ((ZHANGQIAO, "张桥村"), (LIWAN, "李湾村")):
        path = paths.next_child(town.path, [area.path for area in areas.values()])
        areas[code] = Area.objects.create(
            code=code, name=name, short_name=name, level="village", parent=town, path=path
        )
    village = areas[ZHANGQIAO]
    Area.objects.create(
        code=UNIT, name="一单元", short_name="一单元", level="unit", parent=village,
        path=paths.next_child(village.path, []),
    )  # fmt: skip
    root = Office.objects.get(code="gov")
    taken = [office.path for office in Office.objects.filter(parent=root)]
    police = Office.objects.create(
        code="gaj", name="公安局", short_name="公安局", kind="department", area=Area.objects.get(code=COUNTY),
        parent=root, path=paths.next_child(root.path, taken),
    )  # fmt: skip
    places.forget()
    return Villages(
        zhang=_stand("周社工", "officer", areas[ZHANGQIAO]),
        walker=_stand("李网格", "grid_worker", areas[ZHANGQIAO]),
        li=_stand("王社工", "officer", areas[LIWAN]),
        police=_stand("刘警官", "officer", office=police),
    )


def _stand(name: str, role: str, area: Any = None, office: Any = None) -> Standing:
    user = User.objects.create(username=name, name=name)
    Post.objects.create(user=user, role=role, area=area, office=office)
    return Standing(
        person=user.person,
        role=role,
        name=name,
        area=area.code if area else "",
        area_path=area.path if area else "",
        office=office.code if office else "",
        office_path=office.path if office else "",
    )


def resident(by: Standing, code: str, unit: str, *, at: datetime | None = None, **more: Any) -> Record:
    """A resident of a unit or village, as the police keep them."""
    values = {"code": code, "name": "陈大山", "identity_number": IDENTITY, "unit": unit, "source": "gaj"}
    return actions.create(by, RESIDENTS, {**values, **more}, at=at)

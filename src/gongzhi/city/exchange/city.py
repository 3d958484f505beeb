"""Who this city is to others."""

from __future__ import annotations

from django.conf import settings

from gongzhi.city.cases.world import home_area
from gongzhi.engine.mechanisms.packages import Maker


def here() -> Maker:
    """Name and area code of this city."""
    return Maker(name=settings.GONGZHI_CITY_NAME, code=home_area()[:12])


def short_code() -> str:
    """What stands in the versions that this city adapts: six digits, ``local`` before the territory is loaded."""
    return home_area()[:6] or "local"

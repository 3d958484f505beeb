"""What the demo's visitor finds of seeing ahead and helping in time: meters and alerts, households at risk, water, benefits."""

from __future__ import annotations

import random
from collections.abc import Callable

from gongzhi.city.demo.at_risk import fill_at_risk
from gongzhi.city.demo.early_signs import fill_early_signs
from gongzhi.city.demo.housing import fill_housing
from gongzhi.city.demo.metering import fill_power
from gongzhi.city.demo.village import CHAIR, Village
from gongzhi.city.demo.waterside import fill_waterside
from gongzhi.city.demo.welfare import fill_welfare
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.people.models import User

Tell = Callable[[str, int, int], None]


def fill_seeing_ahead(tell: Tell, *, seed: int = 23) -> int:
    """Fill each part as far as its mechanisms are installed, after the village; gives how many cases and alerts there are."""
    if not User.objects.filter(username=CHAIR).exists():
        return 0
    village = Village(clock.now(), random.Random(seed))
    parts: list[Callable[[], int]] = [
        lambda: fill_waterside(village),
        fill_power,
        fill_at_risk,
        lambda: fill_welfare(village),
        fill_housing,
        fill_early_signs,
    ]
    made = 0
    for number, part in enumerate(parts, 1):
        made += part()
        react_to_all()
        tell("看在前面、帮在前头", number, len(parts))
    return made

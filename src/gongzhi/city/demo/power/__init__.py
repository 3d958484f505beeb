"""Synthetic firms on real load shapes, with a seeded truth: what the demo, the benchmark and the tests watch.

    year = Year.make(meters=300, days=365, seed=7)
    year.registers["power_links"]            # register -> key -> values, as the watches want them
    for day, table in tables(year): ...      # one Arrow table per local day: series, us, value
    judge(year, alerts)                      # recall and precision, with and without declarations

Everything follows from the seed: the same call gives the same readings to the last digit. What a firm does is made up; *when*
a region uses power is not: the hours, weekdays and seasons come from the load of a real region and of four kinds of
users (``shapes``). Without those files a plain day of 24 numbers stands in, and ``Shapes.source`` says so.
"""

from gongzhi.city.demo.power.events import Event, Year
from gongzhi.city.demo.power.firms import Firm, make_firms
from gongzhi.city.demo.power.judging import Raised, Score, by_rule, judge
from gongzhi.city.demo.power.readings import tables
from gongzhi.city.demo.power.shapes import Shapes

__all__ = ["Event", "Firm", "Raised", "Score", "Shapes", "Year", "by_rule", "judge", "make_firms", "tables"]

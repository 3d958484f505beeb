"""Watches: rules over series and registers that raise alerts.

spec       the grammar of ``watches/<id>.yaml``          kinds      series, parameters and numbers of each kind
subjects   register rows -> whom a watch looks at        plain      the evaluation that is the measure of truth
counting   surges of counts                              covering   declarations, and why one did not cover
telling    what was found as an alert tells it           notation, examples   scenarios of watches
"""

from gongzhi.engine.watches.counting import Counts, counted, parameters, surges
from gongzhi.engine.watches.covering import Cover, WhyNot, as_data, cover, show_us, slack_us
from gongzhi.engine.watches.examples import differences, play
from gongzhi.engine.watches.kinds import DAY_US, KINDS, day_of, milli, start_of
from gongzhi.engine.watches.notation import read_series
from gongzhi.engine.watches.plain import Found, Readings, Span, find, once
from gongzhi.engine.watches.spec import JudgeSpec, RuleDeedSpec, WatchScenarioSpec, WatchSpec
from gongzhi.engine.watches.subjects import Period, Records, Subject, Subjects, Unwatched, subjects_of
from gongzhi.engine.watches.telling import Warned, names_of, placeholders, rows, warned

__all__ = [
    "DAY_US", "KINDS", "Counts", "Cover", "Found", "JudgeSpec", "Period", "Readings", "Records", "RuleDeedSpec", "Span",
    "Subject", "Subjects", "Unwatched", "Warned", "WatchScenarioSpec", "WatchSpec", "WhyNot", "as_data", "counted", "cover",
    "day_of", "differences", "find", "milli", "names_of", "once", "parameters", "placeholders", "play", "read_series", "rows",
    "show_us", "slack_us", "start_of", "subjects_of", "surges", "warned",
]  # fmt: skip

"""Discrete-event simulation of a mechanism: arrivals, staff with calendars, step times; waiting on both clocks.

model = model_of(mechanism, "appeal", assumptions)       also of a draft that was never installed
runs = [replicate(model, seed, n) for n in range(20)]    pure: the same in every process
summarise(runs)["elapsed.p50"]                           a mean with its interval
differences(runs, other)["elapsed.p50"]                  paired: common random numbers
"""

from gongzhi.engine.simulation.calibrating import calibrate
from gongzhi.engine.simulation.compiling import model_of
from gongzhi.engine.simulation.errors import (
    BadAssumption,
    NoArrivals,
    NoSolution,
    TooLarge,
    UnreadableAssumptions,
)
from gongzhi.engine.simulation.files import assumptions_schema, checked, read_assumptions, read_log
from gongzhi.engine.simulation.fitting import Fit, fit
from gongzhi.engine.simulation.history import History, Learned, Visit, clean, learn
from gongzhi.engine.simulation.laws import LawSpec, chinese, law_of, mean_of, scaled, spec_of
from gongzhi.engine.simulation.model import FitLine, Model
from gongzhi.engine.simulation.running import Replication, replicate
from gongzhi.engine.simulation.spec import (
    ArrivalSpec,
    RoundSpec,
    SimulationSpec,
    StaffSpec,
    TimeSpec,
    VariantSpec,
    merged,
)
from gongzhi.engine.simulation.staffing import Fewest, Trial, fewest
from gongzhi.engine.simulation.summary import Interval, Summary, differences, interval, summarise

__all__ = [
    "ArrivalSpec", "BadAssumption", "Fewest", "Fit", "FitLine", "History", "Interval", "LawSpec", "Learned", "Model", "NoArrivals", "NoSolution",
    "Replication", "RoundSpec", "SimulationSpec", "StaffSpec", "Summary", "TimeSpec", "TooLarge", "Trial",
    "UnreadableAssumptions", "VariantSpec", "Visit", "assumptions_schema", "calibrate", "checked", "chinese", "clean", "differences", "fewest", "fit", "interval", "law_of", "learn", "mean_of", "merged",
    "model_of", "read_assumptions", "read_log", "replicate", "scaled", "spec_of", "summarise",
]  # fmt: skip

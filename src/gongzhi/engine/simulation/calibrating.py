"""How much of a person's time is hands-on: what history leaves open, chosen so that the model lives the past again.

Who always has something on the desk looks busy all the time (see ``history``), and a model in which everybody is busy all the
time never gets done. Where its median is far from the one that was lived, a share of the apparent work is taken to be
waiting on the desk: the share that comes nearest. Both medians are told.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import replace

from gongzhi.engine.calendars import Calendar
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.simulation.compiling import model_of
from gongzhi.engine.simulation.history import History, Learned
from gongzhi.engine.simulation.laws import LawSpec, law_of, mean_of, scaled, spec_of
from gongzhi.engine.simulation.model import FitLine
from gongzhi.engine.simulation.running import replicate
from gongzhi.engine.simulation.spec import SimulationSpec, TimeSpec

#: shares of the apparent work that are tried as hands-on, one after the other until the model is no slower than the past was
SHARES = (1.0, 0.8, 0.6, 0.4, 0.25, 0.15, 0.1, 0.06, 0.03)
#: ended cases below which a median says nothing
LEAST = 10
#: the model may be off by this factor and still be called near
NEAR = 1.5
#: near full use a median swings by this factor from month to month: only beyond it is apparent work not believed
SWING = 4.0
#: days of a trial run
DAYS = 30


def calibrate(
    found: Learned,
    history: History,
    mechanism: Mechanism,
    case_type: str,
    *,
    kept: frozenset[str] = frozenset(),
    days_of: Calendar | None = None,
) -> Learned:
    """What was learnt, with the hands-on share that fits the past best and a line that says how well.

    ``kept`` are steps whose times were given, not learnt. Nothing changes where too few cases have ended or nobody comes.
    """
    n = len(history.elapsed)
    if n < LEAST or found.spec.arrivals is None:
        return found
    lived = statistics.median(history.elapsed)
    tried: list[tuple[float, SimulationSpec, float]] = []
    for share in SHARES:
        spec = _shared(found.spec, share, kept)
        tried.append((share, spec, _median(spec, mechanism, case_type, days_of)))
        if _gap(tried[-1][2], lived) <= (math.log(SWING) if share == 1 else 0):
            break
    share, spec, median = (
        tried[0] if len(tried) == 1 else min(tried, key=lambda each: abs(_gap(each[2], lived)))
    )
    near = abs(_gap(median, lived)) <= math.log(NEAR)
    text = f"照历史检验：{n} 件办结的中位等待 {lived:.0f} 小时，模型算出 {median:.0f} 小时"
    text += "" if near else "；相差大，结果只看方向，不看数"
    lines = [*found.fits, FitLine("check", "检验", n, text, "good" if near else "none")]
    if share < 1:
        words = f"手上总有事的人，看不出真正动手占多少；按 {share:.0%} 动手、其余压在桌上算，最接近历史"
        lines.append(FitLine("share", "动手的时间", n, words, "few"))
    return replace(found, spec=spec, fits=tuple(lines))


def _gap(found: float, lived: float) -> float:
    return math.log(max(found, 0.01) / max(lived, 0.01)) if not math.isnan(found) else math.inf


def _shared(spec: SimulationSpec, share: float, kept: frozenset[str]) -> SimulationSpec:
    """Work that is only partly work: the rest of it passes on the desk."""
    if share == 1:
        return spec
    times = {
        step: _split(given, share) if given.work is not None and given.wait is None and step not in kept else given
        for step, given in spec.times.items()
    }  # fmt: skip
    return spec.model_copy(update={"times": times})


def _split(given: TimeSpec, share: float) -> TimeSpec:
    work: LawSpec = given.work or LawSpec(constant=0.0)
    law = law_of(work)
    if mean_of(law) < 1:
        return given
    return given.model_copy(
        update={
            "work": spec_of(scaled(law, share)),
            "wait": spec_of(scaled(law, 1 - share)),
            "wait_in": "working minutes",
        }
    )


def _median(spec: SimulationSpec, mechanism: Mechanism, case_type: str, days_of: Calendar | None) -> float:
    """The median of natural hours that one short run of the model comes to."""
    trial = spec.model_copy(update={"days": DAYS, "warm_up": DAYS, "patience": 2 * DAYS})
    try:
        return replicate(model_of(mechanism, case_type, trial, days_of=days_of), 1).figures["elapsed.p50"]
    except GongzhiError:
        return math.nan


__all__ = ["LEAST", "NEAR", "SHARES", "SWING", "calibrate"]

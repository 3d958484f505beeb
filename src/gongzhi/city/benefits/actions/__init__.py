"""What can be done with benefits: one verb each; check, ask the engine, write, journal, in one transaction."""

from gongzhi.city.benefits.actions.changing import set_parameter
from gongzhi.city.benefits.actions.granting import decide, grant, stop, sweep
from gongzhi.city.benefits.actions.matching import match, match_job
from gongzhi.city.benefits.actions.paying import approve, drop, make_run, recover, return_line, send
from gongzhi.city.benefits.actions.reviewing import review
from gongzhi.city.benefits.actions.studying import ask, study_job

__all__ = [
    "approve", "ask", "decide", "drop", "grant", "make_run", "match", "match_job", "recover", "return_line", "review", "send",
    "set_parameter", "stop", "study_job", "sweep",
]  # fmt: skip

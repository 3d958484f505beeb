"""Quorum, pass rules, notice periods and countable ballots of meetings. Times and figures are arguments; nothing is kept."""

from gongzhi.engine.assemblies.attendance import Attendance, Standing, quorum, standing
from gongzhi.engine.assemblies.ballots import CHOICES, Ballot, new_receipt, recount, root_of
from gongzhi.engine.assemblies.errors import (
    AssemblyRefused,
    BadFigures,
    BadShare,
    NoticeTooShort,
    RecountDiffers,
)
from gongzhi.engine.assemblies.periods import check_notice, earliest_day, window_ends
from gongzhi.engine.assemblies.rules import Rules, Threshold, Unit, dump_rules, load_rules, share_of
from gongzhi.engine.assemblies.tallies import (
    OUTCOMES,
    Decision,
    Figures,
    Outcome,
    conclude,
    figures_of,
    threshold_words,
)

__all__ = [
    "CHOICES",
    "OUTCOMES",
    "AssemblyRefused",
    "Attendance",
    "BadFigures",
    "BadShare",
    "Ballot",
    "Decision",
    "Figures",
    "NoticeTooShort",
    "Outcome",
    "RecountDiffers",
    "Rules",
    "Standing",
    "Threshold",
    "Unit",
    "check_notice",
    "conclude",
    "dump_rules",
    "earliest_day",
    "figures_of",
    "load_rules",
    "new_receipt",
    "quorum",
    "recount",
    "root_of",
    "share_of",
    "standing",
    "threshold_words",
    "window_ends",
]

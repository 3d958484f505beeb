"""What a log of events says: variants, arcs, bottlenecks, rework, conformance to the drawn flow, drift.

``read_log`` takes CSV, XES and OCEL 2.0 in; ``write_csv``, ``write_xes``, ``write_ocel`` give them out. The counting over
millions of rows is SQL (``city/analytics/queries/mining_*.sql``); ``study_of`` makes values of its answers, and everything
after that is here: ``net_of`` and ``check_paths`` (conformance), ``compare`` (drift), ``marks_of`` and ``draw_log`` (pictures).
"""

from gongzhi.engine.mining.conformance import Conformance, Deviation, Replay, Replayer, check_paths
from gongzhi.engine.mining.csvlog import read_csv, write_csv
from gongzhi.engine.mining.drift import Change, Drift, compare
from gongzhi.engine.mining.errors import EmptyLog, LogTooLarge, NoSuchColumn, TooFewCases, UnreadableLog
from gongzhi.engine.mining.events import Event, Troubles
from gongzhi.engine.mining.nets import Net, by_choice, by_id, by_title, net_of, plain_label
from gongzhi.engine.mining.ocel import read_ocel, write_ocel
from gongzhi.engine.mining.pictures import diagram_of, draw_log, left_out, marks_of
from gongzhi.engine.mining.reading import HowToRead, kind_of, read_log
from gongzhi.engine.mining.study import Arc, Study, Variant, show_hours, study_of
from gongzhi.engine.mining.workdays import work_days
from gongzhi.engine.mining.xes import read_xes, write_xes

__all__ = [
    "Arc", "Change", "Conformance", "Deviation", "Drift", "EmptyLog", "Event", "HowToRead", "LogTooLarge", "Net",
    "NoSuchColumn", "Replay", "Replayer", "Study", "TooFewCases", "Troubles", "UnreadableLog", "Variant", "by_choice",
    "by_id", "by_title", "check_paths", "compare", "diagram_of", "draw_log", "kind_of", "left_out", "marks_of", "net_of",
    "plain_label", "read_csv", "read_log", "read_ocel", "read_xes", "show_hours", "study_of", "work_days", "write_csv",
    "write_ocel", "write_xes",
]  # fmt: skip

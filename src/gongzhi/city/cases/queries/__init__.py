"""What can be asked about cases. Every answer is limited to what the asking post may see; none counts all rows."""

from gongzhi.city.cases.queries.board import Board, Figure, board, day_flow
from gongzhi.city.cases.queries.confined import Progress, confined_cases, has_code, keeps_until, progress
from gongzhi.city.cases.queries.exporting import export_csv
from gongzhi.city.cases.queries.lists import (
    CaseFilter,
    by_ids,
    cases,
    count,
    my_tasks,
    office_tasks,
    one,
    waiting_calls,
)
from gongzhi.city.cases.queries.mandating import Offered, cases_of, offered, who_acts, whose
from gongzhi.city.cases.queries.pages import CasePage, callback_page, case_page, file_of, living_calls
from gongzhi.city.cases.queries.ratings import Figures, Verdict, bad_ratings, rating_figures, rating_rows
from gongzhi.city.cases.queries.relatives import Near, nearby, similar
from gongzhi.city.cases.queries.tracking import Tracking, by_tracking_code, tracking, tracking_of

__all__ = [
    "Board",
    "CaseFilter",
    "CasePage",
    "Figure",
    "Figures",
    "Near",
    "Offered",
    "Progress",
    "Tracking",
    "Verdict",
    "bad_ratings",
    "board",
    "by_ids",
    "by_tracking_code",
    "callback_page",
    "case_page",
    "cases",
    "cases_of",
    "confined_cases",
    "count",
    "day_flow",
    "export_csv",
    "file_of",
    "has_code",
    "keeps_until",
    "living_calls",
    "my_tasks",
    "nearby",
    "offered",
    "office_tasks",
    "one",
    "progress",
    "rating_figures",
    "rating_rows",
    "similar",
    "tracking",
    "tracking_of",
    "waiting_calls",
    "who_acts",
    "whose",
]

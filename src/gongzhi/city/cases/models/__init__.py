"""The rows of the cases room: the case and what hangs on it, the lists, the figures."""

from gongzhi.city.cases.models.attachment import Attachment
from gongzhi.city.cases.models.callback import CallbackItem, CallbackList
from gongzhi.city.cases.models.case import NEVER, Case, CaseText
from gongzhi.city.cases.models.draft import Draft
from gongzhi.city.cases.models.figures import Counter
from gongzhi.city.cases.models.links import CaseClaim, CaseLink, CaseRecord, Cluster
from gongzhi.city.cases.models.rating import Rating
from gongzhi.city.cases.models.requests import Request
from gongzhi.city.cases.models.series import Series
from gongzhi.city.cases.models.sources import ImportRow, ImportRun, ImportSource
from gongzhi.city.cases.models.task import Task

__all__ = [
    "NEVER",
    "Attachment",
    "CallbackItem",
    "CallbackList",
    "Case",
    "CaseClaim",
    "CaseLink",
    "CaseRecord",
    "CaseText",
    "Cluster",
    "Counter",
    "Draft",
    "ImportRow",
    "ImportRun",
    "ImportSource",
    "Rating",
    "Request",
    "Series",
    "Task",
]

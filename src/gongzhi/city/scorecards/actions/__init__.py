"""The room's verbs."""

from gongzhi.city.scorecards.actions.appealing import decide_appeal, scorers, submit_appeal, window
from gongzhi.city.scorecards.actions.reckoning import publish_results, reckon_job, start_reckoning
from gongzhi.city.scorecards.actions.reviewing import FINDINGS, review_bottom
from gongzhi.city.scorecards.actions.standard import draft_scheme, publish_scheme

__all__ = [
    "FINDINGS",
    "decide_appeal",
    "draft_scheme",
    "publish_results",
    "publish_scheme",
    "reckon_job",
    "review_bottom",
    "scorers",
    "start_reckoning",
    "submit_appeal",
    "window",
]

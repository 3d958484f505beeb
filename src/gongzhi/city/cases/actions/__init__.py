"""What can be done to cases: one verb, one function. Doors, imports, jobs and reactions all call these.

Each checks the right, asks the engine, writes rows and journal in one transaction, and gives a ``Receipt``.
"""

from gongzhi.city.cases.actions.acting import act
from gongzhi.city.cases.actions.attaching import attach, sweep_uploads, upload
from gongzhi.city.cases.actions.bulk import Outcome, bulk_assign, bulk_choose
from gongzhi.city.cases.actions.callbacks import draw_callbacks, release_callbacks
from gongzhi.city.cases.actions.choosing import choose, happened
from gongzhi.city.cases.actions.clusters import add_to_cluster, close_cluster, make_cluster
from gongzhi.city.cases.actions.confining import destroy_confined, open_confined
from gongzhi.city.cases.actions.drafting import (
    Drafted,
    discard_draft,
    load_draft,
    save_draft,
    sweep_drafts,
)
from gongzhi.city.cases.actions.merging import link, merge
from gongzhi.city.cases.actions.moving import Heir, Moved, move_matter, move_matters
from gongzhi.city.cases.actions.opening import open_case
from gongzhi.city.cases.actions.rating import rate
from gongzhi.city.cases.actions.repeating import DRAFT_KEY, answered
from gongzhi.city.cases.actions.revealing import reveal
from gongzhi.city.cases.actions.ticking import tick_cases
from gongzhi.city.cases.actions.writing import Receipt
from gongzhi.city.cases.numbering import number_all

__all__ = [
    "DRAFT_KEY",
    "Drafted",
    "Heir",
    "Moved",
    "Outcome",
    "Receipt",
    "act",
    "add_to_cluster",
    "answered",
    "attach",
    "bulk_assign",
    "bulk_choose",
    "choose",
    "close_cluster",
    "destroy_confined",
    "discard_draft",
    "draw_callbacks",
    "happened",
    "link",
    "load_draft",
    "make_cluster",
    "merge",
    "move_matter",
    "move_matters",
    "number_all",
    "open_case",
    "open_confined",
    "rate",
    "release_callbacks",
    "reveal",
    "save_draft",
    "sweep_drafts",
    "sweep_uploads",
    "tick_cases",
    "upload",
]

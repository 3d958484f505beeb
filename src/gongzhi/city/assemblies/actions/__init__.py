"""What can be done with topics, meetings and ballots; each checks its right, asks the engine, writes rows and the journal."""

from gongzhi.city.assemblies.actions.attending import print_slips, sign_in, sign_out
from gongzhi.city.assemblies.actions.calling import (
    RollLine,
    call_meeting,
    cancel_meeting,
    close_meeting,
    raise_topic,
    withdraw_topic,
)
from gongzhi.city.assemblies.actions.closing import close_ballot, enter_count, settle, settle_due
from gongzhi.city.assemblies.actions.objecting import answer_objection, file_result, object_to
from gongzhi.city.assemblies.actions.voting import (
    Cast,
    cast,
    enter_hand,
    hand_out_paper,
    open_ballot,
    take_paper_back,
)

__all__ = [
    "Cast",
    "RollLine",
    "answer_objection",
    "call_meeting",
    "cancel_meeting",
    "cast",
    "close_ballot",
    "close_meeting",
    "enter_count",
    "enter_hand",
    "file_result",
    "hand_out_paper",
    "object_to",
    "open_ballot",
    "print_slips",
    "raise_topic",
    "settle",
    "settle_due",
    "sign_in",
    "sign_out",
    "take_paper_back",
    "withdraw_topic",
]

"""What is done in a duty room: one verb, one function."""

from gongzhi.city.duty.actions.importing import import_roster
from gongzhi.city.duty.actions.revealing import reveal_caller, reveal_place
from gongzhi.city.duty.actions.rosters import Seat, change_room, drop_shift, open_room, plan_shift
from gongzhi.city.duty.actions.shifts import hand_over, take_over
from gongzhi.city.duty.actions.swapping import approve_swap, ask_swap, decline_swap
from gongzhi.city.duty.actions.watching import watch
from gongzhi.city.duty.actions.writing import note_case, settle, write_line

__all__ = [
    "Seat",
    "approve_swap",
    "ask_swap",
    "change_room",
    "decline_swap",
    "drop_shift",
    "hand_over",
    "import_roster",
    "note_case",
    "open_room",
    "plan_shift",
    "reveal_caller",
    "reveal_place",
    "settle",
    "take_over",
    "watch",
    "write_line",
]

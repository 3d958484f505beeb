"""Questions about duty."""

from gongzhi.city.duty.queries.desk import (
    entry_of,
    held_shift,
    log,
    main_room,
    next_shift,
    offices_with_room,
    open_entries,
    open_items,
    room_of,
    rooms,
    settled,
    shift_of,
)
from gongzhi.city.duty.queries.reaching import OnDuty, on_duty, places, role_holders
from gongzhi.city.duty.queries.rosters import Gap, Trouble, gaps, month, swaps, warnings

__all__ = [
    "Gap",
    "OnDuty",
    "Trouble",
    "entry_of",
    "gaps",
    "held_shift",
    "log",
    "main_room",
    "month",
    "next_shift",
    "offices_with_room",
    "on_duty",
    "open_entries",
    "open_items",
    "places",
    "role_holders",
    "room_of",
    "rooms",
    "settled",
    "shift_of",
    "swaps",
    "warnings",
]

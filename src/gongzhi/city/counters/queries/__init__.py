"""Questions to the counters."""

from gongzhi.city.counters.queries.appointments import (
    appointment_by_code,
    appointment_of,
    appointments,
    rooms,
    today_at,
)
from gongzhi.city.counters.queries.figures import call_figures, line_figures, offered_at, unused_items
from gongzhi.city.counters.queries.queues import (
    Board,
    Estimate,
    ahead_of,
    board,
    estimate,
    number_by_code,
    waiting_at,
)
from gongzhi.city.counters.queries.video import (
    SeatBoard,
    place_of,
    seat_board,
    seat_of,
    seats,
    seats_for,
    session_by_code,
    session_of_seat,
    skills,
)

__all__ = [
    "Board",
    "Estimate",
    "SeatBoard",
    "ahead_of",
    "appointment_by_code",
    "appointment_of",
    "appointments",
    "board",
    "call_figures",
    "estimate",
    "line_figures",
    "number_by_code",
    "offered_at",
    "place_of",
    "rooms",
    "seat_board",
    "seat_of",
    "seats",
    "seats_for",
    "session_by_code",
    "session_of_seat",
    "skills",
    "today_at",
    "unused_items",
    "waiting_at",
]

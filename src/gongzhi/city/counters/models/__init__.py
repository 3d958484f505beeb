"""Rows of the counters."""

from gongzhi.city.counters.models.appointments import Appointment
from gongzhi.city.counters.models.queues import DayCount, Line, QueueNumber, Window
from gongzhi.city.counters.models.video import Seat, Signal, VideoSession

__all__ = [
    "Appointment",
    "DayCount",
    "Line",
    "QueueNumber",
    "Seat",
    "Signal",
    "VideoSession",
    "Window",
]

"""Rows of the duty rooms."""

from gongzhi.city.duty.models.log import Handover, LogEntry
from gongzhi.city.duty.models.rosters import DutyRoom, Place, Shift, Swap

__all__ = ["DutyRoom", "Handover", "LogEntry", "Place", "Shift", "Swap"]

"""Clocks: a time limit replayed from its marks.

Two clocks belong to every matter: the citizen's starts at registration and never pauses; the unit's starts at
dispatch (not at signing) and pauses only for a reason of the case type's closed list.
"""

from gongzhi.engine.clocks.errors import (
    ExtensionTooLate,
    ExtensionWithoutSpan,
    MarkOutOfOrder,
    PauseNotAllowed,
)
from gongzhi.engine.clocks.marks import Kind, Mark
from gongzhi.engine.clocks.replay import DEFAULT_WARN, Light, Pause, Reading, replay

__all__ = [
    "DEFAULT_WARN",
    "ExtensionTooLate",
    "ExtensionWithoutSpan",
    "Kind",
    "Light",
    "Mark",
    "MarkOutOfOrder",
    "Pause",
    "PauseNotAllowed",
    "Reading",
    "replay",
]

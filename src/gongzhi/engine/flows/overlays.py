"""What may be laid over a drawn flow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What is laid over a node or an edge: a token, a count, a time."""

    #: short text in the badge, e.g. ``3`` or ``2.5天``
    text: str = ""
    #: green, yellow, red or empty
    light: str = ""
    #: a token stands here: the node is filled
    here: bool = True

"""The built-in functions of DMN 1.3 to 1.5 (10.3.4), one module per family, registered by signature."""

from __future__ import annotations

from . import (
    cells,
    contexts,
    conversions,
    days,
    late_charges,
    lists,
    lots,
    numbers,
    points,
    ranges,
    shares,
    strings,
)
from .registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "cells",
    "contexts",
    "conversions",
    "days",
    "late_charges",
    "lists",
    "lots",
    "numbers",
    "points",
    "ranges",
    "shares",
    "strings",
]

"""Clocks: a time limit replayed from its marks."""

from gongzhi.engine.clocks.marks import Kind, Mark

__all__ = ["Kind", "Mark"]

"""Boards of the installed mechanisms, filled for one post: plain values, each figure with the filter that opens its rows."""

from gongzhi.city.mechanisms.screens.filling import Filled, Screen, forget, screen, screens, view
from gongzhi.city.mechanisms.screens.tiles import Tile

__all__ = ["Filled", "Screen", "Tile", "forget", "screen", "screens", "view"]

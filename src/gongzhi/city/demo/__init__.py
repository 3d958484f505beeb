"""A demo city: the real areas of Daye, invented people, and ninety days of appeals played through the engine."""

"""Lists held against registers: a hit is a clue, not guilt."""

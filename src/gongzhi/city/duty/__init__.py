"""Duty rooms: who is responsible now, what is open, what happened."""

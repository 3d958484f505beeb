"""Meetings, rolls and ballots."""

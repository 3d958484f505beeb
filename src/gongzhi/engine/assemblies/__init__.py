"""Quorum, pass rules, notice periods and countable ballots of meetings."""

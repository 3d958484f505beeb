"""Scorecards from facts: standard before, process drillable, result with appeal."""

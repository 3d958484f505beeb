"""Discrete-event simulation of a mechanism: arrivals, staff with calendars, step times; waiting on both clocks."""

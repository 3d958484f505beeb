"""Feeds of readings and the alerts that watches raise."""

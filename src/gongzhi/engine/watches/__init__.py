"""Watches: rules over series and registers that raise alerts."""

"""The named people of the demonstration and their password; needs neither Django nor a database."""

from __future__ import annotations

import csv
from importlib.resources import files

#: one password for all demo accounts; the demo serves on loopback only and says so
PASSWORD = "Gongzhi-demo-2026"  # noqa: S105


def cast() -> list[dict[str, str]]:
    """username, name, role, office, title, and what to try as this person (``who``; empty for a second of the kind)."""
    text = (files(__package__) / "data" / "people.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


#: everybody has been in office for so many days: the longest story of the demo lies within them
IN_OFFICE = 1500

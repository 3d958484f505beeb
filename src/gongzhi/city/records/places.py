"""Codes of areas and offices to their paths and names. Paths never change while a row exists, so they are remembered."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_migrate, post_save

from gongzhi.city.territory.models import Area, Office

_areas: dict[str, tuple[str, str]] = {}
_offices: dict[str, tuple[str, str]] = {}
_names: dict[tuple[str, str], str] = {}
_home: list[str] = []


def forget(**kwargs: Any) -> None:
    """Drop what is remembered (tests, and after the territory changed)."""
    for memory in (_areas, _offices, _names, _home):
        memory.clear()


def area(code: str) -> tuple[str, str]:
    """(path, short name) of an area; empty for an unknown code."""
    return _known(_areas, Area, code)


def office(code: str) -> tuple[str, str]:
    """(path, short name) of an office; empty for an unknown code."""
    return _known(_offices, Office, code)


def _known(memory: dict[str, tuple[str, str]], model: Any, code: str) -> tuple[str, str]:
    if not code:
        return "", ""
    if code not in memory:
        found = model.objects.filter(code=code).values_list("path", "short_name").first()
        if found is None:
            return "", ""
        memory[code] = found
    return memory[code]


def code_of(kind: str, text: str) -> str:
    """The code behind what a file calls an ``area`` or ``office``: its code, its name or its short name; the text itself
    where no single one is called so, so that the check of the form says what is wrong with it."""
    if (kind, text) not in _names:
        model: Any = Area if kind == "area" else Office
        found = ""
        if model.objects.filter(code=text).exists():
            found = text
        for column in ("name", "short_name"):
            codes = (
                []
                if found
                else list(model.objects.filter(**{column: text}).values_list("code", flat=True)[:2])
            )
            found = codes[0] if len(codes) == 1 else found
        if not found:
            return text
        _names[kind, text] = found
    return _names[kind, text]


def home_area_path() -> str:
    """Path of the area of the whole city: that of the first root office. What lies nowhere in particular lies there."""
    if not _home:
        root = (
            Office.objects.filter(parent=None).order_by("path").values_list("area__path", flat=True).first()
        )
        if root is None:
            return ""
        _home.append(root)
    return _home[0]


# memory only: nothing reacts to a signal here
post_migrate.connect(forget, dispatch_uid="records.places.forget")
for remembered in (Area, Office):
    post_save.connect(forget, sender=remembered, dispatch_uid=f"records.places.forget.{remembered.__name__}")

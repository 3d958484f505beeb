"""Starting Django for the commands that need the city, and who acts when a command does."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongzhi.city.kernel.references import Standing

SETTINGS = "gongzhi.city.project.settings"


def start() -> None:
    """Set Django up once. Raises what a wrong setting raises (``main`` says it in a sentence)."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if not apps.ready:
        django.setup()


def operator() -> Standing:
    """Whoever has the machine's shell acts as the system; the journal says so."""
    from gongzhi.city.kernel.references import SYSTEM

    return SYSTEM


class Bar:
    """Progress as plain text: one moving line on a terminal, every tenth of the way in a log."""

    WIDTH = 24

    def __init__(self) -> None:
        self._what = ""
        self._told = -1
        self._moving = sys.stdout.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """``tell(what, done, total)`` as the fillers call it."""
        if what != self._what:
            self._what, self._told = what, -1
        share = min(done / total, 1.0) if total else 1.0
        step = int(share * (200 if self._moving else 10))
        if step == self._told:
            return
        self._told = step
        filled = int(share * self.WIDTH)
        line = f"  {'█' * filled}{'░' * (self.WIDTH - filled)} {share:4.0%}  {what} {done:,}/{total:,}"
        if self._moving:
            print(f"\r\033[K{line}", end="\n" if share >= 1 else "", flush=True)
        else:
            print(line, flush=True)


__all__ = ["SETTINGS", "Bar", "operator", "start"]

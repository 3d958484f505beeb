"""What the pages of simulations read."""

from __future__ import annotations

from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.simulations.errors import NoSuchSimulation
from gongzhi.city.simulations.models import Simulation

PAGE = 40


def recent(by: Standing, before: int = 0) -> list[Simulation]:
    """The newest simulations that the post may read, without their runs. Raises NotAllowed."""
    check(by, "study.read")
    rows = scope(by, "study.read", Simulation.objects.all()).defer("runs", "result", "assumptions")
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-made_at", "-id")[:PAGE])


def one(by: Standing, pk: int) -> Simulation:
    """One simulation. Raises NoSuchSimulation, also for one that the post may not read."""
    row = scope(by, "study.read", Simulation.objects.defer("runs")).filter(pk=pk).first()
    if row is None:
        raise NoSuchSimulation()
    return row


__all__ = ["PAGE", "one", "recent"]

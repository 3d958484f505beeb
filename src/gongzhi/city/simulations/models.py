"""Simulations that somebody asked for: what was assumed, how far it is, what came out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach


class Simulation(models.Model):
    """One question to a mechanism. The row is all there is: killed half-way, the job goes on from ``runs``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等着算")
        RUNNING = "running", _("正在算")
        DONE = "done", _("算好了")
        FAILED = "failed", _("没有算成")

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(_("问题"), max_length=120)
    mechanism = models.CharField(_("机制"), max_length=64)
    version = models.CharField(_("版本"), max_length=32)
    case_type = models.CharField(_("事项"), max_length=64)
    #: the area whose cases were learnt from; the post's own area otherwise
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    #: ``engine.simulation.SimulationSpec`` as JSON, variants included
    assumptions = models.JSONField(default=dict)
    #: where the numbers come from: [key, title, n, text, quality]
    fits = models.JSONField(default=list)
    seed = models.PositiveBigIntegerField(_("随机种子"), default=1)

    by = models.CharField(max_length=64)
    by_name = models.CharField(_("谁算的"), max_length=60)
    made_at = models.DateTimeField(_("什么时候"))

    state = models.CharField(_("到哪一步"), max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    #: seconds of computing so far
    seconds = models.FloatField(default=0)
    #: variant -> [[number, figures], …] of the replications that are finished
    runs = models.JSONField(default=dict)
    #: ``tables.as_json`` of the finished simulation
    result = models.JSONField(default=dict)
    #: why it failed, or what was left out
    said = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    reach = Reach(area="area_path", person="by", mechanism="mechanism")

    class Meta:
        verbose_name = "模拟"
        indexes = [
            # the list, newest first
            models.Index(fields=["-made_at", "-id"], name="simulation_made"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.mechanism}.{self.case_type})"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def share(self) -> int:
        """Percent done."""
        return round(100 * self.done / self.total) if self.total else 0

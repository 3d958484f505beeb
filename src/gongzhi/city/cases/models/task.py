"""Open work: one row per open token; a row goes when the task is done."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gongzhi.city.cases.models.case import NEVER, Case
from gongzhi.city.cases.models.confining import Every, Unconfined
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.mandates import covered_cases


def mandated(agent: str) -> Q:
    """The condition "a task of a case for which this person holds a mandate"."""
    return Q(case__in=covered_cases(agent).values("case"))


class Task(models.Model):
    """A step of a case that waits for somebody. Only open ones are kept: the history is the journal's."""

    id = models.BigAutoField(primary_key=True)
    # its own index would repeat the unique one
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    #: number of the token in the case
    token = models.PositiveIntegerField()

    step = models.CharField("环节", max_length=64)
    role = models.CharField("角色", max_length=32)
    office = models.ForeignKey(
        "territory.Office",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    #: who took it; empty while anybody in the role and office may
    person = models.CharField("经办人", max_length=64, blank=True, default="")
    item = models.CharField(max_length=64, blank=True, default="")
    side = models.BooleanField(default=False)
    #: of a confined case: not among ``objects``
    confined = models.BooleanField(default=False, db_default=False)

    opened_at = models.DateTimeField("开始时间")
    #: due time of this step or of the case, whichever comes first
    due = models.DateTimeField("时限", default=NEVER)
    warn_at = models.DateTimeField(default=NEVER)

    objects: ClassVar[Unconfined[Self]] = Unconfined()
    every: ClassVar[Every[Self]] = Every()

    reach = Reach(
        area="case__area_path",
        offices=("office_path",),
        person="person",
        mandated=mandated,
        mechanism="case__mechanism",
    )

    class Meta:
        verbose_name = "待办"
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="task_token_once")]
        indexes = [
            # my tasks: those of my role in my office, by due time
            models.Index(fields=["role", "office_path", "due", "id"], name="task_role_office_due"),
            # tasks of an office's subtree (its leader, the command board)
            models.Index(fields=["office_path", "due", "id"], name="task_office_due"),
            # all tasks by due time (duty officer)
            models.Index(fields=["due", "id"], name="task_due"),
            # tasks that a person took
            models.Index(fields=["person", "due"], condition=~Q(person=""), name="task_person_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.step}#{self.token}"

    def light(self, at: datetime) -> str:
        """``green``, ``yellow``, ``red`` or ``none`` at the given instant."""
        if self.due >= NEVER:
            return "none"
        return "red" if self.due < at else "yellow" if self.warn_at <= at else "green"

"""The room's periodic work."""

from __future__ import annotations

from datetime import time, timedelta

from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.messages.actions import climb_due, deliver_due, forget_numbers
from gongzhi.city.messages.queries import is_anything_due


@task()
def send_what_waits() -> int:
    """Send what a dead process or a deaf gateway left; gives how many went out."""
    return deliver_due()


@periodic.register("messages.send", every=timedelta(seconds=10))
def send() -> None:
    """What is still waiting; the sending itself is a job, so that a slow gateway holds nobody up."""
    if is_anything_due():
        send_what_waits.using(dedupe_key="messages.send").enqueue()  # type: ignore[call-arg]


@periodic.register("messages.climb", every=timedelta(seconds=10))
def climb() -> None:
    """Who did not answer is not waited for."""
    climb_due()


@periodic.register("messages.forget", at=time(0, 25))
def forget() -> None:
    """Numbers are not kept for ever."""
    forget_numbers()

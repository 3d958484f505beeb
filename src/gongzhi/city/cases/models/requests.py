"""Requests already answered: a repeated one gets the same answer and does nothing."""

from __future__ import annotations

from django.db import models


class Request(models.Model):
    """An idempotency key of an actor with the answer that was given to it."""

    id = models.BigAutoField(primary_key=True)
    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    #: fingerprint of what was asked: the same key for something else is refused
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "已答请求"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="request_once")]
        # those old enough to forget
        indexes = [models.Index(fields=["at"], name="request_at")]

"""Exactly once, for real: readers are killed with -9 again and again while writers write."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from django.db import transaction

from gongzhi.city.jobs.tests.processes import process, until
from gongzhi.city.journal.actions import append
from gongzhi.city.journal.models import Entry, Pending
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.journal.tests.sample_reactor import registry
from gongzhi.city.journal.verification import verify
from gongzhi.engine.cases.model import SYSTEM, Fact

AT = datetime(2024, 9, 30, 8, 0, tzinfo=UTC)
READER = ("-m", "gongzhi.city.journal.tests.sample_reactor")


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_it_bills_every_case_exactly_once_although_readers_are_killed():
    written, dice, interrupted = 0, random.Random(7), 0

    def write_for(seconds: float) -> None:
        nonlocal written
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with transaction.atomic():
                append(f"case:{written % 10}", [Fact(kind="opened", at=AT, by=SYSTEM)])
            written += 1
            time.sleep(0.01)

    for _ in range(4):
        before = Entry.objects.filter(kind="billed").count()
        with process(*READER) as one, process(*READER) as two:
            write_for(0.5)
            until(lambda: Entry.objects.filter(kind="billed").count() > before)  # noqa: B023
            write_for(dice.random())
            one.kill()
            two.kill()
        interrupted += Pending.objects.exists()
    assert interrupted
    react_to_all(registry=registry)
    assert not Pending.objects.exists()
    for number in range(10):
        opened = list(
            Entry.objects.filter(subject=f"case:{number}").order_by("seq").values_list("seq", flat=True)
        )
        bills = [
            (e.kind, e.data["for"]) for e in Entry.objects.filter(subject=f"bill:{number}").order_by("seq")
        ]
        assert bills == [(kind, seq) for seq in opened for kind in ("billed", "sent")]
    assert list(verify(full=True)) == []

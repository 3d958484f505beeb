"""What follows from a fact: the reader of the queue of pending entries.

An entry's reactions and the removal of its row from the queue are one transaction: a kill at any point means that
all of it happened or none. Rows are a queue, not a position in a list, so an entry that commits late is met late, never skipped.
Within a subject entries are met in order: what follows a failing entry waits behind it.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongzhi.city.journal.models import Entry, Pending

log = logging.getLogger("gongzhi.journal")

Reaction = Callable[[Entry], None]
#: after these waits a failing entry is parked: about an hour in all
BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3000))


class Reactions:
    """A registry: which functions want which kinds of entries."""

    def __init__(self) -> None:
        self._by_kind: dict[str, dict[str, Reaction]] = {}

    def register(self, name: str, kinds: Iterable[str] = ("*",)) -> Callable[[Reaction], Reaction]:
        """Decorator; ``*`` means every kind. ValueError when the name is taken for a kind."""

        def add(function: Reaction) -> Reaction:
            for kind in kinds:
                names = self._by_kind.setdefault(kind, {})
                if name in names:
                    raise ValueError(f"a reaction named {name} to {kind} exists already")
                names[name] = function
            return function

        return add

    def to(self, kind: str) -> list[Reaction]:
        """The reactions to a kind, in order of registration; those to every kind last."""
        return [*self._by_kind.get(kind, {}).values(), *self._by_kind.get("*", {}).values()]

    def forget(self, name: str) -> None:
        """Take a reaction out of all kinds (an uninstalled mechanism, a test)."""
        for names in self._by_kind.values():
            names.pop(name, None)


reactions = Reactions()


@dataclass(frozen=True, slots=True)
class Reacted:
    """What a call of ``react`` did."""

    done: int
    failed: int

    @property
    def idle(self) -> bool:
        return not (self.done or self.failed)


def react(batch: int = 50, *, registry: Reactions = reactions, seconds: float = 0.5) -> Reacted:
    """React to up to ``batch`` pending entries in one transaction that ends after about ``seconds`` (others want to write).

    Several readers may run at once: each skips what another holds. A deadlock or a locked database is not the entry's
    fault: the whole batch is taken back and counts as idle. Call again until ``idle``.
    """
    done = failed = 0
    stop = time.monotonic() + seconds
    try:
        with transaction.atomic():
            for pending in _due(batch):
                if _met(pending, registry):
                    done += 1
                else:
                    failed += 1
                if time.monotonic() > stop:
                    break
    except OperationalError as error:
        log.warning("reactions put off: %s", error)
        return Reacted(0, 0)
    return Reacted(done, failed)


def react_to_all(*, registry: Reactions = reactions, most: int = 100_000) -> Reacted:
    """Call ``react`` until nothing is due."""
    done = failed = 0
    while done + failed < most:
        reacted = react(registry=registry)
        if reacted.idle:
            break
        done, failed = done + reacted.done, failed + reacted.failed
    return Reacted(done, failed)


def retry_parked() -> int:
    """Give all parked entries another round of attempts; returns how many."""
    return parked().update(parked=False, attempts=0, run_after=timezone.now())


def parked() -> QuerySet[Pending]:
    """Entries whose reactions gave up."""
    return Pending.objects.filter(parked=True)


def _due(batch: int) -> QuerySet[Pending]:
    earlier = Pending.objects.filter(subject=OuterRef("subject"), seq__lt=OuterRef("seq"))
    return (
        Pending.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(~Exists(earlier), parked=False, run_after__lte=timezone.now())
        .order_by("run_after", "entry")
        .select_related("entry")[:batch]
    )


def _met(pending: Pending, registry: Reactions) -> bool:
    """Run the entry's reactions and remove it from the queue; or note the failure and when to try again."""
    try:
        with transaction.atomic():
            for reaction in registry.to(pending.entry.kind):
                reaction(pending.entry)
            pending.delete()
    except OperationalError:
        raise
    except Exception:  # a reaction is somebody else's code: whatever it raises must not stop the others
        log.exception("reaction to %s failed", pending.entry)
        _put_off(pending, traceback.format_exc(limit=-8))
        return False
    return True


def _put_off(pending: Pending, error: str) -> None:
    pending.attempts += 1
    pending.error = error[-4000:]
    pending.parked = pending.attempts > len(BACKOFF)
    if not pending.parked:
        pending.run_after = timezone.now() + BACKOFF[pending.attempts - 1]
    pending.save(update_fields=["attempts", "error", "parked", "run_after"])

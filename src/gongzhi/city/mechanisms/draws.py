"""Who is looked at twice: each week a share of the cases that wait for a draw, by a seed that nobody knew before.

The seed is the ISO week and the root of the newest anchor of the journal, e.g. ``2024-W43:9f…``; what waited, what was
drawn and the seed are kept, so that anybody can draw again (``engine.measures.draw``) and ``gongzhi doctor`` does. What a
person could do to be left out, or to have somebody else drawn, would change the anchor, and with it the draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Anchor
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Draw
from gongzhi.engine import cases as engine
from gongzhi.engine import measures
from gongzhi.engine.cases.spec import WaitSpec


def week_of(at: datetime) -> str:
    """The ISO week, e.g. ``2024-W43``."""
    year, week, _day = localtime(at).isocalendar()
    return f"{year}-W{week:02}"


def draw_week(at: datetime | None = None) -> list[Draw]:
    """The draws of this week that were not made yet: one for each step of an active mechanism that waits for one.

    A week in which nothing waits has no draw yet; it is made as soon as something does.
    """
    at = at or clock.now()
    made = []
    for mechanism, type_id, step, wait in waits():
        if Draw.objects.filter(mechanism=mechanism, type=type_id, step=step, week=week_of(at)).exists():
            continue
        if waiting := waiting_at(mechanism, type_id, step):
            made += _drawn(mechanism, type_id, step, wait, waiting, at)
    return made


def waits() -> Iterator[tuple[str, str, str, WaitSpec]]:
    """(mechanism, case type, step, what it waits for) of every step that waits for a draw."""
    for held in library.active():
        for type_id, spec in held.mechanism.case_types.items():
            for step_id, step in spec.steps.items():
                if step.waits_for is not None and step.waits_for.draws is not None:
                    yield held.mechanism.id, type_id, step_id, step.waits_for


def waiting_at(mechanism: str, type_id: str, step: str) -> dict[str, Case]:
    """Number -> case of everything that waits at this step; what has no number yet waits for the next draw."""
    rows = Case.objects.filter(
        mechanism=mechanism, type=type_id, ended_at=None, number__isnull=False, tasks=None
    ).order_by("id")
    return {
        str(row.number): row
        for row in rows.iterator(chunk_size=500)
        if any(token.node == step for token in engine.load_case(row.state).flow.tokens)
    }


def _drawn(
    mechanism: str, type_id: str, step: str, wait: WaitSpec, waiting: dict[str, Case], at: datetime
) -> list[Draw]:
    """Draw, keep the draw, and tell the cases; two at the same moment draw once."""
    anchor = Anchor.objects.order_by("-id").values_list("root", flat=True).first() or ""
    seed, share = f"{week_of(at)}:{anchor}", wait.draws or Decimal(0)
    drawn = measures.draw(waiting, seed, share)
    try:
        with transaction.atomic():
            draw = Draw.objects.create(
                mechanism=mechanism,
                type=type_id,
                step=step,
                week=week_of(at),
                seed=seed,
                share=share,
                waiting=sorted(waiting),
                drawn=list(drawn),
                at=at,
            )
            for number in drawn:
                told = {"week": week_of(at), "of": len(waiting), "seed": seed[:24]}
                text = _("%(week)s 抽查抽中（%(of)s 件里抽，种子 %(seed)s…，可以重算）") % told
                actions.act(waiting[number].pk, "note", {"text": text}, by=SYSTEM, at=at)
                actions.happened(wait.fact, {}, case_id=waiting[number].pk, at=at)
    except IntegrityError:
        return []
    return [draw]


def drawn_again(draw: Draw) -> bool:
    """Whether the draw comes out the same when it is made again from its seed."""
    return list(measures.draw(draw.waiting, draw.seed, draw.share)) == list(draw.drawn)

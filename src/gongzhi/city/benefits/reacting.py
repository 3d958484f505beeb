"""When a fact of a benefit is written, do what its mechanism says: ``on: {programme: …, fact: …}`` in ``reactions.yaml``.

Runs inside the reader's transaction, as reactions to cases do. What the city refuses is written to the log: there is no case on
which it could be noted.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from gongzhi.city.benefits import catalogue
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import lookups
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel.references import SYSTEM, split_subject
from gongzhi.city.records import actions as records
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks.programmes import FACTS
from gongzhi.engine.mechanisms.schema import DoSpec

log = logging.getLogger(__name__)


@reactions.register("benefits", FACTS)
def react(entry: Entry) -> None:
    """Whatever the programme's mechanism wants done after this entry."""
    kind, key = split_subject(entry.subject)
    if kind != "entitlement":
        return
    had = Entitlement.objects.filter(pk=key).first()
    known = catalogue.known(had.name) if had else None
    if had is None or known is None:
        return
    names = {"benefit": outline(had, known, entry), "today": localdate(entry.at)}
    for spec in known.held.mechanism.reactions:
        if spec.on.programme != had.programme or spec.on.fact not in ("", entry.kind):
            continue
        if spec.when and compile_expression(spec.when).evaluate(names) is not True:
            continue
        try:
            with transaction.atomic():
                do(spec.do, spec.title, known, names)
        except GongzhiError as error:
            log.warning("reaction %s to %s: %s", spec.id, entry, error.message)


def outline(had: Entitlement, known: Known, entry: Entry) -> dict[str, Any]:
    """What a reaction may know of a benefit: keys, days and amounts."""
    return {
        "number": had.number,
        "programme": had.name,
        "title": known.spec.title,
        "person": had.person,
        "household": had.household or None,
        "area": had.area or None,
        "amount": entry.data.get("amount"),
        "starts": had.starts,
        "ends": had.ends,
        "reason": entry.data.get("reason") or had.stop_reason or None,
        "because": had.because,
        "month": entry.data.get("month"),
        "office": had.office or None,
    }


def do(deed: DoSpec, title: str, known: Known, names: Mapping[str, Any]) -> None:
    """Open a case or change a record."""

    def value(text: str) -> Any:
        return json_value(compile_expression(text).evaluate(names))

    if deed.open:
        mechanism, _dot, type_id = deed.open.rpartition(".")
        form = {name: value(text) for name, text in deed.with_.items()}
        given = {name: each for name, each in form.items() if each is not None}
        cases.open_case(mechanism or known.mechanism, type_id, given, by=SYSTEM, channel="case")
    elif deed.record:
        key = value(deed.record.key)
        if not isinstance(key, str) or not key:
            return
        if not deed.record.create and lookups.record(deed.record.register_, key) is None:
            return
        changed = {name: value(text) for name, text in deed.record.set_.items()}
        move = deed.record.move
        records.put(deed.record.register_, key, changed, move=move, by=SYSTEM, because=title)

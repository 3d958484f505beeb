"""What a case has for itself: claimed when it is opened, given back when it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongzhi.city.cases.models import Case, CaseClaim
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sealing import OPEN_CLASSES
from gongzhi.city.people.keys import keyed_hash
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.claims import Claim, claims


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is written down of a claim: of values that nobody may read, only a hash that needs the city's key."""

    claim: Claim
    digest: str


def claimed_by(case_type: CaseType, data: Mapping[str, Any], at: datetime) -> tuple[Claimed, ...]:
    """What a case with these data, still in clear, will claim. Two people with one quarrel are found by their names,
    and the names stand nowhere."""
    if not case_type.only_one:
        return ()
    private = {name for name, each in case_type.form.by_id.items() if each.privacy not in OPEN_CLASSES}
    made = []
    for claim in claims(case_type, data, at):
        rule = case_type.only_one[int(claim.key.partition("|")[0])]
        made.append(Claimed(claim, keyed_hash(claim.key) if private & set(rule.of) else _digest(claim)))
    return tuple(made)


def claim_values(row: Case, found: Iterable[Claimed]) -> None:
    """Claim what ``only_one`` says, for the case just written. Raises C017 with the number of whoever was first, also
    where two are opened at once: the database lets one of them through."""
    for claim, digest in ((each.claim, each.digest) for each in found):
        held = {"mechanism": row.mechanism, "type": row.type, "digest": digest}
        try:
            with transaction.atomic():
                CaseClaim.objects.create(case=row, while_open=claim.while_open, **held)
        except IntegrityError:
            first = Case.objects.filter(
                claims__digest=held["digest"], mechanism=row.mechanism, type=row.type
            ).first()
            raise claim.refusal(name_of(first) if first else "") from None


def give_back(row: Case, case_type: CaseType) -> None:
    """The case has ended: what it claimed while it was open may be claimed again."""
    if any(rule.per == "open" for rule in case_type.only_one):
        CaseClaim.objects.filter(case=row, while_open=True).delete()


def _digest(claim: Claim) -> str:
    return hashlib.sha256(claim.key.encode()).hexdigest()

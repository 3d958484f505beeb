"""What a case has for itself: claimed when it is opened, given back when it ends."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from gongzhi.city.cases.models import Case, CaseClaim
from gongzhi.city.cases.naming import name_of
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.claims import Claim, claims


def claim_values(row: Case, case_type: CaseType, state: engine.Case, at: datetime) -> None:
    """Claim what ``only_one`` says, for the case just written. Raises C017 with the number of whoever was first, also
    where two are opened at once: the database lets one of them through."""
    for claim in claims(case_type, state.data, at) if case_type.only_one else ():
        held = {"mechanism": row.mechanism, "type": row.type, "digest": _digest(claim)}
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

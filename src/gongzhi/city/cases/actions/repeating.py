"""What was answered to a request that is sent again, told before anything is done or uploaded a second time."""

from __future__ import annotations

from dataclasses import replace

from gongzhi.city.cases.actions.writing import Receipt
from gongzhi.city.cases.models import Case, Request
from gongzhi.city.kernel.references import Standing

#: a key that begins so comes from a phone that may lie without a network for weeks, and is remembered longer
DRAFT_KEY = "draft."


def answered(by: Standing, key: str) -> Receipt | None:
    """The answer that this person was given under the key, with the number that the case has got since; ``None`` for a
    key that never came. Two queries at most."""
    if not key:
        return None
    request = Request.objects.filter(actor=by.person, key=key[:128]).first()
    if request is None:
        return None
    receipt = Receipt(**request.answer)
    if receipt.number:
        return receipt
    number = Case.objects.filter(pk=receipt.case).values_list("number", flat=True).first()
    return replace(receipt, number=number or "")

"""The list that goes to the bank, as CSV with a byte-order mark (spreadsheets and bank counters read it)."""

from __future__ import annotations

import csv
import io
from typing import Any

from gongzhi.city.benefits import people
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.models import ZERO, PaymentRun
from gongzhi.city.records import catalogue as registers
from gongzhi.city.records.queries.wholes import whole

CHUNK = 500
HEAD = ("序号", "明细编号", "姓名", "身份证号", "账号", "金额（元）", "用途")
#: what a spreadsheet would take for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def bank_sheet(run: PaymentRun, known: Known) -> bytes:
    """Every line with an amount, in order of its number; the last line is the sum."""
    spec, text = known.spec, io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    accounts = _accounts(known)
    purpose, number, total = f"{spec.title}{run.month:%Y-%m}", 0, ZERO
    entries = run.entries.filter(amount__gt=0, state="listed").select_related("entitlement").order_by("pk")
    for start in range(0, entries.count(), CHUNK):
        chunk = list(entries[start : start + CHUNK])
        persons = people.some(known.programme, [each.entitlement.person for each in chunk])
        for line in chunk:
            number, total = number + 1, total + line.amount
            person: dict[str, Any] = persons.get(line.entitlement.person, {})
            told = (
                person.get(spec.people.name) or line.entitlement.person,
                person.get(spec.people.identity) or "",
                accounts.get(line.entitlement.person, ""),
            )
            writer.writerow([number, line.pk, *map(_safe, told), f"{line.amount:.2f}", purpose])
    writer.writerow(["合计", number, "", "", "", f"{total:.2f}", ""])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _accounts(known: Known) -> dict[str, str]:
    payee = known.spec.payee
    if payee is None or registers.known(payee.register_) is None:
        return {}
    rows = whole(payee.register_)
    return {str(row[payee.by]): str(row.get(payee.account) or "") for row in rows if row.get(payee.by)}


def _safe(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

"""Slips of a survey: one code, one answer, and nobody can tell whose.

The code is printed once and kept nowhere; the register holds its fingerprint. So neither the office that gives the slips out
nor anybody who reads the register can answer for somebody else, and no account, telephone or device stands beside an answer.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.actions.writing import hold
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.errors import PollClosed
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record

# what the mechanism calls its register, case type, steps and values (reform_tasks)
SLIPS, MECHANISM, POLL, COLLECT = "poll_slips", "reform_tasks", "poll", "collect"
SUPPORT, BENEFIT = ("支持", "不支持", "说不清"), ("受益", "不受益", "说不清")
WAYS = ("网上", "纸质")
ISSUED = "issued"
#: no letter or digit that looks like another one
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What the holder of a slip is asked."""

    code: str
    key: str
    poll: str
    subject: str
    question: str
    closes_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How far a survey is: never who, never how, before it is over."""

    issued: int
    answered: int


def make_slips(by: Standing, poll: UUID | str, count: int) -> list[str]:
    """New codes for a survey that is being collected; shown now and never again. No more slips than people invited.

    Raises what ``case.act`` raises, and PollClosed.
    """
    with transaction.atomic():
        held = hold(poll, by, "case.act")
        data = held.state.data
        if (held.row.mechanism, held.row.type) != (MECHANISM, POLL) or not any(
            task.step == COLLECT for task in held.state.tasks
        ):
            raise PollClosed(why="这次测评现在不在收票")
        have = Record.objects.filter(register=SLIPS, name=data["code"]).count()
        if not 0 < count <= min(MOST_AT_ONCE, int(data["invited"]) - have):
            raise PollClosed(why=f"请{data['invited']}人填，已经发了{have}张，一次最多{MOST_AT_ONCE}张")
        codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(count)]
        for code in codes:
            values = {"stamp": stamp(code), "poll": data["code"], "closes_on": data["closes_on"]}
            records.create(SYSTEM, SLIPS, values, note="发票")
    cases.act(held.row.pk, "note", {"text": f"发出测评票{count}张，一共{have + count}张"}, by=by)
    return codes


def stamp(code: str) -> str:
    """Fingerprint of a code; spaces, hyphens and small letters make no difference.

    >>> stamp("ab-cd 2345") == stamp("ABCD2345")
    True
    """
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"gongzhi.poll.{plain}".encode()).hexdigest()[:32]


def slip(code: str) -> Slip:
    """The question behind a code. PollClosed for a code that is unknown, used or late."""
    row = Record.objects.filter(register=SLIPS, key=stamp(code)).first()
    if row is None:
        raise PollClosed(why="没有这个票码")
    _still_open(row)
    asked = Case.objects.filter(mechanism=MECHANISM, type=POLL, state__data__code=row.name)
    data = asked.order_by("-opened_at").values_list("state__data", flat=True).first() or {}
    return Slip(
        code=code,
        key=row.key,
        poll=row.name,
        subject=str(data.get("subject") or ""),
        question=str(data.get("question") or ""),
        closes_on=str(row.data["closes_on"]),
    )


def _still_open(row: Record) -> None:
    if row.state != ISSUED:
        raise PollClosed(why="这张票已经填过了")
    if str(row.data["closes_on"]) < clock.today().isoformat():
        raise PollClosed(why="已经过了截止日")


@transaction.atomic
def answer(code: str, *, support: str, benefit: str, words: str = "", on_paper: bool = False) -> None:
    """Fill in a slip, once. Raises PollClosed, RecordRefused."""
    row = Record.objects.select_for_update().filter(register=SLIPS, key=stamp(code)).first()
    if row is None:
        raise PollClosed(why="没有这个票码")
    _still_open(row)
    if support not in SUPPORT or benefit not in BENEFIT:
        raise PollClosed(why="两个问题都要选一个")
    values = {
        "way": WAYS[on_paper],
        "support": support,
        "benefit": benefit,
        "words": words[:300],
        "answered_on": clock.today().isoformat(),
    }
    records.put(SLIPS, row.key, values, by=SYSTEM, move="answer", because="填票")


def standings(poll_code: str) -> Standings:
    """How many slips are out and how many came back. One query."""
    states = list(Record.objects.filter(register=SLIPS, name=poll_code).values_list("state", flat=True))
    return Standings(issued=len(states), answered=sum(state != ISSUED for state in states))


__all__ = ["BENEFIT", "SUPPORT", "Slip", "Standings", "answer", "make_slips", "slip", "stamp", "standings"]

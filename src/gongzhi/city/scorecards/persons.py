"""The person's side of the score (考人与考事相结合): what somebody was made responsible for and what became of it.

Computed when it is looked at; nothing is kept. In it: posts, owned tasks with their outcome, awards, training, secondments.
Never in it: how often somebody signed in, how many cases they touched, where they were, whom they know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from gongzhi.city.cases.models import NEVER, Case
from gongzhi.city.journal.actions import append
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, role_title
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people.models import User
from gongzhi.city.records.models import Record
from gongzhi.city.scorecards.errors import NoPurpose, NoSuchPerson
from gongzhi.city.territory.models import Post
from gongzhi.engine.cases.model import Fact

#: why an organisation officer may look
PURPOSES = ("任前考察", "年度考核", "表彰核对", "本人查询复核")
#: (mechanism, case type, the field that names the one responsible)
OWNED = (("reform_tasks", "task", "owner"), ("cooperation", "cooperation_item", "owner"), ("research_topics", "research_topic", "owner"))  # fmt: skip
#: (register, its title, columns that are shown); each has ``person``: username or person id
KEPT = (
    ("awards", "表彰", ("title", "given_by", "given_on", "reference")),
    ("trainings", "培训", ("title", "kind", "starts", "ends", "passed")),
    ("secondments", "挂职跟班", ("host", "post_title", "kind", "starts", "ends", "graded")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A matter of which the person is the one responsible."""

    case_id: str
    number: str
    title: str
    due: date | None
    end: str
    late: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything on the page."""

    user: User
    posts: list[tuple[str, str, date, date | None]]
    owned: list[Owned]
    kept: list[tuple[str, list[Mapping[str, Any]]]]
    #: who looked, when and why: the person sees it
    looks: list[Entry]

    @property
    def closed(self) -> list[Owned]:
        """What came to an end."""
        return [each for each in self.owned if each.end]

    @property
    def in_time(self) -> int:
        """How many of them in time."""
        return sum(each.late is False for each in self.closed)


def look(by: Standing, user_id: int, purpose: str = "") -> Person:
    """The page of somebody. The own page needs no purpose; another's needs the right ``person.read`` and one of
    ``PURPOSES``, and the look is written to the journal.

    Raises NotAllowed, NoPurpose, NoSuchPerson.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None or user.person != by.person:
        check(by, "person.read")
        if user is None or not Post.objects.filter(user=user).exists():
            raise NoSuchPerson()
        if purpose not in PURPOSES:
            raise NoPurpose()
        with transaction.atomic():
            fact = Fact(kind="person_looked_at", at=clock.now(), by=by, data={"purpose": purpose})
            append(subject("person_card", user.pk), [fact])
    return Person(user=user, posts=_posts(user), owned=_owned(user), kept=_kept(user), looks=_looks(user))


def candidates(by: Standing, words: str) -> list[Post]:
    """Posts whose holder's name has these words, for the search of an organisation officer. Raises NotAllowed."""
    check(by, "person.read")
    if not words.strip():
        return []
    rows = Post.objects.filter(user__name__contains=words.strip()).select_related("user", "office")
    return list(rows.order_by("user__name", "pk")[:50])


def _posts(user: User) -> list[tuple[str, str, date, date | None]]:
    rows = Post.objects.filter(user=user).select_related("office", "area").order_by("-starts", "pk")
    return [
        (row.title or role_title(row.role), str(row.office or row.area or ""), row.starts, row.ends)
        for row in rows
    ]


def _owned(user: User) -> list[Owned]:
    found = []
    for mechanism, type_id, field in OWNED:
        rows = Case.objects.filter(
            mechanism=mechanism, type=type_id, **{f"state__data__{field}__in": [user.person, user.username]}
        )
        for row in rows.order_by("-opened_at")[:200]:
            due, late = _due(row)
            found.append(
                Owned(
                    case_id=str(row.pk),
                    number=row.number or "",
                    title=row.subject,
                    due=due,
                    end=row.ended,
                    late=late,
                )
            )
    return found


def _due(row: Case) -> tuple[date | None, bool | None]:
    """The day until which it was to be done, and whether it was (or is) late: by the day on which somebody verified it."""
    data = row.state.get("data", {})
    text = data.get("due_on")
    if not isinstance(text, str) or not text:
        due = row.unit_due or (row.due if row.due < NEVER else None)
        return (None, None) if due is None else (localdate(due), (row.ended_at or clock.now()) > due)
    done = data.get("verified_on") or (f"{localdate(row.ended_at)}" if row.ended_at else f"{clock.today()}")
    return date.fromisoformat(text[:10]), str(done)[:10] > text[:10]


def _kept(user: User) -> list[tuple[str, list[Mapping[str, Any]]]]:
    found: list[tuple[str, list[Mapping[str, Any]]]] = []
    for register, title, columns in KEPT:
        rows = Record.objects.filter(
            register=register, data__person__in=[user.username, user.person], published__isnull=False
        )
        made: list[Mapping[str, Any]] = [
            {name: row.data.get(name, "") for name in columns} for row in rows.order_by("-key")[:100]
        ]
        if made:
            found.append((title, made))
    return found


def _looks(user: User) -> list[Entry]:
    return list(Entry.objects.filter(subject=subject("person_card", user.pk)).order_by("-seq")[:20])

"""The reporter's own verdict, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from gongzhi.city.cases.actions.writing import hold
from gongzhi.city.cases.errors import BadRating, NoSuchCase, NotEndedYet, RatedAlready
from gongzhi.city.cases.models import Rating
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import Fact

LONGEST = 1000


def rate(
    case_id: UUID | str,
    *,
    by: Standing,
    stars: int,
    contacted: bool | None = None,
    solved: bool | None = None,
    words: str = "",
    at: datetime | None = None,
) -> None:
    """Write what the reporter says of the result: 1 to 5, contacted?, solved?, words.

    Raises NotEndedYet, RatedAlready, BadRating, NoSuchCase for anybody but the reporter. The words are kept with the
    rating, not in the journal, so that they can be erased.
    """
    if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
        raise BadRating(why="星级应在1到5之间")
    if len(words) > LONGEST:
        raise BadRating(why=f"最多{LONGEST}个字")
    if by.role != "resident":
        raise NoSuchCase(which=str(case_id)[:64])
    at = at or clock.now()
    with transaction.atomic():
        held = hold(case_id, by)
        if not held.state.ended:
            raise NotEndedYet()
        try:
            with transaction.atomic():
                Rating.objects.create(
                    case=held.row,
                    stars=stars,
                    contacted=contacted,
                    solved=solved,
                    words=words.strip(),
                    rated_at=at,
                )
        except IntegrityError as error:
            raise RatedAlready() from error
        data = {"stars": stars, "contacted": contacted, "solved": solved}
        journal.append(held.subject, [Fact(kind="rated", at=at, by=by, data=data)])

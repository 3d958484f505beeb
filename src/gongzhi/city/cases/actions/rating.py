"""The reporter's own verdict, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.timezone import localdate

from gongzhi.city.cases.actions.writing import Held, hold
from gongzhi.city.cases.errors import BadRating, NoSuchCase, NotEndedYet, RatedAlready
from gongzhi.city.cases.models import Rating
from gongzhi.city.cases.models.rating import Channel, asked_of
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import Fact

LONGEST = 1000
#: whoever rates is protected: the journal says that the reporter did, by no id
NOBODY = Standing(person="resident", role="resident")


def rate(
    case_id: UUID | str,
    *,
    by: Standing,
    stars: int,
    contacted: bool | None = None,
    solved: bool | None = None,
    words: str = "",
    channel: str = Channel.WEB,
    dimensions: Sequence[str] = (),
    publishable: bool = False,
    at: datetime | None = None,
) -> None:
    """Write what the reporter says of the service: five grades (5 非常满意 … 1 非常不满意), contacted?, solved?, words,
    by which channel, and on which dimensions the verdict rests (``models.rating.asked_of`` the case's own channel).

    Raises NotEndedYet, RatedAlready, BadRating, NoSuchCase for anybody but the reporter: no post can rate, also not
    for somebody. The words are kept with the rating, not in the journal, so that they can be erased; the fact ``rated``
    says what was judged and how (so that reactions can follow it up), and not who judged.
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
        known = asked_of(held.row.channel)
        if channel not in Channel.values or set(dimensions) - set(known):
            raise BadRating(why="没有这个渠道或方面")
        about = judged(held)
        try:
            with transaction.atomic():
                Rating.objects.create(
                    case=held.row,
                    stars=stars,
                    contacted=contacted,
                    solved=solved,
                    words=words.strip(),
                    channel=channel,
                    dimensions=[each.value for each in known if each in dimensions],
                    publishable=publishable,
                    rated_at=at,
                    area_path=held.row.area_path,
                    office_path=held.row.lead_path,
                    case_channel=held.row.channel,
                    month=month_of(at),
                    **about,
                )
        except IntegrityError as error:
            raise RatedAlready() from error
        data: dict[str, Any] = {"stars": stars, "contacted": contacted, "solved": solved}
        data |= {name: value or None for name, value in about.items()}
        # reactions put these words before people: in the language of the mechanisms
        with translation.override("zh-hans"):
            data["channel"] = str(Channel(channel).label)
            data["dimensions"] = [str(each.label) for each in known if each in dimensions]
        journal.append(held.subject, [Fact(kind="rated", at=at, by=NOBODY, data=data)])


def judged(held: Held) -> dict[str, str]:
    """What a verdict is about: the leading office, the kind of case, the service item if it names one."""
    return {
        "office": held.row.lead_id or "",
        "type": f"{held.row.mechanism}.{held.row.type}",
        "item": held.row.item,
    }


def month_of(at: datetime) -> int:
    """The month of an instant in the city's time zone, ``202410``."""
    day = localdate(at)
    return day.year * 100 + day.month

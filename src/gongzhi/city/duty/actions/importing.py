"""A month's roster from a spreadsheet: the whole file or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongzhi.city.duty.actions.rosters import Seat, plan_shift
from gongzhi.city.duty.errors import BadRoster
from gongzhi.city.duty.models import DutyRoom, Place, Shift
from gongzhi.city.kernel import clock, sheets
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Post, valid
from gongzhi.engine.errors import GongzhiError

COLUMNS = ("日期", "开始", "结束", "班次", "带班领导", "值班员", "电话")
MOST_ROWS = 200
_BETWEEN = re.compile(r"[、,，;；/\s]+")


@transaction.atomic
def import_roster(by: Standing, room: DutyRoom, stream: BinaryIO, name: str) -> list[Shift]:
    """Plan every shift of the file (XLSX or CSV; columns ``COLUMNS``). People are known by their name at the room's office, then
    anywhere if the name is there once; others are planned by name and phone. Several officers stand in one cell, their
    phones in the same order.

    Right ``duty.plan``; BadRoster names the row, and then nothing was taken. Rows that ended before now are left out.
    """
    check(by, "duty.plan", room)
    planned = []
    accounts = _accounts(room)
    for number, starts, ends, title, people in _rows(stream, name, accounts):
        if ends <= clock.now():
            continue
        try:
            planned.append(plan_shift(by, room, title, starts, ends, people))
        except GongzhiError as error:
            why = _("第%(row)d行：%(why)s") % {"row": number, "why": error.message}
            raise BadRoster(why=why) from error
    if not planned:
        raise BadRoster(why=_("没有一个今后的班次"))
    return planned


def _rows(
    stream: BinaryIO, name: str, accounts: dict[str, User]
) -> Iterator[tuple[int, datetime, datetime, str, list[Seat]]]:
    for count, (number, cells) in enumerate(sheets.read_rows(stream, name, BadRoster)):
        if count == 0 and (missing := [each for each in COLUMNS[:6] if each not in cells]):
            raise BadRoster(why=_("缺少列：%(names)s") % {"names": "、".join(missing)})
        if count >= MOST_ROWS:
            raise BadRoster(why=_("超过%(most)d行") % {"most": MOST_ROWS})
        try:
            day = _day(cells["日期"])
            starts = timezone.make_aware(datetime.combine(day, _time(cells["开始"])))
            ends = timezone.make_aware(datetime.combine(day, _time(cells["结束"])))
        except ValueError as error:
            why = _("第%(row)d行的日期或时间读不懂") % {"row": number}
            raise BadRoster(why=why) from error
        # a night shift ends the day after
        ends += timedelta(days=1) if ends <= starts else timedelta()
        yield number, starts, ends, cells["班次"].strip() or _("值班"), list(_people(cells, accounts))


def _people(cells: dict[str, str], accounts: dict[str, User]) -> Iterator[Seat]:
    for name in _split(cells["带班领导"]):
        yield Seat(name=name, part=Place.Kind.LEAD, user=accounts.get(name))
    phones = _split(cells.get("电话", ""))
    for place, name in enumerate(_split(cells["值班员"])):
        phone = phones[place] if place < len(phones) else ""
        yield Seat(name=name, user=accounts.get(name), phone=phone)


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(each for each in _BETWEEN.split(text.strip()) if each))


def _day(text: str) -> date:
    return date.fromisoformat(
        text.strip().replace("/", "-").replace("年", "-").replace("月", "-").strip("日")[:10]
    )


def _time(text: str) -> time:
    found = re.search(r"(\d{1,2}):(\d{2})(?::\d{2})?$", text.strip())
    if not found:
        raise ValueError(text)
    return time(int(found[1]) % 24, int(found[2]))


def _accounts(room: DutyRoom) -> dict[str, User]:
    """Accounts by name: those of the office first; elsewhere only names that are there once."""
    found: dict[str, User] = {}
    several: set[str] = set()
    for user in User.objects.filter(is_active=True).exclude(name="").exclude(posts=None).distinct():
        several |= {user.name} if user.name in found else set()
        found.setdefault(user.name, user)
    for name in several:
        del found[name]
    for post in Post.objects.filter(valid(), office=room.office).select_related("user"):
        found[post.user.name] = post.user
    return found

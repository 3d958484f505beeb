"""Signing in, going home early, and the slips with which people without an account vote."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.assemblies.actions.recording import held_meeting, record
from gongzhi.city.assemblies.errors import NotOnRoll, WrongMoment
from gongzhi.city.assemblies.models import Meeting, Voter
from gongzhi.city.assemblies.slips import hash_of, new_code
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing


@transaction.atomic
def sign_in(by: Standing, meeting_id: int, unit: str, came_as: str = "", *, own: bool = False) -> Voter:
    """Somebody came: noted by who holds the meeting, or (``own``) by themselves; again changes nothing.

    Raises NotOnRoll, WrongMoment before the day or after the end, NotAllowed.
    """
    meeting = _running(by, meeting_id, own=own)
    row = _line(meeting, unit)
    if row.came_at is None or row.left_at is not None:
        row.came_at, row.left_at, row.came_as = clock.now(), None, came_as.strip()[:40] or row.came_as
        row.save(update_fields=["came_at", "left_at", "came_as"])
        record(by, "signed_in", meeting, unit=unit)
    return row


@transaction.atomic
def sign_out(by: Standing, meeting_id: int, unit: str, *, own: bool = False) -> Voter:
    """Somebody left before the end; they are no longer there for what is voted on afterwards."""
    meeting = _running(by, meeting_id, own=own)
    row = _line(meeting, unit)
    if row.came_at is not None and row.left_at is None:
        row.left_at = clock.now()
        row.save(update_fields=["left_at"])
        record(by, "signed_out", meeting, unit=unit)
    return row


@transaction.atomic
def print_slips(by: Standing, meeting_id: int) -> list[tuple[Voter, str]]:
    """A new code for every line of the roll, for printing; slips printed before are void from now on.

    The codes are told once and kept nowhere: the database holds keyed hashes.
    """
    meeting = held_meeting(meeting_id)
    check(by, "assembly.hold", meeting)
    if not meeting.is_open:
        raise WrongMoment(deed=_("印投票条"), why=_("会议已经结束"))
    made = []
    for row in meeting.roll.order_by("unit"):
        code = new_code()
        row.code_hash = hash_of(code)
        made.append((row, code))
    Voter.objects.bulk_update([row for row, _code in made], ["code_hash"], batch_size=400)
    record(by, "slips_printed", meeting, count=len(made))
    return made


def _running(by: Standing, meeting_id: int, *, own: bool) -> Meeting:
    meeting = held_meeting(meeting_id)
    if not own:
        check(by, "assembly.hold", meeting)
    if not meeting.is_open:
        raise WrongMoment(deed=_("签到"), why=_("会议已经结束"))
    if clock.today() < localdate(meeting.starts_at):
        raise WrongMoment(deed=_("签到"), why=_("还没到开会那天"))
    return meeting


def _line(meeting: Meeting, unit: str) -> Voter:
    row = Voter.objects.select_for_update().filter(meeting=meeting, unit=unit).first()
    if row is None:
        raise NotOnRoll
    return row

"""What is done in a call: who is it, which form, a signature, the result."""

from __future__ import annotations

import hmac
import unicodedata

from django.db import transaction

from gongzhi.city.counters.actions.calling import free, move, taken_by
from gongzhi.city.counters.actions.recording import locked, record, said
from gongzhi.city.counters.errors import (
    CallMoved,
    IdentityMismatch,
    NoCaseYet,
    NothingToSign,
    NotIdentified,
    TooManyTries,
)
from gongzhi.city.counters.models import VideoSession
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing

State = VideoSession.State
#: digits that are compared, and how often they may be wrong
DIGITS, MOST_TRIES = 4, 3


def identify(
    by: Standing, session: VideoSession, *, how: str, name: str = "", digits: str = ""
) -> VideoSession:
    """Record who the caller is: ``digits`` compares the name and the last four characters of the ID number with what
    they left sealed, which the seat never sees; ``card`` says that the seat saw a card that shows this person.

    IdentityMismatch (counted, and written down without what was said), TooManyTries, CallMoved, NotYourCall.
    """
    with transaction.atomic():
        held = taken_by(by, session, VideoSession.LIVE)
        if how != "card" and held.tries >= MOST_TRIES:
            raise TooManyTries(most=MOST_TRIES)
        if how == "card" or _matches(held, name, digits):
            state = State.IDENTIFIED if held.state == State.CONNECTED else held.state
            move(by, held, "video_identified", state, identity="card" if how == "card" else "digits")
            record(by, "identity_checked", held, how=held.identity, tries=held.tries)
            return held
        held.tries += 1
        held.save(update_fields=["tries"])
        record(by, "identity_refused", held, tries=held.tries)
    # the count stands although the check failed
    raise IdentityMismatch(left=MOST_TRIES - held.tries)


@transaction.atomic
def push_form(by: Standing, session: VideoSession, form: str, item: str = "") -> VideoSession:
    """Lay a form (``mechanism/case type``, and the item for which it is) open in the caller's page."""
    held = taken_by(by, session, VideoSession.LIVE)
    _identified(held)
    move(by, held, "form_pushed", State.HANDLING, form=form[:130], form_item=item[:80])
    return held


@transaction.atomic
def take_form_back(by: Standing, session: VideoSession) -> VideoSession:
    """Close the form in the caller's page."""
    held = taken_by(by, session, VideoSession.LIVE)
    move(by, held, "form_taken_back", held.state, form="", form_item="")
    return held


@transaction.atomic
def link_session(by: Standing, session: VideoSession, case: str) -> VideoSession:
    """A case was opened in the call, by the caller from the pushed form or by the seat; the form closes."""
    held = locked(session)
    if by.role != "resident":
        held = taken_by(by, session, VideoSession.HELD)
    if held.state not in VideoSession.HELD:
        raise CallMoved(state=held.get_state_display())
    state = State.HANDLING if held.state in VideoSession.LIVE else held.state
    move(by, held, "video_linked", state, case=case[:64], form="", form_item="")
    return held


@transaction.atomic
def ask_signature(by: Standing, session: VideoSession, words: str) -> VideoSession:
    """Ask the caller to sign these words on their screen. NotIdentified, NoCaseYet, WordsMissing."""
    held = taken_by(by, session, VideoSession.LIVE)
    _identified(held)
    if not held.case:
        raise NoCaseYet
    move(by, held, "signature_asked", held.state, to_sign=said(words, "签什么", 300))
    return held


@transaction.atomic
def sign(session: VideoSession, by: Standing, sha256: str) -> VideoSession:
    """The caller has signed; ``sha256`` is the picture, which the door has attached to the case. NothingToSign."""
    held = locked(session)
    if held.state not in VideoSession.LIVE or not held.to_sign:
        raise NothingToSign
    words = held.to_sign
    move(by, held, "video_signed", State.SIGNED, to_sign="")
    record(by, "signature_given", held, words=words, sha256=sha256, case=held.case)
    return held


@transaction.atomic
def finish_call(by: Standing, session: VideoSession, result: str) -> VideoSession:
    """Say the result and end the call, by video or over the phone; the caller reads it in their page."""
    held = taken_by(by, session, VideoSession.HELD)
    words = said(result, "结果", 500)
    free(held)
    now = clock.now()
    move(by, held, "video_done", State.DONE, result=words, ended_at=now, form="", form_item="", to_sign="")
    return held


def _identified(held: VideoSession) -> None:
    if not held.identity:
        raise NotIdentified


def _matches(held: VideoSession, name: str, digits: str) -> bool:
    """Whether both fit what was sealed; both are always compared, and in constant time."""
    known = held.id_number[-DIGITS:]
    same_name = hmac.compare_digest(plain(name).encode(), plain(held.name).encode())
    same_digits = hmac.compare_digest(plain(digits).encode(), plain(known).encode())
    return bool(plain(held.name) and len(known) == DIGITS) and same_name and same_digits


def plain(text: str) -> str:
    """A name or number as it is compared: no blanks, full-width as half-width, capital X."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()

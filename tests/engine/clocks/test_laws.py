"""What holds for every clock, whatever its marks: checked on random histories."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.calendars import calendar
from gongzhi.engine.clocks import ExtensionTooLate, Mark, PauseNotAllowed, replay
from gongzhi.engine.instants import SHANGHAI, Span, Unit

LAX = calendar(unannounced="weekends")
FIRST = datetime(2024, 9, 1, tzinfo=SHANGHAI)

spans = st.builds(Span, st.integers(1, 30).map(Decimal), st.sampled_from(Unit))
minutes = st.integers(0, 60 * 24 * 60)


@st.composite
def histories(draw, kinds=("pause", "resume", "extend", "stop", "start")):
    """(limit, lawful marks): each step takes a kind that may follow the ones before."""
    limit = draw(spans)
    at = FIRST + timedelta(minutes=draw(minutes))
    marks = [Mark(kind="start", at=at)]
    for _ in range(draw(st.integers(0, 6))):
        at += timedelta(minutes=draw(st.integers(0, 8 * 24 * 60)))
        reading = replay(limit, marks, LAX, at, pauses=("why",))
        lawful = ["start"] if reading.stopped else ["resume", "stop"] if reading.paused else ["pause", "stop"]
        if not reading.stopped and at <= reading.due:
            lawful.append("extend")
        choices = [kind for kind in lawful if kind in kinds]
        if not choices:
            break
        kind = draw(st.sampled_from(choices))
        marks.append(
            Mark(
                kind=kind,
                at=at,
                reason="why" if kind == "pause" else "",
                span=Span(Decimal(draw(st.integers(1, 10))), limit.unit) if kind == "extend" else None,
            )
        )
    return limit, marks


def look(limit, marks, at):
    return replay(limit, marks, LAX, at, pauses=("why",))


@given(histories(), st.integers(0, 90 * 24 * 60))
def test_it_says_of_any_past_instant_what_it_said_then(history, after):
    limit, marks = history
    at = marks[0].at + timedelta(minutes=after)
    known_then = [mark for mark in marks if mark.at <= at]
    assert look(limit, marks, at) == look(limit, known_then, at)


@given(histories())
def test_it_agrees_in_every_prefix_until_the_next_mark(history):
    limit, marks = history
    for length in range(1, len(marks)):
        before_next = marks[length].at - timedelta(microseconds=1)
        if before_next >= marks[length - 1].at:
            assert look(limit, marks, before_next) == look(limit, marks[:length], before_next)


@given(histories(kinds=("extend",)), st.integers(0, 20 * 24 * 60), st.integers(0, 20 * 24 * 60))
def test_it_never_shortens_the_due_by_a_pause(history, after, length):
    limit, marks = history
    since = marks[-1].at + timedelta(minutes=after)
    until = since + timedelta(minutes=length)
    paused = [*marks, Mark(kind="pause", at=since, reason="why"), Mark(kind="resume", at=until)]
    assert look(limit, paused, until).due >= look(limit, marks, until).due


@given(histories(kinds=("pause", "resume", "extend")))
def test_it_never_moves_a_due_back(history):
    limit, marks = history
    dues = [look(limit, marks[: n + 1], marks[n].at).due for n in range(len(marks))]
    assert dues == sorted(dues)


@given(histories(kinds=("pause", "resume")), st.integers(0, 20 * 24 * 60))
def test_it_gives_back_exactly_what_the_pauses_took(history, after):
    limit, marks = history
    at = marks[-1].at + timedelta(minutes=after)
    reading = look(limit, marks, at)
    given_back = sum((pause.given_back for pause in reading.pauses), Decimal(0))
    plain = LAX.add(marks[0].at, limit)
    assert abs(reading.due - LAX.move(plain, Span(given_back, limit.unit))) <= timedelta(microseconds=1)
    assert all(pause.given_back >= 0 for pause in reading.pauses)


@given(histories(), st.integers(0, 20 * 24 * 60))
def test_it_adds_up(history, after):
    limit, marks = history
    reading = look(limit, marks, marks[-1].at + timedelta(minutes=after))
    assert abs(reading.elapsed + reading.left - reading.allowance) < Decimal("1e-9")
    assert (reading.light == "red") == (
        (reading.stopped or marks[-1].at + timedelta(minutes=after)) > reading.due
    )


@given(histories(kinds=("pause", "resume", "extend")), st.integers(1, 40 * 24 * 60))
def test_it_stays_red(history, after):
    limit, marks = history
    due = look(limit, marks, marks[-1].at).due
    late = max(due, marks[-1].at) + timedelta(minutes=1)
    if look(limit, marks, late).light == "red":
        later = late + timedelta(minutes=after)
        assert look(limit, [*marks], later).light == "red"


@given(histories(kinds=()), st.integers(-5000, 5000), st.integers(1, 10))
def test_it_extends_before_the_due_only(history, minutes_after, amount):
    limit, marks = history
    due = look(limit, marks, marks[0].at).due
    at = max(marks[0].at, due + timedelta(minutes=minutes_after))
    extension = Mark(kind="extend", at=at, span=Span(Decimal(amount), limit.unit))
    try:
        extended = look(limit, [*marks, extension], at)
    except ExtensionTooLate:
        assert at > due
    else:
        assert at <= due < extended.due


@given(histories(kinds=("pause", "resume", "extend")))
def test_it_turns_yellow_at_the_instant_it_announced(history):
    limit, marks = history
    reading = look(limit, marks, marks[-1].at)
    if reading.paused or reading.light == "red":
        return
    assert reading.started <= reading.warn_at <= reading.due
    if reading.warn_at > marks[-1].at:
        assert look(limit, marks, reading.warn_at).light == "yellow"
        assert look(limit, marks, reading.warn_at - timedelta(microseconds=1)).light == "green"


@given(histories())
def test_it_pauses_a_citizen_clock_never(history):
    limit, marks = history
    at = marks[-1].at
    try:
        reading = replay(limit, marks, LAX, at)
    except PauseNotAllowed:
        assert any(mark.kind == "pause" for mark in marks)
    else:
        assert not reading.paused
        assert not any(mark.kind == "pause" for mark in marks)

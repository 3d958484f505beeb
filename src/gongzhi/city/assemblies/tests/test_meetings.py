"""Calling, signing in, a quorum that breaks, minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.errors import (
    EmptyRoll,
    NotEnoughThere,
    NotOnRoll,
    NotUnderstood,
    WrongMoment,
)
from gongzhi.city.assemblies.models import Meeting, Topic
from gongzhi.city.assemblies.queries.presence import quorum_of
from gongzhi.city.assemblies.tests.cast import DAY, NOTICE
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.engine.assemblies import NoticeTooShort


def test_it_is_called_with_three_days_notice_and_not_with_two(village):
    topic = village.topic()
    with pytest.raises(NoticeTooShort):
        village.meeting(topic, starts=DAY - timedelta(days=1))
    assert village.meeting(topic, starts=DAY).number == "HY2024-420281105205-01"


def test_numbers_have_no_gap(village):
    assert [village.meeting().number[-2:] for _ in range(3)] == ["01", "02", "03"]


def test_a_topic_is_raised_once_however_often_it_is_told(village):
    first = actions.raise_topic(village.topic().rules, village.area, "修路", asked_by="case:9", token="1")
    assert actions.raise_topic(first.rules, village.area, "修路", asked_by="case:9", token="1") == first


def test_a_topic_that_is_on_an_agenda_is_not_put_on_another(village):
    topic = village.topic()
    village.meeting(topic)
    with pytest.raises(WrongMoment):
        village.meeting(topic)


def test_only_who_may_calls(village):
    topic = village.topic()
    for by in (village.he, village.watch):
        with pytest.raises(NotAllowed):
            actions.call_meeting(by, [topic.pk], village.roll(), starts_at=DAY, venue="祠堂")


def test_nobody_on_the_roll_is_no_meeting(village):
    with clock.frozen(NOTICE), pytest.raises(EmptyRoll):
        actions.call_meeting(village.chair, [village.topic().pk], [], starts_at=DAY, venue="祠堂")


def test_the_roll_is_fixed_when_the_notice_goes_out(village):
    meeting = village.meeting(households=4)
    with pytest.raises(NotOnRoll):
        actions.sign_in(village.chair, meeting.pk, "h05")


def test_a_cancelled_meeting_gives_its_topics_back(village):
    topic = village.topic()
    meeting = village.meeting(topic)
    actions.cancel_meeting(village.chair, meeting.pk, "下大雨")
    topic.refresh_from_db()
    assert (topic.state, topic.meeting) == (Topic.State.WAITING, None)
    assert village.meeting(topic).number.endswith("02")


def test_hands_are_not_raised_before_enough_have_come(village):
    topic = village.topic()
    meeting = village.meeting(topic, by_phone=False)
    for unit in ("h01", "h02", "h03"):
        actions.sign_in(village.chair, meeting.pk, unit)
    with pytest.raises(NotEnoughThere) as refused:  # 2/3 of 6 are 4
        actions.open_ballot(village.chair, topic.pk)
    assert refused.value.data["missing"] == 1
    actions.sign_in(village.chair, meeting.pk, "h04")
    assert actions.open_ballot(village.chair, topic.pk).state == Topic.State.VOTING


def test_a_quorum_that_breaks_in_the_middle_keeps_what_was_decided_and_stops_what_was_not(village):
    first, second, third = village.topic("修路"), village.topic("建鸡舍"), village.topic("选管护员")
    meeting = village.meeting(first, second, third, by_phone=False)
    for unit in ("h01", "h02", "h03", "h04"):
        actions.sign_in(village.chair, meeting.pk, unit)
    for topic in (first, second):
        actions.open_ballot(village.chair, topic.pk)
        for unit in ("h01", "h02", "h03"):
            actions.enter_hand(village.chair, topic.pk, unit, "agree")
        if topic is second:  # one goes home without a word while the second is voted on
            actions.sign_out(village.chair, meeting.pk, "h04")
        actions.close_ballot(village.chair, topic.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, first.state) == ("passed", Topic.State.PUBLISHED)
    assert (second.outcome, second.state) == ("no_quorum", Topic.State.DECIDED)
    assert second.figures["agree"] == 0, "without a quorum no choice is counted"
    with pytest.raises(NotEnoughThere):
        actions.open_ballot(village.chair, third.pk)
    actions.close_meeting(village.chair, meeting.pk, "第三项改期再议")
    third.refresh_from_db()
    assert third.state == Topic.State.WAITING


def test_who_voted_and_left_counts_as_having_been_there(village):
    topic = village.voting(by_phone=False)
    for unit in ("h01", "h02", "h03", "h04"):
        actions.enter_hand(village.chair, topic.pk, unit, "agree")
        actions.sign_out(village.chair, topic.meeting_id, unit)
    for unit in ("h05", "h06"):
        actions.sign_out(village.chair, topic.meeting_id, unit)
    assert quorum_of(Meeting.objects.get(), topic).present == 4
    assert actions.close_ballot(village.chair, topic.pk).outcome == "passed"


def test_coming_back_counts_again(village):
    meeting = village.meeting()
    actions.sign_in(village.chair, meeting.pk, "h01")
    actions.sign_out(village.chair, meeting.pk, "h01")
    assert quorum_of(meeting).present == 0
    actions.sign_in(village.chair, meeting.pk, "h01", "大儿子")
    assert quorum_of(meeting).present == 1


def test_nobody_signs_in_the_day_before_and_everybody_from_midnight_on(village):
    meeting = village.meeting()
    with clock.frozen(DAY.replace(hour=0)):  # in Greenwich it is still the day before
        assert actions.sign_in(village.chair, meeting.pk, "h02").came_at is not None
    with clock.frozen(DAY - timedelta(days=1)), pytest.raises(WrongMoment):
        actions.sign_in(village.chair, meeting.pk, "h01")


def test_a_meeting_closes_with_minutes_and_with_no_ballot_open(village):
    topic = village.voting()
    with pytest.raises(WrongMoment):
        actions.close_meeting(village.chair, topic.meeting_id, "记录")
    actions.close_ballot(village.chair, topic.pk)
    with pytest.raises(NotUnderstood):
        actions.close_meeting(village.chair, topic.meeting_id, " ")
    assert actions.close_meeting(village.chair, topic.meeting_id, "记录").closed_at == DAY


def test_every_deed_is_in_the_journal(village):
    topic = village.voting()
    village.votes(topic, h01="agree")
    actions.close_ballot(village.chair, topic.pk)
    kinds = list(Entry.objects.filter(subject=f"topic:{topic.pk}").values_list("kind", flat=True))
    assert kinds == ["topic_raised", "ballot_opened", "voted", "ballot_closed", "topic_decided"]

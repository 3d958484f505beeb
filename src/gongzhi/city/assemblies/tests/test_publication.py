"""A result hangs out for five days; the last minute is in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.errors import CountedYourself, NotUnderstood, WindowOver, WrongMoment
from gongzhi.city.assemblies.models import Objection, Topic
from gongzhi.city.assemblies.tests.cast import DAY
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import resident
from gongzhi.engine.instants import parse_instant

YANG = resident("user:h06")
LAST = parse_instant("2024-03-09 23:59")
OVER = parse_instant("2024-03-10 00:00")


@pytest.fixture
def topic(village):
    """Passed on 4 March: 5 to 9 March are the five days."""
    topic = village.voting()
    village.votes(topic, h01="agree", h02="agree", h03="agree", h04="against")
    return actions.close_ballot(village.chair, topic.pk)


def reload(topic: Topic) -> Topic:
    topic.refresh_from_db()
    return topic


def test_it_stands_when_the_five_days_are_over(topic):
    with clock.frozen(LAST):
        assert actions.settle_due() == 0
    with clock.frozen(OVER):
        assert actions.settle_due() == 1
    assert (reload(topic).state, topic.outcome) == (Topic.State.DECIDED, "passed")
    assert str(topic.file_by) == "2024-03-20"


def test_an_objection_on_the_last_minute_is_in_time_and_holds_the_result_up(topic, village):
    with clock.frozen(LAST):
        objection = actions.object_to(YANG, topic.pk, "少算了我家")
    with clock.frozen(OVER + timedelta(days=1)):
        assert actions.settle_due() == 0
        actions.answer_objection(village.watch, objection.pk, upheld=False, answer="查了签到表")
    assert (reload(topic).state, topic.outcome) == (Topic.State.DECIDED, "passed")


def test_a_minute_later_is_too_late(topic):
    with clock.frozen(OVER), pytest.raises(WindowOver):
        actions.object_to(YANG, topic.pk, "少算了我家")


def test_an_upheld_objection_undoes_the_result(topic, village):
    with clock.frozen(LAST):
        objection = actions.object_to(YANG, topic.pk, "少算了我家")
        actions.answer_objection(village.watch, objection.pk, upheld=True, answer="漏通知了三户")
        assert reload(topic).state == Topic.State.PUBLISHED, "others may still object"
    with clock.frozen(OVER):
        actions.settle_due()
    assert (reload(topic).outcome, topic.file_by) == ("objected", None)
    told = Entry.objects.get(kind="topic_decided").data
    assert (told["outcome"], told["figures"]["upheld"], told["asked_by"]) == ("objected", 1, "case:1")


def test_the_same_words_twice_are_one_objection(topic):
    actions.object_to(YANG, topic.pk, "少算了我家")
    actions.object_to(YANG, topic.pk, "少算了我家 ")
    assert Objection.objects.count() == 1


def test_who_called_the_meeting_does_not_judge_objections_to_it(topic, village):
    objection = actions.object_to(YANG, topic.pk, "少算了我家")
    with pytest.raises(CountedYourself):
        actions.answer_objection(village.chair, objection.pk, upheld=False, answer="没有")
    with pytest.raises(NotAllowed):
        actions.answer_objection(village.he, objection.pk, upheld=False, answer="没有")
    with pytest.raises(NotUnderstood):
        actions.answer_objection(village.watch, objection.pk, upheld=False, answer=" ")


def test_there_is_nothing_to_object_to_before_the_count(village):
    with pytest.raises(WrongMoment):
        actions.object_to(YANG, village.voting().pk, "不公平")


def test_a_decision_is_filed_with_the_township(topic, village):
    with pytest.raises(WrongMoment):
        actions.file_result(village.officer, topic.pk, "茗备〔2024〕3号")
    with clock.frozen(OVER):
        actions.settle_due()
        with pytest.raises(NotAllowed):
            actions.file_result(village.chair, topic.pk, "茗备〔2024〕3号")
        assert actions.file_result(village.officer, topic.pk, "茗备〔2024〕3号").filed_at == OVER


def test_a_topic_that_nobody_waits_for_is_withdrawn(village):
    topic = village.topic()
    actions.withdraw_topic("case:1", topic.token)
    assert reload(topic).state == Topic.State.WITHDRAWN
    assert clock.now() >= DAY


def test_a_vote_that_is_withdrawn_leaves_no_ballot(village):
    topic = village.voting(secret=True)
    village.votes(topic, h01="agree")
    actions.withdraw_topic("case:1", topic.token)
    assert (reload(topic).state, topic.ballots.count()) == (Topic.State.WITHDRAWN, 0)

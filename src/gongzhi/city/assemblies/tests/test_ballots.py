"""One vote per household, by phone or paper; secret ballots that can be counted again and not linked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from gongzhi.city.assemblies import actions
from gongzhi.city.assemblies.checks import check_ballots, check_open
from gongzhi.city.assemblies.errors import (
    AlreadyVoted,
    CountsDiffer,
    NotOnRoll,
    NotUnderstood,
    NotVoting,
    WrongMoment,
)
from gongzhi.city.assemblies.models import Ballot, Mark, Topic, Voter
from gongzhi.city.assemblies.queries.presence import turnout
from gongzhi.city.assemblies.slips import hash_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import resident
from gongzhi.engine.assemblies import RecountDiffers, new_receipt, recount

ME = resident("user:h01")


def published(topic: Topic) -> list[tuple[str, str]]:
    return list(topic.ballots.values_list("receipt", "choice"))


def test_a_double_tap_is_one_vote(village):
    topic = village.voting()
    assert not actions.cast(ME, topic.pk, "h01", "agree").again
    assert actions.cast(ME, topic.pk, "h01", "agree").again
    assert turnout(topic).voted == 1


def test_nobody_changes_their_mind_afterwards(village):
    topic = village.voting()
    actions.cast(ME, topic.pk, "h01", "agree")
    with pytest.raises(AlreadyVoted):
        actions.cast(ME, topic.pk, "h01", "against")


def test_a_retry_of_a_secret_vote_shows_the_same_receipt(village):
    topic, receipt = village.voting(secret=True), new_receipt()
    assert actions.cast(ME, topic.pk, "h01", "agree", receipt=receipt).receipt == receipt
    again = actions.cast(ME, topic.pk, "h01", "agree", receipt=receipt)
    assert (again.receipt, again.again) == (receipt, True)
    with pytest.raises(AlreadyVoted):
        actions.cast(ME, topic.pk, "h01", "agree", receipt=new_receipt())
    assert Ballot.objects.exclude(choice="").count() == 1


def test_two_people_with_the_same_page_get_two_numbers(village):
    topic, receipt = village.voting(secret=True), new_receipt()
    actions.cast(ME, topic.pk, "h01", "agree", receipt=receipt)
    other = actions.cast(resident("user:h02"), topic.pk, "h02", "agree", receipt=receipt)
    # the page of one, sent by another household, is that household's own vote
    assert other.again is False and other.receipt != receipt
    assert turnout(topic).voted == 2


@pytest.mark.parametrize("choice", ["", "yes", "spoilt"])
def test_only_what_stands_on_the_ballot_is_a_vote(village, choice):
    with pytest.raises(NotUnderstood):
        actions.cast(ME, village.voting().pk, "h01", choice)


def test_who_is_not_on_the_roll_has_no_vote(village):
    with pytest.raises(NotOnRoll):
        actions.cast(ME, village.voting(households=3).pk, "h04", "agree")


def test_nobody_votes_before_or_after(village):
    topic = village.topic()
    village.meeting(topic)
    with pytest.raises(NotVoting):
        actions.cast(ME, topic.pk, "h01", "agree")
    actions.open_ballot(village.chair, topic.pk)
    actions.close_ballot(village.chair, topic.pk)
    with pytest.raises(NotVoting):
        actions.cast(ME, topic.pk, "h01", "agree")


def test_paper_and_phone_are_one_vote(village):
    topic = village.voting(secret=True)
    actions.cast(ME, topic.pk, "h01", "agree")
    with pytest.raises(AlreadyVoted):
        actions.hand_out_paper(village.chair, topic.pk, "h01")
    actions.hand_out_paper(village.chair, topic.pk, "h02")
    with pytest.raises(AlreadyVoted):
        actions.cast(resident("user:h02"), topic.pk, "h02", "agree")


def test_an_unused_paper_ballot_can_be_given_back(village):
    topic = village.voting(secret=True)
    actions.hand_out_paper(village.chair, topic.pk, "h02")
    actions.take_paper_back(village.chair, topic.pk, "h02")
    actions.cast(resident("user:h02"), topic.pk, "h02", "agree")
    with pytest.raises(WrongMoment):
        actions.take_paper_back(village.chair, topic.pk, "h02")


def test_paper_is_counted_by_two_who_agree_and_added_to_the_phones(village):
    topic = village.voting(secret=True)
    for unit in ("h01", "h02", "h03"):
        actions.hand_out_paper(village.chair, topic.pk, unit)
    village.votes(topic, h04="agree", h05="against")
    with pytest.raises(CountsDiffer):
        actions.close_ballot(village.chair, topic.pk)
    actions.enter_count(village.watch, topic.pk, agree=2, against=1, abstain=0)
    with pytest.raises(CountsDiffer):
        actions.close_ballot(village.chair, topic.pk)
    actions.enter_count(village.watch2, topic.pk, agree=3, against=0, abstain=0)
    with pytest.raises(CountsDiffer):
        actions.close_ballot(village.chair, topic.pk)
    actions.enter_count(village.watch2, topic.pk, agree=2, against=1, abstain=0)
    topic = actions.close_ballot(village.chair, topic.pk)
    assert [topic.figures[name] for name in ("present", "agree", "against")] == [5, 3, 2]
    assert topic.outcome == "passed"  # 3 of 5


def test_more_paper_than_was_handed_out_is_refused(village):
    topic = village.voting(secret=True)
    actions.hand_out_paper(village.chair, topic.pk, "h01")
    with pytest.raises(CountsDiffer):
        actions.enter_count(village.watch, topic.pk, agree=2, against=0, abstain=0)


def test_a_lost_paper_ballot_is_somebody_who_was_there_and_did_not_agree(village):
    topic = village.voting(secret=True)
    for unit in ("h01", "h02"):
        actions.hand_out_paper(village.chair, topic.pk, unit)
    village.votes(topic, h03="agree", h04="agree")
    for teller in (village.watch, village.watch2):
        actions.enter_count(teller, topic.pk, agree=0, against=0, abstain=0, spoilt=1)
    topic = actions.close_ballot(village.chair, topic.pk)
    assert (topic.figures["present"], topic.outcome) == (4, "failed")  # 2 of 4 is not more than half


def test_the_published_list_can_be_counted_by_anybody(village):
    topic = village.voting(secret=True)
    village.votes(topic, h01="agree", h02="agree", h03="against", h04="agree")
    topic = actions.close_ballot(village.chair, topic.pk)
    listed = published(topic)
    counted = recount(listed, root=topic.root, topic=topic.list_name)
    assert counted == {"agree": 3, "against": 1, "abstain": 0}
    changed = [(receipt, "agree") for receipt, _choice in listed]
    with pytest.raises(RecountDiffers):
        recount(changed, root=topic.root, topic=topic.list_name)
    with pytest.raises(RecountDiffers):
        recount(listed[:-1], root=topic.root, topic=topic.list_name)


def test_nothing_stored_links_a_secret_ballot_to_its_voter(village):
    topic = village.voting(secret=True)
    receipts = [
        actions.cast(resident(f"user:h0{n}"), topic.pk, f"h0{n}", "agree").receipt for n in range(1, 6)
    ]
    # a ballot knows neither voter nor time nor order, a mark no choice
    assert {each.name for each in Ballot._meta.get_fields()} == {"key", "topic", "receipt", "choice"}
    assert set(Mark.objects.values_list("choice", flat=True)) == {""}
    assert not any(each.name.endswith("at") for each in Mark._meta.get_fields())
    # nothing of a single vote is in the journal, not even that it happened
    assert set(Entry.objects.values_list("kind", flat=True)) == {
        "topic_raised",
        "meeting_called",
        "ballot_opened",
    }
    text = "".join(str(each.data) for each in Entry.objects.all())
    assert not any(receipt in text for receipt in receipts)
    # and after the close the rows lie in the order of their numbers
    actions.close_ballot(village.chair, topic.pk)
    with connections["default"].cursor() as cursor:
        cursor.execute("select receipt from assemblies_ballot")
        assert [row[0] for row in cursor.fetchall()] == sorted(receipts) or connections[
            "default"
        ].vendor != "sqlite"


def test_the_doctor_finds_a_changed_ballot_and_a_choice_beside_a_name(village):
    topic = village.voting(secret=True)
    village.votes(topic, h01="agree", h02="agree", h03="against", h04="agree")
    assert check_open(full=True).ok
    Ballot.objects.filter(choice="against").update(choice="", receipt="")
    assert not check_open(full=True).ok
    actions.close_ballot(village.chair, topic.pk)
    assert check_ballots(full=False).ok
    Mark.objects.filter(voter__unit="h01").update(choice="agree")
    assert not check_ballots(full=True).ok
    Mark.objects.update(choice="")
    Ballot.objects.filter(pk=Ballot.objects.first().pk).update(choice="abstain")
    assert "被改动过" in check_ballots(full=False).remedy


def test_without_a_quorum_the_ballots_are_destroyed_uncounted(village):
    topic = village.voting(secret=True)
    village.votes(topic, h01="agree", h02="against")
    topic = actions.close_ballot(village.chair, topic.pk)
    assert (topic.outcome, topic.root, Ballot.objects.count()) == ("no_quorum", "", 0)


def test_hands_are_entered_in_open_ballots_only(village):
    topic = village.voting(secret=True)
    with pytest.raises(NotUnderstood):
        actions.enter_hand(village.chair, topic.pk, "h01", "agree")


def test_others_neither_open_nor_count(village):
    topic = village.voting()
    for deed in (
        lambda: actions.close_ballot(village.he, topic.pk),
        lambda: actions.hand_out_paper(village.he, topic.pk, "h01"),
        lambda: actions.enter_count(village.he, topic.pk, agree=0, against=0, abstain=0),
        lambda: actions.print_slips(village.he, topic.meeting_id),
        lambda: actions.sign_in(village.he, topic.meeting_id, "h01"),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_slip_is_known_by_its_hash_only(village):
    topic = village.voting()
    slips = actions.print_slips(village.chair, topic.meeting_id)
    assert len({code for _row, code in slips}) == 6
    row, code = slips[0]
    assert Voter.objects.get(code_hash=hash_of(code.lower().replace("-", " "))) == row
    assert code not in str(Voter.objects.values())
    again = {row.unit: code for row, code in actions.print_slips(village.chair, topic.meeting_id)}
    assert not Voter.objects.filter(code_hash=hash_of(code)).exists()
    assert len(again) == 6


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_at_once_are_one_vote():
    from gongzhi.city.assemblies.tests.cast import DAY, build_village
    from gongzhi.city.kernel import clock

    with clock.frozen(DAY):
        village = build_village()
        topic = village.voting(secret=True)
    barrier = threading.Barrier(8)

    def tap(number: int) -> str:
        try:
            barrier.wait()
            unit = f"h0{number % 2 + 1}"
            return actions.cast(resident(f"user:{unit}"), topic.pk, unit, "agree").receipt
        except AlreadyVoted:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        receipts = [each for each in pool.map(tap, range(8)) if each]
    assert len(receipts) == len(set(receipts)) == 2
    assert sorted(Ballot.objects.exclude(choice="").values_list("receipt", flat=True)) == sorted(receipts)
    assert turnout(topic).voted == 2

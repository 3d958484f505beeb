"""Meetings in a browser: the chair calls, a household votes from its slip, two count paper, anybody recounts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from gongzhi.city.assemblies import actions as assemblies
from gongzhi.city.assemblies.models import Ballot, Meeting, Topic
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import resident
from gongzhi.city.mechanisms import households
from gongzhi.city.mechanisms.tests.meeting_city import (
    build_hamlet,
    chair,
    household_meeting,
    opened,
    step,
    topic,
)
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
HOME = "/village/meetings/"


@pytest.fixture
def hamlet(cast: Any) -> Any:
    with clock.frozen(MONDAY):
        build_hamlet()
        watch = User.objects.create(username="watch", name="柯监")
        Post.objects.create(user=watch, role="village_supervisor", office=Office.objects.get(code="council"))
        yield cast


@pytest.fixture
def evening(hamlet: Any) -> Any:
    """The household meeting has begun, its secret ballot is open, and slips were printed."""
    case, row, meeting = household_meeting()
    with clock.frozen(meeting.starts_at):
        slips = {voter.unit: code for voter, code in assemblies.print_slips(chair(), meeting.pk)}
        assemblies.open_ballot(chair(), row.pk)
        yield case, row, meeting, slips


def ticket(page: Any) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_everybody_reads_notices_and_results_and_no_names(browser, evening):
    _case, row, meeting, _slips = evening
    text = browser().get(HOME).content.decode()
    assert "散养鸡集中养" in text and meeting.venue in text
    assert "陈" not in text and "召集会议" not in text
    assert browser().get(f"{HOME}results/{row.pk}/").status_code == 404


def test_a_household_votes_from_its_slip_and_a_second_tap_counts_once(browser, evening):
    _case, row, _meeting, slips = evening
    client, address = browser(), f"{HOME}slip/{slips['H1']}/"
    assert "H1" in client.get(address).content.decode()
    page = client.get(f"{address}{row.pk}/")
    sent = {"ticket": ticket(page), "choice": "agree"}
    first = client.post(f"{address}{row.pk}/", sent).content.decode()
    receipt = Ballot.objects.exclude(choice="").get().receipt
    assert receipt in first
    again = client.post(f"{address}{row.pk}/", sent).content.decode()
    assert receipt in again and "只算一次" in again
    assert Ballot.objects.exclude(choice="").count() == 1
    other = client.post(f"{address}{row.pk}/", {**sent, "choice": "against"})
    assert other.status_code == 409
    assert "已经投过" in client.get(f"{address}{row.pk}/").content.decode()


def test_a_ticket_of_another_household_is_refused(browser, evening):
    _case, row, _meeting, slips = evening
    page = browser().get(f"{HOME}slip/{slips['H1']}/{row.pk}/")
    sent = {"ticket": ticket(page), "choice": "agree"}
    assert browser().post(f"{HOME}slip/{slips['H2']}/{row.pk}/", sent).status_code == 422
    assert browser().get(f"{HOME}slip/AAAA-BBBB-CCCC/").status_code == 404


def test_typing_the_code_leads_to_the_ballot(browser, evening):
    answer = browser().post(f"{HOME}slip/", {"code": evening[3]["H3"].lower()})
    assert answer.url.endswith(f"/slip/{evening[3]['H3']}/")
    assert browser().get(answer.url).status_code == 200


def test_an_account_votes_for_its_household(browser, evening):
    _case, row, _meeting, _slips = evening
    ada = User.objects.create(username="ada", name="ada")
    assert browser("ada").get(f"{HOME}vote/{row.pk}/").status_code == 403
    households.join(chair(), "H2", ada.person)
    client = browser("ada")
    assert "去投票" in client.get(HOME).content.decode()
    page = client.get(f"{HOME}vote/{row.pk}/")
    done = client.post(f"{HOME}vote/{row.pk}/", {"ticket": ticket(page), "choice": "abstain"})
    assert "回执号" in done.content.decode()
    assert browser().get(f"{HOME}vote/{row.pk}/").status_code == 302


def test_the_chair_calls_a_meeting(browser, hamlet):
    row = topic(opened())
    client = browser("chair")
    assert "散养鸡集中养" in client.get(f"{HOME}call/").content.decode()
    sent = {"topic": row.pk, "day": "2000-01-01", "hour": "19:00", "venue": "祠堂", "ballot": "open"}
    assert client.post(f"{HOME}call/", sent).status_code == 422
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    answer = client.post(f"{HOME}call/", {**sent, "day": day, "by_phone": "on"})
    assert answer.url == f"{HOME}{Meeting.objects.get().pk}/"
    assert client.get(answer.url).status_code == 200
    assert browser("li").get(answer.url).status_code == 404


def test_paper_is_handed_out_and_counted_by_two(browser, evening):
    case, row, meeting, slips = evening
    client, watch = browser("chair"), browser("watch")
    here = f"{HOME}{meeting.pk}/"
    for unit in ("H1", "H2"):
        client.post(f"{HOME}topics/{row.pk}/paper/", {"unit": unit, "back": here})
    phone = browser().get(f"{HOME}slip/{slips['H1']}/{row.pk}/").content.decode()
    assert "已经投过" in phone
    for unit in ("H3", "H4"):
        assemblies.cast(resident(""), row.pk, unit, "agree")
    counted = {"agree": "1", "against": "1", "abstain": "0", "spoilt": "0", "back": here}
    client.post(f"{HOME}topics/{row.pk}/count/", counted)
    told = client.post(f"{HOME}topics/{row.pk}/close/", {"back": here}, follow=True).content.decode()
    assert "AS" not in told and "两个人各数一遍" in told
    watch.post(f"{HOME}topics/{row.pk}/count/", counted)
    told = client.post(f"{HOME}topics/{row.pk}/close/", {"back": here}, follow=True).content.decode()
    assert "通过" in told
    page = browser().get(f"{HOME}results/{row.pk}/").content.decode()
    assert "和公布的一致" in page and "杨理" in page
    with clock.frozen(meeting.starts_at + timedelta(days=8)):
        assemblies.settle_due()
        react_to_all()
    assert step(case) == "open_decision"


def test_a_voter_finds_the_own_ballot_and_objects(browser, evening):
    _case, row, _meeting, _slips = evening
    mine = assemblies.cast(resident(""), row.pk, "H1", "agree").receipt
    for unit in ("H2", "H3", "H4"):
        assemblies.cast(resident(""), row.pk, unit, "against")
    assemblies.close_ballot(chair(), row.pk)
    address = f"{HOME}results/{row.pk}/"
    assert "算进去了" in browser().get(address, {"receipt": mine.replace("-", " ")}).content.decode()
    assert "没有这个号" in browser().get(address, {"receipt": "0000"}).content.decode()
    lines = browser().get(f"{address}ballots.csv").content.decode().splitlines()
    assert len(lines) == 5 and lines[0] == "topic,receipt,choice"
    browser("hu").post(f"{address}objections/", {"text": "少算了我家"})
    assert "少算了我家" in browser().get(address).content.decode()
    assert browser().post(f"{address}objections/", {"text": "我也是"}).status_code == 302
    answer = {"objection": row.objections.get().pk, "upheld": "no", "answer": "查过了", "back": address}
    browser("chair").post(f"{HOME}topics/{row.pk}/answer/", answer)
    assert row.objections.get().state == "open", "who called the meeting does not judge"
    browser("watch").post(f"{HOME}topics/{row.pk}/answer/", answer)
    assert row.objections.get().state == "dismissed"


def test_nonsense_is_told_and_changes_nothing(browser, evening):
    _case, row, meeting, _slips = evening
    client = browser("chair")
    for address, sent in (
        (f"topics/{row.pk}/count/", {"agree": "-1"}),
        (f"topics/{row.pk}/explode/", {}),
        (f"{meeting.pk}/explode/", {}),
        (f"{meeting.pk}/come/", {"unit": "H99"}),
    ):
        told = client.post(HOME + address, {**sent, "back": "https://elsewhere.example/"})
        assert (told.status_code, told.url) == (302, HOME)
    assert Topic.objects.get(pk=row.pk).state == "voting"

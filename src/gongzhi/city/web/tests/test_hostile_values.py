"""Numbers without end, characters that no database keeps, ids that are none: a page says so, and nothing breaks."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

ENDLESS = "9" * 5000

POSTS = {
    "/desk/cases/{case}/choose/": [{"name": f"{ENDLESS}.reply"}, {"name": "9.reply", "seen": ENDLESS}],
    "/desk/cases/{case}/act/hand_over/": [{"person": "x", "task": ENDLESS}, {"person": "x", "task": "²"}],
    "/desk/read/": [{"notice": [ENDLESS, "1", "٣"]}, {"notice": "9" * 40}],
    "/desk/bulk/": [{"task": "abc|handle", "person": "x"}, {"task": "{case}|handle", "person": "x\0"}],
    "/me/": [{"post": ENDLESS}],
}


@pytest.mark.parametrize("address", POSTS)
def test_it_refuses_strange_values_of_a_clerk(browser, case, address):
    client = browser("zhou")
    for values in POSTS[address]:
        assert client.post(address.format(case=case), values).status_code < 500, values


@pytest.mark.parametrize("stars", [ENDLESS, "²", "٣", "-1", "", "6"])
def test_it_rates_by_one_to_five_stars_only(browser, case, stars):
    from gongzhi.city.cases.models import Case, Rating

    code = Case.objects.get(pk=case).tracking_code
    assert browser().post(f"/t/{code}/rate/", {"stars": stars}).status_code == 302
    assert not Rating.objects.exists()


@pytest.mark.parametrize("size", ["²", ENDLESS, "-1", ""])
def test_it_takes_no_strange_size_of_a_kept_file(browser, size):
    sent = {
        "subject": "灯",
        "text": "灯坏了",
        "photos.kept": f"{'a' * 64}|{size}|image/png|x.png",
        "key": "k",
    }
    assert browser().post("/report/mini/appeal/", sent).status_code in (302, 422)


@pytest.mark.parametrize(
    "address",
    [
        "/desk/cases/?text=a%00b",
        "/desk/cases/?category=%00",
        "/desk/?step=%00",
        "/t/?code=%00",
        "/report/nearby/?text=%00&place.lon=1&place.lat=1",
    ],
)
def test_it_takes_no_nul_in_an_address(browser, address):
    answer = browser("zhou").get(address)
    assert answer.status_code == 400 and "空字符" in answer.content.decode()


def test_it_takes_no_nul_in_a_form(browser, case):
    from gongzhi.city.journal.models import Entry

    before = Entry.objects.count()
    for values in ({"text": "好\0"}, {"text": "好", "key": "\0"}):
        answer = browser("zhou").post(f"/desk/cases/{case}/act/note/", values)
        assert answer.status_code == 400
    assert Entry.objects.count() == before


def test_it_shares_no_uploads_among_those_who_send_no_key(browser):
    from gongzhi.city.cases.models import Case

    for _ in range(2):
        assert browser().post("/report/mini/appeal/", {"subject": "灯", "text": "灯坏了"}).status_code == 302
    assert Case.objects.values("reported_by").distinct().count() == 2


def test_it_remembers_no_number_of_an_anonymous_report(browser, cast):
    from gongzhi.city.cases.models import Case
    from gongzhi.city.people.models import Resident

    known = Resident.objects.count()
    sent = {"subject": "灯", "text": "灯坏了", "anonymous": "yes"}
    assert browser().post("/report/mini/appeal/", sent).status_code == 302
    assert Case.objects.get().reporter_id is None
    assert Resident.objects.count() == known

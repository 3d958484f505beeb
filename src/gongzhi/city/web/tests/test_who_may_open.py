"""Every page × every role. The table is the promise: 200 opens, 302 leads on, 403 and 404 do not."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

WHO = ("", "li", "chen", "zhou", "zhao", "sun", "hu", "wu", "qian", "ma", "he")
#: address -> status for each of WHO: villager, hotline agent, dispatcher, officer, reviewer, caller, grid worker,
#: duty officer, leader, auditor, officer of an office that has nothing to do with it
PAGES = {
    "/": (200,) * 11,
    "/report/": (302,) * 11,
    "/report/mini/appeal/": (200,) * 11,
    "/report/nearby/?subject=路灯": (200,) * 11,
    "/t/": (200,) * 11,
    "/t/?code=7K3Q-J9Z0-XCM": (404,) * 11,
    "/village/meetings/": (200,) * 11,
    "/village/meetings/call/": (302, 403, 403, 200, 403, 403, 403, 403, 403, 403, 200),
    "/village/meetings/1/": (302, *(404,) * 10),
    "/village/meetings/vote/1/": (302, *(404,) * 10),
    "/village/meetings/results/1/": (404,) * 11,
    "/village/meetings/slip/NONE/": (404,) * 11,
    "/village/projects/": (200,) * 11,
    "/village/projects/GJ1/": (404,) * 11,
    "/village/covenants/": (200,) * 11,
    "/village/covenants/CG1/": (404,) * 11,
    "/village/assets/": (200,) * 11,
    "/green/rivers/": (200,) * 11,
    "/green/rivers/HD1/": (404,) * 11,
    "/green/production/": (302, *(200,) * 10),
    "/green/indicators/": (200,) * 11,
    "/green/indicators/DM1/": (404,) * 11,
    "/welfare/coverage/": (200,) * 11,
    "/welfare/coverage/W1/": (404,) * 11,
    "/warnings/feeds/": (302, *(403,) * 7, 200, 200, 403),
    "/warnings/feeds/nothing/here/": (302, *(403,) * 7, 404, 404, 403),
    "/warnings/feeds/batch/1/": (302, *(403,) * 7, 404, 404, 403),
    "/mechanisms/": (200,) * 11,
    "/mechanisms/mini/": (200,) * 11,
    "/mechanisms/mini/cases/appeal/": (200,) * 11,
    "/mechanisms/mini/cases/appeal.bpmn": (200,) * 11,
    "/mechanisms/mini/cases/nothing/": (404,) * 11,
    "/mechanisms/mini/tables/": (200,) * 11,
    "/mechanisms/mini/measures/": (200,) * 11,
    "/mechanisms/mini/scenarios/": (200,) * 11,
    "/mechanisms/mini/changes/": (200,) * 11,
    "/mechanisms/nothing/": (404,) * 11,
    "/me/": (302, *(200,) * 10),
    "/desk/": (302, 200, 200, 200, 200, 302, 200, 200, 200, 200, 200),
    "/desk/cases/": (302, *(200,) * 10),
    "/desk/cases.csv": (302, 403, 200, 403, 200, 403, 403, 200, 200, 200, 403),
    # whoever may open one kind of case only is led to its form at once
    "/desk/intake/": (302, 302, 200, 302, 200, 200, 302, 302, 302, 200, 302),
    "/desk/intake/mini/appeal/": (302, 200, 404, 404, 404, 404, 200, 404, 404, 404, 404),
    "/desk/calls/": (302, 403, 403, 403, 403, 200, 403, 403, 403, 403, 403),
    "/desk/calls/1/": (302, 403, 403, 403, 403, 404, 403, 403, 403, 403, 403),
    "/desk/cases/{case}/": (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 404),
    "/desk/cases/00000000-0000-0000-0000-000000000000/": (302, *(404,) * 10),
    "/desk/files/" + "0" * 64 + "/": (302, *(404,) * 10),
    "/ratings/": (200,) * 11,
    "/ratings/?by=item": (200,) * 11,
    "/ratings/?by=person": (404,) * 11,
    # the rated read what to mend, and not who rated; whoever only walks the grid has no verdicts to read
    "/ratings/rows/?by=office&key=cgj": (302, 403, 200, 200, 200, 200, 403, 200, 200, 200, 200),
    "/desk/mandates/": (302, 200, 403, 403, 403, 403, 200, 403, 403, 200, 403),
    "/desk/mandates/new/": (302, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "/desk/mandates/00000000-0000-0000-0000-000000000000/": (302, *(404,) * 10),
    "/desk/counter/": (302, *(200,) * 10),
    "/desk/counter/mini/appeal/": (302, 200, 404, 404, 404, 404, 200, 404, 404, 404, 404),
    "/desk/counter/receipt/{case}/": (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 404),
    "/verify/": (200,) * 11,
    "/verify/?code=0000-0000-0000-0001": (404,) * 11,
    "/verify/AAAAAAAAAAAAAAAA/": (404,) * 11,
    "/desk/papers/": (302, 403, 403, 200, 200, 403, 403, 403, 200, 403, 200),
    "/desk/papers/use/": (302, 403, 403, 200, 200, 403, 200, 403, 200, 403, 200),
    "/desk/seals/": (302, *(403,) * 10),
    "/desk/cases/{case}/papers/1.pdf": (302, *(404,) * 10),
    "/command/": (302, 200, 200, 403, 200, 403, 403, 200, 200, 200, 403),
    "/command/live/": (302, 200, 200, 403, 200, 403, 403, 200, 200, 200, 403),
    # narrowed to what the post may see; whoever calls back must not learn who holds what
    "/command/tasks/": (302, *(200,) * 4, 403, *(200,) * 5),
    "/command/measures/mini/": (302, 200, 200, 200, 200, 200, 403, 200, 200, 200, 200),
    # only those who walk the grid carry it about
    "/grid/": (302, *(403,) * 5, 200, *(403,) * 4),
    # no duty room is set up here, so there is none that anybody could look into
    "/duty/": (302, *(404,) * 10),
    "/wall/": (302, 200, 200, 403, 200, 403, 403, 200, 200, 200, 403),
    # who answers for which place, and what a town must and must not do: everybody's business
    "/units/": (200,) * 11,
    "/lists/": (200,) * 11,
    "/burden/": (302, 403, 403, 200, 200, 403, 200, 200, 200, 200, 200),
    "/inspections/": (302, 200, 200, 200, 200, 403, 403, 200, 200, 200, 200),
    "/order/enforcement/": (302, *(200,) * 10),
    # what is published, and how a draw came about, anybody may see
    "/order/enforcement/decisions/": (200,) * 11,
    "/order/enforcement/draws/00000000-0000-0000-0000-000000000000/": (404,) * 11,
    "/supervision/": (302, 200, 200, 200, 200, 403, 403, 200, 200, 200, 200),
    # tasks of the reform by sight, never by role alone; slips of a survey need no account
    "/reform/tasks/": (302, 200, 200, 200, 200, 403, *(200,) * 5),
    "/reform/tasks/import/": (302, *(403,) * 10),
    "/poll/": (200,) * 11,
    "/poll/AAAAAAAAAA/": (422,) * 11,
    "/bulletins/": (302, 200, 200, 200, 200, 403, 403, 200, 200, 200, 200),
}


@pytest.mark.parametrize("who", WHO)
def test_it_opens_what_the_role_allows_and_nothing_else(browser, case, who):
    client = browser(who)
    column = WHO.index(who)
    wrong = {}
    for address, row in PAGES.items():
        answer = client.get(address.format(case=case))
        if answer.status_code != row[column]:
            wrong[address] = f"{answer.status_code}, promised {row[column]}"
    assert not wrong


@pytest.mark.parametrize(
    "address", [address for address, row in PAGES.items() if row[0] == 302 and row[1] != 302]
)
def test_it_asks_strangers_to_sign_in_and_brings_them_back(browser, case, address):
    answer = browser().get(address.format(case=case))
    assert answer.url.startswith("/accounts/login/?next=/")


def test_it_shows_only_the_doors_that_open(browser):
    doors = {name: browser(name).get("/").content.decode() for name in ("", "zhou", "wu")}
    assert "工作台" not in doors[""] and "指挥" not in doors[""]
    assert "工作台" in doors["zhou"] and 'href="/command/"' not in doors["zhou"]
    assert 'href="/command/"' in doors["wu"]


def test_he_who_has_nothing_to_do_with_it_finds_it_nowhere(browser, case):
    outsider = browser("he")
    for address in (
        "/desk/",
        "/desk/cases/?state=all",
        "/desk/cases/?state=all&text=路灯",
        "/command/tasks/",
    ):
        assert "村口路灯不亮" not in outsider.get(address).content.decode()


ACTIONS = {
    "/desk/cases/{case}/choose/": {"name": "9.reply", "step": "handle"},
    "/desk/cases/{case}/act/note/": {"text": "看一看"},
    "/desk/cases/{case}/act/supervise/": {"text": "请快办"},
    "/desk/cases/{case}/act/merge/": {"into": "MQ2024000001", "text": "同一件"},
    "/desk/cases/{case}/act/withdraw/": {"text": "不要了"},
    "/desk/cases/{case}/reveal/": {"field": "phone", "purpose": "联系反映人"},
}


@pytest.mark.parametrize("address", ACTIONS)
def test_he_who_has_nothing_to_do_with_it_can_do_nothing_to_it(browser, case, address):
    from gongzhi.city.journal.models import Entry

    before = Entry.objects.count()
    answer = browser("he").post(address.format(case=case), ACTIONS[address])
    assert answer.status_code == 404
    assert Entry.objects.count() == before


@pytest.mark.parametrize("address", ACTIONS)
def test_it_does_nothing_without_the_csrf_token(browser, case, address):
    from gongzhi.city.journal.models import Entry

    before = Entry.objects.count()
    answer = browser("zhou", enforce_csrf_checks=True).post(address.format(case=case), ACTIONS[address])
    assert answer.status_code == 403
    assert Entry.objects.count() == before


def test_an_action_is_not_a_link(browser, case):
    client = browser("zhou")
    for address in [*ACTIONS, "/desk/bulk/", "/large/"]:
        assert client.get(address.format(case=case)).status_code == 405


def test_a_closed_account_and_an_ended_post_open_nothing_any_more(browser, case):
    from gongzhi.city.kernel import clock
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Post

    officer, agent = browser("zhou"), browser("li")
    assert officer.get("/desk/cases/").status_code == agent.get("/desk/cases/").status_code == 200
    User.objects.filter(username="zhou").update(is_active=False)
    Post.objects.filter(user__username="li").update(ends=clock.today())
    assert officer.get("/desk/cases/").status_code == 302
    assert agent.get("/desk/cases/").status_code == 403


def test_what_is_revealed_is_kept_by_no_browser(browser, case):
    client = browser("zhou")
    sent = {"field": "phone", "purpose": "联系反映人"}
    shown = client.post(f"/desk/cases/{case}/reveal/", sent)
    assert shown.status_code == 200 and "13800138000" in shown.content.decode()
    exported = browser("zhao").get("/desk/cases.csv")
    for answer in (shown, exported):
        assert "no-store" in answer.headers["Cache-Control"]


def test_it_hands_its_calls_to_nobody_who_did_the_work(browser, cast, case):
    """One person in two posts: what they handled as an officer, they can't call back about as a caller."""
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.models import CallbackItem
    from gongzhi.city.cases.tests.cast import replied
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.engine.cases.errors import SeparationOfDuties

    replied(cast, case)
    actions.choose(case, "review", "pass", by=cast.zhao)
    second = Post.objects.create(
        user=User.objects.get(username="zhou"), role="caller", office=Office.objects.get(code="center")
    )
    from gongzhi.city.territory import queries as territory

    both = {post.pk: territory.standing(post) for post in territory.posts_of(second.user)}
    with pytest.raises(SeparationOfDuties):
        actions.choose(case, "callback", "satisfied", {"solved": True}, by=both[second.pk])
    client = browser("zhou")
    client.post("/me/", {"post": str(second.pk)})
    client.post("/desk/calls/")
    assert not CallbackItem.objects.exists()
    browser("sun").post("/desk/calls/")
    assert [str(item.case_id) for item in CallbackItem.objects.all()] == [case]

"""Petitions in a city: what an accusation in a letter becomes, and what the accused office and its people can't find."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions, matters, queries, sight, world
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.queries import CaseFilter
from gongzhi.city.cases.tests.cast import JINHU, MONDAY
from gongzhi.city.journal.models import Entry, Pending
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import pressing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child, Notice
from gongzhi.city.mechanisms.overviews import petitions
from gongzhi.city.mechanisms.tests.clue_city import clean_city
from gongzhi.city.people.models import User
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Office, Post
from gongzhi.city.territory.queries import standing

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
#: username -> (name, role, office)
POSTS = {
    "xin": ("辛芳", "petition_clerk", "xfj"),
    "fucha": ("傅查", "petition_reviewer", "xfj"),
    "fuhe": ("何复", "petition_reviewer", "xfj"),
    "boss": ("钱局", "leader", "cgj"),
    "peer": ("孙科", "officer", "cgj"),
    "audit": ("申审", "auditor", "gov"),
}
ACCUSED, UNIT, FACT, WHERE = "周强副科长", "城管局市政科", "每回修灯都要两条黄鹤楼", "城管局二楼二零三室"
SECRETS = (ACCUSED, UNIT, FACT, WHERE, "黄鹤楼")
LETTER = {"subject": "路灯修不好还要烟", "text": f"灯坏了一年。{ACCUSED}{FACT}。请求修灯。", "area": JINHU}
SPLIT = {
    "about_us": False,
    "matter": "吃拿卡要",
    "accused": ACCUSED,
    "accused_unit": UNIT,
    "happened_on": "2024-09-20",
    "happened_at": WHERE,
    "accused_fact": FACT,
}
REST = {"rest_subject": "路灯坏了一年", "rest_text": "请求修灯。"}


@pytest.fixture
def people(cast: Any, monday: Any) -> dict[str, Standing]:
    found = clean_city()
    install(FOLDERS / "petitions", by=SYSTEM)
    gov = Office.objects.get(code="gov")
    territory.add_office(SYSTEM, code="xfj", name="信访局", kind="department", area=gov.area, parent=gov)
    for username, (name, role, code) in POSTS.items():
        user = User.objects.create_user(username, name=name)
        found[username] = standing(
            Post.objects.create(user=user, role=role, office=Office.objects.get(code=code))
        )
    world.forget()
    names = ("li", "chen", "zhou", "hu", "ma", "wu", "qian", "wang")
    return found | {name: getattr(cast, name) for name in names if hasattr(cast, name)}


def opened(people: dict[str, Standing], **more: Any) -> str:
    return str(actions.open_case("petitions", "petition", {**LETTER, **more}, by=people["wang"]).case)


def split(people: dict[str, Standing]) -> tuple[str, Case, Case]:
    """A letter with an accusation in it: the letter, the clue, and what is left of it, sent to the accused's own office."""
    letter = opened(people)
    actions.choose(letter, "register", "split", {**SPLIT, **REST}, by=people["xin"])
    react_to_all()
    assert not Pending.objects.filter(parked=True).exists()
    clue = Case.every.get(mechanism="clues")
    rest = Child.objects.get(parent=letter, token__isnull=False).case
    actions.choose(
        rest.pk, "register", "transfer", {"lead": "cgj", "sent_note": "路灯归城管局"}, by=people["xin"]
    )
    react_to_all()
    return letter, clue, rest


#: the accused's office, the people above it, and others who look far
OTHERS = ("zhou", "peer", "boss", "shi", "li", "ma", "wu", "qian", "hu", "root", "audit")


def test_neither_the_letter_nor_the_clue_is_found_by_the_accused(people):
    letter, clue, _rest = split(people)
    for name in OTHERS:
        finds_nothing(people[name], letter, clue)


def finds_nothing(by: Standing, letter: str, clue: Case) -> None:
    """Every way in that a post has: lists, pages, deeds, tasks, words."""
    for row in (Case.objects.get(pk=letter), clue):
        for action in ("case.list", "case.read", "case.act", "case.export", "board.read"):
            assert not sight.visible(by, action).filter(pk=row.pk).exists()
        with pytest.raises(NoSuchCase):
            queries.case_page(by, row.pk)
        with pytest.raises(NoSuchCase):
            actions.act(row.pk, "note", {"text": "看看"}, by=by)
        with pytest.raises(NoSuchCase):
            actions.reveal(row.pk, "accused", by=by, purpose="受理甄别")
        assert not Task.every.filter(case=row, person=by.person).exists()
    if by.role not in ("admin",):
        assert not [task for task in queries.my_tasks(by).rows if str(task.case_id) in (letter, str(clue.pk))]
        for words in ("黄鹤楼", ACCUSED, "要烟"):
            found = queries.cases(by, CaseFilter(state="all", text=words)).rows
            assert not {str(row.pk) for row in found} & {letter, str(clue.pk)}


def test_the_accused_office_reads_the_request_and_no_word_of_the_accusation(people):
    letter, clue, rest = split(people)
    rest = Case.objects.get(pk=rest.pk)
    page = queries.case_page(people["zhou"], rest.pk)
    shown = str(page) + str(rest.state) + str(list(Entry.objects.filter(subject=f"case:{rest.pk}").values()))
    assert "请求修灯" in shown
    assert not [word for word in (*SECRETS, "要烟") if word in shown]
    names = {str(clue.pk), clue.number, clue.tracking_code, Case.objects.get(pk=letter).tracking_code}
    assert not [name for name in names if name and name in str(page)]
    nobody_was_told()
    its_words_are_sealed(people, letter, clue)
    neither_names_the_other(people, letter, clue)
    it_comes_up_nowhere(letter, rest)


def nobody_was_told() -> None:
    """No notice to anybody but the post."""
    texts = [f"{notice.text} {notice.person} {notice.role}" for notice in Notice.objects.all()]
    assert not [text for text in texts for word in SECRETS if word in text]
    told = Notice.objects.filter(case__type="petition", role__in=("officer", "leader"))
    assert not told.filter(case__subject=LETTER["subject"]).exists()


def its_words_are_sealed(people: dict[str, Standing], letter: str, clue: Case) -> None:
    """What the clerk copied is in no fact; the post reads it for a purpose."""
    chains = Entry.objects.filter(subject__in=(f"case:{letter}", f"case:{clue.pk}"))
    told = str([entry.data for entry in chains if entry.kind != "opened"])
    assert not [word for word in (UNIT, WHERE) if word in told]
    purpose = "受理甄别"
    assert actions.open_confined(clue.pk, by=people["ji"], purpose=purpose)["fact"] == FACT
    assert (
        str(actions.open_confined(clue.pk, by=people["ji"], purpose=purpose)["happened_on"]) == "2024-09-20"
    )


def neither_names_the_other(people: dict[str, Standing], letter: str, clue: Case) -> None:
    """The letter's page leads to no clue, and the clue to no letter and nobody."""
    clue.refresh_from_db()
    page = str(queries.case_page(people["xin"], letter))
    assert str(clue.pk) not in page and clue.tracking_code not in page
    assert not clue.number or clue.number not in page
    assert letter not in str(clue.state)
    assert clue.reporter_id is None


def test_an_accusation_is_sent_to_no_office_at_all(people):
    letter = opened(people)
    actions.choose(letter, "register", "accusation", SPLIT, by=people["xin"])
    react_to_all()
    assert Case.objects.get(pk=letter).ended == "to_discipline"
    assert Case.objects.get(pk=letter).lead_id in (None, "xfj")
    with pytest.raises(NoSuchCase):
        queries.case_page(people["zhou"], letter)


def it_comes_up_nowhere(letter: str, rest: Case) -> None:
    """In no agenda, and in no list of what neighbours have reported."""
    with clock.frozen(MONDAY + timedelta(days=200)):
        views = pressing.views(clock.now())
    assert LETTER["subject"] not in str(views) and REST["rest_subject"] not in str(views)
    for text in ("", "路灯 修灯"):
        near = {each.id for each in queries.nearby(text, area=JINHU, most=50)}
        assert not near & {letter, str(rest.pk)}


def test_an_office_sees_what_waits_for_it_and_the_clerk_what_came_before(people):
    mine = opened(people, subject="路灯不亮", text="请修")
    other = opened(people, subject="补课", text="请查")
    again = opened(people, subject="路灯还是不亮", text="请修")
    stages = dict(petitions.stages(people["xin"]))
    (fresh,) = [
        each
        for stage, rows in stages.items()
        if stage.key == "register"
        for each in rows
        if str(each.case.pk) == again
    ]
    assert mine in {str(row.pk) for row in fresh.earlier}
    for case, lead in ((mine, "cgj"), (other, "jyj")):
        actions.choose(case, "register", "transfer", {"lead": lead, "sent_note": "请办"}, by=people["xin"])
    waiting = {
        stage.key: [str(each.case.pk) for each in rows] for stage, rows in petitions.stages(people["zhou"])
    }
    assert waiting["receive"] == [mine]
    everything = {
        stage.key: {str(each.case.pk) for each in rows} for stage, rows in petitions.stages(people["xin"])
    }
    assert everything["receive"] == {mine, other}
    with pytest.raises(NoSuchCase):
        queries.case_page(people["zhou"], other)


def reviewed_to_the_end(people: dict[str, Standing]) -> str:
    """A petition through handling, review and re-review."""
    case = opened(people, subject="老屋鉴定不认", text="请求认定危房")

    def do(step: str, choice: str, values: dict[str, Any], by: str) -> None:
        actions.choose(case, step, choice, values, by=people[by])

    do("register", "transfer", {"lead": "cgj", "sent_note": "危房"}, "xin")
    do("receive", "accept", {"notice_text": "已受理"}, "zhou")
    day = clock.today().isoformat()
    opinion = {
        "heard_on": day,
        "facts": "C级",
        "opinion_kind": "不予支持、作出解释",
        "opinion": "不列",
        "legal_basis": "导则",
    }
    do("handle", "opine", opinion, "zhou")
    do("sign", "issue", {}, "boss")
    do("deliver", "delivered", {"delivered_on": day, "delivered_how": "当面"}, "zhou")
    do("own_review", "ask_review", {"review_reason": "没看屋后"}, "wang")
    said = {
        "review_organ": "市政府",
        "review_result": "维持",
        "review_opinion": "维持",
        "review_number": "1号",
    }
    do("review", "decide", said, "fucha")
    do("deliver_review", "delivered", {"review_delivered_on": day}, "xin")
    do("own_rereview", "ask_rereview", {"rereview_reason": "还是没看"}, "wang")
    said = {f"re{name}": value for name, value in said.items()}
    with pytest.raises(Exception, match=r"上一级|不在本系统"):
        do("rereview", "decide", said, "fuhe")
    do("rereview", "outside", {**said, "rereview_organ": "黄石市政府"}, "fuhe")
    do("close", "final", {}, "xin")
    return case


def test_after_re_review_the_same_facts_are_told_to_be_closed(people):
    case = reviewed_to_the_end(people)
    react_to_all()
    row = Case.objects.get(pk=case)
    assert row.ended == "final"
    name = row.number or row.tracking_code
    assert matters.matter(name)["state"] == "复核完毕、同一事实不再受理"
    with pytest.raises(Exception, match="同一事实和理由"):
        opened(people, subject="老屋鉴定不认", text="再提", earlier=name)
    assert opened(people, subject="又裂了", text="七月裂开", earlier=name, new_facts="七月暴雨后裂开")

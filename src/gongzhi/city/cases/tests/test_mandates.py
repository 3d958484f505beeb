"""Acting for somebody by written mandate: signed, shown, used, ended; what the agent sees, and when it is closed."""

from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gongzhi.city.cases import actions, checks, queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.cases.tests.cast import FORM, JINHU, LEISHAN, MONDAY, reported
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import resident
from gongzhi.city.people import actions as people
from gongzhi.city.people import queries as persons
from gongzhi.city.people.actions import Covers, Signature
from gongzhi.city.people.actions.mandates import check_days
from gongzhi.city.people.errors import (
    BadMandate,
    MandateExpired,
    MandateNotYet,
    MandateUsed,
    NoSuchMandate,
    OutsideMandate,
)
from gongzhi.city.people.mandates import Checked, Mandate, Scope, Signed
from gongzhi.city.people.models import Resident, User
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
WEEK = TODAY + timedelta(days=6)


def ink(size: tuple[int, int] = (300, 120), blank: bool = False) -> bytes:
    """A signature as a canvas sends it."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    if not blank:
        ImageDraw.Draw(image).line([(20, 90), (120, 20), (160, 100), (280, 30)], fill="black", width=4)
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def signature(image: bytes | None = None, how: Signed = Signed.DRAWN) -> Signature:
    return Signature(how=how, image=ink() if image is None else image, checked=Checked.CARD_SEEN)


def post(name: str, role: str, area: str = JINHU, office: str = ""):
    user = User.objects.create(username=name, name=name)
    row = Post.objects.create(
        user=user,
        role=role,
        area=Area.objects.get(code=area),
        office=Office.objects.filter(code=office).first(),
    )
    return next(territory.standing(each) for each in territory.posts_of(user) if each.pk == row.pk)


@pytest.fixture
def fang(cast):
    """帮代办员刘芳 of 金湖街道: no right over any area."""
    return post("刘芳", "proxy")


@pytest.fixture
def granny(cast):
    return Resident.objects.get(name__isnull=False, pk=cast.wang.person.removeprefix("resident:"))


def sign(by, mandator, agent=None, **more):
    given = {
        "covers": Covers(
            scope=Scope.TYPES, title="反映身边的事", mechanism="mini", types=["appeal"], once=False
        ),
        "words": "代我反映村口路灯的事，代我看办理进度。",
        "until": WEEK,
        "signature": signature(),
    }
    return people.sign_mandate(by, mandator=mandator, agent=agent or by, **{**given, **more})


def opened(agent, mandate, **more):
    return actions.open_case("mini", "appeal", {**FORM, **more}, by=agent, mandate=mandate.pk)


def test_it_opens_for_the_mandator_and_says_so(fang, granny, monday):
    mandate = sign(fang, granny)
    receipt = opened(fang, mandate)
    row = Case.objects.get(pk=receipt.case)
    assert row.reporter_id == granny.pk and row.reported_by == granny.person
    entry = Entry.objects.get(subject=f"case:{row.pk}", kind="opened")
    assert (entry.person, entry.role, entry.data["mandate"]) == (fang.person, "proxy", str(mandate.pk))
    assert checks.check_states(True).ok  # what the journal replays is what is stored
    page = queries.case_page(fang, receipt.case)
    assert page.history[0].mandated and page.mandate == mandate


def test_it_shows_an_agent_exactly_the_mandated_cases(cast, fang, granny, monday):
    reported(cast)  # the granny's own, not mandated
    receipt = opened(fang, sign(fang, granny))
    zhang = post("张代办", "proxy")
    opened(zhang, sign(zhang, granny))  # the granny's, in another agent's hands
    for action in ("case.list", "case.read", "case.act", "file.read"):
        assert [str(row.pk) for row in visible(fang, action)] == [receipt.case]
    assert [str(row.pk) for row in queries.cases(fang).rows] == [receipt.case]
    assert not visible(post("李代办", "proxy")).exists()
    with pytest.raises(NoSuchCase):
        queries.case_page(post("赵代办", "proxy"), receipt.case)


@pytest.mark.parametrize(("day", "open_"), [(WEEK, True), (WEEK + timedelta(days=1), False)])
def test_it_closes_the_case_the_day_after_the_last(fang, granny, monday, day, open_):
    receipt = opened(fang, sign(fang, granny))
    late = MONDAY.replace(day=day.day, hour=23, minute=59) if open_ else MONDAY.replace(day=day.day, hour=0)
    with clock.frozen(late):
        assert visible(fang).exists() == open_
        if open_:
            assert queries.case_page(fang, receipt.case)
            return
        with pytest.raises(MandateExpired) as refused:
            queries.case_page(fang, receipt.case)
        assert "2024年10月21日" in str(refused.value) and "重新签" in refused.value.remedy
        with pytest.raises(MandateExpired):
            actions.act(receipt.case, "note", {"text": "再看看"}, by=fang)
        with pytest.raises(MandateExpired):
            actions.reveal(receipt.case, "phone", by=fang, purpose="联系委托人")


@pytest.mark.parametrize("who", ["mandator", "agent", "clerk"])
def test_it_closes_the_case_at_once_when_it_is_revoked(cast, fang, granny, monday, who):
    mandate = sign(fang, granny)
    receipt = opened(fang, mandate)
    by = {"mandator": resident(granny.person), "agent": fang, "clerk": post("窗口员", "window_clerk")}[who]
    people.revoke_mandate(by, mandate.pk, why="自己办")
    assert not visible(fang).exists()
    with pytest.raises(MandateExpired):
        queries.case_page(fang, receipt.case)
    with pytest.raises(MandateExpired):
        opened(fang, mandate)
    again = people.revoke_mandate(by, mandate.pk)
    assert again.revoked_by == who and again.revoked_why == "自己办"
    assert Entry.objects.filter(subject=f"mandate:{mandate.pk}", kind="mandate_revoked").count() == 1


def test_it_is_revoked_by_nobody_else(cast, fang, granny, monday):
    mandate = sign(fang, granny)
    with pytest.raises(NoSuchMandate):
        people.revoke_mandate(resident(f"resident:{uuid4()}"), mandate.pk)
    for by in (post("外人", "proxy"), post("外镇窗口", "window_clerk", LEISHAN), cast.zhou, cast.ma):
        with pytest.raises(NotAllowed):
            people.revoke_mandate(by, mandate.pk)


def test_it_lets_the_agent_do_what_the_mandator_could(cast, fang, granny, monday):
    receipt = opened(fang, sign(fang, granny))
    actions.act(receipt.case, "ask", {"text": "是哪一根灯杆？"}, by=cast.li)
    assert "answer" in queries.case_page(fang, receipt.case).actions
    actions.act(receipt.case, "answer", {"text": "井边那一根"}, by=fang)
    actions.act(receipt.case, "urge", {"text": "天黑前"}, by=fang)
    facts = Entry.objects.filter(subject=f"case:{receipt.case}", kind__in=("answer", "urge"))
    assert {(fact.person, fact.role) for fact in facts} == {(fang.person, "proxy")}
    assert all("mandate" in fact.data for fact in facts)


def test_it_takes_over_a_case_that_the_resident_brought_herself(cast, fang, granny, monday):
    receipt = reported(cast)
    with pytest.raises(NoSuchCase):
        queries.case_page(fang, receipt.case)
    sign(fang, granny, covers=Covers(scope=Scope.CASE, title="村口路灯", case=UUID(receipt.case)))
    assert [str(row.pk) for row in visible(fang)] == [receipt.case]
    actions.act(receipt.case, "withdraw", {"reason": "灯自己亮了"}, by=fang)
    fact = Entry.objects.get(subject=f"case:{receipt.case}", kind="withdraw")
    assert fact.person == fang.person and fact.data["mandate"]


def test_it_opens_nothing_outside_the_mandate(cast, fang, granny, monday):
    wide = sign(fang, granny)
    one = sign(fang, granny, covers=Covers(scope=Scope.CASE, title="一件", case=uuid4()))
    item = Covers(scope=Scope.ITEM, title="高龄津贴", mechanism="mini", types=["appeal"], item="X1")
    other = sign(fang, granny, covers=Covers(scope=Scope.TYPES, title="补贴", mechanism="mini", types=["x"]))
    for mandate in (one, other, sign(fang, granny, covers=item)):
        with pytest.raises(OutsideMandate):
            opened(fang, mandate)
    with pytest.raises(NoSuchMandate):
        opened(post("别人", "proxy"), wide)
    with pytest.raises(NotAllowed):
        actions.open_case("mini", "appeal", FORM, by=fang)
    assert not Case.objects.exists()


def test_it_is_used_once_where_it_says_once(fang, granny, monday):
    once = Covers(scope=Scope.TYPES, title="一次", mechanism="mini", types=["appeal"], once=True)
    mandate = sign(fang, granny, covers=once)
    receipt = opened(fang, mandate)
    with pytest.raises(MandateUsed):
        opened(fang, mandate)
    assert queries.case_page(fang, receipt.case)  # the one that was handed in stays open to the agent


def test_it_begins_on_its_day(fang, granny, monday):
    mandate = sign(fang, granny, starts_on=TODAY + timedelta(days=2))
    with pytest.raises(MandateNotYet):
        opened(fang, mandate)
    with clock.frozen(MONDAY + timedelta(days=2)):
        assert opened(fang, mandate).case


def test_it_reveals_only_in_the_mandated_case_and_on_the_record(cast, fang, granny, monday):
    mine, hers = opened(fang, sign(fang, granny)), reported(cast)
    assert actions.reveal(mine.case, "phone", by=fang, purpose="约时间上门") == FORM["phone"]
    assert Entry.objects.get(subject=f"case:{mine.case}", kind="revealed").data["purpose"] == "约时间上门"
    with pytest.raises(NoSuchCase):
        actions.reveal(hers.case, "phone", by=fang, purpose="约时间上门")


def test_it_merges_the_grid_worker_and_the_agent(cast, granny, monday):
    """两员融合: 胡网格 has her area, and beyond it what is mandated to her."""
    far = actions.open_case(
        "mini",
        "appeal",
        {**FORM, "place": {"text": "雷山", "area": LEISHAN}},
        by=cast.wang,
        reporter=granny.pk,
    )
    assert not visible(cast.hu).filter(pk=far.case).exists()
    sign(cast.hu, granny, covers=Covers(scope=Scope.CASE, title="雷山的事", case=UUID(far.case)))
    assert visible(cast.hu).filter(pk=far.case).exists()
    near = reported(cast)
    assert visible(cast.hu).filter(pk=near.case).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"words": "  "}, "没有写清"),
        ({"words": "字" * 1001}, "最多1000"),
        ({"until": TODAY - timedelta(days=1)}, "到期"),
        ({"until": date(2025, 10, 15)}, "最长一年"),
        ({"starts_on": TODAY - timedelta(days=1)}, "过去"),
        ({"signature": signature(ink(blank=True))}, "空白"),
        ({"signature": signature(b"")}, "还没有签名"),
        ({"signature": signature(b"GIF89a", Signed.PAPER)}, "打不开"),
        ({"covers": Covers(scope=Scope.TYPES, title="x", mechanism="mini")}, "没有选"),
        ({"covers": Covers(scope=Scope.ITEM, title="x", mechanism="mini", types=["a"])}, "没有选"),
        ({"covers": Covers(scope=Scope.CASE, title="x")}, "没有选"),
        ({"covers": Covers(scope=Scope.CASE, title=" ", case=uuid4())}, "没有选"),
    ],
)
def test_it_is_signed_complete_or_not_at_all(fang, granny, monday, change, why):
    with pytest.raises(BadMandate, match=why):
        sign(fang, granny, **change)
    assert not Mandate.objects.exists()


def test_it_is_signed_before_the_agent_or_a_clerk_of_the_area(cast, fang, granny, monday):
    assert sign(post("窗口", "window_clerk"), granny, agent=fang).witnessed_by == "窗口"
    for by in (post("同事", "proxy"), post("外镇", "window_clerk", LEISHAN), cast.zhou, cast.li):
        with pytest.raises(NotAllowed):
            sign(by, granny, agent=fang)
    with pytest.raises(BadMandate, match="岗位"):
        sign(post("窗口二", "window_clerk"), granny, agent=post("科员", "officer", office="cgj"))


def test_it_keeps_the_paper_sealed_and_its_hash_in_the_record(fang, granny, monday):
    mandate = sign(fang, granny)
    image, kind = persons.mandate_image(mandate)
    assert image.startswith(b"\x89PNG") and kind == "image/png"
    with connection.cursor() as cursor:
        cursor.execute("SELECT image FROM people_mandatepaper")
        assert cursor.fetchone()[0].startswith("k")
    said = Entry.objects.get(subject=f"mandate:{mandate.pk}", kind="mandate_signed").data
    assert said["signature"] == mandate.signature and granny.name not in repr(said)


def test_it_lists_in_a_constant_number_of_queries(fang, granny, monday):
    def asked(question):
        with CaptureQueriesContext(connection) as seen:
            question()
        return len(seen)

    mandate = sign(fang, granny)
    opened(fang, mandate)
    few = [asked(lambda: queries.cases(fang)), asked(lambda: persons.my_mandates(fang))]
    for number in range(6):
        opened(fang, sign(fang, granny), subject=f"第{number}件")
    assert [asked(lambda: queries.cases(fang)), asked(lambda: persons.my_mandates(fang))] == few


def test_it_finds_the_cases_of_an_agent_by_an_index(fang, granny, monday):
    plan = visible(fang).order_by("due", "id").explain()
    assert "mandate_agent_until" in plan or connection.vendor != "sqlite"


@given(st.dates(date(2024, 10, 14), date(2040, 1, 1)), st.integers(0, 800))
def test_it_lasts_a_year_at_most(starts_on, days):
    until = starts_on + timedelta(days=days)
    with clock.frozen(MONDAY):
        try:
            check_days(starts_on, until)
        except BadMandate:
            assert days > 365 or (starts_on.month, starts_on.day) == (2, 29)
        else:
            assert days <= 366 and (until.year - starts_on.year) * 12 + until.month - starts_on.month <= 12

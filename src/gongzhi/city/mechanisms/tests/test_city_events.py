"""City events in the city: one lamp and fifty reporters, across the two mechanisms; what is drawn, and what a draw finds."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import gongzhi.mechanisms
from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import KeptCaseEnded, NoSuchCase, NotOneMatter
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN
from gongzhi.city.journal.anchoring import anchor
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms import checks, draws
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Draw, Notice
from gongzhi.city.people.models import Resident, User
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
LAMP = "路灯·100118"


@pytest.fixture
def events(cast: Any, monday: Any) -> Any:
    """Both mechanisms; the supervision centre and the command centre are two offices."""
    for name in ("daye_minqing", "city_events"):
        install(FOLDERS / name, by=SYSTEM)
    return cast


def staff(role: str, office: str, name: str = "") -> Standing:
    """Somebody of this role in this office; the supervision centre (hbj) stands apart from the command centre (center)."""
    user, _new = User.objects.get_or_create(
        username=name or f"{role}-{office}", defaults={"name": name or role}
    )
    place = Office.objects.get(code=office)
    Post.objects.get_or_create(user=user, role=role, office=place)
    return Standing(
        person=user.person,
        role=role,
        name=user.name,
        office=office,
        office_path=place.path,
        area=place.area.code,
        area_path=place.area.path,
    )


def desk() -> Standing:
    return staff("supervisor_desk", "hbj")


def surveyor(name: str = "采集员甲") -> Standing:
    return staff("field_checker", "hbj", name)


def photo(by: Standing) -> list[dict[str, Any]]:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 200, 30)).save(picture, "PNG")
    picture.seek(0)
    row = actions.upload("after.png", picture, by=by)
    return [{"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}]


def resident(number: int) -> Standing:
    made = Resident.objects.create(name=f"居民{number}")
    return Standing(person=made.person, role="resident")


def lamp(cast: Any, town: str = JINHU, text: str = "街口路灯不亮") -> Case:
    """胡网格 reports a lamp."""
    desk(), surveyor()
    receipt = actions.open_case(
        "city_events",
        "city_event",
        {"kind": LAMP, "place": {"text": "湖滨路菜场门口", "area": town}, "text": text},
        by=cast.hu,
        channel="grid",
    )
    number_all()
    return Case.objects.get(pk=receipt.case)


def appeal(by: Standing, **more: Any) -> Case:
    """A resident says the same to the hotline."""
    form = {
        "subject": "湖滨路路灯不亮",
        "text": "湖滨路菜场门口的路灯不亮，晚上看不见",
        "place": {"text": "湖滨路菜场门口", "area": JINHU},
        "phone": "13900001111",
        **more,
    }
    reporter = by.person.removeprefix("resident:") if by.role == "resident" else None
    receipt = actions.open_case("daye_minqing", "appeal", form, by=by, reporter=reporter)
    number_all()
    return Case.objects.get(pk=receipt.case)


def closed(cast: Any, case: Case) -> None:
    """From just reported to closed: file, dispatch, handle, feed back, verify, close."""
    actions.choose(case.pk, "file", "file", by=desk())
    actions.choose(case.pk, "dispatch", "send", {"lead": "cgj", "basis": "立案标准"}, by=cast.chen)
    done(cast, case)


def done(cast: Any, case: Case) -> None:
    values = {"reply": "换了灯头，已亮灯", "after_photos": photo(cast.zhou)}
    actions.choose(case.pk, "handle", "feed_back", values, by=cast.zhou)
    actions.choose(case.pk, "feed_back", "pass", by=cast.chen)
    actions.choose(case.pk, "verify", "agrees", {"check_note": "灯亮着"}, by=surveyor())
    actions.choose(case.pk, "close", "close", by=desk())


def told(person: Standing) -> list[str]:
    return list(Notice.objects.filter(person=person.person).order_by("id").values_list("text", flat=True))


def test_fifty_reports_of_one_lamp_are_one_order_and_fifty_are_informed(events):
    event = lamp(events)
    people = [resident(number) for number in range(50)]
    for person in people:
        case = appeal(person)
        actions.choose(case.pk, "register", "merge", {"same_as": event.number}, by=events.li)
    react_to_all()
    assert Case.objects.filter(ended="").count() == 1
    assert Case.objects.filter(merged_into=event).count() == 50
    closed(events, event)
    react_to_all()
    for person in people:
        words = told(person)
        assert any("派给 城管局" in text for text in words) and any("换了灯头" in text for text in words)
        # each hears of what each reported, on the own case
        assert all("湖滨路路灯不亮" in text for text in words[-2:])
    assert Notice.objects.filter(person=events.hu.person, text__contains="换了灯头").count() == 1
    assert Notice.objects.exclude(case=event).filter(text__contains="换了灯头").count() == 50


def test_the_page_of_a_merged_report_follows_the_kept_case(events):
    event, person = lamp(events), resident(1)
    case = appeal(person)
    actions.choose(case.pk, "register", "merge", {"same_as": event.number}, by=events.li)
    seen = queries.tracking(case.tracking_code)
    assert (seen.ended, seen.merged_into, seen.may_rate) == ("已合并", event.number, False)
    assert [each.step for each in seen.kept.holders] == ["案卷建立"] and seen.kept.due is not None
    closed(events, event)
    kept = queries.tracking(case.tracking_code).kept
    assert {shown.field.id: shown.value for shown in kept.values}["reply"] == "换了灯头，已亮灯"
    assert "任务派遣" in " ".join(stop.title for stop in kept.stops)
    assert event.tracking_code.replace("-", "") not in repr(seen).replace("-", "")


def test_it_merges_the_other_way_too(events):
    event, person = lamp(events), resident(1)
    case = appeal(person)
    actions.choose(event.pk, "file", "merge", {"same_as": case.number}, by=desk())
    event.refresh_from_db()
    assert (event.ended, event.merged_into_id) == ("merged", case.pk)
    actions.choose(
        case.pk,
        "register",
        "dispatch",
        {"kind": "求助", "category": "城乡建设", "topic": "城乡建设·路灯照明"},
        by=events.li,
    )
    actions.choose(case.pk, "dispatch", "send", {"lead": "cgj", "basis": "职责清单"}, by=events.chen)
    react_to_all()
    assert any("城管局" in text for text in told(events.hu))


def test_it_does_not_merge_what_no_type_says_is_one_matter(events):
    case = appeal(resident(1))
    receipt = actions.open_case(
        "daye_minqing",
        "cluster_project",
        {"name": "热点", "topic": "路灯", "appeals": "MQ1", "count": 2},
        by=events.chen,
    )
    with pytest.raises(NotOneMatter) as refused:
        actions.merge(case.pk, receipt.case, by=events.li)
    assert refused.value.code == "A030"
    case.refresh_from_db()
    assert case.ended == "" and case.merged_into_id is None


def test_it_does_not_merge_into_what_is_over_or_does_not_exist(events):
    first, second = appeal(resident(1)), appeal(resident(2))
    refuse = {"refusal_reason": "没有具体事实", "refusal_basis": "第五款", "refusal_note": "请补充"}
    actions.choose(first.pk, "register", "refuse", refuse, by=events.li)
    with pytest.raises(KeptCaseEnded):
        actions.choose(second.pk, "register", "merge", {"same_as": first.number}, by=events.li)
    with pytest.raises(Exception, match="MQ2024999999") as unknown:
        actions.choose(second.pk, "register", "merge", {"same_as": "MQ2024999999"}, by=events.li)
    assert unknown.value.code in ("C011", NoSuchCase.code)
    second.refresh_from_db()
    assert second.ended == "" and Entry.objects.filter(subject=subject("case", second.pk)).count() >= 1


def test_it_suggests_the_event_to_whoever_reads_the_appeal(events):
    event = lamp(events, text="湖滨路菜场门口路灯不亮")
    lamp(events, town=LEISHAN, text="湖滨路菜场门口路灯不亮")
    case = appeal(resident(1))
    actions.choose(
        case.pk,
        "register",
        "dispatch",
        {"kind": "求助", "category": "城乡建设", "topic": "城乡建设·路灯照明"},
        by=events.li,
    )
    case.refresh_from_db()
    found = [row.pk for row, _alike in queries.similar(events.li, case)]
    assert found[0] == event.pk
    assert case.pk in [row.pk for row, _alike in queries.similar(desk(), event)]


def test_each_week_is_drawn_once_and_can_be_drawn_again(events, monday):
    cases = [lamp(events) for _ in range(12)]
    for case in cases:
        closed(events, case)
    anchor()
    with clock.frozen(monday + timedelta(days=1)):
        [draw] = draws.draw_week()
        assert draws.draw_week() == []
    assert len(draw.drawn) == 2  # a tenth of twelve, rounded up
    assert sorted(case.number for case in cases) == draw.waiting and draw.week == "2024-W42"
    assert draws.drawn_again(draw) and checks.check_draws(True).ok
    at_step = Case.objects.filter(tasks__step="recheck").values_list("number", flat=True)
    assert sorted(at_step) == sorted(draw.drawn)
    Draw.objects.update(drawn=draw.waiting[:2] if draw.drawn != draw.waiting[:2] else draw.waiting[2:4])
    assert not checks.check_draws(True).ok
    with clock.frozen(monday + timedelta(days=7)):
        assert [each.week for each in draws.draw_week()] == ["2024-W43"]


def test_what_a_recheck_finds_false_is_open_again_and_stays_in_the_figures(events, monday):
    case = lamp(events)
    closed(events, case)
    with clock.frozen(monday + timedelta(days=1)):
        [draw] = draws.draw_week()
        assert draw.drawn == [case.number]
        with pytest.raises(Exception, match="现场核查"):
            actions.choose(case.pk, "recheck", "fails", {"recheck_note": "还是黑的"}, by=surveyor())
        actions.choose(case.pk, "recheck", "fails", {"recheck_note": "还是黑的"}, by=surveyor("采集员乙"))
        react_to_all()
        done(events, case)
        react_to_all()
    from gongzhi.city.mechanisms import figures

    rows = {row.id: row for row in figures.measured(desk(), "city_events").rows}
    assert (rows["false_closing_rate"].shown, rows["false_closing_rate"].n) == ("100.0%", 1)
    assert any("没有处理好" in text for text in told(events.hu))
    assert Notice.objects.filter(role="duty_officer", text__contains="还是黑的").count() == 1

"""Projects in the city: stages call offices, silence is on record, blue papers turn red, the parcel's record follows."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child, Paper
from gongzhi.city.records import actions as records
from gongzhi.city.records import queries
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
PARCEL = {"code": "DK1", "name": "城东一号地", "use": "工业用地"}
PROJECT = {"code": "XM1", "name": "城东装备厂", "theme": "工业", "investor": "某装备公司", "parcel": "DK1"}


@pytest.fixture
def projects(cast: Any, monday: Any) -> Any:
    """The five mechanisms, a parcel cleared for supply, and a project upon it."""
    center = Office.objects.get(code="center")
    for role in ("window_clerk", "secretary", "leader"):
        Post.objects.create(user=_user(role), role=role, office=center)
    for name in ("land_to_start", "project_approval", "completion", "landing_centre", "shanty_renewal"):
        install(FOLDERS / name, by=SYSTEM)
    records.put("land_parcels", "DK1", PARCEL, by=SYSTEM, move="expropriate")
    records.put("land_parcels", "DK1", {}, by=SYSTEM, move="convert")
    records.put("projects", "XM1", PROJECT, by=SYSTEM, move="sign")
    return cast


def _user(name: str) -> Any:
    from gongzhi.city.people.models import User

    return User.objects.create(username=name, name=name)


def step(case: Case, name: str, choice: str, values: dict[str, Any] | None = None, office: str = "") -> Case:
    """Whoever's turn it is takes the choice, and the reactions to it are done."""
    tasks = case.tasks.filter(step=name)
    task = tasks.filter(office__code=office).get() if office else tasks.get()
    by = reporter_of(case) if task.role == "resident" else standing(task.role, task.office_id)
    actions.choose(case.pk, name, choice, values or {}, by=by)
    react_to_all()
    case.refresh_from_db()
    return case


def children(parent: Case) -> list[Case]:
    return [link.case for link in Child.objects.filter(parent=parent).select_related("case").order_by("pk")]


def drawing(by: Standing, colour: int) -> dict[str, Any]:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), (colour, 0, 0)).save(picture, "PNG")
    picture.seek(0)
    row = actions.upload("总图.png", picture, by=by)
    return {"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}


def standing(role: str, office: str = "center") -> Standing:
    """One person for each role of each office."""
    place = Office.objects.select_related("area").get(code=office)
    return Standing(
        person=f"u-{role}-{office}",
        role=role,
        office=office,
        office_path=place.path,
        area=place.area.code,
        area_path=place.area.path,
    )


def opened(mechanism: str, case_type: str, form: dict[str, Any]) -> Case:
    receipt = actions.open_case(mechanism, case_type, form, by=standing("window_clerk"))
    react_to_all()
    return Case.objects.get(pk=receipt.case)


def test_it_takes_a_project_through_a_stage_with_two_offices(projects):
    case = opened("project_approval", "project", {"project": "XM1"})
    assert case.state["data"]["parcel"] == "DK1"
    step(case, "assign", "assign", {"assigned": projects.zhou.person})
    assert queries.lookup("projects", "XM1")["secretary"] == projects.zhou.person
    step(case, "choose_route", "four")
    stage = children(case)[0]
    step(stage, "accept", "accept")
    step(stage, "distribute", "send", {"lead": "cgj", "departments": ["hbj", "jyj"]})
    for opinion, choice in zip(children(stage), ("agree", "not_involved"), strict=True):
        step(opinion, "answer", choice)
    stage.refresh_from_db()
    assert stage.state["data"]["opinions"] == "环保局：同意。\n教育局：无需办理。"
    step(stage, "decide", "grant", {"decision_no": "建字1号"})
    step(stage, "deliver", "delivered")
    case.refresh_from_db()
    assert case.state["data"]["passed"] == "-立项用地规划许可-"
    assert [child.state["data"]["stage"] for child in children(case)] == ["立项用地规划许可", "工程建设许可"]


def test_it_puts_silence_on_record_and_does_not_take_it_for_consent(projects):
    stage = opened("project_approval", "stage", {"project": "XM1", "stage": "施工许可"})
    step(stage, "accept", "accept")
    step(stage, "distribute", "send", {"lead": "cgj", "departments": ["hbj"]})
    opinion = children(stage)[0]
    with clock.frozen(clock.now() + timedelta(days=8)):
        actions.tick_cases()
        react_to_all()
        opinion.refresh_from_db()
        assert not opinion.ended_at
        step(opinion, "overdue", "agree")
    stage.refresh_from_db()
    assert stage.state["data"]["silent"] == ["hbj"]


def test_it_turns_blue_papers_red_and_notes_the_land(projects):
    form = {"parcel": "DK1", "applying_code": "A1", "project_name": "城东装备厂", "investor": "某装备公司"}
    form |= {"category": "一般工业", "secret": False, "settled": False}
    case = opened("land_to_start", "simulated_approval", form)
    step(case, "check", "check")
    offices = {"departments": ["hbj"], "planning_office": "cgj", "building_office": "jyj"}
    step(case, "answer", "invite", offices)
    design = [drawing(reporter_of(case), 1)]
    signed = {"voluntary": True, "risk": True, "signed_by": "何总", "design": design}
    step(case, "agree", "sign", signed)
    step(children(case)[0], "answer", "conforms")
    case.refresh_from_db()
    step(case, "seal", "blue")
    same = [drawing(standing("window_clerk"), 1)]
    land = {
        "deal_no": "H1",
        "deal_on": "2024-10-10",
        "paid_on": "2024-10-11",
        "title_no": "Q1",
        "formal_design": same,
    }
    step(case, "await_land", "land", land | {"start_by": "2024-12-01", "finish_by": "2026-06-30"})
    parcel = queries.lookup("land_parcels", "DK1")
    assert (parcel["contract_no"], parcel["agreed_start"]) == ("H1", "2024-12-01")
    step(case, "turn", "formal")
    step(case, "issue_planning", "issue", {"land_permit_no": "D1", "planning_permit_no": "J1"})
    step(case, "issue_building", "issue", {"drawing_no": "S1", "construction_permit_no": "G1"})
    step(case, "hand_out", "give")
    issued = set(Paper.objects.filter(case=case).values_list("document", flat=True))
    assert {"blue_planning", "blue_building", "formal_planning", "formal_building", "agreement"} <= issued


def test_it_opens_a_joint_acceptance_from_the_project(projects):
    case = opened("project_approval", "project", {"project": "XM1"})
    step(case, "assign", "assign", {"assigned": projects.zhou.person})
    step(case, "choose_route", "land", {"category": "一般工业", "secret": False})
    simulated = children(case)[0]
    assert simulated.state["data"]["applying_code"] == "XM1"
    step(simulated, "check", "check")
    offices = {"departments": ["hbj"], "planning_office": "cgj", "building_office": "jyj"}
    step(simulated, "answer", "invite", offices)
    assert simulated.state["data"]["excluded"] == "适用"


def test_it_opens_a_completion_when_the_project_chooses_joint_acceptance(projects):
    case = opened("project_approval", "project", {"project": "XM1"})
    step(case, "assign", "assign", {"assigned": projects.zhou.person})
    step(case, "choose_route", "four")
    for _ in range(3):
        stage = children(case)[-1]
        step(stage, "accept", "accept")
        step(stage, "distribute", "send", {"lead": "cgj", "departments": ["hbj"]})
        step(children(stage)[0], "answer", "agree")
        stage.refresh_from_db()
        step(stage, "decide", "grant", {"decision_no": "许字1号"})
        step(stage, "deliver", "delivered")
    step(case, "build", "start", {"started_on": "2024-10-14"})
    assert queries.lookup("projects", "XM1")["real_start"] == "2024-10-14"
    promise = Case.objects.get(type="promise")
    assert promise.state["data"]["promise"] == "开工即配套"
    step(case, "complete", "finish", {"finished_on": "2024-10-14"})
    step(case, "accept", "joint")
    joint = Case.objects.get(type="joint_acceptance")
    assert joint.mechanism == "completion"
    assert joint.state["data"]["project_name"] == "城东装备厂"


@pytest.mark.parametrize("first", ["expropriate", "convert"])
def test_it_clears_land_whichever_approval_comes_first(projects, first):
    records.put("land_parcels", "DK2", {"code": "DK2", "name": "城东二号地"}, by=SYSTEM)
    receipt = actions.open_case(
        "land_to_start",
        "land_preparation",
        {"parcel": "DK2", "reason_public": "基础设施"},
        by=standing("officer"),
    )
    case = Case.objects.get(pk=receipt.case)
    step(case, "set_out", "apart")
    step(case, "publish", "published", {"notice_on": "2024-10-14"})
    if first == "convert":
        step(case, "convert", "approved", {"turning_no": "转1号"})
    with clock.frozen(clock.now() + timedelta(days=31)):
        step(case, "hear", "heard", {"heard": "没有异议", "prepaid": True})
        step(case, "expropriate", "approved", {"taking_no": "征1号"})
        if first == "expropriate":
            step(case, "convert", "approved", {"turning_no": "转1号"})
        step(case, "clear", "ready")
    parcel = Record.objects.get(register="land_parcels", key="DK2")
    assert parcel.state == "ready"
    values = queries.lookup("land_parcels", "DK2")
    assert (values["expropriation_no"], values["conversion_no"]) == ("征1号", "转1号")

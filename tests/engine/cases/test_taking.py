"""What a step takes over from the child cases of its branches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    Actor,
    Case,
    Choose,
    Happened,
    Open,
    PlainWorld,
    apply,
    compile_case_type,
    decide,
)
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.instants import parse_instant

REVIEW: Mapping[str, Any] = {
    "id": "review",
    "title": "并联审查",
    "opened_by": ["clerk"],
    "fields": [
        {"id": "offices", "title": "单位", "kind": "offices"},
        {"id": "words", "title": "意见", "kind": "paragraph"},
        {"id": "asked", "title": "问了谁", "kind": "offices"},
    ],
    "start": "accept",
    "steps": {
        "accept": {
            "title": "受理",
            "who": "clerk @ county",
            "within": "1 working day",
            "choices": {"send": {"title": "分送", "asks": ["offices"], "to": "opinion"}},
        },
        "opinion": {
            "title": "意见",
            "each": "offices",
            "calls": {
                "case": "opinion",
                "takes": {
                    "words": '(if words = null then "" else words + ";") + item_name + ":" + outcome',
                    "asked": "append(if asked = null then [] else asked, item)",
                },
                "to": "decide",
            },
        },
        "decide": {
            "title": "决定",
            "who": "clerk @ county",
            "within": "1 working day",
            "awaits": "all",
            "choices": {"grant": {"title": "批准", "to": "end.granted"}},
        },
    },
    "ends": {"granted": "批准"},
}
CLERK = Actor(person="甲", role="clerk", office="县级中心", area="", name="甲")
AT: datetime = parse_instant("2024-10-14 09:00")


class Named(PlainWorld):
    """A city in which an office has a code and a name."""

    def office_name(self, office: str) -> str:
        return {"dy-zjj": "住建局", "dy-gaj": "公安局"}.get(office, office)


def test_it_writes_the_names_of_offices_and_keeps_their_codes() -> None:
    type_ = compile_case_type(CaseTypeSpec.model_validate(REVIEW), {}, calendar("china"))
    case: Case | None = None
    world = Named()

    def do(command: Open | Choose | Happened) -> Case:
        folded = case
        for fact in decide(type_, case, command, at=AT, by=CLERK, world=world):
            folded = apply(type_, folded, fact)
        assert folded is not None
        return folded

    case = do(Open(form={}, channel="web"))
    case = do(Choose(step="accept", choice="send", values={"offices": ["dy-zjj", "dy-gaj"]}))
    for token in case.flow.tokens:
        case = do(Happened(fact="child_ended", values={"token": token.id, "outcome": "agrees"}))
    assert case.data["words"] == "住建局:agrees;公安局:agrees"
    assert case.data["asked"] == ["dy-zjj", "dy-gaj"]
    assert [task.step for task in case.tasks] == ["decide"]

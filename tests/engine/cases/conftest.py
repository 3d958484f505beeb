"""A small case type with every feature that deciding knows, and a cast in two offices."""

from __future__ import annotations

from datetime import datetime

import pytest

from gongzhi.engine import tables
from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import Actor, PlainWorld, apply, compile_case_type, decide
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.instants import parse_instant

LIMITS = """U,类型,→ unit,→ citizen
1,投诉,5 working days,7 working days
2,咨询,1 working days,3 working days
"""

SPEC = {
    "id": "appeal",
    "title": "群众诉求",
    "number": "MQ{yyyy}{seq:06}",
    "opened_by": ["resident", "agent"],
    "opens_with": ["subject", "phone?"],
    "fields": [
        {"id": "subject", "title": "标题", "kind": "text", "required": True, "max": 60},
        {"id": "phone", "title": "联系电话", "kind": "phone", "privacy": "contact"},
        {"id": "kind", "title": "类型", "kind": "choice", "options": ["投诉", "咨询"], "required": True},
        {"id": "lead", "title": "主办单位", "kind": "office", "required": True},
        {"id": "helpers", "title": "协办单位", "kind": "offices"},
        {"id": "reply", "title": "答复", "kind": "paragraph", "required": True},
        {"id": "opinion", "title": "协办意见", "kind": "paragraph"},
        {"id": "days", "title": "延期天数", "kind": "number", "required": True},
        {"id": "satisfied", "title": "是否满意", "kind": "yesno", "required": True},
    ],
    "clocks": {
        "citizen": {"title": "群众等待", "from": "opened", "limit": {"table": "limits", "take": "citizen"}},
        "unit": {
            "title": "承办时限",
            "from": "dispatched",
            "until": "replied",
            "limit": {"table": "limits", "take": "unit"},
            "pauses": ["awaiting_reporter", "funds"],
        },
    },
    "steps": {
        "register": {
            "title": "受理",
            "who": "agent @ county",
            "within": "2 working hours",
            "asks": ["kind"],
            "choices": {
                "dispatch": {
                    "title": "派单",
                    "asks": ["lead", "helpers?"],
                    "to": ["handle", "help"],
                    "marks": "dispatched",
                },
                "answer": {
                    "title": "当场答复",
                    "asks": ["reply"],
                    "to": "end.answered",
                    "when": 'kind = "咨询"',
                },
            },
        },
        "handle": {
            "title": "承办",
            "who": "officer @ lead",
            "within": {"clock": "unit"},
            "choices": {
                "reply": {"title": "反馈", "asks": ["reply"], "to": "review", "marks": "replied"},
                "extend": {
                    "title": "申请延期",
                    "asks": ["days"],
                    "opens": "approve",
                    "before_due": True,
                    "at_most": 1,
                },
                "hang": {"title": "挂账", "pauses": "funds"},
                "unhang": {"title": "销账", "resumes": "funds"},
            },
        },
        "approve": {
            "title": "延期审批",
            "who": "reviewer @ county",
            "choices": {
                "yes": {"title": "同意", "extends": {"clock": "unit", "by": "days"}},
                "no": {"title": "不同意"},
            },
        },
        "help": {
            "title": "协办",
            "who": "officer @ item",
            "each": "helpers",
            "choices": {"done": {"title": "完成", "asks": ["opinion?"], "to": "review"}},
        },
        "review": {
            "title": "审核",
            "who": "reviewer @ county",
            "awaits": "all",
            "within": "1 working days",
            "choices": {
                "pass": {"title": "通过", "to": "callback"},
                "redo": {"title": "重办", "to": "handle", "reopens": "unit"},
            },
        },
        "callback": {
            "title": "回访",
            "who": "caller @ county",
            "not_by": ["handle", "review"],
            "timers": {
                "remind": {"after": "2 working days", "every": "1 working days", "emits": "callback_late"}
            },
            "choices": {
                "done": {"title": "回访完成", "asks": ["satisfied"], "to": "end.solved"},
            },
        },
    },
    "ends": {"solved": "已解决", "answered": "当场答复", "withdrawn": "已撤回"},
}
ROLES = {"agent": "话务员", "officer": "承办人", "reviewer": "审核员", "caller": "回访员"}


@pytest.fixture(scope="session")
def appeal():
    read = {"limits": tables.read_csv(LIMITS, id="limits")}
    return compile_case_type(CaseTypeSpec(**SPEC), read, calendar("china"), version="1.0.0", roles=ROLES)


def person(name: str, role: str, office: str = "县级中心") -> Actor:
    return Actor(person=name, role=role, office=office, name=name)


CAST = {
    "wang": Actor(person="王秀英", role="resident", name="王秀英"),
    "li": person("李敏", "agent"),
    "zhou": person("周强", "officer", "城管局"),
    "wu": person("吴涛", "officer", "供电公司"),
    "zhao": person("赵兰", "reviewer"),
    "sun": person("孙悦", "caller"),
    "he": person("何磊", "officer", "林业局"),
}


class Play:
    """One case, commanded in turn; every decided fact is folded in at once."""

    def __init__(self, case_type) -> None:
        self.type, self.case, self.facts, self.world, self.cast = case_type, None, [], PlainWorld(), CAST

    def do(self, command, by: str, at: str):
        decided = decide(self.type, self.case, command, at=parse_instant(at), by=CAST[by], world=self.world)
        for fact in decided:
            self.case = apply(self.type, self.case, fact)
        self.facts += decided
        return self

    @property
    def steps(self) -> list[str]:
        return sorted(task.step for task in self.case.tasks)

    def due(self, step: str) -> datetime | None:
        return next(task.due for task in self.case.tasks if task.step == step)


@pytest.fixture
def play(appeal) -> Play:
    return Play(appeal)

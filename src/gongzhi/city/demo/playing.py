"""Simulated staff: an appeal is lived through by choosing, at lawful times, what the engine allows.

Every command goes through ``engine.decide``, so that a played history is a lawful one. How often and how fast the
staff do what is ``HABITS``: invented shares, chosen so that every corner of the mechanism is visited.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from gongzhi.city.demo.sentences import Topic, filled
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, Choose, Fact, Open, Task, Tick, World
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import Span, Unit

#: step -> (choice, weight); a choice that the engine does not allow just then is drawn again
HABITS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "register": (("dispatch", 0.93), ("refuse", 0.025), ("refer", 0.015), ("answer", 0.03)),
    "dispatch": (("send", 1.0),),
    "sign": (("accept", 0.95), ("return", 0.05)),
    "arbitrate": (("force", 0.6), ("redirect", 0.4)),
    "handle": (("reply", 0.72), ("assign", 0.18), ("extend", 0.08), ("hang", 0.02)),
    "handle_below": (("report", 1.0),),
    "help": (("done", 1.0),),
    "sign_off": (("issue", 0.95), ("amend", 0.05)),
    "approve_extension": (("approve", 0.8), ("decline", 0.2)),
    "hang_sign_off": (("support", 0.9), ("refuse", 0.1)),
    "approve_hanging": (("approve", 0.8), ("decline", 0.2)),
    "hung": (("keep", 0.5), ("clear", 0.5)),
    "review": (("pass", 0.93), ("pass_anonymous", 0.93), ("redo", 0.07)),
    "callback": (("satisfied", 0.86), ("explained", 0.05), ("unsatisfied", 0.06), ("unreachable", 0.03)),
    "second_dispatch": (("resend", 0.8), ("send_new", 0.2)),
}
#: share of the time until due that a step takes: median, and the spread of its logarithm
PACE = (0.38, 0.62)
#: commands of one case before the player gives up on it
MOST_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one reporter brings, and what the offices will find."""

    topic: Topic
    place: Mapping[str, Any]
    #: how the place is called in sentences
    spot: str
    form: Mapping[str, Any]
    opener: Standing
    channel: str
    opened_at: datetime
    #: office that the directory names, its basis, and an office that may help
    lead: str
    basis: str
    helper: str
    #: the village's office, where the town may pass the matter on
    village: str
    #: who is with the reporter: the resident, for steps that are theirs
    reporter: Standing | None = None
    #: step at which nobody acts any more, so that the demo has fresh work for everybody
    left_at: str = ""


@dataclass(slots=True)
class Player:
    """Plays appeals until ``until``; ``staff`` gives the people of a role in an office."""

    case_type: CaseType
    world: World
    staff: Callable[[str, str], Sequence[Standing]]
    chance: random.Random
    until: datetime
    #: how often the engine refused what the staff tried, by code
    refusals: dict[str, int] = field(default_factory=dict)

    def play(self, matter: Matter) -> tuple[list[Fact], engine.Case]:
        """The facts of the matter's life so far, and what it has become."""
        opened = engine.decide(
            self.case_type,
            None,
            Open(form=matter.form, channel=matter.channel),
            at=matter.opened_at,
            by=matter.opener,
            world=self.world,
        )
        facts = list(opened)
        case = engine.apply(self.case_type, None, facts[0])
        plans: dict[int, datetime] = {}
        for _ in range(MOST_STEPS):
            if matter.left_at and any(task.step == matter.left_at for task in case.tasks):
                break
            plans = {task.id: plans.get(task.id) or self._planned(task, matter) for task in case.tasks}
            if not plans or (then := min(plans.values())) > self.until:
                break
            case = self._pass_time(case, then, facts)
            task = next((each for each in case.tasks if plans.get(each.id) == then), None)
            if task is None:
                continue
            case = self._act(case, task, matter, then, facts)
            plans.pop(task.id)
        return facts, self._pass_time(case, self.until, facts)

    def _planned(self, task: Task, matter: Matter) -> datetime:
        """When somebody will get to it: a share of the time that the step has, in working hours."""
        if matter.left_at:
            return task.opened_at + timedelta(minutes=self.chance.randint(2, 6))
        calendar = self.case_type.calendar
        median, spread = PACE
        share = Decimal(str(round(median * self.chance.lognormvariate(0, spread), 3)))
        if task.due is None or task.due <= task.opened_at:
            return calendar.add(
                task.opened_at, Span(Decimal(str(round(self.chance.uniform(2, 60), 1))), Unit.WORKING_HOUR)
            )
        if task.due - task.opened_at < timedelta(hours=30):
            return task.opened_at + (task.due - task.opened_at) * float(share)
        hours = calendar.between(task.opened_at, task.due, Unit.WORKING_HOUR) * share
        return calendar.add(
            task.opened_at, Span(max(hours.quantize(Decimal("0.1")), Decimal("0.1")), Unit.WORKING_HOUR)
        )

    def _pass_time(self, case: engine.Case, until: datetime, facts: list[Fact]) -> engine.Case:
        """Let timers fire and lights change up to ``until``."""
        while not case.ended:
            wakes = [due for _, _, due in case.timers if due <= until]
            wakes += [
                task.due + timedelta(seconds=1)
                for task in case.tasks
                if task.due
                and task.due + timedelta(seconds=1) <= until
                and f"task {task.id}:red" not in case.alerted
            ]
            if not wakes:
                break
            decided = engine.decide(
                self.case_type, case, Tick(), at=min(wakes), by=engine.SYSTEM, world=self.world
            )
            for fact in decided:
                case = engine.apply(self.case_type, case, fact)
            facts += decided
            if not decided:
                break
        return case

    def _act(
        self, case: engine.Case, task: Task, matter: Matter, at: datetime, facts: list[Fact]
    ) -> engine.Case:
        habits = HABITS.get(task.step, ())
        names, weights = [name for name, _ in habits], [weight for _, weight in habits]
        for _ in range(6):
            if not names:
                break
            name = self.chance.choices(names, weights)[0]
            people = self._people(case, task, matter)
            if not people:
                break
            command = Choose(
                step=task.step, choice=name, values=self._values(task, name, matter), task=task.id
            )
            try:
                decided = engine.decide(
                    self.case_type, case, command, at=at, by=self.chance.choice(people), world=self.world
                )
            except CaseRefused as refusal:
                self.refusals[refusal.code] = self.refusals.get(refusal.code, 0) + 1
                continue
            for fact in decided:
                case = engine.apply(self.case_type, case, fact)
            facts += decided
            break
        return case

    def _people(self, case: engine.Case, task: Task, matter: Matter) -> list[Standing]:
        if task.role == "resident":
            return [matter.reporter] if matter.reporter else []
        barred = {
            person for step in self.case_type.steps[task.step].not_by for person in case.doers.get(step, ())
        }
        return [each for each in self.staff(task.role, task.office) if each.person not in barred]

    def _values(self, task: Task, choice: str, matter: Matter) -> dict[str, Any]:
        """What the form of the choice asks for, filled in by the habits of this matter."""
        known = self._answers(choice, matter)
        asked = self.case_type.steps[task.step].choices[choice].asks
        return {ask.field: known[ask.field] for ask in asked if known.get(ask.field) not in (None, "")}

    def _answers(self, choice: str, matter: Matter) -> dict[str, Any]:
        topic, chance = matter.topic, self.chance
        say = filled(chance.choice(topic.replies), matter.spot, chance)
        solved = chance.random()
        good = choice in ("satisfied", "answer")
        return {
            "kind": topic.kind,
            "category": topic.category,
            "topic": topic.topic,
            "urgency": topic.urgency,
            "place": matter.place,
            "reply": say,
            "refusal_reason": chance.choice(("不属本级政府管辖", "已进入诉讼仲裁复议", "没有具体事实")),
            "refusal_basis": "《信访工作条例》第十九条",
            "refusal_note": "您反映的事项不在本平台受理范围,请向有权机关提出,联系电话已短信告知。",
            "refer_to": "信访",
            "refer_note": "已转信访渠道登记,十五日内书面告知去向。",
            "lead": matter.lead,
            "helpers": [matter.helper] if matter.helper and chance.random() < 0.12 else None,
            "basis": matter.basis,
            "complex": True if chance.random() < topic.complex else None,
            "return_basis": "职责清单没有此项,现场查看后应由其他单位负责",
            "ruling": "依据职责清单和现场情况裁定如上,原单位应配合。",
            "sub_office": matter.village,
            "instruction": "请到现场核实,两日内报办理情况。",
            "sub_report": f"已到{matter.spot}现场,{say}",
            "opinion": "已派人到场配合,所需线路和管网资料已提供。",
            "result": "解决" if solved < 0.8 else "部分解决" if solved < 0.88 else "解释说明",
            "extension_days": chance.choice((3, 5)),
            "extension_reason": "需要采购配件并与施工单位协调,申请适当延期。",
            "hang_cause": chance.choice(("资金", "权属", "政策", "时序")),
            "hang_plan": "已列入明年项目库,资金到位后实施,期间做好临时维护。",
            "hang_review_note": "已复查,原因仍在,临时措施有效。",
            "decision_note": "情况属实,按意见办理。",
            "redo_reason": "答复没有说明完成时间,也没有现场照片,请补办后再报。",
            "contacted": True,
            "solved": "已解决" if good else "未解决",
            "satisfied": chance.choice(("非常满意", "满意", "满意", "基本满意")) if good else "不满意",
            "words": "问题还在,希望再来看看。" if choice == "unsatisfied" else None,
            "call_note": "两次拨打无人接听。",
        }

"""Static rules over a flow's specification: what can be seen without running it. Codes ``W101`` to ``W129``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.flows.conditions import condition
from gongzhi.engine.flows.spec import END, Choice, FlowSpec, Step, Timer, ways_out
from gongzhi.engine.instants import parse_span

#: ends that the common actions of every case (withdraw, merge) reach without being drawn
COMMON_ENDS = frozenset({"withdrawn", "merged"})


def check_spec(spec: FlowSpec) -> list[Problem]:
    """All findings of the static rules, in the order of the file."""
    if not spec.steps:
        return [_problem("W101", "steps", "流程没有步骤", "至少写一个步骤")]
    outline = Outline(spec)
    problems = list(_whole(spec, outline))
    for step in spec.steps:
        for rule in _STEP_RULES:
            problems += rule(step, outline)
    return problems


class Outline:
    """The bare graph of a specification: who leads to whom, what is reached, what can end."""

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self.steps = {step.id: step for step in spec.steps}
        self.known = set(self.steps) | {END + end for end in spec.ends}
        self.after: dict[str, set[str]] = {step.id: set() for step in spec.steps}
        self.main: dict[str, set[str]] = {step.id: set() for step in spec.steps}
        for step in spec.steps:
            for _, targets, style in ways_out(step):
                self.after[step.id].update(targets)
                if style not in ("opens", "side"):
                    self.main[step.id].update(targets)
        self.reached = _walk([spec.first], self.after)
        #: reached by a token that counts, not only as a side step
        self.mainly = _walk([spec.first], self.main)
        self.ending = _walk([END + end for end in spec.ends], _turned(self.after))

    def on_circle(self, step_id: str) -> bool:
        """A token can come back to this step."""
        return step_id in _walk(self.main.get(step_id, ()), self.main)

    def name(self, step_id: str) -> str:
        """Title and id for messages."""
        step = self.steps.get(step_id)
        return f"{step.title}({step_id})" if step and step.title else step_id


def _walk(begin: Iterable[str], after: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(begin)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(after.get(node, ()))
    return seen


def _turned(after: dict[str, set[str]]) -> dict[str, set[str]]:
    before: dict[str, set[str]] = {}
    for node, targets in after.items():
        for target in targets:
            before.setdefault(target, set()).add(node)
    return before


def _problem(code: str, key: str, message: str, remedy: str, *, warning: bool = False) -> Problem:
    return Problem(
        code=code,
        where=Where(key=key),
        message=message,
        remedy=remedy,
        severity="warning" if warning else "error",
    )


def _whole(spec: FlowSpec, outline: Outline) -> Iterator[Problem]:
    if spec.first not in outline.steps:
        listing = "、".join(outline.steps)
        yield _problem("W102", "start", f"第一步“{spec.first}”不存在", f"改成已有步骤之一:{listing}")
    if not spec.ends:
        yield _problem("W107", "ends", "流程没有结局", "在 ends 里写出每种办结结果,例如 solved: 已解决")
    for step_id, times in Counter(step.id for step in spec.steps).items():
        if times > 1:
            yield _problem("W104", f"steps.{step_id}", f"步骤编号“{step_id}”重复", "给每个步骤不同的编号")
        if step_id.startswith(END):
            yield _problem("W104", f"steps.{step_id}", f"步骤编号不能以“{END}”开头", "换一个编号")
    for end in spec.ends:
        if END + end not in outline.reached and end not in COMMON_ENDS:
            message = f"结局“{spec.ends[end] or end}”永远到不了"
            yield _problem(
                "W108", f"ends.{end}", message, "删去它,或让某个办法的 to 写成 " + END + end, warning=True
            )


def _targets(step: Step, outline: Outline) -> Iterator[Problem]:
    for key, targets, style in ways_out(step):
        where = f"steps.{step.id}.{key}"
        for target in targets:
            if target not in outline.known:
                remedy = "改成已有步骤的编号,或在 ends 里补上这个结局并写成 end.编号"
                yield _problem("W103", where, f"去向“{target}”不存在", remedy)
        ends = [target for target in targets if target.startswith(END)]
        if ends and len(targets) > 1:
            message = f"同时去往结局“{ends[0]}”和别的步骤:结局会关闭其余各步"
            yield _problem("W112", where, message, "让结局单独作为一个办法的去向")
        if ends and style in ("opens", "side"):
            yield _problem("W124", where, "旁支直接打开结局", "改用 to 办结,或打开一个旁支步骤")
        if len(set(targets)) < len(targets):
            yield _problem("W113", where, "同一去向写了两次", "每个去向只写一次")


def _reach(step: Step, outline: Outline) -> Iterator[Problem]:
    where = f"steps.{step.id}"
    if step.id not in outline.reached:
        message = f"步骤“{outline.name(step.id)}”永远到不了"
        yield _problem("W106", where, message, "让某个办法的 to 或 opens 指向它,或删去它")
    elif step.id in outline.mainly and outline.spec.ends and step.id not in outline.ending and _leaves(step):
        message = f"从步骤“{outline.name(step.id)}”出发到不了任何结局,只会兜圈子"
        yield _problem("W109", where, message, "在圈子里加一个去往 end.… 的办法")


def _leaves(step: Step) -> bool:
    return any(style not in ("opens", "side") for _, _, style in ways_out(step))


def _way_out(step: Step, outline: Outline) -> Iterator[Problem]:
    where = f"steps.{step.id}"
    name = outline.name(step.id)
    if step.id in outline.mainly:
        if not _leaves(step):
            message = f"步骤“{name}”没有出路" if step.choices else f"步骤“{name}”没有任何办法"
            yield _problem("W105", where, message, "给它至少一个带 to 的办法,或 waits_for、calls、中断定时")
        elif _only_limited(step) and outline.on_circle(step.id):
            message = f"步骤“{name}”的出路都有次数限制(at_most),用完以后就走不动了"
            yield _problem(
                "W111", where + ".choices", message, "给其中一个办法加 then,或另加一个不限次数的办法"
            )
    elif step.id in outline.reached and not step.choices and not _leaves(step):
        yield _problem(
            "W105", where, f"旁支步骤“{name}”没有任何办法,关不掉", "给它一个办法;不写 to 就是办完关闭"
        )


def _only_limited(step: Step) -> bool:
    leaving = [choice for choice in step.choices if choice.to]
    other = any(style in ("timer", "call", "wait") for _, _, style in ways_out(step))
    return (
        bool(leaving)
        and not other
        and all(choice.at_most is not None and not choice.then for choice in leaving)
    )


def _choices(step: Step, outline: Outline) -> Iterator[Problem]:
    for choice_id, times in Counter(choice.id for choice in step.choices).items():
        if times > 1:
            yield _problem(
                "W104", f"steps.{step.id}.choices.{choice_id}", "办法编号重复", "给每个办法不同的编号"
            )
    for choice in step.choices:
        yield from _choice(choice, f"steps.{step.id}.choices.{choice.id}")


def _choice(choice: Choice, where: str) -> Iterator[Problem]:
    if choice.then and choice.at_most is None:
        yield _problem("W114", where + ".then", "写了 then 却没有 at_most", "加上 at_most,或删去 then")
    if choice.at_most is not None and choice.at_most < 1:
        yield _problem("W114", where + ".at_most", "at_most 至少是 1", "写正整数,或删去这个办法")
    if choice.when:
        try:
            condition(choice.when, where + ".when")
        except GongzhiError as error:
            yield _problem(
                "W118", where + ".when", f"条件读不懂:{error}", "改成 FEEL 表达式,例如 amount > 1000"
            )


def _people(step: Step, outline: Outline) -> Iterator[Problem]:
    for other in step.not_by:
        if other not in outline.steps:
            remedy = "改成已有步骤的编号,或从 not_by 里删去"
            yield _problem("W110", f"steps.{step.id}.not_by", f"not_by 里的步骤“{other}”不存在", remedy)
        elif other == step.id:
            message = "not_by 里写了自己:第二次到这一步时原来的人不能再办"
            yield _problem("W110", f"steps.{step.id}.not_by", message, "若非有意,请删去", warning=True)


def _joins(step: Step, outline: Outline) -> Iterator[Problem]:
    where = f"steps.{step.id}"
    if not _is_rule(step.awaits) and step.awaits != "":
        yield _problem("W115", where + ".awaits", f"awaits 不认识“{step.awaits}”", "写 all、any 或正整数")
    if not _is_rule(step.completes):
        yield _problem(
            "W115", where + ".completes", f"completes 不认识“{step.completes}”", "写 all、any 或正整数"
        )
    elif str(step.completes) != "all" and not step.each:
        yield _problem(
            "W121", where + ".completes", "写了 completes 却没有 each", "加上 each,或删去 completes"
        )
    if step.each and len({tuple(sorted(choice.to)) for choice in step.choices if choice.to}) > 1:
        message = f"“{outline.name(step.id)}”各项的去向不一,列表为空时若别无他步就不知往哪走"
        yield _problem("W123", where + ".each", message, "确保列表不会为空,或让各办法去向一致", warning=True)


def _is_rule(rule: str | int) -> bool:
    return rule in ("all", "any") or (str(rule).isdigit() and int(rule) > 0)


def _timer_rules(step: Step, outline: Outline) -> Iterator[Problem]:
    for timer in step.timers:
        yield from _timer(timer, f"steps.{step.id}.timers.{timer.id}")


def _timer(timer: Timer, where: str) -> Iterator[Problem]:
    if bool(timer.after) == bool(timer.at) and not (timer.every and not timer.at):
        yield _problem("W116", where, "定时要写 after 或 at 其中之一", "例如 after: 3 working days")
    if timer.interrupting and not timer.to:
        yield _problem("W117", where, "中断的定时没有写 to", "写明到时去往哪一步")
    if not timer.to and not timer.emits:
        yield _problem("W117", where, "定时到了什么也不做", "写 emits(记一笔)或 to(打开一步)")
    if timer.interrupting and timer.every:
        yield _problem(
            "W117", where + ".every", "中断的定时只会到一次,不能写 every", "删去 every,或不写 interrupting"
        )
    for key, text in (("after", timer.after), ("every", timer.every)):
        try:
            if text:
                parse_span(text)
        except GongzhiError as error:
            yield _problem("W119", f"{where}.{key}", str(error), "例如 3 working days、24 hours、7 days")


_STEP_RULES = (_targets, _reach, _way_out, _choices, _people, _joins, _timer_rules)

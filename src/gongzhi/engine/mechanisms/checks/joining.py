"""What several cases have to do with each other: the same matter, clusters that open projects, draws by lot."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.everycase import ENDS
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, unknown
from gongzhi.engine.mechanisms.checks.handing import case_type_of
from gongzhi.engine.mechanisms.checks.references import is_needed
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.clusters import NAMES, TOWN, ClusterSpec
from gongzhi.engine.mechanisms.documents import placeholders
from gongzhi.engine.mechanisms.loader import Draft

FILE = "clusters.yaml"
#: what the message of a cluster may name
TOLD = ("title", "place", "count", "users", "number")
MERGED = ENDS["merge"]


def validate(draft: Draft) -> Iterator[Problem]:
    """``same_matter``, ``draws`` and ``clusters.yaml``."""
    for spec in draft.case_types.values():
        yield from _same_matter(draft, spec)
        yield from _draws(draft, spec)
    rules = draft.clusters.root if draft.clusters else ()
    ids = [rule.id for rule in rules]
    cases = [rule.case for rule in rules]
    for number, rule in enumerate(rules):
        if ids.index(rule.id) < number:
            yield finding(draft, FILE, (number, "id"), "M172", f"“{rule.id}”写了两次", "请改一个编号。")
        if cases.index(rule.case) < number:
            message = f"“{rule.case}”已有一条聚类规则"
            remedy = "一件事只在一个热点里：请把两条并成一条。"
            yield finding(draft, FILE, (number, "case"), "M172", message, remedy)
        yield from _cluster(draft, number, rule)


def _same_matter(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    file = case_file(spec)
    for number, name in enumerate(spec.same_matter):
        path: Path = ("same_matter", number)
        other = case_type_of(draft, name)
        if other is None:
            if not is_needed(draft, name):
                yield finding(draft, file, path, "M170", *unknown("事项", name, draft.case_types))
        elif MERGED not in other.ends:
            message = f"“{other.title}”没有“{MERGED}”这个结局，不能并入别的事"
            yield finding(draft, file, path, "M171", message, f"请在它的 ends 里写 {MERGED}。", "warning")
    if spec.same_matter and MERGED not in spec.ends:
        message = f"能与别的事并成一件的，要有“{MERGED}”这个结局"
        yield finding(draft, file, ("same_matter",), "M171", message, f"请在 ends 里写 {MERGED}。")


def _draws(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    for id_, step in spec.steps.items():
        drawn = step.waits_for is not None and step.waits_for.draws is not None
        if drawn and not any(timer.to and timer.interrupting for timer in step.timers.values()):
            message = f"“{step.title}”等抽签，没抽到的会一直等下去"
            remedy = "请写一个 timers：过多久没抽到就往下走（to、interrupting: true），比一周长。"
            yield finding(draft, case_file(spec), ("steps", id_, "waits_for"), "M173", message, remedy)


def _cluster(draft: Draft, number: int, rule: ClusterSpec) -> Iterator[Problem]:
    spec = draft.case_types.get(rule.case)
    if spec is None:
        yield finding(draft, FILE, (number, "case"), "M172", *unknown("事项", rule.case, draft.case_types))
        return
    fields = {field.id: field for field in spec.fields}
    for index, name in enumerate(rule.by):
        if name != TOWN and name not in fields:
            known = [*fields, TOWN]
            yield finding(draft, FILE, (number, "by", index), "M172", *unknown("字段", name, known))
        elif name != TOWN and fields[name].privacy not in ("public", "internal"):
            message = f"“{fields[name].title}”是私密的，不能用来归类"
            yield finding(draft, FILE, (number, "by", index), "M172", message, "请换一个字段。")
    yield from _opened(draft, number, rule)
    for name in placeholders(rule.tells):
        if name not in TOLD:
            yield finding(draft, FILE, (number, "tells"), "M172", *unknown("名称", name, TOLD))


def _opened(draft: Draft, number: int, rule: ClusterSpec) -> Iterator[Problem]:
    if not rule.opens:
        return
    project = case_type_of(draft, rule.opens)
    if project is None:
        if not is_needed(draft, rule.opens):
            known = draft.case_types
            yield finding(draft, FILE, (number, "opens"), "M172", *unknown("事项", rule.opens, known))
        return
    opening = {name.removesuffix("?"): name.endswith("?") for name in project.opens_with}
    required = {field.id for field in project.fields if field.required}
    for name, text in rule.with_.items():
        if name not in opening:
            yield finding(
                draft, FILE, (number, "with", name), "M172", *unknown("开头要填的字段", name, opening)
            )
        yield from expression(draft, FILE, (number, "with", name), text, NAMES)
    missing = [
        name for name, optional in opening.items() if not optional and name in required - set(rule.with_)
    ]
    if missing:
        message = f"立项要填“{'、'.join(missing)}”，with 里没有写"
        yield finding(draft, FILE, (number, "with"), "M172", message, "请补上，系统才能自己立项。")

"""Measures, reactions and papers: what they name exists."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import Problem, Where
from gongzhi.engine.mechanisms import measuring
from gongzhi.engine.mechanisms.checks import papers, publishing
from gongzhi.engine.mechanisms.checks.finding import Path, finding, listing, unknown
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES, SCOPES, is_needed
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.documents import ROOTS, Document, placeholders
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.schema import ReactionSpec

#: kinds of facts that a reaction may wait for (``engine.cases.model.Fact``), and ``ended`` for any that ends a case
FACTS = (
    "opened", "chosen", "fired", "alerted", "happened", "ended", "note", "attach", "ask", "answer", "urge", "supervise",
    "hand_over", "correct", "withdraw", "link", "merge", "moved", "rated",
)  # fmt: skip
#: what every reaction may look at beside the fields: the journal's fact, and the case in general
BESIDE = frozenset({"fact", "case", "today"})


def validate(draft: Draft) -> Iterator[Problem]:
    """References of measures, reactions and documents."""
    yield from _measures(draft)
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        yield from _reaction(draft, number, reaction)
    for document in draft.documents.values():
        if document.spec.routine:
            continue  # see checks.routines
        yield from _document(draft, document)


def _measures(draft: Draft) -> Iterator[Problem]:
    file = "measures.yaml"
    rows = draft.measures.root if draft.measures else ()
    ids = [measure.id for measure in rows]
    for number, measure in enumerate(rows):
        if ids.index(measure.id) < number:
            message = f"指标“{measure.id}”写了两次"
            yield finding(draft, file, (number, "id"), "M082", message, "请改一个编号。")
        if measure.coverage and measure.coverage not in ids:
            yield finding(draft, file, (number, "coverage"), "M081", *unknown("指标", measure.coverage, ids))
        spec = draft.case_types.get(measure.case)
        if spec is None:
            known = draft.case_types
            yield finding(draft, file, (number, "case"), "M081", *unknown("事项", measure.case, known))
            continue
        for key in ("numerator", "denominator", "value", "exclude"):
            if text := getattr(measure, key):
                yield from expression(draft, file, (number, key), text, measuring.names(spec))


def _reaction(draft: Draft, number: int, reaction: ReactionSpec) -> Iterator[Problem]:
    file = "reactions.yaml"
    if reaction.on.watch or reaction.on.programme:
        return  # see checks.watching, checks.programmes
    spec = draft.case_types.get(reaction.on.case)
    if spec is None and (reaction.on.case == "any" or is_needed(draft, reaction.on.case)):
        yield from _abroad(draft, number, reaction)
        return
    if spec is None:
        yield finding(
            draft, file, (number, "on", "case"), "M090", *unknown("事项", reaction.on.case, draft.case_types)
        )
        return
    if reaction.on.fact not in FACTS:
        yield finding(draft, file, (number, "on", "fact"), "M090", *unknown("事实", reaction.on.fact, FACTS))
    for key, name, known in _named(spec, reaction):
        if name and name not in known:
            yield finding(draft, file, (number, "on", key), "M090", *unknown(_KINDS[key], name, known))
    names = {field.id for field in spec.fields} | BESIDE
    if reaction.when:
        yield from expression(draft, file, (number, "when"), reaction.when, names)
    yield from _deed(draft, number, reaction, names)


def _abroad(draft: Draft, number: int, reaction: ReactionSpec) -> Iterator[Problem]:
    """A reaction to other mechanisms' cases knows only what every fact says."""
    if reaction.when and reaction.on.case == "any":
        yield from expression(draft, "reactions.yaml", (number, "when"), reaction.when, BESIDE)
    if reaction.on.case == "any":
        yield from _deed(draft, number, reaction, set(BESIDE))


_KINDS = {"step": "步骤", "choice": "选项", "clock": "时钟", "ends": "结局", "emits": "定时器事实"}


def _named(spec: CaseTypeSpec, reaction: ReactionSpec) -> Iterator[tuple[str, str, list[str]]]:
    on = reaction.on
    step = spec.steps.get(on.step)
    yield "step", on.step, list(spec.steps)
    yield "choice", on.choice, list(step.choices) if step else []
    yield "clock", on.clock, list(spec.clocks)
    emits = [timer.emits for step in spec.steps.values() for timer in step.timers.values()]
    yield "emits", on.emits, emits
    yield from (("ends", end, list(spec.ends)) for end in on.ends)


def _deed(draft: Draft, number: int, reaction: ReactionSpec, names: set[str]) -> Iterator[Problem]:
    file, do = "reactions.yaml", reaction.do
    roles = [*(draft.manifest.roles if draft.manifest else ()), *BUILT_IN_ROLES]
    for index, recipient in enumerate(do.notify):
        role, at, scope = (part.strip() for part in recipient.partition("@"))
        if at and (role not in roles or scope not in (*SCOPES, "on_duty", *names)):
            message = f"通知不到“{recipient}”"
            yield finding(
                draft, file, (number, "do", "notify", index), "M091", message, f"角色可用：{listing(roles)}。"
            )
        elif not at and recipient not in ("reporter", "holder", "cluster_reporters"):
            message = f"通知不到“{recipient}”"
            yield finding(
                draft,
                file,
                (number, "do", "notify", index),
                "M091",
                message,
                "请写 reporter、holder 或 角色 @ 范围。",
            )
    for name in placeholders(do.text):
        yield from _place(draft, file, (number, "do", "text"), name, names)
    if do.issue and do.issue not in draft.documents:
        yield finding(
            draft, file, (number, "do", "issue"), "M092", *unknown("文书", do.issue, draft.documents)
        )
    yield from _lesson(draft, number, reaction)
    yield from _record(draft, number, reaction, names)
    yield from _opening(draft, number, reaction, names)


def _record(draft: Draft, number: int, reaction: ReactionSpec, names: set[str]) -> Iterator[Problem]:
    deed = reaction.do.record
    if deed is None:
        return
    path: Path = (number, "do", "record")
    yield from expression(draft, "reactions.yaml", (*path, "key"), deed.key, names)
    for column, text in deed.set_.items():
        yield from expression(draft, "reactions.yaml", (*path, "set", column), text, names)


def _opening(draft: Draft, number: int, reaction: ReactionSpec, names: set[str]) -> Iterator[Problem]:
    """A case to open: its type exists here or in a mechanism that is needed, and the values are for its fields."""
    file, do = "reactions.yaml", reaction.do
    if not do.open:
        return
    child = draft.case_types.get(do.open)
    if child is None and not is_needed(draft, do.open):
        message = unknown("事项", do.open, draft.case_types)
        yield finding(draft, file, (number, "do", "open"), "M090", *message)
        return
    fields = [field.id for field in child.fields] if child else []
    for name, text in do.with_.items():
        path: Path = (number, "do", "with", name)
        if child and name not in fields:
            yield finding(draft, file, path, "M090", *unknown("字段", name, fields))
        yield from expression(draft, file, path, text, names)


def _place(draft: Draft, file: str, path: Path, name: str, fields: set[str]) -> Iterator[Problem]:
    root, _, rest = name.partition(".")
    if root not in ROOTS or (root == "data" and rest.split(".")[0] not in fields):
        message = f"“{{{{ {name} }}}}”没有这个名字"
        yield finding(draft, file, path, "M093", message, f"可用：{'、'.join(ROOTS)}；data. 后写字段编号。")


def _document(draft: Draft, document: Document) -> Iterator[Problem]:
    spec = draft.case_types.get(document.spec.case)
    if spec is None:
        message, remedy = unknown("事项", document.spec.case, draft.case_types)
        yield finding(draft, document.file, ("case",), "M095", message, remedy)
        return
    known = {f"{id_}.{choice}" for id_, step in spec.steps.items() for choice in step.choices}
    for number, issued in enumerate(document.spec.issued):
        if issued not in known:
            yield finding(
                draft, document.file, ("issued", number), "M095", *unknown("选项", issued, sorted(known))
            )
    fields = {field.id for field in spec.fields}
    for name, line in document.names:
        for problem in _place(draft, document.file, (), name, fields):
            where = Where(file=document.file, line=line)
            yield Problem(code=problem.code, where=where, message=problem.message, remedy=problem.remedy)
    for part, line in document.active_parts:
        where = Where(file=document.file, line=line)
        yield Problem(
            code="M096", where=where, message=f"文书里不能有“{part}”", remedy="文书只写文字、表格和图。"
        )
    yield from papers.problems(draft, document, spec)
    yield from publishing.problems(draft, document, spec)


def _lesson(draft: Draft, number: int, reaction: ReactionSpec) -> Iterator[Problem]:
    """A ruling can be learned from only if the case type has the fields that hold it."""
    learn, spec = reaction.do.learn, draft.case_types.get(reaction.on.case)
    if learn is None or spec is None:
        return
    fields = [field.id for field in spec.fields]
    for key, name in (("office", learn.office), ("basis", learn.basis)):
        if name not in fields:
            path: Path = (number, "do", "learn", key)
            yield finding(draft, "reactions.yaml", path, "M090", *unknown("字段", name, fields))

"""Routines: their recurrence can be followed, and what they name exists."""

from __future__ import annotations

from collections.abc import Iterator

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.mechanisms.checks.finding import Path, finding, listing, refusal, unknown
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES, is_needed
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.documents import ROOTS, Document
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.papers import BadPaper, read_paper
from gongzhi.engine.mechanisms.routines import NAMES, VIEW, RoutineSpec
from gongzhi.engine.routines import compile_recurrence

FILE = "routines.yaml"
#: whom a routine may tell: an office of the county, or the offices that the agenda is about
SCOPES = ("county", "offices")
#: what a paper of a routine may name under ``data.``, beside the parts of the agenda
DATA = ("since", "until", "said", "figures", "late", "made_late", "agenda", "count")


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``routines.yaml`` and its papers say."""
    rows = draft.routines.root if draft.routines else ()
    ids = [each.id for each in rows]
    for number, spec in enumerate(rows):
        if ids.index(spec.id) < number:
            yield finding(draft, FILE, (number, "id"), "M180", f"“{spec.id}”写了两次", "请改一个编号。")
        yield from _recurrence(draft, number, spec)
        yield from _agenda(draft, number, spec)
        yield from _bulletin(draft, number, spec)
        yield from _opening(draft, number, spec)
        yield from _tell(draft, number, spec)
    for document in draft.documents.values():
        if document.spec.routine:
            yield from _document(draft, document)


def _recurrence(draft: Draft, number: int, spec: RoutineSpec) -> Iterator[Problem]:
    try:
        compile_recurrence(spec.every, spec.starts)
    except GongzhiError as error:
        yield refusal(draft, FILE, (number, "every"), error)
    for place, quiet in enumerate(spec.quiet):
        if quiet.until < quiet.from_:
            path: Path = (number, "quiet", place, "until")
            yield finding(draft, FILE, path, "M181", "止日早于起日", "请对调。")


def _agenda(draft: Draft, number: int, spec: RoutineSpec) -> Iterator[Problem]:
    parts = [part.id for part in spec.agenda]
    for place, part in enumerate(spec.agenda):
        path: Path = (number, "agenda", place)
        if parts.index(part.id) < place or part.id in NAMES or part.id in DATA:
            message = f"“{part.id}”已经用了"
            yield finding(draft, FILE, (*path, "id"), "M180", message, "请改一个编号。")
        yield from _cases(draft, (*path, "from"), part.from_)
        yield from expression(draft, FILE, (*path, "where"), part.where, VIEW)
        if part.ask:
            yield from expression(draft, FILE, (*path, "ask"), part.ask, VIEW)
    if spec.when:
        yield from expression(draft, FILE, (number, "when"), spec.when, NAMES | set(parts))


def _bulletin(draft: Draft, number: int, spec: RoutineSpec) -> Iterator[Problem]:
    if spec.bulletin is None:
        return
    document = draft.documents.get(spec.bulletin.document)
    if document is None or document.spec.routine != spec.id:
        known = [each.id for each in draft.documents.values() if each.spec.routine == spec.id]
        path: Path = (number, "bulletin", "document")
        yield finding(
            draft, FILE, path, "M182", *unknown("抬头写着本例行的文书", spec.bulletin.document, known)
        )
    yield from _cases(draft, (number, "bulletin", "of"), spec.bulletin.of)
    own = [each.id for each in draft.measures.root] if draft.measures else []
    for place, name in enumerate(spec.bulletin.measures):
        if name not in own and not is_needed(draft, name):
            path = (number, "bulletin", "measures", place)
            yield finding(draft, FILE, path, "M183", *unknown("指标", name, own))


def _cases(draft: Draft, path: Path, named: tuple[str, ...]) -> Iterator[Problem]:
    for place, name in enumerate(named):
        own = draft.manifest is not None and name.partition(".")[0] == draft.manifest.id
        known = name == "any" or is_needed(draft, name)
        if not known and not (own and name.partition(".")[2] in draft.case_types):
            types = [f"{draft.manifest.id}.{id_}" for id_ in draft.case_types] if draft.manifest else []
            yield finding(draft, FILE, (*path, place), "M183", *unknown("事项", name, ["any", *types]))


def _opening(draft: Draft, number: int, spec: RoutineSpec) -> Iterator[Problem]:
    if not spec.open:
        return
    child = draft.case_types.get(spec.open)
    if child is None and not is_needed(draft, spec.open):
        yield finding(draft, FILE, (number, "open"), "M183", *unknown("事项", spec.open, draft.case_types))
        return
    fields = [field.id for field in child.fields] if child else []
    names = NAMES | {part.id for part in spec.agenda}
    for name, text in spec.with_.items():
        path: Path = (number, "with", name)
        if child and name not in fields:
            yield finding(draft, FILE, path, "M183", *unknown("字段", name, fields))
        yield from expression(draft, FILE, path, text, names)


def _tell(draft: Draft, number: int, spec: RoutineSpec) -> Iterator[Problem]:
    roles = [*(draft.manifest.roles if draft.manifest else ()), *BUILT_IN_ROLES]
    for place, recipient in enumerate(spec.tell):
        role, _, scope = (part.strip() for part in recipient.partition("@"))
        if role not in roles or (scope or "county") not in SCOPES:
            remedy = f"写 角色 @ county 或 角色 @ offices；角色可用：{listing(roles)}。"
            yield finding(draft, FILE, (number, "tell", place), "M184", f"通知不到“{recipient}”", remedy)


def _document(draft: Draft, document: Document) -> Iterator[Problem]:
    rows = draft.routines.root if draft.routines else ()
    spec = next((each for each in rows if each.id == document.spec.routine), None)
    if spec is None:
        words = unknown("例行", document.spec.routine, [each.id for each in rows])
        yield finding(draft, document.file, ("routine",), "M185", *words)
        return
    known = {*DATA, *(part.id for part in spec.agenda)}
    for name, line in document.names:
        root, _, rest = name.partition(".")
        if root not in ROOTS or (root == "data" and rest.split(".")[0] not in known):
            remedy = f"data. 后可用：{listing(sorted(known))}。"
            where = Where(file=document.file, line=line)
            yield Problem(code="M185", where=where, message=f"“{{{{ {name} }}}}”没有这个名字", remedy=remedy)
    for part, line in document.active_parts:
        where = Where(file=document.file, line=line)
        yield Problem(
            code="M096", where=where, message=f"文书里不能有“{part}”", remedy="文书只写文字、表格和图。"
        )
    try:
        read_paper(document.sample, file=document.file, line=document.line)
    except BadPaper as error:
        message, remedy = error.sentence % error.data, error.remedy
        yield Problem(code=error.code, where=error.where, message=message, remedy=remedy)

"""Registers: columns, states, roles and tables that they name exist, and nothing closed is shown outside."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from gongzhi.engine.cases.spec import FieldSpec
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.checks import flowing
from gongzhi.engine.mechanisms.checks.finding import Path, finding, listing, register_file, unknown
from gongzhi.engine.mechanisms.checks.references import BUILT_IN_ROLES
from gongzhi.engine.mechanisms.checks.wording import expression
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.registers import ACTIVE, DerivedSpec, RegisterSpec
from gongzhi.engine.registers.register import AMBIENT, KEY_KINDS, OPEN

#: key of a register -> kinds of field that it may name; empty: every kind that is one value
_KINDS = {
    "key": KEY_KINDS,
    "name": ("text", "choice", "place", "area", "office", "person", "credit_code", "date", "record"),
    "search": ("text", "paragraph", "choice", "choices", "place", "credit_code", "area", "office", "date"),
    "area": ("area", "place"),
    "office": ("office",),
}
#: kinds that no column of a list can hold
_TOO_LONG = ("table", "files")


def validate(draft: Draft) -> Iterator[Problem]:
    """Problems of every register by itself."""
    for spec in draft.registers.values():
        file = register_file(spec)
        yield from flowing.form(draft, file, spec.fields)
        yield from _columns(draft, spec)
        yield from _states(draft, spec)
        yield from _derived(draft, spec)
        yield from _closed(draft, spec)


def _named(spec: RegisterSpec) -> Iterator[tuple[Path, str, str]]:
    """(key path, key, field) of every place where a register names one of its fields."""
    for key in ("key", "name", "area", "office"):
        if id := getattr(spec, key):
            yield (key,), key, id
    for key in ("lists", "search"):
        yield from (((key, number), key, id) for number, id in enumerate(getattr(spec, key)))


def _columns(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    kinds = {field.id: field.kind for field in spec.fields}
    for path, key, id in _named(spec):
        if id in spec.derived and key == "lists":
            continue
        if id not in kinds:
            known = [*kinds, *spec.derived] if key == "lists" else kinds
            yield finding(draft, register_file(spec), path, "M120", *unknown("栏目", id, known))
        elif kinds[id] in _TOO_LONG or (key in _KINDS and kinds[id] not in _KINDS[key]):
            message = f"“{id}”是 {kinds[id]}，不能作 {key}"
            may = _KINDS.get(key) or [kind for kind in kinds.values() if kind not in _TOO_LONG]
            yield finding(draft, register_file(spec), path, "M120", message, f"可用种类：{listing(may)}。")
    for number, field in enumerate(spec.fields):
        if field.id in spec.derived or field.id in AMBIENT:
            message = f"“{field.id}”已是推算栏或固定的名字"
            place: Path = ("fields", number, "id")
            yield finding(draft, register_file(spec), place, "M120", message, "请改一个编号。")


def _states(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    file, life = register_file(spec), spec.lifecycle
    states = life.states if life else {ACTIVE: ""}
    named: list[tuple[Path, str]] = [
        (key_path, state)
        for key in ("public", "usable")
        for key_path, state in (((key, number), state) for number, state in enumerate(getattr(spec, key)))
    ]
    if life:
        named.append((("lifecycle", "start"), life.start))
        for id, move in life.moves.items():
            path: Path = ("lifecycle", "moves", id)
            named += [((*path, "from"), state) for state in move.from_]
            named.append(((*path, "to"), move.to))
    for path, state in named:
        if state not in states:
            yield finding(draft, file, path, "M121", *unknown("状态", state, states))
    if life:
        yield from _reached(draft, spec)
        yield from _movers(draft, spec)


def _reached(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    """Every state can be reached from the start; every move leads somewhere else."""
    life = spec.lifecycle
    if life is None:
        return
    reached, fresh = set[str](), {life.start}
    while fresh:
        reached |= fresh
        fresh = {move.to for move in life.moves.values() if reached & set(move.from_)} - reached
    for state, title in life.states.items():
        if state not in reached:
            path: Path = ("lifecycle", "states", state)
            message = f"没有操作能到“{title}”({state})"
            yield finding(draft, register_file(spec), path, "M122", message, "请补一个 moves，或删去。")


def _movers(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    roles = [*(draft.manifest.roles if draft.manifest else ()), *BUILT_IN_ROLES]
    for key, named in (("changed_by", spec.changed_by), ("read_by", spec.read_by)):
        for role in named:
            if role not in roles:
                yield finding(draft, register_file(spec), (key,), "M040", *unknown("角色", role, roles))
    moves = spec.lifecycle.moves if spec.lifecycle else {}
    seen: dict[tuple[str, str], str] = {}
    for id, move in moves.items():
        path: Path = ("lifecycle", "moves", id)
        for role in move.by:
            if role not in roles:
                yield finding(
                    draft, register_file(spec), (*path, "by"), "M040", *unknown("角色", role, roles)
                )
        for state in move.from_:
            if other := seen.get((state, move.title)):
                message = f"“{state}”有两个操作都叫“{move.title}”({other}、{id})"
                yield finding(draft, register_file(spec), path, "M051", message, "请区分两个按钮。")
            seen[state, move.title] = id


def _derived(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    names = {name for field in spec.fields for name in (field.id, field.title)} | set(AMBIENT)
    names |= {name for id, each in spec.derived.items() for name in (id, each.title)}
    inside = {name for field in spec.fields for column in field.columns for name in (column.id, column.title)}
    for id, each in spec.derived.items():
        path: Path = ("derived", id)
        if each.value:
            yield from expression(draft, register_file(spec), (*path, "value"), each.value, names | inside)
        else:
            yield from _table(draft, spec, path, each, names)
    ids = {each.title: id for id, each in spec.derived.items()} | {id: id for id in spec.derived}
    uses = {id: set(_uses(draft, each)) for id, each in spec.derived.items()}
    try:
        TopologicalSorter(
            {id: {ids[name] for name in each & ids.keys()} for id, each in uses.items()}
        ).prepare()
    except CycleError as error:
        message = f"推算栏互相推算：{' → '.join(error.args[1])}"
        yield finding(draft, register_file(spec), ("derived",), "M123", message, "请改掉其中一个。")


def _table(
    draft: Draft, spec: RegisterSpec, path: Path, each: DerivedSpec, names: set[str]
) -> Iterator[Problem]:
    table = draft.tables.get(each.table)
    if table is None:
        if f"tables/{each.table}.csv" not in draft.files:
            message = unknown("表", each.table, draft.tables)
            yield finding(draft, register_file(spec), (*path, "table"), "M054", *message)
        return
    outputs = [column.name for column in table.outputs]
    if each.take not in outputs:
        message = unknown(f"表“{each.table}”的输出列", each.take, outputs)
        yield finding(draft, register_file(spec), (*path, "take"), "M054", *message)
    for column in table.inputs:
        if column.name not in names:
            words = f"表“{table.id}”的输入列“{column.name}”不是“{spec.title}”的栏目"
            remedy = "请把列名改成栏目或推算栏的编号或标题。"
            yield finding(draft, register_file(spec), path, "M055", words, remedy)


def _uses(draft: Draft, each: DerivedSpec) -> frozenset[str]:
    """The names that a derived value is computed from."""
    if not each.value:
        table = draft.tables.get(each.table)
        return frozenset(column.name for column in table.inputs) if table else frozenset()
    try:
        return compile_expression(each.value).names
    except GongzhiError:
        return frozenset()


def _closed(draft: Draft, spec: RegisterSpec) -> Iterator[Problem]:
    """What identifies people is not shown: the key stands in addresses, names and lists before everybody."""
    fields = {field.id: field for field in spec.fields}
    closed = {id for id, field in fields.items() if field.privacy not in OPEN}
    for path, key, id in _named(spec):
        if id not in closed or key in ("area", "office"):
            continue
        field = fields[id]
        if key == "key":
            remedy = "编号会出现在网址和清单里，请另用一个不涉及个人的编号。"
        elif key == "search":
            remedy = "这类内容加密存放，搜不到，请从 search 里删去。"
        elif spec.public:
            remedy = "公开状态下谁都看得到清单，请换一栏，或把 public 写空。"
        else:
            continue
        message = f"“{field.title}”是{field.privacy}一级，不能作 {key}"
        yield finding(draft, register_file(spec), path, "M124", message, remedy)
    yield from _closed_behind(draft, spec, closed)


def _closed_behind(draft: Draft, spec: RegisterSpec, closed: set[str]) -> Iterator[Problem]:
    """Nothing public contains what identifies people; nothing is computed from what is stored encrypted."""
    for number, field in enumerate(spec.fields if spec.public else ()):
        if field.privacy == "public":
            yield from _open_personal(draft, spec, field, ("fields", number))
    names = closed | {field.title for field in spec.fields if field.id in closed}
    for id, each in spec.derived.items():
        if told := sorted(names & _uses(draft, each)):
            message = f"推算栏“{each.title}”用到“{listing(told)}”，那是加密存放的"
            remedy = "请不用这些栏目：推算栏人人看得到，也要能在清单里算。"
            yield finding(draft, register_file(spec), ("derived", id), "M124", message, remedy)


def _open_personal(draft: Draft, spec: RegisterSpec, field: FieldSpec, path: Path) -> Iterator[Problem]:
    """A public field or a column of a public table that holds what identifies or reaches a person."""
    if field.kind in ("person", "identity_number"):
        message = f"“{field.title}”指明个人，却对外公开"
        remedy = "请写 privacy: internal 或更严。"
        yield finding(draft, register_file(spec), path, "M124", message, remedy)
    for number, column in enumerate(field.columns):
        is_open = column.privacy == "public" or "privacy" not in column.model_fields_set
        if is_open and column.kind in ("person", "identity_number", "phone"):
            message = f"“{field.title}”公开，其中“{column.title}”会让外人看到个人信息"
            yield finding(
                draft,
                register_file(spec),
                (*path, "columns", number),
                "M124",
                message,
                "请给这一列写 privacy。",
            )

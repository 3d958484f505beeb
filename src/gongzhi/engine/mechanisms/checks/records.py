"""Who names records: case types, registers, reactions and scenarios; and that nobody asks for what a register holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec, asked
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.mechanisms.checks.finding import (
    Path,
    case_file,
    finding,
    listing,
    register_file,
    unknown,
)
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.mechanism import Scenario
from gongzhi.engine.registers import Register, RegisterSpec, compile_register

#: privacy classes, from open to closed
_CLOSED = ("public", "internal", "contact", "health", "identity", "clue")
_OPEN = ("public", "internal")
_WORDS = ("text", "paragraph")
_OF_RECORDS = ("record", "records")


def validate(draft: Draft) -> Iterator[Problem]:
    """Unknown registers and columns, values asked twice, records of scenarios that don't fit."""
    for spec in draft.case_types.values():
        file = case_file(spec)
        yield from _references(draft, file, spec.fields, ("fields",))
        yield from _prefills(draft, file, spec.fields)
        yield from _asked_again(draft, spec)
    for register in draft.registers.values():
        file = register_file(register)
        yield from _references(draft, file, register.fields, ("fields",))
        yield from _prefills(draft, file, register.fields)
        yield from _held_twice(draft, register)
        yield from _declared_twice(draft, register)
    yield from _deeds(draft)
    yield from _worlds(draft)


# — which register is meant


def register_of(draft: Draft, id: str) -> RegisterSpec | None:
    """The register of that id, of this mechanism or of one that it needs and is at hand."""
    if id in draft.registers:
        return draft.registers[id]
    for other in _needs(draft):
        if other in draft.others and id in draft.others[other].registers:
            return draft.others[other].registers[id]
    return None


def _needs(draft: Draft) -> Sequence[str]:
    return (*draft.manifest.needs, *draft.manifest.may_read) if draft.manifest else ()


def unknown_register(draft: Draft, id: str) -> tuple[str, str] | None:
    """Message and remedy if no mechanism that could declare the register does; nothing where it is taken on trust."""
    broken = f"registers/{id}.yaml" in draft.files
    away = [need for need in _needs(draft) if need not in draft.others]
    if register_of(draft, id) or broken or away:
        return None
    owners = [name for name, other in draft.others.items() if id in other.registers]
    if owners:
        return f"登记簿“{id}”属于机制“{owners[0]}”", f"请在 mechanism.yaml 的 needs 里写上 {owners[0]}。"
    near = [*draft.registers, *(each for need in _needs(draft) for each in draft.others[need].registers)]
    message, _ = unknown("登记簿", id, ())
    return (
        message,
        f"可用：{listing(near)}；用别的机制的登记簿，要在 needs 里写上它（没有也行的写在 may_read）。",
    )


def _references(draft: Draft, file: str, fields: Sequence[FieldSpec], path: Path) -> Iterator[Problem]:
    """Every field that names records says of which register, and that register is there."""
    for number, field in enumerate(fields):
        if (
            field.kind in _OF_RECORDS
            and field.register_
            and (words := unknown_register(draft, field.register_))
        ):
            yield finding(draft, file, (*path, number, "register"), "M125", *words)
        yield from _references(draft, file, field.columns, (*path, number, "columns"))


def _declared_twice(draft: Draft, register: RegisterSpec) -> Iterator[Problem]:
    for name, other in draft.others.items():
        if register.id in other.registers:
            message = f"机制“{name}”已有登记簿“{register.id}”"
            remedy = f"一个登记簿只由一个机制声明：请改编号，或删去并在 needs 里写上 {name}。"
            yield finding(draft, register_file(register), ("id",), "M126", message, remedy)


# — values that come from a record


def _prefills(draft: Draft, file: str, fields: Sequence[FieldSpec]) -> Iterator[Problem]:
    """``prefill: item.col``: the column is there, of a kind that fits, and not more closed than the field."""
    records = {field.id: field for field in fields if field.kind in _OF_RECORDS}
    for number, field in enumerate(fields):
        source, _, column = field.prefill.partition(".")
        if source not in records:
            continue
        path: Path = ("fields", number, "prefill")
        if records[source].kind == "records":
            message = f"“{records[source].title}”可以选几条，不知道取哪一条的“{column}”"
            yield finding(draft, file, path, "M127", message, "请把它改成 kind: record，或不预填。")
            continue
        register = register_of(draft, records[source].register_)
        if register is not None:
            yield from _source(draft, file, path, field, register, column)


def _source(
    draft: Draft, file: str, path: Path, field: FieldSpec, register: RegisterSpec, column: str
) -> Iterator[Problem]:
    columns = {each.id: each for each in register.fields}
    if column in register.derived:
        return
    if column not in columns:
        words = unknown(f"登记簿“{register.title}”的栏目", column, [*columns, *register.derived])
        yield finding(draft, file, path, "M127", *words)
        return
    held = columns[column]
    if not _fits(field, held):
        message = f"“{field.title}”是 {field.kind}，“{register.title}”的“{held.title}”是 {held.kind}"
        yield finding(draft, file, path, "M127", message, f"请写 kind: {held.kind}。")
    for inner in _columns_of(field, held):
        # a case keeps a table open or closed as a whole
        if _CLOSED.index(field.privacy) < max(1, _CLOSED.index(inner.privacy)) and inner.privacy not in _OPEN:
            message = f"“{field.title}”比“{register.title}”的“{held.title}”里的“{inner.title}”公开"
            remedy = f"请给“{field.title}”写 privacy: {inner.privacy}，或不取“{inner.id}”这一列。"
            yield finding(draft, file, path, "M124", message, remedy)
    if _CLOSED.index(field.privacy) < _CLOSED.index(held.privacy):
        message = f"“{field.title}”比“{register.title}”的“{held.title}”公开"
        remedy = f"请写 privacy: {held.privacy}。"
        yield finding(draft, file, path, "M124", message, remedy)


def _columns_of(field: FieldSpec, held: FieldSpec) -> list[FieldSpec]:
    """The columns of a register's table that a case's table takes over."""
    taken = {column.id for column in field.columns}
    return [column for column in held.columns if column.id in taken]


def _fits(field: FieldSpec, held: FieldSpec) -> bool:
    """Whether values of a column can be values of a field: the same kind, or one word as text."""
    if field.kind == held.kind:
        return field.register_ == held.register_ and set(field.options) >= set(held.options)
    return field.kind in _WORDS and held.kind not in ("table", "files", "place", "choices", *_OF_RECORDS[1:])


def _asked_again(draft: Draft, spec: CaseTypeSpec) -> Iterator[Problem]:
    """Master data once: a form does not ask for what a record that it names already says."""
    asks = {asked(text)[0] for text in spec.opens_with}
    for step in spec.steps.values():
        asks |= {asked(text)[0] for text in step.asks}
        asks |= {asked(text)[0] for choice in step.choices.values() for text in choice.asks}
    records = [field for field in spec.fields if field.kind == "record"]
    for number, field in enumerate(spec.fields):
        if field.id not in asks or field.prefill:
            continue
        for record in records:
            register = register_of(draft, record.register_)
            held = _same(field, register) if register and record.id != field.id else None
            if register and held:
                message = f"“{field.title}”在登记簿“{register.title}”里已有(“{held.title}”)，不要再问一遍"
                remedy = (
                    f"请写 prefill: {record.id}.{held.id}，并从 asks 里删去；确是另一回事的，换编号和标题。"
                )
                yield finding(draft, case_file(spec), ("fields", number), "M128", message, remedy)
                break


def _same(field: FieldSpec, register: RegisterSpec) -> FieldSpec | None:
    """The column that a field repeats: of the same title, or of the same id where it could be taken from there.

    An id alone says less than a title: rows and files that a case collects are about this case (the materials handed in,
    not those asked for), and a value that the case keeps more closed is another one (a resident's telephone, not the
    service point's).
    """
    by_title = next((each for each in register.fields if field.title == each.title), None)
    by_id = next((each for each in register.fields if field.id == each.id), None)
    if by_title or by_id is None or field.kind in ("table", "files") or not _fits(field, by_id):
        return by_title
    return by_id if _CLOSED.index(field.privacy) <= max(1, _CLOSED.index(by_id.privacy)) else None


def _held_twice(draft: Draft, register: RegisterSpec) -> Iterator[Problem]:
    """A register does not hold again, under the same title, what a record that it names holds."""
    records = [field for field in register.fields if field.kind == "record"]
    for number, field in enumerate(register.fields):
        for record in records:
            other = register_of(draft, record.register_)
            if field.prefill or field.kind in _OF_RECORDS or other is None or other.id == register.id:
                continue
            held = next((each for each in other.fields if each.title == field.title), None)
            if held:
                message = f"“{field.title}”在登记簿“{other.title}”里已有，不要再登记一遍"
                remedy = f"请写 prefill: {record.id}.{held.id}；确是另一回事的，换一个标题。"
                yield finding(draft, register_file(register), ("fields", number), "M128", message, remedy)


# — who writes records


def _deeds(draft: Draft) -> Iterator[Problem]:
    """Reactions that write a record: register, columns and move exist."""
    file = "reactions.yaml"
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        deed = reaction.do.record
        if deed is None:
            continue
        path: Path = (number, "do", "record")
        if words := unknown_register(draft, deed.register_):
            yield finding(draft, file, (*path, "register"), "M125", *words)
        register = register_of(draft, deed.register_)
        if register is None:
            continue
        columns = [field.id for field in register.fields]
        for column in deed.set_:
            if column not in columns:
                words = unknown(f"登记簿“{register.title}”的栏目", column, columns)
                yield finding(draft, file, (*path, "set", column), "M127", *words)
        moves = register.lifecycle.moves if register.lifecycle else {}
        if deed.move and deed.move not in moves:
            words = unknown(f"登记簿“{register.title}”的操作", deed.move, moves)
            yield finding(draft, file, (*path, "move"), "M121", *words)


# — records of scenarios


def _worlds(draft: Draft) -> Iterator[Problem]:
    """``world.records``: the register is there, the values fit it (derived ones may be given), and a code is its own."""
    made: dict[str, Register | None] = {}
    for scenario in draft.scenarios:
        for id, records in scenario.spec.world.records.items():
            path: Path = ("world", "records", id)
            if words := unknown_register(draft, id):
                yield _at(draft, scenario, path, "M125", *words)
            if id not in made:
                made[id] = _compiled(draft, id)
            register = made[id]
            derived = spec.derived if (spec := register_of(draft, id)) else {}
            for key, values in records.items() if register else ():
                own = {name: value for name, value in values.items() if name not in derived}
                yield from _fitting(draft, scenario, path, register, key, own)


def _compiled(draft: Draft, id: str) -> Register | None:
    """The register for its form; its derived values belong to its own mechanism's tables."""
    spec = register_of(draft, id)
    if spec is None:
        return None
    try:
        lists = tuple(each for each in spec.lists if each not in spec.derived)
        return compile_register(spec.model_copy(update={"derived": {}, "lists": lists}), {})
    except GongzhiError:  # told where the register stands
        return None


def _fitting(
    draft: Draft,
    scenario: Scenario,
    path: Path,
    register: Register | None,
    key: str,
    values: Mapping[str, Any],
) -> Iterator[Problem]:
    if register is None:
        return
    checked = register.check({register.key: key, **values}, partial=True)
    for problem in checked.problems:
        remedy = f"请按登记簿“{register.title}”的栏目改正。"
        yield _at(draft, scenario, (*path, key), "M129", problem.sentence, remedy)
    if register.key in values and checked.values.get(register.key) != key:
        message = f"记录“{key}”里的编号写成了“{values[register.key]}”"
        yield _at(draft, scenario, (*path, key, register.key), "M129", message, "请写成一样，或不写。")


def _at(draft: Draft, scenario: Scenario, path: Path, code: str, message: str, remedy: str) -> Problem:
    made = draft.yaml[scenario.file]
    number = next(i for i in range(len(made.value)) if made.where((i,)).line == scenario.line)
    return finding(draft, scenario.file, (number, *path), code, message, remedy)

"""What changed between two versions of a mechanism, in words, and whether running cases can follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gongzhi.engine.cases.spec import CaseTypeSpec, StepSpec
from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.registers import ACTIVE, LifecycleSpec, RegisterSpec

#: breaking: a running case could stand where the new version has nothing; limits: times or rights change; words: the rest
Weight = Literal["breaking", "limits", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, e.g. ``cases.appeal.steps.handle.within``."""

    key: str
    #: added, removed or changed
    kind: Literal["added", "removed", "changed"]
    before: str = ""
    after: str = ""
    weight: Weight = "words"

    def __str__(self) -> str:
        mark = {"added": "+", "removed": "-", "changed": "~"}[self.kind]
        told = " → ".join(part for part in (self.before, self.after) if part)
        return f"{mark} {self.key}" + (f"：{told}" if told else "")


def diff(old: Mechanism, new: Mechanism) -> tuple[Change, ...]:
    """All differences that a person who runs the mechanism would ask about, most serious first."""
    changes = [*_manifest(old, new), *_named("cases", old.case_types, new.case_types, _case_type)]
    changes += _named("registers", old.registers, new.registers, _register)
    changes += _named("tables", _tables(old), _tables(new), _rows)
    changes += _plain(
        "measures", {each.id: each for each in old.measures}, {each.id: each for each in new.measures}
    )
    changes += _plain(
        "reactions", {each.id: each for each in old.reactions}, {each.id: each for each in new.reactions}
    )
    changes += _plain("boards", dict(old.boards), dict(new.boards))
    changes += _plain("comparisons", dict(old.comparisons), dict(new.comparisons))
    changes += _plain("scorecards", dict(old.scorecards), dict(new.scorecards))
    changes += _plain("documents", dict(old.documents), dict(new.documents))
    for kind in ("routines", "clusters"):
        changes += _plain(
            kind, *({each.id: each for each in getattr(mechanism, kind)} for mechanism in (old, new))
        )
    for kind in ("assemblies", "ledgers", "bundles"):
        changes += _plain(kind, getattr(old, kind), getattr(new, kind))
    for kind, before, after in (
        ("feeds", old.feeds, new.feeds),
        ("watches", old.watches, new.watches),
        ("programmes", _dated(old), _dated(new)),
    ):
        changes += _governing(kind, before, after)
    order = {"breaking": 0, "limits": 1, "words": 2}
    return tuple(sorted(changes, key=lambda change: (order[change.weight], change.key)))


def follows(changes: tuple[Change, ...]) -> bool:
    """Whether running cases could go over to the new version: nothing they may stand on has gone."""
    return all(change.weight != "breaking" for change in changes)


def _manifest(old: Mechanism, new: Mechanism) -> Iterator[Change]:
    for key in ("title", "version", "summary"):
        before, after = str(getattr(old.manifest, key)), str(getattr(new.manifest, key))
        if before != after:
            yield Change(key=key, kind="changed", before=before, after=after)
    for key, before_set, after_set in (("covers", old.covers, new.covers), ("roles", old.roles, new.roles)):
        for gone in sorted(set(before_set) - set(after_set)):
            yield Change(
                key=f"{key}.{gone}", kind="removed", weight="breaking" if key == "roles" else "words"
            )
        for come in sorted(set(after_set) - set(before_set)):
            yield Change(key=f"{key}.{come}", kind="added")


def _named(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], compare: Any) -> Iterator[Change]:
    for id_ in sorted(set(old) | set(new)):
        key = f"{kind}.{id_}"
        if id_ not in new:
            yield Change(key=key, kind="removed", weight="breaking")
        elif id_ not in old:
            yield Change(key=key, kind="added")
        else:
            yield from compare(key, old[id_], new[id_])


def _case_type(key: str, old: CaseTypeSpec, new: CaseTypeSpec) -> Iterator[Change]:
    for name in ("title", "number"):
        yield from _value(f"{key}.{name}", getattr(old, name), getattr(new, name))
    yield from _value(f"{key}.opened_by", list(old.opened_by), list(new.opened_by), "limits")
    yield from _named(f"{key}.steps", old.steps, new.steps, _step)
    yield from _named(f"{key}.ends", old.ends, new.ends, _value)
    yield from _named(f"{key}.clocks", old.clocks, new.clocks, _clock)
    yield from _named(f"{key}.fields", _by_id(old), _by_id(new), _model)


def _register(key: str, old: RegisterSpec, new: RegisterSpec) -> Iterator[Change]:
    """Records stay in their states under their keys: without those a record stands nowhere."""
    yield from _value(f"{key}.title", old.title, new.title)
    yield from _value(f"{key}.key", old.key, new.key, "breaking")
    for name in ("name", "lists", "search"):
        yield from _value(f"{key}.{name}", getattr(old, name), getattr(new, name))
    for name in ("area", "office", "public", "usable", "changed_by", "read_by"):
        yield from _value(f"{key}.{name}", getattr(old, name), getattr(new, name), "limits")
    yield from _life(key, old.lifecycle or _NO_LIFE, new.lifecycle or _NO_LIFE)
    for change in _named(f"{key}.derived", old.derived, new.derived, _clock):
        yield replace(change, weight="limits")
    yield from _named(f"{key}.fields", _by_id(old), _by_id(new), _model)


_NO_LIFE = LifecycleSpec(start=ACTIVE, states={ACTIVE: ACTIVE})


def _life(key: str, old: LifecycleSpec, new: LifecycleSpec) -> Iterator[Change]:
    yield from _value(f"{key}.lifecycle.start", old.start, new.start, "limits")
    yield from _named(f"{key}.lifecycle.states", old.states, new.states, _value)
    for change in _named(f"{key}.lifecycle.moves", old.moves, new.moves, _clock):
        yield replace(change, weight="limits")


def _step(key: str, old: StepSpec, new: StepSpec) -> Iterator[Change]:
    for name in ("title", "who", "within", "each", "awaits", "not_by", "personally"):
        weight: Weight = "words" if name == "title" else "limits"
        yield from _value(f"{key}.{name}", getattr(old, name), getattr(new, name), weight)
    for id_ in sorted(set(old.choices) | set(new.choices)):
        before, after = old.choices.get(id_), new.choices.get(id_)
        if after is None or before is None:
            yield Change(key=f"{key}.choices.{id_}", kind="removed" if before else "added", weight="limits")
        else:
            yield from _model(f"{key}.choices.{id_}", before, after)


def _clock(key: str, old: Any, new: Any) -> Iterator[Change]:
    yield from _model(key, old, new, "limits")


def _model(key: str, old: Any, new: Any, weight: Weight = "words") -> Iterator[Change]:
    before, after = old.model_dump(by_alias=True, mode="json"), new.model_dump(by_alias=True, mode="json")
    for name in before:
        yield from _value(f"{key}.{name}", before[name], after[name], weight)


def _value(key: str, old: Any, new: Any, weight: Weight = "words") -> Iterator[Change]:
    if old != new:
        # zero and "no" are values that somebody wrote
        gone, empty = (each in (None, "", (), [], {}) for each in (new, old))
        kind: Literal["added", "removed", "changed"] = "removed" if gone else "added" if empty else "changed"
        yield Change(key=key, kind=kind, before=_shown(old), after=_shown(new), weight=weight)


def _rows(key: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for row in sorted(set(old) | set(new), key=lambda text: (len(text), text)):
        yield from _value(f"{key}[{row}]", old.get(row, ""), new.get(row, ""), "limits")


def _plain(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for id_ in sorted(set(old) | set(new)):
        if id_ not in new or id_ not in old:
            yield Change(key=f"{kind}.{id_}", kind="added" if id_ in new else "removed")
        elif old[id_] != new[id_]:
            yield Change(key=f"{kind}.{id_}", kind="changed")


def _governing(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What is let in, what raises alerts, who is entitled to what: every number is told, and all but words is a limit.

    No running case stands in one of them, so that cases can follow even where one has gone.
    """
    for id_ in sorted(set(old) | set(new)):
        key = f"{kind}.{id_}"
        before, after = _written(old.get(id_)), _written(new.get(id_))
        if not before or not after:
            told = {"before": str(before.get("title", "")), "after": str(after.get("title", ""))}
            yield Change(key=key, kind="removed" if before else "added", weight="limits", **told)
            continue
        for change in _parts(key, before, after):
            last = change.key.rpartition(".")[2]
            yield replace(change, weight="words" if last in ("title", "says", "basis") else "limits")


def _written(spec: Any) -> dict[str, Any]:
    """A spec under the keys of its file; nothing for none."""
    if spec is None or isinstance(spec, dict):
        return spec or {}
    made: dict[str, Any] = spec.model_dump(by_alias=True, mode="json")
    return made


def _parts(key: str, old: Any, new: Any) -> Iterator[Change]:
    """Down to what differs: by name in a mapping, by number (from 1) in a list of mappings."""
    before, after = _members(old), _members(new)
    if before is None or after is None or not (before or after):
        yield from _value(key, _flat(old), _flat(new))
        return
    for name in [*before, *(each for each in after if each not in before)]:
        yield from _parts(f"{key}{name}", before.get(name), after.get(name))


def _members(value: Any) -> dict[str, Any] | None:
    """The parts of a value under the ends of their keys; None for what is told as a whole."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {name if name.startswith("[") else f".{name}": part for name, part in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        return {f"[{number}]": part for number, part in enumerate(value, 1)}
    return {} if value == [] else None


def _flat(value: Any) -> Any:
    return "" if value in (None, [], {}) else value


def _dated(mechanism: Mechanism) -> dict[str, dict[str, Any]]:
    """Programmes, with the values of each parameter under the day from which they hold."""
    found: dict[str, dict[str, Any]] = {}
    for id_, programme in mechanism.programmes.items():
        found[id_] = _written(programme)
        for parameter in found[id_]["parameters"].values():
            days = parameter.pop("values")
            parameter |= {
                f"[{each['from']}]": f"{'—' if each['value'] is None else each['value']}（{each['basis']}）"
                for each in days
            }
    return found


def _by_id(spec: CaseTypeSpec | RegisterSpec) -> dict[str, Any]:
    return {field.id: field for field in spec.fields}


def _tables(mechanism: Mechanism) -> dict[str, dict[str, str]]:
    """Table -> row -> its cells as a person reads them."""
    return {
        id_: {
            str(rule.number): " | ".join(cell.text.replace('"', "") for cell in (*rule.inputs, *rule.outputs))
            for rule in table.rules
        }
        for id_, table in mechanism.tables.items()
    }


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


__all__ = ["Change", "diff", "follows"]

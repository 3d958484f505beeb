"""OCEL 2.0 as JSON (www.ocel-standard.org): events that belong to objects of several types, in and out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Final

from gongzhi.engine.mining.csvlog import each_moment
from gongzhi.engine.mining.errors import UnreadableLog
from gongzhi.engine.mining.events import Event, Troubles
from gongzhi.engine.mining.stamps import Stamps

#: attributes of an event under which logs say who did it
_RESOURCES: Final = ("resource", "org:resource", "performer")
_GROUPS: Final = ("office", "group", "org:group", "department")
#: what is left of an object id that has our prefix
CASE, OFFICE, TASK = "case", "office", "task"
_ATTRIBUTES: Final = ("lifecycle", "role", "performer")


def read_ocel(
    stream: IO[bytes], stamps: Stamps, troubles: Troubles, *, case_type: str = ""
) -> Iterator[Event]:
    """Events seen from one type of object: each object of ``case_type`` is a case.

    Without ``case_type``: the type to which most events belong (of several the one called case, else that with fewest objects). An event of two
    such objects is told twice, once for each, and that is counted. Raises UnreadableLog.
    """
    try:
        log = json.loads(stream.read())
    except (ValueError, RecursionError) as error:
        raise UnreadableLog(why=f"JSON 有误（{error}）") from error
    if not isinstance(log, dict) or not all(isinstance(log.get(key), list) for key in ("events", "objects")):
        raise UnreadableLog(why="没有 events 和 objects，不是 OCEL 2.0")
    try:
        types = {str(each["id"]): str(each["type"]) for each in log["objects"]}
        chosen = case_type or _main_type(log["events"], types)
        if case_type and case_type not in types.values():
            known = "、".join(sorted(set(types.values())))
            raise UnreadableLog(why=f"没有“{case_type}”这种对象，有：{known}")
        for number, event in enumerate(log["events"], 1):
            troubles.read += 1
            yield from _events(event, types, chosen, stamps, troubles, number)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableLog(why=f"缺少 {error}，不是 OCEL 2.0") from error


def _main_type(events: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> str:
    belong: Counter[str] = Counter()
    for event in events:
        belong.update({types[key] for key in _objects(event) if key in types})
    sizes = Counter(types.values())
    return max(belong, key=lambda name: (belong[name], name == CASE, -sizes[name], name), default="")


def _objects(event: Mapping[str, Any]) -> list[str]:
    return [str(each["objectId"]) for each in event.get("relationships") or ()]


def _events(
    event: Mapping[str, Any],
    types: Mapping[str, str],
    chosen: str,
    stamps: Stamps,
    troubles: Troubles,
    number: int,
) -> Iterator[Event]:
    related = list(dict.fromkeys(_objects(event)))
    cases = [key for key in related if types.get(key) == chosen]
    if not cases:
        troubles.add("no_object", number, str(event.get("id", "")))
        return
    if not str(event.get("type") or ""):
        troubles.add("no_activity", number)
        return
    at = stamps.read(str(event.get("time") or ""), number)
    if at is None:
        return
    if len(cases) > 1:
        troubles.add("many_cases", number, str(event.get("id", "")))
    values = {str(each["name"]): str(each["value"]) for each in event.get("attributes") or ()}
    of_type = {types[key]: key for key in related if key in types}
    for case in cases:
        yield Event(
            case=case,
            activity=str(event["type"]),
            at=at,
            lifecycle=(values.get("lifecycle") or "complete").lower(),
            instance=of_type.get(TASK, "").removeprefix(f"{TASK}:{case}:") if chosen != TASK else "",
            resource=next((values[name] for name in _RESOURCES if values.get(name)), ""),
            role=values.get("role", ""),
            group=of_type.get(OFFICE, "").removeprefix("office:")
            or next((values[name] for name in _GROUPS if values.get(name)), ""),
            line=number,
        )


def write_ocel(events: Iterable[Event]) -> Iterator[bytes]:
    """The events as OCEL 2.0: objects are the cases, their tasks and the offices. Written as they come.

    Types and objects are known only at the end, so they stand behind the events; the order of keys means nothing in JSON.
    """
    seen: dict[str, dict[str, None]] = {CASE: {}, TASK: {}, OFFICE: {}}
    belongs: dict[str, str] = {}
    activities: dict[str, None] = {}
    number = 0
    yield b'{"events": ['
    for event in events:
        for cycle, at in each_moment(event):
            number += 1
            activities[event.activity] = None
            related = _related(event)
            for kind, key in related.items():
                if key:
                    seen[kind][key] = None
            if task := related[TASK]:
                belongs[task] = event.case
            values = {"lifecycle": cycle, "role": event.role, "performer": event.resource}
            written = {
                "id": f"e{number}",
                "type": event.activity,
                "time": at.isoformat(timespec="milliseconds"),
                "attributes": [{"name": name, "value": value} for name, value in values.items() if value],
                "relationships": [
                    {"objectId": key, "qualifier": kind} for kind, key in related.items() if key
                ],
            }
            yield (",\n" if number > 1 else "\n").encode() + json.dumps(written, ensure_ascii=False).encode()
    yield b'\n],\n"objects": ['
    first = True
    for kind, keys in seen.items():
        for key in keys:
            links = [{"objectId": belongs[key], "qualifier": "of"}] if kind == TASK else []
            thing = {"id": key, "type": kind, "attributes": [], "relationships": links}
            yield (b"\n" if first else b",\n") + json.dumps(thing, ensure_ascii=False).encode()
            first = False
    attributes = [{"name": name, "type": "string"} for name in _ATTRIBUTES]
    tail = {
        "eventTypes": [{"name": name, "attributes": attributes} for name in activities],
        "objectTypes": [{"name": kind, "attributes": []} for kind in seen],
    }
    yield b"\n],\n" + json.dumps(tail, ensure_ascii=False).encode()[1:]


def _related(event: Event) -> dict[str, str]:
    """Ids are unique over all objects, whatever their type."""
    return {
        CASE: event.case,
        TASK: event.instance and f"{TASK}:{event.case}:{event.instance}",
        OFFICE: event.group and f"{OFFICE}:{event.group}",
    }


__all__ = ["read_ocel", "write_ocel"]

"""XES 1.0 / IEEE 1849-2016: streaming in and out. Hostile XML is refused: no document type, no entity, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import IO, Final, cast
from xml.sax.saxutils import quoteattr

from lxml import etree

from gongzhi.engine.mining.csvlog import each_moment
from gongzhi.engine.mining.errors import UnreadableLog
from gongzhi.engine.mining.events import Event, Troubles, somebody
from gongzhi.engine.mining.stamps import Stamps

NAMESPACE: Final = "http://www.xes-standard.org/"
#: deeper nesting than any log has; lxml itself refuses more than 256
_ATTRIBUTES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
_EXTENSIONS: Final = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


def read_xes(stream: IO[bytes], stamps: Stamps, troubles: Troubles) -> Iterator[Event]:
    """Events trace by trace; what was read is let go. Raises UnreadableLog."""
    parser = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    checked = False
    try:
        for what, element in parser:
            if not checked:
                _check_root(element)
                checked = True
            if what == "end" and _local(element) == "trace":
                yield from _trace(element, stamps, troubles)
                _let_go(element)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableLog(why=f"XML 有误（{error}）") from error
    if not checked:
        raise UnreadableLog(why="文件是空的")


def _check_root(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableLog(why="不接受带 DOCTYPE 的文件")
    if _local(root) != "log":
        raise UnreadableLog(why="根元素不是 XES 的 log")


def _trace(trace: etree._Element, stamps: Stamps, troubles: Troubles) -> Iterator[Event]:
    case = _values(trace).get("concept:name", "")
    for element in trace:
        if _local(element) != "event":
            continue
        troubles.read += 1
        line = cast(int, element.sourceline or 0)
        event = _event(case, _values(element), stamps, troubles, line)
        if event is not None:
            yield event


def _event(
    case: str, values: Mapping[str, str], stamps: Stamps, troubles: Troubles, line: int
) -> Event | None:
    if not case:
        troubles.add("no_case", line)
        return None
    if not values.get("concept:name"):
        troubles.add("no_activity", line)
        return None
    at = stamps.read(values.get("time:timestamp", ""), line)
    if at is None:
        return None
    return Event(
        case=case,
        activity=values["concept:name"],
        at=at,
        lifecycle=(values.get("lifecycle:transition") or "complete").lower(),
        instance=values.get("concept:instance", ""),
        resource=somebody(values.get("org:resource", "")),
        role=somebody(values.get("org:role", "")),
        group=somebody(values.get("org:group", "")),
        line=line,
    )


def _values(element: etree._Element) -> dict[str, str]:
    return {
        child.get("key") or "": (child.get("value") or "").strip()
        for child in element
        if _local(child) in _ATTRIBUTES
    }


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _let_go(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            break
        del parent[0]


def write_xes(events: Iterable[Event], *, title: str = "") -> Iterator[bytes]:
    """The events as XES, a trace per case: they must come case by case. Valid by the schema of IEEE 1849-2016."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849-2016" xes.features="" ']
    parts.append(f'xmlns="{NAMESPACE}">\n')
    parts += [
        f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n' for name, prefix, uri in _EXTENSIONS
    ]
    parts.append(
        '<global scope="trace"><string key="concept:name" value="?"/></global>\n<global scope="event">'
        '<string key="concept:name" value="?"/><date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
        '<string key="lifecycle:transition" value="complete"/></global>\n'
        '<classifier name="Activity" scope="event" keys="concept:name"/>\n'
    )
    if title:
        parts.append(_attribute("concept:name", title) + "\n")
    yield "".join(parts).encode()
    for case, own in groupby(events, key=lambda event: event.case):
        lines = [f"<trace>{_attribute('concept:name', case)}\n"]
        lines += [_written(event) for event in own]
        yield ("".join(lines) + "</trace>\n").encode()
    yield b"</log>\n"


def _written(event: Event) -> str:
    written = []
    for cycle, at in each_moment(event):
        values = {
            "concept:name": event.activity,
            "concept:instance": event.instance,
            "lifecycle:transition": cycle,
            "org:resource": event.resource,
            "org:role": event.role,
            "org:group": event.group,
            **event.more,
        }
        stamp = at.isoformat(timespec="milliseconds")
        texts = "".join(_attribute(key, value) for key, value in values.items() if value)
        written.append(f'<event>{texts}<date key="time:timestamp" value="{stamp}"/></event>\n')
    return "".join(written)


def _attribute(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(_legal(value))}/>"


def _legal(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    if text.isprintable():
        return text
    return "".join(
        char
        for char in text
        if char in "\t\n\r"
        or (char >= " " and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\ufffe\uffff")
    )


__all__ = ["NAMESPACE", "read_xes", "write_xes"]

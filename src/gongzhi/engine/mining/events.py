"""An event as logs tell it, and what was odd about the log that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: rows that are listed per kind of trouble; all are counted
LISTED = 20

#: kind of trouble -> what it means for a reader; those of ``LEFT_OUT`` could not be used at all
TROUBLES: Mapping[str, str] = {
    "no_case": "没有案件编号",
    "no_activity": "没有环节名称",
    "no_time": "没有时间",
    "bad_time": "时间读不懂",
    "future": "时间在将来",
    "mixed_zones": "有的时间带时区，有的不带（不带的按所在地时间读）",
    "end_before_start": "结束早于开始",
    "duplicate": "同一件事记了两遍",
    "backwards": "时间倒退：后记的事，时间在前",
    "no_start": "有开始、没有结束（或还没做完）",
    "many_cases": "一条记录同属几件，各算一次",
    "no_object": "记录不属于所选的对象类型",
}
LEFT_OUT = frozenset({"no_case", "no_activity", "no_time", "bad_time", "no_object"})

#: what systems write where nobody stands: no office, no person
NOBODY = frozenset({"empty", "nil", "null", "none", "undefined", "n/a", "-", "无", "空"})


def somebody(text: str) -> str:
    """The name of a person, role or office; empty where the log only says that there is none."""
    return "" if text.strip().lower() in NOBODY else text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a log."""

    case: str
    activity: str
    #: aware
    at: datetime
    #: ``complete``, ``start``, ``schedule`` … in lower case, as IEEE 1849 names the transitions
    lifecycle: str = "complete"
    #: when the work of this very event began, where one line tells both; aware
    started: datetime | None = None
    #: which of several executions of the same activity; joins a start to its complete
    instance: str = ""
    resource: str = ""
    role: str = ""
    group: str = ""
    #: further public attributes, text only (exports)
    more: Mapping[str, str] = field(default_factory=dict)
    #: 1-based line or position in the file, for messages
    line: int = 0


@dataclass(slots=True)
class Troubles:
    """What was odd: counted completely, the first rows of each kind listed. Nothing is dropped without a word."""

    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    #: events that were read, with and without use
    read: int = 0

    def add(self, kind: str, line: int = 0, text: str = "", *, n: int = 1) -> None:
        """Count one more of ``kind`` (a key of ``TROUBLES``)."""
        self.counts[kind] = self.counts.get(kind, 0) + n
        listed = self.rows.setdefault(kind, [])
        if len(listed) < LISTED:
            listed.append((line, text[:120]))

    @property
    def left_out(self) -> int:
        """Events that could not be used."""
        return sum(n for kind, n in self.counts.items() if kind in LEFT_OUT)

    def sentences(self) -> list[str]:
        """Each kind in words, with its first rows."""
        found = []
        for kind, meaning in TROUBLES.items():
            if n := self.counts.get(kind, 0):
                lines = [str(line) for line, _text in self.rows.get(kind, []) if line][:5]
                where = f"（第{'、'.join(lines)}行{'等' if n > len(lines) else ''}）" if lines else ""
                out = "，没有计入" if kind in LEFT_OUT else ""
                found.append(f"{meaning}：{n:,}条{where}{out}")
        return found


__all__ = ["LEFT_OUT", "LISTED", "NOBODY", "TROUBLES", "Event", "Troubles", "somebody"]

"""The values of a case: who acts, what is commanded, what happened, and what the case has become.

A case *is* its facts. ``decide(case_type, case, command, world) -> facts`` says what a command would cause,
``apply(case_type, case, fact) -> case`` folds one fact in. Both are pure. Everything here is JSON-ready
through ``dump``/``load`` (see ``states.py``), instants are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from gongzhi.engine import flows
from gongzhi.engine.clocks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, in which post. The engine compares ids; it knows no accounts."""

    #: id of the human being: one person in two posts is still one person (separation of duties)
    person: str
    #: role of the post in which the person acts, e.g. ``officer``; ``resident`` and ``system`` hold no post
    role: str
    #: code of the office of the post; empty for residents and the system
    office: str = ""
    #: code of the area of the post; empty where the office says enough
    area: str = ""
    #: name to show
    name: str = ""
    #: id of the post
    post: str = ""


SYSTEM = Actor(person="system", role="system", name="系统")


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open a case with the values of its opening form."""

    form: Mapping[str, Any]
    #: how the matter came in: web, hotline, window, grid, import, open311 …
    channel: str = "web"
    #: role and office of the desk that took in the matter of which this case is a part
    behind: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Take one choice of one open task, e.g. ``handle.reply`` with the values that the choice asks for."""

    step: str
    choice: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: which of several open tasks of the same step (``each`` opens one per item); empty when there is one
    task: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every case knows without being drawn (rights: ``cases.common.RIGHTS``)."""

    kind: Literal[
        "note",
        "attach",
        "ask",
        "answer",
        "urge",
        "supervise",
        "hand_over",
        "correct",
        "withdraw",
        "link",
        "merge",
    ]
    values: Mapping[str, Any] = field(default_factory=dict)
    task: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed: fire the timers that are due and report clocks that turned yellow or red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A fact from elsewhere for which the case may be waiting (``waits_for``), or the end of a child case."""

    fact: str
    values: Mapping[str, Any] = field(default_factory=dict)


Command = Open | Choose | Common | Tick | Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened; appended to the journal, never changed."""

    #: opened, chosen, fired, alerted, happened, and the kinds of ``Common``
    kind: str
    at: datetime
    by: Actor
    #: step and choice where there is one
    step: str = ""
    choice: str = ""
    task: int | None = None
    #: JSON-ready; what was entered, and the outcome (tasks opened with their due times, limits with because)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One open piece of work: a token of the flow that waits for somebody."""

    #: number of the token; unique within the case
    id: int
    step: str
    role: str
    #: code of the office that must act; empty when the reporter must
    office: str
    opened_at: datetime
    due: datetime | None = None
    #: from when on the light is yellow
    warn_at: datetime | None = None
    #: the item of an ``each`` branch (an office code …)
    item: str = ""
    #: person who took it; empty: anybody in the role and office
    person: str = ""
    #: a side step that holds nothing up (an extension asked for, a question to the reporter)
    side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit that was set on a clock, and why."""

    #: as written in mechanisms, e.g. ``5 working days``
    span: str
    #: table and rows, or empty for a fixed limit
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a case has become after its facts so far."""

    type: str
    #: version of the mechanism on which the case stays
    version: str
    opened_at: datetime
    opened_by: Actor
    channel: str
    #: field values, JSON-ready
    data: Mapping[str, Any]
    flow: flows.State
    tasks: tuple[Task, ...] = ()
    #: clock id -> marks in order of time
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    #: clock id -> its limit
    limits: Mapping[str, Limit] = field(default_factory=dict)
    #: step -> persons who acted in it (``not_by``)
    doers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: armed timers: (token, timer id, due)
    timers: tuple[tuple[int, str, datetime], ...] = ()
    #: what has been alerted already, e.g. ``unit:red``
    alerted: tuple[str, ...] = ()
    #: role and office of the desk that may take the reporter's steps, where the system opened the case for another one
    behind: tuple[str, str] | None = None
    #: a question to the reporter that waits for an answer
    question: str = ""
    #: id of the end that was reached
    ended: str = ""
    ended_at: datetime | None = None
    #: number of facts folded in
    length: int = 0

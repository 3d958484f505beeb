"""What the API answers, as plain dataclasses: msgspec writes them, pydantic describes them in the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Light = Literal["green", "yellow", "red", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOut:
    """What an action answers; the same again for a repeated ``Idempotency-Key``."""

    #: id of the case
    case: str
    #: with it anybody may follow the case; give it to the reporter only
    tracking_code: str
    #: empty until the number is given, right after the case was saved
    number: str
    #: facts so far: hand it back as ``seen`` with the next command
    length: int
    #: id of the end; empty while the case is open
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    id: str
    number: str
    mechanism: str
    type: str
    subject: str
    kind: str
    category: str
    urgency: str
    channel: str
    #: codes; empty where there is none
    area: str
    lead: str
    opened_at: datetime
    citizen_due: datetime | None
    unit_due: datetime | None
    #: the nearest due time of all; null while nothing is due
    due: datetime | None
    light: Light
    #: id of the end; empty while the case is open
    ended: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePageOut:
    """One page of a list; ``next`` is the ``cursor`` of the following one, empty at the end."""

    items: list[CaseLine]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOut:
    """A field with what may be shown of its value."""

    id: str
    title: str
    value: Any
    #: the value is masked; it can be revealed with a purpose, on the desk
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOut:
    """What a clock of the case says now."""

    id: str
    title: str
    started: datetime | None
    due: datetime | None
    #: time left in the limit's unit, as a decimal; negative when overdue
    left: str
    light: Light
    paused: bool
    stopped: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOut:
    """A field that a choice asks for."""

    field: str
    title: str
    kind: str
    required: bool
    options: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOut:
    """A choice that the caller can take now."""

    id: str
    title: str
    asks: list[AskOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingOut:
    """An open task of a case."""

    id: int
    step: str
    title: str
    role: str
    office: str
    opened_at: datetime
    due: datetime | None
    choices: list[ChoiceOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOut:
    """A file: hand the object as it is to a field of kind ``files``."""

    name: str
    sha256: str
    size: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOut:
    """A file that was received and waits (a day) for the form that mentions it."""

    #: for ``act`` with kind ``attach``
    id: int
    file: FileOut


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOut:
    """A related case."""

    case: str
    number: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingOut:
    """What the reporter said of the result."""

    stars: int
    contacted: bool | None
    solved: bool | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """Everything about one case that the caller may see, and what the caller can do now."""

    case: CaseLine
    version: str
    title: str
    #: facts so far: hand it back as ``seen``
    length: int
    values: list[ValueOut]
    clocks: list[ClockOut]
    tasks: list[HoldingOut]
    #: kinds of ``act`` that are allowed
    actions: list[str]
    files: list[FileOut]
    links: list[LinkOut]
    #: ids of the cases that were merged into this one
    merged: list[str]
    rating: RatingOut | None
    question: str
    #: the caller judges the work of others and is not told whose it was
    handler_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOut:
    """One line of the history."""

    at: datetime
    kind: str
    title: str
    who: str
    role: str
    office: str
    step: str
    choice: str
    task: int | None
    values: list[ValueOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOut:
    """All facts of a case, the oldest first."""

    items: list[EventOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task that the caller's post can do."""

    id: int
    step: str
    role: str
    office: str
    opened_at: datetime
    due: datetime | None
    light: Light
    #: the caller has taken it
    mine: bool
    case: CaseLine


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPageOut:
    """One page of tasks, the most urgent first."""

    items: list[TaskLine]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderOut:
    """Who has the case now: offices and roles, never persons."""

    step: str
    office: str
    role: str
    since: datetime
    due: datetime | None
    #: it waits for the reporter
    yours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOut:
    """One thing that happened."""

    at: datetime
    title: str
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOut:
    """A clock that stands still, since when and why."""

    clock: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingOut:
    """The public view of one case."""

    tracking_code: str
    number: str
    type: str
    subject: str
    opened_at: datetime
    ended: str
    ended_at: datetime | None
    light: Light
    due: datetime | None
    holders: list[HolderOut]
    next: list[str]
    pauses: list[PauseOut]
    stops: list[StopOut]
    values: list[ValueOut]
    #: a question to the reporter that waits for an answer
    question: str
    may_rate: bool
    #: number of the case in which this one goes on
    merged_into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaOut:
    """An area that is valid today."""

    code: str
    name: str
    short_name: str
    level: str
    #: code of the area around it; empty at the top
    parent: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPageOut:
    """One page of areas in the order of the tree."""

    items: list[AreaOut]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeOut:
    """An office that is valid today."""

    code: str
    name: str
    short_name: str
    kind: str
    #: code of its area
    area: str
    #: code of the office above it; empty at the top
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePageOut:
    """One page of offices in the order of the tree."""

    items: list[OfficeOut]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeLine:
    """A case type under which new cases may be opened."""

    id: str
    title: str
    opened_by: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismOut:
    """An installed mechanism and its case types."""

    id: str
    version: str
    types: list[TypeLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismsOut:
    """All installed mechanisms."""

    items: list[MechanismOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOut:
    """A step of a case type: who acts, and what can be chosen."""

    id: str
    title: str
    role: str
    choices: list[ChoiceOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeOut:
    """A case type in full."""

    id: str
    title: str
    opened_by: list[str]
    #: JSON Schema of the opening form
    opening: dict[str, Any]
    steps: list[StepOut]
    #: end id -> title
    ends: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismDetail:
    """An installed mechanism in full."""

    id: str
    version: str
    types: list[TypeOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOut:
    """A number, how it is counted, and the query of ``GET /cases`` that lists its rows."""

    id: str
    title: str
    value: int
    formula: str
    filter: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TownOut:
    """Open cases of one town, by light."""

    code: str
    name: str
    lon: float | None
    lat: float | None
    red: int
    yellow: int
    green: int
    none: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOut:
    """A matter that many reported."""

    id: str
    title: str
    place: str
    size: int
    heat: float
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOut:
    """Opened and ended on a day."""

    day: date
    opened: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresOut:
    """What the command board shows, within what the caller may see."""

    at: datetime
    lights: list[FigureOut]
    today: list[FigureOut]
    towns: list[TownOut]
    categories: list[FigureOut]
    overdue: list[FigureOut]
    clusters: list[ClusterOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that an import refused."""

    row: int
    source_id: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOut:
    """How far an import is."""

    id: int
    source: str
    #: rows of the file that are dealt with
    position: int
    taken: int
    #: rows that had been taken by an earlier run
    known: int
    refused: int
    started_at: datetime
    #: null while it runs
    ended_at: datetime | None
    #: the first refused rows
    refusals: list[RefusedRow] = field(default_factory=list)

"""What the API takes: strict shapes. Text is no number, ``1`` is not ``true``, and an unknown name is an error."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
CaseId = Annotated[str, Field(min_length=32, max_length=36, json_schema_extra={"format": "uuid"})]
#: values of a form by field id; which fields, the case type says (see ``GET /mechanisms/{id}``)
Values = Annotated[dict[str, Any], Field(max_length=200)]
Words = Annotated[str, Field(max_length=3000)]


def _digits(value: Any) -> Any:
    """Query texts that are whole numbers, and nothing that only looks like one (``5.0``, `` 5``, ``٥``)."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 19):
        raise PydanticCustomError("int_parsing", "应为整数")
    return value


def _instant(value: Any) -> Any:
    """Query texts in ISO 8601 with date, time and offset; no counts of seconds."""
    if isinstance(value, str) and not (
        "T" in value and value[:4].isdigit() and "1900" <= value[:4] <= "2999"
    ):
        raise PydanticCustomError("datetime_parsing", "应为 ISO 8601 时间")
    return value


Size = Annotated[int, Field(ge=1, le=200), BeforeValidator(_digits)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]


class Command(BaseModel):
    """The root of all bodies."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class OpenIn(Command):
    """Open a case."""

    mechanism: Id
    type: Id
    form: Values
    channel: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")] = "api"


class ChooseIn(Command):
    """Take a choice of an open step."""

    step: Id
    choice: Id
    values: Values = {}
    #: which of several open tasks of the step; null where there is one
    task: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    #: ``length`` of the case as it was last read: refused (409) if somebody decided since
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


Kind = Literal[
    "note", "ask", "answer", "urge", "supervise", "hand_over", "correct", "withdraw", "attach", "link", "merge"
]  # fmt: skip


class ActIn(Command):
    """Do what every case knows: note, ask, answer, urge, supervise, hand over, correct, withdraw, attach, link, merge."""

    kind: Kind
    #: the words of a note, question, answer …, the reason of a correction, withdrawal or merger
    text: Words = ""
    #: hand_over: to whom
    person: Annotated[str, Field(max_length=64)] = ""
    #: link, merge: the other case
    other: CaseId | None = None
    #: link: how they are related
    relation: Literal["related", "follows", "child"] = "related"
    #: attach: ids of uploads
    uploads: Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(max_length=20)] = []
    #: correct: field id -> new value
    values: Values = {}
    task: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class AnswerIn(Command):
    """The reporter's answer to a question."""

    text: Annotated[str, Field(min_length=1, max_length=3000)]


class NoteIn(Command):
    """Something that the reporter adds."""

    text: Annotated[str, Field(min_length=1, max_length=3000)]


class RateIn(Command):
    """The reporter's verdict, once, after the end."""

    stars: Annotated[int, Field(ge=1, le=5)]
    contacted: bool | None = None
    solved: bool | None = None
    words: Annotated[str, Field(max_length=1000)] = ""
    #: by which way the verdict came in
    channel: Literal["web", "window", "qr", "terminal", "phone", "video"] = "web"
    #: what it rests on, from the list that the matter's own channel asks
    dimensions: Annotated[list[str], Field(max_length=4)] = []
    #: the words may be published, without name and number
    publishable: bool = False


class PageIn(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    cursor: Annotated[str, Field(max_length=500)] = ""
    size: Size = 50


class ListIn(PageIn):
    """The filters of ``GET /cases``; all hold together."""

    state: Literal["open", "ended", "all"] = "open"
    light: Literal["", "green", "yellow", "red", "none"] = ""
    office: Annotated[str, Field(max_length=40)] = ""
    area: Annotated[str, Field(max_length=40)] = ""
    category: Annotated[str, Field(max_length=64)] = ""
    kind: Annotated[str, Field(max_length=32)] = ""
    urgency: Annotated[str, Field(max_length=16)] = ""
    channel: Annotated[str, Field(max_length=32)] = ""
    mechanism: Annotated[str, Field(max_length=64)] = ""
    type: Annotated[str, Field(max_length=64)] = ""
    ended: Annotated[str, Field(max_length=64)] = ""
    cluster: Annotated[str, Field(max_length=36)] = ""
    #: words, a number or a tracking code
    text: Annotated[str, Field(max_length=100)] = ""
    opened_from: Instant | None = None
    opened_until: Instant | None = None
    order: Literal["due", "newest", "oldest"] = "due"


class TasksIn(PageIn):
    """The filters of ``GET /tasks``."""

    light: Literal["", "green", "yellow", "red", "none"] = ""
    step: Annotated[str, Field(max_length=64)] = ""
    mechanism: Annotated[str, Field(max_length=64)] = ""
    #: only what the caller took
    mine: Literal["true", "false"] = "false"


class PlacesIn(PageIn):
    """The filters of ``GET /areas`` and ``GET /offices``."""

    #: code of an area: only what lies in it
    within: Annotated[str, Field(max_length=40)] = ""


class ImportIn(BaseModel):
    """What comes with an imported file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    mechanism: Id
    type: Id
    #: where the ids of the rows are unique; the file's name if empty
    source: Annotated[str, Field(max_length=100)] = ""
    #: open the cases at the time that each row tells, instead of now
    dated: Literal["", "true", "false"] = ""


class AreasIn(PlacesIn):
    """The filters of ``GET /areas``."""

    level: Literal["", "province", "city", "county", "town", "village", "unit"] = ""


#: kind of ``act`` -> what it cannot do without
NEEDS: Final = {
    "link": "other",
    "merge": "other",
    "attach": "uploads",
    "hand_over": "person",
    "correct": "values",
}

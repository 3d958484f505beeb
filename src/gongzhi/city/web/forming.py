"""A mechanism's fields as HTML controls, and a sent page back as values. Every kind of field in one place.

Reading converts nothing that the engine checks: text stays text, so that what was wrong is shown again as typed.
Works without scripts; a place may carry coordinates that a script filled in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.queries import name_of_person, person_called
from gongzhi.city.records import queries as records
from gongzhi.city.web.choices import area_options, office_options, record_options
from gongzhi.city.web.sent import whole
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.forms import Field, Form
from gongzhi.engine.registers import Register

#: a choice with at most so many options is shown as buttons
FEW = 6
WIDGETS: Mapping[str, str] = {
    "text": "line",
    "person": "line",
    "identity_number": "line",
    "credit_code": "line",
    "paragraph": "paragraph",
    "number": "line",
    "money": "line",
    "date": "line",
    "phone": "line",
    "choices": "checks",
    "yesno": "yesno",
    "place": "place",
    "area": "select",
    "office": "select",
    "offices": "many",
    "case": "line",
    "record": "lookup",
    "records": "lookups",
    "files": "files",
    "table": "table",
}
INPUT_TYPES: Mapping[str, tuple[str, str]] = {
    "phone": ("tel", "tel"),
    "number": ("text", "decimal"),
    "money": ("text", "decimal"),
    "date": ("date", ""),
    "identity_number": ("text", ""),
}
#: field id -> what browsers may fill in by themselves
AUTOCOMPLETE: Mapping[str, str] = {"phone": "tel", "reporter_name": "name"}
ROWS_OF_A_TABLE = 5
#: empty rows, or empty boxes for records, behind what is there already
MORE_ROWS = 3
MOST_ROWS = 300


@dataclass(slots=True, kw_only=True)
class Control:
    """One field as a template shows it."""

    field: Field
    name: str
    widget: str
    required: bool
    value: Any = ""
    error: str = ""
    type: str = "text"
    inputmode: str = ""
    autocomplete: str = "off"
    #: (value, title); for selects (group, [(value, title)…])
    options: Sequence[Any] = ()
    #: a suggestion with its reason, shown beside the field
    suggestion: Any = None
    columns: Sequence[Field] = ()
    rows: Sequence[Any] = ()
    parts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    #: field of the same form on whose answer it depends whether this one is shown, and the answers that show it
    shown_by: str = ""
    shown_for: Sequence[str] = ()

    @property
    def is_wide(self) -> bool:
        """Whether the control takes a whole line of a form in columns."""
        long = self.field.kind == "text" and self.required
        return long or self.widget in ("paragraph", "place", "table", "many")


def controls(
    case_type: CaseType | Register,
    asks: Iterable[Ask],
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    suggestions: Mapping[str, Any] | None = None,
    by: Standing | None = None,
    prefix: str = "",
) -> list[Control]:
    """Controls for what is asked, filled with ``values`` (as sent, or as stored) and their errors."""
    values, errors, suggestions = values or {}, errors or {}, suggestions or {}
    made = []
    for ask in asks:
        each = case_type.form[ask.field]
        suggestion = suggestions.get(each.id)
        value = values.get(each.id)
        if value in (None, "", []) and suggestion is not None:
            value = suggestion.value
        if value in (None, "", []) and each.default is not None and not str(each.default).startswith("="):
            value = each.default
        control = Control(
            field=each,
            name=prefix + each.id,
            widget=WIDGETS.get(each.kind, "line"),
            required=each.required and not ask.optional,
            value=value if value is not None else "",
            error=errors.get(each.id, ""),
            suggestion=suggestion,
            autocomplete=AUTOCOMPLETE.get(each.id, "off"),
        )
        _dress(control, by, opening=not prefix)
        control.shown_by, control.shown_for = shown_by(case_type.form, each, prefix)
        made.append(control)
    return made


def shown_by(form: Form, each: Field, prefix: str = "") -> tuple[str, tuple[str, ...]]:
    """The one choice on whose answer a field's being shown depends, and the answers that show it (no answer is ``""``); empty where the condition
    looks at more than that, or at nothing. Pages without scripts show the field always, and it may be left empty."""
    condition = form.conditions.get((each.id, "visible_when"))
    names = condition.names if condition else frozenset()
    other = form.by_id.get(next(iter(names))) if len(names) == 1 else None
    if condition is None or other is None or other.kind not in ("choice", "yesno"):
        return "", ()
    answers: dict[str, Any] = {"": None}
    answers |= {"yes": True, "no": False} if other.kind == "yesno" else {text: text for text in other.options}
    showing = (sent for sent, value in answers.items() if condition.evaluate({other.id: value}) is True)
    return prefix + other.id, tuple(showing)


def _dress(control: Control, by: Standing | None, *, opening: bool) -> None:
    """What only some kinds need: options, input types, parts. The form that opens something names any office (the village
    whose proof it is), a choice of a step those to which work can go."""
    each = control.field
    control.type, control.inputmode = INPUT_TYPES.get(each.kind, ("text", ""))
    if each.kind == "choice":
        control.widget = "radios" if len(each.options) <= FEW else "select"
    if each.kind in ("choice", "choices"):
        flat = [(option, option) for option in each.options]
        control.options = _grouped(each.options) if control.widget == "select" else flat
    elif each.kind in ("office", "offices"):
        control.options = office_options(by, every=opening and each.kind == "office")
    elif each.kind == "area":
        control.options = area_options()
    elif each.kind == "place":
        control.options = area_options()
        value = control.value
        control.parts = value if isinstance(value, Mapping) else {"text": value}
    elif each.kind == "table":
        control.columns = each.columns
        given = control.value if isinstance(control.value, list) else []
        more = max(ROWS_OF_A_TABLE - len(given), MORE_ROWS if given else 0)
        control.rows = [*given, *[{} for _ in range(min(more, max(0, each.most - len(given))))]]
    elif each.kind == "person" and control.value:
        control.value = name_of_person(str(control.value))
    elif each.register:
        _dress_records(control, outside=by is None)


def _dress_records(control: Control, *, outside: bool) -> None:
    """A few records are chosen from a list, many are searched for: by key, with the names that fit offered while typing."""
    each = control.field
    given = control.value if isinstance(control.value, list) else [control.value] if control.value else []
    options = record_options(each.register, outside)
    control.parts = records.names(each.register, given, outside=outside)
    if options is None:
        control.rows = [*given, *[""] * MORE_ROWS] if each.kind == "records" else []
        return
    # what was chosen before stays choosable while it stands in the form
    listed = [*options, *[(key, name) for key, name in control.parts.items() if key not in dict(options)]]
    control.widget = "select" if each.kind == "record" else "checks"
    control.options = [("", listed)] if each.kind == "record" else listed


def _grouped(options: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Lists written ``group·option`` become groups; others stay one group without a name."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for option in options:
        group, dot, name = option.partition("·")
        groups.setdefault(group if dot else "", []).append((option, name if dot else option))
    return list(groups.items())


def entered(
    case_type: CaseType | Register,
    asks: Iterable[Ask],
    request: HttpRequest,
    *,
    by: Standing,
    owner: str = "",
    prefix: str = "",
    into: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What the page sent for the fields asked; empty ones are left out. Files are stored and inspected at once.

    ``into`` is filled step by step, files last, so that it holds what was typed even when a file is refused.
    Raises the errors of ``actions.upload`` (D-codes of the store) for a file that is refused.
    """
    found: dict[str, Any] = {} if into is None else into
    outside = by.role == "resident"
    for each in sorted((case_type.form[ask.field] for ask in asks), key=lambda field: field.kind == "files"):
        if each.kind == "files":
            for file in files_sent(request, prefix + each.id, by, owner):
                found.setdefault(each.id, []).append(file)
        elif (value := _value(each, prefix + each.id, request, outside)) not in (None, "", [], {}):
            found[each.id] = value
    return found


def _value(each: Field, name: str, request: HttpRequest, outside: bool) -> Any:
    sent = request.POST
    if each.kind in ("choices", "offices"):
        return [value for value in sent.getlist(name) if value]
    if each.kind == "records":
        typed = [value for value in sent.getlist(name) if value.strip()]
        return [records.key_of(each.register, value, outside=outside) for value in typed]
    if each.kind == "record":
        return records.key_of(each.register, sent.get(name, ""), outside=outside)
    if each.kind == "yesno":
        return {"yes": True, "no": False}.get(sent.get(name, ""))
    if each.kind == "place":
        return _place(sent, name)
    if each.kind == "table":
        rows = [
            {column.id: sent.get(f"{name}.{row}.{column.id}", "").strip() for column in each.columns}
            for row in range(_rows_sent(sent, each, name))
        ]
        people = {column.id for column in each.columns if column.kind == "person"}
        for line in rows:
            line |= {id_: _person(line[id_], outside) for id_ in people}
        return [{id_: cell for id_, cell in row.items() if cell} for row in rows if any(row.values())]
    word = sent.get(name, "").strip()
    return _person(word, outside) if each.kind == "person" else word


def _person(typed: str, outside: bool) -> str:
    """Somebody of the staff by name or login, as facts know them; nobody outside can ask who works here."""
    return typed if outside else person_called(typed)


def _rows_sent(sent: Mapping[str, str], each: Field, name: str) -> int:
    """How many rows the page sent, counted up to the first that is missing whole."""
    for row in range(MOST_ROWS):
        if not any(f"{name}.{row}.{column.id}" in sent for column in each.columns):
            return row
    return MOST_ROWS


def unsent(case_type: CaseType | Register, values: Mapping[str, Any]) -> list[str]:
    """The longer words among values whose form is gone, for copying."""
    return [str(value) for id_, value in values.items() if case_type.form[id_].kind in ("text", "paragraph")]


def _place(sent: Mapping[str, str], name: str) -> dict[str, Any] | None:
    text, area = str(sent.get(name, "")).strip(), str(sent.get(f"{name}.area", "")).strip()
    if not text and not area:
        return None
    place: dict[str, Any] = {"text": text, "area": area}
    for part in ("lon", "lat"):
        try:
            place[part] = round(float(sent.get(f"{name}.{part}", "")), 6)
        except ValueError:
            continue
    return place


def files_sent(request: HttpRequest, name: str, by: Standing, owner: str) -> Iterator[dict[str, Any]]:
    """Files of a page as values of a field: those that an earlier try had stored already, then new uploads as each is stored."""
    for token in request.POST.getlist(f"{name}.kept"):
        if kept := _kept(token):
            yield kept
    for each in request.FILES.getlist(name):
        row = actions.upload(each.name or _("照片"), cast(BinaryIO, each), by=by, owner=owner)
        yield {"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type}


def _kept(token: str) -> dict[str, Any] | None:
    """``sha256|size|type|name`` of a file that was stored with an earlier try; the action checks whose it is."""
    parts = token.split("|", 3)
    if len(parts) != 4 or (size := whole(parts[1])) is None:
        return None
    return {"sha256": parts[0], "size": size, "type": parts[2], "name": parts[3]}

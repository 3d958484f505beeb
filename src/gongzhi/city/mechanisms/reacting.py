"""When this fact is written, do that: the reader of the journal walks a mechanism's ``reactions.yaml``.

Everything here runs inside the reader's transaction, together with the removal of the entry from the queue: it happens
once, whenever the process dies. Steps that call a child case, and children that end, are met here as well.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions, lookups
from gongzhi.city.cases.matters import by_name
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sealing import blacked_out, is_mark, secrets_of
from gongzhi.city.cases.world import office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import SYSTEM, split_subject, subject
from gongzhi.city.mechanisms import areas, giving, library, offices, posting, sealing_papers, watch_reactions
from gongzhi.city.mechanisms.children import end_children, open_child, tell_parent
from gongzhi.city.mechanisms.clusters import follow_project
from gongzhi.city.mechanisms.handing_over import for_record
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.moments import case_then
from gongzhi.city.mechanisms.telling import hear_answer, notify
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Area, DutyEntry, Level, Office, valid
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate, json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.expressions import Expression, compile_expression
from gongzhi.engine.forms import Field
from gongzhi.engine.forms.masking import HIDDEN
from gongzhi.engine.instants import show_instant
from gongzhi.engine.mechanisms import fill_text
from gongzhi.engine.mechanisms.documents import Rows
from gongzhi.engine.mechanisms.schema import LearnSpec, OnSpec, ReactionSpec, RecordDeedSpec

log = logging.getLogger(__name__)


@reactions.register("mechanisms")
def react(entry: Entry) -> None:
    """Whatever a mechanism wants done after this entry."""
    kind, key = split_subject(entry.subject)
    if kind != "case":
        return
    row = Case.every.filter(pk=key).first()
    held = library.LIBRARY.version(row.mechanism, row.version) if row else None
    if row is None or held is None:
        return
    case_type = held.case_types[row.type]
    state = engine.load_case(row.state)
    if entry.kind == "chosen":
        hear_answer(entry, row)
    for called in entry.data.get("calls", ()):
        open_child(entry, row, called["case"], called["with"], token=called["token"], called=called)
    if entry.data.get("ended"):
        tell_parent(row, state, entry.data["ended"])
        end_children(row, entry)
    follow_project(entry, row)
    beside = {
        "fact": {"kind": entry.kind, **entry.data},
        "case": outline(row, case_type),
        "today": localdate(entry.at),
    }
    for owner, spec in library.LIBRARY.reactions(held, row.type):
        if row.confined and owner is not held:
            continue  # nobody else's mechanism hears of it
        if matches(spec.on, entry) and holds(spec, case_type, state, beside):
            attempt(spec, entry, owner, held, row, state, beside)
    for document in library.LIBRARY.papers_after(held, row.type, f"{entry.step}.{entry.choice}"):
        then = case_then(entry, case_type, state)
        told = words(case_type, row, then, entry, names=document.spec.names)
        sealing_papers.issue(entry, row, held, document, told)


def attempt(
    spec: ReactionSpec,
    entry: Entry,
    owner: Held,
    held: Held,
    row: Case,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """Do what the reaction says. What the city refuses is told on the case, for a person to mend: somebody else's mechanism must
    not hold up what else follows in this one, and trying again would be refused again."""
    try:
        with transaction.atomic():
            do(spec, entry, owner, held, row, state, beside)
    except GongzhiError as error:
        told = {"title": spec.title, "why": error.message}
        tell_trouble(entry, row, _("“%(title)s”没有做成：%(why)s") % told)


def tell_trouble(entry: Entry, row: Case, text: str) -> None:
    """Note on the case what could not be done; what fails because of such a note is not noted again and again."""
    if entry.kind == "note" and entry.role == SYSTEM.role:
        log.warning("reaction to %s: %s", entry, text)
        return
    # a refusal may repeat what it refuses, and a note stays for ever
    if row.confined:  # no words in its chain
        log.warning("reaction to entry %s of a confined case was refused", entry.pk)
        return
    text = str(blacked_out(text, secrets_of(row.pk)))
    actions.act(row.pk, "note", {"text": text[:1000]}, by=SYSTEM)


def matches(on: OnSpec, entry: Entry) -> bool:
    """Whether a reaction waits for this entry; what it leaves open matches everything."""
    ended = entry.data.get("ended", "")
    clock, _, light = str(entry.data.get("alert", "")).partition(":")
    return (
        (bool(ended) if on.fact == "ended" else on.fact == entry.kind)
        and on.step in ("", entry.step)
        and on.choice in ("", entry.choice)
        and on.clock in ("", clock)
        and on.light in ("", light)
        and on.emits in ("", entry.data.get("emits", ""))
        and (not on.ends or ended in on.ends)
    )


def holds(spec: ReactionSpec, case_type: CaseType, state: engine.Case, beside: Mapping[str, Any]) -> bool:
    """Whether the reaction's condition is true for the case as it is now."""
    return not spec.when or evaluate(case_type, compiled(spec.when), state.data, beside) is True


def outline(row: Case, case_type: CaseType) -> dict[str, Any]:
    """What every reaction may know of a case, whatever mechanism it is of: nothing about who brought it."""
    return {
        "id": str(row.pk),
        "number": name_of(row),
        "type": f"{row.mechanism}.{row.type}",
        "title": case_type.title,
        "subject": "" if row.confidential else row.subject,
        "mechanism": row.mechanism,
        "lead": row.lead_id or "",
        "area": row.area_id or "",
        "channel": row.channel,
        "end": row.ended,
        "opened_on": localdate(row.opened_at),
    }


@lru_cache(maxsize=512)
def compiled(text: str) -> Expression:
    return compile_expression(text)


def do(
    spec: ReactionSpec,
    entry: Entry,
    owner: Held,
    held: Held,
    row: Case,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """The one deed of a reaction; ``owner`` is the mechanism that declares it, ``held`` the one that the case is of."""
    case_type, deed = held.case_types[row.type], spec.do
    if deed.open:
        values = valued(deed.with_, case_type, state, beside)
        name = deed.open if "." in deed.open else f"{owner.mechanism.id}.{deed.open}"
        open_child(entry, row, name, values, reaction=spec.id)
        return
    if deed.record:
        put_record(deed.record, entry, row, case_type, state, beside)
        return
    if deed.area:
        areas.reshape(deed.area, entry, row, case_type, state, beside)
        return
    if deed.office:
        offices.arrange(deed.office, entry, row, case_type, state, beside)
        return
    if elsewhere(spec, entry, owner, row, case_type, state, beside):
        return
    if deed.learn:
        learn(deed.learn, row, case_type, state)
        return
    document = owner.mechanism.documents.get(deed.issue)
    then = case_then(entry, case_type, state) if document else state
    told = words(case_type, row, then, entry, names=document.spec.names if document else ())
    if deed.notify:
        notify(spec, entry, row, case_type, state, fill_text(deed.text, told))
    elif document:
        sealing_papers.issue(entry, row, owner, document, told)
    elif deed.command:
        command(spec, row, state, fill_text(deed.text, told) or spec.title)


def elsewhere(
    spec: ReactionSpec,
    entry: Entry,
    owner: Held,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> bool:
    """A deed that is written in another room (ledgers, benefits, alerts); whether it was one."""
    deed = spec.do
    if deed.post:
        posting.post(deed.post, spec.id, entry, row, case_type, state, beside, owner.mechanism.id)
        return True
    if deed.reverse:
        owners = (owner.mechanism.id, *owner.mechanism.manifest.needs)
        posting.reverse(deed.reverse, spec.id, entry, row, case_type, state, beside, owners)
        return True
    if deed.close:
        posting.close(deed.close, entry, row, case_type, state, beside, owner.mechanism.id)
        return True
    if deed.grant:
        giving.give(deed.grant, entry, row, case_type, state, beside, owner.mechanism.id)
        return True
    if deed.stop:
        giving.end(deed.stop, entry, row, case_type, state, beside, owner.mechanism.id)
        return True
    if deed.judge:
        watch_reactions.judge(deed.judge, entry, row, case_type, state, beside)
        return True
    if rule := deed.suspend or deed.resume:
        suspended = deed.suspend is not None
        watch_reactions.turn(rule, entry, row, case_type, state, beside, owner, suspended=suspended)
        return True
    return False


def command(spec: ReactionSpec, row: Case, state: engine.Case, text: str) -> None:
    """A common action by the system, on this case or on the one that its field names; what has ended is left alone."""
    if not spec.do.of:
        if not state.ended:
            actions.act(row.pk, spec.do.command, {"text": text}, by=SYSTEM)
        return
    named = state.data.get(spec.do.of)
    about = by_name(named) if isinstance(named, str) and not is_mark(named) else None
    if about is not None and (not about.ended or spec.do.command == "note"):
        actions.act(about.pk, spec.do.command, {"text": text}, by=SYSTEM)


def valued(
    texts: Mapping[str, str], case_type: CaseType, state: engine.Case, beside: Mapping[str, Any]
) -> dict[str, Any]:
    """JSON-ready values of FEEL texts over the case."""
    return {
        name: json_value(evaluate(case_type, compiled(text), state.data, beside))
        for name, text in texts.items()
    }


def put_record(
    spec: RecordDeedSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """Create or change the record that the fact is about; private values go only where they are sealed again.

    What the register refuses is told on the case, for a person to mend: it must not hold up what else follows.
    """
    key = evaluate(case_type, compiled(spec.key), state.data, beside)
    if not isinstance(key, str) or not key or is_mark(key):
        return
    if not spec.create and lookups.record(spec.register_, key) is None:
        return
    values = valued(spec.set_, case_type, state, beside)
    try:
        with transaction.atomic():
            records.put(
                spec.register_,
                key,
                for_record(spec.register_, row.pk, spec.set_, values),
                move=spec.move,
                by=SYSTEM,
                because=f"{name_of(row)} {case_type.title}",
                at=entry.at,
            )
    except GongzhiError as error:
        text = _("登记簿“%(register)s”没有记上“%(key)s”：%(why)s")
        told = {"register": spec.register_, "key": key[:60], "why": error.message}
        tell_trouble(entry, row, text % told)


def learn(spec: LearnSpec, row: Case, case_type: CaseType, state: engine.Case) -> None:
    """Write a ruling into the duty directory: for the town of the matter, or everywhere when it has none.

    A ruling that only says again what the directory says already is not written a second time.
    """
    category = evaluate(case_type, compiled(spec.category), state.data)
    office = Office.objects.filter(valid(), code=state.data.get(spec.office, "")).first()
    if not isinstance(category, str) or office is None:
        return
    around = paths.ancestors(row.area_path)
    town = Area.objects.filter(level=Level.TOWN, path__in=around).first()
    category = category.replace("·", "/")
    if DutyEntry.objects.filter(valid(), category=category, area=town, office=office).exists():
        return
    territory.learn_from_ruling(
        SYSTEM,
        category=category,
        office=office,
        ruling=subject("case", row.pk),
        basis=f"{name_of(row)} {state.data.get(spec.basis, '')}"[:200],
        area=town,
    )


def words(
    case_type: CaseType, row: Case, state: engine.Case, entry: Entry, *, names: Sequence[str] = ()
) -> dict[str, Any]:
    """What messages and papers may name (``engine.mechanisms.documents.ROOTS``); private values stay hidden, but for those
    of the fields ``names``, for which their marks stand (see ``mechanisms.papers``)."""
    values, title = dict(state.data), row.subject
    if row.confidential:  # papers and messages go to the handling office
        secrets = secrets_of(row.pk)
        values = {
            name: value if is_mark(value) else blacked_out(value, secrets) for name, value in values.items()
        }
        title = blacked_out(title, secrets)
    data = {
        name: value if name in names and is_mark(value) else word(case_type, name, value)
        for name, value in values.items()
    }
    clocks = {}
    for clock, rule in case_type.clocks.items():
        if read := engine.reading(case_type, state, clock, entry.at):
            clocks[clock] = {
                "title": rule.title,
                "due": show_instant(read.due) if read.due else "",
                "light": read.light,
            }
    return {
        "number": name_of(row),
        "title": title,
        "opened_at": show_instant(row.opened_at),
        "now": show_instant(entry.at),
        "case": {
            "type": case_type.title,
            "tracking_code": row.tracking_code,
            "end": case_type.ends.get(row.ended, ""),
        },
        "data": data,
        "task": {"step": case_type.step_title(entry.step) if entry.step else ""},
        "office": office_name(entry.office) if entry.office else "",
        "reporter": "群众",
        "actor": {"name": entry.name, "office": office_name(entry.office) if entry.office else ""},
        "clocks": clocks,
    }


def word(case_type: CaseType, name: str, value: Any) -> Any:
    """A field's value as people read it."""
    field = case_type.form.by_id.get(name)
    if is_mark(value):
        return HIDDEN
    if field is not None and field.kind == "office" and isinstance(value, str):
        return office_name(value)
    if field is not None and field.kind == "table" and isinstance(value, list):
        cells = (tuple(cell(column, row.get(column.id)) for column in field.columns) for row in value)
        return Rows(heads=tuple(column.label for column in field.columns), rows=tuple(cells))
    if field is not None and field.kind == "offices" and isinstance(value, list):
        return "、".join(office_name(str(code)) for code in value)
    if isinstance(value, Mapping):
        return value.get("text", "")
    if isinstance(value, list):
        return "、".join(str(each.get("name", each) if isinstance(each, Mapping) else each) for each in value)
    return value


def cell(column: Field, value: Any) -> str:
    """A cell of a table field as people read it."""
    if column.kind == "office" and isinstance(value, str):
        return office_name(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return str(value.get("text", ""))
    return "、".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)

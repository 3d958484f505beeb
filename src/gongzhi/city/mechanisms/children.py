"""Cases that are opened because of another one: by a step that calls them, or by a reaction; and their ends, told back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.models import Attachment, Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.rows import path_named
from gongzhi.city.cases.sealing import OPEN_CLASSES, blacked_out, is_mark, secrets_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.errors import ChainTooLong
from gongzhi.city.mechanisms.models import Child
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, everycase

#: reactions that open a case because of a case that a reaction opened, and so on: at most so many
MOST_LINKS = 6


def open_child(
    entry: Entry,
    parent: Case,
    name: str,
    values: Mapping[str, Any],
    *,
    token: int | None = None,
    reaction: str = "",
    called: Mapping[str, Any] | None = None,
) -> None:
    """Open a case because of another one, once per entry; a step that called it waits for its end.

    ``name`` is a case type of the parent's mechanism, or ``mechanism.type``. What is sealed in the parent is sealed anew in
    the child; a child that a step waits for is a part of the applicant's own matter, so it is theirs as well. A
    confidential matter has confidential children. Raises ChainTooLong, and what ``open_case`` raises.
    """
    if Child.objects.filter(entry=entry.pk, reaction=reaction, token=token).exists():
        return
    if token is None:
        _not_too_long(parent)
    mechanism, _dot, type_id = name.rpartition(".")
    mechanism = mechanism or parent.mechanism
    near = path_named(values) or parent.area_path
    child_type = catalogue.current(mechanism, type_id, near, entry.at)
    clear = handed_over(parent, child_type, values, own=token is not None)
    lend_files(parent, clear)
    receipt = actions.open_case(
        mechanism,
        type_id,
        {field: value for field, value in clear.items() if value is not None},
        by=SYSTEM,
        channel="case",
        reporter=parent.reporter_id if token is not None else None,
        behind=everycase.desk_of(engine.load_case(parent.state)) if token is not None else None,
        confidential=parent.confidential,
        at=entry.at,
        near=near,
    )
    by_step = called or {}
    Child.objects.create(
        parent=parent,
        token=token,
        step=by_step.get("step", ""),
        item=str(by_step.get("item", ""))[:64],
        case_id=receipt.case,
        entry=entry.pk,
        reaction=reaction,
    )
    # the rated read the links of their case, and must not learn who rated; and nothing leads to what is confined
    if entry.kind != "rated" and child_type.confined is None:
        actions.link(parent.pk, receipt.case, "child", by=SYSTEM)


def handed_over(
    parent: Case, child_type: CaseType, values: Mapping[str, Any], *, own: bool
) -> dict[str, Any]:
    """The values in clear, for the child's opening form. A private one goes only into a field that will be sealed again.

    Of a confidential matter nothing that names somebody stays in running text, unless the child is a part of it (``own``).
    """
    marked = any(map(is_mark, values.values()))
    secrets = secrets_of(parent.pk) if marked or parent.confidential else {}
    clear: dict[str, Any] = {}
    for name, value in values.items():
        if is_mark(value):
            field = child_type.form.by_id.get(name)
            clear[name] = secrets.get(value) if field and field.privacy not in OPEN_CLASSES else None
        else:
            clear[name] = blacked_out(value, secrets) if parent.confidential and not own else value
    if parent.confidential and any(ask.field == "confidential" for ask in child_type.opening):
        clear["confidential"] = True
    return clear


def _not_too_long(parent: Case) -> None:
    """Reactions may answer each other for ever; here they stop."""
    row: Case | None = parent
    for _step in range(MOST_LINKS):
        link = Child.objects.filter(case=row, token__isnull=True).select_related("parent").first()
        if link is None:
            return
        row = link.parent
    raise ChainTooLong(most=MOST_LINKS)


def lend_files(parent: Case, values: Mapping[str, Any]) -> None:
    """A material given once serves all: the child may claim the files that its parent carries and hands over."""
    hashes = {
        str(each.get("sha256", ""))
        for value in values.values()
        if isinstance(value, list)
        for each in value
        if isinstance(each, Mapping)
    }
    for row in Attachment.objects.filter(case=parent, sha256__in=hashes - {""}):
        row.pk, row.case, row.added_by = None, None, SYSTEM.person
        row.save(force_insert=True)


def tell_parent(row: Case, state: engine.Case, end: str, at: datetime | None = None) -> None:
    """The step that waits for this child goes on."""
    link = Child.objects.filter(case=row, token__isnull=False).first()
    if link is None:
        return
    plain = {name: value for name, value in state.data.items() if not is_mark(value)}
    actions.happened(
        "child_ended", {**plain, "token": link.token, "outcome": end}, case_id=link.parent_id, at=at
    )


def end_children(row: Case, entry: Entry) -> None:
    """A matter that has ended (withdrawn, refused) leaves no part of it running: parts that can be withdrawn are, of others
    the offices are told."""
    running = Child.objects.filter(parent=row, token__isnull=False, case__ended_at=None)
    for link in running.select_related("case"):
        child = catalogue.case_type(link.case.mechanism, link.case.version, link.case.type)
        text = _("所属的“%(title)s”已经结束。") % {"title": name_of(row)}
        deed = "withdraw" if "withdrawn" in child.ends else "note"
        actions.act(link.case_id, deed, {"text": text}, by=SYSTEM, at=entry.at)

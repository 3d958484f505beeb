"""Who may see and act on which cases: the kernel's matrix, and the two ways in that are not in a case's columns.

Lists, searches, counts and exports all go through ``visible``; a single case through ``require``. Beyond its lists a
post opens the cases in which its office takes part (a helper's opinion, a task handed to it), a person reads on in
those of which they decided a step, and a tracking code opens its own case. An agent (帮代办) without rights over an area has exactly the cases of their written mandates, and
the cases in which a task waits for them; when a mandate has ended, its case is closed to them at once.

A confined case (``engine.cases.spec.ConfinedSpec``) is there for the roles of ``read_by`` within their own reach, and for
whoever has a task in it for as long as it waits; for nobody else, its submitter included.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import WORLD, is_leaf, office_path
from gongzhi.city.kernel import paths, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.errors import MandateExpired
from gongzhi.city.people.mandates import Mandate
from gongzhi.city.people.queries import mandate_in_force, mandate_lapsed, why_closed
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import everycase

#: posts that write down for the person before them whatever a resident may bring: the applicant chooses the channel, and
#: no agency may narrow it (优化营商环境条例 art. 37). What somebody took in there, they may open again
COUNTERS = frozenset({"window_clerk", "seat"})
#: what somebody may still do in a case that has gone on: see what became of the own work, and change nothing
LOOKING = frozenset({"case.read", "case.handler", "file.read"})
#: what may be done to a confined case at all; no export, no board, no merging, no files
CONFINED = frozenset({"case.list", "case.read", "case.act", "case.handler", "reveal.clue", "reveal.contact"})


def visible(by: Standing, action: str = "case.list", rows: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """The cases to which this post may do ``action``, as a condition that an index serves."""
    if rows is None:
        known = action in CONFINED and not by.program and catalogue.confined_to(by.role)
        rows = Case.every.all() if known else Case.objects.all()
    found = permissions.scope(by, action, rows)
    if by.role != "resident":  # whoever reported a case reads it
        for mechanism, type_id in catalogue.closed_to(by.role):
            found = found.exclude(mechanism=mechanism, type=type_id)
    scopes = permissions.matrix().scopes(action, by.role) if by.role != "system" else ("all",)
    if scopes == ("branch",) and is_leaf(by.office_path):
        # no office lies below: one value of the index instead of a range, so that it also gives the order
        found = found.filter(lead_path=by.office_path)
    return found


def may(by: Standing, action: str, row: Case, state: engine.Case) -> bool:
    """Whether the post may do ``action`` to this one case."""
    if row.confined:
        return may_confined(by, action, row, state)
    if by.role == "resident" and by.person == reporter_of(row).person:
        return True
    if not is_closed(by, row) and permissions.may(by, action, row):
        return True
    if not permissions.may(by, action) or (by.mechanism and by.mechanism != row.mechanism):
        return False
    if only_by_mandate(by, action) and (action == "reveal.identity" or mandate_lapsed(by.person, row.pk)):
        return False
    return takes_part(by, state) or (action in LOOKING and took_part(by, state, action))


def may_confined(by: Standing, action: str, row: Case, state: engine.Case) -> bool:
    """The same for a confined case. The city itself (timers, reactions) may; a tracking code, a counter or having once
    decided a step opens nothing."""
    if by.role == "system":
        return True
    if action not in CONFINED or by.role == "resident" or by.program:
        return False
    if not is_closed(by, row):
        return permissions.may(by, action, row)
    # somebody of another post, asked for their part: it opens as long as the task waits for them
    return permissions.may(by, "case.act") and any(
        task.person in ("", by.person) and task.office != "" and everycase.may_work(task, by, WORLD)
        for task in state.tasks
    )


def is_closed(by: Standing, row: Case) -> bool:
    """Whether the case's type is kept from this role: then only a task in the case, or having done one, opens it."""
    return catalogue.case_type(row.mechanism, row.version, row.type).is_closed_to(by.role)


def may_be_named(by: Standing, row: Case) -> bool:
    """Whether another case's page may name this one to the post: what is kept to some roles is named to nobody who may not read
    it, not even its subject."""
    return not is_closed(by, row) or may(by, "case.read", row, engine.load_case(row.state))


def took_part(by: Standing, state: engine.Case, action: str = "case.read") -> bool:
    """Whether the person decided a step of the case; an agent's way ends with the mandate, whatever they did."""
    return not only_by_mandate(by, action) and any(by.person in doers for doers in state.doers.values())


def only_by_mandate(by: Standing, action: str) -> bool:
    """Whether the post has this right by a written mandate and by nothing else."""
    return by.role != "system" and permissions.matrix().scopes(action, by.role) == ("mandate",)


def takes_part(by: Standing, state: engine.Case) -> bool:
    """Whether the post's office holds a task of the case or was asked to help, or the person took it in at a counter."""
    if by.role in COUNTERS and (by.person, by.role) == (state.opened_by.person, state.opened_by.role):
        return True
    mine = by.office_path or office_path(by.office)
    if not mine:
        return False
    # whoever has nothing but their own cases (a mediator) takes no part in what was given to a colleague
    own = by.role != "system" and permissions.matrix().scopes("case.read", by.role) == ("own",)
    asked = [
        task.office
        for task in state.tasks
        if task.office and task.role == by.role and not (own and task.person not in ("", by.person))
    ]
    helpers = state.data.get("helpers")
    asked += [code for code in helpers if isinstance(code, str)] if isinstance(helpers, list) else []
    return any(
        paths.is_within(office_path(code), mine) or paths.is_within(mine, office_path(code)) for code in asked
    )


def require(by: Standing, action: str, row: Case, state: engine.Case) -> None:
    """Raises NoSuchCase, as if it did not exist, for a case that this post may not even read, and the kernel's
    NotAllowed for one that it may read but not so; MandateExpired for an agent whose mandate has ended."""
    if may(by, action, row, state):
        return
    if row.confined:
        raise NoSuchCase(which=str(row.pk))
    if not may(by, "case.read", row, state):
        if "mandate" in permissions.matrix().scopes("case.read", by.role) and (
            ended := mandate_lapsed(by.person, row.pk)
        ):
            raise MandateExpired(**why_closed(ended))
        raise NoSuchCase(which=row.tracking_code if by.role == "resident" else str(row.pk))
    if is_closed(by, row):
        raise NoSuchCase(which=str(row.pk))
    permissions.check(by, action, row)


def reporter_of(row: Case) -> Standing:
    """The resident behind a case, for a door that has checked the tracking code: the code is the right.

    The engine knows a reporter who opened the case themselves by the name under which they did so; a case that an
    agent opened for somebody is that resident's, or its code's.
    """
    opener, role = (row.state.get("opened") or ["", ["", ""]])[1][:2]
    known = f"resident:{row.reporter_id}" if row.reporter_id else f"case:{row.pk}"
    return Standing(person=opener if role == "resident" else known, role="resident")


def mandate_of(by: Standing, row: Case) -> Mandate | None:
    """The mandate by which this post acts in the case, if it is an agent's and one is in force. At most one query."""
    if by.role == "system" or "mandate" not in permissions.matrix().scopes("case.act", by.role):
        return None
    return mandate_in_force(by.person, row.pk)


def stand_in(by: Standing, row: Case) -> Standing:
    """The agent as the engine asks for the reporter's rights: where the mandator could act, the agent may.

    Only for asking; the facts name the agent (``actions.writing.decide``).
    """
    return replace(by, person=reporter_of(row).person, role="resident")

"""Whom a reaction tells, and by which way: notices on the desk, and calls to people who must hear of it now.

``@ on_duty`` is whoever holds the general duty room at this moment; where nobody has taken over, everybody of the role at
county is told, and the message says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.sealing import blacked_out, secrets_of
from gongzhi.city.cases.world import WORLD
from gongzhi.city.duty import queries as duty
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.clusters import reporters as reporters_of_project
from gongzhi.city.mechanisms.models import Notice
from gongzhi.city.messages import actions as messages
from gongzhi.city.messages.actions import Somebody
from gongzhi.city.messages.models import Summons
from gongzhi.city.territory.models import Office
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.spec import performer
from gongzhi.engine.mechanisms.schema import ReactionSpec

#: scope of a recipient: who holds the general duty room now
ON_DUTY = "on_duty"
#: recipient: who reported the case, and whatever was merged into it
REPORTER = "reporter"
#: recipient: whoever reported a case of the cluster for which this project was opened
CLUSTER_REPORTERS = "cluster_reporters"
#: scope of a recipient: who has the task that the fact is about
ITEM = "item"
#: minutes until the next one is called where no duty room says otherwise
PATIENCE = 10
#: what is left of 70 characters for the reaction's title
TITLE = 30

#: (person, role, office)
Recipient = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Recipients, what is said to them before the text, and the groups in which they are called."""

    recipients: Sequence[Recipient]
    before: str = ""
    groups: Sequence[Sequence[Somebody]] = ()
    #: code of the office that is called
    office: str = ""
    wait: int = PATIENCE


def notify(
    spec: ReactionSpec, entry: Entry, row: Case, case_type: CaseType, state: engine.Case, text: str
) -> None:
    """One notice for each recipient; somebody who is meant twice is told once. Who must hear of it now is called as well."""
    told = [
        each
        for named in spec.do.notify
        for each in told_by(named, row, case_type, state, entry, urgent=spec.do.urgent)
    ]
    texts = {recipient: each.before + text for each in told for recipient in each.recipients}
    follower_notices(spec, entry, row, state, text, known={person for person, _role, _office in texts})
    Notice.objects.bulk_create(
        [
            Notice(
                case=row,
                entry=entry.pk,
                reaction=spec.id,
                person=person,
                role=role,
                office=office,
                text=words[:2000],
                at=entry.at,
            )
            for (person, role, office), words in sorted(texts.items())
        ],
        ignore_conflicts=True,
    )
    for each in told:
        rungs = messages.ladder(*each.groups)
        if rungs:
            messages.call(
                f"{entry.pk}:{spec.id}:{each.office}",
                rungs,
                (each.before + text)[:600],
                plain(spec.title, row.number or ""),
                office=Office.objects.filter(code=each.office).first(),
                about=subject("case", row.pk),
                number=name_of(row),
                wait=each.wait,
            )


def follower_notices(
    spec: ReactionSpec, entry: Entry, row: Case, state: engine.Case, text: str, *, known: Collection[str]
) -> None:
    """What the reporter hears, whoever else reported the same matter hears too: on their own cases, each once.

    Also what a cluster's project tells its reporters. Nothing that is sealed in this case, and no tracking code.
    """
    if REPORTER in spec.do.notify:
        hearing = Case.objects.filter(merged_into=row)
    elif CLUSTER_REPORTERS in spec.do.notify:
        hearing = reporters_of_project(row)
    else:
        return
    text = str(blacked_out(text, secrets_of(row.pk))).replace(row.tracking_code, "")
    subject_ = state.data.get("subject")
    own: dict[str, Notice] = {}
    for case in hearing.exclude(reported_by="").defer("state").order_by("id"):
        words = text.replace(subject_, case.subject) if isinstance(subject_, str) and subject_ else text
        if case.reported_by not in known and case.reported_by not in own:
            own[case.reported_by] = Notice(
                case=case,
                entry=entry.pk,
                reaction=spec.id,
                person=case.reported_by,
                text=words[:2000],
                at=entry.at,
            )
    Notice.objects.bulk_create(own.values(), batch_size=500, ignore_conflicts=True)


def plain(title: str, number: str) -> str:
    """What leaves the house: the mechanism's own words and a number, nothing that anybody typed in.

    >>> plain("接到紧急信息", "JJ2024000001")
    '接到紧急信息（JJ2024000001），请马上登录处置。'
    >>> plain("接到紧急信息", "")
    '接到紧急信息，请马上登录处置。'
    """
    # a case without a number is not named: its code opens it to whoever finds the phone
    return f"{title[:TITLE]}{f'（{number[:24]}）' if number else ''}，请马上登录处置。"


def told_by(
    named: str, row: Case, case_type: CaseType, state: engine.Case, entry: Entry, *, urgent: bool
) -> list[Told]:
    """Who is meant by ``reporter``, ``holder`` or ``role @ scope``; ``urgent``: they are called, not only written to."""
    role, scope = performer(named)
    if scope == ON_DUTY:
        return [on_duty(role)]
    recipients = recipients_of(named, row, case_type, state, entry)
    if not urgent:
        return [Told(recipients=recipients)]
    return [
        Told(recipients=[(person, role, office)], groups=[_holders(role, office)], office=office)
        for person, role, office in recipients
    ]


def on_duty(role: str) -> Told:
    """Whoever holds the general duty room now; everybody of the role at county where nobody does."""
    found = duty.on_duty()
    wait = found.room.patience if found.room else PATIENCE
    if found.people:
        own = found.room.office.code if found.room else ""
        return Told(
            recipients=[(person, "", "") for person in found.people],
            groups=found.groups,
            office=own,
            wait=wait,
        )
    office = WORLD.office_for(role, "county", "")
    why = _("当班人员没有账号") if found.places else _("现在没有人接班")
    return Told(
        recipients=[("", role, office)] if office else [],
        before=_("（%(why)s，发给所有%(role)s）") % {"why": why, "role": _("值班长")},
        groups=[*found.groups, _holders(role, office)],
        office=office,
        wait=wait,
    )


def recipients_of(
    named: str, row: Case, case_type: CaseType, state: engine.Case, entry: Entry
) -> list[Recipient]:
    """(person, role, office) of ``reporter``, ``holder`` or ``role @ scope``; nobody where the office is not known."""
    if named == CLUSTER_REPORTERS:
        return []  # they have notices of their own
    if named == REPORTER:
        return [(row.reported_by, "", "")] if row.reported_by else []
    role, scope = performer(named)
    if named == "holder" or scope == ITEM:
        return [
            (task.person, "", "") if task.person else ("", task.role, task.office)
            for task in state.tasks
            if (task.office or task.person) and (scope != ITEM or task.id == entry.task)
        ]
    kind, value = "county", ""
    if scope != "county":
        value = state.data.get(scope, "")
        field = case_type.form.by_id.get(scope)
        if field is not None and field.kind == "offices" and isinstance(value, list):
            found = [WORLD.office_for(role, "office", code) for code in value if isinstance(code, str)]
            return [("", role, office) for office in found if office]
        kind = "office" if field is not None and field.kind == "office" else "area"
        value = value.get("area", "") if isinstance(value, Mapping) else value
    office = WORLD.office_for(role, kind, value if isinstance(value, str) else "")
    return [("", role, office)] if office else []


def hear_answer(entry: Entry, row: Case) -> None:
    """Somebody acted on the case: nobody calls them, or their office, about it any more."""
    if not entry.person or entry.role == "system":
        return
    waiting = Summons.objects.filter(about=subject("case", row.pk), state=Summons.State.OPEN)
    for summons in waiting.select_related("office"):
        own = summons.office is not None and summons.office.code == entry.office
        if own or summons.messages.filter(person=entry.person).exists():
            messages.answered(Standing(person=entry.person, role=entry.role, name=entry.name), summons)


def _holders(role: str, code: str) -> list[Somebody]:
    office = Office.objects.filter(code=code).first()
    return duty.role_holders(office, role) if office else []

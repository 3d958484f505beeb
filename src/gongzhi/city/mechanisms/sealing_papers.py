"""From a paper that a reaction issued to the sealed PDF: the gate and the number at once, the seal in a job after the commit.

A paper that can't be sealed now (no key, no font, no time stamp) keeps its text and waits; the periodic work tries again, and so
may a person. A paper that must not be issued at all is kept as refused, with the channel that replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from gongzhi.city.cases import sealing
from gongzhi.city.cases.files import open_file
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import home_office
from gongzhi.city.documents import actions as documents
from gongzhi.city.documents import gate
from gongzhi.city.documents.errors import (
    ForbiddenCertificate,
    NoSuchPaper,
    NotBlue,
    NotTheSameContent,
    PaperWithdrawn,
    SealKeyMissing,
)
from gongzhi.city.documents.models import Ink, SealedPaper
from gongzhi.city.jobs.periodic import periodic
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.mechanisms.papers import in_clear
from gongzhi.city.territory.models import Office
from gongzhi.engine import cases as engine
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.papers import images_of, read_paper

MOST_WAITING = 200
#: refusals that trying again does not heal
FINAL = (ForbiddenCertificate, NotTheSameContent, NotBlue, PaperWithdrawn)


def issue(entry: Entry, row: Case, owner: Held, document: Document, told: Mapping[str, Any]) -> Paper:
    """Write a paper once per entry, with its own number, and have it sealed; inside the reader's transaction.

    ``told`` is what the template may name. A certificate that the office may not issue is written as refused.
    """
    known = Paper.objects.filter(entry=entry.pk, document=document.id).first()
    if known is not None:
        return known
    spec, at = document.spec, entry.at
    office = _office(document, row)
    paper = Paper(
        case=row,
        entry=entry.pk,
        document=document.id,
        owner=owner.mechanism.id,
        owner_version=owner.mechanism.version,
        title=document.title[:120],
        issued_at=at,
        to=spec.to,
        office=office if spec.seal else "",
        state=Paper.State.WAITING if spec.seal else Paper.State.PLAIN,
    )
    try:
        pass_gate(spec.kind, office or entry.office)
    except ForbiddenCertificate as error:
        paper.state, paper.trouble = Paper.State.REFUSED, _told(error)
    else:
        if spec.number:
            paper.number = documents.next_number(office or home_office(), spec.number, at)[:60]
            told = {**told, "number": paper.number}
    if spec.seal and told.get("number") == row.tracking_code:
        told = {
            **told,
            "number": "",
        }  # not numbered yet; the tracking code opens the case and stands on no sealed paper
    paper.body = document.fill(told)
    paper.save(force_insert=True)
    seal_after(paper, document, row)
    return paper


def seal_after(paper: Paper, document: Document, row: Case) -> None:
    """Have a paper sealed once the caller's transaction is there for good; nothing for a paper without a seal."""
    if document.spec.seal and paper.state == Paper.State.WAITING:
        seal_waiting_paper.using(dedupe_key=f"seal-paper:{paper.pk}").enqueue(paper.pk)  # type: ignore[call-arg]


def pass_gate(kind: str, office: str) -> None:
    """Raise ForbiddenCertificate where this office may not issue certificates of this kind."""
    if not kind or not office:
        return
    row = Office.objects.select_related("area").filter(code=office).first()
    if row is not None:
        gate.check(kind, row, forbidden)


def forbidden(kind: str) -> Mapping[str, Any] | None:
    """What the table ``forbidden_certificates`` of the installed mechanisms says of a kind; None where none lists it."""
    for held in library.active():
        table = held.mechanism.tables.get(gate.TABLE)
        if table is None:
            continue
        decision = table.decide({column.name: kind for column in table.inputs})
        if decision.matched and isinstance(decision.value, Mapping):
            return decision.value
    return None


@task()
def seal_waiting_paper(paper: int) -> str:
    """Seal one paper; gives its state. Bears a second call: what is sealed stays sealed once."""
    row = Paper.objects.select_related("case").filter(pk=paper).first()
    if row is None or row.state != Paper.State.WAITING:
        return str(row.state) if row else ""
    try:
        sealed = _seal(row)
    except GongzhiError as error:
        state = Paper.State.REFUSED if isinstance(error, FINAL) else Paper.State.WAITING
        waiting = Paper.objects.filter(pk=row.pk, state=Paper.State.WAITING)
        waiting.update(state=state, trouble=_told(error))
        return str(state)
    Paper.objects.filter(pk=row.pk).update(state=Paper.State.SEALED, sealed=sealed, trouble=None)
    return str(Paper.State.SEALED)


def retry(by: Standing, paper: Paper) -> str:
    """A person has a waiting paper sealed now; gives its state. Raises NotAllowed."""
    office = Office.objects.select_related("area").filter(code=paper.office).first()
    reach = Target(
        area_path=office.area.path if office else "", office_paths=(office.path,) if office else ()
    )
    check(by, "paper.seal", reach)
    return seal_waiting_paper.func(paper.pk)


@periodic.register("papers.seal_waiting", every=timedelta(minutes=10))
def seal_all_waiting() -> None:
    """Try again what waits: a key was imported, a font installed, the time stamps answer."""
    waiting = Paper.objects.filter(state=Paper.State.WAITING).order_by("id").values_list("pk", flat=True)
    for pk in waiting[:MOST_WAITING]:
        seal_waiting_paper.using(dedupe_key=f"seal-paper:{pk}").enqueue(pk)  # type: ignore[call-arg]


@checks.register("papers that wait for a seal")
def check_waiting(full: bool) -> Finding:
    """No paper waits for its seal because of something that a person must heal."""
    waiting = Paper.objects.filter(state=Paper.State.WAITING, trouble__isnull=False).order_by("id")
    trouble = waiting.values_list("trouble", flat=True).first()
    remedy = ""
    if trouble:
        said = (trouble["sentence"] + trouble["remedy"]) % trouble["data"]
        remedy = f"{waiting.count():,}份文书等待盖章，第一份的原因：{said}"
    return Finding(ok=not trouble, title="等待盖章的文书", remedy=remedy)


def _office(document: Document, row: Case) -> str:
    if document.spec.seal == "county":
        return home_office()
    code = engine.load_case(row.state).data.get(document.spec.seal, "") if document.spec.seal else ""
    return code if isinstance(code, str) else ""


def _seal(paper: Paper) -> SealedPaper:
    spec = _document(paper).spec
    body = in_clear(paper)
    if not Office.objects.filter(code=paper.office).exists():
        raise SealKeyMissing(office=paper.office or spec.seal, why="没有这个单位")
    data = _data(paper.case)
    wanted = documents.Wanted(
        body=body,
        title=paper.title,
        office=paper.office,
        subject=subject("case", paper.case_id),
        source=subject("paper", paper.pk),
        mechanism=paper.owner,
        document=paper.document,
        number=paper.number or paper.case.number or "",
        kind=spec.kind,
        holder=_text(data.get(spec.holder)) if spec.holder else "",
        ink=spec.ink,
        valid_days=spec.valid_days,
        images=_images(body, data),
    )
    if not spec.turns:
        return documents.seal_paper(SYSTEM, replace(wanted, replaces=_before(paper)))
    blue = _blue(wanted.subject, spec.turns)
    if blue is None:
        raise NoSuchPaper()
    return documents.turn_formal(SYSTEM, blue, wanted)


def _before(paper: Paper) -> SealedPaper | None:
    """The blue paper that was issued before this one and still stands: an opinion that is given anew takes its place."""
    older = Paper.objects.filter(case=paper.case_id, document=paper.document, pk__lt=paper.pk)
    found = (
        older.filter(sealed__status=SealedPaper.Status.VALID, sealed__ink=Ink.BLUE).order_by("-pk").first()
    )
    return found.sealed if found and _document(paper).spec.ink == Ink.BLUE.value else None


def _blue(about: str, document: str) -> SealedPaper | None:
    """The blue paper of a matter: the one that stands, else the last."""
    found = SealedPaper.objects.filter(subject=about, document=document, ink=Ink.BLUE).order_by("-id")
    return found.filter(status=SealedPaper.Status.VALID).first() or found.first()


def _document(paper: Paper) -> Document:
    held = library.one(paper.owner, paper.owner_version)
    return held.mechanism.documents[paper.document]


def _data(row: Case) -> Mapping[str, Any]:
    """The case's values, the private ones opened: for the paper that names its holder."""
    held = library.one(row.mechanism, row.version)
    state = engine.load_case(row.state)
    return sealing.opened(held.case_types[row.type], state, sealing.secrets_of(row.pk)).data


def _text(value: Any) -> str:
    return (
        str(value.get("text") or value.get("name") or "") if isinstance(value, Mapping) else str(value or "")
    )


def _images(body: str, data: Mapping[str, Any]) -> dict[str, bytes]:
    """The drawn signatures that the paper wants, from the case's files: the last of each field."""
    found = {}
    for name in images_of(read_paper(body)):
        files = data.get(name)
        if isinstance(files, list) and files and isinstance(files[-1], Mapping):
            with open_file(str(files[-1].get("sha256", ""))) as stream:
                found[name] = stream.read()
    return found


def _told(error: GongzhiError) -> dict[str, Any]:
    return {
        "code": error.code,
        "sentence": error.sentence,
        "remedy": error.remedy,
        "data": {name: str(value) for name, value in error.data.items()},
    }

"""Reading drafts: their files now, and how they became so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.workshop.errors import NoSuchDraft
from gongzhi.city.workshop.models import Draft, Edit
from gongzhi.engine.mechanisms import unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a draft: its content, the revision that wrote it (0: as forked), and who did."""

    path: str
    content: bytes
    revision: int = 0
    by_name: str = ""
    at: datetime | None = None


def check_may_look(by: Standing) -> None:
    """Authors and reviewers see drafts. Raises NotAllowed."""
    try:
        check(by, "workshop.edit")
    except NotAllowed:
        check(by, "workshop.release")


def may_look(by: Standing) -> bool:
    """Whether drafts are shown to them."""
    return may(by, "workshop.edit") or may(by, "workshop.release")


def drafts(by: Standing) -> QuerySet[Draft]:
    """All drafts, newest change first. Raises NotAllowed."""
    check_may_look(by)
    return Draft.objects.select_related("base").defer("base__archive").order_by("-changed_at", "-id")


def draft(by: Standing, pk: int) -> Draft:
    """One of them. Raises NotAllowed, NoSuchDraft."""
    found = drafts(by).filter(pk=pk).first()
    if found is None:
        raise NoSuchDraft()
    return found


def base_files(of: Draft) -> Mapping[str, bytes]:
    """The files of the version from which it was forked; none for one that was written anew."""
    return unpack(bytes(of.base.archive)) if of.base is not None else {}


def files(of: Draft) -> dict[str, File]:
    """Path -> file as it is now, in order of path; two queries whatever the number of files."""
    made = {path: File(path=path, content=content) for path, content in base_files(of).items()}
    newest = of.edits.values("path").annotate(last=Max("revision")).values("last")
    for edit in of.edits.filter(revision__in=newest):
        if edit.content is None:
            made.pop(edit.path, None)
        else:
            made[edit.path] = File(
                path=edit.path,
                content=bytes(edit.content),
                revision=edit.revision,
                by_name=edit.by_name,
                at=edit.at,
            )
    return dict(sorted(made.items()))


def contents(of: Draft) -> dict[str, bytes]:
    """Path -> bytes, as the engine reads a folder."""
    return {path: each.content for path, each in files(of).items()}


def last_revision(of: Draft, path: str) -> int:
    """The revision of the newest edit of a path; 0 when it is as forked."""
    found: int | None = of.edits.filter(path=path).aggregate(last=Max("revision"))["last"]
    return found or 0


def history(of: Draft, path: str = "") -> QuerySet[Edit]:
    """Edits, newest first; of one file where it is named."""
    rows = of.edits.defer("content").order_by("-revision")
    return rows.filter(path=path) if path else rows


def authors(of: Draft) -> set[str]:
    """Everybody who wrote in it or asked for its release."""
    return {of.author, *of.edits.values_list("by", flat=True), of.asked_by} - {""}

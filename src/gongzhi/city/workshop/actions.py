"""Writing a mechanism in the browser: fork, save, ask for the release, send back, release. Nobody releases their own."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, matrix
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import Installation, install
from gongzhi.city.mechanisms.errors import NotInstalled
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.workshop import queries, trying
from gongzhi.city.workshop.errors import (
    BadPath,
    ChangedSince,
    FourEyes,
    NameTaken,
    NoSuchDraft,
    NotAsked,
    NotEditing,
    NothingSaid,
    NotReady,
    Overtaken,
    SameVersion,
    TooLarge,
)
from gongzhi.city.workshop.models import Draft, Edit
from gongzhi.engine import mechanisms as engine
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms.schema import FILE_KINDS

#: bytes of one file; people write less
MOST = 1_000_000
#: what a folder may hold beside the kinds of the grammar
PLAIN = ("README.md", "CHANGELOG.md", "tables/*.csv")
ENGLISH = "strings/en.yaml"
PATTERNS = tuple(pattern for pattern, _ in FILE_KINDS.values()) + PLAIN


def fork(mechanism: str, by: Standing, version: str = "") -> Draft:
    """A draft that begins as an installed version (the active one). Right ``workshop.edit``; NotInstalled."""
    check(by, "workshop.edit")
    wanted = version or library.LIBRARY.active_version(mechanism)
    base = Installed.objects.filter(mechanism=mechanism, version=wanted).first()
    if base is None:
        raise NotInstalled(mechanism=f"{mechanism} {wanted}".strip())
    return _begin(by, mechanism=mechanism, title=base.title, base=base)


def start(mechanism: str, title: str, by: Standing) -> Draft:
    """A draft of a new mechanism, small and complete, to be changed from there.

    Right ``workshop.edit``; NameTaken, and BadName for an id or title that no mechanism can have.
    """
    check(by, "workshop.edit")
    if Installed.objects.filter(mechanism=mechanism).exists():
        raise NameTaken(mechanism=mechanism)
    return _begin(by, mechanism=mechanism, title=title, written=engine.new(mechanism, title))


def _begin(
    by: Standing,
    *,
    mechanism: str,
    title: str,
    base: Installed | None = None,
    written: Mapping[str, bytes] | None = None,
) -> Draft:
    now = clock.now()
    with transaction.atomic():
        draft = Draft.objects.create(
            mechanism=mechanism,
            title=title[:120],
            base=base,
            author=by.person,
            author_name=by.name[:60],
            made_at=now,
            changed_at=now,
        )
        for path, text in sorted((written or {}).items()):
            _edit(draft, path, text, by)
        draft.save(update_fields=["revision"])
        _record(draft, "draft_made", by, base=base.version if base else "")
    return draft


def save(draft_id: int, path: str, content: bytes | None, *, seen: int, by: Standing) -> Edit | None:
    """Save one file; ``None`` as content takes it out. ``seen`` is the revision of the file that the author had before them.

    Returns the edit, or None when nothing is different. Right ``workshop.edit``; NotEditing, BadPath, TooLarge, and
    Overtaken when somebody else saved the file meanwhile (its data hold their text, for a comparison).
    """
    check(by, "workshop.edit")
    _check_path(path)
    if content is not None and len(content) > MOST:
        raise TooLarge(path=path, size=len(content) // 1000, most=MOST // 1000)
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.state != Draft.State.EDITING:
            raise NotEditing(title=draft.title, state=draft.get_state_display())
        now = queries.files(draft).get(path)
        if (now.content if now else None) == content:
            return None
        last = queries.last_revision(draft, path)
        if last != seen:
            other = draft.edits.filter(path=path, revision=last).get()
            theirs = bytes(other.content or b"").decode("utf-8", "replace")
            raise Overtaken(path=path, name=other.by_name, theirs=theirs, revision=last)
        edit = _edit(draft, path, content, by)
        draft.changed_at = edit.at
        draft.save(update_fields=["revision", "changed_at"])
        _record(draft, "draft_edited", by, path=path, revision=edit.revision)
    return edit


def translate(draft_id: int, words: Mapping[str, str], by: Standing) -> Edit | None:
    """Write English words for Chinese texts (text -> English) at the end of ``strings/en.yaml``; empty ones are left out.

    Right ``workshop.edit``; refuses as ``save`` does.
    """
    check(by, "workshop.edit")
    with transaction.atomic():
        draft = _locked(draft_id)
        known = queries.files(draft).get(ENGLISH)
        text = known.content.decode("utf-8") if known else ""
        lines = [_quoted(chinese, english) for chinese, english in words.items() if english.strip()]
        if not lines:
            return None
        whole = text.rstrip("\n") + "\n" * bool(text) + "\n".join(lines) + "\n"
        return save(draft_id, ENGLISH, whole.encode(), seen=queries.last_revision(draft, ENGLISH), by=by)


def _quoted(chinese: str, english: str) -> str:
    """A line of YAML; JSON's strings are YAML's."""
    return ": ".join(json.dumps(" ".join(text.split()), ensure_ascii=False) for text in (chinese, english))


def _check_path(path: str) -> None:
    """Only what the loader reads, one folder deep and without anything that leads elsewhere."""
    parts = path.split("/")
    plain = all(part and not part.startswith(".") and part.isprintable() for part in parts)
    if not plain or "\\" in path or len(path) > 200 or not _fits(path):
        raise BadPath(path=path[:80], kinds="、".join(PATTERNS))


def _fits(path: str) -> bool:
    return any(
        fnmatch.fnmatchcase(path, pattern) and path.count("/") == pattern.count("/") for pattern in PATTERNS
    )


def ask(draft_id: int, words: str, by: Standing) -> Draft:
    """Ask for the release: what changed and why, in the author's words; the content is fixed by its digest.

    Right ``workshop.edit``; NotEditing, NothingSaid, NotReady (lint or scenarios), SameVersion.
    """
    check(by, "workshop.edit")
    said = _said(words, "改了什么、为什么改")
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.state != Draft.State.EDITING:
            raise NotEditing(title=draft.title, state=draft.get_state_display())
        trial = trying.of_draft(draft)
        _check_ready(draft, trial)
        draft.state, draft.digest, draft.words = Draft.State.ASKED, trial.digest, said
        draft.asked_by, draft.asked_at = by.person, clock.now()
        draft.changed_at = draft.asked_at
        draft.save()
        _record(draft, "draft_asked", by, digest=trial.digest, words=said)
    return draft


def _check_ready(draft: Draft, trial: trying.Trial) -> None:
    mechanism = trial.mechanism
    if not trial.passes or mechanism is None:
        raise NotReady(title=draft.title, why=f"还有{len(trial.errors)}处错误")
    if mechanism.id != draft.mechanism:
        raise NotReady(title=draft.title, why=f"mechanism.yaml 里的编号改成了{mechanism.id}")
    report = trial.report
    if report is None or not report.results:
        raise NotReady(title=draft.title, why="一个情景都没有，没法检验")
    if report.failed:
        raise NotReady(title=draft.title, why=f"有{len(report.failed)}个情景没有通过")
    if Installed.objects.filter(mechanism=mechanism.id, version=mechanism.version).exists():
        raise SameVersion(version=mechanism.version)


def take_back(draft_id: int, by: Standing) -> Draft:
    """Go on editing what waits for its review. Right ``workshop.edit``; NotAsked."""
    check(by, "workshop.edit")
    with transaction.atomic():
        draft = _asked(draft_id)
        _reopen(draft)
        _record(draft, "draft_taken_back", by)
    return draft


def send_back(draft_id: int, answer: str, by: Standing) -> Draft:
    """The reviewer says what must be mended. Right ``workshop.release``; NotAsked, NothingSaid."""
    check(by, "workshop.release")
    said = _said(answer, "要改什么")
    with transaction.atomic():
        draft = _asked(draft_id)
        draft.answer, draft.decided_by, draft.decided_at = said, by.person, clock.now()
        _reopen(draft)
        _record(draft, "draft_sent_back", by, answer=said)
    return draft


def _reopen(draft: Draft) -> None:
    draft.state, draft.digest, draft.changed_at = Draft.State.EDITING, "", clock.now()
    draft.save()


def release(draft_id: int, digest: str, answer: str, by: Standing, *, activate: bool = True) -> Installation:
    """Install what was asked for: new cases open under it from now on, running ones stay on their version.

    ``activate=False`` only keeps the version ready, for a pilot in some areas.

    ``digest`` is that of the content the reviewer looked at. Right ``workshop.release`` and ``mechanism.install``; FourEyes
    for whoever wrote in the draft or asked, ChangedSince, NotAsked, NothingSaid, and what ``install`` refuses.
    """
    check(by, "workshop.release")
    said = _said(answer, "复核意见")
    with transaction.atomic():
        draft = _asked(draft_id)
        if by.person in queries.authors(draft):
            raise FourEyes(who="、".join(matrix().who_may("workshop.release")))
        contents = queries.contents(draft)
        if not draft.digest == digest == engine.digest_of(contents):
            raise ChangedSince()
        done = install(contents, by=by, activate=activate)
        draft.state, draft.version, draft.answer = Draft.State.RELEASED, done.version, said
        draft.decided_by, draft.decided_at = by.person, clock.now()
        draft.changed_at = draft.decided_at
        draft.save()
        _record(
            draft, "draft_released", by, version=done.version, digest=digest, answer=said, active=activate
        )
    return done


def drop(draft_id: int, by: Standing) -> Draft:
    """Put a draft aside; its text is kept. Right ``workshop.edit``; NotEditing for what was released."""
    check(by, "workshop.edit")
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.state in (Draft.State.RELEASED, Draft.State.DROPPED):
            raise NotEditing(title=draft.title, state=draft.get_state_display())
        draft.state, draft.changed_at = Draft.State.DROPPED, clock.now()
        draft.save(update_fields=["state", "changed_at"])
        _record(draft, "draft_dropped", by)
    return draft


def _asked(draft_id: int) -> Draft:
    draft = _locked(draft_id)
    if draft.state != Draft.State.ASKED:
        raise NotAsked(title=draft.title)
    return draft


def _locked(draft_id: int) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NoSuchDraft()
    return draft


def _edit(draft: Draft, path: str, content: bytes | None, by: Standing) -> Edit:
    draft.revision += 1
    return Edit.objects.create(
        draft=draft,
        revision=draft.revision,
        path=path,
        content=content,
        by=by.person,
        by_name=by.name[:60],
        at=clock.now(),
    )


def _said(words: str, what: str) -> str:
    said = words.strip()
    if not said:
        raise NothingSaid(what=what)
    return said[:2000]


def _record(draft: Draft, kind: str, by: Standing, **data: Any) -> None:
    fact = Fact(kind=kind, at=clock.now(), by=by, data={"mechanism": draft.mechanism, **data})
    append(subject("workshop", draft.pk), [fact])

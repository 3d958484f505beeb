"""A file is marked and then cut: what is removed, with the ground for each, and a copy in which it is not there any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongzhi.city.documents import redacting, store
from gongzhi.city.documents.actions.recording import record
from gongzhi.city.documents.errors import (
    BadMark,
    CannotRedact,
    NoSuchRedaction,
    RedactionDone,
    StillThere,
)
from gongzhi.city.documents.models import Redaction
from gongzhi.city.documents.queries import redactions
from gongzhi.city.documents.redacting import Box, Marks, Word
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office

THING = "redaction"
#: bytes; a paper as it is scanned, not a film
LARGEST = 40_000_000
MOST_MARKS = 500
LONGEST_WORD = 200


@transaction.atomic
def start_redaction(
    by: Standing, name: str, data: bytes, *, title: str = "", about: str = "", at: datetime | None = None
) -> Redaction:
    """Take in the file from which something must be taken out. Raises NotAllowed, CannotRedact."""
    at = at or clock.now()
    office = Office.objects.select_related("area").filter(code=by.office).first()
    if office is None:
        raise CannotRedact(why="您的岗位不属于任何单位")
    check(by, "redaction.make", Target(area_path=office.area.path, office_paths=(office.path,)))
    if len(data) > LARGEST:
        raise CannotRedact(why=f"超过{LARGEST // 1_000_000} MB")
    kind, pages = _kind_of(data)
    row = Redaction.objects.create(
        title=(title.strip() or name)[:120],
        about=about.strip()[:60],
        kind=kind,
        name=name[:200],
        original_sha256=store.put(data),
        pages=pages,
        office=office,
        office_path=office.path,
        area_path=office.area.path,
        made_by=by.person,
        made_at=at,
    )
    record(by, "started", THING, row.pk, at, sha256=row.original_sha256, about=row.about)
    return row


def _kind_of(data: bytes) -> tuple[str, int]:
    if data.startswith(b"%PDF"):
        return Redaction.Kind.PDF, redacting.page_count(data)
    text = redacting.read_text(data)
    if not text or not text.strip():
        raise CannotRedact(why="不是 PDF，也不是纯文本")
    return Redaction.Kind.TEXT, 1


@transaction.atomic
def mark_words(by: Standing, redaction: UUID | str, words: list[str], ground: str) -> Redaction:
    """Remove these words wherever they stand. Raises NoSuchRedaction, RedactionDone, BadMark."""
    row = _held(by, redaction)
    _ground(ground)
    fresh = [word.strip() for word in words if word.strip()]
    if not fresh:
        raise BadMark(why="没有写要去掉什么")
    if any(len(word) > LONGEST_WORD for word in fresh):
        raise BadMark(why=f"一次最多{LONGEST_WORD}个字")
    marks = Marks.load(row.marks)
    known = {word.text for word in marks.words}
    added = tuple(Word(word, ground) for word in dict.fromkeys(fresh) if word not in known)
    return _keep(row, Marks(words=marks.words + added, boxes=marks.boxes))


@transaction.atomic
def mark_box(by: Standing, redaction: UUID | str, box: Box) -> Redaction:
    """Remove this area of a page. Raises NoSuchRedaction, RedactionDone, BadMark."""
    row = _held(by, redaction)
    _ground(box.ground)
    if row.kind != Redaction.Kind.PDF:
        raise BadMark(why="纯文本没有页面，请写要去掉的字")
    inside = 0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1
    if not (inside and 1 <= box.page <= row.pages):
        raise BadMark(why="不在页面上")
    marks = Marks.load(row.marks)
    return _keep(row, Marks(words=marks.words, boxes=(*marks.boxes, box)))


@transaction.atomic
def unmark(by: Standing, redaction: UUID | str, number: int) -> Redaction:
    """Take a mark away again: its number in words and then areas, from 0. Raises NoSuchRedaction, RedactionDone, BadMark."""
    row = _held(by, redaction)
    marks = Marks.load(row.marks)
    listed = [*marks.words, *marks.boxes]
    if not 0 <= number < len(listed):
        raise BadMark(why="没有这一处")
    left = [each for place, each in enumerate(listed) if place != number]
    return _keep(
        row,
        Marks(
            words=tuple(each for each in left if isinstance(each, Word)),
            boxes=tuple(each for each in left if isinstance(each, Box)),
        ),
    )


def _ground(key: str) -> None:
    if not redacting.is_ground(key):
        raise BadMark(why="没有选不公开的理由")


def _keep(row: Redaction, marks: Marks) -> Redaction:
    if len(marks.words) + len(marks.boxes) > MOST_MARKS:
        raise BadMark(why=f"一份文件最多标{MOST_MARKS}处")
    row.marks = marks.dump()
    row.save(update_fields=["marks"])
    return row


def finish_redaction(by: Standing, redaction: UUID | str, *, at: datetime | None = None) -> Redaction:
    """Make the copy, search it for what was removed, and keep it beside the original. It is made outside of any transaction.

    Raises NoSuchRedaction, RedactionDone, BadMark (nothing is marked, or a word does not stand in the file), StillThere.
    """
    at = at or clock.now()
    with transaction.atomic():
        row = _held(by, redaction)
        kept = row.marks
    made = _copy(row, Marks.load(kept))
    with transaction.atomic():
        row = _held(by, redaction)
        if row.marks != kept:
            raise BadMark(why="正在做的时候有人又改了标记，请再点一次")
        row.result_sha256 = store.put(made)
        row.finished_at, row.finished_by = at, by.person
        row.save(update_fields=["result_sha256", "finished_at", "finished_by"])
        record(by, "finished", THING, row.pk, at, sha256=row.result_sha256, grounds=Marks.load(kept).counts())
    return row


def _copy(row: Redaction, marks: Marks) -> bytes:
    if not marks:
        raise BadMark(why="还没有标要去掉的地方")
    data = store.read(row.original_sha256)
    words = [word.text for word in marks.words]
    if row.kind == Redaction.Kind.TEXT:
        text = redacting.read_text(data) or ""
        _all_found([word for word in words if not redacting.find_spans(text, [word])])
        made = redacting.redact_text(text, marks.words).encode()
    else:
        _all_found([word.text for word in marks.words if not redacting.find_words(data, [word])])
        boxes = [*marks.boxes, *redacting.find_words(data, marks.words)]
        words += redacting.words_under(data, marks.boxes)
        made = redacting.redact_pdf(data, boxes)
    if left := redacting.leaks(made, words):
        raise StillThere(count=len(left))
    return made


def _all_found(missing: list[str]) -> None:
    """A word that the text layer does not hold would stay on the picture of a scan: somebody must mark the area."""
    if missing:
        raise BadMark(why=f"文件的文字里找不到“{missing[0]}”；是扫描件的，请在页面上框出来")


@transaction.atomic
def redact_again(by: Standing, redaction: UUID | str, *, at: datetime | None = None) -> Redaction:
    """Begin another one from the same original with the same marks. Raises NoSuchRedaction, NotAllowed."""
    at = at or clock.now()
    held = find_redaction(by, redaction, "redaction.make")
    row = Redaction.objects.create(
        **{name: getattr(held, name) for name in ("title", "about", "kind", "name", "original_sha256", "pages", "marks")},
        **{name: getattr(held, name) for name in ("office", "office_path", "area_path")},
        again=held,
        made_by=by.person,
        made_at=at,
    )  # fmt: skip
    record(by, "started", THING, row.pk, at, sha256=row.original_sha256, again=str(held.pk))
    return row


def open_original(
    by: Standing, redaction: UUID | str, *, at: datetime | None = None
) -> tuple[Redaction, bytes]:
    """The file as it came; that it was opened, and by whom, is a fact. Raises NoSuchRedaction, NotAllowed."""
    with transaction.atomic():
        row = find_redaction(by, redaction, "redaction.original")
        record(by, "original_opened", THING, row.pk, at or clock.now())
    return row, store.read(row.original_sha256)


def find_redaction(by: Standing, redaction: UUID | str, action: str = "redaction.read") -> Redaction:
    """One that this post may see. Raises NoSuchRedaction, as if it did not exist, and NotAllowed for another deed on it."""
    try:
        row = Redaction.objects.select_related("office").filter(pk=UUID(str(redaction))).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchRedaction()
    if not redactions(by).filter(pk=row.pk).exists():
        raise NoSuchRedaction()
    check(by, action, row)
    return row


def _held(by: Standing, redaction: UUID | str) -> Redaction:
    row = find_redaction(by, redaction, "redaction.make")
    row = Redaction.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.is_done:
        raise RedactionDone(title=row.title)
    return row

"""Lists and searches of a register: limited to what may be seen, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet

from gongzhi.city.kernel.errors import BadCursor
from gongzhi.city.kernel.pagination import Page, page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, searching, sight
from gongzhi.city.records.errors import BadList
from gongzhi.city.records.models import Record
from gongzhi.engine.registers import Register

ORDER = ("key",)
#: nobody reads on beyond so many hits; a search says more words instead
MOST_HITS = 200
#: counted no further
MOST_COUNTED = 100_000
_SALT = "gongzhi.records.hits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; empty means no limit."""

    state: str = ""
    text: str = ""


def records(
    by: Standing, register: str, filter: Filter | None = None, *, after: str = "", size: int = 50
) -> Page[Record]:
    """One page of a register in order of key, or what the words of ``filter.text`` find, the closest first.

    One query (with words two at most). Raises NoSuchRegister, NotAllowed, BadList, BadCursor.
    """
    check(by, "record.list")
    found = catalogue.one(register).register
    filter = filter or Filter()
    rows = in_state(sight.visible(by, found), found, filter.state)
    if filter.text.strip():
        return hits(rows, found, filter.text, public=False, after=after, size=size)
    return page(rows, ORDER, cursor=after, size=size)


def search(by: Standing, register: str, text: str, after: str = "", *, size: int = 50) -> Page[Record]:
    """What the words find among the records that this post may see."""
    return records(by, register, Filter(text=text), after=after, size=size)


def counts(by: Standing, register: str) -> dict[str, int]:
    """State -> how many records the list has, in the register's order of states; counted up to ``MOST_COUNTED`` each."""
    check(by, "record.list")
    found = catalogue.one(register).register
    rows = sight.visible(by, found)
    return {state: rows.filter(state=state).order_by()[:MOST_COUNTED].count() for state in found.states}


def hits(
    rows: QuerySet[Record], register: Register, text: str, *, public: bool, after: str, size: int
) -> Page[Record]:
    """The closest records first: the one with this very key, those with the words as written, else those that share
    most with what was asked."""
    size, start, loose = max(1, min(size, MOST_HITS)), *_read(after)
    words = text.strip()[: searching.LONGEST_QUERY]
    if not after:
        exact = list(rows.filter(key=words)[:1])
        if exact:
            return Page(exact, "")
    asked: list[tuple[bool, Callable[[str], str]]] = [(False, searching.exactly), (True, searching.loosely)]
    for is_loose, question in asked:
        if after and is_loose != loose:
            continue
        if not (said := question(words)):
            continue
        keys = _close(rows.order_by(), said, register.id, public)[start : min(start + size, MOST_HITS) + 1]
        if keys:
            by_key = rows.in_bulk(keys)
            found = [by_key[key] for key in keys if key in by_key]
            more = len(keys) > size and start + size < MOST_HITS
            return Page(found[:size], _write(start + size, is_loose) if more else "")
    return Page([], "")


def _close(rows: QuerySet[Record], question: str, register: str, public: bool) -> list[UUID]:
    """The keys of the closest rows. Where this post sees hardly any of the closest of all, the database looks on."""
    near = dict(searching.closest(question, register, public=public))
    seen = dict(rows.filter(pk__in=list(near)).values_list("pk", "key")) if near else {}
    if len(near) == searching.MOST_CLOSE and len(seen) <= MOST_HITS:
        ranked = searching.ranked(rows, question, register, public=public)
        # a column that ``extra`` adds
        close = ranked.values_list("pk", "closeness")  # type: ignore[misc]
        return [key for key, _closeness in close[: MOST_HITS + 1]]
    return sorted(seen, key=lambda key: (near[key], seen[key]))


def in_state(rows: QuerySet[Record], register: Register, state: str) -> QuerySet[Record]:
    if not state:
        return rows
    if state not in register.states:
        raise BadList(name="state", why=f"应为{'、'.join(register.states)}之一")
    return rows.filter(state=state)


def _write(start: int, loose: bool) -> str:
    return signing.dumps([start, loose], salt=_SALT)


def _read(cursor: str) -> tuple[int, bool]:
    if not cursor:
        return 0, False
    try:
        start, loose = signing.loads(cursor, salt=_SALT)
        return int(start), bool(loose)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadCursor from error

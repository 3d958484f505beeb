"""The text of a paper, kept without private values: marks stand in it, and are read at the moment of need.

A certificate has to name its holder, but its text lies in a table like any other. So it is kept with ``sealed:<id>`` in the
place of every private value that the document's head lists under ``names``; ``masked`` is for screens, ``in_clear``
for the paper that is sealed and handed over. What was erased since is gone from both.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from gongzhi.city.cases.sealing import MARK
from gongzhi.city.kernel.references import subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.forms import mask

_MARKS = re.compile(re.escape(MARK) + r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")
ERASED = "（已删除）"


def masked(paper: Paper) -> str:
    """The text for a screen: of private values as much as anybody may see."""
    held = library.LIBRARY.version(paper.case.mechanism, paper.case.version)
    fields = held.case_types[paper.case.type].form.by_id if held else {}

    def words(row: SealedValue) -> str:
        kind = fields[row.field].kind if row.field in fields else ""
        return str(mask(json.loads(row.value), row.privacy, kind))

    return _filled(paper, words)


def in_clear(paper: Paper) -> str:
    """The text with all that it names, for the sealed paper only; whoever calls this hands it to nobody else."""
    return _filled(paper, lambda row: _words(json.loads(row.value)))


def is_private(paper: Paper) -> bool:
    """Whether the sealed paper names private values, so that not everybody who reads the case may have it."""
    return _MARKS.search(paper.body) is not None


def is_erased(paper: Paper) -> bool:
    """Whether a private value that the sealed paper names was erased since: then nobody is given its file any more."""
    wanted = set(_MARKS.findall(paper.body))
    erased = SealedValue.objects.filter(pk__in=wanted, erased_at__isnull=False)
    return bool(wanted) and erased.exists()


def _filled(paper: Paper, words: Callable[[SealedValue], str]) -> str:
    wanted = set(_MARKS.findall(paper.body))
    if not wanted:
        return paper.body
    # only what belongs to this case: words that somebody typed may look like the mark of another's value
    found = SealedValue.objects.filter(pk__in=wanted, subject=subject("case", paper.case_id))
    rows: Mapping[str, SealedValue] = {str(row.pk): row for row in found}

    def put(match: re.Match[str]) -> str:
        row = rows.get(match[1])
        return html.escape(words(row)) if row is not None and row.value else ERASED

    return _MARKS.sub(put, paper.body)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("name") or "")
    if isinstance(value, list):
        return "、".join(_words(each) for each in value)
    return str(value)

"""What somebody at a counter wants, in their own words, found among the kinds of matters that are offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.sight import COUNTERS
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.engine.cases import CaseType
from gongzhi.engine.mechanisms.mechanism import Mechanism
from gongzhi.engine.texts.searching import normalised

#: shown at once; beyond it one more word finds faster than one more page
MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of matter that this post may take in."""

    mechanism: str
    type: str
    title: str
    #: title of the mechanism that it belongs to
    room: str
    #: words by which it is found beside its title
    words: str


def openable(by: Standing, case_type: CaseType) -> bool:
    """Whether the post may write down such a matter: the type names its role, or a resident stands before a counter."""
    return by.role in case_type.opened_by or (by.role in COUNTERS and "resident" in case_type.opened_by)


def kinds(by: Standing, words: str = "") -> list[Kind]:
    """What this post may take in, the best match of the words first; all of them without words."""
    rooms = {held.mechanism.id: held.mechanism for held in library.active()}
    found = [
        _kind(mechanism, case_type, rooms.get(mechanism))
        for mechanism, _version, case_type in catalogue.offered()
        if by.mechanism in ("", mechanism) and openable(by, case_type)
    ]
    if not words.strip():
        return found[:MOST]
    scored = [(score(words, each), each) for each in found]
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].title))
    return [each for _score, each in best[:MOST]]


def score(words: str, kind: Kind) -> float:
    """How much of what was said stands in the title (twice), the words and the options of a kind; 0 for nothing."""
    said, title = normalised(words), normalised(kind.title)
    beside = normalised(f"{kind.room} {kind.words}")
    parts = pairs(said)
    hits = sum(2.0 * (part in title) + (part in beside) for part in parts)
    return hits / max(len(parts), 1) + (3.0 if said in title else 0.0)


def pairs(text: str) -> Sequence[str]:
    """The pairs of neighbouring characters; a single character is its own."""
    dense = "".join(text.split())
    return [dense[at : at + 2] for at in range(len(dense) - 1)] or ([dense] if dense else [])


def _kind(mechanism: str, case_type: CaseType, room: Mechanism | None) -> Kind:
    options = [option for field in case_type.form.fields for option in field.options]
    labels = [case_type.form[ask.field].label for ask in case_type.opening]
    return Kind(
        mechanism=mechanism,
        type=case_type.id,
        title=case_type.title,
        room=room.title if room else mechanism,
        words=" ".join([room.manifest.summary if room else "", *labels, *options]),
    )

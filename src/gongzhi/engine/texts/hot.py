"""Hot issues: what many people report about one place within some weeks.

Messages are compared by TF-IDF over pairs and triples of characters of the subject (twice) and the head of the text, gathered by average
linkage inside the connected parts of the similarity graph, and ordered by heat. A person counts once however often
they write. See docs/reference/algorithms/texts.md for the formula and what was measured.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from gongzhi.engine.texts.naming import matter_of, place_of
from gongzhi.engine.texts.similarity import squeezed

#: an edge of the graph, and the mean similarity at which two groups are still one
_EDGE: Final = 0.18
_JOIN: Final = 0.12
#: characters of the text that count; what comes later is mostly repetition and greeting
_HEAD: Final = 300
#: a connected part greater than this is cut with a higher edge, so that a distance matrix stays small
_LARGEST: Final = 2500
_CENTRE_TERMS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of one person. ``at`` may be naive or aware, but alike for all."""

    id: str
    user: str
    at: datetime
    text: str
    subject: str = ""
    likes: int = 0
    dislikes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A hot issue."""

    #: e.g. ``A2区丽发新城 · 搅拌站噪音扰民``
    name: str
    #: empty when the messages share none
    place: str
    #: first and last message
    period: tuple[datetime, datetime]
    #: ids of the messages, oldest first
    ids: tuple[str, ...]
    #: distinct persons
    users: int
    heat: float
    #: in Chinese: the numbers behind the heat
    because: str
    #: what a message of this issue contains, with weights that sum to 1 (for ``assign``); JSON-ready
    centre: Mapping[str, float]


def _words(message: Message) -> str:
    subject = squeezed(message.subject)
    return f"{subject} {subject} {squeezed(message.text)[:_HEAD]}"


def hot_clusters(
    messages: Sequence[Message], *, least_users: int, window: timedelta, most: int | None = None
) -> list[Cluster]:
    """The hot issues among messages, hottest first.

    ``least_users`` distinct persons make an issue; ``window`` is the span in which heat is densest (both are policy: a
    mechanism's ``clusters.yaml`` says them); ``most`` cuts the list. Deterministic: the same messages in any order give the
    same issues.
    """
    ordered = sorted(messages, key=lambda each: (each.at, each.id))
    distinct: dict[tuple[str, str], list[Message]] = {}
    for each in ordered:
        distinct.setdefault((each.user, squeezed(each.subject + each.text)), []).append(each)
    if len(distinct) < least_users:
        return []
    heads = [same[0] for same in distinct.values()]
    vectors = _vectors(heads)
    if vectors is None:
        return []
    matrix, terms = vectors
    copies = list(distinct.values())
    found = []
    for group in _groups(matrix):
        if len({heads[place].user for place in group}) >= least_users and _is_one_thing(matrix, group):
            members = sorted(
                (each for place in group for each in copies[place]), key=lambda each: (each.at, each.id)
            )
            found.append(_cluster(members, [heads[place] for place in group], matrix, group, terms, window))
    found.sort(key=lambda each: (-each.heat, each.period, each.ids))
    return found[:most]


def _vectors(heads: Sequence[Message]) -> tuple[csr_matrix, NDArray[Any]] | None:
    """Rows of unit length, and the terms of the columns; None when nothing is said twice."""
    # imported here: only whoever looks for hot issues pays for it (see classifying)
    from sklearn.feature_extraction.text import TfidfVectorizer

    maker = TfidfVectorizer(
        analyzer="char",
        ngram_range=(2, 3),
        min_df=2,
        max_df=max(100, len(heads) // 5),
        sublinear_tf=True,
        lowercase=False,
        dtype=np.float32,
    )
    try:
        return maker.fit_transform([_words(each) for each in heads]), maker.get_feature_names_out()
    except ValueError:  # the vocabulary is empty
        return None


def _groups(matrix: csr_matrix) -> list[list[int]]:
    """Rows that belong together."""
    graph = _edges(matrix, _EDGE)
    groups = []
    waiting = [(np.arange(matrix.shape[0]), graph, _EDGE)]
    while waiting:
        rows, part, edge = waiting.pop()
        count, labels = connected_components(part, directed=False)
        order = np.argsort(labels, kind="stable")
        for inside in np.split(order, np.cumsum(np.bincount(labels, minlength=count))[:-1]):
            if len(inside) > _LARGEST and edge < 0.9:
                kept = part[inside][:, inside]
                kept.data[kept.data < edge + 0.05] = 0
                kept.eliminate_zeros()
                waiting.append((rows[inside], kept, edge + 0.05))
            elif len(inside) > 1:
                groups += _linked(matrix, rows[inside])
    return groups


def _edges(matrix: csr_matrix, least: float) -> csr_matrix:
    """Similarities of at least ``least``, computed in slices so that memory stays flat."""
    rows, columns, values = [], [], []
    for start in range(0, matrix.shape[0], 500):
        part = (matrix[start : start + 500] @ matrix.T).tocoo()
        kept = part.data >= least
        rows.append(part.row[kept] + start)
        columns.append(part.col[kept])
        values.append(part.data[kept])
    joined = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(joined, shape=(matrix.shape[0], matrix.shape[0]))


def _linked(matrix: csr_matrix, rows: NDArray[Any]) -> list[list[int]]:
    """Average linkage of one connected part, cut where the mean similarity falls below ``_JOIN``."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    part = matrix[rows]
    apart = np.clip(1 - (part @ part.T).toarray(), 0, 1)
    np.fill_diagonal(apart, 0)
    labels = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - _JOIN, "distance")
    return [rows[labels == label].tolist() for label in np.unique(labels)]


def _is_one_thing(matrix: csr_matrix, group: Sequence[int]) -> bool:
    """Whether most of the group share some term that is three times rarer outside: else only small talk holds it together."""
    inside = np.asarray((matrix[group] > 0).sum(axis=0)).ravel()
    shared = np.nonzero(inside >= 0.6 * len(group))[0]
    outside = np.asarray((matrix[:, shared] > 0).sum(axis=0)).ravel() - inside[shared]
    others = max(1, matrix.shape[0] - len(group))
    return bool((inside[shared] / len(group) >= 3 * outside / others).any())


def heat_of(members: Sequence[Message], window: timedelta) -> tuple[float, str]:
    """The heat of an issue and the sentence that explains it.

    heat = P + (U - P) / 4 + 2 · ln(1 + L + D): P distinct persons within the densest ``window``, U distinct persons in all, L and D likes and
    dislikes. Each person counts once in P; a like costs a click, so a thousand of them weigh as much as 14 persons.
    """
    peak, start, inside = 0, 0, Counter[str]()
    for each in members:
        inside[each.user] += 1
        while members[start].at < each.at - window:
            inside[members[start].user] -= 1
            inside += Counter()  # drops zeros
            start += 1
        peak = max(peak, len(inside))
    users = len({each.user for each in members})
    likes, dislikes = sum(each.likes for each in members), sum(each.dislikes for each in members)
    heat = peak + (users - peak) / 4 + 2 * math.log1p(max(0, likes) + max(0, dislikes))
    because = (
        f"{users}人反映{len(members)}次,最密集的{window.days}天内有{peak}人;点赞{likes}次,反对{dislikes}次。"
    )
    return round(heat, 2), because


def _cluster(
    members: Sequence[Message],
    heads: Sequence[Message],
    matrix: csr_matrix,
    group: Sequence[int],
    terms: NDArray[Any],
    window: timedelta,
) -> Cluster:
    centre = np.asarray(matrix[group].mean(axis=0)).ravel()
    weights = {str(terms[i]): float(centre[i]) for i in np.argsort(-centre)[:400].tolist() if centre[i] > 0}
    whole = np.asarray(matrix.mean(axis=0)).ravel()
    rare = {str(terms[i]): 1 - float(whole[i] / centre[i]) for i in np.nonzero(centre)[0].tolist()}

    def rarity(run: str) -> float:
        pairs = [rare.get(run[i : i + 2].casefold(), 0.0) for i in range(len(run) - 1)]
        return max(0.0, sum(pairs) / len(pairs)) if pairs else 0.0

    subjects = [each.subject or each.text[:40] for each in heads]
    place = place_of(subjects, [each.text[:_HEAD] for each in heads], rarity)
    matter = matter_of(subjects, place, lambda pair: weights.get(pair.casefold(), 0.0))
    heat, because = heat_of(members, window)
    top = dict(list(weights.items())[:_CENTRE_TERMS])
    total = sum(top.values()) or 1.0
    return Cluster(
        name=" · ".join(each for each in (place, matter) if each) or subjects[0][:20],
        place=place,
        period=(members[0].at, members[-1].at),
        ids=tuple(each.id for each in members),
        users=len({each.user for each in members}),
        heat=heat,
        because=because,
        centre={term: round(weight / total, 5) for term, weight in top.items()},
    )


def assign(
    message: Message, clusters: Sequence[Cluster], *, least: float = 0.35
) -> tuple[Cluster, float] | None:
    """The issue that a new message belongs to, with the share (0-1) of the issue's centre that it contains; or None."""
    words = _words(message)
    best = max(
        ((sum(weight for term, weight in each.centre.items() if term in words), each) for each in clusters),
        key=lambda scored: scored[0],
        default=None,
    )
    return (best[1], round(best[0], 4)) if best and best[0] >= least else None


__all__ = ["Cluster", "Message", "assign", "heat_of", "hot_clusters"]

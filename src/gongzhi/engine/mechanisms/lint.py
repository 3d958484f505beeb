"""Collects every problem of a mechanism's folder: file, line, key path, and what to do.

One module per check in ``checks``; a check sees the draft, so that one broken file does not hide the faults of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks import (
    adapting,
    areas,
    bundling,
    comparing,
    confining,
    consequences,
    decisions,
    examples,
    feeds,
    fines,
    flowing,
    handing,
    joining,
    keeping,
    languages,
    ledgers,
    manifest,
    meetings,
    offices,
    programmes,
    records,
    redlines,
    references,
    registers,
    routines,
    scoring,
    screens,
    watching,
    wording,
)
from gongzhi.engine.mechanisms.loader import Draft, Neighbour, read
from gongzhi.engine.mechanisms.mechanism import Mechanism

CHECKS: Sequence[Callable[[Draft], Iterator[Problem]]] = (
    manifest.validate,
    references.validate,
    bundling.validate,
    decisions.validate,
    flowing.validate,
    wording.validate,
    registers.validate,
    keeping.validate,
    records.validate,
    handing.validate,
    joining.validate,
    screens.validate,
    scoring.validate,
    fines.validate,
    redlines.validate,
    languages.validate,
    consequences.validate,
    areas.validate,
    offices.validate,
    routines.validate,
    meetings.validate,
    comparing.validate,
    programmes.validate,
    confining.validate,
    ledgers.validate,
    feeds.validate,
    watching.validate,
    examples.validate,
    adapting.validate,
)
_ORDER = {"error": 0, "warning": 1, "notice": 2}


def check(folder: Path | str | Mapping[str, bytes], *, others: Iterable[Mechanism] = ()) -> list[Problem]:
    """All problems of a folder (or path -> bytes), in order of file and line. Raises ``NotAMechanism`` only.

    ``others``: mechanisms at hand; what this one needs and is not among them is looked for beside the folder. References
    to a mechanism that is not at hand are taken on trust.
    """
    draft = read(folder)
    draft.others = {**_beside(draft, folder), **{other.id: other for other in others}}
    found = list(draft.problems)
    for validate in CHECKS:
        found += validate(draft)
    unique = {(str(problem.where), problem.code, problem.message): problem for problem in found}
    return sorted(
        unique.values(), key=lambda each: (each.where.file, each.where.line, each.where.column, each.code)
    )


def _beside(draft: Draft, folder: Path | str | Mapping[str, bytes]) -> dict[str, Neighbour]:
    """The mechanisms that it needs or may read, whose folders stand beside this one."""
    if isinstance(folder, Mapping) or draft.manifest is None:
        return {}
    named = (*draft.manifest.needs, *draft.manifest.may_read)
    places = {id: Path(folder).resolve().parent / id for id in named}
    return {id: read(place) for id, place in places.items() if (place / "mechanism.yaml").is_file()}


def passes(problems: Iterable[Problem]) -> bool:
    """Whether nothing stands in the way of running the mechanism (warnings and notices do not)."""
    return all(problem.severity != "error" for problem in problems)


def report(problems: Sequence[Problem], name: str) -> str:
    """What ``gongzhi check`` prints: one line per problem, errors first, and a line with the sum."""
    words = {"error": "错误", "warning": "警告", "notice": "提示"}
    ordered = sorted(problems, key=lambda each: _ORDER[each.severity])
    lines = [f"{words[problem.severity]} {problem}" for problem in ordered]
    counts = [sum(problem.severity == kind for problem in problems) for kind in words]
    total = "、".join(f"{count} 个{word}" for count, word in zip(counts, words.values(), strict=True))
    verdict = "通过" if passes(problems) else "不能用"
    return "\n".join([*lines, f"{name}: {verdict}（{total}）"])


__all__ = ["check", "passes", "report"]

"""Trying a draft: what is wrong with it, what it changes, whether its examples come out. Nothing is written.

A draft is compiled by the engine alone and never enters the library: its roles get no rights, its cases can't be opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from gongzhi.city.mechanisms import library
from gongzhi.city.workshop import queries
from gongzhi.city.workshop.models import Draft
from gongzhi.engine import mechanisms as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError, Problem
from gongzhi.engine.mechanisms import Change, Mechanism, Report, digest_of

#: findings about English only: a text that has none, or one that is still Chinese
NO_ENGLISH, STILL_CHINESE = "M100", "M102"
WORDS = (NO_ENGLISH, STILL_CHINESE)
_QUOTED = re.compile(r"“(.+)”没有英文", re.DOTALL)


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """What became of a draft's files when they were read."""

    digest: str
    problems: tuple[Problem, ...]
    #: None while a file can't be used
    mechanism: Mechanism | None = None
    #: case types that could be compiled
    case_types: Mapping[str, CaseType] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stands in the way of running it."""
        return tuple(each for each in self.problems if each.severity == "error")

    @property
    def passes(self) -> bool:
        """Whether it could be installed, its examples aside."""
        return self.mechanism is not None and not self.errors

    @cached_property
    def report(self) -> Report | None:
        """Every scenario of the draft, played on the engine once; None while a file can't be used."""
        if self.mechanism is None or not self.case_types:
            return None
        return engine.run_all(self.mechanism)

    @property
    def untranslated(self) -> list[str]:
        """Chinese texts without English, each once, in the order of the files."""
        found = (_QUOTED.search(each.message) for each in self.problems if each.code == NO_ENGLISH)
        return list(dict.fromkeys(match[1] for match in found if match))

    def of_file(self, path: str) -> tuple[Problem, ...]:
        """Problems of one file."""
        return tuple(each for each in self.problems if each.where.file == path)


def of_draft(draft: Draft, path: str = "", text: bytes | None = None) -> Trial:
    """The draft as it is saved; with ``text`` as if ``path`` had been saved with it."""
    made = queries.contents(draft)
    if path and text is not None:
        made[path] = text
    return of_files(made)


def of_files(files: Mapping[str, bytes]) -> Trial:
    """Any folder; the same content is read once per process."""
    others = tuple(sorted(library.LIBRARY.active_versions().items()))
    return _tried(tuple(sorted(files.items())), others)


@lru_cache(maxsize=24)
def _tried(files: tuple[tuple[str, bytes], ...], others: tuple[tuple[str, str], ...]) -> Trial:
    folder = dict(files)
    digest = digest_of(folder)
    try:
        around = [library.one(id_, version).mechanism for id_, version in others]
        problems = engine.check(folder, others=around)
        mechanism = engine.load(folder)
    except engine.MechanismRefused:
        return Trial(digest=digest, problems=tuple(problems))
    except engine.NotAMechanism as error:
        return Trial(digest=digest, problems=(_as_problem(error),))
    # what the linter refuses may not compile at all (a table that is named and not there); words don't matter here
    types = engine.compile_all(mechanism) if all(map(_harmless, problems)) else {}
    return Trial(digest=digest, problems=tuple(problems), mechanism=mechanism, case_types=types)


def _harmless(problem: Problem) -> bool:
    return problem.severity != "error" or problem.code in WORDS


def _as_problem(error: GongzhiError) -> Problem:
    return Problem(
        code=error.code, message=error.sentence % error.data, remedy=(error.remedy or "") % error.data
    )


def changes(draft: Draft, trial: Trial) -> tuple[Change, ...]:
    """What is different from the version that runs now, or from the one it was forked from; most serious first."""
    if trial.mechanism is None:
        return ()
    running = library.LIBRARY.active_version(draft.mechanism)
    if not running and draft.base is None:
        return ()
    held = library.one(draft.mechanism, running or draft.base.version)  # type: ignore[union-attr]
    return engine.diff(held.mechanism, trial.mechanism)


def forget() -> None:
    """Read anew (tests)."""
    _tried.cache_clear()

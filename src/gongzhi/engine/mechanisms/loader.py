"""Reads a mechanism's folder: the only place of the engine that opens files.

``read`` collects everything that is wrong with the files one by one; ``load`` refuses if anything is. What the
files say *together* (roles, tables, steps that exist) is the linter's (``lint.check``).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from gongzhi.engine.benefits.spec import ProgrammeSpec
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import GongzhiError, Problem, Refused, Where
from gongzhi.engine.mechanisms.assemblies import AssemblySpec
from gongzhi.engine.mechanisms.boards import BoardSpec
from gongzhi.engine.mechanisms.bundles import BundleSpec, case_type_of
from gongzhi.engine.mechanisms.clusters import ClustersSpec
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec
from gongzhi.engine.mechanisms.documents import Document, split_head
from gongzhi.engine.mechanisms.errors import MechanismRefused, NotAMechanism
from gongzhi.engine.mechanisms.ledgers import LedgerSpec, LedgersSpec
from gongzhi.engine.mechanisms.mechanism import Example, Mechanism, Scenario, digest_of
from gongzhi.engine.mechanisms.routines import RoutinesSpec
from gongzhi.engine.mechanisms.schema import (
    DocumentSpec,
    ManifestSpec,
    MeasuresSpec,
    ReactionsSpec,
    RegisterSpec,
    ScenarioSpec,
    ScenariosSpec,
    ScorecardSpec,
    StringsSpec,
)
from gongzhi.engine.mechanisms.translations import problems_of
from gongzhi.engine.mechanisms.yamlfile import YamlFile, read_yaml
from gongzhi.engine.tables import Table, read_csv
from gongzhi.engine.watches.feeds import FeedSpec, FeedsSpec
from gongzhi.engine.watches.spec import WatchScenarioSpec, WatchSpec

#: a folder is written by people: more than this is something else
MAX_FILES, MAX_TOTAL = 1000, 20_000_000
#: editors and systems leave these behind
IGNORED = (".*", "*~", "*.swp", "Thumbs.db", "__pycache__", "*.pyc")

Model = TypeVar("Model", bound=BaseModel)
Files = Mapping[str, bytes]


class Neighbour(Protocol):
    """What a mechanism may use of another one that it needs."""

    @property
    def case_types(self) -> Mapping[str, CaseTypeSpec]:
        """Case types by id."""

    @property
    def registers(self) -> Mapping[str, RegisterSpec]:
        """Registers by id."""

    @property
    def ledgers(self) -> Mapping[str, LedgerSpec]:
        """Kinds of books by id."""

    @property
    def feeds(self) -> Mapping[str, FeedSpec]:
        """What comes in from outside, by id."""

    @property
    def programmes(self) -> Mapping[str, ProgrammeSpec]:
        """Benefits by id."""


@dataclass(slots=True)
class Draft:
    """What could be read of a folder, and every problem met on the way."""

    files: Files
    name: str
    manifest: ManifestSpec | None = None
    case_types: dict[str, CaseTypeSpec] = field(default_factory=dict)
    registers: dict[str, RegisterSpec] = field(default_factory=dict)
    #: one-thing bundles; each stands in ``case_types`` as well
    bundles: dict[str, BundleSpec] = field(default_factory=dict)
    boards: dict[str, BoardSpec] = field(default_factory=dict)
    scorecards: dict[str, ScorecardSpec] = field(default_factory=dict)
    comparisons: dict[str, ComparisonSpec] = field(default_factory=dict)
    programmes: dict[str, ProgrammeSpec] = field(default_factory=dict)
    assemblies: dict[str, AssemblySpec] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    measures: MeasuresSpec | None = None
    reactions: ReactionsSpec | None = None
    clusters: ClustersSpec | None = None
    routines: RoutinesSpec | None = None
    #: kinds of books by id; a row that has the id of one before it is a problem
    ledgers: dict[str, LedgerSpec] = field(default_factory=dict)
    #: what comes in from outside, by id
    feeds: dict[str, FeedSpec] = field(default_factory=dict)
    watches: dict[str, WatchSpec] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    strings: dict[str, Mapping[str, str]] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)
    #: examples of what is no case
    examples: list[Example] = field(default_factory=list)
    #: other mechanisms that are at hand, by id
    others: dict[str, Neighbour] = field(default_factory=dict)
    #: path of each YAML file -> what was read, for the places of later problems
    yaml: dict[str, YamlFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def finish(self) -> Mechanism:
        """The mechanism. Raises ``MechanismRefused`` with all problems if a file could not be used."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors or self.manifest is None:
            raise MechanismRefused(errors, place=self.name)
        return Mechanism(
            manifest=self.manifest,
            case_types=self.case_types,
            registers=self.registers,
            bundles=self.bundles,
            boards=self.boards,
            scorecards=self.scorecards,
            comparisons=self.comparisons,
            programmes=self.programmes,
            assemblies=self.assemblies,
            tables={
                id_: replace(table, title=self.manifest.tables.get(id_, table.title))
                for id_, table in self.tables.items()
            },
            measures=self.measures.root if self.measures else (),
            reactions=self.reactions.root if self.reactions else (),
            clusters=self.clusters.root if self.clusters else (),
            routines=self.routines.root if self.routines else (),
            ledgers=self.ledgers,
            feeds=self.feeds,
            watches=self.watches,
            documents=self.documents,
            strings=self.strings,
            scenarios=tuple(self.scenarios),
            examples=tuple(self.examples),
            readme=_text(self.files.get("README.md", b"")),
            changelog=_text(self.files.get("CHANGELOG.md", b"")),
            digest=digest_of(self.files),
            files=self.files,
        )


def load(folder: Path | str | Files) -> Mechanism:
    """Read a folder (or path -> bytes) to a mechanism.

    Raises ``NotAMechanism`` without a manifest, ``MechanismRefused`` with all problems of the files.
    """
    return read(folder).finish()


def read(folder: Path | str | Files) -> Draft:
    """Read what can be read; problems are collected in the draft. Raises ``NotAMechanism`` only."""
    if isinstance(folder, Mapping):
        files: Files = dict(sorted(folder.items()))
        name = ""
    else:
        name = Path(folder).resolve().name
        files = _files_of(Path(folder))
    if "mechanism.yaml" not in files:
        raise NotAMechanism(place=name or "文件集")
    draft = Draft(files=files, name=name)
    for path in files:
        reader = next((reader for pattern, reader in _READERS if _matches(path, pattern)), None)
        if reader is None:
            _problem(draft, "M010", path, "机制文件夹里没有这种文件", "请移走，或改成规定的名字。")
        else:
            reader(draft, path, files[path])
    _unfold(draft)
    if draft.manifest is not None and not draft.name:
        draft.name = draft.manifest.id
    return draft


def _matches(path: str, pattern: str) -> bool:
    """Part by part, so that ``*`` does not reach into sub-folders."""
    parts, patterns = path.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


def _files_of(folder: Path) -> Files:
    if not (folder / "mechanism.yaml").is_file():
        raise NotAMechanism(place=folder.name)
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        ignored = any(fnmatch.fnmatch(part, pattern) for part in relative.parts for pattern in IGNORED)
        if ignored or path.is_symlink() or not path.is_file():
            continue
        total += path.stat().st_size
        if len(found) >= MAX_FILES or total > MAX_TOTAL:
            raise NotAMechanism(place=folder.name)
        found[relative.as_posix()] = path.read_bytes()
    return found


def parse(draft: Draft, path: str, content: bytes | str, model: type[Model]) -> Model | None:
    """One YAML file as its model; its problems go to the draft with line, key path and remedy."""
    made = read_yaml(content, path)
    draft.yaml[path] = made
    draft.problems += made.problems
    if any(problem.code in ("M002", "M003") or made.value is None for problem in made.problems):
        return None
    try:
        return model.model_validate(made.value)
    except ValidationError as error:
        draft.problems += problems_of(error, made, model)
        return None


def _manifest(draft: Draft, path: str, content: bytes) -> None:
    draft.manifest = parse(draft, path, content, ManifestSpec)
    if draft.manifest and draft.name and draft.manifest.id != draft.name:
        where = draft.yaml[path].where(("id",))
        message = f"编号“{draft.manifest.id}”与文件夹名“{draft.name}”不同"
        draft.problems.append(Problem(code="M011", where=where, message=message, remedy="请改成一样。"))


def _case(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, CaseTypeSpec):
        _same_name(draft, path, spec.id)
        draft.case_types[spec.id] = spec


def _bundle(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, BundleSpec):
        _same_name(draft, path, spec.id)
        draft.bundles[spec.id] = spec


def _board(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, BoardSpec):
        _same_name(draft, path, spec.id)
        draft.boards[spec.id] = spec


def _scorecard(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, ScorecardSpec):
        _same_name(draft, path, spec.id)
        draft.scorecards[spec.id] = spec


def _comparison(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, ComparisonSpec):
        _same_name(draft, path, spec.id)
        draft.comparisons[spec.id] = spec


def _programme(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, ProgrammeSpec):
        _same_name(draft, path, spec.id)
        draft.programmes[spec.id] = spec


def _assembly(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, AssemblySpec):
        _same_name(draft, path, spec.id)
        draft.assemblies[spec.id] = spec


def _watch(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, WatchSpec):
        _same_name(draft, path, spec.id)
        draft.watches[spec.id] = spec


def _unfold(draft: Draft) -> None:
    """Bundles become case types once all case types are read."""
    for id_, bundle in draft.bundles.items():
        path = f"bundles/{id_}.yaml"
        if id_ in draft.case_types:
            _problem(draft, "M011", path, f"已有同名的事项“{id_}”", "请换一个编号。")
            continue
        try:
            draft.case_types[id_] = case_type_of(bundle, draft.case_types)
            draft.yaml[f"cases/{id_}.yaml"] = draft.yaml[path]
        except Refused as refused:
            draft.problems += [
                replace(problem, where=Where(file=path, key="items")) for problem in refused.problems
            ]


def _register(draft: Draft, path: str, content: bytes) -> None:
    if spec := parse(draft, path, content, RegisterSpec):
        _same_name(draft, path, spec.id)
        draft.registers[spec.id] = spec


def _same_name(draft: Draft, path: str, id: str) -> None:
    if id != Path(path).stem:
        where = draft.yaml[path].where(("id",))
        message = f"编号“{id}”与文件名“{Path(path).stem}”不同"
        draft.problems.append(Problem(code="M011", where=where, message=message, remedy="请改成一样。"))


def _table(draft: Draft, path: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
        draft.tables[Path(path).stem] = read_csv(text, id=Path(path).stem, file=path)
    except UnicodeDecodeError:
        _problem(draft, "M002", path, "不是 UTF-8 文字", "请另存为 UTF-8 编码的 CSV。")
    except Refused as refused:
        draft.problems += refused.problems
    except GongzhiError as error:
        _refusal(draft, path, error)


def _measures(draft: Draft, path: str, content: bytes) -> None:
    draft.measures = parse(draft, path, content, MeasuresSpec)


def _reactions(draft: Draft, path: str, content: bytes) -> None:
    draft.reactions = parse(draft, path, content, ReactionsSpec)


def _routines(draft: Draft, path: str, content: bytes) -> None:
    draft.routines = parse(draft, path, content, RoutinesSpec)


def _ledgers(draft: Draft, path: str, content: bytes) -> None:
    spec = parse(draft, path, content, LedgersSpec)
    for number, ledger in enumerate(spec.root if spec else ()):
        if ledger.id in draft.ledgers:
            where = draft.yaml[path].where((number, "id"))
            message = f"账簿“{ledger.id}”写了两次"
            draft.problems.append(Problem(code="M220", where=where, message=message, remedy="请改一个编号。"))
        draft.ledgers.setdefault(ledger.id, ledger)


def _feeds(draft: Draft, path: str, content: bytes) -> None:
    spec = parse(draft, path, content, FeedsSpec)
    for number, feed in enumerate(spec.root if spec else ()):
        if feed.id in draft.feeds:
            where = draft.yaml[path].where((number, "id"))
            message = f"数据来源“{feed.id}”写了两次"
            draft.problems.append(Problem(code="M250", where=where, message=message, remedy="请改一个编号。"))
        draft.feeds.setdefault(feed.id, feed)


def _clusters(draft: Draft, path: str, content: bytes) -> None:
    draft.clusters = parse(draft, path, content, ClustersSpec)


def _strings(draft: Draft, path: str, content: bytes) -> None:
    spec = parse(draft, path, content, StringsSpec)
    if spec is not None:
        draft.strings[Path(path).stem] = spec.root


def _document(draft: Draft, path: str, content: bytes) -> None:
    try:
        head, body, line = split_head(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        _problem(draft, "M002", path, "不是 UTF-8 文字", "请另存为 UTF-8 编码。")
        return
    if not head:
        _problem(draft, "M012", path, "文书没有抬头", "请在开头两行 --- 之间写 title、case。")
        return
    spec = parse(draft, path, head, DocumentSpec)
    if spec is not None:
        name = Path(path).stem
        draft.documents[name] = Document(id=name, spec=spec, body=body, file=path, line=line)


def _scenarios(draft: Draft, path: str, content: bytes) -> None:
    spec = parse(draft, path, content, ScenariosSpec)
    for number, scenario in enumerate(spec.root if spec else ()):
        line = draft.yaml[path].where((number,)).line
        if isinstance(scenario, ScenarioSpec):
            draft.scenarios.append(Scenario(spec=scenario, file=path, line=line))
        else:
            kind = "watch" if isinstance(scenario, WatchScenarioSpec) else "programme"
            draft.examples.append(Example(kind=kind, spec=scenario, file=path, line=line))


def _words(draft: Draft, path: str, content: bytes) -> None:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _problem(draft, "M002", path, "不是 UTF-8 文字", "请另存为 UTF-8 编码。")


Reader = Callable[[Draft, str, bytes], None]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("mechanism.yaml", _manifest),
    ("cases/*.yaml", _case),
    ("registers/*.yaml", _register),
    ("bundles/*.yaml", _bundle),
    ("boards/*.yaml", _board),
    ("scorecards/*.yaml", _scorecard),
    ("assemblies/*.yaml", _assembly),
    ("comparisons/*.yaml", _comparison),
    ("programmes/*.yaml", _programme),
    ("watches/*.yaml", _watch),
    ("tables/*.csv", _table),
    ("measures.yaml", _measures),
    ("reactions.yaml", _reactions),
    ("clusters.yaml", _clusters),
    ("routines.yaml", _routines),
    ("ledgers.yaml", _ledgers),
    ("feeds.yaml", _feeds),
    ("strings/*.yaml", _strings),
    ("documents/*.html", _document),
    ("scenarios/*.yaml", _scenarios),
    ("README.md", _words),
    ("CHANGELOG.md", _words),
)


def _problem(draft: Draft, code: str, path: str, message: str, remedy: str) -> None:
    draft.problems.append(Problem(code=code, where=Where(file=path), message=message, remedy=remedy))


def _refusal(draft: Draft, path: str, error: GongzhiError) -> None:
    """A room's own error as a problem of the file."""
    where = (
        error.where
        if error.where.file
        else Where(file=path, line=error.where.line, column=error.where.column)
    )
    data: Mapping[str, Any] = error.data
    draft.problems.append(
        Problem(code=error.code, where=where, message=error.sentence % data, remedy=error.remedy % data)
    )


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


__all__ = ["Draft", "load", "parse", "read"]

"""Every Chinese text that a person sees has its English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec, FieldSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, register_file
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.schema import ManifestSpec
from gongzhi.engine.registers import RegisterSpec

REQUIRED = ("en",)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
Text = tuple[str, Path, str]


def validate(draft: Draft) -> Iterator[Problem]:
    """Missing, stale and untranslated strings of each required language."""
    texts = list(texts_of(draft))
    # a city's adaptation speaks the city's language; its source was complete
    local = draft.manifest is not None and "+" in draft.manifest.version
    for language in REQUIRED:
        file = f"strings/{language}.yaml"
        known = draft.strings.get(language)
        if known is None:
            if file not in draft.files:
                remedy = f"请新建 {file}，每行“中文: English”。"
                yield finding(draft, "mechanism.yaml", (), "M100", f"没有 {file}", remedy)
            continue
        seen: set[str] = set()
        for origin, path, text in texts:
            if text not in known and text not in seen:
                message = f"“{text}”没有英文"
                remedy = f"请在 {file} 里补一行。"
                yield finding(draft, origin, path, "M100", message, remedy, "warning" if local else "error")
            seen.add(text)
        for text, english in known.items():
            if text not in seen:
                yield finding(draft, file, (text,), "M101", f"“{text}”已经不用了", "请删去。", "warning")
            if _CHINESE.search(english) or not english.strip():
                yield finding(draft, file, (text,), "M102", f"“{text}”的英文还是中文或为空", "请译成英文。")


def texts_of(draft: Draft) -> Iterator[Text]:
    """Every text that is shown: (file, key path, text)."""
    yield from _manifest(draft.manifest) if draft.manifest else ()
    yield from (each for each in _types(draft) if _CHINESE.search(each[2]))
    for number, measure in enumerate(draft.measures.root if draft.measures else ()):
        yield "measures.yaml", (number, "title"), measure.title
        yield "measures.yaml", (number, "formula"), measure.formula
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        yield "reactions.yaml", (number, "title"), reaction.title
        if reaction.do.text:
            yield "reactions.yaml", (number, "do", "text"), reaction.do.text
    yield from _clusters(draft)
    for comparison in draft.comparisons.values():
        for key in ("title", "basis", "says"):
            yield f"comparisons/{comparison.id}.yaml", (key,), str(getattr(comparison, key))
    yield from _books(draft)
    yield from _warnings(draft)
    for number, routine in enumerate(draft.routines.root if draft.routines else ()):
        yield "routines.yaml", (number, "title"), routine.title
        for place, part in enumerate(routine.agenda):
            yield "routines.yaml", (number, "agenda", place, "title"), part.title
    yield from _screens(draft)
    for document in draft.documents.values():
        yield document.file, ("title",), document.title


def _manifest(manifest: ManifestSpec) -> Iterator[Text]:
    yield "mechanism.yaml", ("title",), manifest.title
    if manifest.summary:
        yield "mechanism.yaml", ("summary",), manifest.summary
    for role, title in manifest.roles.items():
        yield "mechanism.yaml", ("roles", role), title
    for table, title in manifest.tables.items():
        yield "mechanism.yaml", ("tables", table), title
    for number, point in enumerate(manifest.adapt):
        for key in ("title", "why", "check"):
            yield "mechanism.yaml", ("adapt", number, key), getattr(point, key)


def _programmes(draft: Draft) -> Iterator[Text]:
    """What the person reads of a benefit, also why: the words of the table's rows."""
    for programme in draft.programmes.values():
        file = f"programmes/{programme.id}.yaml"
        for key in ("title", "basis", "says"):
            yield file, (key,), str(getattr(programme, key))
        for name, fact in programme.facts.items():
            yield file, ("facts", name, "title"), fact.title
        for name, parameter in programme.parameters.items():
            yield file, ("parameters", name, "title"), parameter.title
            if parameter.unit:
                yield file, ("parameters", name, "unit"), parameter.unit
        table = draft.tables.get(programme.eligibility.table)
        for rule in table.rules if table else ():
            if rule.note:
                yield f"tables/{programme.eligibility.table}.csv", (), rule.note


def _clusters(draft: Draft) -> Iterator[Text]:
    for number, rule in enumerate(draft.clusters.root if draft.clusters else ()):
        yield "clusters.yaml", (number, "title"), rule.title
        if rule.tells:
            yield "clusters.yaml", (number, "tells"), rule.tells


def _books(draft: Draft) -> Iterator[Text]:
    yield from _programmes(draft)
    for number, ledger in enumerate(draft.ledgers.values()):
        yield "ledgers.yaml", (number, "title"), ledger.title
        yield "ledgers.yaml", (number, "unit"), ledger.unit
        if ledger.holder_word:
            yield "ledgers.yaml", (number, "holder_word"), ledger.holder_word
        for id_, account in ledger.accounts.items():
            yield "ledgers.yaml", (number, "accounts", id_, "title"), account.title


def _warnings(draft: Draft) -> Iterator[Text]:
    for number, feed in enumerate(draft.feeds.values()):
        yield "feeds.yaml", (number, "title"), feed.title
        yield "feeds.yaml", (number, "source"), feed.source
        if feed.unit and _CHINESE.search(feed.unit):
            yield "feeds.yaml", (number, "unit"), feed.unit
    for watch in draft.watches.values():
        for key in ("title", "basis", "says"):
            if text := str(getattr(watch, key)):
                yield f"watches/{watch.id}.yaml", (key,), text


def _screens(draft: Draft) -> Iterator[Text]:
    for board in draft.boards.values():
        file = f"boards/{board.id}.yaml"
        yield file, ("title",), board.title
        if board.summary:
            yield file, ("summary",), board.summary
        for number, tile in enumerate(board.tiles):
            for key in ("title", "formula", "denominator"):
                yield file, ("tiles", number, key), getattr(tile, key)
    yield from _scorecards(draft)
    for meeting in draft.assemblies.values():
        file = f"assemblies/{meeting.id}.yaml"
        yield file, ("title",), meeting.title
        if meeting.summary:
            yield file, ("summary",), meeting.summary


def _scorecards(draft: Draft) -> Iterator[Text]:
    for card in draft.scorecards.values():
        file = f"scorecards/{card.id}.yaml"
        yield file, ("title",), card.title
        if card.summary:
            yield file, ("summary",), card.summary
        for id_, one in card.classes.items():
            yield file, ("classes", id_, "title"), one.title
        for path, each, _ in card.criteria():
            if each.title:
                yield file, (*path, "title"), each.title
            yield from ((file, (*path, "adjust", title), title) for title in each.adjust)
        for path, award in card.awards():
            if award.title:
                yield file, (*path, "title"), award.title


def _types(draft: Draft) -> Iterator[Text]:
    """The texts of case types and registers."""
    for spec in draft.case_types.values():
        yield from ((case_file(spec), path, text) for path, text in _case(spec))
    for register in draft.registers.values():
        yield from ((register_file(register), path, text) for path, text in _register(register))


def _case(spec: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    yield ("title",), spec.title
    for number, field in enumerate(spec.fields):
        yield from _field(field, ("fields", number))
    for id_, clock in spec.clocks.items():
        yield ("clocks", id_, "title"), clock.title
    for id_, step in spec.steps.items():
        yield ("steps", id_, "title"), step.title
        for end, way in step.calls.by_end.items() if step.calls else ():
            yield ("steps", id_, "calls", "by_end", end, "title"), way.title
        for choice_id, choice in step.choices.items():
            yield ("steps", id_, "choices", choice_id, "title"), choice.title
            if choice.unless:
                yield ("steps", id_, "choices", choice_id, "unless"), choice.unless
    for id_, title in spec.ends.items():
        yield ("ends", id_), title
    for id_, title in spec.reasons.items():
        yield ("reasons", id_), title


def _register(spec: RegisterSpec) -> Iterator[tuple[Path, str]]:
    yield ("title",), spec.title
    for number, field in enumerate(spec.fields):
        yield from _field(field, ("fields", number))
    for id_, title in spec.lifecycle.states.items() if spec.lifecycle else ():
        yield ("lifecycle", "states", id_), title
    for id_, move in spec.lifecycle.moves.items() if spec.lifecycle else ():
        yield ("lifecycle", "moves", id_, "title"), move.title
    for id_, derived in spec.derived.items():
        yield ("derived", id_, "title"), derived.title


def _field(field: FieldSpec, path: Path) -> Iterator[tuple[Path, str]]:
    yield (*path, "title"), field.title
    if field.hint:
        yield (*path, "hint"), field.hint
    for number, option in enumerate(field.options):
        yield (*path, "options", number), option
    for number, column in enumerate(field.columns):
        yield from _field(column, (*path, "columns", number))

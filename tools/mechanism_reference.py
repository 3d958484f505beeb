"""``docs/reference/mechanism.md``: every key of every file of a mechanism's folder, read from the models' source.

The words of a key are the ``#:`` comment above it; keys that mean the same everywhere are explained once, here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.machine import ROOT
from tools.tree import ENGINE, parse

SOURCES = (
    ENGINE / "mechanisms" / "schema.py",
    ENGINE / "mechanisms" / "adapt_points.py",
    ENGINE / "cases" / "spec.py",
    ENGINE / "registers" / "spec.py",
    ENGINE / "mechanisms" / "bundles.py",
    ENGINE / "mechanisms" / "boards.py",
    ENGINE / "mechanisms" / "scorecards.py",
    ENGINE / "mechanisms" / "routines.py",
    ENGINE / "mechanisms" / "clusters.py",
    ENGINE / "mechanisms" / "areas.py",
    ENGINE / "mechanisms" / "offices.py",
    ENGINE / "mechanisms" / "assemblies.py",
    ENGINE / "mechanisms" / "ledgers.py",
    ENGINE / "mechanisms" / "comparisons.py",
    ENGINE / "benefits" / "spec.py",
    ENGINE / "benefits" / "examples.py",
    ENGINE / "watches" / "spec.py",
    ENGINE / "watches" / "feeds.py",
)
INTRODUCTION = ROOT / "docs" / "reference" / "mechanism.intro.md"

#: (class or "", key) → words, where the source needs no comment because the key says it
EVERYWHERE: dict[tuple[str, str], str] = {
    ("", "id"): "lower-case English snake_case; unique among its neighbours",
    ("", "title"): "what people read, in Chinese",
    ("", "summary"): "one or two sentences",
    ("", "unit"): "unit of the figure as shown",
    ("", "hint"): "one line of help under the field",
    ("", "case"): "id of a case type of this mechanism",
    ("", "kind"): "one of the kinds listed on the right",
    ("", "name"): "a sentence that a clerk would say",
    ("", "at"): "the moment: `2024-09-30 16:00` (Asia/Shanghai) or ISO 8601",
    ("", "by"): "who acts: a role, or `{person, role, office, area}`",
    ("", "calendar"): "id of the calendar of working days",
    ("", "channel"): "how the matter came in",
    ("", "form"): "values of the opening form: field → value",
    ("", "steps"): "what happens, line after line",
    ("", "expect"): "what must hold afterwards: `open`, `light`, `<clock>_due`, `ended`, …",
    ("", "with"): "values: field → value, or field → FEEL",
    ("", "to"): "where it leads: a step, `end.<id>`, or a list (fork)",
    ("", "table"): "id of a decision table in `tables/`",
    ("", "take"): "name of the table's output column",
    ("", "clock"): "id of one of the case type's clocks",
    ("", "role"): "a role that `mechanism.yaml` declares",
    ("", "office"): "the office for which the person acts",
    ("", "area"): "name of an area",
    ("", "person"): "who, where two people of one role must be told apart",
    ("", "year"): "the year in which it began there",
    ("", "step"): "id of a step",
    ("", "choice"): "id of a choice",
    ("", "fact"): "name of the fact",
    ("", "on"): "the fact that is waited for",
    ("", "do"): "what is done",
    ("", "limit"): "a span (`5 working days`) or an output of a table",
    ("", "within"): "the step's limit: a span, an output of a table, or `{clock: …}`",
    ("", "asks"): "fields that must be filled; with `?` behind: may be left empty here",
    ("", "suggest"): "field → where its suggestion comes from",
    ("FieldSpec", "required"): "must be filled wherever the field is asked",
    ("FieldSpec", "min"): "least number, money, date, files or rows; shortest text",
    ("FieldSpec", "options"): "the values of a `choice` or `choices`",
    ("FieldSpec", "visible_when"): "FEEL over the form: shown and asked only while true",
    ("FieldSpec", "valid_when"): "FEEL over the form, the field's own value included",
    ("FieldSpec", "default"): "value before anybody types",
    ("FieldSpec", "privacy"): "privacy class: decides masking and encryption",
    ("CaseTypeSpec", "opened_by"): "roles that may open a case",
    ("CaseTypeSpec", "opens_with"): "fields of the opening form",
    ("CaseTypeSpec", "fields"): "all fields of the case",
    ("CaseTypeSpec", "clocks"): "time limits: id → clock",
    ("CaseTypeSpec", "steps"): "id → step; the first is the start",
    ("CaseTypeSpec", "ends"): "id → title; every case reaches one of them",
    ("ChoiceSpec", "pauses"): "reason for which clocks that list it pause",
    ("ChoiceSpec", "resumes"): "the same reason ends: the clocks go on",
    ("ChoiceSpec", "extends"): "the clock that is extended, and by how much",
    ("ExtendSpec", "by"): "FEEL: a number of the limit's own unit, or a span",
    ("StepSpec", "completes"): "of `each`: when the whole is done: `all`, `any`, or a number of branches",
    ("StepSpec", "awaits"): "join: `all` (nothing can still arrive), `any`, or a number of branches",
    ("StepSpec", "calls"): "a child case of another type instead of choices",
    ("StepSpec", "waits_for"): "a fact from elsewhere instead of choices",
    ("StepSpec", "timers"): "what happens by itself: id → timer",
    ("StepSpec", "choices"): "what may be chosen: id → choice",
    ("TimerSpec", "interrupting"): "true: the step is closed when the timer fires",
    ("ManifestSpec", "origin"): "where it was first run",
    ("PeopleSpec", "register"): "register of persons",
    ("PeopleSpec", "born"): "column with the date of birth",
    ("PeopleSpec", "area"): "column with the area",
    ("PeopleSpec", "household"): "column with the household",
    ("PeopleSpec", "name"): "column with the name; on the bank's list and in comparisons only",
    ("FactSpec", "register"): "register whose rows are looked at",
    ("FactSpec", "take"): "`any` (true or false), `count`, `sum`, `min`, `max`, `first`",
    ("ParameterSpec", "values"): "`{from, value, basis}`, the earliest first",
    ("ValueSpec", "from"): "first day on which it holds",
    ("ValueSpec", "value"): "the number; `null` ends the parameter",
    ("PayeeSpec", "register"): "register of accounts",
    ("ProgrammeSpec", "people"): "the register of persons and which of its columns say what",
    ("ProgrammeSpec", "facts"): "name → one value per person out of another register",
    ("ProgrammeSpec", "parameters"): "name → dated values",
    ("ProgrammeSpec", "eligibility"): "`{table, take}`: every row of the table says why",
    ("ProgrammeSpec", "kind"): "`money`, or `service` for benefits in kind",
    ("ProgrammeSpec", "per"): "`month`, `year` or `once`",
    ("ProgrammeSpec", "review"): "`yearly`, `half_yearly` or `none`",
    ("StopSpec", "programme"): "programme of this mechanism, or `mechanism.programme`",
    ("BenefitActSpec", "do"): "`match`, `grant`, `stop`, `run`, `returned`, `recovered`, `change`, `record`",
    ("BenefitScenarioSpec", "programme"): "id of the programme",
    ("BenefitScenarioSpec", "covers"): "inventory ids that the example proves",
    ("BenefitScenarioSpec", "world"): "records of registers, and programmes that the person has",
    ("BenefitWorldSpec", "records"): "register → key → values",
    ("LookSpec", "register"): "register of the record",
    ("PeriodsSpec", "register"): "register of orders",
    ("PeriodsSpec", "to"): "column with the end; a date counts whole",
    ("ReasonsSpec", "column"): "column that says why",
    ("ReasonsSpec", "any"): "reasons that explain",
    ("CoverSpec", "register"): "register of declarations",
    ("CoverSpec", "kinds"): "which reasons count; absent: all",
    ("CoverSpec", "from"): "column with the beginning",
    ("CoverSpec", "to"): "column with the end; a date counts whole, empty is open",
    ("WatchSpec", "id"): "the name of the file",
    ("WatchSpec", "title"): "what it is called",
    (
        "WatchSpec",
        "kind",
    ): "what is compared: `off_while_on`, `stop_order`, `silent`, `lead_lag`, `low_ratio`, `night_ratio`, `limit_order`, `record`, `surge`",
    ("WatchSpec", "over"): "whom it looks at",
    ("WatchSpec", "periods"): "orders, for `stop_order` and `limit_order`",
    ("WatchSpec", "covered_by"): "declarations that explain what it sees",
    ("WatchSpec", "line"): "when it is put up for retirement",
    ("JudgeSpec", "outcome"): "true: what was seen was so",
    ("WatchScenarioSpec", "watch"): "id of the watch",
    ("WatchScenarioSpec", "at"): "now: `today` in expressions",
    ("WatchScenarioSpec", "world"): "records of registers",
    ("WatchScenarioSpec", "expect"): "exactly these alerts",
    (
        "ExpectedSpec",
        "alerts",
    ): "`subject`, `from`, `to`, `covered`, `why`, `says`, `numbers`: only what is written is compared",
    ("MeasureSpec", "percentile"): "which percentile, for `kind: percentile`",
    ("OnSpec", "light"): "of an alert: which light it turned to",
    ("ScenarioSpec", "world"): "the offices around the example",
    ("RegisterSpec", "fields"): "columns of a record, in the grammar of a case type's fields",
    ("RegisterSpec", "derived"): "values that are computed when a record is read: id → derived",
    ("LifecycleSpec", "start"): "state of a new record",
    ("LifecycleSpec", "moves"): "id → move",
    ("MoveSpec", "from"): "states from which it may be made",
    ("MoveSpec", "to"): "the state afterwards",
    ("BundleSpec", "number"): "pattern of the reference number",
    ("BundleSpec", "opened_by"): "roles that may ask for the whole",
    ("BundleSpec", "clocks"): "time limits of the whole; marks: `accepted`, `delivered`",
    ("BundleSpec", "reasons"): "reason for which a clock may pause → its words",
    ("BundleSpec", "items"): "id → item, two or more",
    ("DeskSpec", "who"): "`role @ scope`",
    ("ManifestSpec", "contacts"): "who answers questions about the mechanism",
    ("MeasureSpec", "better"): "which direction is good",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of one model."""

    model: str
    name: str
    kind: str
    needed: bool
    words: str


def models() -> Iterator[tuple[str, str, list[Key]]]:
    """(class, its docstring, its keys) of each model that has keys of its own."""
    for path in SOURCES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in parse(path).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Spec", "Take", "Due")):
                keys = list(_keys(node, lines))
                if keys:
                    yield (
                        node.name,
                        (ast.get_docstring(node) or "").replace("\n\n", " ").replace("\n", " "),
                        keys,
                    )


def _keys(node: ast.ClassDef, lines: list[str]) -> Iterator[Key]:
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        above = _comment(lines, statement.lineno)
        name = statement.target.id.rstrip("_")
        explained = above or EVERYWHERE.get((node.name, name)) or EVERYWHERE.get(("", name), "")
        kind = re.sub(r"\s+", " ", ast.unparse(statement.annotation))
        yield Key(model=node.name, name=name, kind=kind, needed=statement.value is None, words=explained)


def _comment(lines: list[str], line: int) -> str:
    found: list[str] = []
    while line >= 2 and lines[line - 2].strip().startswith("#:"):
        found.insert(0, lines[line - 2].strip().removeprefix("#:").strip())
        line -= 1
    return " ".join(found)


def undocumented() -> list[str]:
    """Keys that nobody explained."""
    return [
        f"{key.model}.{key.name}: write a #: comment above it"
        for _name, _words, keys in models()
        for key in keys
        if not key.words
    ]


def page() -> str:
    introduction = (
        INTRODUCTION.read_text(encoding="utf-8").rstrip() if INTRODUCTION.exists() else "# A mechanism"
    )
    lines = [
        introduction,
        "",
        "<!-- below: made by tools/mechanism_reference.py from the models' source -->",
        "",
    ]
    lines += ["## Every key", ""]
    for name, words, keys in models():
        lines += [
            f"### {_title(name)}",
            "",
            words,
            "",
            "| key | needed | kind | meaning |",
            "|---|---|---|---|",
        ]
        for key in keys:
            kind = key.kind.replace("|", "\\|")
            needed = "yes" if key.needed else ""
            lines.append(f"| `{key.name}` | {needed} | `{kind}` | {_cell(key.words)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Spec"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

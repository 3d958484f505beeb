"""Assumptions and event logs as text: read strictly, refused in plain words. Nothing here opens a file."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms.yamlfile import dotted, read_yaml
from gongzhi.engine.simulation.errors import UnreadableAssumptions
from gongzhi.engine.simulation.history import History, Visit, clean
from gongzhi.engine.simulation.spec import SimulationSpec

#: names of columns in logs of other systems
_COLUMNS = {
    "case": ("case", "case_id", "case:concept:name", "工单号", "编号"),
    "step": ("step", "activity", "concept:name", "环节"),
    "opened": ("opened", "start", "start_timestamp", "开始"),
    "done": ("done", "end", "complete", "timestamp", "time:timestamp", "完成"),
    "choice": ("choice", "选择"),
    "actor": ("actor", "resource", "org:resource", "经办人"),
}
MOST_ROWS = 2_000_000


def read_assumptions(content: bytes | str, file: str = "simulation.yaml") -> SimulationSpec:
    """The assumptions of a YAML file. Raises UnreadableAssumptions with the place of the first mistakes."""
    read = read_yaml(content, file)
    if read.problems:
        raise UnreadableAssumptions(file=file, why="；".join(str(each) for each in read.problems[:3]))
    return checked(read.value, file)


def assumptions_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an assumptions file, so that editors complete and validate."""
    made = SimulationSpec.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "gongzhi/simulation.schema.json",
        **made,
    }


def checked(value: Any, file: str = "") -> SimulationSpec:
    """Assumptions from plain values. Raises UnreadableAssumptions."""
    try:
        return SimulationSpec.model_validate({} if value is None else value)
    except ValidationError as error:
        why = "；".join(f"{dotted(each['loc'])} {each['msg']}" for each in error.errors()[:3])
        raise UnreadableAssumptions(file=file, why=why) from error


def read_log(text: str, case_type: CaseTypeSpec, names: Mapping[str, str] | None = None) -> History:
    """The history that a CSV log tells of a case type.

    Columns (also under their names in XES): ``case``, ``step``, ``done``; and, where there are, ``opened``,
    ``choice``, ``actor``. Without ``opened`` a step counts from the event before in the same case, the first one from
    itself. Steps are ids or titles of the case type, or what ``names`` maps to them; other activities are left out.
    Raises UnreadableAssumptions.
    """
    rows = csv.DictReader(io.StringIO(text))
    columns = _columns(rows.fieldnames or ())
    known = {step.title: id_ for id_, step in case_type.steps.items()}
    known |= {id_: id_ for id_ in case_type.steps} | dict(names or {})
    by_case: dict[str, list[tuple[datetime, datetime | None, str, str, str]]] = defaultdict(list)
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise UnreadableAssumptions(file="log", why=f"超过 {MOST_ROWS} 行")
        try:
            done = parse_instant(row[columns["done"]])
            opened = parse_instant(row[columns["opened"]]) if row.get(columns.get("opened", "")) else None
        except (GongzhiError, TypeError) as error:
            raise UnreadableAssumptions(file=f"log:{number}", why=str(error)) from error
        step, choice, actor = (row.get(columns.get(name, "")) or "" for name in ("step", "choice", "actor"))
        by_case[row[columns["case"]]].append((done, opened, step, choice, actor))
    return _history(by_case, known)


def _columns(found: Any) -> dict[str, str]:
    columns = {ours: name for ours, names in _COLUMNS.items() for name in reversed(names) if name in found}
    if missing := [name for name in ("case", "step", "done") if name not in columns]:
        why = f"没有这几列：{'、'.join(missing)}；有：{'、'.join(found)}"
        raise UnreadableAssumptions(file="log:1", why=why)
    return columns


def _history(
    by_case: Mapping[str, list[tuple[datetime, datetime | None, str, str, str]]], known: Mapping[str, str]
) -> History:
    came, visits, elapsed = [], [], []
    for case, events in by_case.items():
        events.sort(key=lambda event: event[0])
        before = events[0][1] or events[0][0]
        came.append(before)
        elapsed.append((events[-1][0] - before).total_seconds() / 3600)
        for done, opened, step, choice, actor in events:
            if step in known:
                visits.append(Visit(case, known[step], opened or before, done, choice, actor))
            before = done
    return clean(came, visits, elapsed)


__all__ = ["MOST_ROWS", "assumptions_schema", "checked", "read_assumptions", "read_log"]

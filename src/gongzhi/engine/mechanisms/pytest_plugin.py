"""For pytest: every scenario of every ``<mechanism>/scenarios/*.yaml`` is a test of its own.

    pytest -p gongzhi.engine.mechanisms.pytest_plugin path/to/mechanism

Beside the scenario's own expectations, each run proves that the case is nothing but its facts: written as JSON, read
back and folded again they give the same case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.cases import CaseType, dump_case, dump_fact, load_fact, replay_facts
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms.loader import load
from gongzhi.engine.mechanisms.mechanism import Example, Mechanism, Scenario
from gongzhi.engine.mechanisms.running import Result, compile_all, run, run_example


class ScenarioFailed(Exception):
    """A scenario came out differently."""

    def __init__(self, result: Result) -> None:
        super().__init__(str(result))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the scenarios of a mechanism's folder; other YAML files are left alone."""
    folder = file_path.parent.parent
    if file_path.suffix != ".yaml" or file_path.parent.name != "scenarios":
        return None
    if not (folder / "mechanism.yaml").is_file():
        return None
    made: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
    return made


class ScenarioFile(pytest.File):
    """One file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            mechanism = _mechanism(self.path.parent.parent)
        except GongzhiError as error:
            raise self.CollectError(error.message) from error
        name = f"scenarios/{self.path.name}"
        for scenario in mechanism.scenarios:
            if scenario.file == name:
                yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)
        for example in mechanism.examples:
            if example.file == name:
                yield ExampleItem.from_parent(self, name=example.name, example=example)


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **options: Any) -> None:
        super().__init__(**options)
        self.scenario = scenario

    def runtest(self) -> None:
        folder, spec = self.path.parent.parent, self.scenario.spec
        types = _compiled(folder, spec.calendar)
        result = run(self.scenario, _mechanism(folder), types)
        if not result.passed:
            raise ScenarioFailed(result)
        if result.case is not None:
            again = [load_fact(json.loads(json.dumps(dump_fact(fact)))) for fact in result.facts]
            folded = replay_facts(types[spec.case], again)
            assert folded is not None
            assert dump_case(folded) == dump_case(result.case), "the facts do not give the case again"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The scenario's own words instead of a traceback."""
        if isinstance(excinfo.value, ScenarioFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands, for pytest's reports."""
        return self.path, self.scenario.line - 1, self.scenario.name


class ExampleItem(pytest.Item):
    """One example of something that is no case."""

    def __init__(self, *, example: Example, **options: Any) -> None:
        super().__init__(**options)
        self.example = example

    def runtest(self) -> None:
        result = run_example(self.example, _mechanism(self.path.parent.parent))
        if not result.passed:
            raise ScenarioFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The example's own words instead of a traceback."""
        if isinstance(excinfo.value, ScenarioFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the example stands, for pytest's reports."""
        return self.path, self.example.line - 1, self.example.name


@cache
def _mechanism(folder: Path) -> Mechanism:
    return load(folder)


@cache
def _compiled(folder: Path, calendar: str) -> dict[str, CaseType]:
    return compile_all(_mechanism(folder), calendar)

"""Each ruler finds the mistake that it is there for, and leaves the innocent neighbour alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools import changelog, error_reference, machine, mechanism_reference
from tools.messages import Message, extract
from tools.rulers import (
    RULERS,
    clockless,
    data_only,
    dependencies,
    glossary,
    migrations,
    registries,
    size,
    templates,
)


def test_it_counts_code_lines_without_comments_and_docstrings() -> None:
    text = '"""Words\nwords."""\n\n# why\nimport os\n\n\ndef go() -> str:\n    """What."""\n    return (\n        os.sep\n    )\n'
    assert len(size.code_lines(text, ast.parse(text))) == 5  # import, def, return (, os.sep, )


@pytest.mark.parametrize(("lines", "found"), [(59, 0), (60, 0), (61, 1)])
def test_it_refuses_a_function_above_sixty_lines(lines: int, found: int) -> None:
    tree = ast.parse("def long():\n" + "    x = 1\n" * (lines - 1))
    assert len(size.long_functions(machine.ROOT / "x.py", tree)) == found


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">x</p>',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">x</button>',
        '<script src="https://cdn.example.org/x.js"></script>',
        '<img src="//example.org/x.png">',
        '<a href="javascript:go()">x</a>',
        "{{ words|safe }}",
        "{% autoescape off %}{{ words }}{% endautoescape %}",
    ],
)
def test_it_finds_what_the_content_policy_would_block(text: str) -> None:
    assert [line for line, _reason in templates.faults("\n" + text)] == [2]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "desk.js" %}" defer></script>',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '<script type="application/json" id="data">{}</script>',
        '<a href="/desk/" class="style">on = "x"</a>',
        "{# style= in a comment #}",
    ],
)
def test_it_leaves_lawful_markup_alone(text: str) -> None:
    assert templates.faults(text) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("datetime.now()", True),
        ("datetime.datetime.now(tz)", True),
        ("date.today()", True),
        ("time.time()", True),
        ("open('x')", True),
        ("path.read_text()", True),
        ("import socket", True),
        ("from urllib.request import urlopen", True),
        ("at.date()", False),
        ("datetime.time(8, 30)", False),
        ("world.now()", False),
        ("datetime.fromisoformat(text)", False),
    ],
)
def test_it_keeps_clock_and_files_out_of_the_engine(code: str, found: bool) -> None:
    assert bool(clockless.faults(ast.parse(code))) is found


@pytest.mark.parametrize(
    ("code", "found"), [('x = "大冶市"', 1), ('"""大冶市."""', 0), ('x = "市"', 0), ('x = f"在大冶{y}"', 1)]
)
def test_it_finds_a_city_in_a_program(code: str, found: int) -> None:
    assert len(data_only.city_lines(ast.parse(code))) == found


@pytest.mark.parametrize(
    ("name", "automatic"),
    [("0002_auto_20261122_1000", True), ("0002_case_title_and_more", True), ("0001_initial", False)],
)
def test_it_knows_a_guessed_migration_name(name: str, automatic: bool) -> None:
    assert bool(migrations.AUTOMATIC.match(name)) is automatic


@pytest.mark.parametrize(
    "line", ["--index-url x", "a @ https://mirror.example/a.whl", "file:///opt/x", "# /home/me/x"]
)
def test_it_finds_the_address_of_a_registry(line: str) -> None:
    assert registries.ADDRESS.search(line)


def test_it_reads_an_error_from_either_way_of_writing_it() -> None:
    tree = ast.parse('class A(B):\n    code, sentence = "X001", "坏"\n    status: int = 409\n').body[0]
    assert isinstance(tree, ast.ClassDef)
    values = {name: ast.literal_eval(value) for name, value in error_reference.assigned(tree)}
    assert values == {"code": "X001", "sentence": "坏", "status": 409}


def test_it_lists_the_root_of_all_refusals() -> None:
    assert next(error for error in error_reference.collect() if error.code == "G000").name == "GongzhiError"


def test_it_takes_sentences_of_errors_as_messages() -> None:
    assert Message("操作没有完成。") in extract()


def test_it_explains_the_keys_of_a_case_type() -> None:
    keys = {(key.model, key.name) for _name, _words, keys in mechanism_reference.models() for key in keys}
    assert {("ChoiceSpec", "at_most"), ("ClockSpec", "from"), ("CallSpec", "with")} <= keys


def test_it_puts_every_fragment_into_the_changelog() -> None:
    page = changelog.page()
    fragments = [path for path in changelog.CHANGES.rglob("*.md") if path.parent != changelog.CHANGES]
    assert fragments
    assert all(path.read_text(encoding="utf-8").strip().split("\n")[0] in page for path in fragments)


def test_it_knows_the_declared_dependencies() -> None:
    assert {"django", "hatchling", "celery", "pytest"} <= dependencies.declared()


def test_it_registers_every_ruler() -> None:
    folder = Path(glossary.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {ruler.__module__.rpartition(".")[2] for ruler in RULERS.values()} == modules


def test_it_needs_only_python_in_the_makefile() -> None:
    recipes = re.findall(r"^\t@?(.*)$", (machine.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipes and all(re.fullmatch(r"\$\(PYTHON\) tools/\w+\.py", recipe) for recipe in recipes)


def test_it_finds_what_runs_but_is_not_installed_to_run(tmp_path: Path) -> None:
    room = tmp_path / "src" / "room"
    (room / "tests").mkdir(parents=True)
    (room / "tests" / "test_it.py").write_text("import hypothesis\n")
    (room / "at_once.py").write_text("import ast\nimport hypothesis\n")
    (room / "late.py").write_text("def f():\n    import hypothesis\n    return hypothesis\n")
    (room / "types.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hypothesis\n"
    )
    found = dependencies.missing_where_it_runs(tmp_path / "src", set())
    assert found == ["src/room/at_once.py: imports hypothesis, which only developers install"]
    assert dependencies.missing_where_it_runs(tmp_path / "src", {"hypothesis"}) == []

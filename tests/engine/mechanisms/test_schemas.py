"""The JSON Schemas are valid, and agree with the loader about real files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import editor_settings, json_schema, json_schemas, new
from gongzhi.engine.mechanisms.schema import FILE_KINDS
from gongzhi.engine.mechanisms.yamlfile import read_yaml

FOLDERS = sorted(path.parent for path in Path(gongzhi.mechanisms.__path__[0]).glob("*/mechanism.yaml"))


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_it_gives_a_valid_schema(kind: str) -> None:
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json_schemas()[f"{kind}.schema.json"]) == schema


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("kind", [kind for kind in FILE_KINDS if kind != "document"])
def test_it_accepts_the_files_of_real_mechanisms(kind: str, folder: Path) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(kind))
    for path in folder.glob(FILE_KINDS[kind][0]):
        value = read_yaml(path.read_bytes(), path.name).value
        assert [error.message for error in validator.iter_errors(value)] == []


@pytest.mark.parametrize(
    ("kind", "path", "old", "changed"),
    [
        ("mechanism", "mechanism.yaml", "version: 0.1.0", "version: one"),
        ("mechanism", "mechanism.yaml", "version: 0.1.0", "version: 0.1.0\nauthor: x"),
        ("case", "cases/matter.yaml", "kind: phone", "kind: telephone"),
        ("case", "cases/matter.yaml", "opened_by:", "opend_by:"),
        ("scenarios", "scenarios/matter.yaml", "case: matter", "kase: matter"),
        ("reactions", "reactions.yaml", "light: yellow", "light: blue"),
        ("measures", "measures.yaml", "kind: rate", "kind: typed_in"),
    ],
)
def test_it_refuses_what_the_loader_refuses(kind: str, path: str, old: str, changed: str) -> None:
    text = new("base", "基础")[path].decode()
    validator = jsonschema.Draft202012Validator(json_schema(kind))
    assert validator.is_valid(read_yaml(text, path).value)
    assert not validator.is_valid(read_yaml(text.replace(old, changed, 1), path).value)


def test_it_tells_editors_which_schema_belongs_to_which_files() -> None:
    assert editor_settings()["yaml.schemas"]["case.schema.json"] == "cases/*.yaml"

"""What the linter says of registers that can't keep, erase or ask consent as they promise."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms.checks import keeping
from gongzhi.engine.mechanisms.loader import read

FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "people_places"


@pytest.fixture
def residents(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "people_places")
    return tmp_path / "people_places/registers/residents.yaml"


def codes(residents: Path) -> list[str]:
    return [each.code for each in keeping.validate(read(residents.parents[1]))]


def test_it_finds_nothing_wrong_with_the_shipped_registers(residents):
    assert codes(residents) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("from: gone}", "from: nowhere}", "M140"),
        ("from: gone}", "from: here}", "M140"),
        ("from: gone}", "from: born_on}", "M140"),
        ("consent: agreed\n", "consent: code\n", "M142"),
        ("consent: agreed\n", "", "M143"),
        ("privacy: contact, consent: true", "privacy: internal, consent: true", "M144"),
        ("kind: phone, privacy: contact", "kind: phone, required: true, privacy: contact", "M144"),
        ("purposes: [走访,", "purposes: [走访, 走访,", "M145"),
    ],
)
def test_it_says_what_can_not_be_kept_to(residents, old, new, code):
    text = residents.read_text(encoding="utf-8")
    assert old in text
    residents.write_text(text.replace(old, new), encoding="utf-8")
    assert code in codes(residents)

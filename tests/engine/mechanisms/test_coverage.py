"""Coverage counts what is claimed, passed, and reached an end; nothing else."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import coverage, load, new

INVENTORY = "id,name,city_document,capability,what,flow,figure\n" + "".join(
    f"{number:03},第{number}项,x,{capability},,,\n"
    for number, capability in [(1, "C10"), (2, "C2"), (3, "all"), (4, "C2")]
)
SOUND = new("base", "基础机制")


def told(covers: str, old: str = "", replacement: str = "") -> list[str]:
    files = dict(SOUND)
    files["mechanism.yaml"] = files["mechanism.yaml"].replace(b"covers: []", f"covers: {covers}".encode())
    files["scenarios/matter.yaml"] = (
        files["scenarios/matter.yaml"].decode().replace(old, replacement).encode()
    )
    return coverage(INVENTORY, [load(files)]).splitlines()


def test_it_covers_nothing_without_claims() -> None:
    assert told("[]") == ["covered 0 of 4"]
    assert coverage(INVENTORY, []) == "covered 0 of 4"


def test_it_lists_by_capability_in_their_order() -> None:
    assert told('["003", "001", "004", "002"]') == [
        "C2",
        "  002 第2项：base 3个情景",
        "  004 第4项：base 3个情景",
        "C10",
        "  001 第1项：base 3个情景",
        "all",
        "  003 第3项：base 3个情景",
        "covered 4 of 4",
    ]


def test_it_does_not_count_scenarios_that_fail() -> None:
    assert told('["001"]', "ended: ", "light: red, ended: ") == ["covered 0 of 4"]


def test_it_counts_only_scenarios_that_name_the_id_or_none() -> None:
    lines = told('["001", "002"]', "  case: matter\n", '  case: matter\n  covers: ["002"]\n')
    assert lines == ["C2", "  002 第2项：base 3个情景", "covered 1 of 4"]


@pytest.mark.parametrize("text", ["", "id,name\n", "\ufeffid,name,capability\n007,x,C1\n"])
def test_it_reads_other_inventories(text: str) -> None:
    assert coverage(text, [load(SOUND)]).startswith("covered 0 of")

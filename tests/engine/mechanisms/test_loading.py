"""Reading a folder: complete or refused with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.engine.mechanisms import MechanismRefused, NotAMechanism, load, new, read

SOUND = new("base", "基础机制")


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_it_reads_the_same_from_a_folder_and_from_bytes(tmp_path: Path) -> None:
    folder = write(tmp_path / "base", dict(SOUND))
    on_disk, in_memory = load(folder), load(SOUND)
    assert on_disk.digest == in_memory.digest
    assert (on_disk.id, on_disk.title, on_disk.version) == ("base", "基础机制", "0.1.0")
    assert set(on_disk.case_types) == {"matter"}
    assert set(on_disk.tables) == {"limits"}
    assert len(on_disk.scenarios) == 4
    assert on_disk.text("受理员", "en") == "Clerk"
    assert on_disk.text("没有翻译", "en") == "没有翻译"


def test_it_changes_its_digest_with_any_byte() -> None:
    changed = {**SOUND, "README.md": SOUND["README.md"] + b"\n"}
    assert load(changed).digest != load(SOUND).digest


def test_it_leaves_alone_what_editors_and_systems_leave_behind(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "base", {**SOUND, ".git/config": b"x", "cases/matter.yaml~": b"x", ".DS_Store": b"x"}
    )
    (folder / "cases" / "link.yaml").symlink_to(folder / "README.md")
    assert load(folder).digest == load(SOUND).digest


def test_it_wants_the_folder_to_bear_the_id(tmp_path: Path) -> None:
    folder = write(tmp_path / "other", dict(SOUND))
    with pytest.raises(MechanismRefused) as refused:
        load(folder)
    assert [problem.code for problem in refused.value.problems] == ["M011"]


@pytest.mark.parametrize("files", [{}, {"README.md": b"x"}, {"sub/mechanism.yaml": b"id: x"}])
def test_it_refuses_what_is_no_mechanism(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(NotAMechanism):
        load(files)
    with pytest.raises(NotAMechanism):
        load(write(tmp_path, files))


def test_it_refuses_with_every_problem_at_once() -> None:
    files = {
        **SOUND,
        "measures.yaml": b"[1]",
        "cases/matter.yaml": b"id: matter",
        "tables/x.csv": b"\xff\xfe",
    }
    with pytest.raises(MechanismRefused) as refused:
        load(files)
    found = {(problem.where.file, problem.code) for problem in refused.value.problems}
    assert {("measures.yaml", "M022"), ("cases/matter.yaml", "M021"), ("tables/x.csv", "M002")} <= found
    assert "base" in str(refused.value) or "基础" in str(refused.value)


@pytest.mark.parametrize(
    "path",
    ["virus.exe", "cases/sub/deep.yaml", "cases/matter.yml", "scenarios/readme.txt", "tables/limits.xls"],
)
def test_it_names_files_that_do_not_belong(path: str) -> None:
    draft = read({**SOUND, path: b"x"})
    assert [(each.code, each.where.file) for each in draft.problems] == [("M010", path)]


def test_it_reads_every_part_of_a_scenario() -> None:
    scenario = load(SOUND).scenarios[2]
    assert scenario.line == 21
    assert scenario.spec.steps[2].refused == "C007"
    assert scenario.spec.steps[2].by is not None
    assert scenario.spec.steps[2].by.person == "张三"


@pytest.mark.parametrize("content", [b"", b"null", b"3", b"[]", b"text", b"\x00", b"{", b"- - -"])
@pytest.mark.parametrize("path", sorted(SOUND))
def test_it_never_falls_over_a_file(path: str, content: bytes) -> None:
    draft = read({**SOUND, path: content})
    assert draft.problems or path.endswith(
        (".md", "scenarios/matter.yaml", "measures.yaml", "reactions.yaml", "en.yaml")
    )

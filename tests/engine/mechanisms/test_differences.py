"""What changed between two versions, and whether running cases can follow."""

from __future__ import annotations

import pytest

from gongzhi.engine.mechanisms import diff, follows, load, new

SOUND = new("base", "基础机制")
CASE, TABLE = "cases/matter.yaml", "tables/limits.csv"


def changed(*changes: tuple[str, str, str]) -> list[str]:
    files = dict(SOUND)
    for path, old, replacement in changes:
        text = files[path].decode()
        assert old in text
        files[path] = text.replace(old, replacement, 1).encode()
    return [str(change) for change in diff(load(SOUND), load(files))]


def test_it_finds_nothing_between_a_mechanism_and_itself() -> None:
    assert diff(load(SOUND), load(SOUND)) == ()


@pytest.mark.parametrize(
    ("path", "old", "replacement", "told"),
    [
        ("mechanism.yaml", "version: 0.1.0", "version: 0.1.1", "~ version：0.1.0 → 0.1.1"),
        ("mechanism.yaml", "covers: []", 'covers: ["052"]', "+ covers.052"),
        (CASE, "title: 反馈", "title: 报结果", "~ cases.matter.steps.handle.choices.reply.title：反馈 → 报结果"),
        (CASE, "within: 2 working days", "within: 3 working days",
         "~ cases.matter.steps.verify.within：2 working days → 3 working days"),
        (CASE, "limit: 15 working days", "limit: 20 working days",
         "~ cases.matter.clocks.wait.limit：15 working days → 20 working days"),
        (CASE, "[resident, clerk]", "[resident]", "~ cases.matter.opened_by：resident、clerk → resident"),
        (CASE, "max: 60", "max: 80", "~ cases.matter.fields.subject.max：60 → 80"),
        (TABLE, "10个工作日", "12个工作日", "~ tables.limits[2]：复杂 | 10个工作日 → 复杂 | 12个工作日"),
        ("measures.yaml", "title: 按时率", "title: 准时率", "~ measures.on_time_rate"),
    ],
)  # fmt: skip
def test_it_tells_each_change(path: str, old: str, replacement: str, told: str) -> None:
    assert told in changed((path, old, replacement))


def test_it_says_when_running_cases_cannot_follow() -> None:
    files = dict(SOUND)
    text = files[CASE].decode()
    start, end = text.index("  verify:"), text.index("ends:")
    text = text[:start] + text[end:]
    files[CASE] = text.replace("to: verify", "to: end.done").encode()
    changes = diff(load(SOUND), load(files))
    assert str(changes[0]) == "- cases.matter.steps.verify"
    assert changes[0].weight == "breaking"
    assert not follows(changes)


def test_it_lets_running_cases_follow_other_changes() -> None:
    files = {**SOUND, TABLE: SOUND[TABLE].replace("10个".encode(), "12个".encode())}
    assert follows(diff(load(SOUND), load(files)))

"""What changed between two versions, and whether running cases can follow."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import diff, follows, load, new

SOUND = new("base", "基础机制")
CASE, TABLE = "cases/matter.yaml", "tables/limits.csv"
SHIPPED = Path(gongzhi.mechanisms.__path__[0])
FEEDS, WATCH = "feeds.yaml", "watches/r1_treatment_off.yaml"
PENSION = "programmes/land_pension.yaml"
VALUE = "{from: 2015-01-01, value: 240, basis: 鄂州市2015年被征地农民保障标准}"


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


def changed_in(mechanism: str, *changes: tuple[str, str, str]) -> list[str]:
    """What is told of a shipped mechanism in which texts were replaced."""
    before = load(SHIPPED / mechanism)
    files = dict(before.files)
    for path, old, replacement in changes:
        text = files[path].decode()
        assert old in text
        files[path] = text.replace(old, replacement, 1).encode()
    changes_told = diff(before, load(files))
    assert follows(changes_told)
    return [str(change) for change in changes_told]


@pytest.mark.parametrize(
    ("mechanism", "path", "old", "replacement", "told"),
    [
        ("power_watch", FEEDS, "low: 0", "low: 5", "~ feeds.power.low：0 → 5"),
        ("power_watch", FEEDS, "  low: 0\n", "", "- feeds.power.low：0"),
        ("power_watch", FEEDS, "unit: kWh", "unit: kWh\n  counter: true", "~ feeds.power.counter：False → True"),
        ("power_watch", FEEDS, "value: 电量", "value: 用量", "~ feeds.power.columns.value：电量 → 用量"),
        ("power_watch", WATCH, "points: 4", "points: 6", "~ watches.r1_treatment_off.with.points：4 → 6"),
        ("power_watch", WATCH, "precision: 0.6", "precision: 0.7",
         "~ watches.r1_treatment_off.line.precision：0.6 → 0.7"),
        ("power_watch", WATCH, "slack: 60 minutes", "slack: 1 day",
         "~ watches.r1_treatment_off.covered_by[1].slack：60 minutes → 1 day"),
        ("power_watch", WATCH, ", leader]", "]",
         "~ watches.r1_treatment_off.read_by：monitor、enforcement_officer、leader → monitor、enforcement_officer"),
        ("land_losing_farmers", PENSION, "value: 240", "value: 260",
         "~ programmes.land_pension.parameters.monthly[2015-01-01]：240（鄂州市2015年被征地农民保障标准）"
         " → 260（鄂州市2015年被征地农民保障标准）"),
        ("land_losing_farmers", PENSION, VALUE, f"{VALUE}, {{from: 2026-01-01, value: 300, basis: 新标准}}",
         "+ programmes.land_pension.parameters.monthly[2026-01-01]：300（新标准）"),
        ("land_losing_farmers", PENSION, "review: yearly", "review: none",
         "~ programmes.land_pension.review：yearly → none"),
    ],
)  # fmt: skip
def test_it_tells_what_changed_in_feeds_watches_and_programmes(
    mechanism: str, path: str, old: str, replacement: str, told: str
) -> None:
    assert changed_in(mechanism, (path, old, replacement)) == [told]


def test_it_tells_feeds_watches_and_programmes_that_came_or_went() -> None:
    power, farmers = load(SHIPPED / "power_watch"), load(SHIPPED / "land_losing_farmers")
    gone = {str(change) for change in diff(power, farmers)}
    assert "- feeds.power：企业用电十五分钟读数" in gone
    assert "- watches.r1_treatment_off：产污开着、治污停着" in gone
    assert "+ programmes.land_pension：被征地农民生活保障金" in gone
    assert "- programmes.land_pension：被征地农民生活保障金" in {str(each) for each in diff(farmers, power)}

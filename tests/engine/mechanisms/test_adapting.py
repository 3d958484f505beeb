"""Adaptation points, overlays, and laying them over the next version."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.mechanisms import check, load, passes, run_all
from gongzhi.engine.mechanisms.adapting import (
    Accepted,
    Overlay,
    Replaced,
    SetAside,
    adapted,
    chosen,
    local_version,
    points,
    rebased,
    version_key,
)
from gongzhi.engine.mechanisms.errors import CannotAdapt
from gongzhi.engine.mechanisms.key_paths import find, put, rows_of
from gongzhi.engine.mechanisms.renaming import rename_roles

MANIFEST = """\
id: lamp
title: 路灯报修
version: 1.1.0
covers: ["052"]
tables: {limits: 时限表}
roles: {officer: 承办人, caller: 回访员}
adapt:
  - {id: limits, title: 修灯时限, what: tables.limits, why: 各地维修合同不一样, check: 看维修合同}
  - {id: calling, title: 几天内回访, what: cases.lamp.steps.call.within, why: 各地人手不一样, check: 问热线}
  - {id: who_calls, title: 谁来回访, what: roles.caller, why: 各地机构不一样, check: 看三定方案}
"""
CASE = """\
# 说明写在这里，改值时不能丢
id: lamp
title: 路灯报修
number: "LD{yyyy}{seq:04}"
opened_by: [resident, officer]
opens_with: [kind, caller?]
fields:
  - {id: kind, title: 哪一种, kind: choice, options: [不亮, 倒了], required: true}
  - {id: caller, title: 打电话的人, kind: text}
clocks:
  unit: {title: 承办时限, limit: {table: limits, take: days}}
steps:
  mend:
    title: 修
    who: officer @ county
    within: {table: limits, take: days}
    choices: {done: {title: 修好, to: call}}
  call:
    title: 回访
    who: caller @ county
    within: 3 working days   # 三天
    not_by: [mend]
    choices: {good: {title: 亮了, to: end.solved}}
ends: {solved: 修好了}
"""
TABLE = 'F,哪一种,→ days,说明\n值,"不亮,倒了",,怎么算\n1,倒了,1 working day,危险\n2,-,5 working days,\n'
SCENARIOS = """\
- name: 路灯不亮五个工作日修好
  case: lamp
  at: 2024-10-14 09:00
  by: resident
  form: {kind: 不亮}
  expect: {unit_due: 2024-10-21 18:00}
  steps:
    - {do: mend.done, by: officer}
    - {do: call.good, by: caller, expect: {ended: solved}}
- name: 路灯倒了当天就要有人去
  case: lamp
  at: 2024-10-14 09:00
  by: resident
  form: {kind: 倒了}
  steps:
    - {do: mend.done, by: officer}
    - {do: call.good, by: caller, expect: {ended: solved}}
"""


#: every Chinese text of the mechanism has some English, so that the linter looks at the rest
CHINESE = [
    "路灯报修",
    "修灯时限",
    "时限表",
    "承办人",
    "回访员",
    "几天内回访",
    "谁来回访",
    "哪一种",
    "不亮",
    "倒了",
    "打电话的人",
    "承办时限",
    "修",
    "修好",
    "回访",
    "亮了",
    "修好了",
    "各地维修合同不一样",
    "看维修合同",
    "各地人手不一样",
    "问热线",
    "各地机构不一样",
    "看三定方案",
]


def folder(**changed: str) -> dict[str, bytes]:
    made = {
        "strings/en.yaml": "".join(f'"{text}": words {n}\n' for n, text in enumerate(CHINESE)),
        "mechanism.yaml": MANIFEST,
        "README.md": "# 路灯\n照搬时要改时限。\n",
        "CHANGELOG.md": "# 更新记录\n\n## 1.1.0\n\n- 首版\n",
        "cases/lamp.yaml": CASE,
        "tables/limits.csv": TABLE,
        "scenarios/all.yaml": SCENARIOS,
    }
    return {
        path: changed.get(path.replace("/", "_").replace(".", "_"), text).encode()
        for path, text in made.items()
    }


def rows(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in lines]


SLOWER = rows("倒了,1 working day,危险", "-,7 working days,")


def overlay(**more: object) -> Overlay:
    limits = Replaced(
        what="tables.limits",
        title="修灯时限",
        was=rows("倒了,1 working day,危险", "-,5 working days,"),
        value=SLOWER,
    )
    return Overlay(values=(limits,), **more)  # type: ignore[arg-type]


def test_it_is_a_mechanism_without_a_fault() -> None:
    assert check(folder()) == []
    assert run_all(load(folder())).passed


@pytest.mark.parametrize(
    ("what", "kind", "value"),
    [
        ("tables.limits", "table", rows("倒了,1 working day,危险", "-,5 working days,")),
        ("roles.caller", "role", "caller"),
        ("cases.lamp.steps.call.within", "text", "3 working days"),
        ("cases.lamp.opened_by", "list", ["resident", "officer"]),
        ("cases.lamp.fields.kind.options", "list", ["不亮", "倒了"]),
        ("cases.lamp.fields.kind.required", "yesno", True),
    ],
)
def test_it_finds_what_stands_at_a_place(what: str, kind: str, value: object) -> None:
    place = find(folder(), what)
    assert place is not None and (place.kind, place.value) == (kind, value)


@pytest.mark.parametrize(
    "what",
    ["tables.other", "roles.mayor", "cases.lamp.steps.call", "cases.lamp.steps.nap.within", "cases.no.title"],
)
def test_it_finds_nothing_where_nobody_fills_in_anything(what: str) -> None:
    assert find(folder(), what) is None


def test_it_puts_a_value_and_leaves_all_else_as_it_is() -> None:
    made = put(folder(), "cases.lamp.steps.call.within", "5 working days")
    before, after = CASE.splitlines(), made["cases/lamp.yaml"].decode().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("    within: 3 working days   # 三天", '    within: "5 working days"   # 三天')]
    assert (
        put(folder(), "cases.lamp.fields.kind.options", ["灭了"])["cases/lamp.yaml"]
        .decode()
        .count('["灭了"]')
        == 1
    )


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("{id: a, what: tables.nothing, title: 修, why: 看维修合同, check: 问热线}", ["M185"]),
        ("{id: a, what: cases.lamp.steps.mend, title: 修, why: 看维修合同, check: 问热线}", ["M185"]),
        ("{id: limits, what: cases.lamp.title, title: 修, why: 看维修合同, check: 问热线}", ["M186"]),
        ("{id: a, what: tables.limits, title: 修, why: 看维修合同, check: 问热线}", ["M188"]),
    ],
)
def test_it_refuses_a_point_that_leads_nowhere(line: str, codes: list[str]) -> None:
    found = check(folder(mechanism_yaml=f"{MANIFEST}  - {line}\n"))
    assert [each.code for each in found] == codes
    assert not passes(found)


def test_it_reminds_of_the_readme() -> None:
    found = check(folder(README_md="# 路灯\n"))
    assert [(each.code, each.severity) for each in found] == [("M189", "notice")]


def test_it_lists_the_points_with_what_stands_there() -> None:
    found = points(load(folder()))
    assert [(each.spec.id, each.place.kind) for each in found] == [
        ("limits", "table"),
        ("calling", "text"),
        ("who_calls", "role"),
    ]


def test_a_value_that_stands_there_anyway_is_no_change() -> None:
    limits, calling, _who = points(load(folder()))
    assert chosen(calling, "3 working days") is None
    assert chosen(limits, SLOWER) == overlay().values[0]
    with pytest.raises(CannotAdapt):
        chosen(limits, rows("倒了,1 working day"))
    with pytest.raises(CannotAdapt):
        chosen(calling, "  ")


def made(over: Overlay) -> dict[str, bytes]:
    return adapted(folder(), over, version="1.1.0+420700.1", city="鄂州市", on="2026-11-22")


def test_an_adapted_mechanism_is_another_version_that_says_what_it_changed() -> None:
    mechanism = load(made(overlay()))
    assert (mechanism.version, len(mechanism.tables["limits"].rules)) == ("1.1.0+420700.1", 2)
    assert mechanism.digest != load(folder()).digest
    assert "## 1.1.0+420700.1（2026-11-22，鄂州市）" in mechanism.changelog
    assert "修灯时限（tables.limits）：2 行 → 2 行" in mechanism.changelog
    assert passes(check(made(overlay())))


def test_a_scenario_of_the_source_fails_until_a_person_accepts_what_comes_out_here() -> None:
    failed = run_all(load(made(overlay()))).failed
    assert [(each.name, each.failures[0].what) for each in failed] == [("路灯不亮五个工作日修好", "unit_due")]
    # the day of opening does not count; 15 16 17 18 21 22 23
    seen = failed[0].failures[0].actual
    assert seen.startswith("2024年10月23日")
    name = "路灯不亮五个工作日修好"
    accepted = Accepted(file="scenarios/all.yaml", name=name, line=0, what="unit_due", value=seen)
    assert run_all(load(made(overlay(accepted=(accepted,))))).passed
    with pytest.raises(CannotAdapt):
        made(
            overlay(
                accepted=(Accepted(file="scenarios/all.yaml", name=name, line=0, what="light", value="red"),)
            )
        )


def test_a_scenario_is_set_aside_with_a_reason() -> None:
    aside = SetAside(file="scenarios/all.yaml", name="路灯不亮五个工作日修好", why="本地七天")
    mechanism = load(made(overlay(set_aside=(aside,))))
    assert [each.name for each in mechanism.scenarios] == ["路灯倒了当天就要有人去"]
    assert run_all(mechanism).passed and "本地七天" in mechanism.changelog


def test_a_role_is_renamed_where_a_role_stands_and_nowhere_else() -> None:
    files = rename_roles(folder(), {"caller": "hotline_agent"})
    text = files["cases/lamp.yaml"].decode()
    assert "who: hotline_agent @ county" in text and "{id: caller, title: 打电话的人" in text
    assert "roles: {officer: 承办人, hotline_agent: 回访员}" in files["mechanism.yaml"].decode()
    assert "what: roles.hotline_agent" in files["mechanism.yaml"].decode()
    assert "by: hotline_agent" in files["scenarios/all.yaml"].decode()


def test_every_shipped_mechanism_bears_other_names_for_its_roles() -> None:
    mechanism = load(Path(str(resources("gongzhi"))) / "mechanisms" / "daye_minqing")
    # leader and duty_officer may supervise any case by the matrix of rights, whatever a mechanism says
    others = [role for role in mechanism.roles if role not in ("leader", "duty_officer")]
    files = rename_roles(dict(mechanism.files), {role: f"{role}_x" for role in others})
    assert not [each for each in check(files) if each.severity == "error"]
    assert run_all(load(files)).passed


@pytest.mark.parametrize(
    ("theirs", "expected", "conflicts"),
    [
        # the source left the row alone: ours stays
        ("2,-,5 working days,", "7 working days", 0),
        # both say the same now: nothing to lay over
        ("2,-,7 working days,", "7 working days", 0),
        # both changed it: a person decides
        ("2,-,4 working days,", "7 working days", 1),
    ],
)
def test_a_new_version_is_compared_row_by_row(theirs: str, expected: str, conflicts: int) -> None:
    new = folder(tables_limits_csv=TABLE.replace("2,-,5 working days,", theirs))
    over, found = rebased(overlay(), new)
    assert len(found) == conflicts
    table = over.values[0].value if over.values else rows_of(new["tables/limits.csv"])[2]
    assert table[-1][1] == expected


def test_a_conflict_is_decided_for_one_side() -> None:
    new = folder(tables_limits_csv=TABLE.replace("5 working days", "4 working days"))
    (conflict,) = rebased(overlay(), new)[1]
    assert (conflict.kind, conflict.was, conflict.ours, conflict.theirs) == (
        "both", ["-", "5 working days", ""], ["-", "7 working days", ""], ["-", "4 working days", ""],
    )  # fmt: skip
    ours, left = rebased(overlay(), new, {conflict.key: "ours"})
    assert left == () and ours.values[0].value[-1][1] == "7 working days"
    assert rebased(overlay(), new, {conflict.key: "theirs"}) == (Overlay(), ())


def test_what_the_source_added_and_what_the_city_added_both_stay() -> None:
    over = overlay()
    mine = Replaced(
        what="tables.limits",
        title="修灯时限",
        was=over.values[0].was,
        value=[*rows("进水,2 hours,本地加的"), *SLOWER],
    )
    new = folder(tables_limits_csv=TABLE.replace("2,-,", "2,漏电,1 hour,新\n3,-,"))
    (value,) = rebased(Overlay(values=(mine,)), new)[0].values
    assert [row[0] for row in value.value] == ["进水", "倒了", "漏电", "-"]


def test_a_place_that_is_gone_is_told_and_given_up_by_a_person() -> None:
    calling = Replaced(
        what="cases.lamp.steps.call.within", title="几天内回访", was="3 working days", value="5 working days"
    )
    new = folder(cases_lamp_yaml=CASE.replace("    within: 3 working days   # 三天\n", ""))
    over, (conflict,) = rebased(Overlay(values=(calling,)), new)
    assert (conflict.key, conflict.kind) == (calling.what, "gone")
    assert rebased(Overlay(values=(calling,)), new, {calling.what: "theirs"}) == (Overlay(), ())
    with pytest.raises(CannotAdapt):
        adapted(new, Overlay(values=(calling,)), version="1.2.0+420700.1", city="鄂州", on="2026-11-22")
    assert not over.values


@pytest.mark.parametrize(
    ("base", "taken", "expected"),
    [
        ("1.1.0", [], "1.1.0+420700.1"),
        ("1.1.0", ["1.1.0+420700.1", "1.1.0+420281.7"], "1.1.0+420700.2"),
        ("1.1.0+420281.7", [], "1.1.0+420700.1"),
    ],
)
def test_a_local_version_says_whose_it_is(base: str, taken: list[str], expected: str) -> None:
    assert local_version(base, "420700", taken) == expected


def test_versions_compare_by_their_numbers() -> None:
    assert version_key("1.10.0+420700.1") > version_key("1.9.9")
    assert version_key("1.1.0+a.1") == version_key("1.1.0")


WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85\ufeff"
    ),
    min_size=1,
).filter(str.strip)


@given(WORDS)
def test_it_reads_back_whatever_it_put(words: str) -> None:
    files = put(folder(), "cases.lamp.steps.call.title", words)
    place = find(files, "cases.lamp.steps.call.title")
    assert place is not None and place.value == words
    # and nothing else moved
    assert find(files, "cases.lamp.steps.mend.title") == find(folder(), "cases.lamp.steps.mend.title")
    assert find(files, "cases.lamp.ends.solved") == find(folder(), "cases.lamp.ends.solved")


TABLES = st.lists(
    st.tuples(st.sampled_from(["不亮", "倒了", "进水", "-"]), st.integers(1, 9)),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[0],
)


def lines(table: list[tuple[str, int]]) -> list[list[str]]:
    return [[kind, f"{days} working days", ""] for kind, days in table]


@given(TABLES, TABLES)
def test_the_laws_of_a_three_way_comparison(was: list[tuple[str, int]], other: list[tuple[str, int]]) -> None:
    """What only one side changed is that side's; equal changes are no conflict."""
    source, changed = put(folder(), "tables.limits", lines(was)), put(folder(), "tables.limits", lines(other))
    mine = Overlay(values=(Replaced(what="tables.limits", title="", was=lines(was), value=lines(other)),))
    if was != other:
        assert rebased(mine, source) == (mine, ())
    same, none = rebased(mine, changed)
    assert none == () and same == Overlay()
    untouched = Overlay(values=(Replaced(what="tables.limits", title="", was=lines(was), value=lines(was)),))
    assert rebased(untouched, changed) == (Overlay(), ())


def test_two_orders_are_a_conflict_where_the_first_hit_counts() -> None:
    was, ours, theirs = (rows(*(f"{kind},1 day," for kind in order)) for order in ("ABC", "BAC", "ACB"))
    mine = Overlay(values=(Replaced(what="tables.limits", title="时限", was=was, value=ours),))
    source = put(folder(), "tables.limits", theirs)
    (conflict,) = rebased(mine, source)[1]
    assert (conflict.key, conflict.was, conflict.ours, conflict.theirs) == (
        "tables.limits[顺序]",
        "A、B、C",
        "B、A、C",
        "A、C、B",
    )
    assert rebased(mine, source, {conflict.key: "theirs"}) == (Overlay(), ())
    assert rebased(mine, source, {conflict.key: "ours"})[0].values[0].value == ours

"""One broken folder per mistake: a sound mechanism with one thing changed, and the words that its author must read."""

from __future__ import annotations

import pytest

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms import check, new, passes, report

SOUND = new("base", "基础机制")
CASE, MANIFEST, SCENARIOS, MEASURES = (
    "cases/matter.yaml",
    "mechanism.yaml",
    "scenarios/matter.yaml",
    "measures.yaml",
)
TABLE, STRINGS, REACTIONS, PAPER = (
    "tables/limits.csv",
    "strings/en.yaml",
    "reactions.yaml",
    "documents/paper.html",
)


def broken(path: str, old: str, new: str) -> list[Problem]:
    text = SOUND[path].decode()
    assert old in text, f"{path} no longer says {old}"
    return check({**SOUND, path: text.replace(old, new, 1).encode()})


def line_of(path: str, text: str) -> int:
    lines = SOUND[path].decode().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_it_finds_nothing_wrong_with_a_new_mechanism() -> None:
    assert check(SOUND) == []


def test_a_case_may_be_the_only_one_of_whoever_opens_it() -> None:
    field = "  - {id: opener, title: 标题, kind: person, privacy: identity, prefill: opener.person}\n"
    rule = "only_one:\n  - {of: [subject, opener], per: year, says: 标题}\n"
    assert broken(CASE, "clocks:\n", f"{field}{rule}clocks:\n") == []


MERGING = "      known: {title: 并入另一件, asks: [same_as], to: end.merged}\n      refuse:"
FIELD = "  - {id: same_as, title: 并入的编号, kind: case, required: true}\nclocks:\n"


@pytest.mark.parametrize(
    ("choice", "field", "told"),
    [
        (MERGING, FIELD, 0),
        (MERGING, FIELD.replace("kind: case", "kind: text"), 0),
        (MERGING.replace(", asks: [same_as]", ""), "clocks:\n", 1),
        (MERGING.replace(", asks: [same_as]", ""), FIELD, 1),
        (MERGING, FIELD.replace("kind: case", "kind: yesno"), 1),
        # the common action asks by itself for the case that takes it
        ("      refuse:", "clocks:\n", 0),
        ("      known: {title: 已有同样的, to: end.known}\n      refuse:", "clocks:\n", 0),
    ],
)
def test_a_choice_that_merges_must_ask_into_which_case(choice: str, field: str, told: int) -> None:
    text = SOUND[CASE].decode().replace("      refuse:", choice, 1).replace("clocks:\n", field, 1)
    text = text.replace("ends:\n", "ends:\n  merged: 已合并\n  known: 已有\n", 1)
    found = [each for each in check({**SOUND, CASE: text.encode()}) if each.code == "M249"]
    assert len(found) == told
    for each in found:
        assert each.where.key == "steps.accept.choices.known" and each.where.line
        assert "并入哪一件" in each.message and "same_as" in each.remedy


# file, what is replaced, by what, code, words of message or remedy
MISTAKES = [
    # the files one by one
    (MANIFEST, "version: 0.1.0", "version: 0.1.0\nauthor: 张三", "M020", "不认识“author”"),
    (CASE, "opened_by:", "opend_by:", "M020", "是不是“opened_by”"),
    (CASE, "title: 办理事项\n", "", "M021", "缺少“title”"),
    (MANIFEST, "version: 0.1.0", "version: 1.0", "M022", "“version”应为文字"),
    (MANIFEST, "version: 0.1.0", "version: v1", "M023", "“version”写法不对"),
    (MANIFEST, 'title: "基础机制"', 'title: ""', "M024", "“title”太短"),
    (CASE, "kind: phone", "kind: telephone", "M025", "“kind”不在可选之列"),
    (CASE, "opened_by: [resident, clerk]", "opened_by: 3", "M022", "“opened_by”应为列表"),
    (CASE, "at_most: 1", "at_most: 0", "M024", "至少为 1"),
    (CASE, "at_most: 1, then: end.failed", "then: end.failed", "M026", "then 只与 at_most 一起用"),
    (CASE, "    who: officer @ lead\n", "", "M026", "谁来做"),
    (CASE, "ends:\n", "ends: [", "M004", "YAML 写法有误"),
    (CASE, "ends:\n", "ends:\n  done: 办好\n", "M004", "“done”写了两次"),
    (CASE, "title: 受理\n", "title: &t 受理\n    who: *t\n", "M004", "锚点"),
    (MANIFEST, "id: base", "id: Base", "M023", "“id”写法不对"),
    (CASE, "id: matter", "id: thing", "M011", "与文件名“matter”不同"),
    # the manifest
    (MANIFEST, "covers: []", 'covers: ["193"]', "M031", "清单里没有 193"),
    (MANIFEST, "covers: []", 'covers: ["000"]', "M031", "清单里没有 000"),
    (MANIFEST, "covers: []", 'covers: ["052", "052"]', "M031", "写了2次"),
    (MANIFEST, "version: 0.1.0", "version: 0.2.0", "M034", "更新记录里没有 0.2.0"),
    (MANIFEST, "  checker: 核查员", "  checker: 核查员\n  auditor: 审计员", "M036", "“auditor”没有用到"),
    # references
    (CASE, "who: checker @ county", "who: judge @ county", "M040", "没有角色“judge”"),
    (CASE, "who: checker @ county", "who: checker @ county\n    person: subject", "M245", "不是 person 字段"),
    (CASE, "opened_by: [resident, clerk]", "opened_by: [resident, guest]", "M040", "没有角色“guest”"),
    (CASE, "asks: [grade, lead]", "asks: [grade, lead, colour]", "M041", "没有字段“colour”"),
    (CASE, "opens_with: [subject,", "opens_with: [topic,", "M041", "没有字段“topic”"),
    (CASE, "who: officer @ lead", "who: officer @ subject", "M042", "不是单位或区划字段"),
    (CASE, "who: officer @ lead", "who: officer @ item", "M042", "有 each 的步骤"),
    (CASE, "within: {clock: unit}", "within: {clock: units}", "M043", "没有时钟“units”"),
    (CASE, "reopens: unit", "reopens: units", "M043", "没有时钟“units”"),
    (CASE, "marks: replied", "marks: answered", "M044", "没有一个选项记下“replied”"),
    (CASE, "marks: replied", "marks: replied, pauses: rain", "M045", "为“rain”暂停"),
    (CASE, "marks: replied", "marks: replied, resumes: rain", "M045", "从来没有暂停过"),
    (CASE, "not_by: [handle]", "not_by: [handling]", "M046", "没有步骤“handling”"),
    (CASE, "    within: 2 working days\n", "", "M050", "没有写时限"),
    (CASE, "confirm: {title: 属实、办结,", "confirm: {", "M051", "没有中文标题"),
    (CASE, "title: 退回重办", "title: 属实、办结", "M051", "标题相同"),
    (CASE, "{yyyy}{seq:05}", "{year}", "M053", "写法不对"),
    (CASE, "{yyyy}{seq:05}", "2024", "M053", "写法不对"),
    (CASE, "take: unit", "take: units", "M054", "没有表“limits”的输出列“units”"),
    (CASE, "table: limits", "table: limit", "M054", "没有表“limit”"),
    (TABLE, "U,难易,", "U,难度,", "M055", "输入列“难度”不是"),
    (CASE, "clocks:\n", "  - {id: spare, title: 标题, kind: text}\nclocks:\n", "M056", "没有一步来填"),
    (CASE, "clocks:\n", "only_one:\n  - {of: [grade], per: open, says: 已有}\nclocks:\n", "M160", "“grade”在登记时还不知道"),
    # privacy and red lines
    (CASE, ", privacy: contact", "", "M060", "没有写隐私等级"),
    (CASE, "kind: phone, privacy: contact", "kind: identity_number, privacy: internal", "M060", "隐私等级"),
    (CASE, "title: 反馈", "title: 现场打卡", "M070", "触及红线：“打卡”"),
    (CASE, "title: 标题", "title: 本月个人排名", "M070", "触及红线：“个人排名”"),
    (MEASURES, "title: 按时率", "title: 网格员活跃度", "M070", "触及红线：“活跃度”"),
    (CASE, "kind: paragraph, max: 500, required: true}\n  - {id: reply",
     "kind: files, max: 5, required: true}\n  - {id: reply", "M071", "强制上传"),
    (MEASURES, "formula:", "source: manual\n  formula:", "M025", "“source”不在可选之列"),
    # expressions
    (CASE, "marks: replied", "marks: replied, when: grade = ", "X", "第1行第"),
    (CASE, "marks: replied", 'marks: replied, when: colour = "红"', "M061", "“colour”不是字段"),
    (MEASURES, "unit_late = false", "unit_later = false", "M061", "“unit_later”不是字段"),
    # flow and spans
    (CASE, "to: verify, marks", "to: verifying, marks", "W", "verifying"),
    (CASE, "to: end.done", "to: end.finished", "W", "finished"),
    (CASE, "within: 2 working days", "within: 2 fortnights", "K", "2 fortnights"),
    (CASE, "max: 60,", "max: -1,", "F", "min、max"),
    # tables
    (TABLE, "2,复杂,10个工作日,\n", "", "T", "复杂"),
    (TABLE, "2,复杂,", "2,-,", "T", "第1行与第2行重叠"),
    (TABLE, "2,复杂,10个工作日", "2,复杂,10个公作日", "M058", "不是期限"),
    (TABLE, '值,"简单,复杂"', '值,"简单,复杂,很复杂"', "M059", "“很复杂”不是“难易”的选项"),
    (CASE, "options: [简单, 复杂]", "options: [简单, 难]", "M059", "“复杂”不是“难易”的选项"),
    (CASE, "    who: clerk @ county", "    who: clerk @ county\n    suggest: {grade: {table: limits, take: unit}}", "M059",
     "“3个工作日”不是“grade”的选项"),
    # measures, reactions
    (MEASURES, "case: matter", "case: matters", "M081", "没有事项“matters”"),
    (MEASURES, "formula:", "coverage: callback\n  formula:", "M081", "没有指标“callback”"),
    (MEASURES, "  numerator: unit_late = false\n", "", "M026", "什么算达到"),
    (REACTIONS, "case: matter", "case: matters", "M090", "没有事项“matters”"),
    (REACTIONS, "fact: alerted", "fact: alarmed", "M090", "没有事实“alarmed”"),
    (REACTIONS, "clock: unit", "clock: units", "M090", "没有时钟“units”"),
    (REACTIONS, "notify: holder", "notify: boss", "M091", "通知不到“boss”"),
    (REACTIONS, "notify: holder", "notify: chief @ county", "M091", "通知不到“chief @ county”"),
    (REACTIONS, 'text: "“{{ data.subject }}”快到期了。"', "issue: reminder", "M026", "只写"),
    (REACTIONS, "data.subject", "data.topic", "M093", "没有这个名字"),
    # languages
    (STRINGS, "受理员: Clerk\n", "", "M100", "“受理员”没有英文"),
    (STRINGS, "受理员: Clerk\n", "受理员: Clerk\n旧词: Old\n", "M101", "“旧词”已经不用了"),
    (STRINGS, "受理员: Clerk\n", "受理员: 受理员\n", "M102", "英文还是中文"),
    # scenarios
    (SCENARIOS, "case: matter", "case: matters", "M110", "没有事项“matters”"),
    (SCENARIOS, "do: accept.send", "do: accept.sent", "M110", "没有选项“sent”"),
    (SCENARIOS, "do: accept.send", "do: receive.send", "M110", "没有步骤“receive”"),
    (SCENARIOS, "do: accept.send", "do: shout", "M110", "没有通用动作“shout”"),
    (SCENARIOS, "lead: 城管局}", "leader: 城管局}", "M110", "没有这一步的字段“leader”"),
    (SCENARIOS, "form: {subject:", "form: {topic:", "M110", "没有登记字段“topic”"),
    (SCENARIOS, "ended: done", "ended: finished", "M110", "没有结局“finished”"),
    (SCENARIOS, "open: [accept]", "open: [accepting]", "M110", "没有步骤“accepting”"),
    (SCENARIOS, "wait_due:", "waited_due:", "M114", "没有预期“waited_due”"),
    (SCENARIOS, "refused: C007", "refused: nobody", "M113", "不是错误编号"),
    (SCENARIOS, "by: resident", "calendar: mars\n  by: resident", "K012", "没有日历“mars”"),
    (SCENARIOS, "by: resident", "by: citizen", "M040", "没有角色“citizen”"),
    (SCENARIOS, "at: 2024-09-30 09:00", "at: 国庆前", "K", "国庆前"),
    (SCENARIOS, "name: 过了三个工作日还没反馈，亮红灯", "name: 简单的事三个工作日内办好，核查属实就办结", "M112", "同名"),
    (SCENARIOS, "case: matter\n", 'case: matter\n  covers: ["052"]\n', "M111", "covers 里的编号“052”"),
    (SCENARIOS, "do: accept.refuse, with: {refusal: 不在本地}", "do: note, by: clerk, with: {text: 记", "M004", "YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "changed", "code", "words"), MISTAKES)
def test_it_says_what_is_wrong_and_where(path: str, old: str, changed: str, code: str, words: str) -> None:
    found = broken(path, old, changed)
    hits = [each for each in found if each.code.startswith(code) and words in f"{each.message} {each.remedy}"]
    assert hits, "\n".join(map(str, found)) or "nothing was found"
    assert all(each.where.file and each.remedy for each in hits)


@pytest.mark.parametrize(
    ("path", "old", "changed", "code", "key"),
    [
        (CASE, "asks: [grade, lead]", "asks: [grade, colour]", "M041", "steps.accept.choices.send.asks[1]"),
        (CASE, "who: checker @ county", "who: judge @ county", "M040", "steps.verify.who"),
        (CASE, "at_most: 1", "at_most: 0", "M024", "steps.verify.choices.redo.at_most"),
        (CASE, "take: unit", "take: units", "M054", "clocks.unit.limit.take"),
        (MEASURES, "unit_late = false", "unit_later = false", "M061", "[0].numerator"),
        (SCENARIOS, "refused: C007", "refused: nobody", "M113", "[2].steps[2].refused"),
    ],
)
def test_it_gives_line_and_key_path(path: str, old: str, changed: str, code: str, key: str) -> None:
    problem = next(each for each in broken(path, old, changed) if each.code == code)
    assert (problem.where.file, problem.where.key) == (path, key)
    assert problem.where.line == line_of(path, old)


def test_it_collects_everything_at_once() -> None:
    files = dict(SOUND)
    files[CASE] = files[CASE].replace(b"who: checker @ county", b"who: judge @ county")
    files[TABLE] = files[TABLE].replace("2,复杂,10个工作日,\n".encode(), b"")
    files[STRINGS] = files[STRINGS].replace("受理员: Clerk\n".encode(), b"")
    files["notes.txt"] = b"?"
    codes = {problem.code for problem in check(files)}
    assert {"M040", "M100", "M010"} <= codes
    assert any(code.startswith("T") for code in codes)


def test_it_does_not_let_one_broken_file_hide_another() -> None:
    files = {**SOUND, "cases/other.yaml": b"id: other\ntitle: [", MEASURES: b"- {id: x}"}
    found = check(files)
    assert {problem.where.file for problem in found if problem.severity == "error"} == {
        "cases/other.yaml",
        MEASURES,
    }


PAPER_TEXT = "---\ntitle: 告知书\ncase: matter\nissued: accept.refuse\n---\n<p>{{ number }}</p>\n<p>{{ data.refusal }}</p>\n"


@pytest.mark.parametrize(
    ("old", "changed", "code", "line"),
    [
        ("case: matter", "case: matters", "M095", 3),
        ("accept.refuse", "accept.deny", "M095", 4),
        ("data.refusal", "data.reason", "M093", 7),
        ("number", "password", "M093", 6),
        ("<p>{{ data.refusal }}</p>", "<script>1</script>", "M096", 7),
        ("<p>{{ data.refusal }}</p>", '<p onclick="go()">', "M096", 7),
        ("title: 告知书\n", "", "M021", 2),
        ("---\ntitle", "title", "M012", 0),
    ],
)
def test_it_reads_papers_as_closely(old: str, changed: str, code: str, line: int) -> None:
    files = {**SOUND, PAPER: PAPER_TEXT.replace(old, changed, 1).encode()}
    files[STRINGS] += "告知书: Notice\n".encode()
    problem = next(each for each in check(files) if each.code == code)
    assert (problem.where.file, problem.where.line) == (PAPER, line)


def test_it_wants_a_mechanism_to_call_case_types_that_exist_with_what_they_need() -> None:
    step = (
        "  verify:\n    title: 核查\n    calls: {case: matter, with: {subject: subject, colour: subject}, to: end.done}\n"
        "  unused:\n    title: 不用\n"
    )
    text = SOUND[CASE].decode().replace("  verify:\n    title: 核查\n", step, 1)
    found = [str(each) for each in check({**SOUND, CASE: text.encode()}) if each.code == "M048"]
    assert any("colour" in each for each in found)
    assert any("必填的“text”" in each for each in found)


def test_it_wants_scenarios_and_english() -> None:
    files = {path: data for path, data in SOUND.items() if not path.startswith(("scenarios/", "strings/"))}
    assert {"M033", "M100"} <= {problem.code for problem in check(files)}


def test_it_names_choices_that_no_scenario_takes() -> None:
    text = SOUND[SCENARIOS].decode()
    shorter = text[: text.index("- name: 不归这里管的")]
    found = check({**SOUND, SCENARIOS: shorter.encode()})
    assert [(each.code, each.severity) for each in found] == [("M116", "notice")]
    assert passes(found)


def test_it_wants_claims_to_be_proved() -> None:
    files = dict(SOUND)
    files[MANIFEST] = files[MANIFEST].replace(b"covers: []", b'covers: ["052", "146"]')
    files[SCENARIOS] = files[SCENARIOS].replace(b"  case: matter\n", b'  case: matter\n  covers: ["052"]\n')
    assert [each.code for each in check(files)] == ["M115"]


def test_it_refuses_a_figure_that_somebody_types_in() -> None:
    files = dict(SOUND)
    field = "  - {id: score, title: 自评得分, kind: number, min: 0, max: 100, required: true}\nclocks:\n"
    text = (
        files[CASE].decode().replace("clocks:\n", field, 1).replace("asks: [reply]", "asks: [reply, score]")
    )
    files[CASE] = text.encode()
    files[MEASURES] += (
        "- {id: self, title: 自评均分, case: matter, kind: mean, value: score, formula: 各单位自评的平均}\n".encode()
    )
    found = [each for each in check(files) if each.code == "M080"]
    assert [(each.where.key, each.where.line) for each in found] == [("[1].value", 8)]


def test_it_reports_errors_first_and_sums_up() -> None:
    found = broken(MANIFEST, "covers: []", 'covers: ["193"]')
    found += broken(MANIFEST, "version: 0.1.0", "version: 0.2.0")
    text = report(found, "base")
    assert text.splitlines()[0].startswith("错误 mechanism.yaml:5")
    assert "警告 mechanism.yaml" in text
    assert text.splitlines()[-1] == "base: 不能用（1 个错误、1 个警告、0 个提示）"

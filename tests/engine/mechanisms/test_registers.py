"""Registers in a mechanism's folder: read, checked with all that names them, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms import (
    NoSuchCaseType,
    check,
    diff,
    draw,
    follows,
    json_schema,
    load,
    new,
    pack,
    passes,
    unpack,
)

REGISTER, CASE, SCENARIOS, MANIFEST, REACTIONS = (
    "registers/firms.yaml",
    "cases/matter.yaml",
    "scenarios/matter.yaml",
    "mechanism.yaml",
    "reactions.yaml",
)
FIRMS = """\
id: firms
title: 企业名录
key: code
name: name
fields:
  - {id: code, title: 企业编号, kind: text, max: 40, privacy: public}
  - {id: name, title: 企业名称, kind: text, required: true, privacy: public}
  - {id: boss_phone, title: 负责人电话, kind: phone, privacy: contact}
  - {id: town, title: 所在乡镇, kind: area, privacy: public}
  - {id: office, title: 主管单位, kind: office, privacy: public}
  - {id: ends_on, title: 执照有效期至, kind: date, privacy: public}
  - {id: sites, title: 经营场所, kind: table, privacy: public, columns: [
      {id: address, title: 地址, kind: text}, {id: open, title: 在用, kind: yesno}]}
  - {id: parent, title: 上级企业, kind: record, register: firms, privacy: public}
lists: [code, name, late]
search: [name, town]
area: town
office: office
lifecycle:
  start: draft
  states: {draft: 待核, listed: 在册, closed: 已注销}
  moves:
    list: {title: 核准, from: [draft], to: listed, by: [checker]}
    close: {title: 注销, from: [draft, listed], to: closed, by: [officer]}
public: [listed]
derived:
  late: {title: 过期天数, value: 'if ends_on = null then 0 else (today - ends_on) / duration("P1D")'}
  light: {title: 灯, table: firm_light, take: 灯, privacy: public}
  in_use: {title: 在用场所数, value: "count(sites[open = true])"}
"""
LIGHT = "F,过期天数,→ 灯,说明\n1,<= 0,绿,\n2,> 0,红,\n"
ENGLISH = """\
企业名录: Firms
企业编号: Number of the firm
企业名称: Name of the firm
负责人电话: Telephone of the head
所在乡镇: Town
主管单位: Competent office
执照有效期至: Licence valid until
经营场所: Premises
地址: Address
在用: In use
上级企业: Parent firm
待核: To be checked
在册: Listed
已注销: Closed
核准: Approve
注销: Close
过期天数: Days past
灯: Light
在用场所数: Premises in use
企业: Firm
申请企业: Name of the applying firm
"""


def replaced(files: dict[str, bytes], path: str, old: str, new: str) -> dict[str, bytes]:
    text = files[path].decode()
    assert old in text, f"{path} no longer says {old}"
    return {**files, path: text.replace(old, new, 1).encode()}


def sound() -> dict[str, bytes]:
    files = dict(new("base", "基础机制"))
    files |= {REGISTER: FIRMS.encode(), "tables/firm_light.csv": LIGHT.encode()}
    files = replaced(files, "strings/en.yaml", "受理员: Clerk\n", "受理员: Clerk\n" + ENGLISH)
    fields = (
        "fields:\n  - {id: firm, title: 企业, kind: record, register: firms}\n"
        "  - {id: firm_name, title: 申请企业, kind: text, prefill: firm.name}\n"
    )
    files = replaced(files, CASE, "fields:\n", fields)
    files = replaced(
        files, CASE, "opens_with: [subject, text, phone?]", "opens_with: [subject, text, phone?, firm?]"
    )
    world = "  by: resident\n  world: {records: {firms: {F1: {name: 大冶酒业, light: 绿}}}}\n"
    return replaced(files, SCENARIOS, "  by: resident\n", world)


SOUND = sound()


def broken(path: str, old: str, new: str) -> list[Problem]:
    return check(replaced(SOUND, path, old, new))


def test_it_finds_nothing_wrong_with_a_sound_register() -> None:
    assert check(SOUND) == []


def test_it_reads_compiles_and_packs_registers() -> None:
    mechanism = load(SOUND)
    assert mechanism.registers["firms"].title == "企业名录"
    assert load(unpack(pack(mechanism))).registers == mechanism.registers
    assert "lifecycle" in json_schema("register")["properties"]


# file, what is replaced, by what, code, words of message or remedy
MISTAKES = [
    (REGISTER, "id: firms\n", "id: firm\n", "M011", "与文件名“firms”不同"),
    (REGISTER, "key: code", "keys: code", "M020", "不认识“keys”"),
    (REGISTER, "by: [checker]", "by: []", "M024", "“by”"),
    (REGISTER, "{title: 灯, table: firm_light, take: 灯,", "{title: 灯, table: firm_light,", "M026", "二者取一"),
    (REGISTER, "key: code", "key: codes", "M120", "没有栏目“codes”"),
    (REGISTER, "key: code", "key: sites", "M120", "“sites”是 table，不能作 key"),
    (REGISTER, "name: name", "name: title", "M120", "没有栏目“title”"),
    (REGISTER, "[code, name, late]", "[code, name, lately]", "M120", "没有栏目“lately”"),
    (REGISTER, "[code, name, late]", "[code, name, sites]", "M120", "不能作 lists"),
    (REGISTER, "search: [name, town]", "search: [name, late]", "M120", "没有栏目“late”"),
    (REGISTER, "area: town", "area: office", "M120", "“office”是 office，不能作 area"),
    (REGISTER, "office: office", "office: town", "M120", "“town”是 area，不能作 office"),
    (REGISTER, "{id: ends_on,", "{id: late,", "M120", "已是推算栏"),
    (REGISTER, "{id: ends_on,", "{id: today,", "M120", "固定的名字"),
    (REGISTER, "{id: ends_on,", "{id: name,", "F102", "出现了两次"),
    (REGISTER, "start: draft", "start: drafts", "M121", "没有状态“drafts”"),
    (REGISTER, "to: listed,", "to: lists,", "M121", "没有状态“lists”"),
    (REGISTER, "from: [draft, listed]", "from: [draft, lists]", "M121", "没有状态“lists”"),
    (REGISTER, "public: [listed]", "public: [shown]", "M121", "没有状态“shown”"),
    (REGISTER, "public: [listed]", "public: [listed]\nusable: [used]", "M121", "没有状态“used”"),
    (REGISTER, "to: listed,", "to: draft,", "M122", "没有操作能到“在册”"),
    (REGISTER, "by: [checker]", "by: [judge]", "M040", "没有角色“judge”"),
    (REGISTER, "{title: 注销,", "{title: 核准,", "M051", "有两个操作都叫“核准”"),
    (REGISTER, "table: firm_light", "table: lights", "M054", "没有表“lights”"),
    (REGISTER, "take: 灯,", "take: 色,", "M054", "输出列“色”"),
    ("tables/firm_light.csv", "F,过期天数", "F,逾期天数", "M055", "输入列“逾期天数”不是“企业名录”的栏目"),
    (REGISTER, "if ends_on = null", "if end_on = null", "M061", "“end_on”不是字段"),
    (REGISTER, "value: 'if ends_on = null", "value: 'if 灯 = \"绿\"", "M123", "互相推算"),
    (REGISTER, "key: code", "key: boss_phone", "M124", "另用一个不涉及个人的编号"),
    (REGISTER, "name: name", "name: boss_phone", "M120", "不能作 name"),
    (REGISTER, "[code, name, late]", "[code, boss_phone]", "M124", "不能作 lists"),
    (REGISTER, "kind: date, privacy: public", "kind: date, privacy: identity", "M124", "那是加密存放的"),
    (REGISTER, "kind: phone, privacy: contact", "kind: phone, privacy: public", "M060", "没有写隐私等级"),
    (REGISTER, "{id: address, title: 地址, kind: text}", "{id: address, title: 地址, kind: phone}", "M124", "个人信息"),
    (REGISTER, "title: 企业名录", "title: 干部打卡名录", "M070", "触及红线：“打卡”"),
    (REGISTER, "待核", "待核实", "M100", "“待核实”没有英文"),
    (REGISTER, "register: firms", "register: firm", "M125", "没有登记簿“firm”"),
    (CASE, "register: firms", "register: firm", "M125", "请在|needs 里写上它"),
    (CASE, "prefill: firm.name", "prefill: firm.title", "M127", "没有登记簿“企业名录”的栏目“title”"),
    (CASE, "kind: text, prefill: firm.name", "kind: number, prefill: firm.name", "M127", "是 number"),
    (CASE, "kind: text, prefill: firm.name", "kind: phone, privacy: contact, prefill: firm.town", "M127", "是 phone"),
    (CASE, "prefill: firm.name", "prefill: firm.boss_phone", "M124", "请写 privacy: contact"),
    (CASE, "kind: record, register", "kind: records, register", "M127", "可以选几条"),
    (CASE, "id: text, title: 内容", "id: text, title: 企业名称", "M128", "请写 prefill: firm.name"),
    (REGISTER, "{id: office,", "{id: lead,", "M128", "请写 prefill: firm.lead"),
    (SCENARIOS, "firms: {F1", "firm: {F1", "M125", "没有登记簿“firm”"),
    (SCENARIOS, "name: 大冶酒业", "title: 大冶酒业", "M129", "没有“title”这一栏"),
    (SCENARIOS, "name: 大冶酒业", "ends_on: 明天", "M129", "应为日期"),
    (SCENARIOS, "name: 大冶酒业", "code: F2", "M129", "写成了“F2”"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "changed", "code", "words"), MISTAKES)
def test_it_finds_the_mistake(path: str, old: str, changed: str, code: str, words: str) -> None:
    found = [each for each in broken(path, old, changed) if each.code == code]
    assert found, f"no {code} for {changed}"
    told = "".join(f"{each.message}|{each.remedy}" for each in found)
    assert any(part in told for part in words.split("|")), told
    assert found[0].where.line > 0


def test_it_lets_a_register_without_public_states_list_closed_fields() -> None:
    files = replaced(SOUND, REGISTER, "public: [listed]\n", "public: []\n")
    assert check(replaced(files, REGISTER, "[code, name, late]", "[code, boss_phone]")) == []


def test_it_finds_a_field_that_a_register_holds_only_where_it_is_asked() -> None:
    files = replaced(SOUND, CASE, "{id: subject, title: 标题", "{id: subject, title: 企业名称")
    assert [each.code for each in check(files) if each.severity == "error"] == ["M128"]
    unasked = replaced(
        SOUND, CASE, "title: 申请企业, kind: text, prefill: firm.name", "title: 企业名称, kind: text"
    )
    assert [each.code for each in check(unasked) if each.code.startswith("M12")] == []


def test_it_checks_what_a_reaction_writes_into_a_register() -> None:
    deed = """
- id: remember
  title: 登记企业
  on: {case: matter, fact: ended}
  do: {record: {register: firms, key: firm, set: {name: subject}, move: list}}
"""
    files = {**SOUND, REACTIONS: SOUND[REACTIONS] + deed.encode()}
    strings = "strings/en.yaml"
    files[strings] = SOUND[strings] + "登记企业: Write the firm down\n".encode()
    assert check(files) == []
    for old, changed, code in (
        ("set: {name:", "set: {title:", "M127"),
        ("move: list", "move: open", "M121"),
        ("register: firms", "register: shops", "M125"),
    ):
        assert [each.code for each in check(replaced(files, REACTIONS, old, changed))] == [code]


def test_it_does_not_hold_twice_what_another_register_holds() -> None:
    shops = """
id: shops
title: 门店名录
key: code
name: shop
fields:
  - {id: code, title: 门店编号, kind: text}
  - {id: shop, title: 店名, kind: text}
  - {id: firm, title: 所属企业, kind: record, register: firms}
  - {id: phone_of, title: 负责人电话, kind: phone, privacy: contact}
"""
    files = {**SOUND, "registers/shops.yaml": shops.encode()}
    found = [each for each in check(files) if each.code == "M128"]
    assert len(found) == 1 and "prefill: firm.boss_phone" in found[0].remedy
    mended = replaced(files, "registers/shops.yaml", "contact}", "contact, prefill: firm.boss_phone}")
    assert [each for each in check(mended) if each.code == "M128"] == []


def test_it_lets_a_case_collect_rows_under_the_id_of_a_column() -> None:
    rows = "{id: sites, title: 查看过的场所, kind: table, columns: [{id: words, title: 内容, kind: text}]}"
    files = replaced(SOUND, CASE, "{id: opinion,", rows + "\n  - {id: opinion,")
    files = replaced(files, CASE, "asks: [opinion]", "asks: [opinion, sites?]")
    assert [each.code for each in check(files) if each.severity == "error"] == ["M100"]
    same = replaced(files, CASE, "title: 查看过的场所", "title: 经营场所")
    assert [each.code for each in check(same) if each.severity == "error"] == ["M128"]


def test_it_tells_a_resident_s_telephone_from_that_of_a_firm() -> None:
    public = "{id: phone, title: 咨询电话, kind: text, privacy: public}\n  - {id: parent,"
    files = replaced(SOUND, REGISTER, "{id: parent,", public)
    assert [each.code for each in check(files) if each.severity == "error"] == ["M100"]
    closed = replaced(
        files,
        REGISTER,
        "kind: text, privacy: public}\n  - {id: parent",
        "kind: phone, privacy: contact}\n  - {id: parent",
    )
    assert {each.code for each in check(closed) if each.severity == "error"} == {"M100", "M128"}


def test_it_draws_the_life_of_records() -> None:
    mechanism = load(SOUND)
    drawn = draw(mechanism, "firms", marks={"listed": 12})
    for words in ("企业名录", "待核", "在册", "已注销", "核准", "注销", "12"):
        assert words in drawn, words
    assert "Approve" in draw(mechanism, "firms", lang="en")
    with pytest.raises(NoSuchCaseType, match="matter、firms"):
        draw(mechanism, "shops")
    alone = load(replaced(SOUND, REGISTER, FIRMS[FIRMS.index("lifecycle") : FIRMS.index("public: [")], ""))
    assert "企业名录" in draw(alone, "firms")


# — registers of other mechanisms


def without_register(needs: str) -> dict[str, bytes]:
    files = {
        path: content for path, content in SOUND.items() if path != REGISTER and "firm_light" not in path
    }
    return replaced(files, MANIFEST, "covers: []", f"covers: []\nneeds: [{needs}]")


def codes(problems: list[Problem]) -> set[str]:
    return {each.code for each in problems if each.severity == "error" and not each.code.startswith("M10")}


def owner() -> dict[str, bytes]:
    return replaced(SOUND, MANIFEST, "id: base", "id: firms_of_the_city")


def test_it_takes_a_register_of_a_needed_mechanism_on_trust_or_checks_it() -> None:
    files = without_register("firms_of_the_city")
    other = load(owner())
    assert codes(check(files)) == set()
    assert codes(check(files, others=[other])) == set()
    wrong = replaced(files, CASE, "prefill: firm.name", "prefill: firm.nothing")
    assert codes(check(wrong)) == set()
    assert codes(check(wrong, others=[other])) == {"M127"}
    unknown = replaced(files, CASE, "register: firms", "register: farms")
    assert codes(check(unknown, others=[other])) == {"M125"}


def test_it_wants_the_owner_of_a_register_to_be_needed() -> None:
    files = without_register("")
    (found,) = [each for each in check(files, others=[load(owner())]) if each.where.file == CASE]
    assert found.code == "M125" and "needs 里写上 firms_of_the_city" in found.remedy
    assert "M125" in codes(check(files))


def test_it_wants_one_owner_for_one_register() -> None:
    found = [each for each in check(SOUND, others=[load(owner())]) if each.code == "M126"]
    assert len(found) == 1 and found[0].where.file == REGISTER


def test_it_looks_for_needed_mechanisms_beside_the_folder(tmp_path: Path) -> None:
    wrong = replaced(
        without_register("firms_of_the_city"), CASE, "prefill: firm.name", "prefill: firm.nothing"
    )
    for name, files in (("base", wrong), ("firms_of_the_city", owner())):
        for path, content in files.items():
            place = tmp_path / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    assert codes(check(tmp_path / "base")) == {"M127"}


def test_it_lets_a_mechanism_be_nothing_but_registers() -> None:
    kept = ("mechanism.yaml", "README.md", "CHANGELOG.md", "registers/", "tables/firm_light")
    files = {path: content for path, content in SOUND.items() if path.startswith(kept)}
    files["strings/en.yaml"] = SOUND["strings/en.yaml"]
    assert passes(check(files)), [str(each) for each in check(files)]
    assert load(files).case_types == {}


# — versions


def changes(old: str, new: str) -> dict[str, tuple[str, str]]:
    found = diff(load(SOUND), load(replaced(SOUND, REGISTER, old, new)))
    return {each.key.removeprefix("registers.firms."): (each.kind, each.weight) for each in found}


@pytest.mark.parametrize(
    ("old", "new", "key", "kind", "weight"),
    [
        ("title: 企业名录", "title: 企业库", "title", "changed", "words"),
        ("key: code", "key: name", "key", "changed", "breaking"),
        ("public: [listed]", "public: []", "public", "removed", "limits"),
        (", closed: 已注销}", "}", "lifecycle.states.closed", "removed", "breaking"),
        ("by: [officer]", "by: [checker]", "lifecycle.moves.close.by", "changed", "limits"),
        ("start: draft", "start: listed", "lifecycle.start", "changed", "limits"),
        ("title: 主管单位", "title: 主管部门", "fields.office.title", "changed", "words"),
        ("count(sites[open = true])", "count(sites)", "derived.in_use.value", "changed", "limits"),
    ],
)
def test_it_tells_what_changed_in_a_register(old: str, new: str, key: str, kind: str, weight: str) -> None:
    assert changes(old, new)[key] == (kind, weight)


def test_it_does_not_let_cases_follow_when_a_register_goes() -> None:
    files = {path: content for path, content in SOUND.items() if path != REGISTER}
    found = diff(load(SOUND), load(files))
    assert not follows(found) and found[0].key == "registers.firms"
    assert follows(diff(load(files), load(SOUND)))


def test_it_loses_a_move_without_breaking() -> None:
    gone = replaced(
        SOUND, REGISTER, "    close: {title: 注销, from: [draft, listed], to: closed, by: [officer]}\n", ""
    )
    (change,) = diff(load(SOUND), load(gone))
    assert (change.key, change.weight) == ("registers.firms.lifecycle.moves.close", "limits")


@pytest.mark.parametrize(
    ("written", "is_sound"), [("phone", False), ("subject", True), ("if phone = null then subject else text", True)]
)  # fmt: skip
def test_it_finds_a_private_value_that_a_reaction_writes_into_an_open_column(
    written: str, is_sound: bool
) -> None:
    deed = f"""
- id: remember
  title: 登记企业
  on: {{case: matter, fact: ended}}
  do: {{record: {{register: firms, key: firm, set: {{name: '{written}'}}}}}}
"""
    found = check({**SOUND, REACTIONS: SOUND[REACTIONS] + deed.encode()})
    assert ("M124" not in [each.code for each in found]) is is_sound


@pytest.mark.parametrize(("privacy", "is_sound"), [("identity", True), ("internal", False)])
def test_it_finds_a_private_column_that_a_case_would_take_in_clear(privacy: str, is_sound: bool) -> None:
    files = replaced(
        SOUND, REGISTER, "{id: address, title: 地址, kind: text}", "{id: address, title: 地址, kind: text, privacy: identity}"
    )  # fmt: skip
    table = (
        f"fields:\n  - {{id: places, title: 场所, kind: table, privacy: {privacy}, prefill: firm.sites, "
        "columns: [{id: address, title: 地址, kind: text}]}\n"
    )
    files = replaced(files, CASE, "fields:\n", table)
    assert ("M124" not in [each.code for each in check(files)]) is is_sound


@pytest.mark.parametrize("handed", ["phone", "'subject + phone'"])
def test_it_finds_a_private_value_that_a_choice_sets_in_an_open_field(handed: str) -> None:
    text = SOUND[CASE].decode()
    step = text.index("choices:")
    line = text.index("{title: ", step)
    changed = text[:line] + f"{{sets: {{firm_name: {handed}}}, title: " + text[line + len("{title: ") :]
    found = check({**SOUND, CASE: changed.encode()})
    assert "M124" in [each.code for each in found]

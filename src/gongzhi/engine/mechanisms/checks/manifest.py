"""The manifest and the files that a mechanism must bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gongzhi.engine.cases.spec import performer
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.finding import finding
from gongzhi.engine.mechanisms.loader import Draft
from gongzhi.engine.mechanisms.schema import ManifestSpec

#: the inventory of mechanisms counts so many
INVENTORY = 192
FILE = "mechanism.yaml"


def validate(draft: Draft) -> Iterator[Problem]:
    """Inventory ids, readme, changelog, scenarios, roles that nobody has."""
    manifest = draft.manifest
    if manifest is None:
        return
    for number, each in enumerate(manifest.covers):
        if not 1 <= int(each) <= INVENTORY:
            remedy = f"编号从 001 到 {INVENTORY}。"
            yield finding(draft, FILE, ("covers", number), "M031", f"清单里没有 {each}", remedy)
    for each, times in Counter(manifest.covers).items():
        if times > 1:
            yield finding(draft, FILE, ("covers",), "M031", f"covers 里 {each} 写了{times}次", "请留一个。")
    if not draft.files.get("README.md", b"").strip():
        yield finding(
            draft, FILE, (), "M032", "没有 README.md", "请用中文写明作用、来历、照搬时要改什么。", "warning"
        )
    changelog = draft.files.get("CHANGELOG.md", b"").decode("utf-8", "replace")
    if manifest.version not in changelog:
        remedy = f"请在 CHANGELOG.md 里写 {manifest.version} 改了什么。"
        yield finding(
            draft, FILE, ("version",), "M034", f"更新记录里没有 {manifest.version}", remedy, "warning"
        )
    has_registers = any(path.startswith("registers/") for path in draft.files)
    has_cases = any(path.startswith("cases/") for path in draft.files)
    if not any(path.startswith("scenarios/") for path in draft.files) and (has_cases or not has_registers):
        remedy = "请在 scenarios/ 下写至少一个走到办结的例子。"
        yield finding(draft, FILE, (), "M033", "没有情景", remedy)
    if not (has_cases or has_registers):
        remedy = "请至少写一个事项或登记簿。"
        yield finding(draft, FILE, (), "M035", "没有事项(cases/*.yaml)", remedy)
    yield from _unused(draft, manifest)


def _unused(draft: Draft, manifest: ManifestSpec) -> Iterator[Problem]:
    """Tables that are named but not there, roles that are declared but nobody's."""
    for table in sorted(set(manifest.tables) - set(draft.tables)):
        remedy = "请删去，或在 tables/ 里放上这张表。"
        yield finding(draft, FILE, ("tables", table), "M030", f"没有表“{table}”", remedy)
    used = {
        step.who.partition("@")[0].strip()
        for spec in draft.case_types.values()
        for step in spec.steps.values()
    }
    used |= {role for spec in draft.case_types.values() for role in (*spec.opened_by, *spec.read_by)}
    lives = [register.lifecycle for register in draft.registers.values() if register.lifecycle]
    used |= {role for life in lives for move in life.moves.values() for role in move.by}
    reactions = draft.reactions.root if draft.reactions else ()
    used |= {performer(each)[0] for reaction in reactions for each in reaction.do.notify}
    for role in manifest.roles:
        if role not in used:
            message = f"角色“{role}”没有用到"
            yield finding(draft, FILE, ("roles", role), "M036", message, "请删去，或在事项里用上。", "notice")

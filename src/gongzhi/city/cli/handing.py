"""Installing and upgrading from a signed package on the command line: what the wizard asks comes from a file of answers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from gongzhi.city.cli.errors import BadWord
from gongzhi.city.cli.starting import operator

if TYPE_CHECKING:
    from gongzhi.city.exchange.answers import Answers
    from gongzhi.city.exchange.models import Import

MARKS = {"good": "✓", "told": "·", "todo": "!", "stop": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="文件",
        help="本地参数（JSON：values、roles、decided、accepted、set_aside），只用于 .gongzhi 包",
    )


def is_package(word: str) -> bool:
    """Whether the command line names a signed package."""
    return word.endswith(".gongzhi") and Path(word).is_file()


def hand_in(path: Path, answers: Path | None, *, dry: bool = False) -> int:
    """Look, check, prepare, run the scenarios, install. 1 when something stands against it; the import stays for the wizard."""
    from gongzhi.city.exchange import actions, trying
    from gongzhi.city.exchange.candidates import candidate
    from gongzhi.city.exchange.examining import examine
    from gongzhi.city.exchange.keys import known

    row = actions.open_package(path.read_bytes(), by=operator())
    print(f"第{row.pk}号导入：{row.title} {row.version}")
    row = actions.prepare(operator(), row.pk, _answers(answers))
    trying.run_scenarios.func(row.pk)
    row.refresh_from_db()
    found = candidate(row)
    findings = examine(row, found, known(row.fingerprint, row.about["made_by"]["name"]))
    for each in findings:
        print(f"  {MARKS[each.level]} {each.title}：{each.says}{each.remedy}")
    for conflict in found.conflicts:
        print(f"    {conflict.key}：原来 {conflict.was}；本市 {conflict.ours}；对方 {conflict.theirs}")
    _scenarios(row)
    if dry or row.scenarios["state"] != "passed" or any(each.level == "stop" for each in findings):
        print("没有安装。" if not dry else "只看不装。")
        return 0 if dry else 1
    actions.submit(operator(), row.pk)
    done = actions.install(operator(), row.pk)
    print(f"{f'{done.before} → ' if done.before else '已安装 '}{done.version}；在办事项留在原来的版本。")
    return 0


def _scenarios(row: Import) -> None:
    said = row.scenarios
    for problem in said.get("problems", ()):
        print(f"  ✗ {problem}")
    for failed in said.get("failed", ()):
        print(f"  ✗ 情景 {failed['name']}")
        for each in failed["failures"]:
            print(f"      {each['what']}：预期 {each['expected']}，实际 {each['actual']}")
    if said["state"] == "passed":
        print(f"  ✓ {said['total']} 个情景全部通过。")


def _answers(path: Path | None) -> Answers:
    from gongzhi.city.exchange.answers import Answers

    if path is None:
        return Answers()
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BadWord(value=str(path), why="不是 JSON") from error
    if not isinstance(said, dict):
        raise BadWord(value=str(path), why="应是一个对象")
    return Answers.load(said)


def describe(path: Path) -> bool:
    """Print who made a package and what is known of it; whether its signature holds and is trusted here."""
    from gongzhi.city.exchange import keys
    from gongzhi.engine.mechanisms import packages

    package = packages.read(path.read_bytes())
    signer = keys.signer(package)
    said = package.about
    words = {
        "own": "本市签的",
        "trusted": "信任的城市",
        "revoked": "不再信任",
        "unknown": "还不认识的密钥",
        "unsigned": "没有签名",
    }
    line = " → ".join(
        [
            *(f"{each.city.name} {each.version}" for each in said.lineage),
            f"{said.made_by.name} {said.version}",
        ]
    )
    print(
        f"{path}: {said.title} · {words[signer.standing]}\n  来历 {line}\n  情景 {said.scenarios}，成效依据 {len(said.evidence)}"
    )
    if signer.fingerprint:
        print(f"  指纹 {packages.spaced(signer.fingerprint)}")
    return signer.standing in ("own", "trusted")

"""``gongzhi doctor``: one line per check, and the remedy for the first that fails."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from gongzhi.city.cli.errors import BadWord
from gongzhi.city.cli.starting import start

if TYPE_CHECKING:
    from gongzhi.city.kernel.doctor import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="全部重算（慢），不只看上次以后变动的")
    parser.add_argument(
        "--rebuild", default="", metavar="事项", help="由日志重算这一件的状态和待办（事项的内部编号）"
    )
    parser.add_argument("--retry", action="store_true", help="让搁置的后续处理再试一轮，然后再查")


def run(options: argparse.Namespace) -> int:
    """0 when every line ends with OK."""
    start()
    if options.rebuild:
        return _rebuild(options.rebuild)
    if options.retry:
        from gongzhi.city.journal.reactions import react_to_all, retry_parked

        print(f"让 {retry_parked()} 条搁置的后续处理再试，做成 {react_to_all().done} 条。")
    remedy = ""
    failed = 0
    for finding in _findings(options.full):
        print(f"{finding.title}: {'OK' if finding.ok else 'FAILED'}", flush=True)
        if not finding.ok:
            failed += 1
            remedy = remedy or f"  → {finding.title}：{finding.remedy}"
    if failed:
        print(remedy)
        return 1
    return 0


def _rebuild(word: str) -> int:
    """The journal is right: set one case to what its facts say."""
    from gongzhi.city.cases.checks import rebuild
    from gongzhi.city.cases.models import Case

    try:
        changed = rebuild(UUID(word))
    except (ValueError, Case.DoesNotExist) as error:
        raise BadWord(value=word, why="没有这件事项") from error
    print("已由日志重算。" if changed else "状态与日志一致；其余各栏已照日志写过一遍。")
    return 0


def _findings(full: bool) -> Iterator[Finding]:
    """The settings and the schema first: without them no other check means anything."""
    from gongzhi.city.kernel.doctor import Finding, checks

    yield _settings()
    schema = _schema()
    yield schema
    if not schema.ok:
        return
    try:
        yield from checks.run(full=full)
    except Exception as error:
        yield Finding(ok=False, title="doctor", remedy=f"检查本身出错：{type(error).__name__} {error}")
        raise


def _settings() -> Finding:
    from django.core.checks import ERROR, run_checks

    from gongzhi.city.kernel.doctor import Finding

    found = [message for message in run_checks() if message.level >= ERROR]
    remedy = f"{found[0].msg} {found[0].hint or ''}" if found else ""
    return Finding(ok=not found, title="settings", remedy=remedy)


def _schema() -> Finding:
    from django.db import DatabaseError

    from gongzhi.city.cli.migrate import unapplied
    from gongzhi.city.kernel.doctor import Finding

    try:
        waiting = unapplied()
    except DatabaseError as error:
        why = str(error).strip().split("\n")[0]
        return Finding(
            ok=False, title="database", remedy=f"数据库没有应答（{why}）；请检查 DATABASE_URL 和服务"
        )
    remedy = f"有 {len(waiting)} 项表结构变更没有应用；请运行 gongzhi migrate" if waiting else ""
    return Finding(ok=not waiting, title="database and schema", remedy=remedy)

"""``gongzhi migrate``: makes the tables, or brings them up to date."""

from __future__ import annotations

import argparse

from gongzhi.city.cli.errors import NotFilled
from gongzhi.city.cli.starting import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="只看有没有要做的；有就以 1 退出")


def run(options: argparse.Namespace) -> int:
    """Says what was applied; nothing to do is good."""
    start()
    from django.core.management import call_command

    waiting = unapplied()
    if options.check:
        if waiting:
            raise NotFilled(
                what=f"应用 {len(waiting)} 项表结构变更（{waiting[0]} 等）", how="请运行 gongzhi migrate"
            )
        print("表结构是最新的。")
        return 0
    if waiting:
        call_command("migrate", interactive=False, verbosity=0)
    print(f"表结构已更新（{len(waiting)} 项）。" if waiting else "表结构已经是最新的。")
    return 0


def unapplied() -> list[str]:
    """Migrations that the database hasn't had."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]

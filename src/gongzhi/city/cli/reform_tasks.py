"""``gongzhi import tasks``: a sheet of reform tasks, whole or not at all."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gongzhi.city.cli.errors import BadWord, NoSuchPath
from gongzhi.city.cli.starting import operator, start

if TYPE_CHECKING:
    from gongzhi.city.kernel.references import Standing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", help="XLSX（每张表都看）或 CSV，第一行是列名")
    parser.add_argument(
        "--by",
        default="",
        metavar="登录名",
        help="以谁的岗位导入；改革办主任导入的视同下达，不写就等主任下达",
    )
    parser.add_argument("--dry-run", action="store_true", help="只看能不能收，不写")


def import_sheet(options: argparse.Namespace) -> int:
    """Raises TasksRefused with every fault; then nothing was written."""
    path = Path(options.file)
    if not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    start()
    from gongzhi.city.mechanisms.reform_import import import_tasks

    by = _standing(options.by) if options.by else operator()
    began = time.perf_counter()
    with path.open("rb") as stream:
        done = import_tasks(stream, path.name, by=by, check_only=options.dry_run)
    verb = "能收" if options.dry_run else "导入完成"
    told = f"新任务 {done.taken:,} 件（下达 {done.handed_out:,} 件），已经有的 {done.known:,} 件，新记问题 {done.problems:,} 个"
    print(f"{verb}：{told}（{time.perf_counter() - began:.1f} 秒）")
    return 0


def _standing(login: str) -> Standing:
    """The post of this login that may import."""
    from gongzhi.city.kernel.permissions import may
    from gongzhi.city.people.models import User
    from gongzhi.city.territory import queries

    user = User.objects.filter(username=login, is_active=True).first()
    posts = [queries.standing(post) for post in queries.posts_of(user)] if user else []
    found = next((each for each in posts if may(each, "reform.import")), None)
    if found is None:
        raise BadWord(value=f"--by {login}", why="这个登录名没有可以导入改革任务的岗位")
    return found

"""``gongzhi upgrade FOLDER|ARCHIVE``: says what changes, asks, installs; ``--to`` goes back to a kept version."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gongzhi.city.cli import handing
from gongzhi.city.cli.errors import NotFilled
from gongzhi.city.cli.install import install, source_of
from gongzhi.city.cli.starting import operator, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="机制", help="新版本的文件夹或机制包；与 --to 同用时是机制编号")
    parser.add_argument("--to", default="", metavar="版本", help="回到装过的这个版本")
    handing.add_arguments(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="不问，直接升级")


def run(options: argparse.Namespace) -> int:
    """0 when it was upgraded, 1 when the person said no."""
    start()
    from gongzhi.city.mechanisms.actions import activate, preview

    if options.to:
        activate(options.source, options.to, by=operator())
        print(f"{options.source} 的现行版本是 {options.to}；在办事项留在原来的版本。")
        return 0
    if handing.is_package(options.source):
        return handing.hand_in(Path(options.source), options.answers, dry=not (options.yes or _agreed()))
    source = source_of(options.source)
    mechanism, before, changes = preview(source)
    if not before:
        raise NotFilled(what=f"安装过 {mechanism.id}", how="请先运行 gongzhi install")
    print(f"{mechanism.title}：{before} → {mechanism.version}，{len(changes)} 处不同")
    for change in changes:
        print(f"  · {change}")
    if not options.yes and not _agreed():
        print("没有升级。")
        return 1
    return install(source, dry=False)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("这里不能提问；确定要升级请加 --yes。")
        return False
    return input("升级吗？[y/N] ").strip().lower() in ("y", "yes", "是")

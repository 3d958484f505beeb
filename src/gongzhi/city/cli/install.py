"""``gongzhi install FOLDER|ARCHIVE``: checked, tested, then new cases are opened under it."""

from __future__ import annotations

import argparse
from pathlib import Path

from gongzhi.city.cli import folders, handing
from gongzhi.city.cli.starting import operator, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="机制", help="文件夹、机制包（.gongzhi、.zip）或自带机制的编号")
    handing.add_arguments(parser)
    parser.add_argument("--dry-run", action="store_true", help="只检查、只说会改什么，不写入")


def run(options: argparse.Namespace) -> int:
    """Says what was installed and what is different from the version before."""
    start()
    if handing.is_package(options.source):
        return handing.hand_in(Path(options.source), options.answers, dry=options.dry_run)
    return install(source_of(options.source), dry=options.dry_run)


def source_of(word: str) -> Path:
    """An archive as it is, else a folder."""
    return Path(word) if Path(word).is_file() else folders.one(word)


def install(source: Path, *, dry: bool) -> int:
    """Install, or tell what installing would change."""
    from gongzhi.city.mechanisms.actions import install as install_it
    from gongzhi.city.mechanisms.actions import preview
    from gongzhi.engine.mechanisms import follows

    if dry:
        mechanism, before, changes = preview(source)
        version, unchanged = mechanism.version, False
        if not follows(changes):
            print("注意：有的步骤、角色或事项被拿掉了；在办事项仍在原版本上办完。")
    else:
        done = install_it(source, by=operator())
        before, version, changes, unchanged = done.before, done.version, done.changes, done.unchanged
        print(f"{done.scenarios} 个情景全部通过。")
    if unchanged:
        print(f"{version} 已经是现行版本，没有改动。")
    elif before and before != version:
        print(f"{before} → {version}，{'会有' if dry else '有'} {len(changes)} 处不同：")
        for change in changes:
            print(f"  · {change}")
        print("在办事项留在原版本，新事项按新版本。")
    else:
        print(f"{'可以安装' if dry else '已安装'} {version}。")
    return 0

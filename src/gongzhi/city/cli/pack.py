"""``gongzhi pack FOLDER``: a mechanism as one file that the next city installs."""

from __future__ import annotations

import argparse

from gongzhi.city.cli import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="文件夹", help="机制文件夹或编号")
    parser.add_argument("-o", "--output", default="", metavar="文件", help="默认是 编号-版本.zip")


def run(options: argparse.Namespace) -> int:
    """Only a mechanism without errors is packed; the same content gives the same bytes."""
    from gongzhi.engine.mechanisms import check, load, pack, passes, report

    folder = folders.one(options.folder)
    problems = check(folder)
    if not passes(problems):
        print(report(problems, folder.resolve().name))
        return 1
    mechanism = load(folder)
    output = options.output or f"{mechanism.id}-{mechanism.version}.zip"
    content = pack(mechanism)
    folders.write(output, content)
    print(
        f"{mechanism.title} {mechanism.version} 已打包：{output}（{len(content):,} 字节，SHA-256 {mechanism.digest}）"
    )
    return 0

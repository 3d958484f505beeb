"""``gongzhi check [folder…]``: every problem of a mechanism, with file, line and remedy."""

from __future__ import annotations

import argparse

from gongzhi.city.cli import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="*", metavar="文件夹", help="机制文件夹或编号；不写就检查自带的全部机制"
    )


def run(options: argparse.Namespace) -> int:
    """0 when no folder has an error (warnings and notices are printed and pass)."""
    from gongzhi.engine.mechanisms import check, passes, report

    good = True
    for folder in folders.chosen(options.folder):
        problems = check(folder)
        print(report(problems, folder.resolve().name))
        good = good and passes(problems)
    return 0 if good else 1

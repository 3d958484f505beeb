"""``gongzhi coverage INVENTORY [folder…]``: ids of the inventory that are claimed and proved, by capability."""

from __future__ import annotations

import argparse

from gongzhi.city.cli import folders


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inventory", metavar="清单.csv", help="有 id、name、capability 三列的 CSV")
    parser.add_argument(
        "folder", nargs="*", metavar="文件夹", help="机制文件夹或编号；不写就看自带的全部机制"
    )


def run(options: argparse.Namespace) -> int:
    """The last line is ``covered N of M``."""
    from gongzhi.engine.mechanisms import coverage, load

    text = folders.text_of(options.inventory)
    print(coverage(text, [load(folder) for folder in folders.chosen(options.folder)]))
    return 0

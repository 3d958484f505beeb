"""``gongzhi rotate-keys``: seals personal data again under the newest key, a batch at a time."""

from __future__ import annotations

import argparse

from gongzhi.city.cli.starting import Bar, start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=int, default=500, metavar="行数", help="一批多少行")


def run(options: argparse.Namespace) -> int:
    """May be stopped and repeated; the city works on meanwhile."""
    start()
    from gongzhi.city.people.actions import rotate_keys

    bar, done = Bar(), 0
    while True:
        rotated = rotate_keys(max(1, options.batch))
        done += rotated.rows
        if rotated.rows or rotated.left:
            bar("重封个人信息", done, done + rotated.left)
        if not rotated.left or not rotated.rows:
            break
    print(
        f"重封了 {done:,} 行。"
        + (f"还有 {rotated.left:,} 行没有重封，请再运行一次。" if rotated.left else "旧密钥可以撤下了。")
    )
    return 1 if rotated.left else 0

"""``gongzhi watches``: run days through the watches, and list them."""

from __future__ import annotations

import argparse
from datetime import date

from gongzhi.city.cli.starting import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("run", "list"), help="run 计算，list 列出规则")
    parser.add_argument(
        "--day", type=date.fromisoformat, metavar="日期", help="哪一天，例如 2025-01-31；不写是昨天"
    )
    parser.add_argument("--to", type=date.fromisoformat, metavar="日期", help="到哪一天为止；不写就是一天")
    parser.add_argument("--mechanism", default="", metavar="机制", help="只算这个机制的规则")
    parser.add_argument("--watch", default="", metavar="规则", help="只算这条规则")
    parser.add_argument(
        "--engine", default="", choices=("", "duckdb", "spark"), help="用哪个引擎；不写按设置"
    )


def run(options: argparse.Namespace) -> int:
    """0 when every watch could be computed."""
    start()
    from datetime import timedelta

    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms import watching

    asked = [
        each
        for each in watching.known()
        if options.mechanism in ("", each.held.mechanism.id) and options.watch in ("", each.spec.id)
    ]
    if options.what == "list":
        for each in asked:
            print(f"{each.name} {each.spec.kind} {each.spec.title}")
        return 0
    first = options.day or clock.today() - timedelta(days=1)
    made = watching.run(first, options.to or first, only=asked, engine=options.engine)
    print(
        f"{made.first} 至 {made.last}：{len(asked)} 条规则，{made.alerts} 条预警，"
        f"其中新的 {made.fresh}、有报备 {made.covered}，用时 {made.seconds:.2f} 秒"
    )
    for name, told in made.unwatched.items():
        print(
            f"  {name}：{told['count']} 个对象看不了，例如 {told['rows'][0]['key']}（{told['rows'][0]['why']}）"
        )
    for name, why in made.trouble.items():
        print(f"  {name}：没有算成，{why}")
    return 1 if made.trouble else 0

"""``gongzhi import boundaries FILE.geojson``: what was drawn, and what belongs to no area of this city."""

from __future__ import annotations

import argparse
from pathlib import Path

from gongzhi.city.cli.errors import NoSuchPath
from gongzhi.city.cli.starting import operator, start

#: names of a report that fit on a screen
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", help="GeoJSON；按属性里的 code、adcode 或 name 认区域")
    parser.add_argument(
        "--gcj02", action="store_true", help="坐标是 GCJ-02（国内网上地图多是），换算成 WGS-84"
    )
    parser.add_argument("--source", default="", metavar="名称", help="边界从哪里来，写进记录；默认是文件名")


def import_boundaries(options: argparse.Namespace) -> int:
    """1 when no area of the file is ours."""
    path = Path(options.file)
    if not path.is_file():
        raise NoSuchPath(path=options.file, kind="文件")
    start()
    from gongzhi.city.territory.actions import load_boundaries

    drawn = load_boundaries(
        operator(), path.read_bytes(), source=options.source or path.name, gcj02=options.gcj02
    )
    print(f"认出 {len(drawn.matched)} 个区域，新画或改画 {drawn.changed} 个。")
    for number, name, why in drawn.unmatched[:SHOWN]:
        print(f"  · 第{number}个“{name}”没有用：{why}")
    if len(drawn.unmatched) > SHOWN:
        print(f"  · 另有 {len(drawn.unmatched) - SHOWN} 个没有用。")
    return 0 if drawn.matched else 1
